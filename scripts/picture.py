#!/usr/bin/env python3
"""Draw what a command prints in colour as an SVG picture.

    picture.py TITLE OUTPUT.svg COMMAND [ARGUMENT ...]

The command's output is read as a terminal would: SGR colours and bold; hyperlinks are dropped.
"""
import html, re, subprocess, sys

COLORS = {30: "#484f58", 31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#56d4dd", 37: "#c9d1d9",
          90: "#8b949e", 91: "#ffa198", 92: "#56d364", 93: "#f2cc60", 94: "#a5d6ff", 95: "#e2c5ff", 96: "#b3f0ff", 97: "#ffffff"}
BASIC = [30, 31, 32, 33, 34, 35, 36, 37, 90, 91, 92, 93, 94, 95, 96, 97]
TEXT, GROUND, WIDTH, HEIGHT = "#c9d1d9", "#0d1117", 8.43, 19


def spans(line, style):
    """(text, style) pairs of a line; `style` is (colour, bold, underlined) and carries over."""
    out, at = [], 0
    for m in re.finditer(r"\x1b\[([\d;]*)m", line):
        out.append((line[at:m.start()], style))
        at, codes = m.end(), [int(c) for c in (m[1] or "0").split(";")]
        while codes:
            c = codes.pop(0)
            if c == 0:
                style = (TEXT, False, False)
            elif c == 1:
                style = (style[0], True, style[2])
            elif c == 4:
                style = (style[0], style[1], True)
            elif c == 39:
                style = (TEXT, *style[1:])
            elif c == 38 and codes[:1] == [2]:
                style, codes = ("#%02x%02x%02x" % tuple(codes[1:4]), *style[1:]), codes[4:]
            elif c == 38 and codes[:1] == [5]:
                style, codes = (COLORS[BASIC[codes[1]]] if codes[1] < 16 else TEXT, *style[1:]), codes[2:]
            elif c in COLORS:
                style = (COLORS[c], *style[1:])
    return [*out, (line[at:], style)], style


def main():
    title, path, *command = sys.argv[1:]
    text = subprocess.run(command, capture_output=True, text=True).stdout
    lines = re.sub(r"\x1b\]8;;.*?\x1b\\", "", text).rstrip("\n").split("\n")
    style, rows, widest = (TEXT, False, False), [], len(title)
    for number, line in enumerate(lines):
        pieces, style = spans(line, style)
        column, row = 0, []
        for piece, (color, bold, underlined) in pieces:
            if piece:
                extra = (' font-weight="bold"' if bold else "") + (' text-decoration="underline"' if underlined else "")
                row.append(f'<tspan x="{16 + column * WIDTH:.1f}" fill="{color}"{extra}>{html.escape(piece)}</tspan>')
                column += len(piece)
        widest = max(widest, column)
        rows.append(f'<text y="{60 + number * HEIGHT}" xml:space="preserve">{"".join(row)}</text>')
    width, height = round(32 + widest * WIDTH), 76 + len(lines) * HEIGHT
    dots = "".join(f'<circle cx="{20 + i * 20}" cy="20" r="6" fill="{c}"/>' for i, c in enumerate(("#ff5f57", "#febc2e", "#28c840")))
    with open(path, "w", encoding="utf-8") as f:
        f.write(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
                f'font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" font-size="14">\n'
                f'<rect width="100%" height="100%" rx="8" fill="{GROUND}"/>\n{dots}\n'
                f'<text x="{width / 2:.0f}" y="25" fill="#8b949e" text-anchor="middle">{html.escape(title)}</text>\n'
                + "\n".join(rows) + "\n</svg>\n")


if __name__ == "__main__":
    main()

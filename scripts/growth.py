#!/usr/bin/env python3
"""Measure how time and memory grow with the size of a tree, and draw it.

    growth.py [--binary PATH] [--out FILE.svg] [--sizes 1000,10000,100000] [--roles 1,10,100] [--runs N] [--save FILE.json]
    growth.py --from FILE.json [--out FILE.svg]

Trees come from generate-tree.py, one after the other into a temporary folder (of `--scratch`), and are deleted after
their runs. Prints a Markdown table and, for each share of files with roles, the slopes of CPU time (user and system),
wall clock and peak memory against the number of files: least squares of the logarithms over all sizes, and between the
two largest. A slope of 1 is linear. Python 3.9, standard library only.
"""
import sys

sys.dont_write_bytecode = True
import argparse, json, math, os, pathlib, subprocess, tempfile

from bench import count_of, median, memory_floor, run_once

GENERATOR = pathlib.Path(__file__).resolve().parent / "generate-tree.py"
QUANTITIES = (("cpu", "CPU time"), ("wall", "wall clock"), ("peak", "peak memory"))

WIDTH, HEIGHT, LEFT, TOP, BOTTOM, GAP = 460, 320, 62, 46, 48, 26
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 14px }
.small { font-size: 11px; fill: #57606a }
.frame { fill: none; stroke: #8c959f }
.grid { stroke: #d0d7de; stroke-width: 1 }
.ideal { stroke: #8c959f; stroke-dasharray: 5 4; fill: none }
.line { fill: none; stroke-width: 2 }
.s0 { stroke: #0969da } .s1 { stroke: #bc4c00 } .s2 { stroke: #1a7f37 } .s3 { stroke: #8250df } .s4 { stroke: #bf3989 }
.d0 { fill: #0969da } .d1 { fill: #bc4c00 } .d2 { fill: #1a7f37 } .d3 { fill: #8250df } .d4 { fill: #bf3989 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .small { fill: #9198a1 } .frame { stroke: #656c76 } .grid { stroke: #30363d }
  .ideal { stroke: #656c76 }
  .s0 { stroke: #58a6ff } .s1 { stroke: #f0883e } .s2 { stroke: #3fb950 } .s3 { stroke: #bc8cff } .s4 { stroke: #f778ba }
  .d0 { fill: #58a6ff } .d1 { fill: #f0883e } .d2 { fill: #3fb950 } .d3 { fill: #bc8cff } .d4 { fill: #f778ba }
}
"""


def slope(points):
    """The slope of a line through the logarithms, by least squares; `None` for fewer than two sizes."""
    logs = [(math.log(x), math.log(y)) for x, y in points if x > 0 and y > 0]
    if len({x for x, _ in logs}) < 2:
        return None
    mean_x, mean_y = (sum(values) / len(logs) for values in zip(*logs))
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)


def measure(binary, files, percent, runs, scratch):
    with tempfile.TemporaryDirectory(prefix="growth-", dir=scratch) as folder:
        tree = pathlib.Path(folder) / "tree"
        print(f"growth.py: {files:,} files, {percent} % with roles", file=sys.stderr, flush=True)
        written = subprocess.run([sys.executable, str(GENERATOR), str(tree), "--files", str(files), "--roles", str(percent)],
                                 check=True, stdout=subprocess.PIPE, text=True)
        row = json.loads(written.stdout)
        all_runs = [run_once([binary, ".", "--format", "json"], tree) for _ in range(runs + 1)]
    for run in all_runs:
        if run["code"] not in (0, 1):
            sys.exit(f"growth.py: the linter ended with {run['code']}: {run['err'].strip()}")
    found = count_of(all_runs[-1]["out"], "roles")
    if found != row["roles"]:
        sys.exit(f"growth.py: {found} roles were found, {row['roles']} written: the figures would mean nothing")
    timed = all_runs[1:]
    return {"files": files, "percent": percent, "roles": row["roles"], "bytes": row["bytes"],
            "wall": median(timed, "wall"), "cpu": median(timed, "cpu"), "peak": max(r["peak"] for r in timed)}


def by_percent(rows):
    out = {}
    for row in sorted(rows, key=lambda r: (r["percent"], r["files"])):
        out.setdefault(row["percent"], []).append(row)
    return out


def markdown(result):
    print(f"{result['binary']}; {result['cpus']} CPUs; medians of {result['runs']} runs; "
          f"peaks below {result['floor'] / 1e6:.0f} MB cannot be told\n")
    print("| files | with roles | roles | MB | wall s | CPU s | peak MB |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    for r in result["rows"]:
        print(f"| {r['files']:,} | {r['percent']} % | {r['roles']:,} | {r['bytes'] / 1e6:,.1f} | {r['wall']:,.3f} | "
              f"{r['cpu']:,.3f} | {r['peak'] / 1e6:,.1f} |")
    print("\n| with roles | " + " | ".join(f"{name}, all sizes | {name}, two largest" for _, name in QUANTITIES) + " |")
    print("|--:" * (1 + 2 * len(QUANTITIES)) + "|")
    for percent, rows in by_percent(result["rows"]).items():
        cells = []
        for what, _ in QUANTITIES:
            points = [(r["files"], r[what]) for r in rows]
            cells += ["–" if s is None else f"{s:.2f}" for s in (slope(points), slope(points[-2:]))]
        print(f"| {percent} % | " + " | ".join(cells) + " |")


def decades(values):
    return math.floor(math.log10(min(values)) + 1e-9), math.ceil(math.log10(max(values)) - 1e-9)


def short(exponent, unit):
    """A power of ten as people say it."""
    if unit == "s":
        return f"{10 ** exponent:g} s" if exponent >= 0 else f"{10 ** (exponent + 3):g} ms" if exponent >= -3 else f"{10 ** (exponent + 6):g} µs"
    if unit == "MB":
        return f"{10 ** (exponent - 3):g} GB" if exponent >= 3 else f"{10 ** exponent:g} MB"
    return f"{10 ** exponent:,}"


def panel(at, title, unit, groups, what, scale):
    """One plot with logarithmic axes, as SVG elements; `at` is its left edge."""
    xs = [r["files"] for rows in groups.values() for r in rows]
    ys = [r[what] * scale for rows in groups.values() for r in rows]
    (x0, x1), (y0, y1) = decades(xs), decades(ys)
    x1, y1 = max(x1, x0 + 1), max(y1, y0 + 1)
    left, right, top, bottom = at + LEFT, at + WIDTH - 30, TOP, HEIGHT - BOTTOM

    def x(v):
        return left + (math.log10(v) - x0) / (x1 - x0) * (right - left)

    def y(v):
        return bottom - (math.log10(v) - y0) / (y1 - y0) * (bottom - top)

    out = [f'<text class="title" x="{left}" y="20">{title}</text>']
    for e in range(y0, y1 + 1):
        h = y(10.0 ** e)
        out.append(f'<path class="grid" d="M{left} {h:.1f}H{right}"/>')
        out.append(f'<text class="small" x="{left - 6}" y="{h + 4:.1f}" text-anchor="end">{short(e, unit)}</text>')
    for e in range(x0, x1 + 1):
        w = x(10.0 ** e)
        out.append(f'<path class="grid" d="M{w:.1f} {top}V{bottom}"/>')
        out.append(f'<text class="small" x="{w:.1f}" y="{bottom + 16}" text-anchor="middle">{short(e, "")}</text>')
    out.append(f'<text class="small" x="{(left + right) / 2}" y="{bottom + 34}" text-anchor="middle">files in the tree</text>')
    # A line of slope 1 through the upper left, as far as the frame goes.
    length = min(x1 - x0, y1 - y0)
    end_x, start_y = x(10.0 ** (x0 + length)), y(10.0 ** (y1 - length))
    out.append(f'<path class="ideal" d="M{left} {start_y:.1f}L{end_x:.1f} {top}"/>')
    out.append(f'<rect class="frame" x="{left}" y="{top}" width="{right - left}" height="{bottom - top}"/>')
    for i, (percent, rows) in enumerate(groups.items()):
        points = [(x(r["files"]), y(r[what] * scale)) for r in rows]
        path = "L".join(f"{px:.1f} {py:.1f}" for px, py in points)
        out.append(f'<path class="line s{i % 5}" d="M{path}"/>')
        for (px, py), row in zip(points, rows):
            tip = f"{row['files']:,} files, {percent} % with roles: {row[what] * scale:,.3g} {unit}"
            out.append(f'<circle class="d{i % 5}" cx="{px:.1f}" cy="{py:.1f}" r="3.5"><title>{tip}</title></circle>')
    return out


def draw(result):
    groups = by_percent(result["rows"])
    total = 2 * WIDTH + GAP
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {HEIGHT + 26}" role="img" '
           f'aria-label="Time and memory of a run against the number of files">', f"<style>{STYLE}</style>"]
    out += panel(0, "CPU time, user and system", "s", groups, "cpu", 1)
    out += panel(WIDTH + GAP, "Peak memory", "MB", groups, "peak", 1e-6)
    at = LEFT
    for i, percent in enumerate(groups):
        out.append(f'<rect class="d{i % 5}" x="{at}" y="{HEIGHT + 3}" width="14" height="4" rx="2"/>')
        out.append(f'<text x="{at + 20}" y="{HEIGHT + 10}">{percent} % of files hold roles</text>')
        at += 190
    out.append(f'<path class="ideal" d="M{at} {HEIGHT + 5}h22"/><text x="{at + 28}" y="{HEIGHT + 10}">slope 1: linear</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def numbers(text):
    values = [int(part) for part in text.split(",")]
    if min(values) < 1:
        raise ValueError(text)
    return values


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--binary", type=pathlib.Path, default=pathlib.Path("target/release/iac-trust-lint"))
    p.add_argument("--out", type=pathlib.Path, help="where the plot goes")
    p.add_argument("--sizes", type=numbers, default=[1000, 10000, 100000])
    p.add_argument("--roles", type=numbers, default=[1, 10, 100], metavar="PERCENTS")
    p.add_argument("--runs", type=int, default=3)
    p.add_argument("--scratch", help="where trees are written for a while [default: the system's temporary folder]")
    p.add_argument("--save", type=pathlib.Path, metavar="FILE", help="save the figures, for `--from`")
    p.add_argument("--from", type=pathlib.Path, dest="saved", metavar="FILE", help="measure nothing: take saved figures")
    args = p.parse_args()
    if args.saved:
        result = json.loads(args.saved.read_text())
    else:
        if not args.binary.is_file():
            p.error(f"there is no `{args.binary}`: `cargo build --release` or `--binary PATH`")
        if args.runs < 1 or max(args.roles) > 100:
            p.error("`--runs` is at least 1, shares are percentages")
        binary = str(args.binary.resolve())
        result = {"binary": run_once([binary, "--version"])["out"].strip(), "cpus": os.cpu_count(), "runs": args.runs, "rows": []}
        for files in args.sizes:
            for percent in args.roles:
                result["rows"].append(measure(binary, files, percent, args.runs, args.scratch))
                result["floor"] = memory_floor()
                if args.save:
                    args.save.write_text(json.dumps(result, indent=1) + "\n")
    markdown(result)
    if args.out:
        args.out.write_text(draw(result))


if __name__ == "__main__":
    main()

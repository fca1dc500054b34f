#!/usr/bin/env python3
"""Asks Terraform for the results of function calls and writes them to calls.jsonl beside this file.

    record.py [--terraform PATH]

A line is {"call": [NAME, ARGUMENT, ...], "type": TYPE, "value": VALUE}, or {"call": [...], "error": true}. Arguments are
JSON; {"$call": [NAME, ARGUMENT, ...]} is a nested call. Lists and objects are Terraform's tuples and objects. Types are
as Terraform's state writes them.
"""
import argparse, itertools, json, os, pathlib, random, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).parent
RANDOM = random.Random(20250101)


def hcl(value):
    if isinstance(value, str):
        out = ""
        for c in value:
            out += {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}.get(c) or (
                f"\\u{ord(c):04x}" if ord(c) < 32 else c)
        return '"' + out.replace("${", "$${").replace("%{", "%%{") + '"'
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(hcl, value)) + "]"
    if "$call" in value:
        name, *args = value["$call"]
        return f"{name}({', '.join(map(hcl, args))})"
    return "{" + ", ".join(f"{hcl(k)} = {hcl(v)}" for k, v in value.items()) + "}"


def call(name, *args):
    return {"$call": [name, *args]}


def tolist(*items):
    return call("tolist", list(items))


def toset(*items):
    return call("toset", list(items))


def tomap(**items):
    return call("tomap", items)


TEXTS = ["", "a", "abc", "Hello World", "  x  ", "a,b,c", "äß€", "😀x", "line1\nline2\n\n", "\r\n", "x\r\n",
         "arn:aws:iam::123456789012:role/x", "https://x.example.com/id/ABC", "true", "12", "-3.5", "a\"b\\c", "<&>",
         "A-b_C 9z", "foo.bar/baz", "ab ab", "${x}", "%d", "\u2028"]
NUMBERS = [0, 1, -1, 2, 3, 7, 10, 2.5, -2.5, 0.1, 100, 1e10, 123456789012, -0.5, 1.005]
LISTS = [[], ["a"], ["a", "b", "c"], ["b", "a", "b"], [1, 2, 3], [1, "a", True], ["", "a", "", "b"], [None, "a"],
         tolist("a", "b"), toset("b", "a", "b"), [["a"], ["b", "c"]], [[1], "x"], [True, False], [{"a": 1}, {"a": 2}],
         tolist(), [3, 1, 2], ["10", "9"], [1.5, 2], toset(3, 1, 2), [["a", ["b", ["c"]]], []], tolist(1, 2)]
MAPS = [{}, {"a": 1}, {"a": 1, "b": "x"}, {"b": "1", "a": "2"}, tomap(a="x", b="y"), {"a": {"b": 1}}, {"a": None},
        tomap(a=1), {"a": ["x"], "b": ["x", "y"]}, {"x y": True}]
SCALARS = [None, True, False, 0, 1, 1.5, "", "a", "1", "true"]
ANY = SCALARS + LISTS + MAPS
calls = []


def add(name, *args):
    calls.append([name, *args])


def every(name, *pools, most=400):
    rows = list(itertools.product(*pools))
    if len(rows) > most:
        rows = RANDOM.sample(rows, most)
    for row in rows:
        add(name, *row)


def arities(*names):
    for name in names:
        for count in range(5):
            add(name, *["a"] * count)


# ---- numbers
for name in ("abs", "ceil", "floor", "signum"):
    every(name, NUMBERS + ["12", "-1.5", "x", None, True, []])
for name in ("max", "min"):
    every(name, NUMBERS, NUMBERS, most=60)
    every(name, ["3", "x", None, True], [1, 2])
    add(name)
    add(name, 5)
    add(name, 1, 2, 3, -4)
every("log", [1, 8, 10, 16, 100, -1], [2, 10, 3])
every("pow", [1, 2, -2, 2.5, 10, 1e10], [0, 1, 2, -1, 0.5, 10, 3])
every("parseint", ["100", "ff", "FF", "-7", "+7", "", "z", "Z", "12a", "0x1f", " 1", "1_000", 12, "aA", "11111111111"], [2, 8, 10, 16, 36, 37, 62, 1, 63, 0])

# ---- strings
for name in ("chomp", "lower", "upper", "title", "trimspace", "strrev", "length"):
    every(name, TEXTS + ["\t x \u00a0", "İ ı", "o'neil x-y z_w 1a", "a\n\r\n\n", 1, True, None, ["a"]])
for name in ("startswith", "endswith", "strcontains", "trimprefix", "trimsuffix"):
    every(name, TEXTS, ["", "a", "x", "abc", "\n", "https://", "äß€", " "], most=120)
    every(name, [12, True, None, []], ["1", 1, None])
every("trim", TEXTS, ["", "a", " ", "xA-", "\n\r", "c,a", "€"])
every("indent", [0, 1, 4, -1, "2", 1.5], TEXTS[:12] + ["a\nb\r\nc"])
every("join", ["", ",", ", ", "::"], LISTS)
every("join", [","], LISTS, LISTS, most=80)
add("join", ",")
every("split", ["", ",", " ", "::", "a", "\n", ":"], TEXTS + ["a::b:::c", ",a,,b,", "::"])
every("substr", TEXTS, [0, 1, 2, -1, -3, 10, -10, 1.5], [0, 1, 2, -1, 100, -2], most=500)
every("replace", TEXTS, ["a", "", "l", "/a/", "/(\\w)(\\w)/", "/[aeiou]/", "/^https://", "/", "//", "/x", "/\\s+/", "/(/", " "],
      ["", "X", "$1", "${1}y", "$2$1", "$$", "$10", "$name"], most=700)
every("replace", ["foobar"], ["/(?P<first>o+)/", "/(?i)O/", "/^/", "/$/", "/o*/", "/\\b/"], ["[$first]", "[${first}]", "-", "$0"])
PATTERNS = ["a", "^", "[a-z]+", "([a-z])([a-z])", "(?P<first>[a-z]+)[,:](?P<second>[a-z]*)", "(a)|(b)", "x*", "\\d+", "\\w+", "[\\w.]+",
            "^arn:aws:iam::(\\d{12}):(.+)$", "(?i)HELLO", "(", "[", "a{2,3}", "{", "a{,2}", "a{x}", "\\Qa.b\\E", "[[:alpha:]]+", "[^\\s]+", "\\S+",
            "(?s).*", ".", "[^a]", "(?P<a>a)(b)?", "^(?:https?://)?([^/]*)(/.*)?$", "\\/", "[a&&b]+", "[[a]+", "\\pL+", "€", "\\.", "(?<n>a)",
            "[]a]+", "[^]a]+", "\\x41", "\\z", "a**", "(?=a)", "\\1", "[\\D]+", "(a+)+$", "\\bx", "\\<a", "[a~~b]", "[a--z]", "\\C", "(?U)a+"]
every("regex", PATTERNS, TEXTS, most=1000)
every("regexall", PATTERNS, TEXTS, most=600)
FORMATS = ["", "%s", "%d", "%v", "%#v", "%q", "%t", "%5d", "%-5d|", "%05d", "%+d", "% d", "%x", "%X", "%#x", "%o", "%b", "%f", "%.2f", "%8.3f",
           "%e", "%g", "%G", "%E", "%.3g", "%10s|", "%-10s|", "%.2s", "%%", "%", "%z", "%[1]s", "a%sb", "%010s", "%5v", "%5t", "%[2]s", "%[0]s", "%5q", "%!", "%#o", "%c", "%U", "%.1v"]
every("format", FORMATS, SCALARS + [12, -7, 2.5, 255, "äß", "hello", 1e10, 123456789012, 0.000001234, [1, "a"], {"a": 1}, "a\"b\n", tolist("a"), 100, 1e21, 1e22], most=1100)
every("format", ["%s-%s", "%[2]s %[1]s", "%s", "%s %s %s", "%[1]s %[1]s %s", "%[2]s %s", "%d:%v"], ["a", 1, True, None], ["b", 2, []])
every("formatlist", ["%s", "x-%s", "%s-%s", "x", "%d"], LISTS, most=200)
every("formatlist", ["%s-%s", "%s"], LISTS + ["a", 1], LISTS + ["b"], most=200)
add("formatlist", "plain")

# ---- lists
for name in ("alltrue", "anytrue", "compact", "distinct", "flatten", "one", "reverse", "sort", "sum", "length", "keys", "values", "transpose"):
    every(name, ANY + [[True], ["true"], [True, None], ["false", True], [False], [None], ["x"], [[]], {"b": 1, "a": [1]}, [1, [2, [3, []]], {"a": [1]}], toset(), [0.1, 0.2], ["1", "2"], [1, 1.0, "1"]])
    add(name)
every("chunklist", LISTS, [0, 1, 2, 5, -1, "2", 1.5])
every("coalesce", SCALARS, SCALARS)
every("coalesce", [None, "", [], ["a"], {}, {"a": 1}, tolist()], [None, ["b"], {"b": 1}, "x", tolist("c")])
add("coalesce")
every("coalescelist", LISTS + [None, {}, "a", {"a": 1}], LISTS, most=200)
add("coalescelist")
every("concat", LISTS, LISTS)
every("concat", LISTS + [None, "a"])
add("concat")
add("concat", [1], ["a"], toset("x"))
every("contains", LISTS, ["a", 1, "1", True, None, {"a": 1}, ["a"], 2], most=200)
every("element", LISTS + ["x", {}], [0, 1, 2, 5, -1, "1", 0.5], most=170)
every("index", LISTS, ["a", "b", 1, "1", True, {"a": 2}, None], most=150)
every("range", NUMBERS)
every("range", [0, 1, 5, -3, 0.5], [0, 3, 1.5, -2], )
every("range", [0, 1, 5, -3, 0.5], [0, 3, 10, -2], [1, 2, -1, 0, 0.5])
add("range", 2000), add("range", 1024), add("range", 1025), add("range"), add("range", 1, 2, 3, 4)
every("slice", LISTS, [0, 1, 2, -1], [0, 1, 2, 3, 10], most=300)

# ---- maps
every("lookup", MAPS + [[], "x", None], ["a", "b", "zz", 1], most=60)
every("lookup", MAPS, ["a", "b", "zz"], ["d", 1, None, []])
add("lookup", {}, "a", "b", "c"), add("lookup", {})
every("merge", MAPS + [None, []], MAPS + [None])
add("merge"), add("merge", None), add("merge", {"a": 1}), add("merge", tomap(a="1"), tomap(b=2)), add("merge", tomap(a="1"), tomap(b="2"), {"c": 3})
every("zipmap", [["a", "b"], ["b", "a"], [], ["a", "a"], [1, 2], [None, "a"], tolist("x", "y"), toset("q", "p")], LISTS, most=170)
every("matchkeys", [["x", "y", "z"], [1, 2, 3], []], [["a", "b", "c"], ["a", "a", "b"], [1, 2, 3], []], [["a"], ["c", "a"], [1], [], ["1", "3"]])
every("matchkeys", [["x"]], LISTS, LISTS, most=40)

# ---- sets
SETS = [[], ["a"], ["a", "b"], ["b", "c", "b"], [1, 2], ["1", "2"], toset("a", "c"), tolist("b"), [True], [[1], [2]], [{"a": 1}], toset(1, 2), toset()]
for name in ("setunion", "setintersection", "setsubtract", "setproduct"):
    every(name, SETS, SETS)
    every(name, SETS + [None, "a"])
    every(name, SETS, SETS, SETS, most=40)
    add(name)

# ---- types
for name in ("tobool", "tolist", "tomap", "tonumber", "toset", "tostring", "nonsensitive", "ephemeralasnull"):
    every(name, ANY + ["0", "True", "TRUE", "yes", "1.0", "1e3", "-5", "+5", " 1", "0x10", "1.", ".5", "1_0", "٣", [1, True], [1, "a"], [[1], ["a"]], [[], ["a"]],
                       [{"a": 1}, {"a": "x"}], [{"a": 1}, {"b": 1}], [{"a": 1}, {}], {"a": 1, "b": True}, {"a": [1], "b": []}, {"a": {"x": 1}, "b": {"y": "s"}},
                       [None], [None, 1], ["a", None, "a"], 1.10, 1e21, 123456789.125, 1e-7, [["a", 1], ["b", "c"]], [{"a": [1]}, {"a": ["x", "y"]}], [tolist("a"), ["b", "c"]],
                       [tomap(a="1"), {"b": 2}], [toset("a"), ["b"]], "100000000000000000000000"])
arities("upper", "join", "lookup", "merge", "range", "jsonencode", "file", "one", "nosuchfunction", "list", "map", "defaults", "element")

# ---- encodings
every("jsonencode", ANY + TEXTS + [{"b": [1, {"a": None}], "a": "<&>"}, 1e21, 0.1, 1.10, -5, 123456789012345678])
every("jsondecode", ["", "null", "1", "\"a\"", "[1, \"a\", null]", "{\"b\": 1, \"a\": {\"c\": []}}", "{\"a\": 1, \"a\": 2}", "{", "[1,]", "nul", "1 2", "\"\\u00e9\\n\"", " {} ", "1e3", "1.50",
                     "'a'", "[1]x", "\t[]\n", "true", "-0", "01", "\"\\x\"", "\"\u0001\"", "{a: 1}", "[[[[1]]]]", "\"\\ud83d\\ude00\""])
every("jsondecode", [call("jsonencode", v) for v in ANY])
every("base64encode", TEXTS)
every("base64decode", ["", "YQ==", "YWJj", "YQ", "YQ=", "w6TDnw==", "/w==", "Y Q=", "YWJj\nYWJj", "!!!!", "YR==", "=YQ="])
every("textencodebase64", ["", "abc", "äß€", "😀"], ["UTF-8", "UTF-16LE", "UTF-16BE", "nosuch"])
every("textdecodebase64", ["", "YQBiAA==", "AGEAYg==", "YWJj", "!"], ["UTF-8", "UTF-16LE", "UTF-16BE", "nosuch"])
every("urlencode", TEXTS + ["a b+c/d?e=f&g", "~-_.!*'()"])
every("csvdecode", ["a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n", "a\n\"x,\"\"y\"\"\"\n", "", "a,a\n1,2\n", "a,b\n1\n", "a\n\n\nb\n", "a\n\"x\ny\"\n", "a\nb\"c\n", "a\n\"b\"c\n", "a,b", "a\n x \n", "\n", "a\n\"\"\n", "a\n\"\r\n\"\n"])
for name in ("md5", "sha1", "sha256", "sha512", "base64sha256", "base64sha512"):
    every(name, TEXTS + ["x" * n for n in (54, 55, 56, 63, 64, 65, 111, 112, 113, 119, 120, 127, 128, 129, 200)])
every("uuidv5", ["dns", "url", "oid", "x500", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "nosuch", ""], ["tada", "", "äß"])
every("yamlencode", ANY + TEXTS + [{"b": [1, {"a": None}], "a": "<&>"}, "yes", "null", "1.5", "- a", "a: b", "#x", "multi\nline", "0o7", "2001-01-01", "~", "'", "[", "on", "1_000", [], [[]], [{}], {"a": []}, [[1, [2]]], "x" * 100, " lead", "trail ", "a #b", "!x", "&x", "*x", "%x", "@x", "`x", "|", ">", "-", "?", "? x", "key: ", "=", "<<", "0x1F", "1e3", ".inf", "NaN", "y", "N", "True"])
every("yamldecode", ["a: 1\nb: [x, y]\n", "- 1\n- two\n- null\n- ~\n- true\n- yes\n", "x", "", "1.5", "0x10", "0o7", "1_000", "a: &x 1\nb: *x\n", "|\n  text\n  more\n", ">\n  fold\n  ed\n", "{a: 1", "a: 1\na: 2\n",
                     "--- 1\n--- 2\n", "2001-01-01", "!!str 1", "\"q\\n\"", "'it''s'", "[1, {a: b}]", "<<: {a: 1}\nb: 2\n", "? a\n: b\n", "1: x\n", "true: x\n", "a:\n", "- \n", "!custom x", "007", ".5", "+1", "1e3", "on", "null", "Null", "TRUE", ".nan"])
every("yamldecode", [call("yamlencode", v) for v in ANY + ["yes", "multi\nline\n", " x "]])

# ---- dates
TIMES = ["2018-01-02T23:12:01Z", "2017-11-22T00:00:00Z", "2024-02-29T12:30:45+05:30", "1969-12-31T23:59:59-08:00", "2020-06-01T00:00:00.123Z", "x", "2018-01-02", "2018-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2018-01-02t00:00:00z", "2018-01-02T24:00:00Z", "0001-01-01T00:00:00Z"]
every("formatdate", ["YYYY-MM-DD", "DD MMM YYYY hh:mm ZZZ", "EEEE, DD-MMM-YY hh:mm:ss ZZZ", "h'h'mm AA aa H HH", "EEE D M YY MMMM", "Z ZZZ ZZZZ ZZZZZ", "'it''s' YYYY", "x", "'open", "ss s m", "YYYYY", "", "-- / 12"], TIMES)
every("timeadd", TIMES, ["10m", "-24h", "1h30m", "1.5s", "x", "", "1", "0", "8760h", "-0.5h", "1d", "+5s", "500ms", "1h-1m"])
every("timecmp", TIMES, TIMES)

# ---- networks
PREFIXES = ["10.0.0.0/8", "10.1.2.3/24", "192.168.0.0/32", "fd00::/8", "2001:db8::1/64", "0.0.0.0/0", "x", "10.0.0.0", "10.0.0.0/33", "010.0.0.0/8", "::/0", "10.0.0/8", "10.0.0.0/08"]
every("cidrhost", PREFIXES, [0, 1, 5, 255, 256, -1, -256, 1e10, 1.5])
every("cidrnetmask", PREFIXES)
every("cidrsubnet", PREFIXES, [0, 1, 8, 4, 33, 64], [0, 1, 2, 255, 256])
every("cidrsubnets", [p for p in PREFIXES if not p.endswith("/0")], [1, 4, 8, 0, 40], [4, 8, 2], most=120)
every("cidrsubnets", PREFIXES[:3], [4, 8], [8, 4], [4, 1], )
add("cidrsubnets", "10.0.0.0/8")

# ---- files
PATHS = ["files/a.txt", "./files/b.json", "files/sub/../a.txt", "files/nosuch", "files", "files/binary.dat", "files/sub/c.yaml", "", "files/with space.txt"]
for name in ("file", "fileexists", "filebase64", "filemd5", "filesha1", "filesha256", "filesha512", "filebase64sha256", "filebase64sha512"):
    every(name, PATHS)
every("fileset", ["files", "files/", "files/sub"], ["*", "**", "*.txt", "**/*.txt", "sub/*", "*/*", "{a,b}.*", "[ab].*", "?.txt", "**/d.txt", "sub/**", "a.txt", "nosuch", "[", "{a", ".*", "../files/*.txt", "sub/deep/../*", "[!a]*.*", "**.txt", "files/**/*.txt", "s*/*/*", "", "\\a.txt"], most=150)
for name in ("basename", "dirname"):
    every(name, ["", "/", "a", "a/b", "a/b/", "/a", "a//b", "./a", "../a", "a/..", "a/../b/c", "//", "a/./b", ".", ".."])
add("fileset", "files/nosuch", "*")
every("pathexpand", ["a/b", "", "/x"])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--terraform", default="terraform")
    terraform = options.parse_args().terraform
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    unique = list({json.dumps(c): c for c in calls}.values())
    with tempfile.TemporaryDirectory() as scratch:
        os.symlink((HERE / "files").resolve(), pathlib.Path(scratch, "files"))
        outputs, lines = {}, []
        for i, c in enumerate(unique):
            lines.append(f"output \"c{i}\" {{ value = try([{hcl({'$call': c})}], \"error\") }}\n")
            if len(lines) < 1500 and i + 1 < len(unique):
                continue
            pathlib.Path(scratch, "main.tf").write_text("".join(lines))
            lines = []
            run = subprocess.run([terraform, "apply", "-auto-approve", "-no-color"], cwd=scratch, env=environment, capture_output=True, text=True)
            if run.returncode:
                sys.exit(run.stderr)
            state = pathlib.Path(scratch, "terraform.tfstate")
            outputs |= json.loads(state.read_text())["outputs"]
            state.unlink()
    errors = 0
    with open(HERE / "calls.jsonl", "w") as out:
        for i, c in enumerate(unique):
            result = outputs.get(f"c{i}")
            line = {"call": c}
            if result is None or result["value"] in (None, "error"):
                line["error"], errors = True, errors + 1
            else:
                line["type"], line["value"] = result["type"][1][0], result["value"][0]
            print(json.dumps(line, ensure_ascii=False), file=out)
    print(f"{len(unique)} calls, {errors} of them errors")


main()

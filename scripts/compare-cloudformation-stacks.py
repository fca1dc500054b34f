#!/usr/bin/env python3
"""Compares the policies that iac-trust-lint reads from templates with those that a CloudFormation stand-in makes of them.

    compare-cloudformation-stacks.py --program target/release/iac-trust-lint --oracle ORACLE TREE ...

ORACLE is a script as testdata/cloudformation/README.md describes it. Each template with roles is created by it with the
values that it prints for parameters; the same are passed on. Printed are all differences, and the figures.
"""
import argparse, collections, json, pathlib, re, subprocess, sys

PLACEHOLDERS = {"${own-account}": "123456789012", "${partition}": "aws", "${region}": "us-east-1", "${dns-suffix}": "amazonaws.com"}
ENDINGS = (".yaml", ".yml", ".json", ".template")
HOLE = re.compile(r"\\\$\\\{unknown:.*?\\\}")


def plain(value):
    """The value with all scalars as text, lists of one as that one, and lists in one order."""
    if isinstance(value, dict):
        return value if "$unknown" in value else {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        items = sorted((plain(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True))
        return items[0] if len(items) == 1 else items
    text = value if isinstance(value, str) else json.dumps(value)
    for placeholder, stands_for in PLACEHOLDERS.items():
        text = text.replace(placeholder, stands_for)
    return text


def matches(ours, theirs, unknowns):
    if isinstance(ours, dict) and "$unknown" in ours:
        unknowns.append(ours["$unknown"])
        return True
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(matches(ours[k], theirs[k], unknowns) for k in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        left = list(theirs)
        for item in ours:
            found = next((t for t in left if matches(item, t, unknowns)), None)
            if found is None:
                return False
            left.remove(found)
        return not left
    if isinstance(ours, str) and isinstance(theirs, str) and "${unknown:" in ours:
        unknowns.append(ours)
        return re.fullmatch(HOLE.sub(".*", re.escape(ours)), theirs, re.S) is not None
    return ours == theirs


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", required=True)
    options.add_argument("--oracle", required=True)
    options.add_argument("--skip", default="", help="a regular expression of paths to leave out")
    options.add_argument("trees", nargs="+", metavar="TREE")
    options = options.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    total = collections.Counter()
    for tree in map(pathlib.Path, options.trees):
        count = collections.Counter()
        names = []
        for path in sorted(p for p in tree.rglob("*") if p.suffix in ENDINGS and p.is_file()):
            name = str(path.relative_to(tree))
            if b"AWS::IAM::Role" in path.read_bytes() and not (options.skip and re.search(options.skip, name)):
                names.append(name)
        by_template = collections.defaultdict(list)
        if names:
            ran = subprocess.run([sys.executable, options.oracle, *names], cwd=tree, capture_output=True, text=True)
            for line in ran.stdout.splitlines():
                if line.startswith("{"):
                    by_template[json.loads(line)["template"]].append(json.loads(line))
        for name in names:
            theirs = by_template[name]
            count["templates"] += 1
            if not theirs or any("error" in line for line in theirs):
                count["templates that the judge cannot create"] += 1
                continue
            call = [program, "roles", "--with-policy", "--format", "json", name]
            for key, value in theirs[0].get("parameters", {}).items():
                call += ["--parameter", f"{key}={value}"]
            ran = subprocess.run(call, cwd=tree, capture_output=True, text=True)
            try:
                ours = {r["address"]: r for r in json.loads(ran.stdout)["roles"] if r["file"] == name}
            except ValueError:
                count["crashed"] += 1
                print(f"{tree.name}/{name}: exit {ran.returncode}: {ran.stderr[-300:]}")
                continue
            for line in theirs:
                role = ours.get(line["role"])
                if role is None:
                    count["missing"] += 1
                    print(f"MISSING {tree.name}/{name}: {line['role']}; there are {sorted(ours)[:8]}")
                    continue
                unknowns = []
                if not matches(plain(role["document"]), plain(line["policy"]), unknowns):
                    count["different"] += 1
                    print(f"DIFFERENT {tree.name}/{name}: {line['role']}\n  ours   {json.dumps(role['document'])[:600]}\n  theirs {json.dumps(line['policy'])[:600]}")
                elif unknowns:
                    count["equal but for unknown parts"] += 1
                    print(f"UNKNOWN {tree.name}/{name}: {line['role']}: {unknowns[:3]}")
                else:
                    count["equal"] += 1
        print(f"== {tree.name}: {dict(count)}", flush=True)
        total += count
    print(f"== all: {dict(total)}")


main()

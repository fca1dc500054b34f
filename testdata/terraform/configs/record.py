#!/usr/bin/env python3
"""Records what Terraform plans for each configuration here.

    record.py ORACLE

ORACLE is a script that is called as `ORACLE TREE DIR...` and prints, for each role of each root module DIR of TREE, one
JSON line {"dir", "address", "policy"}; a policy that Terraform does not know before apply is null. Its lines go to
expected.jsonl in the folder of the configuration, without "dir".
"""
import collections, json, pathlib, subprocess, sys

HERE = pathlib.Path(__file__).resolve().parent
dirs = sorted(d.name for d in HERE.iterdir() if d.is_dir())
out = subprocess.run([sys.executable, sys.argv[1], "--jobs", "2", str(HERE), *dirs], check=True, stdout=subprocess.PIPE, text=True).stdout
lines = collections.defaultdict(list)
for line in map(json.loads, out.splitlines()):
    lines[line.pop("dir")].append(line)
for d in dirs:
    rows = sorted(lines[d], key=lambda l: l.get("address", ""))
    for row in rows:
        if "error" in row:
            print(f"{d}: {row['error']}", file=sys.stderr)
    (HERE / d / "expected.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
print(f"{len(dirs)} configurations, {sum(map(len, lines.values()))} roles")

#!/usr/bin/env python3
"""Compares the policies that iac-trust-lint reads from Terraform trees with those that Terraform plans.

    cargo build --example terraform_roles
    compare-terraform-plans.py --program target/debug/examples/terraform_roles TREE=RECORD ...

RECORD has one JSON line per role, as a plan makes it with the root modules of TREE:
{"dir", "address", "policy", "variables"?} or {"dir", "address"?, "error"}. A policy that Terraform does not know is null.
`variables` are values that the plan was made with; they are passed on. Printed are all differences, and the figures.
"""
import argparse, collections, json, pathlib, re, subprocess, sys

PLACEHOLDERS = {"${own-account}": "123456789012", "${partition}": "aws", "${region}": "[a-z]{2}-[a-z]+-\\d",
                "${dns-suffix}": "amazonaws\\.com", "${own-organization}": "o-[a-z0-9]+", "${aws-service-account}": "\\d{12}"}
HOLE = re.compile(r"\\\$\\\{unknown:.*?\\\}")


def pattern(text):
    """The regular expression of what a text with placeholders and holes stands for."""
    out = HOLE.sub(".*", re.escape(text))
    for placeholder, stands_for in PLACEHOLDERS.items():
        out = out.replace(re.escape(placeholder), stands_for)
    return re.compile(out, re.S)


def as_list(value):
    return value if isinstance(value, list) else [value]


def compare(ours, theirs, unknowns):
    """A difference, or None. What is unknown to us fits anything and is noted."""
    if isinstance(ours, dict) and set(ours) == {"$unknown"}:
        unknowns.append(ours["$unknown"])
        return None
    if isinstance(ours, dict) and isinstance(theirs, dict):
        left = dict(theirs)
        open_key = False
        for key, value in ours.items():
            if key.startswith("${unknown:") and key.endswith("}"):
                open_key = True
                unknowns.append(key)
                continue
            found = next((k for k in left if pattern(key).fullmatch(k)), None)
            if found is None:
                return f"{key!r} is not in {theirs}"
            if difference := compare(value, left.pop(found), unknowns):
                return f"{key}: {difference}"
        return None if open_key or not left else f"{list(left)} missing in {ours}"
    if isinstance(ours, list) or isinstance(theirs, list):
        ours, left = as_list(ours), list(as_list(theirs))
        many = [o for o in ours if isinstance(o, dict) and set(o) == {"$unknown"}]
        for item in [o for o in ours if o not in many]:
            for other in left:
                seen = []
                if compare(item, other, seen) is None:
                    unknowns += seen
                    left.remove(other)
                    break
            else:
                return f"{json.dumps(item)} is none of {json.dumps(left)}"
        unknowns += [o["$unknown"] for o in many]
        return f"{json.dumps(left)} missing in {json.dumps(ours)}" if left and not many else None
    text = lambda v: v if isinstance(v, str) else json.dumps(v)
    if isinstance(ours, (dict, list)) or isinstance(theirs, (dict, list)):
        return f"{json.dumps(ours)} is not {json.dumps(theirs)}"
    unknowns += re.findall(r"\$\{unknown:(.*?)\}", text(ours))
    return None if pattern(text(ours)).fullmatch(text(theirs)) else f"{ours!r} is not {theirs!r}"


def document(policy):
    if isinstance(policy, str):
        try:
            return json.loads(policy)
        except ValueError:
            pass
    return policy


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", required=True)
    options.add_argument("--quiet", action="store_true", help="figures only")
    options.add_argument("trees", nargs="+", metavar="TREE=RECORD")
    options = options.parse_args()
    total, reasons, dirs_seen = collections.Counter(), collections.Counter(), 0
    program = str(pathlib.Path(options.program).resolve())
    for pair in options.trees:
        tree, record = pair.rsplit("=", 1)
        by_dir = collections.defaultdict(list)
        for line in map(json.loads, open(record)):
            by_dir[line["dir"]].append(line)
        count = collections.Counter()
        for folder, lines in sorted(by_dir.items()):
            dirs_seen += 1
            given = {}
            for line in lines:
                given |= line.get("variables", {})
            call = [program, tree, folder]
            for name, value in given.items():
                call.append(f"{name}={value if isinstance(value, str) else json.dumps(value)}")
            ran = subprocess.run(call, capture_output=True, text=True, timeout=600)
            try:
                listed = json.loads(ran.stdout)["roles"]
            except ValueError:
                count["crashed"] += 1
                print(f"{tree}/{folder}: {ran.returncode} {ran.stderr[-400:]}")
                continue
            mine = collections.defaultdict(list)
            for role in listed:
                mine[role["address"]].append(role)
            for line in lines:
                if "address" not in line:
                    count["not planned"] += 1
                    continue
                if "error" in line:
                    count["failed in Terraform"] += 1
                    continue
                if line["policy"] is None:
                    count["unknown to Terraform"] += 1
                    continue
                address = line["address"]
                starred = re.sub(r'\["(?:[^"\\]|\\.)*"\]', "[*]", address)
                found = mine.get(address) or mine.get(starred) or [r for a, rs in mine.items() for r in rs if matches(a, address)]
                if not found:
                    count["missing"] += 1
                    print(f"MISSING {tree}/{folder}: {address}; there are {sorted(mine)[:12]}")
                    continue
                best = None
                for role in found:
                    unknowns = []
                    difference = compare(role.get("document"), document(line["policy"]), unknowns)
                    if best is None or (difference is None, -len(unknowns)) > (best[0] is None, -len(best[1])):
                        best = difference, unknowns, role
                difference, unknowns, role = best
                if difference:
                    count["different"] += 1
                    print(f"DIFFERENT {tree}/{folder}: {address}: {difference[:700]}")
                elif unknowns:
                    count["equal but for unknown parts"] += 1
                    why = {r["expression"] if "expression" in r else json.dumps(r) for r in role["policy"]["reasons"]}
                    for r in role["policy"]["reasons"]:
                        reasons[str(r.get("reason") or r.get("why") or r)[:120]] += 1
                    if not options.quiet:
                        print(f"UNKNOWN {tree}/{folder}: {address}: {sorted(set(unknowns))[:5]} {sorted(why)[:3]}")
                else:
                    count["equal"] += 1
            planned = {l["address"] for l in lines if "address" in l}
            if not any("address" not in l for l in lines):
                # A role that failed stands there without its instance keys.
                failed = {l["address"] for l in lines if "error" in l and "address" in l}
                planned |= {a for a in mine if re.sub(r'\[(?:"(?:[^"\\]|\\.)*"|[^"\]]*)\]', "", a) in failed}
                extra = [a for a in mine if a not in planned and not any(matches(a, p) for p in planned)]
                count["ours only"] += len(extra)
                for a in extra:
                    print(f"OURS ONLY {tree}/{folder}: {a}")
        print(f"== {tree}: {len(by_dir)} folders, {dict(count)}")
        total += count
    print(f"== all: {len(options.trees)} trees, {dirs_seen} folders, {dict(total)}")
    for reason, n in reasons.most_common():
        print(f"   {n} {reason}")


def matches(ours, theirs):
    """Whether an address with unknown instance keys stands for another."""
    return re.fullmatch(re.escape(ours).replace(re.escape("[*]"), r'\[[^\]]*\]').replace(re.escape("[0]"), r'(?:\[0\])?'), theirs) is not None


main()

#!/usr/bin/env python3
"""Counts the roles of trees: how many have a wholly known trust policy, and what stands in the way of the others.

    role-figures.py --program target/release/iac-trust-lint TREE ...

The program runs inside of each TREE. A reason is "outside" when only AWS, a state, another provider, an absent module, the
workspace or a value that is given at the command line can settle it; every other reason is the program's own to mend. Of
the roles that depend on nothing outside, the share that is resolved is printed last. `--all` prints each distinct reason.
"""
import argparse, collections, json, pathlib, subprocess

CLASSES = [
    ("workspace", lambda e, r: e == "terraform.workspace" or "no value when `terraform.workspace`" in r),
    ("only AWS knows", lambda e, r: r == "only AWS knows it"),
    ("after apply", lambda e, r: r == "it is known only after apply"),
    ("state, secret, export", lambda e, r: r == "it is kept outside this configuration"),
    ("other provider", lambda e, r: r == "its provider is not evaluated"),
    ("absent module", lambda e, r: r.startswith("the module `") and r.endswith("` is not on disk")),
    ("outside the root", lambda e, r: "lies outside the root" in r),
    ("variable without value", lambda e, r: r == "the variable has no default and no value is given"),
    ("parameter without value", lambda e, r: r == "the parameter has no default and no value is given"),
    ("differs from run to run", lambda e, r: r == "its result differs from run to run"),
    ("fails as written", lambda e, r: r.startswith("it cannot be evaluated:") or r == "nothing declares it"),
    ("macro, transform", lambda e, r: "is not evaluated" in r and ("Transform" in e or "macro" in r)),
]


def kind(reason):
    expression, why = reason["expression"], reason["reason"]
    return next((name for name, fits in CLASSES if fits(expression, why)), "OURS")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", required=True)
    options.add_argument("--all", action="store_true", help="print each distinct reason")
    options.add_argument("trees", nargs="+", metavar="TREE")
    options = options.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    total, kinds, distinct, own = collections.Counter(), collections.Counter(), collections.Counter(), 0
    for tree in options.trees:
        ran = subprocess.run([program, "roles", "--format", "json"], cwd=tree, capture_output=True, text=True)
        if ran.returncode not in (0, 2) or not ran.stdout:
            print(f"{tree}: exit {ran.returncode}: {ran.stderr[-300:]}")
            continue
        roles = json.loads(ran.stdout)["roles"]
        count = collections.Counter(r["policy"]["status"] for r in roles)
        total += count
        print(f"{tree}: {len(roles)} roles: " + ", ".join(f"{n} {s}" for s, n in sorted(count.items())))
        if ran.returncode:
            print(f"  exit {ran.returncode}: {ran.stderr.strip()[-300:]}")
        for role in roles:
            reasons = role["policy"]["reasons"]
            of = {kind(r) for r in reasons}
            kinds.update(of)
            distinct.update((kind(r), r["expression"], r["reason"]) for r in reasons)
            own += role["policy"]["status"] != "resolved" and of <= {"OURS"}
    print(f"\nall: {sum(total.values())} roles: " + ", ".join(f"{n} {s}" for s, n in sorted(total.items())))
    for name, n in kinds.most_common():
        print(f"  {n:5} roles: {name}")
    if options.all or "OURS" in kinds:
        for (name, expression, why), n in distinct.most_common():
            if options.all or name == "OURS":
                print(f"  {n:5} {name}: {expression}: {why}")
    settled = total["resolved"] + own
    if settled:
        print(f"resolved of those that depend on nothing outside: {total['resolved']} of {settled}, {100 * total['resolved'] / settled:.1f} %")


main()

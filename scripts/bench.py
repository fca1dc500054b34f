#!/usr/bin/env python3
"""Measure whole runs against a text search for the two names of a trust policy, side by side.

    bench.py [KIND:]TREE... [--binary PATH] [--runs N] [--staged FILE] [--version] [--checkov] [--check] [--json FILE]

For each tree the linter (`. --format json`) and `rg -c -u -e assume_role_policy -e AssumeRolePolicyDocument .` run in
turn, N times after one run of each that warms the cache; the table shows medians, and the peak memory of the worst run.
`--staged FILE` measures the linter on that one file of a tree (of the trees given, or of its git repository).
KIND is `noise` or `dense`; `--check` then compares with the targets below and exits with 1 when one is missed or could
not be measured. Without `--check` the exit code is 0 unless the usage is wrong. Python 3.9, standard library only.
"""
import argparse, json, os, pathlib, re, shutil, subprocess, sys, tempfile, time

PATTERNS = ["-e", "assume_role_policy", "-e", "AssumeRolePolicyDocument"]
CHECKOV = "CKV_AWS_60,CKV_AWS_61,CKV_AWS_358,CKV_AWS_393"
MAX_RATIO = {"noise": 1.5, "dense": 4.0, "staged": 2.0}
MAX_VERSION_MS = 5.0
MIN_CHECKOV_RATIO = 1000
MB = 1e6


def memory_limit(parsed_bytes):
    return 3 * parsed_bytes + 30 * MB


def run_once(command, folder=".", read=None):
    """Runs to the end: seconds of wall clock, seconds of user and system time, peak bytes, exit code, how both outputs
    begin, and what `read` makes of the whole of standard output, a file. Outputs are never held: a child's peak begins
    with that of this process."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        made = read(out) if read else None
        out.seek(0)
        heads = [stream.read(4096).decode(errors="replace") for stream in (out, err)]
    unit = 1 if sys.platform == "darwin" else 1024
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss * unit,
            "code": child.returncode, "out": heads[0], "err": heads[1], "read": made}


def memory_floor():
    """What a program that does nothing seems to need; a smaller peak cannot be told."""
    return run_once(["true"] if shutil.which("true") else [sys.executable, "-S", "-E", "-c", ""])["peak"]


def median(runs, what):
    values = sorted(r[what] for r in runs)
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2


def count_of(report, what):
    """A count of the summary, with which a JSON report begins; `None` when there is no report."""
    found = re.search(rf'"summary": \{{[^}}]*"{what}": (\d+)', report)
    return int(found[1]) if found else None


class Bench:
    def __init__(self, binary, rg, runs):
        self.binary, self.rg, self.runs = binary, rg, runs
        self.missing = []

    def note(self, text):
        if text not in self.missing:
            self.missing.append(text)
            print(f"bench.py: {text}", file=sys.stderr)

    def fair(self, run, what):
        """Notes a run that did not end well, which measures nothing worth comparing."""
        if run["code"] not in (0, 1):
            first = run["err"].strip().split("\n")[0]
            self.note(f"{what} ended with {run['code']}: {first}")
        return run

    def against_rg(self, folder, arguments):
        ours = [self.binary, *arguments, "--format", "json"]
        theirs = [self.rg, "-c", "-u", *PATTERNS, "."] if self.rg else None
        ours_runs, rg_runs = [], []
        for i in range(self.runs + 1):
            one = self.fair(run_once(ours, folder), f"the linter in {folder}")
            other = self.fair(run_once(theirs, folder), f"rg in {folder}") if theirs else None
            if i > 0:
                ours_runs.append(one)
                rg_runs += [other] if other else []
        row = {"ours_ms": median(ours_runs, "wall") * 1e3, "cpu_ms": median(ours_runs, "cpu") * 1e3,
               "peak_bytes": max(r["peak"] for r in ours_runs), "rg_ms": None, "ratio": None}
        row["roles"], row["files_read"] = (count_of(ours_runs[-1]["out"], what) for what in ("roles", "files"))
        if row["roles"] is None:
            self.note(f"the linter in {folder} wrote no report")
        if rg_runs:
            row["rg_ms"] = median(rg_runs, "wall") * 1e3
            row["rg_cpu_ms"] = median(rg_runs, "cpu") * 1e3
            row["ratio"] = row["ours_ms"] / row["rg_ms"]
        row["parsed_bytes"] = self.parsed_bytes(folder, arguments)
        return row

    def parsed_bytes(self, folder, arguments):
        """The sizes of the files that `--show-files` lists."""
        def sizes(listed):
            total = 0
            for line in listed:
                if line.startswith(b"read "):
                    try:
                        total += os.stat(os.path.join(os.fsencode(folder), line[5:].rstrip(b"\n"))).st_size
                    except OSError:
                        pass
            return total

        return run_once([self.binary, *arguments, "--format", "compact", "--show-files"], folder, sizes)["read"]

    def tree(self, kind, folder):
        files, size = census(folder)
        return {"tree": str(folder), "kind": kind, "files": files, "bytes": size, **self.against_rg(folder, ["."])}

    def staged(self, file, folder):
        files, size = census(folder)
        name = str(file.relative_to(folder))
        return {"tree": str(folder), "staged": name, "kind": "staged", "files": files, "bytes": size,
                **self.against_rg(folder, [name])}

    def version(self):
        runs = [self.fair(run_once([self.binary, "--version"]), "--version") for _ in range(max(self.runs, 20))]
        return {"median_ms": median(runs, "wall") * 1e3, "least_ms": min(r["wall"] for r in runs) * 1e3,
                "text": runs[0]["out"].strip()}

    def checkov(self, program, folder, ours_ms):
        print(f"bench.py: checkov in {folder}, once; this takes minutes on a large tree", file=sys.stderr)
        command = [program, "-d", ".", "-c", CHECKOV, "-o", "json", "--quiet", "--framework", "terraform", "cloudformation"]
        run = self.fair(run_once(command, folder), f"checkov in {folder}")
        return {"tree": str(folder), "checkov_s": run["wall"], "code": run["code"], "ours_ms": ours_ms,
                "ratio": run["wall"] * 1e3 / ours_ms, "peak_bytes": run["peak"]}


def census(folder):
    """Files and bytes that `rg -u` searches: what is not hidden."""
    files = size = 0
    folders = [folder]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.startswith(".") or entry.is_symlink():
                    continue
                if entry.is_dir():
                    folders.append(entry.path)
                elif entry.is_file():
                    files, size = files + 1, size + entry.stat().st_size
    return files, size


def cell(value, digits=1):
    return "–" if value is None else f"{value:,.{digits}f}"


def table(rows, floor):
    print("| tree | files | MB | roles | ours ms | rg ms | ratio | CPU ms | peak MB | parsed MB | memory limit MB |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for r in rows:
        name = pathlib.Path(r["tree"]).name + (f" ({r['staged']})" if "staged" in r else "")
        peak = ("≤ " if r["peak_bytes"] <= floor * 1.02 else "") + cell(r["peak_bytes"] / MB)
        print(f"| {name} | {r['files']:,} | {cell(r['bytes'] / MB)} | {cell(r['roles'], 0)} | {cell(r['ours_ms'])} | "
              f"{cell(r['rg_ms'])} | {cell(r['ratio'], 2)} | {cell(r['cpu_ms'])} | {peak} | "
              f"{cell(r['parsed_bytes'] / MB, 2)} | {cell(memory_limit(r['parsed_bytes']) / MB)} |")


def targets(result):
    """Every target that was asked for: what, measured, limit, whether it is met."""
    out = []
    for r in result["runs"]:
        limit = MAX_RATIO.get(r["kind"])
        name = r.get("staged") or r["tree"]
        if limit:
            out.append((f"{r['kind']} {name}: ratio to rg", r["ratio"], limit, r["ratio"] is not None and r["ratio"] <= limit))
        most = memory_limit(r["parsed_bytes"])
        out.append((f"{name}: peak MB", r["peak_bytes"] / MB, most / MB, r["peak_bytes"] <= most))
    for r in result["checkov"]:
        out.append((f"{r['tree']}: checkov to ours, at least", r["ratio"], MIN_CHECKOV_RATIO,
                    r["code"] in (0, 1) and r["ratio"] >= MIN_CHECKOV_RATIO))
    if result["version"]:
        ms = result["version"]["median_ms"]
        out.append(("--version: ms", ms, MAX_VERSION_MS, ms <= MAX_VERSION_MS))
    return out


def tree_of(file, trees):
    """The tree that a file belongs to: one of those given, else its git repository."""
    given = [t for t in trees if t in file.parents]
    return given[0] if given else next((p for p in file.parents if (p / ".git").exists()), None)


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("trees", nargs="*", metavar="[KIND:]TREE")
    p.add_argument("--binary", type=pathlib.Path, default=pathlib.Path("target/release/iac-trust-lint"))
    p.add_argument("--rg", default="rg", help="the ripgrep to compare with")
    p.add_argument("--runs", type=int, default=11)
    p.add_argument("--staged", type=pathlib.Path, action="append", default=[], metavar="FILE")
    p.add_argument("--version", action="store_true", help="measure `--version` too")
    p.add_argument("--checkov", action="store_true", help="run checkov once on each tree, with its trust checks alone")
    p.add_argument("--checkov-binary", metavar="PATH")
    p.add_argument("--check", action="store_true")
    p.add_argument("--json", type=pathlib.Path, metavar="FILE", help="save the figures")
    args = p.parse_args()
    if not (args.trees or args.staged or args.version):
        p.error("name a tree, `--staged FILE` or `--version`")
    if args.runs < 1:
        p.error("`--runs` is at least 1")
    if not args.binary.is_file():
        p.error(f"there is no `{args.binary}`: `cargo build --release` or `--binary PATH`")
    trees = []
    for text in args.trees:
        kind, colon, rest = text.partition(":")
        kind, folder = (kind, rest) if colon and kind in ("noise", "dense") else (None, text)
        if not os.path.isdir(folder):
            p.error(f"`{folder}` is no folder")
        trees.append((kind, pathlib.Path(folder).resolve()))
    staged = []
    for file in args.staged:
        folder = tree_of(file.resolve(), [t for _, t in trees])
        if not file.is_file() or folder is None:
            p.error(f"`{file}` is no file of a tree given or of a git repository")
        staged.append((file.resolve(), folder))
    return args, trees, staged


def main():
    args, trees, staged = arguments()
    bench = Bench(str(args.binary.resolve()), shutil.which(args.rg), args.runs)
    if not bench.rg:
        bench.note(f"`{args.rg}` is not there: no ratios to a text search")
    checkov = shutil.which(args.checkov_binary or "checkov") if args.checkov or args.checkov_binary else None
    wants_checkov = bool(args.checkov or args.checkov_binary)
    if wants_checkov and not checkov:
        bench.note(f"`{args.checkov_binary or 'checkov'}` is not there: no ratio to checkov")

    result = {"cpus": os.cpu_count(), "system": " ".join(os.uname()[i] for i in (0, 2, 4)), "runs_each": args.runs,
              "rg": run_once([bench.rg, "--version"])["out"].split("\n")[0] if bench.rg else None,
              "binary": run_once([bench.binary, "--version"])["out"].strip(), "version": None,
              "checkov": [], "runs": [bench.tree(kind, folder) for kind, folder in trees]}
    result["runs"] += [bench.staged(file, folder) for file, folder in staged]
    if args.version:
        result["version"] = bench.version()
    if checkov:
        ours = [(folder, row["ours_ms"]) for (_, folder), row in zip(trees, result["runs"])]
        result["checkov"] = [bench.checkov(checkov, folder, ms) for folder, ms in ours]
    result["missing"] = bench.missing
    floor = result["memory_floor"] = memory_floor()

    print(f"{result['binary']}; {result['rg'] or 'no ripgrep'}; {result['cpus']} CPUs; medians of {args.runs} runs")
    if result["runs"]:
        print()
        table(result["runs"], floor)
    if result["version"]:
        v = result["version"]
        print(f"\n`--version`: median {v['median_ms']:.1f} ms, least {v['least_ms']:.1f} ms")
    for c in result["checkov"]:
        print(f"\ncheckov in {pathlib.Path(c['tree']).name}: {c['checkov_s']:.1f} s, {c['ratio']:,.0f} times ours")
    for text in bench.missing:
        print(f"\nMissing: {text}")
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n")
    if not args.check:
        return 0
    compared = targets(result)
    print()
    for what, measured, limit, met in compared:
        print(f"{'met   ' if met else 'MISSED'} {what}: {cell(measured, 2)}, target {limit:,.2f}")
    return 0 if compared and all(c[3] for c in compared) and not (wants_checkov and not checkov) else 1


if __name__ == "__main__":
    sys.exit(main())

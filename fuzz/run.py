"""Runs a built fuzz target until it has had some seconds of processor time: run.py TARGET SECONDS [OPTION]..."""
import os, re, signal, subprocess, sys, time

target, seconds, options = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
here = os.path.dirname(os.path.abspath(__file__))
os.chdir(here)
os.makedirs(f"artifacts/{target}", exist_ok=True)
os.makedirs(f"corpus/{target}", exist_ok=True)
binary = os.path.join(os.environ.get("FUZZ_BINARIES", "target/x86_64-unknown-linux-gnu/release"), target)
tick = os.sysconf("SC_CLK_TCK")
spent = executions = 0
coverage = "?"
while spent < seconds:
    log = open(f"artifacts/{target}.log", "ab")
    fuzzer = subprocess.Popen(
        [binary, f"corpus/{target}", f"-artifact_prefix=artifacts/{target}/", "-print_final_stats=1",
         "-rss_limit_mb=500", "-report_slow_units=2", *options],
        stdout=log, stderr=log)
    used = 0
    while fuzzer.poll() is None:
        time.sleep(2)
        try:
            fields = open(f"/proc/{fuzzer.pid}/stat").read().rsplit(")", 1)[1].split()
            used = (int(fields[11]) + int(fields[12])) / tick
        except (OSError, IndexError):
            continue
        if spent + used >= seconds:
            fuzzer.send_signal(signal.SIGUSR1)
            fuzzer.wait()
    spent += used
    text = open(f"artifacts/{target}.log", errors="replace").read()
    counts = re.findall(r"stat::number_of_executed_units: (\d+)", text)
    executions = sum(map(int, counts))
    coverage = (re.findall(r"cov: (\d+ ft: \d+)", text) or ["?"])[-1]
    failed = re.findall(r"Test unit written to (\S+)", text)
    with open("artifacts/spent.tsv", "a") as table:
        table.write(f"{target}\t{used:.0f}\n")
    print(f"{target}: {spent:.0f} s of processor time, {executions} executions, cov {coverage}, exit {fuzzer.returncode}, {len(failed)} artifacts", flush=True)

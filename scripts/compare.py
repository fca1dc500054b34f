#!/usr/bin/env python3
"""Compare tools on the policies of testdata/peers: 29 risky ones and 13 safe ones, each as Terraform and as CloudFormation.

    compare.py IAC_TRUST_LINT [--checkov CHECKOV] [--cfn-lint CFN_LINT]

A tool finds a policy when it says anything about trust: for checkov one of CKV_AWS_60, 61, 358, 393; for cfn-lint and
iac-trust-lint any finding of warning (medium) or above. Prints a Markdown table.
"""
import argparse, json, pathlib, subprocess, tempfile

PEERS = pathlib.Path(__file__).parent.parent / "testdata" / "peers"
TRUST = "CKV_AWS_60,CKV_AWS_61,CKV_AWS_358,CKV_AWS_393"


def write(folder, policies):
    """One root module and one template a policy, so that no policy hides another."""
    for name, text in policies.items():
        (folder / "tf" / name).mkdir(parents=True)
        body = "\n".join("    " + line for line in text.replace("${", "$${").splitlines())
        (folder / "tf" / name / "main.tf").write_text(
            f'resource "aws_iam_role" "r" {{\n  name               = "r"\n  assume_role_policy = <<-EOT\n{body}\n  EOT\n}}\n')
        (folder / "cfn").mkdir(exist_ok=True)
        role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": json.loads(text)}}
        template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"R": role}}
        (folder / "cfn" / f"{name}.json").write_text(json.dumps(template, indent=1))


def ours(binary, folder):
    command = [binary, "--format", "json", "--min-severity", "medium", "--ignore", "shared-external-id",
               "--config", PEERS / "config.yaml", "."]
    found = json.loads(subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout)["findings"]
    return {f["file"] for f in found}


def checkov(binary, folder):
    command = [binary, "-d", ".", "-c", TRUST, "-o", "json", "--quiet", "--framework", "terraform", "cloudformation"]
    out = json.loads(subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout)
    runs = out if isinstance(out, list) else [out]
    return {f["file_path"].lstrip("/") for r in runs for f in r["results"]["failed_checks"]}


def cfn_lint(binary, folder):
    files = sorted(str(p.relative_to(folder)) for p in folder.glob("cfn/*.json"))
    out = subprocess.run([binary, "-f", "json", *files], cwd=folder, capture_output=True, text=True).stdout
    return {m["Filename"] for m in json.loads(out or "[]") if m["Level"] in ("Error", "Warning")}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("binary", type=pathlib.Path)
    p.add_argument("--checkov")
    p.add_argument("--cfn-lint")
    args = p.parse_args()
    rows = dict(line.split("\t") for line in (PEERS / "expected.tsv").read_text().splitlines() if not line.startswith("#"))
    risky = {n for n, rules in rows.items() if rules != "-"}
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        write(folder, {n: (PEERS / f"{n}.json").read_text() for n in rows})
        results = {"iac-trust-lint": (ours(args.binary.resolve(), folder), ("tf", "cfn"))}
        if args.checkov:
            results["checkov"] = (checkov(args.checkov, folder), ("tf", "cfn"))
        if args.cfn_lint:
            results["cfn-lint"] = (cfn_lint(args.cfn_lint, folder), ("cfn",))
    print(f"| tool | input | risky found (of {len(risky)}) | safe kept silent (of {len(rows) - len(risky)}) |\n|---|---|---|---|")
    for tool, (found, inputs) in results.items():
        for kind in inputs:
            said = {pathlib.Path(f).parts[1].removesuffix(".json") for f in found if f.startswith(kind + "/")}
            name = {"tf": "Terraform", "cfn": "CloudFormation"}[kind]
            print(f"| {tool} | {name} | {len(said & risky)} | {len(set(rows) - risky - said)} |")


if __name__ == "__main__":
    main()

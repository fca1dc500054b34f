#!/usr/bin/env python3
"""Write recorded.jsonl again: record.py ORACLE

Needs `pip install 'moto[cloudformation,iam]' cfn-flip aws-sam-translator`; README.md says what ORACLE is.
"""
import copy, json, os, subprocess, sys
from pathlib import Path

HERE = Path(__file__).parent
# Each with the parameters to give, for templates whose parameters have no default or are judged value by value.
GIVEN = {
    "if-statement.yaml": [["Stage=prod"], ["Stage=test"]],
    "if-principal.yaml": [["Stage=prod"], ["Stage=test"]],
    "no-value-item.yaml": [["Second=yes"]],
    "find-in-map.yaml": [["Stage=prod"], ["Stage=test"]],
    "allowed-values.yaml": [["Account=111122223333"], ["Account=444455556666"], ["Account=777788889999"]],
    "parameter-without-default.yaml": [["Trusted=arn:aws:iam::444455556666:root"]],
    "consistent-conditions.yaml": [],
    "named-condition.yaml": [["Stage=prod"], ["Stage=dev"]],
    "role-condition.yaml": [],
    "empty-external-id.yaml": [[], ["ExternalId=ideo5"]],
    "condition-vanishes.yaml": [[], ["ExternalId=ideo5"]],
    "if-condition-block.yaml": [[], ["ExternalId="]],
    "list-as-principals.yaml": [[], ["Accounts=444455556666"]],
    "ref-parameter.yaml": [[], ["Trusted=arn:aws:iam::444455556666:root"]],
    "number-parameter.yaml": [[], ["Age=60"]],
}


def moto(oracle, template, given):
    command = [sys.executable, oracle, *[x for g in given for x in ("--parameter", g)], template]
    out = subprocess.run(command, cwd=HERE, capture_output=True, text=True).stdout
    for line in out.splitlines():
        result = json.loads(line)
        if "error" in result:
            print(f"{template}: {result['error']}", file=sys.stderr)
            continue
        yield {"template": template, "role": result["role"], "judge": "moto",
               "parameters": dict(g.split("=", 1) for g in given), "policy": result["policy"]}


def sam(template):
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    from samtranslator.yaml_helper import yaml_parse
    source = yaml_parse((HERE / template).read_text())
    defaults = {k: v["Default"] for k, v in source.get("Parameters", {}).items()}
    made = Translator({}, Parser()).translate(copy.deepcopy(source), defaults)["Resources"]
    for name, resource in made.items():
        if resource["Type"] == "AWS::IAM::Role":
            yield {"template": template, "role": name, "judge": "aws-sam-translator", "parameters": {},
                   "policy": resource["Properties"]["AssumeRolePolicyDocument"]}


def main():
    oracle = os.path.abspath(sys.argv[1])
    by_hand = [json.loads(line) for line in (HERE / "by-hand.jsonl").read_text().splitlines() if line]
    settled = {line["template"] for line in by_hand}
    lines = []
    for path in sorted(HERE.iterdir()):
        name = path.name
        if name.startswith("sam-"):
            lines += sam(name)
        elif path.suffix in (".yaml", ".json", ".template") and name not in settled:
            for given in GIVEN.get(name, [[]]):
                lines += moto(oracle, name, given)
    with open(HERE / "recorded.jsonl", "w") as out:
        for line in lines:
            out.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()

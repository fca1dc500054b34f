#!/usr/bin/env python3
"""Write a tree of files for measuring: the same arguments give the same tree, byte for byte.

    generate-tree.py DIR --files N --roles PERCENT [--seed S]

Folders of 5 to 30 files, three levels deep: Terraform root modules that call local modules, CloudFormation stacks in YAML
and JSON, and applications (source code, README, package.json, Kubernetes manifests). PERCENT of the files hold one to
three roles each: `aws_iam_role` with `jsonencode`, a policy document or a heredoc, or `AWS::IAM::Role`.

Prints what it wrote as JSON: `files`; `files_with_roles`; `roles`, counted once per way in which a root module or a
template reaches them; `bytes`; `bytes_by_kind`. Python 3.9, standard library only.
"""
import argparse, json, os, random, sys

FOLDERS_PER_AREA = 40
KINDS = (("stack", 45), ("cloudformation", 15), ("application", 40))

VARIABLES = """variable "environment" {
  description = "Where this runs: one workspace per environment"
  type        = string
  default     = "development"
}

variable "name" {
  description = "Prefix of every name"
  type        = string
  default     = "%(name)s"
}

variable "account_id" {
  type    = string
  default = "%(account)s"

  validation {
    condition     = length(var.account_id) == 12
    error_message = "An account ID has twelve digits."
  }
}

variable "subnets" {
  type = map(object({
    cidr = string
    zone = string
  }))
  default = {
    a = { cidr = "10.%(octet)d.0.0/20", zone = "eu-west-2a" }
    b = { cidr = "10.%(octet)d.16.0/20", zone = "eu-west-2b" }
  }
}
"""

MAIN = """terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.40"
    }
  }
}

locals {
  prefix = "${var.name}-${var.environment}"
  tags = {
    Application = var.name
    Environment = var.environment
    Owner       = "team-%(octet)d@example.com"
  }
  partner_accounts = [var.account_id, "%(other)s"]
  service_names    = [for s in ["lambda", "ecs-tasks"] : "${s}.amazonaws.com"]
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
"""

CALL = """
module "%(called)s" {
  source      = "./modules/%(module)s"
  name        = "${local.prefix}-%(called)s"
  environment = var.environment
  account_id  = local.partner_accounts[%(odd)d]
}
"""

RESOURCES = ("""resource "aws_s3_bucket" "%(name)s" {
  bucket        = "${local.prefix}-%(name)s"
  force_destroy = false
  tags          = merge(local.tags, { Name = "${local.prefix}-%(name)s" })
}

resource "aws_s3_bucket_versioning" "%(name)s" {
  bucket = aws_s3_bucket.%(name)s.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "%(name)s" {
  bucket = aws_s3_bucket.%(name)s.id

  rule {
    id     = "expire"
    status = var.environment == "production" ? "Disabled" : "Enabled"
    expiration {
      days = %(octet)d
    }
  }
}
""", """resource "aws_security_group" "%(name)s" {
  name_prefix = "${local.prefix}-%(name)s"
  description = "Traffic of %(name)s"
  tags        = local.tags

  dynamic "ingress" {
    for_each = toset([80, 443, %(octet)d])
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = [for s in var.subnets : s.cidr]
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_subnet" "%(name)s" {
  for_each          = var.subnets
  vpc_id            = "vpc-0%(account)s"
  cidr_block        = each.value.cidr
  availability_zone = each.value.zone
  tags              = merge(local.tags, { Name = "${local.prefix}-${each.key}" })
}
""", """resource "aws_cloudwatch_metric_alarm" "%(name)s" {
  alarm_name          = "${local.prefix}-%(name)s"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 3
  metric_name         = "Errors"
  namespace           = "AWS/Lambda"
  period              = 60
  statistic           = "Sum"
  threshold           = %(octet)d
  dimensions = {
    FunctionName = "${local.prefix}-%(name)s"
  }
  tags = local.tags
}

resource "aws_sqs_queue" "%(name)s" {
  name                      = "${local.prefix}-%(name)s"
  message_retention_seconds = 1209600
  tags                      = local.tags
}

output "%(name)s_queue" {
  description = "Address of the queue"
  value       = aws_sqs_queue.%(name)s.url
}
""")

TERRAFORM_ROLES = ("""resource "aws_iam_role" "%(name)s" {
  name = "${local.prefix}-%(name)s"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = local.service_names }
    }]
  })
  tags = local.tags
}
""", """data "aws_iam_policy_document" "%(name)s" {
  statement {
    sid     = "Partner"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [for a in local.partner_accounts : "arn:${data.aws_partition.current.partition}:iam::${a}:role/deploy"]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = ["%(secret)s"]
    }
  }
}

resource "aws_iam_role" "%(name)s" {
  name               = "${local.prefix}-%(name)s"
  assume_role_policy = data.aws_iam_policy_document.%(name)s.json
  tags               = local.tags
}
""", """resource "aws_iam_role" "%(name)s" {
  name               = "${local.prefix}-%(name)s"
  assume_role_policy = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": { "AWS": "arn:aws:iam::${var.account_id}:root" },
          "Action": "sts:AssumeRole",
          "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } }
        }
      ]
    }
  POLICY
}
""", """resource "aws_iam_role" "%(name)s" {
  name = "${local.prefix}-%(name)s"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/token.actions.githubusercontent.com" }
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = "repo:example-%(octet)d/%(name)s:environment:${var.environment}"
        }
      }
    }]
  })
}
""")

TEMPLATE = """AWSTemplateFormatVersion: "2010-09-09"
Description: Resources of %(name)s
Parameters:
  Environment:
    Type: String
    Default: development
    AllowedValues: [development, production]
  PartnerAccount:
    Type: String
    Default: "%(account)s"
Conditions:
  IsProduction: !Equals [!Ref Environment, production]
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "${AWS::StackName}-%(name)s"
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - { AttributeName: id, AttributeType: S }
      KeySchema:
        - { AttributeName: id, KeyType: HASH }
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      MessageRetentionPeriod: !If [IsProduction, 1209600, %(octet)d]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Role: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/%(name)s"
      Environment:
        Variables:
          TABLE: !Ref Table
          QUEUE: !GetAtt Queue.Arn
      Code:
        ZipFile: |
          import os

          def handler(event, context):
              return {"table": os.environ["TABLE"], "records": len(event.get("Records", []))}
"""

YAML_ROLE = """  %(name)s:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              Service: lambda.amazonaws.com
            Action: sts:AssumeRole
          - Effect: Allow
            Principal:
              AWS: !Sub "arn:${AWS::Partition}:iam::${PartnerAccount}:role/deploy"
            Action: sts:AssumeRole
            Condition:
              StringEquals:
                sts:ExternalId: %(secret)s
"""

CODE = """import logging
from dataclasses import dataclass

logger = logging.getLogger(__name__)


@dataclass
class Order:
    identifier: str
    customer: str
    amount: int = %(octet)d
"""

FUNCTIONS = """

def handle_%(name)s(event, context):
    orders = [Order(r["id"], r["customer"], int(r["amount"])) for r in event.get("Records", [])]
    total = 0
    for order in orders:
        if order.amount > %(octet)d:
            logger.info("large order of %(name)s", extra={"customer": order.customer})
        total += order.amount
    return {"statusCode": 200, "service": "%(name)s", "total": total}


def by_customer_%(name)s(orders):
    out = {}
    for order in orders:
        out.setdefault(order.customer, []).append(order)
    return {name: sorted(many, key=lambda o: o.amount) for name, many in out.items()}
"""

README = """# %(name)s

Takes orders from a queue and puts them into a table. Everything here is deployed by the pipeline of team %(octet)d.

## Deploy

```
terraform init
terraform plan -var environment=development
terraform apply
```

## What it needs

| name | meaning | default |
|---|---|---|
| environment | where this runs | development |
| account_id | the account that calls us | %(account)s |

The module reads nothing else. Ask in the channel of the team when an alarm rings at night.
"""

KUBERNETES = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: %(name)s
  labels:
    app.kubernetes.io/name: %(name)s
spec:
  replicas: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: %(name)s
  template:
    metadata:
      labels:
        app.kubernetes.io/name: %(name)s
    spec:
      containers:
        - name: app
          image: registry.example.com/%(name)s:1.%(octet)d.0
          ports:
            - containerPort: 8080
          env:
            - name: ACCOUNT
              value: "%(account)s"
          resources:
            requests: { cpu: 100m, memory: 128Mi }
            limits: { memory: 256Mi }
---
apiVersion: v1
kind: Service
metadata:
  name: %(name)s
spec:
  selector:
    app.kubernetes.io/name: %(name)s
  ports:
    - { port: 80, targetPort: 8080 }
"""

NAMES = ("orders", "billing", "search", "reports", "ingest", "audit", "mailer", "gateway", "catalog", "sessions")


def package(values):
    deps = {f"@example/{name}": f"^{values['octet']}.{i}.0" for i, name in enumerate(NAMES)}
    return json.dumps({"name": values["name"], "version": "1.0.0", "private": True,
                       "scripts": {"build": "tsc -p .", "test": "jest"}, "dependencies": deps}, indent=2) + "\n"


def json_template(values, roles):
    statement = [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    resources = {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {
        "BucketName": {"Fn::Sub": "${AWS::StackName}-" + values["name"]},
        "VersioningConfiguration": {"Status": "Enabled"}}},
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": values["name"]}}}
    for i in range(roles):
        partner = {"Effect": "Allow", "Action": "sts:AssumeRole",
                   "Principal": {"AWS": {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "PartnerAccount"}, ":root"]]}},
                   "Condition": {"StringEquals": {"sts:ExternalId": f"{values['secret']}-{i}"}}}
        resources[f"Role{i}"] = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {
            "Version": "2012-10-17", "Statement": statement + [partner] * (i % 2)}}}
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Description": values["name"],
                       "Parameters": {"PartnerAccount": {"Type": "String", "Default": values["account"]}},
                       "Resources": resources}, indent=2) + "\n"


class Tree:
    def __init__(self, root, files, percent, seed):
        self.root, self.total, self.percent = root, files, percent
        self.random = random.Random(seed)
        self.files = self.with_roles = self.roles = self.folders = 0
        self.bytes = {}

    def write(self):
        kinds, weights = zip(*KINDS)
        while self.files < self.total:
            kind = self.random.choices(kinds, weights)[0]
            size, inner = self.random.randint(5, 30), self.random.randint(5, 12)
            left = self.total - self.files
            # A root module and the module that it calls are written together or not at all.
            if kind == "stack" and left < size + inner:
                kind = "application"
            area = self.folders // FOLDERS_PER_AREA
            folder = os.path.join(self.root, f"group-{area // FOLDERS_PER_AREA:03}", f"area-{area:05}",
                                  f"{kind}-{self.folders:07}")
            self.folders += 1
            os.makedirs(folder)
            if kind == "stack":
                self.stack(folder, size, inner)
            else:
                for i in range(min(size, left)):
                    (self.template if kind == "cloudformation" else self.application)(folder, i)

    def values(self, i):
        number = self.random.getrandbits(40)
        return {"name": f"{NAMES[number % 10]}-{i}", "account": f"{100_000_000_000 + number % 899_999_999_999}",
                "other": f"{200_000_000_000 + number % 700_000_000_007}", "octet": 2 + number % 250, "odd": i % 2,
                "secret": f"{number:010x}{self.files:08x}"}

    def roles_of_next(self):
        """How many roles the next file holds: the files that hold any are spread evenly."""
        n = self.files
        if (n + 1) * self.percent // 100 == n * self.percent // 100:
            return 0
        self.with_roles += 1
        return 1 + (self.with_roles % 6 == 0) + (self.with_roles % 12 == 0)

    def put(self, folder, name, text):
        data = text.encode()
        fd = os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        try:
            os.write(fd, data)
        finally:
            os.close(fd)
        self.files += 1
        kind = name.rpartition(".")[2]
        self.bytes[kind] = self.bytes.get(kind, 0) + len(data)

    def stack(self, folder, size, inner):
        """A root module that calls the one module below it once or twice."""
        module = self.random.choice(NAMES)
        calls = self.random.randint(1, 2)
        os.makedirs(f"{folder}/modules/{module}")
        self.module(folder, size, 1, [(module, f"{module}_{i}") for i in range(calls)])
        self.module(f"{folder}/modules/{module}", inner, calls, [])

    def module(self, folder, size, times, calls):
        for i in range(size):
            values, roles = self.values(i), self.roles_of_next()
            self.roles += roles * times
            name, text = f"{values['name']}.tf", ""
            if i == 0:
                name = "main.tf"
                text = MAIN % values + "".join(CALL % {**values, "module": m, "called": c} for m, c in calls)
            elif i == 1:
                name, text = "variables.tf", VARIABLES % values
            elif i == 2 and not roles:
                name, text = "README.md", README % values
            elif not roles or i % 4 == 0:
                text = "\n".join(RESOURCES[(i + r) % 3] % {**values, "name": f"{values['name']}-{r}"}
                                 for r in range(self.random.randint(1, 6)))
            kind = self.random.randrange(len(TERRAFORM_ROLES))
            for r in range(roles):
                values["name"], values["secret"] = f"role_{i}_{r}", values["secret"] + "x"
                text += "\n" * bool(text) + TERRAFORM_ROLES[(kind + r) % len(TERRAFORM_ROLES)] % values
            self.put(folder, name, text)

    def template(self, folder, i):
        values, roles = self.values(i), self.roles_of_next()
        self.roles += roles
        if i % 3 == 2:
            self.put(folder, f"{values['name']}.json", json_template(values, roles))
        elif i % 5 == 4 and not roles:
            self.put(folder, f"{values['name']}.md", README % values)
        else:
            text = TEMPLATE % values
            for r in range(roles):
                text += YAML_ROLE % {"name": f"Role{r}", "secret": f"{values['secret']}-{r}"}
            self.put(folder, f"{values['name']}.yaml", text)

    def application(self, folder, i):
        values = self.values(i)
        if (self.files + 1) * self.percent // 100 > self.files * self.percent // 100:
            return self.template(folder, i)
        if i == 0:
            self.put(folder, "README.md", README % values)
        elif i == 1:
            self.put(folder, "package.json", package(values))
        elif i % 4 == 2:
            self.put(folder, f"{values['name']}.yaml", KUBERNETES % values)
        else:
            some = self.random.sample(NAMES, self.random.randint(1, 10))
            text = CODE % values + "".join(FUNCTIONS % {**values, "name": n} for n in some)
            self.put(folder, f"{values['name']}.py", text)


def generate(root, files, percent, seed=1):
    """Writes a tree and says what is in it; the folder may be there when it is empty."""
    os.makedirs(root, exist_ok=True)
    if os.listdir(root):
        raise FileExistsError(f"{root} is not empty")
    tree = Tree(root, files, percent, seed)
    tree.write()
    return {"files": tree.files, "files_with_roles": tree.with_roles, "roles": tree.roles,
            "bytes": sum(tree.bytes.values()), "bytes_by_kind": dict(sorted(tree.bytes.items()))}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("dir")
    p.add_argument("--files", type=int, required=True)
    p.add_argument("--roles", type=int, required=True, metavar="PERCENT")
    p.add_argument("--seed", type=int, default=1)
    args = p.parse_args()
    if args.files < 0 or not 0 <= args.roles <= 100:
        p.error("--files takes a number, --roles a percentage from 0 to 100")
    try:
        print(json.dumps(generate(args.dir, args.files, args.roles, args.seed)))
    except OSError as e:
        sys.exit(f"generate-tree.py: {e}")


if __name__ == "__main__":
    main()

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use super::shared::{Draft, Subject, conditions_on, grant_query, role_phrase};
use super::{Examples, Mapping, Report, RoleContext, Rule, RuleKind, RunContext};
use crate::{
    analysis::{Demand, Grant, GrantKind, Standing, Strings, TrustKind, Zone, known_accounts},
    finding::Severity,
    policy::{Literal, SetQuantifier, Test},
};

/// One ExternalId guards roles that trust different parties.
pub static RULE: Rule = Rule {
    name: "shared-external-id",
    severity: Severity::Medium,
    summary: "One ExternalId guards roles that trust different parties",
    since: "0.1.0",
    what: "
Fires when the same ExternalId is required by roles, anywhere in the linted files, that trust different outside parties.
Accounts of one zone entry (by its `name`), of one known vendor, or of one statement are one party.",
    why: "
Each party knows the ExternalId that it must send, and so knows the one that the other must send. If one of the two is
dishonest or is broken into, it registers as a customer of the other, gives your role's ARN and the ExternalId it has seen,
and the other sends for it

    aws sts assume-role --role-arn arn:aws:iam::111122223333:role/vendor-b --role-session-name x --external-id 6f9d2c1e",
    fix: "
Use one ExternalId for each party, made by that party: a vendor that lets customers choose the id does not use it right.",
    examples: Examples {
        config: r#"
trust:
  - account: "444455556666"
    name: vendor A
  - account: "777788889999"
    name: vendor B
"#,
        terraform_bad: r#"
resource "aws_iam_role" "vendor_a" {
  name = "vendor_a"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = "6f9d2c1e-5b7a-4c0f" } }
    }]
  })
}

resource "aws_iam_role" "vendor_b" {
  name = "vendor_b"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::777788889999:root" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = "6f9d2c1e-5b7a-4c0f" } }
    }]
  })
}
"#,
        terraform_good: r#"
resource "aws_iam_role" "vendor_a" {
  name = "vendor_a"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::444455556666:root" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = "6f9d2c1e-5b7a-4c0f" } }
    }]
  })
}

resource "aws_iam_role" "vendor_b" {
  name = "vendor_b"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::777788889999:root" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = "b81d04aa-97e2-4d35" } }
    }]
  })
}
"#,
        cloudformation_bad: r#"
Resources:
  VendorA:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { AWS: arn:aws:iam::444455556666:root }
            Action: sts:AssumeRole
            Condition:
              StringEquals: { "sts:ExternalId": 6f9d2c1e-5b7a-4c0f }
  VendorB:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { AWS: arn:aws:iam::777788889999:root }
            Action: sts:AssumeRole
            Condition:
              StringEquals: { "sts:ExternalId": 6f9d2c1e-5b7a-4c0f }
"#,
        cloudformation_good: r#"
Resources:
  VendorA:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { AWS: arn:aws:iam::444455556666:root }
            Action: sts:AssumeRole
            Condition:
              StringEquals: { "sts:ExternalId": 6f9d2c1e-5b7a-4c0f }
  VendorB:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { AWS: arn:aws:iam::777788889999:root }
            Action: sts:AssumeRole
            Condition:
              StringEquals: { "sts:ExternalId": b81d04aa-97e2-4d35 }
"#,
    },
    maps_to: &[
        Mapping { system: "SOC 2", id: "CC6.1" },
    ],
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    ],
    kind: RuleKind::Run { sides, check },
};

const KEY: &str = "sts:ExternalId";

/// How many other uses a finding shows.
const MOST_RELATED: usize = 4;
/// How many parties of one statement are told apart.
const MOST_PARTIES: usize = 64;

/// One requirement of an ExternalId by one statement of one role.
struct Use<'a> {
    ctx: &'a RoleContext<'a>,
    statement: usize,
    value: &'a Literal,
    parties: Rc<BTreeSet<String>>,
    grant: &'a Grant,
}

/// The ExternalIds that a role requires, each with a party that must send it.
fn sides(ctx: &RoleContext<'_>) -> Vec<(String, String)> {
    if !ctx.policy.statements.iter().any(|s| conditions_on(s, KEY).next().is_some()) {
        return Vec::new();
    }
    let of = |(id, one): (String, Use<'_>)| one.parties.iter().map(|p| (id.clone(), p.clone())).collect::<Vec<_>>();
    uses(ctx).into_iter().flat_map(of).collect()
}

fn check(run: &RunContext<'_>, report: &mut Report<'_>) {
    let mut by_id: BTreeMap<String, Vec<Use<'_>>> = BTreeMap::new();
    for ctx in run.roles {
        for (id, one) in uses(ctx) {
            by_id.entry(id).or_default().push(one);
        }
    }
    let mut seen = BTreeSet::new();
    for (id, uses) in &by_id {
        if uses.len() < 2 {
            continue;
        }
        let groups = Groups::of(uses);
        for one in uses.iter().filter(|_| groups.are_several()) {
            let party = one.parties.first().map_or("", String::as_str);
            let Some(other) = groups.other_than(one).and_then(|i| uses.get(i)) else { continue };
            // A role that is judged in several worlds is one role.
            if !seen.insert((one.value.origin.at, one.ctx.role.address.clone(), one.ctx.role.root.clone())) {
                continue;
            }
            let other_party = other.parties.first().map_or("", String::as_str);
            let message = format!(
                "the ExternalId `{id}` of {}, which trusts {party}, is also that of {}, which trusts {other_party}",
                role_phrase(one.ctx),
                role_phrase(other.ctx)
            );
            let mut draft = Draft::at(&RULE, &one.value.origin, format!("{party} must send this"), message)
                .help("require an ExternalId of its own for each party, made by that party")
                .value(id.clone());
            let others = groups.others(one).filter_map(|i| uses.get(i));
            for other in others.take(MOST_RELATED) {
                let party = other.parties.first().map_or("", String::as_str);
                draft = draft.also(&other.value.origin, format!("{party} must send the same"));
            }
            if let Some(statement) = one.ctx.analysis.policy().statements.get(one.statement) {
                draft = draft.in_statement(statement);
            }
            if let Some(query) = grant_query(one.grant) {
                let sent = Demand::Is(Strings::OneOf(vec![id.clone()]));
                draft = draft.answered(&one.ctx.analysis.ask(&query.demand(KEY, sent)));
            }
            let subjects: [&dyn Subject; 1] = [one.ctx];
            report.push_all(&subjects, draft);
        }
    }
}

/// The ExternalIds that the statements of a role require, with the parties that must send them.
fn uses<'a>(ctx: &'a RoleContext<'a>) -> Vec<(String, Use<'a>)> {
    let policy = ctx.analysis.policy();
    let mut by_statement: BTreeMap<usize, Vec<&Grant>> = BTreeMap::new();
    for grant in ctx.analysis.grants() {
        let named = matches!(grant.kind, GrantKind::Account | GrantKind::User | GrantKind::Role | GrantKind::Session);
        if named && matches!(grant.standing, Standing::Outside | Standing::Trusted) {
            by_statement.entry(grant.statement).or_default().push(grant);
        }
    }
    let mut found = Vec::new();
    for (at, grants) in by_statement {
        let (Some(statement), Some(first)) = (policy.statements.get(at), grants.first()) else { continue };
        let parties: BTreeSet<String> =
            grants.iter().take(MOST_PARTIES).map(|g| party(ctx.analysis.zone(), g)).collect();
        let parties = Rc::new(parties);
        for (_, condition) in conditions_on(statement, KEY) {
            let exact = condition.operator.is_some_and(|o| {
                !o.if_exists
                    && o.set != SetQuantifier::ForAll
                    && matches!(o.test, Test::StringEquals | Test::StringLike)
            });
            for value in condition.values.iter().filter(|_| exact) {
                let Some(id) = value.known().filter(|id| id.len() > 1 && !id.contains(['*', '?'])) else { continue };
                let one = Use { ctx, statement: at, value, parties: parties.clone(), grant: first };
                found.push((id.into_owned(), one));
            }
        }
    }
    found
}

/// The party of a grant: the name of its zone entry, the known vendor, else the account.
fn party(zone: &Zone, grant: &Grant) -> String {
    let account = grant.account.clone().unwrap_or_default();
    let of_account = |e: &&crate::analysis::TrustEntry| matches!(&e.kind, TrustKind::Account(id) if *id == account);
    let entry = grant.entry.and_then(|i| zone.entries.get(i)).or_else(|| zone.entries.iter().find(of_account));
    let name = entry.and_then(|e| e.name.as_deref()).or_else(|| known_accounts::lookup(&account));
    name.map_or_else(|| format!("account {account}"), ToOwned::to_owned)
}

/// Uses of one ExternalId by party, where those that stand in one statement, or under one name, are one.
struct Groups<'a> {
    /// The group of each name.
    of_name: HashMap<&'a str, usize>,
    /// For each group that is one, its first uses.
    members: Vec<Vec<usize>>,
}

impl<'a> Groups<'a> {
    fn of(uses: &'a [Use<'_>]) -> Self {
        let mut ids: HashMap<&str, usize> = HashMap::new();
        let mut parents: Vec<usize> = Vec::new();
        fn root(parents: &mut [usize], mut at: usize) -> usize {
            while let Some(up) = parents.get(at).copied().filter(|up| *up != at) {
                let above = parents.get(up).copied().unwrap_or(up);
                if let Some(slot) = parents.get_mut(at) {
                    *slot = above;
                }
                at = up;
            }
            at
        }
        // The same set of parties stands behind every ExternalId of one statement.
        let mut before: Option<&Rc<BTreeSet<String>>> = None;
        for one in uses {
            if before.is_some_and(|b| Rc::ptr_eq(b, &one.parties)) {
                continue;
            }
            before = Some(&one.parties);
            let mut first = None;
            for name in one.parties.iter() {
                let id = *ids.entry(name).or_insert_with(|| {
                    parents.push(parents.len());
                    parents.len() - 1
                });
                let id = root(&mut parents, id);
                let joined = *first.get_or_insert(id);
                if let Some(slot) = parents.get_mut(id) {
                    *slot = joined;
                }
            }
        }
        let of_name: HashMap<&str, usize> = ids.into_iter().map(|(name, id)| (name, root(&mut parents, id))).collect();
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); parents.len()];
        let mut groups = Self { of_name, members: Vec::new() };
        for (i, one) in uses.iter().enumerate() {
            if let Some(group) = groups.group(one).and_then(|g| members.get_mut(g))
                && group.len() < MOST_RELATED
            {
                group.push(i);
            }
        }
        groups.members = members;
        groups
    }

    fn group(&self, one: &Use<'_>) -> Option<usize> {
        self.of_name.get(one.parties.first()?.as_str()).copied()
    }

    fn are_several(&self) -> bool {
        self.members.iter().filter(|m| !m.is_empty()).nth(1).is_some()
    }

    /// Uses by other parties, not more of each than are shown, in the order they come.
    fn others(&self, one: &Use<'_>) -> impl Iterator<Item = usize> {
        let own = self.group(one);
        let there = self.members.iter().enumerate().filter(move |(g, m)| Some(*g) != own && !m.is_empty());
        let mut first: Vec<usize> = there.take(MOST_RELATED + 1).flat_map(|(_, m)| m).copied().collect();
        first.sort_unstable();
        first.into_iter()
    }

    fn other_than(&self, one: &Use<'_>) -> Option<usize> {
        self.others(one).next()
    }
}

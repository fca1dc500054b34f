//! The `roles` command's own model: each role with who can assume it.

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use serde::Serialize;

use crate::{
    analysis::{Analysis, Grant, GrantKind, Guard, Standing, known_accounts},
    lint::{JudgedRole, JudgedWorld},
    policy::{Principals, What},
    report::{self, Region, printable},
    source::Files,
};

/// A role with who can assume it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct RoleEntry {
    /// Its address.
    pub address: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The root module or template.
    pub root: String,
    /// The file that its block stands in.
    pub file: String,
    /// The line of its block.
    pub line: usize,
    /// How much of its policy is known.
    pub policy: PolicyState,
    /// Who can assume it.
    pub grants: Vec<GrantEntry>,
    /// The evaluated policy document, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<serde_json::Value>,
}

/// How much of a policy is known.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct PolicyState {
    /// `resolved`, `partial` or `unresolved`.
    pub status: &'static str,
    /// What stands in the way.
    pub reasons: Vec<Reason>,
}

/// An expression that is not known.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub(super) struct Reason {
    /// The file that it stands in.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// Its column.
    pub column: usize,
    /// The expression.
    pub expression: String,
    /// Why it is not known.
    pub reason: String,
}

/// One way into a role.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub(super) struct GrantEntry {
    /// Whom it lets in.
    pub principal: Party,
    /// `own`, `trusted`, `outside`, `service` or `unknown`.
    pub zone: &'static str,
    /// The calls that they can make.
    pub actions: Vec<&'static str>,
    /// What their requests must pass.
    pub guards: Vec<&'static str>,
    /// The file of the principal.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// Its column.
    pub column: usize,
}

/// A party that is let in.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub(super) struct Party {
    /// `account`, `role`, `service`, …
    pub kind: &'static str,
    /// An id, ARN, service or provider, or the unknown expression.
    pub value: String,
    /// Its account id, where it has one that is known.
    pub account: Option<String>,
    /// The name that the zone of trust or the table of known accounts gives it.
    pub label: Option<String>,
}

impl RoleEntry {
    /// The entry of a judged role; ways in of all its worlds together.
    pub(super) fn of(files: &Files, judged: &JudgedRole) -> Self {
        let role = &judged.role;
        crate::fault::fault("listing", || role.address.clone());
        let at = Region::of(files, role.at);
        let grants: BTreeSet<GrantEntry> = judged
            .worlds
            .iter()
            .flat_map(|world| world.analysis.grants().iter().map(move |g| grant(files, judged, world, g)))
            .collect();
        let mut grants: Vec<GrantEntry> = grants.into_iter().collect();
        grants
            .sort_by(|a, b| (&a.file, a.line, a.column, &a.principal).cmp(&(&b.file, b.line, b.column, &b.principal)));
        Self {
            address: role.address.clone(),
            kind: role.kind.clone(),
            root: role.root.clone(),
            file: at.file,
            line: at.line,
            policy: state(files, judged),
            grants,
            document: None,
        }
    }
}

fn state(files: &Files, judged: &JudgedRole) -> PolicyState {
    let unknowns = || judged.worlds.iter().flat_map(|w| &w.policy.unknowns);
    let status = if judged.worlds.iter().all(|w| w.policy.unknowns.iter().any(|u| u.what == What::Document)) {
        "unresolved"
    } else if unknowns().next().is_some() {
        "partial"
    } else {
        "resolved"
    };
    let reasons: BTreeSet<Reason> = unknowns()
        .map(|u| {
            let at = Region::of(files, u.unknown.at);
            Reason {
                file: at.file,
                line: at.line,
                column: at.column,
                expression: u.unknown.reference.clone(),
                reason: u.unknown.reason.to_string(),
            }
        })
        .collect();
    PolicyState { status, reasons: reasons.into_iter().collect() }
}

fn grant(files: &Files, judged: &JudgedRole, world: &JudgedWorld, grant: &Grant) -> GrantEntry {
    let policy = world.analysis.policy();
    let statement = policy.statements.get(grant.statement);
    let principal = statement.and_then(|s| match &s.principals {
        Principals::Only(all) | Principals::AllBut(all) => grant.principal.and_then(|i| all.get(i)),
        Principals::Missing => None,
    });
    let origin = principal.map(|p| p.value.origin.at).or_else(|| statement.map(|s| s.origin.at));
    let at = Region::of(files, origin.unwrap_or(judged.role.at));
    GrantEntry {
        principal: party(judged, &world.analysis, grant),
        zone: match grant.standing {
            Standing::Own => "own",
            Standing::Trusted => "trusted",
            Standing::Outside => "outside",
            Standing::Service => "service",
            Standing::Unknown => "unknown",
        },
        actions: grant.actions.iter().map(|a| a.name()).collect(),
        guards: grant.guards.iter().map(|g| guard_name(*g)).collect(),
        file: at.file,
        line: at.line,
        column: at.column,
    }
}

fn party(judged: &JudgedRole, analysis: &Analysis, grant: &Grant) -> Party {
    let kind = match grant.kind {
        GrantKind::Any => "any",
        GrantKind::Organization => "organization",
        GrantKind::Account => "account",
        GrantKind::User => "user",
        GrantKind::Role => "role",
        GrantKind::Session => "session",
        GrantKind::FederatedUser => "federated-user",
        GrantKind::Service => "service",
        GrantKind::Saml => "saml",
        GrantKind::Oidc => "oidc",
        GrantKind::UniqueId => "unique-id",
        GrantKind::Unknown => "unknown",
    };
    // The own account that nobody named stands for any: its number was made up for the analysis.
    let made_up = judged.role.own.account.is_none() && analysis.zone().own_accounts.is_empty();
    let own = &analysis.own().account;
    let (value, account) = if made_up && grant.value.contains(own.as_str()) {
        (grant.value.replace(own.as_str(), "${own-account}"), None)
    } else {
        (grant.value.clone(), grant.account.clone().filter(|a| !made_up || a != own))
    };
    let entry = grant.entry.and_then(|i| analysis.zone().entries.get(i)).and_then(|e| e.name.clone());
    let label = entry.or_else(|| account.as_deref().and_then(known_accounts::lookup).map(str::to_owned));
    Party { kind, value, account, label }
}

fn guard_name(guard: Guard) -> &'static str {
    match guard {
        Guard::Mfa => "mfa",
        Guard::ExternalId => "external-id",
        Guard::Organization => "organization",
        Guard::SourceAccount => "source-account",
        Guard::SourceArn => "source-arn",
        Guard::SourceIp => "source-ip",
        Guard::Subject => "subject",
        Guard::Audience => "audience",
        Guard::Tag => "tag",
        Guard::Other => "other",
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    roles: &'a [RoleEntry],
}

/// Writes the roles as JSON.
pub(super) fn write_json(out: &mut dyn Write, roles: &[RoleEntry]) -> io::Result<()> {
    report::write_json(out, &Document { schema_version: 1, roles })
}

/// Writes the roles for people.
pub(super) fn write_text(out: &mut dyn Write, roles: &[RoleEntry]) -> io::Result<()> {
    for role in roles {
        // The root is told where the file does not tell it.
        let folder = role.file.rsplit_once('/').map_or(".", |(folder, _)| folder);
        let root = if role.root == role.file || role.root == folder {
            String::new()
        } else {
            format!("  (root {})", printable(&role.root))
        };
        writeln!(out, "{}  {}:{}{root}", printable(&role.address), printable(&role.file), role.line)?;
        let rows: Vec<[String; 4]> = role.grants.iter().map(row).collect();
        let width = |i: usize| rows.iter().filter_map(|r| r.get(i)).map(|c| c.chars().count()).max().unwrap_or(0);
        let (zone, party, actions) = (width(0), width(1), width(2));
        for [a, b, c, d] in &rows {
            writeln!(out, "  {a:zone$}  {b:party$}  {c:actions$}  {d}")?;
        }
        if rows.is_empty() && role.policy.status == "resolved" {
            writeln!(out, "  nobody")?;
        }
        for reason in &role.policy.reasons {
            let (expression, why) = (printable(&reason.expression), printable(&reason.reason));
            writeln!(out, "  not known: `{expression}`: {why} ({}:{})", printable(&reason.file), reason.line)?;
        }
    }
    let undecided = roles.iter().filter(|r| r.policy.status != "resolved").count();
    let noun = if roles.len() == 1 { "role" } else { "roles" };
    writeln!(out, "{} {noun}, {undecided} with a policy that is not wholly known", roles.len())
}

fn row(grant: &GrantEntry) -> [String; 4] {
    let label = grant.principal.label.as_ref().map_or_else(String::new, |l| format!(" ({l})"));
    let Party { kind, value, .. } = &grant.principal;
    let party = if *kind == "unknown" { value.clone() } else { format!("{kind} {value}{label}") };
    let party = printable(&party).into_owned();
    let guards = if grant.guards.is_empty() { "no guard".to_owned() } else { grant.guards.join(", ") };
    [grant.zone.to_owned(), party, grant.actions.join(", "), guards]
}

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::{Path, PathBuf},
};

use super::{
    Exit, Fail,
    args::{InitArgs, InputArgs},
    listing::RoleEntry,
    output,
    roles::{complain_of, entries, judge},
};
use crate::{finding::Finding, report::printable, source::normalized};

/// Someone that some role trusts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Seen {
    Account(String),
    Organization(String),
    Provider(String),
}

#[derive(Default)]
struct Use {
    label: Option<String>,
    /// Root and address of each role.
    roles: BTreeSet<(String, String)>,
}

/// Writes a config that lists everybody whom the roles trust, all of it commented out.
pub(super) fn run(args: &InitArgs) -> Result<Exit, Fail> {
    let base =
        std::env::current_dir().map_err(|e| Fail::Usage(format!("the current directory cannot be found out: {e}")))?;
    let target = target(args.path.as_deref(), &base);
    let shown = target.strip_prefix(&base).unwrap_or(&target).display();
    if !args.stdout && !args.force && target.symlink_metadata().is_ok() {
        return Err(Fail::Usage(format!("`{shown}` is there already; `--force` replaces it")));
    }
    let input = InputArgs { paths: args.path.iter().cloned().collect(), no_config: true, ..InputArgs::default() };
    let (files, mut run) = judge(&input)?;
    let entries = entries(&files, &mut run, false);
    let exit = complain_of(&files, &run);
    let text = config(&entries, &run.outcome.findings);
    if args.stdout {
        output::text(&text)?;
    } else {
        std::fs::write(&target, text).map_err(|e| Fail::Usage(format!("cannot write `{shown}`: {e}")))?;
        output::text(&format!("wrote {shown}: uncomment whom you trust, then run `iac-trust-lint`\n"))?;
    }
    Ok(exit)
}

/// Where a run over the path will look for its config.
fn target(path: Option<&Path>, base: &Path) -> PathBuf {
    let path = normalized(&base.join(path.unwrap_or(Path::new("."))));
    let folder = if path.starts_with(base) {
        base
    } else if path.is_dir() {
        &path
    } else {
        path.parent().unwrap_or(base)
    };
    folder.join(".iac-trust-lint.yaml")
}

fn config(roles: &[RoleEntry], findings: &[Finding]) -> String {
    let mut seen: BTreeMap<Seen, Use> = BTreeMap::new();
    for role in roles {
        for grant in role.grants.iter().filter(|g| !matches!(g.zone, "service")) {
            let party = &grant.principal;
            let who = match party.kind {
                "organization" => Seen::Organization(party.value.clone()),
                "saml" | "oidc" => match provider(&party.value) {
                    Some(provider) => Seen::Provider(provider),
                    None => continue,
                },
                _ => match &party.account {
                    Some(id) if grant.zone != "own" => Seen::Account(id.clone()),
                    _ => continue,
                },
            };
            let user = seen.entry(who).or_default();
            user.label = user.label.take().or_else(|| party.label.clone());
            user.roles.insert((role.root.clone(), role.address.clone()));
        }
    }
    let mut out = String::from(HEAD);
    for (who, user) in by_roles(&seen) {
        user.heading(&mut out);
        let (key, value) = match who {
            Seen::Account(id) => ("account", format!("\"{id}\"")),
            Seen::Organization(id) => ("organization", quoted(id)),
            Seen::Provider(provider) => ("identity-provider", quoted(provider)),
        };
        let _ = writeln!(out, "  # - {key}: {value}");
        if let Some(label) = &user.label {
            let _ = writeln!(out, "  #   name: {}", quoted(label));
            let _ = writeln!(out, "  #   require: external-id");
        }
    }
    if seen.is_empty() {
        out.push_str("\n  # no role here trusts anybody outside its own account\n");
    }
    if seen.keys().any(|who| matches!(who, Seen::Provider(_))) {
        out.push_str(PROVIDERS);
    }
    let values = values(findings);
    if !values.is_empty() {
        out.push_str(VALUES);
    }
    for (expression, user) in by_roles(&values) {
        user.heading(&mut out);
        let _ = writeln!(out, "  # - value: {}", quoted(expression));
    }
    out.push_str(TAIL);
    out
}

/// The expressions that stand in the way of a verdict, with the roles that wait for them.
fn values(findings: &[Finding]) -> BTreeMap<String, Use> {
    let mut values: BTreeMap<String, Use> = BTreeMap::new();
    for finding in findings.iter().filter(|f| f.rule == "unresolved-trust" && !f.roles.is_empty()) {
        let user = values.entry(finding.fingerprint_parts.value.clone()).or_default();
        user.roles.extend(finding.roles.iter().map(|r| (r.root.clone(), r.address.clone())));
    }
    values
}

/// Those that most roles have first.
fn by_roles<K: Ord>(seen: &BTreeMap<K, Use>) -> Vec<(&K, &Use)> {
    let mut sorted: Vec<(&K, &Use)> = seen.iter().collect();
    sorted.sort_by(|a, b| (b.1.roles.len(), a.0).cmp(&(a.1.roles.len(), b.0)));
    sorted
}

impl Use {
    /// How many roles, and which for example.
    fn heading(&self, out: &mut String) {
        let n = self.roles.len();
        let addresses: BTreeSet<&str> = self.roles.iter().map(|(_, address)| address.as_str()).collect();
        let examples: Vec<&str> = addresses.iter().take(3).copied().collect();
        let more = if addresses.len() > examples.len() { ", …" } else { "" };
        let noun = if n == 1 { "role" } else { "roles" };
        let _ = writeln!(out, "\n  # {n} {noun}: {}{more}", printable(&examples.join(", ")));
    }
}

/// An OpenID Connect provider by its issuer, which is the same in every account; a SAML provider by its ARN, with the
/// account to be filled in where it is the role's own. `None` when part of the name is not known.
fn provider(value: &str) -> Option<String> {
    let name = match value.split_once(":oidc-provider/") {
        Some((_, issuer)) => issuer.to_owned(),
        None => value.replace("${partition}", "aws").replace("${own-account}", "YOUR-ACCOUNT-ID"),
    };
    (!name.contains("${") && !name.is_empty()).then_some(name)
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

const HEAD: &str = "\
# Settings of iac-trust-lint, written by `iac-trust-lint init` for review.
# Nothing is trusted until you uncomment it.

# The accounts that these roles are deployed to, in quotes:
# own-accounts: [\"111122223333\"]

# Who else may assume roles. `require` says under which guard: none, external-id, mfa,
# external-id-or-mfa (the default) or external-id-and-mfa.
trust:
";

const PROVIDERS: &str = "
  # Listing any identity provider makes all others untrusted. `subjects: [\"repo:acme/*\"]` narrows one.
";

const VALUES: &str = "
  # Not known before apply. Give the value (`--var`, `--parameter`, a plan as JSON), or uncomment what you vouch for.
";

const TAIL: &str = "
# rules:
#   account-wide-trust: medium   # off, or a severity
# exclude: [\"examples/**\"]
# fail-on: medium
";

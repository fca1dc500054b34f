//! OpenID Connect issuers: whose tokens are they, and which claim says so.

use std::sync::LazyLock;

/// What is known of an issuer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issuer {
    /// Host and path without `https://`; `*` stands for any text.
    pub pattern: &'static str,
    /// Whether every customer of the issuer gets tokens of it. Else the issuer's name says whose it is.
    pub shared: bool,
    /// The claims any one of which says whose a token is. One with a colon is a whole condition key.
    pub pins: Vec<&'static str>,
    /// How the `sub` claim is built, from left to right; empty when it has no fixed shape.
    pub shape: Vec<Piece>,
    /// What people call it.
    pub name: &'static str,
}

impl Issuer {
    /// Whether its tokens are those of the service accounts of a cluster.
    pub(crate) fn is_cluster(&self) -> bool {
        self.shape.first() == Some(&Piece::Text("system:serviceaccount:"))
    }

    /// Whether its tokens are those of repositories, `repo:OWNER/NAME:…`.
    pub(crate) fn is_of_repositories(&self) -> bool {
        self.shape.first() == Some(&Piece::Text("repo:"))
    }
}

/// One piece of the shape of a `sub` claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece {
    /// This text.
    Text(&'static str),
    /// Who: an organization, a group, a namespace.
    Tenant,
    /// Which of its repositories, projects, pipelines, service accounts.
    Project,
    /// A smaller part of the project.
    Part,
    /// The occasion: branch, event, environment.
    Rest,
    /// What nobody need pin: the user who pushed, the step of a pipeline.
    Detail,
}

static TABLE: LazyLock<Vec<Issuer>> =
    LazyLock::new(|| include_str!("data/issuers.tsv").lines().filter_map(parse_line).collect());

/// Claims that anybody who gets tokens of a shared issuer can bring about, whatever their value is: a branch, a
/// workflow or an environment can be given any name.
const ABUSABLE: [&str; 24] = [
    "actor",
    "base_ref",
    "branch_name",
    "build_branch",
    "build_number",
    "environment",
    "environment_protected",
    "event_name",
    "head_ref",
    "pipeline_source",
    "ref",
    "ref_path",
    "ref_protected",
    "ref_type",
    "repository_visibility",
    "run_attempt",
    "run_id",
    "run_number",
    "runner_environment",
    "sha",
    "step_key",
    "terraform_run_phase",
    "workflow",
    "workflow_ref",
];

/// What is known of an issuer, given as host and path.
pub fn lookup(issuer: &str) -> Option<&'static Issuer> {
    let issuer = issuer.trim_end_matches('/').to_ascii_lowercase();
    TABLE.iter().find(|known| matches(known.pattern, &issuer))
}

/// All issuers, in the order of the table.
pub fn all() -> &'static [Issuer] {
    &TABLE
}

/// Whether a claim says nothing about whose a token is.
pub fn is_abusable(claim: &str) -> bool {
    ABUSABLE.iter().any(|known| known.eq_ignore_ascii_case(claim))
}

/// The issuer, in lower case, that a provider's ARN or name names.
pub(super) fn of_provider(provider: &str) -> String {
    provider.split_once(":oidc-provider/").map_or(provider, |(_, issuer)| issuer).to_ascii_lowercase()
}

/// The condition key of an issuer's claim. A pin with a colon is a whole key already.
pub(crate) fn key(issuer: &str, claim: &str) -> String {
    if claim.contains(':') { claim.to_owned() } else { format!("{issuer}:{claim}") }
}

/// Whether a pattern of the table covers an issuer: the texts between stars occur in order, first and last at the ends.
fn matches(pattern: &str, issuer: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == issuer };
    let Some(mut left) = issuer.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match left.split_once(piece) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}

fn parse_line(line: &'static str) -> Option<Issuer> {
    if line.starts_with('#') {
        return None;
    }
    let mut columns = line.split('\t');
    let pattern = columns.next()?;
    let shared = columns.next()? == "shared";
    let pins = columns.next()?.split(',').collect();
    let shape = columns.next()?;
    let shape = if shape == "-" { Vec::new() } else { parse_shape(shape) };
    Some(Issuer { pattern, shared, pins, shape, name: columns.next()? })
}

fn parse_shape(shape: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut left = shape;
    while let Some((text, after)) = left.split_once('{') {
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        let Some((name, after)) = after.split_once('}') else { break };
        pieces.push(match name {
            "tenant" => Piece::Tenant,
            "project" => Piece::Project,
            "part" => Piece::Part,
            "detail" => Piece::Detail,
            _ => Piece::Rest,
        });
        left = after;
    }
    if !left.is_empty() {
        pieces.push(Piece::Text(left));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        let lines = include_str!("data/issuers.tsv").lines().filter(|l| !l.starts_with('#')).count();
        assert_eq!(TABLE.len(), lines);
        assert!(TABLE.iter().all(|i| !i.pins.is_empty() && !i.name.is_empty()));
    }

    #[test]
    fn tells_shared_from_private() {
        let shared = |issuer: &str| lookup(issuer).map(|i| i.shared);
        assert_eq!(shared("token.actions.githubusercontent.com"), Some(true));
        assert_eq!(shared("token.actions.githubusercontent.com/acme"), Some(false));
        assert_eq!(shared("token.actions.acme.ghe.com"), Some(false));
        assert_eq!(shared("GitLab.com/"), Some(true));
        assert_eq!(shared("gitlab.acme.example"), None);
        assert_eq!(shared("oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF"), Some(false));
        assert_eq!(shared("oidc.vercel.com"), Some(true));
        assert_eq!(shared("oidc.vercel.com/acme"), Some(false));
        assert_eq!(shared("cognito-identity.amazonaws.com"), Some(true));
    }

    #[test]
    fn reads_shapes() {
        let shape = &lookup("gitlab.com").unwrap().shape;
        let expected = [
            Piece::Text("project_path:"),
            Piece::Tenant,
            Piece::Text("/"),
            Piece::Project,
            Piece::Text(":"),
            Piece::Rest,
        ];
        assert_eq!(*shape, expected);
    }

    #[test]
    fn knows_claims_that_pin_nobody() {
        assert!(is_abusable("ref") && is_abusable("Environment"));
        assert!(!is_abusable("repository_id") && !is_abusable("sub"));
    }
}

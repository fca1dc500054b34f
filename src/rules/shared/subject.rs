use std::{collections::BTreeSet, rc::Rc};

use super::{Fresh, principals};
use crate::{
    analysis::{
        Action, Analysis, Answer, Caller, Demand, Query, Strings,
        issuers::{self, Issuer, Piece},
    },
    policy::{Effect, Literal, Policy, Principal, Principals, Statement, Test, Who},
    tables::{Set, Table},
};

/// A way in for tokens of one OpenID Connect issuer.
pub(crate) struct OidcWay<'a> {
    /// The statement.
    pub(crate) statement: &'a Statement,
    /// The principal in it.
    pub(crate) principal: &'a Principal,
    /// The issuer: host and path, in lower case.
    pub(crate) issuer: String,
    /// What is known of the issuer.
    pub(crate) info: Option<&'static Issuer>,
    at: (usize, usize),
    /// How many principals of the statement with the same issuer stand before this one.
    before: usize,
    keys: Rc<BTreeSet<String>>,
}

/// All ways in for tokens of issuers whose names are known.
pub(crate) fn oidc_ways(policy: &Policy) -> Vec<OidcWay<'_>> {
    let mut ways = Vec::new();
    let conditions = policy.statements.iter().flat_map(|s| &s.conditions);
    let keys = conditions.filter_map(|c| Some(c.key.known()?.to_ascii_lowercase()));
    let keys = Rc::new(keys.filter(|k| k.contains(':')).collect::<BTreeSet<String>>());
    for (i, statement) in policy.statements.iter().enumerate() {
        if statement.effect != Effect::Allow || !matches!(statement.principals, Principals::Only(_)) {
            continue;
        }
        let mut same: Table<String, usize> = Table::default();
        for (j, principal) in principals(statement).iter().enumerate() {
            let issuer = match &principal.who {
                Who::Oidc { issuer, .. } => issuer.as_known().map(|k| k.to_ascii_lowercase()),
                Who::BuiltinProvider(name) => Some(name.to_ascii_lowercase()),
                _ => None,
            };
            if let Some(issuer) = issuer {
                let info = issuers::lookup(&issuer);
                let count = same.entry(issuer.clone()).or_default();
                let before = *count;
                *count += 1;
                ways.push(OidcWay { statement, principal, issuer, info, at: (i, j), before, keys: keys.clone() });
            }
        }
    }
    ways
}

impl OidcWay<'_> {
    /// The condition key of a claim. Pins with a colon are whole keys already.
    pub(crate) fn key(&self, claim: &str) -> String {
        issuers::key(&self.issuer, claim)
    }

    /// The question whether some token of the issuer gets in this way.
    pub(crate) fn query(&self) -> Query {
        Query::new(Caller::Oidc, Action::AssumeRoleWithWebIdentity).through(self.at.0, Some(self.at.1))
    }

    /// How messages name the issuer.
    pub(crate) fn name(&self) -> String {
        match self.info {
            Some(info) => info.name.to_owned(),
            None => format!("`{}`", self.issuer),
        }
    }

    /// Demands that every claim of the issuer that the policy speaks of, and that `counts`, is absent or made up.
    pub(crate) fn strange_claims(&self, counts: impl Fn(&str) -> bool) -> Vec<(String, Demand)> {
        let of_issuer =
            |key: &&String| key.rsplit_once(':').is_some_and(|(issuer, claim)| issuer == self.issuer && counts(claim));
        let prefix = format!("{}:", self.issuer);
        let near = self.keys.range(prefix.clone()..).take_while(|key| key.starts_with(&prefix));
        near.filter(of_issuer).map(|key| (key.clone(), Demand::Unguarded)).collect()
    }

    /// A subject that such a pattern admits, with names that nobody has in the places of `made_up`, and the answer
    /// whether a token with it gets in; `None` when none does.
    pub(crate) fn look_alike(
        &self,
        analysis: &Analysis,
        info: &Issuer,
        pattern: &str,
        made_up: &[Piece],
        reach: Reach,
    ) -> Option<(String, Answer)> {
        let alike = SubjectPattern::parse(&info.shape, pattern)?.look_alike(&info.shape, made_up);
        let subject = Demand::Is(Strings::Like(vec![alike.clone()], Vec::new()));
        let mut query = self.query().demand(self.key("sub"), subject);
        query.demands.extend(self.other_claims(reach));
        if let Some(repository) = repository_of(info, &alike)
            && let Some((_, demand)) = query.demands.iter_mut().find(|(key, _)| *key == self.key(REPOSITORY))
        {
            *demand = Demand::AbsentOr(Strings::Like(vec![repository], Vec::new()));
            query.unmet.push(self.key(REPOSITORY));
        }
        Some((alike, analysis.ask(&query))).filter(|(_, answer)| !answer.is_no())
    }

    /// Claims that could pin what a subject of that reach does not.
    fn other_claims(&self, reach: Reach) -> Vec<(String, Demand)> {
        let of_tenant =
            |claim: &str| ["owner", "enterprise", "namespace", "organization"].iter().any(|w| claim.contains(w));
        let pins = |claim: &str| claim != "sub" && claim != "aud" && !issuers::is_abusable(claim);
        self.strange_claims(|claim| match reach {
            Reach::AnyTenant | Reach::AlikeTenant => pins(claim),
            Reach::AlikeProject | Reach::WholeTenant => pins(claim) && !of_tenant(claim),
            Reach::WholeProject | Reach::Pinned => issuers::is_abusable(claim) || claim == "job_workflow_ref",
        })
    }
}

/// A `sub` pattern taken apart by the shape of its issuer.
struct SubjectPattern {
    fields: Vec<(Piece, String)>,
}

impl SubjectPattern {
    /// Takes a pattern apart; `None` when it is of another shape.
    fn parse(shape: &[Piece], pattern: &str) -> Option<Self> {
        let mut fields = Vec::new();
        let mut left = pattern;
        let mut absorbed = false;
        let mut pieces = shape.iter().copied().peekable();
        while let Some(piece) = pieces.next() {
            match piece {
                _ if absorbed => match piece {
                    Piece::Text(_) => {}
                    field => fields.push((field, "*".to_owned())),
                },
                Piece::Text(text) => match left.strip_prefix(text) {
                    Some(after) => left = after,
                    None if star_absorbs(text, left) => absorbed = true,
                    None => return None,
                },
                field => {
                    let separator = match pieces.peek() {
                        Some(Piece::Text(text)) => left.find(text),
                        _ => Some(left.len()),
                    };
                    // No field but the last holds a colon: a star before one stands for all pieces up to there.
                    let colon = if pieces.peek().is_some() { left.find(':') } else { None };
                    let end = match (separator, colon) {
                        (Some(separator), Some(colon)) => separator.min(colon),
                        (Some(end), None) | (None, Some(end)) => end,
                        (None, None) => left.len(),
                    };
                    let (text, after) = left.split_at_checked(end)?;
                    fields.push((field, text.to_owned()));
                    left = after;
                    if separator != Some(end) && text.contains('*') {
                        if left.is_empty() {
                            absorbed = true;
                            continue;
                        }
                        loop {
                            match pieces.peek()? {
                                Piece::Text(text) if left.starts_with(text) => break,
                                Piece::Text(_) => {}
                                field => fields.push((*field, "*".to_owned())),
                            }
                            pieces.next();
                        }
                    }
                }
            }
        }
        Some(Self { fields })
    }

    /// What stands for a piece.
    fn field(&self, piece: Piece) -> Option<&str> {
        self.fields.iter().find(|(p, _)| *p == piece).map(|(_, text)| text.as_str())
    }

    /// A subject that the pattern admits and that nobody named: wildcards of the given pieces are filled with something
    /// made up, those of the others stay wildcards. Returns a pattern.
    fn look_alike(&self, shape: &[Piece], made_up: &[Piece]) -> String {
        let mut out = String::new();
        for piece in shape {
            match piece {
                Piece::Text(text) => out.push_str(text),
                field => {
                    let text = self.field(*field).unwrap_or("*");
                    if made_up.contains(field) {
                        out.push_str(&collapse(text).replace('*', Fresh::TEXT).replace('?', "z"));
                    } else {
                        out.push_str(text);
                    }
                }
            }
        }
        out
    }
}

fn collapse(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c != '*' || !out.ends_with('*') {
            out.push(c);
        }
    }
    out
}

/// Whether a pattern that begins within `text` goes on with a star there.
fn star_absorbs(text: &str, pattern: &str) -> bool {
    let same = text.bytes().zip(pattern.bytes()).take_while(|(a, b)| a == b).count();
    pattern.as_bytes().get(same) == Some(&b'*')
}

/// A subject of a tenant and project that nobody has named, as a pattern.
pub(crate) fn strange_subject(shape: &[Piece]) -> Strings {
    if shape.is_empty() {
        return Strings::OneOf(vec![Fresh::TEXT.to_owned()]);
    }
    let mut out = String::new();
    for piece in shape {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Tenant | Piece::Project => out.push_str(Fresh::TEXT),
            Piece::Part | Piece::Rest | Piece::Detail => out.push('*'),
        }
    }
    Strings::Like(vec![out], Vec::new())
}

/// How far the wildcards of a `sub` pattern reach.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reach {
    /// Any tenant of the issuer.
    AnyTenant,
    /// Tenants with a similar name.
    AlikeTenant,
    /// Projects of the tenant with a similar name.
    AlikeProject,
    /// The whole tenant.
    WholeTenant,
    /// Every occasion of the project.
    WholeProject,
    /// One project on named occasions.
    Pinned,
}

/// How far a `sub` pattern of an issuer reaches; `None` when it is of no known shape.
fn reach(info: &Issuer, pattern: &str) -> Option<Reach> {
    let parts = SubjectPattern::parse(&info.shape, pattern)?;
    let cluster = info.is_cluster();
    let tenant = parts.field(Piece::Tenant).map_or(Wild::No, wild);
    let project = parts.field(Piece::Project).map_or(Wild::No, wild);
    let part = parts.field(Piece::Part).map_or(Wild::No, wild);
    let rest = parts.field(Piece::Rest).map_or(Wild::No, wild);
    Some(match (tenant, project) {
        (Wild::Whole, Wild::Whole) if info.shared => Reach::AnyTenant,
        (Wild::Whole | Wild::Part, _) if info.shared || cluster => Reach::AlikeTenant,
        (Wild::Whole | Wild::Part, _) | (_, Wild::Whole) => Reach::WholeTenant,
        (_, Wild::Part) if cluster => Reach::WholeTenant,
        (_, Wild::Part) => Reach::AlikeProject,
        _ if rest == Wild::Whole || part == Wild::Whole => Reach::WholeProject,
        _ => Reach::Pinned,
    })
}

/// The claim that names tenant and project alone.
const REPOSITORY: &str = "repository";

/// What the `repository` claim of such subjects is; `None` for issuers that have no such claim.
fn repository_of(info: &Issuer, subject: &str) -> Option<String> {
    if !info.is_of_repositories() {
        return None;
    }
    let parts = SubjectPattern::parse(&info.shape, subject)?;
    Some(format!("{}/{}", parts.field(Piece::Tenant)?, parts.field(Piece::Project)?))
}

/// A value with wildcards that says whose tokens are meant.
pub(crate) struct WideValue<'a> {
    /// The value.
    pub(crate) value: &'a Literal,
    /// Its text.
    pub(crate) text: String,
    /// The pattern of the subjects that it admits.
    pub(crate) subject: String,
    /// How far it reaches.
    pub(crate) reach: Reach,
}

/// Of so many principals with one issuer in one statement the values are looked at: the same values for all of them.
const MOST_ALIKE: usize = 8;

/// The wildcard values of the statement's conditions on the issuer's `:sub` and, where it has one, `:repository`.
pub(crate) fn wide_values<'a>(way: &OidcWay<'a>, info: &Issuer) -> Vec<WideValue<'a>> {
    if way.before >= MOST_ALIKE {
        return Vec::new();
    }
    let (sub, repository) = (way.key("sub"), way.key(REPOSITORY));
    let by_repository = info.is_of_repositories();
    let mut found = Vec::new();
    let mut seen = Set::default();
    for condition in &way.statement.conditions {
        let like = condition.operator.is_some_and(|o| o.test == Test::StringLike);
        let of_repository = by_repository && condition.is_on(&repository);
        if !like || !(of_repository || condition.is_on(&sub)) {
            continue;
        }
        for value in &condition.values {
            let Some(text) = value.known().filter(|t| t.contains(['*', '?'])) else { continue };
            let subject = if of_repository { format!("repo:{text}:*") } else { text.to_string() };
            if !seen.contains(&subject)
                && let Some(reach) = reach(info, &subject)
            {
                seen.insert(subject.clone());
                found.push(WideValue { value, text: text.into_owned(), subject, reach });
            }
        }
    }
    found
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wild {
    No,
    Part,
    Whole,
}

fn wild(field: &str) -> Wild {
    // `acme@*` is the name `acme` with any id behind it.
    let named = field.split_once('@').is_some_and(|(name, id)| !name.contains(['*', '?']) && id == "*");
    if !field.contains(['*', '?']) || named {
        Wild::No
    } else if field.bytes().all(|b| b == b'*') {
        Wild::Whole
    } else {
        Wild::Part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(issuer: &str, pattern: &str) -> Option<Reach> {
        reach(issuers::lookup(issuer).unwrap(), pattern)
    }

    #[test]
    fn judges_how_far_patterns_reach() {
        let github = |p| of("token.actions.githubusercontent.com", p);
        for any in ["*", "repo:*", "re*", "repo:*:ref:refs/heads/main", "repo:*/*:environment:prod", "repo:**"] {
            assert_eq!(github(any), Some(Reach::AnyTenant), "{any}");
        }
        for alike in
            ["repo:acme*", "repo:acme*/api:*", "repo:*/x:*", "repo:?cme/api:*", "repo:acme*:ref:refs/heads/main"]
        {
            assert_eq!(github(alike), Some(Reach::AlikeTenant), "{alike}");
        }
        assert_eq!(github("repo:acme/api*"), Some(Reach::AlikeProject));
        assert_eq!(github("repo:acme/api-*:ref:refs/heads/main"), Some(Reach::AlikeProject));
        assert_eq!(github("repo:acme/*"), Some(Reach::WholeTenant));
        assert_eq!(github("repo:acme/*:ref:refs/heads/main"), Some(Reach::WholeTenant));
        assert_eq!(github("repo:acme/api:*"), Some(Reach::WholeProject));
        assert_eq!(github("repo:acme@*/api@*:*"), Some(Reach::WholeProject));
        assert_eq!(github("repo:acme/api:ref:refs/heads/main"), Some(Reach::Pinned));
        assert_eq!(github("repo:acme/api:ref:refs/heads/release-*"), Some(Reach::Pinned));
        assert_eq!(github("repository_owner_id:123:*"), None);
        let eks = |p| of("oidc.eks.eu-west-1.amazonaws.com/id/AB", p);
        assert_eq!(eks("system:serviceaccount:*"), Some(Reach::AlikeTenant));
        assert_eq!(eks("system:serviceaccount:*:app"), Some(Reach::AlikeTenant));
        assert_eq!(eks("system:serviceaccount:ns:*"), Some(Reach::WholeTenant));
        assert_eq!(eks("system:serviceaccount:ns:app"), Some(Reach::Pinned));
        let hcp = |p| of("app.terraform.io", p);
        assert_eq!(hcp("organization:acme*"), Some(Reach::AlikeTenant));
        assert_eq!(hcp("organization:acme:*"), Some(Reach::WholeTenant));
        assert_eq!(hcp("organization:acme:project:p:workspace:w:run_phase:*"), Some(Reach::Pinned));
        assert_eq!(hcp("organization:acme:project:p:workspace:*:run_phase:apply"), Some(Reach::WholeProject));
        assert_eq!(hcp("organization:acme:project:*:workspace:*:run_phase:*"), Some(Reach::WholeTenant));
    }

    #[test]
    fn makes_look_alikes() {
        let shape = &issuers::lookup("gitlab.com").unwrap().shape;
        let parts = SubjectPattern::parse(shape, "project_path:acme*").unwrap();
        let alike = parts.look_alike(shape, &[Piece::Tenant, Piece::Project]);
        assert_eq!(alike, "project_path:acmezq7vWx2Kj9/zq7vWx2Kj9:*");
    }
}

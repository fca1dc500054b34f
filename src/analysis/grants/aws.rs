//! Parties among the users and roles of AWS accounts.

use super::{Party, Way, aws_caller, ground::PARTY_KEYS};
use crate::{
    analysis::{
        Action, Answer, Caller, ContextValue, Demand, Grant, GrantKind, Query, Standing, Strings, standing::Verdict,
    },
    policy::{Principal, Who},
    tables::Set,
};

/// The parties behind `AWS: "*"` or `NotPrincipal`: everybody, or those that conditions and Deny statements leave.
pub(super) fn anyone(way: &Way<'_>, out: &mut Vec<Grant>) {
    let before = out.len();
    let unnamed = Strings::Unnamed;
    let caller = aws_caller(unnamed.clone(), Demand::Unguarded, Strings::Any);
    let mut query = way.query(caller, Action::AssumeRole);
    let hole = way.unknown_party();
    if hole.is_some() {
        query.unmet = vec!["aws:PrincipalArn".to_owned()];
    }
    if way.tests("aws:userid") {
        query = query.demand("aws:userid", Demand::Unguarded);
    }
    let answer = way.ask(&query);
    if answer.may_be() {
        let party =
            Party { kind: GrantKind::Any, value: "*".to_owned(), account: None, bounded_by: None, query, answer };
        out.extend(way.grant(party, Standing::Outside, None));
        return;
    }
    let others = match organizations(way, &unnamed, out) {
        granted if granted.is_empty() => Demand::Free,
        granted => Demand::AbsentOr(Strings::Like(Vec::new(), granted)),
    };
    for id in way.relevant_accounts() {
        if way.analysis.is_exhausted() {
            // Nothing can be said of the others: they are all of anybody.
            out.truncate(before);
            break;
        }
        in_account(way, id, &others, out);
    }
    let caller = aws_caller(unnamed, Demand::Free, Strings::Any);
    let strangers = way.query(caller, Action::AssumeRole).demand("aws:PrincipalOrgPaths", others);
    let unmet = if hole.is_some() { PARTY_KEYS.map(str::to_owned).to_vec() } else { Vec::new() };
    if somebody(way, Query { unmet, ..strangers.clone() }, out) {
        return;
    }
    match hole {
        Some(hole) if way.ask(&strangers).may_be() => out.push(way.without_witness(GrantKind::Unknown, hole)),
        _ if out.len() == before => {
            somebody(way, way.query(Caller::any_aws(), Action::AssumeRole), out);
        }
        _ => {}
    }
}

/// A grant for each organization or unit that conditions name and whose accounts get in, whichever they are. Gives back
/// patterns of the paths of those.
fn organizations(way: &Way<'_>, unnamed: &Strings, out: &mut Vec<Grant>) -> Vec<String> {
    let mut granted = Vec::new();
    let mut seen = Set::default();
    for (text, place) in way.organization_values() {
        let value = text.trim_end_matches('*').trim_end_matches('/').to_owned();
        let unit = value.contains('/') || text.contains('/') && !value.starts_with("o-");
        if value.is_empty() || !seen.insert(value.clone()) {
            continue;
        }
        let caller = |o: Demand| aws_caller(unnamed.clone(), o, Strings::Any);
        let pattern = match text.ends_with(['*', '/']) {
            true => text.clone(),
            false if unit => format!("{text}/"),
            false => format!("{text}/*"),
        };
        let query = if unit {
            let inside = Demand::Is(Strings::Like(vec![pattern.clone()], Vec::new()));
            way.query(caller(Demand::Free), Action::AssumeRole).demand("aws:PrincipalOrgPaths", inside)
        } else {
            // Some unit of it that nobody named: what gets in is the organization, and not one of its units.
            let anywhere = Demand::Is(Strings::OneOf(vec![format!("{value}/r-x/"), format!("{value}/r-x/ou-x-x/")]));
            let of = Demand::Is(Strings::OneOf(vec![value.clone()]));
            way.query(caller(of), Action::AssumeRole).demand("aws:PrincipalOrgPaths", anywhere)
        };
        let answer = way.ask(&query);
        if !answer.may_be() {
            continue;
        }
        let (zone, own) = (way.analysis.zone(), way.analysis.own());
        let (standing, entry) =
            if unit { zone.organizational_unit(own, &value) } else { zone.organization(own, &value) };
        granted.push(pattern);
        let kind = GrantKind::Organization;
        let party = Party { kind, value, account: None, bounded_by: place, query, answer };
        out.extend(way.grant(party, standing, entry));
    }
    granted
}

/// A whole account under `AWS`.
pub(super) fn account(way: &Way<'_>, id: &str, out: &mut Vec<Grant>) {
    let before = out.len();
    in_account(way, id, &Demand::Free, out);
    for grant in out.iter_mut().skip(before).filter(|g| g.kind == GrantKind::Account) {
        grant.bounded_by = None;
    }
}

/// The party in that account that gets in: all of it, or the users and roles that conditions leave.
fn in_account(way: &Way<'_>, id: &str, paths: &Demand, out: &mut Vec<Grant>) {
    let of = |resource: Strings| {
        let account = Strings::OneOf(vec![id.to_owned()]);
        let query = way.query(aws_caller(account, Demand::Free, resource), Action::AssumeRole);
        query.demand("aws:PrincipalOrgPaths", paths.clone())
    };
    let query = of(Strings::Any);
    let answer = way.ask(&query);
    if !answer.may_be() {
        return;
    }
    let word = way.analysis.names().fresh_string();
    let nameless = of(Strings::OneOf(vec![format!("role/{word}"), format!("user/{word}")]));
    let some = if way.tests("aws:PrincipalArn") { way.ask(&nameless) } else { Answer::Undecided };
    if some.is_no() {
        let before = out.len();
        by_arn(way, id, paths, out);
        if out.len() > before {
            return;
        }
    }
    let bounded_by = way.place_of(id, "aws:PrincipalAccount").or_else(|| way.place_of(id, "aws:PrincipalArn"));
    let party = Party {
        kind: GrantKind::Account,
        value: id.to_owned(),
        account: Some(id.to_owned()),
        bounded_by,
        query,
        answer,
    };
    let verdict = way.analysis.zone().account(way.analysis.own(), id);
    let (standing, entry) = way.through_organization(&party, verdict);
    out.extend(way.grant(party, standing, entry));
}

/// A grant for each value of a condition on the caller's ARN that lets somebody of the account in.
fn by_arn(way: &Way<'_>, id: &str, paths: &Demand, out: &mut Vec<Grant>) {
    for (text, place) in way.values_naming(id, "aws:PrincipalArn") {
        let mut fields = text.splitn(6, ':');
        let (account, resource) = (fields.nth(4).unwrap_or(""), fields.next().unwrap_or(""));
        if account != id {
            continue;
        }
        let kind = match resource.split_once('/') {
            Some(("role", _)) => GrantKind::Role,
            Some(("user", _)) => GrantKind::User,
            _ => continue,
        };
        let one = Strings::OneOf(vec![id.to_owned()]);
        let query = way
            .query(aws_caller(one, Demand::Free, Strings::Any), Action::AssumeRole)
            .demand("aws:PrincipalOrgPaths", paths.clone())
            .demand("aws:PrincipalArn", Demand::Is(Strings::Like(vec![text.clone()], Vec::new())));
        let answer = way.ask(&query);
        if !answer.may_be() {
            continue;
        }
        let verdict = way.analysis.zone().principal(way.analysis.own(), &text);
        let party = Party { kind, value: text, account: Some(id.to_owned()), bounded_by: Some(place), query, answer };
        let (standing, entry) = way.through_organization(&party, verdict);
        out.extend(way.grant(party, standing, entry));
    }
}

/// A user, role or session under `AWS`.
pub(super) fn named(way: &Way<'_>, principal: &Principal, account: &str, out: &mut Vec<Grant>) {
    let caller = aws_caller(Strings::OneOf(vec![account.to_owned()]), Demand::Free, Strings::Any);
    let query = way.query(caller, Action::AssumeRole);
    let answer = way.ask(&query);
    if !answer.may_be() {
        return;
    }
    let value = principal.value.text.display();
    let (kind, arn) = match &principal.who {
        Who::User { .. } => (GrantKind::User, value.clone()),
        Who::Session { partition, role, .. } => {
            let arn = format!("arn:{}:iam::{account}:role/{}", partition.display(), role.display());
            (GrantKind::Session, arn)
        }
        _ => (GrantKind::Role, value.clone()),
    };
    // A field before the account that is not known may show colons of its own.
    let arn = match arn.split_once(&format!("::{account}:")) {
        Some((before, rest)) if before.contains("${") => format!("arn:aws:iam::{account}:{rest}"),
        _ => arn,
    };
    let verdict = way.analysis.zone().principal(way.analysis.own(), &arn);
    let party = Party { kind, value, account: Some(account.to_owned()), bounded_by: None, query, answer };
    let (standing, entry) = way.through_organization(&party, verdict);
    out.extend(way.grant(party, standing, entry));
}

/// The party where nothing that the policy names says who it is, but perhaps by a unique id; whether there is one.
fn somebody(way: &Way<'_>, query: Query, out: &mut Vec<Grant>) -> bool {
    let answer = way.ask(&query);
    if !answer.may_be() {
        return false;
    }
    let key = "aws:userid";
    let ids: Vec<_> = way.values_of(key).into_iter().filter(|(text, _)| is_unique_id(text)).take(MOST_IDS).collect();
    if !ids.is_empty() {
        let texts = ids.iter().map(|(text, _)| text.clone()).collect();
        let others = Demand::AbsentOr(Strings::Like(Vec::new(), texts));
        if way.ask(&query.clone().demand(key, others)).is_no() {
            let before = out.len();
            for (value, place) in ids {
                let query = query.clone().demand(key, Demand::Is(Strings::Like(vec![value.clone()], Vec::new())));
                let answer = way.ask(&query);
                if answer.may_be() {
                    let (kind, bounded_by) = (GrantKind::UniqueId, Some(place));
                    let party = Party { kind, value, account: None, bounded_by, query, answer };
                    out.extend(way.grant(party, Standing::Unknown, None));
                }
            }
            return out.len() > before;
        }
    }
    let party = Party { kind: GrantKind::Any, value: "*".to_owned(), account: None, bounded_by: None, query, answer };
    out.extend(way.grant(party, Standing::Outside, None));
    true
}

/// At most so many values of a condition are looked at for unique ids.
const MOST_IDS: usize = 64;

/// Whether a value of `aws:userid` fixes the id of a user or role, which has 21 characters.
fn is_unique_id(text: &str) -> bool {
    let fixed = text.bytes().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit()).count();
    fixed >= 16 && (text.starts_with("AIDA") || text.starts_with("AROA"))
}

impl Way<'_> {
    /// The verdict on a party outside that gets in only as a member of a trusted organization.
    fn through_organization(&self, party: &Party, verdict: Verdict) -> Verdict {
        let (zone, own) = (self.analysis.zone(), self.analysis.own());
        if verdict.0 != Standing::Outside || !(self.tests("aws:PrincipalOrgID") || self.tests("aws:PrincipalOrgPaths"))
        {
            return verdict;
        }
        let elsewhere = Demand::AbsentOr(Strings::Like(Vec::new(), zone.trusted_paths(own)));
        let mut query = party.query.clone();
        query.demands.push(("aws:PrincipalOrgPaths".to_owned(), elsewhere));
        if self.ask(&query).may_be() {
            return verdict;
        }
        let path = party.answer.witness().and_then(|w| w.context.get("aws:PrincipalOrgPaths")).and_then(|v| match v {
            ContextValue::Many(all) => all.first().cloned(),
            ContextValue::One(one) => Some(one.clone()),
        });
        let trusted = path.map(|p| zone.organizational_unit(own, &p));
        trusted.filter(|(s, _)| *s != Standing::Outside).unwrap_or((Standing::Trusted, None))
    }
}

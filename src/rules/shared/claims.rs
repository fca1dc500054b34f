//! Claims besides `sub` that say whose a token is, with wildcards in their values.

use super::{Fresh, OidcWay};
use crate::{
    analysis::{
        issuers::Issuer,
        keys::{self, Bounds},
    },
    policy::{Literal, Test},
};

/// A value with wildcards that tokens of strangers can have: the value, its key, and what strangers can bring about.
pub(crate) type WideClaim<'a> = (&'a Literal, String, Vec<String>);

/// Claims whose values begin with their owner and a slash.
const OWNED: [&str; 2] = ["repository", "job_workflow_ref"];

/// So many values of one key are looked at.
const MOST_VALUES: usize = 64;

impl<'a> OidcWay<'a> {
    /// The claims whose patterns in this statement somebody else's tokens can fit, but for `sub`: those that pin the
    /// tenant of the issuer, and others that belong to one tenant. One a key, with all that its patterns admit.
    pub(crate) fn wide_claims(&self, info: &Issuer) -> Vec<WideClaim<'a>> {
        let mut wide: Vec<WideClaim<'a>> = Vec::new();
        for condition in &self.statement.conditions {
            let Some(key) = condition.key.known() else { continue };
            let like = condition.operator.is_some_and(|o| o.test == Test::StringLike);
            if !like || condition.is_on(&self.key("sub")) {
                continue;
            }
            let pin = info.pins.iter().any(|pin| condition.is_on(&self.key(pin)));
            let of_issuer = keys::issuer_and_claim(&key).is_some_and(|(issuer, _)| issuer == self.issuer);
            let owned = OWNED.iter().any(|claim| condition.is_on(&self.key(claim)));
            let one_party = owned || keys::lookup(&key).is_some_and(|k| k.bounds == Bounds::Zone);
            let audience = condition.is_on(&self.key("aud"));
            if !pin && (!of_issuer || !one_party || audience) {
                continue;
            }
            for value in condition.values.iter().take(MOST_VALUES) {
                let Some(made_up) = value.known().and_then(|text| of_a_stranger(&text, owned)) else { continue };
                match wide.iter_mut().find(|(_, of, _)| of.eq_ignore_ascii_case(&key)) {
                    Some((.., all)) => all.push(made_up),
                    None => wide.push((value, key.to_string(), vec![made_up])),
                }
            }
        }
        wide
    }
}

/// What somebody else's claim can be to fit a pattern; `None` when it names a party. What is `owned` begins with its
/// owner, up to a slash: `acme/*` is all of one owner, `acme*` of owners with a similar name.
fn of_a_stranger(pattern: &str, owned: bool) -> Option<String> {
    let owner = pattern.split('/').next().filter(|_| owned);
    let free = owner.map_or(pattern.contains(['*', '?']), |o| !o.is_empty() && o.bytes().all(|b| b == b'*'));
    free.then(|| pattern.replace('*', Fresh::TEXT).replace('?', "z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_up_what_a_stranger_has() {
        let owned = |pattern| of_a_stranger(pattern, true);
        assert_eq!(owned("*/api").as_deref(), Some("zq7vWx2Kj9/api"));
        assert_eq!(owned("acme/*"), None);
        assert_eq!(owned("acme*"), None);
        assert_eq!(owned("/*"), None);
        let other = |pattern| of_a_stranger(pattern, false);
        assert_eq!(other("1?*").as_deref(), Some("1zzq7vWx2Kj9"));
        assert_eq!(other("https://vercel.com/acme*").as_deref(), Some("https://vercel.com/acmezq7vWx2Kj9"));
        assert_eq!(other("eu-west-1:1a2b"), None);
    }
}

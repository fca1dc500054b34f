//! What each request of a party must pass: there is a guard when nobody gets in who does not meet it on purpose.

use super::{Party, Way};
use crate::analysis::{Demand, GrantKind, Guard, keys};

/// The guards of a party.
pub(super) fn of(way: &Way<'_>, party: &Party) -> Vec<Guard> {
    let mut tested: Vec<(Guard, Vec<String>)> = Vec::new();
    for (guard, key) in way.guarding_keys() {
        match tested.iter_mut().find(|(g, _)| *g == guard) {
            Some((_, keys)) if keys.len() >= MOST_KEYS || keys.contains(&key) => {}
            Some((_, keys)) => keys.push(key),
            None => tested.push((guard, vec![key])),
        }
    }
    let mut out = Vec::new();
    for (guard, keys) in tested {
        let told_by_party = matches!(
            (guard, party.kind),
            (Guard::Organization, GrantKind::Organization) | (Guard::Other, GrantKind::UniqueId)
        );
        if told_by_party {
            continue;
        }
        let joint: &[Vec<String>] = std::slice::from_ref(&keys);
        let single: Vec<Vec<String>> = keys.iter().map(|k| vec![k.clone()]).collect();
        // MFA and its age, or an organization's id and paths, are one thing; other keys guard each for itself.
        let asked = if matches!(guard, Guard::Mfa | Guard::Organization) { joint } else { &single[..] };
        let guarded = !way.analysis.is_exhausted()
            && asked.iter().any(|keys| {
                let mut query = party.query.clone();
                for key in keys {
                    query = query.demand(key.clone(), Demand::Unguarded);
                }
                way.ask(&query).is_no()
            });
        if guarded {
            out.push(guard);
        }
    }
    out.sort_unstable();
    out
}

/// Of so many keys that could be the same guard each is asked for.
pub(super) const MOST_KEYS: usize = 64;

/// Which guard a condition on the key can be; `None` when the key says who the party is, or says nothing.
pub(super) fn of_key(key: &str) -> Option<Guard> {
    keys::lookup(key)?;
    Some(match key {
        "aws:multifactorauthpresent" | "aws:multifactorauthage" => Guard::Mfa,
        "sts:externalid" => Guard::ExternalId,
        "aws:principalorgid" | "aws:principalorgpaths" => Guard::Organization,
        "aws:sourceaccount" | "aws:sourceorgid" | "aws:sourceorgpaths" | "aws:sourceowner" => Guard::SourceAccount,
        "aws:sourcearn" => Guard::SourceArn,
        "aws:sourceip" | "aws:vpcsourceip" => Guard::SourceIp,
        "aws:principalarn" | "aws:principalaccount" | "aws:principaltype" | "aws:principalisawsservice" => return None,
        "aws:currenttime" | "aws:epochtime" | "aws:resourceaccount" | "aws:resourceorgid" => return None,
        "aws:principalservicename" | "aws:principalservicenameslist" => return None,
        "aws:tagkeys" | "sts:transitivetagkeys" => Guard::Tag,
        _ if key.starts_with("aws:principaltag/") || key.starts_with("aws:requesttag/") => Guard::Tag,
        _ if key.ends_with(":sub") => Guard::Subject,
        _ if key.ends_with(":aud") || key.ends_with(":oaud") || key.ends_with(":app_id") => Guard::Audience,
        _ => Guard::Other,
    })
}

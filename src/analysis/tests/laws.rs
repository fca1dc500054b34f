//! Laws that hold for every policy, whatever it says.

use serde_json::{Value as Json, json};

use super::random::{Dice, policy, statement};
use crate::{
    analysis::{Action, Analysis, Caller, Grant, Query, Strings, Zone},
    policy::from_json,
    source::FileId,
    value::Own,
};

/// How many policies are tried; `SOLVER_LAWS=100000 cargo test --release laws` tries more.
fn cases() -> u64 {
    std::env::var("SOLVER_LAWS").ok().and_then(|n| n.parse().ok()).unwrap_or(60)
}

fn analysis(policy: &Json) -> Analysis {
    let own = Own { account: Some("111111111111".to_owned()), partition: Some("aws".to_owned()), region: None };
    Analysis::new(&from_json(&policy.to_string(), FileId(0)), Zone::default(), &own, "2026-11-21")
}

/// All that the grants say but for where they stand, in an order of their own.
fn said(policy: &Json) -> Vec<String> {
    let said = |g: &Grant| {
        format!(
            "{:?} {} {:?} {:?} {:?} {:?} {:?}",
            g.kind, g.value, g.account, g.standing, g.actions, g.guards, g.certainty
        )
    };
    let mut all: Vec<String> = analysis(policy).grants().iter().map(said).collect();
    all.sort();
    all.dedup();
    all
}

fn statements(policy: &mut Json) -> &mut Vec<Json> {
    policy["Statement"].as_array_mut().unwrap()
}

#[test]
fn wording_changes_nothing() {
    for seed in 0..cases() {
        let mut dice = Dice::new(seed + 1_000_000);
        let original = policy(&mut dice);
        let before = said(&original);
        let check = |changed: &Json, what: &str| {
            let after = said(changed);
            assert_eq!(before, after, "seed {seed}, {what}\n{original}\n{changed}");
        };
        let mut reversed = original.clone();
        statements(&mut reversed).reverse();
        check(&reversed, "order of statements");
        check(&split(&original), "one statement for each principal");
        let text = original.to_string();
        let renamed = |from: &str, to: &str| serde_json::from_str::<Json>(&text.replace(from, to)).unwrap();
        check(&renamed("\"ArnEquals", "\"ArnLike"), "`ArnEquals` and `ArnLike`");
        check(&renamed(":ArnEquals", ":ArnLike"), "`ArnEquals` and `ArnLike`");
        check(&renamed("\"sts:ExternalId\"", "\"STS:externalid\""), "case of a key");
        check(&renamed("\"aws:PrincipalOrgID\"", "\"AWS:PRINCIPALORGID\""), "case of a key");
        check(&renamed("\"sts:AssumeRole\"", "\"STS:ASSUMEROLE\""), "case of an action");
        check(&renamed("[\"arn:aws:iam::333333333333:root\"]", "[\"333333333333\"]"), "`:root` and the bare id");
    }
}

/// The same policy with one statement for each principal, where that means the same.
fn split(policy: &Json) -> Json {
    let mut out = Vec::new();
    for s in policy["Statement"].as_array().unwrap() {
        let Some(principals) = s.get("Principal").and_then(Json::as_object) else {
            out.push(s.clone());
            continue;
        };
        for (kind, values) in principals {
            for value in values.as_array().unwrap() {
                let mut one = s.clone();
                one["Principal"] = json!({kind: value});
                out.push(one);
            }
        }
    }
    json!({"Version": policy["Version"], "Statement": out})
}

#[test]
fn an_allow_adds_and_a_deny_takes_away() {
    let queries = [
        Query::new(Caller::any_aws(), Action::AssumeRole),
        Query::new(Caller::account("222222222222"), Action::AssumeRole),
        Query::new(Caller::account("999988887777"), Action::AssumeRole),
        Query::new(Caller::Service(Strings::Any), Action::AssumeRole),
        Query::new(Caller::Oidc, Action::AssumeRoleWithWebIdentity),
    ];
    for seed in 0..cases() {
        let mut dice = Dice::new(seed + 2_000_000);
        let original = policy(&mut dice);
        let answers = |p: &Json| {
            let a = analysis(p);
            queries.iter().map(|q| a.ask(q).certainty()).collect::<Vec<_>>()
        };
        let with = |dice: &mut Dice, effect: &str| {
            let mut more = original.clone();
            statements(&mut more).push(statement(dice, effect));
            more
        };
        let before = answers(&original);
        let (allowed, denied) = (with(&mut dice, "Allow"), with(&mut dice, "Deny"));
        for (i, (more, less)) in answers(&allowed).iter().zip(answers(&denied)).enumerate() {
            // `None` is less than possible, and that is less than certain.
            assert!(*more >= before[i], "an Allow took away, seed {seed}, query {i}\n{allowed}");
            assert!(less <= before[i], "a Deny added, seed {seed}, query {i}\n{denied}");
        }
    }
}

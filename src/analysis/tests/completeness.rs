//! The solver against the evaluator, by brute force: where it says no, no request of a small universe gets in; where it
//! says yes, its own witness is what was asked for, can be made, and gets in.

use super::random::{ACCOUNTS, Dice, policy, requests};
use crate::{
    analysis::{
        Action, Analysis, Answer, Caller, Certainty, ContextValue, Decision, Demand, Query, Request, RequestPrincipal,
        Strings, Zone, evaluate,
        evaluator::{Truth, statement_matches},
        keys::{self, Availability, Call},
    },
    policy::{Effect, Principals, Statement, Who, from_json},
    source::FileId,
    value::Own,
};

/// How many policies are tried; `SOLVER_CASES=100000 cargo test --release completeness` tries more.
fn cases() -> u64 {
    std::env::var("SOLVER_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

fn account_of(request: &Request) -> Option<&str> {
    match &request.principal {
        RequestPrincipal::User { account, .. }
        | RequestPrincipal::Role { account, .. }
        | RequestPrincipal::Session { account, .. } => Some(account),
        _ => None,
    }
}

fn value<'a>(request: &'a Request, key: &str) -> Option<&'a str> {
    match request.context.get(key)? {
        ContextValue::One(text) => Some(text),
        ContextValue::Many(_) => None,
    }
}

/// A query, what it means, and the keys that it looks at.
type Case = (Query, Box<dyn Fn(&Request) -> bool>, &'static str);

/// Queries, each with what it means.
fn queries(dice: &mut Dice) -> Vec<Case> {
    let mut out: Vec<Case> = vec![
        (Query::new(Caller::any_aws(), Action::AssumeRole), Box::new(|r| account_of(r).is_some()), ""),
        (
            Query::new(Caller::Service(Strings::Any), Action::AssumeRole),
            Box::new(|r| matches!(r.principal, RequestPrincipal::Service(_))),
            "",
        ),
        (
            Query::new(Caller::Oidc, Action::AssumeRoleWithWebIdentity),
            Box::new(|r| matches!(r.principal, RequestPrincipal::Oidc(_))),
            "",
        ),
        (
            Query::new(Caller::Saml, Action::AssumeRoleWithSaml),
            Box::new(|r| matches!(r.principal, RequestPrincipal::Saml(_))),
            "",
        ),
        (Query::new(Caller::any_aws(), Action::TagSession), Box::new(|r| account_of(r).is_some()), ""),
    ];
    let account = ACCOUNTS[dice.below(4)];
    out.push((
        Query::new(Caller::account(account), Action::AssumeRole),
        Box::new(move |r| account_of(r) == Some(account)),
        account,
    ));
    let others = Caller::Aws {
        account: Strings::NoneOf(vec![account.to_owned(), "222222222222".to_owned()]),
        organization: Demand::AbsentOr(Strings::NoneOf(vec!["o-aaa".to_owned()])),
        resource: Strings::Like(vec!["role/*".to_owned()], vec!["role/app".to_owned()]),
    };
    out.push((
        Query::new(others, Action::AssumeRole),
        Box::new(move |r| {
            let arn = value(r, "aws:PrincipalArn").unwrap_or("");
            account_of(r).is_some_and(|a| a != account && a != "222222222222")
                && value(r, "aws:PrincipalOrgID") != Some("o-aaa")
                && arn.contains(":role/")
                && !arn.ends_with(":role/app")
        }),
        "aws:PrincipalOrgID role/app 111111111111 333333333333",
    ));
    let unnamed = Query::new(Caller::any_aws(), Action::AssumeRole);
    out.push((
        unnamed
            .clone()
            .demand("aws:MultiFactorAuthPresent", Demand::AbsentOr(Strings::OneOf(vec!["false".to_owned()])))
            .demand("STS:ExternalId", Demand::Absent),
        Box::new(|r| {
            account_of(r).is_some()
                && value(r, "aws:MultiFactorAuthPresent") != Some("true")
                && value(r, "sts:ExternalId").is_none()
        }),
        "sts:ExternalId aws:MultiFactorAuthPresent",
    ));
    out.push((
        unnamed.demand("sts:ExternalId", Demand::Is(Strings::Like(vec!["?*".to_owned()], vec!["*b*".to_owned()]))),
        Box::new(|r| account_of(r).is_some() && value(r, "sts:ExternalId").is_some_and(|v| !v.contains('b'))),
        "sts:ExternalId",
    ));
    out
}

#[test]
fn solver_says_no_exactly_when_nobody_gets_in() {
    let (mut asked, mut no, mut certain, mut possible) = (0u32, 0u32, 0u32, 0u32);
    for seed in 0..cases() {
        let mut dice = Dice::new(seed);
        let text = policy(&mut dice).to_string();
        let decoded = from_json(&text, FileId(0));
        let own = Own { account: Some("111111111111".to_owned()), partition: Some("aws".to_owned()), region: None };
        let analysis = Analysis::new(&decoded, Zone::default(), &own, "2026-11-21");
        let mut cases = queries(&mut dice);
        while cases.len() > 4 {
            drop(cases.swap_remove(dice.below(cases.len())));
        }
        for (mut query, selects, keys) in cases {
            let denies: Vec<usize> =
                (0..decoded.statements.len()).filter(|i| decoded.statements[*i].effect == Effect::Deny).collect();
            let through = dice.below(decoded.statements.len() * 3);
            if decoded.statements.get(through).is_some_and(|s| s.effect == Effect::Allow) {
                query.statement = Some(through);
            }
            if !denies.is_empty() && dice.below(4) == 0 {
                query.matching = Some(denies[dice.below(denies.len())]);
            } else if !denies.is_empty() && dice.below(6) == 0 {
                query.ignore_denies = vec![denies[0]];
            }
            let answer = analysis.ask(&query);
            asked += 1;
            let verdicts = requests(&format!("{text} {keys}"), query.action.name());
            let verdicts = verdicts.iter().filter(|r| selects(r)).map(|r| (r, verdict(&analysis, &query, r)));
            let (mut allowed, mut undefined) = (None, None);
            for (request, decision) in verdicts {
                match decision {
                    Decision::Allow => allowed = Some(request.clone()),
                    Decision::Undefined => undefined = Some(request.clone()),
                    Decision::Deny => {}
                }
            }
            let shown = || format!("seed {seed}\n{text}\n{query:#?}\n{answer:#?}\n{allowed:#?}\n{undefined:#?}");
            match &answer {
                Answer::No => {
                    no += 1;
                    assert!(allowed.is_none() && undefined.is_none(), "somebody gets in: {}", shown());
                }
                Answer::Yes { witness, certainty } => {
                    assert!(selects(witness), "nobody asked for that: {}", shown());
                    if let Some(why) = unrealizable(witness, &text) {
                        panic!("nobody can make that request, {why}: {}", shown());
                    }
                    let decision = verdict(&analysis, &query, witness);
                    if *certainty == Certainty::Certain {
                        certain += 1;
                        assert_eq!(decision, Decision::Allow, "{}", shown());
                    } else {
                        possible += 1;
                        assert_eq!(decision, Decision::Undefined, "{}", shown());
                        assert!(allowed.is_none(), "that is certain: {}", shown());
                    }
                }
                Answer::Undecided => panic!("not decided: {}", shown()),
            }
        }
        assert_eq!(analysis.disagreements(), 0, "seed {seed}: {text}");
    }
    println!("{asked} queries: {no} no, {certain} certain, {possible} possible");
    assert!(no > asked / 20 && certain > asked / 20, "the universe shows nothing");
}

/// What keeps anybody from making such a request.
fn unrealizable(request: &Request, policy: &str) -> Option<String> {
    let call = match &request.principal {
        RequestPrincipal::Service(_) => Call::Service,
        RequestPrincipal::Saml(_) => Call::Saml,
        RequestPrincipal::Oidc(_) => Call::WebIdentity,
        RequestPrincipal::Root { .. } | RequestPrincipal::FederatedUser { .. } => {
            return Some("of such a caller".into());
        }
        _ => Call::Principal,
    };
    for (key, carried) in &request.context {
        let info = keys::lookup(key);
        if info.is_none_or(|k| k.availability(call) == Availability::Never) {
            return Some(format!("with `{key}`"));
        }
        if info.is_some_and(|k| k.multivalued) != matches!(carried, ContextValue::Many(_)) {
            return Some(format!("with so many values of `{key}`"));
        }
    }
    let policy = policy.to_ascii_lowercase();
    let is_promised = |k: &&keys::KeyInfo| k.availability(call) == Availability::Always;
    let named = |k: &&keys::KeyInfo| policy.contains(&format!("\"{}\":", k.name.to_ascii_lowercase()));
    if let Some(key) =
        keys::all().iter().filter(is_promised).filter(named).find(|k| !request.context.contains_key(k.name))
    {
        return Some(format!("without `{}`", key.name));
    }
    let wrong = |key: &str, expected: Option<&str>| {
        let found = value(request, key);
        (found.is_some() && found != expected).then(|| format!("with that `{key}`"))
    };
    if call != Call::Principal {
        return None;
    }
    let arn = value(request, "aws:PrincipalArn").unwrap_or("");
    let (name, of_user) = match &request.principal {
        RequestPrincipal::User { account, name, .. } => (format!(":{account}:user/{name}"), true),
        RequestPrincipal::Role { account, name, .. } => (format!(":{account}:role/{name}"), false),
        RequestPrincipal::Session { role, .. } => (format!("/{role}"), false),
        _ => return None,
    };
    let organization = match request.context.get("aws:PrincipalOrgPaths") {
        Some(ContextValue::Many(paths)) => paths.first().and_then(|p| p.split('/').next()),
        _ => None,
    };
    let last = arn.rsplit('/').next().filter(|_| of_user);
    (!arn.ends_with(&name))
        .then(|| "with that ARN".to_owned())
        .or_else(|| wrong("aws:PrincipalAccount", account_of(request)))
        .or_else(|| wrong("aws:username", last))
        .or_else(|| wrong("aws:PrincipalType", Some(if of_user { "User" } else { "AssumedRole" })))
        .or_else(|| wrong("aws:PrincipalOrgID", organization))
        .or_else(|| wrong("aws:PrincipalIsAWSService", Some("false")))
        .or_else(|| {
            let aged = value(request, "aws:MultiFactorAuthAge").is_some();
            (aged && value(request, "aws:MultiFactorAuthPresent") != Some("true")).then(|| "without MFA".to_owned())
        })
}

/// Whether a caller is meant by more than `AWS: "*"` or `NotPrincipal`, which the solver takes as of AWS callers alone.
fn names(statement: &Statement, request: &Request) -> bool {
    let Principals::Only(all) = &statement.principals else { return account_of(request).is_some() };
    all.iter().any(|p| match &request.principal {
        RequestPrincipal::Service(_) => matches!(p.who, Who::Service(_)),
        RequestPrincipal::Saml(_) => matches!(p.who, Who::Saml { .. }),
        RequestPrincipal::Oidc(_) => matches!(p.who, Who::Oidc { .. }),
        _ => true,
    })
}

/// The verdict of the evaluator under what the query takes as absent.
fn verdict(analysis: &Analysis, query: &Query, request: &Request) -> Decision {
    let policy = analysis.policy();
    if account_of(request).is_some()
        && query.statement.is_none()
        && query.matching.is_none()
        && query.ignore_denies.is_empty()
    {
        return evaluate(policy, request).decision;
    }
    let (mut allowed, mut denied) = (Truth::False, Truth::False);
    for (i, statement) in policy.statements.iter().enumerate() {
        let matches = statement_matches(policy, statement, request);
        match statement.effect {
            Effect::Allow if query.statement.is_none_or(|s| s == i) && names(statement, request) => {
                allowed = allowed.or(matches);
            }
            Effect::Deny if query.matching == Some(i) || query.ignore_denies.contains(&i) => {}
            Effect::Deny => denied = denied.or(matches),
            _ => {}
        }
    }
    if let Some(deny) = query.matching {
        allowed = allowed.and(statement_matches(policy, &policy.statements[deny], request));
    }
    match allowed.and(denied.not()) {
        Truth::True => Decision::Allow,
        Truth::False => Decision::Deny,
        Truth::Unknown => Decision::Undefined,
    }
}

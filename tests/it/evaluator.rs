//! Laws that the evaluator keeps, over random policies and requests.

use super::cases::{Random, Taste, case};
use iac_trust_lint::{
    analysis::{ContextValue, Decision, Evaluation, Request, evaluate},
    policy::from_json,
    source::FileId,
};
use serde_json::{Map, Value, json};

/// How many cases each law is tried on; `LAW_CASES=100000 cargo test --release --test it evaluator` for a long run.
fn cases() -> usize {
    std::env::var("LAW_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(500)
}

fn decide(policy: &Value, request: &Value) -> Decision {
    judge(&policy.to_string(), request).decision
}

fn judge(policy: &str, request: &Value) -> Evaluation {
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let value = |v: &Value| match v {
        Value::Array(all) => ContextValue::Many(all.iter().map(text).collect()),
        one => ContextValue::One(text(one)),
    };
    let principal = request["principal"].as_str().unwrap();
    let context = request["context"].as_object().unwrap();
    let request = Request {
        principal: principal.parse().unwrap(),
        principal_text: principal.to_owned(),
        action: text(&request["action"]),
        context: context.iter().map(|(k, v)| (k.clone(), value(v))).collect(),
    };
    evaluate(&from_json(policy, FileId(0)), &request)
}

/// Calls `law` with each random policy (its statements as a list), its request and the verdict.
fn for_cases(seed: u64, mut law: impl FnMut(&mut Random, &Value, &Value, Decision)) {
    let mut random = Random::new(seed);
    let mut seen = [0; 3];
    for id in 0..cases() {
        let mut one = case(id, &mut random, Taste { odd: 10 });
        if one["trustPolicy"]["Statement"].is_object() {
            one["trustPolicy"]["Statement"] = json!([one["trustPolicy"]["Statement"]]);
        }
        let found = decide(&one["trustPolicy"], &one["request"]);
        seen[found as usize] += 1;
        law(&mut random, &one["trustPolicy"], &one["request"], found);
    }
    assert!(seen.iter().all(|n| *n > 5), "the cases are too much alike: {seen:?}");
}

fn statements(policy: &Value) -> &Vec<Value> {
    policy["Statement"].as_array().unwrap()
}

fn with_statements(policy: &Value, statements: Vec<Value>) -> Value {
    let mut policy = policy.clone();
    policy["Statement"] = Value::Array(statements);
    policy
}

#[track_caller]
fn same(found: Decision, changed: &Value, request: &Value, original: &Value) {
    assert_eq!(decide(changed, request), found, "\n{original}\n{changed}\n{request}");
}

#[test]
fn the_order_of_statements_does_not_matter() {
    for_cases(1, |_, policy, request, found| {
        let reversed = with_statements(policy, statements(policy).iter().rev().cloned().collect());
        same(found, &reversed, request, policy);
    });
}

#[test]
fn a_statement_may_stand_twice() {
    for_cases(2, |_, policy, request, found| {
        let twice = statements(policy).iter().chain(statements(policy)).cloned().collect();
        same(found, &with_statements(policy, twice), request, policy);
    });
}

#[test]
fn principals_and_actions_may_be_split_into_statements() {
    let items = |v: &Value| match v {
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    for_cases(3, |_, policy, request, found| {
        let mut split = Vec::new();
        for s in statements(policy) {
            let principals: Vec<Value> = match s.get("Principal").and_then(Value::as_object) {
                Some(kinds) => kinds
                    .iter()
                    .flat_map(|(k, v)| items(v).into_iter().map(move |p| json!({ k.as_str(): p })))
                    .collect(),
                None => vec![Value::Null],
            };
            let actions = s.get("Action").map_or_else(|| vec![Value::Null], items);
            for principal in &principals {
                for action in &actions {
                    let mut one = s.clone();
                    for (element, value) in [("Principal", principal), ("Action", action)] {
                        if !value.is_null() {
                            one[element] = value.clone();
                        }
                    }
                    split.push(one);
                }
            }
        }
        same(found, &with_statements(policy, split), request, policy);
    });
}

#[test]
fn an_account_id_and_the_root_arn_are_the_same() {
    for_cases(4, |_, policy, request, found| {
        let mut text = policy.to_string();
        for account in ["111111111111", "222222222222", "333333333333"] {
            text = text.replace(&format!("\"arn:aws:iam::{account}:root\""), &format!("\"{account}\""));
        }
        assert_eq!(judge(&text, request).decision, found, "\n{policy}\n{request}");
    });
}

#[test]
fn arn_equals_is_arn_like() {
    for_cases(5, |_, policy, request, found| {
        let text = policy.to_string();
        if [("ArnEquals", "ArnLike"), ("ArnNotEquals", "ArnNotLike")]
            .iter()
            .any(|(a, b)| text.contains(a) && text.contains(b))
        {
            return;
        }
        let changed = text.replace("ArnEquals", "ArnLike").replace("ArnNotEquals", "ArnNotLike");
        assert_eq!(judge(&changed, request).decision, found, "\n{policy}\n{request}");
    });
}

#[test]
fn the_case_of_keys_operators_and_actions_does_not_matter() {
    let upper = |v: &Value| match v {
        Value::Array(all) => all.iter().map(|a| json!(a.as_str().unwrap().to_uppercase())).collect(),
        one => json!(one.as_str().unwrap().to_uppercase()),
    };
    for_cases(6, |_, policy, request, found| {
        let mut changed = policy.clone();
        for s in changed["Statement"].as_array_mut().unwrap() {
            for element in ["Action", "NotAction"] {
                if let Some(actions) = s.get(element) {
                    s[element] = upper(actions);
                }
            }
            if let Some(conditions) = s.get("Condition").and_then(Value::as_object) {
                let block = |b: &Value| -> Value {
                    Value::Object(b.as_object().unwrap().iter().map(|(k, v)| (k.to_uppercase(), v.clone())).collect())
                };
                let all: Map<String, Value> = conditions.iter().map(|(o, b)| (o.to_lowercase(), block(b))).collect();
                s["Condition"] = Value::Object(all);
            }
        }
        let mut asked = request.clone();
        asked["action"] = upper(&request["action"]);
        same(found, &changed, &asked, policy);
    });
}

#[test]
fn white_space_does_not_matter() {
    for_cases(7, |_, policy, request, found| {
        let pretty = serde_json::to_string_pretty(policy).unwrap().replace('\n', "\r\n\t");
        assert_eq!(judge(&pretty, request).decision, found);
    });
}

#[test]
fn one_more_allow_never_takes_access_away() {
    for_cases(8, |random, policy, request, found| {
        let mut more = statements(policy).clone();
        let other = case(0, random, Taste { odd: 10 });
        let mut extra = other["trustPolicy"]["Statement"].get(0).unwrap_or(&other["trustPolicy"]["Statement"]).clone();
        extra["Effect"] = json!("Allow");
        more.push(extra);
        let now = decide(&with_statements(policy, more), request);
        assert!(rank(now) >= rank(found), "{found:?} became {now:?}: {policy} {request}");
    });
}

#[test]
fn one_more_deny_never_gives_access() {
    for_cases(9, |random, policy, request, found| {
        let mut more = statements(policy).clone();
        let other = case(0, random, Taste { odd: 10 });
        let mut extra = other["trustPolicy"]["Statement"].get(0).unwrap_or(&other["trustPolicy"]["Statement"]).clone();
        extra["Effect"] = json!("Deny");
        more.push(extra);
        let now = decide(&with_statements(policy, more), request);
        assert!(rank(now) <= rank(found), "{found:?} became {now:?}: {policy} {request}");
    });
}

fn rank(decision: Decision) -> u8 {
    match decision {
        Decision::Deny => 0,
        Decision::Undefined => 1,
        Decision::Allow => 2,
    }
}

#[test]
fn a_deny_of_everybody_denies_everybody() {
    for_cases(10, |_, policy, request, _| {
        let mut more = statements(policy).clone();
        more.push(json!({"Effect": "Deny", "Principal": {"AWS": "*", "Service": ["ec2.amazonaws.com",
            "lambda.amazonaws.com", "cloudtrail.amazonaws.com"], "Federated": ["cognito-identity.amazonaws.com",
            "arn:aws:iam::111111111111:saml-provider/Okta",
            "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"]}, "Action": "*"}));
        same(Decision::Deny, &with_statements(policy, more), request, policy);
    });
}

/// The statements that are said to match do, each alone.
#[test]
fn matching_statements_match_alone() {
    for_cases(11, |_, policy, request, _| {
        let matched = judge(&policy.to_string(), request).statements;
        for (i, s) in statements(policy).iter().enumerate() {
            let mut alone = s.clone();
            alone["Effect"] = json!("Allow");
            let decision = decide(&with_statements(policy, vec![alone]), request);
            assert_eq!(decision == Decision::Allow, matched.contains(&i), "{s} {request}");
        }
    });
}

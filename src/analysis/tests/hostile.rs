//! Policies made to be hard: what they cost is bounded, and does not grow faster than they do.

use super::*;
use crate::analysis::{Action, Answer, Caller, Certainty, Query, Standing};

fn account(i: usize) -> String {
    format!("{:012}", 200_000_000_000 + i)
}

fn list(n: usize, item: impl Fn(usize) -> String) -> String {
    let all: Vec<String> = (0..n).map(|i| format!("\"{}\"", item(i))).collect();
    format!("[{}]", all.join(","))
}

fn statements(n: usize, one: impl Fn(usize) -> String) -> String {
    (0..n).map(one).collect::<Vec<_>>().join(",")
}

/// A policy of about that size.
type Shape = Box<dyn Fn(usize) -> String>;

/// Steps that it takes to find all ways in, and to ask for each whether it is guarded.
fn cost(statements: &str) -> (u64, usize) {
    let a = analysis(statements);
    for grant in a.grants() {
        let Some(account) = &grant.account else { continue };
        let query = Query::new(Caller::account(account.clone()), Action::AssumeRole);
        a.ask(
            &query
                .through(grant.statement, grant.principal)
                .demand("sts:ExternalId", crate::analysis::Demand::Unguarded),
        );
    }
    assert_eq!(a.disagreements(), 0);
    assert!(!a.is_exhausted());
    (a.spent(), a.grants().len())
}

#[test]
fn steps_grow_as_policies_do() {
    let aws = |i| format!(r#"{{"AWS": "{}"}}"#, account(i));
    let external = |i: usize| format!(r#""StringEquals": {{"sts:ExternalId": "id-{i}"}}"#);
    let shapes: Vec<(&str, Shape)> = vec![
        ("statements", Box::new(move |n| statements(n, |i| allow(&aws(i), "")))),
        ("guarded statements", Box::new(move |n| statements(n, |i| allow(&aws(i), &external(i))))),
        ("principals", Box::new(|n| allow(&format!(r#"{{"AWS": {}}}"#, list(n, account)), ""))),
        (
            "roles",
            Box::new(|n| {
                let role = |i| format!("arn:aws:iam::{}:role/r{i}", account(i % 7));
                allow(&format!(r#"{{"AWS": {}}}"#, list(n, role)), "")
            }),
        ),
        (
            "principals, every other one denied",
            Box::new(|n| {
                let denied = deny(&format!(r#"{{"AWS": {}}}"#, list(n / 2, |i| account(i * 2))), "");
                format!("{},{denied}", allow(&format!(r#"{{"AWS": {}}}"#, list(n, account)), ""))
            }),
        ),
        (
            "statements, each denied by another",
            Box::new(move |n| statements(n, |i| format!("{},{}", allow(&aws(i), ""), deny(&aws(i), "")))),
        ),
        (
            "statements with session tags",
            Box::new(move |n| {
                let tagging =
                    |i| allow(&aws(i), "").replace("\"sts:AssumeRole\"", r#"["sts:AssumeRole", "sts:TagSession"]"#);
                statements(n, tagging)
            }),
        ),
    ];
    for (name, policy) in shapes {
        let ((small, few), (large, many)) = (cost(&policy(50)), cost(&policy(200)));
        assert!(many >= 2 * few, "{name}: {few} and {many} ways in");
        // Four times as large: a cost that grows with the square would be sixteen times as high.
        assert!(large < 6 * small, "{name}: {small} steps, {large} for one four times as large");
    }
}

#[test]
fn what_is_denied_in_the_same_words_is_no_way_in() {
    let n = 300;
    let role = |i| format!("arn:aws:iam::{}:role/r{i}", account(i % 7));
    for items in [list(n, account), list(n, role)] {
        let principals = format!(r#"{{"AWS": {items}}}"#);
        let a = analysis(&format!("{},{}", allow(&principals, ""), deny(&principals, "")));
        assert!(a.grants().is_empty());
        assert!(!a.is_exhausted());
        let spared = deny(&principals, "").replace("\"Principal\"", "\"NotPrincipal\"");
        let a = analysis(&format!("{},{spared}", allow(&principals, "")));
        assert_eq!(a.grants().len(), n);
        assert!(a.grants().iter().all(|g| g.certainty == Certainty::Certain));
    }
}

#[test]
fn who_is_left_by_long_lists_is_found() {
    let n = 100;
    let accounts = allow(&format!(r#"{{"AWS": {}}}"#, list(n, account)), "");
    let but = |i: usize| {
        let others: Vec<String> = (0..n).filter(|j| *j != i).map(|j| format!("\"{}\"", account(j))).collect();
        deny(&format!(r#"{{"AWS": [{}]}}"#, others.join(",")), "")
    };
    for i in [0, 41, 99] {
        let a = analysis(&format!("{accounts},{}", but(i)));
        let left: Vec<_> = a.grants().iter().map(|g| (g.value.clone(), g.standing)).collect();
        assert_eq!(left, [(account(i), Standing::Outside)]);
        assert_eq!(a.disagreements(), 0);
    }
    // A role of a denied account is denied, one of an account that is not on the list gets in.
    let role = |i| format!(r#"{{"AWS": "arn:aws:iam::{}:role/app"}}"#, account(i));
    let a = analysis(&format!("{},{}", allow(&role(7), ""), but(7)));
    assert_eq!(a.grants().len(), 1);
    let a = analysis(&format!("{},{}", allow(&role(8), ""), but(7)));
    assert!(a.grants().is_empty());
}

#[test]
fn too_much_is_undecided_and_never_no() {
    let letters = statements(20, |i| {
        let letter = char::from(b'a' + u8::try_from(i).unwrap());
        deny(r#"{"AWS": "*"}"#, &format!(r#""StringNotLike": {{"aws:PrincipalTag/x": "*{letter}?????*"}}"#))
    });
    let a = analysis(&format!("{},{letters}", allow(r#"{"AWS": "222222222222"}"#, "")));
    let [grant] = a.grants() else { panic!("{:?}", a.grants()) };
    assert_eq!(grant.certainty, Certainty::Possible);
    assert!(a.spent() <= Analysis::ALL_STEPS);
    let query = Query::new(Caller::any_aws(), Action::AssumeRole);
    let before = a.spent();
    assert!(matches!(a.ask(&query), Answer::Undecided));
    assert!(a.spent() - before <= Analysis::QUERY_STEPS);
    while !a.is_exhausted() {
        assert!(a.ask(&query).may_be());
    }
    assert!(matches!(a.ask(&query), Answer::Undecided));
}

#[test]
fn many_policy_variables_are_not_tried_in_every_combination() {
    let condition = (0..300).map(|i| format!(r#""aws:PrincipalTag/t{i}": "${{aws:PrincipalTag/u{i}}}""#));
    let condition: Vec<String> = condition.collect();
    let a = analysis(&allow(r#"{"AWS": "*"}"#, &format!(r#""StringEquals": {{{}}}"#, condition.join(","))));
    assert_eq!(a.grants().len(), 1);
    assert!(a.spent() < Analysis::ALL_STEPS);
}

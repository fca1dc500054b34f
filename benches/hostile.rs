//! How long the analysis of hostile policies takes: each is to stay below two seconds.
//!
//! `cargo bench --bench hostile`

use std::{fmt::Write, hint::black_box, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use iac_trust_lint::{
    analysis::{Action, Analysis, Caller, Demand, Query, Strings, Zone},
    policy::{Policy, from_json},
    source::FileId,
    value::Own,
};

fn policy(statements: impl Iterator<Item = String>) -> Policy {
    let all: Vec<String> = statements.collect();
    from_json(&format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, all.join(",")), FileId(0))
}

fn statement(effect: &str, principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect":"{effect}","Principal":{{"AWS":{principal}}},"Action":"sts:AssumeRole","Condition":{{{condition}}}}}"#
    )
}

fn list(n: usize, item: impl Fn(usize) -> String) -> String {
    let mut out = String::from("[");
    for i in 0..n {
        let _ = write!(out, "{}\"{}\"", if i == 0 { "" } else { "," }, item(i));
    }
    out + "]"
}

fn account(i: usize) -> String {
    format!("{:012}", 200_000_000_000 + i)
}

const ANY: &str = r#""*""#;

fn policies() -> Vec<(&'static str, Policy)> {
    let own = |i: usize| format!("\"{}\"", account(i));
    let session = |globs: String| format!(r#""StringLike":{{"sts:RoleSessionName":{globs}}}"#);
    let stars = "*a".repeat(2_000);
    vec![
        ("10,000 Allow statements", policy((0..10_000).map(|i| statement("Allow", &own(i), "")))),
        (
            "5,000 Allow and 5,000 Deny statements",
            policy((0..10_000).map(|i| statement(if i % 2 == 0 { "Allow" } else { "Deny" }, &own(i / 2), ""))),
        ),
        (
            "5,000 Allow statements and 5,000 Deny statements for all",
            policy((0..10_000).map(|i| {
                let condition = format!(
                    r#""StringEquals":{{"aws:PrincipalTag/a{i}":"x","aws:PrincipalAccount":"{}"}}"#,
                    account(i)
                );
                if i % 2 == 0 { statement("Allow", &own(i), "") } else { statement("Deny", ANY, &condition) }
            })),
        ),
        (
            "10,000 principals, 10,000 denied",
            policy(
                [
                    statement("Allow", &list(10_000, account), ""),
                    statement("Deny", &list(10_000, |i| account(i * 2)), ""),
                ]
                .into_iter(),
            ),
        ),
        (
            "10,000 accounts in a condition",
            policy(std::iter::once(statement(
                "Allow",
                ANY,
                &format!(r#""StringEquals":{{"aws:PrincipalAccount":{}}}"#, list(10_000, account)),
            ))),
        ),
        (
            "10,000 patterns",
            policy(
                [
                    statement("Allow", &own(1), &session(list(10_000, |i| format!("*a{i}*b*")))),
                    statement("Deny", ANY, &session(list(10_000, |i| format!("*{i}*")))),
                ]
                .into_iter(),
            ),
        ),
        (
            "a pattern of 2,000 stars",
            policy(
                [
                    statement("Allow", &own(1), &session(format!(r#"["{stars}"]"#))),
                    statement("Allow", &own(1), &format!(r#""StringLike":{{"aws:PrincipalTag/x":"{stars}"}}"#)),
                    statement("Deny", ANY, &session(format!(r#"["{stars}b*","*b{stars}"]"#))),
                ]
                .into_iter(),
            ),
        ),
        (
            "20 patterns that multiply",
            policy(std::iter::once(statement("Allow", &own(1), "")).chain((0..20).map(|i| {
                let letter = char::from(b'a' + i);
                statement("Deny", ANY, &format!(r#""StringNotLike":{{"aws:PrincipalTag/x":"*{letter}?????*"}}"#))
            }))),
        ),
        (
            "a policy of 4 MB",
            policy(std::iter::once(statement(
                "Allow",
                ANY,
                &format!(
                    r#""StringEquals":{{"sts:ExternalId":{}}}"#,
                    list(80_000, |i| format!("{i:08}-0000-4000-8000-{:012}-{:012}", i * 7, i * 13))
                ),
            ))),
        ),
        (
            "a puzzle of 300 Deny statements",
            policy(std::iter::once(statement("Allow", &own(1), "")).chain((0..300_usize).map(|i| {
                // Clauses of three literals over 60 tags that are there or not.
                let mut seed = i as u64 + 1;
                let mut next = || {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    seed >> 33
                };
                let mut by = [Vec::new(), Vec::new()];
                for _ in 0..3 {
                    let tag = next() % 60;
                    let there = usize::try_from(next() % 2).unwrap_or(0);
                    by[there].push(format!(r#""aws:PrincipalTag/t{tag}":"{}""#, there == 0));
                }
                let blocks: Vec<String> = by
                    .iter()
                    .zip(["Null", "ForAllValues:Null"])
                    .filter(|(b, _)| !b.is_empty())
                    .map(|(b, _)| format!(r#""Null":{{{}}}"#, b.join(",")))
                    .take(1)
                    .collect();
                statement("Deny", ANY, &blocks.join(","))
            }))),
        ),
    ]
}

fn analyse(policy: &Policy) -> usize {
    let own = Own { account: Some("111111111111".to_owned()), partition: Some("aws".to_owned()), region: None };
    let analysis = Analysis::new(policy, Zone::default(), &own, "2026-11-21");
    let mut found = analysis.grants().len();
    for grant in analysis.grants() {
        let Some(account) = &grant.account else { continue };
        let query = Query::new(Caller::account(account.clone()), Action::AssumeRole)
            .through(grant.statement, grant.principal)
            .demand("aws:MultiFactorAuthPresent", Demand::Unguarded)
            .demand("sts:ExternalId", Demand::Unguarded);
        found += usize::from(analysis.ask(&query).may_be());
    }
    let stranger = Caller::Aws {
        account: Strings::NoneOf(analysis.names().all_accounts()),
        organization: Demand::Free,
        resource: Strings::Any,
    };
    found + usize::from(analysis.ask(&Query::new(stranger, Action::AssumeRole)).may_be())
}

fn hostile(c: &mut Criterion) {
    let mut group = c.benchmark_group("hostile");
    group.sample_size(10).measurement_time(Duration::from_secs(5)).warm_up_time(Duration::from_millis(500));
    for (name, policy) in policies() {
        group.bench_function(name, |b| b.iter(|| black_box(analyse(black_box(&policy)))));
    }
    group.finish();
}

criterion_group!(benches, hostile);
criterion_main!(benches);

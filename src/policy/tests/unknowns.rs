use super::*;
use crate::{
    policy::{Effect, What},
    value::{Entry, ListKind, ObjectKind},
};

fn whats(policy: &Policy) -> Vec<What> {
    policy.unknowns.iter().map(|u| u.what).collect()
}

#[test]
fn a_hole_in_the_account_field_is_an_unknown_account() {
    let decoded = open_principal("AWS", vec![known("arn:aws:iam::"), hole("account"), known(":root")]);
    assert!(decoded.problems.is_empty());
    let Who::Account { account, .. } = only(&decoded) else { panic!() };
    assert_eq!(account.display(), "${unknown:var.account}");
    assert_eq!(whats(&decoded), [What::Principal]);
}

#[test]
fn a_hole_in_the_name_leaves_the_account_known() {
    let decoded = open_principal("AWS", vec![known("arn:aws:iam::111122223333:role/"), hole("name")]);
    let Who::Role { account, name, .. } = only(&decoded) else { panic!() };
    assert_eq!(account.as_known().unwrap(), "111122223333");
    assert_eq!(name.display(), "${unknown:var.name}");
    assert_eq!(whats(&decoded), [What::PrincipalName]);
    let kind = open_principal("AWS", vec![known("arn:aws:iam::111122223333:"), hole("principal")]);
    assert!(matches!(only(&kind), Who::Member { .. }));
}

#[test]
fn a_leading_hole_is_an_unknown_principal() {
    for parts in [vec![hole("arn")], vec![hole("arn"), known("/x")], vec![known("arn:aws:"), hole("rest")]] {
        let decoded = open_principal("AWS", parts);
        assert!(matches!(only(&decoded), Who::Unknown(_)));
        assert_eq!(whats(&decoded), [What::Principal]);
    }
    let provider = open_principal("Federated", vec![hole("arn")]);
    assert!(matches!(only(&provider), Who::Unknown(_)));
    let issuer = open_principal("Federated", vec![known("arn:aws:iam::111122223333:oidc-provider/"), hole("issuer")]);
    assert!(matches!(only(&issuer), Who::Oidc { .. }));
}

#[test]
fn an_unknown_service_is_a_service() {
    let decoded = open_principal("Service", vec![hole("service"), known(".amazonaws.com")]);
    assert!(matches!(only(&decoded), Who::Service(_)));
    assert_eq!(whats(&decoded), [What::PrincipalName]);
}

#[test]
fn own_symbols_are_not_unknown() {
    let decoded = open_principal("AWS", vec![symbol(Symbol::OwnAccount)]);
    assert!(matches!(only(&decoded), Who::Account { .. }));
    assert!(decoded.unknowns.is_empty() && decoded.problems.is_empty());
}

#[test]
fn unknown_documents_statements_and_effects() {
    let document = decode(&Value::unknown(unset("policy"), nowhere()), PolicyKind::Trust);
    assert_eq!(whats(&document), [What::Document]);
    assert!(document.problems.is_empty());
    assert_eq!(whats(&open(vec![hole("policy")])), [What::Document]);
    let statement = open(vec![known(r#"{"Statement":["#), hole("statements"), known("]}")]);
    assert_eq!(whats(&statement), [What::Statement]);
    assert!(statement.problems.is_empty(), "{:?}", statement.problems);
    let effect = open(vec![
        known(r#"{"Statement":{"Effect":""#),
        hole("e"),
        known(r#"","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}"#),
    ]);
    assert_eq!(whats(&effect), [What::Effect]);
    assert_eq!(effect.statements[0].effect, Effect::Unknown);
}

#[test]
fn unknown_actions_and_conditions() {
    let head = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"#;
    let action = open(vec![known(head), hole("action"), known("}}")]);
    assert_eq!(whats(&action), [What::Action]);
    assert_eq!(action.statements[0].actions.patterns.len(), 1);
    let condition = |open_part: &str| {
        let (before, after) = open_part.split_once('@').unwrap();
        open(vec![
            known(&format!(r#"{head}"sts:AssumeRole","Condition":{before}"#)),
            hole("x"),
            known(&format!("{after}}}}}")),
        ])
    };
    let whole = condition("@");
    assert!(whole.statements[0].conditions[0].is_undecided());
    let block = condition(r#"{"StringEquals":@}"#);
    assert!(block.statements[0].conditions[0].operator.is_some());
    assert!(block.statements[0].conditions[0].key.known().is_none());
    let values = condition(r#"{"StringEquals":{"sts:ExternalId":@}}"#);
    assert_eq!(values.statements[0].conditions[0].key.known().unwrap(), "sts:ExternalId");
    assert!(values.statements[0].conditions[0].more_values);
    let one = condition(r#"{"StringEquals":{"sts:ExternalId":"@"}}"#);
    assert!(!one.statements[0].conditions[0].more_values);
    for policy in [whole, block, values, one] {
        assert_eq!(whats(&policy), [What::Condition]);
        assert!(policy.problems.is_empty(), "{:?}", policy.problems);
    }
}

#[test]
fn an_unknown_list_of_principals_is_one_unknown_principal() {
    let text = |s: &str| Text::known(s, nowhere());
    let entry = |key: &str, value: Value| Entry { key: text(key), key_origin: nowhere().into(), value };
    let string = |s: &str| Value::string(s, nowhere());
    let arns = Value::list(
        ListKind::Tuple,
        vec![string("111122223333"), Value::unknown(unset("more").many(), nowhere())],
        nowhere(),
    );
    let principal = Value::object(ObjectKind::Object, vec![entry("AWS", arns)], nowhere());
    let statement = Value::object(
        ObjectKind::Object,
        vec![
            entry("Effect", string("Allow")),
            entry("Principal", principal),
            entry("Action", string("sts:AssumeRole")),
        ],
        nowhere(),
    );
    let document = Value::object(ObjectKind::Object, vec![entry("Statement", statement)], nowhere());
    let decoded = decode(&document, PolicyKind::Trust);
    let crate::policy::Principals::Only(all) = &decoded.statements[0].principals else { panic!() };
    assert_eq!(all.len(), 2);
    assert!(matches!(all[1].who, Who::Unknown(_)));
    assert_eq!(whats(&decoded), [What::Principal]);
}

use super::*;
use crate::policy::{Effect, Operator, PrincipalKind, Principals, SetQuantifier, Test, Version};

fn t(text: &Text) -> String {
    text.display()
}

#[test]
fn a_statement_may_be_an_object_or_a_list() {
    let one =
        policy(r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}"#);
    assert_eq!((one.statements.len(), one.version, one.problems.len()), (1, Version::V2008, 0));
    assert_eq!(one.statements[0].effect, Effect::Allow);
    let two = policy(
        r#"{"Version":"2012-10-17","Id":"x","Statement":[
        {"Sid":"A","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["sts:AssumeRole","sts:TagSession"]},
        {"Sid":"B","Effect":"Deny","Principal":{"AWS":"*"},"NotAction":"sts:TagSession","Condition":{}}]}"#,
    );
    assert!(two.problems.is_empty(), "{:?}", two.problems);
    assert_eq!(two.version, Version::V2012);
    assert_eq!(two.statements.iter().map(|s| s.index).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(two.statements[0].actions.patterns.len(), 2);
    assert!(two.statements[1].actions.negated);
    assert_eq!(two.statements[1].sid.as_ref().unwrap().known().unwrap(), "B");
}

#[test]
fn principals_of_every_form() {
    assert!(matches!(who(r#"{"AWS":"*"}"#), Who::Any));
    assert!(
        matches!(who(r#"{"AWS":"111122223333"}"#), Who::Account { partition: None, account } if t(&account) == "111122223333")
    );
    assert!(matches!(who(r#"{"AWS":111122223333}"#), Who::Account { .. }));
    for partition in ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"] {
        let found = who(&format!(r#"{{"AWS":"arn:{partition}:iam::111122223333:root"}}"#));
        let Who::Account { partition: Some(p), account } = found else { panic!("{found:?}") };
        assert_eq!((t(&p), t(&account)), (partition.to_owned(), "111122223333".to_owned()));
    }
    let user = who(r#"{"AWS":"arn:aws:iam::111122223333:user/team/alice"}"#);
    assert!(matches!(user, Who::User { name, .. } if t(&name) == "team/alice"));
    let role = who(r#"{"AWS":"arn:aws:iam::111122223333:role/ci"}"#);
    assert!(matches!(role, Who::Role { name, .. } if t(&name) == "ci"));
    let session = who(r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/ci/run-7"}"#);
    assert!(matches!(session, Who::Session { role, session, .. } if t(&role) == "ci" && t(&session) == "run-7"));
    let federated = who(r#"{"AWS":"arn:aws:sts::111122223333:federated-user/bob"}"#);
    assert!(matches!(federated, Who::FederatedUser { name, .. } if t(&name) == "bob"));
    assert!(matches!(who(r#"{"AWS":"AROAEXAMPLEEXAMPLE123"}"#), Who::UniqueId(id) if id == "AROAEXAMPLEEXAMPLE123"));
    assert!(
        matches!(who(r#"{"Service":"ec2.amazonaws.com.cn"}"#), Who::Service(name) if t(&name) == "ec2.amazonaws.com.cn")
    );
}

#[test]
fn identity_providers_of_every_form() {
    let of = |principal: &str, action: &str| {
        let text = document(principal, "").replace("sts:AssumeRole", action);
        let decoded = policy(&text);
        assert!(decoded.problems.is_empty(), "{:?}", decoded.problems);
        only(&decoded)
    };
    let saml = of(r#"{"Federated":"arn:aws:iam::111122223333:saml-provider/Okta"}"#, "sts:AssumeRoleWithSAML");
    assert!(matches!(saml, Who::Saml { name, account, .. } if t(&name) == "Okta" && t(&account) == "111122223333"));
    let oidc = of(
        r#"{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC"}"#,
        "sts:AssumeRoleWithWebIdentity",
    );
    assert!(matches!(oidc, Who::Oidc { issuer, .. } if t(&issuer) == "oidc.eks.eu-west-1.amazonaws.com/id/ABC"));
    let builtin = of(r#"{"Federated":"cognito-identity.amazonaws.com"}"#, "sts:AssumeRoleWithWebIdentity");
    assert!(matches!(builtin, Who::BuiltinProvider(name) if name == "cognito-identity.amazonaws.com"));
}

#[test]
fn principals_in_lists_and_of_several_kinds_are_a_union() {
    let decoded =
        trusting(r#"{"AWS":["111122223333","arn:aws:iam::444455556666:role/x"],"Service":["ec2.amazonaws.com"]}"#, "");
    let Principals::Only(all) = &decoded.statements[0].principals else { panic!() };
    let kinds: Vec<_> = all.iter().map(|p| p.kind.clone()).collect();
    assert_eq!(kinds, [PrincipalKind::Aws, PrincipalKind::Aws, PrincipalKind::Service]);
}

#[test]
fn a_nested_list_is_flattened() {
    let decoded = trusting(r#"{"AWS":[["111122223333"],[["444455556666"]]]}"#, "");
    let Principals::Only(all) = &decoded.statements[0].principals else { panic!() };
    assert_eq!(all.len(), 2);
    let deep = format!(r#"{{"AWS":{}"111122223333"{}}}"#, "[".repeat(300), "]".repeat(300));
    assert_eq!(trusting(&deep, "").unknowns.len(), 1, "beyond the limit it is unknown, not lost");
}

#[test]
fn operators_are_read_without_regard_to_case() {
    let decoded = trusting(
        r#"{"AWS":"111122223333"}"#,
        r#","Condition":{"forallvalues:stringlikeIfExists":{"aws:TagKeys":["a","b"]},"Bool":{"aws:MultiFactorAuthPresent":true},
           "NumericLessThan":{"aws:MultiFactorAuthAge":3600}}"#,
    );
    assert!(decoded.problems.is_empty(), "{:?}", decoded.problems);
    let conditions = &decoded.statements[0].conditions;
    let first = Operator { set: SetQuantifier::ForAll, test: Test::StringLike, if_exists: true };
    assert_eq!(conditions[0].operator, Some(first));
    assert_eq!(conditions[0].values.len(), 2);
    assert_eq!(conditions[1].values[0].known().unwrap(), "true");
    assert_eq!(conditions[2].values[0].known().unwrap(), "3600");
}

#[test]
fn every_operator_is_known_by_name() {
    for (name, test) in Test::ALL {
        let value = match test.family() {
            crate::policy::Family::Numeric => "1",
            crate::policy::Family::Date => "2027-01-01",
            crate::policy::Family::Bool | crate::policy::Family::Null => "true",
            crate::policy::Family::Ip => "10.0.0.0/8",
            _ => "QQ==",
        };
        let decoded =
            trusting(r#"{"AWS":"111122223333"}"#, &format!(r#","Condition":{{"{name}":{{"a:b":"{value}"}}}}"#));
        assert!(decoded.problems.is_empty(), "{:?}", decoded.problems);
        assert_eq!(decoded.statements[0].conditions[0].operator.unwrap().test, test);
        assert_eq!(test.name(), name);
    }
}

#[test]
fn a_condition_that_stands_twice_is_judged_copy_by_copy() {
    let twice = r#","Condition":{"StringEquals":{"sts:ExternalId":"a"},"StringEquals":{"aws:PrincipalTag/x":"b"},"Bool":{"aws:SecureTransport":"true"}}"#;
    let decoded = trusting(r#"{"AWS":"111122223333"}"#, twice);
    let keys: Vec<Vec<String>> =
        decoded.statements.iter().map(|s| s.conditions.iter().map(|c| t(&c.key.text)).collect()).collect();
    assert_eq!(
        keys,
        [vec!["aws:SecureTransport", "sts:ExternalId"], vec!["aws:SecureTransport", "aws:PrincipalTag/x"]]
    );
    assert!(decoded.statements.iter().all(|s| s.index == 0));
    let text = document(r#"{"AWS":"111122223333"}"#, twice).replace("Allow", "Deny");
    let deny = policy(&text);
    assert_eq!(deny.statements.len(), 1);
    assert_eq!(deny.statements[0].conditions.len(), 3, "a Deny keeps all copies");
}

#[test]
fn a_key_that_stands_twice_in_an_operator_is_judged_copy_by_copy() {
    let decoded = trusting(
        r#"{"AWS":"111122223333"}"#,
        r#","Condition":{"StringEquals":{"sts:ExternalId":"a","STS:externalid":"b"}}"#,
    );
    assert_eq!(decoded.statements.len(), 2);
    assert_eq!(decoded.problems.len(), 1);
    let many: Vec<String> = (0..64).map(|i| format!(r#""k:{i}":"a","K:{i}":"b""#)).collect();
    let hostile =
        trusting(r#"{"AWS":"111122223333"}"#, &format!(r#","Condition":{{"StringEquals":{{{}}}}}"#, many.join(",")));
    assert_eq!(hostile.statements.len(), 1);
    assert!(hostile.statements[0].conditions.iter().any(crate::policy::Condition::is_undecided));
}

#[test]
fn principals_and_actions_that_stand_twice_are_a_union_in_an_allow() {
    let text = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333","AWS":"444455556666"},
        "Principal":{"AWS":"777788889999"},"Action":"sts:TagSession","Action":"sts:AssumeRole"}}"#;
    let decoded = policy(text);
    let Principals::Only(all) = &decoded.statements[0].principals else { panic!() };
    assert_eq!(all.len(), 3);
    assert_eq!(decoded.statements[0].actions.patterns.len(), 2);
    let deny = policy(&text.replace("Allow", "Deny"));
    assert!(deny.statements[0].conditions.iter().any(crate::policy::Condition::is_undecided));
    let both =
        policy(r#"{"Statement":{"Effect":"Deny","Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}"#);
    assert_eq!(both.statements[0].effect, Effect::Allow);
}

#[test]
fn the_length_is_that_of_the_quota() {
    assert_eq!(policy("{\n  \"Statement\" : [ ]\n}").length, Some(16));
    assert_eq!(
        open_principal("AWS", vec![symbol(Symbol::OwnAccount)]).length,
        open_principal("AWS", vec![known("111122223333")]).length
    );
    assert_eq!(open_principal("AWS", vec![hole("x")]).length, None);
    assert!(open_principal("AWS", vec![hole("x"), known(&"a".repeat(3000))]).length.is_some());
}

#[test]
fn symbols_become_text() {
    let place = crate::policy::Place {
        account: "999900001111".to_owned(),
        partition: "aws-cn".to_owned(),
        region: "cn-north-1".to_owned(),
        organization: "o-own".to_owned(),
    };
    let arn =
        vec![known("arn:"), symbol(Symbol::Partition), known(":iam::"), symbol(Symbol::OwnAccount), known(":role/x")];
    let decoded = open_principal("AWS", arn);
    assert!(decoded.problems.is_empty(), "{:?}", decoded.problems);
    let Who::Role { partition, account, .. } = only(&decoded.instantiate(&place)) else { panic!() };
    assert_eq!((partition.as_known().unwrap(), account.as_known().unwrap()), ("aws-cn".into(), "999900001111".into()));
    let service = open_principal("Service", vec![known("ec2."), symbol(Symbol::DnsSuffix)]).instantiate(&place);
    assert!(matches!(only(&service), Who::Service(name) if name.as_known().unwrap() == "ec2.amazonaws.com.cn"));
    let elb = open_principal("AWS", vec![symbol(Symbol::AwsServiceAccount)]).instantiate(&place);
    assert!(matches!(only(&elb), Who::Account { account, .. } if account.as_known().is_none()));
}

#[test]
fn a_string_of_json_in_a_string_is_still_read() {
    let inner = serde_json::to_string(&document(r#"{"AWS":"111122223333"}"#, "")).unwrap();
    let decoded = policy(&inner);
    assert_eq!(decoded.statements.len(), 1);
    assert_eq!(decoded.problems.len(), 1);
    assert_eq!(decoded.problems[0].kind, ProblemKind::Syntax);
}

#[test]
fn hostile_documents_are_read_in_bounds() {
    let statements = vec![r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}"#; 10_000];
    let many = policy(&format!(r#"{{"Statement":[{}]}}"#, statements.join(",")));
    assert_eq!((many.statements.len(), many.problems.len()), (10_000, 0));
    for nonsense in
        ["", "[", "nul", "{\"Statement\":", "\u{feff}{}", "[[[[", "\"\\ud800\"", "{\"Statement\":[1,\"x\",null,[]]}"]
    {
        policy(nonsense);
    }
    let deep = format!("{{\"Statement\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    policy(&deep);
}

/// Texts that are nearly policies: no panic, and no statement that points outside the text.
#[test]
fn damaged_documents_are_read_without_harm() {
    let whole = r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/x","*"],
        "Federated":"arn:aws:iam::111122223333:oidc-provider/a.b/c"},"Action":["sts:*"],"Condition":{"ForAllValues:StringLikeIfExists":
        {"aws:TagKeys":["${aws:username, 'x'}",1,true,null]},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}},{"Effect":"Deny","NotPrincipal":"*","NotAction":[]}]}"#;
    let pieces = ["\"", "{", "}", "[", "]", ",", ":", "null", "\\", "\"AWS\":", "*", "\u{e9}", "\"Effect\":\"Deny\","];
    let mut state = 1u64;
    let mut random = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    for _ in 0..4_000 {
        let mut text = whole.to_owned();
        for _ in 0..1 + random(4) {
            let at = random(text.len() + 1);
            let end = (at + random(12)).min(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(end) {
                text.replace_range(at..end, pieces[random(pieces.len())]);
            }
        }
        let decoded = policy(&text);
        for problem in &decoded.problems {
            assert!(text.get(problem.origin.at.span.range()).is_some(), "{text} {problem:?}");
            assert!(!problem.message.is_empty() && !problem.message.ends_with('.'), "{problem:?}");
        }
        for s in &decoded.statements {
            assert!(text.get(s.origin.at.span.range()).is_some());
        }
    }
}

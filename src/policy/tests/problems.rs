use super::*;
use ProblemKind as K;

const OK: &str = r#"{"AWS":"111122223333"}"#;

#[track_caller]
fn fires(text: &str, kind: ProblemKind, at: &str) {
    let found = found(text);
    assert_eq!(found, [(kind, at.to_owned())], "{text}");
}

#[track_caller]
fn silent(text: &str) {
    let decoded = policy(text);
    assert!(decoded.problems.is_empty(), "{text}: {:?}", decoded.problems);
}

#[track_caller]
fn principal_fires(principal: &str, at: &str) {
    fires(&document(principal, ""), K::Principal, at);
}

#[test]
fn ordinary_policies_have_none() {
    silent(&document(OK, r#","Sid":"AllowSecurity1","Condition":{}"#));
    silent(&document(r#"{"AWS":"arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/x_1+2=3,4.5@6-7"}"#, ""));
    silent(&document(OK, r#","Condition":{"StringLike":{"sts:RoleSessionName":"${aws:username}"}}"#));
    silent(&document(OK, r#","Condition":{"ArnLike":{"aws:PrincipalArn":"*"}}"#));
    silent(&document(r#"{"Service":["delivery.logs.amazonaws.com","alexa-appkit.amazon.com","ec2.c2s.ic.gov"]}"#, ""));
    silent(r#"{"Version":"2008-10-17","Statement":{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"*"}}"#);
}

#[test]
fn the_document() {
    fires(r#"{"Version":"2012-10-17"}"#, K::Element, r#"{"Version":"2012-10-17"}"#);
    fires(r#"{"Statement":[]}"#, K::Element, "[]");
    fires(&document(OK, "").replace(r#""Statement""#, r#""statement""#), K::Element, r#""statement""#);
    fires(&document(OK, "").replace(r#"{"Version""#, r#"{"Comment":"x","Version""#), K::Element, r#""Comment""#);
    fires(&document(OK, "").replace("2012-10-17", "2012-10-18"), K::Version, r#""2012-10-18""#);
    fires("[]", K::Element, "[]");
    assert!(matches!(found("{\"Statement\": [")[0], (K::Syntax, _)));
    fires(r#"{"Statement":["x"]}"#, K::Element, r#""x""#);
    fires(&document(OK, "").replacen('{', r#"{"Version":"2012-10-17","#, 1), K::DuplicateKey, r#""Version""#);
}

#[test]
fn elements_of_a_statement() {
    let bare = |entries: &str| format!(r#"{{"Statement":[{{{entries}}}]}}"#);
    let all = r#""Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole""#;
    silent(&bare(all));
    let without = |part: &str| bare(&all.replace(part, ""));
    for part in [r#""Effect":"Allow","#, r#""Principal":{"AWS":"111122223333"},"#, r#","Action":"sts:AssumeRole""#] {
        let text = without(part);
        let statement = text["{\"Statement\":[".len()..text.len() - 2].to_owned();
        fires(&text, K::Element, &statement);
    }
    fires(&bare(&all.replace("Allow", "allow")), K::Element, r#""allow""#);
    fires(&bare(&format!(r#"{all},"Condtion":{{}}"#)), K::Element, r#""Condtion""#);
    let help = policy(&bare(&format!(r#"{all},"Condtion":{{}}"#))).problems.remove(0).help;
    assert_eq!(help.as_deref(), Some("did you mean `Condition`?"));
    fires(&bare(&format!(r#"{all},"Resource":"*""#)), K::Resource, r#""Resource""#);
    fires(&bare(&format!(r#"{all},"NotResource":"*""#)), K::Resource, r#""NotResource""#);
    fires(&bare(&format!(r#"{all},"NotAction":"sts:TagSession""#)), K::Element, r#""NotAction""#);
    fires(&bare(&format!(r#"{all},"Effect":"Allow""#)), K::DuplicateKey, r#""Effect""#);
    fires(&bare(&format!(r#"{all},"Condition":"x""#)), K::Element, r#""x""#);
    silent(&bare(&format!(r#"{all},"Condition":null,"Sid":null"#)));
    fires(&bare(&all.replace(r#""sts:AssumeRole""#, "[]")), K::Element, "[]");
    fires(&bare(&all.replace(r#""sts:AssumeRole""#, r#"[["sts:AssumeRole"]]"#)), K::Element, r#"["sts:AssumeRole"]"#);
}

#[test]
fn sids() {
    fires(&document(OK, r#","Sid":"Allow security""#), K::Sid, r#""Allow security""#);
    silent(&document(OK, r#","Sid":"""#));
    let two = |a: &str, b: &str| {
        let s = |sid: &str| format!(r#"{{"Sid":"{sid}","Effect":"Allow","Principal":{OK},"Action":"sts:AssumeRole"}}"#);
        format!(r#"{{"Statement":[{},{}]}}"#, s(a), s(b))
    };
    fires(&two("A", "A"), K::Sid, r#""A""#);
    silent(&two("A", "a"));
}

#[test]
fn principals_that_aws_refuses() {
    fires(&document(r#""*""#, ""), K::Principal, r#""*""#);
    silent(&document(r#"{"AWS":"*"}"#, ""));
    fires(&document(r#""111122223333""#, ""), K::Principal, r#""111122223333""#);
    let not = document(OK, "").replace(r#""Principal""#, r#""NotPrincipal""#);
    fires(&not, K::Principal, r#""NotPrincipal""#);
    principal_fires(r#"{"AWS":"arn:aws:iam::111122223333:user/dev-*"}"#, r#""arn:aws:iam::111122223333:user/dev-*""#);
    principal_fires(r#"{"AWS":"arn:aws:iam::*:root"}"#, r#""arn:aws:iam::*:root""#);
    principal_fires(r#"{"AWS":"1111*"}"#, r#""1111*""#);
    principal_fires(r#"{"AWS":"11112222333"}"#, r#""11112222333""#);
    principal_fires(r#"{"AWS":11112222333}"#, "11112222333");
    principal_fires(r#"{"AWS":"arn:aws:iam::11112222333:root"}"#, r#""arn:aws:iam::11112222333:root""#);
    principal_fires(r#"{"AWS":"arn:aws:iam::111122223333"}"#, r#""arn:aws:iam::111122223333""#);
    principal_fires(
        r#"{"AWS":"arn:aws:iam:eu-west-1:111122223333:root"}"#,
        r#""arn:aws:iam:eu-west-1:111122223333:root""#,
    );
    principal_fires(r#"{"AWS":"arn:aws2:iam::111122223333:root"}"#, r#""arn:aws2:iam::111122223333:root""#);
    principal_fires(r#"{"AWS":"arn:aws:s3:::bucket"}"#, r#""arn:aws:s3:::bucket""#);
    principal_fires(r#"{"AWS":"arn:aws:iam::111122223333:group/devs"}"#, r#""arn:aws:iam::111122223333:group/devs""#);
    principal_fires(r#"{"AWS":"arn:aws:iam::111122223333:role/"}"#, r#""arn:aws:iam::111122223333:role/""#);
    principal_fires(r#"{"AWS":"arn:aws:iam::111122223333:policy/x"}"#, r#""arn:aws:iam::111122223333:policy/x""#);
    principal_fires(
        r#"{"AWS":"arn:aws:iam::111122223333:assumed-role/a/b"}"#,
        r#""arn:aws:iam::111122223333:assumed-role/a/b""#,
    );
    principal_fires(
        r#"{"AWS":"arn:aws:sts::111122223333:assumed-role/a"}"#,
        r#""arn:aws:sts::111122223333:assumed-role/a""#,
    );
    principal_fires(r#"{"AWS":"arn:aws:sts::111122223333:role/a"}"#, r#""arn:aws:sts::111122223333:role/a""#);
    principal_fires(r#"{"AWS":"ec2.amazonaws.com"}"#, r#""ec2.amazonaws.com""#);
    principal_fires(r#"{"AWS":"${aws:PrincipalAccount}"}"#, r#""${aws:PrincipalAccount}""#);
    principal_fires(r#"{"Service":"*"}"#, r#""*""#);
    principal_fires(r#"{"Service":"ec2"}"#, r#""ec2""#);
    principal_fires(r#"{"Service":"111122223333"}"#, r#""111122223333""#);
    principal_fires(
        r#"{"Federated":"token.actions.githubusercontent.com"}"#,
        r#""token.actions.githubusercontent.com""#,
    );
    principal_fires(r#"{"Federated":"*"}"#, r#""*""#);
    principal_fires(r#"{"CanonicalUser":"79a59df900b949e5"}"#, r#""79a59df900b949e5""#);
    principal_fires(r#"{"Aws":"111122223333"}"#, r#""Aws""#);
    principal_fires(r#"{"User":"111122223333"}"#, r#""User""#);
    principal_fires("{}", "{}");
    principal_fires(r#"{"AWS":[]}"#, r#"{"AWS":[]}"#);
    silent(&document(r#"{"AWS":[],"Service":"ec2.amazonaws.com"}"#, ""));
    principal_fires(r#"[{"AWS":"111122223333"}]"#, r#"[{"AWS":"111122223333"}]"#);
    fires(&document(r#"{"AWS":"111122223333","AWS":"444455556666"}"#, ""), K::DuplicateKey, r#""AWS""#);
}

#[test]
fn a_principal_under_the_wrong_key_is_judged_as_what_it_is() {
    let text = document(r#"{"Federated":"arn:aws:iam::111122223333:role/x"}"#, "");
    fires(&text, K::Principal, r#""arn:aws:iam::111122223333:role/x""#);
    assert!(matches!(only(&policy(&text)), Who::Role { .. }));
}

#[test]
fn actions_that_aws_refuses() {
    let with = |action: &str| document(OK, "").replace("sts:AssumeRole", action);
    for good in ["*", "sts:*", "STS:assumerole", "sts:Assume*", "s*", "sts:AssumeRol?"] {
        silent(&with(good));
    }
    for bad in ["iam:PassRole", "AssumeRole", "sts:AssumeRoles", "sts:GetCallerIdentity", "iam:*", "sts: AssumeRole"] {
        fires(&with(bad), K::Action, &format!("\"{bad}\""));
    }
    let help = policy(&with("sts:AssumeRoles")).problems.remove(0).help;
    assert_eq!(help.as_deref(), Some("did you mean `sts:AssumeRole`?"));
}

#[test]
fn principals_and_actions_that_cannot_meet() {
    let of = |principal: &str, action: &str| document(principal, "").replace(r#""sts:AssumeRole""#, action);
    let saml = r#"{"Federated":"arn:aws:iam::111122223333:saml-provider/Okta"}"#;
    let oidc = r#"{"Federated":"arn:aws:iam::111122223333:oidc-provider/gitlab.com"}"#;
    let at = |p: &str| p.split(':').skip(1).collect::<Vec<_>>().join(":").trim_end_matches('}').to_owned();
    fires(&of(saml, r#""sts:AssumeRole""#), K::Action, &at(saml));
    fires(&of(saml, r#""sts:AssumeRoleWithWebIdentity""#), K::Action, &at(saml));
    fires(&of(oidc, r#""sts:AssumeRoleWithSAML""#), K::Action, &at(oidc));
    fires(&of(OK, r#""sts:AssumeRoleWithSAML""#), K::Action, r#""111122223333""#);
    silent(&of(saml, r#"["sts:AssumeRoleWithSAML","sts:TagSession"]"#));
    silent(&of(oidc, r#""sts:*""#));
    silent(&of(oidc, r#""sts:TagSession""#));
    silent(&of(oidc, r#"["sts:AssumeRole","sts:AssumeRoleWithWebIdentity"]"#));
    let both = r#"{"AWS":"111122223333","Federated":"arn:aws:iam::111122223333:saml-provider/Okta"}"#;
    silent(&of(both, r#"["sts:AssumeRole","sts:AssumeRoleWithSAML"]"#));
}

#[test]
fn conditions_that_cannot_be_read() {
    let with = |condition: &str| document(OK, &format!(r#","Condition":{condition}"#));
    fires(&with(r#"{"StringEqual":{"sts:ExternalId":"x"}}"#), K::Operator, r#""StringEqual""#);
    fires(&with(r#"{"NullIfExists":{"sts:ExternalId":"true"}}"#), K::Operator, r#""NullIfExists""#);
    fires(&with(r#"{"ForAll:StringEquals":{"sts:ExternalId":"x"}}"#), K::Operator, r#""ForAll:StringEquals""#);
    fires(&with(r#"{"StringEquals":"x"}"#), K::Element, r#""x""#);
    fires(&with(r#"{"StringEquals":{"sts:ExternalId":{"a":"b"}}}"#), K::ConditionValue, r#"{"a":"b"}"#);
    fires(&with(r#"{"Bool":{"aws:MultiFactorAuthPresent":"yes"}}"#), K::ConditionValue, r#""yes""#);
    fires(&with(r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":"1h"}}"#), K::ConditionValue, r#""1h""#);
    fires(&with(r#"{"DateLessThan":{"aws:CurrentTime":"tomorrow"}}"#), K::ConditionValue, r#""tomorrow""#);
    fires(&with(r#"{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","10.0.0"]}}"#), K::ConditionValue, r#""10.0.0""#);
    fires(
        &with(r#"{"IpAddress":{"aws:SourceIp":"${aws:VpcSourceIp}"}}"#),
        K::ConditionValue,
        r#""${aws:VpcSourceIp}""#,
    );
    fires(&with(r#"{"Null":{"sts:ExternalId":"maybe"}}"#), K::ConditionValue, r#""maybe""#);
    fires(&with(r#"{"StringEquals":{"a:b":"x"},"StringEquals":{"a:c":"x"}}"#), K::DuplicateKey, r#""StringEquals""#);
    fires(&with(r#"{"StringEquals":{"a:b":"x","A:B":"y"}}"#), K::DuplicateKey, r#""A:B""#);
    fires(&with(r#"{"StringEquals":{"a:b":"x"}},"Condition":{}"#), K::DuplicateKey, r#""Condition""#);
    silent(&with(r#"{"StringEquals":{"a:b":"x"},"StringLike":{"a:b":"x"}}"#));
    silent(&with(r#"{"StringEquals":{"a:b":[]}}"#));
}

#[test]
fn identity_policies_have_resources_and_no_principals() {
    let decode = |text: &str| {
        let text = Text::known(text, nowhere());
        decode(&Value::new(Kind::String(text), nowhere()), PolicyKind::Identity)
    };
    let good = decode(r#"{"Statement":{"Effect":"Allow","Action":["sts:AssumeRole","s3:*"],"Resource":["*"]}}"#);
    assert!(good.problems.is_empty(), "{:?}", good.problems);
    assert_eq!(good.statements[0].resources.as_ref().unwrap().len(), 1);
    assert_eq!(decode(r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}"#).problems.len(), 1);
    let with =
        decode(r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Resource":"*"}}"#);
    assert_eq!(with.problems.len(), 1);
}

use std::path::Path;

use super::*;
use crate::{
    source::{Disk, Span},
    value::Kind,
};

fn read_as(name: &str, text: &str) -> (Files, Option<Extraction>) {
    let root = Path::new("/nowhere");
    let files = Files::new(Box::new(Disk), root, root, false);
    let file = files.insert(Path::new(name), text.as_bytes().to_vec()).unwrap();
    let out = extract(&files, file, Path::new(name));
    (files, out)
}

#[test]
fn a_trust_policy_is_a_role_named_by_its_path() {
    let (_, out) = read_as(
        "trust.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "STS:AssumeRole"}}"#,
    );
    let out = out.unwrap();
    assert_eq!((out.roles.len(), out.problems.len()), (1, 0));
    assert_eq!((out.roles[0].address.as_str(), out.roles[0].kind.as_str()), ("trust.json", "policy-document"));
}

#[test]
fn a_yaml_trust_policy_is_one_too() {
    let text = "Version: 2012-10-17\nStatement:\n- Effect: Allow\n  Principal: {AWS: 012345678901}\n  Action: sts:AssumeRole\n";
    let (_, out) = read_as("trust.yaml", text);
    let policy = &out.unwrap().roles[0].policy;
    let statement = policy.get("Statement").unwrap().item(0).unwrap();
    assert_eq!(policy.get("Version").unwrap().as_str().unwrap(), "2012-10-17");
    assert_eq!(statement.get("Principal").unwrap().get("AWS").unwrap().as_str().unwrap(), "012345678901");
}

#[test]
fn other_policies_are_no_trust_policies() {
    for text in [
        r#"{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]}"#,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}]}"#,
        r#"{"Statement": "x"}"#,
        r#"{"name": "package"}"#,
        r#"[1, 2]"#,
        "",
    ] {
        assert!(read_as("x.json", text).1.is_none(), "{text}");
    }
}

#[test]
fn the_account_of_a_role_of_cli_output_is_its_own() {
    let role = r#"{"RoleName": "audit", "Path": "/x/", "Arn": "arn:aws-cn:iam::111122223333:role/x/audit",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}"#;
    for text in [
        role.to_owned(),
        format!(r#"{{"Role": {role}}}"#),
        format!(r#"{{"Roles": [{role}]}}"#),
        format!(r#"{{"RoleDetailList": [{role}], "UserDetailList": [], "Policies": []}}"#),
        format!("[{role}]"),
    ] {
        let out = read_as("out.json", &text).1.unwrap();
        let [role] = out.roles.as_slice() else { panic!("{text}") };
        assert_eq!(role.address, "arn:aws-cn:iam::111122223333:role/x/audit");
        assert_eq!(role.own.account.as_deref(), Some("111122223333"));
        assert_eq!(role.own.partition.as_deref(), Some("aws-cn"));
        assert_eq!(role.name.as_ref().unwrap().as_known().unwrap(), "audit");
        assert_eq!(role.path.as_ref().unwrap().as_known().unwrap(), "/x/");
    }
}

#[test]
fn percent_encoded_documents_point_at_their_escapes() {
    let encoded = "%7B%22Version%22%3A%20%222012-10-17%22%7D";
    let text = format!(
        r#"{{"Role": {{"Arn": "arn:aws:iam::111122223333:role/a", "AssumeRolePolicyDocument": "{encoded}"}}}}"#
    );
    let (files, out) = read_as("out.json", &text);
    let out = out.unwrap();
    let Kind::String(policy) = &out.roles[0].policy.kind else { panic!() };
    assert_eq!(policy.as_known().unwrap(), r#"{"Version": "2012-10-17"}"#);
    let part = &policy.parts()[0];
    let at = part.origin_of(Span::new(2, 9)).source();
    assert_eq!(files.get(at.file).slice(at.span), "Version");
    let at = part.origin_of(Span::new(0, 1)).source();
    assert_eq!(files.get(at.file).slice(at.span), "%7B");
}

#[test]
fn identity_policies_of_an_account_are_read() {
    let text = r#"{"UserDetailList": [{"Arn": "arn:aws:iam::111122223333:user/u", "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": {"Statement": []}}]}],
      "RoleDetailList": [{"Arn": "arn:aws:iam::111122223333:role/r", "AssumeRolePolicyDocument": {"Statement": []}, "RolePolicyList": [{"PolicyName": "p", "PolicyDocument": {"Statement": []}}]}],
      "Policies": [
        {"Arn": "arn:aws:iam::111122223333:policy/p", "PolicyVersionList": [
          {"IsDefaultVersion": true, "Document": {"Statement": []}}, {"IsDefaultVersion": false, "Document": {"Statement": []}}]},
        {"Arn": "arn:aws:iam::aws:policy/Admin", "PolicyVersionList": [{"IsDefaultVersion": true, "Document": {"Statement": []}}]}]}"#;
    let out = read_as("details.json", text).1.unwrap();
    let mut kinds: Vec<&str> = out.identity_policies.iter().map(|p| p.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["iam-policy", "iam-role-policy", "iam-user-policy"]);
}

#[test]
fn policies_of_other_resources_are_none() {
    let with = |action: &str| {
        let text =
            format!(r#"{{"Statement": [{{"Effect": "Allow", "Principal": {{"AWS": "*"}}, "Action": {action}}}]}}"#);
        read_as("policy.json", &text).1.is_some()
    };
    for other in [r#""ecr:*""#, r#"["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]"#, r#""s3:GetObject""#] {
        assert!(!with(other), "{other}");
    }
    for trust in
        [r#""*""#, r#""sts:AssumeRole""#, r#"["ecr:*", "STS:TagSession"]"#, r#""s*:x""#, r#""${action}""#, "[]"]
    {
        assert!(with(trust), "{trust}");
    }
}

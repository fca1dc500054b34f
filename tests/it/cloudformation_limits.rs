//! Templates that are made to hurt: bounded work, a clear message, and the rest of the template still judged.

use std::path::Path;

use iac_trust_lint::{
    cloudformation::{Options, extract},
    source::{Disk, Files},
    value::{Extraction, Kind},
};

const HEAD: &str = "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: ";

fn read(name: &str, text: String) -> Extraction {
    let root = Path::new("/nowhere");
    let files = Files::new(Box::new(Disk), root, root, false);
    let path = Path::new(name);
    let file = files.insert(path, text.into_bytes()).unwrap();
    extract(&files, file, path, &Options::default())
}

fn says(out: &Extraction, words: &str) {
    let messages: Vec<&str> = out.problems.iter().map(|p| p.message.as_str()).collect();
    assert!(messages.iter().any(|m| m.contains(words)), "{words}: {messages:?}");
}

#[test]
fn aliases_that_multiply() {
    let mut text = "Metadata:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..12 {
        let aliases = vec![format!("*a{}", i - 1); 10].join(", ");
        text.push_str(&format!("  a{i}: &a{i} [{aliases}]\n"));
    }
    let out = read("bomb.yaml", format!("{text}{HEAD}*a11\n"));
    assert!(!out.problems.is_empty());
    // What stands before the bomb, and needs no more than it may, is read.
    let out = read("small.yaml", "Metadata: {a: &a [x, x]}\n".to_owned() + HEAD + "{Statement: *a}\n");
    assert_eq!((out.roles.len(), out.problems.len()), (1, 0));
}

#[test]
fn values_nested_too_deep() {
    for depth in [200, 5_000, 100_000] {
        let out = read(
            "deep.json",
            format!(
                r#"{{"Resources": {{"R": {{"Type": "AWS::IAM::Role", "Properties": {{"AssumeRolePolicyDocument": {}{}}}}},
                "S": {{"Type": "AWS::IAM::Role", "Properties": {{"AssumeRolePolicyDocument": {{}}}}}}}}}}"#,
                "[".repeat(depth),
                "]".repeat(depth)
            ),
        );
        says(&out, "nested more than");
        let out = read("deep.yaml", format!("{HEAD}{}{}\n", "[".repeat(depth), "]".repeat(depth)));
        says(&out, "nested more than");
    }
}

#[test]
fn loops_that_multiply() {
    let mut inner =
        r#"{"R${V0}-${V1}-${V2}": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}}"#
            .to_owned();
    let items = vec!["\"x\""; 300].join(",");
    for i in 0..3 {
        inner = format!(r#"{{"Fn::ForEach::L{i}": ["V{i}", [{items}], {inner}]}}"#);
    }
    let out = read("loops.json", format!(r#"{{"Resources": {inner}}}"#));
    assert!(out.roles.len() <= 10_000, "{}", out.roles.len());
    says(&out, "loops that make more than 10000 entries");
}

#[test]
fn loops_without_content() {
    let items = vec!["\"x\""; 1_000].join(",");
    let mut inner = "{}".to_owned();
    for i in 0..7 {
        inner = format!(r#"{{"Fn::ForEach::L{i}": ["V{i}", [{items}], {inner}]}}"#);
    }
    let role = r#""R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}"#;
    let out = read("loops.json", format!(r#"{{"Resources": {{{role}, {}}}}}"#, &inner[1..inner.len() - 1]));
    assert_eq!(out.roles.len(), 1);
    says(&out, "too large to evaluate");
}

#[test]
fn more_conditions_than_can_be_told_apart() {
    let n = 20;
    let parameters: String = (0..n).map(|i| format!("  P{i}: {{Type: String}}\n")).collect();
    let conditions: String = (0..n).map(|i| format!("  C{i}: !Equals [!Ref P{i}, x]\n")).collect();
    let any = (0..n).map(|i| format!("!Condition C{i}")).collect::<Vec<_>>().join(", ");
    let statements = (0..n)
        .map(|i| {
            format!("!If [C{i}, {{Effect: Allow, Action: sts:AssumeRole, Principal: {{AWS: '*'}}}}, !Ref AWS::NoValue]")
        })
        .collect::<Vec<_>>()
        .join(", ");
    let text = format!(
        "Parameters:\n{parameters}Conditions:\n{conditions}  Any: !Or [{any}]\n{}",
        HEAD.replace("    Properties:", "    Condition: Any\n    Properties:")
    );
    let out = read("conditions.yaml", format!("{text}{{Statement: [{statements}]}}\n"));
    let [role] = out.roles.as_slice() else { panic!("the role is lost") };
    assert_eq!(role.when.len(), 1);
    let statements = role.policy.get("Statement").unwrap();
    let items: Vec<_> = statements.items().unwrap().collect();
    assert_eq!(items.len(), n);
    assert!(items.iter().all(|i| matches!(&i.kind, Kind::Unknown(u) if u.many)));
}

#[test]
fn references_in_circles() {
    let text = "Conditions:\n  A: !Condition B\n  B: !Not [!Condition A]\nResources:\n\
        \x20 R:\n    Type: AWS::IAM::Role\n    Condition: A\n    Properties:\n      RoleName: !Ref Q\n      AssumeRolePolicyDocument: !GetAtt Q.Arn\n\
        \x20 Q:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: !Ref R\n      AssumeRolePolicyDocument: !GetAtt R.Arn\n\
        \x20 Fn::ForEach::X: [I, !Ref Q, {'Z${I}': {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}}]\n";
    let out = read("circles.yaml", text.to_owned());
    assert_eq!(out.roles.len(), 3);
}

#[test]
fn large_maps() {
    let n = 50_000;
    let keys: String = (0..n).map(|i| format!("      k{i}: v\n")).collect();
    let last = n - 1;
    let out = read("map.yaml", format!("Mappings:\n  M:\n    a:\n{keys}{HEAD}!FindInMap [M, a, k{last}]\n"));
    assert_eq!(out.roles[0].policy.as_str().as_deref(), Some("v"));
}

#[test]
fn one_broken_resource_hides_only_itself() {
    let text = "Resources:\n  A:\n    Type: AWS::IAM::Role\n    Properties: {AssumeRolePolicyDocument: {}}\n\
        \x20 B:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: \"never closed\n\
        \x20 C:\n    Type: AWS::IAM::Role\n    Properties: {AssumeRolePolicyDocument: {}}\n";
    let out = read("broken.yaml", text.to_owned());
    let found: Vec<&str> = out.roles.iter().map(|r| r.address.as_str()).collect();
    assert_eq!(found, ["A", "C"]);
    assert_eq!(out.problems.len(), 1);
    assert!(out.problems[0].at.is_some());
    let out = read(
        "broken.json",
        r#"{"Resources": {"A": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"a" 1}}},
        "C": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}}}"#
            .to_owned(),
    );
    assert_eq!((out.roles.len(), out.problems.len()), (2, 1));
}

#[test]
fn lines_that_stand_left_of_their_key() {
    let out = read("json.yaml", format!("{HEAD}'{{\n     \"Version\": \"2012-10-17\"\n  }}'\n"));
    assert_eq!((out.roles.len(), out.problems.len()), (1, 0));
    let text = out.roles[0].policy.as_str().unwrap().into_owned();
    assert_eq!(text.split_whitespace().collect::<String>(), r#"{"Version":"2012-10-17"}"#);
}

#[test]
fn other_files_are_none_of_ours() {
    for text in
        ["kind: Deployment\n", "- a\n- b\n", "Resources: 3\n", "", "{{ helm }}\n", "Resources: {a: {Type: b}}\n"]
    {
        let out = read("x.yaml", text.to_owned());
        assert!(out.roles.is_empty() && out.problems.is_empty() && out.files.is_empty(), "{text}");
    }
    let out = read("x.yaml", "Resources:\n  R: {Type: AWS::IAM::Role\n  {{ helm }}\n".to_owned());
    assert_eq!(out.problems.len(), 1);
}

#[test]
fn a_macro_may_write_the_document_of_a_role_without_one() {
    let role = "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Type: Lambda\n";
    let kind = |head: &str| read("m.yaml", format!("{head}{role}")).roles[0].policy.kind.clone();
    assert!(matches!(kind("Transform: RoleBuilder\n"), Kind::Unknown(u) if u.reference == "Transform: RoleBuilder"));
    assert!(matches!(kind("Transform: [AWS::Serverless-2016-10-31, RoleBuilder]\n"), Kind::Unknown(_)));
    assert!(matches!(kind("Transform: AWS::Serverless-2016-10-31\n"), Kind::Null));
    assert!(matches!(kind(""), Kind::Null));
}

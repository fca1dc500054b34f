//! Where the values of templates stand, and the way they took.

use std::path::{Path, PathBuf};

use iac_trust_lint::{
    cloudformation::{Options, extract, extract_embedded},
    policy::{PolicyKind, decode},
    source::{Disk, FileId, Files, Location, MapBuilder, Span},
    value::{EmbeddedTemplate, Origin, Own, Role, StepKind, Text, Value},
};

struct Case {
    files: Files,
    roles: Vec<Role>,
}

fn read_with(text: &str, more: &[(&str, &str)], options: &Options) -> Case {
    let root = Path::new("/nowhere");
    let files = Files::new(Box::new(Disk), root, root, false);
    for (name, text) in more {
        files.insert(Path::new(name), text.as_bytes().to_vec()).unwrap();
    }
    let path = Path::new("template.yaml");
    let file = files.insert(path, text.as_bytes().to_vec()).unwrap();
    let roles = extract(&files, file, path, options).roles;
    Case { files, roles }
}

fn read(text: &str) -> Case {
    read_with(text, &[], &Options::default())
}

impl Case {
    fn shown(&self, at: Location) -> String {
        self.files.get(at.file).slice(at.span).to_owned()
    }

    /// The first principal of the first statement of the first role: its place and its way.
    fn principal(&self) -> (String, Vec<(StepKind, String)>) {
        let policy = decode(&self.roles[0].policy, PolicyKind::Trust);
        let iac_trust_lint::policy::Principals::Only(all) = &policy.statements[0].principals else { panic!() };
        self.way(&all[0].value.origin)
    }

    fn way(&self, origin: &Origin) -> (String, Vec<(StepKind, String)>) {
        (self.shown(origin.at), origin.steps().map(|s| (s.kind, self.shown(s.at))).collect())
    }
}

fn template(top: &str, principal: &str) -> String {
    format!(
        "{top}Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Statement:\n        - Effect: Allow\n          Action: sts:AssumeRole\n          Principal: {{AWS: {principal}}}\n"
    )
}

#[test]
fn a_literal_stands_where_it_stands() {
    let case = read(&template("", "\"arn:aws:iam::111122223333:root\""));
    let (at, way) = case.principal();
    assert!(at.contains("arn:aws:iam::111122223333:root"), "{at}");
    assert!(way.is_empty());
    let role = &case.roles[0];
    assert_eq!(case.shown(role.at), "R");
    assert!(case.shown(role.block).starts_with("R:\n    Type: AWS::IAM::Role"));
}

#[test]
fn a_default_is_the_end_of_the_way() {
    let case = read(&template("Parameters:\n  Who: {Type: String, Default: \"111122223333\"}\n", "!Ref Who"));
    let (at, way) = case.principal();
    assert_eq!(at, "!Ref Who");
    assert_eq!(way, [(StepKind::Parameter, "\"111122223333\"".to_owned())]);
}

#[test]
fn a_parameter_file_is_the_end_of_the_way() {
    let text = template("Parameters:\n  Who: {Type: String}\n", "!Ref Who");
    for file in [
        r#"[{"ParameterKey": "Who", "ParameterValue": "111122223333"}]"#,
        r#"{"Parameters": {"Who": "111122223333"}, "Tags": {}}"#,
        r#"{"Who": "111122223333"}"#,
    ] {
        let options = Options { parameter_files: vec![PathBuf::from("p.json")], ..Options::default() };
        let case = read_with(&text, &[("p.json", file)], &options);
        let (at, way) = case.principal();
        assert_eq!(at, "!Ref Who");
        assert_eq!(way, [(StepKind::Parameter, "\"111122223333\"".to_owned())], "{file}");
    }
    let options = Options { parameter_files: vec![PathBuf::from("p.json")], ..Options::default() };
    let case = read_with(&text, &[("p.json", r#"["Who=111122223333"]"#)], &options);
    assert_eq!(case.principal().0, "!Ref Who");
}

#[test]
fn given_parameters_win_over_files_and_defaults() {
    let text = template("Parameters:\n  Who: {Type: String, Default: \"777788889999\"}\n", "!Ref Who");
    let mut options = Options { parameter_files: vec![PathBuf::from("p.json")], ..Options::default() };
    let files = [("p.json", r#"["Who=444455556666"]"#)];
    let value = |case: &Case| {
        let statement = case.roles[0].policy.get("Statement").unwrap().item(0).unwrap();
        let who = statement.get("Principal").unwrap().get("AWS").unwrap();
        who.as_str().map(|s| s.into_owned())
    };
    assert_eq!(value(&read_with(&text, &files, &options)).as_deref(), Some("444455556666"));
    options.parameters = vec![("Who".into(), "1".into()), ("Who".into(), "111122223333".into())];
    assert_eq!(value(&read_with(&text, &files, &options)).as_deref(), Some("111122223333"));
    let none = Options { no_parameter_defaults: true, ..Options::default() };
    assert_eq!(value(&read_with(&text, &[], &none)), None);
}

#[test]
fn a_wrong_parameter_file_is_an_error() {
    let root = Path::new("/nowhere");
    let files = Files::new(Box::new(Disk), root, root, false);
    files.insert(Path::new("bad.json"), b"{\"Who\": {\"deep\": 1}}".to_vec()).unwrap();
    files.insert(Path::new("broken.json"), b"{\"Who\"".to_vec()).unwrap();
    for name in ["bad.json", "broken.json", "absent.json"] {
        let options = Options { parameter_files: vec![PathBuf::from(name)], ..Options::default() };
        assert!(options.check(&files).is_err(), "{name}");
    }
}

#[test]
fn the_pieces_of_a_sub_stand_in_its_text() {
    let top = "Parameters:\n  Who: {Type: String, Default: \"111122223333\"}\n";
    let case = read(&template(top, "!Sub \"arn:aws:iam::${Who}:root\""));
    let statement = case.roles[0].policy.get("Statement").unwrap().item(0).unwrap();
    let who = statement.get("Principal").unwrap().get("AWS").unwrap();
    let iac_trust_lint::value::Kind::String(text) = &who.kind else { panic!() };
    let places: Vec<String> = text.parts().iter().map(|p| case.shown(p.origin().at)).collect();
    assert_eq!(places, ["arn:aws:iam::", "${Who}", ":root"]);
    let way: Vec<_> = text.parts()[1].origin().steps().map(|s| case.shown(s.at)).collect();
    assert_eq!(way, ["\"111122223333\""]);
}

#[test]
fn json_in_a_block_scalar_has_exact_places() {
    let text = "Parameters:\n  Who: {Type: String, Default: \"111122223333\"}\nResources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: !Sub |\n        {\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\",\n          \"Principal\": {\"AWS\": [\"arn:aws:iam::444455556666:root\", \"${Who}\"]}}]}\n";
    let case = read(text);
    let policy = decode(&case.roles[0].policy, PolicyKind::Trust);
    let iac_trust_lint::policy::Principals::Only(all) = &policy.statements[0].principals else { panic!() };
    assert_eq!(case.shown(all[0].value.origin.at).trim_matches('"'), "arn:aws:iam::444455556666:root");
    assert_eq!(case.shown(all[1].value.origin.at).trim_matches('"'), "${Who}");
}

#[test]
fn a_mapping_is_the_end_of_the_way() {
    let top = "Mappings:\n  M:\n    a: {b: \"111122223333\"}\n";
    let (at, way) = read(&template(top, "!FindInMap [M, a, b]")).principal();
    assert_eq!(at, "!FindInMap [M, a, b]");
    assert_eq!(way, [(StepKind::Mapping, "\"111122223333\"".to_owned())]);
}

#[test]
fn a_template_in_a_string_has_the_places_of_the_string() {
    let outer = "resource \"aws_cloudformation_stack\" \"s\" {\n  template_body = <<EOF\nResources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: \"111122223333\"}}]\nEOF\n}\n";
    let root = Path::new("/nowhere");
    let files = Files::new(Box::new(Disk), root, root, false);
    let file: FileId = files.insert(Path::new("main.tf"), outer.as_bytes().to_vec()).unwrap();
    let start = outer.find("Resources").unwrap();
    let end = outer.find("EOF\n}").unwrap();
    let at = Location::new(file, Span::new(start, end));
    let mut map = MapBuilder::new(file);
    map.verbatim(end - start, start);
    let text = Text::mapped(&outer[start..end], at, map.finish());
    let template = EmbeddedTemplate {
        address: "aws_cloudformation_stack.s".into(),
        root: ".".into(),
        block: Location::new(file, Span::new(0, outer.len())),
        body: Value::new(iac_trust_lint::value::Kind::String(text), at),
        parameters: Vec::new(),
        own: Own::default(),
    };
    let roles = extract_embedded(&files, &template, &Options::default()).roles;
    let case = Case { files, roles };
    assert_eq!(case.roles[0].address, "aws_cloudformation_stack.s/R");
    assert_eq!(case.shown(case.roles[0].at), "R");
    let (at, way) = case.principal();
    assert_eq!(at.trim_matches('"'), "111122223333");
    assert!(way.is_empty(), "{way:?}");
}

#[test]
fn an_empty_default_that_voids_a_guard_is_named() {
    for (condition, place) in [
        ("!If [HasId, {StringEquals: {sts:ExternalId: !Ref Id}}, !Ref AWS::NoValue]", "Condition"),
        ("{StringEquals: !If [HasId, {sts:ExternalId: !Ref Id}, !Ref AWS::NoValue]}", "StringEquals"),
        ("{StringEquals: {sts:ExternalId: !If [HasId, !Ref Id, !Ref AWS::NoValue]}}", "sts:ExternalId"),
    ] {
        let top =
            "Parameters:\n  Id: {Type: String, Default: ''}\nConditions:\n  HasId: !Not [!Equals [!Ref Id, '']]\n";
        let case = read(&(template(top, "\"111122223333\"") + &format!("          Condition: {condition}\n")));
        let policy = decode(&case.roles[0].policy, PolicyKind::Trust);
        let statement = &policy.statements[0];
        assert!(statement.conditions.is_empty(), "{condition}");
        let found: Vec<_> = statement.voided.iter().map(|o| case.way(o)).collect();
        assert_eq!(found, [(place.to_owned(), vec![(StepKind::Parameter, "''".to_owned())])]);
    }
}

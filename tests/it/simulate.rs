use std::io::{BufReader, Read};

use iac_trust_lint::simulate::{Status, run};
use serde_json::{Value, json};

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "sts:AssumeRole"},
    {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole",
     "Condition": {"StringNotEquals": {"sts:ExternalId": "abc"}}}]}"#;

fn simulate(policy: Option<&str>, input: &str) -> (Vec<Value>, Status) {
    let mut out = Vec::new();
    // A small buffer, so that lines are cut everywhere.
    let status = run(policy, &mut BufReader::with_capacity(16, input.as_bytes()), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    (out.lines().map(|l| serde_json::from_str(l).unwrap()).collect(), status)
}

#[test]
fn one_policy_for_all_lines() {
    let input = concat!(
        r#"{"principal": "arn:aws:iam::222222222222:user/a", "action": "sts:AssumeRole", "context": {"sts:externalid": "abc"}}"#,
        "\r\n",
        r#"{"id": "x", "principal": "arn:aws:iam::222222222222:user/a", "action": "sts:AssumeRole", "role": "arn:aws:iam::111111111111:role/r", "more": [1]}"#,
        "\n",
        r#"{"id": 7, "principal": "ec2.amazonaws.com", "action": "sts:AssumeRole", "context": {"sts:ExternalId": "no", "aws:PrincipalIsAWSService": true, "gone": null}}"#,
    );
    let (out, status) = simulate(Some(POLICY), input);
    assert_eq!(status, Status { lines: 3, errors: 0 });
    assert_eq!(out[0], json!({"id": 1, "decision": "allow", "statements": [0]}));
    assert_eq!(out[1], json!({"id": "x", "decision": "deny", "statements": [0, 1]}));
    assert_eq!(out[2], json!({"id": 7, "decision": "deny", "statements": []}));
}

#[test]
fn a_policy_of_each_line() {
    let mut input = String::new();
    for _ in 0..3 {
        input += include_str!("../data/vectors.jsonl");
    }
    let (out, status) = simulate(None, &input);
    assert_eq!(status, Status { lines: 198, errors: 0 });
    for (line, found) in input.lines().zip(&out) {
        let case: Value = serde_json::from_str(line).unwrap();
        assert_eq!(found["decision"], case["expect"], "{}", case["id"]);
        assert_eq!(found["id"], case["id"]);
    }
}

#[test]
fn a_policy_may_be_a_string_of_json() {
    let line = json!({"trustPolicy": POLICY, "request": {"principal": "arn:aws:iam::222222222222:root", "action": "sts:AssumeRole"}});
    let (out, _) = simulate(None, &line.to_string());
    assert_eq!(out[0], json!({"id": 1, "decision": "deny", "statements": [0, 1]}));
}

#[test]
fn bad_lines_are_answered_too() {
    let request = r#""principal": "arn:aws:iam::222222222222:user/a", "action": "sts:AssumeRole""#;
    let input = [
        "no json".to_owned(),
        String::new(),
        r#"{"id": "a", "principal": "ec2.amazonaws.com"}"#.to_owned(),
        r#"{"id": "b", "action": "sts:AssumeRole"}"#.to_owned(),
        format!(r#"{{"id": "c", {}}}"#, request.replace("222222222222", "2")),
        format!(r#"{{"id": "d", {request}, "context": {{"a:b": {{}}}}}}"#),
        format!(r#"{{"id": "e", {request}, "trustPolicy": "no policy"}}"#),
        format!(r#"{{"id": "f", {request}, "trustPolicy": []}}"#),
        format!(r#"{{"id": "g", {request}}}"#),
        r#"{"id": "h", "principal": "anybody", "action": "sts:AssumeRole"}"#.to_owned(),
        format!(r#"{{"id": "i", {request}, "trustPolicy": {POLICY}}}"#).replace('\n', " "),
    ];
    let (out, status) = simulate(None, &input.join("\n"));
    assert_eq!(status, Status { lines: 11, errors: 10 });
    for (i, line) in out[..10].iter().enumerate() {
        assert!(line["error"].as_str().is_some_and(|e| !e.is_empty()), "{i}: {line}");
        assert!(line.get("decision").is_none());
    }
    assert_eq!(
        (&out[0]["id"], &out[1]["id"], &out[2]["id"], &out[5]["id"]),
        (&json!(1), &json!(2), &json!("a"), &json!("d"))
    );
    assert_eq!(out[10]["decision"], "deny");
    let (out, status) = simulate(Some("{"), &format!("{{{request}}}"));
    assert_eq!(status.errors, 1);
    assert!(out[0]["error"].as_str().unwrap().contains("not JSON"));
}

/// Answers of what has come are written before more is read.
#[test]
fn answers_do_not_wait_for_more_input() {
    struct Talk<'a> {
        lines: Vec<&'a [u8]>,
        written: std::rc::Rc<std::cell::RefCell<Vec<u8>>>,
        read: usize,
    }
    impl Read for Talk<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let answers = self.written.borrow().iter().filter(|b| **b == b'\n').count();
            assert_eq!(answers, self.read, "each line is answered before the next one is asked for");
            let Some(line) = self.lines.get(self.read) else { return Ok(0) };
            self.read += 1;
            buffer[..line.len()].copy_from_slice(line);
            Ok(line.len())
        }
    }
    struct Sink(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);
    impl std::io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let line = b"{\"principal\": \"ec2.amazonaws.com\", \"action\": \"sts:AssumeRole\"}\n".as_slice();
    let written = std::rc::Rc::default();
    let talk = Talk { lines: vec![line; 5], written: std::rc::Rc::clone(&written), read: 0 };
    let status = run(Some(POLICY), &mut BufReader::new(talk), &mut Sink(written)).unwrap();
    assert_eq!(status.lines, 5);
}

//! Answers condition cases with the crate `iam-rs`, an evaluator that this project had no part in.
//!
//! Reads JSON lines `{"id", "trustPolicy", "request"}` from standard input, each with one statement that has one
//! condition, and writes `{"id", "decision"}` lines. The decision is `allow` when the condition is met, `deny` when it
//! is not, `error` when iam-rs refuses to evaluate it, and `unsupported` when iam-rs has no such operator. Principal,
//! action and resource are replaced by ones that match for certain.

use std::{
    error::Error,
    io::{BufRead, BufWriter, Write},
};

use iam_rs::{
    Arn, ConditionValue, Context, ContextValue, Decision, IAMAction, IAMEffect, IAMOperator, IAMPolicy, IAMRequest,
    IAMResource, IAMStatement, OperatorType, Principal, PrincipalId, evaluate_policy,
};
use serde_json::{Value, json};

const CALLER: &str = "arn:aws:iam::222222222222:user/alice";
const ROLE: &str = "arn:aws:iam::111111111111:role/target";
const ACTION: &str = "sts:AssumeRole";

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let case: Value = serde_json::from_str(&line?)?;
        serde_json::to_writer(&mut out, &answer(&case)?)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

fn answer(case: &Value) -> Result<Value, Box<dyn Error>> {
    let id = &case["id"];
    let (name, block) = only(&case["trustPolicy"]["Statement"]["Condition"])?;
    let (key, wanted) = only(block)?;
    let Ok(operator) = name.parse::<IAMOperator>() else {
        return Ok(json!({"id": id, "decision": "unsupported"}));
    };
    let is_bool = operator.category() == OperatorType::Boolean;
    let caller = || Principal::Aws(PrincipalId::String(CALLER.to_owned()));
    let request = IAMRequest::new_with_context(
        caller(),
        ACTION,
        Arn::parse(ROLE)?,
        context(&case["request"]["context"], is_bool)?,
    );
    let statement = IAMStatement::new(IAMEffect::Allow)
        .with_principal(caller())
        .with_action(IAMAction::Single(ACTION.to_owned()))
        .with_resource(IAMResource::Single("*".to_owned()))
        .with_condition(operator, key.to_owned(), condition_value(wanted, is_bool)?);
    let decision = match evaluate_policy(&IAMPolicy::new().add_statement(statement), &request) {
        Ok(Decision::Allow) => "allow",
        Ok(_) => "deny",
        Err(error) => return Ok(json!({"id": id, "decision": "error", "message": error.to_string()})),
    };
    Ok(json!({"id": id, "decision": decision}))
}

/// The only member of an object.
fn only(object: &Value) -> Result<(&str, &Value), String> {
    let mut members = object.as_object().into_iter().flatten();
    match (members.next(), members.next()) {
        (Some((name, value)), None) => Ok((name, value)),
        _ => Err(format!("not exactly one member: {object}")),
    }
}

/// iam-rs compares booleans only where both sides have that type.
fn condition_value(wanted: &Value, is_bool: bool) -> Result<ConditionValue, String> {
    match wanted.as_str() {
        Some("true") if is_bool => Ok(ConditionValue::Boolean(true)),
        Some("false") if is_bool => Ok(ConditionValue::Boolean(false)),
        _ => ConditionValue::from_json_value(wanted.clone()),
    }
}

fn context(given: &Value, is_bool: bool) -> Result<Context, String> {
    let mut context = Context::new();
    for (key, value) in given.as_object().into_iter().flatten() {
        context.insert(key.clone(), context_value(value, is_bool)?);
    }
    Ok(context)
}

fn context_value(value: &Value, is_bool: bool) -> Result<ContextValue, String> {
    let text = |v: &Value| v.as_str().map(str::to_owned).ok_or_else(|| format!("not a text: {v}"));
    let Value::Array(all) = value else {
        let text = text(value)?;
        let typed = if is_bool { boolean(&text).map(ContextValue::Boolean) } else { None };
        return Ok(typed.unwrap_or(ContextValue::String(text)));
    };
    let texts: Vec<String> = all.iter().map(text).collect::<Result<_, _>>()?;
    let typed: Option<Vec<bool>> = if is_bool { texts.iter().map(|t| boolean(t)).collect() } else { None };
    Ok(typed.map_or_else(|| ContextValue::StringList(texts), ContextValue::BooleanList))
}

fn boolean(text: &str) -> Option<bool> {
    [true, false].into_iter().find(|b| text.eq_ignore_ascii_case(&b.to_string()))
}

//! Functions of the AWS provider.

use super::{
    call::{Call, Outcome, Stop, argument, known},
    table::{Function, STRING},
    texts::{Segment, flat, made, segments},
};
use crate::value::{Entry, Kind, ObjectKind, Origin, Part, Text, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("provider::aws::arn_build", &[STRING, STRING, STRING, STRING, STRING], arn_build),
    Function::new("provider::aws::arn_parse", &[STRING], arn_parse),
    Function::new("provider::aws::trim_iam_role_path", &[STRING], trim_iam_role_path),
];

/// The sections of an ARN behind `arn:`; colons in the last one belong to it.
fn sections(c: &Call<'_>) -> Result<[Text; 5], Stop> {
    let text = flat(c.text(0)?)?;
    let mut done: Vec<Vec<Part>> = Vec::new();
    let mut current: Vec<Part> = Vec::new();
    for segment in segments(&text) {
        match segment {
            Segment::Known(run) => {
                let mut start = 0;
                for (at, _) in run.text.match_indices(':') {
                    if done.len() == 5 {
                        break;
                    }
                    run.slice(start..at, &mut current);
                    done.push(std::mem::take(&mut current));
                    start = at + 1;
                }
                run.slice(start..run.text.len(), &mut current);
            }
            // A hole may hold colons, and then the sections behind it are others.
            Segment::Open(Part::Hole(unknown, _)) if done.len() < 5 => return Err(Stop::Unknown(unknown.clone())),
            Segment::Open(part) => current.push(part.clone()),
        }
    }
    done.push(current);
    let mut texts = done.into_iter().map(Text::new);
    let head = texts.next().unwrap_or_else(|| Text::new(Vec::new()));
    let rest: Vec<Text> = texts.collect();
    match <[Text; 5]>::try_from(rest) {
        Ok(sections) if known(&head)? == "arn" => Ok(sections),
        _ => argument(0, "the text is no ARN"),
    }
}

fn value(text: Text, origin: &Origin) -> Value {
    let origin = text.origin().unwrap_or_else(|| origin.clone());
    Value::new(Kind::String(text), origin)
}

fn arn_parse(c: &Call<'_>) -> Outcome {
    let origin = c.from(0);
    let names = ["partition", "service", "region", "account_id", "resource"];
    let entries = names.into_iter().zip(sections(c)?).map(|(name, text)| Entry {
        key: Text::known(name, origin.clone()),
        key_origin: origin.clone(),
        value: value(text, &origin),
    });
    Ok(Value::object(ObjectKind::Object, entries.collect(), c.cx.at))
}

fn arn_build(c: &Call<'_>) -> Outcome {
    let mut parts = vec![made("arn", c.cx.at.into())];
    for i in 0..c.args.len() {
        parts.push(made(":", c.cx.at.into()));
        parts.extend(c.text(i)?.parts().iter().cloned());
    }
    Ok(Value::new(Kind::String(Text::new(parts)), c.cx.at))
}

fn trim_iam_role_path(c: &Call<'_>) -> Outcome {
    let [partition, service, region, account, resource] = sections(c)?;
    let path = known(&resource)?.into_owned();
    if known(&service)? != "iam" || !path.starts_with("role/") {
        return argument(0, "the ARN is not that of a role");
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let origin = c.arg(0)?.origin.clone();
    let mut parts = vec![made("arn", origin.clone())];
    for section in [partition, service, region, account] {
        parts.push(made(":", origin.clone()));
        parts.extend(section.parts().iter().cloned());
    }
    parts.push(made(format!(":role/{name}"), origin.clone()));
    Ok(Value::new(Kind::String(Text::new(parts)), origin))
}

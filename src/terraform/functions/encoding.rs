//! Functions that encode and decode.

use std::sync::Arc;

use super::{
    call::{Call, Outcome, argument, check_elements, fail, known},
    string::mapped,
    table::{ANY, Function, Param, STRING},
    texts::made,
    typing::unsupported,
};
use crate::{
    syntax::json::parse_text,
    terraform::unify::MOST_DEPTH,
    value::{Entry, Kind, ListKind, Object, ObjectKind, Origin, Part, Text, Value, decode_base64, encode_base64},
};

const OPEN: Param = ANY.null().unknown();

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base64decode", &[STRING], base64decode),
    Function::new("base64encode", &[STRING], |c| c.made(encode_base64(c.str(0)?.as_bytes()), 0)),
    Function::new("base64gzip", &[STRING], |c| unsupported(c, "base64gzip")),
    Function::new("csvdecode", &[STRING], csvdecode),
    Function::new("jsondecode", &[Param { choices: super::table::Depth::Top, ..STRING }], jsondecode),
    Function::new("jsonencode", &[OPEN], jsonencode),
    Function::new("textdecodebase64", &[STRING, STRING], textdecodebase64),
    Function::new("textencodebase64", &[STRING, STRING], textencodebase64),
    Function::new("urlencode", &[STRING], |c| mapped(c, percent, |_| false)),
];

fn base64decode(c: &Call<'_>) -> Outcome {
    let Some(bytes) = decode_base64(&c.str(0)?) else { return argument(0, "the text is no base64") };
    match String::from_utf8(bytes) {
        Ok(text) => c.made(text, 0),
        Err(_) => argument(0, "the decoded bytes are no UTF-8 text"),
    }
}

fn textencodebase64(c: &Call<'_>) -> Outcome {
    let (text, encoding) = (c.str(0)?, c.str(1)?);
    let bytes = match encoding.to_ascii_uppercase().as_str() {
        "UTF-8" => text.as_bytes().to_vec(),
        "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        other if is_encoding(other) => return unsupported(c, "textencodebase64"),
        _ => return argument(1, "there is no such encoding"),
    };
    c.made(encode_base64(&bytes), 0)
}

/// Whether the name, in capitals, looks like that of a character encoding that is registered.
fn is_encoding(name: &str) -> bool {
    const FAMILIES: [&str; 14] = [
        "ISO-8859",
        "ISO-2022",
        "WINDOWS-",
        "CP",
        "IBM",
        "KOI8",
        "GB",
        "BIG5",
        "EUC-",
        "SHIFT",
        "UTF-",
        "US-ASCII",
        "MACINTOSH",
        "HZ-",
    ];
    FAMILIES.iter().any(|f| name.starts_with(f))
}

fn textdecodebase64(c: &Call<'_>) -> Outcome {
    let (text, encoding) = (c.str(0)?, c.str(1)?);
    let Some(bytes) = decode_base64(&text) else { return argument(0, "the text is no base64") };
    if encoding.to_ascii_uppercase().starts_with("UTF-16") && !bytes.len().is_multiple_of(2) {
        return argument(0, "the decoded bytes are no text in that encoding");
    }
    let units = |join: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|b| b.try_into().ok().map(join)).collect();
        String::from_utf16_lossy(&units)
    };
    let decoded = match encoding.to_ascii_uppercase().as_str() {
        "UTF-8" => String::from_utf8_lossy(&bytes).into_owned(),
        "UTF-16LE" => units(u16::from_le_bytes),
        "UTF-16BE" => units(u16::from_be_bytes),
        other if is_encoding(other) => return unsupported(c, "textdecodebase64"),
        _ => return argument(1, "there is no such encoding"),
    };
    c.made(decoded, 0)
}

fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~') => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

fn jsonencode(c: &Call<'_>) -> Outcome {
    let value = c.arg(0)?;
    let part = Part::Json(Arc::new(value.clone()), c.cx.at.into());
    Ok(Value::new(Kind::String(Text::one(part)), c.cx.at))
}

fn jsondecode(c: &Call<'_>) -> Outcome {
    let text = c.text(0)?;
    if let [Part::Json(value, origin)] = text.parts() {
        return decoded(value, origin, 0).map_or_else(|| fail("the value is nested too deep"), Ok);
    }
    let parsed = parse_text(text);
    if let Some(error) = parsed.errors.first() {
        // What is open may be what is amiss.
        known(text)?;
        return argument(0, error.message.clone());
    }
    match parsed.value {
        Some(value) => {
            let direct = value.origin.at.into();
            decoded(&value, &direct, 0).map_or_else(|| fail("the value is nested too deep"), Ok)
        }
        None => argument(0, "the text is empty"),
    }
}

/// What decoding gives for an encoded value: JSON knows no sets, maps and lists of one type. `None` when it is too
/// deep.
fn decoded(value: &Value, container: &Origin, depth: usize) -> Option<Value> {
    if depth > MOST_DEPTH {
        return None;
    }
    let direct: Origin = value.origin.at.into();
    let kind = match &value.kind {
        Kind::List(_, items) => {
            let items: Option<Vec<Value>> = items.iter().map(|v| decoded(v, &direct, depth + 1)).collect();
            Kind::List(ListKind::Tuple, items?.into())
        }
        Kind::Object(object) => {
            let entries = object.entries().iter().map(|e| {
                let value = decoded(&e.value, &direct, depth + 1)?;
                Some(Entry { key: e.key.clone(), key_origin: e.key_origin.clone(), value })
            });
            Kind::Object(Arc::new(Object::new(ObjectKind::Object, entries.collect::<Option<_>>()?)))
        }
        Kind::String(text) => Kind::String(text.within(container)),
        other => other.clone(),
    };
    Some(Value { kind, origin: value.origin.within(container) })
}

fn csvdecode(c: &Call<'_>) -> Outcome {
    let text = c.str(0)?;
    let mut records = match csv(&text) {
        Ok(records) => records.into_iter(),
        Err(why) => return argument(0, why),
    };
    let origin: Origin = c.from(0);
    let Some(header) = records.next() else { return argument(0, "there is no header line") };
    let mut seen = std::collections::HashSet::new();
    if let Some(twice) = header.iter().find(|name| !seen.insert(name.as_str())) {
        return argument(0, format!("the column `{twice}` stands there twice"));
    }
    let mut rows = Vec::new();
    for (i, record) in records.enumerate() {
        if record.len() != header.len() {
            return argument(
                0,
                format!("record {} has {} fields, and the header has {}", i + 1, record.len(), header.len()),
            );
        }
        check_elements((i + 1).saturating_mul(header.len()))?;
        let entries = header.iter().zip(record).map(|(name, field)| Entry {
            key: Text::one(made(name.as_str(), origin.clone())),
            key_origin: origin.clone(),
            value: Value::string(field, origin.clone()),
        });
        rows.push(Value::object(ObjectKind::Object, entries.collect(), origin.clone()));
    }
    c.list(ListKind::List, rows)
}

/// The records of a CSV text (RFC 4180); empty lines are passed over.
fn csv(text: &str) -> Result<Vec<Vec<String>>, String> {
    let mut records = Vec::new();
    let mut record: Vec<String> = Vec::new();
    let mut field = String::new();
    let mut chars = text.chars().peekable();
    let (mut quoted, mut was_quoted) = (false, false);
    while let Some(ch) = chars.next() {
        match ch {
            '"' if quoted => match chars.peek() {
                Some('"') => {
                    chars.next();
                    field.push('"');
                }
                Some(',' | '\n' | '\r') | None => quoted = false,
                Some(_) => return Err("a quoted field is followed by more text".to_owned()),
            },
            '"' if field.is_empty() && !was_quoted => {
                quoted = true;
                was_quoted = true;
            }
            '"' => return Err("a quotation mark stands inside an unquoted field".to_owned()),
            '\r' if chars.peek() == Some(&'\n') => {
                if quoted {
                    // A line break inside of quotes is always one newline.
                    continue;
                }
            }
            ',' if !quoted => {
                record.push(std::mem::take(&mut field));
                was_quoted = false;
            }
            '\n' if !quoted => {
                if !(record.is_empty() && field.is_empty() && !was_quoted) {
                    record.push(std::mem::take(&mut field));
                    records.push(std::mem::take(&mut record));
                }
                was_quoted = false;
            }
            other => field.push(other),
        }
    }
    if quoted {
        return Err("a quoted field has no end".to_owned());
    }
    if !(record.is_empty() && field.is_empty() && !was_quoted) {
        record.push(field);
        records.push(record);
    }
    Ok(records)
}

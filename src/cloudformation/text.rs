use std::sync::Arc;

use crate::{
    source::Span,
    value::{Kind, Origin, Part, Reason, Text, Unknown, Value},
};

/// A stretch of a known part.
pub(super) fn piece(part: &Part, start: usize, end: usize) -> Option<Part> {
    let Part::Known { text, origin, map } = part else { return None };
    let cut = text.get(start..end).filter(|t| !t.is_empty())?;
    if cut.len() == text.len() {
        return Some(part.clone());
    }
    let span = Span::new(start, end);
    let origin = map.as_ref().and_then(|m| m.locate(span)).map_or_else(|| origin.clone(), |at| origin.narrowed(at));
    Some(Part::Known { text: cut.into(), origin, map: map.as_ref().map(|m| m.slice(span)) })
}

/// A value as part of a string: what `Fn::Sub` and `Fn::Join` put there. `Err` says why it cannot be part of one.
pub(super) fn text_of(value: &Value) -> Result<Text, String> {
    match &value.kind {
        Kind::String(text) => Ok(text.clone()),
        Kind::Bool(_) | Kind::Number(_) => {
            let text = value.as_str().map(|s| s.into_owned()).unwrap_or_default();
            Ok(Text::known(text, value.origin.clone()))
        }
        Kind::Unknown(u) => Ok(Text::one(Part::Hole(u.clone(), value.origin.clone()))),
        Kind::Null => Err("nothing stands where a string is needed".to_owned()),
        Kind::List(..) => Err("a list stands where a string is needed".to_owned()),
        Kind::Object(_) => Err("a mapping stands where a string is needed".to_owned()),
        Kind::Choice(_) => Err("a choice stands where a string is needed".to_owned()),
    }
}

/// A string value of these parts, standing at `origin`. A lone hole is an unknown value.
pub(super) fn string(parts: Vec<Part>, origin: impl Into<Origin>) -> Value {
    let origin = origin.into();
    if let [Part::Hole(u, _)] = parts.as_slice() {
        return Value::new(Kind::Unknown(u.clone()), origin);
    }
    Value::new(Kind::String(Text::new(parts)), origin)
}

const OPEN: &str = "{{resolve:";
const CLOSE: &str = "}}";

/// The text with each dynamic reference (`{{resolve:ssm:name}}`) as a hole.
pub(super) fn with_dynamic_references(text: Text) -> Text {
    let begins = |p: &Part| matches!(p, Part::Known { text, .. } if text.contains("{{resolve:"));
    if !text.parts().iter().any(begins) {
        return text;
    }
    let mut out = Vec::new();
    let mut open: Option<(String, Origin)> = None;
    for part in text.parts() {
        let Part::Known { text, .. } = part else {
            match &mut open {
                Some((reference, _)) => reference.push('*'),
                None => out.push(part.clone()),
            }
            continue;
        };
        let mut from = 0;
        while let Some(rest) = text.get(from..).filter(|r| !r.is_empty()) {
            match open.take() {
                None => match rest.find(OPEN) {
                    Some(i) => {
                        out.extend(piece(part, from, from + i));
                        let origin = part.origin_of(Span::new(from + i, text.len()));
                        open = Some((String::new(), origin));
                        from += i + 2;
                    }
                    None => {
                        out.extend(piece(part, from, text.len()));
                        from = text.len();
                    }
                },
                Some((mut reference, origin)) => match rest.find(CLOSE) {
                    Some(i) => {
                        reference.push_str(rest.get(..i).unwrap_or_default());
                        let origin = origin_until(part, &origin, from + i + CLOSE.len());
                        let u = Unknown::new(reference, Reason::Elsewhere, origin.source());
                        out.push(Part::Hole(Arc::new(u), origin));
                        from += i + CLOSE.len();
                    }
                    None => {
                        reference.push_str(rest);
                        open = Some((reference, origin));
                        from = text.len();
                    }
                },
            }
        }
    }
    if let Some((reference, origin)) = open {
        // Never closed: CloudFormation leaves it as it is.
        out.push(Part::Known { text: format!("{{{{{reference}").into(), origin, map: None });
    }
    Text::new(out)
}

/// The origin of a reference that began at `start` and ends at byte `end` of `part`.
fn origin_until(part: &Part, start: &Origin, end: usize) -> Origin {
    let last = part.origin_of(Span::new(end.saturating_sub(1), end)).source();
    let mut at = start.source();
    if last.file == at.file && last.span.end >= at.span.start {
        at.span.end = last.span.end;
    }
    start.narrowed(at)
}

/// The text without white space at both ends.
pub(super) fn trimmed(text: &Text) -> Text {
    let mut parts = text.parts().to_vec();
    while let Some(Part::Known { text: known, .. }) = parts.first() {
        let start = known.len() - known.trim_start().len();
        if start == 0 {
            break;
        }
        match parts.first().and_then(|p| piece(p, start, known.len())) {
            Some(rest) => {
                if let Some(first) = parts.first_mut() {
                    *first = rest;
                }
                break;
            }
            None => drop(parts.remove(0)),
        }
    }
    while let Some(Part::Known { text: known, .. }) = parts.last() {
        let end = known.trim_end().len();
        if end == known.len() {
            break;
        }
        match parts.last().and_then(|p| piece(p, 0, end)) {
            Some(rest) => {
                if let Some(last) = parts.last_mut() {
                    *last = rest;
                }
                break;
            }
            None => drop(parts.pop()),
        }
    }
    Text::new(parts)
}

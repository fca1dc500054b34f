//! Cutting texts that are known only in part.

use crate::{
    source::Span,
    value::{Part, Reason, Text, Unknown},
};
use std::{borrow::Cow, sync::Arc};

/// The text without JSON parts: those that are known are text, others are holes.
pub(super) fn plain(text: &Text) -> Cow<'_, Text> {
    if text.is_plain() {
        return Cow::Borrowed(text);
    }
    let parts = text.parts().iter().map(|p| match p {
        Part::Json(_, origin) => match Text::one(p.clone()).as_known() {
            Some(known) => Part::Known { text: Arc::from(&*known), origin: origin.clone(), map: None },
            None => {
                let why = Reason::Unsupported("JSON in the middle of a string".to_owned());
                Part::Hole(Arc::new(Unknown::new("jsonencode(…)", why, origin.at)), origin.clone())
            }
        },
        other => other.clone(),
    });
    Cow::Owned(Text::new(parts.collect()))
}

/// The known text before the first part that is not known.
pub(super) fn lead(text: &Text) -> Cow<'_, str> {
    let mut known = text.parts().iter().map_while(|p| match p {
        Part::Known { text, .. } => Some(&**text),
        _ => None,
    });
    let Some(first) = known.next() else { return Cow::Borrowed("") };
    match known.next() {
        None => Cow::Borrowed(first),
        Some(second) => Cow::Owned([first, second].into_iter().chain(known).collect()),
    }
}

/// All known text of it, without what is not known.
pub(super) fn known_parts(text: &Text) -> impl Iterator<Item = &str> {
    text.parts().iter().filter_map(|p| match p {
        Part::Known { text, .. } => Some(&**text),
        _ => None,
    })
}

/// Whether some part is a symbol or a hole.
pub(super) fn is_open(text: &Text) -> bool {
    text.first_open().is_some()
}

/// Splits at a separator into at most `most` fields. What is not known counts as text without separator.
pub(super) fn split(text: &Text, separator: char, most: usize) -> Vec<Text> {
    let mut fields = Vec::new();
    let mut field: Vec<Part> = Vec::new();
    for part in text.parts() {
        let Part::Known { text: known, .. } = part else {
            field.push(part.clone());
            continue;
        };
        let mut start = 0;
        for (at, _) in known.match_indices(separator) {
            if fields.len() + 1 >= most {
                break;
            }
            field.extend(cut(part, known, start, at));
            fields.push(Text::new(std::mem::take(&mut field)));
            start = at + separator.len_utf8();
        }
        field.extend(cut(part, known, start, known.len()));
    }
    fields.push(Text::new(field));
    fields
}

fn cut(part: &Part, known: &Arc<str>, start: usize, end: usize) -> Option<Part> {
    if start == end {
        return None;
    }
    if start == 0 && end == known.len() {
        return Some(part.clone());
    }
    let text = known.get(start..end)?;
    Some(Part::Known { text: Arc::from(text), origin: part.origin_of(Span::new(start, end)), map: None })
}

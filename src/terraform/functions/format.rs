//! `format` and `formatlist`.

use std::sync::Arc;

use super::{
    call::{Call, Outcome, Stop, argument, check_text, fail},
    table::{ANY, Function, Param, STRING},
    texts::{flat, made, of_value, plain},
    verb::{Piece, Verb, number, pad, parse, quoted},
};
use crate::{
    terraform::{
        convert::{convert, describe, is_unordered},
        equality::is_many,
        types::Type,
    },
    value::{Kind, ListKind, Origin, Part, Text, Unknown, Value},
};

const ARGUMENT: Param = ANY.null().unknown().deep();

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("format", &[STRING], format).variadic(ARGUMENT),
    Function::new("formatlist", &[STRING], formatlist).variadic(ARGUMENT),
];

fn format(c: &Call<'_>) -> Outcome {
    let format = c.text(0)?;
    let text = formatted(format, c.rest(1), 1)?;
    let parts = text.parts();
    let origin = match parts {
        [one] => one.origin().clone(),
        _ => c.cx.at.into(),
    };
    Ok(Value::new(Kind::String(text), origin))
}

/// The first of the characters that stand for symbols of the format string while it is read.
const STAND_IN: u32 = 0xF_0000;

/// Formats with a format string that may hold symbols: none of them can be part of a verb.
fn formatted(format: &Text, args: &[Value], first: usize) -> Result<Text, Stop> {
    let flat = flat(format)?;
    let symbols: Vec<&Part> = flat.parts().iter().filter(|p| matches!(p, Part::Symbol(..))).collect();
    let taken = |p: &Part| matches!(p, Part::Known { text, .. } if text.chars().any(|c| c as u32 >= STAND_IN));
    if symbols.is_empty() || flat.parts().iter().any(taken) {
        return with_known(&flat, args, first);
    }
    let stand_in = |i: usize| char::from_u32(STAND_IN + u32::try_from(i).unwrap_or(0)).map(String::from);
    let mut count = 0;
    let known = flat.parts().iter().map(|part| match part {
        Part::Symbol(_, origin) => {
            count += 1;
            Part::Known { text: stand_in(count - 1).unwrap_or_default().into(), origin: origin.clone(), map: None }
        }
        other => other.clone(),
    });
    let known = Text::new(known.collect());
    let made = with_known(&known, args, first)?;
    let back = made.parts().iter().map(|part| match part {
        Part::Known { text, .. } => {
            let index = text.chars().next().and_then(|c| (c as u32).checked_sub(STAND_IN));
            let symbol = index.and_then(|i| symbols.get(usize::try_from(i).ok()?));
            symbol.map_or_else(|| part.clone(), |s| (*s).clone())
        }
        other => other.clone(),
    });
    Ok(Text::new(back.collect()))
}

fn with_known(flat: &Text, args: &[Value], first: usize) -> Result<Text, Stop> {
    let Some(run) = super::texts::whole(flat) else {
        return match super::call::known(flat) {
            Err(stop) => Err(stop),
            Ok(_) => fail("the format string is not known"),
        };
    };
    let (pieces, used) = parse(&run.text)?;
    if used > args.len() {
        return fail(format!("the format string needs {used} arguments, and {} are given", args.len()));
    }
    if used < args.len() {
        return argument(first + used, format!("the format string uses {used} arguments only"));
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut bytes = 0;
    for piece in &pieces {
        match piece {
            Piece::Literal(from, to) => run.slice(*from..*to, &mut parts),
            Piece::Verb(verb) => {
                let Some(arg) = args.get(verb.index) else { continue };
                let before = parts.len();
                put(verb, arg, first + verb.index, &mut parts)?;
                for part in parts.iter().skip(before) {
                    bytes += if let Part::Known { text, .. } = part { text.len() } else { 0 };
                }
                check_text(bytes)?;
            }
        }
    }
    Ok(Text::new(parts))
}

fn put(verb: &Verb, arg: &Value, index: usize, parts: &mut Vec<Part>) -> Result<(), Stop> {
    let refuse = |why: String| argument(index, format!("`{}` cannot format it: {why}", verb.text));
    let plain_text = verb.width.is_none() && verb.precision.is_none();
    if let Kind::Unknown(unknown) = &arg.kind {
        let quoted = verb.verb == 'q' && plain_text;
        let quote = || made("\"", arg.origin.clone());
        parts.extend(quoted.then(quote));
        parts.push(Part::Hole(Arc::new(plain(unknown)), arg.origin.clone()));
        parts.extend(quoted.then(quote));
        return Ok(());
    }
    if matches!(arg.kind, Kind::Null) {
        return refuse("the value is null".to_owned());
    }
    match verb.verb {
        'v' if !verb.sharp && matches!(arg.kind, Kind::String(_)) => put_string(verb, arg, parts),
        'v' if !verb.sharp && matches!(arg.kind, Kind::Number(_)) => {
            let Kind::Number(n) = arg.kind else { return Ok(()) };
            parts.extend(number(verb, n).map(|text| made(text, arg.origin.clone())));
            Ok(())
        }
        'v' if !verb.sharp && matches!(arg.kind, Kind::Bool(_)) => {
            let text = arg.as_str().unwrap_or_default().into_owned();
            parts.push(made(pad(verb, text, false), arg.origin.clone()));
            Ok(())
        }
        'v' if plain_text => {
            parts.push(Part::Json(Arc::new(arg.clone()), arg.origin.clone()));
            Ok(())
        }
        'v' => {
            let json = Text::one(Part::Json(Arc::new(arg.clone()), arg.origin.clone()));
            put_string(verb, &Value::new(Kind::String(json), arg.origin.clone()), parts)
        }
        's' | 'q' => match convert(arg.clone(), &Type::String) {
            Ok(text) => put_string(verb, &text, parts),
            Err(e) => refuse(e.to_string()),
        },
        't' => match convert(arg.clone(), &Type::Bool).map(|v| v.kind) {
            Ok(Kind::Bool(b)) => {
                parts.push(made(b.to_string(), arg.origin.clone()));
                Ok(())
            }
            Ok(Kind::Unknown(u)) => {
                parts.push(Part::Hole(u, arg.origin.clone()));
                Ok(())
            }
            _ => refuse(format!("a bool is required, and this is {}", describe(arg))),
        },
        'b' | 'd' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'g' | 'G' => {
            match convert(arg.clone(), &Type::Number).map(|v| v.kind) {
                Ok(Kind::Number(n)) => match number(verb, n) {
                    Some(text) => {
                        parts.push(made(text, arg.origin.clone()));
                        Ok(())
                    }
                    None => refuse("an integer is required".to_owned()),
                },
                Ok(Kind::Unknown(u)) => {
                    parts.push(Part::Hole(u, arg.origin.clone()));
                    Ok(())
                }
                _ => refuse(format!("a number is required, and this is {}", describe(arg))),
            }
        }
        _ => fail(format!("the format string has the verb `{}`, which does not exist", verb.text)),
    }
}

fn put_string(verb: &Verb, arg: &Value, parts: &mut Vec<Part>) -> Result<(), Stop> {
    let Some(text) = of_value(arg) else { return Ok(()) };
    if verb.verb != 'q' && verb.width.is_none() && verb.precision.is_none() {
        parts.extend(text.parts().iter().cloned());
        return Ok(());
    }
    let Some(known) = text.as_known() else {
        let flat = flat(&text)?;
        if verb.verb == 'q' && verb.width.is_none() {
            parts.push(made("\"", arg.origin.clone()));
            for part in flat.parts() {
                parts.push(match part {
                    Part::Known { text, .. } => {
                        let quoted = quoted(text);
                        super::texts::rewritten(part, quoted[1..quoted.len() - 1].to_owned())
                    }
                    other => other.clone(),
                });
            }
            parts.push(made("\"", arg.origin.clone()));
        } else {
            parts.extend(flat.first_open().map(super::texts::hole));
        }
        return Ok(());
    };
    let cut: String = match verb.precision {
        Some(most) if verb.verb != 'v' => known.chars().take(most).collect(),
        _ => known.into_owned(),
    };
    let text = if verb.verb == 'q' { quoted(&cut) } else { cut };
    parts.push(made(pad(verb, text, false), arg.origin.clone()));
    Ok(())
}

fn formatlist(c: &Call<'_>) -> Outcome {
    let format = c.text(0)?;
    let mut lists: Vec<Option<Vec<Value>>> = Vec::new();
    let mut length: Option<usize> = None;
    let mut open: Option<Unknown> = None;
    for (i, arg) in c.rest(1).iter().enumerate() {
        let items: Option<Vec<Value>> = match (&arg.kind, arg.items()) {
            // Most often a list: then any number of results.
            (Kind::Unknown(u), _) => {
                open.get_or_insert_with(|| plain(u));
                Some(vec![arg.clone()])
            }
            (_, Some(items)) => {
                if is_unordered(arg) {
                    super::call::all_known(arg)?;
                }
                let items: Vec<Value> = items.collect();
                if let Some(Kind::Unknown(u)) = items.iter().find(|v| is_many(v)).map(|v| &v.kind) {
                    open.get_or_insert_with(|| plain(u));
                } else if length.is_some_and(|l| l != items.len()) {
                    return argument(i + 1, format!("the list has {} elements, and others differ", items.len()));
                } else {
                    length = Some(items.len());
                }
                Some(items)
            }
            _ => None,
        };
        lists.push(items);
    }
    let mut results = Vec::new();
    let one_list = lists.iter().flatten().count() == 1;
    if let Some(unknown) = &open
        && !one_list
    {
        return c.list(ListKind::List, vec![Value::unknown(unknown.clone().many(), c.cx.at)]);
    }
    let count = lists.iter().flatten().map(Vec::len).max().unwrap_or(1);
    super::call::check_elements(count)?;
    let mut bytes = 0;
    for row in 0..count {
        let mut args: Vec<Value> = Vec::with_capacity(lists.len());
        let mut many: Option<(Unknown, Origin)> = None;
        for (list, arg) in lists.iter().zip(c.rest(1)) {
            let value = list.as_ref().map_or(Some(arg), |items| items.get(row));
            let Some(value) = value else { continue };
            if let Kind::Unknown(u) = &value.kind
                && (u.many || (matches!(arg.kind, Kind::Unknown(_)) && open.is_some()))
            {
                many = Some((plain(u), value.origin.clone()));
            }
            args.push(value.clone());
        }
        let text = match (formatted(format, &args, 1), &open) {
            (Ok(text), _) => text,
            // The list may be empty, and then nothing is formatted.
            (Err(Stop::Fail(_) | Stop::Argument(..)), Some(unknown)) => {
                return Err(Stop::Unknown(Arc::new(unknown.clone())));
            }
            (Err(stop), _) => return Err(stop),
        };
        bytes += text.known_len();
        check_text(bytes)?;
        results.push(match many {
            Some((unknown, origin)) => Value::unknown(Unknown { pattern: pattern(&text), ..unknown }.many(), origin),
            None => {
                let origin = match args.as_slice() {
                    [one] => one.origin.clone(),
                    _ => text.origin().unwrap_or_else(|| c.cx.at.into()),
                };
                Value::new(Kind::String(text), origin)
            }
        });
    }
    c.list(ListKind::List, results)
}

/// The regular expression of all texts that a text with holes stands for.
fn pattern(text: &Text) -> Option<String> {
    let flat = flat(text).ok()?;
    let parts = flat.parts().iter().map(|p| match p {
        Part::Known { text, .. } => regex::escape(text),
        _ => "(?s:.*)".to_owned(),
    });
    Some(parts.collect())
}

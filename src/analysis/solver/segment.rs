//! Values of conditions as sequences of tokens, unknown parts and policy variables.

use super::pattern::{Chars, Pattern, Token, arn, folded, glob_token, squeezed};
use crate::value::{Part, Text};

/// One piece of a value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Segment {
    /// A character or wildcard.
    Token(Token),
    /// Text that is not known.
    Hole,
    /// A policy variable: the key in lower case, and the default where one is written.
    Variable(String, Option<String>),
}

/// How a value is compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Form {
    /// Character by character; `*` and `?` mean themselves.
    Exact,
    /// The same, in any case of letters.
    Folded,
    /// With wildcards.
    Glob,
    /// With wildcards that do not leave their field of an ARN.
    Arn,
}

/// Splits a value. `variables` says whether the policy's version replaces them.
pub fn segments(text: &Text, form: Form, variables: bool) -> Vec<Segment> {
    let mut out = Vec::new();
    let mut open = false;
    for part in text.parts() {
        match part {
            Part::Known { text, .. } if open => {
                // A variable whose name is not known ends here.
                if let Some((_, rest)) = text.split_once('}') {
                    open = known(rest, form, variables, &mut out);
                }
            }
            Part::Known { text, .. } => open = known(text, form, variables, &mut out),
            Part::Symbol(..) | Part::Hole(..) => out.push(Segment::Hole),
            Part::Json(..) => {
                let alone = Text::one(part.clone());
                match alone.as_known() {
                    Some(text) => open = known(&text, form, variables, &mut out),
                    None => out.push(Segment::Hole),
                }
            }
        }
    }
    out
}

/// Whether the text ends inside a variable.
fn known(text: &str, form: Form, variables: bool, out: &mut Vec<Segment>) -> bool {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if variables && let Some(inner) = rest.strip_prefix("${") {
            let Some((name, after)) = inner.split_once('}') else {
                out.extend(rest.chars().map(|c| Segment::Token(token(c, form))));
                return true;
            };
            out.push(match name {
                "*" | "?" | "$" => Segment::Token(literal(name.chars().next().unwrap_or('$'), form)),
                _ => variable(name),
            });
            rest = after;
            continue;
        }
        out.push(Segment::Token(token(c, form)));
        rest = rest.get(c.len_utf8()..).unwrap_or("");
    }
    false
}

fn variable(inside: &str) -> Segment {
    let (name, default) = match inside.split_once(',') {
        Some((name, default)) => {
            match default.strip_prefix(" '").and_then(|d| d.strip_suffix('\'')) {
                Some(bare) => (name, Some(bare.to_owned())),
                // What AWS makes of a default written in another way is not documented.
                None => return Segment::Hole,
            }
        }
        None => (inside, None),
    };
    Segment::Variable(name.to_ascii_lowercase(), default)
}

fn token(c: char, form: Form) -> Token {
    match form {
        Form::Exact => Token::Char(c),
        Form::Folded => folded(c),
        Form::Glob | Form::Arn => glob_token(c),
    }
}

fn literal(c: char, form: Form) -> Token {
    if form == Form::Folded { folded(c) } else { Token::Char(c) }
}

/// The pattern of a value without unknown parts, variables replaced by what `resolve` says of them. `None` when one has
/// no value, or when it is no ARN and should be: nothing matches it then.
pub fn pattern(segments: &[Segment], form: Form, resolve: &dyn Fn(&str) -> Option<String>) -> Option<Pattern> {
    let mut tokens = Vec::with_capacity(segments.len());
    for segment in segments {
        match segment {
            Segment::Token(token) => tokens.push(*token),
            Segment::Hole => return None,
            Segment::Variable(key, default) => {
                let value = resolve(key).or_else(|| default.clone())?;
                tokens.extend(value.chars().map(|c| literal(c, form)));
            }
        }
    }
    finish(tokens, form)
}

/// The pattern of all that a value could be for some value of its unknown parts and variables.
pub fn widest(segments: &[Segment], form: Form) -> Option<Pattern> {
    let free = |s: &Segment| !matches!(s, Segment::Token(_));
    let tokens = segments.iter().map(|s| match s {
        Segment::Token(token) => *token,
        Segment::Hole | Segment::Variable(..) => Token::Star(Chars::Any),
    });
    // Free text may hold colons, so that fields behind it cannot be counted.
    if form == Form::Arn && segments.iter().any(free) {
        return Some(Pattern(squeezed(tokens.collect())));
    }
    finish(tokens.collect(), form)
}

fn finish(tokens: Vec<Token>, form: Form) -> Option<Pattern> {
    let tokens = squeezed(tokens);
    match form {
        Form::Arn => arn(tokens),
        Form::Exact | Form::Folded | Form::Glob => Some(Pattern(tokens)),
    }
}

/// What a variable must be for the value to be that text: the text between what stands before and after the variable.
/// For values with one variable and no wildcards.
pub fn solve_for(segments: &[Segment], text: &str) -> Option<(String, String)> {
    let at = segments.iter().position(|s| matches!(s, Segment::Variable(..)))?;
    let Segment::Variable(key, _) = segments.get(at)? else { return None };
    let spell = |part: &[Segment]| -> Option<String> {
        part.iter()
            .map(|s| match s {
                Segment::Token(Token::Char(c) | Token::Fold(c)) => Some(*c),
                _ => None,
            })
            .collect()
    };
    let before = spell(segments.get(..at)?)?;
    let after = spell(segments.get(at + 1..)?)?;
    let value = text.strip_prefix(&before)?.strip_suffix(&after)?;
    Some((key.clone(), value.to_owned()))
}

//! Texts of a policy as patterns: wildcards, policy variables, parts that are not known.

use super::{Truth, context::Context};
use crate::{
    analysis::request::ContextValue,
    policy::glob::{self, Token},
    value::{Part, Text},
};

/// A text of a policy, ready to be compared with a text of a request.
pub(super) struct Pattern {
    tokens: Vec<Token>,
    /// Whether some of the runs stand for parts that are not known.
    open: bool,
}

/// What a condition value is once its variables are replaced.
pub(super) enum Expanded {
    /// A pattern.
    Pattern(Pattern),
    /// A variable in it has no value.
    NoValue,
    /// AWS does not say.
    Undecided,
}

/// One element of a text: a character, or a part that is not known.
type Element = Option<char>;

impl Pattern {
    /// The text as it stands.
    pub fn plain(text: &Text) -> Self {
        Self::of(&elements(text), false)
    }

    /// The text with `*` and `?` as wildcards.
    pub fn wild(text: &Text) -> Self {
        Self::of(&elements(text), true)
    }

    fn of(elements: &[Element], wildcards: bool) -> Self {
        let tokens = elements.iter().map(|e| match e {
            None => Token::Run,
            Some(c) if wildcards => Token::of(*c),
            Some(c) => Token::Literal(*c),
        });
        Self { tokens: tokens.collect(), open: elements.contains(&None) }
    }

    /// Whether it matches a whole text. With parts that are not known the best answer is that it may.
    pub fn matches(&self, text: &str) -> Truth {
        self.verdict(glob::matches_tokens(&self.tokens, text, false))
    }

    /// The same without regard to the case of ASCII letters.
    pub fn matches_ignoring_case(&self, text: &str) -> Truth {
        self.verdict(glob::matches_tokens(&self.tokens, text, true))
    }

    fn verdict(&self, matched: bool) -> Truth {
        match (matched, self.open) {
            (true, true) => Truth::Unknown,
            (matched, _) => matched.into(),
        }
    }

    /// The text, when it has neither wildcards nor parts that are not known.
    pub fn literal(&self) -> Option<String> {
        let chars = self.tokens.iter().map(|t| match t {
            Token::Literal(c) => Some(*c),
            _ => None,
        });
        chars.collect()
    }

    /// Whether parts of it are not known.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Whether it is `*` alone.
    pub fn is_any(&self) -> bool {
        self.tokens == [Token::Run]
    }

    /// Splits at the first five colons.
    pub fn arn_fields(&self) -> Vec<Self> {
        self.tokens
            .splitn(6, |t| *t == Token::Literal(':'))
            .map(|field| Self { tokens: field.to_vec(), open: self.open })
            .collect()
    }
}

/// A condition value with its variables replaced. `variables` is false where the policy's version has none.
pub(super) fn expand(text: &Text, wildcards: bool, variables: bool, context: &Context<'_>) -> Expanded {
    let elements = elements(text);
    if !variables || !elements.contains(&Some('$')) {
        return Expanded::Pattern(Pattern::of(&elements, wildcards));
    }
    let mut out = Pattern { tokens: Vec::new(), open: false };
    let mut rest = &elements[..];
    while let [first, after @ ..] = rest {
        let closing = match rest {
            [Some('$'), Some('{'), inside @ ..] => inside.iter().position(|e| *e == Some('}')).map(|at| (inside, at)),
            _ => None,
        };
        let Some((inside, at)) = closing else {
            let one = Pattern::of(&[*first], wildcards);
            out.tokens.extend(one.tokens);
            out.open |= one.open;
            rest = after;
            continue;
        };
        let (name, behind) = inside.split_at(at);
        rest = behind.get(1..).unwrap_or_default();
        let Some(name) = name.iter().copied().collect::<Option<String>>() else {
            out.tokens.push(Token::Run);
            out.open = true;
            continue;
        };
        match variable(&name, context) {
            Replacement::Text(text) => out.tokens.extend(text.chars().map(Token::Literal)),
            Replacement::NoValue => return Expanded::NoValue,
            Replacement::Undecided => return Expanded::Undecided,
        }
    }
    Expanded::Pattern(out)
}

enum Replacement {
    Text(String),
    NoValue,
    Undecided,
}

/// What stands between `${` and `}`: a key, a key with a default (`aws:username, 'anonymous'`), or an escaped
/// character.
fn variable(name: &str, context: &Context<'_>) -> Replacement {
    if let "*" | "?" | "$" = name {
        return Replacement::Text(name.to_owned());
    }
    let (key, default) = match name.split_once(',') {
        None => (name, None),
        Some((key, default)) => match default.strip_prefix(" '").and_then(|d| d.strip_suffix('\'')) {
            Some(default) => (key, Some(default)),
            None => return Replacement::Undecided,
        },
    };
    match (context.get(key), default) {
        (Some(ContextValue::One(value)), _) if !value.is_empty() => Replacement::Text(value.clone()),
        // Empty values and multivalued keys are not documented as variables.
        (Some(_), _) => Replacement::Undecided,
        (None, Some(default)) => Replacement::Text(default.to_owned()),
        (None, None) => Replacement::NoValue,
    }
}

fn elements(text: &Text) -> Vec<Element> {
    let mut out = Vec::new();
    for part in text.parts() {
        match part {
            Part::Known { text, .. } => out.extend(text.chars().map(Some)),
            Part::Symbol(..) | Part::Hole(..) => out.push(None),
            Part::Json(..) => match Text::one(part.clone()).as_known() {
                Some(known) => out.extend(known.chars().map(Some)),
                None => out.push(None),
            },
        }
    }
    out
}

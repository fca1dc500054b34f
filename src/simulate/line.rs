use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::analysis::{ContextValue, Request};

/// One line of input.
#[derive(Deserialize)]
pub(super) struct Line<'a> {
    /// Its name.
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow, rename = "trustPolicy")]
    policy: Option<&'a RawValue>,
    #[serde(borrow)]
    request: Option<Body<'a>>,
    #[serde(borrow)]
    principal: Option<Cow<'a, str>>,
    #[serde(borrow)]
    action: Option<Cow<'a, str>>,
    #[serde(borrow)]
    context: Option<Context<'a>>,
}

/// The request, where it stands in an object of its own.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    principal: Option<Cow<'a, str>>,
    #[serde(borrow)]
    action: Option<Cow<'a, str>>,
    #[serde(borrow)]
    context: Option<Context<'a>>,
}

type Context<'a> = BTreeMap<Cow<'a, str>, Option<Given>>;

/// Why a line cannot be answered.
pub(super) struct LineError {
    /// The JSON text of its `id`, when that much could be read.
    pub id: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// The name alone, of a line that cannot be read otherwise.
#[derive(Deserialize)]
struct Name<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
}

impl<'a> Line<'a> {
    /// Reads a line.
    pub fn parse(line: &'a [u8]) -> Result<Self, LineError> {
        serde_json::from_slice(line).map_err(|e| {
            let name = serde_json::from_slice::<Name<'_>>(line).ok();
            let id = name.and_then(|n| n.id).map(|id| id.get().to_owned());
            LineError { id, message: format!("the line is no request: {e}") }
        })
    }

    /// The JSON text of its `id`.
    pub fn id(&self) -> Option<&'a str> {
        self.id.map(RawValue::get)
    }

    /// The JSON text of its policy.
    pub fn policy(&self) -> Option<&'a str> {
        self.policy.map(RawValue::get)
    }

    /// Its request.
    pub fn request(self) -> Result<Request, String> {
        let Self { request, principal, action, context, .. } = self;
        let body = request.unwrap_or(Body { principal, action, context });
        let principal = body.principal.ok_or("the request has no `principal`")?;
        let action = body.action.ok_or("the request has no `action`")?;
        let caller = principal.parse().map_err(|e: crate::analysis::CallerError| e.to_string())?;
        let given = body.context.unwrap_or_default().into_iter();
        let context = given.filter_map(|(key, value)| Some((key.into_owned(), value?.0))).collect();
        Ok(Request { principal: caller, principal_text: principal.into_owned(), action: action.into_owned(), context })
    }
}

/// A value of the context: a string or a list of strings; numbers and booleans count as their text.
struct Given(ContextValue);

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GivenVisitor)
    }
}

struct GivenVisitor;

impl<'de> Visitor<'de> for GivenVisitor {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a list of strings")
    }

    fn visit_str<E>(self, text: &str) -> Result<Given, E> {
        Ok(Given(ContextValue::One(text.to_owned())))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Given, E> {
        Ok(Given(ContextValue::One(value.to_string())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Given, E> {
        Ok(Given(ContextValue::One(value.to_string())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Given, E> {
        Ok(Given(ContextValue::One(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Given, E> {
        Ok(Given(ContextValue::One(value.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Given, A::Error> {
        let mut all = Vec::new();
        while let Some(Given(item)) = items.next_element()? {
            match item {
                ContextValue::One(text) => all.push(text),
                ContextValue::Many(_) => return Err(serde::de::Error::custom("a list inside a list")),
            }
        }
        Ok(Given(ContextValue::Many(all)))
    }
}

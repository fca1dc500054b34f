//! The one value type that all frontends yield: known, partly known, unknown with a reason; with the way of each leaf.
//!
//! A container keeps the origins of its children as they were when it was made. When a value is reached through a
//! reference only the container's own origin changes; [`Value::items`] and [`Value::entries`] put the two together.
//! Always go through them, so that passing a large list through ten variables costs ten steps and not ten copies.

mod base64;
mod choice;
mod extraction;
mod object;
mod origin;
mod render;
mod text;
mod unknown;
mod way;

pub(crate) use base64::{decode_base64, encode_base64};
pub use choice::{Arm, Assumption, Choice, OTHER, Subject, World, worlds};
pub(crate) use choice::{changed, changed_inside, given, varies};
pub(crate) use extraction::is_account_id;
pub use extraction::{
    AbsentModule, EmbeddedTemplate, Extraction, IdentityPolicy, InputProblem, MetadataSuppression, Own, Role,
};
pub(crate) use object::json_string;
pub use object::{Entry, Object, ObjectKind};
pub use origin::{Origin, Step, StepKind};
pub use render::to_contract_json;
pub use text::{Part, Symbol, Text};
pub use unknown::{Reason, Unknown};

use std::sync::Arc;

/// A value of a configuration language.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, and the way it took to get there.
    pub origin: Origin,
}

/// What a value is. Cloning is cheap: everything large is shared.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `null`; in CloudFormation also what `AWS::NoValue` leaves behind before it is removed.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, perhaps with parts that are not known.
    String(Text),
    /// A list, set or tuple. An unknown item with `many` stands for any number of items.
    List(ListKind, Arc<[Value]>),
    /// A map or object.
    Object(Arc<Object>),
    /// Not known.
    Unknown(Arc<Unknown>),
    /// One of several values; which one is not known.
    Choice(Arc<Choice>),
}

/// Which of Terraform's sequence types a list is. Other languages have only `List`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListKind {
    /// `list(T)`.
    List,
    /// `set(T)`: no duplicates, no index.
    Set,
    /// `[a, b]` as written.
    Tuple,
}

/// A number as far as policies need one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Number {
    /// A whole number.
    Int(Int),
    /// Any other number.
    Float(f64),
}

/// A whole number of 128 bits that asks for no larger alignment than a pointer: in every value a number could stand,
/// and few do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Int([u64; 2]);

impl Int {
    /// The number.
    pub fn get(self) -> i128 {
        let Self([low, high]) = self;
        ((u128::from(high) << 64) | u128::from(low)) as i128
    }
}

impl From<i128> for Int {
    fn from(int: i128) -> Self {
        let bits = int as u128;
        Self([bits as u64, (bits >> 64) as u64])
    }
}

impl Number {
    /// A whole number.
    pub fn int(int: impl Into<i128>) -> Self {
        Self::Int(Int::from(int.into()))
    }
}

impl Value {
    /// A value from its parts.
    pub fn new(kind: Kind, origin: impl Into<Origin>) -> Self {
        Self { kind, origin: origin.into() }
    }

    /// A known string that came as a whole from its origin.
    pub fn string(text: impl Into<Arc<str>>, origin: impl Into<Origin>) -> Self {
        let origin = origin.into();
        Self { kind: Kind::String(Text::known(text, origin.clone())), origin }
    }

    /// A boolean.
    pub fn bool(value: bool, origin: impl Into<Origin>) -> Self {
        Self::new(Kind::Bool(value), origin)
    }

    /// A list of the given items.
    pub fn list(kind: ListKind, items: Vec<Self>, origin: impl Into<Origin>) -> Self {
        Self::new(Kind::List(kind, items.into()), origin)
    }

    /// An object of the given entries.
    pub fn object(kind: ObjectKind, entries: Vec<Entry>, origin: impl Into<Origin>) -> Self {
        Self::new(Kind::Object(Arc::new(Object::new(kind, entries))), origin)
    }

    /// An unknown value.
    pub fn unknown(unknown: Unknown, origin: impl Into<Origin>) -> Self {
        Self::new(Kind::Unknown(Arc::new(unknown)), origin)
    }

    /// The same value, reached through a reference that stands at `at`. `kind` says what the place was from which the
    /// value is taken.
    pub fn entered(mut self, at: crate::source::Location, kind: StepKind) -> Self {
        let origin = self.origin.entered(at, kind);
        if let Kind::String(text) = &self.kind {
            let moved = text.moved_with(&self.origin, &origin);
            self.kind = Kind::String(moved.unwrap_or_else(|| text.entered(at, kind)));
        }
        self.origin = origin;
        self
    }

    /// The same value as a child of a container with that origin.
    pub(crate) fn within(&self, container: &Origin) -> Self {
        if container.is_direct() {
            return self.clone();
        }
        let origin = self.origin.within(container);
        let kind = match &self.kind {
            Kind::String(text) => {
                Kind::String(text.moved_with(&self.origin, &origin).unwrap_or_else(|| text.within(container)))
            }
            other => other.clone(),
        };
        Self { kind, origin }
    }

    /// The same value as if looked at where it is written: its parts stand at their own places and no longer at the
    /// reference that led here.
    pub fn where_written(&self) -> Self {
        let mut value = self.clone();
        if let Kind::String(text) = &value.kind {
            value.kind = Kind::String(text.inside(&self.origin));
        }
        value.origin = Origin::from(self.origin.source());
        value
    }

    /// The items of a list, each with the way it took; `None` when this is no list.
    pub fn items(&self) -> Option<impl ExactSizeIterator<Item = Self> + '_> {
        match &self.kind {
            Kind::List(_, items) => Some(items.iter().map(|v| v.within(&self.origin))),
            _ => None,
        }
    }

    /// The item of a list at an index.
    pub fn item(&self, index: usize) -> Option<Self> {
        match &self.kind {
            Kind::List(_, items) => items.get(index).map(|v| v.within(&self.origin)),
            _ => None,
        }
    }

    /// The entries of an object in order, duplicates included; `None` when this is no object.
    pub fn entries(&self) -> Option<impl ExactSizeIterator<Item = Entry> + '_> {
        match &self.kind {
            Kind::Object(object) => Some(object.entries().iter().map(|e| self.entry(e))),
            _ => None,
        }
    }

    /// An entry of this object, with the way it took.
    pub(crate) fn entry(&self, e: &Entry) -> Entry {
        if self.origin.is_direct() {
            return e.clone();
        }
        let (key, key_origin) = self.key_within(e);
        Entry { key, key_origin, value: e.value.within(&self.origin) }
    }

    /// The key of an entry of this object, with the way it took.
    pub(crate) fn key_of(&self, e: &Entry) -> Self {
        let (key, origin) = self.key_within(e);
        Self { kind: Kind::String(key), origin }
    }

    fn key_within(&self, e: &Entry) -> (Text, Origin) {
        if self.origin.is_direct() {
            return (e.key.clone(), e.key_origin.clone());
        }
        let origin = e.key_origin.within(&self.origin);
        let key = e.key.moved_with(&e.key_origin, &origin).unwrap_or_else(|| e.key.within(&self.origin));
        (key, origin)
    }

    /// The value under a key whose name is wholly known; the last one where the key stands twice.
    pub fn get(&self, key: &str) -> Option<Self> {
        match &self.kind {
            Kind::Object(object) => object.get(key).map(|e| e.value.within(&self.origin)),
            _ => None,
        }
    }

    /// The places of entries of an object that a known value has taken away, each with the way to that value.
    pub fn voided(&self) -> Vec<Origin> {
        match &self.kind {
            Kind::Object(object) => object.voided().iter().map(|o| o.within(&self.origin)).collect(),
            _ => Vec::new(),
        }
    }

    /// The arms of a choice.
    pub fn arms(&self) -> Option<impl ExactSizeIterator<Item = Arm> + '_> {
        match &self.kind {
            Kind::Choice(choice) => {
                Some(choice.arms.iter().map(|a| Arm { label: a.label.clone(), value: a.value.within(&self.origin) }))
            }
            _ => None,
        }
    }

    /// The text of a string that is wholly known, or of a boolean or number as the languages write it.
    pub fn as_str(&self) -> Option<std::borrow::Cow<'_, str>> {
        match &self.kind {
            Kind::String(text) => text.as_known(),
            Kind::Bool(b) => Some(if *b { "true" } else { "false" }.into()),
            Kind::Number(n) => Some(n.to_string().into()),
            _ => None,
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(i) => write!(f, "{}", i.get()),
            Self::Float(x) => write!(f, "{x}"),
        }
    }
}

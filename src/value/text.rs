use std::{borrow::Cow, sync::Arc};

use super::{Origin, StepKind, Unknown, Value};
use crate::source::{Location, Span, TextMap};

/// A string made of known and unknown parts.
#[derive(Clone, Debug)]
pub struct Text {
    parts: Arc<[Part]>,
}

/// One part of a string.
#[derive(Clone, Debug)]
pub enum Part {
    /// Text that is known.
    Known {
        /// The decoded text.
        text: Arc<str>,
        /// Where it stands.
        origin: Origin,
        /// Where each byte of it stands inside the origin's own text; `None` when it was computed as a whole.
        map: Option<TextMap>,
    },
    /// Something of the account, partition or region that the role is deployed to.
    Symbol(Symbol, Origin),
    /// Text that is not known.
    Hole(Arc<Unknown>, Origin),
    /// The JSON encoding of a value, kept as the value so that nothing is lost on the way back.
    Json(Arc<Value>, Origin),
}

/// What is known of a role without knowing the account it is deployed to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Symbol {
    /// The id of the account that the role is in.
    OwnAccount,
    /// Its partition.
    Partition,
    /// Its region.
    Region,
    /// Its partition's DNS suffix.
    DnsSuffix,
    /// The id of the organization that the account belongs to.
    OwnOrganization,
    /// The id of an account that AWS runs a service from (`aws_elb_service_account` and its kin).
    AwsServiceAccount,
}

impl Symbol {
    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        self.placeholder().trim_matches(['$', '{', '}'])
    }

    /// What `roles --with-policy` writes for it.
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::OwnAccount => "${own-account}",
            Self::Partition => "${partition}",
            Self::Region => "${region}",
            Self::DnsSuffix => "${dns-suffix}",
            Self::OwnOrganization => "${own-organization}",
            Self::AwsServiceAccount => "${aws-service-account}",
        }
    }
}

impl Part {
    /// Where the part stands.
    pub fn origin(&self) -> &Origin {
        match self {
            Self::Known { origin, .. } | Self::Symbol(_, origin) | Self::Hole(_, origin) | Self::Json(_, origin) => {
                origin
            }
        }
    }

    fn with_origin(&self, origin: Origin) -> Self {
        match self {
            Self::Known { text, map, .. } => Self::Known { text: text.clone(), origin, map: map.clone() },
            Self::Symbol(s, _) => Self::Symbol(*s, origin),
            Self::Hole(u, _) => Self::Hole(u.clone(), origin),
            Self::Json(v, _) => Self::Json(v.clone(), origin),
        }
    }

    /// The origin of a byte range of a known part; that of the whole part for any other.
    pub fn origin_of(&self, range: Span) -> Origin {
        match self {
            Self::Known { origin, map: Some(map), .. } => {
                map.locate(range).map_or_else(|| origin.clone(), |at| origin.narrowed(at))
            }
            other => other.origin().clone(),
        }
    }
}

impl Text {
    /// A text from its parts; neighbouring parts are not joined.
    pub fn new(parts: Vec<Part>) -> Self {
        Self { parts: parts.into() }
    }

    /// A text of one part.
    pub fn one(part: Part) -> Self {
        Self { parts: [part].into() }
    }

    /// Known text that came as a whole from its origin.
    pub fn known(text: impl Into<Arc<str>>, origin: impl Into<Origin>) -> Self {
        Self::one(Part::Known { text: text.into(), origin: origin.into(), map: None })
    }

    /// Known text each byte of which is mapped to the file.
    pub fn mapped(text: impl Into<Arc<str>>, origin: impl Into<Origin>, map: TextMap) -> Self {
        Self::one(Part::Known { text: text.into(), origin: origin.into(), map: Some(map) })
    }

    /// The parts, in order.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The text when all of it is known. A JSON part counts when the value in it is known; it is encoded then.
    #[inline]
    pub fn as_known(&self) -> Option<Cow<'_, str>> {
        match &*self.parts {
            [Part::Known { text, .. }] => Some(Cow::Borrowed(text)),
            _ => self.joined(),
        }
    }

    fn joined(&self) -> Option<Cow<'_, str>> {
        match &*self.parts {
            [] => Some(Cow::Borrowed("")),
            parts if parts.iter().any(|p| matches!(p, Part::Symbol(..) | Part::Hole(..))) => None,
            parts => {
                let mut all = String::with_capacity(self.known_len());
                for part in parts {
                    match part {
                        Part::Known { text, .. } => all.push_str(text),
                        Part::Json(value, _) => super::object::encode_json(value, &mut all)?,
                        Part::Symbol(..) | Part::Hole(..) => return None,
                    }
                }
                Some(Cow::Owned(all))
            }
        }
    }

    /// Whether it is wholly known, and this.
    #[inline]
    pub fn is(&self, wanted: &str) -> bool {
        match &*self.parts {
            [Part::Known { text, .. }] => **text == *wanted,
            _ => self.as_known().as_deref() == Some(wanted),
        }
    }

    /// Whether there is no value in it that is encoded as JSON.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        match &*self.parts {
            [only] => !matches!(only, Part::Json(..)),
            parts => !parts.iter().any(|part| matches!(part, Part::Json(..))),
        }
    }

    /// As [`Text::as_known`], shared where it is kept in one piece.
    pub(crate) fn shared(&self) -> Option<Arc<str>> {
        match &*self.parts {
            [Part::Known { text, .. }] => Some(text.clone()),
            _ => self.as_known().map(Arc::from),
        }
    }

    /// How many bytes of it are known, those of JSON parts not counted.
    pub(crate) fn known_len(&self) -> usize {
        self.parts.iter().map(|p| if let Part::Known { text, .. } = p { text.len() } else { 0 }).sum()
    }

    /// The first part that is more than known text.
    pub(crate) fn first_open(&self) -> Option<&Part> {
        self.parts.iter().find(|p| !matches!(p, Part::Known { .. }))
    }

    /// The first hole, when there is one. Values inside JSON parts are not searched.
    pub fn first_hole(&self) -> Option<&Arc<Unknown>> {
        self.parts.iter().find_map(|p| match p {
            Part::Hole(u, _) => Some(u),
            _ => None,
        })
    }

    /// As [`Text::display`], without a copy of what is known and kept in one piece.
    pub(crate) fn shown(&self) -> Cow<'_, str> {
        self.as_known().unwrap_or_else(|| self.display().into())
    }

    /// The text for people and for `roles --with-policy`: holes as `${unknown:REFERENCE}`, symbols as `${own-account}`.
    pub fn display(&self) -> String {
        let mut out = String::with_capacity(self.known_len());
        for part in &*self.parts {
            match part {
                Part::Known { text, .. } => out.push_str(text),
                Part::Symbol(s, _) => out.push_str(s.placeholder()),
                Part::Hole(u, _) => {
                    out.push_str("${unknown:");
                    out.push_str(&u.reference_for_display());
                    out.push('}');
                }
                Part::Json(v, _) => {
                    let before = out.len();
                    if super::object::encode_json(v, &mut out).is_none() {
                        out.truncate(before);
                        out.push_str("${unknown:jsonencode(…)}");
                    }
                }
            }
        }
        out
    }

    /// Both texts, one after the other.
    pub fn concat(&self, other: &Self) -> Self {
        Self { parts: self.parts.iter().chain(&*other.parts).cloned().collect() }
    }

    /// The same text reached through a reference at `at`.
    pub fn entered(&self, at: Location, kind: StepKind) -> Self {
        self.moved(|origin| origin.entered(at, kind))
    }

    /// The same text as a child of a container with that origin.
    pub fn within(&self, container: &Origin) -> Self {
        self.moved(|origin| origin.within(container))
    }

    fn moved(&self, moved: impl Fn(&Origin) -> Origin) -> Self {
        Self { parts: self.parts.iter().map(|p| p.with_origin(moved(p.origin()))).collect() }
    }

    /// The same text with the origin `to` for its only part, when that part stands where `from` does; most strings are
    /// so.
    pub(super) fn moved_with(&self, from: &Origin, to: &Origin) -> Option<Self> {
        match &*self.parts {
            [only] if only.origin().is_shared_with(from) => Some(Self { parts: [only.with_origin(to.clone())].into() }),
            _ => None,
        }
    }

    /// The same text from inside the text that a container's origin leads to.
    pub(super) fn inside(&self, container: &Origin) -> Self {
        Self { parts: self.parts.iter().map(|p| p.with_origin(p.origin().inside(container))).collect() }
    }

    /// The origin that covers all parts when they stand in one text, else that of the first.
    pub fn origin(&self) -> Option<Origin> {
        let first = self.parts.first()?.origin();
        let mut whole = first.clone();
        for part in &self.parts[1..] {
            let o = part.origin();
            if o.at.file == whole.at.file {
                whole.at.span = whole.at.span.cover(o.at.span);
            }
        }
        Some(whole)
    }
}

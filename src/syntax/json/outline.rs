//! What a file is about, without a tree of it.

use std::vec::Drain;

use super::{
    machine::{self, Build, Hole, Mistake},
    scan::{Piece, PieceKind, PlainKind},
};
use crate::source::Span;

/// What stands at the top of a JSON file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outline {
    /// Which of the names that were asked for are keys of the root, or of an item of it when it is a list: bit by bit.
    pub keys: u16,
    /// Whether the root is a list.
    pub list: bool,
    /// Whether the object under `Resources` has one with a `Type` in it, or a function that makes such.
    pub resources: bool,
    /// Whether the text has mistakes.
    pub broken: bool,
}

const LIST: u16 = 1 << 15;
const RESOURCES: u16 = 1 << 14;
const TYPES: u16 = 1 << 13;
const TYPE: u16 = 1 << 12;
/// The key `Resources`, whether it was asked for or not.
const RESOURCES_KEY: u16 = 1 << 11;
const NAMES: u16 = RESOURCES_KEY - 1;

/// Reads a JSON text for nothing but the keys at its top. `names` are at most eleven.
pub fn outline(text: &str, names: &[&str]) -> Outline {
    let (root, errors) = machine::run(text, Outliner { text, names });
    let root = root.unwrap_or(0);
    Outline { keys: root & NAMES, list: root & LIST != 0, resources: root & RESOURCES != 0, broken: !errors.is_empty() }
}

struct Outliner<'t> {
    text: &'t str,
    names: &'t [&'t str],
}

impl Build for Outliner<'_> {
    type Value = u16;
    type Key = u16;

    fn string(&mut self, _: Span, _: &[Piece]) -> u16 {
        0
    }

    fn key(&mut self, _: Span, pieces: &[Piece]) -> u16 {
        let [Piece { span, kind: PieceKind::Verbatim }] = pieces else { return 0 };
        let key = self.text.get(span.range()).unwrap_or_default();
        let of = |wanted: &str, bit: u16| if key == wanted { bit } else { 0 };
        let asked = self.names.iter().take(11).position(|n| *n == key).map_or(0, |i| 1 << i);
        // `Fn::ForEach::…` stands for resources.
        let function = if key.starts_with("Fn::") { TYPES } else { 0 };
        asked | of("Type", TYPE) | of("Resources", RESOURCES_KEY) | function
    }

    fn plain(&mut self, _: Span, _: PlainKind) -> u16 {
        0
    }

    fn list(&mut self, _: Span, items: Drain<'_, u16>) -> u16 {
        LIST | items.fold(0, |all, item| all | item) & NAMES
    }

    fn object(&mut self, _: Span, entries: Drain<'_, (u16, u16)>) -> u16 {
        let entries = entries.as_slice();
        let keys = entries.iter().fold(0, |all, (key, _)| all | key) & (NAMES | TYPE);
        let typed = entries.iter().any(|(key, value)| value & TYPE != 0 || key & TYPES != 0);
        let resources = entries.iter().any(|(key, value)| key & RESOURCES_KEY != 0 && value & TYPES != 0);
        keys | if typed { TYPES } else { 0 } | if resources { RESOURCES } else { 0 }
    }

    fn hole(&self, _: usize) -> Option<Hole> {
        None
    }

    fn hole_value(&mut self, _: usize, _: bool) -> u16 {
        0
    }

    fn hole_key(&mut self, _: usize) -> u16 {
        0
    }

    fn complaint(&mut self) -> Option<Mistake> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_top_alone_count() {
        let of = |text: &str| outline(text, &["Statement", "Roles"]);
        assert_eq!(of(r#"{"a": {"Statement": []}, "Roles": 1}"#).keys, 2);
        assert_eq!(
            of(r#"[{"b": 1}, {"Statement": []}]"#),
            Outline { keys: 1, list: true, resources: false, broken: false }
        );
        assert!(of(r#"{"Resources": {"R": {"Type": "x"}}}"#).resources);
        assert!(of(r#"{"Resources": {"Fn::ForEach::R": []}}"#).resources);
        assert!(!of(r#"{"Fn::ForEach::R": []}"#).resources);
        assert!(!of(r#"{"Resources": {"Type": {"a": 1}}}"#).resources);
        assert!(!of(r#"{"Resources": [{"a": {"Type": 1}}]}"#).resources);
        assert!(of("{\"a\": ").broken);
    }
}

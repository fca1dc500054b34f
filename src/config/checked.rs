use std::{fmt, marker::PhantomData};

use serde::de::{Deserializer, Error, Visitor};

/// A type that is read from one YAML string and checked while the reader still knows where the string stands.
pub(super) trait Checked: Sized {
    /// What is expected, as an error says it.
    const WHAT: &'static str;
    /// Whether the text must be quoted where YAML would take it for a number.
    const QUOTED: bool = false;

    /// The value, or what is wrong with the text.
    fn check(text: &str) -> Result<Self, String>;

    /// Takes note of the memory address of the text in the file that is read, when it stands there as it is.
    fn located(self, _address: usize) -> Self {
        self
    }
}

/// Reads a checked type.
pub(super) fn read<'de, D: Deserializer<'de>, T: Checked>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Reader(PhantomData))
}

struct Reader<T>(PhantomData<T>);

impl<T: Checked> Reader<T> {
    fn number<E: Error>(n: impl fmt::Display) -> Result<T, E> {
        if T::QUOTED {
            Err(E::custom(format!("{n} must be in quotes: write \"{n}\", else YAML takes it for a number")))
        } else {
            Err(E::custom(format!("expected {}, not the number {n}", T::WHAT)))
        }
    }
}

impl<'de, T: Checked> Visitor<'de> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::WHAT)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::check(text).map_err(E::custom)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<T, E> {
        T::check(text).map(|v| v.located(text.as_ptr().addr())).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<T, E> {
        Self::number(n)
    }

    fn visit_i64<E: Error>(self, n: i64) -> Result<T, E> {
        Self::number(n)
    }

    fn visit_u128<E: Error>(self, n: u128) -> Result<T, E> {
        Self::number(n)
    }

    fn visit_f64<E: Error>(self, n: f64) -> Result<T, E> {
        Self::number(n)
    }
}

/// Implements `Deserialize` for a [`Checked`] type.
macro_rules! checked {
    ($name:ty) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                super::checked::read(deserializer)
            }
        }
    };
}

pub(super) use checked;

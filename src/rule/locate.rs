//! Where in a YAML text a node stands, found by the YAML parser itself: a deserialisation that stops at the node.
//!
//! The parser puts line and column into every error, so an error raised on purpose at the node is its position. This
//! costs one more parse for a mistake, and nothing where there is none.
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use std::fmt;

/// One step of the way to a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seg {
    Key(String),
    Index(usize),
}

/// Line and column of a node, counted from 1. Where the way leads to nothing (a missing key), the node above it.
pub(super) fn locate(text: &str, path: &[Seg]) -> Option<(usize, usize)> {
    for length in (0..=path.len()).rev() {
        let seeker = Seeker(path.get(..length)?);
        let Err(error) = seeker.deserialize(serde_yaml::Deserializer::from_str(text)) else { continue };
        if error.to_string().contains(FOUND) {
            return error.location().map(|l| (l.line(), l.column()));
        }
    }
    None
}

/// The line of a text inside a node that may run over several lines, as a folded message does.
pub(super) fn refine(text: &str, from: (usize, usize), wanted: &str) -> (usize, Option<usize>) {
    let lines = text.lines().enumerate().skip(from.0.saturating_sub(1)).take(80);
    for (i, line) in lines {
        if let Some(at) = line.find(wanted) {
            let column = line.get(..at).map(|before| before.chars().count() + 1);
            return (i + 1, column);
        }
    }
    (from.0, Some(from.1))
}

const FOUND: &str = "the node that was looked for";

struct Seeker<'p>(&'p [Seg]);

impl<'de> DeserializeSeed<'de> for Seeker<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Seeker<'_> {
    /// A scalar: the end of the way, or a dead end.
    fn scalar<E: Error>(&self) -> Result<(), E> {
        if self.0.is_empty() { Err(E::custom(FOUND)) } else { Ok(()) }
    }
}

impl<'de> Visitor<'de> for Seeker<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.scalar()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.scalar()
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.scalar()
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.scalar()
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.0.split_first() else { return Err(A::Error::custom(FOUND)) };
        while let Some(key) = map.next_key::<String>()? {
            match first {
                Seg::Key(wanted) if *wanted == key => map.next_value_seed(Seeker(rest))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Some((first, rest)) = self.0.split_first() else { return Err(A::Error::custom(FOUND)) };
        for index in 0.. {
            let more = match first {
                Seg::Index(wanted) if *wanted == index => seq.next_element_seed(Seeker(rest))?.is_some(),
                _ => seq.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                break;
            }
        }
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        self.scalar()
    }
}

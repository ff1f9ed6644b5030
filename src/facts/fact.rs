//! One answer that rules can read: known, absent or unknown, with its source.
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;

/// A fact: what is known of one thing, and where it was read.
///
/// Serialised as `{"known": value, "source": "…"}`, `{"absent": true, "source": "…"}` or
/// `{"unknown": "why", "source": "…"}`. Its schema carries `"x-fact": true`, by which the rule checker tells facts from
/// the plain structs that group them. Lists are facts of lists: `Fact<Vec<Item>>`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Fact<T> {
    /// What is known.
    #[serde(flatten)]
    pub reading: Reading<T>,
    /// Where it was read: a file with JSON pointer, a tmux variable, a process, a probe, a replayed step.
    pub source: String,
}

/// What is known of one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading<T> {
    /// It was seen.
    Known(T),
    /// It was seen not to be there. The flag is always true; it keeps the form a plain map.
    Absent(bool),
    /// It could not be seen; the text says why.
    Unknown(String),
}

/// As `flatten` would write it, without its detour: hundreds of facts are written for each session.
impl<T: Serialize> Serialize for Fact<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Fact", 2)?;
        match &self.reading {
            Reading::Known(value) => fields.serialize_field("known", value)?,
            Reading::Absent(flag) => fields.serialize_field("absent", flag)?,
            Reading::Unknown(why) => fields.serialize_field("unknown", why)?,
        }
        fields.serialize_field("source", &self.source)?;
        fields.end()
    }
}

impl<T> Fact<T> {
    /// A fact that was seen.
    pub fn known(value: T, source: impl Into<String>) -> Self {
        Fact { reading: Reading::Known(value), source: source.into() }
    }

    /// A fact that was seen not to be there.
    pub fn absent(source: impl Into<String>) -> Self {
        Fact { reading: Reading::Absent(true), source: source.into() }
    }

    /// A fact that could not be seen.
    pub fn unknown(why: impl Into<String>, source: impl Into<String>) -> Self {
        Fact { reading: Reading::Unknown(why.into()), source: source.into() }
    }

    /// The value, if it was seen.
    pub fn value(&self) -> Option<&T> {
        match &self.reading {
            Reading::Known(v) => Some(v),
            _ => None,
        }
    }
}

impl<T: JsonSchema> JsonSchema for Fact<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("FactOf{}", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("{}::Fact<{}>", module_path!(), T::schema_id()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        json_schema!({
            "type": "object",
            "x-fact": true,
            "properties": {
                "known": value,
                "absent": { "const": true },
                "unknown": { "type": "string" },
                "source": { "type": "string" }
            },
            "required": ["source"]
        })
    }
}

//! A cause as written: the id of a rule, alone or with the condition under which it explains.
use super::condition::Condition;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

/// A rule that explains another one when it fires.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// Id of the rule.
    pub rule: String,
    /// It explains only where this holds; asked of the facts of the rule that is explained.
    pub when: Option<Condition>,
}

/// The long form.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Conditional {
    /// Id of the rule that explains this one.
    rule: String,
    /// It explains only where this holds; what is not known to hold explains nothing.
    when: Condition,
}

impl<'de> Deserialize<'de> for Cause {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CauseVisitor)
    }
}

struct CauseVisitor;

impl<'de> Visitor<'de> for CauseVisitor {
    type Value = Cause;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id of a rule, or `{rule: ID, when: CONDITION}`")
    }

    fn visit_str<E: Error>(self, rule: &str) -> Result<Cause, E> {
        Ok(Cause { rule: rule.to_owned(), when: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Cause, A::Error> {
        let Conditional { rule, when } = Conditional::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Cause { rule, when: Some(when) })
    }
}

impl JsonSchema for Cause {
    fn schema_name() -> Cow<'static, str> {
        "Cause".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let long = Conditional::json_schema(generator);
        json_schema!({
            "description": "A rule that explains this one: its id, or `{rule: ID, when: CONDITION}` where it does so \
                only under a condition.",
            "anyOf": [{"type": "string", "description": "Id of the rule."}, long]
        })
    }
}

//! A cause as written: the id of a rule, alone, or with others under the condition on which they explain.
use super::condition::Condition;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

/// Rules that explain another one when they fire, each for itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// Ids of the rules.
    pub rules: Vec<String>,
    /// They explain only where this holds; asked of the facts of the rule that is explained.
    pub when: Option<Condition>,
}

/// The long form.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Conditional {
    /// Id of the rule that explains this one, or a list of several that explain it under the same condition.
    rule: Ids,
    /// It explains only where this holds; what is not known to hold explains nothing.
    when: Condition,
}

/// One id, or a list of them.
#[derive(Debug)]
struct Ids(Vec<String>);

impl<'de> Deserialize<'de> for Ids {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IdsVisitor)
    }
}

struct IdsVisitor;

impl<'de> Visitor<'de> for IdsVisitor {
    type Value = Ids;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id of a rule, or a list of ids")
    }

    fn visit_str<E: Error>(self, rule: &str) -> Result<Ids, E> {
        Ok(Ids(vec![rule.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Ids, A::Error> {
        match Vec::<String>::deserialize(SeqAccessDeserializer::new(seq))? {
            ids if ids.is_empty() => Err(A::Error::invalid_length(0, &self)),
            ids => Ok(Ids(ids)),
        }
    }
}

impl JsonSchema for Ids {
    fn schema_name() -> Cow<'static, str> {
        "Ids".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let id = json_schema!({"type": "string"});
        json_schema!({"anyOf": [id, {"type": "array", "items": id, "minItems": 1}]})
    }
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
        Ok(Cause { rules: vec![rule.to_owned()], when: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Cause, A::Error> {
        let Conditional { rule: Ids(rules), when } =
            Conditional::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Cause { rules, when: Some(when) })
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
                only under a condition; then also several, `{rule: [ID, ID], when: CONDITION}`.",
            "anyOf": [{"type": "string", "description": "Id of the rule."}, long]
        })
    }
}

//! A condition as written: a small closed tree with one-line leaves.
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

/// The words that open a condition.
pub(super) const NODES: [&str; 6] = ["all", "any_of", "not", "any", "every", "count"];

/// A condition as written. Leaves stay text: [`super::leaf`] reads them, so that all mistakes of a file come together.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// `path op value`, `path is present`, `path is missing`, `path`, `not path`.
    Leaf(String),
    /// Every one of them holds.
    All(Vec<Condition>),
    /// At least one of them holds.
    AnyOf(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// At least one element of a list satisfies `where`.
    Any(Quantifier),
    /// Every element of a list satisfies `where`; so an empty list does.
    Every(Quantifier),
    /// As many elements of a list satisfy `where` as `is` says.
    Count(Quantifier),
}

/// `{w: list, where: condition, is: ">= 2"}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantifier {
    /// The name that an element has inside `where`.
    pub var: String,
    /// The fact whose elements are asked.
    pub list: String,
    /// What is asked of an element; all elements count where it is not given.
    pub condition: Option<Box<Condition>>,
    /// For `count`: operator and number.
    pub is: Option<String>,
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ConditionVisitor)
    }
}

struct ConditionVisitor;

impl<'de> Visitor<'de> for ConditionVisitor {
    type Value = Condition;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a condition: one line `fact op value`, or one of {}", NODES.join(", "))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Condition, E> {
        Ok(Condition::Leaf(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Condition, A::Error> {
        let none = || A::Error::custom(format!("an empty condition: expected one of {}", NODES.join(", ")));
        let key = map.next_key::<String>()?.ok_or_else(none)?;
        let condition = match key.as_str() {
            "all" => Condition::All(map.next_value()?),
            "any_of" => Condition::AnyOf(map.next_value()?),
            "not" => Condition::Not(map.next_value()?),
            "any" => Condition::Any(map.next_value()?),
            "every" => Condition::Every(map.next_value()?),
            "count" => Condition::Count(map.next_value()?),
            other => return Err(A::Error::unknown_field(other, &NODES)),
        };
        match map.next_key::<String>()? {
            None => Ok(condition),
            Some(second) => Err(A::Error::custom(format!(
                "a condition has one key, but `{key}` is followed by `{second}`: join them by `all`"
            ))),
        }
    }
}

impl<'de> Deserialize<'de> for Quantifier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(QuantifierVisitor)
    }
}

struct QuantifierVisitor;

impl<'de> Visitor<'de> for QuantifierVisitor {
    type Value = Quantifier;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`{name: list, where: condition}`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Quantifier, A::Error> {
        let (mut element, mut condition, mut is) = (None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "where" if condition.is_some() => return Err(A::Error::duplicate_field("where")),
                "is" if is.is_some() => return Err(A::Error::duplicate_field("is")),
                "where" => condition = Some(map.next_value()?),
                "is" => is = Some(map.next_value()?),
                name => {
                    if let Some((first, _)) = &element {
                        return Err(A::Error::custom(format!(
                            "a quantifier names one list, but has both `{first}` and `{name}`; besides it may have \
                             `where`, and `is` in a `count`"
                        )));
                    }
                    element = Some((name.to_owned(), map.next_value::<String>()?));
                }
            }
        }
        let (var, list) = element.ok_or_else(|| {
            A::Error::custom("a quantifier names the element and its list, as in `w: session.windows`")
        })?;
        Ok(Quantifier { var, list, condition, is })
    }
}

impl JsonSchema for Condition {
    fn schema_name() -> Cow<'static, str> {
        "Condition".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let this = generator.subschema_for::<Condition>();
        let list = serde_json::json!({"type": "array", "minItems": 1, "items": this});
        let element = serde_json::json!({"type": "string", "description": "The list whose elements are asked; the key \
            names the element inside `where`."});
        let quantifier = |is: bool, required: &[&str]| {
            let mut properties = serde_json::json!({"where": this});
            if is {
                properties["is"] = serde_json::json!({
                    "type": "string", "pattern": "^\\s*(==|!=|<|<=|>|>=)\\s*[0-9]+\\s*$",
                    "description": "How many elements must satisfy `where`, as in \">= 2\"."
                });
            }
            let entries = required.len() + 1;
            serde_json::json!({"type": "object", "properties": properties, "additionalProperties": element,
                "required": required, "minProperties": entries})
        };
        let node = |name: &str, what: &str, schema: serde_json::Value| {
            serde_json::json!({"type": "object", "properties": {name: schema}, "required": [name],
                "additionalProperties": false, "description": what})
        };
        json_schema!({
            "description": "A condition over facts. Three-valued: a fact that could not be seen makes it unknown, \
                unless another part decides it. A comparison with something absent is false.",
            "anyOf": [
                {"type": "string", "minLength": 1, "description": "`fact == value` with == != < <= > >= in contains \
                    starts_with; `fact is present`; `fact is missing`; a boolean fact; `not` a boolean fact. A value \
                    is a quoted text, a number, true, false, a [list] or another fact."},
                node("all", "Every one of them holds.", list.clone()),
                node("any_of", "At least one of them holds.", list),
                node("not", "It does not hold.", serde_json::json!(this)),
                node("any", "At least one element satisfies `where`.", quantifier(false, &[])),
                node("every", "Every element satisfies `where`; so an empty list does.", quantifier(false, &["where"])),
                node("count", "So many elements satisfy `where`.", quantifier(true, &["is"])),
            ]
        })
    }
}

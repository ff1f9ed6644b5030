//! One JSON value as it was observed: typed, and perhaps without its content.
use crate::contract::python;
use crate::snapshot::{ODD_NUMBER, REDACTED};
use serde_json::{Map, Value};

/// One JSON value as observed. A scalar whose content was redacted keeps its type and holds `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Seen<'a> {
    /// The key is not there.
    Nothing,
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(Option<bool>),
    /// An integer; beyond 127 bits, the nearest that fits.
    Integer(Option<i128>),
    /// A number with a fraction or exponent, or `NaN`, `Infinity`, `-Infinity`.
    Float(Option<f64>),
    /// A string.
    Text {
        /// The string.
        text: Option<&'a str>,
        /// Whether nothing is left of it after stripping white space.
        blank: bool,
    },
    /// An array.
    List(&'a [Value]),
    /// An object.
    Object(&'a Map<String, Value>),
}

impl<'a> Seen<'a> {
    /// Reads a value, with the placeholders of the snapshot (`$redacted`, `$number`) understood.
    pub fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Seen::Null,
            Value::Bool(b) => Seen::Boolean(Some(*b)),
            Value::Number(n) => match n.as_i64().map(i128::from).or(n.as_u64().map(i128::from)) {
                Some(n) => Seen::Integer(Some(n)),
                None => Seen::Float(n.as_f64()),
            },
            Value::String(s) => Seen::text(s),
            Value::Array(items) => Seen::List(items),
            Value::Object(map) => Seen::placeholder(map).unwrap_or(Seen::Object(map)),
        }
    }

    /// A string whose content is known.
    pub fn text(text: &'a str) -> Self {
        Seen::Text { text: Some(text), blank: python::strip(text).is_empty() }
    }

    /// Whether it is there and not `null`.
    pub fn is_some(&self) -> bool {
        !matches!(self, Seen::Nothing | Seen::Null)
    }

    /// Whether its content was not kept.
    pub fn is_hidden(&self) -> bool {
        matches!(
            self,
            Seen::Boolean(None) | Seen::Integer(None) | Seen::Float(None) | Seen::Text { text: None, .. }
        )
    }

    /// What it is, in words that give away nothing redacted.
    pub fn describe(&self) -> String {
        match self {
            Seen::Nothing => "nothing".into(),
            Seen::Null => "null".into(),
            Seen::Boolean(Some(b)) => b.to_string(),
            Seen::Boolean(None) => "a boolean".into(),
            Seen::Integer(Some(n)) => format!("the integer {n}"),
            Seen::Integer(None) => "an integer".into(),
            Seen::Float(Some(n)) => format!("the number {}", python::float(*n)),
            Seen::Float(None) => "a number".into(),
            Seen::Text { text: Some(text), .. } => format!("the string \"{text}\""),
            Seen::Text { text: None, blank: true } => "a blank string".into(),
            Seen::Text { text: None, blank: false } => "a string".into(),
            Seen::List(items) => format!("an array of {}", items.len()),
            Seen::Object(map) => format!("an object of {}", map.len()),
        }
    }

    /// A `$redacted` or `$number` placeholder, if the object is one.
    fn placeholder(map: &'a Map<String, Value>) -> Option<Self> {
        let (key, value) = map.iter().next().filter(|_| map.len() == 1)?;
        match key.as_str() {
            REDACTED => match value.get("type")?.as_str()? {
                "string" => {
                    Some(Seen::Text { text: None, blank: value.get("blank").and_then(Value::as_bool)? })
                }
                "integer" => Some(Seen::Integer(None)),
                "float" => Some(Seen::Float(None)),
                "boolean" => Some(Seen::Boolean(None)),
                _ => None,
            },
            ODD_NUMBER => Some(match value.as_str()? {
                "NaN" => Seen::Float(Some(f64::NAN)),
                "Infinity" => Seen::Float(Some(f64::INFINITY)),
                "-Infinity" => Seen::Float(Some(f64::NEG_INFINITY)),
                digits => Seen::Integer(Some(digits.parse().unwrap_or(if digits.starts_with('-') {
                    i128::MIN
                } else {
                    i128::MAX
                }))),
            }),
            _ => None,
        }
    }
}

//! Reads a file into its type; a mistake of its shape gets the nearest legal key.
use super::check::Notes;
use super::keys;
use super::words::{Mistake, nearest};
use schemars::Schema;
use serde::de::DeserializeOwned;
use std::borrow::Cow;

/// A file as it came.
#[derive(Debug, Clone)]
pub(crate) enum Text {
    /// As people write it.
    Yaml(String),
    /// As it is embedded.
    Json(Cow<'static, str>),
}

/// Reads YAML text or embedded JSON as `T`; none if it has not its shape. `schema` is that of `T`, asked only then.
pub(crate) fn read<T: DeserializeOwned>(
    notes: &mut Notes,
    text: &Text,
    schema: impl Fn() -> Schema,
) -> Option<T> {
    let error = match text {
        Text::Yaml(yaml) => match serde_yaml::from_str(yaml) {
            Ok(value) => return Some(value),
            Err(error) => {
                let place = error.location().map(|l| (l.line(), l.column()));
                (without_place(&error.to_string(), place), place)
            }
        },
        Text::Json(json) => match serde_json::from_str(json) {
            Ok(value) => return Some(value),
            Err(error) => (error.to_string(), None),
        },
    };
    let (what, place) = error;
    let generic = match text {
        Text::Yaml(yaml) => serde_yaml::from_str(yaml).ok(),
        Text::Json(json) => serde_json::from_str(json).ok(),
    };
    let keys = generic.map(|value| keys::check(notes, &value, schema().as_value())).unwrap_or_default();
    let told = |key: &String| {
        what.contains(&format!("unknown field `{key}`")) || what.contains(&format!("missing field `{key}`"))
    };
    if keys.iter().any(told) {
        return None;
    }
    notes.mistakes.push(mistake(notes.file, &what, place));
    None
}

/// A mistake of the shape of a file, in the words of the library that read it, with the nearest legal name.
pub(crate) fn mistake(file: &str, what: &str, place: Option<(usize, usize)>) -> Mistake {
    Mistake {
        file: file.to_owned(),
        line: place.map(|p| p.0),
        column: place.map(|p| p.1),
        help: help(what),
        what: shorter(what),
    }
}

/// The parser's message without the place at its end, which stands before the message already.
fn without_place(message: &str, place: Option<(usize, usize)>) -> String {
    let Some((line, column)) = place else { return message.to_owned() };
    message.replace(&format!(" at line {line} column {column}"), "")
}

/// The parser's list of all legal names is long; the nearest one says more.
fn shorter(what: &str) -> String {
    match (help(what), what.find(", expected one of ")) {
        (Some(_), Some(end)) => what.get(..end).unwrap_or(what).to_owned(),
        _ => what.to_owned(),
    }
}

/// "did you mean …?", read from the parser's words `unknown field `x`, expected one of `a`, `b``.
fn help(what: &str) -> Option<String> {
    let (before, after) = what.split_once(", expected ")?;
    if !before.contains("unknown field") && !before.contains("unknown variant") {
        return None;
    }
    let wrong = before.rsplit('`').nth(1)?;
    let legal: Vec<&str> = after.split('`').skip(1).step_by(2).collect();
    nearest(wrong, legal).map(|name| format!("did you mean `{name}`?"))
}

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

/// What is wrong with the shape of a file, in the parser's words, and where.
pub(super) type Fault = (String, Option<(usize, usize)>);

/// Reads YAML text or embedded JSON as `T`; none if it has not its shape. `schema` is that of `T`, asked only then.
pub(crate) fn read<T: DeserializeOwned>(
    notes: &mut Notes,
    text: &Text,
    schema: impl Fn() -> Schema,
) -> Option<T> {
    match parse(text) {
        Ok(value) => Some(value),
        Err(fault) => {
            tell(notes, text, &fault, &schema());
            None
        }
    }
}

/// The same, where the mistake is not told yet.
pub(super) fn parse<T: DeserializeOwned>(text: &Text) -> Result<T, Fault> {
    match text {
        Text::Yaml(yaml) => serde_yaml::from_str(yaml).map_err(|error| {
            let place = error.location().map(|l| (l.line(), l.column()));
            (without_place(&error.to_string(), place), place)
        }),
        Text::Json(json) => serde_json::from_str(json).map_err(|error| (error.to_string(), None)),
    }
}

/// Notes what is wrong with the shape of a file. Gives the file as plain data with its keys mended, if it is any.
pub(super) fn tell(
    notes: &mut Notes,
    text: &Text,
    (what, place): &Fault,
    schema: &Schema,
) -> Option<serde_json::Value> {
    let mut generic: Option<serde_json::Value> = parse(text).ok();
    let keys = generic.as_mut().map(|value| keys::check(notes, value, schema.as_value())).unwrap_or_default();
    let told = |key: &String| {
        what.contains(&format!("unknown field `{key}`")) || what.contains(&format!("missing field `{key}`"))
    };
    if !keys.iter().any(told) {
        notes.mistakes.push(mistake(notes.file, what, *place));
    }
    generic
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
pub(super) fn shorter(what: &str) -> String {
    match (help(what), what.find(", expected one of ")) {
        (Some(_), Some(end)) => what.get(..end).unwrap_or(what).to_owned(),
        _ => what.to_owned(),
    }
}

/// "did you mean …?", read from the parser's words `unknown field `x`, expected one of `a`, `b``.
pub(super) fn help(what: &str) -> Option<String> {
    let (before, after) = what.split_once(", expected ")?;
    if !before.contains("unknown field") && !before.contains("unknown variant") {
        return None;
    }
    let wrong = before.rsplit('`').nth(1)?;
    let legal: Vec<&str> = after.split('`').skip(1).step_by(2).collect();
    nearest(wrong, legal).map(|name| format!("did you mean `{name}`?"))
}

//! Values and templates as text. What was observed is not trusted: window names and files can hold anything.
use super::reading::{Env, Fault, State};
use crate::finding::visible;
use crate::rule::{FactPath, Part, Template};
use serde_json::Value;

/// A longer value is cut where it is shown to people; in an argv it is never cut.
const MAX_CHARS: usize = 400;

/// A text without characters that a terminal would obey or that reorder what is read, cut where it is long.
pub(super) fn text(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS) {
        None => visible(text, false),
        Some((end, _)) => {
            let more = text[end..].chars().count();
            format!("{}… ({more} more characters)", visible(&text[..end], false))
        }
    }
}

/// A value in words; an empty text and an empty list are made visible.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::String(s) if s.is_empty() => "\"\"".into(),
        Value::String(s) => text(s),
        Value::Array(items) if items.is_empty() => "none".into(),
        Value::Array(items) if items.iter().any(Value::is_object) => match items.len() {
            1 => "1 item".into(),
            n => format!("{n} items"),
        },
        Value::Array(items) => text(&items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        Value::Object(_) => "present".into(),
        Value::Null => "absent".into(),
        other => other.to_string(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A value as it is written in a rule: texts in quotes.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::String(s) => format!("\"{}\"", text(s)),
        other => self::value(other),
    }
}

/// A template for people.
pub(super) fn fill(template: &Template, env: &Env) -> Result<String, Fault> {
    let mut filled = String::new();
    for part in &template.0 {
        match part {
            // What was observed can be a sentence with its own full stop.
            Part::Text(text) if filled.ends_with('.') => {
                filled.push_str(text.strip_prefix('.').unwrap_or(text))
            }
            Part::Text(text) => filled.push_str(text),
            Part::Fact(path) => match env.read(path)?.state {
                State::Known(known) => filled.push_str(&value(known)),
                State::Absent => filled.push_str("nothing"),
                State::Unknown(_) => filled.push_str("(unknown)"),
            },
        }
    }
    Ok(filled.trim().to_owned())
}

/// A template for people, where all its facts are known.
pub(super) fn told(template: &Template, env: &Env) -> Result<Option<String>, Fault> {
    for part in &template.0 {
        if let Part::Fact(path) = part
            && !matches!(env.read(path)?.state, State::Known(_))
        {
            return Ok(None);
        }
    }
    fill(template, env).map(Some)
}

/// A command that can be run as it stands; none if a value is not there, or could be no argument (empty, or with a NUL).
/// What cannot be shown as it is can still be pasted: reports quote it so that a shell reads what is meant.
pub(super) fn argv(templates: &[Template], env: &Env) -> Result<Option<Vec<String>>, Fault> {
    let mut argv = Vec::with_capacity(templates.len());
    for template in templates {
        let mut argument = String::new();
        for part in &template.0 {
            match part {
                Part::Text(text) => argument.push_str(text),
                Part::Fact(path) => match env.read(path)?.state {
                    State::Known(Value::String(s)) if !s.is_empty() && !s.contains('\0') => {
                        argument.push_str(s);
                    }
                    State::Known(number @ Value::Number(_)) => argument.push_str(&number.to_string()),
                    _ => return Ok(None),
                },
            }
        }
        argv.push(argument);
    }
    Ok(Some(argv))
}

/// A command that is only shown: what is not known stands as `<fact>`.
pub(super) fn argv_shown(templates: &[Template], env: Option<&Env>) -> Result<Vec<String>, Fault> {
    let mut argv = Vec::with_capacity(templates.len());
    for template in templates {
        let mut argument = String::new();
        for part in &template.0 {
            match part {
                Part::Text(text) => argument.push_str(text),
                Part::Fact(path) => match env.map(|env| env.read(path)).transpose()?.map(|r| r.state) {
                    // Who shows the command quotes it; what is made visible before that is another name.
                    Some(State::Known(Value::String(s))) if !s.is_empty() => argument.push_str(s),
                    Some(State::Known(known)) => argument.push_str(&value(known)),
                    _ => argument.push_str(&format!("<{}>", name(path))),
                },
            }
        }
        argv.push(argument);
    }
    Ok(argv)
}

fn name(path: &FactPath) -> String {
    let steps = path.steps.iter().map(String::as_str);
    path.bound.as_deref().into_iter().chain(steps).collect::<Vec<_>>().join(".")
}

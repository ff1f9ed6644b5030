//! Reads a rule whose shape is wrong as far as it goes, so that its other mistakes come at the same time.
use super::check::Notes;
use super::structure::{self, Text, help, shorter};
use super::words::{ScopeKind, nearest, scope_word};
use super::written::Rule;
use schemars::schema_for;
use serde_json::{Map, Value, json};

/// A rule as it was read.
pub(super) struct Reading {
    pub rule: Rule,
    /// Its shape was wrong, which is noted, and other things stand in for what could not be read.
    pub is_mended: bool,
}

/// Reads a rule; none if too little of it can be read to check the rest.
pub(super) fn read(notes: &mut Notes, text: &Text, stem: &str) -> Option<Reading> {
    match structure::parse(text) {
        Ok(rule) => Some(Reading { rule, is_mended: false }),
        Err(fault) => {
            let value = structure::tell(notes, text, &fault, &schema_for!(Rule))?;
            let rule = legible(notes, value, &fault.0, stem)?;
            Some(Reading { rule, is_mended: true })
        }
    }
}

/// What can be read, part by part; parts that cannot are noted, unless they are what was `told`. None where the names are
/// not known that texts and conditions can use.
fn legible(notes: &mut Notes, value: Value, told: &str, stem: &str) -> Option<Rule> {
    let Value::Object(fields) = value else { return None };
    let mut whole = stand_ins(stem);
    let mut read = Vec::new();
    for (key, field) in fields {
        let mut alone = stand_ins(stem);
        alone.insert(key.clone(), field.clone());
        match serde_json::from_value::<Rule>(Value::Object(alone)) {
            Ok(_) => {
                whole.insert(key.clone(), field);
                read.push(key);
            }
            Err(error) => {
                let said = error.to_string();
                let here = |rest: &str| rest.starts_with([':', '.', '[']);
                if !told.contains(&said) && !told.strip_prefix(&*key).is_some_and(here) {
                    notes.at(&key, |notes| notes.wrong(shorter(&said), help(&said)));
                }
                match scope(&key, &field) {
                    Some(meant) => {
                        whole.insert(key.clone(), meant.into());
                        read.push(key);
                    }
                    // It would name values.
                    None if key == "reads" => return None,
                    None => {}
                }
            }
        }
    }
    let is_named = ["scope", "when"].iter().all(|key| read.iter().any(|r| r == key));
    if is_named { serde_json::from_value(Value::Object(whole)).ok() } else { None }
}

/// The scope that is meant by a misspelt one.
fn scope(key: &str, field: &Value) -> Option<&'static str> {
    let written = field.as_str().filter(|_| key == "scope")?;
    let all = [ScopeKind::Host, ScopeKind::Session, ScopeKind::Window, ScopeKind::Record];
    nearest(written, all.map(scope_word))
}

/// A rule with which nothing is wrong, part by part.
fn stand_ins(stem: &str) -> Map<String, Value> {
    let rule = json!({
        "id": stem,
        "title": "-",
        "severity": "info",
        "scope": "session",
        "when": "host.tmux_answer is present",
        "message": "-",
        "why": "-",
        "confirm": ["true"],
    });
    rule.as_object().cloned().unwrap_or_default()
}

//! An expectation as text: one line for each thing that is expected, so that a difference reads as one.
use super::expected::{AllOthers, BySubject, Expected, ExpectedOperation, Quiet};
use serde_json::{Value, json};
use std::fmt::Write;

/// The text of `expected.yaml`.
pub(super) fn text(expected: &Expected) -> String {
    let mut out = format!("schema: {}\n", expected.schema);
    for (key, value) in [("houmao", &expected.houmao), ("ask", &expected.ask)] {
        if let Some(value) = value {
            let _ = writeln!(out, "{key}: {}", json!(value));
        }
    }
    let _ = writeln!(out, "exit_code: {}", expected.exit_code);
    let operations: Vec<String> = expected.operations.iter().map(operation).collect();
    list(&mut out, "operations", "", &operations);
    for (key, listed) in expected.lists() {
        by_subject(&mut out, key, listed);
    }
    match &expected.quiet {
        Quiet::AllOthers(AllOthers::AllOthers) => out.push_str("quiet: all_others\n"),
        Quiet::Rules(rules) => {
            let rules: Vec<String> = rules.iter().map(|r| scalar(r)).collect();
            list(&mut out, "quiet", "", &rules);
        }
    }
    out
}

fn list(out: &mut String, key: &str, indent: &str, items: &[String]) {
    if items.is_empty() {
        let _ = writeln!(out, "{indent}{key}: []");
        return;
    }
    let _ = writeln!(out, "{indent}{key}:");
    for item in items {
        let _ = writeln!(out, "{indent}- {item}");
    }
}

fn by_subject(out: &mut String, key: &str, listed: &BySubject) {
    if listed.0.is_empty() {
        let _ = writeln!(out, "{key}: {{}}");
        return;
    }
    let _ = writeln!(out, "{key}:");
    for (subject, rules) in &listed.0 {
        let rules: Vec<String> = rules.iter().map(|r| scalar(r)).collect();
        list(out, &scalar(subject), "  ", &rules);
    }
}

/// One operation on one line, so that a line that is lost is an operation that is lost.
fn operation(o: &ExpectedOperation) -> String {
    let verdict = serde_json::to_value(o.verdict).unwrap_or(Value::Null);
    let fields = [
        ("operation", scalar(&o.operation)),
        ("selector", scalar(&o.selector)),
        ("subject", o.subject.as_deref().map_or_else(|| "null".to_owned(), scalar)),
        ("verdict", scalar(verdict.as_str().unwrap_or_default())),
        ("exit_code", o.exit_code.map_or_else(|| "null".to_owned(), |code| code.to_string())),
    ];
    let fields: Vec<String> = fields.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    format!("{{{}}}", fields.join(", "))
}

/// A text as YAML reads it back: bare where it is one lower-case word with hyphens, else as JSON, which YAML reads too.
fn scalar(text: &str) -> String {
    let bare = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
        && !["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(&text);
    if bare { text.to_owned() } else { json!(text).to_string() }
}

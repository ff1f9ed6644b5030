//! Rules, facts and error texts in words, offline, from the data that judges.
use super::{DoctorError, catalogue, rule_set, unknown};
use crate::replay::explain;
use crate::report;
use serde::Serialize;
use std::fmt::Write;

/// One rule or one fact, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Id of the rule, or name of the fact.
    pub name: String,
    /// Severity and scope of a rule, or kind of a fact.
    pub kind: String,
    /// What it is, in one line.
    pub about: String,
}

/// All rules, sorted by name.
///
/// # Errors
/// When a rule file is broken.
pub fn rules() -> Result<Vec<Entry>, DoctorError> {
    let set = rule_set()?;
    let entry = |r: &crate::rule::Rule| {
        let w = r.written();
        Entry {
            name: w.id.clone(),
            kind: format!("{}, {}", word(w.severity), word(w.scope)),
            about: w.title.clone(),
        }
    };
    Ok(set.rules().map(entry).collect())
}

/// A unit variant as it is written in files.
fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// All facts that rules can ask for, sorted by scope and name.
pub fn facts() -> Vec<Entry> {
    let entry = |f: crate::rule::FactInfo| Entry {
        name: f.path,
        kind: format!("{}, {}", word(f.scope), f.kind),
        about: f.doc.replace('\n', " "),
    };
    catalogue().facts().into_iter().map(entry).collect()
}

/// What a rule means, as text for a person: what, why, how to confirm by hand, how to mend, what not to do.
///
/// # Errors
/// When no rule has that id.
pub fn explain_rule(id: &str) -> Result<String, DoctorError> {
    let set = rule_set()?;
    let Some(rule) = set.rule(id) else {
        return Err(unknown("rule", id, set.rules().map(|r| r.written().id.as_str())));
    };
    let w = rule.written();
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{} ({}, {})\n{}\n", w.id, word(w.severity), word(w.scope), w.title);
    let _ = writeln!(text, "What   {}\n\nWhy    {}\n", w.message.trim(), w.why.trim());
    if let Some(argv) = &w.confirm {
        let _ = writeln!(text, "Confirm by hand\n       {}\n", report::command(argv, false));
    }
    let argv = |name: &str| set.command(name).map(|c| command_forms(c.written())).unwrap_or_default();
    if !w.remedies.is_empty() {
        let _ = writeln!(text, "Ways out, where they can work");
    }
    for step in &w.remedies {
        let what = step.action.clone().or_else(|| {
            step.command.as_ref().and_then(|u| set.command(u)).map(|c| c.written().title.clone())
        });
        let _ =
            writeln!(text, "     - {}: {}", step.title.clone().or(what).unwrap_or_default(), step.because);
        for form in step.command.as_deref().map(argv).unwrap_or_default() {
            let _ = writeln!(text, "         {form}");
        }
    }
    if !w.do_not.is_empty() {
        let _ = writeln!(text, "\nDo not");
    }
    for no in &w.do_not {
        let forms = no
            .command
            .as_deref()
            .map(argv)
            .or_else(|| no.argv.as_ref().map(|a| vec![report::command(a, false)]));
        let _ = writeln!(text, "     - {}: {}", forms.unwrap_or_default().join(" | "), no.because);
    }
    if let Some(text_of) = &w.may_be_wrong {
        let _ = writeln!(text, "\nMay be wrong\n       {}", text_of.trim());
    }
    if !w.caused_by.is_empty() {
        let _ = writeln!(text, "\nFollows from {}", w.caused_by.join(", "));
    }
    Ok(text)
}

fn command_forms(command: &crate::rule::written::Command) -> Vec<String> {
    let argv = &command.argv;
    [&argv.any, &argv.flat, &argv.scoped].into_iter().flatten().map(|a| report::command(a, false)).collect()
}

/// What a pasted error text means: the step that says it, the rules to look at, what not to do.
///
/// # Errors
/// When no release says anything like it.
pub fn explain_error(text: &str) -> Result<String, DoctorError> {
    let found = explain(text);
    if found.is_empty() {
        return Err(DoctorError::UnknownText);
    }
    let set = rule_set()?;
    let mut out = String::new();
    for hit in found {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}\n", hit.template);
        for (name, value) in &hit.values {
            let _ = writeln!(out, "       {name} = {value}");
        }
        let _ = writeln!(out, "Step   {}\nMeans  {}", hit.step, hit.means);
        let known: Vec<&String> = hit.rules.iter().filter(|r| set.rule(r).is_some()).collect();
        if !known.is_empty() {
            let _ = writeln!(out, "Rules  (houmao-doctor explain RULE)");
        }
        for rule in known.iter().filter_map(|r| set.rule(r)) {
            let _ = writeln!(out, "     - {}: {}", rule.written().id, rule.written().title);
        }
        if !hit.do_not.is_empty() {
            let _ = writeln!(out, "{}", hit.do_not);
        }
        out.push('\n');
    }
    Ok(out)
}

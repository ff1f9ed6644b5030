//! All rules and all facts, a line each, from the data that judges.
use super::{DoctorError, catalogue, rule_set};
use crate::facts::ReadFile;
use serde::Serialize;

/// One rule or one fact, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Id of the rule, or name of the fact.
    pub name: String,
    /// Severity and scope of a rule, or scope and kind of a fact.
    pub kind: String,
    /// The scope alone: `host`, `session`, `window`, `record`.
    pub scope: String,
    /// The severity alone; none for a fact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
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
        let (severity, scope) = (word(w.severity), word(w.scope));
        Entry {
            name: w.id.clone(),
            kind: format!("{severity}, {scope}"),
            scope,
            severity: Some(severity),
            about: w.title.clone(),
        }
    };
    Ok(set.rules().map(entry).collect())
}

/// All facts that rules can ask for, sorted by scope and name.
pub fn facts() -> Vec<Entry> {
    let entry = |f: crate::rule::FactInfo| {
        let scope = word(f.scope);
        Entry {
            name: f.path,
            kind: format!("{scope}, {}", f.kind),
            scope,
            severity: None,
            about: f.doc.replace('\n', " "),
        }
    };
    catalogue().facts().into_iter().map(entry).collect()
}

/// All pointers that a rule can read by itself (`reads`), sorted by file and pointer; `*` stands for any key or number.
pub fn pointers() -> Vec<Entry> {
    let of_file = |(file, pointers): (ReadFile, Vec<String>)| {
        pointers.into_iter().map(move |name| Entry {
            name,
            kind: file.word().to_owned(),
            scope: if file == ReadFile::Record { "record" } else { "session" }.to_owned(),
            severity: None,
            about: format!("of {}", file.path()),
        })
    };
    super::reads::kept().into_iter().flat_map(of_file).collect()
}

/// A unit variant as it is written in files.
pub(super) fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

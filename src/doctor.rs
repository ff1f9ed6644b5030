//! The paragraph that joins the rooms: what `cli` can ask for, and what it gets.
//!
//! Each function either gives a plain value or one [`DoctorError`], whose text is one sentence that says what, where
//! and what to do.
mod any_release;
pub mod authoring;
mod baseline;
mod carried;
mod compare;
pub mod config;
mod demo;
mod examine;
mod exit;
mod expiry;
mod explain;
pub mod fixture;
mod judge;
mod layout;
mod lists;
mod operations;
mod packing;
mod reads;
mod request;
mod select;
mod sheet;
mod store;
mod subjects;
pub mod trial;
mod wait;

pub use compare::diff;
pub use demo::{DEMOS, Demo, demo};
pub use examine::{Examination, capture, examine};
pub use exit::exit_code;
pub use explain::{explain_error, explain_rule};
pub use judge::{judge, subjects};
pub use lists::{Entry, facts, pointers, rules};
pub use packing::packing;
pub use request::{Ask, Config, Flags, Request, Selection, Socket, Source};
pub use store::{Notation, StoreError, load_snapshot, write_snapshot};
pub use wait::wait;

use crate::facts::{HostScope, RecordScope, SessionScope, WindowScope};
use crate::rule::{
    Catalogue, Mistake, OWN, RuleSet, ScopeKind, load_embedded, load_embedded_at_need, load_files,
};
use schemars::schema_for;
use std::path::PathBuf;

/// Why the doctor could not do its work; each gives exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// A snapshot that cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A name that nothing has.
    #[error("there is no {kind} named \"{name}\"{}; {}", nearest(name, known), legal(kind, name, known))]
    Unknown {
        /// What kind of thing: `demo`, `rule`.
        kind: &'static str,
        /// The name as it was given.
        name: String,
        /// The legal names.
        known: Vec<String>,
    },
    /// A published schema that cannot be written as JSON: a fault of the doctor.
    #[error("the {name} schema cannot be written: {source}")]
    Schema {
        /// Which schema.
        name: &'static str,
        /// What serde says.
        source: serde_json::Error,
    },
    /// Rule files with mistakes; all of them are told.
    #[error("{} in the rules: {}", count(.0.len(), "mistake"), lines(.0))]
    Rules(Vec<Mistake>),
    /// A configuration with mistakes; all of them are told.
    #[error("{} in the configuration: {}", count(.0.len(), "mistake"), lines(.0))]
    Config(Vec<Mistake>),
    /// A report that cannot be used as a baseline.
    #[error(
        "{file} cannot be used as a baseline: {what}; give a report that was written with --format json or jsonl"
    )]
    Baseline {
        /// The file.
        file: String,
        /// What is wrong with it.
        what: String,
    },
    /// Two files of which only one holds the reports on several inputs.
    #[error(
        "{several} holds the reports on several inputs, and {one} is about one; compare two documents that `check` has \
         written on the same inputs, or two snapshots or reports"
    )]
    Unlike {
        /// The file with several.
        several: String,
        /// The file with one.
        one: String,
    },
    /// Fixtures with mistakes; all of them are told.
    #[error("{} in the fixtures: {}", count(.0.len(), "mistake"), lines(.0))]
    Fixtures(Vec<fixture::FixtureError>),
    /// A folder that holds nothing that can be judged.
    #[error(
        "{folder} holds neither snapshot.yaml nor host.yaml; `houmao-doctor test {folder}` tries all fixtures below it"
    )]
    NoFixture {
        /// The folder.
        folder: String,
    },
    /// Raw trees that cannot be read; all mistakes are told.
    #[error("{}", lines(.0))]
    Trees(Vec<String>),
    /// An expectation with mistakes; all of them are told.
    #[error("{} in the expectation: {}", count(.0.len(), "mistake"), lines(.0))]
    Expected(Vec<String>),
    /// A file that cannot be written.
    #[error("cannot write {file}: {source}")]
    Unwritten {
        /// The file.
        file: String,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// A scaffold that cannot be made.
    #[error("{0}")]
    Authoring(String),
    /// An operation that cannot be asked about like this.
    #[error("{0}")]
    Ask(String),
    /// An error text that no release says.
    #[error(
        "no release of Houmao that this doctor knows says that; paste the whole line that begins with `Error:`, or run \
         `houmao-doctor` beside the session"
    )]
    UnknownText,
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// A line each, all but the first indented.
fn lines(mistakes: &[impl ToString]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n  ")
}

/// The error for a name that nothing has.
fn unknown<'a>(kind: &'static str, name: &str, known: impl Iterator<Item = &'a str>) -> DoctorError {
    DoctorError::Unknown { kind, name: name.to_owned(), known: known.map(str::to_owned).collect() }
}

/// The legal names, or how to list them when they are many.
fn legal(kind: &str, name: &str, known: &[String]) -> String {
    if kind == "rule" && name.starts_with(OWN) {
        return format!("name the folder of your own rules: --rules DIR, or `rules` in {}", config::NAME);
    }
    if known.len() > 12 {
        return format!("houmao-doctor {kind}s list names all {}", known.len());
    }
    format!("known are: {}", known.join(", "))
}

/// `; did you mean "…"?` where a legal name is near enough.
fn nearest(name: &str, known: &[String]) -> String {
    // Names are kebab-case here; capitals and underscores are habits from elsewhere.
    let name = name.to_lowercase().replace('_', "-");
    let far = |k: &&String| (strsim::jaro_winkler(&name, k) * 1000.0) as u32;
    match known.iter().max_by_key(far).filter(|k| far(k) > 700) {
        Some(k) => format!(" (did you mean \"{k}\"?)"),
        None => String::new(),
    }
}

/// Everything that rules can ask, by scope.
pub fn catalogue() -> Catalogue {
    Catalogue::new(&[
        (ScopeKind::Host, schema_for!(HostScope)),
        (ScopeKind::Session, schema_for!(SessionScope)),
        (ScopeKind::Window, schema_for!(WindowScope)),
        (ScopeKind::Record, schema_for!(RecordScope)),
    ])
    .with_kept(reads::kept())
}

/// What the built-in rules are loaded with; a test shows that it makes the same of them as [`catalogue`] does.
fn trust() -> Catalogue {
    Catalogue::trusting(&[
        (ScopeKind::Host, HostScope::GROUPS),
        (ScopeKind::Session, SessionScope::GROUPS),
        (ScopeKind::Window, WindowScope::GROUPS),
        (ScopeKind::Record, RecordScope::GROUPS),
    ])
}

/// The built-in rules.
///
/// # Errors
/// When a built-in rule has a mistake, which is a fault of the doctor.
pub fn rule_set() -> Result<RuleSet, DoctorError> {
    load_embedded(&trust()).map_err(DoctorError::Rules)
}

/// The built-in rules, of which is compiled only what is asked; the rest when a rule fires.
///
/// # Errors
/// When a built-in rule has a mistake in what it asks, which is a fault of the doctor.
pub fn rule_set_at_need() -> Result<RuleSet, DoctorError> {
    load_embedded_at_need(trust()).map_err(DoctorError::Rules)
}

/// The built-in rules and those of a user's folders, which may not take the name of a built-in one.
///
/// # Errors
/// When a folder cannot be read or holds rules with mistakes; all mistakes of all files are told.
pub fn rule_set_with(folders: &[PathBuf]) -> Result<RuleSet, DoctorError> {
    if folders.is_empty() {
        return rule_set();
    }
    load_files(folders, &catalogue(), &rule_set()?).map_err(DoctorError::Rules)
}

/// Rules among which there is one of this id, if there is one at all: the built-in ones, else also a user's own.
///
/// # Errors
/// As [`config::Settings::configured`].
pub fn rules_that_have(id: &str, config: &Config, folders: &[PathBuf]) -> Result<RuleSet, DoctorError> {
    let built_in = rule_set()?;
    match built_in.rule(id) {
        Some(_) => Ok(built_in),
        None => config::Settings::configured(config, folders)?.rules(),
    }
}

/// The rules by which a request is judged.
///
/// # Errors
/// As [`config::Settings::configured`].
pub fn rules_of(request: &Request) -> Result<RuleSet, DoctorError> {
    config::Settings::configured(&request.config, &request.rules)?.rules()
}

/// The documents whose schema is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// A rule file.
    Rule,
    /// A snapshot.
    Snapshot,
    /// The JSON report.
    Report,
    /// The JSON reports on several inputs.
    Reports,
    /// The JSON comparison of two reports.
    Diff,
    /// The expectation of a fixture.
    Expected,
    /// A line of the report in JSON lines.
    Line,
}

/// The JSON Schema of a published document, pretty-printed.
///
/// # Errors
/// When it cannot be written as JSON, which is a fault of the doctor.
pub fn schema(document: Document) -> Result<String, DoctorError> {
    let (name, schema) = match document {
        Document::Rule => ("rule", crate::schema::rule_schema(&catalogue())),
        Document::Snapshot => ("snapshot", crate::schema::snapshot_schema()),
        Document::Expected => ("expected", schema_for!(trial::Expected)),
        Document::Report => ("report", schema_for!(crate::report::json::Report)),
        Document::Reports => ("reports", schema_for!(crate::report::json::Reports)),
        Document::Diff => ("diff", schema_for!(crate::report::diff::Diff)),
        Document::Line => ("line", schema_for!(crate::report::jsonl::Line)),
    };
    serde_json::to_string_pretty(&schema).map_err(|source| DoctorError::Schema { name, source })
}

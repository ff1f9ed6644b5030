//! The paragraph that joins the rooms: what `cli` can ask for, and what it gets.
//!
//! Each function either gives a plain value or one [`DoctorError`], whose text is one sentence that says what, where
//! and what to do. Functions that need rooms which are still being built give [`DoctorError::NotJoined`].
mod exit;
mod store;

pub use exit::exit_code;
pub use store::{Notation, StoreError, load_snapshot, write_snapshot};

use crate::finding::{Report, Severity};
use crate::report::json;
use crate::snapshot::Snapshot;
use std::path::PathBuf;

/// What is to be judged, and how the observation is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Which sessions.
    pub selection: Selection,
    /// Where the observation comes from.
    pub source: Source,
    /// Which tmux socket is asked.
    pub socket: Socket,
    /// No request is made over HTTP.
    pub offline: bool,
    /// Hosts that are not loopback may be probed.
    pub probe_remote: bool,
    /// The release to judge for, as given; it wins over the installed one.
    pub houmao: Option<String>,
    /// Folder with the user's own rules.
    pub rules: Option<PathBuf>,
    /// From which severity on a finding gives exit code 1.
    pub fail_on: Severity,
    /// The operation asked about; none: attach of each selected session, and whether the others would harm.
    pub ask: Option<Ask>,
}

/// Which sessions are judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// The session around the operator's shell where that is managed, else every managed one.
    Here,
    /// Every managed session.
    All,
    /// The tmux session of exactly this name.
    Session(String),
    /// The agent of this name.
    AgentName(String),
    /// The agent of this id.
    AgentId(String),
    /// The run in this folder.
    SessionRoot(PathBuf),
}

/// Where the observation comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// This machine, now.
    Live,
    /// A snapshot file; `-` is standard input.
    Snapshot(PathBuf),
    /// The built-in sample of this name.
    Demo(String),
}

/// Which tmux socket is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Socket {
    /// As tmux chooses.
    Default,
    /// As `tmux -L NAME`.
    Name(String),
    /// As `tmux -S PATH`.
    Path(PathBuf),
}

/// The operation asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A command as it was typed, program name first; it is read, never run.
    Command(Vec<String>),
    /// An operation and its selectors.
    Flags(Flags),
}

/// An operation and its selectors, as `why --for` gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flags {
    /// `attach`, `detach`, `status`, `relaunch`, `stop` or `cleanup`.
    pub operation: String,
    /// `--current-session`.
    pub current_session: bool,
    /// `--target-tmux-session`.
    pub target_tmux_session: Option<String>,
    /// `--agent-name`.
    pub agent_name: Option<String>,
    /// `--agent-id`.
    pub agent_id: Option<String>,
    /// `--pair-port`.
    pub pair_port: Option<u16>,
    /// `--background`.
    pub background: bool,
}

/// Why the doctor could not do its work; each gives exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// A part of the doctor that is still being built.
    #[error("this build of the doctor is not joined yet, so it cannot do this: {0}")]
    NotJoined(&'static str),
    /// A snapshot that cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A name that nothing has.
    #[error("there is no {kind} named \"{name}\"{}; known are: {}", nearest(name, known), known.join(", "))]
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
}

/// `; did you mean "…"?` where a legal name is near enough.
fn nearest(name: &str, known: &[String]) -> String {
    let far = |k: &&String| (strsim::jaro_winkler(name, k) * 1000.0) as u32;
    match known.iter().max_by_key(far).filter(|k| far(k) > 700) {
        Some(k) => format!(" (did you mean \"{k}\"?)"),
        None => String::new(),
    }
}

/// Judges what is asked for.
///
/// # Errors
/// When the doctor cannot do its work; trouble of the patient is never an error.
pub fn examine(request: &Request) -> Result<Report, DoctorError> {
    let snapshot = match &request.source {
        Source::Live => capture(request)?,
        Source::Snapshot(path) => load_snapshot(path)?,
        Source::Demo(name) => demo(name)?,
    };
    judge(&snapshot, request)
}

/// Judges one snapshot: contract, replay, facts, rules. The same snapshot and request always give the same report.
///
/// # Errors
/// As [`examine`].
pub fn judge(_snapshot: &Snapshot, _request: &Request) -> Result<Report, DoctorError> {
    Err(DoctorError::NotJoined("judging a snapshot"))
}

/// Observes this machine, changing nothing.
///
/// # Errors
/// Only when the doctor cannot do its work; what could not be seen is said in the snapshot.
pub fn capture(_request: &Request) -> Result<Snapshot, DoctorError> {
    Err(DoctorError::NotJoined("observing this machine"))
}

/// A built-in sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demo {
    /// Its name.
    pub name: &'static str,
    /// What is broken in it.
    pub about: &'static str,
    /// Its snapshot, as YAML; empty until the fixtures are joined.
    snapshot: &'static str,
}

/// The built-in samples; the first is the one without a name.
pub const DEMOS: &[Demo] = &[
    Demo {
        name: "missing-metadata",
        about: "the tmux session does not say where its manifest is",
        snapshot: "",
    },
    Demo { name: "stale-metadata", about: "the manifest that tmux names is gone", snapshot: "" },
    Demo { name: "unknown-agent", about: "the server does not know the agent", snapshot: "" },
    Demo { name: "window-0", about: "the recorded gateway window is the agent's own", snapshot: "" },
    Demo { name: "many-windows", about: "several windows beside the agent's", snapshot: "" },
    Demo { name: "healthy", about: "nothing is wrong", snapshot: "" },
];

/// The snapshot of a built-in sample.
///
/// # Errors
/// When no sample has that name.
pub fn demo(name: &str) -> Result<Snapshot, DoctorError> {
    let Some(demo) = DEMOS.iter().find(|d| d.name == name) else {
        let known = DEMOS.iter().map(|d| d.name.to_owned()).collect();
        return Err(DoctorError::Unknown { kind: "demo", name: name.to_owned(), known });
    };
    if demo.snapshot.is_empty() {
        return Err(DoctorError::NotJoined("the built-in samples"));
    }
    Ok(store::parse(demo.name, demo.snapshot, Notation::Yaml)?)
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
}

/// The JSON Schema of a published document, pretty-printed.
///
/// # Errors
/// When it cannot be written as JSON, which is a fault of the doctor.
pub fn schema(document: Document) -> Result<String, DoctorError> {
    let (name, schema) = match document {
        Document::Rule => return Err(DoctorError::NotJoined("the schema of rules")),
        Document::Snapshot => ("snapshot", schemars::schema_for!(Snapshot)),
        Document::Report => ("report", schemars::schema_for!(json::Report)),
    };
    serde_json::to_string_pretty(&schema).map_err(|source| DoctorError::Schema { name, source })
}

/// One rule or one fact, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
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
pub fn rules(_rules: Option<&std::path::Path>) -> Result<Vec<Entry>, DoctorError> {
    Err(DoctorError::NotJoined("the list of rules"))
}

/// All facts that rules can ask for, sorted by name.
///
/// # Errors
/// None, once the rooms are joined.
pub fn facts() -> Result<Vec<Entry>, DoctorError> {
    Err(DoctorError::NotJoined("the catalogue of facts"))
}

/// What a rule means, as text for a person.
///
/// # Errors
/// When no rule has that id.
pub fn explain_rule(_id: &str) -> Result<String, DoctorError> {
    Err(DoctorError::NotJoined("explaining rules"))
}

/// What a pasted error text means: the step that says it, the rules to look at, what not to do.
///
/// # Errors
/// When no release says anything like it.
pub fn explain_error(_text: &str) -> Result<String, DoctorError> {
    Err(DoctorError::NotJoined("explaining error texts"))
}

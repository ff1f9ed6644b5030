//! The words that all rooms share, as plain types: severity, outcome, finding, remedy, operation verdict.
//!
//! Nothing here decides anything. `ARCHITECTURE`'s table of words is the glossary; the doc comments repeat what each
//! word promises. The published JSON has types of its own (`report::json`), so these may change freely.
mod layout;
mod operation;
mod policy;
pub mod trial;
mod visible;
mod waited;

pub use layout::*;
pub use operation::*;
pub use policy::*;
pub(crate) use visible::is_hidden;
pub use visible::visible;
pub use waited::*;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad a fired rule is, from least to worst; the order of the variants is the order of the words.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Explains something; nothing is wrong.
    Info,
    /// Likely trouble, or an operation that works only by its fallback.
    Warning,
    /// An operation will fail. What fails a run unless something else is asked for.
    #[default]
    Error,
    /// A routine command would harm something that lives.
    Danger,
}

/// What running a command does to the host, from harmless to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Changes nothing.
    ReadOnly,
    /// Rewrites files or tmux state, but stops nothing that lives.
    Mutates,
    /// Replaces the agent process; unsaved conversation state may be lost.
    RestartsAgent,
    /// Stops or deletes something that cannot be brought back.
    Destructive,
}

/// One observation that decided a rule: what was looked at, what was seen, what the rule asks, where it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Name of the fact, as `facts list` prints it.
    pub fact: String,
    /// What was observed, in words that can be shown (`absent` when it is not there).
    pub observed: String,
    /// What the rule's condition compared it with, if it compared it: what makes the rule fire, not what would be right.
    pub expected: Option<String>,
    /// Where it was read: a file with JSON pointer, a tmux variable, a process, a probe.
    pub source: String,
}

/// One step of a way out, already filled in for this subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remedy {
    /// What the step achieves, as an instruction to the operator.
    pub title: String,
    /// The command, one argument an element; empty when the step is something a person does.
    pub argv: Vec<String>,
    /// What running it does.
    pub effect: Effect,
    /// What running it stops or loses, for anything that is not read-only.
    pub loses: Option<String>,
    /// Why it can work here.
    pub applies_because: String,
    /// The command that shows whether it worked; empty when there is none.
    pub verify: Vec<String>,
    /// Whether it only makes ready for the next step, so that it is not told alone.
    #[serde(default)]
    pub prepares: bool,
    /// Whether it is another way than the steps before it: one of them is enough.
    #[serde(default)]
    pub instead: bool,
}

/// Something that must not be run now, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoNot {
    /// The command, one argument an element.
    pub argv: Vec<String>,
    /// What would happen.
    pub because: String,
    /// Whether it could not be told if that would happen here.
    #[serde(default)]
    pub unsure: bool,
}

/// A fired outcome, rendered for one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Id of the rule (kebab-case name of the defect).
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// Id of the subject that was judged (see [`Subject::id`]); parts of a session append a part name.
    pub subject: String,
    /// One line: the defect.
    pub title: String,
    /// What is wrong here, with this subject's values.
    pub message: String,
    /// Why it happens and why it matters.
    pub why: String,
    /// A read-only command by which a person can see it, if there is one.
    pub confirm: Vec<String>,
    /// The observations that decided it; never empty.
    pub evidence: Vec<Evidence>,
    /// Rules that fired for the same subject or its host and explain this one; not empty means: this is an echo.
    pub caused_by: Vec<String>,
    /// Rules that fired and are explained by this one.
    pub echoes: Vec<String>,
    /// The way out, safest first.
    pub remedies: Vec<Remedy>,
    /// What not to do, with reasons.
    pub do_not: Vec<DoNot>,
    /// Where to read on.
    pub references: Vec<String>,
    /// Which defect this is, in sixteen hexadecimal digits made of the rule, the subject and what the rule names as the
    /// identity of its defect. It stays the same whatever the time, the order, the home directory and the wording.
    pub fingerprint: String,
}

/// What came of asking one rule of one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Verdict {
    /// The condition holds.
    Fired {
        /// The finding it gives.
        finding: Box<Finding>,
    },
    /// The condition holds, and the operator has chosen to live with it; it does not count.
    Suppressed {
        /// The finding it would give.
        finding: Box<Finding>,
        /// Number of the suppression in the report's policy.
        by: usize,
    },
    /// The condition does not hold, and everything that decided this was seen.
    Passed,
    /// The rule does not concern this subject (its `applies` condition does not hold).
    NotApplicable,
    /// Something that was needed could not be seen.
    Unknown {
        /// The facts that were missing, each with the reason: `fact: why`.
        missing: Vec<String>,
    },
    /// The rule could not be evaluated: a fault of the doctor.
    Error {
        /// What happened.
        detail: String,
    },
}

/// One rule asked of one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// Id of the rule.
    pub rule: String,
    /// Id of the subject or part that was judged.
    pub subject: String,
    /// What came of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// What kind of thing a subject is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// This machine, as the operator's shell sees it.
    Host,
    /// One managed session: tmux session, session root and registry record, joined.
    Session,
    /// One tmux window of a session.
    Window,
    /// One registry record.
    Record,
}

/// One thing that is judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// Unique and stable: `host`, `session:NAME`, `session:NAME/window:@4`, `record:AGENT_ID`.
    pub id: String,
    /// What it is.
    pub kind: SubjectKind,
    /// What a person calls it.
    pub name: String,
    /// Further names, for people: agent id, agent name, session root, tmux id; sorted by key.
    pub details: Vec<(String, String)>,
}

/// Something that was not looked at, or could not be read, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NotLooked {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// How much of the report a terminal gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// Verdict, cause, what to do, what not to do.
    Brief,
    /// One screen.
    #[default]
    Normal,
    /// Everything: all outcomes and all evidence.
    Full,
}

/// Everything that a report writer gets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// When the snapshot was taken, RFC 3339 in UTC.
    pub taken_at: String,
    /// The Houmao release that was judged, if it is known.
    pub houmao_version: Option<String>,
    /// How that release is known.
    pub houmao_known_by: String,
    /// Its command-line dialect: `flat` (0.x) or `scoped` (since 1.0), if it is known.
    pub houmao_dialect: Option<String>,
    /// The subjects, host first.
    pub subjects: Vec<Subject>,
    /// The operations that were replayed.
    pub operations: Vec<Operation>,
    /// The windows of the judged sessions as tmux shows them, in the order of the subjects; none for a session that tmux
    /// does not have.
    #[serde(default)]
    pub layouts: Vec<Layout>,
    /// All outcomes, sorted; the fired ones carry the findings.
    pub outcomes: Vec<Outcome>,
    /// The socket that commands have to name to ask the tmux server that was asked, where the operator named it.
    #[serde(default)]
    pub tmux_socket: Option<String>,
    /// What was not looked at.
    pub not_looked: Vec<NotLooked>,
    /// Which limits were hit while looking.
    pub limits_hit: Vec<NotLooked>,
    /// What was decided beside the rules, and what came of it.
    pub policy: Policy,
    /// The severity from which on a finding fails the run.
    pub fail_on: Severity,
    /// Whether the first operation is the one that the operator asked about, so that its verdict counts too.
    pub asked: bool,
    /// How long the observation took, in milliseconds, where that is known.
    pub observed_in_ms: Option<u64>,
    /// The exit code that goes with it, computed once for all formats.
    pub exit_code: u8,
    /// Why there was nothing to examine, where a session was named; it says what there is instead.
    #[serde(default)]
    pub nothing: Option<String>,
    /// How it came to this one, if there were several looks (`--wait`).
    pub waited: Option<Waited>,
}

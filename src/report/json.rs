//! `houmao-doctor.report/1`: the published JSON. Its types are frozen: fields are added, never changed or taken away,
//! until there is a `/2`. They are apart from `finding`'s types, so that those may change.
mod from;
mod layout;
mod operation;
mod policy;
mod several;
mod waited;

pub use layout::*;
pub use operation::*;
pub use policy::{ChangedSeverity, Policy, Suppressed, Suppression, SuppressionState};
pub(super) use several::write_several;
pub use several::{Judged, Reports, SCHEMA as REPORTS};
pub use waited::*;

use super::text;
use crate::finding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, io};

/// The version of this format.
pub const SCHEMA: &str = "houmao-doctor.report/1";

/// Writes the report as pretty-printed JSON.
pub(super) fn write(report: &finding::Report, out: &mut dyn io::Write) -> io::Result<()> {
    let json = serde_json::to_string_pretty(&Report::from(report))?;
    writeln!(out, "{}", text::plain_json(&json))
}

/// What one run of `houmao-doctor` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Whether the exit code is 0: nothing at or above `--fail-on`, and nothing needed was out of sight.
    pub ok: bool,
    /// Always `houmao-doctor.report/1`.
    pub schema: String,
    /// Release of the doctor that wrote the report.
    pub doctor: String,
    /// When the judged observation was made, RFC 3339 in UTC.
    pub taken_at: String,
    /// 0 nothing at or above `--fail-on`; 1 something; 2 the doctor could not do its work; 3 inconclusive; 4 nothing to
    /// examine.
    pub exit_code: u8,
    /// How it came to this report, if it was waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waited: Option<Waited>,
    /// Why there was nothing to examine, where the exit code is 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nothing: Option<String>,
    /// The Houmao release that was judged.
    pub houmao: Houmao,
    /// What was judged, host first.
    pub subjects: Vec<Subject>,
    /// The operations of `houmao-mgr` that were replayed; none was run.
    pub operations: Vec<Operation>,
    /// The windows of the judged sessions as tmux shows them, and what each is to Houmao; a session that tmux does not
    /// have is not listed. Empty in reports of doctors that did not write it.
    #[serde(default)]
    pub layouts: Vec<Layout>,
    /// What is wrong or worth knowing: danger first, each cause before its echoes.
    pub findings: Vec<Finding>,
    /// What would be among the findings, if the operator had not chosen to live with it.
    #[serde(default)]
    pub suppressed: Vec<Suppressed>,
    /// What was decided beside the rules, and what came of it.
    #[serde(default)]
    pub policy: Policy,
    /// Every rule asked of every subject.
    pub outcomes: Outcomes,
    /// What was not looked at, or could not be read.
    pub not_looked: Vec<NotLooked>,
    /// Which limits were hit while looking.
    pub limits_hit: Vec<NotLooked>,
}

/// A release of Houmao and how it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Houmao {
    /// The release; null when it is not known.
    pub version: Option<String>,
    /// Its command-line dialect, `flat` (0.x) or `scoped` (since 1.0); null when it is not known.
    pub dialect: Option<String>,
    /// How the release is known, or why it is not.
    pub known_by: String,
}

/// One thing that was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// Unique: `host`, `session:NAME`, `session:NAME/window:@4`, `record:AGENT_ID`.
    pub id: String,
    /// `host`, `session`, `window` or `record`.
    pub kind: SubjectKind,
    /// What a person calls it.
    pub name: String,
    /// Further names (agent id, agent name, session root, tmux id), by what they are.
    pub details: BTreeMap<String, String>,
}

/// What kind of thing was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// This machine, as the operator's shell sees it.
    Host,
    /// One managed session.
    Session,
    /// One tmux window of a session.
    Window,
    /// One registry record.
    Record,
}

/// One thing that is wrong or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Id of the rule that fired.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// Id of the subject it is about.
    pub subject: String,
    /// The defect, in one line.
    pub title: String,
    /// What is wrong here, with this subject's values.
    pub message: String,
    /// Why it happens and why it matters.
    pub why: String,
    /// A read-only command that shows it, one argument an element; empty when there is none.
    pub confirm: Vec<String>,
    /// The observations that decided it.
    pub evidence: Vec<Evidence>,
    /// Rules that fired too and explain this one; not empty means that this is an echo.
    pub caused_by: Vec<String>,
    /// Rules that fired too and are explained by this one.
    pub echoes: Vec<String>,
    /// The way out, safest first.
    pub remedies: Vec<Remedy>,
    /// What not to run, with reasons.
    pub do_not: Vec<DoNot>,
    /// Where to read on.
    pub references: Vec<String>,
    /// Which defect this is, in sixteen hexadecimal digits: the same in every report on the same defect of the same
    /// subject, whatever the time, the order, the home directory and the wording.
    pub fingerprint: String,
    /// Whether it is in the report of `--baseline`, so that it does not count for the exit code.
    #[serde(default)]
    pub in_baseline: bool,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A routine command would harm something that lives.
    Danger,
    /// An operation will fail.
    Error,
    /// Likely trouble, or an operation that works only by its fallback.
    Warning,
    /// Explains something; nothing is wrong.
    Info,
}

/// One observation that decided a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Name of the fact, as `houmao-doctor facts list` prints it.
    pub fact: String,
    /// What was observed.
    pub observed: String,
    /// What the rule asks of the fact in order to fire, if it compares it: this is what the defect looks like, not what
    /// would be right.
    pub expected: Option<String>,
    /// Where it was read.
    pub source: String,
}

/// One step of a way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remedy {
    /// What the step achieves.
    pub title: String,
    /// The command, one argument an element; empty when a person does the step.
    pub argv: Vec<String>,
    /// The same, quoted for a POSIX shell; null when `argv` is empty.
    pub command: Option<String>,
    /// What running it does.
    pub effect: Effect,
    /// What running it stops or loses.
    pub loses: Option<String>,
    /// Why it can work here.
    pub applies_because: String,
    /// The command that shows whether it worked, one argument an element; empty when there is none.
    pub verify: Vec<String>,
    /// Whether it is another way than the steps before it that change something: one of them is enough. Not there where it
    /// is not.
    #[serde(default, skip_serializing_if = "is_false")]
    pub instead: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// What running a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Changes nothing.
    ReadOnly,
    /// Rewrites files or tmux state, but stops nothing that lives.
    Mutates,
    /// Replaces the agent process.
    RestartsAgent,
    /// Stops or deletes something that cannot be brought back.
    Destructive,
}

/// Something that must not be run now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoNot {
    /// The command, one argument an element; empty when it is something a person might do.
    pub argv: Vec<String>,
    /// The same, quoted for a POSIX shell; null when `argv` is empty.
    pub command: Option<String>,
    /// What would happen.
    pub because: String,
    /// Whether it could not be told if that would happen here.
    #[serde(default)]
    pub unsure: bool,
}

/// Every rule asked of every subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outcomes {
    /// How many of each; they add up to the length of the list.
    pub counts: Counts,
    /// All of them, sorted.
    pub list: Vec<Outcome>,
}

/// How many outcomes of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// The condition holds.
    pub fired: usize,
    /// The condition does not hold, and everything that decides this was seen.
    pub passed: usize,
    /// The condition holds, and the operator has chosen to live with it.
    #[serde(default)]
    pub suppressed: usize,
    /// The rule does not concern the subject.
    pub not_applicable: usize,
    /// Something that was needed could not be seen.
    pub unknown: usize,
    /// The rule could not be evaluated.
    pub error: usize,
}

/// One rule asked of one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// Id of the rule.
    pub rule: String,
    /// Id of the subject.
    pub subject: String,
    /// What came of it.
    pub outcome: OutcomeKind,
    /// The facts that were missing, each with the reason; empty unless the outcome is `unknown`.
    pub missing: Vec<String>,
    /// What happened; null unless the outcome is `error`.
    pub detail: Option<String>,
}

/// What came of asking one rule of one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// There is a finding.
    Fired,
    /// There would be a finding, and the operator has chosen to live with it.
    Suppressed,
    /// There is none, and everything that decides this was seen.
    Passed,
    /// The rule does not concern the subject.
    NotApplicable,
    /// Something that was needed could not be seen.
    Unknown,
    /// The rule could not be evaluated: a fault of the doctor.
    Error,
}

/// Something that was not looked at, or could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotLooked {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

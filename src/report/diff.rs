//! `houmao-doctor.diff/1`: two reports compared, finding by finding, by their fingerprints. Its types are frozen as those
//! of the report are.
mod compare;
mod human;

pub use compare::{compare, compare_several};

use super::json::{Finding, OperationVerdict};
use super::text::plain_json;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io;

/// The version of this format.
pub const SCHEMA: &str = "houmao-doctor.diff/1";

/// The formats that a comparison can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DiffFormat {
    /// For people at a terminal.
    #[default]
    Human,
    /// `houmao-doctor.diff/1`, for programs.
    Json,
}

/// What became of the findings of one report in another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diff {
    /// Whether the exit code is 0.
    pub ok: bool,
    /// Always `houmao-doctor.diff/1`.
    pub schema: String,
    /// Release of the doctor that compared.
    pub doctor: String,
    /// 0 nothing new at or above `--fail-on`; 1 something; 2 the doctor could not do its work.
    pub exit_code: u8,
    /// The older side.
    pub old: Side,
    /// The newer side.
    pub new: Side,
    /// Findings of the newer side that the older one has not, in the order of its report.
    pub appeared: Vec<Found>,
    /// Findings of the older side that are seen to hold no longer.
    pub fixed: Vec<Found>,
    /// Findings of both sides, as the newer one has them.
    pub same: Vec<Found>,
    /// Findings of the older side of which the newer one cannot say whether they still hold.
    pub unseen: Vec<Unseen>,
    /// Operations whose verdict is another now, and those that only one side has.
    pub operations: Vec<Change>,
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// The file, as it was given.
    pub file: String,
    /// What the file holds.
    pub kind: SideKind,
    /// The names of its inputs, where it holds the reports on several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<String>,
    /// When its observation was made, RFC 3339 in UTC; of several the last.
    pub taken_at: String,
    /// The Houmao release that was judged; null when it is not known, or not the same for all inputs.
    pub houmao: Option<String>,
}

/// What a side was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SideKind {
    /// A snapshot, judged for the comparison.
    Snapshot,
    /// A report that was written before.
    Report,
    /// The reports on several inputs, written before by one `check`.
    Reports,
}

/// A finding, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Found {
    /// Which of several inputs it is of; not there where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
}

/// A finding that may or may not be there still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unseen {
    /// Which of several inputs it is of; not there where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// The finding, as the older side has it.
    pub finding: Finding,
    /// Why the newer side cannot tell.
    pub why: String,
}

/// An operation with its verdicts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Which of several inputs it is of; not there where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// `attach`, `detach`, `status`, …
    pub operation: String,
    /// How its target is named on the command line.
    pub selector: String,
    /// Id of the subject it would act on; null when it resolves to none.
    pub subject: Option<String>,
    /// What the older side says; null when it does not have the operation.
    pub old: Option<OperationVerdict>,
    /// What the newer side says; null when it does not have the operation.
    pub new: Option<OperationVerdict>,
}

/// Writes a comparison as one document that ends in a newline.
///
/// # Errors
/// Only what `out` gives.
pub fn write_diff(format: DiffFormat, diff: &Diff, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        DiffFormat::Human => human::write(diff, out),
        DiffFormat::Json => writeln!(out, "{}", plain_json(&serde_json::to_string_pretty(diff)?)),
    }
}

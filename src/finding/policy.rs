//! What was decided beside the rules: the configuration, what is suppressed, and what was there before.
use super::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What an operator's configuration and baseline say, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Policy {
    /// The configuration file that was used; none where there is none, or none was to be used.
    pub config: Option<String>,
    /// The rules that are switched off: they were not asked.
    pub off: Vec<String>,
    /// The rules whose severity was changed, with what it was and what it is.
    pub severities: Vec<(String, Severity, Severity)>,
    /// The suppressions, in the order of the file.
    pub suppressions: Vec<Suppression>,
    /// The findings of an earlier report, which do not count for the exit code.
    pub baseline: Option<Baseline>,
}

impl Policy {
    /// Whether a finding was in the baseline.
    pub fn knows(&self, fingerprint: &str) -> bool {
        self.baseline.as_ref().is_some_and(|b| b.fingerprints.contains(fingerprint))
    }
}

/// A finding that an operator lives with for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suppression {
    /// Id of the rule.
    pub rule: String,
    /// Id of the subject; `*` and `?` stand for any text and any character, except where the finding is a danger.
    pub subject: String,
    /// Why it is lived with.
    pub reason: String,
    /// The last day on which it counts, `YYYY-MM-DD`.
    pub until: String,
    /// Where it is written: `FILE:LINE`.
    pub place: String,
    /// What became of it.
    pub state: SuppressionState,
}

/// What became of a suppression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuppressionState {
    /// Nothing fired that it is about.
    #[default]
    Unused,
    /// It keeps at least one finding quiet.
    Used,
    /// Its last day was before the observation; it suppresses nothing.
    Expired,
}

/// The findings of an earlier report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// The report.
    pub file: String,
    /// The fingerprints of its findings.
    pub fingerprints: BTreeSet<String>,
}

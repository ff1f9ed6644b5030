//! Waiting, as published.
use super::OperationVerdict;
use crate::finding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How it came to a report that was waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waited {
    /// Whole seconds from the first look to the end of the last.
    pub seconds: u64,
    /// Seconds that it might have taken.
    pub limit: u64,
    /// How often was looked.
    pub looks: u32,
    /// Whether what was hoped for is so: the operation asked about would work, or the exit code is 0.
    pub well: bool,
    /// What the first look said; the report is that of the last.
    pub first: Glance,
}

/// What one look said, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Glance {
    /// When it was, RFC 3339 in UTC.
    pub taken_at: String,
    /// The exit code that a report of it would have had.
    pub exit_code: u8,
    /// The verdict on the operation that was asked about; null when none was.
    pub verdict: Option<OperationVerdict>,
    /// What fired.
    pub findings: Vec<Fired>,
}

/// A rule that fired, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fired {
    /// Id of the rule.
    pub rule: String,
    /// Id of the subject.
    pub subject: String,
}

impl From<&finding::Waited> for Waited {
    fn from(w: &finding::Waited) -> Self {
        let fired =
            |(rule, subject): &(String, String)| Fired { rule: rule.clone(), subject: subject.clone() };
        Waited {
            seconds: w.seconds,
            limit: w.limit,
            looks: w.looks,
            well: w.well,
            first: Glance {
                taken_at: w.first.taken_at.clone(),
                exit_code: w.first.exit_code,
                verdict: w.first.verdict.map(OperationVerdict::from),
                findings: w.first.findings.iter().map(fired).collect(),
            },
        }
    }
}

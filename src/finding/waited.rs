//! The words of waiting: what was seen at first, and how long it took.
use super::OperationVerdict;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a report came about that was waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waited {
    /// Whole seconds from the first look to the end of the last.
    pub seconds: u64,
    /// Seconds that it might have taken.
    pub limit: u64,
    /// How often was looked.
    pub looks: u32,
    /// Whether what was hoped for is so.
    pub well: bool,
    /// What the first look said.
    pub first: Glance,
}

/// What one look said, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Glance {
    /// When it was, RFC 3339 in UTC.
    pub taken_at: String,
    /// The exit code that a report of it would have had.
    pub exit_code: u8,
    /// The verdict on the operation that was asked about, if one was.
    pub verdict: Option<OperationVerdict>,
    /// What fired: rule and subject.
    pub findings: Vec<(String, String)>,
}

//! Rule × subject → outcome; three-valued; no clock, no I/O.
use crate::finding::{Outcome, Subject};
use crate::rule::{Dialect, RuleSet, ScopeKind, Version};
use serde_json::Value;

/// One subject with its facts.
#[derive(Debug, Clone, PartialEq)]
pub struct Examined {
    /// What is judged; outcomes name it by its id.
    pub subject: Subject,
    /// Which rules are asked of it.
    pub scope: ScopeKind,
    /// The scope's facts, serialised.
    pub facts: Value,
    /// The subject that it is a part of: the session of a window, the host of a session.
    pub parent: Option<String>,
}

/// Asks every rule of every subject of its scope.
pub fn judge(rules: &RuleSet, examined: &[Examined], release: Option<(Dialect, Version)>) -> Vec<Outcome> {
    let _ = (rules, examined, release);
    Vec::new()
}

//! What was decided beside the rules, in frozen words.
use super::{Finding, Severity};
use crate::finding;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an operator's configuration and baseline say, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Policy {
    /// The configuration file that was used; null where none was.
    pub config: Option<String>,
    /// The rules that are switched off: they were not asked, and have no outcome.
    pub off: Vec<String>,
    /// The rules whose severity was changed.
    pub severities: Vec<ChangedSeverity>,
    /// The suppressions, in the order of the file.
    pub suppressions: Vec<Suppression>,
    /// The report whose findings do not count for the exit code; null where there is none.
    pub baseline: Option<String>,
}

/// A rule whose severity was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedSeverity {
    /// Id of the rule.
    pub rule: String,
    /// What the rule says.
    pub was: Severity,
    /// What counts here.
    pub now: Severity,
}

/// A finding that an operator lives with for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suppression {
    /// Id of the rule.
    pub rule: String,
    /// Id of the subject, or a pattern of ids.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuppressionState {
    /// Nothing fired that it is about.
    Unused,
    /// It keeps at least one finding quiet.
    Used,
    /// Its last day was before the observation.
    Expired,
}

/// A finding that is suppressed; it does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suppressed {
    /// What would have been found.
    pub finding: Finding,
    /// Why it is lived with.
    pub reason: String,
    /// The last day on which it is suppressed, `YYYY-MM-DD`.
    pub until: String,
    /// Where the suppression is written: `FILE:LINE`.
    pub place: String,
}

impl From<&finding::Policy> for Policy {
    fn from(p: &finding::Policy) -> Self {
        let changed = |(rule, was, now): &(String, finding::Severity, finding::Severity)| ChangedSeverity {
            rule: rule.clone(),
            was: (*was).into(),
            now: (*now).into(),
        };
        Policy {
            config: p.config.clone(),
            off: p.off.clone(),
            severities: p.severities.iter().map(changed).collect(),
            suppressions: p.suppressions.iter().map(Suppression::from).collect(),
            baseline: p.baseline.as_ref().map(|b| b.file.clone()),
        }
    }
}

impl From<&finding::Suppression> for Suppression {
    fn from(s: &finding::Suppression) -> Self {
        let state = match s.state {
            finding::SuppressionState::Unused => SuppressionState::Unused,
            finding::SuppressionState::Used => SuppressionState::Used,
            finding::SuppressionState::Expired => SuppressionState::Expired,
        };
        Suppression {
            rule: s.rule.clone(),
            subject: s.subject.clone(),
            reason: s.reason.clone(),
            until: s.until.clone(),
            place: s.place.clone(),
            state,
        }
    }
}

/// The findings of a report that are suppressed, in the order of its outcomes.
pub(super) fn suppressed(report: &finding::Report) -> Vec<Suppressed> {
    let all = report.outcomes.iter().filter_map(|o| match &o.verdict {
        finding::Verdict::Suppressed { finding, by } => {
            Some((finding.as_ref(), report.policy.suppressions.get(*by)?))
        }
        _ => None,
    });
    let one = |(finding, s): (&finding::Finding, &finding::Suppression)| Suppressed {
        finding: Finding::from(finding),
        reason: s.reason.clone(),
        until: s.until.clone(),
        place: s.place.clone(),
    };
    all.map(one).collect()
}

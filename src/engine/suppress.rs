//! Which finding an operator has chosen to live with: pure, told the day by whoever knows it.
use crate::finding::{Severity, Suppression, SuppressionState};
use crate::rule::Rule;
use wildmatch::WildMatch;

/// Number of the first suppression that keeps a finding of `rule` about `subject` quiet. A danger is only matched by its
/// exact subject, so that no pattern hides one that nobody has looked at.
pub(super) fn suppressed_by(all: &[Suppression], rule: &Rule, subject: &str) -> Option<usize> {
    all.iter().position(|s| {
        let same = || match rule.severity {
            Severity::Danger => s.subject == subject,
            _ => WildMatch::new(&s.subject).matches(subject),
        };
        s.state != SuppressionState::Expired && s.rule == rule.id && same()
    })
}

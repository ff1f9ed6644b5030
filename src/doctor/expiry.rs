//! The day of an observation against the last day of each suppression, and which of them something came of.
use crate::finding::{Outcome, Policy, SuppressionState, Verdict};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Marks the suppressions whose last day was before the observation, by the calendar of UTC. Where the time of the
/// observation cannot be read, all of them have ended: what may be over suppresses nothing.
pub(super) fn expire(policy: &mut Policy, taken_at: &str) {
    let today = taken_at.parse::<Timestamp>().map(|t| t.to_zoned(TimeZone::UTC).date()).unwrap_or(Date::MAX);
    for suppression in &mut policy.suppressions {
        if suppression.until.parse::<Date>().is_ok_and(|last| last >= today) {
            continue;
        }
        suppression.state = SuppressionState::Expired;
    }
}

/// Marks the suppressions that keep a finding quiet.
pub(super) fn settle(policy: &mut Policy, outcomes: &[Outcome]) {
    for outcome in outcomes {
        if let Verdict::Suppressed { by, .. } = &outcome.verdict
            && let Some(suppression) = policy.suppressions.get_mut(*by)
        {
            suppression.state = SuppressionState::Used;
        }
    }
}

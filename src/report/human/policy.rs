//! What was decided beside the rules: configuration, suppressions, baseline. Told where it matters, in full with `-v`.
use super::page::Page;
use crate::finding::{Detail, Finding, Report, Severity, Suppression, SuppressionState, Verdict};

/// Writes it; nothing where nothing was decided.
pub(super) fn write(page: &mut Page, report: &Report) {
    let policy = &report.policy;
    let full = page.look.detail == Detail::Full;
    let mut lines: Vec<String> = Vec::new();
    for s in policy.suppressions.iter().filter(|s| s.state != SuppressionState::Used) {
        lines.push(ended(s));
    }
    if !policy.off.is_empty() {
        lines.push(format!("switched off, so not asked: {}", policy.off.join(", ")));
    }
    if full {
        let config = policy.config.as_deref();
        lines.push(
            config.map_or_else(|| "no configuration is used".to_owned(), |file| format!("from {file}")),
        );
        let changed = |(rule, was, now): &(String, Severity, Severity)| {
            format!("{rule} is {} here instead of {}", word(*now), word(*was))
        };
        lines.extend(policy.severities.iter().map(changed));
        lines.extend(suppressed(report).map(|(f, s)| {
            let severity = word(f.severity);
            format!("{} ({severity}) of {} is suppressed until {}: {}", f.rule, f.subject, s.until, s.reason)
        }));
    }
    if let Some(baseline) = &policy.baseline {
        let known = fired(report).filter(|f| policy.knows(&f.fingerprint)).map(name).collect::<Vec<_>>();
        let known = if known.is_empty() { "none of these".to_owned() } else { known.join(", ") };
        lines.push(format!("in {} already, so not counted: {known}", baseline.file));
    }
    if lines.is_empty() || page.look.detail == Detail::Brief {
        return;
    }
    page.heading("Decided beside the rules");
    lines.iter().for_each(|line| page.item("  - ", line));
}

/// A suppression that suppresses nothing, with what to do about it.
fn ended(s: &Suppression) -> String {
    let Suppression { rule, subject, until, place, .. } = s;
    match s.state {
        SuppressionState::Expired => {
            format!(
                "the suppression of {rule} of {subject} has ended with {until}; look again, or move its date ({place})"
            )
        }
        _ => format!("the suppression of {rule} of {subject} suppresses nothing; take it out ({place})"),
    }
}

fn suppressed(report: &Report) -> impl Iterator<Item = (&Finding, &Suppression)> {
    report.outcomes.iter().filter_map(|o| match &o.verdict {
        Verdict::Suppressed { finding, by } => Some((finding.as_ref(), report.policy.suppressions.get(*by)?)),
        _ => None,
    })
}

fn fired(report: &Report) -> impl Iterator<Item = &Finding> {
    report.outcomes.iter().filter_map(|o| match &o.verdict {
        Verdict::Fired { finding } => Some(finding.as_ref()),
        _ => None,
    })
}

fn name(f: &Finding) -> String {
    format!("{} of {}", f.rule, f.subject)
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Danger => "danger",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

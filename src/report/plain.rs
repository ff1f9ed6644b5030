//! Findings and operations as lines of plain text, for formats that have no layout of their own. Nothing in a line is a
//! line break or anything else that a terminal obeys.
use super::path;
use super::text::{command, prose, visible};
use super::words;
use crate::finding::{Evidence, Finding, LayoutWindow, Operation, OperationVerdict, Role, SubjectKind};

/// One observation as a line.
pub(super) fn evidence(e: &Evidence) -> String {
    let expected = e.expected.as_ref().map(|x| format!(" (the rule asks: {x})")).unwrap_or_default();
    visible(&format!("{} is {}{expected}, from {}", e.fact, e.observed, e.source), false)
}

/// All that is said of a finding: what is wrong, from what it follows, the evidence, what to do and what not to do.
pub(super) fn finding(f: &Finding) -> Vec<String> {
    let mut lines = vec![prose(if f.message.trim().is_empty() { &f.title } else { &f.message })];
    if !f.caused_by.is_empty() {
        lines.push(format!("Follows from: {}", visible(&f.caused_by.join(", "), false)));
    }
    lines.extend(f.evidence.iter().map(|e| format!("Evidence: {}", evidence(e))));
    for r in &f.remedies {
        let effect = prose(&words::effect_of(r));
        let title = prose(&r.title);
        let what = title.trim_end_matches('.');
        match r.argv.as_slice() {
            [] => lines.push(format!("Do: {what} ({effect})")),
            argv => lines.push(format!("Do: {what} ({effect}): {}", command(argv, false))),
        }
    }
    for d in &f.do_not {
        match d.argv.as_slice() {
            [] => lines.push(format!("Do not: {}", prose(&d.because))),
            argv => lines.push(format!("Do not run: {} ({})", command(argv, false), prose(&d.because))),
        }
    }
    lines
}

/// What an operation would come to, its steps, and what it would print.
pub(super) fn operation(o: &Operation) -> Vec<String> {
    let mut lines: Vec<String> = path::rows(o, true)
        .iter()
        .map(|row| format!("{} {}: {}", row.number, prose(&row.title), path::word(row)))
        .collect();
    lines.extend(o.error.iter().map(|e| format!("It would print: Error: {}", visible(e, false))));
    lines.extend(o.missing.iter().map(|m| format!("Missing to tell: {}", visible(m, false))));
    for e in o.effects.iter().filter(|e| e.harm) {
        lines.push(format!("Harm: it {}", visible(&words::effect(e), false)));
    }
    lines
}

/// An operation's verdict in a few words.
pub(super) fn verdict(verdict: OperationVerdict) -> &'static str {
    match verdict {
        OperationVerdict::WillWork => "will work",
        OperationVerdict::WillWorkByFallback => "will work, by its fallback",
        OperationVerdict::WillFail => "will fail",
        OperationVerdict::WouldHarm => "would harm something that lives",
        OperationVerdict::CannotTell => "cannot be told",
    }
}

/// A kind of subject, as programs get it.
pub(super) fn subject_kind(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Host => "host",
        SubjectKind::Session => "session",
        SubjectKind::Window => "window",
        SubjectKind::Record => "record",
    }
}

/// What a window or pane is to Houmao.
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::AgentSurface => "agent surface",
        Role::MovedAgent => "the agent's recorded window, not at index 0",
        Role::AstrayAgent => "the agent's program, not at index 0",
        Role::RecordedGateway => "recorded gateway",
        Role::LooksLikeGateway => "named gateway, but not recorded here",
        Role::Auxiliary => "unknown to Houmao",
        Role::Unknown => "cannot tell: the gateway record was not read",
    }
}

/// Whether the record names this window as the gateway's, though it is not.
pub(super) fn wrongly_recorded(w: &LayoutWindow) -> bool {
    w.recorded == Some(true) && w.role != Role::RecordedGateway
}

/// What a window is to Houmao, and what the record takes it for.
pub(super) fn window(w: &LayoutWindow) -> String {
    marked(w.role, wrongly_recorded(w))
}

/// A role, and that the record wrongly names the window that has it.
pub(super) fn marked(own: Role, wrongly: bool) -> String {
    match (wrongly, own) {
        (true, Role::Auxiliary) => "not the gateway, yet RECORDED AS IT".to_owned(),
        (true, Role::LooksLikeGateway) => "named gateway, and RECORDED AS THE GATEWAY".to_owned(),
        (true, other) => format!("{}, yet RECORDED AS THE GATEWAY", role(other)),
        (false, other) => role(other).to_owned(),
    }
}

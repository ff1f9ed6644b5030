//! A comparison for people: counts first, then what is new, and each finding as the defect that it is.
use super::{Change, Diff, Found, Side, SideKind};
use crate::report::DOCTOR;
use crate::report::json::{Finding, OperationVerdict, Severity};
use crate::report::text::{count, visible};
use crate::report::time::to_seconds;
use std::io::{self, Write};

/// Writes it.
pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "houmao-doctor {DOCTOR}   what changed")?;
    writeln!(out, "old  {}", side(&diff.old))?;
    writeln!(out, "new  {}", side(&diff.new))?;
    writeln!(out)?;
    let unseen = match diff.unseen.len() {
        0 => String::new(),
        n => format!(", {n} that cannot be told"),
    };
    let (new, fixed, same) = (diff.appeared.len(), diff.fixed.len(), diff.same.len());
    writeln!(out, "{new} new, {fixed} fixed, {same} the same{unseen}. Exit code {}.", diff.exit_code)?;
    let told = |f: &Found| finding(f.input.as_deref(), &f.finding);
    section(out, "New", diff.appeared.iter().map(told))?;
    section(out, "Fixed", diff.fixed.iter().map(told))?;
    let cannot = |u: &super::Unseen| {
        format!("{}\n          {}", finding(u.input.as_deref(), &u.finding), visible(&u.why, false))
    };
    section(out, "Cannot be told", diff.unseen.iter().map(cannot))?;
    section(out, "The same", diff.same.iter().map(told))?;
    section(out, "Operations with another verdict", diff.operations.iter().map(change))
}

fn side(side: &Side) -> String {
    let kind = match side.kind {
        SideKind::Snapshot => "snapshot, observed".to_owned(),
        SideKind::Report => "report, observed".to_owned(),
        SideKind::Reports => {
            format!("reports on {}, the last observed", count(side.inputs.len(), "input"))
        }
    };
    let unknown = match side.kind {
        SideKind::Reports => "not the same known release of Houmao in all",
        _ => "an unknown release of Houmao",
    };
    let houmao = side.houmao.as_deref().map_or(unknown.into(), |v| format!("Houmao {v}"));
    visible(&format!("{} ({kind} {}, {houmao})", side.file, to_seconds(&side.taken_at)), false)
}

/// A heading with its lines; nothing where there are none.
fn section(out: &mut dyn Write, heading: &str, lines: impl Iterator<Item = String>) -> io::Result<()> {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        writeln!(out, "\n{heading}")?;
    }
    lines.try_for_each(|line| writeln!(out, "  {line}"))
}

fn finding(input: Option<&str>, f: &Finding) -> String {
    let severity = match f.severity {
        Severity::Danger => "DANGER",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let which = visible(&format!("{severity:<8}{} ({}{})", f.rule, prefix(input), f.subject), false);
    format!("{which}\n          {}", visible(&f.title, false))
}

/// What a subject's name begins with where there are several inputs.
fn prefix(input: Option<&str>) -> String {
    input.map(|input| format!("{input}: ")).unwrap_or_default()
}

fn change(c: &Change) -> String {
    let input = prefix(c.input.as_deref());
    let on = c.subject.as_deref().map(|s| format!(" of {s}")).unwrap_or_default();
    let selector = if c.selector.is_empty() { String::new() } else { format!(" {}", c.selector) };
    visible(
        &format!("{input}{}{selector}{on}: {}, was: {}", c.operation, verdict(c.new), verdict(c.old)),
        false,
    )
}

fn verdict(verdict: Option<OperationVerdict>) -> &'static str {
    match verdict {
        Some(OperationVerdict::WillWork) => "will work",
        Some(OperationVerdict::WillWorkByFallback) => "will work by its fallback",
        Some(OperationVerdict::WillFail) => "will fail",
        Some(OperationVerdict::WouldHarm) => "would harm",
        Some(OperationVerdict::CannotTell) => "cannot be told",
        None => "not asked",
    }
}

//! Annotations of GitHub's workflow logs: one a finding, one for all that could not be decided. GitHub reads a line that
//! begins with `::` as a command; whatever is not a command here is a plain line of counts.
use super::text::{prose, visible};
use super::{Judged, Look, order, plain, tally, told, verdict, words};
use crate::finding::{Finding, Report, Severity, Verdict};
use std::io;

/// Writes the annotations, worst first, then the counts.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    of_input("", report, look, out)
}

/// Writes those of several reports; each line says of which input it is.
pub(super) fn write_several(all: &[Judged], look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    all.iter().try_for_each(|j| of_input(&format!("{}: ", shown(&j.input)), j.report, look, out))
}

/// `input` is what each message begins with.
fn of_input(input: &str, report: &Report, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    let annotate = |out: &mut dyn io::Write, level: &str, title: &str, lines: &[String]| {
        let lines: Vec<String> =
            std::iter::once(format!("{input}{}", lines.first().map_or("", String::as_str)))
                .chain(lines.iter().skip(1).cloned())
                .collect();
        annotate(out, level, title, &lines)
    };
    for f in order::findings(report).into_iter().filter(|f| f.severity >= look.show) {
        annotate(out, level(f.severity), &f.rule, &said(report, f))?;
    }
    for o in &report.outcomes {
        if let Verdict::Error { detail } = &o.verdict {
            let lines =
                [format!("{}: the rule could not be evaluated: {}", shown(&o.subject), prose(detail))];
            annotate(out, "error", &o.rule, &lines)?;
        }
    }
    let blind = words::blind_spots(&order::cases(report));
    if !blind.is_empty() {
        let head = "Could not be decided, because something was not seen:".to_owned();
        let lines: Vec<String> = std::iter::once(head).chain(blind.iter().map(|b| shown(b))).collect();
        annotate(out, "warning", "houmao-doctor", &lines)?;
    }
    if let Some(nothing) = told::nothing_to_examine(report) {
        annotate(out, "warning", "houmao-doctor", &[shown(&nothing)])?;
    }
    if let Some(waited) = &report.waited {
        let level = if waited.well { "notice" } else { "warning" };
        annotate(out, level, "houmao-doctor", &[prose(&words::waited(waited))])?;
    }
    writeln!(out, "houmao-doctor: {input}{}", tally::sentence(report))
}

/// What is said of a finding, beginning with what it is about.
fn said(report: &Report, f: &Finding) -> Vec<String> {
    let subject = report.subjects.iter().find(|s| s.id == f.subject);
    let about = subject.map_or_else(|| f.subject.clone(), |s| verdict::subject(Some(s)));
    let mut lines = vec![format!("{}: {}", shown(&about), prose(&f.title))];
    lines.extend(plain::finding(f));
    lines.dedup();
    lines
}

fn shown(text: &str) -> String {
    visible(text, false)
}

/// How loud an annotation is; GitHub has three levels.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Danger | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// One annotation. `title` is a property and `lines` are the data; each has its own escapes.
fn annotate(out: &mut dyn io::Write, level: &str, title: &str, lines: &[String]) -> io::Result<()> {
    let title = data(&shown(title)).replace(':', "%3A").replace(',', "%2C");
    writeln!(out, "::{level} title={title}::{}", data(&lines.join("\n")))
}

/// Escapes the data of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_and_data_are_escaped_each_in_its_way() {
        let mut out = Vec::new();
        annotate(&mut out, "error", "a:b,c%\n::", &["50 %: a, b".into(), "::error::x".into()]).unwrap();
        let line = "::error title=a%3Ab%2Cc%25\\n%3A%3A::50 %25: a, b%0A::error::x\n";
        assert_eq!(String::from_utf8(out).unwrap(), line);
    }
}

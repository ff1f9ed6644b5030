//! OpenMetrics, for a file that node_exporter's textfile collector reads. The collector reads the older text format of
//! Prometheus: it knows no `info` and no `stateset`, and refuses a file with either. So every family is a gauge, which
//! both formats know; a verdict is a set of gauges of which one is 1.
use super::tally::Tally;
use super::text::visible;
use super::{DOCTOR, Judged, order, plain, words};
use crate::finding::{OperationVerdict, Report, Severity, SubjectKind, Waited};
use std::collections::BTreeMap;
use std::io;

/// A family of samples: labels with their value.
struct Family {
    name: &'static str,
    help: &'static str,
    unit: Option<&'static str>,
    samples: Vec<(Vec<(&'static str, String)>, String)>,
}

impl Family {
    fn new(name: &'static str, help: &'static str) -> Self {
        Family { name, help, unit: None, samples: Vec::new() }
    }

    fn add(mut self, labels: Vec<(&'static str, String)>, value: impl ToString) -> Self {
        self.samples.push((labels, value.to_string()));
        self
    }

    fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(out, "# TYPE houmao_doctor_{} gauge", self.name)?;
        if let Some(unit) = self.unit {
            writeln!(out, "# UNIT houmao_doctor_{} {unit}", self.name)?;
        }
        writeln!(out, "# HELP houmao_doctor_{} {}", self.name, self.help)?;
        for (labels, value) in &self.samples {
            let labels: Vec<String> = labels.iter().map(|(n, v)| format!("{n}=\"{}\"", escape(v))).collect();
            let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
            writeln!(out, "houmao_doctor_{}{labels} {value}", self.name)?;
        }
        Ok(())
    }
}

/// A label's value: control characters made visible, then the three escapes of the format.
fn escape(value: &str) -> String {
    visible(value, false).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Writes all families.
pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    families(report).iter().try_for_each(|family| family.write(out))?;
    out.write_all(b"# EOF\n")
}

/// Writes the families of several reports: each once, with the samples of all, since a family may stand in a file only
/// once. The label `input` tells them apart.
pub(super) fn write_several(all: &[Judged], out: &mut dyn io::Write) -> io::Result<()> {
    let mut merged: Vec<Family> = Vec::new();
    for judged in all {
        for mut family in families(judged.report) {
            family
                .samples
                .iter_mut()
                .for_each(|(labels, _)| labels.insert(0, ("input", judged.input.clone())));
            match merged.iter_mut().find(|known| known.name == family.name) {
                Some(known) => known.samples.append(&mut family.samples),
                None => merged.push(family),
            }
        }
    }
    merged.iter().try_for_each(|family| family.write(out))?;
    out.write_all(b"# EOF\n")
}

/// All families of a report.
fn families(report: &Report) -> Vec<Family> {
    let mut all = vec![build(report), verdicts(report)];
    all.extend(findings(report));
    all.extend(run(report));
    all.extend(report.waited.iter().flat_map(waited));
    all
}

/// Who judged for which release.
fn build(report: &Report) -> Family {
    let or_unknown = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
    let labels = vec![
        ("version", DOCTOR.to_owned()),
        ("houmao", or_unknown(&report.houmao_version)),
        ("dialect", or_unknown(&report.houmao_dialect)),
    ];
    Family::new("build_info", "Release of the doctor, and release and dialect of Houmao that it judged for.")
        .add(labels, 1)
}

/// The verdict on each operation, each of the five as 0 or 1.
fn verdicts(report: &Report) -> Family {
    let mut family = Family::new(
        "operation_verdict",
        "Whether an operation of houmao-mgr would work; one of the five is 1.",
    );
    let mut told: Vec<(&str, &str, &str)> = Vec::new();
    for o in &report.operations {
        let subject = o.subject.as_deref().unwrap_or_default();
        let key = (o.operation.as_str(), o.selector.as_str(), subject);
        // A series may be there only once.
        if told.contains(&key) {
            continue;
        }
        told.push(key);
        for (verdict, name) in VERDICTS {
            let labels = vec![
                ("operation", o.operation.clone()),
                ("selector", o.selector.clone()),
                ("subject", subject.to_owned()),
                ("verdict", name.to_owned()),
            ];
            family = family.add(labels, u8::from(o.verdict == verdict));
        }
    }
    family
}

const VERDICTS: [(OperationVerdict, &str); 5] = [
    (OperationVerdict::WillWork, "will_work"),
    (OperationVerdict::WillWorkByFallback, "will_work_by_fallback"),
    (OperationVerdict::WillFail, "will_fail"),
    (OperationVerdict::WouldHarm, "would_harm"),
    (OperationVerdict::CannotTell, "cannot_tell"),
];

/// Findings by severity, with zeros, and by rule.
fn findings(report: &Report) -> [Family; 2] {
    let all = order::findings(report);
    let severities = [Severity::Danger, Severity::Error, Severity::Warning, Severity::Info];
    let mut by_severity = Family::new("findings", "Findings by severity.");
    for severity in severities {
        let n = all.iter().filter(|f| f.severity == severity).count();
        by_severity = by_severity.add(vec![("severity", words::severity(severity).to_owned())], n);
    }
    let mut rules = BTreeMap::<(&str, &str), usize>::new();
    for f in &all {
        *rules.entry((f.rule.as_str(), words::severity(f.severity))).or_default() += 1;
    }
    let mut by_rule = Family::new(
        "rule_findings",
        "Findings by rule and severity; a rule that found nothing is not there.",
    );
    for ((rule, severity), n) in rules {
        by_rule = by_rule.add(vec![("rule", rule.to_owned()), ("severity", severity.to_owned())], n);
    }
    [by_severity, by_rule]
}

/// Outcomes, subjects, exit code, and when and how long was looked.
fn run(report: &Report) -> Vec<Family> {
    let mut outcomes = Family::new("outcomes", "Rules asked of subjects, by what came of it.");
    for (name, n) in Tally::of(report).named() {
        outcomes = outcomes.add(vec![("outcome", name.to_owned())], n);
    }
    let mut subjects = Family::new("subjects", "What was judged, by kind.");
    for kind in [SubjectKind::Host, SubjectKind::Session, SubjectKind::Window, SubjectKind::Record] {
        let n = report.subjects.iter().filter(|s| s.kind == kind).count();
        subjects = subjects.add(vec![("kind", plain::subject_kind(kind).to_owned())], n);
    }
    let code = "Exit code of the run: 0 fine, 1 findings, 2 the doctor failed, 3 inconclusive, 4 nothing to examine.";
    let mut families = vec![outcomes, subjects, Family::new("exit_code", code).add(vec![], report.exit_code)];
    families.extend(
        timestamp(&report.taken_at)
            .map(|at| seconds("taken_at_timestamp_seconds", "When the judged observation was made.", at)),
    );
    if let Some(took) = report.observed_in_ms {
        let value = format!("{}.{:03}", took / 1000, took % 1000);
        families.push(seconds("observation_duration_seconds", "How long the observation took.", value));
    }
    families
}

/// How long was waited, and what the first look said; all else is of the last one.
fn waited(w: &Waited) -> Vec<Family> {
    let gauge = |name, help, value: u64| Family::new(name, help).add(vec![], value);
    let mut families = vec![
        seconds("waited_seconds", "Time from the first look to the end of the last.", w.seconds.to_string()),
        gauge("looks", "How often was looked.", u64::from(w.looks)),
        gauge("waited_well", "Whether what was waited for is so.", u64::from(w.well)),
        gauge(
            "first_look_exit_code",
            "Exit code that the first look would have given.",
            u64::from(w.first.exit_code),
        ),
        gauge("first_look_findings", "Findings of the first look.", w.first.findings.len() as u64),
    ];
    families.extend(
        timestamp(&w.first.taken_at)
            .map(|at| seconds("first_look_timestamp_seconds", "When the first look was made.", at)),
    );
    if let Some(verdict) = w.first.verdict {
        let help = "What the first look said of the operation that was asked about; one of the five is 1.";
        let one = |family: Family, (of, name): (OperationVerdict, &str)| {
            family.add(vec![("verdict", name.to_owned())], u8::from(verdict == of))
        };
        families.push(VERDICTS.into_iter().fold(Family::new("first_look_verdict", help), one));
    }
    families
}

/// A family of one sample in seconds.
fn seconds(name: &'static str, help: &'static str, value: String) -> Family {
    Family { unit: Some("seconds"), ..Family::new(name, help).add(vec![], value) }
}

/// A time as seconds since 1970.
fn timestamp(at: &str) -> Option<String> {
    let value = at.parse::<jiff::Timestamp>().ok()?.as_millisecond();
    Some(format!("{}.{:03}", value.div_euclid(1000), value.rem_euclid(1000)))
}

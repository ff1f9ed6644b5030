//! One JSON object a line, all with the same keys, for logs and for DuckDB: each finding; each rule that could not be
//! decided, since a log without it would look healthy; each finding that is suppressed; what the first look said, where
//! there were several; and last the run itself, so that a run which found nothing leaves a trace. The keys are frozen like
//! those of the JSON report.
use super::text::{command, plain_json, prose, visible};
use super::{DOCTOR, Judged, order, plain, tally, told, words};
use crate::finding::{self, Report, Verdict, Waited};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io;

/// The version of this format.
pub const SCHEMA: &str = "houmao-doctor.line/1";

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// A rule fired.
    Finding,
    /// A rule fired, and the operator lives with it; the message is the reason.
    Suppressed,
    /// A rule could not be decided, because something was not seen.
    Unknown,
    /// A rule could not be evaluated: a fault of the doctor.
    Error,
    /// What the first look said, where there were several (`--wait`): its time, its exit code, and as evidence what fired.
    FirstLook,
    /// The run as a whole; the last line.
    Run,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// Always `houmao-doctor.line/1`.
    pub schema: String,
    /// What the line is about.
    pub kind: LineKind,
    /// Which of several inputs was judged, as it was named; null where there is one.
    #[serde(default)]
    pub input: Option<String>,
    /// When the judged observation was made, RFC 3339 in UTC.
    pub taken_at: String,
    /// Release of the doctor that wrote the line.
    pub doctor: String,
    /// The Houmao release that was judged; null when it is not known.
    pub houmao: Option<String>,
    /// Its command-line dialect, `flat` (0.x) or `scoped` (since 1.0); null when it is not known.
    pub dialect: Option<String>,
    /// Id of the subject; null in the line of the run.
    pub subject: Option<String>,
    /// `host`, `session`, `window` or `record`; null in the line of the run.
    pub subject_kind: Option<String>,
    /// What a person calls the subject; null in the line of the run.
    pub subject_name: Option<String>,
    /// Id of the rule; null in the line of the run.
    pub rule: Option<String>,
    /// `danger`, `error`, `warning` or `info`; null unless it is a finding.
    pub severity: Option<String>,
    /// The defect, in one line; null unless it is a finding.
    pub title: Option<String>,
    /// What is wrong here; what happened; for the run, the counts.
    pub message: Option<String>,
    /// Equal for the same defect in another run; null unless it is a finding.
    pub fingerprint: Option<String>,
    /// Rules that fired too and explain this one.
    pub caused_by: Vec<String>,
    /// What was observed, each as `fact is value (the rule asks: value), from source`.
    pub evidence: Vec<String>,
    /// The facts that were missing, each with the reason.
    pub missing: Vec<String>,
    /// The commands of the way out, safest first, each quoted for a POSIX shell; a step without a command by its title.
    pub remedies: Vec<String>,
    /// What not to run, quoted for a POSIX shell.
    pub do_not: Vec<String>,
    /// The exit code of the run, the same in every line but that of the first look, which has its own.
    pub exit_code: u8,
}

/// Writes the lines: findings in the order of every format, then what is unknown, then the run.
pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    write_lines(lines(report), out)
}

/// Writes the lines of several reports, each with its input.
pub(super) fn write_several(all: &[Judged], out: &mut dyn io::Write) -> io::Result<()> {
    all.iter().try_for_each(|judged| {
        let named = lines(judged.report).map(|line| Line { input: Some(judged.input.clone()), ..line });
        write_lines(named, out)
    })
}

fn write_lines(lines: impl Iterator<Item = Line>, out: &mut dyn io::Write) -> io::Result<()> {
    for line in lines {
        writeln!(out, "{}", plain_json(&serde_json::to_string(&line)?))?;
    }
    Ok(())
}

fn lines(report: &Report) -> impl Iterator<Item = Line> {
    let findings = order::findings(report).into_iter().map(|f| Line::of_finding(report, f));
    let others = report.outcomes.iter().filter_map(|o| Line::of_ignorance(report, o));
    let first = report.waited.iter().map(|w| Line::of_first_look(report, w));
    findings.chain(others).chain(first).chain([Line::of_run(report)])
}

impl Line {
    /// The line with what all lines of a run have in common.
    fn new(report: &Report, kind: LineKind) -> Self {
        Line {
            schema: SCHEMA.to_owned(),
            kind,
            input: None,
            taken_at: report.taken_at.clone(),
            doctor: DOCTOR.to_owned(),
            houmao: report.houmao_version.clone(),
            dialect: report.houmao_dialect.clone(),
            subject: None,
            subject_kind: None,
            subject_name: None,
            rule: None,
            severity: None,
            title: None,
            message: None,
            fingerprint: None,
            caused_by: vec![],
            evidence: vec![],
            missing: vec![],
            remedies: vec![],
            do_not: vec![],
            exit_code: report.exit_code,
        }
    }

    /// The line of one rule asked of one subject.
    fn about(report: &Report, kind: LineKind, rule: &str, subject: &str) -> Self {
        let known = report.subjects.iter().find(|s| s.id == subject);
        Line {
            subject: Some(subject.to_owned()),
            subject_kind: known.map(|s| plain::subject_kind(s.kind).to_owned()),
            subject_name: known.map(|s| s.name.clone()),
            rule: Some(rule.to_owned()),
            ..Line::new(report, kind)
        }
    }

    fn of_finding(report: &Report, f: &finding::Finding) -> Self {
        let step = |r: &finding::Remedy| match r.argv.as_slice() {
            [] => r.title.clone(),
            argv => command(argv, false),
        };
        let warning = |d: &finding::DoNot| match d.argv.as_slice() {
            [] => d.because.clone(),
            argv => command(argv, false),
        };
        Line {
            severity: Some(words::severity(f.severity).to_owned()),
            title: Some(f.title.clone()),
            message: Some(prose(&f.message)),
            fingerprint: Some(f.fingerprint.clone()),
            caused_by: f.caused_by.clone(),
            evidence: f.evidence.iter().map(plain::evidence).collect(),
            remedies: f.remedies.iter().map(step).collect(),
            do_not: f.do_not.iter().map(warning).collect(),
            ..Line::about(report, LineKind::Finding, &f.rule, &f.subject)
        }
    }

    fn of_ignorance(report: &Report, o: &finding::Outcome) -> Option<Self> {
        let about = |kind| Line::about(report, kind, &o.rule, &o.subject);
        match &o.verdict {
            Verdict::Unknown { missing } => {
                Some(Line { missing: missing.clone(), ..about(LineKind::Unknown) })
            }
            Verdict::Error { detail } => {
                Some(Line { message: Some(detail.clone()), ..about(LineKind::Error) })
            }
            Verdict::Suppressed { finding, by } => Some(Line {
                kind: LineKind::Suppressed,
                message: report.policy.suppressions.get(*by).map(|s| prose(&s.reason)),
                ..Line::of_finding(report, finding)
            }),
            Verdict::Fired { .. } | Verdict::Passed | Verdict::NotApplicable => None,
        }
    }

    fn of_first_look(report: &Report, w: &Waited) -> Self {
        let fired =
            |(rule, subject): &(String, String)| visible(&format!("{rule} fired for {subject}"), false);
        Line {
            taken_at: w.first.taken_at.clone(),
            exit_code: w.first.exit_code,
            message: Some(words::waited(w)),
            evidence: w.first.findings.iter().map(fired).collect(),
            ..Line::new(report, LineKind::FirstLook)
        }
    }

    fn of_run(report: &Report) -> Self {
        let nothing = told::nothing_to_examine(report).map(|nothing| nothing + " ");
        let message = format!("{}{}", nothing.unwrap_or_default(), tally::sentence(report));
        Line { message: Some(message), ..Line::new(report, LineKind::Run) }
    }
}

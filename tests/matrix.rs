//! Every rule on every fixture, held as one snapshot: a line a fixture, with everything that is neither passed nor not
//! applicable. What a change of one rule does to the fixtures of all others is seen in its diff.
#[allow(dead_code, reason = "each test file uses a part of it")]
mod corpus;

use corpus::{cases, fired};
use houmao_doctor::doctor;
use houmao_doctor::finding::{Detail, Finding, Report, Severity, Verdict};
use houmao_doctor::report::{self, Format, Look};
use std::fmt::Write as _;

/// One report in one line: exit code, what fired (in brackets what follows from another), what is unknown.
fn line(report: &Report) -> String {
    let mut text = format!("exit {}:", report.exit_code);
    for outcome in &report.outcomes {
        let told = match &outcome.verdict {
            Verdict::Fired { finding } => {
                let severity = match finding.severity {
                    Severity::Danger => "danger",
                    Severity::Error => "error",
                    Severity::Warning => "warning",
                    Severity::Info => "info",
                };
                match finding.caused_by.is_empty() {
                    true => format!("{severity} {}", outcome.rule),
                    false => format!("({severity} {})", outcome.rule),
                }
            }
            Verdict::Unknown { .. } => format!("? {}", outcome.rule),
            Verdict::Error { detail } => format!("broken {}: {detail}", outcome.rule),
            _ => continue,
        };
        let place = outcome.subject.split_once(':').map_or(outcome.subject.as_str(), |(kind, _)| kind);
        let place = if place == "session" { String::new() } else { format!(" of {place}") };
        write!(text, " {told}{place};").expect("writing to memory");
    }
    text.trim_end_matches([';', ':']).to_owned()
}

#[test]
fn every_rule_on_every_fixture() {
    let name = |case: &corpus::Case| {
        let name = case.name.strip_prefix("fixtures/").unwrap_or(&case.name);
        name.strip_suffix(".yaml").unwrap_or(name).to_owned()
    };
    let mut lines: Vec<_> = cases().iter().map(|case| (name(case), line(&case.report))).collect();
    lines.sort();
    let lines: Vec<String> = lines.iter().map(|(name, line)| format!("{name}: {line}")).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

/// What fired comes out: the JSON is of its schema and has each finding once and counted, the Markdown counts the same and
/// fits one issue, none folds under one that did not fire for the same
/// subject or the host, no cause follows from its own consequence, and the whole human report names every one.
#[test]
fn what_fired_comes_out() {
    let look = Look { detail: Detail::Full, width: 200, ..Look::default() };
    let schema = doctor::schema(doctor::Document::Report).expect("the schema");
    let schema = serde_json::from_str(&schema).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    for corpus::Case { name, report, .. } in cases() {
        let fired: Vec<&Finding> = fired(report).collect();
        let written = |format: Format| {
            let mut bytes = Vec::new();
            report::write(format, report, &look, &mut bytes).expect("writing to memory");
            String::from_utf8(bytes).expect("text")
        };
        let json: serde_json::Value = serde_json::from_str(&written(Format::Json)).expect("JSON");
        assert!(schema.is_valid(&json), "{name}: {:?}", schema.iter_errors(&json).next());
        let issue = written(Format::Markdown);
        assert!(issue.encode_utf16().count() <= 65_536, "{name}");
        let counted = [format!("\n{} fired", fired.len()), format!(" Exit code {}.", report.exit_code)];
        assert!(counted.iter().all(|part| issue.contains(part.as_str())), "{name}: {counted:?}\n{issue}");
        let listed = json["findings"].as_array().expect("a list");
        assert_eq!(listed.len(), fired.len(), "{name}");
        assert_eq!(json["outcomes"]["counts"]["fired"], fired.len(), "{name}");
        let page = written(Format::Human);
        for finding in &fired {
            let (rule, subject) = (finding.rule.as_str(), finding.subject.as_str());
            let same = |f: &&serde_json::Value| f["rule"] == rule && f["subject"] == subject;
            assert_eq!(listed.iter().filter(same).count(), 1, "{name}: {rule} of {subject}");
            assert!(page.contains(rule), "{name}: the page does not name {rule}\n{page}");
            for cause in &finding.caused_by {
                let other = fired.iter().find(|f| f.rule == *cause);
                let other =
                    other.unwrap_or_else(|| panic!("{name}: {rule} follows from {cause}, which is silent"));
                assert!(
                    !other.caused_by.contains(&finding.rule),
                    "{name}: {rule} and {cause} explain each other"
                );
            }
        }
    }
}

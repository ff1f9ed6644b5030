//! Every rule on every fixture, held as one snapshot: a line a fixture, with everything that is neither passed nor not
//! applicable. What a change of one rule does to the fixtures of all others is seen in its diff.
use houmao_doctor::doctor::{self, Request, Source, fixture};
use houmao_doctor::finding::{Report, Severity, Verdict};
use std::fmt::Write as _;
use std::path::Path;

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
    let rules = doctor::rule_set().expect("the built-in rules load");
    let mut lines = Vec::new();
    for entry in std::fs::read_dir("fixtures/sessions").expect("fixtures/sessions is there") {
        let file = entry.expect("an entry").path().join("snapshot.yaml");
        let snapshot = doctor::load_snapshot(&file).expect("a fixture loads");
        let request = Request { source: Source::Snapshot(file.clone()), offline: true, ..Request::default() };
        let report = doctor::judge(&snapshot, &rules, &request).expect("it can be judged");
        let name = file.parent().and_then(Path::file_name).expect("a name").to_string_lossy().into_owned();
        lines.push(format!("sessions/{name}: {}", line(&report)));
    }
    let all = fixture::rule_fixtures(Path::new("fixtures/rules"), &rules).expect("the fixtures load");
    for fixture in &all.fixtures {
        let report = fixture.judge(&rules).expect("it can be judged");
        let name = fixture.file.strip_prefix("fixtures").unwrap_or(&fixture.file);
        lines.push(format!("{}: {}", name.with_extension("").display(), line(&report)));
    }
    lines.sort();
    assert!(lines.len() > 700, "only {} fixtures were found", lines.len());
    insta::assert_snapshot!(lines.join("\n"));
}

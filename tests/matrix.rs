//! Every rule on every fixture, held as one snapshot: a line a fixture, with everything that is neither passed nor not
//! applicable. What a change of one rule does to the fixtures of all others is seen in its diff.
use houmao_doctor::doctor::{self, Request, Source, fixture};
use houmao_doctor::finding::{Detail, Finding, Report, Severity, Verdict};
use houmao_doctor::report::{self, Format, Look};
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

/// The reports of all fixtures, each with a name.
fn reports() -> Vec<(String, Report)> {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let mut found = Vec::new();
    for entry in std::fs::read_dir("fixtures/sessions").expect("fixtures/sessions is there") {
        let file = entry.expect("an entry").path().join("snapshot.yaml");
        let snapshot = doctor::load_snapshot(&file).expect("a fixture loads");
        let request = Request { source: Source::Snapshot(file.clone()), offline: true, ..Request::default() };
        let report = doctor::judge(&snapshot, &rules, &request).expect("it can be judged");
        let name = file.parent().and_then(Path::file_name).expect("a name").to_string_lossy().into_owned();
        found.push((format!("sessions/{name}"), report));
    }
    let all = fixture::rule_fixtures(Path::new("fixtures/rules"), &rules).expect("the fixtures load");
    for fixture in &all.fixtures {
        let report = fixture.judge(&rules).expect("it can be judged");
        let name = fixture.file.strip_prefix("fixtures").unwrap_or(&fixture.file);
        found.push((name.with_extension("").display().to_string(), report));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(found.len() > 700, "only {} fixtures were found", found.len());
    found
}

#[test]
fn every_rule_on_every_fixture() {
    let lines: Vec<String> =
        reports().iter().map(|(name, report)| format!("{name}: {}", line(report))).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

/// What fired comes out: each finding is in the JSON once and counted, none folds under one that did not fire for the same
/// subject or the host, no cause follows from its own consequence, and the whole human report names every one.
#[test]
fn what_fired_comes_out() {
    let look = Look { detail: Detail::Full, width: 200, ..Look::default() };
    for (name, report) in reports() {
        let fired: Vec<&Finding> = report
            .outcomes
            .iter()
            .filter_map(|o| if let Verdict::Fired { finding } = &o.verdict { Some(&**finding) } else { None })
            .collect();
        let written = |format: Format| {
            let mut bytes = Vec::new();
            report::write(format, &report, &look, &mut bytes).expect("writing to memory");
            String::from_utf8(bytes).expect("text")
        };
        let json: serde_json::Value = serde_json::from_str(&written(Format::Json)).expect("JSON");
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

//! Workflow annotations, read as GitHub's runner reads a log.
use super::{HOSTILE, cases, samples, text};
use houmao_doctor::finding::{Report, Severity, Verdict};
use houmao_doctor::report::{Format, Look, write};

/// A command of the log: its name, its title, its data.
fn command(line: &str) -> Option<(String, String, String)> {
    let (head, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, title) = head.split_once(" title=")?;
    let plain = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n");
        text.replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    };
    Some((name.to_owned(), plain(title), plain(data)))
}

fn commands(report: &Report) -> Vec<(String, String, String)> {
    let text = text(Format::Github, report);
    let (last, lines) =
        text.lines().collect::<Vec<_>>().split_last().map(|(l, r)| ((*l).to_owned(), r.to_vec())).unwrap();
    assert!(
        last.starts_with("houmao-doctor: ") && last.contains(&format!("Exit code {}.", report.exit_code)),
        "{last}"
    );
    lines.into_iter().map(|l| command(l).unwrap_or_else(|| panic!("no command: {l}"))).collect()
}

#[test]
fn every_finding_is_one_annotation_of_its_level() {
    for (name, report) in cases() {
        let all = commands(&report);
        for outcome in &report.outcomes {
            let Verdict::Fired { finding } = &outcome.verdict else { continue };
            let level = match finding.severity {
                Severity::Danger | Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "notice",
            };
            assert!(
                all.iter().any(|(l, title, _)| l == level && *title == finding.rule),
                "{name}: {}",
                finding.rule
            );
        }
        let unknown = report.outcomes.iter().any(|o| matches!(o.verdict, Verdict::Unknown { .. }));
        let own = all.iter().find(|(_, title, _)| title == "houmao-doctor").map(|(_, _, said)| said.as_str());
        assert_eq!(own.is_some(), unknown || name == "nothing", "{name}");
        if name == "nothing" {
            assert_eq!(own, Some("Nothing to examine: no managed session was found."));
        }
    }
}

#[test]
fn a_name_cannot_make_a_command() {
    let benign = commands(&samples::hostile_named("gpu"));
    for name in HOSTILE {
        let all = commands(&samples::hostile_named(name));
        let heads = |all: &[(String, String, String)]| {
            all.iter().map(|(l, t, _)| (l.clone(), t.clone())).collect::<Vec<_>>()
        };
        assert_eq!(heads(&all), heads(&benign), "{name:?}");
        // The runner obeys `##[` wherever it stands in a line that is no command.
        let plain: Vec<String> =
            text(Format::Github, &samples::hostile_named(name)).lines().map(str::to_owned).collect();
        assert!(!plain.last().unwrap().contains("##["), "{name:?}");
    }
}

#[test]
fn below_show_is_not_annotated() {
    let look = Look { show: Severity::Warning, ..Look::default() };
    let mut out = Vec::new();
    write(Format::Github, &samples::stale_pointer_good_fallback(), &look, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(
        text.contains("::warning title=manifest-pointer-dangling::") && !text.contains("::notice"),
        "{text}"
    );
}

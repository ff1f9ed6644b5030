//! The reports as their readers get them. Golden files are in `tests/snapshots`; `tests/run goldens` writes them anew.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#[path = "report/samples.rs"]
#[allow(dead_code, reason = "the other formats are tested on more of them")]
mod samples;

use houmao_doctor::finding::{Detail, Report, Severity, Verdict};
use houmao_doctor::report::{Format, Look, json, write};
use std::collections::BTreeSet;

fn text(format: Format, report: &Report, look: Look) -> String {
    let mut out = Vec::new();
    write(format, report, &look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn human(report: &Report) -> String {
    text(Format::Human, report, Look::default())
}

fn published(report: &Report) -> json::Report {
    serde_json::from_str(&text(Format::Json, report, Look::default())).unwrap()
}

/// Those of the golden files, and samples with every detail that a report can have.
fn all() -> Vec<(&'static str, Report)> {
    let made = [
        ("sound", samples::healthy()),
        ("missing_metadata", samples::missing_metadata()),
        ("stale_pointer_good_fallback", samples::stale_pointer_good_fallback()),
        ("danger", samples::danger()),
    ];
    samples::golden().into_iter().chain(made).collect()
}

fn looks() -> Vec<Look> {
    let mut looks = Vec::new();
    for width in [60, 80, 200] {
        for colour in [false, true] {
            for ascii in [false, true] {
                for detail in [Detail::Brief, Detail::Normal, Detail::Full] {
                    looks.push(Look { width, colour, ascii, detail, show: Severity::Info });
                }
            }
        }
    }
    looks
}

#[test]
fn human_reports() {
    for (name, report) in samples::golden() {
        insta::assert_snapshot!(format!("human_{name}"), human(&report));
    }
    insta::assert_snapshot!("human_many", human(&samples::many(200)));
}

#[test]
fn human_reports_brief_and_full() {
    let (name, broken) = samples::golden().remove(0);
    for (detail, look) in [("brief", Detail::Brief), ("full", Detail::Full)] {
        let look = Look { detail: look, ..Look::default() };
        insta::assert_snapshot!(format!("{detail}_{name}"), text(Format::Human, &broken, look));
    }
}

#[test]
fn json_reports() {
    for (name, report) in samples::golden() {
        insta::assert_snapshot!(format!("json_{name}"), text(Format::Json, &report, Look::default()));
    }
}

#[test]
fn json_is_one_document_of_its_schema() {
    let schema = serde_json::to_value(schemars::schema_for!(json::Report)).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, report) in all() {
        let text = text(Format::Json, &report, Look::default());
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        assert!(text.ends_with("}\n"));
        let ok = value["ok"] == serde_json::json!(true);
        assert_eq!(ok, report.exit_code == 0, "{name}");
    }
}

#[test]
fn counts_in_are_counts_out() {
    for (name, report) in all() {
        let out = published(&report);
        let c = out.outcomes.counts;
        assert_eq!(
            c.fired + c.passed + c.not_applicable + c.unknown + c.error,
            report.outcomes.len(),
            "{name}"
        );
        assert_eq!(out.findings.len(), c.fired, "{name}");
        let page = human(&report);
        for f in &out.findings {
            assert!(page.contains(&f.rule), "{name}: {} is not in the human report", f.rule);
        }
    }
}

#[test]
fn danger_comes_first_and_causes_before_echoes() {
    let out = published(&samples::sweep());
    assert_eq!(out.findings[0].severity, json::Severity::Danger);
    for (n, f) in out.findings.iter().enumerate() {
        for cause in &f.caused_by {
            let at = out.findings.iter().position(|c| c.rule == *cause && c.subject == f.subject);
            assert!(at.is_some_and(|at| at < n), "{} before its cause {cause}", f.rule);
        }
    }
}

/// Even a circle of causes, which no rule set should declare, loses nothing.
#[test]
fn a_circle_of_causes_loses_nothing() {
    let mut report = samples::missing_metadata();
    for outcome in &mut report.outcomes {
        if let Verdict::Fired { finding } = &mut outcome.verdict {
            finding.caused_by = vec!["tmux-metadata-missing".into(), "gateway-env-incomplete".into()];
        }
    }
    let rules: BTreeSet<String> = published(&report).findings.into_iter().map(|f| f.rule).collect();
    assert_eq!(rules.len(), 2);
    assert!(human(&report).contains("Cause: tmux-metadata-missing"));
}

#[test]
fn a_danger_is_said_before_anything_to_do() {
    let page = human(&samples::danger());
    let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("no {part:?}"));
    assert!(at("DANGER") < at("Do not run") && at("Do not run") < at("Cause") && at("Cause") < at("Do this"));
    // The remedy that the danger forbids is not offered.
    assert!(page.rfind("gateway attach --agent-name gpu").unwrap() < at("Do this"));
}

#[test]
fn nothing_that_a_terminal_obeys_gets_out() {
    for look in looks().into_iter().filter(|l| !l.colour) {
        let page = text(Format::Human, &samples::hostile(), look);
        let bad: Vec<char> =
            page.chars().filter(|c| c.is_control() && *c != '\n' || *c == '\u{202e}').collect();
        assert!(bad.is_empty(), "{bad:?} in {look:?}");
        assert!(page.lines().all(|l| !l.starts_with("OK")), "a name forged a line");
    }
}

#[test]
fn ascii_means_ascii() {
    for look in looks().into_iter().filter(|l| l.ascii) {
        for (name, report) in all() {
            assert!(text(Format::Human, &report, look).is_ascii(), "{name} {look:?}");
        }
    }
}

/// What is left when the colours are taken away is the report without colours: they carry nothing alone.
#[test]
fn colour_only_repeats() {
    for look in looks().into_iter().filter(|l| l.colour) {
        for (name, report) in all() {
            let coloured = text(Format::Human, &report, look);
            let plain = text(Format::Human, &report, Look { colour: false, ..look });
            assert_eq!(without_sgr(&coloured), plain, "{name} {look:?}");
            assert_ne!(coloured, plain, "{name} {look:?}");
        }
    }
}

fn without_sgr(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + part.split_once('m').unwrap().1)
}

/// Prose keeps to the width; what is longer holds a path, a command or a value, which are never broken.
#[test]
fn prose_is_wrapped_and_commands_are_not() {
    for width in [60, 80, 200] {
        let look = Look { width, ..Look::default() };
        for (name, report) in all().into_iter().filter(|(name, _)| *name != "hostile") {
            for line in text(Format::Human, &report, look).lines() {
                let wide = unicode_width::UnicodeWidthStr::width(line) > width;
                let kept = ["/", "tmux ", "houmao-", "from ", " is ", "  ok", "FAILS", "goes on", "reached"];
                assert!(!wide || kept.iter().any(|k| line.contains(k)), "{name} at {width}: {line}");
            }
        }
        let page = text(Format::Human, &samples::danger(), Look { detail: Detail::Full, ..look });
        assert!(page.contains("\n      tmux list-windows -t '$0' -F '#{window_index} #{window_id}'\n"));
    }
}

#[test]
fn below_show_is_counted_and_not_told() {
    let look = Look { show: Severity::Warning, ..Look::default() };
    let page = text(Format::Human, &samples::stale_pointer_good_fallback(), look);
    assert!(!page.contains("several-windows") && page.contains("(1 below --show)"), "{page}");
}

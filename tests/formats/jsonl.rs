//! JSON lines, as DuckDB and log shippers read them.
use super::{HOSTILE, cases, samples, text};
use houmao_doctor::report::Format;
use houmao_doctor::report::jsonl::{Line, LineKind};
use serde_json::Value;

fn lines(report: &houmao_doctor::finding::Report) -> Vec<Value> {
    text(Format::Jsonl, report).lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn every_line_has_the_same_keys_and_is_of_the_schema() {
    let schema = serde_json::to_value(schemars::schema_for!(Line)).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, report) in cases() {
        let all = lines(&report);
        let keys = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        for line in &all {
            assert_eq!(keys(line), keys(&all[0]), "{name}");
            assert!(validator.is_valid(line), "{name}: {line}");
            let flat = |v: &Value| match v {
                Value::Array(items) => items.iter().all(Value::is_string),
                other => !other.is_object(),
            };
            assert!(line.as_object().unwrap().values().all(flat), "{name}: {line}");
        }
    }
}

#[test]
fn the_first_look_has_a_line_of_its_own() {
    let mut report = samples::healthy();
    report.waited = Some(samples::waited());
    let all: Vec<Line> = lines(&report).into_iter().map(|l| serde_json::from_value(l).unwrap()).collect();
    let first = &all[all.len() - 2];
    assert_eq!(
        (first.kind, first.taken_at.as_str(), first.exit_code),
        (LineKind::FirstLook, "2026-11-22T07:13:58Z", 1)
    );
    assert_eq!(first.evidence[0], "tmux-metadata-missing fired for session:gpu");
    assert_eq!(
        all.last().map(|l| (l.kind, l.taken_at.clone(), l.exit_code)),
        Some((LineKind::Run, report.taken_at, 0))
    );
}

#[test]
fn findings_come_first_then_ignorance_then_the_run() {
    for (name, report) in cases().into_iter().chain(HOSTILE.map(|n| (n, samples::hostile_named(n)))) {
        let all: Vec<Line> = lines(&report).into_iter().map(|l| serde_json::from_value(l).unwrap()).collect();
        let kinds = |kind| all.iter().filter(|l| l.kind == kind).count();
        let of = |test: &dyn Fn(&houmao_doctor::finding::Verdict) -> bool| {
            report.outcomes.iter().filter(|o| test(&o.verdict)).count()
        };
        use houmao_doctor::finding::Verdict;
        assert_eq!(kinds(LineKind::Finding), of(&|v| matches!(v, Verdict::Fired { .. })), "{name}");
        assert_eq!(kinds(LineKind::Unknown), of(&|v| matches!(v, Verdict::Unknown { .. })), "{name}");
        assert_eq!(kinds(LineKind::Error), of(&|v| matches!(v, Verdict::Error { .. })), "{name}");
        let last = all.last().unwrap();
        assert_eq!(
            (last.kind, kinds(LineKind::Run), last.exit_code),
            (LineKind::Run, 1, report.exit_code),
            "{name}"
        );
        assert!(all.iter().take(kinds(LineKind::Finding)).all(|l| l.kind == LineKind::Finding), "{name}");
    }
}

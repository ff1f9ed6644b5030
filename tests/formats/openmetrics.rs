//! Metrics. `tests/run reports` reads them with the parsers of Prometheus' own client; here their form is held.
use super::{HOSTILE, cases, samples, text};
use houmao_doctor::finding::{Report, Verdict};
use houmao_doctor::report::Format;
use std::collections::BTreeMap;

/// The samples, by name with labels.
fn values(report: &Report) -> BTreeMap<String, f64> {
    let text = text(Format::Openmetrics, report);
    let mut lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.pop(), Some("# EOF"));
    let mut values = BTreeMap::new();
    let mut family = "";
    for line in lines {
        if let Some(described) = line.strip_prefix("# TYPE ") {
            // The textfile collector refuses the types that only OpenMetrics has.
            family = described.strip_suffix(" gauge").unwrap_or_else(|| panic!("{line}"));
        } else if let Some(described) = line.strip_prefix("# ") {
            assert_eq!(described.split(' ').nth(1), Some(family), "{line}");
        } else {
            let (series, value) = line.rsplit_once(' ').unwrap();
            assert_eq!(series.split('{').next(), Some(family), "{line}");
            assert!(values.insert(series.to_owned(), value.parse().unwrap()).is_none(), "twice: {series}");
        }
    }
    values
}

#[test]
fn the_numbers_are_those_of_the_report() {
    for (name, report) in cases() {
        let values = values(&report);
        let sum = |family: &str| -> f64 {
            values.iter().filter(|(k, _)| k.split('{').next() == Some(family)).map(|(_, v)| v).sum()
        };
        let fired = report.outcomes.iter().filter(|o| matches!(o.verdict, Verdict::Fired { .. })).count();
        assert_eq!(sum("houmao_doctor_outcomes"), report.outcomes.len() as f64, "{name}");
        assert_eq!(sum("houmao_doctor_findings"), fired as f64, "{name}");
        assert_eq!(sum("houmao_doctor_rule_findings"), fired as f64, "{name}");
        assert_eq!(sum("houmao_doctor_operation_verdict"), report.operations.len() as f64, "{name}");
        assert_eq!(values["houmao_doctor_exit_code"], f64::from(report.exit_code), "{name}");
        let taken = report.taken_at.parse::<jiff::Timestamp>().unwrap().as_millisecond() as f64 / 1000.0;
        assert_eq!(values["houmao_doctor_taken_at_timestamp_seconds"], taken, "{name}");
        let took = report.observed_in_ms.map(|ms| ms as f64 / 1000.0);
        assert_eq!(values.get("houmao_doctor_observation_duration_seconds").copied(), took, "{name}");
    }
}

/// The first look has families of its own; all others are of the last.
#[test]
fn what_was_waited_for_is_measured() {
    let mut report = samples::healthy();
    let before = values(&report).len();
    report.waited = Some(samples::waited());
    let values = values(&report);
    assert_eq!(values["houmao_doctor_waited_seconds"], 7.0);
    assert_eq!(values["houmao_doctor_looks"], 8.0);
    assert_eq!(values["houmao_doctor_waited_well"], 1.0);
    assert_eq!(values["houmao_doctor_first_look_exit_code"], 1.0);
    assert_eq!(values["houmao_doctor_first_look_findings"], 2.0);
    assert_eq!(values["houmao_doctor_first_look_timestamp_seconds"], 1_795_331_638.0);
    assert_eq!(values["houmao_doctor_first_look_verdict{verdict=\"will_fail\"}"], 1.0);
    assert_eq!(values["houmao_doctor_first_look_verdict{verdict=\"will_work\"}"], 0.0);
    assert_eq!(values.len(), before + 6 + 5);
}

#[test]
fn what_is_not_known_is_left_out() {
    let mut report = samples::healthy();
    report.observed_in_ms = None;
    report.taken_at = "some day".into();
    let values = values(&report);
    assert!(!values.keys().any(|k| k.contains("seconds")), "{values:?}");
}

#[test]
fn a_name_cannot_make_a_series() {
    let benign = values(&samples::hostile_named("gpu"));
    for name in HOSTILE {
        let hostile = values(&samples::hostile_named(name));
        assert_eq!(hostile.len(), benign.len(), "{name:?}");
        assert_eq!(hostile["houmao_doctor_exit_code"], 1.0, "{name:?}");
    }
}

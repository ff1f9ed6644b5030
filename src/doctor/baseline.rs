//! A baseline: the findings of an earlier report, which are known and do not count again.
use super::DoctorError;
use super::request::{Request, Source};
use super::store::{LINES, Text};
use crate::finding::Baseline;
use crate::report::json::{REPORTS, SCHEMA};
use crate::snapshot::SCHEMA as SNAPSHOT;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Of a report only what makes it a baseline, so that those of other releases of the doctor are read too.
#[derive(Deserialize)]
struct Known {
    findings: Option<Vec<Finding>>,
}

#[derive(Deserialize)]
struct Finding {
    fingerprint: String,
}

/// The reports on several inputs.
#[derive(Deserialize)]
struct Several {
    reports: Vec<Judged>,
}

#[derive(Deserialize)]
struct Judged {
    input: String,
    report: Known,
}

/// A line of a report in JSON lines.
#[derive(Deserialize)]
struct Line {
    schema: String,
    kind: String,
    input: Option<String>,
    fingerprint: Option<String>,
}

/// Fingerprints, each with the input it is of where there are several.
type Prints = Vec<(Option<String>, String)>;

/// Reads what `--baseline` names, if anything. Of the reports on several inputs, that on the input of the same name
/// counts; where none has it, all of them do.
///
/// # Errors
/// One sentence: what is wrong with which file.
pub(super) fn read(request: &Request) -> Result<Option<Baseline>, DoctorError> {
    let Some(path) = &request.baseline else { return Ok(None) };
    let file = path.display().to_string();
    let (inputs, prints) = known(path).map_err(|what| DoctorError::Baseline { file: file.clone(), what })?;
    let name = match &request.source {
        Source::Snapshot(path) | Source::Fixture(path) => Some(path.display().to_string()),
        Source::Live | Source::Demo(_) => None,
    };
    let own = name.filter(|name| inputs.contains(name));
    let counts = |input: &Option<String>| own.is_none() || *input == own;
    let fingerprints = prints.into_iter().filter(|(input, _)| counts(input)).map(|(_, print)| print);
    Ok(Some(Baseline { file, fingerprints: fingerprints.collect() }))
}

/// The inputs and the fingerprints of a report in any form that programs read.
fn known(path: &Path) -> Result<(BTreeSet<String>, Prints), String> {
    let text = Text::regular(path)?;
    let first = text.lines().next().and_then(|line| serde_json::from_str::<Value>(line).ok());
    if first.is_some_and(|line| line.get("schema").and_then(Value::as_str) == Some(LINES)) {
        return lines(&text);
    }
    let value: Value = match text.trim_start().starts_with('{') {
        true => serde_json::from_str(&text).map_err(|e| e.to_string())?,
        false => serde_yaml::from_str(&text).map_err(|e| e.to_string())?,
    };
    let one = |known: Known, input: Option<String>| -> Result<Prints, String> {
        let findings = known.findings.ok_or("it has no `findings`")?;
        Ok(findings.into_iter().map(|f| (input.clone(), f.fingerprint)).collect())
    };
    match value.get("schema").and_then(Value::as_str) {
        Some(SCHEMA) => {
            let known = serde_json::from_value(value).map_err(|e| e.to_string())?;
            Ok((BTreeSet::new(), one(known, None)?))
        }
        Some(REPORTS) => {
            let all: Several = serde_json::from_value(value).map_err(|e| e.to_string())?;
            let inputs = all.reports.iter().map(|j| j.input.clone()).collect();
            let each = all.reports.into_iter().map(|j| one(j.report, Some(j.input)));
            Ok((inputs, each.collect::<Result<Vec<Prints>, String>>()?.concat()))
        }
        Some(SNAPSHOT) => Err("it is a snapshot, which has no findings until it is judged".to_owned()),
        Some(other) => Err(format!("its `schema` is {other}, expected {SCHEMA}, {REPORTS} or {LINES}")),
        None => Err("missing field `schema`".to_owned()),
    }
}

/// The same of a report in JSON lines.
fn lines(text: &str) -> Result<(BTreeSet<String>, Prints), String> {
    let (mut inputs, mut prints) = (BTreeSet::new(), Prints::new());
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let wrong = |what: String| format!("line {}: {what}", n + 1);
        let line: Line = serde_json::from_str(line).map_err(|e| wrong(e.to_string()))?;
        if line.schema != LINES {
            return Err(wrong(format!("its `schema` is {}, expected {LINES}", line.schema)));
        }
        inputs.extend(line.input.clone());
        if line.kind == "finding" {
            let print = line.fingerprint.ok_or_else(|| wrong("a finding without `fingerprint`".into()))?;
            prints.push((line.input, print));
        }
    }
    Ok((inputs, prints))
}

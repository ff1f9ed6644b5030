//! A baseline: the findings of an earlier report, which are known and do not count again.
use super::DoctorError;
use crate::finding::Baseline;
use crate::report::json::SCHEMA;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The largest report that is read, in bytes.
const LIMIT: u64 = 64 << 20;

/// Of a report only what makes it a baseline, so that those of other releases of the doctor are read too.
#[derive(Deserialize)]
struct Known {
    schema: String,
    findings: Option<Vec<Finding>>,
}

#[derive(Deserialize)]
struct Finding {
    fingerprint: String,
}

/// Reads a report that was written with `--format json`.
///
/// # Errors
/// One sentence: what is wrong with which file.
pub(super) fn read(path: &Path) -> Result<Baseline, DoctorError> {
    let file = path.display().to_string();
    let wrong = |what: String| DoctorError::Baseline { file: file.clone(), what };
    let metadata = std::fs::metadata(path).map_err(|e| wrong(e.to_string()))?;
    if !metadata.is_file() {
        return Err(wrong("it is not a regular file".to_owned()));
    }
    let mut text = String::new();
    let open = File::open(path).map_err(|e| wrong(e.to_string()))?;
    open.take(LIMIT).read_to_string(&mut text).map_err(|e| wrong(e.to_string()))?;
    let known: Known = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
    if known.schema != SCHEMA {
        return Err(wrong(format!("its `schema` is {}, expected {SCHEMA}", known.schema)));
    }
    let findings = known.findings.ok_or_else(|| wrong("it has no `findings`".to_owned()))?;
    let fingerprints: BTreeSet<String> = findings.into_iter().map(|f| f.fingerprint).collect();
    Ok(Baseline { file, fingerprints })
}

//! `houmao-doctor.reports/1`: the reports on several inputs in one document.
use super::Report;
use crate::report::{self, DOCTOR, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::io;

/// The version of this format.
pub const SCHEMA: &str = "houmao-doctor.reports/1";

/// What one run of `houmao-doctor check` found in several inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reports {
    /// Whether the exit code is 0.
    pub ok: bool,
    /// Always `houmao-doctor.reports/1`.
    pub schema: String,
    /// Release of the doctor that wrote the reports.
    pub doctor: String,
    /// The exit code of the run: the one that speaks for all inputs. Where an expectation lies beside an input, that it is
    /// kept counts, and not the exit code in its report.
    pub exit_code: u8,
    /// One for each input, in the order of the command line, snapshots first.
    pub reports: Vec<Judged>,
}

/// One input and its report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Judged {
    /// The snapshot or folder, as it was named.
    pub input: String,
    /// What was found in it.
    pub report: Report,
}

/// Writes them as pretty-printed JSON.
pub(in crate::report) fn write_several(
    all: &[report::Judged],
    exit_code: u8,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let judged = |j: &report::Judged| Judged { input: j.input.clone(), report: Report::from(j.report) };
    let reports = Reports {
        ok: exit_code == 0,
        schema: SCHEMA.to_owned(),
        doctor: DOCTOR.to_owned(),
        exit_code,
        reports: all.iter().map(judged).collect(),
    };
    writeln!(out, "{}", text::plain_json(&serde_json::to_string_pretty(&reports)?))
}

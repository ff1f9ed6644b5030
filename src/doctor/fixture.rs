//! Fixtures of rules: a session as it was captured, the change that makes the defect, and what the rule must say then.
//!
//! ```yaml
//! # fixtures/rules/<rule id>/{fires,quiet,unknown}[-case].yaml
//! base: ../../sessions/0.4.2-healthy-attached   # folder with snapshot.yaml, from this file; or demo:NAME
//! why: one sentence: what is different here, and in what real situation it comes about
//! ask: houmao-mgr agents gateway attach         # optional: the operation asked about, as `why -- …`
//! houmao: "2.4.0"                               # optional: the release to judge for, as `--houmao`
//! patch:                                        # optional: RFC 6902, on the snapshot as JSON
//!   - {op: replace, path: /session_roots/0/manifest, value: absent}
//! ```
//!
//! Where a rule cannot have a kind, `never.yaml` in its folder says why (`unknown: …` or `quiet: …`).
//!
//! [`RuleFixture::load`] reads one, [`rule_fixtures`] all of a folder; [`RuleFixture::judge`] gives the report, and
//! [`RuleFixture::broken`] says whether the rule keeps what the file's name promises.
mod folder;
mod held;
mod patch;
mod promise;

pub use folder::{RuleFixtures, fixtures_of, rule_fixtures};
pub use held::unnoticed;
pub use promise::Promise;

use super::request::{Ask, Request, Source};
use super::{DoctorError, demo, judge, load_snapshot};
use crate::finding::Report;
use crate::rule::{RuleSet, read_text};
use crate::snapshot::Snapshot;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// One mistake in one fixture.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{}: {what}", file.display())]
pub struct FixtureError {
    /// The file or folder.
    pub file: PathBuf,
    /// What is wrong, with the place in the file, and what to do.
    pub what: String,
}

impl FixtureError {
    fn new(file: &Path, what: impl Into<String>) -> Self {
        FixtureError { file: file.to_owned(), what: what.into() }
    }
}

/// A fixture as people write it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Folder with `snapshot.yaml`, from the folder of this file; or `demo:NAME`.
    base: String,
    /// What is different here, and in what real situation it comes about.
    why: String,
    /// The operation that is asked about, as it would be typed.
    ask: Option<String>,
    /// The release to judge for.
    houmao: Option<String>,
    /// The change, RFC 6902.
    #[serde(default)]
    patch: Vec<serde_json::Value>,
}

/// One fixture of one rule, ready to be judged.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleFixture {
    /// The file.
    pub file: PathBuf,
    /// Id of the rule, which is the name of the folder.
    pub rule: String,
    /// What the rule must say, by the name of the file.
    pub promise: Promise,
    /// What is different here, and in what real situation it comes about.
    pub why: String,
    /// The session with the change made, and with the release to judge for.
    pub snapshot: Snapshot,
    /// The operation that is asked about, program name first.
    pub ask: Option<Vec<String>>,
}

/// The beginning of a `base` that is a built-in sample.
const DEMO: &str = "demo:";

impl RuleFixture {
    /// Reads one fixture, and makes its change.
    ///
    /// # Errors
    /// One sentence: what is wrong, in which file and where in it.
    pub fn load(file: &Path) -> Result<Self, FixtureError> {
        let wrong = |what: String| FixtureError::new(file, what);
        let promise = Promise::of_file(file)?;
        let rule = file.parent().and_then(Path::file_name).map(|n| n.to_string_lossy().into_owned());
        let rule = rule.ok_or_else(|| wrong("stands in no folder that names its rule".into()))?;
        let text = read_text(file).map_err(wrong)?;
        let written: Written = serde_yaml::from_str(&text).map_err(|e| wrong(e.to_string()))?;
        if written.why.trim().is_empty() {
            return Err(wrong("`why` is empty; say what is different here and when that happens".into()));
        }
        let mut snapshot = patch::apply(&base(file, &written.base)?, &written.patch).map_err(wrong)?;
        if written.houmao.is_some() {
            snapshot.houmao.asked = written.houmao;
        }
        let ask = written.ask.map(|ask| words(&ask).map_err(wrong)).transpose()?;
        Ok(RuleFixture { file: file.to_owned(), rule, promise, why: written.why, snapshot, ask })
    }

    /// The report on this session, as the operator's shell of the snapshot would get it.
    ///
    /// # Errors
    /// When the operation that is asked about cannot be read.
    pub fn judge(&self, rules: &RuleSet) -> Result<Report, DoctorError> {
        judge(&self.snapshot, rules, &self.request())
    }

    /// What the operator of the snapshot asks.
    pub fn request(&self) -> Request {
        Request {
            source: Source::Snapshot(self.file.clone()),
            offline: true,
            ask: self.ask.clone().map(Ask::Command),
            ..Request::default()
        }
    }

    /// What the report says of the rule instead of what the file's name promises; nothing if it keeps the promise.
    pub fn broken(&self, report: &Report) -> Option<String> {
        let of_rule = report.outcomes.iter().filter(|o| o.rule == self.rule);
        let verdicts: Vec<_> = of_rule.map(|o| (o.subject.as_str(), &o.verdict)).collect();
        self.promise.broken(&verdicts)
    }
}

/// The session that a fixture changes.
fn base(file: &Path, name: &str) -> Result<Snapshot, FixtureError> {
    let wrong = |e: String| FixtureError::new(file, format!("`base` {name}: {e}"));
    if let Some(sample) = name.strip_prefix(DEMO) {
        return demo(sample).map_err(|e| wrong(e.to_string()));
    }
    let folder = file.parent().unwrap_or(Path::new("")).join(name);
    if !folder.is_dir() {
        return Err(wrong("is no folder; it is a path from the folder of this file, or demo:NAME".into()));
    }
    load_snapshot(&folder.join("snapshot.yaml")).map_err(|e| wrong(e.to_string()))
}

/// A command line as a shell would read it.
fn words(ask: &str) -> Result<Vec<String>, String> {
    match shlex::split(ask) {
        Some(argv) if !argv.is_empty() => Ok(argv),
        _ => Err("`ask` is no command line; write the command as it would be typed".into()),
    }
}

#[cfg(test)]
#[path = "fixture/fixture_tests.rs"]
mod tests;

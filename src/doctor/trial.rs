//! Fixtures with expectations, tried: found below folders, judged, compared, and accepted where that is asked.
//!
//! Two kinds are known: a session (a folder with `snapshot.yaml`, or with `host.yaml` and raw trees, and `expected.yaml`
//! beside it), and the fixtures of a rule (`rules/<id>/{fires,quiet,unknown}*.yaml`, see [`super::fixture`]).
mod compare;
mod expected;
mod find;
mod write;

pub use compare::{compare, strangers};
pub use expected::{AllOthers, BySubject, Expected, ExpectedOperation, Quiet};

use super::fixture::{FixtureError, RuleFixture, fixtures_of};
use super::{Ask, DoctorError, Request, judge, load_snapshot};
use crate::collect::{TreesHost, collect_trees};
use crate::finding::trial::{Agreement, Check, Trial};
use crate::finding::{Report, Verdict};
use crate::rule::{Notes, RuleSet, Text, read_strictly, read_text};
use crate::snapshot::Snapshot;
use find::{EXPECTED, Found};
use schemars::schema_for;
use std::fs;
use std::path::{Path, PathBuf};

/// The observation that lies in the folder of a fixture.
///
/// # Errors
/// When there is none, or it cannot be read.
pub fn observed(folder: &Path) -> Result<Snapshot, DoctorError> {
    match find::observation(folder) {
        Some(file) if file.ends_with(find::HOST) => trees(folder, &file),
        Some(file) => Ok(load_snapshot(&file)?),
        None => Err(DoctorError::NoFixture { folder: folder.display().to_string() }),
    }
}

/// Raw trees, read as a living host is.
fn trees(folder: &Path, file: &Path) -> Result<Snapshot, DoctorError> {
    let (name, text) = read(file).map_err(DoctorError::Trees)?;
    let mut notes = Notes::new(&name, Some(&text));
    let said = read_strictly(&mut notes, &Text::Yaml(text.clone()), || schema_for!(TreesHost));
    let Some(said) = said else { return Err(DoctorError::Trees(sentences(&notes.mistakes))) };
    collect_trees(folder, &said).map_err(|e| DoctorError::Trees(vec![format!("{}: {e}", folder.display())]))
}

/// The expectation beside the observation, where there is one, and whether the report fulfils it: what differs, in words.
///
/// # Errors
/// When the expectation has mistakes.
pub fn differences(
    folder: &Path,
    report: &Report,
    rules: &RuleSet,
) -> Result<Option<Vec<String>>, DoctorError> {
    let file = folder.join(EXPECTED);
    if !file.exists() {
        return Ok(None);
    }
    let expected = read_expected(&file, rules).map_err(DoctorError::Expected)?;
    let strangers = strangers(report, &expected);
    if !strangers.is_empty() {
        return Err(DoctorError::Expected(strangers));
    }
    let checks = compare(report, &expected);
    let differs = checks.iter().filter(|c| c.agreement != Agreement::Validated);
    Ok(Some(differs.map(|c| format!("{}: {}", c.about, c.instead)).collect()))
}

/// Tries all fixtures below these folders.
pub fn run(folders: &[PathBuf], rules: &RuleSet) -> Vec<Trial> {
    let found = folders.iter().flat_map(|folder| find::below(folder));
    found.map(|found| try_one(&found, rules)).collect()
}

fn try_one(found: &Found, rules: &RuleSet) -> Trial {
    let (folder, tried) = match found {
        Found::Session(folder) => (folder, session(folder, rules)),
        Found::Rule(folder) => (folder, of_rule(folder, rules)),
        Found::Wrong(path, what) => (path, Err(vec![what.clone()])),
    };
    let name = folder.display().to_string();
    match tried {
        Ok(checks) => Trial { name, checks, errors: Vec::new() },
        Err(errors) => Trial { name, checks: Vec::new(), errors },
    }
}

fn session(folder: &Path, rules: &RuleSet) -> Result<Vec<Check>, Vec<String>> {
    let file = folder.join(EXPECTED);
    if !file.exists() {
        return Err(vec![format!("has no {EXPECTED}; `houmao-doctor test --accept` writes it")]);
    }
    let expected = read_expected(&file, rules)?;
    let report = report(folder, Some(&expected), rules)?;
    match strangers(&report, &expected) {
        none if none.is_empty() => Ok(compare(&report, &expected)),
        strangers => Err(strangers),
    }
}

/// The expectation in a file, without mistakes.
fn read_expected(file: &Path, rules: &RuleSet) -> Result<Expected, Vec<String>> {
    let (name, text) = read(file)?;
    let expected = Expected::read(&name, &text).map_err(|all| sentences(&all))?;
    let mistakes = expected.check(&name, &text, rules);
    if mistakes.is_empty() { Ok(expected) } else { Err(sentences(&mistakes)) }
}

fn read(file: &Path) -> Result<(String, String), Vec<String>> {
    let name = file.display().to_string();
    let text = read_text(file).map_err(|what| vec![format!("{name} {what}")])?;
    Ok((name, text))
}

fn sentences(mistakes: &[impl ToString]) -> Vec<String> {
    mistakes.iter().map(ToString::to_string).collect()
}

/// The report on a session fixture, asked as its expectation asks. A rule that cannot be evaluated is an error.
fn report(folder: &Path, expected: Option<&Expected>, rules: &RuleSet) -> Result<Report, Vec<String>> {
    let snapshot = observed(folder).map_err(|e| vec![e.to_string()])?;
    let report = expected_report(&snapshot, expected, rules).map_err(|e| vec![e.to_string()])?;
    let faults = report.outcomes.iter().filter_map(|o| match &o.verdict {
        Verdict::Error { detail } => {
            Some(format!("rule {} cannot be evaluated for {}: {detail}", o.rule, o.subject))
        }
        _ => None,
    });
    let faults: Vec<String> = faults.collect();
    if faults.is_empty() { Ok(report) } else { Err(faults) }
}

/// Judges a snapshot as an expectation asks.
///
/// # Errors
/// When its `ask` cannot be read.
pub fn expected_report(
    snapshot: &Snapshot,
    expected: Option<&Expected>,
    rules: &RuleSet,
) -> Result<Report, DoctorError> {
    let request = as_asked(as_bare(), expected)?;
    let mut snapshot = snapshot.clone();
    if request.houmao.is_some() {
        snapshot.houmao.asked.clone_from(&request.houmao);
    }
    judge(&snapshot, rules, &request)
}

/// A request for a fixture, as the expectation beside it asks; what the request says by itself holds.
///
/// # Errors
/// All mistakes of the expectation.
pub fn asked(folder: &Path, request: Request, rules: &RuleSet) -> Result<Request, DoctorError> {
    let file = folder.join(EXPECTED);
    if !file.exists() {
        return Ok(request);
    }
    let expected = read_expected(&file, rules).map_err(DoctorError::Expected)?;
    as_asked(request, Some(&expected))
}

fn as_asked(request: Request, expected: Option<&Expected>) -> Result<Request, DoctorError> {
    let ask = match expected.and_then(|e| e.ask.as_deref()) {
        None => None,
        Some(line) => match shlex::split(line) {
            Some(argv) if !argv.is_empty() => Some(Ask::Command(argv)),
            _ => return Err(DoctorError::Ask(format!("`ask: {line}` is no command line"))),
        },
    };
    let houmao = expected.and_then(|e| e.houmao.clone());
    Ok(Request { ask: request.ask.or(ask), houmao: request.houmao.or(houmao), ..request })
}

/// What a bare call with a snapshot asks.
fn as_bare() -> Request {
    Request { offline: true, ..Request::default() }
}

/// Each fixture of a rule is one check: that the rule says what the file's name promises.
fn of_rule(folder: &Path, rules: &RuleSet) -> Result<Vec<Check>, Vec<String>> {
    let fixtures = fixtures_of(folder, rules).map_err(|all: Vec<FixtureError>| sentences(&all))?;
    fixtures.fixtures.iter().map(|fixture| promise(fixture, rules)).collect()
}

fn promise(fixture: &RuleFixture, rules: &RuleSet) -> Result<Check, Vec<String>> {
    let report = fixture.judge(rules).map_err(|e| vec![format!("{}: {e}", fixture.file.display())])?;
    let of_rule = || report.outcomes.iter().filter(|o| o.rule == fixture.rule).map(|o| &o.verdict);
    let instead = fixture.broken(&report).unwrap_or_default();
    let name = fixture.file.file_name().unwrap_or_default().to_string_lossy();
    let agreement = match () {
        () if instead.is_empty() => Agreement::Validated,
        () if fixture.promise == super::fixture::Promise::Fires => Agreement::Missing,
        () if of_rule().any(|v| matches!(v, Verdict::Fired { .. })) => Agreement::Noisy,
        () if of_rule().any(|v| matches!(v, Verdict::Unknown { .. })) => Agreement::Unknown,
        () => Agreement::Missing,
    };
    Ok(Check { agreement, about: format!("{name}: {} is {}", fixture.rule, fixture.promise), instead })
}

/// An expectation that is not what was found, and what it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub file: PathBuf,
    /// What it holds; empty where it is not there.
    pub before: String,
    /// What it would hold.
    pub after: String,
}

impl Change {
    /// Writes the expectation.
    ///
    /// # Errors
    /// What the operating system says, with the file.
    pub fn accept(&self) -> Result<(), DoctorError> {
        fs::write(&self.file, &self.after)
            .map_err(|source| DoctorError::Unwritten { file: self.file.display().to_string(), source })
    }
}

/// The expectations of the sessions below these folders that do not say what is found, or are not there. One that has
/// another form than an expectation is left alone, and so is what cannot be judged: `run` tells why.
pub fn changes(folders: &[PathBuf], rules: &RuleSet) -> Vec<Change> {
    let found = folders.iter().flat_map(|folder| find::below(folder));
    let sessions = found.filter_map(|found| match found {
        Found::Session(folder) => Some(folder),
        _ => None,
    });
    sessions.filter_map(|folder| change(&folder, rules)).collect()
}

fn change(folder: &Path, rules: &RuleSet) -> Option<Change> {
    let file = folder.join(EXPECTED);
    let (before, expected) = match file.exists() {
        false => (String::new(), None),
        true => {
            let (name, text) = read(&file).ok()?;
            let expected = Expected::read(&name, &text).ok()?;
            (text, Some(expected))
        }
    };
    let report = report(folder, expected.as_ref(), rules).ok()?;
    let now = compare::as_found(&report, rules, expected.as_ref());
    (expected.as_ref() != Some(&now)).then(|| Change { file, before, after: write::text(&now) })
}

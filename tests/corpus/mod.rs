//! Every captured session and every fixture of every rule, each judged once.
use houmao_doctor::doctor::{self, DoctorError, Request, Source, fixture};
use houmao_doctor::finding::{Finding, Report, Verdict};
use houmao_doctor::rule::{RuleSet, load_files};
use houmao_doctor::snapshot::Snapshot;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// One fixture with what is reported of it.
pub struct Case {
    /// Path of the fixture.
    pub name: String,
    pub snapshot: Snapshot,
    pub request: Request,
    pub report: Report,
}

/// The rules as they lie in the folder, so that what is held is what is written.
pub fn rules() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(|| {
        let files = std::fs::read_dir("rules").expect("rules/ is there").map(|e| e.expect("an entry").path());
        let mut files: Vec<PathBuf> = files.filter(|p| p.extension().is_some_and(|e| e == "yaml")).collect();
        files.sort();
        match load_files(&files, &doctor::catalogue(), &RuleSet::default()) {
            Ok(rules) => rules,
            Err(mistakes) => {
                panic!("{}", mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
            }
        }
    })
}

/// Every captured session, and every fixture of every rule.
pub fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let mut found = Vec::new();
        let sessions = std::fs::read_dir("fixtures/sessions").expect("fixtures/sessions is there");
        let mut sessions: Vec<PathBuf> = sessions.map(|e| e.expect("an entry").path()).collect();
        sessions.sort();
        for folder in sessions.iter().filter(|f| f.join("snapshot.yaml").is_file()) {
            let snapshot = doctor::load_snapshot(&folder.join("snapshot.yaml")).expect("a fixture loads");
            let request =
                Request { source: Source::Snapshot(folder.clone()), offline: true, ..Request::default() };
            found.push((folder.display().to_string(), snapshot, request));
        }
        match fixture::rule_fixtures(Path::new("fixtures/rules"), rules()) {
            Ok(all) => {
                let all = all.fixtures.into_iter();
                found.extend(all.map(|f| (f.file.display().to_string(), f.snapshot.clone(), f.request())));
            }
            Err(mistakes) => panic!("{}", DoctorError::Fixtures(mistakes)),
        }
        let case = |(name, snapshot, request): (String, Snapshot, Request)| {
            let report = doctor::judge(&snapshot, rules(), &request).expect("a fixture is judged");
            Case { name, snapshot, request, report }
        };
        // Judging them all is most of what the tests that ask for them wait for, so both halves go at once.
        let other = found.split_off(found.len() / 2);
        let cases: Vec<Case> = std::thread::scope(|scope| {
            let other = scope.spawn(|| other.into_iter().map(case).collect::<Vec<_>>());
            let mut cases: Vec<Case> = found.into_iter().map(case).collect();
            cases.extend(other.join().expect("the other half is judged"));
            cases
        });
        assert!(cases.len() > 700, "only {} fixtures were found", cases.len());
        cases
    })
}

pub fn fired(report: &Report) -> impl Iterator<Item = &Finding> {
    report.outcomes.iter().filter_map(|o| match &o.verdict {
        Verdict::Fired { finding } | Verdict::Suppressed { finding, .. } => Some(finding.as_ref()),
        _ => None,
    })
}

//! Two faults at once, made up of two rules' own fixtures: each stands for itself, and all that fired is told.
//!
//! Two rules make a pair where one captured session can take the changes of both, in either order with the same result, and
//! neither change makes the other rule fire. What each rule says of the session with both faults is then what it says of
//! its own alone, so neither explains the other, and folding one of them would hide a fault that somebody has to mend. Nor is
//! the one a cause of anything that is told of the other alone, in the same words.
use houmao_doctor::doctor::{self, Request, Source};
use houmao_doctor::finding::{Finding, Report, Verdict};
use houmao_doctor::rule::RuleSet;
use houmao_doctor::snapshot::Snapshot;
use json_patch::Patch;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A fixture as it is written, as far as it can be made a pair.
#[derive(Deserialize)]
struct Written {
    base: String,
    ask: Option<String>,
    houmao: Option<String>,
    #[serde(default)]
    patch: Vec<Value>,
}

/// One rule's fault on one session.
struct Fault {
    rule: String,
    patch: Patch,
    /// What fires with this fault alone: rule and subject, and the words.
    alone: BTreeMap<(String, String), String>,
}

fn fired(report: &Report) -> impl Iterator<Item = &Finding> {
    report.outcomes.iter().filter_map(|o| match &o.verdict {
        Verdict::Fired { finding } => Some(finding.as_ref()),
        _ => None,
    })
}

fn words(report: &Report) -> BTreeMap<(String, String), String> {
    fired(report).map(|f| ((f.rule.clone(), f.subject.clone()), f.message.clone())).collect()
}

fn judged(document: Value, rules: &RuleSet) -> Option<Report> {
    let snapshot: Snapshot = serde_json::from_value(document).ok()?;
    let source = Source::Snapshot(Path::new("-").to_owned());
    let request = Request { source, offline: true, ..Request::default() };
    doctor::judge(&snapshot, rules, &request).ok()
}

/// The session with these changes one after the other; nothing where one does not fit.
fn changed(base: &Value, patches: [&Patch; 2]) -> Option<Value> {
    let mut document = base.clone();
    for patch in patches {
        json_patch::patch(&mut document, patch).ok()?;
    }
    Some(document)
}

/// The `fires` fixtures of a rule.
fn fires(rule: &str) -> Vec<PathBuf> {
    let folder = Path::new("fixtures/rules").join(rule);
    let files =
        std::fs::read_dir(folder).expect("every rule has fixtures").map(|e| e.expect("an entry").path());
    let is_one = |p: &PathBuf| {
        let name = p.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        name.starts_with("fires") && name.ends_with(".yaml")
    };
    let mut files: Vec<PathBuf> = files.filter(is_one).collect();
    files.sort();
    files
}

/// Every `fires` fixture of every rule that changes a captured session and asks about no command, by that session.
fn faults(rules: &RuleSet) -> BTreeMap<PathBuf, (Value, Vec<Fault>)> {
    let mut found: BTreeMap<PathBuf, (Value, Vec<Fault>)> = BTreeMap::new();
    for (rule, file) in rules.rules().flat_map(|rule| fires(&rule.id).into_iter().map(move |f| (rule, f))) {
        let text = std::fs::read_to_string(&file).expect("a fixture can be read");
        let written: Written = serde_yaml::from_str(&text).expect("a fixture");
        // Where the doctor is asked from, and that no other server has anything, is no fault; then the session itself has it.
        let place = |op: &Value| {
            op["path"].as_str().is_some_and(|p| p.starts_with("/host/env/present/TMUX") || p == "/other_tmux")
        };
        let changes = written.patch.iter().any(|op| !place(op));
        let plain = written.ask.is_none() && written.houmao.is_none() && changes;
        if !plain || written.base.starts_with("demo:") {
            continue;
        }
        let patch: Patch = serde_json::from_value(Value::Array(written.patch)).expect("a patch");
        let folder =
            Path::new("fixtures/sessions").join(Path::new(&written.base).file_name().expect("a name"));
        let (base, list) = found.entry(folder.clone()).or_insert_with(|| {
            let snapshot = doctor::load_snapshot(&folder.join("snapshot.yaml")).expect("a session loads");
            (serde_json::to_value(snapshot).expect("plain data"), Vec::new())
        });
        let document = changed(base, [&patch, &Patch(Vec::new())]).expect("the fixture fits its session");
        let alone = words(&judged(document, rules).expect("it is judged"));
        list.push(Fault { rule: rule.id.clone(), patch, alone });
    }
    found
}

/// Whether the two have nothing to do with each other, and what is told of both at once.
fn both(base: &Value, one: &Fault, other: &Fault, rules: &RuleSet) -> Option<Report> {
    let says = |fault: &Fault, rule: &str| fault.alone.keys().any(|(fired, _)| fired == rule);
    if one.rule == other.rule || says(one, &other.rule) || says(other, &one.rule) {
        return None;
    }
    let document = changed(base, [&one.patch, &other.patch])?;
    (document == changed(base, [&other.patch, &one.patch])?).then(|| judged(document, rules)).flatten()
}

/// What is wrong with the report on both.
fn wrong(report: &Report, one: &Fault, other: &Fault) -> Vec<String> {
    let mut found = Vec::new();
    let unchanged = |f: &Finding, fault: &Fault| {
        f.rule == fault.rule && fault.alone.get(&(f.rule.clone(), f.subject.clone())) == Some(&f.message)
    };
    let stands = |fault: &Fault| fired(report).find(|f| unchanged(f, fault));
    if let (Some(a), Some(b)) = (stands(one), stands(other)) {
        for (echo, cause) in [(a, b), (b, a)] {
            if echo.caused_by.contains(&cause.rule) {
                found.push(format!("{} is folded under {}, and comes without it too", echo.rule, cause.rule));
            }
        }
    }
    for f in fired(report) {
        // What one fault alone makes be told, and the other alone does not, has no cause in the other.
        let key = (f.rule.clone(), f.subject.clone());
        for (fault, besides) in [(one, other), (other, one)] {
            if fault.alone.get(&key) == Some(&f.message)
                && !besides.alone.contains_key(&key)
                && f.caused_by.contains(&besides.rule)
            {
                let (echo, cause) = (&f.rule, &besides.rule);
                found.push(format!(
                    "{echo} is told of {} alone, and {cause} is named a cause of it",
                    fault.rule
                ));
            }
        }
    }
    let all: BTreeSet<&str> = fired(report).map(|f| f.rule.as_str()).collect();
    for f in fired(report) {
        for cause in &f.caused_by {
            let tells = fired(report).any(|c| c.rule == *cause && c.echoes.contains(&f.rule));
            if !all.contains(cause.as_str()) || !tells {
                found.push(format!("{} follows from {cause}, which does not tell it", f.rule));
            }
        }
    }
    if !all.is_empty() && !fired(report).any(|f| f.caused_by.is_empty()) {
        found.push("everything follows from something else".to_owned());
    }
    found
}

#[test]
fn an_independent_second_fault_is_never_folded() {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let sessions = faults(&rules);
    let mut pairs = Vec::new();
    for (folder, (base, list)) in &sessions {
        for (at, one) in list.iter().enumerate() {
            pairs.extend(list[at + 1..].iter().map(move |other| (folder, base, one, other)));
        }
    }
    let (next, tried) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut broken = Vec::new();
        while let Some((folder, base, one, other)) = pairs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Some(report) = both(base, one, other, &rules) else { continue };
            tried.fetch_add(1, Ordering::Relaxed);
            let told = wrong(&report, one, other).into_iter();
            broken
                .extend(told.map(|w| format!("{w} ({} + {} on {})", one.rule, other.rule, folder.display())));
        }
        broken
    };
    let mut broken: Vec<String> = std::thread::scope(|scope| {
        let other = scope.spawn(work);
        let mut broken = work();
        broken.extend(other.join().expect("the other half is judged"));
        broken
    });
    broken.sort();
    let tried = tried.into_inner();
    assert!(tried > 300, "only {tried} of {} pairs could be tried", pairs.len());
    assert!(broken.is_empty(), "{} of {tried} pairs:\n{}", broken.len(), broken.join("\n"));
}

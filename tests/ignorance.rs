//! Law 3, held for every observation: what is taken away becomes unknown, and nothing else.
//!
//! From each healthy session each observation is taken away in turn. A fact that was derived from it may become unknown;
//! it may not become another value or absent, which would be ignorance taken for knowledge. What the rules say then is
//! what they said before, or unknown; and where one of them is unknown, the exit code is not 0.
//!
//! A fact whose value in a healthy session is also what ignorance would make of it leaks only where it has another value.
//! So what fired in a fixture of a rule may not pass when one of its observations is taken away.
use houmao_doctor::doctor::fixture::RuleFixture;
use houmao_doctor::doctor::{self, Request, Source};
use houmao_doctor::engine::Examined;
use houmao_doctor::finding::{Severity, Verdict};
use houmao_doctor::rule::RuleSet;
use houmao_doctor::snapshot::Snapshot;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn healthy() -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("fixtures/sessions").expect("fixtures/sessions is there") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name.contains("healthy") || name.ends_with("several-windows") {
            let snapshot = doctor::load_snapshot(&path.join("snapshot.yaml")).expect("a fixture loads");
            found.push((name, serde_json::to_value(snapshot).expect("plain data")));
        }
    }
    // Of a backend that cannot be started here.
    for file in ["fires.yaml", "fires-2.4.0.yaml"] {
        let file = Path::new("fixtures/rules/backend-without-tmux").join(file);
        let made = RuleFixture::load(&file).expect("a fixture loads");
        found.push((file.display().to_string(), serde_json::to_value(made.snapshot).expect("plain data")));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(found.len() >= 12, "only {} healthy sessions were found", found.len());
    found
}

fn request() -> Request {
    Request { source: Source::Snapshot(Path::new("-").to_owned()), offline: true, ..Request::default() }
}

/// The places of all observations: `{"present": …}` or `"absent"` where anything could have been `not_looked`.
fn observations(snapshot: &Value) -> Vec<String> {
    fn walk(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                if fields.len() == 1 && fields.contains_key("present") {
                    found.push(at.to_owned());
                }
                for (key, inner) in fields {
                    // What is in a file is no observation of the doctor's.
                    if key != "json" {
                        let key = key.replace('~', "~0").replace('/', "~1");
                        walk(inner, &format!("{at}/{key}"), found);
                    }
                }
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(i, item)| walk(item, &format!("{at}/{i}"), found));
            }
            Value::String(text) if text == "absent" => found.push(at.to_owned()),
            _ => {}
        }
    }
    let mut found = vec!["/tmux/answer".to_owned()];
    walk(snapshot, "", &mut found);
    // Without an installed Houmao the newest manifest's form tells the release, and the report says so.
    found.retain(|pointer| pointer != "/houmao/installed");
    found
}

/// The snapshot without one observation; nothing where it was none.
fn without(snapshot: &Value, pointer: &str) -> Option<Snapshot> {
    let mut document = snapshot.clone();
    *document.pointer_mut(pointer)? = match pointer {
        "/tmux/answer" => json!({"is": "timed_out", "after_ms": 2000}),
        _ => json!({"not_looked": "taken away by the test"}),
    };
    serde_json::from_value(document).ok()
}

/// Facts that say what could be seen, so that they change when less can be.
const ABOUT_SIGHT: [&str; 2] = ["host.tmux_answer", "host.tmux_said"];

/// Every fact that became another value, or absent, or known, when something was taken away.
fn leaks(before: &Value, after: &Value, name: &str, found: &mut Vec<String>) {
    if ABOUT_SIGHT.contains(&name) {
        return;
    }
    match (before, after) {
        (Value::Object(b), Value::Object(a)) if b.contains_key("source") => {
            let reading = |fact: &serde_json::Map<String, Value>| {
                ["known", "absent", "unknown"].into_iter().find(|kind| fact.contains_key(*kind))
            };
            match (reading(b), reading(a)) {
                (_, Some("unknown")) => {}
                (Some("known"), Some("known")) => leaks(&b["known"], &a["known"], name, found),
                (Some(was), Some(is)) if was == is => {}
                (was, is) => found.push(format!("{name} was {was:?} and is {is:?}")),
            }
        }
        (Value::Object(b), Value::Object(a)) => {
            for (key, inner) in b {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                leaks(inner, a.get(key).unwrap_or(&Value::Null), &name, found);
            }
        }
        (Value::Array(b), Value::Array(a)) if b.len() == a.len() => {
            b.iter().zip(a).for_each(|(b, a)| leaks(b, a, name, found));
        }
        _ if before == after => {}
        _ => found.push(format!("{name} was {before} and is {after}")),
    }
}

fn by_subject(examined: Vec<Examined>) -> BTreeMap<String, Value> {
    examined.into_iter().map(|e| (e.subject.id, e.facts)).collect()
}

/// What is wrong with the judgement of one snapshot without one observation.
fn wrong(rules: &RuleSet, whole: &Snapshot, less: &Snapshot) -> BTreeSet<String> {
    let subjects =
        |s: &Snapshot| by_subject(doctor::subjects(s, rules, &request()).expect("it can be judged").0);
    let (before, after) = (subjects(whole), subjects(less));
    let mut found = Vec::new();
    let report = doctor::judge(less, rules, &request()).expect("it can be judged");
    let hidden = |id: &str| id.contains("/window:") || id.starts_with("record:");
    for (id, facts) in &before {
        match after.get(id) {
            Some(now) => leaks(facts, now, "", &mut found),
            None if hidden(id) || report.exit_code != 0 && report.exit_code != 4 => {}
            None => {
                found.push(format!("{id} is not judged any more, and the exit code is {}", report.exit_code))
            }
        }
    }
    let was = doctor::judge(whole, rules, &request()).expect("it can be judged");
    for outcome in &report.outcomes {
        let same =
            |o: &&houmao_doctor::finding::Outcome| o.rule == outcome.rule && o.subject == outcome.subject;
        let word = |v: &Verdict| std::mem::discriminant(v);
        let known = matches!(outcome.verdict, Verdict::Unknown { .. }) || outcome.rule == "tmux-unavailable";
        if let Some(first) =
            was.outcomes.iter().find(same).filter(|o| !known && word(&o.verdict) != word(&outcome.verdict))
        {
            found.push(format!("{} of {} was {:?}", outcome.rule, outcome.subject, first.verdict));
        }
    }
    if report.exit_code == 0 && report.outcomes.iter().any(|o| matches!(o.verdict, Verdict::Unknown { .. })) {
        found.push("a rule is unknown, and the exit code is 0".into());
    }
    found.into_iter().collect()
}

#[test]
fn what_is_not_seen_is_unknown_and_nothing_else() {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let sessions = healthy();
    let checked = std::sync::atomic::AtomicUsize::new(0);
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    std::thread::scope(|scope| {
        let one = |(name, document): &(String, Value)| {
            let whole: Snapshot = serde_json::from_value(document.clone()).expect("a snapshot");
            let mut told = Vec::new();
            for pointer in observations(document) {
                let Some(less) = without(document, &pointer) else { continue };
                checked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                for what in wrong(&rules, &whole, &less) {
                    told.push((what, format!("{name} without {pointer}")));
                }
            }
            told
        };
        let (left, right) = sessions.split_at(sessions.len() / 2);
        let other = scope.spawn(move || right.iter().flat_map(one).collect::<Vec<_>>());
        let mut all: Vec<_> = left.iter().flat_map(one).collect();
        all.extend(other.join().expect("the other half is judged"));
        for (what, place) in all {
            told.entry(what).or_default().insert(place);
        }
    });
    let lines: Vec<String> = told
        .iter()
        .map(|(what, places)| {
            format!("{what}: {} times, as in {}", places.len(), places.iter().next().map_or("", |p| p))
        })
        .collect();
    assert!(lines.is_empty(), "{} leaks:\n{}", lines.len(), lines.join("\n"));
    let checked = checked.into_inner();
    assert!(checked >= 300, "only {checked} observations were taken away");
}

/// The snapshot without its session roots, since no way to them may be gone; nothing where no path leads to one.
fn unreachable(document: &Value) -> Option<Snapshot> {
    let mut document = document.clone();
    let roots = document["session_roots"].as_array_mut().map(std::mem::take).unwrap_or_default();
    // The folder that the operator gives is looked at in any case.
    if roots.iter().any(|r| r["named_by"].as_array().is_some_and(|by| by.contains(&json!("operator")))) {
        return None;
    }
    let paths = document["paths"].as_object_mut()?;
    let is_manifest = |seen: &Value| roots.iter().any(|r| r["manifest_path"] == seen["present"]["resolved"]);
    let named: Vec<String> =
        paths.iter().filter(|(_, seen)| is_manifest(seen)).map(|(path, _)| path.clone()).collect();
    for path in &named {
        let why = json!({"kind": "permission", "detail": "Permission denied (os error 13)"});
        paths.insert(path.clone(), json!({ "unreadable": why }));
    }
    if named.is_empty() { None } else { serde_json::from_value(document).ok() }
}

/// A folder on the way that may not be entered hides the manifest and all that lies beside it; none of it is gone.
#[test]
fn a_root_that_cannot_be_reached_is_unknown() {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let (mut told, mut checked) = (Vec::new(), 0);
    for (name, document) in healthy() {
        let whole: Snapshot = serde_json::from_value(document.clone()).expect("a snapshot");
        let Some(less) = unreachable(&document) else { continue };
        checked += 1;
        told.extend(wrong(&rules, &whole, &less).into_iter().map(|what| format!("{name}: {what}")));
        let report = doctor::judge(&less, &rules, &request()).expect("it can be judged");
        told.extend((report.exit_code != 3).then(|| format!("{name}: exit code {}", report.exit_code)));
    }
    assert!(told.is_empty(), "{} leaks:\n{}", told.len(), told.join("\n"));
    assert!(checked >= 12, "only {checked} sessions were tried");
}

/// Which release is meant is assumed then; what only one release of its line does is no finding about a healthy session.
#[test]
fn a_healthy_session_is_quiet_where_no_houmao_is_visible() {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let mut loud = Vec::new();
    for (name, mut document) in healthy() {
        document["houmao"]["installed"] = json!("absent");
        let snapshot: Snapshot = serde_json::from_value(document).expect("a snapshot");
        let report = doctor::judge(&snapshot, &rules, &request()).expect("judged");
        let above = report.outcomes.iter().filter_map(|o| match &o.verdict {
            Verdict::Fired { finding } if finding.severity > Severity::Info => Some(o.rule.clone()),
            _ => None,
        });
        loud.extend(above.map(|rule| format!("{name}: {rule}")));
        // Nor is anything asked that only an installed Houmao could answer.
        loud.extend((report.exit_code != 0).then(|| format!("{name}: exit code {}", report.exit_code)));
    }
    assert!(loud.is_empty(), "{}", loud.join("\n"));
}

/// The fixtures on which a rule fires, by rule.
fn firing() -> Vec<Vec<RuleFixture>> {
    let mut found: BTreeMap<String, Vec<RuleFixture>> = BTreeMap::new();
    for folder in std::fs::read_dir("fixtures/rules").expect("fixtures/rules is there") {
        for file in std::fs::read_dir(folder.expect("an entry").path()).expect("a folder") {
            let file = file.expect("an entry").path();
            if file.file_name().is_some_and(|n| n.to_string_lossy().starts_with("fires")) {
                let made = RuleFixture::load(&file).expect("a fixture loads");
                found.entry(made.rule.clone()).or_default().push(made);
            }
        }
    }
    let mut found: Vec<Vec<RuleFixture>> = found.into_values().collect();
    found.iter_mut().for_each(|made| made.sort_by(|a, b| a.file.cmp(&b.file)));
    found
}

/// A place without the numbers in it: what was tried of one of several like things need not be tried of all.
fn kind(pointer: &str) -> String {
    let part = |part: &str| if part.parse::<u64>().is_ok() { "N".to_owned() } else { part.to_owned() };
    pointer.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// The root by which a session is told; without tmux one of the same name can be another.
fn root_of(facts: Option<&Value>) -> Option<Value> {
    facts.map(|f| f["root"]["path"].clone()).filter(|path| !path.is_null())
}

/// The rules that fired on a fixture and are passed, or not applicable, without one of its observations.
fn gone(rules: &RuleSet, made: &RuleFixture, less: &Snapshot, fired: &[(String, String)]) -> Vec<String> {
    let report = doctor::judge(less, rules, &made.request()).expect("it can be judged");
    let settled = report.outcomes.iter().filter(|o| {
        let word = matches!(o.verdict, Verdict::Passed | Verdict::NotApplicable);
        word && fired.iter().any(|(rule, subject)| *rule == o.rule && *subject == o.subject)
    });
    let found: Vec<_> = settled.collect();
    if found.is_empty() {
        return Vec::new();
    }
    let facts = |s: &Snapshot| by_subject(doctor::subjects(s, rules, &made.request()).expect("judged").0);
    let (before, after) = (facts(&made.snapshot), facts(less));
    let same = |id: &str| root_of(before.get(id)) == root_of(after.get(id));
    found.iter().filter(|o| same(&o.subject)).map(|o| format!("{} of {}", o.rule, o.subject)).collect()
}

/// Whether an observation is tried for a rule: each fourth, always the same, since all take minutes. With `THOROUGH=1` all.
fn is_tried(rule: &str, kind: &str) -> bool {
    let mixed = rule
        .bytes()
        .chain(kind.bytes())
        .fold(0_u32, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(16_777_619));
    (mixed >> 8).is_multiple_of(4) || std::env::var_os("THOROUGH").is_some()
}

/// What a rule found is not taken back because less was seen: it fires still, or it cannot be told.
#[test]
fn what_fired_does_not_pass_when_less_is_seen() {
    let rules = doctor::rule_set().expect("the built-in rules load");
    let (firing, next) = (firing(), std::sync::atomic::AtomicUsize::new(0));
    let checked = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut told = Vec::new();
        while let Some(fixtures) = firing.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            let mut tried = BTreeSet::new();
            for made in fixtures {
                let report = made.judge(&rules).expect("it can be judged");
                let fired = report.outcomes.iter().filter(|o| matches!(o.verdict, Verdict::Fired { .. }));
                let fired: Vec<_> = fired.map(|o| (o.rule.clone(), o.subject.clone())).collect();
                let document = serde_json::to_value(&made.snapshot).expect("plain data");
                for pointer in observations(&document) {
                    let kind = kind(&pointer);
                    if !is_tried(&made.rule, &kind) || !tried.insert(kind) {
                        continue;
                    }
                    let Some(less) = without(&document, &pointer) else { continue };
                    checked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let gone = gone(&rules, made, &less, &fired).into_iter();
                    told.extend(
                        gone.map(|what| format!("{what}: {} without {pointer}", made.file.display())),
                    );
                }
            }
        }
        told
    };
    let mut told = std::thread::scope(|scope| {
        let other = scope.spawn(work);
        let mut told = work();
        told.extend(other.join().expect("the other half is judged"));
        told
    });
    told.sort();
    assert!(told.is_empty(), "{} leaks:\n{}", told.len(), told.join("\n"));
    let checked = checked.into_inner();
    assert!(checked >= 1500, "only {checked} observations were taken away");
}

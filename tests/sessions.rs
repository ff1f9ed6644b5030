//! Every rule on every session fixture: the reports, and what must hold for all of them.
//!
//! The fixtures are snapshots of real sessions (`tests/live/main.py fixtures`). What the doctor says of each of them is
//! held by the expectation beside it (`tests/trials.rs`); here the human report of some, as their reader gets it.
//! `INSTA_UPDATE=always cargo test --test sessions` accepts all differences at once; read them first.
use houmao_doctor::doctor::fixture::RuleFixture;
use houmao_doctor::doctor::{self, Request};
use houmao_doctor::finding::{Detail, Report, Severity, Verdict};
use houmao_doctor::report::{self, Format, Look};
use houmao_doctor::snapshot::Snapshot;
use std::path::{Path, PathBuf};

fn fixtures() -> Vec<(String, PathBuf)> {
    let mut found: Vec<(String, PathBuf)> = std::fs::read_dir("fixtures/sessions")
        .expect("fixtures/sessions is there")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            (path.file_name().expect("a name").to_string_lossy().into_owned(), path.join("snapshot.yaml"))
        })
        .collect();
    found.sort();
    assert!(found.len() >= 30, "the fixtures are there");
    found
}

fn request() -> Request {
    Request { offline: true, ..Request::default() }
}

fn judged(snapshot: &Snapshot) -> Report {
    let rules = doctor::rule_set().expect("the built-in rules load");
    doctor::judge(snapshot, &rules, &request()).expect("a snapshot can be judged")
}

fn load(path: &std::path::Path) -> Snapshot {
    doctor::load_snapshot(path).expect("a fixture loads")
}

fn written(format: Format, report: &Report) -> String {
    let mut bytes = Vec::new();
    let look = Look { detail: Detail::Normal, ..Look::default() };
    report::write(format, report, &look, &mut bytes).expect("writing to memory");
    String::from_utf8(bytes).expect("reports are text")
}

/// Every outcome that is not `passed` or `not_applicable`, so that a new false alarm on any fixture shows.
fn line(report: &Report) -> String {
    let mut words: Vec<String> = Vec::new();
    for outcome in &report.outcomes {
        match &outcome.verdict {
            Verdict::Fired { finding } => {
                let echo = if finding.caused_by.is_empty() { "" } else { " (echo)" };
                let severity = format!("{:?}", finding.severity).to_lowercase();
                words.push(format!("{severity} {}{echo}", outcome.rule));
            }
            Verdict::Unknown { .. } => words.push(format!("unknown {}", outcome.rule)),
            Verdict::Error { detail } => words.push(format!("error {}: {detail}", outcome.rule)),
            Verdict::Suppressed { .. } | Verdict::Passed | Verdict::NotApplicable => {}
        }
    }
    words.join(", ")
}

/// Healthy sessions of a backend that cannot be started here: made from the form of its manifest in the contract.
const MADE_HEALTHY: [&str; 2] = [
    "fixtures/rules/backend-without-tmux/fires.yaml",
    "fixtures/rules/backend-without-tmux/fires-2.4.0.yaml",
];

#[test]
fn healthy_sessions_are_quiet() {
    let mut seen = Vec::new();
    let named = |name: &str| name.contains("healthy") || name.ends_with("several-windows");
    let captured = fixtures().into_iter().filter(|(name, _)| named(name));
    let mut healthy: Vec<(String, Snapshot)> = captured.map(|(name, path)| (name, load(&path))).collect();
    healthy.extend(MADE_HEALTHY.map(|file| {
        let made = RuleFixture::load(Path::new(file)).expect("a fixture loads");
        (file.to_owned(), made.snapshot)
    }));
    for (name, snapshot) in healthy {
        let report = judged(&snapshot);
        let loud = report.outcomes.iter().any(|o| match &o.verdict {
            Verdict::Fired { finding } => finding.severity > Severity::Info,
            Verdict::Unknown { .. } | Verdict::Error { .. } => true,
            Verdict::Suppressed { .. } | Verdict::Passed | Verdict::NotApplicable => false,
        });
        assert!(!loud && report.exit_code == 0, "{name}: {}", line(&report));
        seen.push(name);
    }
    assert!(seen.len() >= 12, "only {seen:?}");
    let kinds = [
        "healthy-joined",
        "healthy-attached",
        "healthy-background",
        "healthy-notifier",
        "launched-healthy",
        "pair-healthy",
        "pair-healthy-attached",
        "several-windows",
        "healthy-headless-claude",
        "healthy-headless-claude-attached",
        "healthy-headless-codex",
        "healthy-headless-codex-attached",
        "healthy-headless-gemini",
        "healthy-headless-gemini-attached",
        "healthy-headless-kimi",
        "healthy-headless-kimi-attached",
    ];
    for kind in kinds {
        let there = |name: &String| name.split_once('-').is_some_and(|(_, state)| state == kind);
        assert!(seen.iter().any(there), "no healthy session is {kind}");
    }
    for release in ["0.4.2-", "0.6.6-", "1.2.1-", "2.4.0-"] {
        assert!(seen.iter().any(|name| name.starts_with(release)), "no healthy session is of {release}");
    }
}

#[test]
fn reports_as_their_reader_gets_them() {
    let shown = [
        "0.4.2-handle-index-0-pid-reused",
        "0.4.2-handle-own-window",
        "0.4.2-healthy-attached",
        "0.4.2-nothing-published",
        "0.4.2-pair-unregistered",
        "0.4.2-pointer-missing-file",
        "0.4.2-pointer-missing-file-no-id",
        "0.4.2-session-renamed",
        "0.4.2-several-windows",
        "2.4.0-handle-own-window",
    ];
    for name in shown {
        let path = PathBuf::from(format!("fixtures/sessions/{name}/snapshot.yaml"));
        insta::assert_snapshot!(format!("human-{name}"), written(Format::Human, &judged(&load(&path))));
    }
}

/// The word before a verdict and the sentence after it say the same.
#[test]
fn no_failure_begins_with_what_works() {
    for (name, path) in fixtures() {
        let page = written(Format::Human, &judged(&load(&path)));
        let verdict = page.lines().nth(2).expect("a verdict");
        let works = verdict.contains(" will work ");
        assert!(
            !works || verdict.starts_with("OK") || verdict.starts_with("INFO") || verdict.starts_with("WARN"),
            "{name}: {verdict}"
        );
        assert!(!verdict.contains(" will fail ") || verdict.starts_with("FAIL"), "{name}: {verdict}");
    }
}

/// Where the danger lies in a command that is not replayed from inside the session, the verdict names that command.
#[test]
fn a_danger_names_the_command_and_what_it_harms() {
    let cases = [
        ("0.4.2-tmux-restarted-ids-reused", "gateway attach --agent-id", "session \"other\": "),
        ("2.4.0-tmux-restarted-own-id", "gateway attach", "session \"gpu\": "),
        (
            "0.4.2-handle-own-window",
            "gateway attach and detach",
            "session \"gpu\": attach kills tmux window @0 ",
        ),
        ("0.4.2-pid-reused", "gateway detach", ": it sends a signal to process "),
    ];
    for (name, command, harm) in cases {
        let report = judged(&load(&PathBuf::from(format!("fixtures/sessions/{name}/snapshot.yaml"))));
        let page = written(Format::Human, &report);
        let lines =
            page.lines().skip_while(|l| !l.starts_with("DANGER")).take_while(|l| !l.starts_with("Do not"));
        let verdict = lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ") + " ";
        let (before, after) =
            verdict.split_once(" would harm ").unwrap_or_else(|| panic!("{name}: {verdict}"));
        assert!(before.contains(command) && after.contains(harm), "{name}: {verdict}");
    }
}

/// What the one screen leaves out is there with `-v`.
#[test]
fn nothing_is_left_out_of_the_full_report() {
    let look = Look { detail: Detail::Full, width: 100_000, ..Look::default() };
    for (name, path) in fixtures() {
        let report = judged(&load(&path));
        let mut bytes = Vec::new();
        report::write(Format::Human, &report, &look, &mut bytes).expect("writing to memory");
        let page = String::from_utf8(bytes).expect("reports are text");
        for outcome in &report.outcomes {
            let Verdict::Fired { finding: f } = &outcome.verdict else { continue };
            let forbidden = |argv: &Vec<String>| {
                report.outcomes.iter().any(|o| match &o.verdict {
                    Verdict::Fired { finding } => finding.do_not.iter().any(|d| d.argv == *argv),
                    _ => false,
                })
            };
            let seen = f.evidence.iter().map(|e| format!("{} is {}", e.fact, e.observed));
            let from = f.evidence.iter().map(|e| format!("from {}", e.source));
            let not = f.do_not.iter().map(|d| d.because.clone());
            let steps = f.remedies.iter().filter(|r| !r.argv.is_empty() && !forbidden(&r.argv));
            let steps = steps.map(|r| report::command(&r.argv, false));
            for part in seen.chain(from).chain(not).chain(steps) {
                assert!(page.contains(part.trim()), "{name}: {} lacks {part:?}\n{page}", f.rule);
            }
        }
    }
}

#[test]
fn every_report_is_of_the_published_form() {
    let schema: serde_json::Value =
        serde_json::from_str(&doctor::schema(doctor::Document::Report).expect("a schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    for (name, path) in fixtures() {
        let json = written(Format::Json, &judged(&load(&path)));
        let document: serde_json::Value = serde_json::from_str(&json).expect("one JSON document");
        let wrong: Vec<String> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
        for finding in document["findings"].as_array().expect("findings") {
            assert!(!finding["evidence"].as_array().expect("evidence").is_empty(), "{name}: {finding}");
        }
    }
}

#[test]
fn fixtures_are_of_the_published_form_and_name_no_machine() {
    let schema: serde_json::Value =
        serde_json::from_str(&doctor::schema(doctor::Document::Snapshot).expect("a schema")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    for (name, path) in fixtures() {
        let document = serde_json::to_value(load(&path)).expect("plain data");
        let wrong: Vec<String> = validator.iter_errors(&document).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
        let text = std::fs::read_to_string(&path).expect("a fixture");
        for machine in ["/root", "/tmp/houmao", "/work"] {
            assert!(!text.contains(machine), "{name} names {machine}");
        }
    }
}

#[test]
fn a_written_and_reread_snapshot_gives_the_same_bytes() {
    // Each costs eight reports; a fifth of them has all forms.
    for (name, path) in fixtures().into_iter().step_by(5) {
        let snapshot = load(&path);
        for notation in [doctor::Notation::Json, doctor::Notation::Yaml] {
            let dir = tempfile::tempdir().expect("a folder");
            let file = dir.path().join(if notation == doctor::Notation::Json { "s.json" } else { "s.yaml" });
            let mut bytes = Vec::new();
            doctor::write_snapshot(&snapshot, notation, &mut bytes).expect("written");
            std::fs::write(&file, bytes).expect("written");
            let (once, again) = (judged(&snapshot), judged(&load(&file)));
            assert_eq!(written(Format::Json, &once), written(Format::Json, &again), "{name}");
            assert_eq!(written(Format::Human, &once), written(Format::Human, &again), "{name}");
        }
    }
}

/// Law 3: whatever is taken away from a healthy snapshot, no session becomes healthier, and nothing that is unknown
/// gives exit code 0.
#[test]
fn ignorance_is_never_green() {
    let path = PathBuf::from("fixtures/sessions/0.4.2-healthy-attached/snapshot.yaml");
    let whole = serde_json::to_value(load(&path)).expect("plain data");
    let blind = serde_json::json!({"not_looked": "taken away by the test"});
    let takes: &[(&str, serde_json::Value)] = &[
        ("/tmux/answer", serde_json::json!({"is": "timed_out", "after_ms": 2000})),
        ("/session_roots/0/manifest", blind.clone()),
        ("/session_roots/0/gateway/current_instance", blind.clone()),
        ("/session_roots/0/gateway/desired_config", blind.clone()),
        ("/tmux/answer/server/sessions/0/env", blind.clone()),
        ("/probes/0/answer", blind.clone()),
    ];
    for (pointer, instead) in takes {
        let mut document = whole.clone();
        *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is in the fixture")) =
            instead.clone();
        let snapshot: Snapshot = serde_json::from_value(document).expect("still a snapshot");
        let report = judged(&snapshot);
        assert_ne!(
            report.exit_code,
            0,
            "without {pointer} the doctor says that all is well: {}",
            line(&report)
        );
    }
}

/// The fingerprints of a report's findings, sorted.
fn fingerprints(report: &Report) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = report
        .outcomes
        .iter()
        .filter_map(|o| match &o.verdict {
            Verdict::Fired { finding } => Some((finding.rule.clone(), finding.fingerprint.clone())),
            _ => None,
        })
        .collect();
    found.sort();
    found
}

/// The same sessions as another user would have them, on another day: another home, other pids, files written at other
/// times, everything listed in another order.
fn elsewhere(snapshot: &Snapshot) -> Snapshot {
    // What was written before the machine started stays so: that is a defect of its own.
    fn restamp(value: &mut serde_json::Value, boot: Option<jiff::Timestamp>, now: &str) {
        match value {
            serde_json::Value::Array(items) => items.iter_mut().for_each(|item| restamp(item, boot, now)),
            serde_json::Value::Object(fields) => {
                for (key, value) in fields {
                    if key == "modified_at" {
                        let written = value.as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok());
                        let before = written.zip(boot).filter(|(at, boot)| at < boot);
                        let other = before.map(|(_, boot)| boot - jiff::SignedDuration::from_hours(3));
                        *value = other.map_or(now.into(), |at| at.to_string().into());
                    }
                    restamp(value, boot, now);
                }
            }
            _ => {}
        }
    }
    let text = serde_json::to_string(snapshot).expect("plain data").replace("/home/alice", "/home/bob/deep");
    let mut moved = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = rest[at..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - at);
        let (before, number) = (&rest[..at], &rest[at..at + digits]);
        let pid = number.parse().ok().filter(|pid| *pid > 1 && snapshot.processes.contains_key(pid));
        moved.push_str(before);
        moved.push_str(&pid.map_or_else(|| number.to_owned(), |pid| (pid + 100_000).to_string()));
        rest = &rest[at + digits..];
    }
    moved.push_str(rest);
    let mut document: serde_json::Value = serde_json::from_str(&moved).expect("still JSON");
    let boot = snapshot.host.booted_at.present().and_then(|at| at.parse().ok());
    restamp(&mut document, boot, &snapshot.taken_at);
    for list in ["/session_roots", "/tmux/answer/server/sessions", "/registry/folders", "/probes"] {
        if let Some(serde_json::Value::Array(items)) = document.pointer_mut(list) {
            items.reverse();
        }
    }
    serde_json::from_value(document).expect("still a snapshot")
}

/// A snapshot with every list of things that have no order of their own turned round.
fn turned_round(snapshot: &Snapshot) -> Snapshot {
    let mut document = serde_json::to_value(snapshot).expect("plain data");
    let folders = document["registry"]["folders"].as_array().map_or(0, Vec::len);
    let live = (0..folders).map(|n| format!("/registry/folders/{n}/live/present"));
    let lists =
        ["/session_roots", "/tmux/answer/server/sessions", "/probes", "/limits_hit"].map(str::to_owned);
    for list in live.chain(lists).chain(["/registry/folders".to_owned()]) {
        if let Some(serde_json::Value::Array(items)) = document.pointer_mut(&list) {
            items.reverse();
        }
    }
    serde_json::from_value(document).expect("still a snapshot")
}

/// The same machine gives the same bytes, in whatever order it was listed.
#[test]
fn the_order_of_a_listing_changes_no_byte() {
    let mut several = 0;
    for (name, path) in fixtures() {
        let snapshot = load(&path);
        let records = snapshot.registry.folders.iter().filter_map(|f| f.live.present()).map(Vec::len);
        let sessions = snapshot.server().map_or(0, |server| server.sessions.len());
        if records.chain([sessions, snapshot.session_roots.len()]).max() < Some(2) {
            continue;
        }
        several += 1;
        let (here, there) = (judged(&snapshot), judged(&turned_round(&snapshot)));
        for format in [Format::Json, Format::Markdown, Format::Junit, Format::Human] {
            same_lines(&written(format, &here), &written(format, &there), &name);
        }
    }
    assert!(several > 5, "only {several} fixtures list several things");
}

/// Fails with the first line that differs.
fn same_lines(one: &str, other: &str, name: &str) {
    if let Some((one, other)) = one.lines().zip(other.lines()).find(|(a, b)| a != b) {
        panic!("{name}:\n{one}\n{other}");
    }
    assert_eq!(one.len(), other.len(), "{name}");
}

#[test]
fn a_fingerprint_is_of_the_defect_and_of_nothing_else() {
    let mut all = std::collections::BTreeMap::new();
    for (name, path) in fixtures() {
        let snapshot = load(&path);
        let here = fingerprints(&judged(&snapshot));
        assert_eq!(here, fingerprints(&judged(&elsewhere(&snapshot))), "{name}");
        let each: std::collections::BTreeSet<_> = here.iter().map(|(_, print)| print).collect();
        assert_eq!(each.len(), here.len(), "{name}: two findings share a fingerprint");
        for (rule, print) in here {
            assert!(print.len() == 16 && print.bytes().all(|b| b.is_ascii_hexdigit()), "{print}");
            assert_eq!(
                *all.entry(print).or_insert(rule.clone()),
                rule,
                "{name}: two rules share a fingerprint"
            );
        }
    }
}

#[test]
fn the_published_schemas_are_those_of_the_types() {
    use doctor::Document;
    for (name, document) in [
        ("rule", Document::Rule),
        ("snapshot", Document::Snapshot),
        ("report", Document::Report),
        ("reports", Document::Reports),
        ("diff", Document::Diff),
        ("expected", Document::Expected),
        ("line", Document::Line),
    ] {
        let path = format!("schemas/{name}.schema.json");
        let now = doctor::schema(document).expect("a schema") + "\n";
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &now).expect("the schema is written");
        }
        let held = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            held == now,
            "{path} is not what the types say; UPDATE=1 cargo test --test sessions writes it anew"
        );
    }
}

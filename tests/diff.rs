//! `diff` as its users call it: what became of each finding, whatever the two files are.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use assert_cmd::Command;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const HEALTHY: &str = "fixtures/sessions/0.4.2-healthy-attached/snapshot.yaml";
const BROKEN: &str = "fixtures/sessions/0.4.2-handle-own-window/snapshot.yaml";

fn doctor(args: &[&str]) -> std::process::Output {
    Command::cargo_bin("houmao-doctor").unwrap().args(args).output().unwrap()
}

/// The comparison as JSON, of which the published schema must approve, and the exit code.
fn diff(old: &str, new: &str, more: &[&str]) -> (Value, i32) {
    let run = doctor(&[&["diff", old, new, "--format", "json"], more].concat());
    assert!(run.stderr.is_empty(), "{}", String::from_utf8_lossy(&run.stderr));
    let diff: Value = serde_json::from_slice(&run.stdout).unwrap();
    let schema = serde_json::from_slice(&doctor(&["schema", "diff"]).stdout).unwrap();
    let wrong: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&diff).map(|e| e.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(diff["exit_code"], json!(run.status.code()));
    (diff, run.status.code().unwrap())
}

/// How many findings are new, fixed, the same, and cannot be told.
fn counts(diff: &Value) -> [usize; 4] {
    ["appeared", "fixed", "same", "unseen"].map(|key| diff[key].as_array().unwrap().len())
}

/// What the doctor says of a snapshot, in a file.
fn report(dir: &Path, snapshot: &str) -> String {
    let run = doctor(&["--snapshot", snapshot, "--all", "--format", "json"]);
    file(dir, "report.json", run.stdout)
}

fn file(dir: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path: PathBuf = dir.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn what_breaks_is_new_and_what_is_mended_is_fixed() {
    let (broke, code) = diff(HEALTHY, BROKEN, &[]);
    let [new, fixed, same, unseen] = counts(&broke);
    assert!(new >= 3 && (fixed, same, unseen) == (0, 0, 0), "{broke:#}");
    assert_eq!((code, broke["ok"].as_bool()), (1, Some(false)));
    let attach = &broke["operations"][0];
    assert_eq!((&attach["old"], &attach["new"]), (&json!("will_work"), &json!("would_harm")));
    let (mended, code) = diff(BROKEN, HEALTHY, &[]);
    assert_eq!((counts(&mended), code), ([0, new, 0, 0], 0));
    let (nothing, code) = diff(BROKEN, BROKEN, &["--fail-on", "info"]);
    assert_eq!((counts(&nothing), code), ([0, 0, new, 0], 0), "what is known is not new");
    assert_eq!(nothing["operations"], json!([]));
}

#[test]
fn what_is_new_but_mild_fails_only_when_asked_to() {
    let milder = "fixtures/sessions/0.4.2-pointer-missing-file/snapshot.yaml";
    assert_eq!(diff(HEALTHY, milder, &["--fail-on", "error"]).1, 0);
    assert_eq!(diff(HEALTHY, milder, &["--fail-on", "warning"]).1, 1);
}

#[test]
fn a_report_stands_for_the_snapshot_it_was_made_of_in_either_notation() {
    let dir = tempfile::tempdir().unwrap();
    let report = report(dir.path(), BROKEN);
    let document: Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    let yaml = file(dir.path(), "report.yaml", serde_yaml::to_string(&document).unwrap());
    for old in [&report, &yaml] {
        for (old, new) in [(old.as_str(), BROKEN), (BROKEN, old.as_str())] {
            let (diff, code) = diff(old, new, &[]);
            let [new, fixed, same, unseen] = counts(&diff);
            assert!((new, fixed, unseen, code) == (0, 0, 0, 0) && same >= 3, "{diff:#}");
        }
    }
}

/// Law 3: a finding that is out of sight is not fixed.
#[test]
fn what_cannot_be_seen_any_more_is_not_fixed() {
    let dir = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(BROKEN).unwrap();
    let mut snapshot: Value = serde_yaml::from_str(&text).unwrap();
    let blind = json!({"not_looked": "taken away by the test"});
    *snapshot.pointer_mut("/session_roots/0/gateway/current_instance").unwrap() = blind;
    let blind = file(dir.path(), "blind.json", snapshot.to_string());
    let (diff, _) = diff(BROKEN, &blind, &[]);
    let unseen: Vec<&str> =
        diff["unseen"].as_array().unwrap().iter().filter_map(|u| u["finding"]["rule"].as_str()).collect();
    assert!(unseen.contains(&"handle-resolves-to-agent-window"), "{diff:#}");
    assert!(diff["unseen"][0]["why"].as_str().is_some_and(|why| why.contains("taken away by the test")));
}

/// And neither is one of a session that is gone.
#[test]
fn a_finding_of_a_session_that_is_gone_is_not_fixed() {
    let dir = tempfile::tempdir().unwrap();
    let run = doctor(&["--snapshot", HEALTHY, "--session", "nobody", "--format", "json"]);
    let empty = file(dir.path(), "empty.json", run.stdout);
    let (diff, code) = diff(BROKEN, &empty, &[]);
    let [new, fixed, same, unseen] = counts(&diff);
    assert!((new, fixed, same, code) == (0, 0, 0, 0) && unseen >= 3, "{diff:#}");
    assert_eq!(diff["unseen"][0]["why"], json!("session:gpu is not there"));
}

/// What `check` has written on several inputs is compared input by input: the same defect of another input is new.
#[test]
fn reports_on_several_inputs_are_compared_input_by_input() {
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (dir.path().join("first.yaml"), dir.path().join("second.yaml"));
    let check = |name: &str, snapshots: &[(&Path, &str)]| {
        let mut args = vec!["check", "--format", "json", "--snapshot"];
        for (path, snapshot) in snapshots {
            std::fs::copy(snapshot, path).unwrap();
            args.push(path.to_str().unwrap());
        }
        file(dir.path(), name, doctor(&args).stdout)
    };
    let before = check("before.json", &[(&first, BROKEN), (&second, HEALTHY)]);
    let after = check("after.json", &[(&first, HEALTHY), (&second, BROKEN)]);
    let (crossed, code) = diff(&before, &after, &[]);
    let [new, fixed, same, unseen] = counts(&crossed);
    assert!(new >= 3 && (new, same, unseen, code) == (fixed, 0, 0, 1), "{crossed:#}");
    assert_eq!(crossed["appeared"][0]["input"], json!(second.to_str()));
    assert_eq!(crossed["fixed"][0]["input"], json!(first.to_str()));
    assert_eq!(crossed["old"]["inputs"], json!([first.to_str(), second.to_str()]));
    assert_eq!(counts(&diff(&before, &before, &[]).0), [0, 0, new, 0]);
    // An input that only one side has is new, or cannot be told.
    let third = dir.path().join("third.yaml");
    let more = check("more.json", &[(&first, BROKEN), (&second, HEALTHY), (&third, BROKEN)]);
    assert_eq!(counts(&diff(&before, &more, &[]).0), [new, 0, new, 0]);
    let (less, code) = diff(&more, &before, &[]);
    assert_eq!((counts(&less), code), ([0, 0, new, new], 0));
    let gone = format!("{} is not among its inputs", third.display());
    assert_eq!(less["unseen"][0]["why"], json!(gone));
    let said = String::from_utf8(doctor(&["diff", &before, &after]).stdout).unwrap();
    assert!(
        said.contains("(reports on 2 inputs, the last observed 2026-11-23T09:02:42Z, Houmao 0.4.2)"),
        "{said}"
    );
    let which = format!("({}: session:gpu)", second.display());
    assert!(said.contains(&which), "{said}");
}

/// A suppressed finding is none, also in a snapshot that is judged for the comparison.
#[test]
fn what_is_suppressed_is_not_new() {
    let dir = tempfile::tempdir().unwrap();
    let config = "[[suppress]]\nrule = \"gateway-down\"\nsubject = \"session:gpu\"\nreason = \"known\"\nuntil = 2099-01-01\n";
    let config = file(dir.path(), "c.toml", config);
    let news = |more: &[&str]| counts(&diff(HEALTHY, BROKEN, more).0)[0];
    let plain = news(&["--no-config"]);
    assert_eq!(news(&["--config", &config]), plain - 1);
    assert_eq!(news(&["--config", &config, "--no-suppress"]), plain);
}

#[test]
fn people_get_a_line_a_finding() {
    let run = doctor(&["diff", HEALTHY, BROKEN]);
    let said = String::from_utf8(run.stdout).unwrap();
    insta::assert_snapshot!(said);
}

#[test]
fn what_is_neither_is_one_sentence_that_names_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let lines = doctor(&["--snapshot", BROKEN, "--format", "jsonl"]).stdout;
    let several = doctor(&["check", "--snapshot", BROKEN, HEALTHY, "--format", "json"]).stdout;
    let cases = [
        (file(dir.path(), "lines.jsonl", lines), "is a report in JSON lines, which do not tell what passed"),
        (file(dir.path(), "several.json", several), "holds the reports on several inputs, and fixtures/"),
        (file(dir.path(), "empty.json", ""), "cannot be understood"),
        ("gone.json".to_owned(), "cannot read gone.json: No such file"),
        (file(dir.path(), "other.json", r#"{"schema": "x/1"}"#), "is neither a snapshot nor a report"),
        (file(dir.path(), "cut.json", r#"{"schema": "houmao-doctor.report/1"}"#), "missing field"),
        (dir.path().to_str().unwrap().to_owned(), "it is a directory"),
    ];
    for (path, part) in cases {
        for args in [["diff", &path, HEALTHY], ["diff", HEALTHY, &path]] {
            let run = doctor(&args);
            let said = String::from_utf8(run.stderr).unwrap();
            assert_eq!(run.status.code(), Some(2), "{said}");
            assert!(said.contains(part) && said.contains(&path) && said.lines().count() == 1, "{said}");
            assert!(run.stdout.is_empty());
        }
    }
}

/// What a terminal would obey, or what reorders its neighbours, is in neither form; the JSON says the same by its escapes.
#[test]
fn no_name_reaches_the_terminal_raw() {
    let dir = tempfile::tempdir().unwrap();
    let whole: Value = serde_yaml::from_str(&std::fs::read_to_string(BROKEN).unwrap()).unwrap();
    let name = json!("g\u{1b}[2J\u{202e}p\u{9b}\u{2028}").to_string();
    let hostile = file(dir.path(), "hostile.json", whole.to_string().replace("\"gpu\"", &name));
    for format in ["human", "json"] {
        let said =
            String::from_utf8(doctor(&["diff", HEALTHY, &hostile, "--format", format]).stdout).unwrap();
        let bad: Vec<char> = said
            .chars()
            .filter(|c| c.is_control() && *c != '\n' || "\u{202e}\u{2028}".contains(*c))
            .collect();
        assert!(bad.is_empty() && said.contains("202e"), "{format}: {bad:?}");
    }
}

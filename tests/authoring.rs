//! Writing rules of one's own, as a newcomer does it: the scaffold works at once, and each usual mistake gets a message
//! that says how to mend it.
#[path = "authoring/guide.rs"]
mod guide;

use assert_cmd::Command;
use std::fs;
use std::path::Path;

fn doctor(args: &[&str]) -> (i32, String, String) {
    run_in(Path::new("."), args)
}

fn run_in(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("houmao-doctor").expect("the doctor is built");
    let output = command.current_dir(folder).args(args).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    (output.status.code().expect("a code"), text(&output.stdout), text(&output.stderr))
}

/// A folder with the rule that `rules new` writes.
fn scaffold() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let (code, _, err) = doctor(&["rules", "new", "x-no-logs", "--dir", path(&dir)]);
    assert_eq!((code, err.as_str()), (0, ""));
    dir
}

fn path(dir: &tempfile::TempDir) -> &str {
    dir.path().to_str().expect("text")
}

fn change(dir: &Path, file: &str, from: &str, to: &str) {
    let file = dir.join(file);
    let text = fs::read_to_string(&file).expect("it is there");
    assert!(text.contains(from), "{} lacks {from:?}", file.display());
    fs::write(&file, text.replacen(from, to, 1)).expect("it is written");
}

#[test]
fn a_new_rule_works_at_once() {
    let dir = scaffold();
    let (code, out, err) = doctor(&["rules", "lint", path(&dir)]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let (code, out, err) = doctor(&["rules", "test", path(&dir)]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("1 rule, 4 fixtures as promised, 0 wrong"), "{out}");
    let (code, out, _) = doctor(&["demo", "healthy", "--rules", path(&dir), "--fail-on", "warning"]);
    assert!(code == 1 && out.contains("x-no-logs"), "{out}");
    let (code, _, err) = doctor(&["rules", "new", "x-no-logs", "--dir", path(&dir)]);
    assert!(code == 2 && err.contains("is there already"), "{err}");
    let (code, _, err) = doctor(&["rules", "new", "no-logs", "--dir", path(&dir)]);
    assert!(code == 2 && err.contains("run `houmao-doctor rules new x-no-logs`"), "{err}");
}

/// Places that are no folder of rules say what would be one.
#[test]
fn where_there_are_no_rules_it_is_told_how_to_begin() {
    let dir = scaffold();
    let file = dir.path().join("x-no-logs.yaml");
    let gone = dir.path().join("gone");
    let fixtures = dir.path().join("fixtures");
    for (place, wanted) in [
        (&file, format!("is not a folder; give the folder that it lies in: {}", path(&dir))),
        (&gone, format!("`houmao-doctor rules new x-NAME --dir {}` begins a rule there", gone.display())),
        (&fixtures, "the folder has no rule files (*.yaml); `houmao-doctor rules new".to_owned()),
    ] {
        let place = place.to_str().expect("text");
        let (code, out, _) = doctor(&["rules", "lint", place]);
        assert!(code == 2 && out.contains(&wanted), "{out}");
        let (code, _, err) = doctor(&["rules", "test", place]);
        assert!(code == 2 && err.contains(&wanted), "{err}");
    }
    fs::rename(fixtures.join("x-no-logs"), fixtures.join("x-no-log")).expect("renamed");
    let (code, _, err) = doctor(&["rules", "test", path(&dir)]);
    assert!(code == 2 && err.contains("no rule `x-no-log`; did you mean `x-no-logs`?"), "{err}");
}

/// What a patch changes can be looked up without a machine that has such a session.
#[test]
fn a_sample_can_be_printed_and_judged_again() {
    let dir = scaffold();
    let (code, out, err) = doctor(&["demo", "healthy", "--print-snapshot"]);
    assert_eq!((code, err.as_str()), (0, ""));
    fs::create_dir(dir.path().join("captured")).expect("it is made");
    fs::write(dir.path().join("captured/snapshot.yaml"), out).expect("it is written");
    change(dir.path(), "fixtures/x-no-logs/fires.yaml", "base: demo:healthy ", "base: ../../captured ");
    let (code, out, err) = doctor(&["rules", "test", path(&dir)]);
    assert!(code == 0 && out.starts_with("1 rule, 4 fixtures as promised"), "{out}{err}");
}

#[test]
fn what_is_missing_is_told() {
    let dir = scaffold();
    fs::remove_file(dir.path().join("fixtures/x-no-logs/unknown.yaml")).expect("it was there");
    let (code, out, _) = doctor(&["rules", "test", path(&dir)]);
    assert!(code == 1 && out.contains("x-no-logs has no fixture of kind unknown"), "{out}");
    change(dir.path(), "fixtures/x-no-logs/quiet.yaml", "value: logs}", "value: notes}");
    let (_, out, _) = doctor(&["rules", "test", path(&dir)]);
    assert!(out.contains("quiet.yaml: should be quiet, but session:gpu is fired"), "{out}");
}

/// The usual mistakes, each with what the message must hold: the place, and how to mend it.
#[test]
fn each_usual_mistake_is_mended_by_its_message() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "severity: warning",
            "severty: warning",
            &[":4:", "unknown key `severty`", "did you mean `severity`?"],
        ),
        ("severity: warning", "severity: warn", &[":4:", "warning"]),
        ("id: x-no-logs", "id: no-logs", &[":2:", "call it `x-no-logs`"]),
        ("id: x-no-logs", "id: x-no-log", &[":2:", "differs from the file's name `x-no-logs`"]),
        (
            "manifest.agent_id is present",
            "manifest.agent_ident is present",
            &[":6:", "did you mean `manifest.agent_id`?"],
        ),
        ("w.name == \"logs\"", "w.name == 3", &[":11:", "a text", "an integer"]),
        ("w.name == \"logs\"", "w.name = \"logs\"", &[":11:", "=="]),
        ("{session.name} has no", "{session.nam} has no", &[":13:", "did you mean `session.name`?"]),
        ("use: look-again", "use: look-agian", &["did you mean `look-again`?"]),
        ("title: the session has no window for logs", "title: No logs.", &[":3:", "ends with a dot"]),
        ("because: it shows whether the window is there\n", "\n", &["missing key `because`"]),
        ("scope: session  ", "scope: sesion  ", &[":5:", "session"]),
    ];
    for (from, to, wanted) in cases {
        let dir = scaffold();
        change(dir.path(), "x-no-logs.yaml", from, to);
        let (code, out, err) = doctor(&["rules", "lint", path(&dir)]);
        assert_eq!((code, err.as_str()), (2, ""), "{to}: {out}");
        for part in *wanted {
            assert!(out.contains(part), "{to}: the message lacks {part:?}: {out}");
        }
    }
}

#[test]
fn style_is_told_with_its_line_and_exit_code_1() {
    let cases: &[(&str, &str, &str)] = &[
        ("Session {session.name} has no window", "This session has no window", "names no fact"),
        ("evidence: [session.auxiliary_windows]\n", "", "no evidence"),
        ("  - use: look-again\n    because: it shows whether the window is there\n", "", "does not verify"),
        ("confirm: [tmux, list-windows, -t, \"{session.id}\"]\n", "", "how a person can confirm it by hand"),
        ("confirm:", "do_not:\n  - argv: [ls]\n    because: ''\nconfirm:", "a do-not without a reason"),
    ];
    for (from, to, wanted) in cases {
        let dir = scaffold();
        change(dir.path(), "x-no-logs.yaml", from, to);
        let (code, out, err) = doctor(&["rules", "lint", path(&dir)]);
        assert_eq!((code, err.as_str()), (1, ""), "{to}: {out}");
        assert!(out.contains(wanted) && out.contains("x-no-logs.yaml:"), "{out}");
    }
}

/// All mistakes of all files come at once.
#[test]
fn all_files_are_told() {
    let dir = scaffold();
    doctor(&["rules", "new", "x-other", "--dir", path(&dir)]);
    change(dir.path(), "x-no-logs.yaml", "severity: warning", "severty: warning");
    change(dir.path(), "x-other.yaml", "agent_id is", "agent_ident is");
    let (code, out, _) = doctor(&["rules", "lint", path(&dir)]);
    assert!(code == 2 && out.contains("x-no-logs.yaml:4:") && out.contains("x-other.yaml:6:"), "{out}");
}

/// So do all mistakes of one file, whatever hides what from the parser: the id, a key, a key that is not there, the scope.
#[test]
fn all_mistakes_of_a_file_are_told() {
    let others: &[(&str, &str, &str)] = &[
        (
            "manifest.agent_id is present",
            "manifest.agent_ident is present",
            "did you mean `manifest.agent_id`?",
        ),
        ("{session.name} has no", "{session.nam} has no", "did you mean `session.name`?"),
        ("w.name == \"logs\"", "w.name == 3", "an integer"),
        ("use: look-again", "use: look-agian", "did you mean `look-again`?"),
    ];
    let cases: &[(&str, &str, &str)] = &[
        ("id: x-no-logs", "id: no-logs", "call it `x-no-logs`"),
        ("id: x-no-logs", "id: tmux-unavailable", "is taken by the built-in rules"),
        ("severity: warning", "severty: warning", "did you mean `severity`?"),
        ("severity: warning", "severity: warn", "warning"),
        ("scope: session  ", "scope: sesion  ", "session"),
        ("why:", "wherefore:", "missing key `why`"),
        ("because: it shows whether the window is there\n", "\n", "missing key `because`"),
        ("title: the session has no window for logs", "title: [a, b]", "invalid type: sequence"),
    ];
    for (from, to, wanted) in cases {
        let dir = scaffold();
        change(dir.path(), "x-no-logs.yaml", from, to);
        for (from, to, _) in others {
            change(dir.path(), "x-no-logs.yaml", from, to);
        }
        let (code, out, err) = doctor(&["rules", "lint", path(&dir)]);
        assert_eq!((code, err.as_str()), (2, ""), "{to}: {out}");
        for (_, _, part) in others.iter().chain([&("", "", *wanted)]) {
            assert!(out.contains(part), "{to}: the message lacks {part:?}: {out}");
        }
        assert!(!out.contains("needs `do_not`") && !out.contains("is empty"), "{to}: {out}");
    }
    // What stands in for a part that cannot be read is no mistake of the rule's.
    let dir = scaffold();
    change(dir.path(), "x-no-logs.yaml", "severity: warning", "severity: [danger]");
    change(dir.path(), "x-no-logs.yaml", "confirm:", "confirms: 1\nconfirm:");
    let (_, out, _) = doctor(&["rules", "lint", path(&dir)]);
    assert_eq!(out.matches("x-no-logs.yaml:").count(), 2, "{out}");
}

/// The built-in rules are held to the same style.
#[test]
fn the_built_in_rules_have_style() {
    let (code, out, err) = doctor(&["rules", "lint"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
}

const READS: &str = r#"
id: x-no-logs
title: the agent works in a session of another name
severity: warning
scope: session
reads:
  session: {file: manifest, pointer: /tmux/session_name, kind: text}
  port: {file: handle, pointer: /port, kind: integer}
  args: {file: manifest, pointer: /launch_plan/args, kind: exists}
when:
  all: [reads.session != "cpu", reads.port > 1, reads.args]
message: >
  Session {session.name} is {reads.session} on port {reads.port}.
why: our names are those of machines
confirm_by: Compare the names by eye.
evidence: [reads.session]
remedies: [{use: look-again, because: it shows the name}]
"#;

/// A rule that reads what has no name, tried end to end: known, absent, unreadable, of another kind, redacted.
#[test]
fn a_rule_reads_what_the_catalogue_does_not_name() {
    let dir = scaffold();
    let fixture = |name: &str, patch: &str| {
        let text = format!("base: demo:healthy\nwhy: a test of reading\n{patch}\n");
        fs::write(dir.path().join("fixtures/x-no-logs").join(name), text).expect("it is written");
    };
    let patched =
        |op: &str, path: &str, value: &str| format!("patch: [{{op: {op}, path: {path}, value: {value}}}]");
    fs::write(dir.path().join("x-no-logs.yaml"), READS).expect("it is written");
    let manifest = "/session_roots/0/manifest/present/content/json";
    let handle = "/session_roots/0/gateway/current_instance";
    fixture("fires.yaml", "");
    fixture("quiet.yaml", &patched("replace", &format!("{manifest}/tmux/session_name"), "cpu"));
    fixture("quiet-no-file.yaml", &patched("replace", handle, "absent"));
    fixture("quiet-no-pointer.yaml", &format!("patch: [{{op: remove, path: {manifest}/tmux/session_name}}]"));
    fixture("quiet-no-args.yaml", &format!("patch: [{{op: remove, path: {manifest}/launch_plan/args}}]"));
    fixture("unknown.yaml", &patched("replace", handle, "{not_looked: not needed}"));
    fixture("unknown-kind.yaml", &patched("replace", &format!("{handle}/present/content/json/port"), "'9'"));
    let redacted = "{$redacted: {type: string, blank: false}}";
    fixture("unknown-redacted.yaml", &patched("replace", &format!("{manifest}/tmux/session_name"), redacted));
    let (code, out, _) = doctor(&["rules", "lint", path(&dir)]);
    assert_eq!(code, 0, "{out}");
    let (code, out, _) = doctor(&["rules", "test", path(&dir)]);
    assert!(code == 0 && out.ends_with("1 rule, 9 fixtures as promised, 0 wrong\n"), "{out}");
    let (_, out, _) = doctor(&["demo", "healthy", "--rules", path(&dir), "--fail-on", "warning"]);
    assert!(out.contains("Session gpu is gpu on port 38971."), "{out}");
    let seen = "reads.session is gpu; the rule asks for other than \"cpu\"";
    assert!(out.contains(seen) && out.contains("(manifest.json#/tmux/session_name)"), "{out}");
    let (code, out, err) = doctor(&["explain", "x-no-logs", "--rules", path(&dir)]);
    assert!(code == 0 && out.contains("reads.port: /port of handle, integer"), "{out}{err}");
    let (code, _, err) = doctor(&["explain", "x-no-logs"]);
    assert!(code == 2 && err.contains("name the folder of your own rules: --rules DIR"), "{err}");
    change(dir.path(), "x-no-logs.yaml", "reads.args]", "session.live]");
    let (code, out, _) = doctor(&["rules", "lint", path(&dir)]);
    assert!(code == 1 && out.contains("x-no-logs.yaml:9:9: `args` is read and used nowhere"), "{out}");
}

/// What is listed as legal is legal, for every file.
#[test]
fn every_pointer_that_is_listed_can_be_read() {
    let (code, out, _) = doctor(&["facts", "pointers", "--format", "json"]);
    let all: Vec<serde_json::Value> = serde_json::from_str(&out).expect("a list");
    assert!(code == 0 && all.len() > 200, "{}", all.len());
    let dir = scaffold();
    let mut reads = String::from("reads:\n");
    let mut uses = Vec::new();
    for (n, entry) in all.iter().enumerate() {
        let (file, pointer) =
            (entry["kind"].as_str().expect("a file"), entry["name"].as_str().expect("a pointer"));
        reads += &format!("  r{n}: {{file: {file}, pointer: {}, kind: text}}\n", pointer.replace('*', "0"));
        uses.push(format!("reads.r{n}"));
    }
    let uses = format!("evidence: [session.auxiliary_windows, {}]", uses.join(", "));
    change(dir.path(), "x-no-logs.yaml", "when:\n", &format!("{reads}when:\n"));
    change(dir.path(), "x-no-logs.yaml", "evidence: [session.auxiliary_windows]", &uses);
    let (code, out, _) = doctor(&["rules", "lint", path(&dir)]);
    assert_eq!(code, 0, "{out}");
}

//! `houmao-doctor test` and `check`: every expectation counts, every mistake is told, and nothing passes by being left out.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use assert_cmd::Command;
use houmao_doctor::doctor::{self, trial};
use houmao_doctor::finding::Verdict;
use houmao_doctor::finding::trial::{Agreement, exit_code};
use houmao_doctor::rule::RuleSet;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn doctor(args: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("houmao-doctor").unwrap();
    command.args(args).env_remove("TMUX").env_remove("NO_COLOR").timeout(std::time::Duration::from_secs(600));
    let run = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (run.status.code().unwrap(), text(run.stdout), text(run.stderr))
}

fn rules() -> RuleSet {
    doctor::rule_set().unwrap()
}

/// The folders of all session fixtures of this project.
fn sessions() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir("fixtures/sessions").unwrap().map(|e| e.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 100);
    folders
}

/// Those, and the raw trees.
fn all_sessions() -> Vec<PathBuf> {
    let trees = fs::read_dir("fixtures/trees").unwrap().map(|e| e.unwrap().path());
    sessions().into_iter().chain(trees).collect()
}

/// A folder with one fixture in it, `gpu`, whose agent's window is the recorded gateway window.
fn one() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let from = Path::new("fixtures/sessions/0.4.2-handle-own-window");
    fs::create_dir(dir.path().join("gpu")).unwrap();
    for name in ["snapshot.yaml", "expected.yaml"] {
        fs::copy(from.join(name), dir.path().join("gpu").join(name)).unwrap();
    }
    dir
}

fn path(dir: &tempfile::TempDir) -> &str {
    dir.path().to_str().unwrap()
}

/// The one fixture with its expectation changed.
fn changed(from: &str, to: &str) -> (i32, String) {
    let dir = one();
    let file = dir.path().join("gpu/expected.yaml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{from} is in {text}");
    fs::write(&file, text.replacen(from, to, 1)).unwrap();
    let (code, out, err) = doctor(&["test", path(&dir)]);
    assert_eq!(err, "");
    (code, out)
}

#[test]
fn all_fixtures_of_this_project_are_as_expected() {
    let (code, out, err) = doctor(&["test", "fixtures"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let last = out.lines().last().unwrap();
    assert!(last.ends_with(" validated, 0 missing, 0 noisy, 0 unknown"), "{last}");
    let (fixtures, validated) = (first_number(last), first_number(last.split(": ").nth(1).unwrap()));
    assert!(fixtures >= 100 && validated > 5 * fixtures, "{last}");
}

fn first_number(text: &str) -> usize {
    text.split(' ').next().unwrap().parse().unwrap()
}

/// No expectation lies where the two tests below do not look.
#[test]
fn every_expectation_is_of_a_session_that_is_tried() {
    let mut found: Vec<PathBuf> = walkdir::WalkDir::new("fixtures")
        .into_iter()
        .map(|e| e.unwrap().into_path())
        .filter(|p| p.file_name().is_some_and(|n| n == "expected.yaml"))
        .map(|p| p.parent().unwrap().to_owned())
        .collect();
    found.sort();
    let mut tried = all_sessions();
    tried.sort();
    assert_eq!(found, tried);
}

/// The sentence by which expectations are worth something: no line of any of them can be lost unnoticed.
#[test]
fn every_line_of_every_expectation_is_missed() {
    let rules = rules();
    let (mut lines, mut unnoticed) = (0, Vec::new());
    for folder in all_sessions() {
        let file = folder.join("expected.yaml").display().to_string();
        let text = fs::read_to_string(&file).unwrap();
        let snapshot = trial::observed(&folder).unwrap();
        let mut reports = BTreeMap::new();
        let mut passes = |text: &str| {
            let Ok(expected) = trial::Expected::read(&file, text) else { return false };
            if !expected.check(&file, text, &rules).is_empty() {
                return false;
            }
            let asked = (expected.ask.clone(), expected.houmao.clone());
            let report = reports
                .entry(asked)
                .or_insert_with(|| trial::expected_report(&snapshot, Some(&expected), &rules).unwrap());
            trial::compare(report, &expected).iter().all(|c| c.agreement == Agreement::Validated)
        };
        assert!(passes(&text), "{file}");
        for gone in 0..text.lines().count() {
            lines += 1;
            let rest: Vec<&str> =
                text.lines().enumerate().filter(|(n, _)| *n != gone).map(|(_, l)| l).collect();
            if passes(&(rest.join("\n") + "\n")) {
                unnoticed.push(format!("{file}:{}", gone + 1));
            }
        }
    }
    assert!(unnoticed.is_empty(), "these lines can go without a difference:\n{}", unnoticed.join("\n"));
    assert!(lines > 36 * 9, "only {lines} lines were taken out");
}

/// A rule that is gone is missed by its own fixtures, and by every session on which it speaks.
#[test]
fn every_rule_is_missed() {
    let all = rules();
    let mut unnoticed = Vec::new();
    for rule in all.rules() {
        let mut fewer = all.clone();
        assert!(fewer.switch_off(&rule.id));
        let own = PathBuf::from(format!("fixtures/rules/{}", rule.id));
        let names = |folder: &PathBuf| {
            fs::read_to_string(folder.join("expected.yaml")).unwrap().contains(&format!("- {}\n", rule.id))
        };
        if !own.is_dir() {
            unnoticed.push(format!("{}: it has no fixtures of its own", rule.id));
            continue;
        }
        let concerned: Vec<PathBuf> = all_sessions().into_iter().filter(names).chain([own]).collect();
        for folder in concerned {
            if exit_code(&trial::run(std::slice::from_ref(&folder), &fewer)) != 2 {
                unnoticed.push(format!("{}: {}", rule.id, folder.display()));
            }
        }
    }
    assert!(unnoticed.is_empty(), "{}", unnoticed.join("\n"));
}

#[test]
fn expectations_are_of_the_published_form_and_written_as_accept_writes_them() {
    let schema = doctor::schema(doctor::Document::Expected).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for folder in sessions() {
        let text = fs::read_to_string(folder.join("expected.yaml")).unwrap();
        let value: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        let wrong: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{}: {wrong:?}", folder.display());
        let dir = tempfile::tempdir().unwrap();
        fs::copy(folder.join("snapshot.yaml"), dir.path().join("snapshot.yaml")).unwrap();
        let changes = trial::changes(&[dir.path().to_owned()], &rules());
        let [change] = changes.as_slice() else { panic!("one change: {changes:?}") };
        if !text.contains("\nask: ") && !text.contains("\nhoumao: ") {
            assert_eq!(change.after, text, "{}", folder.display());
        }
    }
}

#[test]
fn each_difference_has_its_word() {
    let cases = [
        ("  - operation-would-harm\n", "", "  noisy    operation-would-harm of session:gpu fires as an echo"),
        (
            "  - handle-resolves-to-agent-window\n",
            "  - handle-resolves-to-agent-window\n  - session-renamed\n",
            "  missing  session-renamed of session:gpu fires: it passes",
        ),
        (
            "exit_code: 1\noperations",
            "exit_code: 0\noperations",
            "  missing  the exit code is 0: it is 1 now",
        ),
        (
            "verdict: would_harm",
            "verdict: will_work",
            "  missing  attach --current-session of session:gpu will work with exit code 1: \
            it would harm with exit code 1 now",
        ),
        (
            "unknown: {}",
            "unknown:\n  host:\n  - target-matched-by-prefix",
            "  missing  target-matched-by-prefix of host cannot be told: it ",
        ),
    ];
    for (from, to, wanted) in cases {
        let (code, out) = changed(from, to);
        assert!(code == 1 && out.contains(wanted), "{wanted}: {code}\n{out}");
    }
}

/// A mistyped subject is no difference but a mistake.
#[test]
fn a_subject_that_is_not_there_is_a_mistake() {
    let (code, out) = changed("echoes:\n  \"session:gpu\":", "echoes:\n  \"session:gpuu\":");
    let wanted = "lists `session:gpuu`, and the fixture has no such subject; did you mean `session:gpu`?";
    assert!(code == 2 && out.contains(wanted), "{code}\n{out}");
}

#[test]
fn what_cannot_be_told_and_is_not_expected_is_unknown() {
    let dir = one();
    let file = dir.path().join("gpu/snapshot.yaml");
    let snapshot = doctor::load_snapshot(&file).unwrap();
    let mut document = serde_json::to_value(snapshot).unwrap();
    *document.pointer_mut("/session_roots/0/manifest").unwrap() = serde_json::json!({"not_looked": "a test"});
    fs::remove_file(file).unwrap();
    fs::write(dir.path().join("gpu/snapshot.json"), document.to_string()).unwrap();
    let (code, out, _) = doctor(&["test", path(&dir)]);
    assert!(code == 1 && out.contains("\n  unknown  manifest-"), "{out}");
    let sum = out.lines().last().unwrap();
    assert!(sum.starts_with("1 fixture: ") && !sum.ends_with(" 0 unknown"), "{sum}");
}

#[test]
fn each_mistake_is_an_error_with_its_place_and_never_a_pass() {
    let line = |text: &str| {
        let all = fs::read_to_string("fixtures/sessions/0.4.2-handle-own-window/expected.yaml").unwrap();
        all.lines().position(|l| l.contains(text)).unwrap() + 1
    };
    let cases = [
        (
            "  - operation-would-harm\n",
            "  - operation-would-ham\n",
            "there is no rule `operation-would-ham`; did you mean \
            `operation-would-harm`?",
            line("- operation-would-harm"),
        ),
        ("quiet:", "quite:", "unknown key `quite`; did you mean `quiet`?", line("quiet:")),
        (
            "quiet: all_others",
            "quiet: all",
            "string \"all\", expected `all_others`, or a list of every rule",
            line("quiet:"),
        ),
        ("selector:", "select:", "unknown key `select`; did you mean `selector`?", line("operation: attach")),
        (
            "verdict: would_harm",
            "verdict: would_arm",
            "did you mean `would_harm`?",
            line("operation: attach"),
        ),
        ("expected/1", "expected/2", "the schema is `houmao-doctor.expected/2`", 1),
        (
            "  - operation-would-harm\n",
            "  - operation-would-harm\n  - operation-would-harm\n",
            "`operation-would-harm` is listed twice for session:gpu",
            line("echoes:") + 2,
        ),
        ("unknown: {}", "unknown:\n  a: []\n  a: []", "the subject `a` is there twice", line("unknown:") + 1),
    ];
    for (from, to, wanted, line) in cases {
        let (code, out) = changed(from, to);
        assert!(code == 2 && out.contains(wanted), "{wanted}: {code}\n{out}");
        assert!(out.contains(&format!("expected.yaml:{line}")), "line {line}: {out}");
        assert!(out.contains("1 fixture, 1 in error: 0 validated"), "{out}");
    }
    let (code, out) = changed("quiet: all_others", "quiet: [session-renamed]");
    assert!(code == 2 && out.contains("the list forgets agent-def-pointer-missing, "), "{out}");
}

#[test]
fn what_holds_no_fixture_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let tell = |wanted: &str| {
        let (code, out, _) = doctor(&["test", dir.path().to_str().unwrap()]);
        assert!(code == 2 && out.contains(wanted), "{wanted}: {code}\n{out}");
    };
    tell("is empty");
    fs::write(dir.path().join("notes.txt"), "").unwrap();
    tell("holds no fixture");
    fs::write(dir.path().join("expected.yaml"), "").unwrap();
    tell("has expected.yaml, but no snapshot.yaml and no host.yaml");
    fs::write(dir.path().join("snapshot.yaml"), "schema: x\n").unwrap();
    tell("error");
    fs::remove_file(dir.path().join("expected.yaml")).unwrap();
    tell("has no expected.yaml; `houmao-doctor test --accept` writes it");
    let with_empty = one();
    fs::create_dir(with_empty.path().join("later")).unwrap();
    let (code, out, _) = doctor(&["test", path(&with_empty)]);
    assert!(code == 2 && out.contains("later: error\n  error    is empty"), "{out}");
    let (code, out, _) = doctor(&["test", "/no/such/folder"]);
    assert!(code == 2 && out.contains("cannot be read"), "{out}");
    let (code, _, err) = doctor(&["test"]);
    assert!(code == 2 && err.contains("<DIR>"), "{err}");
}

#[test]
fn fixtures_of_rules_are_tried_too() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("rules/session-renamed");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("quiet.yaml"), "base: demo:healthy\nwhy: nothing is wrong\n").unwrap();
    let run = || doctor(&["test", dir.path().to_str().unwrap()]);
    let (code, out, _) = run();
    assert!(code == 0 && out.contains("session-renamed: 1 validated\n"), "{out}");
    fs::write(folder.join("fires.yaml"), "base: demo:healthy\nwhy: nothing is wrong\n").unwrap();
    let (code, out, _) = run();
    assert!(code == 1 && out.contains("  missing  fires.yaml: session-renamed is fired"), "{out}");
    fs::write(folder.join("fires.yaml"), "base: demo:helthy\nwhy: nothing is wrong\n").unwrap();
    assert!(run().0 == 2 && run().1.contains("did you mean \"healthy\"?"), "{}", run().1);
    fs::rename(&folder, dir.path().join("rules/session-renamd")).unwrap();
    assert!(run().0 == 2 && run().1.contains("did you mean `session-renamed`?"), "{}", run().1);
    fs::write(dir.path().join("rules/fires.yaml"), "").unwrap();
    assert!(run().1.contains("lies in no folder that names its rule"), "{}", run().1);
}

#[test]
fn accept_shows_the_difference_and_writes_it() {
    let dir = one();
    let file = dir.path().join("gpu/expected.yaml");
    let right = fs::read_to_string(&file).unwrap();
    fs::write(&file, right.replace("  - operation-would-harm\n", "  - operation-would-ham\n")).unwrap();
    let (code, out, _) = doctor(&["test", path(&dir), "--accept"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("\n-  - operation-would-ham\n+  - operation-would-harm\n"), "{out}");
    assert_eq!(fs::read_to_string(&file).unwrap(), right);
    let (code, out, _) = doctor(&["test", path(&dir), "--accept"]);
    assert!(code == 0 && !out.contains("+++"), "nothing differs any more: {out}");
    fs::write(&file, right.replace("quiet: all_others", "quite: all_others")).unwrap();
    let (code, out, _) = doctor(&["test", path(&dir), "--accept"]);
    assert!(code == 2 && out.contains("did you mean `quiet`?"), "what has another form is left alone: {out}");
    fs::remove_file(&file).unwrap();
    assert_eq!(doctor(&["test", path(&dir), "--accept"]).0, 0);
    assert_eq!(fs::read_to_string(&file).unwrap(), right);
}

#[test]
fn the_list_of_quiet_rules_can_be_written_out() {
    let dir = one();
    let file = dir.path().join("gpu/expected.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("quiet: all_others", "quiet: [session-renamed]")).unwrap();
    assert_eq!(doctor(&["test", path(&dir), "--accept"]).0, 0);
    let long = fs::read_to_string(&file).unwrap();
    assert!(long.contains("\n- session-renamed\n") && long.lines().count() > 60, "{long}");
    assert_eq!(doctor(&["test", path(&dir)]).0, 0);
    fs::write(&file, long.replace("- session-renamed\n", "")).unwrap();
    let (code, out, _) = doctor(&["test", path(&dir)]);
    assert!(code == 2 && out.contains("the list forgets session-renamed"), "{out}");
}

/// `check` asks each fixture as its expectation does: its release, its command.
#[test]
fn check_finds_every_fixture_as_expected_as_test_does() {
    let folders: Vec<String> = all_sessions().iter().map(|folder| folder.display().to_string()).collect();
    let args: Vec<&str> = std::iter::once("check").chain(folders.iter().map(String::as_str)).collect();
    let (code, _, err) = doctor(&args);
    // Said of those whose report alone would have ended with another code.
    let kept = |line: &str| {
        line.contains(": all is as its expected.yaml says, so that this counts as 0 and not as ")
    };
    assert!(code == 0 && err.lines().all(kept), "{code} {err}");
}

#[test]
fn check_judges_files_and_fixtures_and_gives_the_worst_code() {
    let healthy = "fixtures/sessions/0.4.2-healthy-attached";
    let file = |folder: &str| format!("{folder}/snapshot.yaml");
    let broken = "fixtures/sessions/0.4.2-handle-own-window";
    let (code, out, err) =
        doctor(&["check", "--snapshot", &file(healthy), &file(broken), "--format", "json"]);
    assert_eq!((code, err.as_str()), (1, ""));
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    let reports = document["reports"].as_array().unwrap();
    let codes: Vec<i64> = reports.iter().map(|r| r["report"]["exit_code"].as_i64().unwrap()).collect();
    assert_eq!(codes, [0, 1], "one report for each, in the order of the command line");
    assert_eq!((&document["exit_code"], &document["ok"]), (&1.into(), &false.into()));
    assert_eq!(doctor(&["check", "--snapshot", &file(healthy)]).0, 0);
    // With an expectation beside it, a broken session that is diagnosed as broken is all right.
    let (code, out, err) = doctor(&["check", broken, healthy]);
    let kept = format!("{broken}: all is as its expected.yaml says, so that this counts as 0 and not as 1\n");
    assert!(code == 0 && err.ends_with(&kept) && err.lines().count() == 1, "{code} {err}");
    assert!(out.contains("DANGER"), "{out}");
    let dir = one();
    let gpu = format!("{}/gpu", path(&dir));
    let expected = dir.path().join("gpu/expected.yaml");
    let text = fs::read_to_string(&expected).unwrap();
    fs::write(&expected, text.replace("  - operation-would-harm\n", "")).unwrap();
    let (code, _, err) = doctor(&["check", &gpu]);
    assert!(
        code == 1 && err.contains("gpu: not as expected: operation-would-harm of session:gpu"),
        "{code} {err}"
    );
    fs::write(&expected, "schema: x\n").unwrap();
    assert_eq!(doctor(&["check", &gpu]).0, 2);
    fs::remove_file(&expected).unwrap();
    assert_eq!(doctor(&["check", &gpu]).0, 1, "without an expectation the report's code counts");
    let (code, _, err) = doctor(&["check", path(&dir)]);
    assert!(
        code == 2 && err.contains("holds neither snapshot.yaml nor host.yaml; `houmao-doctor test "),
        "{err}"
    );
    assert_eq!(doctor(&["check"]).0, 2);
}

/// What was packed by hand is judged as the same state that was captured, as far as it was packed; the rest is unknown.
#[test]
fn raw_trees_are_judged_as_the_session_they_were() {
    let danger = |folder: &str| {
        let snapshot = trial::observed(Path::new(folder)).unwrap();
        let report = trial::expected_report(&snapshot, None, &rules()).unwrap();
        let root = snapshot.session_roots[0].clone();
        assert!(root.manifest_path.starts_with("/home/alice/project/.houmao/"), "{}", root.manifest_path);
        let text = serde_json::to_string(&snapshot).unwrap();
        assert!(
            !text.contains(&fs::canonicalize(folder).unwrap().display().to_string()),
            "paths of here are told"
        );
        let found = report.outcomes.iter().find(|o| o.rule == "handle-resolves-to-agent-window").unwrap();
        (report.operations[0].verdict, matches!(found.verdict, Verdict::Fired { .. }))
    };
    let state = "0.4.2-handle-own-window";
    assert!(danger(&format!("fixtures/trees/{state}")).1 && danger(&format!("fixtures/sessions/{state}")).1);
    assert!(!danger("fixtures/trees/0.4.2-healthy-attached").1);
    let (code, out, _) = doctor(&["check", "fixtures/trees/0.4.2-healthy-attached", "--format", "json"]);
    assert_eq!(code, 0, "as its expectation says: {out}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["exit_code"], 3, "processes and ports are not packed, and ignorance is never green");
}

/// A session that the packed listing does not have is gone only where no other tmux server can have it.
#[test]
fn a_session_that_was_not_packed_is_gone_only_where_it_can_be_nowhere_else() {
    let verdict = |said: &str| {
        let dir = tempfile::tempdir().unwrap();
        let from = "fixtures/trees/0.4.2-healthy-attached/.";
        assert!(
            std::process::Command::new("cp").args(["-R", from]).arg(dir.path()).status().unwrap().success()
        );
        let gone = "no server running on /tmp/tmux-1000/default\n";
        fs::write(dir.path().join("tmux.txt"), gone).unwrap();
        let host = dir.path().join("host.yaml");
        fs::write(&host, format!("{}\n{said}\n", fs::read_to_string(&host).unwrap())).unwrap();
        let snapshot = trial::observed(dir.path()).unwrap();
        let report = trial::expected_report(&snapshot, None, &rules()).unwrap();
        let outcome = report.outcomes.iter().find(|o| o.rule == "registry-active-session-gone").unwrap();
        outcome.verdict.clone()
    };
    assert!(matches!(verdict("other_tmux: []"), Verdict::Fired { .. }));
    for (said, told) in [
        ("", "`other_tmux` of host.yaml does not say whether another tmux server runs"),
        ("other_tmux: [/run/user/1000/tmux-1000/default]", "listens on /run/user/1000/tmux-1000/default"),
    ] {
        let found = verdict(said);
        let text = format!("{found:?}");
        assert!(matches!(found, Verdict::Unknown { .. }) && text.contains(told), "{text}");
    }
}

#[test]
fn trees_that_cannot_be_read_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let copy = |to: &Path| {
        let from = "fixtures/trees/0.4.2-handle-own-window/.";
        assert!(std::process::Command::new("cp").args(["-R", from]).arg(to).status().unwrap().success());
    };
    let said = |spoil: &dyn Fn(&Path)| {
        let folder = dir.path().join("gpu");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        copy(&folder);
        spoil(&folder);
        let (code, out, err) = doctor(&["check", folder.to_str().unwrap()]);
        assert!(code == 2 && out.is_empty(), "{code} {out}");
        err
    };
    let edit = |folder: &Path, name: &str, from: &str, to: &str| {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(folder.join(name), text.replacen(from, to, 1)).unwrap();
    };
    let err = said(&|f| edit(f, "host.yaml", "uid:", "uuid:"));
    assert!(err.contains("host.yaml:2:") && err.contains("unknown key `uuid`; did you mean `uid`?"), "{err}");
    let err = said(&|f| edit(f, "host.yaml", "taken_at: 2026", "taken_at: next 2026"));
    assert!(err.contains("`taken_at` is no time with a zone"), "{err}");
    let err = said(&|f| edit(f, "host.yaml", "registry: /home/alice", "registry: /srv"));
    assert!(
        err.contains("Houmao looks at /home/alice/.config/houmao/registry and /home/alice/.houmao/registry"),
        "{err}"
    );
    let err = said(&|f| edit(f, "tmux.txt", "@E $0", "@E $9"));
    assert!(err.contains("tmux.txt cannot be read: it breaks off before its end"), "{err}");
    let err = said(&|f| fs::remove_dir_all(f.join("session-root")).unwrap());
    assert!(err.contains("there is no folder session-root/"), "{err}");
    let err = said(&|f| std::os::unix::fs::symlink("/etc/passwd", f.join("session-root/x.json")).unwrap());
    assert!(err.contains("is a link that leads out of the tree; pack with `tar -h`"), "{err}");
}

//! `houmao-doctor.toml`, suppressions and baselines, as their users meet them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A session whose gateway is down: one finding of severity error, `handle-window-zero`, observed on 2026-11-23.
const BROKEN: &str = "fixtures/sessions/0.4.2-handle-index-0/snapshot.yaml";
/// A session whose manifest no release loads, from which two findings follow.
const ECHOED: &str = "fixtures/sessions/0.4.2-manifest-schema-9/snapshot.yaml";
/// A session whose agent's own window is the recorded gateway's: a danger and three echoes.
const DANGER: &str = "fixtures/sessions/0.4.2-handle-own-window/snapshot.yaml";

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

/// Runs the doctor in a folder, on a snapshot of this project.
fn run_in(folder: &Path, snapshot: &str, args: &[&str]) -> Ran {
    let snapshot = fs::canonicalize(snapshot).unwrap();
    let mut command = Command::cargo_bin("houmao-doctor").unwrap();
    command.current_dir(folder).arg("--snapshot").arg(snapshot).args(args);
    let run = command.env_remove("TMUX").env_remove("NO_COLOR").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: run.status.code().unwrap(), out: text(run.stdout), err: text(run.stderr) }
}

/// The same, with this configuration in that folder.
fn with(config: &str, snapshot: &str, args: &[&str]) -> Ran {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("houmao-doctor.toml"), config).unwrap();
    run_in(dir.path(), snapshot, args)
}

/// The rules of the findings of a report, in its order.
fn rules(report: &serde_json::Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|f| f["rule"].as_str().unwrap().to_owned()).collect()
}

fn suppress(rule: &str, subject: &str, until: &str) -> String {
    format!(
        "[[suppress]]\nrule = \"{rule}\"\nsubject = \"{subject}\"\nreason = \"rebuilt on Friday\"\nuntil = {until}\n"
    )
}

#[test]
fn what_is_suppressed_does_not_count_and_is_not_lost() {
    let config = suppress("handle-window-zero", "session:g*", "2026-11-30");
    let ran = with(&config, BROKEN, &["--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let report = ran.json();
    assert_eq!(rules(&report), ["gateway-state-false-healthy"]);
    let suppressed = &report["suppressed"][0];
    assert_eq!(suppressed["finding"]["rule"], "handle-window-zero");
    assert_eq!(suppressed["reason"], "rebuilt on Friday");
    assert_eq!(suppressed["until"], "2026-11-30");
    assert_eq!(report["policy"]["suppressions"][0]["state"], "used");
    assert_eq!(report["outcomes"]["counts"]["suppressed"], 1);
    let plain = with(&config, BROKEN, &[]).out;
    assert!(plain.contains("1 fired, 1 suppressed, ") && !plain.contains("rebuilt"), "{plain}");
    let full = with(&config, BROKEN, &["-v", "--width", "200"]).out;
    let told = "handle-window-zero (error) of session:gpu is suppressed until 2026-11-30: rebuilt on Friday";
    assert!(full.contains(told), "{full}");
    let all = with(&config, BROKEN, &["--no-suppress", "--format", "json"]);
    let two = ["handle-window-zero", "gateway-state-false-healthy"];
    assert_eq!((all.code, rules(&all.json())), (1, two.map(str::to_owned).to_vec()));
    // What follows from it is told as it was.
    let config = suppress("manifest-schema-unsupported", "session:gpu", "2026-11-30");
    let report = with(&config, ECHOED, &["--format", "json"]).json();
    assert_eq!(rules(&report), ["attach-will-fail", "attach-hides-first-error"]);
    assert_eq!(report["suppressed"][0]["finding"]["rule"], "manifest-schema-unsupported");
}

#[test]
fn a_suppression_ends_after_its_day_and_says_so() {
    for (until, code) in [("2026-11-22", 1), ("\"2026-11-23\"", 0), ("2026-11-24", 0)] {
        let ran = with(&suppress("handle-window-zero", "session:gpu", until), BROKEN, &["--width", "200"]);
        assert_eq!(ran.code, code, "{until}: {}", ran.out);
        let said = ran
            .out
            .contains("the suppression of handle-window-zero of session:gpu has ended with 2026-11-22");
        assert_eq!(said, code == 1, "{}", ran.out);
    }
}

#[test]
fn a_suppression_of_nothing_is_told() {
    let config = suppress("gateway-down", "session:gpu", "2026-12-31");
    let ran = with(&config, BROKEN, &["--width", "200"]);
    let told = "the suppression of gateway-down of session:gpu suppresses nothing; take it out (";
    assert!(ran.code == 1 && ran.out.contains(told), "{}", ran.out);
    assert!(ran.out.contains("houmao-doctor.toml:2)"), "{}", ran.out);
}

#[test]
fn a_danger_is_suppressed_only_by_its_exact_subject_and_still_forbids() {
    let pattern = with(&suppress("handle-resolves-to-agent-window", "session:*", "2026-12-31"), DANGER, &[]);
    assert_eq!(pattern.code, 2);
    assert!(
        pattern.err.contains("houmao-doctor.toml:3:11: handle-resolves-to-agent-window is a danger"),
        "{}",
        pattern.err
    );
    let exact = suppress("handle-resolves-to-agent-window", "session:gpu", "2026-12-31");
    let ran = with(&exact, DANGER, &["--format", "json"]);
    assert_eq!(ran.code, 1, "what follows from it stands for itself");
    let report = ran.json();
    for finding in report["findings"].as_array().unwrap() {
        let causes: Vec<&str> =
            finding["caused_by"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
        assert!(!causes.contains(&"handle-resolves-to-agent-window"), "{finding}");
        for remedy in finding["remedies"].as_array().unwrap() {
            let command = remedy["command"].as_str().unwrap_or_default();
            assert!(!command.starts_with("houmao-mgr"), "the danger is still there: {command}");
        }
    }
    for line in [
        "off = [\"handle-resolves-to-agent-window\"]",
        "[severity]\nhandle-resolves-to-agent-window = \"info\"",
    ] {
        let ran = with(line, DANGER, &[]);
        assert!(ran.code == 2 && ran.err.contains("is a danger, and stays one"), "{}", ran.err);
    }
}

#[test]
fn severities_change_and_rules_are_switched_off_in_the_open() {
    let ran = with("[severity]\nhandle-window-zero = \"warning\"\n", BROKEN, &["--format", "json"]);
    assert_eq!(ran.code, 0);
    assert_eq!(ran.json()["findings"][0]["severity"], "warning");
    assert_eq!(ran.json()["policy"]["severities"][0]["was"], "error");
    let full = with("[severity]\nhandle-window-zero = \"warning\"\n", BROKEN, &["-v", "--width", "200"]).out;
    assert!(full.contains("handle-window-zero is warning here instead of error"), "{full}");
    let off = with("off = [\"handle-window-zero\"]\n", BROKEN, &[]);
    assert!(
        off.code == 0 && off.out.contains("switched off, so not asked: handle-window-zero"),
        "{}",
        off.out
    );
}

#[test]
fn own_rules_are_found_from_the_configuration_and_keep_to_their_namespace() {
    let dir = tempfile::tempdir().unwrap();
    let rules = dir.path().join("ops/rules");
    fs::create_dir_all(&rules).unwrap();
    fs::create_dir_all(dir.path().join("deep/er")).unwrap();
    fs::write(dir.path().join("houmao-doctor.toml"), "rules = [\"ops/rules\"]\n").unwrap();
    let rule = |id: &str| {
        format!(
            "id: {id}\ntitle: a live session\nseverity: error\nscope: session\nwhen: session.live\nmessage: hello\nwhy: because\n"
        )
    };
    fs::write(rules.join("x-live.yaml"), rule("x-live")).unwrap();
    let healthy = "fixtures/sessions/0.4.2-healthy-attached/snapshot.yaml";
    let ran = run_in(&dir.path().join("deep/er"), healthy, &["--format", "json"]);
    assert_eq!((ran.code, &ran.json()["findings"][0]["rule"]), (1, &Value::from("x-live")), "{}", ran.err);
    let from = ran.json()["policy"]["config"].as_str().unwrap().to_owned();
    assert!(from.ends_with("/houmao-doctor.toml"), "{from}");
    let full = run_in(&dir.path().join("deep"), healthy, &["-v", "--width", "300"]).out;
    assert!(full.contains(&format!("from {from}")), "{full}");
    let none = run_in(&dir.path().join("deep"), healthy, &["--no-config", "-v"]);
    assert!(none.code == 0 && none.out.contains("no configuration is used"), "{}", none.out);
    fs::write(dir.path().join("other.toml"), "").unwrap();
    assert_eq!(run_in(dir.path(), healthy, &["--config", "other.toml"]).code, 0);
    let twice = run_in(dir.path(), healthy, &["--rules", "ops/rules", "--format", "json"]);
    assert_eq!((twice.code, twice.json()["findings"].as_array().unwrap().len()), (1, 1), "{}", twice.err);
    // Other folders of rules come on top.
    fs::create_dir(dir.path().join("more")).unwrap();
    fs::write(dir.path().join("more/x-more.yaml"), rule("x-more")).unwrap();
    fs::create_dir(dir.path().join("most")).unwrap();
    fs::write(dir.path().join("most/x-most.yaml"), rule("x-most")).unwrap();
    let ran = run_in(dir.path(), healthy, &["--rules", "more", "--rules", "most", "--format", "json"]);
    assert_eq!(ran.json()["findings"].as_array().unwrap().len(), 3, "{}", ran.err);
    for (id, wanted) in [
        ("gateway-down", "gateway-down.yaml:1:5: the id `gateway-down` is taken by the built-in rules"),
        (
            "mine",
            "mine.yaml:1:5: the ids of own rules begin with `x-`; call it `x-mine`, and its file so too",
        ),
    ] {
        let file = rules.join(format!("{id}.yaml"));
        fs::write(&file, rule(id)).unwrap();
        let ran = run_in(dir.path(), healthy, &[]);
        assert!(ran.code == 2 && ran.err.contains(wanted), "{}", ran.err);
        fs::remove_file(file).unwrap();
    }
}

#[test]
fn each_mistake_in_a_configuration_has_its_line_and_the_nearest_name() {
    let whole = suppress("handle-window-zero", "session:gpu", "2026-12-31");
    let cases = [
        ("\nsupress = []\n".to_owned(), ":2:1: unknown field `supress`; did you mean `suppress`?"),
        (whole.replace("reason", "reson"), ":4:1: unknown field `reson`; did you mean `reason`?"),
        (whole.replace("reason = \"rebuilt on Friday\"\n", ""), "missing field `reason`"),
        (whole.replace("rebuilt on Friday", " "), ":4:10: `reason` is empty"),
        (whole.replace("until = 2026-12-31\n", ""), "missing field `until`"),
        (whole.replace("2026-12-31", "2026-12-31T10:00:00Z"), ":5:9: `until` is not a date"),
        (whole.replace("2026-12-31", "\"soon\""), ":5:9: `until` is not a date; write the last day"),
        (
            whole.replace("window-zero", "windw-zero"),
            ":2:8: there is no rule `handle-windw-zero`; did you mean `handle-window-zero`?",
        ),
        (
            "off = [\"gateway-up\"]".to_owned(),
            ":1:8: there is no rule `gateway-up`; did you mean `gateway-down`?",
        ),
        ("[severity]\ngateway-down = \"eror\"".to_owned(), "did you mean `error`?"),
        ("[severity]\ngateway-dwn = \"error\"".to_owned(), ":2:1: there is no rule `gateway-dwn`"),
        (
            "[severity]\ngateway-down = \"danger\"".to_owned(),
            "only a rule that names what sets it off can be a danger",
        ),
        ("rules = [\"nowhere\"]".to_owned(), "nowhere: "),
        ("off = [".to_owned(), "houmao-doctor.toml:1:"),
        ("[suppress]\nrule = \"gateway-down\"\n".to_owned(), "each suppression begins with `[[suppress]]`"),
    ];
    for (config, wanted) in cases {
        let ran = with(&config, BROKEN, &[]);
        assert!(ran.code == 2 && ran.out.is_empty(), "{config}: {} {}", ran.code, ran.out);
        assert!(ran.err.contains(wanted), "{wanted}: {}", ran.err);
    }
    let two = with("off = [\"gateway-up\", \"gateway-upper\"]", BROKEN, &[]);
    assert!(two.err.contains("2 mistakes in the configuration"), "{}", two.err);
    let gone = with("", BROKEN, &["--config", "no.toml"]);
    assert!(gone.code == 2 && gone.err.contains("no.toml: cannot be read"), "{}", gone.err);
}

#[test]
fn with_a_baseline_only_what_is_new_fails() {
    let dir = tempfile::tempdir().unwrap();
    let before = run_in(dir.path(), BROKEN, &["--format", "json"]);
    assert_eq!(before.code, 1);
    fs::write(dir.path().join("before.json"), &before.out).unwrap();
    let known = run_in(dir.path(), BROKEN, &["--baseline", "before.json", "--format", "json"]);
    assert_eq!(known.code, 0);
    assert_eq!(known.json()["findings"][0]["in_baseline"], true);
    assert_eq!(known.json()["policy"]["baseline"], "before.json");
    let told = run_in(dir.path(), BROKEN, &["--baseline", "before.json", "--width", "200"]).out;
    assert!(
        told.contains("in before.json already, so not counted: handle-window-zero of session:gpu"),
        "{told}"
    );
    let new = run_in(dir.path(), DANGER, &["--baseline", "before.json", "--format", "json"]);
    assert_eq!(new.code, 1);
    let new = new.json();
    let findings = new["findings"].as_array().unwrap().iter();
    // One of its findings is the same defect as before; the others are new, above all the danger.
    let known = findings.filter(|f| f["in_baseline"] == true).map(|f| f["rule"].as_str().unwrap());
    assert_eq!(known.collect::<Vec<_>>(), ["gateway-state-false-healthy"]);
    assert_eq!(rules(&new)[0], "handle-resolves-to-agent-window");
    for (content, wanted) in [
        ("{}", "cannot be used as a baseline: missing field `schema`"),
        ("", "cannot be used as a baseline: missing field `schema`; give a report that was written with"),
        (
            "{\"schema\": \"other/1\", \"findings\": []}",
            "its `schema` is other/1, expected houmao-doctor.report/1",
        ),
        ("schema: houmao-doctor.snapshot/1\n", "it is a snapshot, which has no findings until it is judged"),
        (
            "{\"schema\": \"houmao-doctor.line/1\", \"kind\": \"finding\"}",
            "line 1: a finding without `fingerprint`",
        ),
        ("{\"schema\": \"houmao-doctor.report/1\", \"findings\": [{}]}", "missing field `fingerprint`"),
        ("{\"schema\": \"houmao-doctor.report/1\"}", "it has no `findings`"),
        ("{\"schema\": \"houmao-doctor.reports/1\"}", "missing field `reports`"),
    ] {
        fs::write(dir.path().join("bad.json"), content).unwrap();
        let ran = run_in(dir.path(), BROKEN, &["--baseline", "bad.json"]);
        assert!(ran.code == 2 && ran.err.contains(wanted), "{}", ran.err);
    }
    assert_eq!(run_in(dir.path(), BROKEN, &["--baseline", "no.json"]).code, 2);
}

/// Of a baseline on several inputs, the report on the input of the same name counts, and all where none has it.
#[test]
fn a_baseline_may_be_on_several_inputs_and_in_lines() {
    let dir = tempfile::tempdir().unwrap();
    let copy = |name: &str, snapshot: &str| {
        let path = dir.path().join(name);
        fs::copy(snapshot, &path).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (first, second) = (copy("first.yaml", BROKEN), copy("second.yaml", DANGER));
    let check = |args: &[&str]| {
        let mut command = Command::cargo_bin("houmao-doctor").unwrap();
        command.args(["check", "--no-config", "--snapshot"]).args(args).output().unwrap()
    };
    for format in ["json", "jsonl"] {
        let known = dir.path().join(format);
        fs::write(&known, check(&[&first, &second, "--format", format]).stdout).unwrap();
        let known = known.to_str().unwrap();
        let code = |snapshots: &[&str]| check(&[snapshots, &["--baseline", known]].concat()).status.code();
        assert_eq!(code(&[&first, &second]), Some(0), "{format}");
        // What was known of another input is new here; a file of another name is compared with all.
        fs::copy(DANGER, &first).unwrap();
        assert_eq!(
            (code(&[&first]), code(&[&second]), code(&[DANGER])),
            (Some(1), Some(0), Some(0)),
            "{format}"
        );
        fs::copy(BROKEN, &first).unwrap();
        let one = run_in(dir.path(), DANGER, &["--format", format]);
        fs::write(known, one.out).unwrap();
        assert_eq!((code(&[&first]), code(&[&second])), (Some(1), Some(0)), "{format}");
    }
}

/// `test` heeds what is switched off, says which configuration it used where that is asked, and an expectation of a rule
/// that is off is told so instead of being called a typing mistake.
#[test]
fn trials_say_what_the_configuration_has_switched_off() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("houmao-doctor.toml"), "off = [\"handle-window-zero\"]\n").unwrap();
    let fixture = fs::canonicalize(Path::new(BROKEN).parent().unwrap()).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_houmao-doctor"));
    let ran = command.current_dir(dir.path()).args(["test", "-v"]).arg(&fixture).output().unwrap();
    let (out, err) = (String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap());
    assert_eq!(ran.status.code(), Some(2), "{out}");
    assert!(
        err.contains("houmao-doctor: the configuration is ") && err.contains("houmao-doctor.toml"),
        "{err}"
    );
    assert!(out.contains("the rule `handle-window-zero` is switched off by the configuration"), "{out}");
}

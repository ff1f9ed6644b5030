//! The binary as its users call it: what goes wrong is one sentence on standard error and the right exit code.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use assert_cmd::Command;
use std::path::Path;

fn doctor(args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("houmao-doctor").unwrap();
    command.args(args).env_remove("TMUX").env_remove("NO_COLOR").timeout(std::time::Duration::from_secs(120));
    command
}

/// The one line of complaint that a call gives, with nothing on standard output.
fn complaint(args: &[&str], code: i32) -> String {
    let run = doctor(args).output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(code), "{args:?}: {said}");
    assert_eq!(String::from_utf8(run.stdout).unwrap(), "", "{args:?}");
    assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
    said
}

fn file(dir: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = dir.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn usage_errors_are_one_sentence_and_exit_2() {
    let cases: &[(&[&str], &str)] = &[
        (&["--formt", "json"], "a similar argument exists: '--format'"),
        (&["--format", "xml"], "invalid value 'xml' for '--format <FORMAT>'"),
        (&["--session", "a", "--agent-id", "b"], "cannot be used with"),
        (&["-L", "a", "-S", "/b"], "cannot be used with"),
        (&["--offline", "--probe-remote"], "cannot be used with"),
        (&["--snapshot", "f", "--offline"], "cannot be used with"),
        (&["--brief", "-v"], "cannot be used with"),
        (&["--houmao", "new"], "a release is written X.Y.Z"),
        (&["--fail-on", "fatal"], "possible values: danger, error, warning, info"),
        (&["--width", "7"], "7 is not in 40..=400"),
        (&["why"], "required"),
        (&["why", "--for", "attach", "--", "houmao-mgr"], "cannot be used with"),
        (&["why", "--current-session", "--", "houmao-mgr"], "cannot be used with"),
        (&["why", "--pair-port", "1", "--", "houmao-mgr"], "cannot be used with"),
        (&["why", "--current-session"], "--for <OPERATION>"),
        (&["why", "--for", "attach", "--current-session", "--agent-name", "gpu"], "cannot be used with"),
        (&["why", "--for", "dance"], "invalid value 'dance'"),
        (&["schema", "rules"], "a similar value exists: 'rule'"),
        (&["captur"], "a similar subcommand exists: 'capture'"),
        (&["--format", "xml", "demo"], "invalid value 'xml' for '--format <FORMAT>'"),
        (
            &["--session", "gpu", "demo"],
            "unexpected argument '--session' found (see houmao-doctor demo --help)",
        ),
        (
            &["-L", "x", "rules", "list"],
            "unexpected argument '-L' found (see houmao-doctor rules list --help)",
        ),
        (&["--wait", "5s", "--snapshot", "f"], "cannot be used with"),
        (&["--wait", "5"], "a time to wait is written with its unit"),
        (&["--wait", "2h"], "at least 1s and at most 1h"),
        (&["completions", "tcsh"], "possible values: bash, zsh, fish, nushell"),
        (&["man", "/nowhere"], "cannot write the manual pages into /nowhere: it is not there; make it first"),
        (&["man", "Cargo.toml"], "cannot write the manual pages into Cargo.toml: it is no folder; give one"),
        (&["man", "/proc"], "cannot write the manual pages into /proc: "),
        (&["--wait", "0s"], "at least 1s and at most 1h"),
        (&["--wait", "nonsense"], "a time to wait is written with its unit"),
    ];
    for (args, part) in cases {
        let said = complaint(args, 2);
        assert!(said.contains(part), "{args:?}: {said}");
        assert!(said.starts_with("houmao-doctor: ") && !said.contains("Usage"), "{said}");
    }
}

/// Options that stand before a command are those of the command.
#[test]
fn an_option_before_a_command_counts_as_behind_it() {
    for (before, behind) in [
        (&["--format", "html", "demo"][..], &["demo", "--format", "html"][..]),
        (&["--brief", "demo", "healthy", "--ascii"], &["demo", "healthy", "--brief", "--ascii"]),
        (&["--format", "json", "rules", "list"], &["rules", "list", "--format", "json"]),
        (&["--ascii", "explain", "handle-pid-reused"], &["explain", "handle-pid-reused", "--ascii"]),
    ] {
        let (before, behind) = (doctor(before).output().unwrap(), doctor(behind).output().unwrap());
        assert!(!before.stdout.is_empty() && before == behind, "{}", String::from_utf8_lossy(&before.stderr));
    }
}

/// Pages that are there already are written anew, and others left alone.
#[test]
fn manual_pages_are_written_anew() {
    let dir = tempfile::tempdir().unwrap();
    file(dir.path(), "houmao-doctor.1", "old");
    file(dir.path(), "other.1", "other");
    let run = doctor(&["man", dir.path().to_str().unwrap()]).output().unwrap();
    assert_eq!((run.status.code(), run.stdout.len(), run.stderr.len()), (Some(0), 0, 0));
    let page = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap();
    assert!(page("houmao-doctor.1").contains(".TH houmao-doctor 1") && page("other.1") == "other");
    assert!(page("houmao-doctor-rules-list.1").contains("\\-\\-format"));
}

#[test]
fn an_unknown_demo_lists_the_demos_and_the_nearest() {
    let said = complaint(&["demo", "window0"], 2);
    assert!(said.contains("no demo named \"window0\" (did you mean \"window-0\"?)"), "{said}");
    assert!(said.contains("missing-metadata") && said.contains("healthy"), "{said}");
    let said = complaint(&["demo", "\u{1b}[2J"], 2);
    assert!(!said.contains('\u{1b}') && !said.contains("did you mean"), "{said}");
}

#[test]
fn an_unknown_rule_names_the_nearest_however_it_is_written() {
    for name in ["handle-pid-reusd", "HANDLE-PID-REUSED", "handle_pid_reused"] {
        let said = complaint(&["explain", name], 2);
        assert!(said.contains("(did you mean \"handle-pid-reused\"?)"), "{said}");
    }
    assert!(!complaint(&["explain", "quite-another-thing"], 2).contains("did you mean"));
}

#[test]
fn snapshots_that_cannot_be_read_say_what_and_where() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let text = |name: &str, content: &str| file(dir, name, content);
    let cases = [
        (dir.join("none.json").to_str().unwrap().to_owned(), "No such file"),
        (dir.to_str().unwrap().to_owned(), "it is a directory, not a regular file"),
        ("/dev/null".to_owned(), "it is a device"),
        (text("empty.json", ""), "EOF while parsing a value at line 1 column 0"),
        (text("cut.json", "{\n  \"schema\": "), "line 2 column 12"),
        (text("bad.yaml", "schema: a\n b: [\n"), "line 2"),
        (text("other.yaml", "name: x\n"), "its `schema` is missing, expected houmao-doctor.snapshot/1"),
        (
            text("report.json", r#"{"schema": "houmao-doctor.report/1"}"#),
            "is \"houmao-doctor.report/1\", expected",
        ),
        (text("new.json", r#"{"schema": "houmao-doctor.snapshot/2", "x": 1}"#), "snapshot/2\", expected"),
        (text("odd.json", r#"{"schema": 7}"#), "its `schema` is 7"),
        (text("list.json", "[]"), "cannot be understood"),
        (
            text("unknown.json", "{\"schema\": \"houmao-doctor.snapshot/1\",\n \"extra\": 1}"),
            "unknown field `extra`",
        ),
        (text("less.yaml", "schema: houmao-doctor.snapshot/1\n"), "missing field `doctor`"),
        (file(dir, "latin.json", b"{\"a\": \"\xe4\"}"), "byte 7 is not UTF-8"),
    ];
    for (path, part) in &cases {
        let said = complaint(&["--snapshot", path], 2);
        assert!(said.contains(part), "{path}: {said}");
        assert!(said.contains(path.as_str()), "{path}: {said}");
    }
}

#[test]
fn a_fifo_or_a_socket_is_refused_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("fifo.json");
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let said = complaint(&["--snapshot", fifo.to_str().unwrap()], 2);
    assert!(said.contains("it is a FIFO, not a regular file"), "{said}");
    let socket = dir.path().join("s.json");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let said = complaint(&["--snapshot", socket.to_str().unwrap()], 2);
    assert!(said.contains("it is a socket"), "{said}");
}

#[test]
fn a_snapshot_beyond_the_limit_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("huge.json");
    std::fs::File::create(&path).unwrap().set_len((64 << 20) + 1).unwrap();
    let said = complaint(&["--snapshot", path.to_str().unwrap()], 2);
    assert!(said.contains("larger than 64 MiB"), "{said}");
}

#[test]
fn standard_input_is_a_snapshot_too() {
    let run = doctor(&["--snapshot", "-"]).write_stdin("{}").output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.contains("(standard input)") && said.contains("`schema` is missing"), "{said}");
    assert_eq!(run.status.code(), Some(2));
}

#[test]
fn every_option_is_documented() {
    for args in [
        &["--help"][..],
        &["why", "--help"],
        &["capture", "--help"],
        &["demo", "--help"],
        &["check", "--help"],
        &["test", "--help"],
        &["explain", "--help"],
        &["rules", "list", "--help"],
        &["facts", "list", "--help"],
        &["schema", "--help"],
    ] {
        let run = doctor(args).output().unwrap();
        assert_eq!((run.status.code(), run.stderr.as_slice()), (Some(0), &b""[..]), "{args:?}");
        let help = String::from_utf8(run.stdout).unwrap();
        let lines: Vec<&str> = help.lines().collect();
        let options =
            lines.iter().enumerate().filter(|(_, l)| l.trim_start().starts_with('-') && !l.contains("  - "));
        for (n, line) in options {
            let beside = line.trim_start().split_once("  ").is_some_and(|(_, doc)| !doc.trim().is_empty());
            let below = lines.get(n + 1).is_some_and(|next| next.starts_with("          "));
            assert!(beside || below, "{args:?}: {line}");
        }
    }
}

#[test]
fn schemas_are_schemas() {
    for name in ["snapshot", "report", "diff", "line"] {
        let run = doctor(&["schema", name]).output().unwrap();
        assert_eq!(run.status.code(), Some(0));
        let schema: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        assert!(run.stdout.ends_with(b"\n"));
    }
}

#[test]
fn a_broken_rule_folder_stops_the_doctor_with_all_mistakes() {
    let dir = tempfile::tempdir().expect("a folder");
    let rule = "id: x-mine\ntitle: a thing\nseverity: error\nscope: session\nwhen: session.nam == \"gpu\"\n\
                message: hello {session.nme}\nwhy: because\n";
    std::fs::write(dir.path().join("x-mine.yaml"), rule).expect("written");
    let run = |folder: &std::path::Path| {
        let mut command = assert_cmd::Command::cargo_bin("houmao-doctor").expect("the binary");
        command.args(["demo", "healthy", "--rules"]).arg(folder).output().expect("it runs")
    };
    let output = run(dir.path());
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.stdout.is_empty() && said.contains("2 mistakes"), "{said}");
    assert!(said.contains("x-mine.yaml:5") && said.contains("did you mean `session.name`"), "{said}");
    let right = rule.replace("session.nam ", "session.name ").replace("session.nme", "session.name");
    std::fs::write(dir.path().join("x-mine.yaml"), right).expect("written");
    let output = run(dir.path());
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What is printed for people can be had in ASCII, whatever the rules say.
#[test]
fn texts_for_people_can_be_had_in_ascii() {
    let own = tempfile::tempdir().unwrap();
    let rule = "id: x-mine\ntitle: größer – …\nseverity: info\nscope: session\nwhen: session.live\nmessage: größer\nwhy: weil\n";
    std::fs::write(own.path().join("x-mine.yaml"), rule).unwrap();
    let own = own.path().to_str().unwrap();
    let said =
        String::from_utf8(doctor(&["explain", "x-mine", "--ascii", "--rules", own]).output().unwrap().stdout)
            .unwrap();
    assert!(said.is_ascii() && said.contains("gr\\u{f6}\\u{df}er"), "{said}");
    let session = std::path::Path::new("fixtures/sessions/0.4.2-healthy-attached");
    let text = std::fs::read_to_string(session.join("snapshot.yaml")).unwrap();
    let fixture = tempfile::Builder::new().prefix("größer").tempdir().unwrap();
    let (older, newer) =
        (file(fixture.path(), "alt-ü.yaml", &text), file(fixture.path(), "snapshot.yaml", &text));
    std::fs::copy(session.join("expected.yaml"), fixture.path().join("expected.yaml")).unwrap();
    for args in [
        &["explain", "handle-pid-reused", "--ascii"][..],
        &["explain", "--ascii", "--error", "Unknown managed agent `größer`."],
        &["explain", "--ascii"],
        &["rules", "list", "--ascii"],
        &["facts", "list", "--ascii"],
        &["facts", "pointers", "--ascii"],
        &["diff", "--ascii", &older, &newer],
        &["test", "--ascii", fixture.path().to_str().unwrap()],
    ] {
        let run = doctor(args).output().unwrap();
        assert_eq!(run.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
        assert!(!run.stdout.is_empty() && run.stdout.is_ascii(), "{args:?}");
    }
}

/// An error text is recognised as the README types it, and as a terminal cuts and wraps it.
#[test]
fn an_error_text_is_explained_as_it_is_pasted() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let typed = readme.lines().find_map(|l| l.strip_prefix("houmao-doctor explain --error ")).unwrap();
    let typed = shlex::split(typed).unwrap().remove(0);
    assert!(typed.ends_with('…'), "{typed}");
    let wrapped = "Error: Current-session attach metadata is stale: `HOUMAO_MANIFEST_PATH` points to miss\ning manifest `/home/al\nice/m.json`.";
    for (text, told) in [(typed.as_str(), "The text was cut."), (wrapped, "path = /home/alice/m.json")] {
        let run = doctor(&["explain", "--error", text]).output().unwrap();
        let said = String::from_utf8(run.stdout).unwrap();
        assert_eq!(run.status.code(), Some(0), "{text}: {}", String::from_utf8_lossy(&run.stderr));
        assert!(said.contains(told) && said.contains("manifest-pointer-dead"), "{text}: {said}");
    }
    complaint(&["explain", "--error", "something else…"], 2);
}

/// Waiting in vain: the report of the last look, what the first one said, and nothing for people who do not watch.
#[test]
fn waiting_ends_in_time_and_says_what_it_saw_at_first() {
    let empty = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let mut command = doctor(args);
        command.env("TMUX_TMPDIR", empty.path()).env("HOME", empty.path()).env_remove("XDG_DATA_HOME");
        command.output().unwrap()
    };
    let begun = std::time::Instant::now();
    let waited = run(&["--wait", "2s", "--format", "json"]);
    assert!((2..15).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    let report: serde_json::Value = serde_json::from_slice(&waited.stdout).unwrap();
    assert_eq!(waited.status.code(), Some(4));
    assert_eq!((&report["waited"]["well"], &report["waited"]["limit"]), (&false.into(), &2.into()));
    assert_eq!(report["waited"]["first"]["exit_code"], 4);
    assert!(report["waited"]["looks"].as_u64().is_some_and(|looks| looks >= 2), "{report:#}");
    let said = String::from_utf8(waited.stderr).unwrap();
    assert!(!said.contains("waiting") && said.lines().count() == 1, "nobody watches: {said}");
    let said = String::from_utf8(run(&["--wait", "1s"]).stdout).unwrap();
    assert!(said.contains("in vain; at first: 0 findings and exit code 4."), "{said}");
    let ways = [
        ("jsonl", "\"kind\":\"first_look\""),
        ("github", "::warning title=houmao-doctor::Waited 1 s"),
        ("openmetrics", "houmao_doctor_first_look_exit_code 4\n"),
    ];
    for (format, told) in ways {
        let said = String::from_utf8(run(&["--wait", "1s", "--format", format]).stdout).unwrap();
        assert!(said.contains(told), "{format}: {said}");
    }
    let plain = String::from_utf8(run(&["--format", "json"]).stdout).unwrap();
    assert!(!plain.contains("waited"), "who did not wait is not told about it");
}

/// A folder that holds no run is a mistake in the path, whatever tmux has; nothing is claimed of it.
#[test]
fn a_folder_without_a_manifest_is_nothing_to_examine() {
    let dir = tempfile::tempdir().unwrap();
    let given = dir.path().to_str().unwrap();
    let registry = dir.path().join("registry");
    let judge = || {
        let mut doctor = doctor(&["--session-root", given, "--houmao", "2.4.0", "-S", "/nonexistent/socket"]);
        let run = doctor.env("HOUMAO_GLOBAL_REGISTRY_DIR", &registry).output().unwrap();
        let out = String::from_utf8(run.stdout).unwrap();
        (run.status.code(), out, String::from_utf8(run.stderr).unwrap())
    };
    let (code, out, err) = judge();
    assert_eq!(code, Some(4), "{out}{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
    for part in
        [&*format!("there is no session root at {given}: "), "has no manifest.json", "give the folder"]
    {
        assert!(err.contains(part), "{err}");
    }
    // One whose name cannot be read names no session either.
    for (manifest, told) in [("{", "manifest-unreadable"), ("{}", "manifest-without-version")] {
        std::fs::write(dir.path().join("manifest.json"), manifest).unwrap();
        let (code, out, err) = judge();
        assert_eq!((code, err.as_str()), (Some(1), ""), "{out}");
        assert!(out.contains(told), "{out}");
        assert!(!out.contains("tmux-session-not-found") && !out.contains("The files name tmux"), "{out}");
    }
}

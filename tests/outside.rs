//! What an operator is told outside tmux, where no tmux server runs at all: the real binary, on a home of its own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use std::process::{Command, Output, Stdio};

/// The doctor in an empty home, with the tmux of this machine and a socket that nothing listens on.
fn doctor(args: &[&str]) -> (Output, String) {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_houmao-doctor"));
    command.env_clear().env("PATH", std::env::var("PATH").unwrap());
    for name in ["HOME", "TMUX_TMPDIR"] {
        command.env(name, home.path());
    }
    let run = command.args(args).stdin(Stdio::null()).output().unwrap();
    let page = String::from_utf8(run.stdout.clone()).unwrap();
    // Lines are broken where the path of the home makes them too long.
    (run, page.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn nothing_to_examine_says_that_no_tmux_server_runs() {
    for format in ["human", "markdown", "html"] {
        let (run, page) = doctor(&["--format", format]);
        assert_eq!(run.status.code(), Some(4), "{format}: {page}");
        assert!(page.contains("no managed session was found: no tmux server runs on "), "{format}: {page}");
    }
    let (run, _) = doctor(&[]);
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.starts_with("houmao-doctor: nothing to examine: no tmux server runs on "), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn one_error_is_one_case() {
    for release in ["0.4.2", "2.4.0"] {
        let (run, page) = doctor(&["why", "--for", "attach", "--houmao", release]);
        assert_eq!(run.status.code(), Some(1), "{page}");
        assert_eq!(page.matches("FAIL ").count(), 1, "{page}");
        assert!(page.contains("FAIL gateway attach will fail: there is no current tmux session."), "{page}");
        assert!(page.contains("Windows: none, since no tmux server runs on "), "{page}");
        for table in [" cases:", " sessions", "this machine", "beside the session"] {
            assert!(!page.contains(table), "{table:?} in {page}");
        }
    }
}

/// Two managed sessions, `gpu` and `lab`; tmux takes `lab` for the current one.
const TWO: &str = "fixtures/sessions/2.4.0-outside-two-managed/snapshot.yaml";

/// The subject of the operation that is asked about, and those that are judged.
fn asked(args: &[&str]) -> (String, Vec<String>) {
    let (run, _) = doctor(&[&["why", "--for", "attach", "--format", "json"], args].concat());
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let subjects = report["subjects"].as_array().unwrap().iter().map(|s| text(&s["id"]));
    (
        text(&report["operations"][0]["subject"]),
        subjects.filter(|id| id.starts_with("session:") && !id.contains('/')).collect(),
    )
}

#[test]
fn an_operation_is_asked_about_as_from_the_session_that_is_selected() {
    for session in ["gpu", "lab"] {
        let id = format!("session:{session}");
        assert_eq!(asked(&["--session", session, "--snapshot", TWO]), (id.clone(), vec![id]));
    }
    let (run, _) = doctor(&["why", "--for", "attach", "--session", "cpu", "--snapshot", TWO]);
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2), "{said}");
    assert!(said.contains("what is selected is 0 of them") && said.lines().count() == 1, "{said}");
    // Where tmux does not tell what there is, the answer is that nobody can tell.
    let mut snapshot: serde_json::Value =
        serde_yaml::from_str(&std::fs::read_to_string(TWO).unwrap()).unwrap();
    snapshot["tmux"]["answer"] = serde_json::json!({ "is": "timed_out", "after_ms": 2000 });
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("snapshot.json");
    std::fs::write(&file, snapshot.to_string()).unwrap();
    let (run, page) =
        doctor(&["why", "--for", "attach", "--session", "gpu", "--snapshot", file.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(3), "{page} {}", String::from_utf8_lossy(&run.stderr));
    assert!(page.contains("CANNOT TELL") && page.contains("\"gpu\""), "{page}");
}

/// The error of a session that publishes nothing is not that of the one that does.
#[test]
fn an_operation_from_an_unmanaged_session_is_that_session_s() {
    let mut snapshot: serde_json::Value =
        serde_yaml::from_str(&std::fs::read_to_string(TWO).unwrap()).unwrap();
    snapshot["tmux"]["answer"]["server"]["sessions"][1]["env"] = serde_json::json!({ "present": {} });
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("snapshot.json");
    std::fs::write(&file, snapshot.to_string()).unwrap();
    let (subject, judged) = asked(&["--snapshot", file.to_str().unwrap()]);
    assert_eq!((subject.as_str(), judged), ("session:lab", vec!["session:lab".to_owned()]));
}

/// Where sessions are there, what is wrong with the question is told with the answer, and not once more for the machine.
#[test]
fn one_error_is_one_case_among_sessions_too() {
    let two = std::fs::read_to_string(TWO).unwrap();
    let mut snapshot: serde_json::Value = serde_yaml::from_str(&two).unwrap();
    let sessions = snapshot["tmux"]["answer"]["server"]["sessions"].as_array().unwrap().len();
    assert_eq!(sessions, 2);
    snapshot["tmux"]["answer"]["server"]["current"] = serde_json::json!("absent");
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("snapshot.json");
    std::fs::write(&file, snapshot.to_string()).unwrap();
    let (run, page) = doctor(&["why", "--for", "attach", "--snapshot", file.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(1), "{page} {}", String::from_utf8_lossy(&run.stderr));
    assert!(!page.contains("this machine"), "{page}");
}

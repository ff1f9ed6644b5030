//! What is told of the operation that was asked about, where the session holds a danger: the real binary.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use std::process::{Command, Stdio};

const BROKEN: &str = "fixtures/sessions/0.4.2-handle-own-window/snapshot.yaml";
const ID: &str = "0aa0be2a866411d9ff03515227454947";

fn why(operation: &str, format: &str) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_houmao-doctor"));
    command.args(["why", "--for", operation, "--agent-id", ID, "--snapshot", BROKEN, "--format", format]);
    let run = command.env_remove("TMUX").stdin(Stdio::null()).output().unwrap();
    (run.status.code().unwrap(), String::from_utf8(run.stdout).unwrap())
}

/// The command that was asked about is the first one not to run, whether a rule warns of it or not.
#[test]
fn a_command_that_would_harm_is_the_first_not_to_run() {
    let cases = [
        ("stop", format!("houmao-mgr agents stop --agent-id {ID}")),
        ("detach", format!("houmao-mgr agents gateway detach --agent-id {ID}")),
        ("attach", format!("houmao-mgr agents gateway attach --agent-id {ID}")),
    ];
    for (operation, command) in cases {
        for format in ["human", "markdown", "html"] {
            let (code, page) = why(operation, format);
            assert_eq!(code, 1, "{page}");
            let (_, after) = page.split_once("Do not run").unwrap_or_else(|| panic!("{operation}: {page}"));
            let first = after.find("houmao-mgr ").unwrap();
            assert!(after[first..].starts_with(&command), "{operation} as {format}: {}", &after[first..]);
        }
    }
}

/// A danger of another command is told first, and then what was asked.
#[test]
fn what_was_asked_is_answered_beside_a_danger() {
    for (operation, answer) in [
        ("status", "gateway status itself will work."),
        ("cleanup", "cleanup itself will fail."),
        ("relaunch", "relaunch itself will fail."),
    ] {
        let (_, page) = why(operation, "human");
        let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
        let verdict = words.split_once("DANGER ").unwrap().1.split_once(" Do not run").unwrap().0;
        assert!(verdict.contains(" would harm session \"gpu\"") && verdict.ends_with(answer), "{verdict}");
    }
}

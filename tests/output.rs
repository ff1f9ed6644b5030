//! Every command that prints, when what it prints cannot be written: a full disk is said, a reader that has left is not.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use std::process::{Command, Output, Stdio};

const BROKEN: &str = "fixtures/sessions/0.4.2-handle-own-window/snapshot.yaml";
const HEALTHY: &str = "fixtures/sessions/0.4.2-healthy-attached/snapshot.yaml";

/// All commands that print, the reports in every format that the binary itself names.
fn commands() -> Vec<Vec<String>> {
    let lines = [
        "demo",
        "demo healthy --brief",
        "demo window-0 --print-snapshot",
        "capture --print-commands",
        "explain handle-pid-reused",
        "rules list",
        "rules list --format json",
        "facts list",
        "facts list --format json",
        "facts pointers",
        "schema report",
        "schema rule",
        "test fixtures/sessions/0.4.2-healthy-attached",
        "--help",
        "-h",
        "--version",
        "help rules",
        "why --help",
        "rules list --help",
    ];
    let mut all: Vec<Vec<String>> =
        lines.iter().map(|line| line.split(' ').map(str::to_owned).collect()).collect();
    let own = |args: &[&str]| args.iter().map(|a| (*a).to_owned()).collect::<Vec<String>>();
    all.push(own(&["explain", "--error", "Tmux session `gpu` does not exist."]));
    for format in values(&["--format", "none-such"]) {
        all.push(own(&["--snapshot", BROKEN, "--format", &format]));
        all.push(own(&["check", "--snapshot", BROKEN, "--format", &format]));
        all.push(own(&["why", "--for", "attach", "--snapshot", BROKEN, "--format", &format]));
    }
    for format in values(&["diff", BROKEN, HEALTHY, "--format", "none-such"]) {
        all.push(own(&["diff", BROKEN, HEALTHY, "--format", &format]));
    }
    for shell in values(&["completions", "none-such"]) {
        all.push(own(&["completions", &shell]));
    }
    all
}

/// The values that the binary names when it refuses one.
fn values(args: &[&str]) -> Vec<String> {
    let refusal = String::from_utf8(run(args, Stdio::null()).stderr).unwrap();
    let (_, names) = refusal.split_once("possible values: ").unwrap_or_else(|| panic!("{args:?}: {refusal}"));
    let names: Vec<String> =
        names.split([']', ';', '(']).next().unwrap().split(", ").map(|n| n.trim().to_owned()).collect();
    assert!(names.len() >= 2, "{names:?}");
    names
}

fn run<A: AsRef<std::ffi::OsStr>>(args: &[A], stdout: Stdio) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_houmao-doctor"));
    command.env_remove("TMUX").args(args).stdin(Stdio::null()).stdout(stdout).stderr(Stdio::piped());
    command.spawn().unwrap().wait_with_output().unwrap()
}

#[test]
fn a_full_disk_is_said_in_one_sentence() {
    for args in commands() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ended = run(&args, full.into());
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "{args:?}: {said}");
        let told = said.starts_with("houmao-doctor: cannot write to standard output: ");
        assert!(told && said.lines().count() == 1, "{args:?}: {said:?}");
    }
}

/// A reader that goes away is no fault: the exit code stays what it is with a reader that listens, and nobody complains.
#[test]
fn a_closed_pipe_changes_no_exit_code_and_is_not_said() {
    for args in commands() {
        let heard = run(&args, Stdio::piped());
        assert!(!heard.stdout.is_empty(), "{args:?} prints nothing");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let unheard = run(&args, writer.into());
        assert_eq!(unheard.status.code(), heard.status.code(), "{args:?}");
        let said = String::from_utf8(unheard.stderr).unwrap();
        assert_eq!(said, String::from_utf8(heard.stderr).unwrap(), "{args:?}");
        assert!(!said.contains("standard output") && !said.contains("pipe"), "{args:?}: {said}");
    }
}

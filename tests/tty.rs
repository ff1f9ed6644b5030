//! What only a terminal gets: colour, its own width, and the progress of waiting. `script` of util-linux is the terminal.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use std::process::{Command, Stdio};

const BROKEN: &str = "--snapshot fixtures/sessions/0.4.2-handle-own-window/snapshot.yaml";
const ESCAPE: char = '\u{1b}';

/// What the doctor writes to a terminal of so many columns, both streams, with these variables and nothing else.
fn on_terminal(columns: u16, variables: &str, args: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let (home, doctor) = (home.path().display(), env!("CARGO_BIN_EXE_houmao-doctor"));
    let path = std::env::var("PATH").unwrap();
    let line = format!(
        "stty cols {columns} rows 40; env -i PATH='{path}' HOME='{home}' TMUX_TMPDIR='{home}' {variables} '{doctor}' {args}"
    );
    let run = Command::new("script").args(["-qec", &line, "/dev/null"]).stdin(Stdio::null()).output();
    let run = run.expect("`script` is there; it is of the package util-linux or bsdutils");
    String::from_utf8(run.stdout).unwrap().replace("\r\n", "\n")
}

fn piped(args: &str) -> (String, String) {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_houmao-doctor"));
    command.env_clear().env("PATH", std::env::var("PATH").unwrap()).env("TERM", "xterm");
    command.env("HOME", home.path()).env("TMUX_TMPDIR", home.path());
    let run = command.args(args.split(' ')).stdin(Stdio::null()).output().unwrap();
    (String::from_utf8(run.stdout).unwrap(), String::from_utf8(run.stderr).unwrap())
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let coloured = |variables: &str, args: &str| {
        let page = on_terminal(80, variables, &format!("{args} {BROKEN}"));
        assert!(page.contains("DANGER"), "{page}");
        page.contains(ESCAPE)
    };
    assert!(coloured("TERM=xterm", ""));
    // An empty NO_COLOR asks for nothing (no-color.org).
    assert!(coloured("TERM=xterm NO_COLOR=", ""));
    assert!(!coloured("TERM=xterm NO_COLOR=1", ""));
    assert!(!coloured("TERM=dumb", ""));
    assert!(!coloured("TERM=xterm", "--color never"));
    assert!(coloured("TERM=xterm NO_COLOR=1", "--color always"));
    assert!(!piped(BROKEN).0.contains(ESCAPE));
}

/// Colour repeats what words say: without it the same text is left.
#[test]
fn a_pipe_gets_the_text_of_the_terminal() {
    assert_eq!(on_terminal(80, "TERM=dumb", BROKEN), piped(BROKEN).0);
    let coloured = on_terminal(80, "TERM=xterm", BROKEN);
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((text, after)) = rest.split_once(ESCAPE) {
        plain.push_str(text);
        rest = after.split_once('m').unwrap().1;
    }
    assert_eq!(plain + rest, piped(BROKEN).0);
}

/// Prose keeps to a narrow terminal; on a wide one it stays readable, unless a width is asked for.
#[test]
fn the_width_is_that_of_the_terminal_up_to_what_reads_well() {
    let widest = |columns: u16, more: &str| {
        let page = on_terminal(columns, "TERM=dumb", &format!("{more} {BROKEN}"));
        let verdict = page.lines().skip_while(|l| !l.starts_with("DANGER"));
        verdict.take_while(|l| !l.starts_with("Do not")).map(|l| l.chars().count()).max().unwrap()
    };
    let (narrow, usual, wide) = (widest(60, ""), widest(80, ""), widest(200, ""));
    assert!((50..=60).contains(&narrow) && (70..=80).contains(&usual), "{narrow} {usual}");
    assert_eq!(wide, usual);
    assert!((100..=200).contains(&widest(80, "--width 200")));
}

#[test]
fn only_a_terminal_is_told_how_the_waiting_goes() {
    let wait = "why --for attach --houmao 2.4.0 --wait 1s";
    let (page, said) = piped(wait);
    assert!(page.contains("in vain; at first: the operation would fail.") && said.is_empty(), "{page}{said}");
    let seen = on_terminal(80, "TERM=xterm NO_COLOR=1", wait);
    assert!(seen.contains("waiting (0 s of 1 s)") && seen.contains("in vain; at first:"), "{seen}");
    // The line is taken away before the report is written over it.
    let (progress, report) = seen.split_once("houmao-doctor 0").unwrap();
    let mut last = progress.rsplit('\r');
    let blank = last.nth(1).unwrap();
    let shown = last.find(|line| line.contains("waiting")).unwrap();
    assert!(blank.trim().is_empty() && blank.len() >= shown.len(), "{progress:?}");
    assert!(!report.contains("waiting"), "{report}");
}

/// Who does not want to wait any longer is told what was seen last.
#[test]
fn waiting_that_is_interrupted_says_what_it_saw() {
    let home = tempfile::tempdir().unwrap();
    for (args, seen) in
        [(&["why", "--for", "attach"][..], "the operation would not work yet"), (&[], "exit code 4 so far")]
    {
        let mut command = Command::new(env!("CARGO_BIN_EXE_houmao-doctor"));
        command.args(args).args(["--houmao", "2.4.0", "--wait", "30s"]);
        command.env_clear().env("PATH", std::env::var("PATH").unwrap());
        command.env("HOME", home.path()).env("TMUX_TMPDIR", home.path());
        let waiting =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Long enough for the first look; an earlier end would be told otherwise.
        std::thread::sleep(std::time::Duration::from_secs(3));
        let pid = rustix::process::Pid::from_child(&waiting);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        let run = waiting.wait_with_output().unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert_eq!((run.status.code(), run.stdout.len()), (Some(130), 0), "{said}");
        assert!(said.starts_with("houmao-doctor: interrupted after ") && said.lines().count() == 1, "{said}");
        assert!(said.ends_with(&format!(" s of 30 s: {seen}\n")), "{said}");
    }
}

//! A printed command, read by a shell, is the argv that is meant, whatever the session is called.
use houmao_doctor::doctor::{self, Request, Source};
use houmao_doctor::finding::Detail;
use houmao_doctor::report::{self, Format, Look};
use houmao_doctor::rule::RuleSet;
use houmao_doctor::snapshot::Snapshot;
use proptest::prelude::*;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// Sessions whose reports print the session's name in commands of every kind.
const SESSIONS: [&str; 3] = ["0.4.2-handle-own-window", "0.4.2-session-renamed", "2.4.0-gateway-crashed"];

fn rules() -> &'static RuleSet {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    RULES.get_or_init(|| doctor::rule_set().expect("the built-in rules load"))
}

fn bases() -> &'static [Value] {
    static BASES: OnceLock<Vec<Value>> = OnceLock::new();
    BASES.get_or_init(|| {
        let load = |name: &&str| {
            let file = Path::new("fixtures/sessions").join(name).join("snapshot.yaml");
            serde_json::to_value(doctor::load_snapshot(&file).expect("a session loads")).expect("plain data")
        };
        SESSIONS.iter().map(load).collect()
    })
}

/// The document with every text that is `from` being `to`, and as many as there were.
fn renamed(value: &mut Value, from: &str, to: &str) -> usize {
    match value {
        Value::String(text) if text == from => {
            to.clone_into(text);
            1
        }
        Value::Array(items) => items.iter_mut().map(|v| renamed(v, from, to)).sum(),
        Value::Object(fields) => fields.values_mut().map(|v| renamed(v, from, to)).sum(),
        _ => 0,
    }
}

/// Every command of a JSON report, with the argv that it is of.
fn commands(value: &Value, found: &mut Vec<(Vec<String>, String)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|v| commands(v, found)),
        Value::Object(fields) => {
            if let (Some(argv), Some(line)) =
                (fields.get("argv"), fields.get("command").and_then(Value::as_str))
            {
                let argv = serde_json::from_value(argv.clone()).expect("a list of texts");
                found.push((argv, line.to_owned()));
            }
            fields.values().for_each(|v| commands(v, found));
        }
        _ => {}
    }
}

/// The words of a line, as a shell reads them.
fn read(shell: &str, line: &str) -> Vec<String> {
    let script = format!("set -- {line}\nprintf '%s\\0' \"$@\"");
    let ran = Command::new(shell).args(["-c", &script]).env_remove("EDITOR").output().expect("a shell runs");
    assert!(ran.status.success(), "{shell}: {line}: {}", String::from_utf8_lossy(&ran.stderr));
    let text = String::from_utf8(ran.stdout).expect("what was written is read");
    text.split_terminator('\0').map(str::to_owned).collect()
}

/// Names that tmux can give a session: no `:` and no `.`. It writes control characters as escapes, but separators and marks
/// of direction stay as they are; a file that names a session can hold all of them.
fn names() -> impl Strategy<Value = String> {
    let odd = [
        "'",
        "\"",
        "`id`",
        "$(id)",
        "$HOME",
        "\\",
        "!x",
        "*",
        "~",
        "#",
        ";",
        "&&",
        "|",
        ">x",
        "-S",
        "=",
        "a b",
        " ",
        "%",
        "日本",
        "\u{2028}",
        "\u{202e}",
        "\u{3000}",
        "\u{1b}[31m",
        "\n",
    ];
    let odd =
        prop::collection::vec(prop::sample::select(odd.to_vec()), 1..6).prop_map(|parts| parts.concat());
    prop_oneof![odd, "[^\\p{C}:.]{1,24}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_printed_command_is_what_is_meant(name in names()) {
        for base in bases() {
            let mut document = base.clone();
            prop_assert!(renamed(&mut document, "gpu", &name) > 3);
            let snapshot: Snapshot = serde_json::from_value(document).expect("still a snapshot");
            let source = Source::Snapshot(Path::new("-").to_owned());
            let request = Request { source, offline: true, ..Request::default() };
            let judged = doctor::judge(&snapshot, rules(), &request).expect("it is judged");
            let mut bytes = Vec::new();
            let look = Look { detail: Detail::Full, ..Look::default() };
            report::write(Format::Json, &judged, &look, &mut bytes).expect("writing to memory");
            let mut found = Vec::new();
            commands(&serde_json::from_slice(&bytes).expect("JSON"), &mut found);
            let named = found.iter().filter(|(argv, _)| argv.iter().any(|a| a.contains(&name))).count();
            prop_assert!(named > 0, "no command names the session");
            for (argv, line) in &found {
                // The form for what cannot be shown as it is came into POSIX late, and dash has not got it.
                let shell = if line.contains("$'") { "bash" } else { "sh" };
                if !argv.iter().any(|a| a == "$EDITOR") {
                    prop_assert_eq!(&read(shell, line), argv, "{}", line);
                }
            }
        }
    }
}

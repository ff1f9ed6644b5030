//! The exit code never depends on the format, and what each format prints is read by that format's own parser.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use assert_cmd::Command;
use houmao_doctor::report::Format;
use std::path::Path;
use std::process::Output;

fn doctor(args: &[&str]) -> Output {
    Command::cargo_bin("houmao-doctor").unwrap().env_remove("TMUX").args(args).output().unwrap()
}

/// The formats, as the binary itself names them.
fn formats() -> Vec<(String, Format)> {
    let refusal = String::from_utf8(doctor(&["--format", "no-such-format"]).stderr).unwrap();
    let (_, names) = refusal.split_once("possible values: ").unwrap();
    let names = names.split([']', ';', '(']).next().unwrap().split(", ").map(|n| n.trim().to_owned());
    names.map(|name| (name.clone(), named(&name))).collect()
}

/// A format by its name. A new format is named here and gets its parser below, or this does not compile or pass.
fn named(name: &str) -> Format {
    match name {
        "human" => Format::Human,
        "json" => Format::Json,
        "jsonl" => Format::Jsonl,
        "markdown" => Format::Markdown,
        "html" => Format::Html,
        "junit" => Format::Junit,
        "github" => Format::Github,
        "openmetrics" => Format::Openmetrics,
        _ => panic!("the format {name} is not in this table"),
    }
}

/// Reads a report with the parser of its format; the error is what the parser says.
fn parse(format: Format, text: &str) -> Result<(), String> {
    match format {
        Format::Human => people(text),
        Format::Json => json(text),
        Format::Jsonl => text.lines().try_for_each(json),
        Format::Markdown => markdown(text),
        Format::Html => xml(&closed(text.trim_start_matches("<!DOCTYPE html>"))),
        Format::Junit => xml(text),
        Format::Github => text.lines().try_for_each(annotation),
        Format::Openmetrics => metrics(text),
    }
}

fn json(text: &str) -> Result<(), String> {
    serde_json::from_str::<serde_json::Value>(text).map(|_| ()).map_err(|e| e.to_string())
}

/// The HTML report is written as XML, so that a strict parser can read it too.
fn xml(text: &str) -> Result<(), String> {
    roxmltree::Document::parse(text.trim_start()).map(|_| ()).map_err(|e| e.to_string())
}

/// The page with the elements closed that HTML never closes.
fn closed(page: &str) -> String {
    let void = |part: &str| {
        let tag = part.rfind('<').map_or("", |at| &part[at..]);
        ["<meta ", "<br"].iter().any(|v| tag.starts_with(v))
    };
    page.split_inclusive('>').map(|p| if void(p) { p.replace('>', "/>") } else { p.to_owned() }).collect()
}

/// Markdown takes any text; what can be wrong is that no heading is left.
fn markdown(text: &str) -> Result<(), String> {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    let mut events = Parser::new_ext(text, Options::ENABLE_TABLES);
    match events.any(|e| matches!(e, Event::Start(Tag::Heading { .. }))) {
        true => Ok(()),
        false => Err("no heading".to_owned()),
    }
}

/// `::level key=value,…::message`.
fn annotation(line: &str) -> Result<(), String> {
    let command = line.strip_prefix("::").and_then(|rest| rest.split_once("::"));
    let level = command.and_then(|(head, _)| head.split(' ').next());
    match level {
        Some("error" | "warning" | "notice" | "debug" | "group" | "endgroup") => Ok(()),
        // A line that is no command is what the log shows: the counts.
        _ if line.starts_with("houmao-doctor: ") => Ok(()),
        _ => Err(format!("no workflow command: {line}")),
    }
}

/// Lines of the exposition format, the end mark last. The live tests read it with the reference parser.
fn metrics(text: &str) -> Result<(), String> {
    let Some(body) = text.strip_suffix("# EOF\n") else { return Err("no end mark".to_owned()) };
    let mut families: Vec<&str> = body.lines().filter(|l| l.starts_with("# TYPE ")).collect();
    let mut series: Vec<&str> = body
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.rsplit_once(' '))
        .map(|(s, _)| s)
        .collect();
    for names in [&mut families, &mut series] {
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|two| two[0] == two[1]) {
            return Err(format!("there twice: {}", twice[0]));
        }
    }
    body.lines().try_for_each(|line| {
        let sample = |l: &str| l.rsplit_once(' ').is_some_and(|(_, value)| value.parse::<f64>().is_ok());
        match line.starts_with("# ") || sample(line) {
            true => Ok(()),
            false => Err(format!("no sample: {line}")),
        }
    })
}

/// For people there is no parser; what they can do without is what a terminal would obey.
fn people(text: &str) -> Result<(), String> {
    match text.chars().find(|c| c.is_control() && *c != '\n') {
        Some(c) => Err(format!("a control character: {c:?}")),
        None if text.ends_with('\n') && !text.trim().is_empty() => Ok(()),
        None => Err("no text, or no end of line".to_owned()),
    }
}

const HEALTHY: &str = "fixtures/sessions/0.4.2-healthy-attached/snapshot.yaml";

/// A session and agent that want to be a command of a terminal, a browser, a log and a table.
const HOSTILE: &str = "g\u{1b}[2J\u{202e}<script>x</script>|`\r\n::error::x\n# EOF\n\u{9b}7m\"'";

/// The situations: what they are called, how they come about, and their exit code.
fn situations(dir: &Path) -> Vec<(&'static str, Vec<String>, i32)> {
    let write = |name: &str, text: String| {
        let path = dir.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let mut blind: serde_json::Value =
        serde_yaml::from_str(&std::fs::read_to_string(HEALTHY).unwrap()).unwrap();
    blind["tmux"]["answer"] = serde_json::json!({"is": "timed_out", "after_ms": 2000});
    let blind = write("blind.json", blind.to_string());
    let rules = dir.join("rules");
    std::fs::create_dir(&rules).unwrap();
    write("rules/mine.yaml", "id: mine\ntitel: a misspelt key\n".to_owned());
    let broken = "fixtures/sessions/0.4.2-handle-own-window/snapshot.yaml".to_owned();
    let whole: serde_json::Value = serde_yaml::from_str(&std::fs::read_to_string(&broken).unwrap()).unwrap();
    let name = serde_json::json!(HOSTILE).to_string();
    let hostile = write("hostile.json", whole.to_string().replace("\"gpu\"", &name));
    let of = |snapshot: &str, more: &[&str]| {
        let more = more.iter().map(|a| (*a).to_owned());
        ["--snapshot".to_owned(), snapshot.to_owned()].into_iter().chain(more).collect::<Vec<_>>()
    };
    vec![
        ("clean", of(HEALTHY, &[]), 0),
        ("findings", of(&broken, &[]), 1),
        (
            "findings that do not count",
            of("fixtures/sessions/0.4.2-pointer-missing-file/snapshot.yaml", &[]),
            0,
        ),
        ("broken rules", of(HEALTHY, &["--rules", rules.to_str().unwrap()]), 2),
        ("a hostile name", of(&hostile, &[]), 1),
        ("inconclusive", of(&blind, &[]), 3),
        ("nothing", of(HEALTHY, &["--session", "nobody"]), 4),
    ]
}

#[test]
fn the_exit_code_never_depends_on_the_format_and_every_report_can_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let formats = formats();
    assert!(formats.len() >= 2, "{formats:?}");
    for (situation, args, code) in situations(dir.path()) {
        for (name, format) in &formats {
            let args: Vec<&str> = args.iter().map(String::as_str).chain(["--format", name]).collect();
            let run = doctor(&args);
            let (said, told) = (String::from_utf8(run.stdout).unwrap(), String::from_utf8_lossy(&run.stderr));
            assert_eq!(run.status.code(), Some(code), "{situation} as {name}: {told}");
            if code == 2 {
                assert!(said.is_empty() && told.contains("titel"), "{situation} as {name}: {said}{told}");
                continue;
            }
            if situation == "nothing" {
                told_as_nothing(*format, &said, &told);
            }
            if let Err(wrong) = parse(*format, &said) {
                panic!("{situation} as {name}: {wrong}\n{said}");
            }
            let obeyed = said.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
            // A control character is shown in one way, whoever tells of it.
            let other = ["u{1b}", "u{d}", "u{a}"].iter().find(|way| said.contains(**way));
            assert!(other.is_none(), "{situation} as {name}: {other:?}");
            let element = *format == Format::Html && said.contains("<script");
            assert!(obeyed.is_none() && !element, "{situation} as {name}: {obeyed:?}");
        }
    }
}

/// No format looks healthy where nothing was judged: each says what was looked for, and what there is instead.
fn told_as_nothing(format: Format, said: &str, told: &str) {
    assert_eq!(told.lines().count(), 1, "{told}");
    if format == Format::Openmetrics {
        return assert!(said.contains("houmao_doctor_exit_code 4\n"), "{said}");
    }
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["no tmux session on /tmp/tmux-1000/default is named", "managed sessions there are: gpu"] {
        assert!(said.contains(part), "{format:?} lacks {part:?}: {said}");
    }
}

/// With exit code 2 nothing is on standard output, whatever went wrong, and the help says so.
#[test]
fn what_the_doctor_cannot_do_leaves_standard_output_empty_in_every_format() {
    let dir = tempfile::tempdir().unwrap();
    let bad = dir.path().join("bad");
    std::fs::write(&bad, "sevrity: {}").unwrap();
    let bad = bad.to_str().unwrap();
    let rules = "tests/authoring";
    let troubles: [&[&str]; 7] = [
        &["--snapshot", bad],
        &["--snapshot", HEALTHY, "--config", bad],
        &["--snapshot", HEALTHY, "--baseline", bad],
        &["--snapshot", HEALTHY, "--rules", rules],
        &["--snapshot", HEALTHY, "--wait", "3s"],
        &["why", "--snapshot", HEALTHY, "--for", "dance"],
        &["demo", "none-such"],
    ];
    for (name, _) in formats() {
        for trouble in troubles {
            let run = doctor(&[trouble, &["--format", &name]].concat());
            let told = String::from_utf8(run.stderr).unwrap();
            assert_eq!((run.status.code(), run.stdout.len()), (Some(2), 0), "{trouble:?} {name}: {told}");
            assert!(told.starts_with("houmao-doctor: "), "{trouble:?} {name}: {told}");
        }
    }
    let help = String::from_utf8(doctor(&["--help"]).stdout).unwrap();
    assert!(help.contains(
        "  2  the doctor could not do its work (usage, rules, its own fault): standard output is empty,\n     \
         unless a rule failed inside the doctor, which the report then names\n"
    ));
}

/// `check` on several inputs: one document, which the format's own parser reads, and in which each input is named.
#[test]
fn several_inputs_give_one_document_in_every_format() {
    let dir = tempfile::tempdir().unwrap();
    let all = situations(dir.path());
    let of = |name: &str| all.iter().find(|(n, ..)| *n == name).map(|(_, args, _)| args[1].clone()).unwrap();
    let inputs = [of("findings"), of("clean"), of("inconclusive"), of("a hostile name"), of("clean")];
    let healthy = "fixtures/sessions/0.4.2-healthy-attached";
    for (name, format) in formats() {
        let mut args = vec!["check", "--no-config", "--format", &name, healthy, "--snapshot"];
        args.extend(inputs.iter().map(String::as_str));
        let run = doctor(&args);
        let (said, told) = (String::from_utf8(run.stdout).unwrap(), String::from_utf8_lossy(&run.stderr));
        assert_eq!(run.status.code(), Some(1), "{name}: {told}");
        if let Err(wrong) = parse(format, &said) {
            panic!("{name}: {wrong}\n{said}");
        }
        assert!(inputs.iter().all(|input| said.contains(input.as_str())) && said.contains(healthy), "{name}");
        assert!(!said.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{name}");
        match format {
            Format::Json => of_its_schema(&said, inputs.len() + 1),
            Format::Html => distinct_ids(&said),
            Format::Markdown => assert!(said.encode_utf16().count() <= 65_536),
            _ => {}
        }
    }
}

fn of_its_schema(text: &str, reports: usize) {
    let schema = String::from_utf8(doctor(&["schema", "reports"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!((value["reports"].as_array().map(Vec::len), &value["exit_code"]), (Some(reports), &1.into()));
    let codes: Vec<&serde_json::Value> =
        value["reports"].as_array().unwrap().iter().map(|r| &r["report"]["exit_code"]).collect();
    assert_eq!(codes, [1, 0, 3, 1, 0, 0]);
}

fn distinct_ids(page: &str) {
    let page = closed(page.trim_start_matches("<!DOCTYPE html>"));
    let document = roxmltree::Document::parse(page.trim_start()).unwrap();
    let mut ids: Vec<&str> = document.descendants().filter_map(|n| n.attribute("id")).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert!(all > 20 && ids.len() == all, "{} ids, {} of them different", all, ids.len());
    let linked = document.descendants().filter_map(|n| n.attribute("href")?.strip_prefix('#'));
    linked.for_each(|to| assert!(ids.contains(&to), "#{to} leads nowhere"));
}

/// A mistake in one of several inputs leaves no half of a document behind.
#[test]
fn a_mistake_in_one_input_is_told_instead_of_a_document() {
    for (name, _) in formats() {
        let run = doctor(&["check", "--format", &name, "--snapshot", HEALTHY, "none-such.yaml"]);
        assert_eq!((run.status.code(), run.stdout.len()), (Some(2), 0), "{name}");
    }
}

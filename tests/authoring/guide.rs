//! `rules/README.md` alone leads a newcomer to a rule that works: what it tells to write is written, what it tells to run is
//! run, and the mistakes of its table get the messages of its table.
use super::{change, run_in};
use houmao_doctor::doctor::{self, fixture};
use houmao_doctor::rule::{RuleSet, load_files};
use std::fs;
use std::path::Path;

const OWN: &str = "## Your own rule in five minutes\n";
const MISTAKES: &str = "## Ten usual mistakes\n";
const BUILT_IN: &str = "## A rule that is built in\n";

/// A part of the guide, up to the next one.
fn part(heading: &str) -> String {
    let guide = fs::read_to_string("rules/README.md").expect("the guide");
    let rest = guide.split_once(heading).unwrap_or_else(|| panic!("no {heading}")).1;
    rest.split("\n## ").next().unwrap_or(rest).to_owned()
}

/// The blocks of code of a part: language and text, without the indentation of the list that they stand in.
fn blocks(part: &str) -> Vec<(String, String)> {
    let (mut blocks, mut open) = (Vec::new(), None::<(usize, String, String)>);
    for line in part.lines() {
        let indent = line.len() - line.trim_start().len();
        match (&mut open, line.trim_start().strip_prefix("```")) {
            (None, Some(language)) => open = Some((indent, language.to_owned(), String::new())),
            (Some(_), Some(_)) => {
                let (_, language, text) = open.take().expect("an open block");
                blocks.push((language, text));
            }
            (Some((indent, _, text)), None) => {
                *text += line.get(*indent..).unwrap_or_default();
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none() && !blocks.is_empty(), "each block is closed");
    blocks
}

/// Writes a block into the file that its first line names.
fn write(dir: &Path, text: &str) {
    let name =
        text.lines().next().and_then(|l| l.strip_prefix("# ")).expect("a block of a file names it first");
    let file = dir.join(name);
    fs::create_dir_all(file.parent().expect("a folder")).expect("it is made");
    fs::write(&file, text).expect("it is written");
}

/// Follows the first part in an empty folder, step by step.
fn follow(dir: &Path) -> usize {
    let mut run = 0;
    for (language, text) in blocks(&part(OWN)) {
        if language != "sh" {
            write(dir, &text);
            continue;
        }
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let (program, arguments) = words.split_first().expect("a command");
            assert_eq!(*program, "houmao-doctor", "{line}");
            let (code, out, err) = run_in(dir, arguments);
            assert_eq!((code, err.as_str()), (0, ""), "`{line}`: {out}{err}");
            assert!(!out.contains("unheld") && !out.contains("wrong:"), "`{line}`: {out}");
            run += 1;
        }
    }
    run
}

#[test]
fn the_guide_alone_leads_to_a_rule_that_works() {
    let dir = tempfile::tempdir().expect("a folder");
    assert!(follow(dir.path()) >= 9, "the guide has commands to run");
    let (code, out, _) = run_in(dir.path(), &["rules", "test", "ops-rules"]);
    assert!(code == 0 && out.starts_with("1 rule, 4 fixtures as promised"), "{out}");
    let (_, out, _) = run_in(dir.path(), &["explain", "x-agent-other-tool"]);
    assert!(out.contains("reads.tool: /tool of manifest, text"), "{out}");
    let fires = dir.path().join("ops-rules/fixtures/x-agent-other-tool/fires.yaml");
    let (rules, _) = own_rules(&dir.path().join("ops-rules"));
    let fixture = fixture::RuleFixture::load(&fires).expect("a fixture");
    let report = fixture.judge(&rules).expect("it is judged");
    assert_eq!(fixture.broken(&report), None);
}

fn own_rules(folder: &Path) -> (RuleSet, RuleSet) {
    let built_in = doctor::rule_set().expect("the built-in rules load");
    let all = doctor::rule_set_with(&[folder.to_owned()]).expect("the own rules load");
    (all, built_in)
}

fn cells_of(row: &str) -> [&str; 4] {
    let cells: Vec<&str> = row.trim().trim_matches('|').split(" | ").map(str::trim).collect();
    <[&str; 4]>::try_from(cells).unwrap_or_else(|cells| panic!("four cells: {cells:?}"))
}

/// The rows of the table: what is written, instead of what, the message, how to mend it.
fn rows() -> Vec<[String; 4]> {
    let part = part(MISTAKES);
    let rows = part.lines().filter(|l| l.starts_with("| `"));
    let code = |cell: &str| cell.trim_matches('`').trim_matches(' ').to_owned();
    let message = |cell: &str| {
        let inner = cell.strip_prefix("`` ").and_then(|c| c.strip_suffix(" ``"));
        inner.unwrap_or_else(|| panic!("a message in double backticks: {cell}")).to_owned()
    };
    rows.map(cells_of)
        .map(|[to, from, says, mend]| [code(to), code(from), message(says), mend.to_owned()])
        .collect()
}

#[test]
fn each_mistake_of_the_table_gets_its_message_and_its_place() {
    let rows = rows();
    assert_eq!(rows.len(), 10, "the table has ten mistakes");
    for [to, from, says, mend] in rows {
        let dir = tempfile::tempdir().expect("a folder");
        follow(dir.path());
        let file = "ops-rules/x-agent-other-tool.yaml";
        change(dir.path(), file, &from, &to);
        let text = fs::read_to_string(dir.path().join(file)).expect("the rule");
        let line = text.lines().position(|l| l.contains(&to)).expect("the mistake") + 1;
        let (code, out, err) = run_in(dir.path(), &["rules", "lint", "ops-rules"]);
        assert_eq!((code, err.as_str()), (2, ""), "{to}: {out}");
        let place = format!("mistake: {file}:{line}:");
        let told: Vec<&str> = out.lines().filter(|l| l.starts_with(&place)).collect();
        assert!(told.len() == 1 && told[0].ends_with(&says), "{to}: wanted {place}…: {says}\n{out}");
        assert!(out.ends_with("\n1 mistake, 0 remarks on style\n"), "{to} is one mistake: {out}");
        assert!(mend.len() > 8, "{to}: {mend}");
        change(dir.path(), file, &to, &from);
        assert_eq!(run_in(dir.path(), &["rules", "lint", "ops-rules"]).0, 0, "mended");
    }
}

/// The part for contributors, in a copy of the rules: the rule is without mistakes and style is kept, its fixtures show it,
/// each line is held, and the row is one of the catalogue.
#[test]
fn the_built_in_rule_of_the_guide_works() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(dir.path().join("rules")).expect("it is made");
    for entry in fs::read_dir("rules").expect("rules/") {
        let from = entry.expect("an entry").path();
        if from.extension().is_some_and(|e| e == "yaml") {
            fs::copy(&from, dir.path().join(&from)).expect("it is copied");
        }
    }
    let id = "gateway-port-privileged";
    let (mut row, mut cargo) = (None, 0);
    for (language, text) in blocks(&part(BUILT_IN)) {
        match language.as_str() {
            "yaml" => write(dir.path(), &text),
            "markdown" => row = Some(text),
            _ => text.lines().for_each(|line| match line.strip_prefix("houmao-doctor ") {
                Some(line) => {
                    let (code, out, err) = run_in(dir.path(), &line.split(' ').collect::<Vec<_>>());
                    assert_eq!((code, err.as_str()), (0, ""), "{line}: {out}");
                }
                None => {
                    cargo += 1;
                    let names = line.split("--test ").skip(1).filter_map(|rest| rest.split(' ').next());
                    for name in names {
                        assert!(Path::new(&format!("tests/{name}.rs")).is_file(), "{line}: no test {name}");
                    }
                }
            }),
        }
    }
    assert_eq!(cargo, 3);
    let sessions = fs::canonicalize("fixtures/sessions").expect("the sessions");
    std::os::unix::fs::symlink(sessions, dir.path().join("fixtures/sessions")).expect("linked");
    let files = [dir.path().join("rules")];
    let rules = load_files(&files, &doctor::catalogue(), &RuleSet::default()).expect("no mistakes");
    assert!(rules.rule(id).expect("it is there").written().may_be_wrong.is_some());
    let fixtures =
        fixture::fixtures_of(&dir.path().join("fixtures/rules").join(id), &rules).expect("fixtures");
    assert!(fixtures.lacking(id).is_empty());
    for fixture in &fixtures.fixtures {
        assert_eq!(
            fixture.broken(&fixture.judge(&rules).expect("judged")),
            None,
            "{}",
            fixture.file.display()
        );
    }
    let of_rule: Vec<_> = fixtures.fixtures.iter().collect();
    assert_eq!(fixture::unnoticed(&of_rule, &rules, id).expect("judged"), [""; 0]);
    let row = row.expect("a row of the catalogue");
    let cells = cells_of(&row);
    let catalogue = fs::read_to_string("rules/README.md").expect("the guide");
    assert!(catalogue.contains("| row | failure | rules | fixture"), "{row}");
    assert!(rules.rule(id).expect("it").written().references.contains(&format!("failures {}", cells[0])));
    assert_eq!((cells[2], cells[3]), (format!("`{id}`").as_str(), format!("`{id}/fires.yaml`").as_str()));
}

/// The examples of `reads` load as they stand.
#[test]
fn the_reads_of_the_guide_are_without_mistakes() {
    let (_, text) = blocks(&part("## What no fact names\n")).remove(0);
    let uses =
        "when: {all: [reads.tool is present, reads.turn > 1, reads.channel is present, reads.has_args]}";
    let rule =
        format!("id: x-r\ntitle: t\nseverity: info\nscope: session\n{text}{uses}\nmessage: m\nwhy: w\n");
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("x-r.yaml"), rule).expect("written");
    own_rules(dir.path());
}

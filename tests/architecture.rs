//! The house's arrows: which room may use which, no circle, and nothing too long to be read.
//!
//! Reads the sources themselves. A room is a folder or file directly under `src`; test code may reach anywhere.
#![allow(clippy::unwrap_used, reason = "a test's helpers may fail as tests do")]
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The table of ARCHITECTURE: every room with the rooms that it may use. `schema`, `doctor` and `cli` stand above.
const MAY_USE: &[(&str, &[&str])] = &[
    ("finding", &[]),
    ("snapshot", &[]),
    ("collect", &["snapshot"]),
    ("contract", &["snapshot"]),
    ("replay", &["snapshot", "contract", "finding"]),
    ("facts", &["snapshot", "contract", "replay", "finding"]),
    ("rule", &["facts", "finding"]),
    ("engine", &["facts", "rule", "finding"]),
    ("report", &["finding"]),
    ("schema", &["snapshot", "finding", "facts", "rule", "report"]),
    (
        "doctor",
        &[
            "snapshot", "collect", "contract", "replay", "facts", "rule", "engine", "finding", "report",
            "schema",
        ],
    ),
    (
        "cli",
        &[
            "snapshot", "collect", "contract", "replay", "facts", "rule", "engine", "finding", "report",
            "schema", "doctor",
        ],
    ),
];

const MAX_FILE: usize = 300;
const MAX_FUNCTION: usize = 60;

/// A source file: the room it belongs to, its path for messages, its lines without tests and comments' words.
struct Source {
    room: String,
    path: String,
    lines: Vec<String>,
}

/// The source without what follows `#[cfg(test)]`, if that is a module; lines are blanked of comments and literals.
fn source(room: &str, path: &str, text: &str) -> Source {
    let lines: Vec<&str> = text.lines().collect();
    let is_test = |i: usize| {
        lines[i].trim() == "#[cfg(test)]"
            && lines[i + 1..]
                .iter()
                .find(|l| !l.trim().starts_with("#["))
                .is_some_and(|l| l.starts_with("mod "))
    };
    let end = (0..lines.len()).find(|i| is_test(*i)).unwrap_or(lines.len());
    let lines = blank(&lines[..end].join("\n")).lines().map(str::to_owned).collect();
    Source { room: room.to_owned(), path: path.to_owned(), lines }
}

/// The code with the words of comments, strings and characters taken out, line by line as it was.
fn blank(code: &str) -> String {
    let chars: Vec<char> = code.chars().collect();
    let mut out = String::new();
    let mut i = 0;
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    while i < chars.len() {
        match chars[i] {
            '/' if at(i + 1) == '/' => {
                while i < chars.len() && chars[i] != '\n' {
                    i += 1;
                }
            }
            'r' if (at(i + 1) == '"' || at(i + 1) == '#' && at(i + 2) == '"')
                && !at(i.wrapping_sub(1)).is_alphanumeric() =>
            {
                let hash = at(i + 1) == '#';
                i += if hash { 3 } else { 2 };
                while i < chars.len() && !(chars[i] == '"' && (!hash || at(i + 1) == '#')) {
                    if chars[i] == '\n' {
                        out.push('\n');
                    }
                    i += 1;
                }
                i += if hash { 2 } else { 1 };
            }
            '"' => {
                i += 1;
                while i < chars.len() && chars[i] != '"' {
                    if at(i) == '\\' && at(i + 1) != '\n' {
                        i += 1;
                    }
                    if at(i) == '\n' {
                        out.push('\n');
                    }
                    i += 1;
                }
                i += 1;
            }
            '\'' if at(i + 1) == '\\' => {
                i += 3;
                while i < chars.len() && chars[i] != '\'' {
                    i += 1;
                }
                i += 1;
            }
            '\'' if at(i + 2) == '\'' => i += 3,
            c => {
                out.push(c);
                i += 1;
            }
        }
    }
    out
}

/// The rooms that a source names by `crate::room`, also in `use crate::{a, b::c}` over several lines.
fn uses(source: &Source) -> BTreeSet<String> {
    let code = source.lines.join(" ");
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        // `$crate::` and `pub(crate)` are other things; `in crate::` is the own crate.
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        let name = |s: &str| s.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        match rest.strip_prefix('{') {
            None => {
                rooms.insert(name(rest));
            }
            Some(group) => {
                let mut depth = 0;
                let mut item = String::new();
                for c in group.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => {
                            rooms.insert(name(item.trim()));
                            item.clear();
                            continue;
                        }
                        _ => {}
                    }
                    item.push(c);
                }
                rooms.insert(name(item.trim()));
            }
        }
    }
    rooms.remove("");
    rooms.remove(&source.room);
    rooms
}

fn arrows(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let mut arrows = BTreeMap::<String, BTreeSet<String>>::new();
    for source in sources {
        arrows.entry(source.room.clone()).or_default().extend(uses(source));
    }
    arrows
}

fn forbidden(sources: &[Source]) -> Vec<String> {
    let table: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|s| s.room != "lib" && s.room != "main" && s.room != "build") {
        let Some(allowed) = table.get(source.room.as_str()) else {
            wrong.push(format!("{}: there is no room `{}`", source.path, source.room));
            continue;
        };
        for used in uses(source).iter().filter(|used| !allowed.contains(&used.as_str())) {
            wrong.push(format!("{}: `{}` may not use `{used}`", source.path, source.room));
        }
    }
    wrong
}

fn circle(arrows: &BTreeMap<String, BTreeSet<String>>) -> Option<String> {
    fn walk(
        room: &str,
        arrows: &BTreeMap<String, BTreeSet<String>>,
        way: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> Option<String> {
        if let Some(from) = way.iter().position(|r| r == room) {
            return Some(format!("{} -> {room}", way[from..].join(" -> ")));
        }
        if !done.insert(room.to_owned()) {
            return None;
        }
        way.push(room.to_owned());
        let found = arrows.get(room).into_iter().flatten().find_map(|next| walk(next, arrows, way, done));
        way.pop();
        found
    }
    let mut done = BTreeSet::new();
    arrows.keys().find_map(|room| walk(room, arrows, &mut Vec::new(), &mut done))
}

fn too_long(sources: &[Source]) -> Vec<String> {
    let mut long = Vec::new();
    for source in sources {
        if source.lines.len() > MAX_FILE {
            long.push(format!("{}: {} lines, and {MAX_FILE} are allowed", source.path, source.lines.len()));
        }
        let mut open: Option<(usize, usize)> = None;
        for (number, line) in source.lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let code = line.trim_start();
            let words: Vec<&str> = code.split_whitespace().take(5).collect();
            if open.is_none() && words.contains(&"fn") && !code.ends_with(';') && !code.ends_with("}") {
                open = Some((number, indent));
            } else if let Some((start, depth)) = open
                && indent == depth
                && code.starts_with('}')
            {
                let length = number + 1 - start;
                if length > MAX_FUNCTION {
                    let name = source.lines[start].trim();
                    long.push(format!("{}:{}: {length} lines: {name}", source.path, start + 1));
                }
                open = None;
            }
        }
    }
    long
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// Every source of the crate; files of tests beside the code (`x_tests.rs`, `tests.rs`) are none.
fn crate_sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    let is_test =
        |p: &PathBuf| p.file_stem().is_some_and(|s| s == "tests" || s.to_string_lossy().ends_with("_tests"));
    files.retain(|p| !is_test(p));
    let read = |path: &PathBuf| {
        let inner = path.strip_prefix(&root).unwrap();
        let room = inner.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        source(&room, &format!("src/{}", inner.display()), &fs::read_to_string(path).unwrap())
    };
    files.iter().map(read).collect()
}

#[test]
fn every_arrow_is_in_the_table() {
    let wrong = forbidden(&crate_sources());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_of_the_table_exists() {
    let rooms: BTreeSet<String> = crate_sources().into_iter().map(|s| s.room).collect();
    let missing: Vec<_> =
        MAY_USE.iter().map(|(room, _)| *room).filter(|room| !rooms.contains(*room)).collect();
    assert!(missing.is_empty(), "no such room: {missing:?}");
}

#[test]
fn no_arrows_form_a_circle() {
    assert_eq!(circle(&arrows(&crate_sources())), None);
    let table = MAY_USE
        .iter()
        .map(|(room, uses)| ((*room).to_owned(), uses.iter().map(|u| (*u).to_owned()).collect()));
    assert_eq!(circle(&table.collect()), None, "the table itself");
}

#[test]
fn nothing_is_too_long() {
    let long = too_long(&crate_sources());
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn a_bad_sample_is_found() {
    let text = "use crate::{finding::{Outcome, Report},\n    collect};\n// crate::cli\nfn f() -> &'static str { \
                crate::report::json(); \"crate::doctor\" }\n#[cfg(test)]\nmod tests { use crate::replay; }\n";
    let engine = source("engine", "src/engine/x.rs", text);
    assert_eq!(uses(&engine), BTreeSet::from(["finding", "collect", "report"].map(str::to_owned)));
    let report = source("report", "src/report/x.rs", "use crate::engine::judge;");
    let stray = source("utils", "src/utils.rs", "");
    let sources = [engine, report, stray];
    assert_eq!(
        forbidden(&sources),
        [
            "src/engine/x.rs: `engine` may not use `collect`",
            "src/engine/x.rs: `engine` may not use `report`",
            "src/report/x.rs: `report` may not use `engine`",
            "src/utils.rs: there is no room `utils`",
        ]
    );
    assert_eq!(circle(&arrows(&sources)).as_deref(), Some("engine -> report -> engine"));
}

#[test]
fn a_long_sample_is_found() {
    let body = "    one();\n".repeat(70);
    let nested = "        two();\n".repeat(58);
    let text = format!(
        "pub fn long(\n    a: u8,\n) {{\n{body}}}\nimpl X {{\n    fn fits() {{\n{nested}    }}\n}}\n"
    );
    let filler = "struct Y;\n".repeat(200);
    let found = too_long(&[source("rule", "src/rule/x.rs", &format!("{text}{filler}"))]);
    let lines = text.lines().count() + 200;
    assert_eq!(
        found,
        [
            format!("src/rule/x.rs: {lines} lines, and 300 are allowed"),
            "src/rule/x.rs:1: 74 lines: pub fn long(".to_owned()
        ]
    );
    let tests = format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{}}}\n", "    // x\n".repeat(400));
    assert!(too_long(&[source("rule", "src/rule/x.rs", &tests)]).is_empty());
}

#[test]
fn words_in_texts_and_comments_are_no_code() {
    let code =
        "let a = \"crate::x \\\" y\"; // crate::z\nlet b = r#\"crate::\"w\"#; let c = '\"'; crate::real;";
    let blanked = blank(code);
    assert_eq!(blanked.matches("crate::").count(), 1, "{blanked}");
    assert_eq!(blanked.lines().count(), 2);
}

/// Where the release is not known, an operation is replayed for each of these: one that is left out could differ.
#[test]
fn every_release_that_code_tells_apart_is_a_change() {
    let mut named = BTreeSet::new();
    for source in crate_sources().iter().filter(|s| ["contract", "replay"].contains(&s.room.as_str())) {
        for rest in source.lines.join("\n").split("Release::new(").skip(1) {
            let (numbers, _) = rest.split_once(')').unwrap();
            let numbers: Vec<u16> = numbers.split(',').filter_map(|n| n.trim().parse().ok()).collect();
            if let [major, minor, patch] = numbers[..] {
                named.insert((major, minor, patch));
            }
        }
    }
    let changes = houmao_doctor::contract::CHANGES.map(|r| (r.major, r.minor, r.patch));
    assert!(changes.is_sorted() && changes.len() > 20);
    // Bounds that are no release.
    named.retain(|n| *n > (0, 0, 0) && n.0 < u16::MAX);
    let forgotten: Vec<_> = named.iter().filter(|n| !changes.contains(n)).collect();
    assert!(forgotten.is_empty(), "releases that CHANGES lacks: {forgotten:?}");
}

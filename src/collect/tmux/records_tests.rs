use super::super::cursor::undollar;
use super::*;

/// The records of the recordings, which ask for less than we do now (and for each pane's folder, which we do not).
const RECORDED: &[Shape] =
    &[Shape { kind: b'S', words: 3, texts: 1 }, Shape { kind: b'P', words: 9, texts: 3 }];

fn recording(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/recordings/tmux/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn unhex(text: &str) -> String {
    let bytes =
        (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect();
    String::from_utf8(bytes).unwrap()
}

/// What the recording's notes say of one environment.
fn expected_variables(noted: &serde_json::Value) -> BTreeMap<String, Option<String>> {
    let variable = |(name, value): (&String, &serde_json::Value)| {
        let value = value.as_str().unwrap();
        match (name.strip_suffix("_hex"), value) {
            (Some(name), hex) => (name.to_owned(), Some(unhex(hex))),
            (None, "removed") => (name.clone(), None),
            (None, plain) => (name.clone(), Some(plain.to_owned())),
        }
    };
    noted.as_object().into_iter().flatten().map(variable).collect()
}

fn owned(variables: &Variables) -> BTreeMap<String, Option<String>> {
    variables.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect()
}

fn check(version: &str, file: &str) {
    let noted: serde_json::Value =
        serde_json::from_slice(&recording(&format!("{version}.expected.json"))).unwrap();
    let bytes = recording(file);
    let bytes = if version == "3.4" { undollar(&bytes) } else { bytes };
    let answer = read(&bytes, RECORDED).unwrap();
    assert!(answer.ended, "{file}");

    let of = |kind: u8| answer.records.iter().filter(move |r| r.kind == kind);
    let third = if version == "3.7c" { "my gpü.x:y" } else { "my gpü_x_y" };
    let names: Vec<_> = of(b'S').map(|s| (s.words[0].as_str(), s.texts[0].as_str())).collect();
    assert_eq!(names, [("$0", "gpu"), ("$1", "gpu2"), ("$2", third)], "{file}");

    let hostile: Vec<_> = of(b'P').filter(|p| p.words[3] == "1").map(|p| p.texts[0].clone()).collect();
    let noted_name = noted["hostile_window_name_hex"].as_str().map(unhex);
    assert_eq!(hostile, noted_name.into_iter().collect::<Vec<_>>(), "{file}");
    assert_eq!(of(b'P').next().unwrap().texts[2], "/home/alice/xxxx/work dir", "{file}");
    let panes = of(b'P').map(|p| p.words[2].clone()).collect::<Vec<_>>();
    let count = if noted["hostile_window_name_accepted"] == true { 4 } else { 3 };
    assert_eq!(panes, ["%0", "%1", "%2", "%3"][..count], "{file}");

    let environments: Vec<_> = answer.environments.iter().map(|(id, v)| (id.as_str(), owned(v))).collect();
    let expected = [
        ("$0", expected_variables(&noted["env"]["gpu"])),
        ("$1", expected_variables(&noted["env"]["gpu2"])),
        ("$2", BTreeMap::new()),
    ];
    assert_eq!(environments, expected, "{file}");
    assert_eq!(owned(&answer.global.unwrap()), expected_variables(&noted["global"]), "{file}");
}

#[test]
fn reads_every_recorded_release_exactly() {
    for version in ["3.2a", "3.3a", "3.4", "3.5a", "3.6b", "3.7c"] {
        check(version, &format!("{version}.out"));
        check(version, &format!("{version}.lc-c.out"));
    }
}

#[test]
fn an_answer_cut_anywhere_is_never_taken_for_a_whole_one() {
    let whole = recording("3.3a.out");
    for length in 0..whole.len() {
        assert!(!read(&whole[..length], RECORDED).is_ok_and(|a| a.ended), "{length}");
    }
}

#[test]
fn names_what_it_missed_and_where() {
    let cases: [(&[u8], usize, &str); 7] = [
        (b"nonsense\n", 0, "a record, a variable or the end mark"),
        (b"@S $0 0 1\n", 9, "a space after a word"),
        (b"@S $0 0 1 x:gpu\n", 10, "the length of a text"),
        (b"@S $0 0 1 9:gpu\n", 16, "more text"),
        (b"@S $0 0 1 2:gpu\n", 14, "the end of a record"),
        (b"@E $0\n@E $1\n@E $0\n", 15, "each session's environment once"),
        (b"@END\n@END\n", 5, "nothing after the end mark"),
    ];
    for (bytes, at, expected) in cases {
        assert_eq!(read(bytes, RECORDED), Err(ParseError { at, expected }));
    }
}

#[test]
fn a_session_that_is_gone_has_no_environment() {
    let answer =
        read(b"@G\n@E $0\n@E \n@E $2\nHOUMAO_TOOL=\"x\"; export HOUMAO_TOOL;\n@END\n", RECORDED).unwrap();
    assert_eq!(answer.environments.keys().collect::<Vec<_>>(), ["$0", "$2"]);
}

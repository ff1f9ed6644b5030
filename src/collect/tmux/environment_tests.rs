use super::*;
use proptest::prelude::*;

fn lines(bytes: &[u8]) -> (Vec<Line>, Vec<u8>) {
    let (mut cursor, mut reader, mut lines) = (Cursor::new(bytes), Reader::default(), Vec::new());
    while let Some(line) = reader.line(&mut cursor).unwrap() {
        lines.push(line);
    }
    (lines, cursor.rest().to_vec())
}

#[test]
fn tells_set_empty_and_removed_apart_and_drops_the_rest() {
    let text = b"unset DISPLAY;\nHOUMAO_TOOL=\"\"; export HOUMAO_TOOL;\nunset HOUMAO_JOB_DIR;\nTOKEN=\"s\"; export TOKEN;\n@END\n";
    let (lines, rest) = lines(text);
    let expected = [
        Line::NotOurs,
        Line::Set("HOUMAO_TOOL", String::new()),
        Line::Removed("HOUMAO_JOB_DIR"),
        Line::NotOurs,
    ];
    assert_eq!(lines, expected);
    assert_eq!(rest, b"@END\n");
}

#[test]
fn a_value_cannot_forge_a_line() {
    let text = b"A=\"x\nHOUMAO_AGENT_ID=\\\"f\\\"; export HOUMAO_AGENT_ID;\nunset HOUMAO_TOOL;\n@E \\$1\n\"; export A;\n";
    assert_eq!(lines(text), (vec![Line::NotOurs], Vec::new()));
}

#[test]
fn a_name_cannot_forge_a_line() {
    for name in [
        "unset HOUMAO_TOOL;\nB",
        "@E $1\nHOUMAO_AGENT_ID",
        "x\nHOUMAO_AGENT_ID",
        "a\"; export a;\nHOUMAO_TOOL",
    ] {
        let text = format!("unset A;\n{name}=\"v\"; export {name};\nunset HOUMAO_JOB_DIR;\n");
        let expected = vec![Line::NotOurs, Line::NotOurs, Line::Removed("HOUMAO_JOB_DIR")];
        assert_eq!(lines(text.as_bytes()), (expected, Vec::new()), "{name:?}");
    }
}

#[test]
fn a_value_that_breaks_off_is_left_where_it_is() {
    for text in ["A=\"x", "A=\"x\\", "A=\"x\"; expo", "A=x\n", "=\"x\"; export ;\n", "A=\"x\"; export B;\n"] {
        assert_eq!(lines(text.as_bytes()), (Vec::new(), text.as_bytes().to_vec()), "{text:?}");
    }
}

#[test]
fn many_removed_names_before_one_long_value_are_read_in_one_go() {
    let mut text = "unset X;\n".repeat(20_000);
    text.push_str(&format!("A=\"{}\"; export A;\n", "y".repeat(1_000_000)));
    let begun = std::time::Instant::now();
    assert_eq!(lines(text.as_bytes()).0.len(), 20_001);
    // Looking for the value again from each name would take minutes.
    assert!(begun.elapsed() < std::time::Duration::from_secs(10));
}

#[test]
fn the_four_outcomes_are_told_apart() {
    let own = Variables::from([
        ("HOUMAO_TOOL", Some("codex".to_owned())),
        ("HOUMAO_JOB_DIR", None),
        ("HOUMAO_AGENT_ID", Some(String::new())),
    ]);
    let global = Variables::from([
        ("HOUMAO_TOOL", Some("g".to_owned())),
        ("HOUMAO_JOB_DIR", Some("g".to_owned())),
        ("HOUMAO_MANIFEST_PATH", Some("/g".to_owned())),
        ("HOUMAO_RESUME_ID", None),
    ]);
    let expected = [
        ("HOUMAO_AGENT_ID", EnvValue::Value(String::new())),
        ("HOUMAO_JOB_DIR", EnvValue::Removed),
        ("HOUMAO_MANIFEST_PATH", EnvValue::GlobalOnly("/g".into())),
        ("HOUMAO_TOOL", EnvValue::Value("codex".into())),
    ];
    assert_eq!(outcomes(&own, &global), expected.map(|(n, v)| (n.to_owned(), v)).into());
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let (mut cursor, mut reader) = (Cursor::new(&bytes), Reader::default());
        while let Ok(Some(_)) = reader.line(&mut cursor) {}
    }
}

use super::*;

/// Documents and what CPython 3.11 makes of them: `json.loads(path.read_text(encoding="utf-8"))`, in the form of
/// [`Content`].
const PYTHON: &[(&[u8], &str)] = &[
    (b"{\"a\": 1}", r#"{"json": {"a": 1}}"#),
    (b"", r#"{"not_json": "Expecting value: line 1 column 1 (char 0)"}"#),
    (b" ", r#"{"not_json": "Expecting value: line 1 column 2 (char 1)"}"#),
    (b"{", r#"{"not_json": "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"}"#),
    (b"{\"a\"", r#"{"not_json": "Expecting ':' delimiter: line 1 column 5 (char 4)"}"#),
    (b"{\"a\" 1}", r#"{"not_json": "Expecting ':' delimiter: line 1 column 6 (char 5)"}"#),
    (b"{\"a\":", r#"{"not_json": "Expecting value: line 1 column 6 (char 5)"}"#),
    (b"{\"a\":1", r#"{"not_json": "Expecting ',' delimiter: line 1 column 7 (char 6)"}"#),
    (
        b"{\"a\":1,",
        r#"{"not_json": "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"}"#,
    ),
    (
        b"{\"a\":1,}",
        r#"{"not_json": "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"}"#,
    ),
    (
        b"{'a': 1}",
        r#"{"not_json": "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"}"#,
    ),
    (
        b"{a: 1}",
        r#"{"not_json": "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"}"#,
    ),
    (b"{\"a\":1 \"b\":2}", r#"{"not_json": "Expecting ',' delimiter: line 1 column 8 (char 7)"}"#),
    (b"[1", r#"{"not_json": "Expecting ',' delimiter: line 1 column 3 (char 2)"}"#),
    (b"[1,]", r#"{"not_json": "Expecting value: line 1 column 4 (char 3)"}"#),
    (b"[1 2]", r#"{"not_json": "Expecting ',' delimiter: line 1 column 4 (char 3)"}"#),
    (b"[", r#"{"not_json": "Expecting value: line 1 column 2 (char 1)"}"#),
    (b"[]]", r#"{"not_json": "Extra data: line 1 column 3 (char 2)"}"#),
    (b"{}\n{}", r#"{"not_json": "Extra data: line 2 column 1 (char 3)"}"#),
    (b"{}x", r#"{"not_json": "Extra data: line 1 column 3 (char 2)"}"#),
    (b"\n\n {\"a\": tru}", r#"{"not_json": "Expecting value: line 3 column 8 (char 9)"}"#),
    (b"nul", r#"{"not_json": "Expecting value: line 1 column 1 (char 0)"}"#),
    (b"True", r#"{"not_json": "Expecting value: line 1 column 1 (char 0)"}"#),
    (b"NaN", r#"{"json": {"$number": "NaN"}}"#),
    (b"[Infinity, -Infinity]", r#"{"json": [{"$number": "Infinity"}, {"$number": "-Infinity"}]}"#),
    (b"-Inf", r#"{"not_json": "Expecting value: line 1 column 1 (char 0)"}"#),
    (b"-", r#"{"not_json": "Expecting value: line 1 column 1 (char 0)"}"#),
    (b"01", r#"{"not_json": "Extra data: line 1 column 2 (char 1)"}"#),
    (b"-0", r#"{"json": 0}"#),
    (b"1.", r#"{"not_json": "Extra data: line 1 column 2 (char 1)"}"#),
    (b".5", r#"{"not_json": "Expecting value: line 1 column 1 (char 0)"}"#),
    (b"1e", r#"{"not_json": "Extra data: line 1 column 2 (char 1)"}"#),
    (b"1E+2", r#"{"json": 100.0}"#),
    (b"1.0", r#"{"json": 1.0}"#),
    (b"1e400", r#"{"json": {"$number": "Infinity"}}"#),
    (b"-1e400", r#"{"json": {"$number": "-Infinity"}}"#),
    (b"18446744073709551615", r#"{"json": 18446744073709551615}"#),
    (b"18446744073709551616", r#"{"json": {"$number": "18446744073709551616"}}"#),
    (b"-9223372036854775809", r#"{"json": {"$number": "-9223372036854775809"}}"#),
    (b"\"", r#"{"not_json": "Unterminated string starting at: line 1 column 1 (char 0)"}"#),
    (b"\"a", r#"{"not_json": "Unterminated string starting at: line 1 column 1 (char 0)"}"#),
    (b"\"\\", r#"{"not_json": "Unterminated string starting at: line 1 column 1 (char 0)"}"#),
    (b"\"\\x\"", r#"{"not_json": "Invalid \\escape: line 1 column 2 (char 1)"}"#),
    (b"\"a\tb\"", r#"{"not_json": "Invalid control character at: line 1 column 3 (char 2)"}"#),
    (b"\"a\x00\"", r#"{"not_json": "Invalid control character at: line 1 column 3 (char 2)"}"#),
    (b"\"\\u12\"", r#"{"not_json": "Invalid \\uXXXX escape: line 1 column 3 (char 2)"}"#),
    (b"\"\\u12", r#"{"not_json": "Invalid \\uXXXX escape: line 1 column 3 (char 2)"}"#),
    (b"\"\\u123g\"", r#"{"not_json": "Invalid \\uXXXX escape: line 1 column 3 (char 2)"}"#),
    (b"\"\\u00e9\"", r#"{"json": "\u00e9"}"#),
    (b"\"\\ud83d\\ude00\"", r#"{"json": "\ud83d\ude00"}"#),
    (b"\"\\ud83d\"", r#"{"json": "\ufffd"}"#),
    (b"\"\\ud83d\\u00e9\"", r#"{"json": "\ufffd\u00e9"}"#),
    (b"\"\\ud83d\\uzzzz\"", r#"{"not_json": "Invalid \\uXXXX escape: line 1 column 9 (char 8)"}"#),
    (b"{\"b\": 1, \"a\": 2, \"b\": 3}", r#"{"json": {"b": 3, "a": 2}}"#),
    (
        b"\xef\xbb\xbf{}",
        r#"{"not_json": "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)"}"#,
    ),
    (b"\xff", r#"{"not_utf8": "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"}"#),
    (
        b"\"\xc3\"",
        r#"{"not_utf8": "'utf-8' codec can't decode byte 0xc3 in position 1: invalid continuation byte"}"#,
    ),
    (
        b"\"\xe2\x82",
        r#"{"not_utf8": "'utf-8' codec can't decode bytes in position 1-2: unexpected end of data"}"#,
    ),
    (
        b"\"\xed\xa0\x80\"",
        r#"{"not_utf8": "'utf-8' codec can't decode byte 0xed in position 1: invalid continuation byte"}"#,
    ),
    (b"\"\xf0\x9f\x98\x80\", x", r#"{"not_json": "Extra data: line 1 column 4 (char 3)"}"#),
    (b"\"\xe2\x82\xac\xe2\x82\xac\" x", r#"{"not_json": "Extra data: line 1 column 6 (char 5)"}"#),
    (b"{\"a\": 1,\r\n \"b\"\r\n: }", r#"{"not_json": "Expecting value: line 3 column 3 (char 16)"}"#),
    (b"{\"a\": 1,\r \"b\": x}", r#"{"not_json": "Expecting value: line 2 column 7 (char 15)"}"#),
    (b"\"a\nb\"", r#"{"not_json": "Invalid control character at: line 1 column 3 (char 2)"}"#),
    (b"\"\xc3\xa9\n", r#"{"not_json": "Invalid control character at: line 1 column 3 (char 2)"}"#),
    (
        b"\xc0\x80",
        r#"{"not_utf8": "'utf-8' codec can't decode byte 0xc0 in position 0: invalid start byte"}"#,
    ),
    (
        b"{\"a\": \"\xf4\x90\x80\x80\"}",
        r#"{"not_utf8": "'utf-8' codec can't decode byte 0xf4 in position 7: invalid continuation byte"}"#,
    ),
    (b"\"\\/\\b\\f\\n\\r\\t\\\"\\\\\"", r#"{"json": "/\b\f\n\r\t\"\\"}"#),
];

#[test]
fn documents_are_read_and_refused_as_python_does() {
    for (document, python) in PYTHON {
        let seen = serde_json::to_string(&file_content(document).unwrap()).unwrap();
        // Compared as text, so that order of keys and kind of number count.
        let expected: Value = serde_json::from_str(python).unwrap();
        assert_eq!(seen, expected.to_string(), "{}", String::from_utf8_lossy(document));
    }
}

#[test]
fn what_is_too_deep_or_too_long_is_not_called_bad_json() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(loads(&nested(DEPTH_MAX)).is_ok());
    assert_eq!(loads(&nested(DEPTH_MAX + 1)), Err(Refused::TooDeep));
    assert_eq!(file_content("[".repeat(1_000_000).as_bytes()).unwrap_err().kind, ReasonKind::TooLarge);
    assert!(loads(&"9".repeat(4300)).is_ok());
    let Err(Refused::TooManyDigits(says)) = loads(&"9".repeat(4301)) else { panic!() };
    assert!(
        says.starts_with("Exceeds the limit (4300 digits) for integer string conversion: value has 4301"),
        "{says}"
    );
}

#[test]
fn what_is_kept_can_be_read_back() {
    let deepest = format!("{}{}", r#"{"a":["#.repeat(DEPTH_MAX / 2), "]}".repeat(DEPTH_MAX / 2));
    let value = loads(&deepest).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&value.to_string()).unwrap(), value);
}

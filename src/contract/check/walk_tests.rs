use super::*;
use crate::contract::check::{Fallback, field, text, word};
use serde_json::json;

const NEW: Release = Release::new(2, 0, 0);

static INNER: Model = Model { class: "Inner", fields: &[text("a"), field("n", Kind::Integer)], rule: None };
static OTHER: Model = Model { class: "Other", fields: &[text("b")], rule: None };
static OUTER: Model = Model {
    class: "Outer",
    fields: &[
        text("name"),
        field("kind", Kind::Word(&[word("x"), word("y"), word("z").since(NEW)])).or(Fallback::Text("x")),
        text("old").optional().until(NEW),
        field("inner", Kind::Model(&INNER)).optional(),
        field("pick", Kind::Tagged("t", &[("inner", &INNER)])).optional(),
        field("any", Kind::Either(&[("I", &INNER), ("O", &OTHER)])).optional(),
        field("seconds", Kind::PositiveNumber).or(Fallback::Integer(1)),
    ],
    rule: Some(|b| match b.text("kind")? == Some("y") && !b.has("inner") {
        true => Objection::broken("y needs inner"),
        false => Ok(()),
    }),
};

fn said(doc: &Value, release: Release) -> Vec<String> {
    examine(doc, &OUTER, release, "f").violations.into_iter().map(|v| v.said).collect()
}

const OLD: Release = Release::new(1, 0, 0);

/// What is seen is told as it is; who prints it makes control characters visible, all of them in one way.
#[test]
fn a_string_is_told_as_it_is() {
    let odd = json!("a\u{1b}\"b");
    assert_eq!(Seen::of(&odd).describe(), "the string \"a\u{1b}\"b\"");
}

#[test]
fn declared_fields_come_first_and_unknown_keys_last_in_file_order() {
    let doc = json!({ "zz": 1, "inner": { "a": " ", "n": true, "q": 1 }, "aa": 2, "kind": "w" });
    assert_eq!(
        said(&doc, OLD),
        [
            "$.name: Field required",
            "$.kind: Input should be 'x' or 'y'",
            "$.inner.a: Value error, must not be empty",
            "$.inner.n: Input should be a valid integer",
            "$.inner.q: Extra inputs are not permitted",
            "$.zz: Extra inputs are not permitted",
            "$.aa: Extra inputs are not permitted",
        ]
    );
}

#[test]
fn a_row_counts_only_for_its_releases() {
    let doc = json!({ "name": "n", "old": "o", "kind": "z" });
    assert_eq!(said(&doc, OLD), ["$.kind: Input should be 'x' or 'y'"]);
    assert_eq!(said(&doc, NEW), ["$.old: Extra inputs are not permitted"]);
}

#[test]
fn the_models_own_rule_is_asked_only_when_all_else_is_in_order() {
    assert_eq!(said(&json!({ "name": "n", "kind": "y" }), OLD), ["$: Value error, y needs inner"]);
    assert_eq!(said(&json!({ "name": "", "kind": "y" }), OLD), ["$.name: Value error, must not be empty"]);
}

#[test]
fn a_choice_shows_in_the_text_but_not_in_the_pointer() {
    let found = examine(&json!({ "name": "n", "pick": { "t": "inner" } }), &OUTER, OLD, "f");
    assert_eq!(found.violations[0].said, "$.pick.inner.a: Field required");
    assert_eq!(found.violations[0].pointer, "/pick/a");
    assert_eq!(said(&json!({ "name": "n", "any": { "b": "b" } }), OLD), Vec::<String>::new());
    assert_eq!(said(&json!({ "name": "n", "any": {} }), OLD).last().unwrap(), "$.any.O.b: Field required");
}

#[test]
fn what_is_redacted_and_decides_is_named() {
    let hidden = |kind: &str, blank: bool| json!({ "$redacted": { "type": kind, "blank": blank } });
    let found = examine(
        &json!({ "name": hidden("string", false), "kind": hidden("string", false), "seconds": hidden("float", false) }),
        &OUTER,
        OLD,
        "f",
    );
    assert_eq!((found.violations.len(), found.hidden), (0, vec!["/kind".to_owned(), "/seconds".to_owned()]));
    assert_eq!(
        said(&json!({ "name": hidden("string", true) }), OLD),
        ["$.name: Value error, must not be empty"]
    );
    assert_eq!(
        said(&json!({ "name": hidden("integer", false) }), OLD),
        ["$.name: Input should be a valid string"]
    );
}

#[test]
fn keys_are_escaped_in_pointers_only() {
    let found = examine(&json!({ "name": "n", "a~/b": 1 }), &OUTER, OLD, "f");
    assert_eq!(found.violations[0].pointer, "/a~0~1b");
    assert_eq!(found.violations[0].said, "$.a~/b: Extra inputs are not permitted");
}

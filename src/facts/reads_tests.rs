use super::*;
use crate::snapshot::{Content, Reason, ReasonKind};
use serde_json::json;

fn file(content: Content) -> Observed<FileView> {
    let (path, modified_at) =
        ("/home/alice/root/manifest.json".to_owned(), "2026-11-23T09:00:00Z".to_owned());
    Observed::Present(FileView { path, size: 1, modified_at, content })
}

fn document() -> Observed<FileView> {
    file(Content::Json(json!({
        "text": "gpu", "blank": "", "whole": 7, "big": 18_446_744_073_709_551_615_u64, "half": 0.5, "yes": true, "no": null,
        "names": ["a", "b"], "none": [], "mixed": ["a", 1], "group": {"a": 1}, "a/b": {"c~d": "deep"},
        "secret": {REDACTED: {"type": "string", "blank": false}},
        "secrets": [{REDACTED: {"type": "string", "blank": false}}, "a"],
        "odd": {"$number": "NaN"}
    })))
}

fn at(pointer: &str, kind: ReadKind) -> Reading<Value> {
    read(&document(), "manifest.json", pointer, kind).reading
}

#[test]
fn a_value_of_the_declared_kind_is_known() {
    for (pointer, kind, value) in [
        ("/text", ReadKind::Text, json!("gpu")),
        ("/blank", ReadKind::Text, json!("")),
        ("/whole", ReadKind::Integer, json!(7)),
        ("/big", ReadKind::Integer, json!(u64::MAX)),
        ("/whole", ReadKind::Number, json!(7)),
        ("/half", ReadKind::Number, json!(0.5)),
        ("/yes", ReadKind::Boolean, json!(true)),
        ("/names", ReadKind::Texts, json!(["a", "b"])),
        ("/none", ReadKind::Texts, json!([])),
        ("/names/1", ReadKind::Text, json!("b")),
        ("/a~1b/c~0d", ReadKind::Text, json!("deep")),
        ("/secret", ReadKind::Exists, json!(true)),
        ("/group", ReadKind::Exists, json!(true)),
        ("/no", ReadKind::Exists, json!(false)),
        ("/nothing", ReadKind::Exists, json!(false)),
    ] {
        assert_eq!(at(pointer, kind), Reading::Known(value), "{pointer}");
    }
}

#[test]
fn what_is_not_there_is_absent_and_what_is_of_another_kind_or_held_back_unknown() {
    for kind in [ReadKind::Text, ReadKind::Integer, ReadKind::Number, ReadKind::Boolean, ReadKind::Texts] {
        for pointer in ["/nothing", "/no", "/group/b", "/names/7"] {
            assert_eq!(at(pointer, kind), Reading::Absent(true), "{pointer}");
        }
        for pointer in ["/secret", "/odd"] {
            assert!(matches!(at(pointer, kind), Reading::Unknown(_)), "{pointer}");
        }
    }
    for (pointer, kind, why) in [
        ("/whole", ReadKind::Text, "the rule asks for a text, and it is an integer"),
        ("/half", ReadKind::Integer, "the rule asks for an integer, and it is a number that is not whole"),
        ("/text", ReadKind::Boolean, "the rule asks for a boolean, and it is a text"),
        ("/yes", ReadKind::Number, "the rule asks for a number, and it is a boolean"),
        ("/mixed", ReadKind::Texts, "the rule asks for a list of texts, and it is a list of other things"),
        ("/group", ReadKind::Text, "the rule asks for a text, and it is an object"),
        ("/secret", ReadKind::Text, "redacted at collection"),
        ("/secrets", ReadKind::Texts, "redacted at collection"),
    ] {
        assert_eq!(at(pointer, kind), Reading::Unknown(why.to_owned()), "{pointer}");
    }
}

#[test]
fn a_file_that_is_not_there_is_absent_and_one_that_cannot_be_read_unknown() {
    let failed = Reason { kind: ReasonKind::Permission, detail: "permission denied".into() };
    for kind in ReadKind::ALL {
        let of = |file: &Observed<FileView>| read(file, "manifest.json", "/text", kind).reading;
        match kind {
            ReadKind::Exists => assert_eq!(of(&Observed::Absent), Reading::Known(false.into())),
            _ => assert_eq!(of(&Observed::Absent), Reading::Absent(true)),
        }
        for unread in [
            Observed::Unreadable(failed.clone()),
            Observed::NotLooked("not needed".into()),
            file(Content::NotJson("Expecting value".into())),
            file(Content::NotUtf8("invalid start byte".into())),
            file(Content::Text("7".into())),
        ] {
            assert!(matches!(of(&unread), Reading::Unknown(_)), "{kind:?} of {unread:?}");
        }
    }
}

#[test]
fn words_are_those_of_rule_files() {
    for file in ReadFile::ALL {
        assert_eq!(serde_json::to_value(file).unwrap(), json!(file.word()));
    }
    for kind in ReadKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), json!(kind.word()));
    }
}

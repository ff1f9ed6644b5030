use super::super::keep_lists::Kept;
use super::*;

/// A canary under every key that must not be kept, in the shape that the real files have.
const HELD_BACK: &str = r#"{
  "schema_version": 4, "canary_key": "CANARY1", "agent_name": {"nested": "CANARY2"}, "tool": ["CANARY3"],
  "agent_launch_authority": {"launch_args": ["CANARY4"], "backend": "local_interactive",
    "launch_env": [{"mode": "literal", "name": "TOKEN", "value": "CANARY5"}]},
  "launch_plan": {"args": ["--prompt", "CANARY6"], "metadata": {"env_source_file": "CANARY7", "deep": {"a": ["CANARY8"]}},
    "mailbox": {"transport": "stalwart", "login_identity": "CANARY9", "credential_ref": "CANARY10"}},
  "system_prompt": {"format": "text", "role_name": "gpu", "text": "CANARY11", "sha256": "CANARY12"},
  "backend_state": {"working_directory": "/w", "api_key": "CANARY13"},
  "gateway_authority": {"attach": {"api_base_url": "http://user:CANARY14@127.0.0.1:9889/x?token=CANARY15"}}
}"#;

#[test]
fn no_canary_leaves_a_manifest_but_its_shape_stays() {
    let document: Value = serde_json::from_str(HELD_BACK).unwrap();
    let kept = Kept::lists().manifest.redact(document);
    let text = kept.to_string();
    assert!(!text.contains("CANARY"), "{text}");
    assert_eq!(kept["schema_version"], 4);
    assert_eq!(kept["canary_key"], json!({ REDACTED: { "type": "string", "blank": false } }));
    assert_eq!(kept["agent_launch_authority"]["launch_env"][0]["name"], "TOKEN");
    assert_eq!(kept["launch_plan"]["mailbox"]["transport"], "stalwart");
    assert_eq!(kept["backend_state"]["working_directory"], "/w");
    assert_eq!(kept["gateway_authority"]["attach"]["api_base_url"], "http://***@127.0.0.1:9889/x?***");
}

#[test]
fn no_canary_leaves_records_gateway_files_or_answers() {
    let record = json!({"agent_id": "a", "mailbox": {"transport": "filesystem", "address": "CANARY"},
        "pair_api_base_url": "http://u:CANARY@h", "x": ["CANARY"]});
    let gateway =
        json!({"pid": 7, "detail": "CANARY", "observation_channels": [{"state": "x", "detail": "CANARY"}]});
    let answer = json!({"status": "ok", "child_cao": {"x": "CANARY"}, "detail": [{"input": "CANARY"}]});
    let kept = Kept::lists();
    let all = [kept.record.redact(record), kept.gateway.redact(gateway), kept.answer.redact(answer)];
    assert!(!json!(all).to_string().contains("CANARY"), "{all:?}");
    assert_eq!(
        (&all[0]["agent_id"], &all[1]["pid"], &all[2]["status"]),
        (&json!("a"), &json!(7), &json!("ok"))
    );
}

#[test]
fn placeholders_tell_type_and_blankness_and_empty_things_stay() {
    let keep = Keep::of(&[&["known"]]);
    let kind = |value: Value| keep.redact(json!({ "x": value }))["x"][REDACTED].clone();
    assert_eq!(kind(json!(" \u{1f}\t")), json!({ "type": "string", "blank": true }));
    assert_eq!(kind(json!("\u{200b}")), json!({ "type": "string", "blank": false }));
    assert_eq!(kind(json!(1)), json!({ "type": "integer", "blank": false }));
    assert_eq!(kind(json!(1.0)), json!({ "type": "float", "blank": false }));
    assert_eq!(kind(json!(true)), json!({ "type": "boolean", "blank": false }));
    assert_eq!(kind(json!({ ODD_NUMBER: "NaN" }))["type"], "float");
    assert_eq!(kind(json!({ ODD_NUMBER: "-99999999999999999999" }))["type"], "integer");
    let empty = json!({ "x": null, "y": {}, "z": [] });
    assert_eq!(keep.redact(empty.clone()), empty);
    assert_eq!(keep.redact(json!({ "known": { ODD_NUMBER: "NaN" } }))["known"][ODD_NUMBER], "NaN");
}

#[test]
fn keys_keep_their_order() {
    let document: Value = serde_json::from_str(r#"{"z": 1, "a": 2, "known": 3}"#).unwrap();
    let kept = Keep::of(&[&["known"]]).redact(document);
    let keys: Vec<&String> = kept.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["z", "a", "known"]);
}

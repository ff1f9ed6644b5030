use super::*;
use serde_json::json;

fn codex(version: u8) -> Value {
    json!({
        "schema_version": version, "backend": "codex_app_server", "tool": "codex", "role_name": "gpu",
        "created_at_utc": "2026-11-23T08:00:00+00:00", "working_directory": "/home/alice/work",
        "brain_manifest_path": "/home/alice/brain.json", "backend_state": {},
        "launch_plan": {
            "backend": "codex_app_server", "tool": "codex", "executable": "codex", "args": [],
            "working_directory": "/home/alice/work", "home_selector": { "env_var": "H", "home_path": "/h" },
            "env_var_names": [], "role_injection": { "method": "bootstrap_message", "role_name": "gpu" },
            "metadata": {}
        },
        "codex": { "thread_id": null, "turn_index": 0, "pid": 7 }
    })
}

const OLD: Release = Release::new(0, 6, 6);
const NEW: Release = Release::new(2, 4, 0);

#[test]
fn old_versions_load_until_0_6_6_and_say_what_they_were_written_as() {
    let load = |doc: &Value, release| parse_manifest(doc, "/m/manifest.json", "/m/manifest.json", release);
    for version in [2, 3] {
        let manifest = load(&codex(version), OLD).ok().cloned().unwrap();
        assert_eq!(
            (manifest.written_as, manifest.at("runtime/agent_pid")),
            (version, Seen::Integer(Some(7)))
        );
        assert_eq!(manifest.authority("/m/manifest.json").unwrap().attach, Endpoint::default());
        let said = load(&codex(version), NEW).refusal().unwrap().said.clone();
        assert!(
            said.contains(&format!("expected schema_version=4, got {version} in `/m/manifest.json`")),
            "{said}"
        );
    }
}

#[test]
fn a_dialect_shows_in_its_keys() {
    let mut doc = codex(4);
    doc["runtime"] = json!({ "job_dir": null });
    let dialects = dialect_of(&doc, "/m/manifest.json");
    assert_eq!(dialects.written_by, []);
    assert_eq!(dialects.loaded_by, [(Release::new(0, 1, 0), Some(OLD))]);
    doc["runtime"] = json!({});
    assert_eq!(dialect_of(&doc, "/m/manifest.json").loaded_by, [(Release::new(0, 1, 0), None)]);
    let full = |model: &Model, release| -> serde_json::Map<String, Value> {
        model.known_to(release).map(|f| (f.name.to_owned(), Value::Null)).collect()
    };
    let mut written = full(&shape::V4, OLD);
    written.insert("runtime".into(), full(&shape::RUNTIME, OLD).into());
    written.extend(codex(4).as_object().unwrap().clone());
    assert_eq!(dialect_of(&Value::Object(written), "/m").written_by, [ManifestDialect::V4UpTo06]);
}

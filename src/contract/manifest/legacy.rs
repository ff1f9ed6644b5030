//! The upgrade of versions 2 and 3 in memory, by releases before 0.7.0 (contract section 3.3).
use super::rules::{WITHOUT_TMUX, turn_index};
use super::shape::{V2, V3, V4};
use super::{Manifest, Source};
use crate::contract::check::{Body, Objection, Seen, Verdict};
use crate::contract::outcome::{Loaded, Refusal};
use crate::contract::releases::LENIENT_TURN_INDEX;
use crate::contract::{ids, python};
use crate::snapshot::REDACTED;
use serde_json::{Value, json};

/// Loads a version 3 manifest.
pub fn load_v3(value: &Value, source: &Source) -> Loaded<Manifest> {
    source.check(value, &V3, "session_manifest.v3").and_then(|()| finish(value, source, 3))
}

/// Loads a version 2 manifest, by way of version 3.
pub fn load_v2(value: &Value, source: &Source) -> Loaded<Manifest> {
    source.check(value, &V2, "session_manifest.v2").and_then(|()| match identified(value, source) {
        Ok(upgraded) => source
            .check_upgraded(&upgraded, &V3, "session_manifest.v3")
            .and_then(|()| finish(&upgraded, source, 2)),
        Err(Objection::Broken(said)) => Loaded::Refused(Refusal::new(source.named, said)),
        Err(Objection::Hidden(pointer)) => {
            Loaded::Unknown(format!("{}: the value at {pointer} was not kept", source.named))
        }
    })
}

/// From a valid version 3 document to a version 4 manifest.
fn finish(value: &Value, source: &Source, written_as: u8) -> Loaded<Manifest> {
    let body = Body::new(value, &V3, source.release);
    let lenient = source.release >= LENIENT_TURN_INDEX;
    let turns = match turn_index(body.at("backend_state/turn_index"), lenient) {
        Ok(turns) => turns,
        Err(said) => return Loaded::Refused(Refusal::uncaught(source.named, said)),
    };
    let upgraded = upgraded(value, &body, turns);
    source
        .check_upgraded(&upgraded, &V4, "session_manifest.v4")
        .and_then(|()| source.read(&upgraded, written_as))
}

/// A version 2 document with the identity that version 3 wants.
fn identified(value: &Value, source: &Source) -> Verdict<Value> {
    let body = Body::new(value, &V2, source.release);
    let mut upgraded = value.clone();
    let mut set = |key: &str, value: Value| upgraded[key] = value;
    set("schema_version", json!(3));
    set("job_dir", job_dir(&body, source)?);
    set("registry_launch_authority", json!("runtime"));
    let session = match body.text("backend")?.unwrap_or_default() {
        WITHOUT_TMUX | "houmao_server_rest" => return Ok(upgraded),
        "cao_rest" => body.required("cao/session_name")?,
        _ => match body.text("backend_state/tmux_session_name")?.map(python::strip) {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ => {
                return Objection::broken(format!(
                    "Legacy manifest `{}` is missing non-empty `backend_state.tmux_session_name`.",
                    source.named
                ));
            }
        },
    };
    set("agent_id", json!(ids::derived_agent_id(&session).map_err(Objection::Broken)?));
    set("agent_name", json!(session));
    set("tmux_session_name", json!(session));
    Ok(upgraded)
}

/// The job directory that version 2 leaves to its reader.
fn job_dir(body: &Body, source: &Source) -> Verdict<Value> {
    let mut parts = source.resolved.rsplit('/');
    let (file, root) = (parts.next(), parts.next());
    if file != Some("manifest.json") || !source.named.ends_with("manifest.json") {
        return Ok(Value::Null);
    }
    let work = body.required("working_directory")?;
    Ok(json!(format!("{}/.houmao/jobs/{}", work.trim_end_matches('/'), root.unwrap_or_default())))
}

/// The version 4 form of a valid version 3 document.
fn upgraded(value: &Value, body: &Body, turns: i128) -> Value {
    let keep = |key: &str| value.get(key).cloned().unwrap_or(Value::Null);
    let state = |key: &str| filled(value.get("backend_state").and_then(|s| s.get(key)));
    let backend = body.text("backend").ok().flatten().unwrap_or_default();
    let session = keep("tmux_session_name");
    let in_tmux = !session.is_null();
    let session_id = [state("session_id"), state("session_name"), session.clone()]
        .into_iter()
        .find(|v| !v.is_null())
        .unwrap_or(Value::Null);
    let authority = value.get("registry_launch_authority").cloned().unwrap_or(json!("runtime"));
    let window = state("tmux_window_name");
    let endpoint = json!({
        "api_base_url": state("api_base_url"),
        "managed_agent_ref": if backend == "houmao_server_rest" { state("session_name") } else { Value::Null },
        "terminal_id": state("terminal_id"), "profile_name": state("profile_name"),
        "profile_path": state("profile_path"), "parsing_mode": state("parsing_mode"), "tmux_window_name": window,
    });
    let mut new = value.clone();
    let mut set = |key: &str, value: Value| new[key] = value;
    set("schema_version", json!(4));
    set(
        "runtime",
        json!({
            "session_id": session_id, "job_dir": keep("job_dir"), "agent_def_dir": null,
            "agent_pid": value.pointer("/codex/pid"), "registry_generation_id": keep("registry_generation_id"),
            "registry_launch_authority": authority,
        }),
    );
    set("interactive", interactive(value, body, backend, i64::try_from(turns).unwrap_or(i64::MAX)));
    if in_tmux {
        set("tmux", json!({ "session_name": session, "primary_window_name": window }));
        set(
            "agent_launch_authority",
            json!({
                "backend": keep("backend"), "tool": keep("tool"), "tmux_session_name": session,
                "working_directory": keep("working_directory"), "session_id": session_id,
                "profile_name": state("profile_name"), "profile_path": state("profile_path"),
            }),
        );
        set("gateway_authority", json!({ "attach": endpoint, "control": endpoint }));
    }
    new
}

fn interactive(value: &Value, body: &Body, backend: &str, turns: i64) -> Value {
    let state = |key: &str| value.get("backend_state").and_then(|s| s.get(key));
    let local = backend == "local_interactive" || backend.ends_with("_headless");
    let directory = match state("working_directory") {
        Some(kept) if matches!(Seen::of(kept), Seen::Text { .. }) => kept.clone(),
        // Houmao makes a string of whatever is there; only that it is not blank matters.
        Some(_) => json!({ REDACTED: { "type": "string", "blank": false } }),
        None => value.get("working_directory").cloned().unwrap_or(Value::Null),
    };
    let applied = match body.at("backend_state/role_bootstrap_applied") {
        Seen::Boolean(None) | Seen::Integer(None) | Seen::Float(None) => {
            json!({ REDACTED: { "type": "boolean", "blank": false } })
        }
        Seen::Boolean(Some(applied)) => json!(applied),
        other => json!(other.is_some()),
    };
    json!({
        "turn_index": turns,
        "working_directory": directory,
        "role_bootstrap_applied": if local { applied } else { Value::Null },
        "terminal_id": filled(state("terminal_id")),
        "parsing_mode": filled(state("parsing_mode")),
        "tmux_window_name": filled(state("tmux_window_name")),
    })
}

/// The value if it is a string that is not blank, without the white space around it; else `null`.
fn filled(value: Option<&Value>) -> Value {
    match value.map(|v| (v, Seen::of(v))) {
        Some((_, Seen::Text { text: Some(text), blank: false })) => json!(python::strip(text)),
        Some((kept, Seen::Text { text: None, blank: false })) => kept.clone(),
        _ => Value::Null,
    }
}

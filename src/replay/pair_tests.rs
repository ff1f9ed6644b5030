//! Decision table of pair-managed sessions: what the command line and the server would do (0.4.2).
use super::sample::{self, ROOT, joined, json_file};
use super::*;
use crate::finding::{EffectKind, OperationVerdict as V};
use crate::snapshot::{Answer, Body, EnvValue, Observed, PathKind, PathState, Probe};
use serde_json::{Value, json};

const OLD: Release = Release::new(0, 4, 2);
const ATTACH: Verb = Verb::Attach { background: false };
const URL: &str = "http://127.0.0.1:9889";

fn manifest() -> Value {
    let mut m = sample::manifest();
    let endpoint = json!({
        "api_base_url": URL, "managed_agent_ref": "gpu", "parsing_mode": "shadow_only", "profile_name": null,
        "profile_path": null, "terminal_id": "t1", "tmux_window_name": "dev"
    });
    m["backend"] = json!("houmao_server_rest");
    m["launch_plan"]["backend"] = json!("houmao_server_rest");
    m["agent_launch_authority"]["backend"] = json!("houmao_server_rest");
    m["agent_launch_authority"]["session_origin"] = json!(null);
    m["agent_launch_authority"]["posture_kind"] = json!("runtime_launch_plan");
    m["gateway_authority"] = json!({"attach": endpoint, "control": endpoint});
    m["local_interactive"] = json!(null);
    m["houmao_server"] = json!({
        "api_base_url": URL, "parsing_mode": "shadow_only", "session_name": "gpu", "terminal_id": "t1",
        "tmux_window_name": "dev", "turn_index": 0
    });
    m["backend_state"] = json!({"api_base_url": URL, "parsing_mode": "shadow_only"});
    m["registry_launch_authority"] = json!("external");
    m["runtime"]["registry_launch_authority"] = json!("external");
    m
}

/// A registered pair session without a gateway; `change` breaks its manifest.
fn pair(change: fn(&mut Value)) -> Snapshot {
    let mut s = joined();
    let mut m = manifest();
    change(&mut m);
    s.session_roots[0].manifest = json_file(&format!("{ROOT}/manifest.json"), m);
    if let Observed::Present(entries) = &mut s.registry.folders[1].live {
        let mut record = sample::record();
        record["identity"]["backend"] = json!("houmao_server_rest");
        entries[0].record = json_file(&entries[0].path.clone(), record);
    }
    answer(&mut s, "/health", 200, json!({"status": "ok", "houmao_service": "houmao-server"}));
    let identity = json!({
        "tracked_agent_id": "gpu", "transport": "tui", "tool": "claude", "session_name": "gpu",
        "agent_id": sample::AGENT_ID, "agent_name": "gpu",
        "manifest_path": format!("{ROOT}/manifest.json"), "session_root": ROOT
    });
    answer(&mut s, "/houmao/agents/gpu", 200, identity);
    s
}

fn answer(s: &mut Snapshot, path: &str, status: u16, body: Value) {
    s.probes.retain(|p| p.path != path);
    let answer = Observed::Present(Answer::Http { status, body: Body::Json(body) });
    s.probes.push(Probe { base_url: URL.into(), path: path.into(), answer });
}

fn attach(s: &Snapshot) -> Operation {
    replay(s, &Ask::inside(ATTACH, "$0", OLD), OLD)
}

fn said(s: &Snapshot) -> (V, String) {
    let operation = attach(s);
    (operation.verdict, operation.error.unwrap_or_default())
}

#[test]
fn a_registered_session_is_attached_by_its_server() {
    let operation = attach(&pair(|_| {}));
    assert_eq!((operation.verdict, operation.exit_code), (V::WillWork, Some(0)), "{operation:#?}");
    assert!(operation.steps.iter().any(|s| s.id == "server-status"));
}

#[test]
fn the_server_s_answers_decide() {
    let mut s = pair(|_| {});
    answer(&mut s, "/houmao/agents/gpu", 404, json!({"detail": "Unknown managed agent `gpu`."}));
    assert_eq!(said(&s), (V::WillFail, "Unknown managed agent `gpu`.".into()));

    let mut s = pair(|_| {});
    answer(&mut s, "/health", 200, json!({"status": "ok", "houmao_service": "houmao-passive-server"}));
    assert_eq!(said(&s), (V::WillFail, texts::NEEDS_SERVER.say(&[])));
    answer(&mut s, "/health", 200, json!({"status": "ok"}));
    assert!(
        said(&s).1.starts_with("Target at http://127.0.0.1:9889 is not a supported Houmao pair authority.")
    );
    answer(&mut s, "/health", 200, json!({}));
    assert!(said(&s).1.ends_with("status=200, detail=$.status: Field required"));

    let mut s = pair(|_| {});
    let other = json!({
        "tracked_agent_id": "gpu9", "transport": "tui", "tool": "claude", "session_name": "gpu9", "session_root": ROOT
    });
    answer(&mut s, "/houmao/agents/gpu", 200, other);
    assert!(said(&s).1.contains("the persisted session alias no longer resolves"));

    let mut s = pair(|_| {});
    s.probes.clear();
    assert_eq!(attach(&s).verdict, V::CannotTell);
}

#[test]
fn a_manifest_without_its_pair_target_is_refused() {
    let s = pair(|m| m["gateway_authority"]["attach"]["managed_agent_ref"] = json!(null));
    let whole = "Current-session attach metadata is invalid for `houmao_server_rest`: Manifest-backed pair authority is \
                 missing `api_base_url` or `managed_agent_ref`.";
    assert_eq!(said(&s), (V::WillFail, whole.into()));
}

#[test]
fn a_server_that_cannot_resume_says_so_or_trusts_the_file() {
    let mut s = pair(|_| {});
    s.taken_at = "2026-08-01T00:00:00Z".into();
    assert_eq!(said(&s), (V::WillFail, texts::NOT_RESUMABLE.say(&[])), "the lease is over");
    let s = pair(|m| m["backend_state"]["api_base_url"] = json!("http://127.0.0.1:1"));
    assert_eq!(said(&s), (V::WillFail, texts::NOT_RESUMABLE.say(&[])));
}

#[test]
fn the_server_s_status_kills_by_a_stale_handle() {
    let mut s = pair(|_| {});
    s.record_instance(sample::instance(777, "@0", "%55"));
    s.processes.insert(777, Observed::Absent);
    s.tmux_sessions().push(sample::session("$1", "other", &[("@7", 0, "claude")]));
    let status = replay(&s, &Ask::inside(Verb::Status, "$0", OLD), OLD);
    assert_eq!(status.verdict, V::WouldHarm);
    let killed: Vec<&str> = status
        .effects
        .iter()
        .filter(|e| e.kind == EffectKind::KillsWindow)
        .map(|e| e.target.as_str())
        .collect();
    assert_eq!(killed, ["@0"]);
}

#[test]
fn another_session_s_live_variables_make_the_server_fail() {
    let mut s = pair(|_| {});
    let path = "/elsewhere/state.json".to_owned();
    let state = PathState { kind: PathKind::Missing, resolved: path.clone() };
    s.paths.insert(path.clone(), Observed::Present(state));
    if let Observed::Present(env) = &mut s.tmux_sessions()[0].env {
        let live = [
            ("HOUMAO_AGENT_GATEWAY_HOST", "127.0.0.1"),
            ("HOUMAO_AGENT_GATEWAY_PORT", "4000"),
            ("HOUMAO_GATEWAY_STATE_PATH", path.as_str()),
            ("HOUMAO_GATEWAY_PROTOCOL_VERSION", "v1"),
        ];
        env.extend(live.map(|(k, v)| (k.to_owned(), EnvValue::Value(v.to_owned()))));
    }
    assert_eq!(said(&s), (V::WillFail, "Internal Server Error".into()));
}

#[test]
fn since_0_11_the_backend_is_retired() {
    let new = Release::new(2, 4, 0);
    let mut s = pair(|m| {
        for key in ["job_dir", "memory_binding", "memory_dir"] {
            m["runtime"].as_object_mut().map(|o| o.remove(key));
        }
        m.as_object_mut().map(|o| o.remove("job_dir"));
    });
    let operation = replay(&s, &Ask::inside(ATTACH, "$0", new), new);
    let text = texts::RETIRED_BY_SESSION.say(&[("label", "Current-session attach")]);
    assert_eq!(operation.error, Some(text), "{operation:#?}");
    s.taken_at = "never".into();
    assert_eq!(attach(&s).verdict, V::CannotTell);
}

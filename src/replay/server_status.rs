//! What a pair server sees of a session's gateway (contract sections 7.4 and 8.3).
use super::after::{After, LIVE};
use super::capability::current_instance;
use super::records::raised;
use super::resume::Resumed;
use super::server::answered;
use super::texts;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::{World, read_variable};
use crate::contract::{Loaded, Seen};
use crate::snapshot::{Answer, Body, Observed, PathKind, SessionRoot};
use serde_json::Value;

/// What the server sees of a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Healthy,
    Blocked,
    Offline,
}

/// The status as `state.json` has it, whoever wrote it.
pub(super) fn raw(world: &World, trail: &mut Trail, session_root: &str) -> Go<Status> {
    let Some(root) =
        world.snapshot.session_roots.iter().find(|r| r.path == session_root.trim_end_matches('/'))
    else {
        // Nothing is left of the session: the server looks for its manifest, and says what it misses.
        let gone = world.path(session_root).is_ok_and(|state| state.kind == PathKind::Missing);
        let halt = match gone {
            true => {
                let manifest = format!("{}/manifest.json", session_root.trim_end_matches('/'));
                Raised::click(texts::MANIFEST_MISSING.say(&[("path", &manifest)]))
            }
            false => Halt::Unseen(format!("{session_root} was not looked at")),
        };
        return Err(trail.halt("server-status", None, Some(session_root.to_owned()), halt));
    };
    let path = format!("{}/gateway/state.json", root.path);
    let absent = root.gateway.state.is_absent();
    let status = match world.gateway_state(root) {
        _ if absent => from_manifest(world, root),
        Loaded::Ok(state) if state.request_admission == "blocked_reconciliation" => Ok(Status::Blocked),
        Loaded::Ok(state) if state.gateway_health == "healthy" => Ok(Status::Healthy),
        Loaded::Ok(_) => Ok(Status::Offline),
        Loaded::Refused(refusal) if refusal.uncaught => Err(Raised::click(texts::SERVER_ERROR.say(&[]))),
        Loaded::Refused(refusal) => Err(Raised::click(refusal.said)),
        Loaded::Unknown(why) => Err(Halt::Unseen(why)),
    };
    match status {
        Ok(status) => {
            trail.remark(
                "server-status",
                format!("{status:?}").to_lowercase(),
                path,
                "read from the file; the gateway is not asked",
            );
            Ok(status)
        }
        Err(halt) => Err(trail.halt("server-status", None, Some(path), halt)),
    }
}

/// The status without a `state.json`: not attached, if the manifest loads.
fn from_manifest(world: &World, root: &SessionRoot) -> Go<Status> {
    let path = format!("{}/manifest.json", root.path);
    match world.manifest(root, &path) {
        Loaded::Ok(_) => Ok(Status::Offline),
        Loaded::Refused(refusal) => Err(super::server::answered(match raised(&refusal) {
            Halt::Raised(known) if !refusal.uncaught => Halt::Raised(Raised { class: Class::Click, ..known }),
            other => other,
        })),
        Loaded::Unknown(why) => Err(Halt::Unseen(why)),
    }
}

/// The validated status of a resumed session (section 7.4). A dead pane, or a gateway that does not answer, clears what
/// is recorded, and kills the recorded window.
pub(super) fn validated(world: &World, trail: &mut Trail, resumed: &Resumed) -> Go<Status> {
    let source = "tmux variables of the live gateway, GET /health".to_owned();
    match look(world, trail, resumed) {
        Ok(status) => {
            trail.ok("server-status", format!("{status:?}").to_lowercase(), source);
            Ok(status)
        }
        Err(halt) => {
            let halt = answered(halt);
            Err(trail.halt("server-status", None, Some(source), halt))
        }
    }
}

fn look(world: &World, trail: &mut Trail, resumed: &Resumed) -> Go<Status> {
    let mut after = After::new(world, resumed)?;
    let recorded = current_instance(world, resumed.root)?;
    if let Some(instance) = recorded.as_ref().filter(|i| i.execution_mode == "tmux_auxiliary_window") {
        let pane = instance.tmux_window.as_ref().and_then(|w| w.pane_id.clone());
        let alive = after.own_panes()?.iter().any(|p| Some(&p.id) == pane.as_ref() && !p.dead);
        if !alive {
            after.clear(trail, recorded.as_ref())?;
            return Ok(Status::Offline);
        }
    }
    let session = world.exact_session(&resumed.session)?;
    let Some(session) = session else { return Ok(Status::Offline) };
    let mut live = Vec::new();
    for name in LIVE {
        match read_variable(session, name)? {
            Some(value) => live.push(value),
            None => return Ok(Status::Offline),
        }
    }
    let [host, port, state_path, protocol] = live.as_slice() else { return Ok(Status::Offline) };
    let broken = || Raised::of(Class::Other("GatewayDiscoveryError".to_owned()), "");
    let port = crate::contract::python::integer(port).and_then(|p| u16::try_from(p).ok()).filter(|p| *p > 0);
    let (Some(port), true) = (port, host == "127.0.0.1" || host == "0.0.0.0") else { return Err(broken()) };
    let own = format!("{}/gateway/state.json", resumed.root.path);
    let same = state_path == &own || (state_path.starts_with('/') && world.path(state_path)?.resolved == own);
    if !same || protocol != "v1" {
        return Err(broken());
    }
    if answers(world, port)? {
        return admission(world, resumed.root);
    }
    after.clear(trail, recorded.as_ref())?;
    Ok(Status::Offline)
}

/// Whether a gateway answers on a port of this host.
pub(super) fn answers(world: &World, port: u16) -> Go<bool> {
    let base = format!("http://127.0.0.1:{port}");
    let probe = world.snapshot.probes.iter().find(|p| p.base_url == base && p.path == "/health");
    match probe.map(|p| &p.answer) {
        Some(Observed::Present(Answer::Http { status: 200, body: Body::Json(document) })) => {
            Ok(is_gateway_health(document))
        }
        Some(Observed::Present(Answer::TimedOut)) => {
            Err(Halt::Unseen(format!("GET {base}/health did not answer in time")))
        }
        Some(Observed::Present(_)) => Ok(false),
        Some(other) => {
            Err(Halt::Unseen(format!("GET {base}/health was {}", other.ignorance().unwrap_or_default())))
        }
        None => Err(Halt::Unseen(format!("GET {base}/health was not asked"))),
    }
}

/// Whether a gateway's client takes an answer for a gateway's: both of its fields have defaults, so that `{}` and
/// `{"status": "ok"}` will do.
fn is_gateway_health(document: &Value) -> bool {
    let fits = |(key, value): (&String, &Value)| match (key.as_str(), Seen::of(value)) {
        ("protocol_version", Seen::Text { text, .. }) => text == Some("v1"),
        ("status", Seen::Text { text, .. }) => text == Some("ok"),
        _ => false,
    };
    document.as_object().is_some_and(|map| map.iter().all(fits))
}

fn admission(world: &World, root: &SessionRoot) -> Go<Status> {
    match world.gateway_state(root) {
        Loaded::Ok(state) if state.request_admission == "blocked_reconciliation" => Ok(Status::Blocked),
        _ => Ok(Status::Healthy),
    }
}

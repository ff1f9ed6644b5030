//! What a `houmao-server` does for the command line (contract sections 8.3 and 7.4).
//!
//! The server finds the session through the registry, resumes it with its own environment, looks whether a gateway
//! lives, and attaches as the command line would. What it says comes back as the error of the request.
use super::after::{After, LIVE};
use super::attach::{Place, Wish, attach};
use super::detach::detach;
use super::pair::Pair;
use super::records::raised;
use super::resume::{Resumed, current_instance, resume};
use super::target::{DefDir, Guard, Resumable};
use super::texts;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::{World, read_variable};
use crate::contract::{Loaded, Seen, load_gateway_state, load_manifest};
use crate::finding::StepOutcome;
use crate::snapshot::{Answer, Body, Observed, PathKind, SessionRoot};

/// What the server sees of a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Healthy,
    Blocked,
    Offline,
}

/// `POST …/gateway/attach`.
pub(super) fn attach_at(world: &World, trail: &mut Trail, pair: &Pair, background: bool) -> Go {
    let (resumed, status) = context(world, trail, pair)?;
    match (status, resumed) {
        (Status::Healthy, _) => Ok(()),
        (Status::Blocked, _) => {
            let halt = Raised::click(texts::BLOCKED.say(&[]));
            Err(trail.halt("server-status", Some("blocked_reconciliation".into()), None, halt))
        }
        (Status::Offline, None) => {
            let halt = Raised::click(texts::NOT_RESUMABLE.say(&[]));
            Err(trail.halt("server-controller", None, None, halt))
        }
        (Status::Offline, Some(resumed)) => {
            let wish = Wish { background, place: Place::Server };
            attach(world, trail, &resumed, wish).map_err(answered)
        }
    }
}

/// `POST …/gateway/detach`.
pub(super) fn detach_at(world: &World, trail: &mut Trail, pair: &Pair) -> Go {
    match context(world, trail, pair)? {
        (Some(resumed), _) => detach(world, trail, &resumed).map_err(answered),
        (None, _) => {
            trail.remark(
                "stop-recorded-gateway",
                "nothing",
                &pair.url,
                "the server does nothing, and says so to nobody",
            );
            Ok(())
        }
    }
}

/// `GET …/gateway`.
pub(super) fn status_at(world: &World, trail: &mut Trail, pair: &Pair) -> Go {
    let (_, status) = context(world, trail, pair)?;
    trail.ok(
        "gateway-status",
        format!("{status:?}").to_lowercase(),
        format!("GET {}/houmao/agents/…/gateway", pair.url),
    );
    Ok(())
}

/// An error inside the server, as the command line gets it.
fn answered(halt: Halt) -> Halt {
    match halt {
        Halt::Raised(Raised { class: Class::Click, text }) => {
            Halt::Raised(Raised { class: Class::Click, text })
        }
        Halt::Raised(_) => Raised::click(texts::SERVER_ERROR.say(&[])),
        unseen => unseen,
    }
}

/// The session that the server would act on, if it can resume it, and what it sees of the gateway.
fn context<'a>(world: &World<'a>, trail: &mut Trail, pair: &Pair) -> Go<(Option<Resumed<'a>>, Status)> {
    let identity = pair.identity();
    if identity.transport.as_deref() == Some("headless") {
        let halt = Halt::Unseen(format!("what {} keeps of its headless agent {}", pair.url, pair.agent));
        return Err(trail.halt("server-controller", None, Some(pair.url.clone()), halt));
    }
    let Some(session_root) = identity.session_root.clone() else {
        let halt = Raised::click(texts::NO_SESSION_ROOT.say(&[]));
        return Err(trail.halt("server-controller", None, Some(pair.url.clone()), halt));
    };
    let before = trail.steps.len();
    match controller(world, trail, &identity) {
        Ok(resumed) => {
            let status = validated(world, trail, &resumed)?;
            Ok((Some(resumed), status))
        }
        Err(Halt::Raised(Raised { class: Class::Click | Class::Houmao | Class::Runtime(_), text })) => {
            soften(trail, before, text);
            let status = raw(world, trail, &session_root)?;
            Ok((None, status))
        }
        Err(halt) => Err(answered(halt)),
    }
}

/// The resume failed inside the server, which goes on without it.
fn soften(trail: &mut Trail, before: usize, text: Option<String>) {
    for step in trail.steps.iter_mut().skip(before).filter(|s| s.outcome == StepOutcome::Failed) {
        step.outcome = StepOutcome::FellThrough;
    }
    trail.fell("server-controller", None, Some("the server's resume".to_owned()), text);
}

/// The session that the server resumes: by the identity's registry record, at the identity's manifest.
fn controller<'a>(world: &World<'a>, trail: &mut Trail, identity: &super::pair::Identity) -> Go<Resumed<'a>> {
    let none = |why: &str| Raised::houmao(why);
    let manifest_path =
        identity.manifest_path.clone().ok_or_else(|| none("the server knows no manifest of this agent"))?;
    let found = match (&identity.agent_id, &identity.agent_name) {
        (Some(id), _) => world.fresh_by_id(id)?,
        (None, Some(name)) => match world.fresh_by_id(name)? {
            Some(found) => Some(found),
            None => Some(world.by_name(name)?).filter(|f| f.len() == 1).and_then(|mut f| f.pop()),
        },
        (None, None) => None,
    };
    let found = found.ok_or_else(|| none("no fresh registry record"))?;
    let written = found.record.agent_def_dir.filter(|d| !d.trim().is_empty());
    let written = written.ok_or_else(|| none("the registry record lacks agent_def_dir"))?;
    let dir = DefDir { resolved: world.path(&written)?.resolved.clone(), written };
    let resolved = resolved_path(world, &manifest_path)?;
    let Some(root) = world.root(&resolved) else {
        return Err(Halt::Unseen(format!("{resolved} was not looked at")));
    };
    let manifest = match load_manifest(&root.manifest, &resolved, world.release) {
        Loaded::Ok(manifest) => manifest,
        Loaded::Refused(refusal) => return Err(raised(&refusal)),
        Loaded::Unknown(why) => return Err(Halt::Unseen(why)),
    };
    let target =
        Resumable { root: Some(root), manifest_path: resolved, manifest, def_dir: dir, guard: Guard::Nobody };
    resume(world, trail, &target)
}

fn resolved_path(world: &World, written: &str) -> Go<String> {
    if world.root(written).is_some() {
        return Ok(written.to_owned());
    }
    let state = world.path(written)?;
    match state.kind {
        PathKind::File => Ok(state.resolved.clone()),
        _ => Err(Raised::houmao(texts::MANIFEST_MISSING.say(&[("path", &state.resolved)]))),
    }
}

/// The status as `state.json` has it, whoever wrote it.
fn raw(world: &World, trail: &mut Trail, session_root: &str) -> Go<Status> {
    let Some(root) =
        world.snapshot.session_roots.iter().find(|r| r.path == session_root.trim_end_matches('/'))
    else {
        let halt = Halt::Unseen(format!("{session_root} was not looked at"));
        return Err(trail.halt("server-status", None, Some(session_root.to_owned()), halt));
    };
    let path = format!("{}/gateway/state.json", root.path);
    let absent = root.gateway.state.is_absent();
    let status = match load_gateway_state(&root.gateway.state, &path, world.release) {
        _ if absent => Ok(Status::Offline),
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

/// The validated status of a resumed session (section 7.4). A dead pane, or a gateway that does not answer, clears what
/// is recorded, and kills the recorded window.
fn validated(world: &World, trail: &mut Trail, resumed: &Resumed) -> Go<Status> {
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
    let mut after = After::new(world, resumed.root, &resumed.session)?;
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
        Some(Observed::Present(Answer::Http { status: 200, body: Body::Json(document) })) => Ok(matches!(
            document.get("protocol_version").map(Seen::of),
            Some(Seen::Text { text: Some("v1"), .. })
        )),
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

fn admission(world: &World, root: &SessionRoot) -> Go<Status> {
    let path = format!("{}/gateway/state.json", root.path);
    match load_gateway_state(&root.gateway.state, &path, world.release) {
        Loaded::Ok(state) if state.request_admission == "blocked_reconciliation" => Ok(Status::Blocked),
        _ => Ok(Status::Healthy),
    }
}

/// The recorded state of a pair session, as a resume compares it (section 6.3, step 7).
pub(super) fn backend_state(world: &World, trail: &mut Trail, target: &Resumable) -> Go {
    let source = target.manifest_path.clone();
    let result = match world.release >= crate::contract::SERVER_RETIRED {
        true => Err(Raised::houmao(texts::SERVER_REST_GONE.say(&[]))),
        false => compare(target),
    };
    trail.settle("backend-state", "houmao_server_rest", &source, result)
}

fn compare(target: &Resumable) -> Go {
    let text = |path: &str| match target.manifest.at(path) {
        Seen::Text { text: Some(text), .. } => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
        _ => None,
    };
    let server = ("server", "houmao-server");
    let blank = |field: &str| Raised::houmao(texts::STATE_BLANK.say(&[server, ("field", field)]));
    let differs = |field: &str, one: &str, other: &str| {
        let rule = format!("{one} must equal {other}");
        Raised::houmao(texts::STATE_MISMATCH.say(&[server, ("field", field), ("rule", &rule)]))
    };
    let url = text("houmao_server/api_base_url").ok_or_else(|| blank("houmao_server.api_base_url"))?;
    let terminal = text("houmao_server/terminal_id").ok_or_else(|| blank("houmao_server.terminal_id"))?;
    if text("interactive/terminal_id").is_some_and(|t| t != terminal) {
        return Err(differs("terminal_id", "houmao_server.terminal_id", "interactive.terminal_id"));
    }
    let session = text("houmao_server/session_name").ok_or_else(|| blank("houmao_server.session_name"))?;
    if text("gateway_authority/attach/managed_agent_ref").is_some_and(|r| r != session) {
        return Err(differs(
            "session_name",
            "houmao_server.session_name",
            "gateway_authority.attach.managed_agent_ref",
        ));
    }
    let backend_url =
        text("backend_state/api_base_url").ok_or_else(|| blank("backend_state.api_base_url"))?;
    if backend_url != url {
        return Err(differs("api_base_url", "houmao_server.api_base_url", "backend_state.api_base_url"));
    }
    let mode = text("interactive/parsing_mode").or_else(|| text("backend_state/parsing_mode"));
    let mode = mode.ok_or_else(|| blank("backend_state.parsing_mode"))?;
    if text("houmao_server/parsing_mode").as_ref() != Some(&mode) {
        return Err(differs(
            "parsing_mode",
            "houmao_server.parsing_mode",
            "normalized interactive parsing mode",
        ));
    }
    Ok(())
}

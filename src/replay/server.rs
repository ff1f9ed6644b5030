//! What a `houmao-server` does for the command line (contract sections 8.3 and 7.4).
//!
//! The server finds the session through the registry, resumes it with its own environment, looks whether a gateway
//! lives, and attaches as the command line would. What it says comes back as the error of the request.
use super::attach::{Place, Wish, attach};
use super::detach::detach;
use super::pair::Pair;
use super::records::raised;
use super::resume::{Resumed, resume};
use super::server_status::{Status, raw, validated};
use super::target::{DefDir, Guard, Resumable};
use super::texts;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::World;
use crate::contract::Loaded;
use crate::finding::StepOutcome;
use crate::snapshot::PathKind;

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
pub(super) fn answered(halt: Halt) -> Halt {
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
    let manifest = match world.manifest(root, &resolved) {
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

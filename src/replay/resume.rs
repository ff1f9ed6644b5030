//! Resuming a session: what attach, detach and status all do first (contract section 6.3, `resume_runtime_session`).
//!
//! It is not read-only: once the program and the tmux session are found, it copies the operator's environment into the
//! session, writes the manifest and the gateway's files anew, and publishes the registry record.
use super::bearer::bearer_beside;
use super::capability::{capability, publish};
use super::launch::{backend, job_dir, launch_plan, role_prompt};
use super::target::Resumable;
use super::texts;
use super::trail::{Go, Halt, Raised, Trail};
use super::window0;
use super::world::{Reply, World};
use crate::contract::{DesiredConfig, Seen};
use crate::finding::EffectKind;
use crate::snapshot::{SessionRoot, TmuxSession};

/// A session that was resumed.
pub(super) struct Resumed<'a> {
    pub root: &'a SessionRoot,
    /// Name of its tmux session, as the manifest has it.
    pub session: String,
    /// Id of the window that was made the agent's: it is called `agent` from now on, and has index 0.
    pub prepared: Option<String>,
    /// Whether the session of that name is one that the agent is not in.
    pub foreign: bool,
    /// Where the gateway is started.
    pub working_directory: String,
    pub backend: String,
    /// Whether the manifest lies in a session root; without one there is no gateway.
    pub runtime_owned: bool,
    pub desired: DesiredConfig,
    /// Port and host that `attach.json` wants.
    pub attach_desired: (Option<String>, Option<u16>),
}

/// Resumes a session; errors are met as the target's guard says.
pub(super) fn resume<'a>(world: &World<'a>, trail: &mut Trail, target: &Resumable<'a>) -> Go<Resumed<'a>> {
    let resumed = steps(world, trail, target);
    resumed.map_err(|halt| {
        let met = target.guard.meet(halt, world);
        if let (Some(step), Halt::Raised(Raised { text: Some(text), .. })) = (trail.steps.last_mut(), &met) {
            step.said = Some(text.clone());
        }
        met
    })
}

fn steps<'a>(world: &World<'a>, trail: &mut Trail, target: &Resumable<'a>) -> Go<Resumed<'a>> {
    let manifest = &target.manifest;
    let Some(root) = target.root else {
        let halt = Halt::Unseen(format!("{} was not looked at", target.manifest_path));
        return Err(trail.halt("resume-manifest", None, None, halt));
    };
    trail.ok("resume-manifest", format!("backend {}", manifest.backend), &target.manifest_path);
    role_prompt(world, trail, target)?;
    let runtime_owned = target.manifest_path.rsplit('/').next() == Some("manifest.json");
    job_dir(world, trail, target, runtime_owned)?;
    launch_plan(world, trail, target)?;
    backend(world, trail, target)?;
    let session = manifest.tmux_session_name.clone().unwrap_or_default();
    let (live, beside) = own_session(world, trail, target, root, session.trim())?;
    let prepared = surface(world, trail, target, session.trim(), live, beside)?;
    let foreign = beside.is_some();
    let resumed =
        Resumed { prepared, foreign, ..capability(world, trail, target, root, live, runtime_owned)? };
    publish(world, trail, target)?;
    Ok(resumed)
}

/// The tmux session that has the recorded name, and the one that the agent is in where that is another.
fn own_session<'a>(
    world: &World<'a>,
    trail: &mut Trail,
    target: &Resumable,
    root: &SessionRoot,
    session: &str,
) -> Go<(&'a TmuxSession, Option<&'a TmuxSession>)> {
    let source = format!("tmux has-session -t {session}");
    let is_server = target.manifest.backend == "houmao_server_rest";
    let gone = |why: &str| match is_server {
        true => {
            let why = if why.starts_with("can't find") {
                format!("no such session: {session}")
            } else {
                why.to_owned()
            };
            texts::ENV_SET.say(&[("variable", "SHELL"), ("session", session), ("why", &why)])
        }
        false => texts::SESSION_GONE.say(&[("session", session), ("why", why)]),
    };
    let found = match world.has_session(session) {
        Ok(Reply::Ok(found)) => Ok(found),
        Ok(Reply::Said(why)) => Err(Raised::houmao(gone(&why))),
        Ok(Reply::CannotRun) => Err(Raised::houmao(texts::NO_TMUX.say(&[]))),
        Err(halt) => Err(halt),
    };
    let beside = found.and_then(|live| match bearer_beside(world.snapshot, root, live) {
        _ if live.name != session => Ok((live, None)),
        Ok(bearer) => Ok((live, bearer)),
        Err(why) => Err(Halt::Unseen(why)),
    });
    if let Ok((_, Some(bearer))) = &beside {
        let said = format!("the agent is in session {}; this one only has its old name", bearer.name);
        trail.remark("tmux-session", session, source, said);
        return beside;
    }
    trail.settle("tmux-session", session, &source, beside)
}

/// Makes window 0 of that session the agent's, and copies the environment into the session.
fn surface(
    world: &World,
    trail: &mut Trail,
    target: &Resumable,
    session: &str,
    live: &TmuxSession,
    beside: Option<&TmuxSession>,
) -> Go<Option<String>> {
    let is_server = target.manifest.backend == "houmao_server_rest";
    // Either section of the manifest that says "joined" leaves the windows alone.
    let origin = target.manifest.at("launch_plan/metadata/session_origin");
    let joined =
        target.manifest.is_joined() || matches!(origin, Seen::Text { text: Some("joined_tmux"), .. });
    let prepared = match joined || is_server {
        true => None,
        false => Some(window0::prepare(world, trail, session, live)?),
    };
    // A name that is only a prefix, or another session's by now, gives a stranger this agent's pointers.
    let foreign = live.name != session || beside.is_some();
    let detail = match beside {
        Some(bearer) => format!(
            "the environment of this shell, and this agent's pointers, into session {}, and the agent is in {}",
            live.name, bearer.name
        ),
        None if foreign => format!(
            "the environment of this shell, and this agent's pointers, into session {}, which is not {session}",
            live.name
        ),
        None => format!("the environment of this shell into session {}", live.name),
    };
    trail.ok("session-env", &live.name, "tmux set-environment");
    trail.effect(EffectKind::CopiesEnv, &live.name, detail, foreign);
    Ok(prepared)
}

//! Relaunch, stop and cleanup, as far as the contract describes them (sections 4.6 and 6.3).
//!
//! Relaunch and stop report their failures on standard output and exit 0; what a restarted program does cannot be seen.
use super::after::After;
use super::detach::detach;
use super::launch::{backend, launch_plan, role_prompt};
use super::records::raised;
use super::resolve_named::resumable;
use super::resume::Resumed;
use super::target::{DefDir, Resumable, Target};
use super::texts;
use super::tmux_target;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::{Reply, World};
use crate::contract::{Loaded, REGISTRY_MOVED, Record, Seen};
use crate::finding::EffectKind;
use crate::snapshot::{PathKind, TmuxServer};

/// A failure that is told on standard output, with exit 0.
fn told(text: impl Into<String>) -> Halt {
    Raised::of(Class::Told, text)
}

/// Restarts the agent's program in window 0 of its session.
pub(super) fn relaunch(world: &World, trail: &mut Trail, target: &Resumable, resumed: &Resumed) -> Go {
    let authority = relaunch_authority(target, resumed);
    trail.settle("relaunch-authority", &resumed.session, &target.manifest_path, authority)?;
    let Reply::Ok(server) = world.tmux()? else { return Ok(()) };
    if let Ok((session, window)) = tmux_target::window_at(server, &resumed.session, 0)
        && let Some(pane) = window.panes.iter().find(|p| p.index == 0)
    {
        let detail =
            format!("{} in pane 0 of window 0 of session {} is replaced", pane.current_command, session.name);
        trail.effect(
            EffectKind::SignalsProcess,
            pane.pid.to_string(),
            detail,
            session.name != resumed.session || resumed.foreign,
        );
    }
    Err(program_starts(trail, &resumed.session, "tmux respawn-pane -k"))
}

/// What no look can foresee: the last step of every relaunch.
fn program_starts(trail: &mut Trail, read: &str, source: &str) -> Halt {
    let halt = Halt::Unseen("whether the agent's program starts again".to_owned());
    trail.halt("relaunch", Some(read.to_owned()), Some(source.to_owned()), halt)
}

/// Starts an agent again whose tmux session is gone and whose record still says active: the record is taken back as a stop
/// would, then the agent gets a session of a new name.
pub(super) fn revive(world: &World, trail: &mut Trail, record: &Record) -> Go {
    trail.ok("tmux-authority", format!("no tmux session {}", record.session_name()), "tmux");
    let source = format!("record of {}", record.agent_id);
    let refused = || Halt::Raised(Raised { text: None, class: Class::Click });
    if !record.lifecycle.relaunchable {
        let read = Some("relaunchable is false".to_owned());
        return Err(trail.halt("relaunch-authority", read, Some(source), refused()));
    }
    let dir = match &record.agent_def_dir {
        None => Err(refused()),
        Some(written) => world.path(written).and_then(|state| match state.kind {
            PathKind::Directory => Ok(DefDir { written: written.clone(), resolved: state.resolved.clone() }),
            _ => Err(refused()),
        }),
    };
    let read = record.agent_def_dir.clone().unwrap_or_else(|| "null".to_owned());
    let dir = trail.settle("agent-def-dir", &read, &source, dir)?;
    let Target::Local(target) = resumable(world, trail, record, dir)? else { return Ok(()) };
    trail.ok("resume-manifest", format!("backend {}", target.manifest.backend), &target.manifest_path);
    role_prompt(world, trail, &target)?;
    if target.manifest.is_joined() {
        // Seen of 2.4.0 where no launch options were recorded; where they were, nobody has looked.
        let halt = match target.manifest.posture_kind.as_deref() {
            Some("unavailable") => told(texts::RELAUNCH_JOINED.say(&[])),
            _ => Halt::Unseen("what a relaunch makes of a joined session that is gone".to_owned()),
        };
        return Err(trail.halt("relaunch-authority", None, Some(target.manifest_path.clone()), halt));
    }
    launch_plan(world, trail, &target)?;
    backend(world, trail, &target)?;
    Err(program_starts(trail, "a session of a new name", "tmux new-session"))
}

fn relaunch_authority(target: &Resumable, resumed: &Resumed) -> Go {
    let text = |path: &str| match target.manifest.at(path) {
        Seen::Text { text: Some(text), .. } => Some(text.to_owned()),
        _ => None,
    };
    let index = text("agent_launch_authority/primary_window_index").unwrap_or_else(|| "0".to_owned());
    if index != "0" {
        return Err(told(texts::RELAUNCH_INDEX.say(&[("index", &index)])));
    }
    let other = text("agent_launch_authority/tmux_session_name").unwrap_or_else(|| "None".to_owned());
    if resumed.session.trim() != other {
        return Err(told(texts::RELAUNCH_STALE.say(&[("one", &resumed.session), ("other", &other)])));
    }
    if target.manifest.is_joined() && target.manifest.posture_kind.as_deref() == Some("unavailable") {
        return Err(told(texts::RELAUNCH_JOINED.say(&[])));
    }
    Ok(())
}

/// Detaches the gateway, and kills the agent's tmux session.
pub(super) fn stop(world: &World, trail: &mut Trail, resumed: &Resumed) -> Go {
    match detach(world, trail, resumed) {
        // What detach says is passed over, but not a session that died under it.
        Ok(()) | Err(Halt::Raised(Raised { class: Class::Click | Class::Houmao | Class::System(_), .. })) => {
        }
        Err(halt) => return Err(halt),
    }
    let after = After::new(world, resumed)?;
    let target = format!("tmux kill-session -t {}", resumed.session);
    let found = after.server.as_ref().ok_or("no server running".to_owned());
    let found = found.and_then(|server: &TmuxServer| tmux_target::session(server, &resumed.session));
    let session = match found {
        Ok(session) => session,
        Err(why) => {
            let text = format!(
                "Failed to cleanup tmux session `{0}`: Failed to kill tmux session `{0}`: {why}",
                resumed.session
            );
            return Err(trail.halt("stop-agent", Some(resumed.session.clone()), Some(target), told(text)));
        }
    };
    let foreign = session.name != resumed.session || resumed.foreign;
    for window in &session.windows {
        let detail =
            format!("window {} ({}) of session {}, which ends", window.index, window.name, session.name);
        trail.effect(EffectKind::KillsWindow, &window.id, detail, foreign);
    }
    trail.ok("stop-agent", &session.name, target);
    Ok(())
}

/// Deletes a session root whose tmux session is not live; windows are never touched.
pub(super) fn cleanup(world: &World, trail: &mut Trail, manifest_path: &str) -> Go {
    if world.release >= REGISTRY_MOVED {
        let halt = Halt::Unseen("the project overlay, which cleanup needs since 1.0.0".to_owned());
        return Err(trail.halt("cleanup-liveness", Some(manifest_path.to_owned()), None, halt));
    }
    let root =
        world.root(manifest_path).ok_or_else(|| Halt::Unseen(format!("{manifest_path} was not looked at")));
    let root = match root {
        Ok(root) => root,
        Err(halt) => return Err(trail.halt("cleanup-liveness", None, None, halt)),
    };
    let session = match world.manifest(root, manifest_path) {
        Loaded::Ok(manifest) => manifest.tmux_session_name.unwrap_or_default(),
        Loaded::Refused(refusal) if refusal.uncaught => {
            return Err(trail.halt(
                "cleanup-liveness",
                None,
                Some(manifest_path.to_owned()),
                raised(&refusal),
            ));
        }
        Loaded::Refused(_) => {
            let halt = Halt::Unseen("which record stands in for a manifest that does not load".to_owned());
            return Err(trail.halt("cleanup-liveness", None, Some(manifest_path.to_owned()), halt));
        }
        Loaded::Unknown(why) => {
            return Err(trail.halt("cleanup-liveness", None, None, Halt::Unseen(why)));
        }
    };
    let live = !session.trim().is_empty() && matches!(world.has_session(&session)?, Reply::Ok(_));
    let source = format!("tmux has-session -t {session}");
    if live {
        let halt = told("managed session is still live on the local host");
        return Err(trail.halt("cleanup-liveness", Some(session), Some(source), halt));
    }
    trail.ok("cleanup-liveness", "not live", source);
    trail.effect(EffectKind::RewritesFile, &root.path, "the session root is deleted", false);
    trail.ok("cleanup", &root.path, "the session root");
    Ok(())
}

//! Preparing window 0 of a session that was launched, not joined (contract section 6.3, step 7).
use super::texts;
use super::tmux_target;
use super::trail::{Go, Raised, Trail};
use super::world::{Reply, World};
use crate::contract::TMUX_PROBE;
use crate::finding::EffectKind;
use crate::snapshot::{TmuxPane, TmuxSession, TmuxWindow};

/// Renames and selects the agent's window, and gives its id; since 0.9.0 by window id, moving a sole window to index 0.
pub(super) fn prepare(world: &World, trail: &mut Trail, name: &str, live: &TmuxSession) -> Go<String> {
    let chosen = if world.release < TMUX_PROBE { by_index(world, name) } else { by_id(world, name) };
    let source = format!("tmux windows of {name}");
    match chosen {
        Ok(window) => {
            trail.ok("window-0", format!("{} ({})", window.id, window.name), source);
            if !window.active {
                let detail =
                    format!("window {} ({}) of session {} is selected", window.index, window.name, live.name);
                trail.effect(EffectKind::MovesFocus, &window.id, detail, false);
            }
            Ok(window.id.clone())
        }
        Err(why) => match why {
            Why::Said(why) => {
                let halt = Raised::houmao(texts::SURFACE.say(&[("session", name), ("why", &why)]));
                Err(trail.halt("window-0", None, Some(source), halt))
            }
            Why::Halt(halt) => Err(trail.halt("window-0", None, Some(source), halt)),
        },
    }
}

enum Why {
    Said(String),
    Halt(super::trail::Halt),
}

/// `rename-window -t NAME:0`, `select-window -t NAME:0`.
fn by_index<'a>(world: &World<'a>, name: &str) -> Result<&'a TmuxWindow, Why> {
    let server = match world.tmux().map_err(Why::Halt)? {
        Reply::Ok(server) => server,
        Reply::Said(said) => return Err(Why::Said(said)),
        Reply::CannotRun => return Err(Why::Said("no tmux".to_owned())),
    };
    match tmux_target::window_at(server, name, 0) {
        Ok((_, window)) => Ok(window),
        Err(why) => {
            let window = format!("{name}:0");
            Err(Why::Said(texts::SURFACE_STEP.say(&[
                ("action", "rename"),
                ("window", &window),
                ("why", &why),
            ])))
        }
    }
}

fn by_id<'a>(world: &World<'a>, name: &str) -> Result<&'a TmuxWindow, Why> {
    let Some(session) = world.exact_session(name).map_err(Why::Halt)? else {
        return Err(Why::Said(texts::LIBTMUX_SESSION.say(&[("session", name)])));
    };
    let window = match (session.windows.iter().find(|w| w.index == 0), session.windows.as_slice()) {
        (Some(window), _) => window,
        (None, [only]) => only,
        (None, windows) => {
            let values = [("session", name), ("count", &windows.len().to_string())];
            return Err(Why::Said(texts::NO_PRIMARY.say(&values)));
        }
    };
    let live: Vec<&TmuxPane> = window.panes.iter().filter(|p| !p.dead).collect();
    if live.len() == 1 || (live.is_empty() && window.panes.len() == 1) {
        return Ok(window);
    }
    let what = format!("window id `{}`", window.id);
    let values = [("session", name), ("count", &live.len().to_string()), ("what", &what)];
    Err(Why::Said(texts::AMBIGUOUS_SURFACE.say(&values)))
}

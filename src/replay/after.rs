//! tmux as it is after some windows were killed, and the stopping of a recorded gateway window.
//!
//! Houmao kills the recorded window by its id alone: whatever has that id now dies (contract section 7.2).
use super::resume::Resumed;
use super::surface::is_recorded_gateway_at_zero;
use super::texts;
use super::tmux_target;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::{Reply, World};
use crate::contract::{CurrentInstance, RecordedWindow};
use crate::finding::EffectKind;
use crate::snapshot::{Process, SessionRoot, TmuxPane, TmuxServer, TmuxSession, TmuxWindow};

/// Variables that say where a live gateway is.
pub(super) const LIVE: &[&str] = &[
    "HOUMAO_AGENT_GATEWAY_HOST",
    "HOUMAO_AGENT_GATEWAY_PORT",
    "HOUMAO_GATEWAY_STATE_PATH",
    "HOUMAO_GATEWAY_PROTOCOL_VERSION",
];

/// tmux, as the operation has left it so far, seen from one session root.
pub(super) struct After<'w, 'a> {
    pub world: &'w World<'a>,
    pub root: &'a SessionRoot,
    /// Name of the root's tmux session, as its manifest has it.
    pub session: &'w str,
    /// None once its last session is gone.
    pub server: Option<TmuxServer>,
    /// Pids of gateways of this root that died with a window.
    pub ended: Vec<u32>,
    /// Whether a gateway that did not get its port has overwritten the recorded handle.
    pub overwritten: bool,
}

/// How strictly a recorded window is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictly {
    Yes,
    No,
}

impl<'w, 'a> After<'w, 'a> {
    /// tmux, as the resume has left it.
    pub fn new(world: &'w World<'a>, resumed: &'w Resumed<'a>) -> Go<Self> {
        let (root, session) = (resumed.root, resumed.session.as_str());
        let mut server = match world.tmux()? {
            Reply::Ok(server) => Some(server.clone()),
            _ => None,
        };
        for session in server.iter_mut().flat_map(|s| &mut s.sessions) {
            if let Some(window) =
                session.windows.iter_mut().find(|w| Some(&w.id) == resumed.prepared.as_ref())
            {
                window.name = "agent".to_owned();
                window.index = 0;
                session.windows.sort_by_key(|w| w.index);
            }
        }
        Ok(After { world, root, session, server, ended: Vec::new(), overwritten: false })
    }

    /// The root's own session, by its exact name.
    pub fn own(&self) -> Option<&TmuxSession> {
        self.server.as_ref()?.sessions.iter().find(|s| s.name == self.session)
    }

    /// The panes of the root's own session, as libtmux lists them.
    pub fn own_panes(&self) -> Go<Vec<&TmuxPane>> {
        let own = self.own().ok_or_else(|| {
            let text = texts::LIBTMUX_SESSION.say(&[("session", self.session)]);
            Raised::of(Class::Runtime("TmuxCommandError"), text)
        })?;
        Ok(own.windows.iter().flat_map(|w| &w.panes).collect())
    }

    /// The windows and sessions that a kill by this target hits, or what tmux says.
    fn hit(&self, target: &str) -> Result<String, String> {
        let Some(server) = &self.server else { return Err("no server running".to_owned()) };
        if target.starts_with('@') {
            let there = server.sessions.iter().flat_map(|s| &s.windows).any(|w| w.id == target);
            return if there { Ok(target.to_owned()) } else { Err(format!("can't find window: {target}")) };
        }
        // A recorded id can be any text, which tmux then takes for a window of the current session, or a session.
        let current = server.current_session();
        tmux_target::window(server, current, target).map(|window| window.id.clone())
    }

    /// Stops the recorded window of a gateway that runs in tmux.
    pub fn stop(&mut self, trail: &mut Trail, instance: &CurrentInstance, strictly: Strictly) -> Go {
        let Some(recorded) = &instance.tmux_window else { return Ok(()) };
        let Some(pane) = recorded.pane_id.clone() else { return Ok(()) };
        let id = match self.hit(&recorded.id) {
            Ok(id) => id,
            Err(said) => {
                let gone = ["can't find window", "can't find pane", "no server running"]
                    .iter()
                    .any(|m| said.contains(m));
                return match (gone, strictly) {
                    (false, Strictly::Yes) => {
                        let values = [("window", recorded.id.as_str()), ("why", &said)];
                        Err(Raised::houmao(texts::WINDOW_STOP.say(&values)))
                    }
                    _ => Ok(()),
                };
            }
        };
        self.kill(trail, instance, recorded, &id)?;
        let stays = self.own_panes()?.iter().any(|p| p.id == pane);
        match (stays, strictly) {
            (true, Strictly::Yes) => {
                let values = [("pane", pane.as_str()), ("window", &recorded.id)];
                Err(Raised::houmao(texts::PANE_STAYS.say(&values)))
            }
            _ => Ok(()),
        }
    }

    fn kill(
        &mut self,
        trail: &mut Trail,
        instance: &CurrentInstance,
        recorded: &RecordedWindow,
        id: &str,
    ) -> Go {
        let process = self.world.process(instance.pid)?.cloned();
        let Some(server) = &mut self.server else { return Ok(()) };
        let places: Vec<(String, TmuxWindow)> = server
            .sessions
            .iter()
            .flat_map(|s| s.windows.iter().filter(|w| w.id == id).map(|w| (s.name.clone(), w.clone())))
            .collect();
        let at_zero = server.sessions.iter().find(|s| s.name == self.session).is_some_and(|session| {
            let pane = recorded.pane_id.as_deref().unwrap_or_default();
            is_recorded_gateway_at_zero(session, self.root, id, pane)
        });
        let recorded = Recorded { window: recorded, at_zero };
        let own = is_own_gateway(self.world, self.root, self.session, &places, &recorded, process.as_ref());
        let last = |name: &str| server.sessions.iter().any(|s| s.name == name && s.windows.len() == 1);
        let shown: Vec<String> = places
            .iter()
            .map(|(session, window)| {
                let commands: Vec<&str> = window.panes.iter().map(|p| p.current_command.as_str()).collect();
                let end = if last(session) { ", its last window" } else { "" };
                let runs = commands.join(", ");
                format!(
                    "window {} \"{}\" of session {session}, running {runs}{end}",
                    window.index, window.name
                )
            })
            .collect();
        // With the last window the agent's session itself ends, and what is published in it.
        let ends = places.iter().any(|(place, _)| place == self.session && last(place));
        trail.effect(EffectKind::KillsWindow, id, shown.join("; "), !own || ends);
        if own && process.as_ref().is_some_and(|p| self.world.is_gateway_of(p, self.root)) {
            self.ended.push(instance.pid);
        }
        remove(server, id);
        if server.sessions.is_empty() {
            self.server = None;
        }
        Ok(())
    }

    /// Clears what is recorded of a live gateway (contract section 7.5).
    ///
    /// # Errors
    /// Listing the panes of a session that died with the recorded window.
    pub fn clear(&mut self, trail: &mut Trail, recorded: Option<&CurrentInstance>) -> Go {
        if let Some(server) = &self.server
            && let Ok(session) = tmux_target::session(server, self.session)
            && World::any_set(session, LIVE)
        {
            trail.effect(EffectKind::UnsetsEnv, &session.name, LIVE.join(", "), session.name != self.session);
        }
        if let Some(instance) = recorded {
            self.stop(trail, instance, Strictly::No)?;
        }
        let gateway = format!("{}/gateway", self.root.path);
        let there = self.root.gateway.current_instance.present().is_some()
            || self.root.gateway.pid_file.present().is_some();
        if there {
            trail.effect(
                EffectKind::RewritesFile,
                format!("{gateway}/run/current-instance.json"),
                "deleted",
                false,
            );
        }
        trail.effect(
            EffectKind::RewritesFile,
            format!("{gateway}/state.json"),
            "says not_attached from now on",
            false,
        );
        Ok(())
    }
}

/// The recorded window, and whether it stands in window 0 as a gateway's and no agent's.
struct Recorded<'r> {
    window: &'r RecordedWindow,
    at_zero: bool,
}

/// Whether the window that dies is the live window of this session's recorded gateway: it holds the recorded pane, is not
/// at index 0 of this session, unless it was swapped with the agent's, and runs this root's gateway, wherever it was moved
/// or linked to; or it is in this session alone and dead, or at least named as one.
fn is_own_gateway(
    world: &World,
    root: &SessionRoot,
    session: &str,
    places: &[(String, TmuxWindow)],
    recorded: &Recorded<'_>,
    process: Option<&Process>,
) -> bool {
    let Some((_, window)) = places.first() else { return false };
    let alone = places.iter().all(|(place, _)| place == session);
    let reserved = places.iter().any(|(place, window)| place == session && window.index == 0);
    let holds_pane = window.panes.iter().any(|p| Some(&p.id) == recorded.window.pane_id.as_ref());
    let runs = process.is_some_and(|p| world.is_gateway_of(p, root));
    let dead = window.panes.iter().all(|p| p.dead);
    let as_one = alone && !reserved && (dead || window.name == "gateway");
    (!reserved || recorded.at_zero) && holds_pane && (runs || as_one)
}

/// Takes a window out of every session; sessions without windows end, others renumber if they are told to.
fn remove(server: &mut TmuxServer, id: &str) {
    for session in &mut server.sessions {
        let before = session.windows.len();
        session.windows.retain(|w| w.id != id);
        if session.windows.len() < before && session.renumber_windows == Some(true) {
            for (index, window) in (session.base_index.unwrap_or(0)..).zip(&mut session.windows) {
                window.index = index;
            }
        }
    }
    server.sessions.retain(|s| !s.windows.is_empty());
}

/// An error of a recorded window's session, where commands turn it into an error for the operator.
pub(super) fn shown(halt: Halt) -> Halt {
    match halt {
        Halt::Raised(raised) => Halt::Raised(Raised { class: Class::Click, ..raised }),
        unseen => unseen,
    }
}

//! What tmux shows of the recorded gateway window now.
use super::elsewhere::not_here;
use super::{Fact, Join, same};
use crate::snapshot::{TmuxServer, TmuxSession, TmuxWindow};
use schemars::JsonSchema;
use serde::Serialize;

/// What tmux shows of the recorded window id now.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LiveWindowFacts {
    /// Name of the session it is in.
    pub session: Fact<String>,
    /// Whether that is this session.
    pub in_this_session: Fact<bool>,
    /// Its index there.
    pub index: Fact<i64>,
    /// Its name.
    pub name: Fact<String>,
    /// Name of the program in the foreground of its first pane.
    pub command: Fact<String>,
    /// Whether it is window 0 of its session, which is an agent's own window.
    pub is_agent_surface: Fact<bool>,
    /// Whether its index is the recorded one.
    pub index_as_recorded: Fact<bool>,
    /// Whether its index is lower than the recorded one, as it becomes when tmux closes a gap.
    pub index_fell: Fact<bool>,
    /// Whether it holds the recorded pane.
    pub holds_recorded_pane: Fact<bool>,
}

impl LiveWindowFacts {
    /// Derives them from the recorded ids.
    pub fn of(
        join: &Join<'_>,
        window_id: &Fact<String>,
        index: &Fact<String>,
        pane_id: &Fact<String>,
    ) -> Self {
        let found = window_id.and_then(|id| match join.snapshot.server() {
            Some(server) if let Some(place) = find_window(server, id, &join.name) => {
                Fact::known(place, format!("tmux: {id}"))
            }
            _ => not_here(join.snapshot, &join.name, format!("tmux: {id}")),
        });
        let live_index = found.then(|(_, w)| i64::from(w.index));
        LiveWindowFacts {
            session: found.then(|(s, _)| s.name.clone()),
            in_this_session: found.then(|(s, _)| s.name == join.name),
            name: found.then(|(_, w)| w.name.clone()),
            command: found.and_then(|(_, w)| match w.panes.first() {
                Some(p) => Fact::known(p.current_command.clone(), format!("tmux: {}", w.id)),
                None => Fact::absent(format!("tmux: {}", w.id)),
            }),
            is_agent_surface: live_index.then(|i| *i == 0),
            index_as_recorded: same(&live_index.then(ToString::to_string), index),
            index_fell: index.and_then(|was| {
                live_index.and_then(|is| match was.parse::<i64>() {
                    Ok(was) => Fact::known(*is < was, live_index.source.clone()),
                    Err(_) => Fact::absent(index.source.clone()),
                })
            }),
            holds_recorded_pane: pane_id
                .and_then(|pane| found.then(|(_, w)| w.panes.iter().any(|p| &p.id == pane))),
            index: live_index,
        }
    }
}

/// The window of this id, looked for in the session of this name first (a window can be linked into several).
fn find_window<'a>(
    server: &'a TmuxServer,
    id: &str,
    name: &str,
) -> Option<(&'a TmuxSession, &'a TmuxWindow)> {
    let own = server.sessions.iter().filter(|s| s.name == name);
    let others = server.sessions.iter().filter(|s| s.name != name);
    own.chain(others).find_map(|s| s.windows.iter().find(|w| w.id == id).map(|w| (s, w)))
}

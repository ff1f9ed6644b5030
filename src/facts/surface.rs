//! Facts of the agent's own surface, window 0, and of what the manifest records of it.
use super::{Fact, HandleFacts, Join};
use crate::replay::{astray, is_displaced, is_recorded_gateway_at_zero};
use crate::snapshot::{TmuxSession, TmuxWindow};
use schemars::JsonSchema;
use serde::Serialize;

/// The agent's surface: window 0 as tmux shows it, and as the manifest records it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SurfaceFacts {
    /// Name of window 0.
    pub name: Fact<String>,
    /// Name of the program in the foreground of its first pane.
    pub command: Fact<String>,
    /// Id of its first pane, which Houmao takes for the agent's.
    pub pane_id: Fact<String>,
    /// How many panes window 0 has.
    pub panes: Fact<i64>,
    /// How many of them are alive; Houmao since 0.9.0 takes window 0 for the agent's only with one.
    pub live_panes: Fact<i64>,
    /// Whether one of them has index 0, which releases before 0.9.0 and a join ask for.
    pub has_pane_zero: Fact<bool>,
    /// The window id that the manifest records as the agent's (since 0.9.0).
    pub recorded_window_id: Fact<String>,
    /// The pane id that it records.
    pub recorded_pane_id: Fact<String>,
    /// Whether window 0 is the recorded window and holds the recorded pane; absent when nothing is recorded or there is
    /// no window 0.
    pub is_recorded: Fact<bool>,
    /// Index of the window that holds the recorded pane now; absent when the session has no such pane.
    pub recorded_pane_index: Fact<i64>,
    /// The other live pane of window 0, where it has two and the recorded one is known to be there.
    pub added_pane_id: Fact<String>,
    /// The window at another index in which the agent's program runs; absent unless it is exactly one, and of agents without
    /// a screen of their own.
    pub astray_window_id: Fact<String>,
    /// Where the agent's program runs besides window 0, in words such as `in window @0, at index 1`.
    pub whereabouts: Fact<String>,
    /// Whether window 0 is seen to be neither the agent's nor the live gateway's own: the agent's program runs in one other window, and window 0 shows a shell, or
    /// is the gateway's by its name, or the other window has the name that is recorded of the agent's.
    pub is_displaced: Fact<bool>,
    /// Whether window 0 is the live gateway's own: the recorded window and pane, with a process that is this root's gateway,
    /// and without the agent's program; absent where no gateway is recorded.
    pub is_gateway: Fact<bool>,
    /// The window name that the manifest records.
    pub recorded_name: Fact<String>,
    /// Whether some window of the session has that name.
    pub recorded_name_live: Fact<bool>,
}

impl SurfaceFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>, handle: &HandleFacts) -> Self {
        let source = format!("tmux: list-panes of session {}", join.name);
        let session = match join.tmux {
            Some(session) => Fact::known(session, source.clone()),
            None => join.not_here(source.clone()),
        };
        let zero = session.and_then(|s| match s.windows.iter().find(|w| w.index == 0) {
            Some(window) => Fact::known(window, source.clone()),
            None => Fact::absent(source.clone()),
        });
        let (window_id, pane_id) = (recorded(join, "window_id"), recorded(join, "pane_id"));
        let name = recorded_name(join);
        let stray = stray(join, &session);
        let is_gateway = zero.and_then(|_| gateway(join, &session, handle));
        SurfaceFacts {
            name: zero.then(|w| w.name.clone()),
            command: zero.and_then(|w| match w.panes.first() {
                Some(pane) => Fact::known(pane.current_command.clone(), source.clone()),
                None => Fact::absent(source.clone()),
            }),
            pane_id: zero.and_then(|w| match w.panes.first() {
                Some(pane) => Fact::known(pane.id.clone(), source.clone()),
                None => Fact::absent(source.clone()),
            }),
            panes: zero.then(|w| w.panes.len() as i64),
            live_panes: zero.then(|w| w.panes.iter().filter(|p| !p.dead).count() as i64),
            has_pane_zero: zero.then(|w| w.panes.iter().any(|p| p.index == 0)),
            is_recorded: zero.and_then(|w| is_recorded(w, &window_id, &pane_id)),
            recorded_pane_index: session.and_then(|s| pane_id.and_then(|id| place(s, id, &source))),
            added_pane_id: zero.and_then(|w| pane_id.and_then(|id| added_pane(w, id, &source))),
            astray_window_id: stray.then(|w| w.id.clone()),
            whereabouts: session.then(|_| match stray.value() {
                Some(w) => format!("in window {}, at index {}", w.id, w.index),
                None => "in no one other window".to_owned(),
            }),
            is_displaced: zero.and_then(|_| displaced(join, &session, &name, &is_gateway)),
            is_gateway,
            recorded_name_live: session
                .and_then(|s| name.then(|name| s.windows.iter().any(|w| &w.name == name))),
            recorded_window_id: window_id,
            recorded_pane_id: pane_id,
            recorded_name: name,
        }
    }
}

/// `tmux.primary_…`, else the launch authority's (contract section 3.2), such as the `window_id`.
pub fn recorded(join: &Join<'_>, what: &str) -> Fact<String> {
    let own = join.manifest_text(&format!("/tmux/primary_{what}"));
    if own.is_absent() { join.manifest_text(&format!("/agent_launch_authority/primary_{what}")) } else { own }
}

/// The name by which a tracker finds the agent's window: `tmux.primary_window_name`, else the interactive section's.
fn recorded_name(join: &Join<'_>) -> Fact<String> {
    let own = join.manifest_text("/tmux/primary_window_name");
    if own.is_absent() { join.manifest_text("/interactive/tmux_window_name") } else { own }
}

fn is_recorded(window: &TmuxWindow, window_id: &Fact<String>, pane_id: &Fact<String>) -> Fact<bool> {
    let same_window = window_id.then(|id| *id == window.id);
    let same_pane = pane_id.then(|id| window.panes.iter().any(|p| p.id == *id));
    match (same_window.value(), same_pane.value()) {
        (Some(false), _) => same_window,
        (_, Some(false)) => same_pane,
        _ if same_window.ignorance().is_some() => same_window,
        _ if same_pane.is_absent() => same_window,
        _ => same_pane,
    }
}

fn place(session: &TmuxSession, pane: &str, source: &str) -> Fact<i64> {
    match session.windows.iter().find(|w| w.panes.iter().any(|p| p.id == pane)) {
        Some(window) => Fact::known(i64::from(window.index), source),
        None => Fact::absent(source),
    }
}

fn added_pane(window: &TmuxWindow, recorded: &str, source: &str) -> Fact<String> {
    let live: Vec<&str> = window.panes.iter().filter(|p| !p.dead).map(|p| p.id.as_str()).collect();
    match live.as_slice() {
        [one, other] if *one == recorded => Fact::known((*other).to_owned(), source),
        [other, one] if *one == recorded => Fact::known((*other).to_owned(), source),
        _ => Fact::absent(source),
    }
}

/// The window besides window 0 that runs the agent's program; which program that is, the manifest tells.
fn stray<'a>(join: &Join<'a>, session: &Fact<&'a TmuxSession>) -> Fact<&'a TmuxWindow> {
    join.manifest_text("/launch_plan/executable").and_then(|_| {
        session.and_then(|s| match join.root.and_then(|root| astray(s, root)) {
            Some(window) => Fact::known(window, session.source.clone()),
            None => Fact::absent(session.source.clone()),
        })
    })
}

/// The live gateway's own window is told as that.
fn displaced(
    join: &Join<'_>,
    session: &Fact<&TmuxSession>,
    name: &Fact<String>,
    is_gateway: &Fact<bool>,
) -> Fact<bool> {
    let seen = join.manifest_text("/launch_plan/executable").and_then(|_| {
        let name = name.value().map(String::as_str);
        session.then(|s| join.root.is_some_and(|root| is_displaced(s, root, name)))
    });
    match seen.value() {
        Some(true) => match (is_gateway.value(), is_gateway.ignorance()) {
            (None, Some(why)) => Fact::unknown(why, is_gateway.source.clone()),
            (is, _) => Fact::known(is != Some(&true), seen.source.clone()),
        },
        _ => seen,
    }
}

fn gateway(join: &Join<'_>, session: &Fact<&TmuxSession>, handle: &HandleFacts) -> Fact<bool> {
    let place = |window: &str, pane: &str| {
        session.then(|s| join.root.is_some_and(|root| is_recorded_gateway_at_zero(s, root, window, pane)))
    };
    let at_zero = handle.window_id.and_then(|window| handle.pane_id.and_then(|pane| place(window, pane)));
    let recorded = |s: &&TmuxSession, id: &String| s.windows.iter().any(|w| w.index == 0 && w.id == *id);
    let is_recorded = handle.window_id.and_then(|id| session.then(|s| recorded(s, id)));
    // Which program is the agent's only the manifest tells.
    let program = join.manifest_text("/launch_plan/executable");
    handle.accepted.and_then(|accepted| {
        at_zero.and_then(|there| match (*accepted && *there, program.ignorance()) {
            (true, _) => handle.pid_is_own_gateway.clone().or_known(false),
            (false, Some(why)) if *accepted && is_recorded.value() == Some(&true) => {
                Fact::unknown(why, program.source.clone())
            }
            (false, _) => Fact::known(false, at_zero.source.clone()),
        })
    })
}

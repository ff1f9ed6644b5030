//! Facts of one tmux session: its place in tmux, its windows.
use super::elsewhere::socket_of;
use super::{Fact, Join, no_server};
use crate::contract::WITHOUT_TMUX;
use crate::replay::{is_younger, may_bear, named_window, reads_as};
use crate::snapshot::{Observed, SessionRoot, TmuxSession, TmuxWindow};
use schemars::JsonSchema;
use serde::Serialize;

/// The tmux session.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SessionFacts {
    /// Its name, as tmux stores it, or as the files name it when tmux has no such session.
    pub name: Fact<String>,
    /// Its id (`$3`); absent when tmux has no such session.
    pub id: Fact<String>,
    /// Whether tmux has a session of exactly this name; absent where the backend has no tmux session at all.
    pub live: Fact<bool>,
    /// Socket of another tmux server of this user that has a managed session of this name, while the asked one has none: no
    /// session of this name, or one that publishes nothing.
    pub other_socket: Fact<String>,
    /// When it was created, RFC 3339 in UTC.
    pub created_at: Fact<String>,
    /// Whether a command without a target acts on it from the operator's shell.
    pub is_current: Fact<bool>,
    /// Its windows.
    pub windows: Fact<Vec<WindowFacts>>,
    /// How many windows have an index other than 0.
    pub auxiliary_windows: Fact<i64>,
    /// Whether window 0 exists, the reserved agent surface.
    pub has_window_zero: Fact<bool>,
    /// Id of window 0.
    pub window_zero_id: Fact<String>,
    /// Whether the pane that Houmao takes for the agent's (window 0, lowest pane) has ended.
    pub agent_pane_dead: Fact<bool>,
    /// Its `base-index` option.
    pub base_index: Fact<i64>,
    /// Its `renumber-windows` option: whether indexes close up when a window is closed.
    pub renumber_windows: Fact<bool>,
    /// The window besides window 0 whose name begins with the session's, where there is one; tmux takes the session's name
    /// for it when a window is to be opened.
    pub namesake_window_id: Fact<String>,
    /// What tmux takes the session's name for when a window is to be opened in it from inside: a window of that name, an
    /// index, an offset or a place; absent where it takes it for the session.
    pub name_taken_for: Fact<String>,
    /// The windows besides window 0 in words, such as `@2 (notes, bash)`, at most six; absent where there are none.
    pub other_windows: Fact<Vec<String>>,
    /// Names of other sessions that begin with this name, sorted; tmux answers for one of them when this one is gone.
    pub longer_names: Fact<Vec<String>>,
    /// Whether the agent of its manifest can be in it, whatever its name: the agent's program is in the foreground of its
    /// window 0; or it is no younger than the manifest, and no shell runs where the program should.
    pub may_bear_agent: Fact<bool>,
    /// Whether it began after its manifest was made, which a renamed session cannot have.
    pub is_younger_than_manifest: Fact<bool>,
    /// Name of the managed session whose window 0 is this one's too, while this one publishes nothing: it was made with
    /// `new-session -t`, or the window was linked into it. tmux calls sessions that share all windows a group.
    pub view_of: Fact<String>,
    /// Names of the other sessions that publish a manifest pointer, sorted.
    pub other_managed: Fact<Vec<String>>,
}

/// One window, as linked into the session.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WindowFacts {
    /// Its id (`@4`).
    pub id: Fact<String>,
    /// Its index.
    pub index: Fact<i64>,
    /// Its name.
    pub name: Fact<String>,
    /// Name of the program in the foreground of its first pane.
    pub command: Fact<String>,
    /// Whether `current-instance.json` of this session records its id and its pane.
    pub is_recorded_gateway: Fact<bool>,
    /// Whether it is window 0, the reserved agent surface.
    pub is_agent_surface: Fact<bool>,
    /// Whether it is named `gateway`, as the window is that an attach opens. Names are no authority.
    pub named_gateway: Fact<bool>,
}

impl SessionFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>) -> Self {
        let ask = |what: &str| format!("tmux: {what} of session {}", join.name);
        let seen = |what: &str| match join.tmux {
            Some(s) => Fact::known(s, ask(what)),
            None => join.not_here(ask(what)),
        };
        let of_root = |what: &str, test: fn(&TmuxSession, &SessionRoot) -> bool| match join.root {
            Some(root) => seen(what).then(|s| test(s, root)),
            None => join.no_root("the session root"),
        };
        let zero = |s: &TmuxSession| s.windows.iter().find(|w| w.index == 0).cloned();
        let surface = seen("list-panes").and_then(|s| match zero(s) {
            Some(w) => Fact::known(w, ask("list-panes")),
            None => Fact::absent(ask("list-panes")),
        });
        SessionFacts {
            name: Fact::known(join.name.clone(), join.named_by.clone()),
            id: seen("#{session_id}").then(|s| s.id.clone()),
            live: live(join, ask("list-sessions")),
            other_socket: other_socket(join),
            created_at: seen("#{session_created}").then(|s| s.created_at.clone()),
            is_current: is_current(join),
            windows: seen("list-panes")
                .then(|s| s.windows.iter().map(|w| WindowFacts::of(join, w)).collect()),
            auxiliary_windows: seen("list-panes")
                .then(|s| s.windows.iter().filter(|w| w.index != 0).count() as i64),
            has_window_zero: seen("list-panes").then(|s| zero(s).is_some()),
            window_zero_id: surface.then(|w| w.id.clone()),
            agent_pane_dead: surface.and_then(|w| match w.panes.first() {
                Some(p) => Fact::known(p.dead, ask("#{pane_dead}")),
                None => Fact::absent(ask("#{pane_dead}")),
            }),
            base_index: seen("base-index").and_then(|s| match s.base_index {
                Some(i) => Fact::known(i64::from(i), ask("base-index")),
                None => Fact::unknown("tmux did not print it", ask("base-index")),
            }),
            renumber_windows: seen("renumber-windows").and_then(|s| match s.renumber_windows {
                Some(on) => Fact::known(on, ask("renumber-windows")),
                None => Fact::unknown("tmux did not print it", ask("renumber-windows")),
            }),
            namesake_window_id: seen("list-panes").and_then(|s| {
                let named = |w: &&TmuxWindow| w.index != 0 && w.name.starts_with(&join.name);
                match s.windows.iter().find(named) {
                    Some(window) => Fact::known(window.id.clone(), ask("list-panes")),
                    None => Fact::absent(ask("list-panes")),
                }
            }),
            name_taken_for: told(&seen("list-panes"), |s| taken_for(s, &join.name)),
            other_windows: told(&seen("list-panes"), others),
            longer_names: names_of(join, ask("list-sessions"), |s| s.name.starts_with(&join.name)),
            may_bear_agent: of_root("panes", may_bear),
            is_younger_than_manifest: of_root("#{session_created}", is_younger),
            view_of: join.view_of(),
            other_managed: names_of(join, "tmux environments".into(), super::is_managed),
        }
    }
}

/// What there is to say of a session, where it was seen.
fn told<'a, T>(session: &Fact<&'a TmuxSession>, say: impl Fn(&'a TmuxSession) -> Option<T>) -> Fact<T> {
    session.and_then(|s| match say(s) {
        Some(said) => Fact::known(said, session.source.clone()),
        None => Fact::absent(session.source.clone()),
    })
}

/// What tmux takes a session's name for where a window is wanted.
fn taken_for(session: &TmuxSession, name: &str) -> Option<String> {
    let window = || named_window(session, name).map(|w| format!("window {} ({})", w.id, w.name));
    reads_as(name).map(str::to_owned).or_else(window)
}

/// Windows that are listed in words at most.
const TOLD: usize = 6;

fn others(session: &TmuxSession) -> Option<Vec<String>> {
    let others: Vec<&TmuxWindow> = session.windows.iter().filter(|w| w.index != 0).collect();
    let runs = |w: &TmuxWindow| w.panes.first().map(|p| p.current_command.clone()).unwrap_or_default();
    let mut told: Vec<String> =
        others.iter().take(TOLD).map(|w| format!("{} ({}, {})", w.id, w.name, runs(w))).collect();
    if others.len() > TOLD {
        told.push(format!("{} more", others.len() - TOLD));
    }
    (!told.is_empty()).then_some(told)
}

fn live(join: &Join<'_>, source: String) -> Fact<bool> {
    // Where neither tmux nor the registry names it, the manifest alone tells whether there is a session to look for.
    if join.tmux.is_none() && join.record.is_none() {
        let backend = join.manifest_text("/backend");
        if let Some(why) = backend.ignorance() {
            return Fact::unknown(why, backend.source.clone());
        }
        if backend.value().is_some_and(|b| b == WITHOUT_TMUX) {
            return Fact::absent(backend.source);
        }
    }
    if join.is_nameless() {
        return join.not_here(source);
    }
    Fact { source, ..super::session_live(join.snapshot, &join.name) }
}

fn other_socket(join: &Join<'_>) -> Fact<String> {
    match join.has_no_tmux() {
        true => Fact::absent("/backend of the manifest"),
        // Of a session that no file names there is none elsewhere that could be meant.
        false if join.tmux.is_some() && is_unnamed(join) => Fact::absent("registry"),
        false => socket_of(join.snapshot, &join.name),
    }
}

/// Whether no record and no session root is known that names the session, and all were seen.
fn is_unnamed(join: &Join<'_>) -> bool {
    join.record.is_none() && join.root.is_none() && join.unseen_record().is_none()
}

fn is_current(join: &Join<'_>) -> Fact<bool> {
    let source = "tmux: display-message -p '#S'";
    match (join.snapshot.server(), join.tmux) {
        (Some(server), Some(session)) => match &server.current {
            Observed::Present(id) => Fact::known(id == &session.id, source),
            Observed::Absent => Fact::known(false, source),
            other => Fact::unknown(other.ignorance().unwrap_or_default(), source),
        },
        (Some(_), None) => Fact::known(false, source),
        (None, _) => no_server(join.snapshot, source),
    }
}

/// Names of the other sessions that pass a test.
fn names_of(join: &Join<'_>, source: String, test: impl Fn(&TmuxSession) -> bool) -> Fact<Vec<String>> {
    let Some(server) = join.snapshot.server() else {
        return no_server(join.snapshot, &source);
    };
    let others = server.sessions.iter().filter(|s| s.name != join.name && test(s));
    let mut names: Vec<String> = others.map(|s| s.name.clone()).collect();
    names.sort();
    if names.is_empty() { Fact::absent(source) } else { Fact::known(names, source) }
}

impl WindowFacts {
    /// Derives them for one window of the session.
    pub fn of(join: &Join<'_>, window: &TmuxWindow) -> Self {
        let ask = |what: &str| format!("tmux: {what} of {}", window.id);
        let recorded = join.handle_ids();
        WindowFacts {
            id: Fact::known(window.id.clone(), ask("#{window_id}")),
            index: Fact::known(i64::from(window.index), ask("#{window_index}")),
            name: Fact::known(window.name.clone(), ask("#{window_name}")),
            command: match window.panes.first() {
                Some(p) => Fact::known(p.current_command.clone(), ask("#{pane_current_command}")),
                None => Fact::absent(ask("#{pane_current_command}")),
            },
            is_recorded_gateway: recorded.then(|(id, pane)| {
                *id == window.id && pane.as_ref().is_none_or(|p| window.panes.iter().any(|x| x.id == *p))
            }),
            is_agent_surface: Fact::known(window.index == 0, ask("#{window_index}")),
            named_gateway: Fact::known(window.name == "gateway", ask("#{window_name}")),
        }
    }
}

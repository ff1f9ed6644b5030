//! Facts of one tmux session: its place in tmux, its windows, its published names.
use super::elsewhere::socket_of;
use super::{Fact, Join, no_server};
use crate::contract::{WITHOUT_TMUX, python};
use crate::snapshot::{EnvValue, Observed, TmuxSession, TmuxWindow};
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
    /// Socket of another tmux server of this user that has a managed session of this name, while the asked one has not.
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
    /// Names of other sessions that begin with this name, sorted; tmux answers for one of them when this one is gone.
    pub longer_names: Fact<Vec<String>>,
    /// Whether the agent of its manifest can be in it, whatever its name: the agent's program is in the foreground of its
    /// window 0; or it is no younger than the manifest, and no shell runs where the program should.
    pub may_bear_agent: Fact<bool>,
    /// Whether it began after its manifest was made, which a renamed session cannot have.
    pub is_younger_than_manifest: Fact<bool>,
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
        let zero = |s: &TmuxSession| s.windows.iter().find(|w| w.index == 0).cloned();
        let surface = seen("list-panes").and_then(|s| match zero(s) {
            Some(w) => Fact::known(w, ask("list-panes")),
            None => Fact::absent(ask("list-panes")),
        });
        SessionFacts {
            name: Fact::known(join.name.clone(), join.named_by.clone()),
            id: seen("#{session_id}").then(|s| s.id.clone()),
            live: live(join, ask("list-sessions")),
            other_socket: match join.has_no_tmux() {
                true => Fact::absent("/backend of the manifest"),
                false => socket_of(join.snapshot, &join.name),
            },
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
            longer_names: names_of(join, ask("list-sessions"), |s| s.name.starts_with(&join.name)),
            may_bear_agent: match join.root {
                Some(root) => seen("#{session_created}, panes").then(|s| crate::replay::may_bear(s, root)),
                None => join.no_root("the session root"),
            },
            is_younger_than_manifest: match join.root {
                Some(root) => seen("#{session_created}").then(|s| crate::replay::is_younger(s, root)),
                None => join.no_root("the session root"),
            },
            other_managed: names_of(join, "tmux environments".into(), super::is_managed),
        }
    }
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

/// What the session environment publishes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EnvFacts {
    /// `HOUMAO_MANIFEST_PATH`, where it is set and not blank.
    pub manifest_path: Fact<String>,
    /// `HOUMAO_AGENT_ID`, where it is set and not blank.
    pub agent_id: Fact<String>,
    /// Whether that id has the form of an agent id (contract 6.1 a7).
    pub agent_id_valid: Fact<bool>,
    /// `HOUMAO_AGENT_DEF_DIR`, where it is set and not blank.
    pub agent_def_dir: Fact<String>,
    /// Whether that directory exists.
    pub agent_def_dir_exists: Fact<bool>,
    /// The names among `HOUMAO_MANIFEST_PATH` and `HOUMAO_AGENT_ID` that are set only in tmux's global environment.
    pub global_only: Fact<Vec<String>>,
    /// The names among them that are marked for removal in this session.
    pub removed: Fact<Vec<String>>,
    /// Names of the time before the rename (`AGENTSYS_…`) that are set.
    pub legacy: Fact<Vec<String>>,
    /// Retired pointers that are set (`HOUMAO_GATEWAY_ATTACH_PATH`, `HOUMAO_GATEWAY_ROOT`).
    pub retired: Fact<Vec<String>>,
    /// How many of the four live-gateway names are set.
    pub live_names: Fact<i64>,
    /// `HOUMAO_AGENT_GATEWAY_HOST`.
    pub gateway_host: Fact<String>,
    /// `HOUMAO_AGENT_GATEWAY_PORT`.
    pub gateway_port: Fact<String>,
    /// `HOUMAO_GATEWAY_PROTOCOL_VERSION`.
    pub gateway_protocol: Fact<String>,
    /// The names of host, port and protocol version whose value no release accepts, sorted; absent when all that are set
    /// are accepted (contract section 7.4).
    pub live_refused: Fact<Vec<String>>,
    /// `HOUMAO_GATEWAY_STATE_PATH`.
    pub gateway_state_path: Fact<String>,
    /// Whether that is this session's own `state.json`.
    pub gateway_state_path_own: Fact<bool>,
    /// `HOUMAO_GATEWAY_EXECUTION_MODE`, which a gateway window's shell leaks into the session.
    pub leaked_execution_mode: Fact<String>,
}

const LIVE: [&str; 4] = [
    "HOUMAO_AGENT_GATEWAY_HOST",
    "HOUMAO_AGENT_GATEWAY_PORT",
    "HOUMAO_GATEWAY_STATE_PATH",
    "HOUMAO_GATEWAY_PROTOCOL_VERSION",
];
const POINTERS: [&str; 2] = ["HOUMAO_MANIFEST_PATH", "HOUMAO_AGENT_ID"];

impl EnvFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>) -> Self {
        let agent_id = join.env("HOUMAO_AGENT_ID");
        let agent_def_dir = join.env("HOUMAO_AGENT_DEF_DIR");
        let state_path = join.env("HOUMAO_GATEWAY_STATE_PATH");
        EnvFacts {
            manifest_path: join.env("HOUMAO_MANIFEST_PATH"),
            agent_id_valid: agent_id.then(|id| crate::contract::ids::agent_id(id).is_ok()),
            agent_id,
            agent_def_dir_exists: agent_def_dir
                .and_then(|dir| join.path_is(dir, crate::snapshot::PathKind::Directory)),
            agent_def_dir,
            global_only: names_where(join, &POINTERS, |v| matches!(v, EnvValue::GlobalOnly(_))),
            removed: names_where(join, &POINTERS, |v| matches!(v, EnvValue::Removed)),
            legacy: names_where(join, &["AGENTSYS_AGENT_ID", "AGENTSYS_MANIFEST_PATH"], is_set),
            retired: names_where(join, &["HOUMAO_GATEWAY_ATTACH_PATH", "HOUMAO_GATEWAY_ROOT"], is_set),
            live_names: join
                .environment()
                .then(|env| LIVE.iter().filter(|n| env.get(**n).is_some_and(is_set)).count() as i64),
            gateway_host: join.env(LIVE[0]),
            gateway_port: join.env(LIVE[1]),
            gateway_protocol: join.env(LIVE[3]),
            live_refused: live_refused(join),
            gateway_state_path_own: state_path.and_then(|p| join.is_own_state(p)),
            gateway_state_path: state_path,
            leaked_execution_mode: join.env("HOUMAO_GATEWAY_EXECUTION_MODE"),
        }
    }
}

/// Host, port and protocol version as every release validates them.
fn live_refused(join: &Join<'_>) -> Fact<Vec<String>> {
    let port_is_one = |text: &str| python::integer(text).is_some_and(|p| (1..=65535).contains(&p));
    let accepted = |name: &str, value: &str| match name {
        "HOUMAO_AGENT_GATEWAY_HOST" => ["127.0.0.1", "0.0.0.0"].contains(&value),
        "HOUMAO_AGENT_GATEWAY_PORT" => port_is_one(value),
        _ => value == "v1",
    };
    join.environment().and_then(|_| {
        let named = [LIVE[0], LIVE[1], LIVE[3]].into_iter();
        let refused = named.filter(|name| join.env(name).value().is_some_and(|v| !accepted(name, v)));
        let found: Vec<String> = refused.map(str::to_owned).collect();
        let source = join.env_source(LIVE[0]);
        if found.is_empty() { Fact::absent(source) } else { Fact::known(found, source) }
    })
}

fn is_set(value: &EnvValue) -> bool {
    matches!(value, EnvValue::Value(v) if !v.trim().is_empty())
}

fn names_where(join: &Join<'_>, names: &[&str], test: impl Fn(&EnvValue) -> bool) -> Fact<Vec<String>> {
    join.environment().and_then(|env| {
        let found: Vec<String> =
            names.iter().filter(|n| env.get(**n).is_some_and(&test)).map(|n| (*n).to_owned()).collect();
        let source = join.env_source(names[0]);
        if found.is_empty() { Fact::absent(source) } else { Fact::known(found, source) }
    })
}

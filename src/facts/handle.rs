//! Facts of the recorded execution handle, `gateway/run/current-instance.json`, held against tmux and the processes.
use super::elsewhere::{is_asked_here, not_here};
use super::{Fact, Join, LiveWindowFacts, Reading, exists, leaf, number, observed, text};
use crate::contract::{Loaded, load_current_instance, load_pid_file};
use crate::snapshot::{FileView, Observed, Process};
use schemars::JsonSchema;
use serde::Serialize;

/// The recorded execution handle of the live gateway.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HandleFacts {
    /// Whether `current-instance.json` exists.
    pub exists: Fact<bool>,
    /// Whether Houmao accepts it; what it refuses it treats as not there.
    pub accepted: Fact<bool>,
    /// The words by which it is refused; absent when it is accepted.
    pub refusal: Fact<String>,
    /// Recorded `execution_mode`: `tmux_auxiliary_window` or `detached_process`.
    pub execution_mode: Fact<String>,
    /// Recorded `tmux_window_id`.
    pub window_id: Fact<String>,
    /// Recorded `tmux_window_index`; a number, which Houmao refuses here, by its digits; absent where it is neither.
    pub window_index: Fact<String>,
    /// Recorded `tmux_pane_id`.
    pub pane_id: Fact<String>,
    /// Recorded pid of the gateway.
    pub pid: Fact<i64>,
    /// Recorded port.
    pub port: Fact<i64>,
    /// Recorded host.
    pub host: Fact<String>,
    /// Whether tmux has the recorded window anywhere.
    pub window_live: Fact<bool>,
    /// What tmux shows of the recorded window now.
    pub live_window: LiveWindowFacts,
    /// Whether tmux has the recorded pane anywhere.
    pub pane_live: Fact<bool>,
    /// Whether the process of the recorded pane has ended.
    pub pane_dead: Fact<bool>,
    /// Id of the window that holds the recorded pane now.
    pub pane_window_id: Fact<String>,
    /// Name of the session that holds the recorded pane now.
    pub pane_session: Fact<String>,
    /// Whether the recorded pid is a running process.
    pub pid_alive: Fact<bool>,
    /// Whether that process runs a gateway of this session root.
    pub pid_is_own_gateway: Fact<bool>,
    /// Name of that process's program.
    pub pid_command: Fact<String>,
    /// Whether the file was last written before the tmux server started: ids in it belong to another server.
    pub older_than_tmux_server: Fact<bool>,
    /// Whether the file was last written before the machine booted.
    pub older_than_boot: Fact<bool>,
    /// When the file was last written.
    pub written_at: Fact<String>,
    /// Pid in `run/gateway.pid`.
    pub pid_file: Fact<i64>,
    /// Whether that pid is a running process.
    pub pid_file_alive: Fact<bool>,
    /// Whether that process runs a gateway of this session root.
    pub pid_file_is_own_gateway: Fact<bool>,
    /// Name of that process's program.
    pub pid_file_command: Fact<String>,
    /// Whether the recorded gateway is what is running: accepted, and its pane or process is alive and its own.
    pub is_live: Fact<bool>,
}

impl HandleFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>) -> Self {
        let file = Handle::of(join);
        let pane_id = file.text("/tmux_pane_id");
        let window_id = file.text("/tmux_window_id");
        let place = find_pane(join, &pane_id);
        let pid = file.number("/pid");
        let pid_file = pid_file(join);
        let window_index = file.window_index();
        let live_window = LiveWindowFacts::of(join, &window_id, &window_index, &pane_id);
        let mut handle = HandleFacts {
            exists: file.exists(),
            accepted: file.accepted.clone(),
            refusal: file.refusal.clone(),
            execution_mode: file.text("/execution_mode"),
            window_index,
            port: file.number("/port"),
            host: file.text("/host"),
            window_live: live_window.session.then(|_| true).or_known_where(&window_id, false),
            live_window,
            pane_live: place.then(|_| true).or_known_where(&pane_id, false),
            pane_dead: place.then(|(_, _, dead)| *dead),
            pane_window_id: place.then(|(_, window, _)| window.clone()),
            pane_session: place.then(|(session, _, _)| session.clone()),
            pid_alive: alive(join, &pid),
            pid_is_own_gateway: own_gateway(join, &pid),
            pid_command: process(join, &pid).then(|p| p.command.clone()),
            older_than_tmux_server: older(&file.written_at(), &server_start(join)),
            older_than_boot: older(
                &file.written_at(),
                &observed(&join.snapshot.host.booted_at, "boot time", Clone::clone),
            ),
            written_at: file.written_at(),
            pid_file_alive: alive(join, &pid_file),
            pid_file_is_own_gateway: own_gateway(join, &pid_file),
            pid_file_command: process(join, &pid_file).then(|p| p.command.clone()),
            is_live: Fact::absent("current-instance.json"),
            window_id,
            pane_id,
            pid,
            pid_file,
        };
        handle.is_live = is_live(&handle);
        handle
    }
}

/// The file and what the contract says of it.
struct Handle<'j, 'a> {
    join: &'j Join<'a>,
    file: Option<&'a Observed<FileView>>,
    path: String,
    accepted: Fact<bool>,
    refusal: Fact<String>,
}

impl<'j, 'a> Handle<'j, 'a> {
    fn of(join: &'j Join<'a>) -> Self {
        let path = join.gateway_path("run/current-instance.json");
        let file = join.root.map(|r| &r.gateway.current_instance);
        let (accepted, refusal) = match (file, join.release) {
            (None, _) => (join.no_root(path.clone()), join.no_root(path.clone())),
            (Some(Observed::Absent), _) => (Fact::absent(path.clone()), Fact::absent(path.clone())),
            (Some(_), None) => {
                let why = "which release is installed is not known";
                (Fact::unknown(why, path.clone()), Fact::unknown(why, path.clone()))
            }
            (Some(file), Some(release)) => match load_current_instance(file, &path, release) {
                Loaded::Ok(_) => (Fact::known(true, path.clone()), Fact::absent(path.clone())),
                Loaded::Refused(r) => (Fact::known(false, path.clone()), Fact::known(r.said, path.clone())),
                Loaded::Unknown(w) => {
                    (Fact::unknown(w.clone(), path.clone()), Fact::unknown(w, path.clone()))
                }
            },
        };
        Handle { join, file, path, accepted, refusal }
    }

    fn exists(&self) -> Fact<bool> {
        match self.file {
            Some(file) => exists(file, self.path.clone()),
            None => self.join.no_root(self.path.clone()).or_known(false),
        }
    }

    fn text(&self, pointer: &str) -> Fact<String> {
        match self.file {
            Some(file) => text(file, &self.path, pointer),
            None => self.join.no_root(self.path.clone()),
        }
    }

    fn window_index(&self) -> Fact<String> {
        let Some(file) = self.file else { return self.join.no_root(self.path.clone()) };
        let written = leaf(file, &self.path, "/tmux_window_index");
        written.and_then(|value| match (value.as_str(), value.as_i64()) {
            (Some(text), _) => Fact::known(text.to_owned(), written.source.clone()),
            (None, Some(number)) => Fact::known(number.to_string(), written.source.clone()),
            (None, None) => Fact::absent(written.source.clone()),
        })
    }

    fn number(&self, pointer: &str) -> Fact<i64> {
        match self.file {
            Some(file) => number(file, &self.path, pointer),
            None => self.join.no_root(self.path.clone()),
        }
    }

    fn written_at(&self) -> Fact<String> {
        match self.file {
            Some(file) => observed(file, format!("{} (mtime)", self.path), |v| v.modified_at.clone()),
            None => self.join.no_root(self.path.clone()),
        }
    }
}

/// Session name, window id and deadness of a pane.
fn find_pane(join: &Join<'_>, pane: &Fact<String>) -> Fact<(String, String, bool)> {
    pane.and_then(|id| {
        let source = format!("tmux: {id}");
        let Some(server) = join.snapshot.server() else {
            return not_here(join.snapshot, &join.name, source);
        };
        let own = server.sessions.iter().filter(|s| s.name == join.name);
        let others = server.sessions.iter().filter(|s| s.name != join.name);
        let place = own.chain(others).find_map(|s| {
            s.windows.iter().find_map(|w| {
                w.panes.iter().find(|p| &p.id == id).map(|p| (s.name.clone(), w.id.clone(), p.dead))
            })
        });
        match place {
            Some(place) => Fact::known(place, source),
            None => not_here(join.snapshot, &join.name, source),
        }
    })
}

fn pid_file(join: &Join<'_>) -> Fact<i64> {
    let path = join.gateway_path("run/gateway.pid");
    match join.root.map(|r| &r.gateway.pid_file) {
        None => join.no_root(path),
        Some(Observed::Absent) => Fact::absent(path),
        Some(file) => match load_pid_file(file) {
            Observed::Present(Some(pid)) => Fact::known(i64::from(pid), path),
            Observed::Present(None) | Observed::Absent => Fact::absent(path),
            other => Fact::unknown(other.ignorance().unwrap_or_default(), path),
        },
    }
}

/// The process of a pid.
pub fn process<'a>(join: &Join<'a>, pid: &Fact<i64>) -> Fact<&'a Process> {
    pid.and_then(|pid| {
        let source = format!("process {pid}");
        match u32::try_from(*pid).ok().and_then(|p| join.snapshot.processes.get(&p)) {
            Some(Observed::Present(process)) => Fact::known(process, source),
            Some(Observed::Absent) => Fact::absent(source),
            Some(other) => Fact::unknown(other.ignorance().unwrap_or_default(), source),
            None => Fact::unknown("this pid was not looked at", source),
        }
    })
}

fn alive(join: &Join<'_>, pid: &Fact<i64>) -> Fact<bool> {
    process(join, pid).then(|p| !p.zombie).or_known_where(pid, false)
}

/// Whether a pid runs a gateway of this session root.
fn own_gateway(join: &Join<'_>, pid: &Fact<i64>) -> Fact<bool> {
    let own = join.root.map(|r| format!("{}/gateway", r.path));
    process(join, pid).and_then(|p| {
        let source = format!("{} (command line)", process(join, pid).source);
        observed(&p.gateway_service, source, |is| *is && p.gateway_root == own)
    })
}

/// When the tmux server of the session started.
fn server_start(join: &Join<'_>) -> Fact<String> {
    match join.snapshot.server() {
        Some(server) if is_asked_here(join.snapshot, &join.name) => {
            Fact::known(server.started_at.clone(), "tmux: #{start_time}")
        }
        _ => not_here(join.snapshot, &join.name, "tmux: #{start_time}"),
    }
}

fn older(written: &Fact<String>, than: &Fact<String>) -> Fact<bool> {
    written.and_then(|at| {
        than.and_then(|than| match (at.parse::<jiff::Timestamp>(), than.parse::<jiff::Timestamp>()) {
            (Ok(a), Ok(b)) => Fact::known(a < b, format!("{} against {than}", written.source)),
            _ => Fact::unknown("a time that cannot be read", written.source.clone()),
        })
    })
}

fn is_live(handle: &HandleFacts) -> Fact<bool> {
    let source = handle.exists.source.clone();
    match (handle.exists.value(), handle.accepted.value()) {
        (Some(false), _) | (_, Some(false)) => return Fact::known(false, source),
        _ => {}
    }
    match handle.execution_mode.value().map(String::as_str) {
        Some("tmux_auxiliary_window") => {
            let own = handle.live_window.in_this_session.value() == Some(&true)
                && handle.live_window.is_agent_surface.value() == Some(&false)
                && handle.live_window.holds_recorded_pane.value() == Some(&true)
                && handle.pid_is_own_gateway.value() == Some(&true);
            match handle.window_live.ignorance().or(handle.pid_is_own_gateway.ignorance()) {
                Some(why) => Fact::unknown(why, source),
                None => Fact::known(own, source),
            }
        }
        Some(_) => handle.pid_is_own_gateway.clone().or_known(false),
        None => {
            let why = handle.execution_mode.ignorance().unwrap_or("the execution mode is not known");
            Fact::unknown(why, source)
        }
    }
}

impl<T> Fact<T> {
    /// The fact with absence read as `value`, where `base` itself is there; without a base it stays absent.
    pub fn or_known_where<U>(self, base: &Fact<U>, value: T) -> Self {
        match base.reading {
            Reading::Known(_) => self.or_known(value),
            _ => self,
        }
    }
}

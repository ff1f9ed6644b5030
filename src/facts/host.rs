//! Facts of the operator's shell and machine.
use super::{
    AliasFacts, AskedFacts, ExternalFacts, Fact, RegistryFacts, ShellFacts, ambient, externals, observed,
};
use crate::contract::{Dialect, NAME_RESTORED, PRIMARY_IDS, Release, SYMLINKS_PASSED};
use crate::finding::Operation;
use crate::snapshot::{Observed, RootPath, Snapshot, SocketChoice, TmuxAnswer, TmuxServer};
use schemars::JsonSchema;
use serde::Serialize;

/// The operator's shell, the tmux server it reaches, and the Houmao that is judged.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HostFacts {
    /// What tmux answered: `server`, `no_server`, `not_permitted`, `timed_out`, `not_installed` or `failed`;
    /// unknown when tmux was not asked.
    pub tmux_answer: Fact<String>,
    /// What tmux said, when it gave no listing.
    pub tmux_said: Fact<String>,
    /// Version of the tmux server (`3.3a`).
    pub tmux_version: Fact<String>,
    /// The socket that was asked.
    pub tmux_socket: Fact<String>,
    /// How that socket was chosen: `path`, `name`, `tmux`, `tmux_tmpdir` or `default`. Houmao itself never takes
    /// `-L` or `-S`: it asks the socket of the operator's environment.
    pub tmux_socket_chosen_by: Fact<String>,
    /// How many sessions the server has.
    pub session_count: Fact<i64>,
    /// How many of them publish any Houmao name.
    pub managed_session_count: Fact<i64>,
    /// Whether the operator's shell is inside tmux (`$TMUX` is set).
    pub inside_tmux: Fact<bool>,
    /// Name of the session that a command without a target acts on from this shell (`display-message -p '#S'`).
    pub current_session: Fact<String>,
    /// The release that is judged; absent when no Houmao was found and no file tells which line wrote it.
    pub houmao_version: Fact<String>,
    /// Its command-line dialect: `flat` (before 1.0.0) or `scoped`.
    pub houmao_dialect: Fact<String>,
    /// The registry root that this release reads from this shell.
    pub registry_root: Fact<String>,
    /// Why `HOUMAO_GLOBAL_REGISTRY_DIR` is refused; absent when it is not.
    pub registry_root_refused: Fact<String>,
    /// `HOUMAO_AGENT_GATEWAY_PORT` of the operator's shell, which every attach from it asks for.
    pub ambient_gateway_port: Fact<i64>,
    /// `HOUMAO_GATEWAY_EXECUTION_MODE` of the operator's shell, which a background gateway inherits.
    pub ambient_execution_mode: Fact<String>,
    /// Further variables of the operator's shell that redirect Houmao.
    pub shell: ShellFacts,
    /// The registry roots of both release lines.
    pub registry: RegistryFacts,
    /// The operation that was asked about.
    pub asked: AskedFacts,
    /// The agent that was meant by a tmux session's name.
    pub alias: AliasFacts,
    /// Agents of other hosts that this user imported.
    pub externals: Fact<Vec<ExternalFacts>>,
    /// Whether the judged release finds the agent's surface by recorded ids and moves a sole window to index 0 (since
    /// 0.9.0).
    pub finds_surface_by_id: Fact<bool>,
    /// Whether a launch that takes up a stopped agent's home gives it its last tmux session name again (since 0.8.2).
    pub restores_session_name: Fact<bool>,
    /// Whether cleanups and migrations of the judged release follow symbolic links (before 0.8.3).
    pub follows_links: Fact<bool>,
    /// Numeric user id of the operator.
    pub uid: Fact<i64>,
}

impl HostFacts {
    /// Derives them.
    pub fn of(snapshot: &Snapshot, release: Option<Release>, asked: Option<&Operation>) -> Self {
        let (answer, said) = tmux_answer(snapshot);
        let server = |what: &str| format!("tmux: {what}");
        let with_server = |what: &str| match snapshot.server() {
            Some(s) => Fact::known(s, server(what)),
            None => no_server(snapshot, &server(what)),
        };
        let (root, refused) = registry_root(snapshot, release);
        HostFacts {
            tmux_version: with_server("#{version}").then(|s| s.version.clone()),
            tmux_socket: socket_path(snapshot),
            tmux_socket_chosen_by: Fact::known(
                chosen_by(snapshot.tmux.socket.chosen_by),
                "the operator's shell",
            ),
            session_count: with_server("list-sessions").then(|s| s.sessions.len() as i64),
            managed_session_count: with_server("show-environment").and_then(|s| managed(s)),
            inside_tmux: inside_tmux(snapshot),
            current_session: with_server("display-message -p '#S'").and_then(|s| {
                observed(&s.current, "tmux: display-message -p '#S'", |id| {
                    s.sessions.iter().find(|x| &x.id == id).map_or_else(|| id.clone(), |x| x.name.clone())
                })
            }),
            tmux_answer: answer,
            tmux_said: said,
            houmao_version: match release {
                Some(r) => Fact::known(r.to_string(), "the judged release"),
                None => Fact::absent("houmao-mgr on PATH"),
            },
            houmao_dialect: match release.map(Release::dialect) {
                Some(Dialect::Flat) => Fact::known("flat".into(), "the judged release"),
                Some(Dialect::Scoped) => Fact::known("scoped".into(), "the judged release"),
                None => Fact::absent("houmao-mgr on PATH"),
            },
            registry_root: root,
            registry_root_refused: refused,
            ambient_gateway_port: ambient(snapshot, "HOUMAO_AGENT_GATEWAY_PORT").and_then(|p| {
                match p.parse() {
                    Ok(port) => Fact::known(port, "$HOUMAO_AGENT_GATEWAY_PORT of the operator's shell"),
                    Err(_) => Fact::absent("$HOUMAO_AGENT_GATEWAY_PORT of the operator's shell"),
                }
            }),
            ambient_execution_mode: ambient(snapshot, "HOUMAO_GATEWAY_EXECUTION_MODE"),
            shell: ShellFacts::of(snapshot, release),
            registry: RegistryFacts::of(snapshot, release),
            asked: AskedFacts::of(snapshot, asked),
            alias: AliasFacts::of(snapshot, release, asked),
            externals: externals(snapshot, release),
            finds_surface_by_id: judged(release, |r| r >= PRIMARY_IDS),
            restores_session_name: judged(release, |r| r >= NAME_RESTORED),
            follows_links: judged(release, |r| r < SYMLINKS_PASSED),
            uid: Fact::known(i64::from(snapshot.host.uid), "the doctor's own user"),
        }
    }
}

fn inside_tmux(snapshot: &Snapshot) -> Fact<bool> {
    let source = "$TMUX of the operator's shell";
    match snapshot.host.variable("TMUX") {
        Observed::Absent => Fact::known(false, source),
        seen => observed(&seen, source, |v| !v.is_empty()),
    }
}

/// What is known of the judged release.
fn judged(release: Option<Release>, is: fn(Release) -> bool) -> Fact<bool> {
    match release {
        Some(release) => Fact::known(is(release), "the judged release"),
        None => Fact::unknown("which release is installed is not known", "the judged release"),
    }
}

/// How many sessions are managed. One whose environment could not be read may be.
fn managed(server: &TmuxServer) -> Fact<i64> {
    let source = "tmux: show-environment";
    match server.sessions.iter().find_map(|s| s.env.ignorance()) {
        Some(why) => Fact::unknown(why, source),
        None => Fact::known(server.sessions.iter().filter(|s| super::is_managed(s)).count() as i64, source),
    }
}

/// What a question to tmux gives when no server answered: without a server there is nothing (absent), in every other
/// case nothing is known.
pub fn no_server<T>(snapshot: &Snapshot, source: &str) -> Fact<T> {
    match &snapshot.tmux.answer {
        TmuxAnswer::Server { .. } | TmuxAnswer::NoServer { .. } => Fact::absent(source),
        other => Fact::unknown(tmux_ignorance(other), source),
    }
}

/// Why tmux's state is unknown.
pub fn tmux_ignorance(answer: &TmuxAnswer) -> String {
    match answer {
        TmuxAnswer::Server { .. } => "tmux answered".into(),
        TmuxAnswer::NoServer { said } => format!("no tmux server: {said}"),
        TmuxAnswer::NotPermitted { said } => format!("tmux socket not permitted: {said}"),
        TmuxAnswer::TimedOut { after_ms } => format!("tmux did not answer within {after_ms} ms"),
        TmuxAnswer::NotInstalled => "tmux is not on PATH".into(),
        TmuxAnswer::Failed { said } => format!("tmux failed: {said}"),
        TmuxAnswer::NotLooked { why } => format!("tmux was not asked: {why}"),
    }
}

fn tmux_answer(snapshot: &Snapshot) -> (Fact<String>, Fact<String>) {
    let source = "tmux";
    let told =
        |word: &str, said: &str| (Fact::known(word.to_owned(), source), Fact::known(said.to_owned(), source));
    match &snapshot.tmux.answer {
        TmuxAnswer::Server { .. } => (Fact::known("server".into(), source), Fact::absent(source)),
        TmuxAnswer::NoServer { said } => told("no_server", said),
        TmuxAnswer::NotPermitted { said } => told("not_permitted", said),
        TmuxAnswer::TimedOut { after_ms } => told("timed_out", &format!("no answer within {after_ms} ms")),
        TmuxAnswer::NotInstalled => told("not_installed", "no `tmux` on PATH"),
        TmuxAnswer::Failed { said } => told("failed", said),
        TmuxAnswer::NotLooked { why } => {
            (Fact::unknown(why.clone(), source), Fact::unknown(why.clone(), source))
        }
    }
}

fn socket_path(snapshot: &Snapshot) -> Fact<String> {
    match snapshot.server().map(|s| s.socket_path.clone()).or_else(|| snapshot.tmux.socket.path.clone()) {
        Some(path) => Fact::known(path, "tmux: #{socket_path}"),
        None => Fact::absent("tmux: #{socket_path}"),
    }
}

fn chosen_by(choice: SocketChoice) -> String {
    match choice {
        SocketChoice::Path => "path",
        SocketChoice::Name => "name",
        SocketChoice::Tmux => "tmux",
        SocketChoice::TmuxTmpdir => "tmux_tmpdir",
        SocketChoice::Default => "default",
    }
    .to_owned()
}

fn registry_root(snapshot: &Snapshot, release: Option<Release>) -> (Fact<String>, Fact<String>) {
    let Some(root) = super::registry_of(snapshot, release) else {
        // The two release lines have different roots, and both are folders: no variable is refused.
        let source = "the judged release";
        let refused = match snapshot.host.env.ignorance() {
            Some(why) => Fact::unknown(why, source),
            None => Fact::absent(source),
        };
        return (Fact::unknown("which release is installed is not known", source), refused);
    };
    let source = format!("${}", root.chosen_by);
    match (&root.root, snapshot.host.env.ignorance()) {
        (RootPath::Refused(said), _) => (Fact::absent(source.clone()), Fact::known(said.clone(), source)),
        (RootPath::Folder(path), None) => (Fact::known(path.clone(), source.clone()), Fact::absent(source)),
        // Whether a variable names another root was not seen; that this one was listed says that it is the one.
        (RootPath::Folder(path), Some(why)) => {
            let listed =
                snapshot.registry.folders.iter().any(|f| f.root == *path && f.live.ignorance().is_none());
            let root = match listed {
                true => Fact::known(path.clone(), source.clone()),
                false => Fact::unknown(why.clone(), source.clone()),
            };
            (root, Fact::unknown(why, source))
        }
    }
}

//! Small synthetic snapshots for the tests of this room.
use crate::snapshot::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A tmux server with no sessions; the first session that is added is current.
pub(super) fn server() -> TmuxServer {
    TmuxServer {
        version: "3.3a".into(),
        pid: 100,
        started_at: "2026-01-01T00:00:00Z".into(),
        socket_path: "/tmp/tmux-1000/default".into(),
        current: Observed::Present("$0".into()),
        sessions: Vec::new(),
    }
}

/// A session with windows: id, index, name. Pane ids follow the window ids.
pub(super) fn session(id: &str, name: &str, windows: &[(&str, u32, &str)]) -> TmuxSession {
    TmuxSession {
        id: id.into(),
        name: name.into(),
        created_at: "2026-01-01T00:00:00Z".into(),
        attached: 0,
        base_index: Some(0),
        renumber_windows: Some(false),
        env: Observed::Present(BTreeMap::new()),
        windows: windows.iter().map(|(id, index, name)| window(id, *index, name)).collect(),
    }
}

fn window(id: &str, index: u32, name: &str) -> TmuxWindow {
    TmuxWindow {
        id: id.into(),
        index,
        name: name.into(),
        active: index == 0,
        panes: vec![TmuxPane {
            id: id.replace('@', "%"),
            index: 0,
            pid: 200 + index,
            dead: false,
            active: true,
            current_command: name.into(),
        }],
    }
}

/// Session root of [`joined`].
pub(super) const ROOT: &str = "/home/alice/work/.houmao/runtime/sessions/local_interactive/joined-1";
/// Agent id of [`joined`].
pub(super) const AGENT_ID: &str = "0aa0be2a866411d9ff03515227454947";
/// Registry of [`joined`].
pub(super) const REGISTRY: &str = "/home/alice/.houmao/registry";

/// A file with a JSON document.
pub(super) fn json_file(path: &str, document: Value) -> Observed<FileView> {
    let modified_at = "2026-06-01T10:00:00Z".to_owned();
    Observed::Present(FileView {
        path: path.to_owned(),
        size: 100,
        modified_at,
        content: Content::Json(document),
    })
}

/// The manifest of a joined session, as 0.4.2 writes it.
pub(super) fn manifest() -> Value {
    let endpoint = json!({
        "api_base_url": null, "managed_agent_ref": null, "parsing_mode": null, "profile_name": null,
        "profile_path": null, "terminal_id": null, "tmux_window_name": "claude"
    });
    json!({
        "agent_id": AGENT_ID, "agent_name": "gpu", "backend": "local_interactive", "tool": "claude",
        "role_name": "gpu", "created_at_utc": "2026-06-01T10:00:00+00:00", "working_directory": "/home/alice/work",
        "brain_manifest_path": format!("{ROOT}/brain_manifest.json"), "schema_version": 4,
        "tmux_session_name": "gpu", "job_dir": "/home/alice/jobs/1", "registry_generation_id": "g1",
        "registry_launch_authority": "runtime", "cao": null, "codex": null, "headless": null, "houmao_server": null,
        "backend_state": {"tmux_session_name": "gpu", "turn_index": 0},
        "runtime": {
            "agent_def_dir": format!("{ROOT}/agent_def"), "agent_pid": null, "job_dir": "/home/alice/jobs/1",
            "memory_binding": null, "memory_dir": null, "registry_generation_id": "g1",
            "registry_launch_authority": "runtime", "session_id": "joined-1"
        },
        "tmux": {
            "primary_window_index": "0", "primary_window_name": "claude",
            "primary_window_role": "managed_agent_surface", "session_name": "gpu"
        },
        "interactive": {
            "parsing_mode": null, "role_bootstrap_applied": true, "terminal_id": null, "tmux_window_name": "claude",
            "turn_index": 0, "working_directory": "/home/alice/work"
        },
        "agent_launch_authority": {
            "backend": "local_interactive", "launch_args": null, "launch_env": null, "posture_kind": "unavailable",
            "primary_window_index": "0", "profile_name": null, "profile_path": null, "session_id": "joined-1",
            "session_origin": "joined_tmux", "tmux_session_name": "gpu", "tool": "claude",
            "working_directory": "/home/alice/work"
        },
        "gateway_authority": {"attach": endpoint, "control": endpoint},
        "launch_plan": {
            "args": [], "backend": "local_interactive", "env_var_names": [], "executable": "claude",
            "home_selector": {"env_var": "CLAUDE_CONFIG_DIR", "home_path": format!("{ROOT}/tool-home")},
            "launch_policy_provenance": null, "mailbox": null, "metadata": {"session_origin": "joined_tmux"},
            "role_injection": {"method": "cao_profile", "role_name": "gpu"}, "tool": "claude",
            "working_directory": "/home/alice/work"
        },
        "launch_policy_provenance": null,
        "local_interactive": {
            "role_bootstrap_applied": true, "turn_index": 0, "working_directory": "/home/alice/work"
        }
    })
}

/// The registry record of [`joined`].
pub(super) fn record() -> Value {
    json!({
        "agent_id": AGENT_ID, "agent_name": "gpu", "gateway": null, "generation_id": "g1",
        "identity": {"backend": "local_interactive", "tool": "claude"}, "mailbox": null,
        "published_at": "2026-06-01T10:00:00+00:00", "lease_expires_at": "2026-07-01T10:00:00+00:00",
        "runtime": {
            "agent_def_dir": format!("{ROOT}/agent_def"), "manifest_path": format!("{ROOT}/manifest.json"),
            "session_root": ROOT
        },
        "schema_version": 2, "terminal": {"kind": "tmux", "session_name": "gpu"}
    })
}

/// `current-instance.json` of a gateway with this pid in this window.
pub(super) fn instance(pid: u32, window: &str, pane: &str) -> Value {
    json!({
        "execution_mode": "tmux_auxiliary_window", "host": "127.0.0.1", "managed_agent_instance_epoch": 1,
        "managed_agent_instance_id": "i", "pid": pid, "port": 45999, "protocol_version": "v1", "schema_version": 1,
        "tmux_pane_id": pane, "tmux_window_id": window, "tmux_window_index": "1"
    })
}

/// A process; a gateway of [`ROOT`] if it is one.
pub(super) fn process(gateway: bool) -> Observed<Process> {
    Observed::Present(Process {
        command: if gateway { "python3" } else { "sleep" }.to_owned(),
        started_at: Observed::Present("2026-06-01T10:00:00Z".to_owned()),
        uid: Observed::Present(1000),
        gateway_service: Observed::Present(gateway),
        gateway_root: gateway.then(|| format!("{ROOT}/gateway")),
        may_signal: true,
        zombie: false,
    })
}

fn path(kind: PathKind, at: &str) -> (String, Observed<PathState>) {
    (at.to_owned(), Observed::Present(PathState { kind, resolved: at.to_owned() }))
}

fn tree() -> GatewayTree {
    let desired = json!({"schema_version": 1, "desired_host": null, "desired_port": null, "desired_execution_mode": "tmux_auxiliary_window"});
    GatewayTree {
        folder: path(PathKind::Directory, &format!("{ROOT}/gateway")).1,
        protocol_version: Observed::Absent,
        attach: Observed::Absent,
        gateway_manifest: Observed::Absent,
        desired_config: json_file(&format!("{ROOT}/gateway/desired-config.json"), desired),
        state: Observed::Absent,
        current_instance: Observed::Absent,
        pid_file: Observed::Absent,
        log: Observed::Absent,
        queue: Observed::Absent,
        events: Observed::Absent,
    }
}

/// A healthy joined session `gpu` without a gateway, asked from inside it, as 0.4.2 left it.
pub(super) fn joined() -> Snapshot {
    let mut server = server();
    let mut gpu = session("$0", "gpu", &[("@0", 0, "claude")]);
    let set = |name: &str, value: &str| (name.to_owned(), EnvValue::Value(value.to_owned()));
    gpu.env = Observed::Present(BTreeMap::from([
        set("HOUMAO_MANIFEST_PATH", &format!("{ROOT}/manifest.json")),
        set("HOUMAO_AGENT_ID", AGENT_ID),
        set("HOUMAO_AGENT_DEF_DIR", &format!("{ROOT}/agent_def")),
    ]));
    server.sessions.push(gpu);
    let entry = RecordEntry {
        folder: AGENT_ID.to_owned(),
        path: format!("{REGISTRY}/live_agents/{AGENT_ID}/record.json"),
        symlink: false,
        is_folder: true,
        leftovers: 0,
        record: json_file(&format!("{REGISTRY}/live_agents/{AGENT_ID}/record.json"), record()),
    };
    Snapshot {
        schema: SCHEMA.to_owned(),
        doctor: "0".to_owned(),
        taken_at: "2026-06-02T10:00:00Z".to_owned(),
        host: host(),
        houmao: Houmao { installed: Observed::Absent, asked: None },
        tmux: Tmux {
            socket: Socket { chosen_by: SocketChoice::Tmux, path: None },
            answer: TmuxAnswer::Server { server },
        },
        registry: registry(entry),
        session_roots: vec![root()],
        paths: paths(),
        executables: ["claude", "tmux"]
            .map(|name| (name.to_owned(), Observed::Present(format!("/usr/bin/{name}"))))
            .into(),
        processes: BTreeMap::new(),
        ports: BTreeMap::new(),
        probes: ["/health", "/houmao/agents/nope"]
            .map(|at| Probe {
                base_url: "http://127.0.0.1:9889".to_owned(),
                path: at.to_owned(),
                answer: Observed::Present(Answer::Refused),
            })
            .to_vec(),
        other_tmux: Observed::NotLooked("not in this sample".into()),
        limits_hit: Vec::new(),
        took_ms: Observed::Absent,
    }
}

fn host() -> Host {
    Host {
        uid: 1000,
        home: "/home/alice".to_owned(),
        cwd: "/home/alice/work".to_owned(),
        booted_at: Observed::Present("2026-05-01T10:00:00Z".to_owned()),
        env: Observed::Present(BTreeMap::from([(
            "TMUX".to_owned(),
            "/tmp/tmux-1000/default,100,0".to_owned(),
        )])),
    }
}

fn registry(entry: RecordEntry) -> RegistryView {
    let root =
        |at: &str| RegistryRoot { root: RootPath::Folder(at.to_owned()), chosen_by: "HOME".to_owned() };
    let folder = |at: &str, live| RegistryFolder { root: at.to_owned(), live, external: Observed::Absent };
    let later = "/home/alice/.config/houmao/registry";
    RegistryView {
        before_1_0: root(REGISTRY),
        since_1_0: root(later),
        folders: vec![folder(later, Observed::Absent), folder(REGISTRY, Observed::Present(vec![entry]))],
    }
}

fn root() -> SessionRoot {
    SessionRoot {
        path: ROOT.to_owned(),
        manifest_path: format!("{ROOT}/manifest.json"),
        named_by: vec![NamedBy::TmuxSession("$0".to_owned())],
        folder: path(PathKind::Directory, ROOT).1,
        manifest: json_file(&format!("{ROOT}/manifest.json"), manifest()),
        gateway: tree(),
        databases: crate::snapshot::Databases::default(),
    }
}

fn paths() -> BTreeMap<String, Observed<PathState>> {
    BTreeMap::from([
        path(PathKind::File, &format!("{ROOT}/manifest.json")),
        path(PathKind::Directory, &format!("{ROOT}/agent_def")),
        path(PathKind::File, &format!("{ROOT}/agent_def/roles/gpu/system-prompt.md")),
        path(PathKind::Missing, "/gone/manifest.json"),
        path(PathKind::File, &format!("{ROOT}/brain_manifest.json")),
    ])
}

impl Snapshot {
    /// The sessions of the sample's tmux server.
    pub(super) fn tmux_sessions(&mut self) -> &mut Vec<TmuxSession> {
        match &mut self.tmux.answer {
            TmuxAnswer::Server { server } => &mut server.sessions,
            _ => panic!("the sample has a server"),
        }
    }

    /// Sets a variable of the first session, or takes it out.
    pub(super) fn variable(&mut self, name: &str, value: Option<&str>) {
        let Observed::Present(env) = &mut self.tmux_sessions()[0].env else {
            panic!("the sample has an environment")
        };
        match value {
            Some(value) => env.insert(name.to_owned(), EnvValue::Value(value.to_owned())),
            None => env.remove(name),
        };
    }

    /// Sets a variable of the operator's shell.
    pub(super) fn shell(&mut self, name: &str, value: &str) {
        let Observed::Present(env) = &mut self.host.env else { panic!("the sample's shell is seen") };
        env.insert(name.to_owned(), value.to_owned());
    }

    /// What the next gateway is to listen on.
    pub(super) fn desire_port(&mut self, port: u16) {
        let desired = json!({"schema_version": 1, "desired_host": "127.0.0.1", "desired_port": port});
        let root = &mut self.session_roots[0];
        root.gateway.desired_config = json_file(&format!("{ROOT}/gateway/desired-config.json"), desired);
    }

    /// Puts a live gateway of the sample's root into window `@1`.
    pub(super) fn with_gateway(mut self) -> Self {
        let session = session("$0", "gpu", &[("@0", 0, "claude"), ("@1", 1, "gateway")]);
        self.tmux_sessions()[0].windows = session.windows;
        self.record_instance(instance(777, "@1", "%1"));
        self.processes.insert(777, process(true));
        self.desire_port(45999);
        self.listen(45999, Some(777));
        self
    }

    /// Writes `current-instance.json`.
    pub(super) fn record_instance(&mut self, document: Value) {
        let path = format!("{ROOT}/gateway/run/current-instance.json");
        self.session_roots[0].gateway.current_instance = json_file(&path, document);
    }

    /// Lets a process listen on a port of loopback, or nobody.
    pub(super) fn listen(&mut self, port: u16, pid: Option<u32>) {
        let listening_on = pid.map(|_| "127.0.0.1".to_owned()).into_iter().collect();
        let pid = pid.map_or(Observed::Absent, Observed::Present);
        self.ports.insert(port, Observed::Present(Port { listening_on, pid }));
    }
}

use super::*;
use crate::snapshot::{
    Answer, EnvValue, NamedBy, Observed, PathKind, RootPath, Socket, SocketChoice, TmuxAnswer, TmuxServer,
    TmuxSession,
};
use std::collections::BTreeMap;
use std::path::Path;

/// A home with one pair-managed session, its record, and nothing that runs.
struct World {
    dir: tempfile::TempDir,
    env: Environment,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let top = dir.path().canonicalize().unwrap();
        let vars = [
            ("HOME", top.to_string_lossy().into_owned()),
            ("PATH", "/nowhere".to_string()),
            ("SECRET_TOKEN", "CANARY".to_string()),
            ("HTTP_PROXY", "http://u:CANARY@proxy".to_string()),
            ("NO_PROXY", "CANARY.example, 127.0.0.1".to_string()),
            ("CAO_PORT", "7001".to_string()),
            ("HOUMAO_PASSIVE_SERVER_PORT", "no port".to_string()),
            ("HOUMAO_AGENT_GATEWAY_PORT", "7005".to_string()),
        ];
        let vars = vars.into_iter().map(|(k, v)| (k.to_string(), v)).collect();
        let now = "2026-01-02T03:04:05Z".parse().unwrap();
        let env = Environment { vars, cwd: top, uid: 1000, now };
        let world = World { dir, env };
        world.write("s/manifest.json", &world.text(MANIFEST));
        world.write(
            "s/brain.yaml",
            "runtime:\n  launch_executable: mytool\ncredentials:\n  env_contract: {source_file: /e}\n",
        );
        world.write(
            "s/gateway/run/current-instance.json",
            r#"{"pid": 2000000001, "host": "0.0.0.0", "port": 7002}"#,
        );
        world.write("s/gateway/run/gateway.pid", "2000000002\n");
        world.write("s/gateway/desired-config.json", r#"{"desired_port": 7003}"#);
        world.write(".houmao/registry/live_agents/id1/record.json", &world.text(RECORD));
        world.write("defs/roles/dev/system-prompt.md", "CANARY");
        world
    }

    fn text(&self, template: &str) -> String {
        template.replace("TOP", &self.env.cwd.to_string_lossy())
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn look(&self, wants: &Wants) -> Snapshot {
        look_around(wants, &self.env, || (self.tmux(), ())).0
    }

    /// One session that names the manifest, an agent definition folder that is gone, and a port.
    fn tmux(&self) -> Tmux {
        let value = |text: &str| EnvValue::Value(self.text(text));
        let env: BTreeMap<String, EnvValue> = [
            ("HOUMAO_MANIFEST_PATH", value("TOP/s/manifest.json")),
            ("HOUMAO_AGENT_DEF_DIR", value("TOP/gone/")),
            ("HOUMAO_AGENT_GATEWAY_PORT", value("7004")),
            ("HOUMAO_GATEWAY_STATE_PATH", EnvValue::GlobalOnly("/global".to_string())),
        ]
        .into_iter()
        .map(|(k, v)| (k.to_string(), v))
        .collect();
        let session = TmuxSession {
            id: "$3".to_string(),
            name: "gpu".to_string(),
            created_at: String::new(),
            attached: 0,
            base_index: None,
            renumber_windows: None,
            env: Observed::Present(env),
            windows: vec![],
        };
        let server = TmuxServer {
            version: "3.4".to_string(),
            pid: 1,
            started_at: String::new(),
            socket_path: String::new(),
            current: Observed::Absent,
            sessions: vec![session],
        };
        Tmux {
            socket: Socket { chosen_by: SocketChoice::Default, path: None },
            answer: TmuxAnswer::Server { server },
        }
    }
}

const MANIFEST: &str = r#"{"schema_version": 4, "backend": "houmao_server_rest", "role_name": "dev",
  "brain_manifest_path": "TOP/s/brain.yaml", "working_directory": "TOP/gone-work", "runtime": {"agent_def_dir": "TOP/defs"},
  "launch_plan": {"executable": "cao", "args": ["CANARY"]},
  "gateway_authority": {"attach": {"api_base_url": "http://127.0.0.1:7006/", "managed_agent_ref": "cao gpu"}}}"#;

const RECORD: &str = r#"{"agent_id": "id1", "agent_name": "gpu", "identity": {"backend": "houmao_server_rest"},
  "runtime": {"manifest_path": "TOP/s/manifest.json"}, "terminal": {"session_name": "cao-gpu"},
  "gateway": {"port": 7007}, "mailbox": {"transport": "filesystem", "address": "CANARY"}}"#;

fn offline() -> Wants {
    Wants { offline: true, agent_refs: vec!["me".to_string()], default_pair: true, ..Wants::default() }
}

/// Whatever is judged by whether its session lives: who else may have it is looked at then.
#[test]
fn other_servers_are_looked_for_where_a_record_or_a_manifest_names_a_session_that_is_not_there() {
    let looked = |record: &str, manifest: &str| {
        let world = World::new();
        world.write(".houmao/registry/live_agents/id1/record.json", &world.text(record));
        world.write("s/manifest.json", &world.text(manifest));
        !matches!(world.look(&offline()).other_tmux, Observed::NotLooked(_))
    };
    let here = RECORD.replace("cao-gpu", "gpu");
    let stopped = RECORD.replace("session_name", "last_session_name");
    let named =
        |name: &str| MANIFEST.replacen('{', &format!(r#"{{"tmux": {{"session_name": "{name}"}}, "#), 1);
    assert!(!looked(&here, MANIFEST) && !looked(&here, &named("gpu")));
    assert!(looked(RECORD, MANIFEST));
    assert!(looked(&stopped, MANIFEST));
    assert!(looked(&here, &named("cpu")), "the record may be gone, or name another session");
}

#[test]
fn what_is_named_is_looked_at() {
    let world = World::new();
    let seen = world.look(&offline());
    let top = world.env.cwd.to_string_lossy().into_owned();
    let record = format!("{top}/.houmao/registry/live_agents/id1/record.json");
    assert_eq!(seen.session_roots.len(), 1);
    let named = [NamedBy::TmuxSession("$3".to_string()), NamedBy::Record(record)];
    assert_eq!(seen.session_roots[0].named_by, named);
    let kind = |path: &str| seen.paths[&world.text(path)].present().unwrap().kind;
    assert_eq!(kind("TOP/s/manifest.json"), PathKind::File);
    assert_eq!(kind("TOP/gone/"), PathKind::Missing);
    assert_eq!(kind("TOP/gone/roles/dev/system-prompt.md"), PathKind::Missing);
    assert_eq!(kind("TOP/defs/roles/dev/system-prompt.md"), PathKind::File);
    assert_eq!(kind("TOP/gone-work"), PathKind::Missing);
    assert!(seen.paths.contains_key("/e"), "the brain manifest's own source file");
    assert!(!seen.paths.contains_key("/global"), "Houmao never reads the global environment");
    let programs: Vec<&str> = seen.executables.keys().map(String::as_str).collect();
    assert_eq!(programs, ["cao", "claude", "codex", "gemini", "kimi", "mytool", "tmux"]);
    assert!([2_000_000_001, 2_000_000_002].iter().all(|pid| seen.processes[pid] == Observed::Absent));
    let ports: Vec<u16> = seen.ports.keys().copied().collect();
    assert_eq!(ports, [7001, 7002, 7003, 7004, 7005, 7006, 7007]);
    assert_eq!(seen.limits_hit, []);
}

#[test]
fn servers_are_asked_for_what_they_may_know() {
    let seen = World::new().look(&offline());
    assert!(seen.probes.iter().all(|p| p.answer == Observed::NotLooked("--offline".to_string())));
    let asked: Vec<String> = seen.probes.iter().map(|p| format!("{} {}", p.base_url, p.path)).collect();
    assert_eq!(
        asked,
        [
            "http://127.0.0.1:7001 /health",
            "http://127.0.0.1:7001 /houmao/agents/me",
            "http://127.0.0.1:7002 /health",
            "http://127.0.0.1:7003 /health",
            "http://127.0.0.1:7004 /health",
            "http://127.0.0.1:7005 /health",
            "http://127.0.0.1:7006/ /health",
            "http://127.0.0.1:7006/ /houmao/agents/cao%20gpu",
            "http://127.0.0.1:7006/ /houmao/agents/cao-gpu",
            "http://127.0.0.1:7006/ /houmao/agents/gpu",
            "http://127.0.0.1:7006/ /houmao/agents/id1",
        ]
    );
}

#[test]
fn no_canary_leaves_this_room() {
    let snapshot = World::new().look(&offline());
    assert_eq!(snapshot.host.variable("HTTP_PROXY"), Observed::Present("set"));
    assert_eq!(snapshot.host.variable("NO_PROXY"), Observed::Present("127.0.0.1"));
    let text = serde_json::to_string(&snapshot).unwrap();
    assert!(!text.contains("CANARY") && !text.contains("SECRET_TOKEN"), "{text}");
    assert_eq!(serde_json::from_str::<Snapshot>(&text).unwrap(), snapshot);
}

#[test]
fn looking_twice_gives_the_same_bytes_and_changes_nothing() {
    let world = World::new();
    let listing = || {
        let files = walkdir::WalkDir::new(world.dir.path()).sort_by_file_name().into_iter().flatten();
        files.map(|f| (f.path().to_path_buf(), f.metadata().unwrap().modified().unwrap())).collect::<Vec<_>>()
    };
    let before = listing();
    let bytes = || {
        let mut seen = world.look(&offline());
        // Gateways of other worlds on this machine come and go.
        seen.processes.clear();
        serde_json::to_string(&seen).unwrap()
    };
    assert_eq!(bytes(), bytes());
    assert_eq!(listing(), before);
}

#[test]
fn an_empty_machine_is_data_too() {
    let env = Environment {
        vars: [("HOUMAO_GLOBAL_REGISTRY_DIR".to_string(), "relative".to_string())].into(),
        cwd: "/".into(),
        uid: u32::MAX,
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let wants =
        Wants { session_roots: vec![Path::new("/nowhere").into()], pair_ports: vec![1], ..Wants::default() };
    let seen = collect_in(&wants, &env, || ()).0;
    assert!(matches!(&seen.registry.before_1_0.root, RootPath::Refused(_)));
    assert_eq!(seen.registry.folders, []);
    assert_eq!(seen.houmao.installed, Observed::Absent);
    assert_eq!(seen.session_roots.len(), 1);
    assert_eq!(seen.probes[0].answer, Observed::Present(Answer::Refused));
    assert_eq!(seen.taken_at, "1970-01-01T00:00:00Z");
}

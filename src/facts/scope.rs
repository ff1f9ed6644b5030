//! One root struct per scope: the whole vocabulary of rules. Its schema is the catalogue of facts.
use super::bugs::Touched;
use super::{
    AdoptFacts, AgentFacts, BugFacts, EntryFacts, EnvFacts, GatewayFacts, HandleFacts, HarmFacts, HostFacts,
    Join, MailboxFacts, ManifestFacts, NotifierFacts, OperationFacts, PointerFacts, ProjectFacts, QueueFacts,
    RecordFacts, RootFacts, ServerFacts, SessionFacts, StandInFacts, SurfaceFacts, WindowFacts, WrittenFacts,
};
use crate::contract::Release;
use crate::finding::Operation;
use crate::snapshot::{RecordEntry, Snapshot, TmuxWindow};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a rule of scope `host` can ask.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HostScope {
    /// The operator's shell and machine.
    pub host: HostFacts,
}

/// What a rule of scope `session` can ask.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SessionScope {
    /// The operator's shell and machine.
    pub host: HostFacts,
    /// The tmux session.
    pub session: SessionFacts,
    /// The agent's own surface, window 0.
    pub surface: SurfaceFacts,
    /// What the session publishes.
    pub env: EnvFacts,
    /// Where its manifest pointer leads.
    pub pointer: PointerFacts,
    /// The session root.
    pub root: RootFacts,
    /// The manifest.
    pub manifest: ManifestFacts,
    /// The registry record that stands in.
    pub stand_in: StandInFacts,
    /// What a join from inside the session would meet.
    pub adopt: AdoptFacts,
    /// The recorded execution handle.
    pub handle: HandleFacts,
    /// The gateway.
    pub gateway: GatewayFacts,
    /// The gateway's queue.
    pub queue: QueueFacts,
    /// The gateway's mail notifier.
    pub notifier: NotifierFacts,
    /// The mailbox that the manifest binds the agent to.
    pub mailbox: MailboxFacts,
    /// The project overlay that the session root lies in.
    pub project: ProjectFacts,
    /// What the gateway's derived files say.
    pub written: WrittenFacts,
    /// The pair server that the manifest names.
    pub server: ServerFacts,
    /// Defects of the judged release that touch this session.
    pub bugs: BugFacts,
    /// The agent, for commands: what names it best.
    pub agent: AgentFacts,
    /// `gateway attach` from inside the session, replayed.
    pub attach: OperationFacts,
    /// `gateway detach` from inside the session, replayed.
    pub detach: OperationFacts,
    /// `gateway status` from inside the session, replayed.
    pub status: OperationFacts,
    /// What these three would hit that is not the recorded gateway.
    pub harm: HarmFacts,
    /// Attach by the agent's exact id, replayed.
    pub attach_by_id: OperationFacts,
    /// Attach by the agent's name, replayed.
    pub attach_by_name: OperationFacts,
    /// Attach by `--target-tmux-session`, replayed; unknown where that command line has no such option.
    pub attach_by_target: OperationFacts,
    /// Attach by id and `--pair-port` of the persisted server, replayed; unknown where there is none.
    pub attach_by_server: OperationFacts,
    /// Attach in the background, which opens no window, by the agent's exact id, replayed; unknown where the release has no
    /// such option.
    pub attach_in_background: OperationFacts,
    /// Detach by the agent's exact id, replayed.
    pub detach_by_id: OperationFacts,
    /// Detach by the agent's name, replayed.
    pub detach_by_name: OperationFacts,
    /// Detach by `--target-tmux-session`, replayed; unknown where that command line has no such option.
    pub detach_by_target: OperationFacts,
    /// Stop by id, replayed.
    pub stop: OperationFacts,
    /// Stop by the agent's name, replayed.
    pub stop_by_name: OperationFacts,
    /// Relaunch by id, replayed.
    pub relaunch: OperationFacts,
}

/// What a rule of scope `window` can ask.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WindowScope {
    /// The operator's shell and machine.
    pub host: HostFacts,
    /// The window.
    pub window: WindowFacts,
    /// The session it is in.
    pub session: SessionFacts,
    /// The recorded execution handle of that session.
    pub handle: HandleFacts,
}

/// What a rule of scope `record` can ask.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RecordScope {
    /// The operator's shell and machine.
    pub host: HostFacts,
    /// The folder that holds it.
    pub entry: EntryFacts,
    /// The record.
    pub record: RecordFacts,
}

impl HostScope {
    /// Its groups of facts.
    pub const GROUPS: &[&str] = &["host"];
}

impl WindowScope {
    /// Its groups of facts.
    pub const GROUPS: &[&str] = &["host", "window", "session", "handle"];
}

impl RecordScope {
    /// Its groups of facts.
    pub const GROUPS: &[&str] = &["host", "entry", "record"];
}

impl SessionScope {
    /// Its groups of facts.
    pub const GROUPS: &[&str] = &[
        "host",
        "session",
        "surface",
        "env",
        "pointer",
        "root",
        "manifest",
        "stand_in",
        "adopt",
        "handle",
        "gateway",
        "queue",
        "notifier",
        "mailbox",
        "project",
        "surface",
        "written",
        "server",
        "bugs",
        "agent",
        "attach",
        "detach",
        "status",
        "harm",
        "attach_by_id",
        "attach_by_name",
        "attach_by_target",
        "attach_by_server",
        "attach_in_background",
        "detach_by_id",
        "detach_by_name",
        "detach_by_target",
        "stop",
        "stop_by_name",
        "relaunch",
    ];

    /// Derives all facts of one managed session on `host`. `operations` holds what was replayed for it, by the name of the
    /// field.
    pub fn of(join: &Join<'_>, operations: &BTreeMap<&'static str, Operation>, host: &HostFacts) -> Self {
        let manifest = ManifestFacts::of(join);
        let stand_in = StandInFacts::of(join, &manifest);
        let handle = HandleFacts::of(join);
        let op = |name: &str| OperationFacts::of(operations.get(name), join.release);
        let host = host.clone();
        let (session, root) = (SessionFacts::of(join), RootFacts::of(join));
        let (mailbox, notifier) = (MailboxFacts::of(join), NotifierFacts::of(join, &handle));
        let agent = AgentFacts::of(join, &manifest, &stand_in);
        let touched = Touched {
            shell: &host.shell,
            session: &session,
            agent: &agent,
            root: &root,
            stand_in: &stand_in,
            mailbox: &mailbox,
            notifier: &notifier,
        };
        SessionScope {
            bugs: BugFacts::of(join.release, &touched),
            adopt: AdoptFacts::of(join, &manifest, &stand_in),
            host,
            session,
            surface: SurfaceFacts::of(join, &handle),
            env: EnvFacts::of(join),
            pointer: PointerFacts::of(join, &manifest),
            root,
            gateway: GatewayFacts::of(join, &handle),
            queue: QueueFacts::of(join),
            notifier,
            mailbox,
            project: ProjectFacts::of(join),
            written: WrittenFacts::of(join, &handle),
            server: ServerFacts::of(join.snapshot, &manifest, [&agent.id, &agent.name]),
            agent,
            attach: op("attach"),
            detach: op("detach"),
            status: op("status"),
            harm: HarmFacts::of(["attach", "detach", "status"].into_iter().filter_map(|n| operations.get(n))),
            attach_by_id: op("attach_by_id"),
            attach_by_name: op("attach_by_name"),
            attach_by_target: op("attach_by_target"),
            attach_by_server: op("attach_by_server"),
            attach_in_background: op("attach_in_background"),
            detach_by_id: op("detach_by_id"),
            detach_by_name: op("detach_by_name"),
            detach_by_target: op("detach_by_target"),
            stop: op("stop"),
            stop_by_name: op("stop_by_name"),
            relaunch: op("relaunch"),
            manifest,
            stand_in,
            handle,
        }
    }
}

impl WindowScope {
    /// Derives the facts of one window on `host`.
    pub fn of(join: &Join<'_>, window: &TmuxWindow, host: &HostFacts) -> Self {
        WindowScope {
            host: host.clone(),
            window: WindowFacts::of(join, window),
            session: SessionFacts::of(join),
            handle: HandleFacts::of(join),
        }
    }
}

impl RecordScope {
    /// Derives the facts of one record that `host` has; `owner` is the managed session that it belongs to.
    pub fn of(
        snapshot: &Snapshot,
        release: Option<Release>,
        entry: &RecordEntry,
        owner: Option<&Join<'_>>,
        host: &HostFacts,
    ) -> Self {
        RecordScope {
            host: host.clone(),
            entry: EntryFacts::of(snapshot, entry, owner),
            record: RecordFacts::of(snapshot, release, entry),
        }
    }
}

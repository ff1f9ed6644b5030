//! The names of the steps, in the order in which operations take them, with what each is for.

/// Every step: id and what it is for.
const STEPS: &[(&str, &str)] = &[
    ("command", "read the command as this release's command line does"),
    ("selector", "say which agent is meant"),
    ("current-session", "ask tmux for the current session"),
    ("target-session", "find the named tmux session"),
    ("manifest-pointer", "read the session's HOUMAO_MANIFEST_PATH"),
    ("manifest-load", "load the manifest it points to"),
    ("manifest-session", "compare the manifest's tmux session with this one"),
    ("agent-id", "fall back to the session's HOUMAO_AGENT_ID"),
    ("registry-record", "find the registry record"),
    ("record-manifest", "follow the record to a manifest"),
    ("record-manifest-load", "load the record's manifest"),
    ("record-manifest-session", "compare that manifest's tmux session with this one"),
    ("pair-port", "go to the pair server of --pair-port"),
    ("default-pair", "ask the default pair server"),
    ("tmux-authority", "check the record's tmux session and its window 0"),
    ("retired-backend", "refuse backends that this release has retired"),
    ("pair-authority", "read the pair server and the agent's name on it from the manifest"),
    ("pair-health", "ask the pair server who it is"),
    ("pair-agent", "ask the pair server for the agent"),
    ("pair-identity", "compare the server's agent with the manifest"),
    ("passive-record", "find local authority for a passive server's agent"),
    ("agent-def-dir", "find the agent definition directory"),
    ("resume-manifest", "load the manifest to resume from"),
    ("role-prompt", "read the role's prompt"),
    ("job-dir", "make the job directory"),
    ("joined-env", "take the joined launch environment from tmux"),
    ("brain-manifest", "load the brain manifest"),
    ("backend-state", "check the backend's recorded state"),
    ("executable", "find the agent's program on PATH"),
    ("tmux-session", "find the manifest's tmux session"),
    ("window-0", "prepare window 0 of the session"),
    ("session-env", "copy the environment into the tmux session"),
    ("manifest-rewrite", "write the manifest anew"),
    ("queue", "open the gateway's queue"),
    ("desired-config", "load the gateway's desired configuration"),
    ("gateway-files", "write the gateway's derived files anew"),
    ("registry-publish", "publish the registry record"),
    ("backend-supported", "check that this backend can have a gateway"),
    ("server-controller", "server: resume the agent through the registry"),
    ("server-status", "server: see whether a gateway lives"),
    ("listener", "choose host and port"),
    ("current-instance", "read the recorded gateway"),
    ("stop-recorded-gateway", "stop the recorded gateway"),
    ("new-window", "open the gateway's window"),
    ("start-gateway", "start the gateway"),
    ("health", "wait until the gateway answers"),
    ("publish-gateway", "publish the live gateway"),
    ("clear", "clear what is recorded of a live gateway"),
    ("gateway-status", "read the gateway's status"),
    ("relaunch-authority", "read who may relaunch the agent"),
    ("relaunch", "restart the agent's program in window 0"),
    ("stop-agent", "stop the agent and its tmux session"),
    ("cleanup-liveness", "check that the session is not live"),
    ("cleanup", "delete the session's files"),
];

/// What a step is for.
pub(super) fn title(id: &str) -> &'static str {
    STEPS.iter().find(|(known, _)| *known == id).map_or("", |(_, title)| title)
}

/// Whether there is a step of this name.
pub fn is_step(id: &str) -> bool {
    STEPS.iter().any(|(known, _)| *known == id)
}

/// Resuming a session of a local backend.
pub(super) const RESUME: &[&str] = &[
    "resume-manifest",
    "role-prompt",
    "executable",
    "tmux-session",
    "session-env",
    "manifest-rewrite",
    "queue",
    "desired-config",
    "gateway-files",
    "registry-publish",
];

/// What attach does once its session is resumed.
pub(super) const ATTACH: &[&str] =
    &["backend-supported", "listener", "current-instance", "start-gateway", "health", "publish-gateway"];

/// What detach does once its session is resumed.
pub(super) const DETACH: &[&str] = &["current-instance", "stop-recorded-gateway", "clear"];

/// What status does once its session is resumed.
pub(super) const STATUS: &[&str] = &["gateway-status"];

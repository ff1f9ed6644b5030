//! Every error text of the contract, with placeholders: replay renders them, `explain` recognises them.
//!
//! One table for both directions, so that no text can be said that could not be explained. The wording is Houmao's own,
//! since operators paste it (contract, "own words, short literal error texts").

/// One error text.
#[derive(Debug, PartialEq, Eq)]
pub struct Text {
    /// The text, with `{placeholders}`.
    pub template: &'static str,
    /// The step that says it.
    pub step: &'static str,
    /// What it means.
    pub means: &'static str,
    /// Rules worth looking at.
    pub rules: &'static [&'static str],
    /// What not to do about it; empty when nothing is to be warned of.
    pub do_not: &'static str,
}

impl Text {
    /// The text with its placeholders filled in.
    pub fn say(&self, values: &[(&str, &str)]) -> String {
        let mut said = String::with_capacity(self.template.len() + 32);
        let mut rest = self.template;
        while let Some((before, name, after)) = next_placeholder(rest) {
            said.push_str(before);
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => said.push_str(value),
                None => said.push_str(&format!("{{{name}}}")),
            }
            rest = after;
        }
        said.push_str(rest);
        said
    }
}

/// The next placeholder of a template: what stands before it, its name, what follows.
pub(super) fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text[from..].find('{')?;
        let close = open + text[open..].find('}')?;
        let name = &text[open + 1..close];
        if !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            return Some((&text[..open], name, &text[close + 1..]));
        }
        from = open + 1;
    }
}

macro_rules! texts {
    ($($name:ident { $template:expr, $step:literal, $means:literal, [$($rule:literal),*], $do_not:expr })*) => {
        $(
            #[doc = $means]
            pub const $name: &Text = &Text {
                template: $template, step: $step, means: $means, rules: &[$($rule),*], do_not: $do_not,
            };
        )*
        /// Every text, in the order of the contract.
        pub const TEXTS: &[&Text] = &[$($name),*];
    };
}

const NO_HAND_ENV: &str =
    "Do not set the session's variables by hand: a later attach, detach or status trusts them.";
const NO_RETARGET: &str = "Do not retarget with --pair-port: another server does not know this agent, and a stale record can kill its window.";
const NO_BLIND_RETRY: &str =
    "Do not repeat attach or detach: a failed attach kills the recorded window, whatever it is now.";
const NO_MIXED: &str =
    "Do not run another release's status on it: each release rewrites the manifest into its own dialect.";

texts! {
    // 6.0 selectors
    EMPTY_OPTION { "`{option}` must not be empty.", "selector", "The option was given a blank value.", [], "" }
    NAME_BLANK { "agent_name must not be blank.", "selector", "The agent's name is blank.", [], "" }
    NAME_DOTS { "{field} must not be `.` or `..`.", "selector", "`.` and `..` are no names.", [], "" }
    NAME_SLASH { "{field} must not contain path separators.", "selector", "A name or id cannot hold a slash; a path was given where a name is wanted.", [], "" }
    NAME_UNSAFE { "{field} must use a filesystem-safe and URL-safe form (ASCII letters/digits plus `_` and `-`, starting with a letter or digit).", "selector", "The name or id holds a character that Houmao does not allow.", [], "" }
    NAME_RESERVED { "Managed-agent names must not begin with reserved `HOUMAO` plus a separator. Use the raw creation-time name without the `HOUMAO-` prefix.", "selector", "The published name of a pair agent begins with HOUMAO-, and cannot be given to --agent-name; use --agent-id.", ["selector-is-tmux-alias"], "" }
    ID_AND_NAME { "Use exactly one of `--agent-id` or `--agent-name`.", "selector", "Both selectors were given.", [], "" }
    NO_ID_OR_NAME { "Exactly one of `--agent-id` or `--agent-name` is required.", "selector", "The command needs a selector.", [], "" }
    TOO_MANY { "Use exactly one of `--agent-id`, `--agent-name`, `--target-tmux-session`, or `--current-session`.", "selector", "More than one selector was given.", [], "" }
    PAIR_PORT_ALONE { "`--pair-port` is only supported with an explicit `--agent-id` or `--agent-name` `{verb}` target.", "selector", "--pair-port picks a pair server and needs an agent to ask it for; it is not the gateway's own port.", [], NO_RETARGET }
    PORT_ALONE { "`--port` is only supported with an explicit `--agent-id` or `--agent-name` relaunch target.", "selector", "--port picks a pair server and needs an agent to ask it for.", [], NO_RETARGET }
    NO_SELECTOR { "Exactly one of `--agent-id`, `--agent-name`, or `--target-tmux-session` is required unless the command is run inside the target tmux session or `--current-session` is provided.", "current-session", "No selector was given and no tmux session could be found.", ["current-session-outside-tmux"], "" }
    CLEANUP_NO_SELECTOR { "Exactly one of `--agent-id`, `--agent-name`, `--manifest-path`, or `--session-root` is required unless the command runs inside the target tmux session.", "selector", "Cleanup needs to be told which session.", [], "" }
    NO_COMMAND { "No such command '{name}'.", "command", "This release's command line does not know the command; `agents gateway` is spelt `agents single … gateway` or `agents self gateway` since 1.0.0.", ["command-not-in-dialect"], "" }
    NO_OPTION { "No such option '{name}'.", "command", "This release's command line does not know the option.", ["command-not-in-dialect"], "" }
    NEEDS_VALUE { "Option '{name}' requires an argument.", "command", "The option was given without its value.", [], "" }
    TAKES_NO_VALUE { "Option '{name}' does not take a value.", "command", "The option is a switch.", [], "" }
    NOT_INTEGER { "Invalid value for '{name}': {value} is not a valid integer.", "command", "The option wants a whole number.", [], "" }
    EXTRA_ARGUMENT { "Got unexpected extra argument ({value})", "command", "The command takes options only.", [], "" }
    EXTRA_ARGUMENTS { "Got unexpected extra arguments ({value})", "command", "The command takes options only.", [], "" }
    MISSING_COMMAND { "Missing command.", "command", "A command group was named without a command.", [], "" }

    // 6.1 current session and named session
    NOT_INSIDE { "Current-session attach must be run from inside the target tmux session.", "current-session", "tmux named no current session: the command ran outside tmux with no server, or tmux is missing.", ["current-session-outside-tmux"], NO_HAND_ENV }
    NO_CURRENT_NAME { "Current-session attach could not determine the current tmux session name.", "current-session", "tmux answered with an empty session name.", ["current-session-outside-tmux"], "" }
    ENV_READ { "Failed to read tmux environment variable `{variable}` from `{session}`: {why}", "manifest-pointer", "tmux would not show the session's environment; the session is gone or the name does not fit.", ["tmux-unavailable"], "" }
    ENV_ODD { "Unexpected tmux environment output for `{variable}` in `{session}`: {line}", "manifest-pointer", "tmux answered something other than the variable.", ["tmux-unavailable"], "" }
    TMUX_RUN { "Failed to run tmux command `{args}`: {why}", "tmux-session", "tmux could not be started.", ["tmux-unavailable"], "" }
    TARGET_MISSING { "`--target-tmux-session` resolved no live local tmux session named `{session}`.", "target-session", "No session of that name lives on the tmux server of this shell, or the prefix fits several.", ["tmux-session-not-found"], "" }
    POINTER_RELATIVE { "{label} metadata is invalid: `{variable}` must be an absolute path, got `{path}`.", "manifest-pointer", "The pointer is a relative path.", ["manifest-pointer-dead"], NO_HAND_ENV }
    POINTER_STALE { "{label} metadata is stale: `{variable}` points to missing manifest `{path}`.", "manifest-pointer", "The pointer's file is not there any more.", ["manifest-pointer-dead", "session-root-moved"], NO_HAND_ENV }
    MANIFEST_INVALID { "{label} metadata is invalid: {why}", "manifest-load", "The manifest does not load in this release.", ["manifest-unreadable", "manifest-schema-unsupported"], NO_MIXED }
    MANIFEST_OTHER { "{label} metadata is stale: the resolved manifest belongs to tmux session `{theirs}`, not `{ours}`.", "manifest-session", "The manifest was written for a session of another name: the session was renamed or recreated, or the name given is only a prefix.", ["manifest-session-mismatch", "session-renamed"], NO_HAND_ENV }
    FALLBACK_BY_ID { "{first} Shared-registry fallback by `HOUMAO_AGENT_ID` was unavailable.", "agent-id", "The manifest pointer failed, and the session publishes no agent id to fall back on.", ["manifest-pointer-dead"], NO_HAND_ENV }
    FALLBACK_BY_SESSION { "{first} Shared-registry fallback by exact `terminal.session_name` was unavailable.", "registry-record", "The manifest pointer failed, and no fresh record names this session exactly.", ["manifest-pointer-dead", "registry-lease-expired"], "" }
    NO_METADATA { "Current-session attach is unavailable because the tmux session does not publish `HOUMAO_MANIFEST_PATH` or `HOUMAO_AGENT_ID`.", "agent-id", "This session is not managed, or its metadata is gone.", ["tmux-metadata-missing", "tmux-env-legacy-prefix"], NO_HAND_ENV }
    NO_METADATA_TARGET { "Tmux-session targeting is unavailable because the tmux session does not publish `HOUMAO_MANIFEST_PATH` and no fresh shared-registry record matched `terminal.session_name`.", "registry-record", "The session publishes no manifest and no fresh record names it.", ["tmux-metadata-missing"], NO_HAND_ENV }
    ID_INVALID { "Current-session attach metadata is invalid: `HOUMAO_AGENT_ID` is not a valid authoritative agent id.", "agent-id", "The session's agent id is no id; the manifest's own error is hidden.", ["manifest-pointer-dead"], NO_HAND_ENV }
    ID_STALE { "Current-session attach metadata is stale: `HOUMAO_AGENT_ID` resolved no fresh shared-registry record.", "registry-record", "The manifest pointer failed first (its error is hidden), and the registry has no fresh record of this id.", ["registry-lease-expired", "manifest-pointer-dead"], NO_HAND_ENV }
    TARGET_AMBIGUOUS { "Local managed-agent resolution is ambiguous for `--target-tmux-session` `{session}` (tmux session name).\nCandidates:\n{candidates}\nRetry with `--agent-id <id>`.", "registry-record", "Several fresh records name this session.", ["registry-session-claimed-twice"], "" }
    DIR_RELATIVE { "{label} metadata is invalid: `{variable}` must be an absolute path, got `{path}`.", "agent-def-dir", "The agent definition directory is a relative path.", ["agent-def-pointer-missing"], NO_HAND_ENV }
    DIR_STALE { "{label} metadata is stale: `{variable}` points to missing directory `{path}`.", "agent-def-dir", "The agent definition directory is not there.", ["session-root-moved"], "" }
    NO_DEF_DIR { "{label} is unavailable for local tmux-backed control because neither `HOUMAO_AGENT_DEF_DIR` nor shared-registry `runtime.agent_def_dir` is available.", "agent-def-dir", "The manifest pointer is good, so the registry is not asked, and the session does not publish the directory.", ["tmux-metadata-missing"], NO_HAND_ENV }

    // 6.2 by name and id
    NAME_AMBIGUOUS { "Local managed-agent resolution is ambiguous for --agent-name `{name}` (friendly name).\nCandidates:\n{candidates}\nRetry with `--agent-id <id>`.", "registry-record", "Several records have this name.", ["registry-name-ambiguous"], "" }
    INACTIVE { "Local managed-agent resolution for {option} `{value}` matched an inactive registry record.\n{evidence}\nLive state/prompt/interrupt/stop/gateway operations require an active managed agent.{hint}", "registry-record", "The record is stopped, retired, relaunching or expired.", ["registry-lease-expired", "registry-relaunching-stuck"], "" }
    NO_DEF_DIR_IN_RECORD { "Managed agent `{name}` is missing registry agent_def_dir metadata.", "agent-def-dir", "The registry record lacks the agent definition directory.", ["registry-record-refused"], "" }
    NO_API_BASE_URL { "Managed agent `{name}` is missing a usable houmao-server api_base_url.", "pair-authority", "The record's manifest names no pair server.", ["pair-agent-unknown"], "" }
    NOT_ON_SERVER { "Managed agent `{name}` is registered in the shared registry but could not be resolved from the owning houmao-server.", "pair-agent", "The pair server of the manifest knows the agent under none of its names.", ["pair-agent-unknown"], NO_RETARGET }
    NO_NAME_MATCH { "No local managed agent matched friendly name `{name}`.{alias}\nFallback lookup through the default pair authority also failed: {why}\n{retry}", "default-pair", "No fresh record has this name, and the default pair server does not help.", ["registry-lease-expired", "selector-is-tmux-alias"], NO_RETARGET }
    RESUME_WRAPPED { "Managed agent `{name}` is registered in the shared registry but its local tmux-backed runtime authority is no longer live or otherwise unusable: {why}", "resume-manifest", "The record is good, but its session cannot be resumed.", ["tmux-session-not-found"], "" }
    RETIRED_BY_RECORD { "This managed agent is registered with retired backend `houmao_server_rest`. Use `houmao-passive-server` for maintained API-backed management or relaunch the agent through a maintained local/headless workflow.", "retired-backend", "houmao-server is gone since 0.11; this agent was launched through it.", ["backend-retired"], "" }
    RETIRED_BY_SESSION { "{label} uses retired backend `houmao_server_rest`. Use `houmao-passive-server` for maintained API-backed management or relaunch the agent through a maintained local/headless workflow.", "retired-backend", "houmao-server is gone since 0.11; this session was launched through it.", ["backend-retired"], "" }
    AUTHORITY_GONE { "Cannot {what} for managed agent `{name}`.\n{cause}{evidence}\n{next}", "tmux-authority", "The registry says active, but the record's tmux session or its window 0 is gone.", ["tmux-session-not-found", "primary-window-missing"], "" }
    EXTERNAL { "`{operation}` is unsupported for external communication-only managed agent `{name}`. Lifecycle is owned by the remote Houmao authority `{url}` for remote agent `{remote}`. Supported local operations: {supported}.", "registry-record", "The agent lives on another host; its gateway is managed there.", ["external-record-broken"], "" }
    EXTERNAL_AMBIGUOUS { "External managed-agent name `{name}` is ambiguous across {count} records. Use `--agent-id`.", "registry-record", "Several agents of other hosts have this name.", ["registry-name-ambiguous"], "" }

    // 6.3 pair
    PAIR_INVALID { "{label} metadata is invalid for `houmao_server_rest`: {why}", "pair-authority", "The manifest lacks the pair server or the agent's name on it.", ["manifest-unreadable"], NO_RETARGET }
    PAIR_NO_TARGET { "Manifest-backed pair authority is missing `api_base_url` or `managed_agent_ref`.", "pair-authority", "The manifest lacks the pair server or the agent's name on it.", ["manifest-unreadable"], NO_RETARGET }
    NEEDS_SERVER { "This command requires `houmao-server`; `houmao-passive-server` does not expose the legacy session-backed pair control surface.", "pair-health", "A passive server answers where the manifest expects houmao-server.", ["pair-not-houmao"], NO_RETARGET }
    UNREACHABLE { "Failed to reach a Houmao pair authority at {url}: {why}", "pair-health", "No pair server answers there.", ["pair-server-unreachable"], NO_RETARGET }
    API_ERROR { "CAO API error for GET {url}: status={status}, detail={detail}", "pair-health", "The request to the pair server failed.", ["pair-server-unreachable"], NO_RETARGET }
    NOT_HOUMAO { "Target at {url} is not a supported Houmao pair authority. {supported}", "pair-health", "Something else listens on the pair server's port.", ["pair-not-houmao"], NO_RETARGET }
    OTHER_SERVICE { "Target at {url} reported unsupported houmao_service={service}. {supported}", "pair-health", "A Houmao service of another kind listens on the pair server's port.", ["pair-not-houmao"], NO_RETARGET }
    UNKNOWN_AGENT { "Unknown managed agent `{agent}`.", "pair-agent", "The pair server does not know this agent: registration not finished, another server, or a server started from another directory.", ["pair-agent-unknown", "registry-record-missing"], NO_RETARGET }
    AMBIGUOUS_AGENT { "Managed agent reference `{agent}` is ambiguous.", "pair-agent", "Several agents of the pair server answer to this name.", ["pair-name-ambiguous"], NO_RETARGET }
    EMPTY_AGENT { "Managed agent reference must not be empty.", "pair-agent", "The agent's name on the pair server is blank.", [], "" }
    NOT_TUI { "{label} resolved a non-TUI managed agent, which is invalid for a pair-managed tmux session.", "pair-identity", "The server's agent of this name is headless.", ["pair-agent-unknown"], NO_RETARGET }
    ALIAS_STALE { "{label} metadata is stale: the persisted session alias no longer resolves to the expected managed agent.", "pair-identity", "The server resolves the manifest's name to another session.", ["pair-agent-unknown"], NO_RETARGET }
    PASSIVE_UNKNOWN { "Agent not found: {agent}", "pair-agent", "The passive server does not see this agent: its record is not fresh, or its tmux session is on another socket.", ["pair-server-blind", "registry-lease-expired", "registry-record-missing", "registry-record-malformed", "tmux-socket-split"], NO_RETARGET }
    PASSIVE_AMBIGUOUS { "Ambiguous agent name: {count} agents share this name. Disambiguate by agent_id.", "pair-agent", "Several agents have this name.", ["pair-name-ambiguous"], "" }
    PASSIVE_REMOTE { "Passive-server gateway {operation} requires local authority on the owning host; remote pair HTTP control is unsupported.", "passive-record", "A passive server cannot attach; the agent's registry record must be on this host.", ["registry-record-missing"], NO_RETARGET }
    PASSIVE_NO_GATEWAY { "No gateway attached to agent", "gateway-status", "The passive server knows the agent, but its record names no gateway.", ["registry-gateway-drift", "gateway-down"], "" }
    PASSIVE_ATTACH { "Gateway attach is not supported by houmao-passive-server. Use: houmao-mgr agents single --agent-id {agent} gateway attach", "pair-agent", "A passive server does not attach gateways.", [], "" }
    NO_SESSION_ROOT { "Managed TUI agent does not expose a runtime-owned session root for gateway operations.", "server-controller", "The server's registration of the agent lacks its session root.", ["pair-agent-unknown"], "" }
    BLOCKED { "Gateway attach is blocked because the existing live gateway requires managed-agent reconciliation.", "server-status", "The gateway outlived its agent's terminal.", ["queue-reconciliation-latched"], "" }
    NOT_RESUMABLE { "Managed-agent gateway attach is unavailable because runtime control is not resumable.", "server-controller", "The server could not resume the agent: its registry record is not fresh (24 hours for pair agents) or the session does not resume.", ["registry-lease-expired"], "" }
    SERVER_ERROR { "Internal Server Error", "server-status", "The server met an error that it does not expect.", [], "" }

    // 6.3 resume
    MANIFEST_MISSING { "Session manifest not found: {path}", "resume-manifest", "There is no manifest at that path.", ["manifest-pointer-dead", "session-root-moved"], "" }
    MANIFEST_NOT_JSON { "Invalid JSON in session manifest: {path}", "manifest-load", "The manifest is no JSON.", ["manifest-unreadable"], "" }
    MANIFEST_VERSION { "Session manifest schema-version mismatch: expected {expected}, got {got} in `{path}`. {hint}", "manifest-load", "The manifest is of a version that this release does not load.", ["manifest-schema-unsupported"], NO_MIXED }
    MANIFEST_FIELDS { "session_manifest.v{version} validation failed for {path}: {details}", "manifest-load", "The manifest breaks this release's rules; often another release wrote it.", ["manifest-schema-unsupported", "manifest-refused"], NO_MIXED }
    LEGACY_TMUX { "Legacy manifest `{path}` is missing non-empty `backend_state.tmux_session_name`.", "manifest-load", "An old manifest without its tmux session.", ["manifest-schema-unsupported"], "" }
    NO_AUTHORITY { "Manifest `{path}` is missing current `gateway_authority` data. {hint}", "manifest-load", "The manifest lacks its gateway section.", ["manifest-schema-unsupported"], "" }
    ROLE_MISSING { "Role prompt not found: {path}", "role-prompt", "The agent definition directory has no prompt for the manifest's role.", ["role-prompt-missing", "agent-def-pointer-missing"], "" }
    JOB_DIR { "Session manifest is missing `job_dir` and does not use the runtime-owned `<session-root>/manifest.json` layout required for fallback derivation.", "job-dir", "The manifest lies outside a session root.", ["session-root-moved"], "" }
    JOINED_ENV { "Joined relaunch could not resolve inherited launch env `{variable}` from tmux session `{session}`.", "joined-env", "The joined session should hand on a variable that its tmux session does not have.", ["joined-not-relaunchable"], NO_HAND_ENV }
    BRAIN_MISSING { "Missing file: {path}", "brain-manifest", "The brain manifest is not there.", ["session-root-moved"], "" }
    BRAIN_MAPPING { "Expected top-level mapping in {path}", "brain-manifest", "The brain manifest is no mapping.", [], "" }
    BRAIN_VERSION { "{path}: brain manifest must use schema_version=3", "brain-manifest", "The brain manifest is of another version.", [], "" }
    BRAIN_OLD { "{path}: brain manifest uses {version}. Rebuild the brain home with the current builder to get schema_version=3 preset support.", "brain-manifest", "The brain manifest is of an older version.", [], "" }
    ENV_FILE { "Missing env file: {path}", "brain-manifest", "The environment file of the launch is not there.", [], "" }
    APP_SERVER { "Resuming codex_app_server from persisted manifest is not supported because stdio channel state is not recoverable.", "backend-state", "This backend cannot be resumed.", ["backend-without-tmux"], "" }
    APP_SERVER_GONE { "backend='codex_app_server' is unmaintained and no longer supported; retained manifests naming it cannot create new sessions and no Codex process is started. Use the maintained Codex backends 'codex_headless' or 'local_interactive' instead.", "backend-state", "This backend is gone.", ["backend-without-tmux"], "" }
    SERVER_REST_GONE { "backend='houmao_server_rest' is retired. Use maintained local/headless manager workflows or `houmao-passive-server` API-managed launches instead.", "backend-state", "houmao-server is gone since 0.11.", ["backend-retired"], "" }
    HEADLESS_NO_ID { "Headless resume requires a non-empty headless.session_id after turn 0", "backend-state", "A headless session that has taken turns must know its id.", ["manifest-unreadable"], "" }
    SAME_DIRECTORY { "{tool} resume requires the same working directory as the persisted session", "backend-state", "The session's working directory differs from the manifest's.", ["manifest-unreadable"], "" }
    STATE_BLANK { "{server} session manifest missing or blank {field}", "backend-state", "A field of the backend's state is blank.", ["manifest-unreadable"], "" }
    STATE_MISMATCH { "{server} session manifest {field} mismatch: {rule}", "backend-state", "Two places of the manifest disagree.", ["manifest-unreadable"], "" }
    MODE_MISMATCH { "{server} parsing mode mismatch on resume: manifest requires {one}, but current configuration resolves to {other}.", "backend-state", "The manifest's parsing mode is not the configured one.", [], "" }
    SERVER_DOWN { "Failed to reach `houmao-server` at {url}: {why}", "backend-state", "The pair server does not answer.", ["pair-server-unreachable"], "" }
    NOT_ON_PATH { "{flow} requires `{program}` on PATH. Install the required CLI and verify with `command -v {program}`.", "executable", "The agent's program is not on the PATH of this shell; even status needs it.", [], "" }
    NO_TMUX { "tmux-backed runtimes require `tmux` on PATH. Install tmux and verify with `command -v tmux`.", "executable", "tmux is not on the PATH of this shell.", ["tmux-unavailable"], "" }
    SESSION_GONE { "Tmux-backed resume requires existing tmux session `{session}` but it is unavailable: {why}", "tmux-session", "The manifest's tmux session does not live on this shell's tmux server.", ["tmux-session-not-found", "tmux-session-not-found"], "" }
    SURFACE { "Failed to prepare tmux agent surface in `{session}`: {why}", "window-0", "Window 0 of the session could not be prepared.", ["primary-window-missing", "tmux-base-index"], "" }
    SURFACE_STEP { "Failed to {action} tmux headless agent window `{window}`: {why}", "window-0", "Window 0 of the session could not be prepared.", ["primary-window-missing", "tmux-base-index"], "" }
    NO_PRIMARY { "Tmux session `{session}` is missing primary window `0` and has {count} windows; refusing to guess which window is the managed-agent surface.", "window-0", "No window of the session has index 0.", ["primary-window-missing"], "" }
    AMBIGUOUS_SURFACE { "Ambiguous tmux primary surface for `{session}`: {count} live panes matched {what}.", "window-0", "Window 0 has several live panes.", ["primary-pane-ambiguous"], "" }
    LIBTMUX_SESSION { "Tmux session `{session}` does not exist.", "tmux-session", "No session has exactly this name; a longer name that begins with it does not count here.", ["tmux-session-not-found"], NO_BLIND_RETRY }
    ENV_SET { "Failed to set tmux environment variable `{variable}` in session `{session}`: {why}", "session-env", "tmux would not take the session's environment.", ["tmux-unavailable"], "" }
    QUEUE { "file is not a database", "queue", "queue.sqlite is damaged; every command that resumes this session ends here.", ["queue-unreadable"], "" }
    QUEUE_OPEN { "unable to open database file", "queue", "queue.sqlite cannot be opened.", ["queue-unreadable"], "" }
    QUEUE_SCHEMA { "Incompatible gateway durable storage schema for {details}", "queue", "Another release wrote queue.sqlite.", ["queue-schema-old"], "" }
    DESIRED_FIELDS { "Gateway desired config validation failed for {path}: {details}", "desired-config", "desired-config.json breaks this release's rules; often a newer release wrote it.", ["desired-config-refused"], "" }
    FILE_JSON { "Invalid JSON in {path}: {why}", "desired-config", "A gateway file is no JSON.", ["desired-config-refused"], "" }
    FILE_OBJECT { "Expected top-level object in {path}", "desired-config", "A gateway file is no JSON object.", ["desired-config-refused"], "" }
    CONFLICT { "Shared-registry ownership conflict for agent_id `{agent}` {when}: {word} generation `{theirs}` already owns that logical identity, so generation `{ours}` must stand down.", "registry-publish", "Another launch of the same agent id is registered and fresh; the command stops half-way.", ["registry-generation-conflict"], "" }
    RECORD_JSON { "Invalid JSON in registry record `{path}`.", "registry-publish", "The agent's own registry record is no JSON; it is not replaced.", ["registry-record-refused"], "" }
    RECORD_FIELDS { "Invalid registry record `{path}`: {details}", "registry-publish", "The agent's own registry record breaks this release's rules; it is not replaced.", ["registry-record-refused"], "" }
    LEASE_PAST { "Refusing to publish a record with an already-expired lease.", "registry-publish", "The clock went back.", [], "" }
    LEASE_PAST_ACTIVE { "Refusing to publish an active record with an expired lease.", "registry-publish", "The clock went back.", [], "" }
    PUBLISH_SCHEMA { "Shared registry record schema validation failed before publish for `{agent}`: {why}", "registry-publish", "The record that would be written breaks the registry's own rules.", ["registry-record-refused"], "" }
    PUBLISH_VERIFY { "Registry publish verification failed for agent_id `{agent}`.", "registry-publish", "The record was written and could not be read back.", ["registry-record-refused"], "" }
    ROOT_RELATIVE { "`{variable}` must be an absolute path.", "registry-record", "A root directory variable of this shell is not absolute.", ["root-env-override"], "" }
    OVERLAY_MODE { "`HOUMAO_PROJECT_OVERLAY_DISCOVERY_MODE` must be `ancestor` or `cwd_only`.", "command", "The variable holds another word.", ["overlay-env-invalid"], "" }
    OVERLAY_SCHEMA { "{path}: only schema_version=1 is supported for Houmao project configs.", "command", "The project configuration is of another version.", ["overlay-migration-pending"], "" }

    // 6.4 attach
    UNSUPPORTED { "Gateway attach is only implemented for runtime-owned tmux-backed backends {supported} in v1, got backend={backend}.", "backend-supported", "This backend cannot have a gateway.", ["backend-retired"], "" }
    NOT_RUNTIME_OWNED { "Gateway operations require a runtime-owned session manifest rooted at `<session-root>/manifest.json`.", "gateway-files", "The manifest's file name is not manifest.json.", ["manifest-pointer-dead"], "" }
    NO_CAPABILITY { "Managed agent does not publish manifest-backed gateway capability.", "gateway-status", "The manifest's file name is not manifest.json.", ["manifest-pointer-dead"], "" }
    NO_ATTACH_FIELD { "Manifest-backed gateway publication is missing `{field}`.", "gateway-files", "The manifest's authority lacks a field that this backend needs.", ["manifest-unreadable"], "" }
    HOST { "Gateway host must resolve to exactly '127.0.0.1' or '0.0.0.0'.", "listener", "HOUMAO_AGENT_GATEWAY_HOST holds another address.", ["gateway-port-ambient"], NO_BLIND_RETRY }
    PORT_VALUE { "Invalid `HOUMAO_AGENT_GATEWAY_PORT` value {value}.", "listener", "HOUMAO_AGENT_GATEWAY_PORT of this shell is no number.", ["gateway-port-ambient"], NO_BLIND_RETRY }
    PORT_RANGE { "Gateway port must be between 1 and 65535.", "listener", "HOUMAO_AGENT_GATEWAY_PORT of this shell is no port.", ["gateway-port-ambient"], NO_BLIND_RETRY }
    WINDOW_CREATE { "Failed to create gateway tmux window: {why}", "new-window", "tmux took the session's name for a window of the current session, or the session is gone.", ["gateway-window-misdirected"], NO_BLIND_RETRY }
    WINDOW_ZERO { "Gateway auxiliary window unexpectedly used reserved window `0`.", "new-window", "Index 0 of the session was free, so the gateway's window took it; that window stays open.", ["primary-window-missing"], NO_BLIND_RETRY }
    IN_USE { "Gateway attach failed because listener {host}:{port} is already in use.", "start-gateway", "Something listens on the wanted port, or the log holds such a line from an earlier day.", ["gateway-port-taken", "gateway-log-port-red-herring"], NO_BLIND_RETRY }
    BEFORE_HEALTH { "Gateway attach failed before health readiness; see `{path}`.", "start-gateway", "The gateway ended before it could answer; its log says why.", ["gateway-down"], NO_BLIND_RETRY }
    NO_BOUND_PORT { "Timed out waiting for gateway startup to publish its bound port.", "start-gateway", "The gateway did not start within ten seconds.", ["gateway-down"], NO_BLIND_RETRY }
    NO_LISTENER { "Timed out waiting for gateway startup to publish listener {host}:{port}.", "start-gateway", "The gateway did not start within ten seconds.", ["gateway-down"], NO_BLIND_RETRY }
    NO_HEALTH { "Timed out waiting for gateway health readiness on {host}:{port}.", "health", "The gateway started but did not answer; a proxy variable of this shell often catches the request.", ["gateway-proxy-capture"], NO_BLIND_RETRY }
    PORT_DIFFERS { "Gateway startup published a listener port that does not match the requested port {port}.", "start-gateway", "Another gateway of this session wrote the record meanwhile.", ["gateway-port-differs-desired"], NO_BLIND_RETRY }
    HEALTH_VERSION { "Gateway health returned incompatible protocol version {version}.", "health", "A gateway of another protocol answered.", ["gateway-protocol-mismatch"], NO_BLIND_RETRY }
    EXECUTION_MODE { "Unsupported gateway execution mode `{mode}` in environment.", "start-gateway", "HOUMAO_GATEWAY_EXECUTION_MODE holds another word.", ["gateway-port-ambient"], "" }

    // 7 detach and status
    PANE_STATE { "Failed to inspect gateway tmux pane state: {why}", "stop-recorded-gateway", "The session's panes could not be listed.", ["tmux-session-not-found"], NO_BLIND_RETRY }
    WINDOW_GUARD { "Refusing to stop the reserved agent window `0`.", "stop-recorded-gateway", "The recorded window has index 0. Houmao cannot say this of a file: such a record does not load, and detach signals the pid file's process instead.", ["handle-window-zero"], NO_BLIND_RETRY }
    WINDOW_STOP { "Failed to stop gateway tmux window `{window}`: {why}", "stop-recorded-gateway", "tmux would not kill the recorded window.", ["handle-shape-invalid"], NO_BLIND_RETRY }
    PANE_STAYS { "Timed out waiting for gateway tmux pane `{pane}` to stop after killing window `{window}`.", "stop-recorded-gateway", "The recorded window was killed, but the recorded pane is elsewhere in the session and lives on: another window died.", ["handle-resolves-to-other-window"], NO_BLIND_RETRY }
    TERMINATE { "Failed to terminate gateway process {pid}: {why}", "stop-recorded-gateway", "The process of gateway.pid could not be signalled.", ["handle-pid-reused"], NO_BLIND_RETRY }
    LISTENER_STAYS { "Gateway listener did not stop cleanly for process {pid}.", "stop-recorded-gateway", "The recorded port stays taken after the process was signalled: another process listens there.", ["gateway-port-taken"], NO_BLIND_RETRY }
    NO_LIVE { "No live gateway is attached for session `{session}`.", "gateway-status", "The session has no live gateway, or only a part of its variables.", ["gateway-env-partial", "gateway-down"], "" }
    LIVE_VALUE { "Invalid `{variable}` value {value} in tmux session `{session}`.", "gateway-status", "A live-gateway variable of the session holds another agent's value or nonsense.", ["gateway-env-foreign"], NO_HAND_ENV }
    PROTOCOL { "Unsupported gateway protocol version {found}; expected {expected}.", "gateway-status", "The session's protocol variable is of another version.", ["gateway-protocol-mismatch"], "" }
    HEALTH_PROTOCOL { "Gateway health reported incompatible protocol version {version}.", "gateway-status", "A gateway of another protocol answered.", ["gateway-protocol-mismatch"], "" }
    SAME_SESSION_PANE { "Failed to inspect same-session gateway tmux pane state: {why}", "gateway-status", "The session's panes could not be listed.", ["tmux-session-not-found"], "" }

    // relaunch, cleanup, anything
    RELAUNCH_INDEX { "Manifest relaunch authority is invalid because the primary window index is `{index}` instead of `0`.", "relaunch-authority", "The manifest wants another window than 0.", ["primary-handles-stale"], "" }
    RELAUNCH_STALE { "Manifest relaunch authority is stale because the controller tmux session `{one}` does not match the persisted relaunch session `{other}`.", "relaunch-authority", "The manifest's relaunch section names another session.", ["session-renamed"], "" }
    RELAUNCH_JOINED { "Joined-session relaunch is unavailable because no launch options were recorded.", "relaunch-authority", "The session was joined without launch options, so Houmao cannot start the agent itself; the command exits 0 all the same.", ["joined-not-relaunchable"], "" }
    RELAUNCH_REMOTE { "Managed-agent relaunch requires local manifest authority on the owning host. This target is only resolvable through pair HTTP metadata.", "relaunch-authority", "The agent is known only to a pair server.", [], "" }
    INTERNAL { "Unexpected internal error while running `houmao-mgr`: {detail} (exception: {class}).", "command", "Houmao met an error that it does not expect.", [], "" }
    INTERNAL_BARE { "Unexpected internal error while running `houmao-mgr` (exception: {class}).", "command", "Houmao met an error that it does not expect.", [], "" }
}

#[cfg(test)]
mod tests {
    use super::super::steps::is_step;
    use super::*;

    #[test]
    fn placeholders_are_filled_and_braces_of_the_text_stay() {
        let said = POINTER_STALE.say(&[("label", "L"), ("variable", "V"), ("path", "{path}")]);
        assert_eq!(said, "L metadata is stale: `V` points to missing manifest `{path}`.");
        assert_eq!(next_placeholder("in {2, 3} of {n}"), Some(("in {2, 3} of ", "n", "")));
    }

    #[test]
    fn each_text_names_a_real_step_and_says_what_it_means() {
        for text in TEXTS {
            assert!(is_step(text.step), "{}: no step {}", text.template, text.step);
            assert!(text.means.ends_with('.'), "{}: {}", text.template, text.means);
        }
    }
}

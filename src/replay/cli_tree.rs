//! The command trees of the releases, as far as they are replayed, and the names around them, which suggestions use.
use crate::contract::Release;

/// One group or command.
pub(super) struct Node {
    /// Its path below `houmao-mgr`, words joined by spaces.
    pub path: &'static str,
    /// Since which release it is so.
    pub since: Release,
    /// Before which release it is so.
    pub until: Release,
    /// Names of its commands; none for a command.
    pub commands: &'static [&'static str],
    /// Its options, `--help` left out.
    pub options: &'static [Opt],
}

/// One option.
pub(super) struct Opt(pub &'static str, pub Takes);

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    Text,
    Integer,
    Float,
}

use Takes::{Float, Integer, Nothing, Text};

const EVER: Release = Release::new(u16::MAX, 0, 0);
const FIRST: Release = Release::new(0, 0, 0);
const V05: Release = Release::new(0, 5, 0);
const V061: Release = Release::new(0, 6, 1);
const V1: Release = Release::new(1, 0, 0);
const V2: Release = Release::new(2, 0, 0);

const CURRENT: Opt = Opt("--current-session", Nothing);
const TARGET: Opt = Opt("--target-tmux-session", Text);
const PAIR: Opt = Opt("--pair-port", Integer);
const PORT: Opt = Opt("--port", Integer);
const ID: Opt = Opt("--agent-id", Text);
const NAME: Opt = Opt("--agent-name", Text);
const BACKGROUND: Opt = Opt("--background", Nothing);
const T1: Opt = Opt("--gateway-tui-watch-poll-interval-seconds", Float);
const T2: Opt = Opt("--gateway-tui-stability-threshold-seconds", Float);
const T3: Opt = Opt("--gateway-tui-completion-stability-seconds", Float);
const T4: Opt = Opt("--gateway-tui-unknown-to-stalled-timeout-seconds", Float);
const T5: Opt = Opt("--gateway-tui-stale-active-recovery-seconds", Float);
const T6: Opt = Opt("--gateway-tui-final-stable-active-recovery-seconds", Float);
const DRY: Opt = Opt("--dry-run", Nothing);
const MANIFEST: Opt = Opt("--manifest-path", Text);
const ROOT: Opt = Opt("--session-root", Text);
const MODE: Opt = Opt("--chat-session-mode", Text);
const CHAT: Opt = Opt("--chat-session-id", Text);
const STYLE: &[Opt] = &[
    Opt("--version", Nothing),
    Opt("--print-plain", Nothing),
    Opt("--print-json", Nothing),
    Opt("--print-fancy", Nothing),
];

const fn group(
    path: &'static str,
    since: Release,
    until: Release,
    commands: &'static [&'static str],
    options: &'static [Opt],
) -> Node {
    Node { path, since, until, commands, options }
}

const fn command(path: &'static str, since: Release, until: Release, options: &'static [Opt]) -> Node {
    Node { path, since, until, commands: &[], options }
}

const GATEWAY_0: &[&str] =
    &["attach", "detach", "status", "prompt", "interrupt", "send-keys", "tui", "mail-notifier", "reminders"];
const GATEWAY_1: &[&str] = &[
    "attach",
    "detach",
    "status",
    "prompt",
    "interrupt",
    "send-keys",
    "ag-ui",
    "tui",
    "mail-notifier",
    "reminders",
];
const CLEANUP: &[&str] = &["session", "logs", "mailbox"];

/// Every group and command that is replayed, and the groups above them.
pub(super) const TREE: &[Node] = &[
    group(
        "",
        FIRST,
        V05,
        &["admin", "agents", "brains", "mailbox", "project", "server", "system-skills"],
        STYLE,
    ),
    group(
        "",
        V05,
        V1,
        &[
            "admin",
            "agents",
            "brains",
            "credentials",
            "internals",
            "mailbox",
            "project",
            "server",
            "system-skills",
        ],
        STYLE,
    ),
    group(
        "",
        V1,
        EVER,
        &["admin", "ag-ui", "agents", "internals", "mailbox", "project", "system-skills"],
        STYLE,
    ),
    group(
        "agents",
        FIRST,
        V1,
        &[
            "launch",
            "join",
            "list",
            "state",
            "prompt",
            "interrupt",
            "stop",
            "relaunch",
            "gateway",
            "cleanup",
            "mail",
            "mailbox",
            "turn",
        ],
        &[],
    ),
    group("agents", V1, EVER, &["global", "single", "self", "external"], &[]),
    group("agents gateway", FIRST, V1, GATEWAY_0, &[]),
    command("agents gateway attach", FIRST, V061, &[BACKGROUND, CURRENT, TARGET, PAIR, ID, NAME]),
    command(
        "agents gateway attach",
        V061,
        V1,
        &[BACKGROUND, T1, T2, T3, T4, T5, T6, CURRENT, TARGET, PAIR, ID, NAME],
    ),
    command("agents gateway detach", FIRST, V1, &[CURRENT, TARGET, PAIR, ID, NAME]),
    command("agents gateway status", FIRST, V1, &[CURRENT, TARGET, PAIR, ID, NAME]),
    command("agents stop", FIRST, V1, &[PORT, ID, NAME]),
    command("agents relaunch", FIRST, V1, &[PORT, ID, NAME]),
    group("agents cleanup", FIRST, V1, CLEANUP, &[]),
    command(
        "agents cleanup session",
        FIRST,
        V1,
        &[
            Opt("--include-job-dir", Nothing),
            Opt("--no-include-job-dir", Nothing),
            DRY,
            ID,
            NAME,
            MANIFEST,
            ROOT,
        ],
    ),
    group(
        "agents single",
        V1,
        V2,
        &[
            "state",
            "prompt",
            "interrupt",
            "stop",
            "relaunch",
            "gateway",
            "mail",
            "turn",
            "memory",
            "mailbox",
            "cleanup",
        ],
        &[ID, NAME],
    ),
    group(
        "agents single",
        V2,
        EVER,
        &[
            "state",
            "prompt",
            "interrupt",
            "stop",
            "relaunch",
            "gateway",
            "mail",
            "turn",
            "memory",
            "mailbox",
            "cleanup",
            "instance-state",
        ],
        &[ID, NAME],
    ),
    group("agents single gateway", V1, EVER, GATEWAY_1, &[]),
    command("agents single gateway attach", V1, EVER, &[BACKGROUND, T1, T2, T3, T4, T5, T6, PAIR]),
    command("agents single gateway detach", V1, EVER, &[PAIR]),
    command("agents single gateway status", V1, EVER, &[PAIR]),
    command("agents single stop", V1, EVER, &[PORT]),
    command("agents single relaunch", V1, EVER, &[PORT, MODE, CHAT]),
    group("agents single cleanup", V1, EVER, CLEANUP, &[]),
    command(
        "agents single cleanup session",
        V1,
        EVER,
        &[DRY, Opt("--purge-registry", Nothing), MANIFEST, ROOT],
    ),
    group(
        "agents self",
        V1,
        V2,
        &[
            "identity",
            "state",
            "prompt",
            "interrupt",
            "system-prompt",
            "relaunch",
            "join",
            "gateway",
            "mail",
            "turn",
            "memory",
            "mailbox",
        ],
        &[],
    ),
    group(
        "agents self",
        V2,
        EVER,
        &[
            "identity",
            "state",
            "prompt",
            "interrupt",
            "relaunch",
            "join",
            "gateway",
            "mail",
            "turn",
            "memory",
            "mailbox",
            "instance-state",
        ],
        &[],
    ),
    group("agents self gateway", V1, EVER, GATEWAY_1, &[]),
    command("agents self gateway attach", V1, EVER, &[BACKGROUND, T1, T2, T3, T4, T5, T6]),
    command("agents self gateway detach", V1, EVER, &[]),
    command("agents self gateway status", V1, EVER, &[]),
    command("agents self relaunch", V1, EVER, &[MODE, CHAT]),
];

/// The node at a path in a release.
pub(super) fn node(path: &str, release: Release) -> Option<&'static Node> {
    TREE.iter().find(|n| n.path == path && n.since <= release && release < n.until)
}

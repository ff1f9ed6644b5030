//! Releases of Houmao, and what changed in which of them: the one table of release differences.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A release of Houmao, ordered as releases are; release candidates count as the release they lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Release {
    /// First number.
    pub major: u16,
    /// Second number.
    pub minor: u16,
    /// Third number.
    pub patch: u16,
}

impl Release {
    /// The release with these three numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Release { major, minor, patch }
    }

    /// Reads `X.Y.Z`, `X.Y`, and what Python packages append to it (`1.0.0rc1`, `0.7.0.post1`).
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim().trim_start_matches('v').splitn(3, '.').map(|part| {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<u16>().ok()
        });
        let (major, minor) = (numbers.next()??, numbers.next()??);
        let patch = numbers.next().map_or(Some(0), |p| p)?;
        Some(Release { major, minor, patch })
    }

    /// Its command-line dialect (contract, "CLI spelling").
    pub fn dialect(self) -> Dialect {
        if self < Release::new(1, 0, 0) { Dialect::Flat } else { Dialect::Scoped }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// How gateway commands are spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// `agents gateway attach …` (before 1.0.0).
    Flat,
    /// `agents single … gateway attach`, `agents self gateway attach` (since 1.0.0).
    Scoped,
}

// What changed in which release, as far as files go (contract sections 3 to 5, checked against the published releases).

/// Prompt mode `interactive` became `as_is`; mailbox bindings got `mailbox_kind` and `mailbox_path`.
pub const AS_IS_MODE: Release = Release::new(0, 2, 0);
/// `runtime.memory_binding` and `runtime.memory_dir`.
pub const MEMORY_BINDING: Release = Release::new(0, 4, 2);
/// An upgraded manifest tolerates `backend_state.turn_index: null`.
pub const LENIENT_TURN_INDEX: Release = Release::new(0, 6, 0);
/// `desired_tui_tracking_timings`.
pub const TUI_TIMINGS: Release = Release::new(0, 6, 1);
/// `final_stable_active_recovery_seconds` among the timings.
pub const FINAL_RECOVERY: Release = Release::new(0, 6, 3);
/// `runtime.memory_root` and its two companions in place of `job_dir`, `memory_binding` and `memory_dir`; only
/// `schema_version` 4 loads.
pub const MEMORY_ROOTS: Release = Release::new(0, 7, 0);
/// Registry records with a life cycle (`schema_version` 3).
pub const LIFECYCLE_RECORDS: Release = Release::new(0, 8, 0);
/// `primary_window_id`, `primary_pane_id` and `desired_diagnostic_logging`.
pub const PRIMARY_IDS: Release = Release::new(0, 9, 0);
/// External registry records; release candidates of 0.11 led to 1.0.0.
pub const EXTERNAL_RECORDS: Release = Release::new(0, 11, 0);
/// Backend `kimi_headless`.
pub const KIMI: Release = Release::new(1, 1, 0);
/// `system_prompt` in manifests.
pub const SYSTEM_PROMPTS: Release = Release::new(1, 1, 0);
/// Role injection `auto_skill_system_prompt`.
pub const AUTO_SKILL_PROMPTS: Release = Release::new(1, 1, 0);
/// Backend `gemini_headless` is gone.
pub const GEMINI_GONE: Release = Release::new(1, 2, 0);
/// Role injection `native_home_system_prompt` in place of `auto_skill_system_prompt`.
pub const HOME_PROMPTS: Release = Release::new(2, 2, 0);
/// `observation_channels` in `state.json`.
pub const OBSERVATION_CHANNELS: Release = Release::new(2, 4, 0);

// What changed in which release, as far as commands go (contract sections 0, 1, 4.4, 6 and 8).

/// An attach has `--background`, which opens no window.
pub const BACKGROUND: Release = Release::new(0, 4, 1);
/// Errors of Houmao's own family end a command with `Error: …` instead of a traceback.
pub const SHOWN_ERRORS: Release = Release::new(0, 5, 0);
/// `--agent-name` and `--agent-id` wrap the errors of a resume in a sentence that names the agent.
pub const WRAPPED_RESUME: Release = Release::new(0, 5, 0);
/// `POST …/gateway/attach` sends `tui_tracking_timings`.
pub const ATTACH_TIMINGS: Release = Release::new(0, 6, 1);
/// The gateway client goes past proxies, and its last error is told in `Timed out waiting for gateway health readiness`.
pub const PROXIES_PASSED: Release = Release::new(0, 7, 0);
/// Sessions have no `job_dir` any more.
pub const NO_JOB_DIR: Release = Release::new(0, 7, 0);
/// Any other exception ends a command with `Unexpected internal error …` instead of a traceback.
pub const SHOWN_INTERNAL_ERRORS: Release = Release::new(0, 8, 0);
/// A record that is not active or not fresh is told by `--agent-id` and `--agent-name`.
pub const INACTIVE_TOLD: Release = Release::new(0, 8, 0);
/// A launch with a kept home restores the tmux session's name, and stops where tmux has such a session.
pub const NAME_RESTORED: Release = Release::new(0, 8, 2);
/// A lookup by id passes over symbolic links.
pub const SYMLINKS_PASSED: Release = Release::new(0, 8, 3);
/// `--agent-id` and `--agent-name` probe the record's tmux session, and window 0 is prepared by window id.
pub const TMUX_PROBE: Release = Release::new(0, 9, 0);
/// Stop and relaunch take back an active record whose tmux session is gone.
pub const BROKEN_RECOVERED: Release = Release::new(0, 9, 1);
/// `houmao-server` and its backend are retired; the default pair server is `houmao-passive-server` on port 9891.
pub const SERVER_RETIRED: Release = Release::new(0, 11, 0);
/// What the tmux probe finds is told in words, and listings are spelt `agents global list`.
pub const PROBE_TOLD: Release = Release::new(1, 0, 0);
/// A starting gateway writes `current-instance.json` before it has its port, so that a gateway which already answers
/// there can be taken for it, if it answers before the new one ends. Seen in 1.2.1 and 2.4.0, not in 0.6.6; the first release is not dated.
pub const RECORDED_EARLY: Release = Release::new(1, 0, 0);
/// The registry lies in the user's configuration folder.
pub const REGISTRY_MOVED: Release = Release::new(1, 0, 0);

/// Every release in which anything changed that this table, the contract or the replay tells apart: where these agree, all
/// releases do. A test compares it with the sources.
pub const CHANGES: [Release; 30] = [
    Release::new(0, 1, 0),
    Release::new(0, 2, 0),
    Release::new(0, 3, 0),
    Release::new(0, 4, 0),
    Release::new(0, 4, 1),
    Release::new(0, 4, 2),
    Release::new(0, 5, 0),
    Release::new(0, 5, 1),
    Release::new(0, 6, 0),
    Release::new(0, 6, 1),
    Release::new(0, 6, 3),
    Release::new(0, 6, 6),
    Release::new(0, 7, 0),
    Release::new(0, 7, 2),
    Release::new(0, 8, 0),
    Release::new(0, 8, 2),
    Release::new(0, 8, 3),
    Release::new(0, 9, 0),
    Release::new(0, 9, 1),
    Release::new(0, 10, 0),
    Release::new(0, 10, 1),
    Release::new(0, 11, 0),
    Release::new(1, 0, 0),
    Release::new(1, 1, 0),
    Release::new(1, 1, 1),
    Release::new(1, 2, 0),
    Release::new(2, 0, 0),
    Release::new(2, 1, 0),
    Release::new(2, 2, 0),
    Release::new(2, 4, 0),
];

/// Variable and default of the pair server's port.
pub fn pair_port(release: Release) -> (&'static str, u16) {
    if release < SERVER_RETIRED { ("CAO_PORT", 9889) } else { ("HOUMAO_PASSIVE_SERVER_PORT", 9891) }
}

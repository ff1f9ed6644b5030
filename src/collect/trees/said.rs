//! What `host.yaml` says of packed trees, and what can be wrong with them.
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `host.yaml`: where the trees beside it come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TreesHost {
    /// When they were packed, RFC 3339 with a zone.
    pub taken_at: String,
    /// Numeric id of the operator.
    pub uid: u32,
    /// Home directory of the operator.
    pub home: String,
    /// Working directory of the operator's shell.
    pub cwd: String,
    /// The installed release of Houmao; it is judged for.
    pub houmao: Option<String>,
    /// What path `session-root/` had.
    pub session_root: String,
    /// What path `registry/` had.
    pub registry: Option<String>,
    /// Where programs are on the `PATH` of the operator's shell; of others nothing is known.
    pub programs: Option<BTreeMap<String, String>>,
    /// Paths outside the trees that were looked for and are not there.
    pub absent: Option<Vec<String>>,
    /// Sockets of the other tmux servers of this user. `[]` says that there is none; where this is not said at all, a session
    /// that tmux.txt does not have may be on one.
    pub other_tmux: Option<Vec<String>>,
    /// Variables of the operator's shell; only those that Houmao reads are kept. `{}` says that none is set; where this is
    /// not said at all, nothing is known of them.
    pub env: Option<BTreeMap<String, String>>,
}

/// Why trees cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreesError {
    /// A time that is none.
    #[error("`taken_at` is no time with a zone, such as 2026-11-23T09:02:42Z: {0}")]
    Time(String),
    /// A folder that should be there.
    #[error("there is no folder {0}/; pack it as `houmao-doctor capture --print-commands` tells")]
    Missing(&'static str),
    /// A link whose target is not in the tree.
    #[error("{0} is a link that leads out of the tree; pack with `tar -h`, which follows links")]
    Link(String),
    /// A listing that cannot be read.
    #[error(
        "tmux.txt cannot be read: {0}; make it with the command of `houmao-doctor capture --print-commands`"
    )]
    Listing(String),
    /// A registry where no release looks.
    #[error("`registry` is {given}, but with this `home` and `env` Houmao looks at {looked}")]
    Registry {
        /// What is said.
        given: String,
        /// Where the release lines look.
        looked: String,
    },
}

//! Session roots and the files in them, redacted by allow-list.
use super::{Databases, Observed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The single key of a redacted leaf: `{"$redacted": {"type": "string", "blank": false}}`. Its `type` is one of
/// `string`, `integer`, `float`, `boolean`; `blank` says whether nothing is left of a string after stripping white space.
pub const REDACTED: &str = "$redacted";

/// The single key of a number that JSON proper cannot hold (`NaN`, `Infinity`, `-Infinity`, an integer beyond 64 bits),
/// which Python's reader accepts: `{"$number": "NaN"}`.
pub const ODD_NUMBER: &str = "$number";

/// What a path is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PathState {
    /// What is there, after following links.
    pub kind: PathKind,
    /// The path with `~` expanded, made absolute against the working directory, and all links followed, as Python's
    /// `Path.expanduser().resolve()` gives it.
    pub resolved: String,
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PathKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A FIFO, socket or device.
    Special,
    /// Nothing; `resolved` still says where the path leads.
    Missing,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileView {
    /// Its path, links followed.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// When it was last written, RFC 3339 in UTC.
    pub modified_at: String,
    /// What is in it.
    pub content: Content,
}

/// What is in a file. JSON is read as Python's `json` module reads it, since Houmao does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    /// A JSON document: all keys in file order (of a repeated key the last value), leaves redacted by allow-list.
    Json(Value),
    /// Not JSON; the text is Python's (`Expecting value: line 1 column 1 (char 0)`).
    NotJson(String),
    /// Not UTF-8; the text is Python's (`'utf-8' codec can't decode byte 0xff in position 0: invalid start byte`).
    NotUtf8(String),
    /// A short text file that is kept whole (a pid, a protocol version).
    Text(String),
}

/// Who names a session root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum NamedBy {
    /// `HOUMAO_MANIFEST_PATH` of the tmux session with this id.
    TmuxSession(String),
    /// `runtime.manifest_path` of the record at this path.
    Record(String),
    /// `--session-root`.
    Operator,
}

/// One session root: the folder that holds `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionRoot {
    /// The folder, links followed.
    pub path: String,
    /// Path of its manifest, links followed; its file name need not be `manifest.json`.
    pub manifest_path: String,
    /// Who names it, sorted.
    pub named_by: Vec<NamedBy>,
    /// The folder itself.
    pub folder: Observed<PathState>,
    /// The manifest.
    pub manifest: Observed<FileView>,
    /// The gateway subtree.
    pub gateway: GatewayTree,
    /// What the SQLite files that belong to it hold.
    #[serde(default)]
    pub databases: Databases,
}

/// `<session root>/gateway/` (contract section 5).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GatewayTree {
    /// The folder itself.
    pub folder: Observed<PathState>,
    /// `protocol-version.txt`.
    pub protocol_version: Observed<FileView>,
    /// `attach.json`, derived from the manifest.
    pub attach: Observed<FileView>,
    /// `gateway_manifest.json`, derived.
    pub gateway_manifest: Observed<FileView>,
    /// `desired-config.json`.
    pub desired_config: Observed<FileView>,
    /// `state.json`.
    pub state: Observed<FileView>,
    /// `run/current-instance.json`, the recorded execution handle.
    pub current_instance: Observed<FileView>,
    /// `run/gateway.pid`.
    pub pid_file: Observed<FileView>,
    /// `logs/gateway.log`: only what its whole text says of one question, never the text.
    pub log: Observed<LogView>,
    /// `queue.sqlite`: only what its first bytes say.
    pub queue: Observed<QueueFile>,
    /// `events.jsonl`, never opened.
    pub events: Observed<PathState>,
}

/// What `logs/gateway.log` says of the one question that Houmao asks of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogView {
    /// Its path.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// When it was last written, RFC 3339 in UTC.
    pub modified_at: String,
    /// Whether `address already in use` or `errno 98` stands anywhere in it, in any case (contract section 6.4.7).
    pub says_address_in_use: Observed<bool>,
}

/// What the first bytes of `queue.sqlite` say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QueueFile {
    /// Its path.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// Whether it begins as SQLite files do, or is empty (which SQLite takes for a new database).
    pub sqlite: bool,
}

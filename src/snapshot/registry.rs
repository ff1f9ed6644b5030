//! The shared registry: where each release line looks, and the records that are there.
use super::{FileView, Observed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The registry as each release line resolves it (contract section 1.1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistryView {
    /// Where releases before 1.0.0 look (`~/.houmao/registry`).
    pub before_1_0: RegistryRoot,
    /// Where releases since 1.0.0 look (`$XDG_CONFIG_HOME/houmao/registry`).
    pub since_1_0: RegistryRoot,
    /// The folders that were listed, sorted by path, each once.
    pub folders: Vec<RegistryFolder>,
}

/// How one release line finds its registry root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistryRoot {
    /// Where that leads.
    pub root: RootPath,
    /// What decided it: `HOUMAO_GLOBAL_REGISTRY_DIR`, `XDG_CONFIG_HOME`, `XDG_DATA_HOME` or `HOME`.
    pub chosen_by: String,
}

/// Where a registry root leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RootPath {
    /// A folder, links followed; it need not exist.
    Folder(String),
    /// The error that Houmao raises for a bad `HOUMAO_GLOBAL_REGISTRY_DIR`.
    Refused(String),
}

/// One registry root and its entries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistryFolder {
    /// The root.
    pub root: String,
    /// `live_agents/*`, sorted by folder name; `absent`: there is no such folder.
    pub live: Observed<Vec<RecordEntry>>,
    /// `external_agents/*`, likewise.
    pub external: Observed<Vec<RecordEntry>>,
}

/// One folder of the registry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordEntry {
    /// Name of the folder, which is meant to be the agent id.
    pub folder: String,
    /// Path of its `record.json`, as listed.
    pub path: String,
    /// Whether the folder or the record is a symbolic link (ignored by id since 0.8.3).
    pub symlink: bool,
    /// Whether the entry is a folder at all.
    pub is_folder: bool,
    /// Temporary files left beside the record (`record.json.*.tmp`).
    pub leftovers: u32,
    /// The record.
    pub record: Observed<FileView>,
}

//! What rules read that has no name of its own: the value at a JSON pointer of one file, of the kind that the rule
//! declares.
//!
//! The files are those of the snapshot, so what was redacted there stays redacted here.
use super::read::{HELD_BACK, raw};
use super::{Fact, Join, Reading, leaf};
use crate::snapshot::{FileView, Observed, REDACTED, RecordEntry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A file whose values a rule can read by pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadFile {
    /// `manifest.json` of the session root.
    Manifest,
    /// `gateway/run/current-instance.json`, the recorded execution handle.
    Handle,
    /// `gateway/attach.json`.
    Attach,
    /// `gateway/gateway_manifest.json`.
    GatewayManifest,
    /// `gateway/desired-config.json`.
    DesiredConfig,
    /// `gateway/state.json`.
    State,
    /// `record.json` of the shared registry: in scope `record` the judged one, else the one that stands in for the agent.
    Record,
}

impl ReadFile {
    /// All of them.
    pub const ALL: [ReadFile; 7] = [
        ReadFile::Manifest,
        ReadFile::Handle,
        ReadFile::Attach,
        ReadFile::GatewayManifest,
        ReadFile::DesiredConfig,
        ReadFile::State,
        ReadFile::Record,
    ];

    /// As it is written in rules.
    pub fn word(self) -> &'static str {
        match self {
            ReadFile::Manifest => "manifest",
            ReadFile::Handle => "handle",
            ReadFile::Attach => "attach",
            ReadFile::GatewayManifest => "gateway_manifest",
            ReadFile::DesiredConfig => "desired_config",
            ReadFile::State => "state",
            ReadFile::Record => "record",
        }
    }

    /// Where it lies.
    pub fn path(self) -> &'static str {
        match self {
            ReadFile::Manifest => "manifest.json",
            ReadFile::Handle => "gateway/run/current-instance.json",
            ReadFile::Attach => "gateway/attach.json",
            ReadFile::GatewayManifest => "gateway/gateway_manifest.json",
            ReadFile::DesiredConfig => "gateway/desired-config.json",
            ReadFile::State => "gateway/state.json",
            ReadFile::Record => "record.json of the registry",
        }
    }
}

/// What a rule takes the value at a pointer to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadKind {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// True or false.
    Boolean,
    /// A list of texts, which a quantifier or `contains` can ask.
    Texts,
    /// A boolean: whether anything but null stands there, whatever it is. Also of what is redacted.
    Exists,
}

impl ReadKind {
    /// All of them.
    pub const ALL: [ReadKind; 6] = [
        ReadKind::Text,
        ReadKind::Integer,
        ReadKind::Number,
        ReadKind::Boolean,
        ReadKind::Texts,
        ReadKind::Exists,
    ];

    /// As it is written in rules.
    pub fn word(self) -> &'static str {
        match self {
            ReadKind::Text => "text",
            ReadKind::Integer => "integer",
            ReadKind::Number => "number",
            ReadKind::Boolean => "boolean",
            ReadKind::Texts => "texts",
            ReadKind::Exists => "exists",
        }
    }

    /// Whether a value is of this kind.
    fn is(self, value: &Value) -> bool {
        match self {
            ReadKind::Text => value.is_string(),
            ReadKind::Integer => value.is_i64() || value.is_u64(),
            ReadKind::Number => value.is_number(),
            ReadKind::Boolean => value.is_boolean(),
            ReadKind::Texts => value.as_array().is_some_and(|all| all.iter().all(Value::is_string)),
            ReadKind::Exists => true,
        }
    }
}

/// The value at a pointer of a file of a session: absent where the file or the pointer is, unknown where it could not be
/// read, is redacted, or is of another kind.
pub fn read_of_session(join: &Join<'_>, file: ReadFile, pointer: &str, kind: ReadKind) -> Fact<Value> {
    if file == ReadFile::Record {
        return match join.record {
            Some(entry) => read_of_record(entry, pointer, kind),
            None => exists_at_least(join.no_record(), kind),
        };
    }
    let Some(root) = join.root else { return exists_at_least(join.no_root("the session root"), kind) };
    let below = || format!("{}/{}", root.path, file.path());
    let (seen, path) = match file {
        ReadFile::Manifest | ReadFile::Record => (&root.manifest, root.manifest_path.clone()),
        ReadFile::Handle => (&root.gateway.current_instance, below()),
        ReadFile::Attach => (&root.gateway.attach, below()),
        ReadFile::GatewayManifest => (&root.gateway.gateway_manifest, below()),
        ReadFile::DesiredConfig => (&root.gateway.desired_config, below()),
        ReadFile::State => (&root.gateway.state, below()),
    };
    read(seen, &path, pointer, kind)
}

/// The value at a pointer of a registry record; see [`read_of_session`].
pub fn read_of_record(entry: &RecordEntry, pointer: &str, kind: ReadKind) -> Fact<Value> {
    read(&entry.record, &entry.path, pointer, kind)
}

fn read(file: &Observed<FileView>, path: &str, pointer: &str, kind: ReadKind) -> Fact<Value> {
    if kind == ReadKind::Exists {
        return exists_at_least(raw(file, path, pointer).then(|_| true.into()), kind);
    }
    let leaf = leaf(file, path, pointer);
    leaf.and_then(|value| match value {
        value if holds_back(value) => Fact::unknown(HELD_BACK, leaf.source.clone()),
        value if kind.is(value) => Fact::known(value.clone(), leaf.source.clone()),
        value => {
            let why = format!("the rule asks for {}, and it is {}", words(kind), kind_of(value));
            Fact::unknown(why, leaf.source.clone())
        }
    })
}

/// That nothing is there is an answer to the question whether something is.
fn exists_at_least(fact: Fact<Value>, kind: ReadKind) -> Fact<Value> {
    match (kind, &fact.reading) {
        (ReadKind::Exists, Reading::Absent(_)) => Fact::known(false.into(), fact.source),
        _ => fact,
    }
}

/// Whether an element of a list is a placeholder.
fn holds_back(value: &Value) -> bool {
    value.as_array().is_some_and(|all| all.iter().any(|v| v.get(REDACTED).is_some()))
}

fn words(kind: ReadKind) -> &'static str {
    match kind {
        ReadKind::Text => "a text",
        ReadKind::Integer => "an integer",
        ReadKind::Number => "a number",
        ReadKind::Boolean => "a boolean",
        ReadKind::Texts => "a list of texts",
        ReadKind::Exists => "anything",
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(n) if n.is_f64() => "a number that is not whole",
        Value::Number(_) => "an integer",
        Value::String(_) => "a text",
        Value::Array(_) => "a list of other things",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
#[path = "reads_tests.rs"]
mod tests;

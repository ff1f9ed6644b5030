//! What rules read by themselves, derived for each subject; nothing where no rule reads anything.
use crate::collect::kept_pointers;
use crate::facts::{Fact, Join, ReadFile, read_of_record, read_of_session};
use crate::rule::{Read, RuleSet, ScopeKind};
use crate::snapshot::RecordEntry;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The values that rules read, by id of the rule.
pub(super) type Reads = BTreeMap<String, Value>;

/// What the rules of a scope read of a session, for the session itself or for one of its windows.
pub(super) fn of_session(rules: &RuleSet, scope: ScopeKind, join: &Join<'_>) -> Reads {
    reads(rules, scope, |read| read_of_session(join, read.file, &read.pointer, read.kind))
}

/// What the rules of scope `record` read of a record.
pub(super) fn of_record(rules: &RuleSet, entry: &RecordEntry) -> Reads {
    reads(rules, ScopeKind::Record, |read| read_of_record(entry, &read.pointer, read.kind))
}

fn reads(rules: &RuleSet, scope: ScopeKind, value: impl Fn(&Read) -> Fact<Value>) -> Reads {
    let reading = rules.rules().filter(|rule| rule.scope == scope && !rule.reads.is_empty());
    let of_rule = |rule: &crate::rule::Rule| {
        let values = rule.reads.iter().map(|read| (read.name.clone(), super::subjects::facts(&value(read))));
        (rule.id.clone(), Value::Object(values.collect::<Map<_, _>>()))
    };
    reading.map(of_rule).collect()
}

/// The pointers that rules can read, by file.
pub(super) fn kept() -> [(ReadFile, Vec<String>); ReadFile::ALL.len()] {
    let kept = kept_pointers();
    ReadFile::ALL.map(|file| {
        let of_file = match file {
            ReadFile::Manifest => &kept.manifest,
            ReadFile::Record => &kept.record,
            ReadFile::Handle
            | ReadFile::Attach
            | ReadFile::GatewayManifest
            | ReadFile::DesiredConfig
            | ReadFile::State => &kept.gateway,
        };
        (file, of_file.clone())
    })
}

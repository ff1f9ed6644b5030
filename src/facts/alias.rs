//! Facts of a tmux session name that was given where an agent's name is asked for.
use super::unseen::unseen_record;
use super::{Fact, is_stopped, live_records, session_of_record, text};
use crate::contract::Release;
use crate::finding::Operation;
use crate::snapshot::Snapshot;
use schemars::JsonSchema;
use serde::Serialize;

/// The agent that was probably meant by `--agent-name`, when no record carries that name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AliasFacts {
    /// What `--agent-name` gives, when no record carries it and exactly one record names a tmux session of that name.
    pub given: Fact<String>,
    /// The id of that record's agent.
    pub agent_id: Fact<String>,
    /// The name of that record's agent.
    pub agent_name: Fact<String>,
}

impl AliasFacts {
    /// Derives them.
    pub fn of(snapshot: &Snapshot, release: Option<Release>, asked: Option<&Operation>) -> Self {
        let source = "the command that was asked about, and the registry";
        let given = asked.and_then(|o| o.selector.strip_prefix("--agent-name "));
        let records = live_records(snapshot, release);
        let known = |name: &str| {
            records.iter().any(|e| text(&e.record, &e.path, "/agent_name").value().is_some_and(|n| n == name))
        };
        let given = given.filter(|name| !known(name));
        // Another record may carry the name, or name the session too.
        let unseen = unseen_record(snapshot, release);
        let found = given.filter(|_| unseen.is_none()).and_then(|name| {
            let of_session = |e: &&&_| !is_stopped(e) && session_of_record(e).as_deref() == Some(name);
            let mut hits = records.iter().filter(of_session);
            hits.next().filter(|_| hits.next().is_none()).map(|entry| (name, *entry))
        });
        let nobody = || match (given, &unseen) {
            (Some(_), Some(why)) => Fact::unknown(why.clone(), source),
            _ => Fact::absent(source),
        };
        let leaf = |pointer: &str| match found {
            Some((_, entry)) => text(&entry.record, &entry.path, pointer),
            None => nobody(),
        };
        AliasFacts {
            given: match found {
                Some((name, _)) => Fact::known(name.to_owned(), source),
                None => nobody(),
            },
            agent_id: leaf("/agent_id"),
            agent_name: leaf("/agent_name"),
        }
    }
}

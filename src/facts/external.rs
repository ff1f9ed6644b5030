//! Facts of the external records: agents of other hosts that this user imported (contract section 4.3).
use super::server::{ask, word};
use super::unseen::unseen_record;
use super::{Fact, exists, live_records, observed, registry_folder, text};
use crate::contract::Release;
use crate::snapshot::{Answer, Observed, RecordEntry, Snapshot};
use schemars::JsonSchema;
use serde::Serialize;

/// One external record.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ExternalFacts {
    /// Name by which it is addressed here.
    pub name: Fact<String>,
    /// Path of its record.
    pub path: Fact<String>,
    /// The pair server that it is reached through.
    pub base_url: Fact<String>,
    /// What that server calls it.
    pub agent_ref: Fact<String>,
    /// What `/health` of that server answered: `ok`, `error`, `refused`, `timed_out`, `bad_url` or `broken`; unknown when
    /// it was not asked (`--offline`, or not a loopback address).
    pub answer: Fact<String>,
    /// Status of that server's answer about the agent.
    pub agent_status: Fact<i64>,
    /// When the import was last verified.
    pub verified_at: Fact<String>,
    /// Whether a local agent has the same name, and is always taken in its place.
    pub is_hidden: Fact<bool>,
}

/// All of them in the registry that the release reads; absent when there are none.
pub fn externals(snapshot: &Snapshot, release: Option<Release>) -> Fact<Vec<ExternalFacts>> {
    let source = "registry: external_agents";
    let Some(folder) = registry_folder(snapshot, release) else {
        return Fact::absent(source);
    };
    match &folder.external {
        Observed::Present(entries) if entries.is_empty() => Fact::absent(source),
        seen => observed(seen, source, |entries| {
            entries.iter().map(|entry| ExternalFacts::of(snapshot, release, entry)).collect()
        }),
    }
}

impl ExternalFacts {
    /// The facts of one record.
    pub fn of(snapshot: &Snapshot, release: Option<Release>, entry: &RecordEntry) -> Self {
        let get = |pointer: &str| text(&entry.record, &entry.path, pointer);
        let (name, base_url, agent_ref) =
            (get("/local_name"), get("/pair_api_base_url"), get("/remote_agent_ref"));
        let health = base_url.and_then(|base| ask(snapshot, base, "/health"));
        let agent = base_url.and_then(|base| {
            agent_ref.and_then(|of| ask(snapshot, base, &format!("/houmao/agents/{}", super::encode(of))))
        });
        let same_name = |name: &String| {
            let of_name = |e: &&RecordEntry| text(&e.record, &e.path, "/agent_name").value() == Some(name);
            match (live_records(snapshot, release).iter().any(of_name), unseen_record(snapshot, release)) {
                (false, Some(why)) => Fact::unknown(why, entry.path.clone()),
                (hidden, _) => Fact::known(hidden, entry.path.clone()),
            }
        };
        ExternalFacts {
            is_hidden: exists(&entry.record, entry.path.clone()).and_then(|there| match there {
                true => name.and_then(same_name),
                false => Fact::absent(entry.path.clone()),
            }),
            path: Fact::known(entry.path.clone(), entry.path.clone()),
            answer: health.then(|answer| word(answer).to_owned()),
            agent_status: agent.and_then(|answer| match answer {
                Answer::Http { status, .. } => Fact::known(i64::from(*status), agent.source.clone()),
                _ => Fact::absent(agent.source.clone()),
            }),
            verified_at: get("/verified_at_utc"),
            name,
            base_url,
            agent_ref,
        }
    }
}

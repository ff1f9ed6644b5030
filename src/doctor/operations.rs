//! Which operations are replayed for a session, and which of them the report shows.
use super::DoctorError;
use crate::contract::Dialect;
use crate::facts::{Join, Judged, pair_backend_retired};
use crate::finding::Operation;
use crate::replay::{Ask, Selector, Verb, replay};
use crate::snapshot::Snapshot;
use std::collections::BTreeMap;

/// The operations that were replayed for one session.
#[derive(Debug, Clone, Default)]
pub struct Replayed {
    /// By the name that facts give them (`attach`, `attach_by_id`, …).
    pub by_name: BTreeMap<&'static str, Operation>,
}

impl Replayed {
    /// The operations that the report shows unless one was asked for: those from inside the session.
    pub fn shown(&self) -> Vec<Operation> {
        ["attach", "detach", "status"].iter().filter_map(|n| self.by_name.get(n).cloned()).collect()
    }
}

/// Replays what rules ask about a session. Only a live session can be acted on from inside.
pub fn replay_for(join: &Join<'_>) -> Replayed {
    let mut replayed = Replayed::default();
    let Some(release) = join.release else {
        return replayed;
    };
    let mut add = |name: &'static str, verb: Verb, selector: Selector, port: Option<i64>| {
        let ask = Ask::of(verb, selector, port, release);
        let mut operation = replay(join.snapshot, &ask, release);
        operation.subject = Some(join.subject_id());
        replayed.by_name.insert(name, operation);
    };
    let attach = Verb::Attach { background: false };
    if let Some(session) = join.tmux {
        let inside = || Selector::Inside(session.id.clone());
        add("attach", attach.clone(), inside(), None);
        add("detach", Verb::Detach, inside(), None);
        add("status", Verb::Status, inside(), None);
        if release.dialect() == Dialect::Flat {
            add("attach_by_target", attach.clone(), Selector::TmuxSession(join.name.clone()), None);
        }
    }
    let names = Names::of(join);
    if let Some(id) = &names.id {
        let by_id = || Selector::AgentId(id.clone());
        add("attach_by_id", attach.clone(), by_id(), None);
        add("relaunch", Verb::Relaunch, by_id(), None);
        if let (Some(port), false) = (names.pair_port, pair_backend_retired(release)) {
            add("attach_by_server", attach.clone(), by_id(), Some(port));
        }
    }
    if let Some(name) = &names.name {
        add("attach_by_name", attach, Selector::AgentName(name.clone()), None);
    }
    replayed
}

/// Replays the operation that was asked for.
///
/// # Errors
/// When it cannot be read as an operation of Houmao, or no release is known to read it by.
pub fn replay_asked(
    snapshot: &Snapshot,
    ask: &super::Ask,
    judged: &Judged,
) -> Result<Operation, DoctorError> {
    let _ = (snapshot, ask, judged);
    Err(DoctorError::Ask("not yet".into()))
}

/// What names the agent of a session, for explicit selectors.
struct Names {
    id: Option<String>,
    name: Option<String>,
    pair_port: Option<i64>,
}

impl Names {
    fn of(join: &Join<'_>) -> Self {
        let first =
            |options: [crate::facts::Fact<String>; 3]| options.iter().find_map(|f| f.value().cloned());
        let url = join.manifest_text("/gateway_authority/attach/api_base_url");
        Names {
            id: first([
                join.manifest_text("/agent_id"),
                join.record_text("/agent_id"),
                join.env("HOUMAO_AGENT_ID"),
            ]),
            name: first([
                join.manifest_text("/agent_name"),
                join.record_text("/agent_name"),
                join.manifest_text("/agent_name"),
            ]),
            pair_port: url
                .value()
                .and_then(|u| u.trim_end_matches('/').rsplit_once(':'))
                .and_then(|(_, port)| port.parse().ok()),
        }
    }
}

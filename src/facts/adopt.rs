//! Facts of a join: whether `agents join`, run inside the session, would take up the agent that runs there (0.x and
//! later alike: window 0, pane 0, a program that it knows, and no fresh record of another generation).
use super::{Fact, Join, ManifestFacts, RecordFacts, StandInFacts};
use crate::contract::ids::{derived_agent_id, user_agent_name};
use crate::snapshot::TmuxSession;
use schemars::JsonSchema;
use serde::Serialize;

/// The programs that every release adopts; of others it hangs on the release.
const ADOPTED: [&str; 2] = ["claude", "codex"];

/// What a join from inside the session would meet.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AdoptFacts {
    /// The name under which the agent that runs in window 0 can be joined: its own, else the session's; absent where no
    /// agent runs there, or the name stands for another id than the agent's.
    pub name: Fact<String>,
    /// Path of the record of this session that makes such a join end: it is of that name, and fresh or refused.
    pub own_record: Fact<String>,
    /// Path of the record of another session that makes it end.
    pub other_record: Fact<String>,
}

impl AdoptFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>, manifest: &ManifestFacts, stand_in: &StandInFacts) -> Self {
        let name = runs(join).and_then(|()| name(join, manifest, stand_in));
        let blocking = name.and_then(|name| blocking(join, name));
        let own = |r: &RecordFacts| r.session_name.value() == Some(&join.name);
        let path = |mine: bool| {
            blocking.and_then(|r| match own(r) == mine {
                true => r.path.clone(),
                false => Fact::absent(r.path.source.clone()),
            })
        };
        AdoptFacts { own_record: path(true), other_record: path(false), name }
    }
}

/// Known where an agent runs in the pane that a join takes up.
fn runs(join: &Join<'_>) -> Fact<()> {
    let source = format!("tmux: list-panes of session {}", join.name);
    let Some(session) = join.tmux else { return join.not_here(source) };
    // The agent of another session is shown here: joined again, two agents would share its pane.
    let shown = join.view_of();
    match (shown.value(), shown.ignorance()) {
        (Some(_), _) => Fact::absent(source),
        (None, Some(why)) => Fact::unknown(why, source),
        (None, None) if adopted(session) => Fact::known((), source),
        (None, None) => Fact::absent(source),
    }
}

fn adopted(session: &TmuxSession) -> bool {
    let zero = session.windows.iter().find(|w| w.index == 0);
    let pane = zero.and_then(|w| w.panes.iter().find(|p| p.index == 0));
    pane.is_some_and(|p| !p.dead && ADOPTED.contains(&p.current_command.as_str()))
}

/// The agent's own name, from what speaks of this session, else the session's.
fn name(join: &Join<'_>, manifest: &ManifestFacts, stand_in: &StandInFacts) -> Fact<String> {
    let record = &stand_in.record;
    let by_manifest = manifest.names_this_session.value() == Some(&true);
    let by_record = stand_in.names_this_session.value() == Some(&true);
    let (name, id) = match (by_manifest, by_record) {
        (true, _) => (manifest.agent_name.clone(), manifest.agent_id.value()),
        (_, true) => (record.agent_name.clone(), record.agent_id.value()),
        _ => (Fact::known(join.name.clone(), join.named_by.clone()), None),
    };
    name.and_then(|text| {
        let derived = user_agent_name(text).and_then(derived_agent_id);
        match derived {
            Ok(derived) if id.is_none_or(|id| *id == derived) => name.clone(),
            _ => Fact::absent(name.source.clone()),
        }
    })
}

/// The record at which a join of this name ends.
fn blocking(join: &Join<'_>, name: &str) -> Fact<RecordFacts> {
    let source = "registry: live_agents";
    if let Some(why) = join.unseen_record() {
        return Fact::unknown(why, source);
    }
    let id = derived_agent_id(name).unwrap_or_default();
    let records = super::live_records(join.snapshot, join.release);
    let Some(entry) = records.into_iter().find(|e| e.folder == id) else {
        return Fact::absent(source);
    };
    let record = RecordFacts::of(join.snapshot, join.release, entry);
    match (record.file_exists.value(), record.accepted.value(), record.fresh.value()) {
        (Some(false), ..) | (_, Some(true), Some(false)) => Fact::absent(source),
        (_, Some(false), _) | (_, _, Some(true)) => Fact::known(record, source),
        _ => Fact::unknown("the record of that name could not be judged", source),
    }
}

//! Records whose tmux authority is gone (contract sections 6.2, row c3b, and 9).
use super::target::{Lost, LostFor};
use super::texts;
use super::trail::Go;
use super::world::{Reply, World};
use crate::contract::{PROBE_TOLD, Record};

/// What is wrong with a record's tmux authority (contract section 9); none when it is healthy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Authority {
    Stale,
    Degraded,
}

pub(super) fn probe(world: &World, session: &str) -> Go<Option<Authority>> {
    let name = session.trim();
    if name.is_empty() {
        return Ok(Some(Authority::Stale));
    }
    match world.has_session(name)? {
        Reply::Ok(_) => {}
        Reply::Said(_) => return Ok(Some(Authority::Stale)),
        Reply::CannotRun => return Err(super::world::cannot_run(&["has-session", "-t", name])),
    }
    let Some(session) = world.exact_session(name)? else { return Ok(Some(Authority::Stale)) };
    let mut panes = session.windows.iter().filter(|w| w.index == 0).flat_map(|w| &w.panes);
    Ok(if panes.any(|p| p.index == 0) { None } else { Some(Authority::Degraded) })
}

/// The words for a record whose authority is gone (row c3b).
pub(super) fn unavailable(world: &World, record: &Record, authority: Authority) -> Lost {
    let told = world.release >= PROBE_TOLD;
    let revivable = (authority == Authority::Stale).then(|| Box::new(record.clone()));
    let record = record.clone();
    let read = match authority {
        Authority::Stale => format!("no tmux session {}", record.session_name()),
        Authority::Degraded => format!("no pane 0 in window 0 of {}", record.session_name()),
    };
    let said = move |verb: LostFor| {
        if !told {
            return None;
        }
        let what = match verb {
            LostFor::Attach => "attach gateway",
            LostFor::Detach => "detach gateway",
            LostFor::Status => "show gateway status",
        };
        let cause = match authority {
            Authority::Stale => "stale or missing.",
            Authority::Degraded => "degraded and missing the primary window or pane.",
        };
        let cause = format!(
            "The shared registry still says this local managed agent is active, but its tmux-backed runtime authority \
             is {cause}"
        );
        let next = next_for(&record.agent_id);
        let evidence = evidence(&record);
        let values = [
            ("what", what),
            ("name", record.agent_name.as_str()),
            ("cause", &cause),
            ("evidence", &evidence),
            ("next", &next),
        ];
        Some(texts::AUTHORITY_GONE.say(&values))
    };
    Lost { step: "tmux-authority", read, revivable, said: Box::new(said) }
}

fn evidence(record: &Record) -> String {
    let fields = [
        ("agent_id", record.agent_id.as_str()),
        ("lifecycle_state", &record.lifecycle.state),
        ("tmux_session", record.session_name()),
        ("manifest_path", &record.manifest_path),
        ("session_root", record.session_root.as_deref().unwrap_or_default()),
    ];
    let shown: Vec<String> =
        fields.iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| format!("{k}=`{v}`")).collect();
    if shown.is_empty() { String::new() } else { format!("\nEvidence: {}.", shown.join("; ")) }
}

fn next_for(agent_id: &str) -> String {
    let selector = shlex::try_quote(agent_id).map_or_else(|_| agent_id.to_owned(), |q| q.into_owned());
    format!(
        "Next: run `houmao-mgr agents single --agent-id {selector} stop` to recover or retire the broken active record, \
         `houmao-mgr agents single --agent-id {selector} relaunch` if the agent is relaunchable, or `houmao-mgr admin \
         cleanup registry --dry-run` to inspect stale registry records."
    )
}

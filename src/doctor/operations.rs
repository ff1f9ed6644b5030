//! Which operations are replayed for a session, and which of them the report shows.
use super::DoctorError;
use super::any_release;
use super::request::{Ask as Asked, Flags, Selection};
use super::select::select;
use crate::contract::{BACKGROUND, Dialect, Release};
use crate::facts::{Join, Judged, pair_backend_retired};
use crate::finding::{Operation, OperationVerdict, Step, StepOutcome};
use crate::replay::{Ask, Refused, Replayer, Selector, Verb, read_command, replay};
use crate::snapshot::{Snapshot, TmuxAnswer};
use std::collections::BTreeMap;

/// The operations that were replayed for one session.
#[derive(Debug, Clone, Default)]
pub struct Replayed {
    /// By the name that facts give them (`attach`, `attach_by_id`, …).
    pub by_name: BTreeMap<&'static str, Operation>,
    /// Those from inside a session of which tmux told nothing: each ends where tmux is asked. They are only shown, since
    /// to a rule "cannot be told" would look like an answer.
    unseen: Vec<Operation>,
}

impl Replayed {
    /// The operations that the report shows unless one was asked for: those from inside the session.
    pub fn shown(&self) -> Vec<Operation> {
        let known = ["attach", "detach", "status"].iter().filter_map(|n| self.by_name.get(n));
        known.chain(&self.unseen).cloned().collect()
    }
}

/// Replays what rules ask about a session. Only a live session can be acted on from inside.
pub fn replay_for(join: &Join<'_>) -> Replayed {
    let mut replayed = Replayed::default();
    let Some(release) = join.release else {
        replayed.unseen = any_release::replay_inside(join);
        return replayed;
    };
    let replayer = Replayer::new(join.snapshot, release);
    let mut add = |name: &'static str, verb: Verb, selector: Selector, port: Option<i64>| {
        let ask = Ask::of(verb, selector, port, release);
        let mut operation = replayer.replay(&ask);
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
            let target = || Selector::TmuxSession(join.name.clone());
            add("attach_by_target", attach.clone(), target(), None);
            add("detach_by_target", Verb::Detach, target(), None);
        }
    }
    let names = Names::of(join);
    if let Some(id) = &names.id {
        let by_id = || Selector::AgentId(id.clone());
        add("attach_by_id", attach.clone(), by_id(), None);
        if join.tmux.is_some() && release >= BACKGROUND {
            add("attach_in_background", Verb::Attach { background: true }, by_id(), None);
        }
        add("detach_by_id", Verb::Detach, by_id(), None);
        add("stop", Verb::Stop, by_id(), None);
        add("relaunch", Verb::Relaunch, by_id(), None);
        if let (Some(port), false) = (names.pair_port, pair_backend_retired(release)) {
            add("attach_by_server", attach.clone(), by_id(), Some(port));
        }
    }
    if let Some(name) = &names.name {
        let by_name = || Selector::AgentName(name.clone());
        add("attach_by_name", attach, by_name(), None);
        add("detach_by_name", Verb::Detach, by_name(), None);
        add("stop_by_name", Verb::Stop, by_name(), None);
    }
    replayed.unseen = unseen(join, release);
    replayed
}

/// What would be replayed from inside the session, where tmux did not tell what there is. That tmux refuses the doctor's
/// shell says nothing of the session's own, so that it is replayed as what it is: no answer.
fn unseen(join: &Join<'_>, release: Release) -> Vec<Operation> {
    let answer = match &join.snapshot.tmux.answer {
        TmuxAnswer::Server { .. } | TmuxAnswer::NoServer { .. } => return Vec::new(),
        TmuxAnswer::NotPermitted { said } => TmuxAnswer::Failed { said: said.trim().to_owned() },
        TmuxAnswer::NotInstalled => TmuxAnswer::NotLooked { why: "there is none on PATH".into() },
        other => other.clone(),
    };
    let mut snapshot = join.snapshot.clone();
    snapshot.tmux.answer = answer;
    let replayer = Replayer::new(&snapshot, release);
    let verbs = [Verb::Attach { background: false }, Verb::Detach, Verb::Status];
    let operations = verbs.into_iter().map(|verb| {
        let ask = Ask::of(verb, Selector::Inside(String::new()), None, release);
        Operation { subject: Some(join.subject_id()), ..replayer.replay(&ask) }
    });
    operations.collect()
}

/// Replays the operation that was asked for. One that acts on the session that it is called from is called from the
/// selected one, where one is selected.
///
/// # Errors
/// When it is not an operation of Houmao that the doctor can replay, no release is known to read it by, or what is
/// selected is not one live session.
pub fn replay_asked(
    snapshot: &Snapshot,
    asked: &Asked,
    selection: &Selection,
    judged: &Judged,
) -> Result<Operation, DoctorError> {
    let Some(release) = judged.release else {
        return Err(DoctorError::Ask(format!(
            "which release of Houmao is meant is not known: {}",
            judged.known_by
        )));
    };
    let mut ask = match asked {
        Asked::Flags(flags) => from_flags(flags, release)?,
        Asked::Command(argv) => match read_command(argv, release) {
            Ok(ask) => ask,
            Err(refused) => return refusal(argv, release, refused),
        },
    };
    if matches!(ask.selector, Selector::Current { .. })
        && let Some(session) = called_from(snapshot, release, selection)?
    {
        ask.selector = Selector::Inside(session);
    }
    Ok(replay(snapshot, &ask, release))
}

/// The tmux session that a command is called from, as it is selected; none where that is left to the shell.
fn called_from(
    snapshot: &Snapshot,
    release: Release,
    selection: &Selection,
) -> Result<Option<String>, DoctorError> {
    // Where tmux does not tell what there is, the replay says so.
    if matches!(selection, Selection::Here | Selection::All) || snapshot.server().is_none() {
        return Ok(None);
    }
    let found = select(snapshot, Some(release), selection);
    match found.iter().filter_map(|join| join.tmux).collect::<Vec<_>>().as_slice() {
        [session] => Ok(Some(session.id.clone())),
        live => Err(DoctorError::Ask(format!(
            "the operation acts on the tmux session that it is called from, and what is selected is {} of them; \
             select one that tmux shows (`tmux list-sessions`), or ask by --agent-id or --agent-name",
            live.len()
        ))),
    }
}

fn from_flags(flags: &Flags, release: Release) -> Result<Ask, DoctorError> {
    let verb = match flags.operation.as_str() {
        "attach" => Verb::Attach { background: flags.background },
        "detach" => Verb::Detach,
        "status" => Verb::Status,
        "relaunch" => Verb::Relaunch,
        "stop" => Verb::Stop,
        "cleanup" => Verb::Cleanup,
        other => {
            return Err(DoctorError::Ask(format!("`{other}` is not an operation that can be asked about")));
        }
    };
    let selector = match (&flags.agent_id, &flags.agent_name, &flags.target_tmux_session) {
        (Some(id), _, _) => Selector::AgentId(id.clone()),
        (_, Some(name), _) => Selector::AgentName(name.clone()),
        (_, _, Some(session)) => Selector::TmuxSession(session.clone()),
        _ => Selector::Current { explicit: flags.current_session },
    };
    Ok(Ask::of(verb, selector, flags.pair_port.map(i64::from), release))
}

/// A command that ends before it acts: a usage error, a selector that cannot be used, a help text.
fn refusal(argv: &[String], release: Release, refused: Refused) -> Result<Operation, DoctorError> {
    if let Some(why) = refused.not_replayed {
        return Err(DoctorError::Ask(why));
    }
    let known = ["attach", "detach", "status", "relaunch", "stop", "cleanup"];
    let named = known.into_iter().find(|k| argv.iter().any(|a| a == k)).unwrap_or("unknown");
    let failed = refused.error.is_some();
    let said = refused.error.clone();
    Ok(Operation {
        operation: named.into(),
        selector: String::new(),
        subject: None,
        houmao: release.to_string(),
        argv: argv.to_vec(),
        verdict: if failed { OperationVerdict::WillFail } else { OperationVerdict::WillWork },
        exit_code: Some(refused.exit_code),
        error: refused.error,
        decided_by: "command".into(),
        hidden_error: None,
        missing: vec![],
        by_chance: false,
        steps: vec![Step {
            id: "command".into(),
            title: "read the command line".into(),
            outcome: if failed { StepOutcome::Failed } else { StepOutcome::Ok },
            read: Some(argv.join(" ")),
            source: Some("the command line".into()),
            said,
        }],
        effects: vec![],
    })
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

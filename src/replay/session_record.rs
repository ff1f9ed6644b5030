//! The registry record that stands in for a session's manifest pointer, and the agent definition directory that a
//! session is resumed with (contract sections 6.1, rows a6 to a8 and b6, and 6.3 b).
use super::records::Found;
use super::resolve_current::{Way, tidy};
use super::target::DefDir;
use super::texts;
use super::trail::{Go, Raised, Trail};
use super::world::World;
use crate::contract::ids;
use crate::snapshot::PathKind;

/// The fallback of the current session (rows a6 to a8).
pub(super) fn record_by_id(world: &World, trail: &mut Trail, name: &str, first: Option<&str>) -> Go<Found> {
    let source = format!("tmux show-environment -t {name} HOUMAO_AGENT_ID");
    let id = match world.session_variable(name, "HOUMAO_AGENT_ID") {
        Ok(Some(id)) => id,
        Ok(None) => {
            let text = match first {
                Some(first) => texts::FALLBACK_BY_ID.say(&[("first", first)]),
                None => texts::NO_METADATA.say(&[]),
            };
            return Err(trail.halt("agent-id", Some("not set".into()), Some(source), Raised::click(text)));
        }
        Err(halt) => return Err(trail.halt("agent-id", None, Some(source), halt)),
    };
    if ids::agent_id(&id).is_err() {
        hide(trail, first);
        return Err(trail.halt(
            "agent-id",
            Some(id),
            Some(source),
            Raised::click(texts::ID_INVALID.say(&[])),
        ));
    }
    trail.ok("agent-id", &id, source);
    let found = match world.fresh_by_id(&id) {
        Ok(Some(found)) => Ok(found),
        Ok(None) => {
            hide(trail, first);
            Err(Raised::click(texts::ID_STALE.say(&[])))
        }
        Err(halt) => Err(halt),
    };
    trail.settle("registry-record", &id, "live_agents of the registry", found)
}

/// A later error replaces the first one.
fn hide(trail: &mut Trail, first: Option<&str>) {
    trail.hidden_error = first.map(str::to_owned);
}

/// The fallback of a named session (row b6).
pub(super) fn record_by_session(
    world: &World,
    trail: &mut Trail,
    name: &str,
    first: Option<&str>,
) -> Go<Found> {
    let found = match world.by_session(name) {
        Ok(mut found) if found.len() == 1 => Ok(found.remove(0)),
        Ok(found) if found.is_empty() => Err(Raised::click(match first {
            Some(first) => texts::FALLBACK_BY_SESSION.say(&[("first", first)]),
            None => texts::NO_METADATA_TARGET.say(&[]),
        })),
        Ok(found) => {
            hide(trail, first);
            let lines: Vec<String> = found.iter().map(|f| candidate(&f.record)).collect();
            let values = [("session", name), ("candidates", &lines.join("\n"))];
            Err(Raised::click(texts::TARGET_AMBIGUOUS.say(&values)))
        }
        Err(halt) => Err(halt),
    };
    trail.settle("registry-record", name, "terminal.session_name of the registry's records", found)
}

/// One line of a list of candidates.
pub(super) fn candidate(record: &crate::contract::Record) -> String {
    format!(
        "- agent_id={} agent_name={} tmux_session_name={}",
        record.agent_id,
        record.agent_name,
        record.session_name()
    )
}

/// The agent definition directory of a local session (section 6.3 b).
pub(super) fn agent_def_dir(
    world: &World,
    trail: &mut Trail,
    name: &str,
    record: Option<&Found>,
    way: Way,
) -> Go<DefDir> {
    let source = format!("tmux show-environment -t {name} HOUMAO_AGENT_DEF_DIR");
    let published = match world.session_variable(name, "HOUMAO_AGENT_DEF_DIR") {
        Ok(published) => published,
        Err(halt) => return Err(trail.halt("agent-def-dir", None, Some(source), halt)),
    };
    let (written, variable, source) = match (published, record.and_then(|r| r.record.agent_def_dir.clone())) {
        (Some(written), _) => (written, "HOUMAO_AGENT_DEF_DIR", source),
        (None, Some(written)) => {
            (written, "runtime.agent_def_dir", record.map(|r| r.path.clone()).unwrap_or_default())
        }
        (None, None) => {
            let text = texts::NO_DEF_DIR.say(&[("label", way.label())]);
            return Err(trail.halt(
                "agent-def-dir",
                Some("not set".into()),
                Some(source),
                Raised::click(text),
            ));
        }
    };
    let result = directory(world, &written, variable, way);
    trail.settle("agent-def-dir", &written, &source, result)
}

fn directory(world: &World, written: &str, variable: &str, way: Way) -> Go<DefDir> {
    if !written.starts_with('/') {
        let values = [("label", way.label()), ("variable", variable), ("path", &tidy(written))];
        return Err(Raised::click(texts::DIR_RELATIVE.say(&values)));
    }
    let state = world.path(written)?;
    if state.kind != PathKind::Directory {
        let values = [("label", way.label()), ("variable", variable), ("path", &state.resolved)];
        return Err(Raised::click(texts::DIR_STALE.say(&values)));
    }
    Ok(DefDir { written: written.to_owned(), resolved: state.resolved.clone() })
}

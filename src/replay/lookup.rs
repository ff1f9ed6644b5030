//! The record that a name or an id means (contract section 6.2, row c2).
use super::records::Found;
use super::resolve_named::Named;
use super::session_record::candidate;
use super::texts;
use super::trail::{Go, Raised, Trail};
use super::world::World;
use crate::contract::{INACTIVE_TOLD, Record};

/// The record that the selector means (row c2).
pub(super) fn find(world: &World, trail: &mut Trail, named: &Named) -> Go<Option<Found>> {
    let source = format!("live_agents of {}", world.registry().unwrap_or("the registry"));
    let found = match named {
        Named::Id(id) if world.release < INACTIVE_TOLD => world.fresh_by_id(id),
        Named::Id(id) => active_by_id(world, id),
        Named::Name(name) => one_by_name(world, name),
    };
    match found {
        Ok(Some(found)) => {
            trail.ok("registry-record", named.text(), &found.path);
            Ok(Some(found))
        }
        Ok(None) => {
            let said = match named {
                Named::Id(_) => "no fresh record of this id".to_owned(),
                Named::Name(name) => format!("No local managed agent matched friendly name `{name}`."),
            };
            trail.fell("registry-record", Some(named.text().to_owned()), Some(source), Some(said));
            Ok(None)
        }
        Err(halt) => Err(trail.halt("registry-record", Some(named.text().to_owned()), Some(source), halt)),
    }
}

fn active_by_id(world: &World, id: &str) -> Go<Option<Found>> {
    match world.load_by_id(id)? {
        Some(found) if world.counts(&found.record) => Ok(Some(found)),
        Some(found) => Err(Raised::click(inactive("--agent-id", id, &found.record))),
        None => Ok(None),
    }
}

pub(super) fn one_by_name(world: &World, name: &str) -> Go<Option<Found>> {
    let told = world.release >= INACTIVE_TOLD;
    let mut found = world.by_name(name)?;
    if found.is_empty() && told {
        found = world.scan(|r| r.agent_name == name)?;
        if let [only] = found.as_slice() {
            return Err(Raised::click(inactive("--agent-name", name, &only.record)));
        }
    }
    if found.len() < 2 {
        return Ok(found.pop());
    }
    let line = |f: &Found| if told { format!("- {}", details(&f.record)) } else { candidate(&f.record) };
    let lines: Vec<String> = found.iter().map(line).collect();
    let values = [("name", name), ("candidates", &lines.join("\n"))];
    Err(Raised::click(texts::NAME_AMBIGUOUS.say(&values)))
}

/// A record in one line, since 0.8.0.
fn details(record: &Record) -> String {
    let root = record.session_root.as_deref().filter(|r| !r.trim().is_empty()).unwrap_or("-");
    format!(
        "agent_id={} agent_name={} lifecycle_state={} tmux_session_name={} manifest_path={} session_root={root}",
        record.agent_id,
        record.agent_name,
        record.lifecycle.state,
        record.session_name(),
        record.manifest_path,
    )
}

fn inactive(option: &str, value: &str, record: &Record) -> String {
    let id = &record.agent_id;
    let hint = match record.lifecycle.state.as_str() {
        "stopped" => format!(
            "\nUse `houmao-mgr agents single --agent-id {id} relaunch` to revive it or `houmao-mgr agents single \
             --agent-id {id} cleanup session` to remove its stopped artifacts."
        ),
        "retired" => {
            "\nThe record is retired and no longer participates in live routing; inspect lifecycle-aware \
                      listings instead."
                .to_owned()
        }
        "relaunching" => {
            "\nThe record is currently relaunching; retry after the relaunch transition completes.".to_owned()
        }
        _ => String::new(),
    };
    let values = [("option", option), ("value", value), ("evidence", &details(record)), ("hint", &hint)];
    texts::INACTIVE.say(&values)
}

//! Agents of other hosts, which can only be spoken to (contract sections 4.3 and 6.2, row c4b; since 1.0.0).
use super::pair::ask_health;
use super::records::raised;
use super::resolve_named::Named;
use super::target::{Lost, LostFor, Target};
use super::texts;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::World;
use crate::contract::{EXTERNAL_RECORDS, ExternalRecord, Loaded, ids, load_external_record};
use crate::snapshot::{Observed, RecordEntry};

/// What can be done with an agent of another host.
const SUPPORTED: &str = "agents global list, agents single ... state, agents single ... prompt, agents single ... interrupt, \
     agents single ... gateway status, agents single ... gateway prompt, agents single ... gateway interrupt, and \
     supported agents single ... mail commands";

/// The agent of another host that a name or an id means, if there is one.
pub(super) fn find<'a>(world: &World<'a>, trail: &mut Trail, named: &Named) -> Go<Option<Target<'a>>> {
    if world.release < EXTERNAL_RECORDS {
        return Ok(None);
    }
    let record = match record(world, named) {
        Ok(Some(record)) => record,
        Ok(None) => return Ok(None),
        Err(halt) => return Err(trail.halt("registry-record", Some(named.text().to_owned()), None, halt)),
    };
    let url = record.pair_api_base_url.clone();
    let health = ask_health(world, &url).map(|_| ());
    trail.settle("pair-health", &record.remote_agent_ref, &format!("GET {url}/health"), health)?;
    let read = format!("{} at {url}", record.remote_agent_ref);
    Ok(Some(Target::Lost(Lost {
        revivable: None,
        step: "registry-record",
        read,
        said: Box::new(move |verb| said(&record, verb)),
    })))
}

/// What attach and detach say of it; status asks the other host, which is not foreseen here.
fn said(record: &ExternalRecord, verb: LostFor) -> Option<String> {
    let verb = match verb {
        LostFor::Attach => "attach",
        LostFor::Detach => "detach",
        LostFor::Status => return None,
    };
    let operation = format!("agents single ... gateway {verb}");
    Some(texts::EXTERNAL.say(&[
        ("operation", &operation),
        ("name", &record.local_name),
        ("url", &record.pair_api_base_url),
        ("remote", &record.remote_agent_ref),
        ("supported", SUPPORTED),
    ]))
}

fn record(world: &World, named: &Named) -> Go<Option<ExternalRecord>> {
    let root = world.registry().map_err(Raised::houmao)?;
    let entries = match world.registry_folder(root).map(|f| &f.external) {
        Some(Observed::Present(entries)) => entries.as_slice(),
        Some(Observed::Absent) => &[],
        Some(other) => {
            return Err(Halt::Unseen(format!(
                "{root}/external_agents is {}",
                other.ignorance().unwrap_or_default()
            )));
        }
        None => return Err(Halt::Unseen(format!("{root}/external_agents was not looked at"))),
    };
    let usable = |entry: &&RecordEntry| entry.is_folder && !entry.symlink && !entry.record.is_absent();
    match named {
        Named::Id(id) => {
            let id = ids::agent_id(id).map_err(Raised::click)?;
            match entries.iter().filter(usable).find(|e| e.folder == id) {
                Some(entry) => load(world, entry).map(Some).map_err(as_click),
                None => Ok(None),
            }
        }
        Named::Name(name) => {
            let mut found = Vec::new();
            for entry in entries.iter().filter(usable) {
                match load(world, entry) {
                    Ok(record) if record.local_name == *name => found.push(record),
                    Ok(_) | Err(Halt::Raised(Raised { class: Class::Houmao, .. })) => {}
                    Err(halt) => return Err(halt),
                }
            }
            match found.len() {
                0 | 1 => Ok(found.pop()),
                count => {
                    let values = [("name", name.as_str()), ("count", &count.to_string())];
                    Err(Raised::click(texts::EXTERNAL_AMBIGUOUS.say(&values)))
                }
            }
        }
    }
}

fn load(world: &World, entry: &RecordEntry) -> Go<ExternalRecord> {
    match load_external_record(&entry.record, &entry.path, world.release) {
        Loaded::Ok(record) => Ok(record),
        Loaded::Refused(refusal) => Err(raised(&refusal)),
        Loaded::Unknown(why) => Err(Halt::Unseen(why)),
    }
}

fn as_click(halt: Halt) -> Halt {
    match halt {
        Halt::Raised(Raised { class: Class::Houmao, text }) => {
            Halt::Raised(Raised { class: Class::Click, text })
        }
        other => other,
    }
}

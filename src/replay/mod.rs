//! What houmao-mgr would do, step by step, decided from the snapshot alone; nothing is run.
//!
//! ```text
//!  command ─▶ Ask ─▶ resolve_current | resolve_named ─▶ Target ─▶ resume ─▶ attach | detach | status
//!                                                        └▶ server: the pair server does the rest
//! ```
//! Every step leaves a [`Step`](crate::finding::Step) in the trail, and every change an effect, in the order in which
//! they happen, also when the operation fails half-way. What cannot be seen ends the replay as `cannot_tell`; the one
//! thing that is assumed is that a gateway which is started starts, unless something observable speaks against it.
mod after;
mod ask;
mod attach;
mod bearer;
mod capability;
mod cli_tree;
mod close;
mod command;
mod detach;
mod elsewhere;
mod explain;
mod external;
mod files;
mod fnmatch;
mod launch;
mod lifecycle;
mod listener;
mod lookup;
mod lost;
mod pair;
mod pair_state;
mod queue;
mod records;
mod resolve_current;
mod resolve_named;
mod resume;
mod server;
mod server_status;
mod session_record;
mod start;
mod steps;
mod surface;
mod target;
pub mod texts;
mod tmux_target;
mod trail;
mod verdict;
mod window0;
mod window_token;
mod world;

#[cfg(test)]
#[path = "sample_tests.rs"]
mod sample;

pub use ask::{Ask, Selector, Verb};
pub use bearer::{bearer_beside, is_younger, may_bear, publishes, publishes_id};
pub use command::{Refused, read_command};
pub use explain::{ErrorMatch, explain};
pub use steps::is_step;
pub use surface::{astray, is_displaced, is_recorded_gateway_at_zero};
pub use tmux_target::named_window;
pub use window_token::reads_as;

use crate::contract::{BROKEN_RECOVERED, Dialect, INACTIVE_TOLD, Release, pair_port};
use crate::finding::{Operation, OperationVerdict};
use crate::snapshot::{Snapshot, TmuxAnswer};
use attach::{Place, Wish};
use files::Files;
use jiff::Timestamp;
use resolve_current::Way;
use resolve_named::Named;
use target::{LostFor, Target};
use trail::{Go, Halt, Raised, Trail};
use world::World;

/// Replays commands on one snapshot, as one release runs them.
#[derive(Debug)]
pub struct Replayer<'a> {
    snapshot: &'a Snapshot,
    release: Release,
    files: Files,
}

/// What `houmao-mgr` of this release would do on this command alone (see [`Replayer::replay`]).
pub fn replay(snapshot: &Snapshot, ask: &Ask, release: Release) -> Operation {
    Replayer::new(snapshot, release).replay(ask)
}

impl<'a> Replayer<'a> {
    /// Nothing is replayed yet.
    pub fn new(snapshot: &'a Snapshot, release: Release) -> Self {
        Replayer { snapshot, release, files: Files::default() }
    }

    /// What `houmao-mgr` would do on this command, each on the same snapshot. Never panics; what cannot be seen is
    /// `cannot_tell`.
    pub fn replay(&self, ask: &Ask) -> Operation {
        let Replayer { snapshot, release, files } = self;
        let release = *release;
        let inside = match &ask.selector {
            Selector::Inside(id) => Some(id.as_str()),
            _ => None,
        };
        let Ok(now) = snapshot.taken_at.parse::<Timestamp>() else {
            let mut trail = Trail::default();
            let halt = Halt::Unseen(format!("the time of the snapshot: {}", snapshot.taken_at));
            let halt = trail.halt("command", None, None, halt);
            return verdict::operation(ask, release, trail, Err(halt), None);
        };
        let world = World { snapshot, release, inside, now, env: &ask.env, files };
        let mut trail = Trail::default();
        let (subject, result) = run(&world, &mut trail, ask);
        verdict::operation(ask, release, trail, result, subject)
    }
}

fn run(world: &World, trail: &mut Trail, ask: &Ask) -> (Option<String>, Go) {
    // The default port is read before any command begins.
    if let Err(halt @ Halt::Raised(_)) = resolve_named::default_port(world) {
        let (variable, _) = pair_port(world.release);
        let read = world.shell_if_seen(variable).map(str::to_owned);
        return (None, Err(trail.halt("command", read, Some(format!("{variable} of this shell")), halt)));
    }
    // Where the shell was not seen, the steps are gone through as if it set nothing: a harm or an error that does not hang
    // on it is told, and that all goes well is not.
    let blind = world.unseen_shell().map(|halt| trail.halt("command", None, Some("this shell".into()), halt));
    let (subject, result) = decide(world, trail, ask);
    (subject, result.and_then(|()| blind.map_or(Ok(()), Err)))
}

fn decide(world: &World, trail: &mut Trail, ask: &Ask) -> (Option<String>, Go) {
    if let Some(manifest) = cleanup_path(world, ask) {
        return (None, lifecycle::cleanup(world, trail, &manifest));
    }
    let target = match resolve(world, trail, ask) {
        Ok(target) => target,
        Err(halt) => return (None, Err(beyond_gateways(world, trail, ask, halt))),
    };
    let subject = subject(world, &target);
    let result = match target {
        Target::Lost(lost) => match &lost.revivable {
            Some(record) if ask.verb == Verb::Relaunch && world.release >= BROKEN_RECOVERED => {
                lifecycle::revive(world, trail, record)
            }
            _ => Err(lose(trail, ask, &lost)),
        },
        Target::Server(pair) => at_server(world, trail, ask, &pair),
        Target::Local(session) => at_home(world, trail, ask, &session),
    };
    (subject, result)
}

/// Since 0.8.0 relaunch and cleanup know more records than the gateway commands, which is not replayed.
fn beyond_gateways(world: &World, trail: &mut Trail, ask: &Ask, halt: Halt) -> Halt {
    let more = matches!(ask.verb, Verb::Relaunch | Verb::Cleanup) && world.release >= INACTIVE_TOLD;
    let Some(step) = trail.steps.last().filter(|s| more && s.id == "registry-record") else { return halt };
    if !step.said.as_deref().is_some_and(|said| said.contains("matched an inactive registry record")) {
        return halt;
    }
    trail.steps.pop();
    let halt = Halt::Unseen(format!("what {} does with a record that is not active", ask.verb.name()));
    trail.halt("registry-record", None, None, halt)
}

/// The manifest that a cleanup names by a path.
fn cleanup_path(world: &World, ask: &Ask) -> Option<String> {
    let written = match &ask.selector {
        Selector::ManifestPath(path) => path.clone(),
        Selector::SessionRoot(path) => format!("{}/manifest.json", path.trim_end_matches('/')),
        _ => return None,
    };
    Some(world.path(&written).map(|state| state.resolved.clone()).unwrap_or(written))
}

/// Id of the session that a target is, where it lives in tmux.
fn subject(world: &World, target: &Target) -> Option<String> {
    let name = match target {
        Target::Local(session) => session.manifest.tmux_session_name.clone(),
        Target::Server(pair) => pair.identity().session_name,
        Target::Lost(_) => None,
    }?;
    let session = world.exact_session(&name).ok().flatten()?;
    Some(format!("session:{}", session.name))
}

fn resolve<'a>(world: &World<'a>, trail: &mut Trail, ask: &Ask) -> Go<Target<'a>> {
    let way = |trail: &mut Trail, explicit| {
        let name = resolve_current::current_name(world, trail, explicit)?;
        resolve_current::resolve(world, trail, &name, Way::Current)
    };
    match &ask.selector {
        Selector::Current { explicit } => way(trail, *explicit),
        Selector::Inside(_) => way(trail, true),
        Selector::TmuxSession(name) => {
            if world.release.dialect() == Dialect::Scoped {
                let text = texts::NO_COMMAND.say(&[("name", "gateway")]);
                let halt = Halt::Raised(Raised { text: Some(text), class: trail::Class::Usage });
                return Err(trail.halt("command", Some("--target-tmux-session".into()), None, halt));
            }
            resolve_current::named_session(world, trail, name)?;
            resolve_current::resolve(world, trail, name, Way::Named)
        }
        Selector::AgentName(name) => {
            resolve_named::resolve(world, trail, &Named::Name(name.clone()), ask.pair_port)
        }
        Selector::AgentId(id) => resolve_named::resolve(world, trail, &Named::Id(id.clone()), ask.pair_port),
        Selector::SessionRoot(path) | Selector::ManifestPath(path) => {
            let halt = Halt::Unseen(format!("what {} would do to {path}", ask.verb.name()));
            Err(trail.halt("selector", Some(path.clone()), None, halt))
        }
    }
}

fn lose(trail: &mut Trail, ask: &Ask, lost: &target::Lost) -> Halt {
    let verb = match ask.verb {
        Verb::Attach { .. } => LostFor::Attach,
        Verb::Detach => LostFor::Detach,
        Verb::Status => LostFor::Status,
        Verb::Relaunch | Verb::Stop | Verb::Cleanup => {
            let halt = Halt::Unseen(format!("what {} does with {}", ask.verb.name(), lost.read));
            return trail.halt(lost.step, Some(lost.read.clone()), Some("tmux".to_owned()), halt);
        }
    };
    let halt = match (lost.said)(verb) {
        Some(text) => Raised::click(text),
        None if lost.step == "registry-record" => Halt::Unseen(format!("what {} answers", lost.read)),
        None => Raised::of(trail::Class::Other("AssertionError".to_owned()), ""),
    };
    trail.halt(lost.step, Some(lost.read.clone()), Some("tmux".to_owned()), halt)
}

fn at_home(world: &World, trail: &mut Trail, ask: &Ask, session: &target::Resumable) -> Go {
    if ask.verb == Verb::Cleanup {
        return lifecycle::cleanup(world, trail, &session.manifest_path);
    }
    let resumed = resume::resume(world, trail, session)?;
    match ask.verb {
        Verb::Attach { background } => {
            attach::attach(world, trail, &resumed, Wish { background, place: Place::Shell })
        }
        Verb::Detach => detach::detach(world, trail, &resumed),
        Verb::Status => detach::status(world, trail, &resumed),
        Verb::Relaunch => lifecycle::relaunch(world, trail, session, &resumed),
        Verb::Stop => lifecycle::stop(world, trail, &resumed),
        Verb::Cleanup => Ok(()),
    }
}

fn at_server(world: &World, trail: &mut Trail, ask: &Ask, pair: &pair::Pair) -> Go {
    if pair.service == "houmao-passive-server" {
        return at_passive(world, trail, ask, pair);
    }
    match ask.verb {
        Verb::Attach { background } => server::attach_at(world, trail, pair, background),
        Verb::Detach => server::detach_at(world, trail, pair),
        Verb::Status => server::status_at(world, trail, pair),
        Verb::Relaunch | Verb::Stop | Verb::Cleanup => {
            let halt = Halt::Unseen(format!("what {} would do on {}", pair.url, ask.verb.name()));
            Err(trail.halt("relaunch", None, None, halt))
        }
    }
}

fn at_passive(world: &World, trail: &mut Trail, ask: &Ask, pair: &pair::Pair) -> Go {
    let operation = match ask.verb {
        Verb::Attach { .. } => "attach",
        Verb::Detach => "detach",
        _ => {
            let has = pair.body.get("has_gateway").and_then(serde_json::Value::as_bool);
            let halt = match (&ask.verb, has) {
                (Verb::Status, Some(false)) => Raised::click(texts::PASSIVE_NO_GATEWAY.say(&[])),
                _ => Halt::Unseen(format!("what {} knows of the agent's gateway", pair.url)),
            };
            return Err(trail.halt("gateway-status", None, Some(pair.url.clone()), halt));
        }
    };
    match elsewhere::passive(world, trail, pair, operation)? {
        Target::Local(session) => at_home(world, trail, ask, &session),
        _ => Ok(()),
    }
}

/// The canonical questions about one managed session, as from inside it: attach, detach and status of the current
/// session. Empty when there is no such tmux session.
pub fn asks_for(snapshot: &Snapshot, session: &str, release: Release) -> Vec<Ask> {
    let there = match &snapshot.tmux.answer {
        TmuxAnswer::Server { server } => server.sessions.iter().any(|s| s.id == session),
        _ => false,
    };
    if !there {
        return Vec::new();
    }
    let verbs = [Verb::Attach { background: false }, Verb::Detach, Verb::Status];
    verbs.into_iter().map(|verb| Ask::inside(verb, session, release)).collect()
}

/// Whether an operation is known to do what it says.
pub fn works(operation: &Operation) -> bool {
    matches!(operation.verdict, OperationVerdict::WillWork | OperationVerdict::WillWorkByFallback)
}

#[cfg(test)]
#[path = "mod_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "pair_tests.rs"]
mod pair_tests;

//! From a tmux session to its manifest: the current session, or a named one (contract sections 6.1 and 6.3).
use super::records::{Found, raised};
use super::session_record::{agent_def_dir, record_by_id, record_by_session};
use super::target::{Guard, Pair, Resumable, Target};
use super::texts;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::{Reply, World};
use crate::contract::{Loaded, Manifest, SERVER_RETIRED, SessionAuthority};
use crate::snapshot::PathKind;

/// How a session was named: the words that errors begin with, and which registry lookup stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The current session; falls back by `HOUMAO_AGENT_ID`.
    Current,
    /// `--target-tmux-session`; falls back by the exact session name.
    Named,
}

impl Way {
    pub fn label(self) -> &'static str {
        match self {
            Way::Current => "Current-session attach",
            Way::Named => "Tmux-session targeting",
        }
    }
}

/// The name of the current session, as the command line finds it (row a1; row 7 of section 6.0 where it is implied).
pub(super) fn current_name(world: &World, trail: &mut Trail, explicit: bool) -> Go<String> {
    let missing = if explicit { texts::NOT_INSIDE } else { texts::NO_SELECTOR };
    let source = "tmux display-message -p '#S'";
    let name = match world.current_session() {
        Ok(Some(session)) => session.name.trim().to_owned(),
        Ok(None) => {
            return Err(trail.halt(
                "current-session",
                None,
                Some(source.into()),
                Raised::click(missing.say(&[])),
            ));
        }
        Err(halt) => return Err(trail.halt("current-session", None, Some(source.into()), halt)),
    };
    if name.is_empty() {
        let text = if explicit { texts::NO_CURRENT_NAME } else { texts::NO_SELECTOR };
        return Err(trail.halt(
            "current-session",
            Some(name),
            Some(source.into()),
            Raised::click(text.say(&[])),
        ));
    }
    let outside =
        world.inside.is_none() && world.shell("TMUX").is_ok_and(|tmux| tmux.is_none_or(str::is_empty));
    if outside {
        trail.remark(
            "current-session",
            &name,
            source,
            "outside tmux: tmux picked the session that was used last",
        );
    } else {
        trail.ok("current-session", &name, source);
    }
    Ok(name)
}

/// `--target-tmux-session NAME` (row b1).
pub(super) fn named_session(world: &World, trail: &mut Trail, name: &str) -> Go {
    let source = format!("tmux has-session -t {name}");
    let result = match world.has_session(name) {
        Ok(Reply::Ok(_)) => Ok(()),
        Ok(Reply::Said(_)) => Err(Raised::click(texts::TARGET_MISSING.say(&[("session", name)]))),
        Ok(Reply::CannotRun) => Err(match super::world::cannot_run(&["has-session", "-t", name]) {
            Halt::Raised(raised) => Halt::Raised(Raised { class: Class::Click, ..raised }),
            unseen => unseen,
        }),
        Err(halt) => Err(halt),
    };
    trail.settle("target-session", name, &source, result)
}

/// A manifest that belongs to the session.
struct Accepted {
    path: String,
    manifest: Manifest,
    authority: SessionAuthority,
    record: Option<Found>,
}

/// The target of a command for the session of this name.
pub(super) fn resolve<'a>(world: &World<'a>, trail: &mut Trail, name: &str, way: Way) -> Go<Target<'a>> {
    let accepted = manifest_of(world, trail, name, way)?;
    if accepted.authority.backend == "houmao_server_rest" {
        return pair_target(world, trail, &accepted, way);
    }
    let def_dir = agent_def_dir(world, trail, name, accepted.record.as_ref(), way)?;
    Ok(Target::Local(Box::new(Resumable {
        root: world.root(&accepted.path),
        manifest_path: accepted.path,
        manifest: accepted.manifest,
        def_dir,
        guard: Guard::Session,
    })))
}

/// Rows a2 to a10, b2 to b6.
fn manifest_of(world: &World, trail: &mut Trail, name: &str, way: Way) -> Go<Accepted> {
    let source = format!("tmux show-environment -t {name} HOUMAO_MANIFEST_PATH");
    let pointer = match world.session_variable(name, "HOUMAO_MANIFEST_PATH") {
        Ok(pointer) => pointer,
        Err(halt) => return Err(trail.halt("manifest-pointer", None, Some(source), halt)),
    };
    let mut first = None;
    match pointer {
        None => trail.fell("manifest-pointer", Some("not set".into()), Some(source), None),
        Some(pointer) => match follow(world, trail, &pointer, name, way, &POINTER) {
            Ok((path, manifest, authority)) => {
                return Ok(Accepted { path, manifest, authority, record: None });
            }
            Err(Halt::Raised(Raised { class: Class::Click, text: Some(text) })) => {
                fall_through(trail);
                first = Some(text);
            }
            Err(halt) => return Err(halt),
        },
    }
    let record = match way {
        Way::Current => record_by_id(world, trail, name, first.as_deref())?,
        Way::Named => record_by_session(world, trail, name, first.as_deref())?,
    };
    trail.hidden_error = first;
    let (path, manifest, authority) = follow(world, trail, &record.record.manifest_path, name, way, &RECORD)?;
    Ok(Accepted { path, manifest, authority, record: Some(record) })
}

/// The step that failed last lets the fallback answer.
fn fall_through(trail: &mut Trail) {
    trail.fell_through = true;
    if let Some(step) = trail.steps.last_mut() {
        step.outcome = crate::finding::StepOutcome::FellThrough;
    }
}

/// The names of one way to a manifest: of the variable, and of its three steps.
struct Pointer {
    variable: &'static str,
    steps: [&'static str; 3],
}

const POINTER: Pointer = Pointer {
    variable: "HOUMAO_MANIFEST_PATH",
    steps: ["manifest-pointer", "manifest-load", "manifest-session"],
};
const RECORD: Pointer = Pointer {
    variable: "runtime.manifest_path",
    steps: ["record-manifest", "record-manifest-load", "record-manifest-session"],
};

/// Follows one pointer to a manifest that belongs to the session (rows a3 to a5, a9).
fn follow(
    world: &World,
    trail: &mut Trail,
    written: &str,
    session: &str,
    way: Way,
    by: &Pointer,
) -> Go<(String, Manifest, SessionAuthority)> {
    let path =
        trail.settle(by.steps[0], written, by.variable, manifest_path(world, written, way, by.variable))?;
    let (manifest, authority) = trail.settle(by.steps[1], &path, "manifest.json", load(world, &path, way))?;
    let theirs = authority.tmux_session_name.clone();
    let belongs = if theirs.as_deref() == Some(session) {
        Ok(())
    } else {
        let theirs = theirs.as_deref().unwrap_or("None");
        let values = [("label", way.label()), ("theirs", theirs), ("ours", session)];
        Err(Raised::click(texts::MANIFEST_OTHER.say(&values)))
    };
    let read = theirs.unwrap_or_else(|| "none".to_owned());
    trail.settle(by.steps[2], &read, &format!("{path}#/tmux/session_name"), belongs)?;
    Ok((path, manifest, authority))
}

fn manifest_path(world: &World, written: &str, way: Way, variable: &str) -> Go<String> {
    let shown = tidy(written);
    if !written.starts_with('/') {
        let values = [("label", way.label()), ("variable", variable), ("path", &shown)];
        return Err(Raised::click(texts::POINTER_RELATIVE.say(&values)));
    }
    let state = world.path(written)?;
    if state.kind == PathKind::File {
        return Ok(state.resolved.clone());
    }
    let values = [("label", way.label()), ("variable", variable), ("path", &state.resolved)];
    Err(Raised::click(texts::POINTER_STALE.say(&values)))
}

/// `str(Path(text))`: repeated slashes and single dots go.
pub(super) fn tidy(text: &str) -> String {
    let parts: Vec<&str> = text.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
    let joined = parts.join("/");
    match (text.starts_with('/'), joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// Loads a manifest at its resolved path; errors of Houmao's family begin with the label.
fn load(world: &World, path: &str, way: Way) -> Go<(Manifest, SessionAuthority)> {
    let labelled =
        |why: &str| Raised::click(texts::MANIFEST_INVALID.say(&[("label", way.label()), ("why", why)]));
    let Some(root) = world.root(path) else {
        return Err(Halt::Unseen(format!("{path} was not looked at")));
    };
    let manifest = match world.manifest(root, path) {
        Loaded::Ok(manifest) => manifest,
        Loaded::Refused(refusal) if refusal.uncaught => return Err(raised(&refusal)),
        Loaded::Refused(refusal) => return Err(labelled(&refusal.said)),
        Loaded::Unknown(why) => return Err(Halt::Unseen(why)),
    };
    let authority = manifest.authority(path).map_err(|why| labelled(&why))?;
    Ok((manifest, authority))
}

/// A pair-managed session (section 6.3 a).
fn pair_target<'a>(world: &World<'a>, trail: &mut Trail, accepted: &Accepted, way: Way) -> Go<Target<'a>> {
    let label = ("label", way.label());
    if world.release >= SERVER_RETIRED {
        let text = texts::RETIRED_BY_SESSION.say(&[label]);
        let source = Some(format!("{}#/backend", accepted.path));
        return Err(trail.halt(
            "retired-backend",
            Some("houmao_server_rest".into()),
            source,
            Raised::click(text),
        ));
    }
    let source = format!("{}#/gateway_authority/attach", accepted.path);
    let (url, agent) = match accepted.authority.attach.pair_target() {
        Ok((url, agent)) => (url.to_owned(), agent.to_owned()),
        Err(why) => {
            let text = texts::PAIR_INVALID.say(&[label, ("why", why)]);
            return Err(trail.halt(
                "pair-authority",
                Some("incomplete".into()),
                Some(source),
                Raised::click(text),
            ));
        }
    };
    trail.ok("pair-authority", format!("{agent} at {url}"), source);
    let pair = Pair::of_session(world, trail, &url, &agent)?;
    let identity = pair.identity();
    let checked = if identity.transport.as_deref() != Some("tui") {
        Err(Raised::click(texts::NOT_TUI.say(&[label])))
    } else if identity.session_name.as_deref() != Some(agent.as_str()) {
        Err(Raised::click(texts::ALIAS_STALE.say(&[label])))
    } else {
        Ok(())
    };
    let read = identity.session_name.clone().unwrap_or_else(|| "no session".to_owned());
    trail.settle("pair-identity", &read, &format!("GET {url}/houmao/agents/{agent}"), checked)?;
    Ok(Target::Server(pair))
}

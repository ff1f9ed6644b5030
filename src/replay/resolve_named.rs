//! From an agent's name or id to its session or server (contract section 6.2).
use super::elsewhere::{default_pair, pair};
use super::external;
use super::lookup::find;
use super::lost::{probe, unavailable};
use super::pair::Pair;
use super::records::{Found, raised};
use super::target::{DefDir, Guard, Resumable, Target};
use super::texts;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::World;
use crate::contract::{Loaded, Record, TMUX_PROBE, pair_port};
use crate::snapshot::PathKind;

/// What the operator typed: exactly one of the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    Id(String),
    Name(String),
}

impl Named {
    /// The text typed.
    pub fn text(&self) -> &str {
        match self {
            Named::Id(text) | Named::Name(text) => text,
        }
    }
}

/// The target of a command for this agent.
pub(super) fn resolve<'a>(
    world: &World<'a>,
    trail: &mut Trail,
    named: &Named,
    port: Option<i64>,
) -> Go<Target<'a>> {
    if let Some(port) = port {
        let url = base_url(world, Some(port))?;
        trail.ok("pair-port", &url, "--pair-port");
        return Ok(Target::Server(Pair::of_server(world, trail, &url, named.text())?));
    }
    match find(world, trail, named)? {
        Some(found) if found.record.backend == "houmao_server_rest" => pair(world, trail, named, &found),
        Some(found) => local(world, trail, &found),
        None => match external::find(world, trail, named)? {
            Some(target) => Ok(target),
            None => default_pair(world, trail, named),
        },
    }
}

/// The URL of the pair server on a port of this host; 0 means the default (contract section 1.4).
pub(super) fn base_url(world: &World, port: Option<i64>) -> Go<String> {
    let port = match port.filter(|p| *p != 0) {
        Some(port) => i128::from(port),
        None => default_port(world)?,
    };
    Ok(format!("http://127.0.0.1:{port}"))
}

/// The port of the pair server that is asked where none is named.
///
/// # Errors
/// A variable that is no number ends every command before it begins.
pub(super) fn default_port(world: &World) -> Go<i128> {
    let (variable, default) = pair_port(world.release);
    let Some(text) = world.shell(variable)? else { return Ok(i128::from(default)) };
    crate::contract::python::integer(text).ok_or_else(|| {
        let shown = crate::contract::python::quoted(text);
        Raised::of(Class::AtImport, format!("invalid literal for int() with base 10: {shown}"))
    })
}

/// A local record (rows c3b and c4).
fn local<'a>(world: &World<'a>, trail: &mut Trail, found: &Found) -> Go<Target<'a>> {
    let record = &found.record;
    if world.release >= TMUX_PROBE {
        let source = format!("tmux panes of session {}", record.session_name());
        match probe(world, record.session_name()) {
            Ok(None) => trail.ok("tmux-authority", "window 0 with pane 0", source),
            Ok(Some(state)) => return Ok(Target::Lost(unavailable(world, record, state))),
            Err(halt) => return Err(trail.halt("tmux-authority", None, Some(source), halt)),
        }
    }
    let Some(written) = record.agent_def_dir.clone() else {
        let text = texts::NO_DEF_DIR_IN_RECORD.say(&[("name", &record.agent_name)]);
        return Err(trail.halt(
            "agent-def-dir",
            Some("null".into()),
            Some(found.path.clone()),
            Raised::click(text),
        ));
    };
    let dir = match world.path(&written) {
        Ok(state) => DefDir { resolved: state.resolved.clone(), written },
        Err(halt) => return Err(trail.halt("agent-def-dir", Some(written), Some(found.path.clone()), halt)),
    };
    trail.ok("agent-def-dir", &dir.written, format!("{}#/runtime/agent_def_dir", found.path));
    resumable(world, trail, record, dir)
}

/// The session of a record, as far as its manifest.
pub(super) fn resumable<'a>(
    world: &World<'a>,
    trail: &mut Trail,
    record: &Record,
    dir: DefDir,
) -> Go<Target<'a>> {
    let guard = Guard::Record(tracked_name(record));
    let source = "runtime.manifest_path of the record";
    let loaded = world.path(&record.manifest_path).and_then(|state| {
        if state.kind != PathKind::File {
            return Err(Raised::houmao(texts::MANIFEST_MISSING.say(&[("path", &state.resolved)])));
        }
        let Some(root) = world.root(&state.resolved) else {
            return Err(Halt::Unseen(format!("{} was not looked at", state.resolved)));
        };
        match world.manifest(root, &state.resolved) {
            Loaded::Ok(manifest) => Ok((root, state.resolved.clone(), manifest)),
            Loaded::Refused(refusal) => Err(raised(&refusal)),
            Loaded::Unknown(why) => Err(Halt::Unseen(why)),
        }
    });
    match loaded {
        Ok((root, manifest_path, manifest)) => Ok(Target::Local(Box::new(Resumable {
            root: Some(root),
            manifest_path,
            manifest,
            def_dir: dir,
            guard,
        }))),
        Err(halt) => {
            let halt = guard.meet(halt, world);
            Err(trail.halt("resume-manifest", Some(record.manifest_path.clone()), Some(source.into()), halt))
        }
    }
}

/// The name that a wrapped error gives a record.
fn tracked_name(record: &Record) -> String {
    let names = [record.agent_name.as_str(), record.agent_id.as_str(), record.session_name()];
    names.into_iter().find(|n| !n.is_empty()).unwrap_or_default().to_owned()
}

//! From an agent's name or id to its session or server (contract section 6.2).
use super::pair::{Pair, ask_agent, ask_health, health};
use super::records::{Found, raised};
use super::resolve_current::candidate;
use super::target::{DefDir, Guard, Lost, LostFor, Resumable, Target};
use super::texts;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::{Reply, World};
use crate::contract::{
    INACTIVE_TOLD, Loaded, PROBE_TOLD, Record, SERVER_RETIRED, TMUX_PROBE, load_manifest, pair_port,
};
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
        None => default_pair(world, trail, named),
    }
}

/// The URL of the pair server on a port of this host; 0 means the default (contract section 1.4).
///
/// # Errors
/// A default port that is no number ends the command before it begins.
pub(super) fn base_url(world: &World, port: Option<i64>) -> Go<String> {
    let (variable, default) = pair_port(world.release);
    let configured = match world.shell(variable) {
        None => Some(i128::from(default)),
        Some(text) => crate::contract::python::integer(text),
    };
    let Some(configured) = configured else {
        let shown = crate::contract::python::quoted(world.shell(variable).unwrap_or_default());
        let why = format!("invalid literal for int() with base 10: {shown}");
        return Err(Raised::of(Class::Other("ValueError".to_owned()), why));
    };
    let port = port.filter(|p| *p != 0).map_or(configured, i128::from);
    Ok(format!("http://127.0.0.1:{port}"))
}

/// The record that the selector means (row c2).
fn find(world: &World, trail: &mut Trail, named: &Named) -> Go<Option<Found>> {
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

fn one_by_name(world: &World, name: &str) -> Go<Option<Found>> {
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
fn resumable<'a>(world: &World<'a>, trail: &mut Trail, record: &Record, dir: DefDir) -> Go<Target<'a>> {
    let guard = Guard::Record(tracked_name(record));
    let source = "runtime.manifest_path of the record";
    let loaded = world.path(&record.manifest_path).and_then(|state| {
        if state.kind != PathKind::File {
            return Err(Raised::houmao(texts::MANIFEST_MISSING.say(&[("path", &state.resolved)])));
        }
        let Some(root) = world.root(&state.resolved) else {
            return Err(Halt::Unseen(format!("{} was not looked at", state.resolved)));
        };
        match load_manifest(&root.manifest, &state.resolved, world.release) {
            Loaded::Ok(manifest) => Ok((root, state.resolved.clone(), manifest)),
            Loaded::Refused(refusal) => Err(raised(&refusal)),
            Loaded::Unknown(why) => Err(Halt::Unseen(why)),
        }
    });
    match loaded {
        Ok((root, manifest_path, manifest)) => {
            Ok(Target::Local(Resumable { root: Some(root), manifest_path, manifest, def_dir: dir, guard }))
        }
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

/// What is wrong with a record's tmux authority (contract section 9); none when it is healthy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Authority {
    Stale,
    Degraded,
}

fn probe(world: &World, session: &str) -> Go<Option<Authority>> {
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
fn unavailable(world: &World, record: &Record, authority: Authority) -> Lost {
    let told = world.release >= PROBE_TOLD;
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
    Lost { step: "tmux-authority", read, said: Box::new(said) }
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

/// A pair-managed record (row c3).
fn pair<'a>(world: &World<'a>, trail: &mut Trail, named: &Named, found: &Found) -> Go<Target<'a>> {
    let record = &found.record;
    if world.release >= SERVER_RETIRED {
        let source = format!("{}#/identity/backend", found.path);
        let halt = Raised::click(texts::RETIRED_BY_RECORD.say(&[]));
        return Err(trail.halt("retired-backend", Some(record.backend.clone()), Some(source), halt));
    }
    let url = api_base_url(world, record);
    let url = trail.settle(
        "pair-authority",
        &record.manifest_path,
        "gateway_authority.attach.api_base_url",
        url,
    )?;
    let service = health(world, trail, &url)?;
    let known_as = [record.agent_id.as_str(), &record.agent_name, record.session_name()];
    for name in known_as {
        match ask_agent(world, &url, name) {
            Ok(body) => {
                trail.ok("pair-agent", name, format!("GET {url}/houmao/agents/{name}"));
                return Ok(Target::Server(Pair { url, service, agent: named.text().to_owned(), body }));
            }
            Err(Halt::Raised(Raised { class: Class::Click, .. })) => {}
            Err(halt) => return Err(trail.halt("pair-agent", Some(name.to_owned()), Some(url), halt)),
        }
    }
    let halt = Raised::click(texts::NOT_ON_SERVER.say(&[("name", &record.agent_name)]));
    Err(trail.halt("pair-agent", Some(known_as.join(", ")), Some(url), halt))
}

/// The pair server that a record's manifest names; the path is not resolved here.
fn api_base_url(world: &World, record: &Record) -> Go<String> {
    let state = world.path(&record.manifest_path)?;
    if state.kind != PathKind::File {
        return Err(Raised::houmao(texts::MANIFEST_MISSING.say(&[("path", &record.manifest_path)])));
    }
    let Some(root) = world.root(&state.resolved) else {
        return Err(Halt::Unseen(format!("{} was not looked at", state.resolved)));
    };
    let manifest = match load_manifest(&root.manifest, &record.manifest_path, world.release) {
        Loaded::Ok(manifest) => manifest,
        Loaded::Refused(refusal) => return Err(raised(&refusal)),
        Loaded::Unknown(why) => return Err(Halt::Unseen(why)),
    };
    let authority = manifest.authority(&record.manifest_path).map_err(Raised::houmao)?;
    match authority.attach.api_base_url.as_deref().map(str::trim).filter(|u| !u.is_empty()) {
        Some(url) => Ok(url.to_owned()),
        None => Err(Raised::click(texts::NO_API_BASE_URL.say(&[("name", &record.agent_name)]))),
    }
}

/// Nothing local: the default pair server (rows c5 and c6).
fn default_pair<'a>(world: &World<'a>, trail: &mut Trail, named: &Named) -> Go<Target<'a>> {
    let url = base_url(world, None)?;
    let result = ask_health(world, &url)
        .and_then(|service| ask_agent(world, &url, named.text()).map(|body| (service, body)));
    let source = format!("GET {url}/health");
    let halt = match result {
        Ok((service, body)) => {
            trail.ok("default-pair", named.text(), source);
            return Ok(Target::Server(Pair { url, service, agent: named.text().to_owned(), body }));
        }
        Err(Halt::Raised(Raised { class: Class::Click, text })) => match named {
            Named::Id(_) => Halt::Raised(Raised { class: Class::Click, text }),
            Named::Name(name) => {
                let text = text.map(|why| name_miss(world, name, &why)).transpose();
                match text {
                    Ok(text) => Halt::Raised(Raised { class: Class::Click, text }),
                    Err(halt) => halt,
                }
            }
        },
        Err(halt) => halt,
    };
    // What failed here is the end, not a fallback that answered.
    Err(trail.halt("default-pair", Some(named.text().to_owned()), Some(source), halt))
}

/// The many lines for a name that nobody knows (row c5).
fn name_miss(world: &World, name: &str, why: &str) -> Go<String> {
    let list = if world.release < PROBE_TOLD { "agents list" } else { "agents global list" };
    let mut same_session = world.scan(|r| r.session_name() == name && world.counts(r))?;
    let (alias, retry) = match (same_session.pop(), same_session.is_empty()) {
        (Some(one), true) => {
            let (agent, id) = (&one.record.agent_name, &one.record.agent_id);
            let alias = format!(
                "\n`--agent-name` expects the published friendly managed-agent name. `{name}` matches the live local \
                 tmux/session alias for agent_name `{agent}` (agent_id `{id}`)."
            );
            let retry = format!(
                "Retry with `--agent-name {agent}`, `--agent-id {id}`, or inspect `houmao-mgr {list}`."
            );
            (alias, retry)
        }
        _ => (
            String::new(),
            format!(
                "Retry with `houmao-mgr {list}`, the correct friendly managed-agent name, or `--agent-id <id>`."
            ),
        ),
    };
    let values = [("name", name), ("alias", &alias), ("why", why), ("retry", &retry)];
    Ok(texts::NO_NAME_MATCH.say(&values))
}

/// The record that lets a passive server's agent be attached locally (section 6.4, last paragraph).
pub(super) fn passive<'a>(
    world: &World<'a>,
    trail: &mut Trail,
    pair: &Pair,
    operation: &str,
) -> Go<Target<'a>> {
    let identity = pair.identity();
    let found = match &identity.agent_id {
        Some(id) => world.fresh_by_id(id),
        None => one_by_name(world, identity.agent_name.as_deref().unwrap_or(&pair.agent)),
    };
    let remote = || Raised::click(texts::PASSIVE_REMOTE.say(&[("operation", operation)]));
    let found = match found {
        Ok(Some(found)) if found.record.backend != "houmao_server_rest" => Ok(found),
        Ok(_) => Err(remote()),
        Err(halt) => Err(halt),
    };
    let found = trail.settle("passive-record", &pair.agent, "live_agents of the registry", found)?;
    let Some(written) = found.record.agent_def_dir.clone() else {
        let text = texts::NO_DEF_DIR_IN_RECORD.say(&[("name", &found.record.agent_name)]);
        return Err(trail.halt(
            "agent-def-dir",
            Some("null".into()),
            Some(found.path.clone()),
            Raised::click(text),
        ));
    };
    let resolved = world.path(&written)?.resolved.clone();
    resumable(world, trail, &found.record, DefDir { written, resolved })
}

//! Agents that are found through a pair server (contract section 6.2, rows c3, c5, c6, and the end of section 6.4).
use super::lookup::one_by_name;
use super::pair::{Pair, ask_agent, ask_health, health};
use super::records::{Found, raised};
use super::resolve_named::{Named, base_url, resumable};
use super::target::{DefDir, Target};
use super::texts;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::World;
use crate::contract::{Loaded, PROBE_TOLD, Record, SERVER_RETIRED};
use crate::snapshot::PathKind;

/// A pair-managed record (row c3).
pub(super) fn pair<'a>(world: &World<'a>, trail: &mut Trail, named: &Named, found: &Found) -> Go<Target<'a>> {
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
        match ask_agent(world, &url, &service, name) {
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
    let manifest = match world.manifest(root, &record.manifest_path) {
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
pub(super) fn default_pair<'a>(world: &World<'a>, trail: &mut Trail, named: &Named) -> Go<Target<'a>> {
    let url = base_url(world, None)?;
    let result = ask_health(world, &url)
        .and_then(|service| ask_agent(world, &url, &service, named.text()).map(|body| (service, body)));
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

//! Facts of the manifest pointer, the session root and the manifest.
use super::{Fact, Join, exists, leaf, observed, same};
use crate::contract::{Loaded, Release, load_manifest, names_dated_field};
use crate::replay::publishes;
use crate::snapshot::{Content, Observed, PathKind, ReasonKind, TmuxSession};
use schemars::JsonSchema;
use serde::Serialize;

/// Where `HOUMAO_MANIFEST_PATH` of the session leads.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PointerFacts {
    /// Whether the published path is absolute; Houmao refuses relative ones.
    pub is_absolute: Fact<bool>,
    /// The path it leads to, links followed.
    pub resolved: Fact<String>,
    /// Whether it leads to a file.
    pub leads_to_file: Fact<bool>,
    /// What is there: `a file`, `a folder`, `a FIFO, socket or device`, or `nothing`.
    pub found: Fact<String>,
    /// Whether it leads to a file that is a manifest of this very session; false also when the file is refused.
    pub is_good: Fact<bool>,
    /// What it is to an attach from inside where no record stands in, in words that follow its name.
    pub alone: Fact<String>,
}

impl PointerFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>, manifest: &ManifestFacts) -> Self {
        let raw = join.env("HOUMAO_MANIFEST_PATH");
        let state = raw.and_then(|p| observed(&join.path(p), p.clone(), Clone::clone));
        let leads_to_file = state.then(|s| s.kind == PathKind::File);
        let is_absolute = raw.then(|p| p.starts_with('/') || p.starts_with("~/"));
        let good = raw.and_then(|_| match (leads_to_file.value(), is_absolute.value()) {
            (Some(false), _) | (_, Some(false)) => Fact::known(false, raw.source.clone()),
            _ if !join.root_from_env => leads_to_file.then(|_| false),
            _ => match (manifest.accepted.value(), manifest.names_this_session.value()) {
                (Some(true), Some(named)) => Fact::known(*named, raw.source.clone()),
                (Some(false), _) => Fact::known(false, raw.source.clone()),
                _ => Fact::unknown("the manifest could not be judged", raw.source.clone()),
            },
        });
        let alone = match good.value() {
            _ if raw.is_absent() => "is not published either, so that an attach from inside has no way left",
            Some(false) => "is no good either, so that an attach from inside has no way left",
            _ => "is all that an attach from inside has to go by",
        };
        PointerFacts {
            alone: raw.then(|_| alone.into()).or_known(alone.into()),
            is_absolute,
            resolved: state.then(|s| s.resolved.clone()),
            leads_to_file,
            found: state.then(|s| found(s.kind).to_owned()),
            is_good: good,
        }
    }
}

/// What a path leads to, in words that follow "there is".
fn found(kind: PathKind) -> &'static str {
    match kind {
        PathKind::File => "a file",
        PathKind::Directory => "a folder",
        PathKind::Special => "a FIFO, socket or device",
        PathKind::Missing => "nothing",
    }
}

/// The manifest of the session root.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ManifestFacts {
    /// Its path.
    pub path: Fact<String>,
    /// Whether the file exists.
    pub exists: Fact<bool>,
    /// Whether the judged release loads it.
    pub accepted: Fact<bool>,
    /// The words by which the judged release refuses it; absent when it does not.
    pub refusal: Fact<String>,
    /// Whether it is refused for a field that another release writes or has taken out; absent where it is not refused.
    pub of_other_release: Fact<bool>,
    /// JSON pointer of the first violation.
    pub refusal_pointer: Fact<String>,
    /// Whether it is JSON at all.
    pub is_json: Fact<bool>,
    /// Whether the doctor's user may read it.
    pub may_read: Fact<bool>,
    /// Why it cannot be read as a manifest: the system's words where the file may not be read, else those of the refusal.
    pub trouble: Fact<String>,
    /// Its `schema_version`; absent where that is no whole number, which Houmao takes for none.
    pub schema_version: Fact<i64>,
    /// Its `backend`.
    pub backend: Fact<String>,
    /// The program that a resume looks up on the `PATH` (`launch_plan.executable`).
    pub executable: Fact<String>,
    /// Where a resume from inside looks for the prompt of the agent's role.
    pub role_prompt: Fact<String>,
    /// Its `agent_id`.
    pub agent_id: Fact<String>,
    /// Its `agent_name`.
    pub agent_name: Fact<String>,
    /// The tmux session it belongs to (`tmux.session_name`, else `tmux_session_name`).
    pub session_name: Fact<String>,
    /// Whether that is the name of this tmux session.
    pub names_this_session: Fact<bool>,
    /// Whether tmux has a session of the name it gives.
    pub session_live: Fact<bool>,
    /// Whether all files that name a session (manifest, `attach.json`, record) name the same one.
    pub files_agree_on_session: Fact<bool>,
    /// Whether its `agent_id` is the one the session publishes.
    pub is_published_agent: Fact<bool>,
    /// Its `registry_generation_id`.
    pub generation_id: Fact<String>,
    /// When it was made (`created_at_utc`).
    pub created_at: Fact<String>,
    /// `agent_launch_authority.session_origin` (`joined_tmux` for joined sessions).
    pub session_origin: Fact<String>,
    /// `agent_launch_authority.posture_kind`; `unavailable` means that no launch options were recorded.
    pub posture_kind: Fact<String>,
    /// `gateway_authority.attach.api_base_url`.
    pub api_base_url: Fact<String>,
    /// `gateway_authority.attach.managed_agent_ref`.
    pub managed_agent_ref: Fact<String>,
    /// Name of another live tmux session that publishes this very manifest: the session was renamed, or its environment
    /// copied.
    pub published_by_session: Fact<String>,
    /// Name of the live session that its agent is in, where another session has the name that it gives; absent where no
    /// other has.
    pub bearer: Fact<String>,
    /// Id of that session.
    pub bearer_id: Fact<String>,
    /// Id of the session that has the name which it gives, where its agent is in another one.
    pub namesake_id: Fact<String>,
    /// Whether that session publishes names of an agent of its own.
    pub namesake_is_managed: Fact<bool>,
}

impl ManifestFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>) -> Self {
        let top = join.manifest_text("/tmux/session_name");
        let session_name = if top.value().is_some() { top } else { join.manifest_text("/tmux_session_name") };
        let agent_id = join.manifest_text("/agent_id");
        let (accepted, refusal, refusal_pointer) = judged(join);
        let beside = super::beside(join);
        let source = join.root.map_or_else(|| "the session root".to_owned(), |r| r.manifest_path.clone());
        ManifestFacts {
            path: match join.root {
                Some(root) => Fact::known(root.manifest_path.clone(), root.manifest_path.clone()),
                None => join.no_root("the session root"),
            },
            exists: match join.root {
                Some(root) => exists(&root.manifest, source.clone()),
                None => join.no_root("the session root"),
            },
            trouble: match join.root.map(|r| &r.manifest) {
                Some(Observed::Unreadable(reason)) => Fact::known(reason.detail.clone(), &*source),
                _ => refusal.clone(),
            },
            accepted,
            of_other_release: refusal.then(|said| names_dated_field(said)),
            refusal,
            refusal_pointer,
            is_json: of_file(join, |c| matches!(c, Content::Json(_))),
            may_read: match join.root.map(|r| &r.manifest) {
                Some(Observed::Unreadable(r)) if r.kind == ReasonKind::Permission => {
                    Fact::known(false, source)
                }
                Some(_) => Fact::known(true, source),
                None => join.no_root(source),
            },
            schema_version: schema_version(join),
            backend: join.manifest_text("/backend"),
            executable: join.manifest_text("/launch_plan/executable"),
            names_this_session: session_name.then(|n| n == &join.name),
            files_agree_on_session: session_name.then(|n| others_agree(join, n)),
            session_live: session_name.and_then(|n| super::session_live(join.snapshot, n)),
            session_name,
            role_prompt: role_prompt(join),
            is_published_agent: same(&agent_id, &join.env("HOUMAO_AGENT_ID")),
            agent_id,
            agent_name: join.manifest_text("/agent_name"),
            generation_id: join.manifest_text("/registry_generation_id"),
            created_at: join.manifest_text("/created_at_utc"),
            session_origin: join.manifest_text("/agent_launch_authority/session_origin"),
            posture_kind: join.manifest_text("/agent_launch_authority/posture_kind"),
            api_base_url: join.manifest_text("/gateway_authority/attach/api_base_url"),
            managed_agent_ref: join.manifest_text("/gateway_authority/attach/managed_agent_ref"),
            published_by_session: published_by(join),
            bearer: beside.then(|(_, bearer)| bearer.name.clone()),
            bearer_id: beside.then(|(_, bearer)| bearer.id.clone()),
            namesake_id: beside.then(|(holder, _)| holder.id.clone()),
            namesake_is_managed: beside.then(|(holder, _)| has_own_agent(join, holder)),
        }
    }
}

/// Whether a session publishes names that are not those of this root's agent.
fn has_own_agent(join: &Join<'_>, session: &TmuxSession) -> bool {
    super::is_managed(session) && join.root.is_none_or(|root| publishes(session, root) != Some(true))
}

/// The number that it gives; absent where it gives none, or something that is no number.
fn schema_version(join: &Join<'_>) -> Fact<i64> {
    let Some(root) = join.root else { return join.no_root("the session root") };
    let written = leaf(&root.manifest, &root.manifest_path, "/schema_version");
    written.and_then(|value| match value.as_i64() {
        Some(number) => Fact::known(number, written.source.clone()),
        None => Fact::absent(written.source.clone()),
    })
}

/// Whether no other file names another session. A renamed session leaves them all with its old name; a manifest that was
/// edited or copied stands alone with its own.
fn others_agree(join: &Join<'_>, name: &str) -> bool {
    let attach = join.gateway_path("attach.json");
    let named = [
        join.manifest_text("/tmux_session_name"),
        join.manifest_text("/agent_launch_authority/tmux_session_name"),
        match join.root {
            Some(root) => super::text(&root.gateway.attach, &attach, "/tmux_session_name"),
            None => join.no_root(attach),
        },
        join.record_text("/terminal/session_name"),
        join.record_text("/terminal/current_session_name"),
    ];
    named.iter().filter_map(Fact::value).all(|n| n == name)
}

fn of_file(join: &Join<'_>, test: impl FnOnce(&Content) -> bool) -> Fact<bool> {
    match join.root {
        Some(root) => observed(&root.manifest, root.manifest_path.clone(), |v| test(&v.content)),
        None => join.no_root("the session root"),
    }
}

fn judged(join: &Join<'_>) -> (Fact<bool>, Fact<String>, Fact<String>) {
    let Some(root) = join.root else {
        let source = "the session root";
        return (join.no_root(source), join.no_root(source), join.no_root(source));
    };
    let source = root.manifest_path.clone();
    if root.manifest.is_absent() {
        return (Fact::absent(source.clone()), Fact::absent(source.clone()), Fact::absent(source));
    }
    let Some(release) = join.release else {
        let why = "which release is installed is not known";
        return (Fact::unknown(why, &*source), Fact::unknown(why, &*source), Fact::unknown(why, &*source));
    };
    match load_manifest(&root.manifest, &root.manifest_path, release) {
        Loaded::Ok(_) => (Fact::known(true, &*source), Fact::absent(&*source), Fact::absent(&*source)),
        Loaded::Refused(refusal) => {
            let pointer = match refusal.violations.first() {
                Some(v) => Fact::known(v.pointer.clone(), format!("{source}#{}", v.pointer)),
                None => Fact::absent(source.clone()),
            };
            (Fact::known(false, &*source), Fact::known(refusal.said, &*source), pointer)
        }
        Loaded::Unknown(why) => (
            Fact::unknown(why.clone(), &*source),
            Fact::unknown(why.clone(), &*source),
            Fact::unknown(why, &*source),
        ),
    }
}

/// Another live session whose environment publishes this manifest while the manifest names this session, which tmux
/// does not have: what `tmux rename-session` leaves behind (failures B3).
fn published_by(join: &Join<'_>) -> Fact<String> {
    let source = "tmux environments";
    let Some(root) = join.root else {
        return join.no_root(source);
    };
    let Some(server) = join.snapshot.server() else {
        return super::no_server(join.snapshot, source);
    };
    let publishes = |s: &&crate::snapshot::TmuxSession| {
        s.name != join.name && root.named_by.contains(&crate::snapshot::NamedBy::TmuxSession(s.id.clone()))
    };
    match server.sessions.iter().find(publishes) {
        Some(session) => Fact::known(session.name.clone(), source),
        None => Fact::absent(source),
    }
}

/// Whether a release is one whose pair backend is retired (contract 6.3 a).
pub fn pair_backend_retired(release: Release) -> bool {
    release >= Release::new(0, 11, 0)
}

/// Below the published definition directory, else the record's (contract section 6.3).
fn role_prompt(join: &Join<'_>) -> Fact<String> {
    let published = join.env("HOUMAO_AGENT_DEF_DIR");
    let dir = if published.is_absent() { join.record_text("/runtime/agent_def_dir") } else { published };
    let role = join.manifest_text("/role_name");
    dir.and_then(|dir| {
        role.then(|role| format!("{}/roles/{role}/system-prompt.md", dir.trim_end_matches('/')))
    })
}

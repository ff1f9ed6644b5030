//! Resuming a session: what attach, detach and status all do first (contract section 6.3, `resume_runtime_session`).
//!
//! It is not read-only: once the program and the tmux session are found, it copies the operator's environment into the
//! session, writes the manifest and the gateway's files anew, and publishes the registry record.
use super::records::raised;
use super::target::Resumable;
use super::texts;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::window0;
use super::world::{Reply, World};
use crate::contract::{
    DesiredConfig, Loaded, MEMORY_ROOTS, NO_JOB_DIR, Seen, load_current_instance, load_desired_config,
    load_gateway_state, load_pid_file,
};
use crate::finding::EffectKind;
use crate::snapshot::{Observed, PathKind, SessionRoot, TmuxSession};

/// Variables that a resume takes out of the session (contract section 2.1, "retired-on-touch").
const RETIRED: &[&str] = &["HOUMAO_GATEWAY_ATTACH_PATH", "HOUMAO_GATEWAY_ROOT"];

/// A session that was resumed.
pub(super) struct Resumed<'a> {
    pub root: &'a SessionRoot,
    /// Name of its tmux session, as the manifest has it.
    pub session: String,
    pub backend: String,
    /// Whether the manifest lies in a session root; without one there is no gateway.
    pub runtime_owned: bool,
    pub desired: DesiredConfig,
    /// Port and host that `attach.json` wants.
    pub attach_desired: (Option<String>, Option<u16>),
}

/// Resumes a session; errors are met as the target's guard says.
pub(super) fn resume<'a>(world: &World<'a>, trail: &mut Trail, target: &Resumable<'a>) -> Go<Resumed<'a>> {
    let resumed = steps(world, trail, target);
    resumed.map_err(|halt| {
        let met = target.guard.meet(halt, world);
        if let (Some(step), Halt::Raised(Raised { text: Some(text), .. })) = (trail.steps.last_mut(), &met) {
            step.said = Some(text.clone());
        }
        met
    })
}

fn steps<'a>(world: &World<'a>, trail: &mut Trail, target: &Resumable<'a>) -> Go<Resumed<'a>> {
    let manifest = &target.manifest;
    let Some(root) = target.root else {
        let halt = Halt::Unseen(format!("{} was not looked at", target.manifest_path));
        return Err(trail.halt("resume-manifest", None, None, halt));
    };
    trail.ok("resume-manifest", format!("backend {}", manifest.backend), &target.manifest_path);
    role_prompt(world, trail, target)?;
    let runtime_owned = target.manifest_path.rsplit('/').next() == Some("manifest.json");
    job_dir(world, trail, target, runtime_owned)?;
    launch_plan(world, trail, target)?;
    backend(world, trail, target)?;
    let session = manifest.tmux_session_name.clone().unwrap_or_default();
    let live = surface(world, trail, target, session.trim())?;
    let resumed = capability(world, trail, target, root, live, runtime_owned)?;
    publish(world, trail, target)?;
    Ok(resumed)
}

fn role_prompt(world: &World, trail: &mut Trail, target: &Resumable) -> Go {
    let role = &target.manifest.role_name;
    let path = |dir: &str| format!("{}/roles/{role}/system-prompt.md", dir.trim_end_matches('/'));
    let (resolved, written) = (path(&target.def_dir.resolved), path(&target.def_dir.written));
    let result = match world.kind_of(&[&resolved, &written]) {
        Ok(PathKind::File) => Ok(()),
        Ok(_) => Err(Raised::houmao(texts::ROLE_MISSING.say(&[("path", &resolved)]))),
        // Without the folder there is no prompt in it.
        Err(halt) => match world.path(&target.def_dir.written).map(|s| s.kind) {
            Ok(PathKind::Directory) | Err(_) => Err(halt),
            Ok(_) => Err(Raised::houmao(texts::ROLE_MISSING.say(&[("path", &resolved)]))),
        },
    };
    trail.settle("role-prompt", &resolved, "agent definition directory", result)
}

fn job_dir(world: &World, trail: &mut Trail, target: &Resumable, runtime_owned: bool) -> Go {
    if world.release >= NO_JOB_DIR || runtime_owned || target.manifest.at("job_dir").is_some() {
        return Ok(());
    }
    let halt = Raised::houmao(texts::JOB_DIR.say(&[]));
    Err(trail.halt("job-dir", None, Some(target.manifest_path.clone()), halt))
}

/// The launch plan: of a joined session from the manifest and tmux, else from the brain manifest.
fn launch_plan(world: &World, trail: &mut Trail, target: &Resumable) -> Go {
    if target.manifest.is_joined() {
        return joined_env(world, trail, target);
    }
    let written = &target.manifest.brain_manifest_path;
    let result = world.path(written).and_then(|state| match state.kind {
        PathKind::Missing => Err(Raised::houmao(texts::BRAIN_MISSING.say(&[("path", &state.resolved)]))),
        PathKind::Directory => {
            let why = format!("[Errno 21] Is a directory: '{}'", state.resolved);
            Err(Raised::of(Class::System("IsADirectoryError"), why))
        }
        _ => Ok(()),
    });
    trail.settle("brain-manifest", written, &format!("{}#/brain_manifest_path", target.manifest_path), result)
}

/// Variables that a joined session inherits must be in its tmux session.
fn joined_env(world: &World, trail: &mut Trail, target: &Resumable) -> Go {
    let manifest = &target.manifest;
    let Seen::List(bindings) = manifest.at("agent_launch_authority/launch_env") else { return Ok(()) };
    let own = match manifest.at("agent_launch_authority/tmux_session_name") {
        Seen::Text { text: Some(name), .. } => Some(name.to_owned()),
        _ => manifest.tmux_session_name.clone(),
    };
    let session = own.unwrap_or_default();
    let source = format!("tmux environment of {session}");
    for binding in bindings {
        let field = |key: &str| binding.get(key).and_then(|v| v.as_str());
        if field("mode") != Some("inherit") {
            continue;
        }
        let Some(name) = field("name") else {
            let halt = Halt::Unseen("the name of an inherited variable was not kept".to_owned());
            return Err(trail.halt("joined-env", None, Some(source), halt));
        };
        let result = if crate::snapshot::TMUX_VARIABLES.contains(&name) {
            world.session_variable(&session, name).map_err(as_runtime).and_then(|value| match value {
                Some(_) => Ok(()),
                None => {
                    let values = [("variable", name), ("session", session.as_str())];
                    Err(Raised::houmao(texts::JOINED_ENV.say(&values)))
                }
            })
        } else {
            Err(Halt::Unseen(format!("variable {name} of tmux session {session}, which is not collected")))
        };
        trail.settle("joined-env", name, &source, result)?;
    }
    Ok(())
}

/// A failed tmux command where nobody turns it into an error for the operator.
fn as_runtime(halt: Halt) -> Halt {
    match halt {
        Halt::Raised(raised) => Halt::Raised(Raised { class: Class::Runtime("TmuxCommandError"), ..raised }),
        unseen => unseen,
    }
}

/// The backend's own state, and its program.
fn backend(world: &World, trail: &mut Trail, target: &Resumable) -> Go {
    let manifest = &target.manifest;
    let name = manifest.backend.as_str();
    match name {
        "codex_app_server" => {
            let text = if world.release < MEMORY_ROOTS { texts::APP_SERVER } else { texts::APP_SERVER_GONE };
            let halt = Raised::houmao(text.say(&[]));
            return Err(trail.halt(
                "backend-state",
                Some(name.into()),
                Some(target.manifest_path.clone()),
                halt,
            ));
        }
        "cao_rest" => {
            let halt = Halt::Unseen("how a cao_rest session resumes over HTTP".to_owned());
            return Err(trail.halt(
                "backend-state",
                Some(name.into()),
                Some(target.manifest_path.clone()),
                halt,
            ));
        }
        "houmao_server_rest" => return super::server::backend_state(world, trail, target),
        _ => {}
    }
    if name.ends_with("_headless") {
        let result = headless(target);
        trail.settle("backend-state", name, &format!("{}#/headless", target.manifest_path), result)?;
    }
    executable(world, trail, target)
}

fn headless(target: &Resumable) -> Go {
    let manifest = &target.manifest;
    let turns = match manifest.at("headless/turn_index") {
        Seen::Integer(Some(n)) => n,
        _ => 0,
    };
    let blank = match manifest.at("headless/session_id") {
        Seen::Text { blank, .. } => blank,
        _ => true,
    };
    if blank && turns > 0 {
        return Err(Raised::houmao(texts::HEADLESS_NO_ID.say(&[])));
    }
    let tool = match manifest.backend.as_str() {
        "gemini_headless" => "Gemini",
        "kimi_headless" => "Kimi",
        _ => return Ok(()),
    };
    let of = |path: &str| match manifest.at(path) {
        Seen::Text { text: Some(text), .. } => Some(text.trim_end_matches('/').to_owned()),
        _ => None,
    };
    let now = of("interactive/working_directory").or_else(|| of("headless/working_directory"));
    let planned =
        of(if manifest.is_joined() { "launch_plan/working_directory" } else { "working_directory" });
    match now == planned {
        true => Ok(()),
        false => Err(Raised::houmao(texts::SAME_DIRECTORY.say(&[("tool", tool)]))),
    }
}

fn executable(world: &World, trail: &mut Trail, target: &Resumable) -> Go {
    let source = format!("{}#/launch_plan/executable, PATH of this shell", target.manifest_path);
    let program = match target.manifest.at("launch_plan/executable") {
        Seen::Text { text: Some(program), .. } => program.to_owned(),
        _ => {
            let halt = Halt::Unseen("launch_plan.executable of the manifest".to_owned());
            return Err(trail.halt("executable", None, Some(source), halt));
        }
    };
    let flow = format!("{} runtime execution", target.manifest.backend);
    let result =
        on_path(world, &program, &flow).and_then(|()| match world.snapshot.executables.get("tmux") {
            Some(Observed::Absent) => Err(Raised::houmao(texts::NO_TMUX.say(&[]))),
            _ => Ok(()),
        });
    trail.settle("executable", &program, &source, result)
}

/// Whether a program is on the operator's `PATH`.
pub(super) fn on_path(world: &World, program: &str, flow: &str) -> Go {
    match world.snapshot.executables.get(program) {
        Some(Observed::Present(_)) => Ok(()),
        Some(Observed::Absent) => {
            Err(Raised::houmao(texts::NOT_ON_PATH.say(&[("flow", flow), ("program", program)])))
        }
        Some(other) => {
            Err(Halt::Unseen(format!("{program} on PATH is {}", other.ignorance().unwrap_or_default())))
        }
        None => Err(Halt::Unseen(format!("{program} was not looked up on PATH"))),
    }
}

/// The tmux session and its window 0, and the environment that is copied into it.
fn surface<'a>(
    world: &World<'a>,
    trail: &mut Trail,
    target: &Resumable,
    session: &str,
) -> Go<&'a TmuxSession> {
    let source = format!("tmux has-session -t {session}");
    let is_server = target.manifest.backend == "houmao_server_rest";
    let gone = |why: &str| match is_server {
        true => {
            let why = if why.starts_with("can't find") {
                format!("no such session: {session}")
            } else {
                why.to_owned()
            };
            texts::ENV_SET.say(&[("variable", "SHELL"), ("session", session), ("why", &why)])
        }
        false => texts::SESSION_GONE.say(&[("session", session), ("why", why)]),
    };
    let found = match world.has_session(session) {
        Ok(Reply::Ok(found)) => Ok(found),
        Ok(Reply::Said(why)) => Err(Raised::houmao(gone(&why))),
        Ok(Reply::CannotRun) => Err(Raised::houmao(texts::NO_TMUX.say(&[]))),
        Err(halt) => Err(halt),
    };
    let live = trail.settle("tmux-session", session, &source, found)?;
    if !target.manifest.is_joined() && !is_server {
        window0::prepare(world, trail, session, live)?;
    }
    // A name that is only a prefix gives another agent's session this agent's pointers.
    let foreign = live.name != session;
    let detail = match foreign {
        true => format!(
            "the environment of this shell, and this agent's pointers, into session {}, which is not {session}",
            live.name
        ),
        false => format!("the environment of this shell into session {}", live.name),
    };
    trail.ok("session-env", &live.name, "tmux set-environment");
    trail.effect(EffectKind::CopiesEnv, &live.name, detail, foreign);
    Ok(live)
}

/// `ensure_gateway_capability`: the manifest, the gateway's files and the session's pointers are written anew.
fn capability<'a>(
    world: &World<'a>,
    trail: &mut Trail,
    target: &Resumable<'a>,
    root: &'a SessionRoot,
    live: &TmuxSession,
    runtime_owned: bool,
) -> Go<Resumed<'a>> {
    trail.ok("manifest-rewrite", "in this release's dialect", &target.manifest_path);
    trail.effect(
        EffectKind::RewritesFile,
        &target.manifest_path,
        "manifest, in this release's dialect",
        false,
    );
    let mut resumed = Resumed {
        root,
        session: target.manifest.tmux_session_name.clone().unwrap_or_default(),
        backend: target.manifest.backend.clone(),
        runtime_owned,
        desired: DesiredConfig { host: None, port: None, execution_mode: "detached_process".to_owned() },
        attach_desired: (None, None),
    };
    if !runtime_owned {
        return Ok(resumed);
    }
    queue(trail, root)?;
    resumed.attach_desired = attach_desired(world, root);
    if let Some(desired) = desired_config(world, trail, root)? {
        resumed.desired = desired;
    }
    let gateway = format!("{}/gateway", root.path);
    trail.ok("gateway-files", "attach.json, gateway_manifest.json", &gateway);
    for name in ["desired-config.json", "attach.json", "gateway_manifest.json"] {
        trail.effect(
            EffectKind::RewritesFile,
            format!("{gateway}/{name}"),
            "derived from the manifest",
            false,
        );
    }
    if seeds_state(world, root)? {
        trail.effect(
            EffectKind::RewritesFile,
            format!("{gateway}/state.json"),
            "says not_attached from now on",
            false,
        );
    }
    if World::any_set(live, RETIRED) {
        trail.effect(EffectKind::UnsetsEnv, &live.name, RETIRED.join(", "), false);
    }
    Ok(resumed)
}

fn queue(trail: &mut Trail, root: &SessionRoot) -> Go {
    let source = format!("{}/gateway/queue.sqlite", root.path);
    if let Observed::Present(folder) = &root.gateway.folder
        && matches!(folder.kind, PathKind::File | PathKind::Special)
    {
        let halt = Raised::of(
            Class::System("FileExistsError"),
            format!("[Errno 17] File exists: '{}'", folder.resolved),
        );
        return Err(trail.halt("queue", None, Some(folder.resolved.clone()), halt));
    }
    let result = match &root.gateway.queue {
        Observed::Present(file) if file.sqlite => Ok("a database"),
        Observed::Present(_) => {
            Err(Raised::of(Class::Other("DatabaseError".to_owned()), texts::QUEUE.say(&[])))
        }
        Observed::Absent => Ok("made anew"),
        Observed::Unreadable(why) if why.kind == crate::snapshot::ReasonKind::Directory => {
            Err(Raised::of(Class::Other("OperationalError".to_owned()), texts::QUEUE_OPEN.say(&[])))
        }
        other => Err(Halt::Unseen(format!("{source} is {}", other.ignorance().unwrap_or_default()))),
    };
    match result {
        Ok(read) => {
            trail.ok("queue", read, source);
            Ok(())
        }
        Err(halt) => Err(trail.halt("queue", None, Some(source), halt)),
    }
}

/// The desired configuration; none where there is no file yet.
fn desired_config(world: &World, trail: &mut Trail, root: &SessionRoot) -> Go<Option<DesiredConfig>> {
    let path = format!("{}/gateway/desired-config.json", root.path);
    let file = &root.gateway.desired_config;
    let no_file = match file {
        Observed::Absent => true,
        Observed::Unreadable(why) => {
            matches!(why.kind, crate::snapshot::ReasonKind::Directory | crate::snapshot::ReasonKind::Special)
        }
        _ => false,
    };
    if no_file {
        trail.ok("desired-config", "none yet", path);
        return Ok(None);
    }
    match load_desired_config(file, &path, world.release) {
        Loaded::Ok(desired) => {
            let port = desired.port.map_or_else(|| "any port".to_owned(), |p| format!("port {p}"));
            trail.ok("desired-config", port, path);
            Ok(Some(desired))
        }
        Loaded::Refused(refusal) => Err(trail.halt("desired-config", None, Some(path), raised(&refusal))),
        Loaded::Unknown(why) => Err(trail.halt("desired-config", None, Some(path), Halt::Unseen(why))),
    }
}

/// What `attach.json` wants, where it loads; it is read back when it is regenerated.
fn attach_desired(world: &World, root: &SessionRoot) -> (Option<String>, Option<u16>) {
    let path = format!("{}/gateway/attach.json", root.path);
    match crate::contract::load_attach_contract(&root.gateway.attach, &path, world.release) {
        Loaded::Ok(attach) => (attach.desired_host, attach.desired_port),
        _ => (None, None),
    }
}

/// Whether the resume writes an offline `state.json` (contract section 7.3).
pub(super) fn seeds_state(world: &World, root: &SessionRoot) -> Go<bool> {
    let path = format!("{}/gateway/state.json", root.path);
    let state = match load_gateway_state(&root.gateway.state, &path, world.release) {
        Loaded::Ok(state) => state,
        Loaded::Refused(refusal) if refusal.uncaught => return Err(raised(&refusal)),
        Loaded::Refused(_) => return Ok(true),
        Loaded::Unknown(why) => return Err(Halt::Unseen(why)),
    };
    if let Some(pid) = recorded_pid(root)?
        && runs(world, pid)?
    {
        return Ok(false);
    }
    Ok(state.gateway_health != "not_attached")
}

/// The pid of `run/gateway.pid`.
pub(super) fn recorded_pid(root: &SessionRoot) -> Go<Option<u32>> {
    match load_pid_file(&root.gateway.pid_file) {
        Observed::Present(pid) => Ok(pid),
        Observed::Absent => Ok(None),
        other => Err(Halt::Unseen(format!("gateway.pid is {}", other.ignorance().unwrap_or_default()))),
    }
}

/// Whether a pid counts as running: a process that may not be signalled does not.
pub(super) fn runs(world: &World, pid: u32) -> Go<bool> {
    Ok(world.process(pid)?.is_some_and(|p| p.may_signal))
}

/// Publishes the registry record, where the session itself is the one that publishes (contract section 4.4).
fn publish(world: &World, trail: &mut Trail, target: &Resumable) -> Go {
    let manifest = &target.manifest;
    let (Some(id), true) = (&manifest.agent_id, manifest.publishes_itself()) else { return Ok(()) };
    let runtime_owned = target.manifest_path.rsplit('/').next() == Some("manifest.json");
    if !runtime_owned {
        return Ok(());
    }
    let path = match world.record_entry(id) {
        Ok((path, _)) => path,
        Err(halt) => return Err(trail.halt("registry-publish", None, None, halt)),
    };
    let existing = match world.load_by_id(id) {
        Ok(existing) => existing,
        Err(halt) => return Err(trail.halt("registry-publish", Some(id.clone()), Some(path), halt)),
    };
    let generation = manifest.registry_generation_id.clone();
    let conflict = existing.and_then(|found| {
        let ours = generation.as_deref().unwrap_or_default();
        found.record.ownership_conflict(id, ours, world.now, world.release, false)
    });
    if let Some(text) = conflict {
        // A manifest without a generation gets a random one each time, which the text would show.
        let text = generation.is_some().then_some(text);
        let halt = Halt::Raised(Raised { text, class: Class::Houmao });
        return Err(trail.halt("registry-publish", Some(id.clone()), Some(path), halt));
    }
    trail.ok("registry-publish", id, &path);
    trail.effect(EffectKind::PublishesRecord, &path, "refreshes the agent's record", false);
    Ok(())
}

/// What the recorded gateway is, if its file counts.
pub(super) fn current_instance(
    world: &World,
    root: &SessionRoot,
) -> Go<Option<crate::contract::CurrentInstance>> {
    let path = format!("{}/gateway/run/current-instance.json", root.path);
    match load_current_instance(&root.gateway.current_instance, &path, world.release) {
        Loaded::Ok(instance) => Ok(Some(instance)),
        Loaded::Refused(refusal) if refusal.uncaught => Err(raised(&refusal)),
        Loaded::Refused(_) => Ok(None),
        Loaded::Unknown(why) => Err(Halt::Unseen(why)),
    }
}

//! What a resume writes: the manifest, the gateway's files, the session's pointers, the registry record (contract
//! section 6.3, steps 8 and 9), and what it reads of them.
use super::queue;
use super::records::raised;
use super::resume::Resumed;
use super::target::Resumable;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::World;
use crate::contract::{
    DesiredConfig, Loaded, Seen, load_current_instance, load_desired_config, load_pid_file,
};
use crate::finding::EffectKind;
use crate::snapshot::{FileView, Observed, ReasonKind, SessionRoot, TmuxSession};

/// Variables that a resume takes out of the session (contract section 2.1, "retired-on-touch").
const RETIRED: &[&str] = &["HOUMAO_GATEWAY_ATTACH_PATH", "HOUMAO_GATEWAY_ROOT"];

/// `ensure_gateway_capability`: the manifest, the gateway's files and the session's pointers are written anew.
pub(super) fn capability<'a>(
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
        prepared: None,
        foreign: false,
        working_directory: starting_place(target),
        backend: target.manifest.backend.clone(),
        runtime_owned,
        desired: DesiredConfig { host: None, port: None, execution_mode: "detached_process".to_owned() },
        attach_desired: (None, None),
    };
    if !runtime_owned {
        return Ok(resumed);
    }
    queue::queue(world, trail, root)?;
    resumed.attach_desired = attach_desired(world, root);
    resumed.desired = desired_config(world, trail, root)?.unwrap_or(resumed.desired);
    let gateway = format!("{}/gateway", root.path);
    writable(trail, root, &gateway)?;
    derived_files(world, trail, root, &gateway)?;
    if World::any_set(live, RETIRED) {
        trail.effect(EffectKind::UnsetsEnv, &live.name, RETIRED.join(", "), false);
    }
    Ok(resumed)
}

/// The files that every resume derives from the manifest, and `state.json` where it has to say that nothing is attached.
fn derived_files(world: &World, trail: &mut Trail, root: &SessionRoot, gateway: &str) -> Go {
    trail.ok("gateway-files", "attach.json, gateway_manifest.json", gateway);
    for name in ["desired-config.json", "attach.json", "gateway_manifest.json"] {
        trail.effect(
            EffectKind::RewritesFile,
            format!("{gateway}/{name}"),
            "derived from the manifest",
            false,
        );
    }
    let seeds = match seeds_state(world, root) {
        Ok(seeds) => seeds,
        Err(halt) => return Err(trail.halt("gateway-files", None, Some(format!("{gateway}/run")), halt)),
    };
    if seeds {
        trail.effect(
            EffectKind::RewritesFile,
            format!("{gateway}/state.json"),
            "says not_attached from now on",
            false,
        );
    }
    Ok(())
}

/// Where the launch plan starts the agent, and so its gateway.
fn starting_place(target: &Resumable) -> String {
    match target.manifest.at("launch_plan/working_directory") {
        Seen::Text { text: Some(text), .. } => text.to_owned(),
        _ => target.manifest.working_directory.clone(),
    }
}

/// A folder where a file is to be written ends the resume.
fn writable(trail: &mut Trail, root: &SessionRoot, gateway: &str) -> Go {
    let files = [
        ("desired-config.json", &root.gateway.desired_config),
        ("attach.json", &root.gateway.attach),
        ("gateway_manifest.json", &root.gateway.gateway_manifest),
        ("state.json", &root.gateway.state),
    ];
    match files.into_iter().find(|(_, file)| is_folder(file)) {
        None => Ok(()),
        Some((name, _)) => {
            let source = Some(format!("{gateway}/{name}"));
            Err(trail.halt("gateway-files", Some("a folder".to_owned()), source, scratch_onto_folder()))
        }
    }
}

/// Whether a folder stands where a file is looked for.
pub(super) fn is_folder(file: &Observed<FileView>) -> bool {
    matches!(file, Observed::Unreadable(why) if why.kind == ReasonKind::Directory)
}

/// A file that is to replace a folder; the text names a scratch file whose name is random.
fn scratch_onto_folder() -> Halt {
    Halt::Raised(Raised { text: None, class: Class::System("IsADirectoryError") })
}

/// What the system says of a folder that is taken for a file.
pub(super) fn folder_for_file(path: &str) -> Halt {
    Raised::of(Class::System("IsADirectoryError"), format!("[Errno 21] Is a directory: '{path}'"))
}

/// The desired configuration; none where there is no file yet.
fn desired_config(world: &World, trail: &mut Trail, root: &SessionRoot) -> Go<Option<DesiredConfig>> {
    let path = format!("{}/gateway/desired-config.json", root.path);
    let file = &root.gateway.desired_config;
    let no_file = match file {
        Observed::Absent => true,
        Observed::Unreadable(why) => {
            matches!(why.kind, ReasonKind::Directory | ReasonKind::Special)
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
    match world.attach_contract(root) {
        Loaded::Ok(attach) => (attach.desired_host, attach.desired_port),
        _ => (None, None),
    }
}

/// Whether the resume writes an offline `state.json` (contract section 7.3).
pub(super) fn seeds_state(world: &World, root: &SessionRoot) -> Go<bool> {
    let state = match world.gateway_state(root) {
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
    if is_folder(&root.gateway.pid_file) {
        return Err(folder_for_file(&format!("{}/gateway/run/gateway.pid", root.path)));
    }
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
pub(super) fn publish(world: &World, trail: &mut Trail, target: &Resumable) -> Go {
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
    if let Some(halt) = obstacle(world, id) {
        return Err(trail.halt("registry-publish", Some(id.clone()), Some(path), halt));
    }
    trail.ok("registry-publish", id, &path);
    trail.effect(EffectKind::PublishesRecord, &path, "refreshes the agent's record", false);
    Ok(())
}

/// What keeps the record from being written: a file in place of its folder, or a folder in its own place.
fn obstacle(world: &World, id: &str) -> Option<Halt> {
    let (path, entry) = world.record_entry(id).ok()?;
    let entry = entry?;
    if !entry.is_folder && !entry.symlink {
        let text = format!("[Errno 17] File exists: '{}'", path.trim_end_matches("/record.json"));
        return Some(Raised::of(Class::System("FileExistsError"), text));
    }
    is_folder(&entry.record).then(scratch_onto_folder)
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

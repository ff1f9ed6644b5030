//! What a resume needs before it touches anything: role prompt, launch plan, backend state, program (contract
//! section 6.3, steps 2 to 7).
use super::target::Resumable;
use super::texts;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::World;
use crate::contract::{MEMORY_ROOTS, NO_JOB_DIR, Seen};
use crate::snapshot::{Observed, PathKind};

pub(super) fn role_prompt(world: &World, trail: &mut Trail, target: &Resumable) -> Go {
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

pub(super) fn job_dir(world: &World, trail: &mut Trail, target: &Resumable, runtime_owned: bool) -> Go {
    if world.release >= NO_JOB_DIR || runtime_owned || target.manifest.at("job_dir").is_some() {
        return Ok(());
    }
    let halt = Raised::houmao(texts::JOB_DIR.say(&[]));
    Err(trail.halt("job-dir", None, Some(target.manifest_path.clone()), halt))
}

/// The launch plan: of a joined session from the manifest and tmux, else from the brain manifest.
pub(super) fn launch_plan(world: &World, trail: &mut Trail, target: &Resumable) -> Go {
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
pub(super) fn backend(world: &World, trail: &mut Trail, target: &Resumable) -> Go {
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
        "houmao_server_rest" => return super::pair_state::backend_state(world, trail, target),
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
fn on_path(world: &World, program: &str, flow: &str) -> Go {
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

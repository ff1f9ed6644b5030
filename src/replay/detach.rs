//! Detaching the gateway of a resumed session, and its status (contract sections 7.1 to 7.3).
use super::after::{After, Strictly, shown};
use super::capability::{current_instance, folder_for_file, is_folder, recorded_pid, runs, seeds_state};
use super::listener::taken;
use super::records::raised;
use super::resume::Resumed;
use super::texts;
use super::trail::{Go, Halt, Raised, Trail};
use super::world::World;
use crate::contract::{CurrentInstance, Loaded};
use crate::finding::EffectKind;
use crate::snapshot::{Observed, SessionRoot};

/// Detaches the recorded gateway.
pub(super) fn detach(world: &World, trail: &mut Trail, resumed: &Resumed) -> Go {
    if !resumed.runtime_owned {
        let halt = Raised::houmao(texts::NOT_RUNTIME_OWNED.say(&[]));
        return Err(trail.halt("gateway-files", None, Some(resumed.root.path.clone()), halt));
    }
    let source = format!("{}/gateway/run/current-instance.json", resumed.root.path);
    let recorded = match current_instance(world, resumed.root) {
        Ok(recorded) => recorded,
        Err(halt) => return Err(trail.halt("current-instance", None, Some(source), halt)),
    };
    let mut after = After::new(world, resumed)?;
    match &recorded {
        Some(instance) if instance.execution_mode == "tmux_auxiliary_window" => {
            trail.ok("current-instance", format!("pid {}, in tmux", instance.pid), source);
            window(&mut after, trail, instance)?;
        }
        other => {
            let read = if other.is_some() { "a detached process" } else { "none that counts" };
            trail.ok("current-instance", read, source.as_str());
            process(&after, trail, resumed.root)?;
            if is_folder(&resumed.root.gateway.current_instance) {
                return Err(trail.halt("clear", None, Some(source.clone()), folder_for_file(&source)));
            }
        }
    }
    // The run files are gone before this step, so nothing is killed here.
    after.clear(trail, None)?;
    trail.ok("clear", "run files, tmux variables, state.json", &resumed.root.path);
    Ok(())
}

fn window(after: &mut After, trail: &mut Trail, instance: &CurrentInstance) -> Go {
    let recorded = instance.tmux_window.as_ref().map(|w| w.id.clone()).unwrap_or_default();
    let source = "run/current-instance.json".to_owned();
    if let Err(halt) = after.own_panes() {
        let halt = match halt {
            Halt::Raised(Raised { text: Some(why), .. }) => {
                Raised::click(texts::PANE_STATE.say(&[("why", &why)]))
            }
            other => other,
        };
        return Err(trail.halt("stop-recorded-gateway", Some(recorded), Some(source), halt));
    }
    // Errors of the stop are shown; those of listing panes afterwards are not caught.
    let stopped = after.stop(trail, instance, Strictly::Yes).map_err(|halt| match &halt {
        Halt::Raised(Raised { class: super::trail::Class::Houmao, .. }) => shown(halt),
        _ => halt,
    });
    trail.settle("stop-recorded-gateway", &recorded, &source, stopped)
}

/// The path by pid: whatever process has the pid of `run/gateway.pid` is signalled.
fn process(after: &After, trail: &mut Trail, root: &SessionRoot) -> Go {
    let source = format!("{}/gateway/run/gateway.pid", root.path);
    let result = recorded_pid(root).and_then(|pid| match pid {
        Some(pid) if runs(after.world, pid)? => {
            signal(after, trail, root, pid).map(|()| format!("pid {pid}"))
        }
        Some(pid) => Ok(format!("pid {pid}, not running")),
        None => Ok("no pid".to_owned()),
    });
    match result {
        Ok(read) => {
            trail.ok("stop-recorded-gateway", read, source);
            Ok(())
        }
        Err(halt) => Err(trail.halt("stop-recorded-gateway", None, Some(source), halt)),
    }
}

fn signal(after: &After, trail: &mut Trail, root: &SessionRoot, pid: u32) -> Go {
    let world = after.world;
    let Some(process) = world.process(pid)? else { return Ok(()) };
    if process.zombie {
        return signal_the_dead(after, root, pid);
    }
    let own = world.is_gateway_of(process, root);
    let detail = match own {
        true => "SIGTERM to this session's gateway".to_owned(),
        false => format!("SIGTERM to {}, which is not this session's gateway", process.command),
    };
    trail.effect(EffectKind::SignalsProcess, pid.to_string(), detail, !own);
    let Some((host, port)) = listener(world, root)? else { return Ok(()) };
    let stays = taken(after, &host, port)? && listening(world, port)? != Some(pid);
    if stays {
        // The process is gone after five seconds; the second signal finds nobody.
        let values = [("pid", pid.to_string()), ("why", "[Errno 3] No such process".to_owned())];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        return Err(Raised::click(texts::TERMINATE.say(&values)));
    }
    Ok(())
}

/// A process that has ended and is not yet collected: signals reach it and change nothing.
fn signal_the_dead(after: &After, root: &SessionRoot, pid: u32) -> Go {
    let stopped = match listener(after.world, root)? {
        Some((host, port)) => !taken(after, &host, port)?,
        None => false,
    };
    match stopped {
        true => Ok(()),
        false => Err(Raised::click(texts::LISTENER_STAYS.say(&[("pid", &pid.to_string())]))),
    }
}

/// The process that listens on a port, where one was found.
fn listening(world: &World, port: u16) -> Go<Option<u32>> {
    let Some(seen) = world.snapshot.ports.get(&port).and_then(Observed::present) else { return Ok(None) };
    match seen.pid.ignorance() {
        Some(why) => Err(Halt::Unseen(format!("who listens on port {port} is {why}"))),
        None => Ok(seen.pid.present().copied()),
    }
}

/// Where `state.json` says that the gateway listens; what the resume has seeded says nothing.
fn listener(world: &World, root: &SessionRoot) -> Go<Option<(String, u16)>> {
    match world.gateway_state(root) {
        Loaded::Ok(state) => Ok(state.host.zip(state.port)),
        Loaded::Refused(refusal) if refusal.uncaught => Err(raised(&refusal)),
        Loaded::Refused(_) => Ok(None),
        Loaded::Unknown(why) => Err(Halt::Unseen(why)),
    }
}

/// The status of a resumed session: `state.json`, as it stands after the resume.
pub(super) fn status(world: &World, trail: &mut Trail, resumed: &Resumed) -> Go {
    let source = format!("{}/gateway/state.json", resumed.root.path);
    if !resumed.runtime_owned {
        let halt = Raised::click(texts::NO_CAPABILITY.say(&[]));
        return Err(trail.halt("gateway-status", None, Some(source), halt));
    }
    let read = match seeds_state(world, resumed.root) {
        Ok(true) => "not_attached, just written".to_owned(),
        Ok(false) => match world.gateway_state(resumed.root) {
            Loaded::Ok(state) => state.gateway_health,
            _ => "not_attached".to_owned(),
        },
        Err(halt) => return Err(trail.halt("gateway-status", None, Some(source), halt)),
    };
    trail.remark("gateway-status", read, source, "printed as the file has it; the gateway is not asked");
    Ok(())
}

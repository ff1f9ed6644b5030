//! Starting a gateway: its tmux window, its process, its first answer (contract sections 6.4.5 to 6.4.7).
use super::after::After;
use super::attach::{Place, Wish};
use super::listener::taken;
use super::server_status::answers;
use super::texts;
use super::tmux_target::{NewWindow, free_index, new_window};
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::World;
use crate::contract::{PROXIES_PASSED, RECORDED_EARLY, python};
use crate::snapshot::{Answer, Observed, PathKind, SessionRoot, TmuxSession};

/// The window of a foreground gateway.
pub(super) fn open_window(after: &After, trail: &mut Trail, place: Place) -> Go {
    let source = format!("tmux new-window -d -t {}", after.session);
    let outcome = window_outcome(after, place);
    match outcome {
        Ok(Opened { session, index, misdirected }) => {
            let read = format!("session {session}, index {index}");
            if misdirected {
                trail.remark(
                    "new-window",
                    read,
                    source,
                    "the session's name is taken for a window of the current session",
                );
            } else {
                trail.ok("new-window", read, source);
            }
            Ok(())
        }
        Err(halt) => Err(trail.halt("new-window", Some(after.session.to_owned()), Some(source), halt)),
    }
}

struct Opened {
    session: String,
    index: u32,
    misdirected: bool,
}

fn window_outcome(after: &After, place: Place) -> Go<Opened> {
    let refused = |why: &str| Raised::houmao(texts::WINDOW_CREATE.say(&[("why", why)]));
    let Some(server) = &after.server else { return Err(refused("no server running")) };
    let currents: Vec<Option<&TmuxSession>> = match place {
        Place::Shell => {
            let here = after.world.current_session()?.map(|s| s.id.as_str());
            vec![here.and_then(|id| server.sessions.iter().find(|s| s.id == id)).or(server.sessions.first())]
        }
        Place::Server => server.sessions.iter().map(Some).collect(),
    };
    let mut outcomes: Vec<NewWindow> =
        currents.into_iter().map(|current| new_window(server, current, after.session)).collect();
    outcomes.dedup();
    let [outcome] = outcomes.as_slice() else {
        return Err(Halt::Unseen("which tmux session is current where the pair server runs".to_owned()));
    };
    let (session, index) = match outcome {
        NewWindow::Refused(why) => return Err(refused(why)),
        NewWindow::Unseen(what) => return Err(Halt::Unseen(what.clone())),
        NewWindow::At(session, index) => (*session, *index),
        NewWindow::Free(session) => {
            let taken: Vec<u32> = session.windows.iter().map(|w| w.index).collect();
            match session.base_index {
                Some(base) => (*session, free_index(&taken, base)),
                None if taken.contains(&0) => (*session, free_index(&taken, 1)),
                None => return Err(Halt::Unseen(format!("base-index of tmux session {}", session.name))),
            }
        }
    };
    if index == 0 {
        return Err(Raised::houmao(texts::WINDOW_ZERO.say(&[])));
    }
    if after.own().is_none() {
        // The name is a prefix of another session's; libtmux finds no session of exactly this name.
        after.own_panes()?;
    }
    Ok(Opened { session: session.name.clone(), index, misdirected: session.name != after.session })
}

/// The folder that a background gateway is started in; tmux makes do with another one for a foreground one.
pub(super) fn starting_place(world: &World, trail: &mut Trail, folder: &str) -> Go {
    let Ok(state) = world.path(folder) else { return Ok(()) };
    let (class, said) = match state.kind {
        PathKind::Directory => return Ok(()),
        PathKind::Missing => ("FileNotFoundError", "[Errno 2] No such file or directory"),
        PathKind::File | PathKind::Special => ("NotADirectoryError", "[Errno 20] Not a directory"),
    };
    let halt = Raised::of(Class::System(class), format!("{said}: '{}'", state.resolved));
    let source = "launch_plan.working_directory".to_owned();
    Err(trail.halt("start-gateway", Some(folder.to_owned()), Some(source), halt))
}

/// A background gateway inherits the shell's variables, among them the mode of a gateway that once ran there.
pub(super) fn execution_mode(
    world: &World,
    trail: &mut Trail,
    root: &SessionRoot,
    place: Place,
    host: &str,
    port: u16,
) -> Go {
    let variable = |name: &str| place.variable_if_seen(world, name);
    let mode = variable("HOUMAO_GATEWAY_EXECUTION_MODE").map(str::trim).filter(|m| !m.is_empty());
    let broken = match mode {
        None | Some("detached_process") => false,
        Some("tmux_auxiliary_window") => {
            let part = |name: &str| variable(name).map(str::trim).filter(|v| !v.is_empty());
            let index = part("HOUMAO_GATEWAY_TMUX_WINDOW_INDEX");
            let whole = part("HOUMAO_GATEWAY_TMUX_WINDOW_ID").is_some()
                && part("HOUMAO_GATEWAY_TMUX_PANE_ID").is_some();
            !whole || index.is_none_or(|i| i == "0")
        }
        Some(_) => true,
    };
    if !broken {
        return Ok(());
    }
    let halt = start_failure(root, host, port).map_or_else(|halt| halt, Raised::houmao);
    let source = "HOUMAO_GATEWAY_EXECUTION_MODE of this shell".to_owned();
    Err(trail.halt("start-gateway", mode.map(str::to_owned), Some(source), halt))
}

/// What Houmao says when the gateway ended before it answered: a port conflict, if the log ever spoke of one.
fn start_failure(root: &SessionRoot, host: &str, port: u16) -> Go<String> {
    let says = match &root.gateway.log {
        Observed::Absent => false,
        Observed::Present(log) => match &log.says_address_in_use {
            Observed::Present(says) => *says,
            other => {
                return Err(Halt::Unseen(format!(
                    "gateway.log is {}",
                    other.ignorance().unwrap_or_default()
                )));
            }
        },
        other => {
            return Err(Halt::Unseen(format!("gateway.log is {}", other.ignorance().unwrap_or_default())));
        }
    };
    Ok(match says {
        true => texts::IN_USE.say(&[("host", host), ("port", &port.to_string())]),
        false => texts::BEFORE_HEALTH.say(&[("path", &format!("{}/gateway/logs/gateway.log", root.path))]),
    })
}

/// The gateway process; it is taken to start unless its port is taken.
pub(super) fn run(after: &mut After, trail: &mut Trail, host: &str, port: u16, wish: Wish) -> Go {
    let source = format!("listeners on port {port}");
    let read = if port == 0 { "a free port".to_owned() } else { format!("{host}:{port}") };
    let own_port = wish.place.variable(after.world, "HOUMAO_AGENT_GATEWAY_PORT");
    let in_use = || Raised::houmao(texts::IN_USE.say(&[("host", host), ("port", &port.to_string())]));
    let result = match taken(after, host, port) {
        // Where the shell was not seen, it may name another port.
        Ok(true) if own_port.is_err() => own_port.map(|_| ()),
        Ok(true) if after.world.release >= RECORDED_EARLY => match answers_for_it(after.world, port) {
            // The new gateway has recorded itself, another one answers for it; the new one ends meanwhile. Its window
            // outlives it long enough for attach to be content; a bare process may be seen to be gone, and this
            // session's own gateway writes itself back into the record.
            Ok(true) => match own_listener(after, port) {
                Ok(false) if !wish.background => {
                    let said = "a gateway that already listens there is taken for the new one, which ends";
                    trail.remark("start-gateway", read, source, said);
                    return Ok(());
                }
                Ok(_) => Err(Halt::Chance(format!(
                    "whether the gateway that already listens on port {port} answers before the new one ends: a race \
                     that attach mostly wins (exit 0) and sometimes loses (already in use)"
                ))),
                Err(halt) => Err(halt),
            },
            Ok(false) => {
                after.overwritten = true;
                Err(in_use())
            }
            Err(halt) => Err(halt),
        },
        Ok(true) => Err(in_use()),
        Ok(false) => Ok(()),
        Err(halt) => Err(halt),
    };
    trail.settle("start-gateway", &read, &source, result)
}

/// Whether a gateway of this very session listens on a port.
fn own_listener(after: &After, port: u16) -> Go<bool> {
    let Some(seen) = after.world.snapshot.ports.get(&port).and_then(Observed::present) else {
        return Ok(false);
    };
    if let Some(why) = seen.pid.ignorance() {
        return Err(Halt::Unseen(format!("who listens on port {port} is {why}")));
    }
    let Some(pid) = seen.pid.present() else { return Ok(false) };
    Ok(after.world.process(*pid)?.is_some_and(|process| after.world.is_gateway_of(process, after.root)))
}

/// Whether what listens on a port answers for the new gateway. Who says nothing at all outlasts the new gateway, which
/// ends meanwhile.
fn answers_for_it(world: &World, port: u16) -> Go<bool> {
    let base = format!("http://127.0.0.1:{port}");
    let probe = world.snapshot.probes.iter().find(|p| p.base_url == base && p.path == "/health");
    match probe.map(|p| &p.answer) {
        Some(Observed::Present(Answer::TimedOut)) => Ok(false),
        _ => answers(world, port),
    }
}

/// Before 0.7.0 a proxy variable of the shell catches the health requests; since then only where it is asked for.
pub(super) fn health(world: &World, trail: &mut Trail, place: Place, host: &str, port: u16) -> Go {
    let variable = |name: &str| place.variable_if_seen(world, name);
    let set = |name: &str| variable(name) == Some("set");
    let proxy = ["http_proxy", "HTTP_PROXY"].into_iter().find(|n| set(n));
    let passed = ["no_proxy", "NO_PROXY"]
        .into_iter()
        .find_map(variable)
        .is_some_and(|l| python::bypasses_proxy(l, "127.0.0.1"));
    let heeded = variable("HOUMAO_GATEWAY_RESPECT_PROXY_ENV") == Some("1");
    let proxy = proxy.filter(|_| !passed);
    if let Some(proxy) = proxy.filter(|_| heeded && world.release >= PROXIES_PASSED) {
        let what = format!("whether the proxy of {proxy} lets the request to {host} through");
        return Err(trail.halt(
            "health",
            Some(format!("{proxy} is set")),
            Some("this shell".into()),
            Halt::Unseen(what),
        ));
    }
    match proxy.filter(|_| world.release < PROXIES_PASSED) {
        None => {
            trail.ok("health", "answers", format!("GET http://{host}/health of the new gateway"));
            Ok(())
        }
        Some(proxy) => {
            // With any port wanted, the one that the gateway got stands in the text.
            let text =
                (port != 0).then(|| texts::NO_HEALTH.say(&[("host", host), ("port", &port.to_string())]));
            let halt = Halt::Raised(Raised { text, class: Class::Houmao });
            Err(trail.halt("health", Some(format!("{proxy} is set")), Some("this shell".into()), halt))
        }
    }
}

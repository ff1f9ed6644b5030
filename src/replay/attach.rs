//! Attaching a gateway to a resumed session (contract section 6.4).
use super::after::{After, Strictly, shown};
use super::pair::bypasses;
use super::resume::{Resumed, current_instance};
use super::server::answers;
use super::texts;
use super::tmux_target::{NewWindow, free_index, new_window};
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::World;
use crate::contract::{CurrentInstance, PROXIES_PASSED, RECORDED_EARLY, python};
use crate::finding::EffectKind;
use crate::snapshot::{Observed, SessionRoot, TmuxSession};

/// Where the command is run: that decides tmux's current session and the shell's variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The operator's shell.
    Shell,
    /// A pair server, whose own place is not known.
    Server,
}

/// What is asked of attach.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    pub background: bool,
    pub place: Place,
}

/// Attaches a gateway.
pub(super) fn attach(world: &World, trail: &mut Trail, resumed: &Resumed, wish: Wish) -> Go {
    if !resumed.runtime_owned {
        let halt = Raised::houmao(texts::NOT_RUNTIME_OWNED.say(&[]));
        return Err(trail.halt("gateway-files", None, Some(resumed.root.path.clone()), halt));
    }
    trail.ok("backend-supported", &resumed.backend, "manifest");
    let recorded = match current_instance(world, resumed.root) {
        Ok(recorded) => recorded,
        Err(halt) => return Err(trail.halt("current-instance", None, None, halt)),
    };
    let mut after = match After::new(world, resumed.root, &resumed.session) {
        Ok(after) => after,
        Err(halt) => return Err(trail.halt("stop-recorded-gateway", None, None, halt)),
    };
    let started = start(&mut after, trail, resumed, recorded.as_ref(), wish);
    match started {
        Ok(()) => {
            let gateway = format!("{}/gateway", resumed.root.path);
            trail.ok("publish-gateway", "desired-config.json, tmux variables, registry record", &gateway);
            let detail = "remembers host, port and mode of this gateway";
            trail.effect(EffectKind::RewritesFile, format!("{gateway}/desired-config.json"), detail, false);
            Ok(())
        }
        Err(Halt::Unseen(what)) => Err(Halt::Unseen(what)),
        // Any of these errors clears what is recorded of a live gateway, and kills its window, whatever it is now.
        Err(Halt::Raised(raised)) if cleared(&raised) => {
            // Foreground attach stopped the recorded window before; its record still stands until here.
            let stands = recorded.as_ref().filter(|_| !after.overwritten);
            match after.clear(trail, stands) {
                Ok(()) => Err(shown(Halt::Raised(raised))),
                Err(halt) => Err(halt),
            }
        }
        Err(halt) => Err(halt),
    }
}

/// Whether attach clears up after an error: not after those of the files or the system.
fn cleared(raised: &Raised) -> bool {
    matches!(raised.class, Class::Houmao | Class::Runtime("TmuxCommandError"))
}

fn start(
    after: &mut After,
    trail: &mut Trail,
    resumed: &Resumed,
    recorded: Option<&CurrentInstance>,
    wish: Wish,
) -> Go {
    let (host, port) = listener(after.world, trail, resumed)?;
    record_step(trail, resumed.root, recorded);
    if !wish.background {
        if let Some(instance) = recorded {
            let read = instance.tmux_window.as_ref().map_or("no tmux window", |w| &w.id).to_owned();
            let stopped = after.stop(trail, instance, Strictly::No);
            trail.settle("stop-recorded-gateway", &read, "run/current-instance.json", stopped)?;
        }
        open_window(after, trail, wish.place)?;
    } else {
        execution_mode(after.world, trail, resumed.root, &host, port)?;
    }
    run(after, trail, &host, port)?;
    health(after.world, trail, &host, port)
}

fn record_step(trail: &mut Trail, root: &SessionRoot, recorded: Option<&CurrentInstance>) {
    let source = format!("{}/gateway/run/current-instance.json", root.path);
    let read = recorded.map_or_else(
        || "none that counts".to_owned(),
        |i| {
            let window =
                i.tmux_window.as_ref().map_or_else(|| "no window".to_owned(), |w| format!("window {}", w.id));
            format!("pid {}, port {}, {window}", i.pid, i.port)
        },
    );
    trail.ok("current-instance", read, source);
}

/// Host and port that the gateway is to listen on; port 0 means any.
fn listener(world: &World, trail: &mut Trail, resumed: &Resumed) -> Go<(String, u16)> {
    let (attach_host, attach_port) = &resumed.attach_desired;
    let host = world
        .shell("HOUMAO_AGENT_GATEWAY_HOST")
        .filter(|h| !h.is_empty())
        .or(resumed.desired.host.as_deref())
        .or(attach_host.as_deref())
        .unwrap_or("127.0.0.1");
    let source = "HOUMAO_AGENT_GATEWAY_HOST and _PORT of this shell, desired-config.json, attach.json";
    if host != "127.0.0.1" && host != "0.0.0.0" {
        let halt = Raised::houmao(texts::HOST.say(&[]));
        return Err(trail.halt("listener", Some(host.to_owned()), Some(source.into()), halt));
    }
    let wanted = match world.shell("HOUMAO_AGENT_GATEWAY_PORT").filter(|p| !p.is_empty()) {
        Some(text) => match python::integer(text) {
            Some(port) => port,
            None => {
                let text = texts::PORT_VALUE.say(&[("value", &python::quoted(text))]);
                return Err(trail.halt("listener", None, Some(source.into()), Raised::houmao(text)));
            }
        },
        None => i128::from(resumed.desired.port.or(*attach_port).unwrap_or(0)),
    };
    match u16::try_from(wanted) {
        Ok(port) => {
            let shown = if port == 0 { "any port".to_owned() } else { port.to_string() };
            trail.ok("listener", format!("{host}, {shown}"), source);
            Ok((host.to_owned(), port))
        }
        Err(_) => {
            let halt = Raised::houmao(texts::PORT_RANGE.say(&[]));
            Err(trail.halt("listener", Some(wanted.to_string()), Some(source.into()), halt))
        }
    }
}

/// The window of a foreground gateway.
fn open_window(after: &After, trail: &mut Trail, place: Place) -> Go {
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

/// A background gateway inherits the shell's variables, among them the mode of a gateway that once ran there.
fn execution_mode(world: &World, trail: &mut Trail, root: &SessionRoot, host: &str, port: u16) -> Go {
    let mode = world.shell("HOUMAO_GATEWAY_EXECUTION_MODE").map(str::trim).filter(|m| !m.is_empty());
    let broken = match mode {
        None | Some("detached_process") => false,
        Some("tmux_auxiliary_window") => {
            let part = |name: &str| world.shell(name).map(str::trim).filter(|v| !v.is_empty());
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
fn run(after: &mut After, trail: &mut Trail, host: &str, port: u16) -> Go {
    let source = format!("listeners on port {port}");
    let read = if port == 0 { "a free port".to_owned() } else { format!("{host}:{port}") };
    let in_use = || Raised::houmao(texts::IN_USE.say(&[("host", host), ("port", &port.to_string())]));
    let result = match taken(after, host, port) {
        Ok(true) if after.world.release >= RECORDED_EARLY => match answers(after.world, port) {
            Ok(true) => {
                let said = "a gateway that already listens there is taken for the new one, which ends";
                trail.remark("start-gateway", read, source, said);
                return Ok(());
            }
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

/// Whether something else listens where the gateway is to listen.
pub(super) fn taken(after: &After, host: &str, port: u16) -> Go<bool> {
    if port == 0 {
        return Ok(false);
    }
    let seen = match after.world.snapshot.ports.get(&port) {
        Some(Observed::Present(seen)) => seen,
        Some(Observed::Absent) => return Ok(false),
        Some(other) => {
            return Err(Halt::Unseen(format!("port {port} is {}", other.ignorance().unwrap_or_default())));
        }
        None => return Err(Halt::Unseen(format!("port {port} was not looked at"))),
    };
    let bars = |address: &String| {
        let any = matches!(address.as_str(), "0.0.0.0" | "::");
        any || address == host
            || address.ends_with(&format!(":{host}"))
            || (host == "0.0.0.0" && !address.contains(':'))
    };
    if !seen.listening_on.iter().any(bars) {
        return Ok(false);
    }
    Ok(match &seen.pid {
        Observed::Present(pid) => !after.ended.contains(pid),
        // Its owner could not be read; a gateway that died with its window is the likeliest one.
        _ if after.ended.is_empty() => true,
        other => {
            let why = other.ignorance().unwrap_or_else(|| "not known".to_owned());
            return Err(Halt::Unseen(format!("who listens on port {port} is {why}")));
        }
    })
}

/// Before 0.7.0 a proxy variable of the shell catches the health requests.
fn health(world: &World, trail: &mut Trail, host: &str, port: u16) -> Go {
    let set = |name: &str| world.shell(name) == Some("set");
    let proxy = ["http_proxy", "HTTP_PROXY"].into_iter().find(|n| set(n));
    let passed = ["no_proxy", "NO_PROXY"]
        .into_iter()
        .find_map(|n| world.shell(n))
        .is_some_and(|l| bypasses(l, "127.0.0.1"));
    match proxy.filter(|_| world.release < PROXIES_PASSED && !passed) {
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

//! Attaching a gateway to a resumed session (contract section 6.4).
use super::after::{After, Strictly, shown};
use super::capability::current_instance;
use super::listener::listener;
use super::resume::Resumed;
use super::start::{execution_mode, health, open_window, run, starting_place};
use super::texts;
use super::trail::{Class, Go, Halt, Raised, Trail};
use super::world::World;
use crate::contract::CurrentInstance;
use crate::finding::EffectKind;
use crate::snapshot::SessionRoot;

/// Where the command is run: that decides tmux's current session and the shell's variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The operator's shell.
    Shell,
    /// A pair server, whose own place is not known.
    Server,
}

impl Place {
    /// A variable of the environment that the gateway is started from. What a pair server's holds is not known; it is taken to
    /// hold none of those that are asked for, and what the operator's shell holds does not reach it.
    pub fn variable<'a>(self, world: &World<'a>, name: &str) -> Go<Option<&'a str>> {
        match self {
            Place::Shell => world.shell(name),
            Place::Server => Ok(None),
        }
    }

    /// The same where an unseen shell is taken to set nothing (see [`World::shell_if_seen`]).
    pub fn variable_if_seen<'a>(self, world: &World<'a>, name: &str) -> Option<&'a str> {
        self.variable(world, name).ok().flatten()
    }
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
    let mut after = match After::new(world, resumed) {
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
        Err(halt @ (Halt::Unseen(_) | Halt::Chance(_))) => Err(halt),
        // Any of these errors clears what is recorded of a live gateway, and kills its window, whatever it is now.
        Err(Halt::Raised(raised)) if cleared(&raised) => {
            // Foreground attach stopped the recorded window before; its record still stands until here.
            let stands = recorded.as_ref().filter(|_| !after.overwritten);
            let source = "run files, tmux variables, state.json".to_owned();
            match after.clear(trail, stands) {
                Ok(()) => {
                    trail.ok("clear", "after the error", source);
                    Err(shown(Halt::Raised(raised)))
                }
                Err(halt) => Err(trail.halt("clear", None, Some(source), halt)),
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
    let (host, port) = listener(after.world, trail, resumed, wish.place)?;
    record_step(trail, resumed.root, recorded);
    if !wish.background {
        if let Some(instance) = recorded {
            let read = instance.tmux_window.as_ref().map_or("no tmux window", |w| &w.id).to_owned();
            let stopped = after.stop(trail, instance, Strictly::No);
            trail.settle("stop-recorded-gateway", &read, "run/current-instance.json", stopped)?;
        }
        open_window(after, trail, wish.place)?;
    } else {
        starting_place(after.world, trail, &resumed.working_directory)?;
        execution_mode(after.world, trail, resumed.root, wish.place, &host, port)?;
    }
    run(after, trail, &host, port, wish)?;
    health(after.world, trail, wish.place, &host, port)
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

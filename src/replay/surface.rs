//! Which window of a session the agent's program runs in, and whether what stands in window 0 can be it.
//!
//! Houmao takes whatever is in window 0 for the agent. Windows that are swapped or moved keep their names and their
//! programs, by which a person sees that it is something else.
use super::bearer::{is_shell, text};
use crate::snapshot::{SessionRoot, TmuxSession, TmuxWindow};

/// The window besides window 0 in which the agent's program is in the foreground; none unless it is exactly one, and none
/// of an agent without a screen of its own, whose program runs only while it works.
pub fn astray<'a>(session: &'a TmuxSession, root: &SessionRoot) -> Option<&'a TmuxWindow> {
    let program = program(root)?;
    let mut others = session.windows.iter().filter(|w| w.index != 0 && runs(w, program));
    others.next().filter(|_| others.next().is_none())
}

/// Whether window 0 is seen not to be the agent's: its program runs in one other window, and window 0 shows a shell, or is
/// the gateway's by its name, or the other window has the name that is recorded of the agent's.
pub fn is_displaced(session: &TmuxSession, root: &SessionRoot, recorded_name: Option<&str>) -> bool {
    let (Some(program), Some(astray)) = (program(root), astray(session, root)) else { return false };
    let Some(zero) = session.windows.iter().find(|w| w.index == 0) else { return false };
    let Some(pane) = zero.panes.first().filter(|p| !p.dead) else { return false };
    let renamed = recorded_name.is_some_and(|name| astray.name == name && zero.name != name);
    !runs(zero, program) && (is_shell(&pane.current_command) || zero.name == GATEWAY || renamed)
}

/// Whether window 0 is the one that is recorded as the gateway's, and no agent's: it holds the recorded pane, does not run
/// the agent's program, and is called as an attach calls the gateway's, or the program runs in one other window.
pub fn is_recorded_gateway_at_zero(
    session: &TmuxSession,
    root: &SessionRoot,
    window: &str,
    pane: &str,
) -> bool {
    let zero = session.windows.iter().find(|w| w.index == 0 && w.id == window);
    zero.is_some_and(|zero| {
        zero.panes.iter().any(|p| p.id == pane)
            && program(root).is_some_and(|program| !runs(zero, program))
            && (zero.name == GATEWAY || astray(session, root).is_some())
    })
}

/// The name that an attach gives the window of the gateway.
const GATEWAY: &str = "gateway";

/// The name of the agent's program, where it stays in the foreground of the agent's window.
fn program(root: &SessionRoot) -> Option<&str> {
    text(root, "/backend").filter(|backend| *backend == "local_interactive")?;
    text(root, "/launch_plan/executable")?.rsplit('/').next().filter(|name| !name.is_empty())
}

fn runs(window: &TmuxWindow, program: &str) -> bool {
    window.panes.iter().any(|p| !p.dead && p.current_command == program)
}

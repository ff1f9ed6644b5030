//! The windows of the judged sessions for the report. What each window is, the facts say; nothing is decided here anew.
use crate::facts::{Fact, HandleFacts, Join, Reading, SurfaceFacts, WindowFacts, recorded};
use crate::finding::{Layout, LayoutPane, LayoutWindow, Role};
use crate::snapshot::{TmuxPane, TmuxSession, TmuxWindow};

/// Windows of one session that are listed at most.
const WINDOWS: usize = 64;
/// Panes of one window that are listed at most.
const PANES: usize = 32;

/// The layouts of all sessions that tmux has, in the order of the joins. A session whose recorded window is now in
/// another session gets that one too.
/// `struck` are the windows that some command would kill though they are no gateway: what is recorded of them is wrong.
pub(super) fn layouts(joins: &[Join<'_>], struck: &[(String, String)]) -> Vec<Layout> {
    let mut all = Vec::new();
    for join in joins {
        all.extend(join.tmux.map(|session| layout(join, session, struck)));
        all.extend(elsewhere(join).map(|session| layout(join, session, struck)));
    }
    all
}

/// The other session that holds the recorded window, where this one does not.
fn elsewhere<'a>(join: &Join<'a>) -> Option<&'a TmuxSession> {
    let (id, _) = join.handle_ids().value().cloned()?;
    let holds = |s: &TmuxSession| s.windows.iter().any(|w| w.id == id);
    let own = join.tmux.is_some_and(holds);
    join.snapshot.server()?.sessions.iter().find(|s| !own && s.name != join.name && holds(s))
}

fn layout(join: &Join<'_>, session: &TmuxSession, struck: &[(String, String)]) -> Layout {
    let handle = HandleFacts::of(join);
    let is = |fact: &Fact<bool>| fact.value() == Some(&true);
    // A gateway that lives in the recorded window is told as one, though the session would end with it.
    let lives = is(&handle.pid_is_own_gateway) && is(&handle.live_window.holds_recorded_pane);
    let wrong = |w: &TmuxWindow| !lives && struck.contains(&(join.subject_id(), w.id.clone()));
    let own = join.tmux.is_some_and(|s| s.id == session.id);
    let surface = SurfaceFacts::of(join, &handle);
    let seen = |w: &TmuxWindow| match (w.index, own) {
        (0, true) if is(&surface.is_gateway) => Some(Role::RecordedGateway),
        (1.., true) if surface.astray_window_id.value() == Some(&w.id) && !is_agents(&surface) => {
            Some(Role::AstrayAgent)
        }
        _ => None,
    };
    Layout {
        subject: join.subject_id(),
        session: session.name.clone(),
        id: session.id.clone(),
        windows: session
            .windows
            .iter()
            .take(WINDOWS)
            .map(|w| window(join, own, w, (seen(w), wrong(w))))
            .collect(),
        windows_left_out: session.windows.len().saturating_sub(WINDOWS),
    }
}

/// Whether window 0 is there, and not seen to be another's than the agent's.
fn is_agents(surface: &SurfaceFacts) -> bool {
    let is = |fact: &Fact<bool>| fact.value() == Some(&true);
    surface.name.value().is_some() && !is(&surface.is_displaced) && !is(&surface.is_gateway)
}

/// `seen` is the role that is seen from more than the window itself, and whether the record of it is wrong.
fn window(join: &Join<'_>, own: bool, w: &TmuxWindow, seen: (Option<Role>, bool)) -> LayoutWindow {
    let facts = WindowFacts::of(join, w);
    let ids = join.handle_ids();
    let agents = own && recorded(join, "window_id").value() == Some(&w.id);
    let role = match seen {
        _ if agents && w.index != 0 => Role::MovedAgent,
        (Some(role), _) => role,
        (None, wrong) => role(&facts, own, wrong),
    };
    LayoutWindow {
        id: w.id.clone(),
        index: w.index,
        name: w.name.clone(),
        active: w.active,
        role,
        recorded: known(&ids.then(|(id, _)| *id == w.id)),
        panes: w.panes.iter().take(PANES).enumerate().map(|(n, p)| pane(p, n == 0, role, &ids)).collect(),
        panes_left_out: w.panes.len().saturating_sub(PANES),
    }
}

/// A window of another session cannot be this session's gateway, whatever is recorded; nor can one that dies wrongly by it.
fn role(facts: &WindowFacts, own: bool, wrong: bool) -> Role {
    let is = |fact: &Fact<bool>| fact.value() == Some(&true);
    match &facts.is_recorded_gateway.reading {
        _ if is(&facts.is_agent_surface) => Role::AgentSurface,
        Reading::Known(true) if own && !wrong => Role::RecordedGateway,
        Reading::Unknown(_) if own => Role::Unknown,
        _ if is(&facts.named_gateway) => Role::LooksLikeGateway,
        _ => Role::Auxiliary,
    }
}

/// The role of a window is that of one of its panes: the recorded one in the gateway's window, else the first.
fn pane(p: &TmuxPane, first: bool, window: Role, ids: &Fact<(String, Option<String>)>) -> LayoutPane {
    let recorded = ids.value().and_then(|(_, pane)| pane.as_ref());
    let bears = match (window, recorded) {
        (Role::RecordedGateway, Some(id)) => p.id == *id,
        (Role::Unknown, _) => true,
        _ => first,
    };
    LayoutPane {
        id: p.id.clone(),
        index: p.index,
        command: p.current_command.clone(),
        pid: p.pid,
        dead: p.dead,
        active: p.active,
        role: if bears { window } else { Role::Auxiliary },
    }
}

/// Yes or no where it was seen; nothing is recorded where the file is not there.
fn known(fact: &Fact<bool>) -> Option<bool> {
    match fact.reading {
        Reading::Known(yes) => Some(yes),
        Reading::Absent(_) => Some(false),
        Reading::Unknown(_) => None,
    }
}

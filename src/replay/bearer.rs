//! In which live session an agent is, where a session has the name that its files give and may be a stranger's.
//!
//! Houmao resumes by that name alone. A renamed session keeps its environment, and with it the agent; another session can
//! have its old name by then. A session into which the environment was only copied publishes the same: it is told by its
//! age (a renamed session is as old as it was, so no younger than the manifest, which every resume writes anew) and by a
//! shell where the agent's program should run.
use crate::snapshot::{Content, EnvValue, NamedBy, SessionRoot, Snapshot, TmuxSession};
use jiff::Timestamp;

/// What an agent's pane shows in the foreground once its program has ended.
const SHELLS: [&str; 9] = ["ash", "bash", "csh", "dash", "fish", "ksh", "sh", "tcsh", "zsh"];

/// Whether the agent of this root can be in this session, whatever its name: its program is in the foreground of window 0;
/// or the session is no younger than the manifest, and no shell runs where the program should. What the manifest does not
/// tell speaks for the session.
pub fn may_bear(session: &TmuxSession, root: &SessionRoot) -> bool {
    let ended = text(root, "/backend") == Some("local_interactive") && is_shell(foreground(session));
    runs_program(session, root) || (!ended && !is_younger(session, root))
}

/// Whether a program in the foreground is a shell, as what it ran has ended.
pub(super) fn is_shell(command: &str) -> bool {
    SHELLS.contains(&command)
}

/// The session that the agent of this root is in beside `holder`, which only has the name that its manifest gives.
///
/// # Errors
/// Why it cannot be told which of the two the agent is in.
pub fn bearer_beside<'a>(
    snapshot: &'a Snapshot,
    root: &SessionRoot,
    holder: &TmuxSession,
) -> Result<Option<&'a TmuxSession>, String> {
    let sessions = snapshot.server().map(|s| s.sessions.as_slice()).unwrap_or_default();
    let others = sessions.iter().filter(|s| s.id != holder.id && publishes(s, root) == Some(true));
    let Some(bearer) = others.into_iter().find(|s| may_bear(s, root)) else { return Ok(None) };
    let stranger = match publishes(holder, root) {
        // An attach by id publishes the agent's names in a stranger too, and makes the manifest younger than both.
        Some(true) => {
            runs_program(bearer, root) && !runs_program(holder, root) && began(holder) > began(bearer)
        }
        Some(false) => is_younger(holder, root) || !runs_program(holder, root),
        None => {
            let why =
                holder.env.ignorance().unwrap_or_else(|| "gone: the session ended meanwhile".to_owned());
            let name = &holder.name;
            return Err(format!(
                "whether the agent is in session {name} or in {}: the environment of {name} is {why}",
                bearer.name
            ));
        }
    };
    Ok(stranger.then_some(bearer))
}

/// Whether a session publishes the manifest of this root, or the id of its agent; none where its environment was not seen.
pub fn publishes(session: &TmuxSession, root: &SessionRoot) -> Option<bool> {
    if root.named_by.contains(&NamedBy::TmuxSession(session.id.clone())) {
        return Some(true);
    }
    session.env.present()?;
    Some(text(root, "/agent_id").is_some_and(|id| publishes_id(session, id)))
}

/// Whether a session is seen to publish this agent id.
pub fn publishes_id(session: &TmuxSession, id: &str) -> bool {
    let published = session.env.present().and_then(|env| env.get("HOUMAO_AGENT_ID"));
    matches!(published, Some(EnvValue::Value(v)) if v.trim() == id)
}

/// Whether the agent's program is in the foreground of window 0.
fn runs_program(session: &TmuxSession, root: &SessionRoot) -> bool {
    text(root, "/launch_plan/executable")
        .is_some_and(|path| path.rsplit('/').next() == Some(foreground(session)))
}

/// Whether a session began after the manifest was made; what is not told says no.
pub fn is_younger(session: &TmuxSession, root: &SessionRoot) -> bool {
    let made = text(root, "/created_at_utc").and_then(|at| at.parse::<Timestamp>().ok());
    made.zip(began(session)).is_some_and(|(made, began)| began > made)
}

/// When tmux made a session.
fn began(session: &TmuxSession) -> Option<Timestamp> {
    session.created_at.parse().ok()
}

/// The program in the foreground of window 0.
fn foreground(session: &TmuxSession) -> &str {
    let surface = session.windows.iter().find(|w| w.index == 0).and_then(|w| w.panes.first());
    surface.map(|p| p.current_command.as_str()).unwrap_or_default()
}

/// A string of the manifest, as it is written.
pub(super) fn text<'a>(root: &'a SessionRoot, pointer: &str) -> Option<&'a str> {
    match &root.manifest.present()?.content {
        Content::Json(manifest) => manifest.pointer(pointer)?.as_str(),
        _ => None,
    }
}

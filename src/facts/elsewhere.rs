//! Sessions that the asked tmux server does not have and another server of the same user may have (failures I2).
use super::{Fact, is_managed, no_server};
use crate::snapshot::{Observed, OtherServer, Snapshot, TmuxAnswer, TmuxSession};

/// The socket of another server that has a managed session of this name; absent when none has.
///
/// Where the asked server has such a session there is nothing to say: absent; one that publishes nothing may only have the
/// name. Unknown where other servers were not looked for
/// or could not be asked, or where what such a session publishes was not read.
pub(super) fn socket_of(snapshot: &Snapshot, name: &str) -> Fact<String> {
    let source = "other tmux servers of this user";
    match snapshot.server().and_then(|s| s.sessions.iter().find(|x| x.name == name)) {
        Some(here) if is_managed(here) => return Fact::absent(source),
        Some(here) if let Some(why) = here.env.ignorance() => return unseen_at(&why, source),
        _ => {}
    }
    let servers = match &snapshot.other_tmux {
        Observed::Present(servers) => servers,
        Observed::Absent => return Fact::absent(source),
        other => return unseen_at(&other.ignorance().unwrap_or_default(), source),
    };
    let holds = |s: &&OtherServer| sessions(s).any(|x| x.name == name && is_managed(x));
    if let Some(server) = servers.iter().find(holds) {
        return Fact::known(server.socket_path.clone(), format!("tmux -S {}", server.socket_path));
    }
    match servers.iter().find_map(|server| unseen(server, name)) {
        Some(why) => unseen_at(&why, source),
        None => Fact::absent(source),
    }
}

/// Whether no other server is known to have the session, nor may have it.
pub(super) fn is_asked_here(snapshot: &Snapshot, name: &str) -> bool {
    let socket = socket_of(snapshot, name);
    socket.value().is_none() && socket.ignorance().is_none()
}

fn unseen_at<T>(why: &str, source: impl Into<String>) -> Fact<T> {
    Fact::unknown(format!("whether it lives on another tmux socket: {why}"), source)
}

fn sessions(server: &OtherServer) -> impl Iterator<Item = &TmuxSession> {
    let listed = match &server.answer {
        TmuxAnswer::Server { server } => server.sessions.as_slice(),
        _ => &[],
    };
    listed.iter()
}

/// Why it is not known whether another server has a managed session of this name.
fn unseen(server: &OtherServer, name: &str) -> Option<String> {
    let socket = &server.socket_path;
    match &server.answer {
        TmuxAnswer::Server { .. } => {
            let why = sessions(server).filter(|s| s.name == name).find_map(|s| s.env.ignorance())?;
            Some(format!("the tmux server on {socket} has a session {name}, and what it publishes is {why}"))
        }
        silent => Some(format!("a tmux server listens on {socket}: {}", super::tmux_ignorance(silent))),
    }
}

/// What a question about a session gives that the asked server does not have: absent, unless the session may live on
/// another server of this user; then nothing of it is known.
pub(super) fn not_here<T>(snapshot: &Snapshot, name: &str, source: impl Into<String>) -> Fact<T> {
    let source = source.into();
    let socket = socket_of(snapshot, name);
    let asked = no_server(snapshot, &source);
    match (socket.value(), socket.ignorance()) {
        (Some(path), _) => Fact::unknown(format!("the session lives on another tmux socket, {path}"), source),
        // Where the asked server did not answer, that is the reason, whatever was seen of others.
        (None, Some(_)) if asked.ignorance().is_some() => asked,
        (None, Some(why)) => Fact::unknown(why, source),
        (None, None) => asked,
    }
}

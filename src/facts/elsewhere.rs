//! Sessions that the asked tmux server does not have and another server of the same user may have (failures I2).
use super::{Fact, is_managed, no_server};
use crate::snapshot::{Observed, Snapshot, TmuxAnswer};

/// The socket of another server that has a managed session of this name; absent when none has.
///
/// Where the asked server has the session, or where other servers were not looked for, there is nothing to say: absent.
/// Unknown when another server could not be asked.
pub(super) fn socket_of(snapshot: &Snapshot, name: &str) -> Fact<String> {
    let source = "other tmux servers of this user";
    if snapshot.server().is_some_and(|s| s.sessions.iter().any(|x| x.name == name)) {
        return Fact::absent(source);
    }
    let servers = match &snapshot.other_tmux {
        Observed::Present(servers) => servers,
        Observed::Absent | Observed::NotLooked(_) => return Fact::absent(source),
        Observed::Unreadable(why) => return Fact::unknown(why.detail.clone(), source),
    };
    let holds = |answer: &TmuxAnswer| match answer {
        TmuxAnswer::Server { server } => server.sessions.iter().any(|s| s.name == name && is_managed(s)),
        _ => false,
    };
    if let Some(server) = servers.iter().find(|s| holds(&s.answer)) {
        return Fact::known(server.socket_path.clone(), format!("tmux -S {}", server.socket_path));
    }
    match servers.iter().find(|s| !matches!(s.answer, TmuxAnswer::Server { .. })) {
        Some(server) => {
            let why = super::tmux_ignorance(&server.answer);
            Fact::unknown(format!("a tmux server listens on {}: {why}", server.socket_path), source)
        }
        None => Fact::absent(source),
    }
}

/// What a question about a session gives that the asked server does not have: absent, unless the session may live on
/// another server of this user; then nothing of it is known.
pub(super) fn not_here<T>(snapshot: &Snapshot, name: &str, source: impl Into<String>) -> Fact<T> {
    let source = source.into();
    let socket = socket_of(snapshot, name);
    match (socket.value(), socket.ignorance()) {
        (Some(path), _) => Fact::unknown(format!("the session lives on another tmux socket, {path}"), source),
        (None, Some(why)) => Fact::unknown(format!("whether it lives on another tmux socket: {why}"), source),
        (None, None) => no_server(snapshot, &source),
    }
}

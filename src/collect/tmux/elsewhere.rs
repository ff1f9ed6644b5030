//! Other tmux servers of the same user: which sockets they listen on, and what they hold.
//!
//! Only asked for where something names a session that the asked server does not have. The kernel's table of Unix sockets
//! tells who listens, also on a socket whose file somebody removed; nothing is connected to but by tmux itself, with
//! listing commands.
use super::{SocketArgs, TmuxQuestion, observe};
use crate::collect::environment::Environment;
use crate::collect::limits::Limits;
use crate::collect::named;
use crate::collect::paths::reason;
use crate::collect::processes::all_pids;
use crate::snapshot::{Observed, OtherServer, RegistryView, SessionRoot, Tmux, TmuxAnswer};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How many other servers are asked; further ones are told of.
const ASKED_MAX: usize = 4;
/// In `/proc/net/unix`: the socket listens.
const LISTENS: &str = "00010000";
/// Name of a tmux server's process.
const SERVER: &str = "tmux: server";

/// The other servers, each with its answer.
pub(in crate::collect) fn look(
    asked: &Tmux,
    registry: &RegistryView,
    roots: &[SessionRoot],
    env: &Environment,
    limits: &mut Limits,
) -> Observed<Vec<OtherServer>> {
    if named::sessions_are_there(asked, registry, roots) {
        return Observed::NotLooked(
            "the asked server has every session that a record or a manifest names, and each publishes something".into(),
        );
    }
    let table = match std::fs::read("/proc/net/unix") {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(e) => return Observed::Unreadable(reason(&e)),
    };
    let listeners = listeners(&table);
    let folder = format!("tmux-{}", env.uid);
    let in_folder = |path: &&PathBuf| path.parent().is_some_and(|dir| dir.ends_with(&folder));
    let mut paths: BTreeSet<&PathBuf> = listeners.values().filter(in_folder).collect();
    paths.extend(servers(&all_pids(limits)).iter().filter_map(|inode| listeners.get(inode)));
    if let TmuxAnswer::Server { server } = &asked.answer {
        let same = |path: &Path| path == Path::new(&server.socket_path);
        paths.retain(|path| !same(path));
    }
    let paths: Vec<&PathBuf> = paths.into_iter().collect();
    let ask = |path: &PathBuf| {
        let socket = SocketArgs::Path(path.clone());
        let question = TmuxQuestion { socket, ..TmuxQuestion::default() };
        observe(&question, &|name| env.var(name).map(str::to_owned)).answer
    };
    let answers: Vec<TmuxAnswer> = std::thread::scope(|scope| {
        let asking: Vec<_> =
            paths.iter().take(ASKED_MAX).map(|path| scope.spawn(move || ask(path))).collect();
        let joined = asking.into_iter().map(|t| t.join().unwrap_or_else(|p| std::panic::resume_unwind(p)));
        joined.collect()
    });
    let left =
        std::iter::repeat_with(|| TmuxAnswer::NotLooked { why: format!("more than {ASKED_MAX} servers") });
    let found = paths.iter().zip(answers.into_iter().chain(left));
    let server = |(path, answer): (&&PathBuf, TmuxAnswer)| OtherServer {
        socket_path: path.to_string_lossy().into_owned(),
        answer,
    };
    Observed::Present(found.map(server).collect())
}

/// Listening Unix sockets by inode, those with a path.
fn listeners(table: &str) -> BTreeMap<u64, PathBuf> {
    let row = |line: &str| {
        // Num RefCount Protocol Flags Type St Inode Path; only the path may hold spaces.
        let fields: Vec<&str> = line.splitn(8, ' ').collect();
        let [_, _, _, flags, _, _, rest @ ..] = fields.as_slice() else { return None };
        let (inode, path) =
            rest.join(" ").trim_start().split_once(' ').map(|(i, p)| (i.to_owned(), p.to_owned()))?;
        (*flags == LISTENS && path.starts_with('/')).then_some((inode.parse().ok()?, PathBuf::from(path)))
    };
    table.lines().filter_map(row).collect()
}

/// Inodes of the sockets that tmux servers hold, as far as their files may be read.
fn servers(pids: &[u32]) -> BTreeSet<u64> {
    let is_server = |pid: &&u32| {
        std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim_end() == SERVER)
    };
    let files = |pid: &u32| std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let inode = |file: std::fs::DirEntry| {
        let target = std::fs::read_link(file.path()).ok()?;
        target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
    };
    pids.iter().filter(is_server).flat_map(files).filter_map(inode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listening_sockets_with_a_path_count() {
        let table = "Num       RefCount Protocol Flags    Type St Inode Path\n\
            0000000000000000: 00000002 00000000 00010000 0001 01 26841 /tmp/tmux-1000/default\n\
            0000000000000000: 00000003 00000000 00000000 0001 03 26842 /tmp/tmux-1000/default\n\
            0000000000000000: 00000002 00000000 00010000 0001 01   123 /srv/with space/s\n\
            0000000000000000: 00000002 00000000 00010000 0001 01 26844 @abstract\n\
            0000000000000000: 00000002 00000000 00000000 0002 01 26845\n";
        let found = listeners(table);
        let expected = [(123, "/srv/with space/s"), (26841, "/tmp/tmux-1000/default")];
        assert_eq!(found, expected.into_iter().map(|(i, p)| (i, PathBuf::from(p))).collect());
    }
}

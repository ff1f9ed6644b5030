//! Which socket tmux will use, worked out as tmux itself does, without asking it.
use super::SocketArgs;
use crate::snapshot::{Socket, SocketChoice};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The part of the operator's environment that decides which server is asked and which session is the current one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Surroundings {
    /// Where programs are looked up.
    pub path: Option<String>,
    /// `$TMUX`: socket path, server pid and session number, joined by commas.
    pub tmux: Option<String>,
    /// `$TMUX_PANE`: the pane that the shell runs in, or once ran in.
    pub tmux_pane: Option<String>,
    /// `$TMUX_TMPDIR`.
    pub tmux_tmpdir: Option<String>,
}

impl Surroundings {
    pub(super) fn read(env: &dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            path: env("PATH"),
            tmux: env("TMUX"),
            tmux_pane: env("TMUX_PANE"),
            tmux_tmpdir: env("TMUX_TMPDIR"),
        }
    }

    /// The variables that the tmux client reads, as it must find them: exactly the operator's, unset ones unset.
    pub(super) fn for_child(&self) -> [(&'static str, Option<&str>); 3] {
        [
            ("TMUX", self.tmux.as_deref()),
            ("TMUX_PANE", self.tmux_pane.as_deref()),
            ("TMUX_TMPDIR", self.tmux_tmpdir.as_deref()),
        ]
    }
}

/// The socket that tmux will use. `$TMUX` counts only if neither option is given and it does not begin with a comma.
pub(super) fn choose(args: &SocketArgs, surroundings: &Surroundings) -> Socket {
    let from_tmux = surroundings.tmux.as_deref().and_then(|t| t.split(',').next()).filter(|p| !p.is_empty());
    let (chosen_by, path) = match (args, from_tmux) {
        (SocketArgs::Path(path), _) => (SocketChoice::Path, Some(path.clone())),
        (SocketArgs::Name(name), _) => {
            let name = if name.is_empty() { "default" } else { name };
            (SocketChoice::Name, folder(surroundings).map(|(_, folder)| folder.join(name)))
        }
        (SocketArgs::Unsaid, Some(path)) => (SocketChoice::Tmux, Some(PathBuf::from(path))),
        (SocketArgs::Unsaid, None) => match folder(surroundings) {
            Some((by, folder)) => (by, Some(folder.join("default"))),
            None => (SocketChoice::Default, None),
        },
    };
    Socket { chosen_by, path: path.map(|p| p.to_string_lossy().into_owned()) }
}

/// The folder of named sockets, if it is missing. The tmux client would create it, even with `-N`; and where it is
/// missing there is no server behind a name.
pub(super) fn missing_folder(chosen_by: SocketChoice, surroundings: &Surroundings) -> Option<PathBuf> {
    match chosen_by {
        SocketChoice::Path | SocketChoice::Tmux => None,
        SocketChoice::Name | SocketChoice::TmuxTmpdir | SocketChoice::Default => {
            folder(surroundings).map(|(_, folder)| folder).filter(|folder| {
                folder.symlink_metadata().is_err_and(|e| e.kind() == std::io::ErrorKind::NotFound)
            })
        }
    }
}

/// `<TMUX_TMPDIR or /tmp>/tmux-<uid>`. tmux passes over a `TMUX_TMPDIR` that does not resolve.
fn folder(surroundings: &Surroundings) -> Option<(SocketChoice, PathBuf)> {
    let uid = rustix::process::getuid().as_raw();
    let said = surroundings.tmux_tmpdir.as_deref().map(|dir| (SocketChoice::TmuxTmpdir, dir));
    said.into_iter()
        .chain([(SocketChoice::Default, "/tmp")])
        .find_map(|(by, dir)| Some((by, std::fs::canonicalize(dir).ok()?.join(format!("tmux-{uid}")))))
}

/// The program's file: `tmux` itself where it has a slash, else the first executable file of that name on `PATH`.
pub(super) fn locate(tmux: &Path, path: Option<&str>) -> Option<PathBuf> {
    let runs = |p: &PathBuf| p.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0);
    if tmux.as_os_str().as_encoded_bytes().contains(&b'/') {
        return tmux.exists().then(|| tmux.to_path_buf());
    }
    std::env::split_paths(path.unwrap_or("/bin:/usr/bin")).map(|folder| folder.join(tmux)).find(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(tmux: Option<&str>, tmpdir: Option<&str>) -> Surroundings {
        Surroundings {
            tmux: tmux.map(String::from),
            tmux_tmpdir: tmpdir.map(String::from),
            ..Default::default()
        }
    }

    #[test]
    fn follows_the_order_of_precedence_of_tmux() {
        let dir = tempfile::tempdir().unwrap();
        let real = std::fs::canonicalize(dir.path()).unwrap();
        let tmpdir = real.to_str().unwrap();
        let uid = rustix::process::getuid().as_raw();
        let named = |n: &str| Some(format!("{tmpdir}/tmux-{uid}/{n}"));
        let inside = with(Some("/run/s,12,0"), Some(tmpdir));
        let cases = [
            (SocketArgs::Path("/x/y".into()), &inside, SocketChoice::Path, Some("/x/y".to_owned())),
            (SocketArgs::Name("n".into()), &inside, SocketChoice::Name, named("n")),
            (SocketArgs::Name(String::new()), &inside, SocketChoice::Name, named("default")),
            (SocketArgs::Unsaid, &inside, SocketChoice::Tmux, Some("/run/s".to_owned())),
            (
                SocketArgs::Unsaid,
                &with(Some(",1,0"), Some(tmpdir)),
                SocketChoice::TmuxTmpdir,
                named("default"),
            ),
            (SocketArgs::Unsaid, &with(Some(""), Some(tmpdir)), SocketChoice::TmuxTmpdir, named("default")),
        ];
        for (args, surroundings, chosen_by, path) in cases {
            assert_eq!(choose(&args, surroundings), Socket { chosen_by, path }, "{args:?}");
        }
        let fallen_back = choose(&SocketArgs::Unsaid, &with(None, Some("/no/such/folder")));
        assert_eq!(fallen_back.chosen_by, SocketChoice::Default);
        assert!(fallen_back.path.is_some_and(|p| p.ends_with(&format!("/tmux-{uid}/default"))));
    }

    #[test]
    fn the_folder_of_named_sockets_is_missed_only_where_it_is_used() {
        let dir = tempfile::tempdir().unwrap();
        let here = with(None, dir.path().to_str());
        assert!(missing_folder(SocketChoice::Name, &here).is_some());
        assert!(missing_folder(SocketChoice::TmuxTmpdir, &here).is_some());
        assert_eq!(missing_folder(SocketChoice::Tmux, &here), None);
        assert_eq!(missing_folder(SocketChoice::Path, &here), None);
        std::fs::create_dir(folder(&here).unwrap().1).unwrap();
        assert_eq!(missing_folder(SocketChoice::Name, &here), None);
    }
}

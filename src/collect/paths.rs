//! Paths as Python's `pathlib` understands them, since Houmao follows them so.
use super::environment::{Environment, home_of};
use crate::snapshot::{Observed, PathKind, PathState, Reason, ReasonKind};
use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

/// Links followed at most for one path; Python has no such limit, but tells a loop from a long chain, as the kernel does.
const LINKS_MAX: usize = 40;

/// Why a path cannot be resolved, in Python's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadPath {
    /// `~` without a known home directory.
    #[error("Could not determine home directory.")]
    NoHome,
    /// Links that lead back to themselves.
    #[error("Symlink loop from '{0}'")]
    Loop(String),
    /// A NUL in the path.
    #[error("embedded null byte")]
    Nul,
}

/// `Path(text).expanduser()`: a leading `~` or `~user` is replaced, nothing else.
pub(super) fn expand_user(text: &str, env: &Environment) -> Result<PathBuf, BadPath> {
    if text.contains('\0') {
        return Err(BadPath::Nul);
    }
    // `pathlib` drops leading dots first, so that `./~` is a home directory too.
    let mut parts = text;
    while let Some(rest) = parts.strip_prefix("./") {
        parts = rest.trim_start_matches('/');
    }
    if !parts.starts_with('~') {
        return Ok(PathBuf::from(text));
    }
    let (first, rest) = parts.split_once('/').unwrap_or((parts, ""));
    let home = match &first[1..] {
        "" => env.home(),
        user => home_of(user),
    };
    let home = home.filter(|h| !h.starts_with('~')).ok_or(BadPath::NoHome)?;
    match rest.trim_start_matches('/') {
        "" => Ok(PathBuf::from(home)),
        rest => Ok(Path::new(&home).join(rest)),
    }
}

/// What each path on the way is a link to, where it is one; most paths have the beginning of their way in common.
#[derive(Debug, Default)]
pub(super) struct Links(BTreeMap<OsString, Option<PathBuf>>);

impl Links {
    fn read(&mut self, path: &Path) -> Option<PathBuf> {
        if let Some(known) = self.0.get(path.as_os_str()) {
            return known.clone();
        }
        let target = std::fs::read_link(path).ok();
        self.0.insert(path.as_os_str().to_owned(), target.clone());
        target
    }
}

/// `path.resolve()` without `strict`: made absolute against `cwd`, links followed, missing parts kept as they are.
pub(super) fn resolve(path: &Path, cwd: &Path) -> Result<PathBuf, BadPath> {
    resolve_by(&mut Links::default(), path, cwd)
}

fn resolve_by(known: &mut Links, path: &Path, cwd: &Path) -> Result<PathBuf, BadPath> {
    let whole = cwd.join(path);
    let mut rest: VecDeque<OsString> = parts(&whole).collect();
    let mut done = PathBuf::from("/");
    let mut links = 0;
    while let Some(part) = rest.pop_front() {
        if part == ".." {
            done.pop();
            continue;
        }
        let next = done.join(&part);
        match known.read(&next) {
            Some(target) => {
                links += 1;
                if links > LINKS_MAX {
                    return Err(BadPath::Loop(whole.to_string_lossy().into_owned()));
                }
                if target.is_absolute() {
                    done = PathBuf::from("/");
                }
                for part in parts(&target).collect::<Vec<_>>().into_iter().rev() {
                    rest.push_front(part);
                }
            }
            None => done = next,
        }
    }
    Ok(done)
}

fn parts(path: &Path) -> impl Iterator<Item = OsString> {
    path.components().filter_map(|c| match c {
        Component::Normal(name) => Some(name.to_os_string()),
        Component::ParentDir => Some(OsString::from("..")),
        _ => None,
    })
}

/// `Path(text).expanduser().resolve()`.
pub(super) fn expand_and_resolve(text: &str, env: &Environment) -> Result<PathBuf, BadPath> {
    resolve(&expand_user(text, env)?, &env.cwd)
}

/// What a path, as it is written somewhere, leads to.
pub(super) fn look_at(text: &str, env: &Environment, links: &mut Links) -> Observed<PathState> {
    match expand_user(text, env).and_then(|path| resolve_by(links, &path, &env.cwd)) {
        Ok(path) => state(&path),
        Err(e) => Observed::Unreadable(Reason { kind: ReasonKind::Failed, detail: e.to_string() }),
    }
}

/// What a resolved path leads to. A path that is not there is `present` with kind `missing`.
pub(super) fn state(path: &Path) -> Observed<PathState> {
    let resolved = path.to_string_lossy().into_owned();
    let kind = match std::fs::metadata(path) {
        Ok(meta) if meta.is_file() => PathKind::File,
        Ok(meta) if meta.is_dir() => PathKind::Directory,
        Ok(_) => PathKind::Special,
        Err(e) if is_missing(&e) => PathKind::Missing,
        Err(e) => return Observed::Unreadable(reason(&e)),
    };
    Observed::Present(PathState { kind, resolved })
}

/// Whether an error says that there is certainly nothing at the path.
pub(super) fn is_missing(e: &std::io::Error) -> bool {
    matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// An error of the operating system as a reason.
pub(super) fn reason(e: &std::io::Error) -> Reason {
    let kind = match e.kind() {
        ErrorKind::PermissionDenied => ReasonKind::Permission,
        ErrorKind::IsADirectory => ReasonKind::Directory,
        ErrorKind::TimedOut => ReasonKind::TimedOut,
        _ => ReasonKind::Failed,
    };
    Reason { kind, detail: e.to_string() }
}

#[cfg(test)]
#[path = "paths_tests.rs"]
mod tests;

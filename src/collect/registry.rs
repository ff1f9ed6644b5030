//! The shared registry: where each release line looks, and what is there (contract section 1.1).
use super::environment::Environment;
use super::keep::{Keep, is_blank};
use super::limits::{Limits, RECORDS_MAX};
use super::paths::{BadPath, expand_user, is_missing, reason, resolve};
use super::read::json_file;
use crate::snapshot::{
    Observed, Reason, ReasonKind, RecordEntry, RegistryFolder, RegistryRoot, RegistryView, RootPath,
};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

const OVERRIDE: &str = "HOUMAO_GLOBAL_REGISTRY_DIR";
/// Folder names at which releases before 1.0.0 cut the user data folder to find the home, in their order.
const ANCHORS: [&str; 3] = ["AppData", "Library", ".local"];

/// Both release lines' roots, and the folders that they lead to.
pub(super) fn look(env: &Environment, keep: &Keep, limits: &mut Limits) -> RegistryView {
    let (before_1_0, since_1_0) = (before_1_0(env), since_1_0(env));
    let mut roots: Vec<String> = [&before_1_0, &since_1_0]
        .into_iter()
        .filter_map(|r| match &r.root {
            RootPath::Folder(path) => Some(path.clone()),
            RootPath::Refused(_) => None,
        })
        .collect();
    roots.sort();
    roots.dedup();
    let folders = roots
        .into_iter()
        .map(|root| RegistryFolder {
            live: entries(&Path::new(&root).join("live_agents"), keep, limits),
            external: entries(&Path::new(&root).join("external_agents"), keep, limits),
            root,
        })
        .collect();
    RegistryView { before_1_0, since_1_0, folders }
}

/// Where releases before 1.0.0 look.
pub(super) fn before_1_0(env: &Environment) -> RegistryRoot {
    if let Some(root) = overridden(env) {
        return root;
    }
    let (data, chosen_by) = xdg_folder(env, "XDG_DATA_HOME", ".local/share");
    let mut chosen_by = chosen_by;
    let anchor = data.and_then(|data| {
        let parts: Vec<_> = data.components().map(|c| c.as_os_str().to_os_string()).collect();
        let cut = ANCHORS.iter().find_map(|name| parts.iter().position(|part| part == OsStr::new(name)));
        match cut {
            Some(at) => resolve(&parts[..at].iter().collect::<PathBuf>(), &env.cwd),
            None => {
                chosen_by = "HOME";
                resolve(&expand_user("~", env)?, &env.cwd)
            }
        }
    });
    chosen(anchor.and_then(|a| resolve(&a.join(".houmao"), &env.cwd)), chosen_by, env)
}

/// Where releases since 1.0.0 look.
pub(super) fn since_1_0(env: &Environment) -> RegistryRoot {
    if let Some(root) = overridden(env) {
        return root;
    }
    let (config, chosen_by) = xdg_folder(env, "XDG_CONFIG_HOME", ".config");
    chosen(config.and_then(|c| resolve(&c.join("houmao"), &env.cwd)), chosen_by, env)
}

/// The root below an anchor.
fn chosen(anchor: Result<PathBuf, BadPath>, chosen_by: &str, env: &Environment) -> RegistryRoot {
    let root = anchor.and_then(|a| resolve(&a.join("registry"), &env.cwd));
    RegistryRoot { root: root_path(root), chosen_by: chosen_by.to_string() }
}

fn root_path(root: Result<PathBuf, BadPath>) -> RootPath {
    match root {
        Ok(path) => RootPath::Folder(path.to_string_lossy().into_owned()),
        Err(e) => RootPath::Refused(e.to_string()),
    }
}

/// The override counts when something is left of it after stripping, but its unstripped value is used.
fn overridden(env: &Environment) -> Option<RegistryRoot> {
    let raw = env.var(OVERRIDE).filter(|v| !is_blank(v))?;
    let root = match expand_user(raw, env) {
        Ok(path) if path.is_absolute() => root_path(resolve(&path, &env.cwd)),
        Ok(_) => RootPath::Refused(format!("`{OVERRIDE}` must be an absolute path.")),
        Err(e) => RootPath::Refused(e.to_string()),
    };
    Some(RegistryRoot { root, chosen_by: OVERRIDE.to_string() })
}

/// A user folder as `platformdirs` finds it: the variable if it is absolute, else below the home directory, for which
/// it ignores a `HOME` that is not absolute.
fn xdg_folder(
    env: &Environment,
    name: &'static str,
    below_home: &str,
) -> (Result<PathBuf, BadPath>, &'static str) {
    if let Some(path) = env.var(name).filter(|v| v.starts_with('/')) {
        return (Ok(PathBuf::from(path)), name);
    }
    let relative = env.var("HOME").is_some_and(|home| !home.starts_with('/'));
    let home = if relative { without_home(env).home() } else { env.home() };
    let home = home.filter(|h| h.starts_with('/')).ok_or(BadPath::NoHome);
    (home.map(|h| Path::new(&h).join(below_home)), "HOME")
}

fn without_home(env: &Environment) -> Environment {
    let mut env = env.clone();
    env.vars.remove("HOME");
    env
}

/// The entries of `live_agents` or `external_agents`.
pub(super) fn entries(dir: &Path, keep: &Keep, limits: &mut Limits) -> Observed<Vec<RecordEntry>> {
    match std::fs::metadata(dir) {
        Ok(meta) if meta.is_dir() => {}
        Ok(_) => return Observed::Absent,
        Err(e) if is_missing(&e) => return Observed::Absent,
        Err(e) => return Observed::Unreadable(reason(&e)),
    }
    let mut found = Vec::new();
    for entry in WalkDir::new(dir).min_depth(1).max_depth(1) {
        match entry {
            Ok(_) if found.len() == RECORDS_MAX => {
                let detail = format!("more than {RECORDS_MAX} entries");
                limits.hit(dir.to_string_lossy(), detail.as_str());
                return Observed::Unreadable(Reason { kind: ReasonKind::TooLarge, detail });
            }
            Ok(entry) => found.push(entry),
            Err(e) => {
                let e = e.into_io_error().unwrap_or_else(|| std::io::Error::other("loop"));
                return Observed::Unreadable(reason(&e));
            }
        }
    }
    found.sort_by(|a, b| a.file_name().cmp(b.file_name()));
    Observed::Present(found.iter().map(|e| entry(e, keep)).collect())
}

fn entry(entry: &walkdir::DirEntry, keep: &Keep) -> RecordEntry {
    let record = entry.path().join("record.json");
    let is_link = |path: &Path| std::fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink());
    let is_folder = entry.path().is_dir();
    RecordEntry {
        folder: entry.file_name().to_string_lossy().into_owned(),
        path: record.to_string_lossy().into_owned(),
        symlink: entry.path_is_symlink() || is_link(&record),
        is_folder,
        leftovers: if is_folder { leftovers(entry.path()) } else { 0 },
        record: json_file(&record, keep),
    }
}

/// Temporary files of writes that never ended.
fn leftovers(dir: &Path) -> u32 {
    let names = std::fs::read_dir(dir).into_iter().flatten().flatten().take(RECORDS_MAX);
    let left = names.filter(|e| {
        let name = e.file_name();
        let name = name.to_string_lossy();
        name.starts_with("record.json.") && name.ends_with(".tmp")
    });
    u32::try_from(left.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;

//! Programs on the operator's `PATH`, as Python's `shutil.which` finds them, and the installed Houmao.
use super::environment::Environment;
use super::paths::resolve;
use super::read::beginning;
use crate::snapshot::{Houmao, Installed, Observed, Reason, ReasonKind};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Looked up whatever the manifests name: tmux, and the tools that Houmao knows.
pub(super) const ALWAYS: [&str; 5] = ["claude", "codex", "gemini", "kimi", "tmux"];
/// Where Python looks when `PATH` is not set at all.
const DEFAULT_PATH: &str = "/bin:/usr/bin";

/// Each program's place; `absent` means that `shutil.which` finds none.
pub(super) fn look(
    names: impl IntoIterator<Item = String>,
    env: &Environment,
) -> BTreeMap<String, Observed<String>> {
    let place = |name: String| {
        let found = which(&name, env).map_or(Observed::Absent, Observed::Present);
        (name, found)
    };
    names.into_iter().map(place).collect()
}

/// `shutil.which(name)`: a name with a slash is not searched for, an empty entry of `PATH` is the working directory.
pub(super) fn which(name: &str, env: &Environment) -> Option<String> {
    if name.contains('/') {
        return is_program(name, env).then(|| name.to_string());
    }
    let path = env.var("PATH").unwrap_or(DEFAULT_PATH);
    if path.is_empty() {
        return None;
    }
    path.split(':')
        .map(|dir| match dir {
            "" => name.to_string(),
            dir if dir.ends_with('/') => format!("{dir}{name}"),
            dir => format!("{dir}/{name}"),
        })
        .find(|candidate| is_program(candidate, env))
}

fn is_program(path: &str, env: &Environment) -> bool {
    let path = env.cwd.join(path);
    let executable = rustix::fs::access(&path, rustix::fs::Access::EXISTS | rustix::fs::Access::EXEC_OK);
    executable.is_ok() && !path.is_dir()
}

/// Which Houmao is installed, found without running it: `houmao-mgr` on `PATH`, its interpreter, that environment's
/// package metadata.
pub(super) fn houmao(asked: Option<&str>, env: &Environment) -> Houmao {
    let installed = match which("houmao-mgr", env) {
        Some(manager) => installed(manager, env),
        None => Observed::Absent,
    };
    Houmao { installed, asked: asked.map(String::from) }
}

fn installed(manager: String, env: &Environment) -> Observed<Installed> {
    let script = env.cwd.join(&manager);
    let libs = libraries(&script, env);
    let found = libs.iter().find_map(|lib| metadata_in(lib));
    match found {
        Some((version, metadata)) => {
            let metadata = metadata.to_string_lossy().into_owned();
            Observed::Present(Installed { version, manager, metadata })
        }
        None => Observed::Unreadable(Reason {
            kind: ReasonKind::Failed,
            detail: format!("no package metadata of Houmao found for {manager}"),
        }),
    }
}

/// The `site-packages` folders that may belong to a script: of its interpreter's environment, and beside its own `bin`.
fn libraries(script: &Path, env: &Environment) -> Vec<PathBuf> {
    let real = resolve(script, &env.cwd).unwrap_or_else(|_| script.to_path_buf());
    let interpreter =
        beginning(&real, 4096).and_then(|bytes| interpreter(&String::from_utf8_lossy(&bytes), env));
    // Not resolved: the `python` of an environment is a link out of it.
    let mut bins: Vec<PathBuf> = interpreter.iter().filter_map(|p| p.parent()).map(PathBuf::from).collect();
    bins.extend(real.parent().map(PathBuf::from));
    bins.iter().filter_map(|bin| bin.parent()).flat_map(site_packages).collect()
}

/// The interpreter of a script's first lines: `#!/path/python`, `#!/usr/bin/env python3`, or the `sh` form that
/// installers write for long paths (`'''exec' /path/python "$0" "$@"`).
fn interpreter(text: &str, env: &Environment) -> Option<PathBuf> {
    let mut lines = text.lines();
    let words = shlex::split(lines.next()?.strip_prefix("#!")?.trim())?;
    let name = |word: &str| word.rsplit('/').next().unwrap_or_default().to_string();
    match words.split_first()? {
        (first, rest) if name(first) == "env" => {
            let program = rest.iter().find(|w| !w.starts_with('-') && !w.contains('='))?;
            which(program, env).map(|found| env.cwd.join(found))
        }
        (first, _) if name(first) == "sh" => {
            let exec = lines.find_map(|line| line.trim().strip_prefix("'''exec'"))?;
            shlex::split(exec)?.first().map(PathBuf::from)
        }
        (first, _) => Some(PathBuf::from(first)),
    }
}

/// `<environment>/lib/python3.*/site-packages`, sorted.
fn site_packages(prefix: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for lib in ["lib", "lib64"] {
        let names = std::fs::read_dir(prefix.join(lib)).into_iter().flatten().flatten();
        let pythons = names.filter(|e| e.file_name().to_string_lossy().starts_with("python3"));
        found.extend(pythons.map(|e| e.path().join("site-packages")).filter(|p| p.is_dir()));
    }
    found.sort();
    found
}

/// The release and the `dist-info` folder of Houmao in one `site-packages`.
fn metadata_in(site: &Path) -> Option<(String, PathBuf)> {
    let mut infos: Vec<PathBuf> = std::fs::read_dir(site)
        .ok()?
        .flatten()
        .filter(|e| {
            let name = e.file_name().to_string_lossy().to_lowercase();
            name.starts_with("houmao-") && name.ends_with(".dist-info")
        })
        .map(|e| e.path())
        .collect();
    infos.sort();
    infos.into_iter().find_map(|info| {
        let text = beginning(&info.join("METADATA"), 1 << 16)?;
        // Of a large file one line near its beginning is wanted: the rest is not read as text.
        let mut headers = text.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).take_while(|l| !l.is_empty());
        let version = headers.find_map(|line| line.strip_prefix(b"Version:"))?;
        Some((String::from_utf8_lossy(version).trim().to_string(), info))
    })
}

#[cfg(test)]
#[path = "programs_tests.rs"]
mod tests;

//! What one run takes from its own process: variables, working directory, user, the one reading of the clock.
use crate::snapshot::{EXEMPTIONS, Host, Observed, PRESENCE_ONLY, Reason, ReasonKind, SHELL_VARIABLES};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The operator's process environment, read once; injected in tests.
#[derive(Debug, Clone)]
pub struct Environment {
    /// All variables of the process. Only [`SHELL_VARIABLES`] leave this room; `PATH` is used to look up programs.
    pub vars: BTreeMap<String, String>,
    /// Working directory, absolute.
    pub cwd: PathBuf,
    /// Numeric user id.
    pub uid: u32,
    /// When this run began; becomes `taken_at`.
    pub now: jiff::Timestamp,
}

impl Environment {
    /// The real environment of this process. What is not UTF-8 is decoded lossily.
    pub fn real() -> Self {
        let vars = std::env::vars_os()
            .map(|(k, v)| (k.to_string_lossy().into_owned(), v.to_string_lossy().into_owned()))
            .collect();
        Environment {
            vars,
            cwd: std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")),
            uid: rustix::process::getuid().as_raw(),
            now: jiff::Timestamp::now(),
        }
    }

    /// One variable, if it is set.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str)
    }

    /// The home directory as Python's `os.path.expanduser("~")` gives it: `$HOME` if set, else the password database.
    /// `None` when neither knows it.
    pub fn home(&self) -> Option<String> {
        match self.var("HOME") {
            Some(home) => Some(or_root(home)),
            None => passwd_home(|fields| fields[2].parse() == Ok(self.uid)),
        }
    }
}

/// Home directory of the named user, from the password database.
pub(super) fn home_of(user: &str) -> Option<String> {
    passwd_home(|fields| fields[0] == user)
}

fn passwd_home(is_it: impl Fn(&[&str]) -> bool) -> Option<String> {
    let text = std::fs::read("/etc/passwd").ok()?;
    let text = String::from_utf8_lossy(&text);
    text.lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields.len() >= 7 && is_it(fields))
        .map(|fields| or_root(fields[5]))
}

/// Python strips trailing slashes of a home directory, and takes what is left empty for `/`.
fn or_root(home: &str) -> String {
    match home.trim_end_matches('/') {
        "" => "/".to_string(),
        rest => rest.to_string(),
    }
}

/// The operator's shell and machine.
pub(super) fn host(env: &Environment) -> Host {
    let mut kept = BTreeMap::new();
    for name in SHELL_VARIABLES {
        let Some(value) = env.var(name) else { continue };
        let value = match PRESENCE_ONLY.contains(name) {
            true if value.is_empty() => "empty".to_string(),
            true => "set".to_string(),
            false if EXEMPTIONS.contains(name) => loopback_only(value),
            false => value.to_string(),
        };
        kept.insert((*name).to_string(), value);
    }
    Host {
        uid: env.uid,
        home: env.home().unwrap_or_default(),
        cwd: env.cwd.to_string_lossy().into_owned(),
        booted_at: booted_at(),
        env: Observed::Present(kept),
    }
}

/// Seconds since the epoch at which the machine booted, from the kernel.
pub(super) fn boot_second() -> Result<i64, Reason> {
    let failed = |detail: String| Reason { kind: ReasonKind::Failed, detail };
    let stat = std::fs::read_to_string("/proc/stat").map_err(|e| failed(format!("/proc/stat: {e}")))?;
    stat.lines()
        .find_map(|line| line.strip_prefix("btime ")?.trim().parse().ok())
        .ok_or_else(|| failed("/proc/stat has no btime".to_string()))
}

/// What of a list of hosts exempts loopback, which is all that matters here: the other names are of somebody's network.
fn loopback_only(list: &str) -> String {
    let entries = list.split(',').map(str::trim);
    let kept = entries
        .filter(|e| matches!(e.trim_start_matches('.'), "*" | "127.0.0.1" | "localhost" | "0.0.0.0" | "::1"));
    kept.collect::<Vec<_>>().join(",")
}

fn booted_at() -> Observed<String> {
    match boot_second().map(jiff::Timestamp::from_second) {
        Ok(Ok(time)) => Observed::Present(time.to_string()),
        Ok(Err(e)) => Observed::Unreadable(Reason { kind: ReasonKind::Failed, detail: e.to_string() }),
        Err(reason) => Observed::Unreadable(reason),
    }
}

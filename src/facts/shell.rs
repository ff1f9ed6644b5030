//! Facts of the operator's shell: variables that redirect Houmao (contract sections 1.2 and 1.4).
use super::{Fact, observed};
use crate::contract::{PROXIES_PASSED, Release, python};
use crate::snapshot::Snapshot;
use schemars::JsonSchema;
use serde::Serialize;

/// The variables of the operator's shell that redirect Houmao. Of proxies only the names are known, never the values.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ShellFacts {
    /// `HOUMAO_AGENT_GATEWAY_HOST`, on which every attach from this shell listens.
    pub gateway_host: Fact<String>,
    /// Why the next attach from this shell refuses `HOUMAO_AGENT_GATEWAY_HOST` or `_PORT`; absent when it does not.
    pub gateway_refused: Fact<String>,
    /// `HOUMAO_GLOBAL_RUNTIME_DIR`, below which new session roots are made and old ones are looked for.
    pub runtime_dir: Fact<String>,
    /// Which of the variables that name a root hold a path that is not absolute, sorted. The registry's own is not
    /// among them: `host.registry_root_refused` tells of that.
    pub relative_roots: Fact<Vec<String>>,
    /// `HOUMAO_PROJECT_OVERLAY_DIR`, which decides the project whatever the working directory is.
    pub overlay_dir: Fact<String>,
    /// `HOUMAO_PROJECT_OVERLAY_DISCOVERY_MODE`, if it is another than the default `ancestor`.
    pub overlay_mode: Fact<String>,
    /// The words by which project commands refuse one of these two; absent when they are accepted.
    pub overlay_refused: Fact<String>,
    /// Names of the proxy variables for HTTP that are set.
    pub proxies: Fact<Vec<String>>,
    /// Whether a proxy variable catches the requests that an attach makes to its own gateway on loopback: before 0.7.0,
    /// and since then where `HOUMAO_GATEWAY_RESPECT_PROXY_ENV` asks for it, unless `NO_PROXY` exempts loopback.
    pub proxy_catches_loopback: Fact<bool>,
    /// What `NO_PROXY` is with loopback added to the hosts that it exempts now.
    pub no_proxy_with_loopback: Fact<String>,
}

/// The source of what several variables tell.
const SHELL: &str = "the operator's shell";

/// The variables that name a root, besides the registry's.
const ROOTS: [&str; 3] = ["HOUMAO_GLOBAL_MAILBOX_DIR", "HOUMAO_GLOBAL_RUNTIME_DIR", "HOUMAO_LOCAL_JOBS_DIR"];

impl ShellFacts {
    /// Derives them.
    pub fn of(snapshot: &Snapshot, release: Option<Release>) -> Self {
        let get = |name: &str| ambient(snapshot, name);
        let mode = get("HOUMAO_PROJECT_OVERLAY_DISCOVERY_MODE");
        let overlay_dir = get("HOUMAO_PROJECT_OVERLAY_DIR");
        ShellFacts {
            gateway_host: get("HOUMAO_AGENT_GATEWAY_HOST"),
            gateway_refused: gateway_refused(snapshot),
            runtime_dir: get("HOUMAO_GLOBAL_RUNTIME_DIR"),
            relative_roots: of_shell(snapshot, SHELL, |_| {
                listed(ROOTS.into_iter().filter(|name| get(name).value().is_some_and(|p| !absolute(p))))
            }),
            overlay_refused: overlay_refused(&overlay_dir, &mode),
            overlay_mode: mode.and_then(|m| match m.as_str() {
                "ancestor" => Fact::absent(mode.source.clone()),
                other => Fact::known(other.to_owned(), mode.source.clone()),
            }),
            overlay_dir,
            proxies: of_shell(snapshot, SHELL, |var| listed(PROXIES.into_iter().filter(|n| is_set(var(n))))),
            proxy_catches_loopback: catches(snapshot, release),
            no_proxy_with_loopback: of_shell(snapshot, "NO_PROXY of the operator's shell", |var| {
                let hosts = exempt(&var).unwrap_or_default();
                let hosts = hosts.trim_matches([',', ' ']);
                let comma = if hosts.is_empty() { "" } else { "," };
                Fact::known(format!("{hosts}{comma}127.0.0.1,localhost"), "NO_PROXY of the operator's shell")
            }),
        }
    }
}

/// A variable of the operator's shell; one that is blank counts as not set.
pub fn ambient(snapshot: &Snapshot, name: &str) -> Fact<String> {
    let source = format!("${name} of the operator's shell");
    observed(&snapshot.host.variable(name), source.clone(), |v| v.trim().to_owned()).and_then(|v| {
        if v.is_empty() { Fact::absent(source.clone()) } else { Fact::known(v.clone(), source.clone()) }
    })
}

/// Whether the shell's variables send an attach from there to another address than the session's own. An attach prefers
/// them to the recorded configuration, and records them for the next ones (contract 6.4.3).
pub(super) fn attach_redirected(snapshot: &Snapshot, host: &Fact<String>, port: &Fact<i64>) -> Fact<bool> {
    let to_host = ambient(snapshot, "HOUMAO_AGENT_GATEWAY_HOST");
    // What is no number is refused by every attach, and sends none anywhere.
    let to_port = ambient(snapshot, "HOUMAO_AGENT_GATEWAY_PORT").and_then(|p| {
        match python::integer(p).and_then(|port| i64::try_from(port).ok()) {
            Some(port) => Fact::known(port, SHELL),
            None => Fact::absent(SHELL),
        }
    });
    // Where no host is recorded, an attach takes this one by itself; any port will do to it then.
    let own_host = host.clone().or_known("127.0.0.1".to_owned());
    let (by_host, by_port) = (differs(&to_host, &own_host), differs(&to_port, port));
    match (by_host.value(), by_port.value()) {
        (Some(true), _) => by_host,
        (_, Some(true)) | (Some(false), _) => by_port,
        _ => by_host,
    }
}

/// Whether something is asked for that is not what is recorded.
fn differs<T: PartialEq>(asked: &Fact<T>, own: &Fact<T>) -> Fact<bool> {
    let differs = asked.and_then(|asked| match own.value() {
        Some(own) => Fact::known(asked != own, SHELL),
        None if own.is_absent() => Fact::known(true, SHELL),
        None => own.then(|_| true),
    });
    differs.or_known(false)
}

/// A fact that is derived from all variables of the operator's shell; unknown where they were not seen.
fn of_shell<T>(
    snapshot: &Snapshot,
    source: &str,
    derive: impl FnOnce(&dyn Fn(&str) -> Option<String>) -> Fact<T>,
) -> Fact<T> {
    match snapshot.host.env.ignorance() {
        Some(why) => Fact::unknown(why, source),
        None => derive(&|name| snapshot.host.variable(name).present().map(|v| (*v).to_owned())),
    }
}

/// A leading `~` is replaced before the path is held to be absolute.
fn absolute(path: &str) -> bool {
    path.starts_with('/') || path.starts_with('~')
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> Fact<Vec<String>> {
    let names: Vec<String> = names.map(str::to_owned).collect();
    if names.is_empty() { Fact::absent(SHELL) } else { Fact::known(names, SHELL) }
}

/// What an attach says of its host and port before it does anything (contract 6.4.3).
fn gateway_refused(snapshot: &Snapshot) -> Fact<String> {
    of_shell(snapshot, SHELL, |var| {
        let raw = |name: &str| var(name).filter(|v| !v.is_empty());
        if let Some(host) = raw("HOUMAO_AGENT_GATEWAY_HOST").filter(|h| h != "127.0.0.1" && h != "0.0.0.0") {
            let why = format!("HOUMAO_AGENT_GATEWAY_HOST is {host}; only 127.0.0.1 and 0.0.0.0 are accepted");
            return Fact::known(why, SHELL);
        }
        let fits = |port: &String| python::integer(port).is_some_and(|n| u16::try_from(n).is_ok());
        match raw("HOUMAO_AGENT_GATEWAY_PORT").filter(|p| !fits(p)) {
            Some(port) => {
                Fact::known(format!("HOUMAO_AGENT_GATEWAY_PORT is {port}, which is no port"), SHELL)
            }
            None => Fact::absent(SHELL),
        }
    })
}

fn overlay_refused(dir: &Fact<String>, mode: &Fact<String>) -> Fact<String> {
    if dir.value().is_some_and(|d| !absolute(d)) {
        let said = "`HOUMAO_PROJECT_OVERLAY_DIR` must be an absolute path.";
        return Fact::known(said.to_owned(), dir.source.clone());
    }
    if let Some(why) = dir.ignorance().or(mode.ignorance()) {
        return Fact::unknown(why, dir.source.clone());
    }
    // The mode is only read where no folder is given.
    let known = |m: &String| m == "ancestor" || m == "cwd_only";
    match mode.value().filter(|m| dir.is_absent() && !known(m)) {
        Some(_) => {
            let said = "`HOUMAO_PROJECT_OVERLAY_DISCOVERY_MODE` must be `ancestor` or `cwd_only`.";
            Fact::known(said.to_owned(), mode.source.clone())
        }
        None => Fact::absent(dir.source.clone()),
    }
}

/// The variables that Python's `urllib` takes for plain HTTP.
const PROXIES: [&str; 2] = ["HTTP_PROXY", "http_proxy"];

fn is_set(value: Option<String>) -> bool {
    value.is_some_and(|v| v == "set")
}

/// The hosts that go past the proxy; the lower-case name is read first (`urllib.request.getproxies_environment`).
fn exempt(var: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    ["no_proxy", "NO_PROXY"].into_iter().find_map(var)
}

fn catches(snapshot: &Snapshot, release: Option<Release>) -> Fact<bool> {
    let source = "proxy variables of the operator's shell";
    of_shell(snapshot, source, |var| {
        if !PROXIES.into_iter().any(|name| is_set(var(name))) {
            return Fact::known(false, source);
        }
        if exempt(&var).is_some_and(|list| python::bypasses_proxy(&list, "127.0.0.1")) {
            return Fact::known(false, source);
        }
        let respected = var("HOUMAO_GATEWAY_RESPECT_PROXY_ENV").is_some_and(|v| v == "1");
        match release {
            Some(r) => Fact::known(r < PROXIES_PASSED || respected, source),
            None if respected => Fact::known(true, source),
            None => Fact::unknown("which release is installed is not known", source),
        }
    })
}

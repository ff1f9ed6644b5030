//! Processes that a file names or that run a Houmao gateway, from `/proc`; nothing is signalled (`kill -0` only asks).
use super::environment::boot_second;
use super::limits::{Limits, PROCESSES_MAX};
use super::paths::reason;
use crate::snapshot::{Observed, Process, Reason, ReasonKind};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// Ticks a second of the times in `/proc/<pid>/stat`; Linux fixes it at 100 for programs on all its common machines.
const TICKS: u64 = 100;
/// How much of a command line is read.
const COMMAND_LINE_MAX: usize = 64 << 10;

/// What stands in the command line of every gateway (see [`is_gateway`]).
const SERVICE: &[u8] = b"gateway_service";

/// A process that runs Houmao's gateway service.
pub(super) struct Gateway {
    /// Its pid.
    pub pid: u32,
    /// Its `--gateway-root`.
    pub root: String,
}

/// The named processes, and those of these gateways that serve one of the gateway roots. Gateways of other agents are
/// nobody's business here.
pub(super) fn wanted(named: &BTreeSet<u32>, roots: &BTreeSet<String>, running: &[Gateway]) -> BTreeSet<u32> {
    let serving = running.iter().filter(|g| roots.contains(&g.root)).map(|g| g.pid);
    named.iter().copied().chain(serving).collect()
}

/// What these processes are.
pub(super) fn look(pids: BTreeSet<u32>) -> BTreeMap<u32, Observed<Process>> {
    pids.into_iter().map(|pid| (pid, process(pid))).collect()
}

/// Pids of all processes, at most [`PROCESSES_MAX`].
pub(super) fn all_pids(limits: &mut Limits) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut pids: Vec<u32> = entries.filter_map(|e| e.file_name().to_str()?.parse().ok()).collect();
    pids.sort_unstable();
    if pids.len() > PROCESSES_MAX {
        limits.hit("processes", format!("{PROCESSES_MAX} processes"));
        pids.truncate(PROCESSES_MAX);
    }
    pids
}

/// All processes that run a gateway. It takes a look at every command line, so it is done while tmux answers.
pub(super) fn gateways(limits: &mut Limits) -> Vec<Gateway> {
    let mut line = Vec::new();
    let gateway = |pid: u32| {
        read_command_line(pid, &mut line).ok()?;
        // Hardly any of them is one, so that the words are only taken apart where this one is among them.
        line.windows(SERVICE.len()).any(|w| w == SERVICE).then_some(())?;
        let args = Some(arguments(&line)).filter(|args| is_gateway(args))?;
        Some(Gateway { pid, root: gateway_root(&args)? })
    };
    all_pids(limits).into_iter().filter_map(gateway).collect()
}

fn process(pid: u32) -> Observed<Process> {
    if !cfg!(target_os = "linux") {
        let detail = "processes are only read on Linux".to_string();
        return Observed::Unreadable(Reason { kind: ReasonKind::Failed, detail });
    }
    let stat = match std::fs::read(format!("/proc/{pid}/stat")) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        // A `/proc` mounted with `hidepid` hides other users' processes, but they can still be asked for.
        Err(e) if gone(&e) && is_hidden(pid) => {
            let detail = "another user's process, hidden from /proc".to_string();
            return Observed::Unreadable(Reason { kind: ReasonKind::Permission, detail });
        }
        // `ESRCH` comes when the process ends between opening and reading.
        Err(e) if gone(&e) => return Observed::Absent,
        Err(e) => return Observed::Unreadable(reason(&e)),
    };
    let Some(stat) = Stat::parse(&stat) else {
        let detail = format!("/proc/{pid}/stat has an unknown form");
        return Observed::Unreadable(Reason { kind: ReasonKind::Failed, detail });
    };
    let args = command_line(pid);
    let gateway_service = match &args {
        Ok(args) => Observed::Present(is_gateway(args)),
        Err(why) => Observed::Unreadable(why.clone()),
    };
    let is_service = gateway_service == Observed::Present(true);
    Observed::Present(Process {
        command: stat.command.clone(),
        started_at: started_at(stat.start_ticks),
        uid: uid(pid),
        gateway_root: args.ok().filter(|_| is_service).and_then(|args| gateway_root(&args)),
        gateway_service,
        may_signal: may_signal(pid),
        zombie: stat.state == 'Z',
    })
}

fn gone(e: &std::io::Error) -> bool {
    e.kind() == std::io::ErrorKind::NotFound
        || e.raw_os_error() == Some(rustix::io::Errno::SRCH.raw_os_error())
}

/// The fields of `/proc/<pid>/stat` that are used.
struct Stat {
    command: String,
    state: char,
    start_ticks: u64,
}

impl Stat {
    /// The name stands in parentheses and may hold any byte, so the fields are counted from the last `)`.
    fn parse(text: &str) -> Option<Self> {
        let (before, after) = text.rsplit_once(')')?;
        let (_, command) = before.split_once('(')?;
        let fields: Vec<&str> = after.split_whitespace().collect();
        Some(Stat {
            command: command.to_string(),
            state: fields.first()?.chars().next()?,
            start_ticks: fields.get(19)?.parse().ok()?,
        })
    }
}

fn started_at(ticks: u64) -> Observed<String> {
    let failed = |detail: String| Observed::Unreadable(Reason { kind: ReasonKind::Failed, detail });
    let boot = match boot_second() {
        Ok(second) => second,
        Err(why) => return Observed::Unreadable(why),
    };
    let second = i64::try_from(ticks / TICKS).unwrap_or(i64::MAX).saturating_add(boot);
    match jiff::Timestamp::from_second(second) {
        Ok(time) => Observed::Present(time.to_string()),
        Err(e) => failed(e.to_string()),
    }
}

fn uid(pid: u32) -> Observed<u32> {
    let status = match std::fs::read(format!("/proc/{pid}/status")) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(e) => return Observed::Unreadable(reason(&e)),
    };
    let real = status.lines().find_map(|l| l.strip_prefix("Uid:")?.split_whitespace().next()?.parse().ok());
    real.map_or_else(
        || {
            let detail = format!("/proc/{pid}/status names no user");
            Observed::Unreadable(Reason { kind: ReasonKind::Failed, detail })
        },
        Observed::Present,
    )
}

fn may_signal(pid: u32) -> bool {
    asked_for(pid).is_ok()
}

fn is_hidden(pid: u32) -> bool {
    asked_for(pid) == Err(rustix::io::Errno::PERM)
}

/// `kill(pid, 0)`, which sends nothing.
fn asked_for(pid: u32) -> rustix::io::Result<()> {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    rustix::process::test_kill_process(pid.ok_or(rustix::io::Errno::SRCH)?)
}

fn command_line(pid: u32) -> Result<Vec<String>, Reason> {
    let mut line = Vec::new();
    read_command_line(pid, &mut line).map_err(|e| reason(&e))?;
    Ok(arguments(&line))
}

/// Reads a command line, of at most [`COMMAND_LINE_MAX`] bytes, into a buffer that may have served before.
fn read_command_line(pid: u32, line: &mut Vec<u8>) -> std::io::Result<()> {
    line.clear();
    let mut file = std::fs::File::open(format!("/proc/{pid}/cmdline"))?;
    // One reading gives all of it where there is room: every further one would go through the process's memory again.
    let mut chunk = [0; 4096];
    loop {
        let read = file.read(&mut chunk)?;
        line.extend_from_slice(chunk.get(..read).unwrap_or_default());
        if read < chunk.len() || line.len() >= COMMAND_LINE_MAX {
            line.truncate(COMMAND_LINE_MAX);
            return Ok(());
        }
    }
}

fn arguments(line: &[u8]) -> Vec<String> {
    line.split(|b| *b == 0).map(|arg| String::from_utf8_lossy(arg).into_owned()).collect()
}

/// Houmao starts it as `python -m houmao.agents.realm_controller.gateway_service --gateway-root ROOT …`. The shell that
/// wraps it holds the same words in one argument, and is not it.
fn is_gateway(args: &[String]) -> bool {
    let module = args.windows(2).any(|w| w[0] == "-m" && w[1].ends_with(".gateway_service"));
    let script = args.iter().any(|a| a.ends_with("/gateway_service.py"));
    (module || script) && args.iter().any(|a| a.starts_with("--gateway-root"))
}

fn gateway_root(args: &[String]) -> Option<String> {
    let joined = args.iter().find_map(|a| a.strip_prefix("--gateway-root="));
    let apart = || args.iter().position(|a| a == "--gateway-root").and_then(|at| args.get(at + 1));
    joined.map(String::from).or_else(|| apart().cloned())
}

#[cfg(test)]
#[path = "processes_tests.rs"]
mod tests;

//! Who listens on the named ports; nothing is connected to.
use super::limits::Limits;
use super::paths::reason;
use super::processes::all_pids;
use super::sock_diag;
use crate::snapshot::{Observed, Port, Reason, ReasonKind};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The kernel's number for a listening socket.
const LISTEN: &str = "0A";

/// One listening socket.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Listener {
    address: IpAddr,
    port: u16,
    inode: u64,
}

/// Each port, with the addresses on which something listens, and who does. The `likely` processes are asked first, since
/// looking through the open files of all processes takes longer than everything else together.
pub(super) fn look(
    ports: &BTreeSet<u16>,
    likely: &[u32],
    limits: &mut Limits,
) -> BTreeMap<u16, Observed<Port>> {
    let listeners = match listeners() {
        Ok(all) => all,
        Err(why) => return ports.iter().map(|p| (*p, Observed::Unreadable(why.clone()))).collect(),
    };
    let here: Vec<&Listener> = listeners.iter().filter(|l| ports.contains(&l.port)).collect();
    let inodes: BTreeSet<u64> = here.iter().map(|l| l.inode).collect();
    let owners = if inodes.is_empty() { Owners::default() } else { Owners::of(&inodes, likely, limits) };
    let port = |number: u16| {
        let mine: Vec<&&Listener> = here.iter().filter(|l| l.port == number).collect();
        let addresses: BTreeSet<String> = mine.iter().map(|l| l.address.to_string()).collect();
        let inodes: BTreeSet<u64> = mine.iter().map(|l| l.inode).collect();
        Port { pid: owners.pid(&inodes), listening_on: addresses.into_iter().collect() }
    };
    ports.iter().map(|p| (*p, Observed::Present(port(*p)))).collect()
}

/// All listening TCP sockets: from the kernel directly, or, where it does not answer that, from its tables.
fn listeners() -> Result<Vec<Listener>, Reason> {
    if let Ok(all) = sock_diag::listening() {
        return Ok(all.into_iter().map(|(address, port, inode)| Listener { address, port, inode }).collect());
    }
    let v4 = std::fs::read_to_string("/proc/net/tcp").map_err(|e| reason(&e))?;
    // A machine without IPv6 has no such table.
    let v6 = std::fs::read_to_string("/proc/net/tcp6").unwrap_or_default();
    Ok(v4.lines().chain(v6.lines()).filter_map(listener).collect())
}

fn listener(line: &str) -> Option<Listener> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    if *fields.get(3)? != LISTEN {
        return None;
    }
    let (address, port) = fields.get(1)?.split_once(':')?;
    Some(Listener {
        address: address_of(address)?,
        port: u16::from_str_radix(port, 16).ok()?,
        inode: fields.get(9)?.parse().ok()?,
    })
}

/// The kernel prints an address as 32-bit words in the machine's byte order.
fn address_of(hex: &str) -> Option<IpAddr> {
    let words: Vec<[u8; 4]> = hex
        .as_bytes()
        .chunks(8)
        .map(|word| Some(u32::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok()?.to_ne_bytes()))
        .collect::<Option<_>>()?;
    match words.as_slice() {
        [v4] => Some(Ipv4Addr::from(*v4).into()),
        [_, _, _, _] => <[u8; 16]>::try_from(words.concat()).ok().map(|b| Ipv6Addr::from(b).into()),
        _ => None,
    }
}

/// Which process holds which listening socket, as far as sockets may be read.
#[derive(Debug, Default)]
struct Owners {
    by_inode: BTreeMap<u64, u32>,
    denied: bool,
}

impl Owners {
    /// Looks through the open files of the likely processes, then of all; of several that share a socket, the first
    /// wins.
    fn of(inodes: &BTreeSet<u64>, likely: &[u32], limits: &mut Limits) -> Self {
        let mut owners = Owners::default();
        owners.look_in(likely, inodes);
        if owners.by_inode.len() < inodes.len() {
            owners.look_in(&all_pids(limits), inodes);
        }
        owners
    }

    fn look_in(&mut self, pids: &[u32], inodes: &BTreeSet<u64>) {
        for pid in pids {
            if self.by_inode.len() == inodes.len() {
                break;
            }
            match std::fs::read_dir(format!("/proc/{pid}/fd")) {
                Ok(files) => {
                    let sockets =
                        files.flatten().filter_map(|f| socket_inode(&std::fs::read_link(f.path()).ok()?));
                    for inode in sockets.filter(|i| inodes.contains(i)) {
                        self.by_inode.entry(inode).or_insert(*pid);
                    }
                }
                Err(e) => self.denied |= e.kind() == std::io::ErrorKind::PermissionDenied,
            }
        }
    }

    fn pid(&self, inodes: &BTreeSet<u64>) -> Observed<u32> {
        if inodes.is_empty() {
            return Observed::Absent;
        }
        match inodes.iter().find_map(|inode| self.by_inode.get(inode)) {
            Some(pid) => Observed::Present(*pid),
            None => {
                let (kind, detail) = match self.denied {
                    true => (ReasonKind::Permission, "another user's process listens"),
                    false => (ReasonKind::Failed, "no visible process holds the listening socket"),
                };
                Observed::Unreadable(Reason { kind, detail: detail.to_string() })
            }
        }
    }
}

fn socket_inode(target: &std::path::Path) -> Option<u64> {
    target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
#[path = "ports_tests.rs"]
mod tests;

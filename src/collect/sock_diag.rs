//! The listening TCP sockets, asked of the kernel directly (`sock_diag(7)`).
//!
//! `/proc/net/tcp` holds the same, but to print it the kernel walks its whole table of connections, which on a machine
//! with much memory takes longer than everything else the doctor does. This question is only about listeners.
use rustix::io::Result;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, netlink, recv, send, socket_with,
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// One listening socket: address, port, inode.
pub(super) type Listening = (IpAddr, u16, u64);

const SOCK_DIAG_BY_FAMILY: u16 = 20;
const REQUEST_AND_DUMP: u16 = 0x301;
const DONE: u16 = 3;
const ERROR: u16 = 2;
const TCP: u8 = 6;
/// Bit of the state `TCP_LISTEN`.
const LISTENERS: u32 = 1 << 10;
/// Length of a message's head, and of the question after it.
const HEAD: usize = 16;
const QUESTION: usize = 56;
/// More answers than any machine has listeners; a kernel that never ends its answer is not waited for.
const MESSAGES_MAX: usize = 100_000;

/// All listening sockets of both families.
///
/// # Errors
/// Where the kernel does not answer such questions, or is not allowed to.
pub(super) fn listening() -> Result<Vec<Listening>> {
    let mut found = of_family(AddressFamily::INET)?;
    // A kernel without IPv6 has no such sockets.
    found.extend(of_family(AddressFamily::INET6).unwrap_or_default());
    Ok(found)
}

fn of_family(family: AddressFamily) -> Result<Vec<Listening>> {
    let socket =
        socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, Some(netlink::SOCK_DIAG))?;
    send(&socket, &question(family), SendFlags::empty())?;
    let mut found = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    for _ in 0..MESSAGES_MAX {
        let (length, _) = recv(&socket, buffer.as_mut_slice(), RecvFlags::empty())?;
        if !read(&buffer[..length], &mut found)? {
            return Ok(found);
        }
    }
    Err(rustix::io::Errno::OVERFLOW)
}

fn question(family: AddressFamily) -> Vec<u8> {
    let length = HEAD + QUESTION;
    let mut bytes = Vec::with_capacity(length);
    bytes.extend(u32::try_from(length).unwrap_or_default().to_ne_bytes());
    bytes.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    bytes.extend(REQUEST_AND_DUMP.to_ne_bytes());
    bytes.extend([0; 8]);
    bytes.extend([u8::try_from(family.as_raw()).unwrap_or_default(), TCP, 0, 0]);
    bytes.extend(LISTENERS.to_ne_bytes());
    bytes.resize(length, 0);
    bytes
}

/// Reads one buffer of messages; false when the last message was among them.
fn read(mut bytes: &[u8], found: &mut Vec<Listening>) -> Result<bool> {
    while bytes.len() >= HEAD {
        let length = u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
        let kind = u16::from_ne_bytes([bytes[4], bytes[5]]);
        if length < HEAD || length > bytes.len() {
            return Err(rustix::io::Errno::PROTO);
        }
        match kind {
            DONE => return Ok(false),
            ERROR => return Err(rustix::io::Errno::OPNOTSUPP),
            SOCK_DIAG_BY_FAMILY => found.extend(listener(&bytes[HEAD..length])),
            _ => {}
        }
        bytes = &bytes[length.next_multiple_of(4).min(bytes.len())..];
    }
    Ok(true)
}

/// One `inet_diag_msg`: family, …, port and address in network order, …, inode.
fn listener(message: &[u8]) -> Option<Listening> {
    let port = u16::from_be_bytes([*message.get(4)?, *message.get(5)?]);
    let address = match AddressFamily::from_raw(u16::from(*message.first()?)) {
        AddressFamily::INET => Ipv4Addr::from(<[u8; 4]>::try_from(message.get(8..12)?).ok()?).into(),
        AddressFamily::INET6 => Ipv6Addr::from(<[u8; 16]>::try_from(message.get(8..24)?).ok()?).into(),
        _ => return None,
    };
    let inode = u32::from_ne_bytes(<[u8; 4]>::try_from(message.get(68..72)?).ok()?);
    Some((address, port, u64::from(inode)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_of_both_families_are_told() {
        let v4 = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let v6 = std::net::TcpListener::bind("[::1]:0");
        let found = listening().unwrap();
        for own in [Ok(v4), v6].into_iter().flatten() {
            let at = own.local_addr().unwrap();
            assert!(found.iter().any(|(ip, port, inode)| *ip == at.ip() && *port == at.port() && *inode > 0));
        }
    }

    #[test]
    fn a_message_that_lies_about_its_length_is_refused() {
        let mut bytes = vec![0; HEAD];
        bytes[0] = 200;
        assert!(read(&bytes, &mut Vec::new()).is_err());
        bytes[0] = 3;
        assert!(read(&bytes, &mut Vec::new()).is_err());
    }
}

//! Where a gateway is to listen, and whether it can (contract sections 6.4.3 and Q10).
use super::after::After;
use super::attach::Place;
use super::resume::Resumed;
use super::texts;
use super::trail::{Go, Halt, Raised, Trail};
use super::world::World;
use crate::contract::python;
use crate::snapshot::Observed;

/// Host and port that the gateway is to listen on; port 0 means any.
pub(super) fn listener(
    world: &World,
    trail: &mut Trail,
    resumed: &Resumed,
    place: Place,
) -> Go<(String, u16)> {
    let (attach_host, attach_port) = &resumed.attach_desired;
    let own = |name: &str| place.variable(world, name);
    let (own_host, own_port) = (own("HOUMAO_AGENT_GATEWAY_HOST"), own("HOUMAO_AGENT_GATEWAY_PORT"));
    let host = place
        .variable_if_seen(world, "HOUMAO_AGENT_GATEWAY_HOST")
        .filter(|h| !h.is_empty())
        .or(resumed.desired.host.as_deref())
        .or(attach_host.as_deref())
        .unwrap_or("127.0.0.1");
    let source = "HOUMAO_AGENT_GATEWAY_HOST and _PORT of this shell, desired-config.json, attach.json";
    if host != "127.0.0.1" && host != "0.0.0.0" {
        let halt = own_host.err().unwrap_or_else(|| Raised::houmao(texts::HOST.say(&[])));
        return Err(trail.halt("listener", Some(host.to_owned()), Some(source.into()), halt));
    }
    let wanted = match place.variable_if_seen(world, "HOUMAO_AGENT_GATEWAY_PORT").filter(|p| !p.is_empty()) {
        Some(text) => match python::integer(text) {
            Some(port) => port,
            None => {
                let text = texts::PORT_VALUE.say(&[("value", &python::quoted(text))]);
                return Err(trail.halt("listener", None, Some(source.into()), Raised::houmao(text)));
            }
        },
        None => i128::from(resumed.desired.port.or(*attach_port).unwrap_or(0)),
    };
    match u16::try_from(wanted) {
        Ok(port) => {
            let shown = if port == 0 { "any port".to_owned() } else { port.to_string() };
            trail.ok("listener", format!("{host}, {shown}"), source);
            Ok((host.to_owned(), port))
        }
        Err(_) => {
            let halt = own_port.err().unwrap_or_else(|| Raised::houmao(texts::PORT_RANGE.say(&[])));
            Err(trail.halt("listener", Some(wanted.to_string()), Some(source.into()), halt))
        }
    }
}

/// Whether something else listens where the gateway is to listen.
pub(super) fn taken(after: &After, host: &str, port: u16) -> Go<bool> {
    if port == 0 {
        return Ok(false);
    }
    let seen = match after.world.snapshot.ports.get(&port) {
        Some(Observed::Present(seen)) => seen,
        Some(Observed::Absent) => return Ok(false),
        Some(other) => {
            return Err(Halt::Unseen(format!("port {port} is {}", other.ignorance().unwrap_or_default())));
        }
        None => return Err(Halt::Unseen(format!("port {port} was not looked at"))),
    };
    let bars = |address: &String| {
        let any = matches!(address.as_str(), "0.0.0.0" | "::");
        any || address == host
            || address.ends_with(&format!(":{host}"))
            || (host == "0.0.0.0" && !address.contains(':'))
    };
    if !seen.listening_on.iter().any(bars) {
        return Ok(false);
    }
    Ok(match &seen.pid {
        Observed::Present(pid) => !after.ended.contains(pid),
        // Its owner could not be read; a gateway that died with its window is the likeliest one.
        _ if after.ended.is_empty() => true,
        other => {
            let why = other.ignorance().unwrap_or_else(|| "not known".to_owned());
            return Err(Halt::Unseen(format!("who listens on port {port} is {why}")));
        }
    })
}

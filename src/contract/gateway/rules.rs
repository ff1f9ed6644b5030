//! The rules of the gateway files over several fields at once (contract section 5), in Houmao's order.
use super::shape::HEADLESS;
use crate::contract::check::{Body, Objection, Seen, Verdict, examine};
use serde_json::Value;

pub use crate::contract::manifest::rules::above_zero;

/// Said of a gateway whose own window would be the agent's.
const WINDOW_0: &str = "tmux auxiliary gateway window must not use window index 0";

fn within(value: Seen, range: impl Fn(i128) -> Option<&'static str>) -> Verdict {
    match value {
        Seen::Integer(Some(n)) => range(n).map_or(Ok(()), Objection::broken),
        Seen::Integer(None) => Err(Objection::Hidden(String::new())),
        _ => Ok(()),
    }
}

pub fn port(value: Seen) -> Verdict {
    within(value, |n| (!(1..=65_535).contains(&n)).then_some("must be between 1 and 65535"))
}

pub fn not_negative(value: Seen) -> Verdict {
    within(value, |n| (n < 0).then_some("must be >= 0"))
}

pub fn log_bytes(value: Seen) -> Verdict {
    within(value, |n| match n {
        ..1 => Some("must be >= 1"),
        1_073_741_825.. => Some("must be <= 1073741824"),
        _ => None,
    })
}

pub fn log_backups(value: Seen) -> Verdict {
    within(value, |n| match n {
        ..0 => Some("must be >= 0"),
        101.. => Some("must be <= 100"),
        _ => None,
    })
}

pub fn headless(b: &Body) -> Verdict {
    if b.has("managed_api_base_url") == b.has("managed_agent_ref") {
        return Ok(());
    }
    Objection::broken("managed_api_base_url and managed_agent_ref must be set together")
}

pub fn version(b: &Body) -> Verdict {
    b.version(1)
}

pub fn attach(b: &Body) -> Verdict {
    b.version(1)?;
    backend_metadata(b)
}

/// The metadata must have the form of the backend. Which form they have is told by the keys that only one form has.
fn backend_metadata(b: &Body) -> Verdict {
    let backend = b.text("backend")?.unwrap_or_default();
    let empty = Value::Null;
    let metadata = b.raw("backend_metadata").unwrap_or(&empty);
    let headless = examine(metadata, &HEADLESS, b.release, "").violations.is_empty();
    let server = !headless && metadata.get("session_name").is_some();
    let said = match backend {
        "cao_rest" if headless || server => {
            "backend_metadata must use the CAO attach schema for backend=cao_rest"
        }
        "houmao_server_rest" if !server => {
            "backend_metadata must use the houmao-server attach schema for backend=houmao_server_rest"
        }
        "cao_rest" | "houmao_server_rest" => return Ok(()),
        "codex_app_server" => {
            return Objection::broken(format!("backend='{backend}' is not gateway-capable in v1"));
        }
        _ if !headless => {
            "backend_metadata must use the headless attach schema for tmux-backed local/headless backends"
        }
        _ => return Ok(()),
    };
    Objection::broken(said)
}

fn held(b: &Body, fields: &[&str]) -> usize {
    fields.iter().filter(|f| b.has(f)).count()
}

const GATEWAY_TMUX: [&str; 3] =
    ["gateway_tmux_window_id", "gateway_tmux_window_index", "gateway_tmux_pane_id"];

pub fn manifest(b: &Body) -> Verdict {
    b.version(1)?;
    backend_metadata(b)?;
    let live =
        ["gateway_pid", "gateway_host", "gateway_port", "gateway_protocol_version", "gateway_execution_mode"];
    if !matches!(held(b, &live), 0 | 5) {
        return Objection::broken(
            "gateway_pid, gateway_host, gateway_port, gateway_protocol_version, and gateway_execution_mode must be set \
             together",
        );
    }
    let said = match (b.text("gateway_execution_mode")?, held(b, &GATEWAY_TMUX)) {
        (None, 1..) => "gateway tmux execution handle fields require gateway_execution_mode",
        (Some("detached_process"), 1..) => {
            "detached_process gateway manifest must not include tmux execution handle fields"
        }
        (Some("tmux_auxiliary_window"), 0..3) => {
            "tmux_auxiliary_window gateway manifest requires gateway_tmux_window_id, gateway_tmux_window_index, and \
             gateway_tmux_pane_id"
        }
        (Some("tmux_auxiliary_window"), _) if b.text("gateway_tmux_window_index")? == Some("0") => WINDOW_0,
        _ => return Ok(()),
    };
    Objection::broken(said)
}

pub fn instance(b: &Body) -> Verdict {
    b.version(1)?;
    let handle = held(b, &["tmux_window_id", "tmux_window_index", "tmux_pane_id"]);
    let said = match (b.text("execution_mode")?, handle) {
        (Some("detached_process"), 1..) => {
            "detached_process current-instance payload must not include tmux execution handle fields"
        }
        (Some("tmux_auxiliary_window"), 0..3) => {
            "tmux_auxiliary_window current-instance payload requires tmux_window_id, tmux_window_index, and \
             tmux_pane_id"
        }
        (Some("tmux_auxiliary_window"), _) if b.text("tmux_window_index")? == Some("0") => WINDOW_0,
        _ => return Ok(()),
    };
    Objection::broken(said)
}

pub fn state(b: &Body) -> Verdict {
    b.version(1)?;
    let healthy = b.text("gateway_health")? == Some("healthy");
    match (healthy, held(b, &["gateway_host", "gateway_port"])) {
        (false, 1..) => {
            return Objection::broken("offline gateway status must omit live gateway host and port");
        }
        (true, 0..2) => {
            return Objection::broken("healthy gateway status must include live gateway host and port");
        }
        _ => {}
    }
    let any = held(b, &GATEWAY_TMUX) > 0;
    let window = held(b, &GATEWAY_TMUX[..2]) == 2;
    let said = if b.text("execution_mode")? == Some("detached_process") {
        if !any {
            return Ok(());
        }
        "detached_process gateway status must not include gateway tmux surface fields"
    } else if healthy && !window {
        "healthy tmux_auxiliary_window gateway status requires gateway_tmux_window_id and gateway_tmux_window_index"
    } else if any && !window {
        "tmux_auxiliary_window gateway status requires gateway_tmux_window_id and gateway_tmux_window_index when tmux \
         metadata is present"
    } else if b.text("gateway_tmux_window_index")? == Some("0") {
        "gateway tmux window index must not be 0"
    } else {
        return Ok(());
    };
    Objection::broken(said)
}

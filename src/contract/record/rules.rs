//! The rules of registry records over several fields at once (contract sections 4.1 to 4.3).
use crate::contract::check::{Body, Objection, Seen, Verdict};
use crate::contract::ids;
use crate::contract::manifest::rules::unpadded;
use crate::contract::python::{self, NoMoment};
use jiff::Timestamp;

/// Reads a moment that must carry a time zone.
pub fn moment(name: &str, written: &str) -> Verdict<Timestamp> {
    python::parse_moment(written).or_else(|why| {
        Objection::broken(match why {
            NoMoment::NotIso => format!("{name} must be a valid ISO-8601 timestamp"),
            NoMoment::Naive => format!("{name} must be a timezone-aware ISO-8601 timestamp"),
        })
    })
}

fn moment_at(b: &Body, name: &str) -> Verdict<Option<Timestamp>> {
    b.text(name)?.map(|written| moment(name, written)).transpose()
}

pub fn terminal(b: &Body) -> Verdict {
    if b.has("current_session_name") || b.has("last_session_name") {
        return Ok(());
    }
    Objection::broken("current_session_name or last_session_name must be present for tmux records")
}

pub fn lifecycle(b: &Body) -> Verdict {
    moment_at(b, "state_updated_at")?;
    let stopped = moment_at(b, "stopped_at")?.is_some();
    let state = b.text("state")?.unwrap_or_default();
    let over = matches!(state, "stopped" | "retired");
    let said = if over && !stopped {
        "stopped_at is required when lifecycle.state is stopped or retired"
    } else if !over && stopped {
        "stopped_at is only valid for stopped or retired lifecycle states"
    } else if !over && b.has("stop_reason") {
        "stop_reason is only valid for stopped or retired lifecycle states"
    } else if state == "retired" && b.boolean("relaunchable")? == Some(true) {
        "retired lifecycle records must not remain relaunchable"
    } else {
        return Ok(());
    };
    Objection::broken(said)
}

pub fn lease(b: &Body) -> Verdict {
    let published = moment_at(b, "published_at")?;
    if moment_at(b, "lease_expires_at")? <= published {
        return Objection::broken("lease_expires_at must be later than published_at");
    }
    Ok(())
}

/// Both names are validated before either is compared with its stripped form.
fn identity(b: &Body) -> Verdict {
    let name = b.text("agent_name")?.unwrap_or_default();
    let id = b.text("agent_id")?.unwrap_or_default();
    ids::agent_name(name).map_err(Objection::Broken)?;
    ids::agent_id(id).map_err(Objection::Broken)?;
    unpadded("agent_name", name)?;
    unpadded("agent_id", id)
}

pub fn v2(b: &Body) -> Verdict {
    b.version(2)?;
    identity(b)?;
    lease(b)
}

pub fn v3(b: &Body) -> Verdict {
    b.version(3)?;
    identity(b)?;
    if !b.has("terminal/last_session_name") {
        return Objection::broken("terminal.last_session_name is required");
    }
    let current = b.has("terminal/current_session_name");
    let said = if matches!(b.text("lifecycle/state")?, Some("active" | "relaunching")) {
        if !b.has("liveness") {
            "active or relaunching lifecycle records require liveness"
        } else if !current {
            "active or relaunching lifecycle records require terminal.current_session_name"
        } else {
            return Ok(());
        }
    } else if b.has("liveness") {
        "stopped or retired lifecycle records must not carry liveness"
    } else if b.has("gateway") {
        "stopped or retired lifecycle records must not carry gateway"
    } else if current {
        "stopped or retired lifecycle records must clear terminal.current_session_name"
    } else {
        return Ok(());
    };
    Objection::broken(said)
}

pub fn local_name(value: Seen) -> Verdict {
    known(value, |text| ids::user_agent_name(text).map(drop))
}

pub fn external_agent_id(value: Seen) -> Verdict {
    known(value, |text| ids::agent_id(text).map(drop))
}

pub fn pair_url(value: Seen) -> Verdict {
    known(value, |text| super::external::base_url(text).map(drop))
}

fn known(value: Seen, rule: impl Fn(&str) -> Result<(), String>) -> Verdict {
    match value {
        Seen::Text { text: Some(text), .. } => rule(text).map_err(Objection::Broken),
        // Every rule here refuses a blank text in the same words whatever white space it is made of.
        Seen::Text { text: None, blank: true } => rule("").map_err(Objection::Broken),
        _ => Err(Objection::Hidden(String::new())),
    }
}

pub fn external(b: &Body) -> Verdict {
    b.version(1)?;
    let created = moment_at(b, "created_at_utc")?;
    if moment_at(b, "updated_at_utc")? < created {
        return Objection::broken("updated_at_utc must be later than or equal to created_at_utc");
    }
    match moment_at(b, "verified_at_utc")? {
        Some(verified) if Some(verified) < created => {
            Objection::broken("verified_at_utc must be later than or equal to created_at_utc")
        }
        _ => Ok(()),
    }
}

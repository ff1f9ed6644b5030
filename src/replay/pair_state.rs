//! The recorded state of a pair-managed session, as a resume compares it (contract section 6.3, step 7).
use super::target::Resumable;
use super::texts;
use super::trail::{Go, Raised, Trail};
use super::world::World;
use crate::contract::Seen;

/// The recorded state of a pair session, as a resume compares it (section 6.3, step 7).
pub(super) fn backend_state(world: &World, trail: &mut Trail, target: &Resumable) -> Go {
    let source = target.manifest_path.clone();
    let result = match world.release >= crate::contract::SERVER_RETIRED {
        true => Err(Raised::houmao(texts::SERVER_REST_GONE.say(&[]))),
        false => compare(target),
    };
    trail.settle("backend-state", "houmao_server_rest", &source, result)
}

fn compare(target: &Resumable) -> Go {
    let text = |path: &str| match target.manifest.at(path) {
        Seen::Text { text: Some(text), .. } => Some(text.trim().to_owned()).filter(|t| !t.is_empty()),
        _ => None,
    };
    let server = ("server", "houmao-server");
    let blank = |field: &str| Raised::houmao(texts::STATE_BLANK.say(&[server, ("field", field)]));
    let differs = |field: &str, one: &str, other: &str| {
        let rule = format!("{one} must equal {other}");
        Raised::houmao(texts::STATE_MISMATCH.say(&[server, ("field", field), ("rule", &rule)]))
    };
    let url = text("houmao_server/api_base_url").ok_or_else(|| blank("houmao_server.api_base_url"))?;
    let terminal = text("houmao_server/terminal_id").ok_or_else(|| blank("houmao_server.terminal_id"))?;
    if text("interactive/terminal_id").is_some_and(|t| t != terminal) {
        return Err(differs("terminal_id", "houmao_server.terminal_id", "interactive.terminal_id"));
    }
    let session = text("houmao_server/session_name").ok_or_else(|| blank("houmao_server.session_name"))?;
    if text("gateway_authority/attach/managed_agent_ref").is_some_and(|r| r != session) {
        return Err(differs(
            "session_name",
            "houmao_server.session_name",
            "gateway_authority.attach.managed_agent_ref",
        ));
    }
    let backend_url =
        text("backend_state/api_base_url").ok_or_else(|| blank("backend_state.api_base_url"))?;
    if backend_url != url {
        return Err(differs("api_base_url", "houmao_server.api_base_url", "backend_state.api_base_url"));
    }
    let mode = text("interactive/parsing_mode").or_else(|| text("backend_state/parsing_mode"));
    let mode = mode.ok_or_else(|| blank("backend_state.parsing_mode"))?;
    if text("houmao_server/parsing_mode").as_ref() != Some(&mode) {
        return Err(differs(
            "parsing_mode",
            "houmao_server.parsing_mode",
            "normalized interactive parsing mode",
        ));
    }
    Ok(())
}

//! What a pair server may answer when it is asked for an agent (contract section 8.2).
use super::check::{Field, Kind, Model, examine, field, text, word};
use super::releases::Release;
use serde_json::Value;

/// Objections that the client shows.
const SHOWN: usize = 3;

/// A `houmao-server`'s identity of an agent.
static IDENTITY: Model = Model {
    class: "HoumaoManagedAgentIdentity",
    fields: &[
        text("tracked_agent_id"),
        field("transport", Kind::Word(&[word("tui"), word("headless")])),
        text("tool"),
        text("session_name").optional(),
        text("terminal_id").optional(),
        text("runtime_session_id").optional(),
        text("tmux_session_name").optional(),
        text("tmux_window_name").optional(),
        text("manifest_path").optional(),
        text("session_root").optional(),
        text("agent_name").optional(),
        text("agent_id").optional(),
    ],
    rule: None,
};

/// A `houmao-passive-server`'s summary of an agent.
static SUMMARY: Model = Model {
    class: "DiscoveredAgentSummary",
    fields: &[
        plain("agent_id"),
        plain("agent_name"),
        plain("generation_id"),
        plain("tool"),
        plain("backend"),
        plain("tmux_session_name"),
        plain("manifest_path"),
        plain("session_root"),
        field("has_gateway", Kind::Boolean),
        field("has_mailbox", Kind::Boolean),
        plain("published_at"),
        plain("lease_expires_at"),
    ],
    rule: None,
};

const fn plain(name: &'static str) -> Field {
    field(name, Kind::Text)
}

/// What the client of `release` says of a server's answer about an agent; none where it takes the answer. `service` is
/// what the server calls itself.
pub fn agent_objections(answer: &Value, service: &str, release: Release) -> Option<String> {
    let model = if service == "houmao-passive-server" { &SUMMARY } else { &IDENTITY };
    let found = examine(answer, model, release, service);
    let said: Vec<&str> = found.violations.iter().take(SHOWN).map(|v| v.said.as_str()).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_of_another_kind_is_refused_field_by_field() {
        let health = json!({"status": "ok", "houmao_service": "houmao-passive-server"});
        let said = agent_objections(&health, "houmao-passive-server", Release::new(0, 4, 2));
        let words =
            "$.agent_id: Field required; $.agent_name: Field required; $.generation_id: Field required";
        assert_eq!(said.as_deref(), Some(words));
        let said = agent_objections(&health, "houmao-server", Release::new(0, 4, 2));
        let words = "$.tracked_agent_id: Field required; $.transport: Field required; $.tool: Field required";
        assert_eq!(said.as_deref(), Some(words));
        let agent = json!({"tracked_agent_id": "gpu", "transport": "tui", "tool": "claude"});
        assert_eq!(agent_objections(&agent, "houmao-server", Release::new(0, 4, 2)), None);
    }
}

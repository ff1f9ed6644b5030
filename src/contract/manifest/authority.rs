//! Whom a manifest names as the authority over its gateway (contract section 3.3).
use super::Manifest;
use super::shape::V4;
use crate::contract::check::{Body, Verdict};
use crate::contract::releases::MEMORY_ROOTS;

/// The session that a manifest describes, as gateway commands see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionAuthority {
    /// Backend.
    pub backend: String,
    /// Tool.
    pub tool: String,
    /// Name of the tmux session: of the `tmux` section, else of the top level.
    pub tmux_session_name: Option<String>,
    /// Agent name.
    pub agent_name: Option<String>,
    /// Agent id.
    pub agent_id: Option<String>,
    /// Where attach is decided.
    pub attach: Endpoint,
    /// Where control goes.
    pub control: Endpoint,
}

/// One side of `gateway_authority`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endpoint {
    /// Base URL of the pair server; never checked to be a URL.
    pub api_base_url: Option<String>,
    /// The agent's name on that server.
    pub managed_agent_ref: Option<String>,
    /// Terminal id.
    pub terminal_id: Option<String>,
    /// Profile name.
    pub profile_name: Option<String>,
    /// Profile path.
    pub profile_path: Option<String>,
    /// `cao_only` or `shadow_only`.
    pub parsing_mode: Option<String>,
    /// Name of the agent's tmux window.
    pub tmux_window_name: Option<String>,
}

/// Said of a pair manifest whose authority lacks the server or the name on it.
pub const NO_PAIR_TARGET: &str =
    "Manifest-backed pair authority is missing `api_base_url` or `managed_agent_ref`.";

/// Said of a manifest whose control authority lacks the terminal.
pub const NO_TERMINAL_ID: &str = "Manifest-backed runtime control authority is missing `terminal_id`.";

impl Endpoint {
    /// Server and agent of a pair-managed session.
    ///
    /// # Errors
    /// Houmao's words.
    pub fn pair_target(&self) -> Result<(&str, &str), &'static str> {
        match (&self.api_base_url, &self.managed_agent_ref) {
            (Some(url), Some(agent)) => Ok((url, agent)),
            _ => Err(NO_PAIR_TARGET),
        }
    }

    fn read(body: &Body, side: &str) -> Verdict<Endpoint> {
        let field = |name: &str| body.string(&format!("gateway_authority/{side}/{name}"));
        Ok(Endpoint {
            api_base_url: field("api_base_url")?,
            managed_agent_ref: field("managed_agent_ref")?,
            terminal_id: field("terminal_id")?,
            profile_name: field("profile_name")?,
            profile_path: field("profile_path")?,
            parsing_mode: field("parsing_mode")?,
            tmux_window_name: field("tmux_window_name")?,
        })
    }
}

/// Both sides of `gateway_authority`, `None` where it is missing.
pub(super) fn endpoints(body: &Body) -> Verdict<Option<(Endpoint, Endpoint)>> {
    if !body.has("gateway_authority") {
        return Ok(None);
    }
    Ok(Some((Endpoint::read(body, "attach")?, Endpoint::read(body, "control")?)))
}

impl Manifest {
    /// Whom the manifest names as the authority over its gateway. `named` is the manifest's path as Houmao prints it.
    ///
    /// # Errors
    /// Houmao's words: since 0.7.0 a manifest without `gateway_authority` (which only a session without tmux can lack)
    /// has no authority; before, it has an empty one.
    pub fn authority(&self, named: &str) -> Result<SessionAuthority, String> {
        let (attach, control) = match &self.endpoints {
            Some(pair) => pair.clone(),
            None if self.release < MEMORY_ROOTS => Default::default(),
            None => {
                return Err(format!(
                    "Manifest `{named}` is missing current `gateway_authority` data. Start a fresh runtime session; \
                     legacy backend-specific authority synthesis is not supported before 1.0."
                ));
            }
        };
        Ok(SessionAuthority {
            backend: self.backend.clone(),
            tool: self.tool.clone(),
            tmux_session_name: self.tmux_session_name.clone(),
            agent_name: self.agent_name.clone(),
            agent_id: self.agent_id.clone(),
            attach,
            control,
        })
    }

    /// The manifest as a body to ask, in its `schema_version` 4 form.
    pub(super) fn body(&self) -> Body<'_> {
        Body::new(&self.document, &V4, self.release)
    }
}

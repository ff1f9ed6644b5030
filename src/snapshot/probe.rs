//! Answers over HTTP: GET on `/health` and `/houmao/agents/{ref}` only (law 1).
use super::Observed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One GET request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// The base URL as it is written where it is named (`http://127.0.0.1:9889`).
    pub base_url: String,
    /// The path (`/health`, `/houmao/agents/cao-gpu`; the reference is percent-encoded).
    pub path: String,
    /// What came back. `not_looked` under `--offline`, and for hosts that are not loopback without `--probe-remote`.
    pub answer: Observed<Answer>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// An HTTP answer.
    Http {
        /// Status code.
        status: u16,
        /// The body: JSON with leaves redacted by allow-list, or why it is not JSON (Python's words).
        body: Body,
    },
    /// Nothing listens there.
    Refused,
    /// No answer within the limit.
    TimedOut,
    /// The URL or host name cannot be used.
    BadUrl(String),
    /// What answered does not speak HTTP, or the connection broke.
    Broken(String),
}

/// The body of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Body {
    /// JSON, redacted.
    Json(Value),
    /// Not JSON; the text is Python's.
    NotJson(String),
    /// Larger than the limit.
    TooLarge,
}

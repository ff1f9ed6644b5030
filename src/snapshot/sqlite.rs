//! SQLite files of Houmao, of which only counts, times, versions and settings are kept.
//!
//! Payloads, prompts, subjects, bodies, addresses, tokens and error texts never leave the room that reads them. A file is
//! read as it lies on disk: no lock is taken, no journal is replayed, and nothing is made beside it.
use super::Observed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The SQLite files that belong to one session root. Roots that only stopped records name are not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Databases {
    /// `gateway/queue.sqlite`.
    pub queue: Observed<Database<QueueContents>>,
    /// The mailbox that the manifest binds the agent to; `absent`: it binds none, or the mailbox root is gone.
    pub mailbox: Observed<MailboxView>,
    /// The project overlay that the root lies in; `absent`: it lies in none.
    pub project: Observed<ProjectView>,
}

impl Databases {
    /// None of them was looked at.
    pub fn not_looked(why: &str) -> Self {
        Databases {
            queue: Observed::NotLooked(why.to_owned()),
            mailbox: Observed::NotLooked(why.to_owned()),
            project: Observed::NotLooked(why.to_owned()),
        }
    }
}

impl Default for Databases {
    fn default() -> Self {
        Databases::not_looked("the snapshot is of before databases were read")
    }
}

/// What SQLite says of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Database<T> {
    /// It is a database, and this is what was asked of it.
    Read(T),
    /// It is no database, or a damaged one; the text is SQLite's name for that.
    Refused(String),
}

/// What `gateway/queue.sqlite` holds (contract section 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QueueContents {
    /// The gateway's tables that are there, each with its columns, sorted.
    pub tables: BTreeMap<String, Vec<String>>,
    /// The rows of `gateway_requests`, grouped by state and epoch and sorted; at most 256 groups.
    pub requests: Vec<RequestGroup>,
    /// The row of `gateway_mail_notifier`, if there is one.
    pub notifier: Option<NotifierRow>,
    /// The newest rows of `gateway_notifier_audit`.
    pub audit: AuditTail,
}

/// Requests of one state and one epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestGroup {
    /// `accepted`, `running`, `completed`, `failed` or `coalesced`; anything else reads `other`.
    pub state: String,
    /// Instance epoch of the managed agent at which they were accepted.
    pub epoch: i64,
    /// How many.
    pub count: u64,
    /// When the oldest of them was accepted, RFC 3339 in UTC.
    pub oldest_accepted_at: Option<String>,
    /// When the newest of them was accepted.
    pub newest_accepted_at: Option<String>,
    /// When the oldest of those that were started was started.
    pub oldest_started_at: Option<String>,
}

/// Settings and state of the mail notifier. A setting whose column this file lacks is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotifierRow {
    /// Whether it is switched on.
    pub enabled: bool,
    /// Seconds between polls.
    pub interval_seconds: Option<i64>,
    /// `any_inbox` or `unread_only`; anything else reads `other`, here and in the settings below.
    pub mode: Option<String>,
    /// `none` or `compact`.
    pub pre_notification_context_action: Option<String>,
    /// `permissive-log` or `required`.
    pub notify_block_auth_mode: Option<String>,
    /// `none` or `shared-token`.
    pub notify_block_auth_verifier: Option<String>,
    /// Whether any shared token is set; the tokens are not read.
    pub has_shared_tokens: Option<bool>,
    /// When it last polled, RFC 3339 in UTC.
    pub last_poll_at: Option<String>,
    /// When it last woke the agent.
    pub last_notification_at: Option<String>,
    /// When the row was last written.
    pub updated_at: Option<String>,
    /// What kind of error it remembers; none when it remembers none. The text itself is not kept.
    pub last_error: Option<NotifierError>,
}

/// Errors that a notifier remembers, told apart by Houmao's fixed words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotifierError {
    /// The manifest has no mailbox binding.
    BindingMissing,
    /// The manifest's mailbox binding is refused.
    BindingInvalid,
    /// The manifest cannot be read.
    ManifestUnreadable,
    /// The mailbox root has no active registration of the agent's address.
    RegistrationMissing,
    /// The mailbox root is of another protocol version.
    ProtocolMismatch,
    /// The mailbox index is missing, unreadable or of an older layout.
    MailboxUnusable,
    /// The context of this agent cannot be compacted before a notification.
    CompactUnsupported,
    /// More accounts than SQLite attaches at once.
    TooManyAccounts,
    /// Another process held the lock.
    Locked,
    /// Any other text.
    Other,
}

/// The newest polls of the notifier, newest first, and what they repeat.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditTail {
    /// How many rows were looked at.
    pub rows: u64,
    /// Whether older rows were left out.
    pub cut: bool,
    /// Outcome of the newest poll (`empty`, `dedup_skip`, `busy_skip`, `enqueued`, `poll_error`,
    /// `pre_notification_context_error`, `context_recovery_error`); anything else reads `other`.
    pub newest_outcome: Option<String>,
    /// When the newest poll was.
    pub newest_at: Option<String>,
    /// How many polls in a row, up to the newest, ended like the newest.
    pub streak: u64,
    /// When that row began.
    pub streak_since: Option<String>,
    /// How many notifications in a row, up to the newest, were about exactly the same messages.
    pub same_digest: u64,
    /// When the first of these was.
    pub same_digest_since: Option<String>,
}

/// The filesystem mailbox that a manifest binds its agent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MailboxView {
    /// The mailbox root, links followed.
    pub root: String,
    /// The number in `protocol-version.txt`; none when it holds no number.
    pub protocol_version: Observed<Option<i64>>,
    /// What `index.sqlite` says.
    pub index: Observed<Database<MailboxIndex>>,
}

/// What a mailbox index says of the agent's address, which is compared and not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MailboxIndex {
    /// Whether the table of registrations is there.
    pub has_registrations: bool,
    /// Active registrations of the address in the manifest.
    pub active_for_agent: u64,
    /// Registrations of that address that are not active.
    pub inactive_for_agent: u64,
    /// All active registrations.
    pub active: u64,
}

/// The project overlay that a session root lies in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectView {
    /// The overlay (`…/.houmao`).
    pub overlay: String,
    /// What `catalog.sqlite` says.
    pub catalog: Observed<Database<CatalogView>>,
    /// How many specialists still lie in files (`easy/specialists/*.toml`), as before the catalog held them.
    pub file_specialists: Observed<u64>,
}

/// What a project catalog says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CatalogView {
    /// `schema_version` of `catalog_meta`; 0 when it is missing or no number, as Houmao reads it.
    pub schema_version: i64,
    /// How many entries of the overlay's `skills` folder the catalog does not register.
    pub unregistered_skills: Observed<u64>,
}

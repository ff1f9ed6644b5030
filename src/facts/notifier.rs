//! Facts of the mail notifier: its settings, its last polls, and what they repeat. It lives in the gateway.
use super::{Fact, HandleFacts, Join, process, queue::contents};
use crate::snapshot::{AuditTail, NotifierError, NotifierRow};
use schemars::JsonSchema;
use serde::Serialize;

/// The mail notifier of the gateway, as `queue.sqlite` holds it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NotifierFacts {
    /// Whether it is switched on.
    pub enabled: Fact<bool>,
    /// Seconds between polls.
    pub interval: Fact<i64>,
    /// What it wakes the agent for: `any_inbox` or `unread_only` (since 0.7.0).
    pub mode: Fact<String>,
    /// What it does to the agent's context before a notification: `none` or `compact` (since 0.8.0).
    pub context_action: Fact<String>,
    /// When it last polled.
    pub last_poll_at: Fact<String>,
    /// For how many seconds it has not polled, since it last did, was set, or its gateway started.
    pub silent_for: Fact<i64>,
    /// How many of its intervals that is.
    pub polls_missed: Fact<i64>,
    /// What kind of error it remembers, in words; absent when it remembers none.
    pub last_error: Fact<String>,
    /// Why its settings cannot do what they say; absent when they can.
    pub contradiction: Fact<String>,
    /// Outcome of its newest poll.
    pub newest_outcome: Fact<String>,
    /// When that poll was.
    pub newest_at: Fact<String>,
    /// How many polls in a row, up to the newest, ended like it; at most 200 are looked at.
    pub streak: Fact<i64>,
    /// When that row began.
    pub streak_since: Fact<String>,
    /// For how many seconds that row has lasted, up to the newest poll.
    pub streak_lasts: Fact<i64>,
    /// How many notifications in a row, up to the newest, were about exactly the same messages.
    pub same_messages: Fact<i64>,
    /// When the first of these was.
    pub same_messages_since: Fact<String>,
}

impl NotifierFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>, handle: &HandleFacts) -> Self {
        let contents = contents(join);
        let table = |name: &str| format!("{} ({name})", contents.source);
        let row = contents.and_then(|c| match &c.notifier {
            Some(row) => Fact::known(row, table("gateway_mail_notifier")),
            None => Fact::absent(table("gateway_mail_notifier")),
        });
        let tail = contents.and_then(|c| Fact::known(&c.audit, table("gateway_notifier_audit")));
        let interval = row.and_then(|r| optional(r.interval_seconds.as_ref(), &row.source));
        let text =
            |take: fn(&AuditTail) -> Option<&String>| tail.and_then(|t| optional(take(t), &tail.source));
        let silent_for = silent_for(join, handle, &row);
        let streak_since = text(|t| t.streak_since.as_ref());
        let newest_at = text(|t| t.newest_at.as_ref());
        NotifierFacts {
            enabled: row.then(|r| r.enabled),
            mode: row.and_then(|r| optional(r.mode.as_ref(), &row.source)),
            context_action: row
                .and_then(|r| optional(r.pre_notification_context_action.as_ref(), &row.source)),
            last_poll_at: row.and_then(|r| optional(r.last_poll_at.as_ref(), &row.source)),
            polls_missed: interval
                .and_then(|i| silent_for.then(|seconds| seconds.checked_div(*i).unwrap_or_default())),
            silent_for,
            last_error: row
                .and_then(|r| optional(r.last_error.map(|e| in_words(e).to_owned()).as_ref(), &row.source)),
            contradiction: row.and_then(|r| contradiction(join, r, &row.source)),
            newest_outcome: text(|t| t.newest_outcome.as_ref()),
            streak: tail.then(|t| number(t.streak)),
            streak_lasts: streak_since
                .and_then(|since| newest_at.and_then(|at| lasts(since, at, &tail.source))),
            same_messages: tail.then(|t| number(t.same_digest)),
            same_messages_since: text(|t| t.same_digest_since.as_ref()),
            newest_at,
            streak_since,
            interval,
        }
    }
}

fn optional<T: Clone>(value: Option<&T>, source: &str) -> Fact<T> {
    match value {
        Some(value) => Fact::known(value.clone(), source),
        None => Fact::absent(source),
    }
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn lasts(since: &str, until: &str, source: &str) -> Fact<i64> {
    match (since.parse::<jiff::Timestamp>(), until.parse::<jiff::Timestamp>()) {
        (Ok(a), Ok(b)) => Fact::known((b.as_second() - a.as_second()).max(0), source),
        _ => Fact::unknown("a time that cannot be read", source),
    }
}

/// A notifier polls one interval after it was set or its gateway started, and every write of its row counts as life.
fn silent_for(join: &Join<'_>, handle: &HandleFacts, row: &Fact<&NotifierRow>) -> Fact<i64> {
    let started = process(join, &handle.pid).and_then(|p| super::observed(&p.started_at, "", Clone::clone));
    row.and_then(|r| {
        let signs = [r.last_poll_at.as_ref(), r.updated_at.as_ref(), started.value()];
        match signs.into_iter().flatten().filter_map(|t| t.parse::<jiff::Timestamp>().ok()).max() {
            Some(last) => join.seconds_since(&last.to_string(), &row.source),
            None => Fact::unknown("no time is recorded", row.source.clone()),
        }
    })
}

/// What the settings promise and cannot do.
fn contradiction(join: &Join<'_>, row: &NotifierRow, source: &str) -> Fact<String> {
    let known = |what: &str| Fact::known(what.to_owned(), source);
    if row.enabled && row.interval_seconds.is_none_or(|i| i < 1) {
        return known("it is switched on without an interval, so it never polls");
    }
    let compacts = row.pre_notification_context_action.as_deref() == Some("compact");
    let tool = join.manifest_text("/tool");
    if compacts && tool.value().is_some_and(|t| t != "codex") {
        return known("it is to compact the context first, which it can only do for Codex");
    }
    let verifier = row.notify_block_auth_verifier.as_deref();
    match (row.notify_block_auth_mode.as_deref(), verifier, row.has_shared_tokens) {
        (Some("required"), Some("shared-token"), Some(false)) => {
            known("it requires shared tokens and has none, so it leaves out every notify block")
        }
        (Some("required"), Some("none"), _) => {
            known("it requires authentication and has no verifier, so it lets every notify block through")
        }
        _ => match tool.ignorance().filter(|_| compacts) {
            Some(why) => Fact::unknown(why, tool.source.clone()),
            None => Fact::absent(source),
        },
    }
}

fn in_words(error: NotifierError) -> &'static str {
    match error {
        NotifierError::BindingMissing => "the manifest has no mailbox binding",
        NotifierError::BindingInvalid => "the manifest's mailbox binding is refused",
        NotifierError::ManifestUnreadable => "the manifest cannot be read",
        NotifierError::RegistrationMissing => "the mailbox has no active registration of the agent",
        NotifierError::ProtocolMismatch => "the mailbox is of another protocol version",
        NotifierError::MailboxUnusable => "the mailbox index is missing or unusable",
        NotifierError::CompactUnsupported => "the context of this agent cannot be compacted first",
        NotifierError::TooManyAccounts => "the mailbox has more accounts than SQLite attaches at once",
        NotifierError::Locked => "another process held the database's lock",
        NotifierError::Other => "an error of another kind",
    }
}

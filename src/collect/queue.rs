//! `gateway/queue.sqlite`: counts by state, times, the notifier's settings, and what its polls repeat. Payloads, prompts,
//! error texts, digests and tokens are compared or counted inside SQLite, and never leave this file.
use super::sqlite::ask;
use crate::snapshot::{
    AuditTail, Database, NotifierError, NotifierRow, Observed, QueueContents, RequestGroup,
};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use std::collections::BTreeMap;
use std::path::Path;

/// Groups of requests that are kept at most.
const GROUPS_MAX: usize = 256;
/// Columns of one table that are kept at most.
const COLUMNS_MAX: usize = 128;
/// Polls that are looked at at most.
pub(super) const POLLS_MAX: usize = 200;
/// How much of a remembered error is compared with Houmao's fixed words, in characters.
const ERROR_CHARS: usize = 600;
/// The gateway's tables.
const TABLES: [&str; 3] = ["gateway_mail_notifier", "gateway_notifier_audit", "gateway_requests"];
const REQUEST_STATES: &[&str] = &["accepted", "running", "completed", "failed", "coalesced"];
const OUTCOMES: &[&str] = &[
    "empty",
    "dedup_skip",
    "busy_skip",
    "enqueued",
    "poll_error",
    "pre_notification_context_error",
    "context_recovery_error",
];
/// Houmao's fixed words in what a notifier remembers, the special before the general.
const ERRORS: &[(&str, NotifierError)] = &[
    ("launch plan has no mailbox binding", NotifierError::BindingMissing),
    ("no active mailbox registration exists for", NotifierError::RegistrationMissing),
    ("unsupported mailbox protocol version", NotifierError::ProtocolMismatch),
    ("missing mailbox index", NotifierError::MailboxUnusable),
    ("mailbox index is unreadable", NotifierError::MailboxUnusable),
    ("legacy principal-scoped", NotifierError::MailboxUnusable),
    ("pre_notification_context_action='compact'", NotifierError::CompactUnsupported),
    ("too many attached databases", NotifierError::TooManyAccounts),
    ("database is locked", NotifierError::Locked),
    ("manifest is unreadable for mailbox support", NotifierError::ManifestUnreadable),
    ("has an invalid mailbox binding", NotifierError::BindingInvalid),
    ("requires an actionable manifest-backed mailbox binding", NotifierError::BindingInvalid),
];

/// What the queue holds.
pub(super) fn look(path: &Path) -> Observed<Database<QueueContents>> {
    ask(path, contents)
}

fn contents(db: &Connection) -> rusqlite::Result<QueueContents> {
    let tables = tables(db)?;
    let has = |table: &str, columns: &[&str]| {
        tables.get(table).is_some_and(|there| columns.iter().all(|c| there.iter().any(|t| t == c)))
    };
    let request_columns = ["state", "managed_agent_instance_epoch", "accepted_at_utc", "started_at_utc"];
    Ok(QueueContents {
        requests: if has(TABLES[2], &request_columns) { requests(db)? } else { vec![] },
        notifier: match tables.get(TABLES[0]) {
            Some(columns) if has(TABLES[0], &["enabled"]) => notifier(db, columns)?,
            _ => None,
        },
        audit: if has(TABLES[1], &["audit_id", "outcome", "poll_time_utc", "unread_digest"]) {
            audit(db)?
        } else {
            AuditTail::default()
        },
        tables,
    })
}

/// The gateway's tables and their columns. A view of that name is none of them.
fn tables(db: &Connection) -> rusqlite::Result<BTreeMap<String, Vec<String>>> {
    let mut found = BTreeMap::new();
    let mut is_there =
        db.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1 AND rootpage > 0")?;
    for table in TABLES {
        if is_there.query_row([table], |row| row.get::<_, i64>(0))? == 0 {
            continue;
        }
        let mut named = db.prepare("SELECT name FROM pragma_table_info(?1)")?;
        let mut columns: Vec<String> =
            named.query_map([table], |row| row.get(0))?.take(COLUMNS_MAX).collect::<Result<_, _>>()?;
        // What is no plain name is not Houmao's.
        columns.retain(|c| c.len() <= 64 && c.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        columns.sort();
        found.insert(table.to_string(), columns);
    }
    Ok(found)
}

fn requests(db: &Connection) -> rusqlite::Result<Vec<RequestGroup>> {
    let mut grouped = db.prepare(
        "SELECT state, managed_agent_instance_epoch, count(*), min(accepted_at_utc), max(accepted_at_utc),
                min(started_at_utc)
         FROM gateway_requests GROUP BY 1, 2 ORDER BY 1, 2",
    )?;
    let rows = grouped.query_map([], |row| {
        Ok(RequestGroup {
            state: word(row, 0, REQUEST_STATES)?.unwrap_or_else(|| "other".to_string()),
            epoch: integer(row, 1)?.unwrap_or_default(),
            count: count(row, 2)?,
            oldest_accepted_at: time(row, 3)?,
            newest_accepted_at: time(row, 4)?,
            oldest_started_at: time(row, 5)?,
        })
    })?;
    rows.take(GROUPS_MAX).collect()
}

fn notifier(db: &Connection, columns: &[String]) -> rusqlite::Result<Option<NotifierRow>> {
    let pick = |column: &str, asked: &str| {
        if columns.iter().any(|c| c == column) { asked.to_string() } else { "NULL".to_string() }
    };
    let plain = |column: &str| pick(column, column);
    let tokens = pick(
        "notify_block_shared_tokens_json",
        "trim(notify_block_shared_tokens_json) NOT IN ('', '[]', 'null')",
    );
    let error = pick("last_error", &format!("substr(last_error, 1, {ERROR_CHARS})"));
    let question = format!(
        "SELECT enabled, {}, {}, {}, {}, {}, {tokens}, {}, {}, {}, {error} FROM gateway_mail_notifier LIMIT 1",
        plain("interval_seconds"),
        plain("mode"),
        plain("pre_notification_context_action"),
        plain("notify_block_auth_mode"),
        plain("notify_block_auth_verifier"),
        plain("last_poll_at_utc"),
        plain("last_notification_at_utc"),
        plain("updated_at_utc"),
    );
    let mut asked = db.prepare(&question)?;
    let mut rows = asked.query([])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(NotifierRow {
        enabled: integer(row, 0)?.unwrap_or_default() != 0,
        interval_seconds: integer(row, 1)?,
        mode: word(row, 2, &["any_inbox", "unread_only"])?,
        pre_notification_context_action: word(row, 3, &["none", "compact"])?,
        notify_block_auth_mode: word(row, 4, &["permissive-log", "required"])?,
        notify_block_auth_verifier: word(row, 5, &["none", "shared-token"])?,
        has_shared_tokens: integer(row, 6)?.map(|n| n != 0),
        last_poll_at: time(row, 7)?,
        last_notification_at: time(row, 8)?,
        updated_at: time(row, 9)?,
        last_error: match row.get_ref(10)? {
            ValueRef::Null => None,
            ValueRef::Text(text) => Some(error_class(&String::from_utf8_lossy(text))),
            _ => Some(NotifierError::Other),
        },
    }))
}

fn error_class(text: &str) -> NotifierError {
    ERRORS.iter().find(|(words, _)| text.contains(words)).map_or(NotifierError::Other, |(_, class)| *class)
}

fn audit(db: &Connection) -> rusqlite::Result<AuditTail> {
    let mut asked = db.prepare(
        "SELECT outcome, poll_time_utc, unread_digest FROM gateway_notifier_audit
         ORDER BY audit_id DESC LIMIT ?1",
    )?;
    let mut rows = asked.query([POLLS_MAX as i64 + 1])?;
    let mut tail = AuditTail::default();
    let (mut same, mut repeats) = (true, true);
    let mut digest: Option<Vec<u8>> = None;
    while let Some(row) = rows.next()? {
        if tail.rows as usize == POLLS_MAX {
            tail.cut = true;
            break;
        }
        tail.rows += 1;
        let outcome = word(row, 0, OUTCOMES)?;
        let at = time(row, 1)?;
        if tail.rows == 1 {
            tail.newest_outcome.clone_from(&outcome);
            tail.newest_at.clone_from(&at);
        }
        same &= outcome == tail.newest_outcome;
        if same {
            tail.streak += 1;
            tail.streak_since.clone_from(&at);
        }
        match (outcome.as_deref(), row.get_ref(2)?) {
            (Some("enqueued"), ValueRef::Text(text)) => {
                repeats &= digest.as_deref().is_none_or(|d| d == text);
                digest.get_or_insert_with(|| text.to_vec());
                if repeats {
                    tail.same_digest += 1;
                    tail.same_digest_since = at;
                }
            }
            // Nothing to tell of in between: what follows is told anew.
            (Some("empty"), _) => repeats = false,
            _ => {}
        }
    }
    Ok(tail)
}

/// One of the fixed words, or `other`; none for NULL.
fn word(row: &Row<'_>, at: usize, known: &[&str]) -> rusqlite::Result<Option<String>> {
    Ok(match row.get_ref(at)? {
        ValueRef::Null => None,
        ValueRef::Text(text) => {
            let found = known.iter().find(|k| k.as_bytes() == text);
            Some((*found.unwrap_or(&"other")).to_string())
        }
        _ => Some("other".to_string()),
    })
}

/// A time, written anew in UTC, so that no other text passes; none for what is no time.
fn time(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<String>> {
    Ok(match row.get_ref(at)? {
        ValueRef::Text(text) => {
            let text = std::str::from_utf8(text).unwrap_or_default();
            text.parse::<jiff::Timestamp>().ok().map(|t| t.to_string())
        }
        _ => None,
    })
}

fn integer(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<i64>> {
    Ok(match row.get_ref(at)? {
        ValueRef::Integer(n) => Some(n),
        _ => None,
    })
}

fn count(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    Ok(integer(row, at)?.and_then(|n| u64::try_from(n).ok()).unwrap_or_default())
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;

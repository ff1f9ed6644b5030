//! The filesystem mailbox of an agent: its protocol version and how its address is registered. The address is read from
//! the manifest, compared inside SQLite and forgotten; messages and secrets are never opened.
use super::paths::state;
use super::read::{JSON_BYTES_MAX, beginning, text_file};
use super::sqlite::ask;
use crate::snapshot::{Content, Database, MailboxIndex, MailboxView, Observed, PathKind};
use rusqlite::Connection;
use serde_json::Value;
use std::path::Path;

/// The mailbox that a manifest binds its agent to; absent when it binds none in the filesystem, or when the root is gone.
pub(super) fn look(manifest: &Path) -> Observed<MailboxView> {
    let document = beginning(manifest, JSON_BYTES_MAX).and_then(|b| serde_json::from_slice::<Value>(&b).ok());
    let Some(document) = document else {
        return Observed::NotLooked("the manifest cannot be read".to_string());
    };
    let text = |name: &str| document.pointer(&format!("/launch_plan/mailbox/{name}")).and_then(Value::as_str);
    let (Some("filesystem"), Some(root), Some(address)) =
        (text("transport"), text("filesystem_root"), text("address"))
    else {
        return Observed::Absent;
    };
    let root = std::fs::canonicalize(root).unwrap_or_else(|_| root.into());
    match state(&root) {
        Observed::Present(there) if there.kind == PathKind::Missing => Observed::Absent,
        Observed::Unreadable(why) => Observed::Unreadable(why),
        _ => Observed::Present(MailboxView {
            protocol_version: text_file(&root.join("protocol-version.txt")).map(|file| match &file.content {
                Content::Text(text) => text.trim().parse().ok(),
                _ => None,
            }),
            index: index(&root.join("index.sqlite"), address.trim()),
            root: root.to_string_lossy().into_owned(),
        }),
    }
}

fn index(path: &Path, address: &str) -> Observed<Database<MailboxIndex>> {
    ask(path, |db| registrations(db, address))
}

fn registrations(db: &Connection, address: &str) -> rusqlite::Result<MailboxIndex> {
    let number = |question: &str, parameters: &[&dyn rusqlite::ToSql]| {
        db.query_row(question, parameters, |row| row.get::<_, i64>(0))
            .map(|n| u64::try_from(n).unwrap_or_default())
    };
    let table = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'mailbox_registrations'";
    if number(table, &[])? == 0 {
        return Ok(MailboxIndex {
            has_registrations: false,
            active_for_agent: 0,
            inactive_for_agent: 0,
            active: 0,
        });
    }
    let of_agent =
        |is: &str| format!("SELECT count(*) FROM mailbox_registrations WHERE address = ?1 AND status {is}");
    Ok(MailboxIndex {
        has_registrations: true,
        active_for_agent: number(&of_agent("= 'active'"), &[&address])?,
        inactive_for_agent: number(&of_agent("<> 'active'"), &[&address])?,
        active: number("SELECT count(*) FROM mailbox_registrations WHERE status = 'active'", &[])?,
    })
}

#[cfg(test)]
#[path = "mailbox_tests.rs"]
mod tests;

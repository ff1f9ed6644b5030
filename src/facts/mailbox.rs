//! Facts of the mailbox that the manifest binds its agent to.
use super::{Fact, Join, leaf, observed};
use crate::contract::mailbox_protocol;
use crate::snapshot::{Database, MailboxIndex, MailboxView, Observed};
use schemars::JsonSchema;
use serde::Serialize;

/// The agent's mailbox.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MailboxFacts {
    /// Whether the manifest binds the agent to a mailbox at all.
    pub bound: Fact<bool>,
    /// `launch_plan.mailbox.transport`: `filesystem` or `stalwart`.
    pub transport: Fact<String>,
    /// The mailbox root, if it is a folder that is there.
    pub root: Fact<String>,
    /// The number in its `protocol-version.txt`.
    pub protocol_version: Fact<i64>,
    /// The number that the judged release wants there.
    pub wanted_protocol_version: Fact<i64>,
    /// What SQLite says against its `index.sqlite`; absent when nothing.
    pub damage: Fact<String>,
    /// How many active registrations of the agent's address it has.
    pub active_registrations: Fact<i64>,
    /// How many registrations of that address are not active.
    pub inactive_registrations: Fact<i64>,
    /// How many accounts it has: all active registrations, of whatever address.
    pub accounts: Fact<i64>,
}

impl MailboxFacts {
    /// Derives them.
    pub fn of(join: &Join<'_>) -> Self {
        let view = view(join);
        let index = view.and_then(|v| index(v));
        let count =
            |take: fn(&MailboxIndex) -> u64| index.then(|i| i64::try_from(take(i)).unwrap_or(i64::MAX));
        MailboxFacts {
            bound: bound(join),
            transport: join.manifest_text("/launch_plan/mailbox/transport"),
            root: view.then(|v| v.root.clone()),
            protocol_version: view.and_then(|v| {
                let path = format!("{}/protocol-version.txt", v.root);
                observed(&v.protocol_version, path.clone(), Clone::clone).and_then(|number| match number {
                    Some(number) => Fact::known(*number, path.clone()),
                    None => Fact::unknown("it holds no number", path.clone()),
                })
            }),
            wanted_protocol_version: match join.release {
                Some(release) => Fact::known(mailbox_protocol(release), format!("Houmao {release}")),
                None => Fact::unknown("which release is installed is not known", "Houmao"),
            },
            damage: view.and_then(|v| {
                let path = format!("{}/index.sqlite", v.root);
                match &v.index {
                    Observed::Present(Database::Refused(said)) => Fact::known(said.clone(), path),
                    Observed::Present(Database::Read(_)) | Observed::Absent => Fact::absent(path),
                    other => Fact::unknown(other.ignorance().unwrap_or_default(), path),
                }
            }),
            active_registrations: count(|i| i.active_for_agent),
            inactive_registrations: count(|i| i.inactive_for_agent),
            accounts: count(|i| i.active),
        }
    }
}

fn bound(join: &Join<'_>) -> Fact<bool> {
    match join.root {
        Some(root) => leaf(&root.manifest, &root.manifest_path, "/launch_plan/mailbox")
            .then(serde_json::Value::is_object)
            .or_known_where(&join.manifest_text("/backend"), false),
        None => join.no_root("the session root"),
    }
}

fn view<'a>(join: &Join<'a>) -> Fact<&'a MailboxView> {
    let source = "the mailbox root that the manifest names";
    match join.root.map(|r| &r.databases.mailbox) {
        Some(Observed::Present(view)) => Fact::known(view, source),
        None => join.no_root(source),
        Some(Observed::Absent) => Fact::absent(source),
        Some(other) => Fact::unknown(other.ignorance().unwrap_or_default(), source),
    }
}

/// The registrations; absent where Houmao asks for none, since the protocol file or the index is missing.
fn index(view: &MailboxView) -> Fact<&MailboxIndex> {
    let path = format!("{}/index.sqlite", view.root);
    match (&view.protocol_version, &view.index) {
        (Observed::Absent, _) => Fact::absent(format!("{}/protocol-version.txt", view.root)),
        (_, Observed::Present(Database::Read(index))) => Fact::known(index, path),
        (_, Observed::Present(Database::Refused(_)) | Observed::Absent) => Fact::absent(path),
        (_, other) => Fact::unknown(other.ignorance().unwrap_or_default(), path),
    }
}

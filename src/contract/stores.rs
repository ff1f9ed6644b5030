//! Which SQLite files and mailbox roots a release takes: the queue's tables, the mailbox protocol, the project catalog
//! (failures.md section 0, checked against the published releases and the upstream tags).
use super::{Dialect, REGISTRY_MOVED, Release};
use std::collections::BTreeMap;

/// Before it a queue's tables are made where they are missing and never checked; since it they must be complete.
pub const QUEUE_CHECKED: Release = Release::new(0, 7, 0);
/// Columns of the notifier that are missing are added, and an older audit table is rebuilt.
pub const QUEUE_MIGRATED: Release = Release::new(0, 8, 0);
/// `appendix_text` of the notifier.
const APPENDIX: Release = Release::new(0, 7, 2);
/// A project catalog must be of exactly the release's own version; before, older ones are brought up in place.
pub const CATALOG_CHECKED: Release = Release::new(0, 7, 0);
/// Specialists and skills that still lie in files must be migrated first.
pub const MIGRATION_DEMANDED: Release = Release::new(0, 8, 0);
/// Mailbox roots of protocol version 3.
const MAILBOX_3: Release = Release::new(0, 9, 0);

/// The version of `catalog.sqlite` from each release on. 2.2.0 and later are known from the published 2.4.0 alone.
const CATALOGS: &[(Release, i64)] = &[
    (Release::new(0, 2, 0), 1),
    (Release::new(0, 3, 0), 2),
    (Release::new(0, 4, 0), 5),
    (Release::new(0, 4, 2), 6),
    (Release::new(0, 5, 0), 7),
    (Release::new(0, 6, 0), 8),
    (Release::new(0, 7, 0), 12),
    (Release::new(0, 7, 2), 14),
    (Release::new(0, 8, 0), 15),
    (Release::new(0, 10, 0), 16),
    (Release::new(0, 11, 0), 17),
    (Release::new(2, 1, 0), 18),
];

const REQUESTS: &[&str] = &[
    "request_id",
    "request_kind",
    "payload_json",
    "state",
    "accepted_at_utc",
    "started_at_utc",
    "finished_at_utc",
    "managed_agent_instance_epoch",
    "error_detail",
    "result_json",
];
const NOTIFIER_OLD: &[&str] = &[
    "singleton",
    "enabled",
    "interval_seconds",
    "last_poll_at_utc",
    "last_notification_at_utc",
    "last_notified_digest",
    "last_error",
    "updated_at_utc",
];
const AUDIT: &[&str] = &[
    "audit_id",
    "poll_time_utc",
    "unread_count",
    "unread_digest",
    "unread_summary_json",
    "request_admission",
    "active_execution",
    "queue_depth",
    "outcome",
    "enqueued_request_id",
    "detail",
];
/// What tells an audit table of 0.8.0 and later; one that lacks any of these is rebuilt whole.
const AUDIT_NEW: &[&str] = &["context_error_policy", "pre_notification_context_action", "degraded_tool_name"];

/// The words by which a release refuses a queue with these tables and columns; none when it takes it.
pub fn queue_refusal(tables: &BTreeMap<String, Vec<String>>, release: Release) -> Option<String> {
    if release < QUEUE_CHECKED || tables.is_empty() {
        return None;
    }
    let has =
        |table: &str, column: &str| tables.get(table).is_some_and(|all| all.iter().any(|c| c == column));
    let mut notifier = NOTIFIER_OLD.to_vec();
    if release < QUEUE_MIGRATED {
        notifier.insert(3, "mode");
        if release >= APPENDIX {
            notifier.insert(4, "appendix_text");
        }
    }
    let audit_table = "gateway_notifier_audit";
    let rebuilt = release >= QUEUE_MIGRATED && !AUDIT_NEW.iter().all(|c| has(audit_table, c));
    let audit = if rebuilt { vec![] } else { AUDIT.to_vec() };
    let required =
        [("gateway_requests", REQUESTS.to_vec()), ("gateway_mail_notifier", notifier), (audit_table, audit)];
    required.into_iter().find_map(|(table, columns)| {
        if tables.get(table).is_none_or(Vec::is_empty) {
            return Some(incompatible(table, "missing"));
        }
        let missing: Vec<&str> = columns.into_iter().filter(|c| !has(table, c)).collect();
        (!missing.is_empty())
            .then(|| incompatible(table, &format!("missing current column(s): {}", missing.join(", "))))
    })
}

fn incompatible(table: &str, detail: &str) -> String {
    format!(
        "Incompatible gateway durable storage schema for `{table}`: {detail}. Start with a fresh runtime session or \
         recreate the gateway root; in-place gateway storage migrations are not supported before 1.0."
    )
}

/// The mailbox protocol version that a release reads and writes.
pub fn mailbox_protocol(release: Release) -> i64 {
    if release < MAILBOX_3 { 1 } else { 3 }
}

/// The versions of `catalog.sqlite` that releases of the same line demand: of 0.7.0 up to 1.0.0, or of 1.0.0 and later.
pub fn catalog_versions(release: Release) -> Vec<i64> {
    let scoped = release.dialect() == Dialect::Scoped;
    let (from, until) = if scoped { (REGISTRY_MOVED, None) } else { (CATALOG_CHECKED, Some(REGISTRY_MOVED)) };
    let ends = CATALOGS.iter().skip(1).map(|(first, _)| Some(*first)).chain([None]);
    let of_line = CATALOGS.iter().zip(ends).filter(|((first, _), end)| {
        end.is_none_or(|end| end > from) && until.is_none_or(|until| *first < until)
    });
    of_line.map(|((_, version), _)| *version).collect()
}

/// The project catalog version that a release writes; none before there were catalogs.
pub fn catalog_version(release: Release) -> Option<i64> {
    CATALOGS.iter().rev().find(|(since, _)| *since <= release).map(|(_, version)| *version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(notifier: &[&str], audit: &[&str]) -> BTreeMap<String, Vec<String>> {
        let owned = |columns: &[&str]| columns.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        BTreeMap::from([
            ("gateway_requests".to_owned(), owned(REQUESTS)),
            ("gateway_mail_notifier".to_owned(), owned(notifier)),
            ("gateway_notifier_audit".to_owned(), owned(audit)),
        ])
    }

    #[test]
    fn a_line_has_the_catalogs_of_its_releases_and_no_others() {
        assert_eq!(catalog_versions(Release::new(2, 4, 0)), [17, 18]);
        assert_eq!(catalog_versions(Release::new(0, 10, 1)), [12, 14, 15, 16, 17]);
    }

    #[test]
    fn a_queue_of_0_4_2_is_refused_only_by_releases_that_check_and_do_not_migrate() {
        let old = tables(NOTIFIER_OLD, AUDIT);
        for release in
            [Release::new(0, 4, 2), Release::new(0, 6, 6), Release::new(0, 8, 0), Release::new(2, 4, 0)]
        {
            assert_eq!(queue_refusal(&old, release), None, "{release}");
        }
        let said = queue_refusal(&old, Release::new(0, 7, 3)).unwrap_or_default();
        assert!(
            said.contains("`gateway_mail_notifier`: missing current column(s): mode, appendix_text."),
            "{said}"
        );
        let said = queue_refusal(&old, Release::new(0, 7, 1)).unwrap_or_default();
        assert!(said.contains("column(s): mode. Start"), "{said}");
    }

    #[test]
    fn what_no_migration_adds_is_refused() {
        let release = Release::new(2, 4, 0);
        let mut lost = tables(NOTIFIER_OLD, AUDIT);
        lost.remove("gateway_mail_notifier");
        assert!(
            queue_refusal(&lost, release).is_some_and(|s| s.contains("`gateway_mail_notifier`: missing."))
        );
        let whole: Vec<&str> = AUDIT.iter().chain(AUDIT_NEW).copied().filter(|c| *c != "detail").collect();
        let said = queue_refusal(&tables(NOTIFIER_OLD, &whole), release).unwrap_or_default();
        assert!(said.contains("`gateway_notifier_audit`: missing current column(s): detail."), "{said}");
        assert_eq!(queue_refusal(&BTreeMap::new(), release), None, "a new file is filled");
    }

    #[test]
    fn versions_change_where_the_tags_say() {
        let at = |major, minor, patch| catalog_version(Release::new(major, minor, patch));
        assert_eq!((at(0, 1, 0), at(0, 4, 1), at(0, 4, 2), at(0, 6, 6)), (None, Some(5), Some(6), Some(8)));
        assert_eq!((at(1, 2, 1), at(2, 0, 0), at(2, 4, 0)), (Some(17), Some(17), Some(18)));
        assert_eq!(
            (mailbox_protocol(Release::new(0, 8, 3)), mailbox_protocol(Release::new(0, 9, 0))),
            (1, 3)
        );
    }
}

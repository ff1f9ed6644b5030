use super::*;
use std::path::PathBuf;

/// The tables as Houmao 2.4.0 makes them, as far as their columns go.
const NEW: &str = "
    CREATE TABLE gateway_requests (request_id TEXT PRIMARY KEY, request_kind TEXT NOT NULL, payload_json TEXT NOT NULL,
        state TEXT NOT NULL, accepted_at_utc TEXT NOT NULL, started_at_utc TEXT, finished_at_utc TEXT,
        managed_agent_instance_epoch INTEGER NOT NULL, error_detail TEXT, result_json TEXT);
    CREATE TABLE gateway_mail_notifier (singleton INTEGER PRIMARY KEY CHECK (singleton = 1), enabled INTEGER NOT NULL,
        interval_seconds INTEGER, mode TEXT NOT NULL DEFAULT 'any_inbox', appendix_text TEXT NOT NULL DEFAULT '',
        context_error_policy TEXT, pre_notification_context_action TEXT NOT NULL DEFAULT 'none', last_poll_at_utc TEXT,
        last_notification_at_utc TEXT, last_notified_digest TEXT, compacted_eligible_message_refs_json TEXT,
        last_error TEXT, notify_block_auth_mode TEXT NOT NULL DEFAULT 'permissive-log',
        notify_block_auth_verifier TEXT NOT NULL DEFAULT 'none', notify_block_shared_tokens_json TEXT NOT NULL DEFAULT '[]',
        updated_at_utc TEXT NOT NULL);
    CREATE TABLE gateway_notifier_audit (audit_id INTEGER PRIMARY KEY AUTOINCREMENT, poll_time_utc TEXT NOT NULL,
        unread_digest TEXT, unread_summary_json TEXT NOT NULL DEFAULT '[]', outcome TEXT NOT NULL, detail TEXT);";

struct Scratch {
    dir: tempfile::TempDir,
    path: PathBuf,
}

fn queue(setup: &str) -> Scratch {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("queue.sqlite");
    let db = Connection::open(&path).unwrap();
    db.execute_batch(setup).unwrap();
    Scratch { dir, path }
}

fn read(scratch: &Scratch) -> QueueContents {
    match look(&scratch.path) {
        Observed::Present(Database::Read(contents)) => contents,
        other => panic!("{other:?}"),
    }
}

fn request(id: &str, state: &str, epoch: i64, accepted: &str, started: &str) -> String {
    format!(
        "INSERT INTO gateway_requests VALUES ('{id}', 'submit_prompt', '{{}}', '{state}', '{accepted}', {started}, NULL, {epoch}, NULL, NULL);"
    )
}

#[test]
fn requests_are_counted_by_state_and_epoch() {
    let rows = [
        request("a", "accepted", 1, "2026-11-23T09:00:00+00:00", "NULL"),
        request("b", "accepted", 1, "2026-11-23T08:00:00+00:00", "NULL"),
        request("c", "accepted", 2, "2026-11-23T09:30:00Z", "NULL"),
        request("d", "running", 1, "2026-11-23T07:00:00+00:00", "'2026-11-23T07:00:01+00:00'"),
        request("e", "thinking", 1, "yesterday", "NULL"),
    ];
    let seen = read(&queue(&(NEW.to_owned() + &rows.concat()))).requests;
    let told: Vec<_> = seen.iter().map(|g| (g.state.as_str(), g.epoch, g.count)).collect();
    assert_eq!(told, [("accepted", 1, 2), ("accepted", 2, 1), ("running", 1, 1), ("other", 1, 1)]);
    assert_eq!(seen[0].oldest_accepted_at.as_deref(), Some("2026-11-23T08:00:00Z"));
    assert_eq!(seen[0].newest_accepted_at.as_deref(), Some("2026-11-23T09:00:00Z"));
    assert_eq!(seen[2].oldest_started_at.as_deref(), Some("2026-11-23T07:00:01Z"));
    assert_eq!(seen[3].oldest_accepted_at, None, "what is no time is not kept");
}

/// Whatever text stands in a cell, no part of it leaves.
#[test]
fn no_text_of_people_leaves() {
    let secret = "CANARY /home/alice/secret sk-123";
    let setup = format!(
        "{NEW}
        INSERT INTO gateway_requests VALUES ('{secret}', '{secret}', '{secret}', '{secret}', '{secret}', '{secret}',
            '{secret}', 1, '{secret}', '{secret}');
        INSERT INTO gateway_requests VALUES ('2', '{secret}', '{secret}', 'accepted', '2026-11-23T08:00:00Z', NULL, NULL,
            '{secret}', '{secret}', '{secret}');
        INSERT INTO gateway_mail_notifier VALUES (1, 1, '{secret}', '{secret}', '{secret}', '{secret}', '{secret}',
            '{secret}', '{secret}', '{secret}', '{secret}', 'mailbox of {secret} is gone', '{secret}', '{secret}',
            '[\"{secret}\"]', '{secret}');
        INSERT INTO gateway_notifier_audit VALUES (1, '{secret}', '{secret}', '{secret}', '{secret}', '{secret}');
        INSERT INTO gateway_notifier_audit VALUES (2, '2026-11-23T08:00:00Z', '{secret}', '{secret}', 'enqueued', '{secret}');
        ALTER TABLE gateway_mail_notifier ADD COLUMN \"{secret}\" TEXT;
        CREATE TABLE \"{secret}\" (a);"
    );
    let scratch = queue(&setup);
    let seen = look(&scratch.path);
    let written = serde_json::to_string(&seen).unwrap();
    assert!(matches!(seen, Observed::Present(Database::Read(_))), "{written}");
    for part in ["CANARY", "alice", "secret ", "sk-123"] {
        assert!(!written.contains(part), "{part} in {written}");
    }
    let notifier = read(&scratch).notifier.unwrap();
    assert_eq!(notifier.last_error, Some(NotifierError::Other));
    assert_eq!(notifier.has_shared_tokens, Some(true));
    assert_eq!(notifier.mode.as_deref(), Some("other"));
}

#[test]
fn errors_are_told_apart_by_fixed_words() {
    let class = |text: &str| {
        let setup = format!(
            "{NEW} INSERT INTO gateway_mail_notifier (enabled, last_error, updated_at_utc) VALUES (0, '{text}', '');"
        );
        read(&queue(&setup)).notifier.unwrap().last_error
    };
    let binding =
        "Runtime-owned session manifest launch plan has no mailbox binding; mailbox support is unavailable.";
    assert_eq!(class(binding), Some(NotifierError::BindingMissing));
    let gone = "Gateway notifier requires an actionable manifest-backed mailbox binding: no active mailbox registration exists for `x`";
    assert_eq!(class(gone), Some(NotifierError::RegistrationMissing));
    let other = "Gateway notifier requires an actionable manifest-backed mailbox binding: something";
    assert_eq!(class(other), Some(NotifierError::BindingInvalid));
    assert_eq!(
        class("unsupported mailbox protocol version: expected 3, found 1"),
        Some(NotifierError::ProtocolMismatch)
    );
    assert_eq!(class(""), Some(NotifierError::Other));
}

fn polls(rows: &[(&str, &str)]) -> AuditTail {
    let insert = |(n, (outcome, digest)): (usize, &(&str, &str))| {
        format!(
            "INSERT INTO gateway_notifier_audit (poll_time_utc, unread_digest, outcome)
             VALUES ('2026-11-23T08:{:02}:{:02}Z', {digest}, '{outcome}');",
            n / 60,
            n % 60
        )
    };
    let all: String = rows.iter().enumerate().map(insert).collect();
    read(&queue(&(NEW.to_owned() + "BEGIN;" + &all + "COMMIT;"))).audit
}

#[test]
fn the_newest_polls_are_counted_as_far_as_they_repeat() {
    let tail = polls(&[("empty", "NULL"), ("busy_skip", "'d'"), ("busy_skip", "'d'"), ("busy_skip", "'e'")]);
    assert_eq!((tail.rows, tail.streak, tail.cut), (4, 3, false));
    assert_eq!(tail.newest_outcome.as_deref(), Some("busy_skip"));
    assert_eq!(tail.streak_since.as_deref(), Some("2026-11-23T08:00:01Z"));
    assert_eq!(tail.same_digest, 0);
    assert_eq!(polls(&[]), AuditTail::default());
}

#[test]
fn the_same_messages_told_again_are_counted_past_skips_but_not_past_an_empty_inbox() {
    let d = ("enqueued", "'d'");
    let tail = polls(&[d, ("enqueued", "'x'"), d, ("busy_skip", "'d'"), d, d]);
    assert_eq!((tail.same_digest, tail.streak), (3, 2));
    assert_eq!(tail.same_digest_since.as_deref(), Some("2026-11-23T08:00:02Z"));
    assert_eq!(polls(&[d, d, ("empty", "NULL"), d]).same_digest, 1);
}

#[test]
fn older_polls_than_the_limit_are_left_out_and_said_to_be() {
    let tail = polls(&vec![("busy_skip", "'d'"); POLLS_MAX + 7]);
    assert_eq!((tail.rows as usize, tail.streak as usize, tail.cut), (POLLS_MAX, POLLS_MAX, true));
    assert!(!polls(&vec![("busy_skip", "'d'"); POLLS_MAX]).cut);
}

#[test]
fn an_odd_form_is_read_as_far_as_it_goes() {
    // 0.4.2 has none of the later settings.
    let old = queue(
        "CREATE TABLE gateway_mail_notifier (singleton INTEGER, enabled INTEGER, interval_seconds INTEGER, last_error TEXT);
         INSERT INTO gateway_mail_notifier VALUES (1, 1, 60, NULL);",
    );
    let seen = read(&old);
    assert_eq!(seen.tables.keys().collect::<Vec<_>>(), ["gateway_mail_notifier"]);
    let notifier = seen.notifier.unwrap();
    assert_eq!((notifier.enabled, notifier.interval_seconds, notifier.mode), (true, Some(60), None));
    // A view is no table, and other columns are none of the gateway's.
    let odd = queue(
        "CREATE VIEW gateway_requests AS SELECT 'accepted' AS state, 1 AS managed_agent_instance_epoch,
            '' AS accepted_at_utc, '' AS started_at_utc;
         CREATE TABLE gateway_notifier_audit (whatever);",
    );
    let seen = read(&odd);
    assert_eq!((seen.requests.len(), seen.audit), (0, AuditTail::default()));
    assert_eq!(seen.tables.keys().collect::<Vec<_>>(), ["gateway_notifier_audit"]);
    assert_eq!(
        read(&queue("")),
        QueueContents {
            tables: BTreeMap::new(),
            requests: vec![],
            notifier: None,
            audit: AuditTail::default()
        }
    );
}

#[test]
fn too_many_groups_are_cut() {
    let many: String =
        (0..GROUPS_MAX + 9).map(|n| request(&n.to_string(), "accepted", n as i64, "", "NULL")).collect();
    assert_eq!(read(&queue(&(NEW.to_owned() + "BEGIN;" + &many + "COMMIT;"))).requests.len(), GROUPS_MAX);
}

#[test]
fn nothing_is_made_beside_the_queue() {
    let scratch = queue(NEW);
    read(&scratch);
    let names: Vec<_> =
        std::fs::read_dir(scratch.dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["queue.sqlite"]);
}

use super::*;
use serde_json::json;

/// A mailbox root with one registration of each status, and a manifest that binds `address`.
fn mailbox(address: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap().join("mailbox");
    std::fs::create_dir(&root).unwrap();
    std::fs::write(root.join("protocol-version.txt"), "3\n").unwrap();
    let db = Connection::open(root.join("index.sqlite")).unwrap();
    db.execute_batch(
        "CREATE TABLE mailbox_registrations (registration_id TEXT, address TEXT, status TEXT);
         INSERT INTO mailbox_registrations VALUES ('1', 'gpu@canary.example', 'active'), ('2', 'gpu@canary.example', 'inactive'),
            ('3', 'cpu@canary.example', 'stashed'), ('4', 'tpu@canary.example', 'active');
         CREATE TABLE messages (subject TEXT); INSERT INTO messages VALUES ('canary subject');",
    )
    .unwrap();
    let manifest = dir.path().join("manifest.json");
    let binding = json!({"launch_plan": {"mailbox": {"transport": "filesystem", "filesystem_root": root, "address": address}}});
    std::fs::write(&manifest, binding.to_string()).unwrap();
    (dir, manifest)
}

fn counts(seen: &Observed<MailboxView>) -> (u64, u64, u64) {
    match &seen.present().unwrap().index {
        Observed::Present(Database::Read(i)) => (i.active_for_agent, i.inactive_for_agent, i.active),
        other => panic!("{other:?}"),
    }
}

#[test]
fn registrations_of_the_agents_address_are_counted_and_no_address_is_kept() {
    let (_dir, manifest) = mailbox("gpu@canary.example");
    let seen = look(&manifest);
    assert_eq!(counts(&seen), (1, 1, 2));
    assert_eq!(seen.present().unwrap().protocol_version, Observed::Present(Some(3)));
    let written = serde_json::to_string(&seen).unwrap();
    assert!(!written.contains("canary"), "{written}");
    let (_dir, manifest) = mailbox("cpu@canary.example");
    assert_eq!(counts(&look(&manifest)), (0, 1, 2));
}

#[test]
fn what_is_not_there_is_told_apart() {
    let (dir, manifest) = mailbox("gpu@canary.example");
    let root = dir.path().join("mailbox");
    std::fs::write(root.join("protocol-version.txt"), "three\n").unwrap();
    std::fs::remove_file(root.join("index.sqlite")).unwrap();
    let seen = look(&manifest);
    let view = seen.present().unwrap();
    assert_eq!((&view.protocol_version, &view.index), (&Observed::Present(None), &Observed::Absent));
    std::fs::write(root.join("index.sqlite"), "no database, and long enough to tell").unwrap();
    assert!(matches!(look(&manifest).present().unwrap().index, Observed::Present(Database::Refused(_))));
    std::fs::remove_file(root.join("index.sqlite")).unwrap();
    drop(Connection::open(root.join("index.sqlite")).unwrap().execute_batch("CREATE TABLE t (a)"));
    let seen = look(&manifest);
    let empty = &seen.present().unwrap().index;
    assert!(matches!(empty, Observed::Present(Database::Read(i)) if !i.has_registrations), "{empty:?}");
    std::fs::remove_dir_all(&root).unwrap();
    assert_eq!(look(&manifest), Observed::Absent);
    for other in [
        json!({"launch_plan": {"mailbox": null}}),
        json!({"launch_plan": {"mailbox": {"transport": "stalwart"}}}),
    ] {
        std::fs::write(&manifest, other.to_string()).unwrap();
        assert_eq!(look(&manifest), Observed::Absent);
    }
    std::fs::write(&manifest, "{").unwrap();
    assert!(matches!(look(&manifest), Observed::NotLooked(_)));
}

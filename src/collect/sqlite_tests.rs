use super::*;
use std::time::SystemTime;

/// A database with rows, made by a writer of our own.
fn database(path: &Path, setup: &str) -> Connection {
    let db = Connection::open(path).unwrap();
    db.execute_batch(setup).unwrap();
    db
}

const ROWS: &str = "CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, 'y');";

fn rows(path: &Path) -> Observed<Database<i64>> {
    ask(path, |db| db.query_row("SELECT count(*) FROM t", [], |row| row.get(0)))
}

/// Names, sizes, times and bytes of everything in a folder.
fn everything(dir: &Path) -> Vec<(PathBuf, u64, SystemTime, Vec<u8>)> {
    let mut all: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let meta = path.metadata().unwrap();
            let bytes = std::fs::read(&path).unwrap();
            (path, meta.len(), meta.modified().unwrap(), bytes)
        })
        .collect();
    all.sort();
    all
}

fn kind<T: std::fmt::Debug>(seen: &Observed<T>) -> ReasonKind {
    match seen {
        Observed::Unreadable(why) => why.kind,
        other => panic!("read: {other:?}"),
    }
}

fn detail<T: std::fmt::Debug>(seen: &Observed<T>) -> String {
    match seen {
        Observed::Unreadable(why) => why.detail.clone(),
        other => panic!("read: {other:?}"),
    }
}

#[test]
fn asking_leaves_no_trace_and_takes_no_lock() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("odd name ?#%41é.sqlite");
    drop(database(&path, ROWS));
    let before = everything(dir.path());
    assert_eq!(rows(&path), Observed::Present(Database::Read(2)));
    assert_eq!(everything(dir.path()), before);
    // A writer that holds the file for itself is neither waited for nor disturbed.
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;").unwrap();
    assert_eq!(rows(&path), Observed::Present(Database::Read(2)));
}

#[test]
fn a_file_that_may_not_be_written_beside_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("q.sqlite");
    drop(database(&path, ROWS));
    std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o555)).unwrap();
    assert_eq!(rows(&path), Observed::Present(Database::Read(2)));
    std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
}

#[test]
fn rows_in_a_write_ahead_log_are_said_to_be_unseen() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("q.sqlite");
    let writer = database(&path, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;");
    writer.execute_batch(ROWS).unwrap();
    let before = everything(dir.path());
    assert!(before.iter().any(|(name, size, ..)| name.ends_with("q.sqlite-wal") && *size > 0));
    let seen = rows(&path);
    assert!(detail(&seen).starts_with("q.sqlite-wal lies beside it"), "{seen:?}");
    assert_eq!(everything(dir.path()), before);
    // Once the log is written back, the file alone tells all, and nothing appears beside it again.
    writer.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
    drop(writer);
    let before = everything(dir.path());
    assert_eq!(rows(&path), Observed::Present(Database::Read(2)));
    assert_eq!(everything(dir.path()), before);
}

#[test]
fn half_a_write_is_not_taken_for_damage() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("q.sqlite");
    drop(database(&path, ROWS));
    std::fs::write(dir.path().join("q.sqlite-journal"), b"what was before the write").unwrap();
    assert!(detail(&rows(&path)).starts_with("q.sqlite-journal lies beside it"));
    // An empty one, which some journal modes leave behind, means nothing.
    std::fs::write(dir.path().join("q.sqlite-journal"), b"").unwrap();
    assert_eq!(rows(&path), Observed::Present(Database::Read(2)));
}

/// While somebody writes all the time, an answer is a count that was once true, or there is none; it is never damage.
#[test]
fn a_busy_writer_is_read_past() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("q.sqlite");
    let writer = database(&path, "CREATE TABLE t (a INTEGER, b TEXT);");
    let stop = std::sync::atomic::AtomicBool::new(false);
    let (mut counts, mut asked) = (vec![], 0);
    std::thread::scope(|scope| {
        let stop = &stop;
        let writing = scope.spawn(move || {
            let mut written = 0;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                let many = "INSERT INTO t SELECT 1, hex(randomblob(3000)) FROM (VALUES (1),(2),(3),(4),(5))";
                writer.execute_batch(many).unwrap();
                written += 5;
                std::thread::sleep(Duration::from_micros(500));
            }
            written
        });
        while asked < 60 {
            asked += 1;
            match rows(&path) {
                Observed::Present(Database::Read(n)) => counts.push(n),
                Observed::Unreadable(why) => assert_eq!(why.kind, ReasonKind::Failed, "{why:?}"),
                other => panic!("{other:?}"),
            }
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        let written: i64 = writing.join().unwrap();
        assert!(counts.iter().all(|n| n % 5 == 0 && *n <= written), "{counts:?} of {written}");
        assert_eq!(rows(&path), Observed::Present(Database::Read(written)), "once it rests, all is seen");
    });
    assert!(counts.is_sorted(), "{counts:?}");
}

#[test]
fn what_is_no_database_is_told_from_what_cannot_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("q.sqlite");
    let refused = |said: &str| Observed::Present(Database::Refused(said.to_string()));
    assert_eq!(rows(&path), Observed::Absent);
    std::fs::write(&path, b"this is not a database, and long enough to tell\n".repeat(40)).unwrap();
    assert_eq!(rows(&path), refused("file is not a database"));
    std::fs::remove_file(&path).unwrap();
    drop(database(&path, "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, hex(randomblob(9000)));"));
    let whole = std::fs::read(&path).unwrap();
    let mut hurt = whole.clone();
    hurt[4096..4200].fill(0xa5);
    std::fs::write(&path, hurt).unwrap();
    assert_eq!(rows(&path), refused("database disk image is malformed"));
    std::fs::write(&path, &whole[..whole.len() / 3]).unwrap();
    let cut = ask(&path, |db| db.query_row("SELECT sum(length(b)) FROM t", [], |row| row.get::<_, i64>(0)));
    assert_eq!(cut, refused("database disk image is malformed"));
    // An empty file is a new database to SQLite.
    std::fs::write(&path, b"").unwrap();
    let tables =
        ask(&path, |db| db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0)));
    assert_eq!(tables, Observed::Present(Database::Read(0)));
}

#[test]
fn what_is_no_regular_file_is_not_opened() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("q.sqlite");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &path,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    assert_eq!(kind(&rows(&path)), ReasonKind::Special);
    let link = dir.path().join("link.sqlite");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert_eq!(kind(&rows(&link)), ReasonKind::Special);
    assert_eq!(kind(&rows(dir.path())), ReasonKind::Directory);
    // A link to a database is followed, and its companions are looked for where it lies.
    let elsewhere = tempfile::tempdir().unwrap();
    let real = elsewhere.path().join("real.sqlite");
    drop(database(&real, ROWS));
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    assert_eq!(rows(&link), Observed::Present(Database::Read(2)));
    std::fs::write(elsewhere.path().join("real.sqlite-journal"), b"x").unwrap();
    assert!(detail(&rows(&link)).starts_with("real.sqlite-journal"));
}

#[test]
fn a_hostile_file_ends_at_a_limit() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("q.sqlite");
    let huge = std::fs::File::create(&path).unwrap();
    huge.set_len(BYTES_MAX + 1).unwrap();
    assert_eq!(kind(&rows(&path)), ReasonKind::TooLarge);
    std::fs::remove_file(&path).unwrap();
    // A generated column that counts without end.
    drop(database(
        &path,
        "CREATE VIEW t AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS a FROM n;",
    ));
    let begun = Instant::now();
    assert_eq!(kind(&rows(&path)), ReasonKind::TimedOut);
    assert!(begun.elapsed() < TIME_MAX + Duration::from_secs(2), "{:?}", begun.elapsed());
}

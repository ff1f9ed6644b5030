use super::super::keep_lists::Kept;
use super::*;
use std::os::unix::fs::PermissionsExt;

fn unreadable<T: std::fmt::Debug>(seen: Observed<T>) -> ReasonKind {
    match seen {
        Observed::Unreadable(why) => why.kind,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_fifo_is_not_opened() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("manifest.json");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(made.success());
    let keep = Kept::lists().manifest;
    assert_eq!(unreadable(json_file(&fifo, &keep)), ReasonKind::Special);
    assert_eq!(unreadable(text_file(&fifo)), ReasonKind::Special);
    assert_eq!(unreadable(log_file(&fifo)), ReasonKind::Special);
    assert_eq!(unreadable(queue_file(&fifo)), ReasonKind::Special);
    assert_eq!(beginning(&fifo, 10), None);
}

#[test]
fn what_cannot_be_read_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let keep = Kept::lists().manifest;
    assert_eq!(json_file(&dir.path().join("gone"), &keep), Observed::Absent);
    assert_eq!(unreadable(json_file(dir.path(), &keep)), ReasonKind::Directory);
    let big = dir.path().join("big");
    File::create(&big).unwrap().set_len(JSON_BYTES_MAX + 1).unwrap();
    assert_eq!(unreadable(json_file(&big, &keep)), ReasonKind::TooLarge);
    assert_eq!(unreadable(text_file(&big)), ReasonKind::TooLarge);
    let shut = dir.path().join("shut");
    std::fs::write(&shut, "{}").unwrap();
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o000)).unwrap();
    if !rustix::process::geteuid().is_root() {
        assert_eq!(unreadable(json_file(&shut, &keep)), ReasonKind::Permission);
    }
}

#[test]
fn a_file_keeps_size_time_and_pythons_words() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().canonicalize().unwrap().join("x.json");
    std::fs::write(&path, "{'a': 1}").unwrap();
    let file = File::options().append(true).open(&path).unwrap();
    file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(86_400)).unwrap();
    let seen = json_file(&path, &Kept::lists().record);
    let words = "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)";
    let expected = FileView {
        path: path.to_string_lossy().into_owned(),
        size: 8,
        modified_at: "1970-01-02T00:00:00Z".to_string(),
        content: Content::NotJson(words.to_string()),
    };
    assert_eq!(seen, Observed::Present(expected));
}

/// Gives its bytes in pieces of the given sizes, so that a needle can lie across two reads.
struct Pieces(Vec<Vec<u8>>);

impl Read for Pieces {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        if self.0.is_empty() {
            return Ok(0);
        }
        let mut piece = self.0.remove(0);
        let rest = piece.split_off(piece.len().min(buf.len()));
        if !rest.is_empty() {
            self.0.insert(0, rest);
        }
        buf[..piece.len()].copy_from_slice(&piece);
        Ok(piece.len())
    }
}

#[test]
fn a_log_is_searched_in_any_case_and_across_reads() {
    let pieces = |texts: &[&str]| Pieces(texts.iter().map(|t| t.as_bytes().to_vec()).collect());
    let long = "x".repeat(60_000);
    assert_eq!(says_in_use(pieces(&[&long, "Address Already", " In use"]), 1 << 20), Observed::Present(true));
    assert_eq!(says_in_use(pieces(&["[Err", "no 98]"]), 1 << 20), Observed::Present(true));
    assert_eq!(
        says_in_use(pieces(&["address already", &long, " in use"]), 1 << 20),
        Observed::Present(false)
    );
    assert_eq!(unreadable(says_in_use(pieces(&[&long, "errno 9", "8"]), 10)), ReasonKind::TooLarge);
}

#[test]
fn a_queue_is_known_by_its_beginning() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("queue.sqlite");
    let sqlite = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        queue_file(&path).present().unwrap().sqlite
    };
    assert!(sqlite(b"SQLite format 3\0more"));
    assert!(sqlite(b""));
    assert!(!sqlite(b"SQLite"));
    assert!(!sqlite(b"something else that is no database"));
}

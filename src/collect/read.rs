//! Files, read once, bounded, and never written: what is no regular file is not opened.
use super::json;
use super::keep::Keep;
use super::paths::{is_missing, reason};
use crate::snapshot::{Content, FileView, LogView, Observed, QueueFile, Reason, ReasonKind};
use std::fs::{File, Metadata, OpenOptions};
use std::io::Read;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Largest JSON file that is read.
pub(super) const JSON_BYTES_MAX: u64 = 4 << 20;
/// Largest short text file that is kept whole; a pid or a protocol version needs less.
const TEXT_BYTES_MAX: u64 = 64;
/// How far a log is read.
const LOG_BYTES_MAX: u64 = 64 << 20;
/// What Houmao looks for in its log, in any case (contract section 6.4.7).
const IN_USE: [&[u8]; 2] = [b"address already in use", b"errno 98"];
/// How SQLite files begin.
const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Why a file was not opened.
pub(super) enum Shut {
    /// Nothing is there.
    Absent,
    /// It cannot or must not be read.
    Unreadable(Reason),
}

impl Shut {
    pub(super) fn observed<T>(self) -> Observed<T> {
        match self {
            Shut::Absent => Observed::Absent,
            Shut::Unreadable(why) => Observed::Unreadable(why),
        }
    }
}

impl From<std::io::Error> for Shut {
    fn from(e: std::io::Error) -> Self {
        if is_missing(&e) { Shut::Absent } else { Shut::Unreadable(reason(&e)) }
    }
}

/// Opens a regular file. The kind is asked before opening, since opening a FIFO waits and opening a device acts;
/// `O_NONBLOCK` and the second look cover a path that is swapped in between.
fn open(path: &Path) -> Result<(File, Metadata), Shut> {
    regular(&std::fs::metadata(path)?)?;
    let nonblock = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(nonblock).open(path)?;
    let meta = file.metadata()?;
    regular(&meta)?;
    Ok((file, meta))
}

/// What the system says of a regular file, which is not opened.
pub(super) fn regular_file(path: &Path) -> Result<Metadata, Shut> {
    let meta = std::fs::metadata(path)?;
    regular(&meta)?;
    Ok(meta)
}

fn regular(meta: &Metadata) -> Result<(), Shut> {
    let (kind, detail) = match meta {
        m if m.is_file() => return Ok(()),
        m if m.is_dir() => (ReasonKind::Directory, "is a directory"),
        _ => (ReasonKind::Special, "is a FIFO, socket or device"),
    };
    Err(Shut::Unreadable(Reason { kind, detail: detail.to_string() }))
}

fn too_large(limit: u64) -> Reason {
    Reason { kind: ReasonKind::TooLarge, detail: format!("larger than {limit} bytes") }
}

/// All bytes, unless there are more than `limit`.
fn all_bytes(file: File, limit: u64) -> Result<Vec<u8>, Reason> {
    let mut all = Vec::new();
    file.take(limit + 1).read_to_end(&mut all).map_err(|e| reason(&e))?;
    if all.len() as u64 > limit { Err(too_large(limit)) } else { Ok(all) }
}

fn modified(meta: &Metadata) -> String {
    let time = meta.modified().ok().and_then(|t| jiff::Timestamp::try_from(t).ok());
    time.unwrap_or_default().to_string()
}

/// Where an open file lies, links followed. The kernel knows it; asking for every folder on the way takes longer than
/// reading the file.
fn real_path(file: &File, path: &Path) -> String {
    let known = std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok();
    // So ends the name of a file that was replaced meanwhile, as Houmao replaces its files.
    let known = known.filter(|p| p.is_absolute() && !p.as_os_str().as_bytes().ends_with(b" (deleted)"));
    let real = known.or_else(|| std::fs::canonicalize(path).ok());
    real.as_deref().unwrap_or(path).to_string_lossy().into_owned()
}

fn view(
    path: &Path,
    limit: u64,
    content: impl FnOnce(&[u8]) -> Result<Content, Reason>,
) -> Result<FileView, Shut> {
    let (file, meta) = open(path)?;
    let real = real_path(&file, path);
    let content = all_bytes(file, limit).and_then(|b| content(&b)).map_err(Shut::Unreadable)?;
    Ok(FileView { path: real, size: meta.len(), modified_at: modified(&meta), content })
}

/// A JSON file, redacted by `keep` before anything else sees it.
pub(super) fn json_file(path: &Path, keep: &Keep) -> Observed<FileView> {
    let read = view(path, JSON_BYTES_MAX, |bytes| {
        Ok(match json::file_content(bytes)? {
            Content::Json(value) => Content::Json(keep.redact(value)),
            other => other,
        })
    });
    read.map_or_else(Shut::observed, Observed::Present)
}

/// A short text file, kept whole.
pub(super) fn text_file(path: &Path) -> Observed<FileView> {
    let read = view(path, TEXT_BYTES_MAX, |bytes| {
        Ok(match json::utf8(bytes) {
            Ok(text) => Content::Text(text.to_string()),
            Err(says) => Content::NotUtf8(says),
        })
    });
    read.map_or_else(Shut::observed, Observed::Present)
}

/// The first `limit` bytes of a regular file, for looking something up in it.
pub(super) fn beginning(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let (file, _) = open(path).ok()?;
    let mut all = Vec::new();
    file.take(limit).read_to_end(&mut all).ok()?;
    Some(all)
}

/// What a gateway log says of the one question Houmao asks of it.
pub(super) fn log_file(path: &Path) -> Observed<LogView> {
    let (file, meta) = match open(path) {
        Ok(found) => found,
        Err(shut) => return shut.observed(),
    };
    Observed::Present(LogView {
        path: real_path(&file, path),
        size: meta.len(),
        modified_at: modified(&meta),
        says_address_in_use: says_in_use(file, LOG_BYTES_MAX),
    })
}

/// Streams through a log, so that only a window of it is in memory.
fn says_in_use(mut log: impl Read, limit: u64) -> Observed<bool> {
    let longest = IN_USE.iter().map(|needle| needle.len()).max().unwrap_or(0);
    let mut window: Vec<u8> = Vec::new();
    let mut chunk = vec![0; 1 << 13];
    let mut seen: u64 = 0;
    loop {
        let n = match log.read(&mut chunk) {
            Ok(0) => return Observed::Present(false),
            Ok(n) => n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => return Observed::Unreadable(reason(&e)),
        };
        seen += n as u64;
        window.extend(chunk[..n].iter().map(u8::to_ascii_lowercase));
        if IN_USE.iter().any(|needle| window.windows(needle.len()).any(|w| w == *needle)) {
            return Observed::Present(true);
        }
        if seen > limit {
            return Observed::Unreadable(too_large(limit));
        }
        window.drain(..window.len().saturating_sub(longest));
    }
}

/// What the first bytes of a queue file say; no further byte is read.
pub(super) fn queue_file(path: &Path) -> Observed<QueueFile> {
    let read = || -> Result<QueueFile, Shut> {
        let (file, meta) = open(path)?;
        let (real, mut first) = (real_path(&file, path), Vec::new());
        file.take(SQLITE_MAGIC.len() as u64).read_to_end(&mut first)?;
        let sqlite = first.is_empty() || first == SQLITE_MAGIC;
        Ok(QueueFile { path: real, size: meta.len(), sqlite })
    };
    read().map_or_else(Shut::observed, Observed::Present)
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;

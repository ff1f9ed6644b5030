//! Snapshots and reports in files: read with limits and one clear sentence for each thing that can be wrong, written as they are.
mod either;

pub(super) use either::{Either, LINES, load_either};

use crate::report::json::{REPORTS, SCHEMA as REPORT};
use crate::snapshot::{SCHEMA, Snapshot};
use rustix::fs::OFlags;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

/// The largest snapshot that is read, in bytes. A host with a hundred sessions gives about two million.
const LIMIT: u64 = 64 << 20;

/// What errors call a snapshot.
const SNAPSHOT: &str = "snapshot";

/// How a snapshot or a report is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// JSON, pretty-printed.
    Json,
    /// YAML.
    Yaml,
}

impl Notation {
    /// What the file name promises: `.yaml` and `.yml` are YAML, `.json` is JSON, anything else promises nothing.
    pub fn of_name(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "yaml" | "yml" => Some(Notation::Yaml),
            "json" => Some(Notation::Json),
            _ => None,
        }
    }
}

/// Why a snapshot or a report could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The operating system refused.
    #[error("cannot read {file}: {source}")]
    Read {
        /// The file.
        file: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// The operating system refused.
    #[error("cannot write snapshot {file}: {source}")]
    Write {
        /// The file.
        file: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// Not a regular file, so it is not opened for reading.
    #[error("cannot read {file}: it is {what}, not a regular file; give a file, or - for standard input")]
    NotAFile {
        /// The file.
        file: String,
        /// What it is.
        what: &'static str,
    },
    /// Larger than the limit.
    #[error("cannot read {file}: it is larger than {} MiB", LIMIT >> 20)]
    TooLarge {
        /// The file.
        file: String,
    },
    /// Not UTF-8.
    #[error("{file} is not text: byte {at} is not UTF-8")]
    NotText {
        /// The file.
        file: String,
        /// Offset of the first bad byte.
        at: usize,
    },
    /// Not JSON or YAML, or not of the form that the schema asks for. The message holds line and column, or the place in the document.
    #[error(
        "{document} {file} cannot be understood: {message}; `houmao-doctor schema {document}` prints its form"
    )]
    Malformed {
        /// What it should be: `snapshot` or `report`.
        document: &'static str,
        /// The file.
        file: String,
        /// What serde says.
        message: String,
    },
    /// Some other document, or another version.
    #[error("{file} is not a snapshot that this doctor reads: its `schema` is {found}, expected {SCHEMA}")]
    WrongSchema {
        /// The file.
        file: String,
        /// What its `schema` says.
        found: String,
    },
    /// Neither of two documents.
    #[error(
        "{file} is neither a snapshot nor a report that this doctor reads: its `schema` is {found}, expected {SCHEMA}, \
         {REPORT} or {REPORTS}"
    )]
    Neither {
        /// The file.
        file: String,
        /// What its `schema` says.
        found: String,
    },
    /// A report of which too little is left.
    #[error(
        "{file} is a report in JSON lines, which do not tell what passed and what became of the operations; give the \
         snapshot, or a report that was written with --format json"
    )]
    Lines {
        /// The file.
        file: String,
    },
    /// A snapshot that cannot be written down: a fault of the doctor.
    #[error("the snapshot cannot be written as {notation:?}: {message}")]
    Unwritable {
        /// How it was to be written.
        notation: Notation,
        /// What serde says.
        message: String,
    },
}

impl StoreError {
    /// `path` cannot be written.
    pub fn write(path: &Path, source: io::Error) -> Self {
        StoreError::Write { file: path.display().to_string(), source }
    }
}

/// Reads a snapshot from a file, or from standard input for `-`.
///
/// # Errors
/// One sentence: what is wrong, in which file, and where in it.
pub fn load_snapshot(path: &Path) -> Result<Snapshot, StoreError> {
    let text = Text::of(path)?;
    parse(&text.file, &text.text, text.notation)
}

/// A file that was read, and how it is written.
pub(super) struct Text {
    /// What errors call it.
    file: String,
    text: String,
    notation: Notation,
}

impl Text {
    /// The text of a regular file, or what is wrong with it in words without its name.
    pub(super) fn regular(path: &Path) -> Result<String, String> {
        let wrong = |error: StoreError| match error {
            StoreError::Read { source, .. } => source.to_string(),
            StoreError::NotAFile { what, .. } => format!("it is {what}, not a regular file"),
            StoreError::TooLarge { .. } => format!("it is larger than {} MiB", LIMIT >> 20),
            other => other.to_string(),
        };
        let bytes = open(path, "").and_then(|file| bounded(file, "")).map_err(wrong)?;
        String::from_utf8(bytes).map_err(|e| format!("byte {} is not UTF-8", e.utf8_error().valid_up_to()))
    }

    fn of(path: &Path) -> Result<Self, StoreError> {
        let standard_input = path == Path::new("-");
        let file = if standard_input { "(standard input)".to_owned() } else { path.display().to_string() };
        let bytes = if standard_input {
            bounded(io::stdin().lock(), &file)?
        } else {
            bounded(open(path, &file)?, &file)?
        };
        let text = String::from_utf8(bytes).map_err(|e| {
            let at = e.utf8_error().valid_up_to();
            StoreError::NotText { file: file.clone(), at }
        })?;
        let notation = Notation::of_name(path).unwrap_or_else(|| match text.trim_start().starts_with('{') {
            true => Notation::Json,
            false => Notation::Yaml,
        });
        Ok(Text { file, text, notation })
    }
}

/// Opens a regular file, and nothing else: opening a FIFO would wait for a writer.
fn open(path: &Path, file: &str) -> Result<File, StoreError> {
    let read = |source| StoreError::Read { file: file.to_owned(), source };
    let kind = fs::metadata(path).map_err(read)?.file_type();
    let nonblocking = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let what = match () {
        () if kind.is_file() => {
            // What the path leads to may change between the question and the opening, so neither step may hang.
            let opened = File::options().read(true).custom_flags(nonblocking).open(path).map_err(read)?;
            match opened.metadata().map_err(read)?.is_file() {
                true => return Ok(opened),
                false => "something else by now",
            }
        }
        () if kind.is_dir() => "a directory",
        () if kind.is_fifo() => "a FIFO",
        () if kind.is_socket() => "a socket",
        () => "a device",
    };
    Err(StoreError::NotAFile { file: file.to_owned(), what })
}

/// All bytes, up to the limit.
fn bounded(from: impl Read, file: &str) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    let read = from.take(LIMIT + 1).read_to_end(&mut bytes);
    match read {
        Err(source) => Err(StoreError::Read { file: file.to_owned(), source }),
        Ok(n) if n as u64 > LIMIT => Err(StoreError::TooLarge { file: file.to_owned() }),
        Ok(_) => Ok(bytes),
    }
}

/// Reads a snapshot from text; `file` is what errors call it.
pub(super) fn parse(file: &str, text: &str, notation: Notation) -> Result<Snapshot, StoreError> {
    match head(file, text, notation)? {
        Some(Value::String(schema)) if schema == SCHEMA => read(SNAPSHOT, file, text, notation),
        other => Err(StoreError::WrongSchema { file: file.to_owned(), found: found(other) }),
    }
}

/// Which document this says that it is, so that another one is not told off for its fields.
fn head(file: &str, text: &str, notation: Notation) -> Result<Option<Value>, StoreError> {
    #[derive(Deserialize)]
    #[serde(expecting = "a document with `schema`")]
    struct Head {
        schema: Option<Value>,
    }
    Ok(read::<Head>(SNAPSHOT, file, text, notation)?.schema)
}

fn found(schema: Option<Value>) -> String {
    schema.map_or_else(|| "missing".to_owned(), |v| v.to_string())
}

fn read<T: DeserializeOwned>(
    document: &'static str,
    file: &str,
    text: &str,
    notation: Notation,
) -> Result<T, StoreError> {
    let parsed = match notation {
        Notation::Json => serde_json::from_str(text).map_err(|e| e.to_string()),
        Notation::Yaml => from_yaml(text),
    };
    // It can quote what the file holds, and stays one sentence.
    let malformed = |message: String| StoreError::Malformed {
        document,
        file: file.to_owned(),
        message: message.replace('\n', "\\n"),
    };
    parsed.map_err(malformed)
}

/// YAML is read and written by way of plain JSON values, so that both notations have the same form: YAML's own form of
/// enums, tags, does not nest. Mistakes of form are then told by their place in the document instead of by line.
fn from_yaml<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let value: Value = serde_yaml::from_str(text).map_err(|e| e.to_string())?;
    serde_path_to_error::deserialize(value).map_err(|e| format!("at `{}`: {}", e.path(), e.inner()))
}

/// Writes a snapshot, in one document that ends in a newline.
///
/// # Errors
/// What serde gives, which is a fault of the doctor, and what `out` gives.
pub fn write_snapshot(
    snapshot: &Snapshot,
    notation: Notation,
    out: &mut dyn io::Write,
) -> Result<(), StoreError> {
    let unwritable = |message| StoreError::Unwritable { notation, message };
    let mut text = match notation {
        Notation::Json => serde_json::to_string_pretty(snapshot).map_err(|e| unwritable(e.to_string()))?,
        Notation::Yaml => {
            let value = serde_json::to_value(snapshot).map_err(|e| unwritable(e.to_string()))?;
            serde_yaml::to_string(&value).map_err(|e| unwritable(e.to_string()))?
        }
    };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    out.write_all(text.as_bytes()).map_err(|e| unwritable(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_mistake_that_quotes_a_line_break_is_one_sentence() {
        let told = read::<ReasonKind>(SNAPSHOT, "a.json", "\"a\\nb\"", Notation::Json).unwrap_err();
        assert!(told.to_string().contains("unknown variant `a\\nb`"), "{told}");
    }

    /// Little, but with a value of each awkward kind: text that looks like a number, a line break, an escape.
    fn snapshot() -> Snapshot {
        let root = || RegistryRoot {
            root: RootPath::Folder("/home/alice/.houmao/registry".into()),
            chosen_by: "HOME".into(),
        };
        let awkward =
            [("HOUMAO_AGENT_ID", "0123"), ("HOUMAO_MANIFEST_PATH", "~"), ("TMUX", "a\nb: {\u{1b}}")];
        Snapshot {
            schema: SCHEMA.into(),
            doctor: "0.1.0".into(),
            taken_at: "2026-11-22T07:14:05Z".into(),
            host: Host {
                uid: 1000,
                home: "/home/alice".into(),
                cwd: "/home/alice".into(),
                booted_at: Observed::NotLooked("not needed".into()),
                env: Observed::Present(awkward.map(|(k, v)| (k.to_owned(), v.to_owned())).into()),
            },
            houmao: Houmao { installed: Observed::Absent, asked: Some("1.10".into()) },
            tmux: Tmux {
                socket: Socket { chosen_by: SocketChoice::Default, path: None },
                answer: TmuxAnswer::TimedOut { after_ms: 2000 },
            },
            registry: RegistryView { before_1_0: root(), since_1_0: root(), folders: vec![] },
            session_roots: vec![],
            paths: BTreeMap::new(),
            executables: BTreeMap::from([("tmux".into(), Observed::Present("/usr/bin/tmux".into()))]),
            processes: BTreeMap::from([(4711, Observed::Absent)]),
            ports: BTreeMap::from([(
                9889,
                Observed::Present(Port { listening_on: vec![], pid: Observed::Absent }),
            )]),
            probes: vec![],
            other_tmux: Observed::NotLooked("a test".into()),
            limits_hit: vec![],
            took_ms: Observed::Present(12),
        }
    }

    #[test]
    fn what_is_written_is_read_back_the_same() {
        let dir = tempfile::tempdir().unwrap();
        for (name, notation) in
            [("s.json", Notation::Json), ("s.yaml", Notation::Yaml), ("s", Notation::Yaml)]
        {
            let path = dir.path().join(name);
            let mut bytes = Vec::new();
            write_snapshot(&snapshot(), notation, &mut bytes).unwrap();
            assert!(bytes.ends_with(b"\n") && !bytes.ends_with(b"\n\n"));
            fs::write(&path, &bytes).unwrap();
            assert_eq!(load_snapshot(&path).unwrap(), snapshot(), "{name}");
        }
    }

    #[test]
    fn a_shell_that_is_not_told_of_was_not_seen_and_an_older_form_is_still_read() {
        let mut document = serde_json::to_value(snapshot()).unwrap();
        let read = |document: &Value| parse("s.json", &document.to_string(), Notation::Json);
        document["host"]["env"] = serde_json::json!({"HOME": "/home/alice"});
        assert_eq!(read(&document).unwrap().host.variable("HOME"), Observed::Present("/home/alice"));
        document["host"]["env"] = serde_json::json!({"not_lookd": "a typing mistake"});
        assert!(read(&document).unwrap_err().to_string().contains("unknown variant `not_lookd`"));
        document["host"].as_object_mut().unwrap().remove("env");
        assert!(read(&document).unwrap().host.env.ignorance().is_some());
    }

    #[test]
    fn a_misspelt_field_is_refused_with_its_place() {
        let mut bytes = Vec::new();
        write_snapshot(&snapshot(), Notation::Json, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap().replace("\"cwd\"", "\"pwd\"");
        let error = parse("s.json", &text, Notation::Json).unwrap_err().to_string();
        assert!(error.contains("unknown field `pwd`") && error.contains("line 8 column"), "{error}");
    }
}

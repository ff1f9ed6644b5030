//! External records (contract section 4.3): agents that live on another machine and can only be spoken to.
use super::shape::EXTERNAL;
use crate::contract::check::{Body, Field, Kind, Objection, Seen, Verdict, examine};
use crate::contract::outcome::{Loaded, Opening, Refusal, Violation, document, settle};
use crate::contract::python;
use crate::contract::releases::{EXTERNAL_RECORDS, Release};
use crate::snapshot::{FileView, Observed};
use serde_json::Value;

/// An external record that loads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalRecord {
    /// The agent's name here.
    pub local_name: String,
    /// Its id here (`external-…`).
    pub external_agent_id: String,
    /// Generation.
    pub generation_id: String,
    /// Base URL of its pair server, normalized.
    pub pair_api_base_url: String,
    /// Its name on that server.
    pub remote_agent_ref: String,
    /// Whether it is said to have a gateway.
    pub gateway_expected: bool,
}

/// What `release` makes of an external record. `path` is the record's path as Houmao prints it. Releases before 1.0.0
/// know no such records: there the outcome is unknown.
pub fn load_external_record(
    file: &Observed<FileView>,
    path: &str,
    release: Release,
) -> Loaded<ExternalRecord> {
    if release < EXTERNAL_RECORDS {
        return Loaded::Unknown(format!("{path}: {release} never reads external records"));
    }
    let opening = Opening {
        missing: format!("FileNotFoundError: [Errno 2] No such file or directory: '{path}'"),
        missing_uncaught: true,
        not_json: |path, _| format!("Invalid JSON in external registry record `{path}`."),
    };
    let value = match document(file, path, &opening) {
        Ok(value) => value,
        Err(refused) => return refused,
    };
    let prefix = format!("Invalid external registry record `{path}`");
    if let Some(violation) = published_schema(value, release, path) {
        let said = format!("{prefix}: {}", violation.said);
        return Loaded::Refused(Refusal { violations: vec![violation], ..Refusal::new(path, said) });
    }
    let findings = examine(value, &EXTERNAL, release, path);
    settle(findings, path, &prefix, || read(&Body::new(value, &EXTERNAL, release)))
}

fn read(b: &Body) -> Verdict<ExternalRecord> {
    let stripped = |name: &str| b.required(name).map(|text| python::strip(&text).to_owned());
    Ok(ExternalRecord {
        local_name: stripped("local_name")?,
        external_agent_id: stripped("external_agent_id")?,
        generation_id: b.required("generation_id")?,
        pair_api_base_url: base_url(&b.required("pair_api_base_url")?).map_err(Objection::Broken)?,
        remote_agent_ref: b.required("remote_agent_ref")?,
        gateway_expected: b.boolean("gateway_expected")?.unwrap_or_default(),
    })
}

/// The published JSON schema of the record, which is asked before the model and says only its first objection. It looks
/// at the top level alone, and not at what may be `null`.
fn published_schema(value: &Value, release: Release, file: &str) -> Option<Violation> {
    let objection = |key: &str, found: Seen, said: String| Violation {
        file: file.to_owned(),
        pointer: if key.is_empty() { String::new() } else { format!("/{key}") },
        found: found.describe(),
        said: format!("${}{key}: {said}", if key.is_empty() { "" } else { "." }),
    };
    let Seen::Object(map) = Seen::of(value) else {
        let said = format!("expected type 'object', got {}", python_type(Seen::of(value)));
        return Some(objection("", Seen::of(value), said));
    };
    let known = || EXTERNAL.known_to(release);
    if let Some(missing) = known().find(|f| f.default.is_none() && !map.contains_key(f.name)) {
        return Some(objection("", Seen::Nothing, format!("missing required field `{}`", missing.name)));
    }
    let mut extra: Vec<&str> =
        map.keys().map(String::as_str).filter(|key| known().all(|f| f.name != *key)).collect();
    if !extra.is_empty() {
        extra.sort_unstable();
        return Some(objection("", Seen::of(value), format!("unknown field(s): {}", extra.join(", "))));
    }
    known()
        .filter_map(|f| Some((f, Seen::of(map.get(f.name)?))))
        .find_map(|(field, seen)| schema_objection(field, seen).map(|said| objection(field.name, seen, said)))
}

fn schema_objection(field: &Field, seen: Seen) -> Option<String> {
    let expected = match (&field.kind, seen) {
        _ if field.nullable => return None,
        (Kind::Word([only]), Seen::Text { text: Some(text), .. }) if text == only.word => return None,
        // A redacted word is left to the model, which says that it cannot tell.
        (Kind::Word([_]), Seen::Text { text: None, blank: false }) => return None,
        (Kind::Word([only]), _) => return Some(format!("expected const value '{}'", only.word)),
        (Kind::Text, Seen::Text { .. })
        | (Kind::Integer, Seen::Integer(_))
        | (Kind::Boolean, Seen::Boolean(_))
        | (Kind::Model(_), _) => return None,
        (Kind::Text, _) => "string",
        (Kind::Integer, _) => "integer",
        (Kind::Boolean, _) => "boolean",
        _ => return None,
    };
    Some(format!("expected type '{expected}', got {}", python_type(seen)))
}

fn python_type(seen: Seen) -> &'static str {
    match seen {
        Seen::Nothing | Seen::Null => "NoneType",
        Seen::Boolean(_) => "bool",
        Seen::Integer(_) => "int",
        Seen::Float(_) => "float",
        Seen::Text { .. } => "str",
        Seen::List(_) => "list",
        Seen::Object(_) => "dict",
    }
}

/// `http://host:port` of a pair server's URL.
///
/// # Errors
/// Houmao's words.
pub(super) fn base_url(written: &str) -> Result<String, String> {
    let url = python::strip(written).trim_end_matches('/');
    let said = |text: &str| Err(text.to_owned());
    if url.is_empty() {
        return said("must not be empty");
    }
    let Some((_, rest)) = url.split_once(':').filter(|(s, _)| s.eq_ignore_ascii_case("http")) else {
        return said("must use `http` scheme");
    };
    let (before_fragment, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (hierarchy, query) = before_fragment.split_once('?').unwrap_or((before_fragment, ""));
    let Some(authority) = hierarchy.strip_prefix("//") else { return said("must include host and port") };
    let (authority, path) = authority.find('/').map_or((authority, ""), |at| authority.split_at(at));
    let host_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match host_port.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':').unwrap_or_default()),
        None => host_port.split_once(':').unwrap_or((host_port, "")),
    };
    if host.is_empty() {
        return said("must include host and port");
    }
    let port = port_number(port)?;
    if !matches!(path, "" | "/") {
        return said("must not include a path component");
    }
    if !query.is_empty() || !fragment.is_empty() {
        return said("must not include query or fragment components");
    }
    Ok(format!("http://{}:{port}", host.to_lowercase()))
}

/// The port of a URL, in the words of Python's `urllib` and of Houmao.
fn port_number(port: &str) -> Result<u16, String> {
    if port.is_empty() {
        return Err("must include host and port".into());
    }
    if !port.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("Port could not be cast to integer value as {}", python::quoted(port)));
    }
    port.parse().map_err(|_| "Port out of range 0-65535".to_owned())
}

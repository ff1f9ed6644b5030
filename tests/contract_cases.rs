//! Holds `contract` against what real Houmao releases said of real and of damaged files.
//!
//! `fixtures/contract/*.jsonl`: lines with `doc` give a document a name; the others are cases: a base document, a patch,
//! the release that loaded it, and what came of it (`said` for a refusal, `reads` for what was read). They were
//! recorded by calling the loaders of the published packages.
#![expect(clippy::unwrap_used, reason = "a fixture that cannot be read is a failed test")]
use houmao_doctor::contract::*;
use houmao_doctor::snapshot::{Content, FileView, Observed, Reason, ReasonKind};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What a loader made of a case: outcome, text, readings.
#[derive(Debug, PartialEq)]
struct Outcome {
    is: &'static str,
    said: String,
    reads: Value,
}

fn outcome<T>(loaded: Loaded<T>, reads: impl FnOnce(T) -> Value) -> Outcome {
    match loaded {
        Loaded::Ok(value) => Outcome { is: "ok", said: String::new(), reads: reads(value) },
        Loaded::Refused(refusal) => Outcome {
            is: if refusal.uncaught { "uncaught" } else { "refused" },
            said: refusal.said,
            reads: Value::Null,
        },
        Loaded::Unknown(why) => Outcome { is: "unknown", said: why, reads: Value::Null },
    }
}

fn endpoint(e: &Endpoint) -> Value {
    json!([
        e.api_base_url,
        e.managed_agent_ref,
        e.terminal_id,
        e.profile_name,
        e.profile_path,
        e.parsing_mode,
        e.tmux_window_name
    ])
}

fn manifest(m: &Manifest, path: &str) -> Value {
    let mut reads = json!({ "agent_id": m.agent_id, "agent_name": m.agent_name, "session_id": m.session_id,
        "role": m.role_name, "authority": m.registry_launch_authority });
    let more = match m.authority(path) {
        Ok(a) => {
            json!({ "tmux": a.tmux_session_name, "attach": endpoint(&a.attach), "control": endpoint(&a.control) })
        }
        Err(said) => json!({ "no_authority": said }),
    };
    reads.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    reads
}

fn record(r: &Record, release: Release) -> Value {
    let now: Timestamp = "2026-11-24T00:00:00Z".parse().unwrap();
    let relaunchable = (release >= LIFECYCLE_RECORDS).then(|| r.is_relaunchable(now));
    let gateway = r.gateway.as_ref().map(|g| json!([g.host, g.port]));
    json!({ "name": r.agent_name, "id": r.agent_id, "session": r.session_name(), "fresh": r.is_fresh(now),
        "active": r.is_active(now), "relaunchable": relaunchable, "gateway": gateway, "def_dir": r.agent_def_dir })
}

fn index(window: Option<&RecordedWindow>) -> Option<&str> {
    window.map(|w| w.index.as_str())
}

fn run(kind: &str, file: &Observed<FileView>, release: Release) -> Outcome {
    let path = file.present().map_or("/home/alice/record.json", |f| &f.path);
    match kind {
        "manifest" => outcome(load_manifest(file, path, release), |m| manifest(&m, path)),
        "record" => outcome(load_record(file, path, release), |r| record(&r, release)),
        "external" => outcome(load_external_record(file, path, release), |r| {
            json!({ "name": r.local_name, "id": r.external_agent_id, "url": r.pair_api_base_url,
                "ref": r.remote_agent_ref })
        }),
        "attach" => outcome(
            load_attach_contract(file, path, release),
            |a| json!({ "identity": a.attach_identity, "port": a.desired_port }),
        ),
        "gateway_manifest" => outcome(
            load_gateway_manifest(file, path, release),
            |m| json!({ "identity": m.attach.attach_identity, "port": m.port, "window": index(m.tmux_window.as_ref()) }),
        ),
        "desired_config" => outcome(
            load_desired_config(file, path, release),
            |d| json!({ "host": d.host, "port": d.port, "mode": d.execution_mode }),
        ),
        "state" => outcome(load_gateway_state(file, path, release), |s| {
            json!({ "health": s.gateway_health, "port": s.port, "mode": s.execution_mode,
                "window": index(s.tmux_window.as_ref()) })
        }),
        "instance" => outcome(load_current_instance(file, path, release), |i| {
            json!({ "pid": i.pid, "port": i64::try_from(i.port).unwrap(), "mode": i.execution_mode,
                "window": index(i.tmux_window.as_ref()) })
        }),
        other => panic!("no such kind: {other}"),
    }
}

fn file_name(kind: &str) -> &'static str {
    match kind {
        "manifest" => "manifest.json",
        "record" | "external" => "record.json",
        "attach" => "attach.json",
        "gateway_manifest" => "gateway_manifest.json",
        "desired_config" => "desired-config.json",
        "state" => "state.json",
        _ => "current-instance.json",
    }
}

fn view(kind: &str, content: Content) -> Observed<FileView> {
    let path = format!("/home/alice/{}", file_name(kind));
    Observed::Present(FileView { path, size: 1, modified_at: "2026-11-23T08:00:00Z".into(), content })
}

/// Sets or removes the value at a pointer.
fn patch(doc: &mut Value, change: &Value) {
    let path = change["path"].as_str().unwrap();
    let Some((parent, key)) = path.rsplit_once('/') else {
        *doc = change["value"].clone();
        return;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    match doc.pointer_mut(parent).unwrap() {
        Value::Object(map) if change["op"] == "remove" => drop(map.shift_remove(&key)),
        Value::Object(map) => drop(map.insert(key, change["value"].clone())),
        Value::Array(items) if change["op"] == "remove" => drop(items.remove(key.parse().unwrap())),
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = change["value"].clone(),
        other => panic!("{path} leads into {other}"),
    }
}

struct Case {
    line: Value,
    file: Observed<FileView>,
}

impl Case {
    fn kind(&self) -> &str {
        self.line["kind"].as_str().unwrap()
    }

    fn release(&self) -> Release {
        Release::parse(self.line["release"].as_str().unwrap()).unwrap()
    }

    fn recorded(&self) -> Outcome {
        Outcome {
            is: ["ok", "refused", "uncaught"].into_iter().find(|is| self.line["outcome"] == *is).unwrap(),
            said: self.line["said"].as_str().unwrap_or_default().to_owned(),
            reads: self.line["reads"].clone(),
        }
    }

    fn document(&self) -> Option<&Value> {
        match &self.file.present()?.content {
            Content::Json(value) => Some(value),
            _ => None,
        }
    }
}

fn cases() -> Vec<Case> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/contract");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    let mut bases = BTreeMap::new();
    let mut cases = Vec::new();
    for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "jsonl")) {
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            if let Some(doc) = line.get("doc") {
                bases.insert(line["base"].as_str().unwrap().to_owned(), doc.clone());
                continue;
            }
            let kind = line["kind"].as_str().unwrap();
            let file = match line.get("file") {
                Some(Value::String(_)) => Observed::Absent,
                Some(bytes) => view(kind, serde_json::from_value(bytes.clone()).unwrap()),
                None => {
                    let mut doc = bases[line["base"].as_str().unwrap()].clone();
                    line["patch"].as_array().unwrap().iter().for_each(|change| patch(&mut doc, change));
                    view(kind, Content::Json(doc))
                }
            };
            cases.push(Case { line, file });
        }
    }
    cases
}

#[test]
fn says_what_houmao_said() {
    let cases = cases();
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let (ours, theirs) = (run(case.kind(), &case.file, case.release()), case.recorded());
            (ours != theirs).then(|| {
                format!(
                    "{} {} {}\n  ours   {ours:?}\n  theirs {theirs:?}",
                    case.line["base"], case.line["release"], case.line["patch"]
                )
            })
        })
        .collect();
    assert!(cases.len() > 150, "only {} cases were found", cases.len());
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        cases.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
}

#[test]
fn violations_point_into_the_document() {
    let mut seen = 0;
    for case in cases() {
        let (Some(doc), path) = (case.document(), "/home/alice/x.json") else { continue };
        let refusal = match case.kind() {
            "manifest" => load_manifest(&case.file, path, case.release()).refusal().cloned(),
            "record" => load_record(&case.file, path, case.release()).refusal().cloned(),
            _ => continue,
        };
        for violation in refusal.map(|r| r.violations).unwrap_or_default() {
            seen += 1;
            assert!(violation.said.starts_with("$"), "{violation:?}");
            let legacy = doc["schema_version"] != 4 && case.kind() == "manifest";
            let found = doc.pointer(&violation.pointer).is_some();
            assert!(legacy || found != (violation.found == "nothing"), "{violation:?} of {doc}");
        }
    }
    assert!(seen > 100, "only {seen} violations were found");
}

/// Replaces every scalar by the placeholder that collection would leave.
fn redact(value: &mut Value) {
    let placeholder = |kind: &str, blank: bool| json!({ "$redacted": { "type": kind, "blank": blank } });
    *value = match value {
        Value::Null => return,
        Value::Bool(_) => placeholder("boolean", false),
        Value::Number(n) => placeholder(if n.is_f64() { "float" } else { "integer" }, false),
        Value::String(s) => placeholder("string", s.trim().is_empty()),
        Value::Array(items) => return items.iter_mut().for_each(redact),
        Value::Object(map) if is_number(map) => return,
        Value::Object(map) => return map.values_mut().for_each(redact),
    };
}

fn is_number(map: &Map<String, Value>) -> bool {
    map.len() == 1 && map.contains_key("$number")
}

/// What is hidden may leave an answer open; it never turns a yes into a no, or a no into a yes.
#[test]
fn redaction_never_changes_an_answer() {
    let mut open = 0;
    let mut refused = 0;
    for case in cases() {
        let Some(mut doc) = case.document().cloned() else { continue };
        let keep = doc.get("schema_version").cloned();
        redact(&mut doc);
        if let (Some(version), Some(map)) = (keep, doc.as_object_mut()) {
            map.insert("schema_version".into(), version);
        }
        let ours = run(case.kind(), &view(case.kind(), Content::Json(doc)), case.release());
        match ours.is {
            "unknown" => open += 1,
            is => {
                refused += usize::from(is == "refused");
                let theirs = case.recorded();
                assert_eq!(
                    is == "ok",
                    theirs.is == "ok",
                    "{} {}: {ours:?} but {theirs:?}",
                    case.line,
                    theirs.said
                );
            }
        }
    }
    assert!(open > 20 && refused > 50, "{open} open, {refused} refused");
}

#[test]
fn a_file_that_was_not_seen_is_unknown() {
    let release = Release::new(0, 4, 2);
    let denied =
        Observed::Unreadable(Reason { kind: ReasonKind::Permission, detail: "permission denied".into() });
    assert_eq!(
        load_manifest(&denied, "/m/manifest.json", release),
        Loaded::Unknown("/m/manifest.json is unreadable: permission denied".into())
    );
    let folder = Observed::Unreadable(Reason { kind: ReasonKind::Directory, detail: "a directory".into() });
    let said = load_manifest(&folder, "/m/manifest.json", release).refusal().unwrap().said.clone();
    assert_eq!(said, "Session manifest not found: /m/manifest.json");
}

//! Decision tables: one small change to a healthy world, and what the command would do about it.
use super::sample::{self, ROOT, instance, joined, process};
use super::*;
use crate::finding::{EffectKind, OperationVerdict as V, StepOutcome};
use crate::snapshot::{Content, EnvValue, Observed, PathKind, PathState};
use serde_json::json;

const OLD: Release = Release::new(0, 4, 2);

const ATTACH: Verb = Verb::Attach { background: false };
const BACKGROUND: Verb = Verb::Attach { background: true };

fn ask(snapshot: &Snapshot, verb: Verb, selector: Selector) -> Operation {
    replay(snapshot, &Ask::of(verb, selector, None, OLD), OLD)
}

fn here(snapshot: &Snapshot, verb: Verb) -> Operation {
    ask(snapshot, verb, Selector::Current { explicit: true })
}

fn by_name(snapshot: &Snapshot, verb: Verb) -> Operation {
    ask(snapshot, verb, Selector::AgentName("gpu".into()))
}

/// Verdict, exit code, deciding step, error.
fn end(operation: &Operation) -> (V, Option<i32>, &str, Option<&str>) {
    (operation.verdict, operation.exit_code, &operation.decided_by, operation.error.as_deref())
}

fn kills(operation: &Operation) -> Vec<(&str, bool)> {
    let hits = operation.effects.iter().filter(|e| e.kind == EffectKind::KillsWindow);
    hits.map(|e| (e.target.as_str(), e.harm)).collect()
}

fn kinds(operation: &Operation) -> Vec<EffectKind> {
    let mut kinds: Vec<EffectKind> = operation.effects.iter().map(|e| e.kind).collect();
    kinds.dedup();
    kinds
}

#[test]
fn a_healthy_session_attaches_detaches_and_shows_its_status() {
    for verb in [ATTACH, BACKGROUND, Verb::Detach, Verb::Status] {
        let operation = here(&joined(), verb.clone());
        assert_eq!(operation.verdict, V::WillWork, "{verb:?}: {operation:#?}");
        assert_eq!((operation.exit_code, &operation.error), (Some(0), &None));
        assert_eq!(operation.subject.as_deref(), Some("session:gpu"));
        // Even status copies the shell's environment, rewrites files and publishes the record.
        let seen = kinds(&operation);
        for kind in [EffectKind::CopiesEnv, EffectKind::RewritesFile, EffectKind::PublishesRecord] {
            assert!(seen.contains(&kind), "{verb:?}: no {kind:?}");
        }
    }
}

#[test]
fn the_manifest_pointer_falls_back_or_is_hidden() {
    let gone = "Current-session attach metadata is stale: `HOUMAO_MANIFEST_PATH` points to missing manifest \
                `/gone/manifest.json`.";
    let mut s = joined();
    s.variable("HOUMAO_MANIFEST_PATH", Some("/gone/manifest.json"));
    let operation = here(&s, ATTACH);
    assert_eq!(operation.verdict, V::WillWorkByFallback);
    assert_eq!(operation.hidden_error.as_deref(), Some(gone));

    s.variable("HOUMAO_AGENT_ID", None);
    let whole = format!("{gone} Shared-registry fallback by `HOUMAO_AGENT_ID` was unavailable.");
    assert_eq!(end(&here(&s, ATTACH)), (V::WillFail, Some(1), "agent-id", Some(whole.as_str())));

    s.variable("HOUMAO_AGENT_ID", Some("ffff"));
    let operation = here(&s, ATTACH);
    assert_eq!(operation.error.as_deref(), Some(texts::ID_STALE.template));
    assert_eq!(operation.hidden_error.as_deref(), Some(gone));

    s.variable("HOUMAO_AGENT_ID", Some("a/b"));
    assert_eq!(here(&s, ATTACH).error.as_deref(), Some(texts::ID_INVALID.template));

    s.variable("HOUMAO_MANIFEST_PATH", None);
    s.variable("HOUMAO_AGENT_ID", None);
    let operation = here(&s, ATTACH);
    assert_eq!(end(&operation), (V::WillFail, Some(1), "agent-id", Some(texts::NO_METADATA.template)));
    let after: Vec<_> = operation.steps.iter().skip_while(|s| s.id != "agent-id").skip(1).collect();
    assert!(after.iter().all(|s| s.outcome == StepOutcome::NotReached) && after.len() > 5);
}

#[test]
fn a_renamed_session_is_told_from_the_manifest_s_own() {
    let mut s = joined();
    s.tmux_sessions()[0].name = "gpu-new".into();
    let said = "Current-session attach metadata is stale: the resolved manifest belongs to tmux session `gpu`, not \
                `gpu-new`.";
    let operation = here(&s, ATTACH);
    assert_eq!(end(&operation), (V::WillFail, Some(1), "record-manifest-session", Some(said)));
    // By name the session is resumed by its old name, which is a prefix of the new one.
    let operation = by_name(&s, Verb::Status);
    assert_eq!(operation.verdict, V::WouldHarm, "another agent's session gets this agent's pointers");
    let said = "`--target-tmux-session` resolved no live local tmux session named `other`.";
    let operation = ask(&s, ATTACH, Selector::TmuxSession("other".into()));
    assert_eq!(end(&operation), (V::WillFail, Some(1), "target-session", Some(said)));
}

/// A break of the healthy world, the step that stops at it, and what is said there.
type Break = (&'static str, fn(&mut Snapshot), String);

fn stops_at(table: Vec<Break>) {
    for (step, change, said) in table {
        let mut s = joined();
        change(&mut s);
        for verb in [ATTACH, Verb::Detach, Verb::Status] {
            assert_eq!(end(&here(&s, verb)), (V::WillFail, Some(1), step, Some(said.as_str())));
        }
    }
}

#[test]
fn a_resume_stops_at_what_it_needs() {
    let prompt = format!("{ROOT}/agent_def/roles/gpu/system-prompt.md");
    stops_at(vec![
        (
            "role-prompt",
            |s| {
                let path = format!("{ROOT}/agent_def/roles/gpu/system-prompt.md");
                let state = PathState { kind: PathKind::Missing, resolved: path.clone() };
                s.paths.insert(path, Observed::Present(state));
            },
            format!("Role prompt not found: {prompt}"),
        ),
        (
            "executable",
            |s| {
                s.executables.insert("claude".into(), Observed::Absent);
            },
            "local_interactive runtime execution requires `claude` on PATH. Install the required CLI and verify with \
             `command -v claude`."
                .into(),
        ),
        (
            "agent-def-dir",
            |s| s.variable("HOUMAO_AGENT_DEF_DIR", None),
            texts::NO_DEF_DIR.say(&[("label", "Current-session attach")]),
        ),
    ]);
}

#[test]
fn a_resume_stops_at_what_it_writes() {
    let conflict = format!(
        "Shared-registry ownership conflict for agent_id `{}` before publish: fresh generation `g2` already owns that \
         logical identity, so generation `g1` must stand down.",
        sample::AGENT_ID
    );
    stops_at(vec![
        (
            "registry-publish",
            |s| {
                let mut record = sample::record();
                record["generation_id"] = json!("g2");
                if let Observed::Present(entries) = &mut s.registry.folders[1].live {
                    entries[0].record = sample::json_file("r", record);
                }
            },
            conflict,
        ),
        (
            "queue",
            |s| {
                let path = format!("{ROOT}/gateway/queue.sqlite");
                let file = crate::snapshot::QueueFile { path, size: 9, sqlite: false };
                s.session_roots[0].gateway.queue = Observed::Present(file);
            },
            "file is not a database".into(),
        ),
        (
            "desired-config",
            |s| {
                let path = format!("{ROOT}/gateway/desired-config.json");
                let mut file = sample::json_file(&path, json!({}));
                if let Observed::Present(view) = &mut file {
                    view.content = Content::NotJson("Expecting value: line 1 column 1 (char 0)".into());
                }
                s.session_roots[0].gateway.desired_config = file;
            },
            format!(
                "Invalid JSON in {ROOT}/gateway/desired-config.json: Expecting value: line 1 column 1 (char 0)"
            ),
        ),
    ]);
}

#[test]
fn attaching_over_a_live_gateway_restarts_it_or_destroys_it() {
    let s = joined().with_gateway();
    let operation = here(&s, ATTACH);
    assert_eq!((operation.verdict, kills(&operation)), (V::WillWork, vec![("@1", false)]));
    let operation = here(&s, BACKGROUND);
    let said = "Gateway attach failed because listener 127.0.0.1:45999 is already in use.";
    assert_eq!(end(&operation), (V::WillFail, Some(1), "start-gateway", Some(said)));
    assert_eq!(kills(&operation), [("@1", false)], "a failed attach kills the live gateway");
}

#[test]
fn a_stale_handle_kills_whatever_has_its_window_id() {
    // The recorded window is the agent's own, and the session's last one.
    let mut s = joined();
    s.record_instance(instance(777, "@0", "%0"));
    s.processes.insert(777, Observed::Absent);
    let gone = "Tmux session `gpu` does not exist.";
    for verb in [ATTACH, Verb::Detach] {
        let operation = here(&s, verb);
        assert_eq!((operation.verdict, operation.exit_code), (V::WouldHarm, Some(1)));
        assert_eq!((kills(&operation), operation.error.as_deref()), (vec![("@0", true)], Some(gone)));
    }
    assert_eq!(kills(&here(&s, BACKGROUND)), [], "a background attach that works kills nothing");
    assert_eq!(here(&s, Verb::Status).verdict, V::WillWork);

    // With another window the session lives on, and index 0 is free for the gateway.
    s.tmux_sessions()[0].windows.push(sample::session("$9", "x", &[("@5", 3, "logs")]).windows.remove(0));
    let operation = here(&s, ATTACH);
    assert_eq!(
        (operation.verdict, operation.error.as_deref()),
        (V::WouldHarm, Some(texts::WINDOW_ZERO.template))
    );
    let operation = here(&s, Verb::Detach);
    assert_eq!((operation.verdict, operation.exit_code), (V::WouldHarm, Some(0)));

    // Another session's window.
    let mut s = joined();
    s.record_instance(instance(777, "@7", "%7"));
    s.processes.insert(777, Observed::Absent);
    s.tmux_sessions().push(sample::session("$1", "other", &[("@7", 0, "claude")]));
    for verb in [ATTACH, Verb::Detach] {
        let operation = here(&s, verb);
        assert_eq!((operation.verdict, operation.exit_code), (V::WouldHarm, Some(0)));
        assert_eq!(kills(&operation), [("@7", true)]);
    }

    // A window that is gone harms nobody.
    let mut s = joined();
    s.record_instance(instance(777, "@9", "%9"));
    s.processes.insert(777, Observed::Absent);
    assert_eq!((here(&s, Verb::Detach).verdict, kills(&here(&s, Verb::Detach))), (V::WillWork, vec![]));
}

#[test]
fn a_record_with_index_zero_makes_detach_signal_the_pid_file_s_process() {
    let mut s = joined();
    let mut handle = instance(777, "@1", "%1");
    handle["tmux_window_index"] = json!("0");
    s.record_instance(handle);
    let path = format!("{ROOT}/gateway/run/gateway.pid");
    let mut file = sample::json_file(&path, json!(null));
    if let Observed::Present(view) = &mut file {
        view.content = Content::Text("888\n".into());
    }
    s.session_roots[0].gateway.pid_file = file;
    s.processes.insert(888, process(false));
    let operation = here(&s, Verb::Detach);
    assert_eq!((operation.verdict, operation.exit_code), (V::WouldHarm, Some(0)));
    let signals: Vec<_> = operation.effects.iter().filter(|e| e.kind == EffectKind::SignalsProcess).collect();
    assert_eq!(signals.len(), 1);
    assert_eq!((signals[0].target.as_str(), signals[0].harm), ("888", true));
    s.processes.insert(888, process(true));
    assert_eq!(here(&s, Verb::Detach).verdict, V::WillWork);
}

#[test]
fn the_shell_chooses_host_and_port() {
    let with = |name: &str, value: &str| {
        let mut s = joined();
        s.shell(name, value);
        here(&s, ATTACH).error
    };
    assert_eq!(
        with("HOUMAO_AGENT_GATEWAY_PORT", "abc").as_deref(),
        Some("Invalid `HOUMAO_AGENT_GATEWAY_PORT` value 'abc'.")
    );
    assert_eq!(with("HOUMAO_AGENT_GATEWAY_PORT", "70000").as_deref(), Some(texts::PORT_RANGE.template));
    assert_eq!(with("HOUMAO_AGENT_GATEWAY_HOST", "localhost").as_deref(), Some(texts::HOST.template));
    assert_eq!(with("HOUMAO_AGENT_GATEWAY_PORT", "0"), None);
    let mut s = joined();
    s.shell("HOUMAO_AGENT_GATEWAY_PORT", "4000");
    assert_eq!(here(&s, ATTACH).missing, ["port 4000 was not looked at"]);
    s.listen(4000, None);
    assert_eq!(here(&s, ATTACH).verdict, V::WillWork);
    s.listen(4000, Some(1));
    assert_eq!(
        here(&s, ATTACH).error.as_deref(),
        Some("Gateway attach failed because listener 127.0.0.1:4000 is already in use.")
    );
}

/// What an unseen shell can turn is not told; what it cannot is.
#[test]
fn an_unseen_shell_hides_no_harm_and_promises_nothing() {
    let unseen = |s: &mut Snapshot| s.host.env = Observed::NotLooked("tests".into());
    let mut s = joined();
    assert_eq!(here(&s, ATTACH).verdict, V::WillWork);
    unseen(&mut s);
    for verb in [ATTACH, Verb::Detach, Verb::Status] {
        let told = here(&s, verb);
        assert_eq!((told.verdict, told.decided_by.as_str()), (V::CannotTell, "command"));
        assert_eq!(told.missing, ["the variables of this shell are not looked at: tests"]);
    }
    // The port is taken, and the shell may name another one.
    let mut s = joined();
    s.desire_port(4000);
    s.listen(4000, Some(1));
    assert_eq!(here(&s, ATTACH).verdict, V::WillFail);
    unseen(&mut s);
    assert_eq!(here(&s, ATTACH).verdict, V::CannotTell);
    // No variable mends a session that publishes nothing.
    let mut s = joined();
    s.tmux_sessions()[0].env = Observed::Present(std::collections::BTreeMap::new());
    let error = here(&s, ATTACH).error;
    unseen(&mut s);
    assert_eq!((here(&s, ATTACH).verdict, here(&s, ATTACH).error), (V::WillFail, error));
}

#[test]
fn names_and_ids_are_looked_up_before_the_pair_server() {
    let s = joined();
    assert_eq!(by_name(&s, ATTACH).verdict, V::WillWork);
    let operation = ask(&s, ATTACH, Selector::AgentId("nope".into()));
    let refused = "Failed to reach a Houmao pair authority at http://127.0.0.1:9889: CAO API error for GET \
                   http://127.0.0.1:9889/health: status=unavailable, detail=[Errno 111] Connection refused";
    assert_eq!(end(&operation), (V::WillFail, Some(1), "default-pair", Some(refused)));
    let operation = ask(&s, ATTACH, Selector::AgentName("nope".into()));
    let said = format!(
        "No local managed agent matched friendly name `nope`.\nFallback lookup through the default pair authority also \
         failed: {refused}\nRetry with `houmao-mgr agents list`, the correct friendly managed-agent name, or `--agent-id \
         <id>`."
    );
    assert_eq!(operation.error.as_deref(), Some(said.as_str()));
}

#[test]
fn what_cannot_be_seen_is_never_guessed() {
    let mut s = joined();
    s.executables.insert("claude".into(), Observed::NotLooked("not needed".into()));
    let operation = here(&s, ATTACH);
    assert_eq!(end(&operation), (V::CannotTell, None, "executable", None));
    assert_eq!(operation.missing, ["claude on PATH is not looked at: not needed"]);
    let mut s = joined();
    s.tmux_sessions()[0].env = Observed::NotLooked("tests".into());
    assert_eq!(here(&s, ATTACH).verdict, V::CannotTell);
    s.taken_at = "never".into();
    assert_eq!(here(&s, ATTACH).verdict, V::CannotTell);
}

#[test]
fn a_session_is_asked_about_as_from_inside() {
    let mut s = joined();
    s.tmux_sessions().push(sample::session("$1", "other", &[("@7", 0, "bash")]));
    let verdicts =
        |id: &str| -> Vec<V> { asks_for(&s, id, OLD).iter().map(|a| replay(&s, a, OLD).verdict).collect() };
    assert_eq!(verdicts("$0"), [V::WillWork, V::WillWork, V::WillWork]);
    assert_eq!(verdicts("$1"), [V::WillFail, V::WillFail, V::WillFail]);
    assert!(verdicts("$9").is_empty());
}

#[test]
fn later_releases_look_elsewhere_and_speak_differently() {
    let new = Release::new(2, 4, 0);
    let s = joined();
    let operation = replay(&s, &Ask::inside(ATTACH, "$0", new), new);
    assert_eq!(
        operation.error.as_deref(),
        Some(texts::ID_STALE.template),
        "the registry lies elsewhere since 1.0"
    );
    let hidden = operation.hidden_error.unwrap_or_default();
    assert!(hidden.contains("$.runtime.job_dir: Extra inputs are not permitted"), "{hidden}");
    let operation = replay(&s, &Ask::of(ATTACH, Selector::TmuxSession("gpu".into()), None, new), new);
    assert_eq!(
        (operation.exit_code, operation.error.as_deref()),
        (Some(2), Some("No such command 'gateway'."))
    );
    assert!(operation.argv.iter().any(|w| w == "self"));
}

#[test]
fn a_removed_or_global_variable_is_not_set() {
    let mut s = joined();
    if let Observed::Present(env) = &mut s.tmux_sessions()[0].env {
        env.insert("HOUMAO_MANIFEST_PATH".into(), EnvValue::Removed);
        env.insert("HOUMAO_AGENT_ID".into(), EnvValue::GlobalOnly("x".into()));
    }
    assert_eq!(here(&s, ATTACH).error.as_deref(), Some(texts::NO_METADATA.template));
}

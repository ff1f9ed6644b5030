//! What is said where tmux tells nothing: which operation cannot be foretold, why, and what to do about it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use houmao_doctor::doctor::{self, Request, Selection};
use houmao_doctor::finding::{Effect, OperationVerdict, Report, Verdict};
use houmao_doctor::report::{self, Format, Look};
use houmao_doctor::snapshot::{Observed, Snapshot, TmuxAnswer};
use std::path::Path;

fn healthy() -> Snapshot {
    doctor::load_snapshot(Path::new("fixtures/sessions/0.4.2-healthy-attached/snapshot.yaml")).unwrap()
}

fn judged(snapshot: &Snapshot) -> (Report, String) {
    let request = Request { offline: true, ..Request::default() };
    let report = doctor::judge(snapshot, &doctor::rule_set().unwrap(), &request).unwrap();
    let page = page(&report);
    (report, page)
}

/// The report as it is read, on one line.
fn page(report: &Report) -> String {
    let mut page = Vec::new();
    report::write(Format::Human, report, &Look::default(), &mut page).unwrap();
    String::from_utf8(page).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn answers() -> Vec<(TmuxAnswer, &'static str)> {
    let said = "error connecting to /tmp/tmux-1000/default (Permission denied)".to_owned();
    vec![
        (TmuxAnswer::TimedOut { after_ms: 2000 }, "tmux did not answer within 2000 ms"),
        (TmuxAnswer::NotPermitted { said: said.clone() }, "Permission denied"),
        (TmuxAnswer::Failed { said: "protocol version mismatch".into() }, "protocol version mismatch"),
        (TmuxAnswer::NotInstalled, "there is none on PATH"),
        (TmuxAnswer::NotLooked { why: "the snapshot was taken without it".into() }, "taken without it"),
    ]
}

#[test]
fn the_operation_that_cannot_be_foretold_is_named_with_the_reason() {
    for (answer, why) in answers() {
        let mut snapshot = healthy();
        snapshot.tmux.answer = answer;
        let (report, page) = judged(&snapshot);
        assert_eq!(report.exit_code, 3, "{page}");
        let verdict = "CANNOT TELL whether gateway attach will work for session \"gpu\": tmux";
        assert!(page.contains(verdict) && page.contains(why), "{page}");
        assert!(page.contains("Replay of gateway attach --current-session (not run): step 1"), "{page}");
        let names: Vec<&str> = report.operations.iter().map(|o| o.operation.as_str()).collect();
        assert_eq!(names, ["attach", "detach", "status"]);
        assert!(report.operations.iter().all(|o| o.verdict == OperationVerdict::CannotTell));
        // That it was replayed decides no rule: what asks for it is unknown as before.
        let decided = |o: &&houmao_doctor::finding::Outcome| {
            o.rule == "attach-will-fail" && !matches!(o.verdict, Verdict::Unknown { .. })
        };
        assert!(!report.outcomes.iter().any(|o| decided(&o)), "{page}");
    }
}

#[test]
fn a_server_that_hangs_is_asked_again_and_nothing_is_changed() {
    let mut snapshot = healthy();
    snapshot.tmux.answer = TmuxAnswer::TimedOut { after_ms: 2000 };
    let (report, page) = judged(&snapshot);
    assert!(page.contains("Do this 1. Ask tmux yourself with `tmux list-sessions`"), "{page}");
    assert!(!page.contains("as the user"), "another user is no help against a server that hangs: {page}");
    let findings = report.outcomes.iter().filter_map(|o| match &o.verdict {
        Verdict::Fired { finding } => Some(finding),
        _ => None,
    });
    let remedies: Vec<_> = findings.flat_map(|f| &f.remedies).collect();
    assert!(remedies.len() >= 2 && remedies.iter().all(|r| r.effect == Effect::ReadOnly), "{remedies:?}");
}

/// The session that was asked for is named though no file names it, and the first step fits what tmux answered.
#[test]
fn the_session_that_was_asked_for_is_named_and_the_first_step_fits() {
    let old = "the tmux server at /tmp/s did not know an option (usage), and sessions can be read exactly only from tmux 3.2 on";
    let failed = |said: &str| TmuxAnswer::Failed { said: said.into() };
    let cases = [
        (TmuxAnswer::NotInstalled, "1. Put the folder of the agents' tmux program on the PATH"),
        (TmuxAnswer::NotPermitted { said: "Permission denied".into() }, "1. Run the doctor as the user"),
        (TmuxAnswer::TimedOut { after_ms: 2000 }, "1. Ask tmux yourself with `tmux list-sessions` (Ctrl-C"),
        (
            failed("protocol version mismatch (client 8, server 7)"),
            "1. Look with the tmux program of the server",
        ),
        (failed(old), "newer tmux first on the PATH"),
        (failed("lost server"), "1. Ask tmux yourself with `tmux list-sessions`, and go by"),
    ];
    for (answer, step) in cases {
        for asked in [None, Some("0.4.2".to_owned())] {
            let mut snapshot = healthy();
            snapshot.tmux.answer = answer.clone();
            snapshot.session_roots.clear();
            snapshot.registry.folders.clear();
            snapshot.houmao.installed = Observed::Absent;
            snapshot.houmao.asked.clone_from(&asked);
            let selection = Selection::Session("gpu".into());
            let request = Request { offline: true, selection, houmao: asked, ..Request::default() };
            let report = doctor::judge(&snapshot, &doctor::rule_set().unwrap(), &request).unwrap();
            let page = page(&report);
            assert_eq!(report.exit_code, 3, "{page}");
            let verdict = match request.houmao {
                Some(_) => "CANNOT TELL whether gateway attach will work for session \"gpu\": tmux",
                None => "CANNOT TELL session \"gpu\": whether an attach would work: tmux",
            };
            assert!(page.contains(verdict) && page.contains(step), "{step}: {page}");
        }
    }
}

/// Without tmux and without a record there is no session to name: the machine is what cannot be told of.
#[test]
fn a_machine_of_which_nothing_is_known_is_no_warning() {
    for (answer, _) in answers() {
        let mut snapshot = healthy();
        snapshot.tmux.answer = answer;
        snapshot.session_roots.clear();
        snapshot.registry.folders.clear();
        let (report, page) = judged(&snapshot);
        assert_eq!(report.exit_code, 3, "{page}");
        let verdict =
            "CANNOT TELL this machine: which sessions there are, and whether an attach would work: tmux";
        assert!(page.contains(verdict) && !page.contains("when it suits"), "{page}");
    }
}

/// Where the release is not known, what all releases do is said, and of what they do differently that it cannot be told.
#[test]
fn without_a_release_the_verdict_still_names_the_operation() {
    let folder = Path::new("fixtures/sessions/0.4.2-pointer-missing-file-no-id/snapshot.yaml");
    let mut snapshot = doctor::load_snapshot(folder).unwrap();
    snapshot.houmao.installed = Observed::Absent;
    snapshot.session_roots.clear();
    let (report, page) = judged(&snapshot);
    assert_eq!((report.houmao_version.as_deref(), report.exit_code), (None, 1), "{page}");
    assert!(
        page.contains("FAIL gateway attach will fail for session \"gpu\": the manifest pointer"),
        "{page}"
    );
    assert!(page.contains("Replay of gateway attach --current-session (not run): step 1"), "{page}");
    assert!(page.contains("(fall back to the session's HOUMAO_AGENT_ID) FAILS. Exit code 1:"), "{page}");
    // To a rule the release is what is missing, as before.
    assert!(page.contains("which release is installed is not known"), "{page}");
    assert!(!page.contains("names its target"), "{page}");

    // A session of which nothing is wrong but that no manifest tells the release.
    let mut snapshot = healthy();
    snapshot.houmao.installed = Observed::Absent;
    for root in &mut snapshot.session_roots {
        root.manifest = Observed::NotLooked("the snapshot was taken without it".into());
    }
    let (report, page) = judged(&snapshot);
    assert_eq!((report.houmao_version.as_deref(), report.exit_code), (None, 3), "{page}");
    assert!(page.contains("CANNOT TELL whether gateway attach will work for session \"gpu\":"), "{page}");
}

/// Without a record, what the pointer is to an attach from inside is what matters.
#[test]
fn a_missing_record_says_what_is_left_to_an_attach_from_inside() {
    for (fixture, left) in [
        (
            "0.4.2-record-missing-pointer-unset",
            "is not published either, so that an attach from inside has no way left.",
        ),
        ("0.6.6-record-missing", "is all that an attach from inside has to go by."),
    ] {
        let path = format!("fixtures/sessions/{fixture}/snapshot.yaml");
        let (_, page) = judged(&doctor::load_snapshot(Path::new(&path)).unwrap());
        assert!(
            page.contains(&format!("By id the agent is not found, and HOUMAO_MANIFEST_PATH {left}")),
            "{page}"
        );
    }
}

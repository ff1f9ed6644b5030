//! Reports with made-up names, as the engine would hand them over.
use houmao_doctor::doctor;
use houmao_doctor::finding::*;
use houmao_doctor::snapshot::Snapshot;
use std::sync::OnceLock;

fn s(text: &str) -> String {
    text.to_owned()
}

fn argv(line: &str) -> Vec<String> {
    shlex::split(line).unwrap()
}

fn evidence(fact: &str, observed: &str, expected: Option<&str>, source: &str) -> Evidence {
    Evidence { fact: s(fact), observed: s(observed), expected: expected.map(s), source: s(source) }
}

fn step(id: &str, title: &str, outcome: StepOutcome) -> Step {
    Step { id: s(id), title: s(title), outcome, read: None, source: None, said: None }
}

/// The steps of an attach, all ok.
fn steps() -> Vec<Step> {
    [
        ("inside-tmux", "the shell is inside a tmux session"),
        ("session", "the tmux session exists"),
        ("pointer", "HOUMAO_MANIFEST_PATH leads to a manifest"),
        ("fallback", "else a fresh registry record for HOUMAO_AGENT_ID"),
        ("manifest", "the manifest is valid"),
        ("owner", "the manifest is of this session"),
        ("agent-def", "the agent definition directory exists"),
        ("controller", "the session can be taken over"),
        ("gateway-files", "the gateway files agree with the manifest"),
        ("live-gateway", "no other gateway is live"),
        ("port", "a port is free"),
        ("window", "a window for the gateway is made"),
        ("health", "the gateway answers /health"),
        ("publish", "the gateway's address is published"),
    ]
    .map(|(id, title)| step(id, title, StepOutcome::Ok))
    .to_vec()
}

fn operation(name: &str, session: &str, verdict: OperationVerdict) -> Operation {
    Operation {
        operation: s(name),
        selector: s("--current-session"),
        subject: Some(format!("session:{session}")),
        houmao: s("0.4.2"),
        argv: argv(&format!("houmao-mgr agents gateway {name}")),
        verdict,
        exit_code: Some(0),
        error: None,
        decided_by: s("publish"),
        hidden_error: None,
        missing: vec![],
        by_chance: false,
        steps: steps(),
        effects: vec![],
    }
}

/// Ends an operation at step `n` (from 0).
fn stop(op: &mut Operation, n: usize, outcome: StepOutcome, read: &str, source: &str) {
    op.decided_by = op.steps[n].id.clone();
    op.steps[n].outcome = outcome;
    op.steps[n].read = Some(s(read));
    op.steps[n].source = Some(s(source));
    for later in &mut op.steps[n + 1..] {
        later.outcome = StepOutcome::NotReached;
    }
}

fn finding(rule: &str, severity: Severity, subject: &str, title: &str) -> Finding {
    Finding {
        rule: s(rule),
        severity,
        subject: s(subject),
        title: s(title),
        message: s(title),
        why: String::new(),
        confirm: vec![],
        evidence: vec![evidence("session.name", "gpu", None, "tmux session $3")],
        caused_by: vec![],
        echoes: vec![],
        remedies: vec![],
        do_not: vec![],
        references: vec![],
        fingerprint: s("0123456789abcdef"),
    }
}

fn outcome(rule: &str, subject: &str, verdict: Verdict) -> Outcome {
    Outcome { rule: s(rule), subject: s(subject), verdict }
}

fn fired(f: Finding) -> Outcome {
    outcome(&f.rule.clone(), &f.subject.clone(), Verdict::Fired { finding: Box::new(f) })
}

fn passed(report: &mut Report, subject: &str, n: usize) {
    for i in 0..n {
        report.outcomes.push(outcome(&format!("some-rule-{i:02}"), subject, Verdict::Passed));
    }
}

fn session(name: &str, details: &[(&str, &str)]) -> Subject {
    Subject {
        id: format!("session:{name}"),
        kind: SubjectKind::Session,
        name: s(name),
        details: details.iter().map(|(k, v)| (s(k), s(v))).collect(),
    }
}

fn pane(id: &str, command: &str, role: Role) -> LayoutPane {
    LayoutPane { id: s(id), index: 0, command: s(command), pid: 4711, dead: false, active: true, role }
}

fn window(index: u32, name: &str, command: &str, role: Role, recorded: bool) -> LayoutWindow {
    LayoutWindow {
        id: format!("@{index}"),
        index,
        name: s(name),
        active: index == 0,
        role,
        recorded: Some(recorded),
        panes: vec![pane(&format!("%{index}"), command, role)],
        panes_left_out: 0,
    }
}

fn layout(session: &str, windows: Vec<LayoutWindow>) -> Layout {
    Layout {
        subject: format!("session:{session}"),
        session: s(session),
        id: s("$3"),
        windows,
        windows_left_out: 0,
    }
}

/// A report on `sessions`, with nothing found yet.
pub fn empty(sessions: &[&str]) -> Report {
    let host = Subject { id: s("host"), kind: SubjectKind::Host, name: s("this machine"), details: vec![] };
    let root = ("session_root", "/home/alice/.houmao/runtime/sessions/li-07");
    let sessions = sessions.iter().map(|n| session(n, &[("agent_name", n), root, ("tmux_id", "$3")]));
    Report {
        taken_at: s("2026-11-22T07:14:05Z"),
        houmao_version: Some(s("0.4.2")),
        houmao_known_by: s("package metadata beside /home/alice/.local/bin/houmao-mgr"),
        houmao_dialect: Some(s("flat")),
        subjects: std::iter::once(host).chain(sessions).collect(),
        operations: vec![],
        layouts: vec![],
        outcomes: vec![],
        tmux_socket: None,
        not_looked: vec![],
        limits_hit: vec![],
        policy: Default::default(),
        fail_on: Severity::Error,
        asked: false,
        observed_in_ms: Some(1_234),
        exit_code: 0,
        nothing: None,
        waited: None,
    }
}

pub fn healthy() -> Report {
    let mut r = empty(&["gpu"]);
    r.layouts.push(layout(
        "gpu",
        vec![
            window(0, "claude", "claude", Role::AgentSurface, false),
            window(1, "gateway", "python3", Role::RecordedGateway, true),
            window(2, "logs", "tail", Role::Auxiliary, false),
        ],
    ));
    r.operations = vec![operation("attach", "gpu", OperationVerdict::WillWork)];
    let mut detach = operation("detach", "gpu", OperationVerdict::WillFail);
    detach.error = Some(s("No live gateway is attached for session gpu."));
    detach.exit_code = Some(1);
    r.operations.push(detach);
    passed(&mut r, "host", 9);
    passed(&mut r, "session:gpu", 58);
    for i in 0..12 {
        r.outcomes.push(outcome(&format!("other-rule-{i:02}"), "session:gpu", Verdict::NotApplicable));
    }
    r
}

/// By name, or anew.
fn attach_by_name() -> Vec<Remedy> {
    vec![
        Remedy {
            title: s("Attach by the agent's name."),
            argv: argv("houmao-mgr agents gateway attach --agent-name gpu"),
            effect: Effect::Mutates,
            loses: None,
            applies_because: s("the registry holds a fresh record of agent gpu with this session."),
            verify: argv("houmao-doctor --session gpu"),
            prepares: false,
            instead: false,
        },
        Remedy {
            title: s("If that fails, start the agent anew from its project."),
            argv: vec![],
            effect: Effect::RestartsAgent,
            loses: Some(s("the unsaved conversation")),
            applies_because: s("a new launch publishes the metadata."),
            verify: argv("houmao-doctor --session gpu"),
            prepares: false,
            instead: false,
        },
    ]
}

pub fn missing_metadata() -> Report {
    let mut r = empty(&["gpu"]);
    let mut attach = operation("attach", "gpu", OperationVerdict::WillFail);
    attach.exit_code = Some(1);
    attach.error = Some(s(
        "Gateway attach requires `--agent-name` or `--agent-id`: the tmux session publishes neither \
                           `HOUMAO_MANIFEST_PATH` nor `HOUMAO_AGENT_ID`.",
    ));
    stop(&mut attach, 3, StepOutcome::Failed, "absent", "tmux environment of session $3, HOUMAO_AGENT_ID");
    attach.steps[2].outcome = StepOutcome::FellThrough;
    attach.steps[2].read = Some(s("absent"));
    attach.steps[2].source = Some(s("tmux environment of session $3, HOUMAO_MANIFEST_PATH"));
    r.operations.push(attach);
    let mut cause = finding(
        "tmux-metadata-missing",
        Severity::Error,
        "session:gpu",
        "its tmux session says neither where the manifest is nor which agent it is",
    );
    cause.message =
        s("Session gpu ($3) publishes neither HOUMAO_MANIFEST_PATH nor HOUMAO_AGENT_ID, and attach \
                       without a name looks nowhere else.\n");
    cause.why = s(
        "A session that was started by hand, or by a release from before publication, has no metadata.\nThe \
                   agent behind it can still be reached by its name.",
    );
    cause.confirm = argv("tmux show-environment -t '$3'");
    cause.evidence = vec![
        evidence(
            "session.manifest_pointer",
            "absent",
            Some("present"),
            "tmux environment of session $3, HOUMAO_MANIFEST_PATH",
        ),
        evidence(
            "session.agent_id",
            "absent",
            Some("present"),
            "tmux environment of session $3, HOUMAO_AGENT_ID",
        ),
    ];
    cause.echoes = vec![s("gateway-env-incomplete")];
    cause.remedies = attach_by_name();
    cause.do_not = vec![DoNot {
        argv: argv("tmux set-environment -t gpu HOUMAO_MANIFEST_PATH PATH"),
        because: s("attach would trust whatever run the path belongs to."),
        unsure: false,
    }];
    r.outcomes.push(fired(cause));
    let mut echo = finding(
        "gateway-env-incomplete",
        Severity::Warning,
        "session:gpu",
        "the live gateway's address is published only in part",
    );
    echo.caused_by = vec![s("tmux-metadata-missing")];
    r.outcomes.push(fired(echo));
    passed(&mut r, "session:gpu", 37);
    r.exit_code = 1;
    r
}

pub fn stale_pointer_good_fallback() -> Report {
    let mut r = empty(&["review-3"]);
    let mut attach = operation("attach", "review-3", OperationVerdict::WillWorkByFallback);
    attach.decided_by = s("fallback");
    attach.steps[2].outcome = StepOutcome::FellThrough;
    attach.steps[2].read =
        Some(s("/home/alice/.houmao/runtime/sessions/local_interactive/li-07/manifest.json (missing)"));
    attach.steps[2].source = Some(s("tmux environment of session $3, HOUMAO_MANIFEST_PATH"));
    attach.hidden_error = Some(s("Gateway metadata is stale: tmux session points to a missing manifest."));
    r.operations.push(attach);
    let mut f = finding(
        "manifest-pointer-dangling",
        Severity::Warning,
        "session:review-3",
        "tmux holds the path of a manifest that is gone",
    );
    f.message =
        s("HOUMAO_MANIFEST_PATH of review-3 leads to no file. The registry record a41f stands in for it.");
    f.why = s("The runtime root was moved after launch: the record has this run in /srv/houmao.");
    f.evidence = vec![evidence(
        "session.manifest_pointer.target",
        "missing",
        Some("file"),
        "/home/alice/.houmao/runtime/sessions/local_interactive/li-07/manifest.json",
    )];
    f.remedies = vec![Remedy {
        title: s("Relaunch, to publish the path anew"),
        argv: argv("houmao-mgr agents relaunch --agent-id a41f"),
        effect: Effect::RestartsAgent,
        loses: Some(s("the unsaved conversation")),
        applies_because: s("the record's manifest is whole."),
        verify: argv("houmao-doctor --agent-id a41f"),
        prepares: false,
        instead: false,
    }];
    r.outcomes.push(fired(f));
    r.outcomes.push(fired(finding(
        "several-windows",
        Severity::Info,
        "session:review-3",
        "three windows beside the agent's; only the recorded one counts",
    )));
    passed(&mut r, "session:review-3", 51);
    r
}

/// Attach and detach, both killing the agent's window.
fn harming(r: &mut Report) {
    for name in ["attach", "detach"] {
        let mut op = operation(name, "gpu", OperationVerdict::WouldHarm);
        stop(
            &mut op,
            9,
            StepOutcome::Ok,
            "window @0",
            "/home/alice/.houmao/runtime/sessions/li-07/gateway/run/current-instance.json#/tmux_window_id",
        );
        op.effects = vec![
            OperationEffect {
                kind: EffectKind::KillsWindow,
                target: s("@0"),
                detail: s("gpu:0, claude"),
                harm: true,
            },
            OperationEffect {
                kind: EffectKind::RewritesFile,
                target: s("/home/alice/.houmao/runtime/sessions/li-07/gateway/state.json"),
                detail: String::new(),
                harm: false,
            },
        ];
        r.operations.push(op);
    }
}

pub fn danger() -> Report {
    let mut r = empty(&["gpu"]);
    r.layouts.push(layout(
        "gpu",
        vec![
            window(0, "claude", "claude", Role::AgentSurface, true),
            window(1, "gateway", "bash", Role::LooksLikeGateway, false),
        ],
    ));
    harming(&mut r);
    let mut f = finding(
        "handle-resolves-to-agent-window",
        Severity::Danger,
        "session:gpu/window:@0",
        "the recorded gateway window is now the agent's own window",
    );
    f.message =
        s("current-instance.json records window @0 (index 1), but tmux now shows it at index 0 of gpu.");
    f.why =
        s("tmux reuses window ids after a server restart, and Houmao's guard compares the recorded index.");
    f.confirm = argv("tmux list-windows -t '$0' -F '#{window_index} #{window_id}'");
    f.evidence = vec![evidence("handle.live_window.index", "0", Some("1"), "tmux window @0")];
    f.do_not = vec![
        DoNot {
            argv: argv("houmao-mgr agents gateway detach --agent-name gpu"),
            because: s("it kills window @0, which is the agent."),
            unsure: false,
        },
        DoNot {
            argv: argv("houmao-mgr agents gateway attach --agent-name gpu"),
            because: s("it clears the old gateway first, by killing window @0."),
            unsure: false,
        },
    ];
    f.remedies = vec![
        Remedy {
            title: s("Relaunch the agent"),
            argv: argv("houmao-mgr agents relaunch --agent-name gpu"),
            effect: Effect::RestartsAgent,
            loses: Some(s("the unsaved conversation")),
            applies_because: s("relaunch writes a fresh handle and does not use the recorded one."),
            verify: argv("houmao-doctor --session gpu"),
            prepares: false,
            instead: false,
        },
        Remedy {
            title: s("Attach again"),
            argv: argv("houmao-mgr agents gateway attach --agent-name gpu"),
            effect: Effect::Mutates,
            loses: None,
            applies_because: s("after the relaunch."),
            verify: argv("houmao-doctor --session gpu"),
            prepares: false,
            instead: false,
        },
    ];
    r.outcomes.push(fired(f));
    passed(&mut r, "session:gpu", 40);
    r.exit_code = 1;
    r
}

fn observed(fixture: &str) -> Snapshot {
    let file = format!("fixtures/sessions/{fixture}/snapshot.yaml");
    doctor::load_snapshot(file.as_ref()).unwrap()
}

fn judged(snapshot: &Snapshot) -> Report {
    let request = doctor::Request { offline: true, ..Default::default() };
    doctor::judge(snapshot, &doctor::rule_set().unwrap(), &request).unwrap()
}

/// What the golden files show: a broken, a healthy and an inconclusive session that were really there, several sessions at
/// once, nothing at all, and a hostile name.
pub fn golden() -> Vec<(&'static str, Report)> {
    static JUDGED: OnceLock<[Report; 3]> = OnceLock::new();
    let judge = || {
        let session = |fixture| judged(&observed(fixture));
        [session("0.4.2-handle-own-window"), session("0.4.2-healthy-attached"), tmux_timed_out()]
    };
    let [broken, healthy, inconclusive] = JUDGED.get_or_init(judge).clone();
    vec![
        ("broken", broken),
        ("healthy", healthy),
        ("inconclusive", inconclusive),
        ("sweep", sweep()),
        ("nothing", nothing()),
        ("hostile", hostile()),
    ]
}

/// tmux did not answer: a real session, of which tmux tells nothing.
pub fn tmux_timed_out() -> Report {
    use houmao_doctor::snapshot::{NamedBy, TmuxAnswer};
    let mut snapshot = observed("0.4.2-healthy-attached");
    snapshot.tmux.answer = TmuxAnswer::TimedOut { after_ms: 2000 };
    snapshot.session_roots.iter_mut().for_each(|root| {
        root.named_by.retain(|by| !matches!(by, NamedBy::TmuxSession(_)));
    });
    judged(&snapshot)
}

/// Takes over what is known of a session of another report, under another name.
fn rename(from: &str, to: &str, part: Report, r: &mut Report) {
    let (from, to) = (format!("session:{from}"), format!("session:{to}"));
    for mut op in part.operations {
        op.subject = op.subject.map(|id| id.replace(&from, &to));
        r.operations.push(op);
    }
    for mut layout in part.layouts {
        layout.subject = layout.subject.replace(&from, &to);
        r.layouts.push(layout);
    }
    for mut o in part.outcomes {
        o.subject = o.subject.replace(&from, &to);
        if let Verdict::Fired { finding } = &mut o.verdict {
            finding.subject = finding.subject.replace(&from, &to);
        }
        r.outcomes.push(o);
    }
}

/// Four sessions: one in danger, one that fails, one that works by its fallback, one healthy.
pub fn sweep() -> Report {
    let mut r = empty(&["agent one", "gpu", "review-3", "日本"]);
    rename("gpu", "agent one", missing_metadata(), &mut r);
    rename("gpu", "gpu", danger(), &mut r);
    rename("review-3", "review-3", stale_pointer_good_fallback(), &mut r);
    rename("gpu", "日本", healthy(), &mut r);
    r.exit_code = 1;
    r
}

/// So many sessions that not all can be told: every tenth in danger, every other tenth failing, the rest healthy.
pub fn many(sessions: usize) -> Report {
    let names: Vec<String> = (0..sessions).map(|n| format!("agent-{n:03}")).collect();
    let mut r = empty(&names.iter().map(String::as_str).collect::<Vec<_>>());
    r.layouts.clear();
    for (n, name) in names.iter().enumerate() {
        let part = match n % 10 {
            0 => danger(),
            5 => missing_metadata(),
            _ => healthy(),
        };
        rename("gpu", name, part, &mut r);
    }
    r.exit_code = 1;
    r
}

/// Nothing is managed here.
pub fn nothing() -> Report {
    let mut r = empty(&[]);
    r.exit_code = 4;
    r
}

/// A session whose name tries to take over the terminal.
pub fn hostile() -> Report {
    hostile_named("g\u{1b}[2J\u{202e}p\nOK  all is well")
}

/// A session of any name, and a rule whose values carry it on into every field that can hold it.
pub fn hostile_named(name: &str) -> Report {
    let mut r = empty(&[name]);
    let mut odd = window(0, name, name, Role::AgentSurface, true);
    odd.panes.push(pane(name, name, Role::Auxiliary));
    r.layouts.push(layout(name, vec![odd, window(1, name, name, Role::Unknown, false)]));
    let mut attach = operation("attach", name, OperationVerdict::WillFail);
    attach.error = Some(format!("no such session: {name}"));
    attach.exit_code = Some(1);
    attach.missing = vec![name.to_owned()];
    attach.selector = name.to_owned();
    stop(&mut attach, 1, StepOutcome::Failed, name, name);
    attach.steps[1].title = name.to_owned();
    r.operations.push(attach);
    let mut f = finding("bad-name", Severity::Error, &format!("session:{name}"), name);
    f.message = name.to_owned();
    f.why = name.to_owned();
    f.confirm = vec![s("tmux"), s("has-session"), s("-t"), name.to_owned()];
    f.evidence = vec![evidence(name, name, Some(name), name), evidence("window", name, None, name)];
    f.remedies = vec![Remedy {
        title: name.to_owned(),
        argv: vec![s("houmao-mgr"), name.to_owned()],
        effect: Effect::Mutates,
        loses: Some(name.to_owned()),
        applies_because: name.to_owned(),
        verify: vec![name.to_owned()],
        prepares: false,
        instead: false,
    }];
    f.do_not = vec![DoNot { argv: vec![name.to_owned()], because: name.to_owned(), unsure: false }];
    r.outcomes.push(fired(f));
    r.outcomes.push(outcome(
        "other",
        &format!("session:{name}"),
        Verdict::Unknown { missing: vec![name.to_owned()] },
    ));
    r.outcomes.push(outcome("third", &format!("session:{name}"), Verdict::Error { detail: name.to_owned() }));
    r.not_looked = vec![NotLooked { what: name.to_owned(), why: name.to_owned() }];

    r.exit_code = 1;
    r
}

/// The first of eight looks: the attach would fail, and two rules fired.
pub fn waited() -> Waited {
    let fired = |rule: &str| (s(rule), s("session:gpu"));
    Waited {
        seconds: 7,
        limit: 30,
        looks: 8,
        well: true,
        first: Glance {
            taken_at: s("2026-11-22T07:13:58Z"),
            exit_code: 1,
            verdict: Some(OperationVerdict::WillFail),
            findings: vec![fired("tmux-metadata-missing"), fired("attach-will-fail")],
        },
    }
}

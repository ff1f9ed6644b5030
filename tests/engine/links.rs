//! Causes, echoes, order, and dangers that take remedies away.
use super::world::{
    Host, HostScope, RELEASE, WindowScope, finding, load, rule_text, session, subject, window,
};
use houmao_doctor::engine::{Examined, judge};
use houmao_doctor::facts::Fact;
use houmao_doctor::rule::ScopeKind;

/// A host, two sessions, and a window of the first.
fn world() -> Vec<Examined> {
    let host = HostScope { host: Host { tmux: Fact::known(true, "tmux") } };
    let mut other = session();
    other.session.name = Fact::known("other".into(), "tmux");
    vec![
        subject("host", ScopeKind::Host, &host, None),
        subject("session:gpu", ScopeKind::Session, &session(), Some("host")),
        subject("session:other", ScopeKind::Session, &other, Some("host")),
        subject(
            "session:gpu/window:@4",
            ScopeKind::Window,
            &WindowScope { window: window("1", "@4", 2) },
            Some("session:gpu"),
        ),
    ]
}

fn rule(id: &str, scope: &str, severity: &str, more: &str) -> (String, String) {
    let (name, text) = rule_text(id, more);
    (name, text.replace("scope: session", &format!("scope: {scope}")).replace("error", severity))
}

#[test]
fn causes_count_at_the_same_subject_its_session_or_the_host() {
    let gpu = "when: 'session.name == \"gpu\"'";
    let rules = load(vec![
        rule("host-cause", "host", "warning", "when: host.tmux"),
        rule("session-cause", "session", "error", gpu),
        rule(
            "window-echo",
            "window",
            "error",
            "when: 'window.panes == 2'\ncaused_by: [session-cause, host-cause, quiet]",
        ),
        rule("echo", "session", "error", "when: session.attached\ncaused_by: [session-cause, window-echo]"),
        rule("quiet", "session", "error", "when: not session.attached"),
    ]);
    let outcomes = judge(&rules, &world(), RELEASE);
    let at = |rule: &str, subject: &str| finding(&outcomes, rule, subject).clone();
    assert_eq!(at("window-echo", "session:gpu/window:@4").caused_by, ["host-cause", "session-cause"]);
    assert_eq!(
        at("echo", "session:gpu").caused_by,
        ["session-cause"],
        "a window does not explain its session"
    );
    assert_eq!(at("echo", "session:other").caused_by, Vec::<String>::new(), "the cause fired elsewhere");
    assert_eq!(at("session-cause", "session:gpu").echoes, ["echo", "window-echo"]);
    assert_eq!(at("host-cause", "host").echoes, ["window-echo"]);
    let order: Vec<_> = outcomes.iter().map(|o| (o.rule.as_str(), o.subject.as_str())).collect();
    assert_eq!(
        order,
        [
            ("echo", "session:other"),
            ("quiet", "session:gpu"),
            ("quiet", "session:other"),
            ("session-cause", "session:gpu"),
            ("session-cause", "session:other"),
            ("echo", "session:gpu"),
            ("window-echo", "session:gpu/window:@4"),
            ("host-cause", "host"),
        ]
    );
}

#[test]
fn several_causes_under_one_condition() {
    let here = "when: session.attached\ncaused_by: [{rule: [one, two], when: 'session.name == \"gpu\"'}]";
    let elsewhere = here.replace("gpu", "other");
    let rules = load(vec![
        rule("one", "host", "warning", "when: host.tmux"),
        rule("two", "session", "error", "when: 'session.name == \"gpu\"'"),
        rule("here", "session", "error", here),
        rule("elsewhere", "session", "error", &elsewhere),
    ]);
    let outcomes = judge(&rules, &world(), RELEASE);
    let causes = |rule: &str| finding(&outcomes, rule, "session:gpu").caused_by.clone();
    assert_eq!(causes("here"), ["one", "two"]);
    assert!(causes("elsewhere").is_empty(), "the condition does not hold");
}

#[test]
fn while_a_danger_stands_no_remedy_sets_it_off() {
    let advice =
        "remedies:\n  - {use: attach-by-id, because: b}\n  - {use: relaunch, because: b, verify: look}";
    let danger = "when: 'window.panes == 2'\ntriggered_by: [attach, status]\ndo_not: [{use: attach-by-id, because: b}]";
    let files = vec![
        rule("advice", "session", "error", &format!("when: session.attached\n{advice}")),
        rule("danger", "window", "danger", &format!("{danger}\n{advice}")),
    ];
    let rules = load(files.clone());
    let outcomes = judge(&rules, &world(), RELEASE);
    assert_eq!(outcomes[0].rule, "danger");
    for (rule, subject) in [("advice", "session:gpu"), ("danger", "session:gpu/window:@4")] {
        let found = finding(&outcomes, rule, subject);
        let titles: Vec<_> = found.remedies.iter().map(|r| r.title.as_str()).collect();
        assert_eq!(titles, ["Relaunch gpu"], "{rule}");
        assert_eq!(
            found.remedies[0].verify,
            Vec::<String>::new(),
            "the verification would set it off as well"
        );
    }
    assert_eq!(finding(&outcomes, "danger", "session:gpu/window:@4").do_not.len(), 1);
    assert_eq!(
        finding(&outcomes, "advice", "session:other").remedies.len(),
        2,
        "another session is not concerned"
    );
    let mut without = rules;
    assert!(without.switch_off("danger"));
    let outcomes = judge(&without, &world(), RELEASE);
    assert_eq!(finding(&outcomes, "advice", "session:gpu").remedies.len(), 2, "the danger is why");
}

#[test]
fn a_danger_of_the_host_concerns_every_session() {
    let rules = load(vec![
        rule(
            "advice",
            "session",
            "error",
            "when: session.attached\nremedies: [{use: attach-by-id, because: b}]",
        ),
        rule(
            "danger",
            "host",
            "danger",
            "when: host.tmux\ntriggered_by: [attach]\ndo_not: [{argv: [x], because: b}]",
        ),
    ]);
    let outcomes = judge(&rules, &world(), RELEASE);
    for subject in ["session:gpu", "session:other"] {
        assert!(finding(&outcomes, "advice", subject).remedies.is_empty());
    }
}

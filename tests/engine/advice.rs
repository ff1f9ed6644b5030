//! Messages and remedies: filled in, only where they can work, never setting off a danger.
use super::world::{RELEASE, SessionScope, fired, load, rule_text, session, subject, verdict};
use houmao_doctor::engine::judge;
use houmao_doctor::facts::Fact;
use houmao_doctor::finding::{Finding, Remedy};
use houmao_doctor::rule::{Dialect, ScopeKind, Version};

fn with(more: &str, facts: &SessionScope, release: Option<(Dialect, Version)>) -> Finding {
    let rules = load(vec![rule_text("r", &format!("when: session.id is present\n{more}"))]);
    let outcomes = judge(&rules, &[subject("session:gpu", ScopeKind::Session, facts, None)], release);
    fired(outcomes.into_iter().next().unwrap().verdict)
}

fn titles(remedies: &[Remedy]) -> Vec<&str> {
    remedies.iter().map(|r| r.title.as_str()).collect()
}

#[test]
fn messages_are_filled_and_hostile_values_shown_harmlessly() {
    let more = "when: {any: {w: session.windows, where: 'w.panes == 2'}}";
    let text = rule_text("r", more).1.replace(
        "message: m",
        "message: >\n  {{x}} {session.name} {w.id} {w.panes}\n  \
        {agent.id} {handle.pid} {session.tags} {session.attached}",
    );
    let mut facts = session();
    facts.session.name = Fact::known("a\u{1b}[31m\nb\u{202e}".into(), "tmux");
    facts.agent.id = Fact::absent("x");
    facts.handle.pid = Fact::unknown("x", "x");
    let finding = fired(verdict(vec![("r.yaml".into(), text)], &facts));
    assert_eq!(finding.message, "{x} a\\x1b[31m\\nb\\u{202e} @4 2 nothing (unknown) a, b true");
    let text = rule_text("r", more).1.replace("message: m", "message: '{session.name}. {w.id}.'");
    facts.session.name = Fact::known("a sentence.".into(), "tmux");
    assert_eq!(fired(verdict(vec![("r.yaml".into(), text)], &facts)).message, "a sentence. @4.");
}

#[test]
fn the_dialect_of_the_release_is_offered() {
    let more = "remedies: [{use: attach-by-id, because: 'id {agent.id}'}]";
    let finding = with(more, &session(), Some((Dialect::Flat, (0, 4, 2))));
    let [remedy] = finding.remedies.as_slice() else { panic!("{finding:?}") };
    assert_eq!(remedy.argv, ["houmao-mgr", "agents", "gateway", "attach", "--agent-id", "agent-7"]);
    assert_eq!(
        (remedy.title.as_str(), remedy.applies_because.as_str()),
        ("Attach by the agent's exact id", "id agent-7")
    );
    assert_eq!(remedy.verify, ["houmao-doctor", "--session", "gpu"]);
    assert_eq!(with(more, &session(), Some((Dialect::Flat, (0, 2, 9)))).remedies, [], "before it was there");
    let finding = with(more, &session(), RELEASE);
    assert_eq!(finding.remedies[0].argv[2], "single");
    assert_eq!(
        titles(&with(more, &session(), None).remedies),
        [
            "Attach by the agent's exact id (Houmao 0.x, since 0.3.0)",
            "Attach by the agent's exact id (Houmao 1.0 and later)"
        ]
    );
    let relaunch = "remedies: [{use: relaunch, because: b}]";
    assert_eq!(
        with(relaunch, &session(), Some((Dialect::Flat, (0, 4, 2)))).remedies,
        [],
        "not in that dialect"
    );
    assert_eq!(titles(&with(relaunch, &session(), None).remedies), ["Relaunch gpu (Houmao 1.0 and later)"]);
}

#[test]
fn a_remedy_that_cannot_work_is_left_out() {
    let more =
        "remedies:\n  - {use: relaunch, because: b}\n  - {do: Wait, because: b, when: session.attached}";
    assert_eq!(titles(&with(more, &session(), RELEASE).remedies), ["Relaunch gpu", "Wait"]);
    let mut facts = session();
    facts.agent.id = Fact::absent("manifest");
    facts.session.attached = Fact::unknown("no tmux", "tmux");
    assert_eq!(with(more, &facts, RELEASE).remedies, [], "a placeholder is absent, a condition unknown");
    facts.agent.id = Fact::known("a\0b".into(), "manifest");
    assert_eq!(with(more, &facts, RELEASE).remedies, [], "a value that can be no argument");
    facts.agent.id = Fact::known("a\nb".into(), "manifest");
    assert_eq!(with(more, &facts, RELEASE).remedies[0].argv[4], "a\nb", "quoted where it is shown");
    facts.agent.id = Fact::known("it's $(one) argument".into(), "manifest");
    assert_eq!(with(more, &facts, RELEASE).remedies[0].argv[4], "it's $(one) argument");
}

#[test]
fn a_fingerprint_tells_defects_apart_by_what_the_rule_names() {
    let print = |more: &str, facts: &SessionScope| with(more, facts, RELEASE).fingerprint;
    let (named, facts) = ("identity: [handle.window_id]", session());
    let mut other = session();
    other.handle.window_id = Fact::known("@9".into(), "tmux");
    assert_eq!(print("", &facts), print("", &other), "one defect a subject, unless the rule says more");
    assert_ne!(print(named, &facts), print(named, &other));
    other.handle.window_id = Fact::known("@4".into(), "read elsewhere");
    other.handle.pid = Fact::known(1, "another pid");
    assert_eq!(print(named, &facts), print(named, &other));
}

#[test]
fn a_do_not_stays_when_its_values_are_not_known() {
    let more = "do_not:\n  - {use: attach-by-id, because: 'kills {handle.window_id}'}\n  - {argv: [tmux, \
        '#{{x}}', '{agent.id}'], because: b}\n  - {argv: [x], because: b, when: not session.attached}";
    let mut facts = session();
    facts.agent.id = Fact::unknown("unreadable", "manifest");
    let finding = with(more, &facts, RELEASE);
    assert_eq!(finding.do_not.len(), 2, "one is known not to hold");
    assert_eq!(finding.do_not[0].argv[4], "<agent.id>");
    assert_eq!(finding.do_not[0].because, "kills @4");
    assert_eq!(finding.do_not[1].argv, ["tmux", "#{x}", "<agent.id>"]);
}

#[test]
fn the_first_remedy_never_destroys() {
    let more = "confirm: [tmux, list-windows, -t, '{session.id}']\nremedies:\n  - {do: First, because: b, when: not \
        session.attached}\n  - {use: kill, because: b}\n  - {do: Last, because: b}\n";
    let finding = with(more, &session(), RELEASE);
    assert_eq!(titles(&finding.remedies), ["Last", "Kill the session"]);
    let only = more.replace("  - {do: Last, because: b}\n", "");
    let finding = with(&only, &session(), RELEASE);
    assert_eq!(titles(&finding.remedies), ["Look first at what would be lost", "Kill the session"]);
    assert_eq!(finding.remedies[0].argv, ["tmux", "list-windows", "-t", "$3"]);
    let mut detached = session();
    detached.session.attached = Fact::known(false, "tmux");
    assert_eq!(
        titles(&with(more, &detached, RELEASE).remedies),
        ["First", "Kill the session", "Last"],
        "as written"
    );
}

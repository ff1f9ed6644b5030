//! Truth tables, and that evidence is what decided.
use super::world::{SessionScope, ask, fired, rule_text, session, verdict, window};
use houmao_doctor::facts::Fact;
use houmao_doctor::finding::Verdict;

const T: &str = "session.attached";
const F: &str = "session.name == \"other\"";
const U: &str = "handle.pid == 1";

/// A world in which `T` is yes, `F` is no, and `U` cannot be told.
fn half_seen() -> SessionScope {
    let mut facts = session();
    facts.handle.pid = Fact::unknown("permission denied", "pid");
    facts
}

fn letter(condition: &str, facts: &SessionScope) -> char {
    match ask(condition, facts) {
        Verdict::Fired { .. } => 'T',
        Verdict::Passed => 'F',
        Verdict::Unknown { .. } => 'U',
        other => panic!("{condition}: {other:?}"),
    }
}

#[test]
fn connectives_are_three_valued() {
    let facts = half_seen();
    let table = |node: &str| -> String {
        let pairs = [T, F, U].iter().flat_map(|a| [T, F, U].map(|b| (*a, b)));
        pairs.map(|(a, b)| letter(&format!("{{{node}: ['{a}', '{b}']}}"), &facts)).collect()
    };
    assert_eq!(table("all"), "TFUFFFUFU");
    assert_eq!(table("any_of"), "TTTTFUTUU");
    let not: String = [T, F, U].map(|a| letter(&format!("{{not: '{a}'}}"), &facts)).into_iter().collect();
    assert_eq!(not, "FTU");
    assert_eq!(letter("not session.attached", &facts), 'F');
}

#[test]
fn leaves_with_known_absent_and_unknown_sides() {
    let mut facts = half_seen();
    facts.agent.id = Fact::absent("manifest");
    for (leaf, expected) in [
        ("session.name == \"gpu\"", 'T'),
        ("session.name != \"gpu\"", 'F'),
        ("session.name starts_with \"g\"", 'T'),
        ("session.name contains \"pu\"", 'T'),
        ("session.name in [\"cpu\", \"gpu\"]", 'T'),
        ("session.name in session.tags", 'F'),
        ("session.tags contains \"b\"", 'T'),
        ("session.name == session.id", 'F'),
        ("agent.id == \"x\"", 'F'),
        ("agent.id != \"x\"", 'F'),
        ("agent.id == session.name", 'F'),
        ("session.name != agent.id", 'F'),
        ("agent.id is missing", 'T'),
        ("agent.id is present", 'F'),
        ("session.name is present", 'T'),
        ("handle.pid is present", 'U'),
        ("handle.pid is missing", 'U'),
        ("handle.pid > 3", 'U'),
        ("handle.detail.index == \"1\"", 'T'),
    ] {
        assert_eq!(letter(&format!("'{leaf}'"), &facts), expected, "{leaf}");
    }
    facts.handle.pid = Fact::known(6707, "pid");
    for (op, expected) in
        [("< 6707", 'F'), ("<= 6707", 'T'), ("> 6706", 'T'), (">= 6708", 'F'), ("== 6707", 'T')]
    {
        assert_eq!(letter(&format!("'handle.pid {op}'"), &facts), expected, "{op}");
    }
    facts.handle.detail = Fact::absent("file");
    assert_eq!(letter("handle.detail.index is missing", &facts), 'T', "inside something absent");
    facts.handle.detail = Fact::unknown("unreadable", "file");
    assert_eq!(letter("handle.detail.index is missing", &facts), 'U', "inside something unknown");
}

#[test]
fn an_absent_side_decides_a_comparison_even_when_the_other_is_unknown() {
    let mut facts = session();
    facts.agent.id = Fact::absent("manifest");
    facts.session.name = Fact::unknown("no tmux", "tmux");
    for leaf in ["agent.id == session.name", "session.name == agent.id"] {
        assert_eq!(letter(leaf, &facts), 'F');
        let finding = fired(ask(&format!("{{not: {leaf}}}"), &facts));
        assert_eq!(finding.evidence.iter().map(|e| e.fact.as_str()).collect::<Vec<_>>(), ["agent.id"]);
    }
}

#[test]
fn quantifiers_are_three_valued() {
    let q = |word: &str, index: &str| format!("{{{word}: {{w: session.windows, where: 'w.index {index}'}}}}");
    let mut facts = session();
    assert_eq!(letter(&q("any", "== \"1\""), &facts), 'T');
    assert_eq!(letter(&q("any", "== \"9\""), &facts), 'F');
    assert_eq!(letter(&q("every", "!= \"9\""), &facts), 'T');
    assert_eq!(letter(&q("every", "!= \"1\""), &facts), 'F');
    let mut windows = vec![window("0", "@1", 1), window("1", "@4", 2)];
    windows[0].index = Fact::unknown("gone", "tmux");
    facts.session.windows = Fact::known(windows, "tmux");
    assert_eq!(letter(&q("any", "== \"1\""), &facts), 'T', "another element decides");
    assert_eq!(letter(&q("any", "== \"9\""), &facts), 'U');
    assert_eq!(letter(&q("every", "!= \"9\""), &facts), 'U');
    assert_eq!(letter(&q("every", "!= \"1\""), &facts), 'F', "another element decides");
    let count =
        |is: &str| format!("{{count: {{w: session.windows, where: 'w.index != \"7\"', is: '{is}'}}}}");
    for (is, expected) in
        [(">= 1", 'T'), (">= 2", 'U'), ("== 2", 'U'), ("> 2", 'F'), ("< 3", 'T'), ("!= 1", 'U')]
    {
        assert_eq!(letter(&count(is), &facts), expected, "{is}");
    }
    facts.session.windows = Fact::known(Vec::new(), "tmux");
    assert_eq!(letter(&q("any", "== \"1\""), &facts), 'F');
    assert_eq!(letter(&q("every", "== \"1\""), &facts), 'T', "an empty list");
    assert_eq!(letter(&count("== 0"), &facts), 'T');
    facts.session.windows = Fact::absent("tmux");
    assert_eq!(letter(&q("any", "== \"1\""), &facts), 'F');
    assert_eq!(letter(&count("== 0"), &facts), 'T', "what is not there has no elements");
    facts.session.windows = Fact::unknown("no tmux", "tmux");
    for condition in [q("any", "== \"1\""), q("every", "== \"1\""), count(">= 0")] {
        assert_eq!(letter(&condition, &facts), 'U', "{condition}");
    }
    assert_eq!(letter("{any: {t: session.tags, where: 't == \"b\"'}}", &facts), 'T', "plain elements");
}

#[test]
fn evidence_is_what_decided_and_nothing_else() {
    let facts = half_seen();
    let shown = |condition: &str| -> Vec<String> {
        let evidence = fired(ask(condition, &facts)).evidence;
        evidence
            .iter()
            .map(|e| format!("{}={} ({})", e.fact, e.observed, e.expected.as_deref().unwrap_or("-")))
            .collect()
    };
    let name = "session.name=gpu (== \"gpu\")";
    assert_eq!(
        shown(&format!("{{all: [session.name == \"gpu\", {T}]}}")),
        [name, "session.attached=true (true)"]
    );
    assert_eq!(shown(&format!("{{any_of: ['{F}', '{U}', session.name == \"gpu\", {T}]}}")), [name]);
    let not_all = format!("{{not: {{all: ['{U}', {T}, '{F}', session.id == \"$9\"]}}}}");
    assert_eq!(shown(&not_all), ["session.name=gpu (not == \"other\")"]);
    assert_eq!(shown("{not: {any_of: ['session.name == \"x\"', 'session.id == \"$9\"']}}").len(), 2);
    assert_eq!(
        shown("{any: {w: session.windows, where: {all: [w.id == handle.window_id, 'w.panes > 1']}}}"),
        [
            "session.windows[1].id=@4 (== handle.window_id (\"@4\"))",
            "handle.window_id=@4 (-)",
            "session.windows[1].panes=2 (> 1)"
        ]
    );
    assert_eq!(
        shown("{count: {w: session.windows, where: 'w.panes == 2', is: '== 1'}}"),
        ["session.windows=1 of 2 (== 1)", "session.windows[1].panes=2 (== 2)"]
    );
}

#[test]
fn unknown_names_what_is_missing() {
    let Verdict::Unknown { missing } = ask(&format!("{{all: [{T}, '{U}', '{U}']}}"), &half_seen()) else {
        panic!()
    };
    assert_eq!(missing, ["handle.pid: permission denied"]);
}

#[test]
fn a_rule_that_does_not_apply_is_not_asked() {
    let rule = |applies: &str| vec![rule_text("r", &format!("applies: {applies}\nwhen: {T}"))];
    assert_eq!(verdict(rule(F), &half_seen()), Verdict::NotApplicable);
    assert!(matches!(verdict(rule(U), &half_seen()), Verdict::Unknown { .. }));
    assert!(matches!(verdict(rule(T), &half_seen()), Verdict::Fired { .. }));
}

#[test]
fn further_evidence_and_sources_are_shown() {
    let rule =
        rule_text("r", "evidence: [agent.id, handle.window_id, session.attached]\nwhen: session.attached");
    let mut facts = session();
    facts.agent.id = Fact::absent("manifest.json#/agent_id");
    let evidence = fired(verdict(vec![rule], &facts)).evidence;
    let facts: Vec<_> =
        evidence.iter().map(|e| (e.fact.as_str(), e.observed.as_str(), e.source.as_str())).collect();
    assert_eq!(
        facts,
        [
            ("session.attached", "true", "tmux"),
            ("agent.id", "absent", "manifest.json#/agent_id"),
            ("handle.window_id", "@4", "current-instance.json#/tmux_window_id"),
        ]
    );
}

#[test]
fn facts_of_another_form_are_an_error_outcome() {
    use super::world::{RELEASE, load, subject};
    use houmao_doctor::{engine::judge, rule::ScopeKind};
    let rules = load(vec![rule_text("r", "when: 'handle.pid == 1'")]);
    let mut examined = subject("session:gpu", ScopeKind::Session, &session(), None);
    examined.facts["handle"]["pid"] = serde_json::json!({"known": "text", "source": ""});
    let outcomes = judge(&rules, std::slice::from_ref(&examined), RELEASE);
    assert_eq!(outcomes[0].verdict, Verdict::Error { detail: "cannot tell \"text\" == 1".into() });
    examined.facts = serde_json::json!([]);
    let outcomes = judge(&rules, &[examined], RELEASE);
    assert_eq!(outcomes[0].verdict, Verdict::Error { detail: "the facts have no `handle`".into() });
}

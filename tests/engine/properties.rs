//! What holds whatever comes in.
use super::world::{
    RELEASE, SessionScope, State, catalogue, load, rule_text, session, subject, try_load, window,
};
use houmao_doctor::engine::{Examined, judge};
use houmao_doctor::facts::Fact;
use houmao_doctor::finding::{Outcome, Verdict};
use houmao_doctor::rule::{RuleSet, ScopeKind, load_texts};
use proptest::prelude::*;

fn fact<T: std::fmt::Debug + Clone + 'static>(
    known: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Fact<T>> {
    prop_oneof![
        3 => known.prop_map(|value| Fact::known(value, "s")),
        1 => Just(Fact::absent("s")),
        1 => "\\PC{0,8}".prop_map(|why| Fact::unknown(why, "s")),
    ]
    .boxed()
}

fn worlds() -> impl Strategy<Value = SessionScope> {
    let windows = proptest::collection::vec(fact(".{0,3}"), 0..4);
    (fact(".{0,12}"), fact(any::<bool>()), fact(0_u32..3), windows, fact(".{0,5}")).prop_map(
        |(name, attached, pid, indexes, id)| {
            let mut facts = session();
            let one = |index| super::world::Window {
                index,
                state: Fact::known(State::Dead, "s"),
                ..window("0", "@1", 1)
            };
            facts.session.windows = Fact::known(indexes.into_iter().map(one).collect(), "s");
            facts.session.name = name;
            facts.session.attached = attached;
            facts.handle.pid = pid;
            facts.agent.id = id;
            facts
        },
    )
}

fn conditions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("session.attached"),
        Just("'handle.pid > 1'"),
        Just("'handle.pid == 1'"),
        Just("'session.name == agent.id'"),
        Just("session.name is missing"),
        Just("agent.id is present"),
        Just("{any: {w: session.windows, where: 'w.index == \"1\"'}}"),
        Just("{every: {w: session.windows, where: 'w.index contains session.name'}}"),
        Just("{count: {w: session.windows, where: 'w.index != \"1\"', is: '>= 2'}}"),
    ];
    leaf.prop_map(str::to_owned).prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..3)
                .prop_map(|p| format!("{{all: [{}]}}", p.join(", "))),
            proptest::collection::vec(inner.clone(), 1..3)
                .prop_map(|p| format!("{{any_of: [{}]}}", p.join(", "))),
            inner.prop_map(|p| format!("{{not: {p}}}")),
        ]
    })
}

fn rule(number: usize, condition: &str) -> (String, String) {
    let more = format!(
        "when: {condition}\nconfirm: [x, '{{session.name}}']\nremedies: [{{use: attach-by-id, because: '{{handle.pid}}'}}, \
         {{use: kill, because: b}}]"
    );
    let (name, text) = rule_text(&format!("r{number}"), &more);
    (name, text.replace("message: m", "message: '{session.name} {agent.id} {session.attached}'"))
}

fn judged(rules: &RuleSet, examined: &[Examined]) -> Vec<Outcome> {
    judge(rules, examined, RELEASE)
}

/// The opposite is the opposite, and ignorance stays ignorance.
fn opposite(one: &Verdict, other: &Verdict) -> bool {
    match (one, other) {
        (Verdict::Fired { .. }, Verdict::Passed) | (Verdict::Passed, Verdict::Fired { .. }) => true,
        (Verdict::Unknown { missing: a }, Verdict::Unknown { missing: b }) => a == b && !a.is_empty(),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn as_many_outcomes_as_questions_in_the_same_order_whatever_the_order_of_files_and_subjects(
        worlds in proptest::collection::vec(worlds(), 1..4), conditions in proptest::collection::vec(conditions(), 1..5)
    ) {
        let files: Vec<_> = conditions.iter().enumerate().map(|(i, c)| rule(i, c)).collect();
        let examined: Vec<_> = worlds.iter().enumerate()
            .map(|(i, facts)| subject(&format!("session:{i}"), ScopeKind::Session, facts, None)).collect();
        let outcomes = judged(&load(files.clone()), &examined);
        prop_assert_eq!(outcomes.len(), files.len() * examined.len());
        let reversed = load(files.into_iter().rev().collect());
        let backwards: Vec<_> = examined.into_iter().rev().collect();
        prop_assert_eq!(&outcomes, &judged(&reversed, &backwards));
        for outcome in &outcomes {
            let faulty = matches!(outcome.verdict, Verdict::Error { detail: _ });
            prop_assert!(!faulty, "{:?}", outcome);
            if let Verdict::Fired { finding } = &outcome.verdict {
                prop_assert!(!finding.evidence.is_empty());
                prop_assert!(!finding.message.chars().any(char::is_control));
                prop_assert!(finding.remedies.iter().flat_map(|r| &r.argv).all(|a| !a.contains('\0')));
                prop_assert!(finding.remedies.first().is_none_or(|r| r.loses.is_none()), "kill is not first");
            }
        }
    }

    #[test]
    fn negation_turns_yes_and_no_around(facts in worlds(), condition in conditions()) {
        let mut rules = load(vec![rule(0, &condition)]);
        let examined = [subject("session:x", ScopeKind::Session, &facts, None)];
        let one = judged(&rules, &examined);
        prop_assert!(rules.negate("r0"));
        let other = judged(&rules, &examined);
        prop_assert!(opposite(&one[0].verdict, &other[0].verdict), "{:?} and {:?}", one, other);
    }

    #[test]
    fn hiding_a_fact_never_turns_an_answer_around(facts in worlds(), condition in conditions()) {
        let rules = load(vec![rule(0, &condition)]);
        let before = judged(&rules, &[subject("session:x", ScopeKind::Session, &facts, None)]);
        let mut hidden = facts;
        hidden.handle.pid = Fact::unknown("hidden", "s");
        hidden.session.attached = Fact::unknown("hidden", "s");
        let after = judged(&rules, &[subject("session:x", ScopeKind::Session, &hidden, None)]);
        let turned = matches!(
            (&before[0].verdict, &after[0].verdict),
            (Verdict::Fired { finding: _ }, Verdict::Passed) | (Verdict::Passed, Verdict::Fired { finding: _ })
        );
        prop_assert!(!turned, "{:?} and {:?}", before, after);
    }

    #[test]
    fn no_text_makes_the_loader_panic(text in "\\PC{0,200}", line in "[ -~]{0,40}") {
        let _ = load_texts(vec![("r.yaml".into(), text.clone())], &catalogue(), &RuleSet::default());
        let _ = load_texts(vec![("commands.yaml".into(), text)], &catalogue(), &RuleSet::default());
        let quoted = line.replace('\'', "''");
        let _ = try_load(vec![rule_text("r", &format!("when: '{quoted}'"))]);
        let text = rule_text("r", "when: session.attached").1.replace("message: m", &format!("message: 'm {quoted}'"));
        let _ = try_load(vec![("r.yaml".into(), text)]);
    }
}

#[test]
fn deep_and_self_repeating_yaml_is_a_mistake() {
    let deep = format!("when: {}session.attached{}", "{not: ".repeat(60), "}".repeat(60));
    let found = try_load(vec![rule_text("r", &deep)]).unwrap_err();
    assert_eq!(found[0].what, "conditions are nested deeper than 24");
    let deeper = format!("when: {}x{}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(try_load(vec![rule_text("r", &deeper)]).unwrap_err().len(), 1);
    let mut bomb = String::from("a0: &a0 [x, x]\n");
    for i in 1..40 {
        bomb.push_str(&format!("a{i}: &a{i} [*a{p}, *a{p}, *a{p}]\n", p = i - 1));
    }
    assert_eq!(try_load(vec![("r.yaml".into(), bomb)]).unwrap_err().len(), 1);
}

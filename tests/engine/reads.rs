//! What rules read by themselves: mistakes at load, and three answers when it is asked.
use super::world::{COMMANDS, RELEASE, catalogue, fired, rule_text, session, subject};
use houmao_doctor::engine::judge;
use houmao_doctor::facts::{Fact, ReadFile};
use houmao_doctor::finding::Verdict;
use houmao_doctor::rule::{RuleSet, ScopeKind, load_texts};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const KEPT: [&str; 5] =
    ["/agent_id", "/tmux/session_name", "/tmux/pane", "/plan/names/*", "/channels/*/state"];

fn try_load(more: &str) -> Result<RuleSet, Vec<String>> {
    let kept = KEPT.map(str::to_owned).to_vec();
    let catalogue = catalogue().with_kept([(ReadFile::Manifest, kept)]);
    let files = vec![rule_text("r", more), ("commands.yaml".into(), COMMANDS.into())];
    load_texts(files, &catalogue, &RuleSet::default())
        .map_err(|all| all.iter().map(ToString::to_string).collect())
}

/// The mistakes of a rule with one read on line 8, which its condition on line 9 uses.
fn of(read: &str) -> Vec<String> {
    try_load(&format!("reads:\n  it: {read}\nwhen: reads.it is present")).err().unwrap_or_default()
}

#[test]
fn every_mistake_of_a_read_is_told_with_its_place_and_how_to_mend_it() {
    let place = "r.yaml:8:";
    for (read, expected) in [
        (
            "{file: manifst, pointer: /agent_id, kind: text}",
            "14: unknown file `manifst`; did you mean `manifest`?",
        ),
        (
            "{file: launch.env, pointer: /agent_id, kind: text}",
            "14: unknown file `launch.env`; there are: attach, desired_config, gateway_manifest, handle, manifest, record, state",
        ),
        (
            "{file: manifest, pointer: /agent_id, kind: string}",
            "50: unknown kind `string`; there are: boolean, exists, integer, number, text, texts",
        ),
        ("{file: manifest, pointer: /agent_id, kind: txt}", "50: unknown kind `txt`; did you mean `text`?"),
        (
            "{file: manifest, pointer: tmux.session_name, kind: text}",
            "33: `tmux.session_name` is no JSON pointer: it begins with `/`; write `/tmux/session_name`",
        ),
        (
            "{file: manifest, pointer: /tmux//pane, kind: text}",
            "33: `/tmux//pane` is no JSON pointer: a key is empty; write `/tmux/pane`",
        ),
        (
            "{file: manifest, pointer: /a~b, kind: text}",
            "33: `/a~b` is no JSON pointer: after `~` stands 0 or 1; a `~` in a key is written `~0`, a `/` `~1`",
        ),
        (
            "{file: manifest, pointer: /channels/*/state, kind: text}",
            "33: `/channels/*/state` is no JSON pointer: `*` stands for no key; write the key, or the number of the element",
        ),
        (
            "{file: manifest, pointer: /tmux/sesion_name, kind: text}",
            "33: `/tmux/sesion_name` of `manifest` is no value that the doctor keeps: it would be redacted, and never \
             known; did you mean `/tmux/session_name`? `kind: exists` asks whether something is there",
        ),
        (
            "{file: manifest, pointer: /xyzxyzxyz, kind: text}",
            "33: `/xyzxyzxyz` of `manifest` is no value that the doctor keeps: it would be redacted, and never known; \
             `houmao-doctor facts pointers` lists them; `kind: exists` asks whether something is there",
        ),
        (
            "{file: manifest, pointer: /tmux, kind: text}",
            "33: `/tmux` of `manifest` is a group of values, not a value; there are: /tmux/pane, /tmux/session_name",
        ),
        (
            "{file: manifest, pointer: /plan/names, kind: text}",
            "33: `/plan/names` of `manifest` is a list; `kind: texts` reads all of it; for one element write its number at \
             the end",
        ),
        (
            "{file: manifest, pointer: /agent_id, kind: texts}",
            "33: `/agent_id` of `manifest` is one value, not a list of texts; `kind: text` reads one",
        ),
    ] {
        assert_eq!(of(read), [format!("{place}{expected}")], "{read}");
    }
}

#[test]
fn what_is_kept_can_be_read_and_anything_can_be_asked_for_being_there() {
    for right in [
        "{file: manifest, pointer: /channels/0/state, kind: text}",
        "{file: manifest, pointer: /channels/tui/state, kind: boolean}",
        "{file: manifest, pointer: /plan/names, kind: texts}",
        "{file: manifest, pointer: /plan/names/0, kind: text}",
        "{file: manifest, pointer: /plan/args, kind: exists}",
        "{file: state, pointer: /what/is/not/listed, kind: number}",
    ] {
        assert_eq!(of(right), [""; 0], "{right}");
    }
}

#[test]
fn all_mistakes_come_at_once_and_a_broken_read_is_not_blamed_twice() {
    let told = try_load(
        "reads:\n  port: {file: handl, pointer: port, kind: itneger}\n  Big: {file: manifest, pointer: /agent_id, kind: text}\n  \
         half: {file: manifest, pointer: /agent_id, knd: text}\nwhen: reads.port > 1",
    )
    .unwrap_err();
    let of_reads = [
        "r.yaml:8:16: unknown file `handl`; did you mean `handle`?",
        "r.yaml:8:32: `port` is no JSON pointer: it begins with `/`; write `/port`",
        "r.yaml:8:44: unknown kind `itneger`; did you mean `integer`?",
        "r.yaml:9:8: `Big` cannot name a value; use lower-case letters, digits and `_`, a letter first",
    ];
    let and = |more: &[&'static str]| [of_reads.as_slice(), more].concat();
    assert_eq!(
        told,
        and(&["r.yaml:10:51: unknown key `knd`; did you mean `kind`?"]),
        "a wrong shape hides nothing"
    );
    let told = try_load(
        "reads:\n  port: {file: handl, pointer: port, kind: itneger}\n  Big: {file: manifest, pointer: /agent_id, kind: text}\n\
         when: {all: [reads.port > 1, reads.prt is present, reads.Big == 3]}",
    )
    .unwrap_err();
    assert_eq!(
        told,
        and(&[
            "r.yaml:10:30: unknown fact `reads.prt`: no `prt` in `reads`; did you mean `reads.port`?",
            "r.yaml:10:52: `reads.Big == 3` compares a text with an integer",
        ])
    );
}

#[test]
fn names_and_scopes_of_reads() {
    for (more, expected) in [
        (
            "when: reads.port is present",
            "7:7: unknown fact `reads.port`: this rule reads nothing by itself; declare the value: `reads: {NAME: {file: \
             manifest, pointer: /agent_id, kind: text}}`",
        ),
        (
            "reads: {a: {file: manifest, pointer: /agent_id, kind: text}}\nwhen: reads is present",
            "8:7: `reads` is a group of facts, not a fact; there are: a",
        ),
        (
            "when: {any: {reads: session.windows, where: reads.panes > 1}}",
            "7:21: `reads` cannot name an element: it has a meaning already",
        ),
        (
            "reads: {a: {file: manifest, pointer: /agent_id, kind: text}, a: {file: state, pointer: /b, kind: text}}\nwhen: \
             session.attached",
            "7:8: reads: the read `a` is there twice",
        ),
    ] {
        assert_eq!(try_load(more).unwrap_err(), [format!("r.yaml:{expected}")]);
    }
    let host = "id: r\ntitle: t\nseverity: info\nscope: host\nmessage: m\nwhy: w\nreads: {a: {file: manifest, pointer: \
                /agent_id, kind: text}}\nwhen: reads.a is present\n";
    let told =
        load_texts(vec![("r.yaml".into(), host.into())], &catalogue(), &RuleSet::default()).unwrap_err();
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["r.yaml:7:8: a rule of scope `host` has no file to read; use scope `session`"]);
}

fn asked(rules: &RuleSet, value: Fact<Value>) -> Verdict {
    let mut examined = subject("session:gpu", ScopeKind::Session, &session(), None);
    examined.reads = BTreeMap::from([("r".to_owned(), json!({"it": value}))]);
    judge(rules, &[examined], RELEASE).remove(0).verdict
}

#[test]
fn a_read_is_known_absent_or_unknown_like_any_fact() {
    let rules = try_load(
        "reads: {it: {file: manifest, pointer: /agent_id, kind: text}}\nevidence: [reads.it]\nremedies: [{do: 'mend \
         {reads.it}', when: reads.it is present, because: b}]\nwhen: reads.it == \"gpu\"",
    )
    .unwrap();
    let source = "/home/alice/root/manifest.json#/agent_id";
    let finding = fired(asked(&rules, Fact::known("gpu".into(), source)));
    let evidence = &finding.evidence[0];
    assert_eq!((evidence.fact.as_str(), evidence.observed.as_str()), ("reads.it", "gpu"));
    assert_eq!((evidence.source.as_str(), finding.evidence.len()), (source, 1));
    assert_eq!(finding.remedies[0].title, "mend gpu");
    assert!(matches!(asked(&rules, Fact::absent(source)), Verdict::Passed));
    let Verdict::Unknown { missing } = asked(&rules, Fact::unknown("redacted at collection", source)) else {
        panic!("unknown")
    };
    assert_eq!(missing, ["reads.it: redacted at collection"]);
}

/// A subject whose values nobody derived is a fault that is told, not a rule that is fine.
#[test]
fn values_that_were_not_derived_are_an_error() {
    let rules =
        try_load("reads: {it: {file: manifest, pointer: /agent_id, kind: text}}\nwhen: reads.it is missing");
    let examined = [subject("session:gpu", ScopeKind::Session, &session(), None)];
    let verdict = judge(&rules.unwrap(), &examined, RELEASE).remove(0).verdict;
    assert!(matches!(verdict, Verdict::Error { .. }), "{verdict:?}");
}

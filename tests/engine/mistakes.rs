//! Every kind of mistake, with its place and its words.
use super::world::{COMMANDS, catalogue, rule_text, try_load};
use houmao_doctor::rule::{RuleSet, load_files, load_texts};

fn mistakes(files: Vec<(String, String)>) -> Vec<String> {
    try_load(files).unwrap_err().iter().map(ToString::to_string).collect()
}

/// The mistakes of a rule `r` that has these further lines; the condition stands on line 7.
fn of(more: &str) -> Vec<String> {
    mistakes(vec![rule_text("r", more)])
}

#[test]
fn names_of_facts() {
    for (condition, expected) in [
        (
            "session.nam is present",
            "unknown fact `session.nam`: no `nam` in `session`; did you mean `session.name`?",
        ),
        ("sesion.name is present", "unknown fact `sesion.name`; did you mean `session.name`?"),
        (
            "session.zzzzzzzz is present",
            "unknown fact `session.zzzzzzzz`: no `zzzzzzzz` in `session`; there are: attached, id, name, tags, windows",
        ),
        (
            "host.tmux is present",
            "unknown fact `host.tmux`; it is a fact of scope `host`, and this rule has scope `session`",
        ),
        (
            "session is present",
            "`session` is a group of facts, not a fact; there are: attached, id, name, tags, windows",
        ),
        (
            "session.windows.index is present",
            "`session.windows` is a list, so `session.windows.index` names no fact; ask its elements: \
             `any: {x: session.windows, where: …}`",
        ),
        (
            "handle.detail.indx is present",
            "unknown fact `handle.detail.indx`: no `indx` in `handle.detail`; did you \
             mean `handle.detail.index`?",
        ),
        ("session.name.x is present", "unknown fact `session.name.x`: `session.name` is a text"),
    ] {
        assert_eq!(of(&format!("when: {condition}")), [format!("r.yaml:7:7: {expected}")]);
    }
    assert_eq!(
        of("when:\n  any:\n    w: session.windows\n    where: w.nosuch == \"0\""),
        ["r.yaml:10:12: unknown fact `w.nosuch`: no `nosuch` in `w`; there are: id, index, panes, state"]
    );
}

#[test]
fn kinds() {
    for (condition, expected) in [
        ("handle.pid == \"1\"", "`handle.pid == \"1\"` compares an integer with a text"),
        ("session.attached == 1", "`session.attached == 1` compares a boolean with an integer"),
        ("session.name < \"b\"", "`session.name < \"b\"`: `<` compares numbers, not a text with a text"),
        (
            "session.name",
            "`session.name` is a text, and only a boolean can stand alone; compare it (`session.name == \
             …`), or ask `session.name is present`",
        ),
        ("session.name in [\"a\", 2]", "`session.name in [\"a\", 2]` compares a text with an integer"),
        ("session.name in \"a\"", "`session.name in \"a\"`: after `in` stands a list, not a text"),
        (
            "session.tags == \"a\"",
            "`session.tags == \"a\"`: `==` cannot compare a list of texts; use `contains`, or a quantifier",
        ),
        ("session.tags contains 1", "`session.tags contains 1` compares a list of texts with an integer"),
        (
            "handle.pid contains 1",
            "`handle.pid contains 1`: `contains` needs a text or a list on its left, not an integer",
        ),
        (
            "handle.pid starts_with \"1\"",
            "`handle.pid starts_with \"1\"`: `starts_with` compares texts, not an integer with a text",
        ),
        ("session.name == gpu", "unknown fact `gpu`; a text needs quotes: \"gpu\""),
        ("session.name == [\"a\"]", "`session.name == [\"a\"]`: a list stands only after `in`"),
    ] {
        assert_eq!(of(&format!("when: {condition}")), [format!("r.yaml:7:7: {expected}")]);
    }
    assert_eq!(
        of("when: {any: {w: session.windows, where: 'w.state == \"aliv\"'}}"),
        ["r.yaml:7:41: \"aliv\" is never a value of it; did you mean `alive`?"]
    );
    assert_eq!(
        of("when: {any: {w: session.windows, where: 'w.panes == \"1\"'}}"),
        ["r.yaml:7:41: `w.panes == \"1\"` compares an integer with a text"]
    );
}

#[test]
fn syntax_of_leaves() {
    let ops = "== != < <= > >= in contains starts_with";
    for (condition, expected) in [
        (
            "session.name = \"x\"",
            format!(
                "unknown operator `=`: there are {ops}, is present, is missing; equality is written `==`"
            ),
        ),
        (
            "session.name like \"x\"",
            format!("unknown operator `like`: there are {ops}, is present, is missing"),
        ),
        ("session.name is unknown", "expected `is present` or `is missing`".into()),
        ("session.name ==", "expected a value or a fact after `==`".into()),
        ("session.name == \"x", "a text is not closed: \"x".into()),
        (
            "session.attached and session.attached",
            format!(
                "unknown operator `and`: there are {ops}, is present, is \
             missing; conditions are joined by `all: [ … ]`"
            ),
        ),
        (
            "session.name == \"x\" or session.attached",
            "`or` cannot stand in a line: use `all: [ … ]` or `any_of: [ … ]`".into(),
        ),
        (
            "session..name is present",
            "`session..name` is not the name of a fact: names joined by dots".into(),
        ),
        ("session.name == 12x", "`12x` is not a number; a text needs quotes".into()),
        ("handle.pid in []", "the list is empty".into()),
        ("not a b", "`not` on one line takes one boolean fact; write `not: …` for more".into()),
    ] {
        assert_eq!(of(&format!("when: {condition}")), [format!("r.yaml:7:7: in `{condition}`: {expected}")]);
    }
}

#[test]
fn quantifiers_and_nodes() {
    for (condition, expected) in [
        ("{all: []}", "r.yaml:7:13: `all` is empty"),
        ("{every: {w: session.windows}}", "r.yaml:7:15: `every` needs `where`"),
        ("{count: {w: session.windows}}", "r.yaml:7:15: `count` needs `is`, as in `is: \">= 2\"`"),
        (
            "{count: {w: session.windows, is: many}}",
            "r.yaml:7:40: `is: many` is not an operator and a number, as in `is: \">= 2\"`",
        ),
        ("{any: {w: session.windows, is: '> 1'}}", "r.yaml:7:38: `is` belongs to `count` only"),
        ("{any: {w: session.name}}", "r.yaml:7:17: `session.name` is a text, and a quantifier needs a list"),
        (
            "{any: {session: session.windows}}",
            "r.yaml:7:23: `session` cannot name an element: it has a meaning already",
        ),
        ("{any: {w.x: session.windows}}", "r.yaml:7:19: `w.x` cannot name an element: it is not a name"),
        ("{al: [x]}", "r.yaml:7:7: when: unknown field `al`; did you mean `all`?"),
        (
            "{all: [session.attached], not: session.attached}",
            "r.yaml:7:7: when: a condition has one key, but `all` is \
             followed by `not`: join them by `all`",
        ),
        (
            "{any: {w: session.windows, v: session.tags}}",
            "r.yaml:7:13: when.any: a quantifier names one list, but has both \
             `w` and `v`; besides it may have `where`, and `is` in a `count`",
        ),
    ] {
        assert_eq!(of(&format!("when: {condition}")), [expected], "{condition}");
    }
}

#[test]
fn shape_of_the_file() {
    assert_eq!(
        of("when: session.attached\nsevrity: info"),
        ["r.yaml:8:10: unknown key `sevrity`; did you mean `severity`?"]
    );
    let eror = rule_text("r", "when: session.attached").1.replace("error", "eror");
    assert_eq!(
        mistakes(vec![("r.yaml".into(), eror)]),
        ["r.yaml:3:11: severity: unknown variant `eror`; did you mean `error`?"]
    );
    assert_eq!(of("applies: session.attached"), ["r.yaml:1:1: missing key `when`"]);
    assert_eq!(
        of("wen: session.attached\nremedies: [{because: b, us: look}, {use: look}]"),
        [
            "r.yaml:7:6: unknown key `wen`; did you mean `when`?",
            "r.yaml:8:29: unknown key `us`; did you mean `use`?",
            "r.yaml:8:36: missing key `because`",
        ]
    );
    assert_eq!(of("when: session.attached\nid: r"), ["r.yaml:1:1: duplicate field `id`"]);
    assert_eq!(
        mistakes(vec![("r.yaml".into(), "id: [x]".into())]).last().map(String::as_str),
        Some("r.yaml:1:5: id: invalid type: sequence, expected a string")
    );
    let broken = mistakes(vec![("r.yaml".into(), "title: a\nid: b: c\n".into())]);
    assert_eq!(broken, ["r.yaml:2:6: mapping values are not allowed in this context"]);
}

#[test]
fn ids_titles_and_danger() {
    let wrong = rule_text("Bad_Id", "when: session.attached").1.replace("A defect", "A defect.");
    assert_eq!(
        mistakes(vec![("r.yaml".into(), wrong)]),
        [
            "r.yaml:1:5: the id `Bad_Id` differs from the file's name `r`",
            "r.yaml:1:5: the id `Bad_Id` is not kebab-case",
            "r.yaml:2:8: the title ends with a dot",
        ]
    );
    let again = ("sub/r.yaml".to_owned(), rule_text("r", "when: session.attached").1);
    assert_eq!(
        mistakes(vec![rule_text("r", "when: session.attached"), again]),
        ["sub/r.yaml:1:5: the id `r` is taken by r.yaml"]
    );
    let danger = rule_text("r", "when: session.attached").1.replace("error", "danger");
    assert_eq!(
        mistakes(vec![("r.yaml".into(), danger)]),
        [
            "r.yaml:1:1: a rule of severity `danger` needs `do_not`",
            "r.yaml:1:1: a rule of severity `danger` needs `triggered_by`"
        ]
    );
    assert_eq!(
        of("when: session.attached\ntriggered_by: [attach]"),
        ["r.yaml:8:15: `triggered_by` belongs to severity `danger` only"]
    );
}

#[test]
fn placeholders() {
    let message = |text: &str| {
        let condition = "when: {all: [session.attached, {any: {w: session.windows}}, {not: {any: {v: session.windows}}}]}";
        let text =
            rule_text("r", condition).1.replace("message: m", &format!("message: >\n  first line\n  {text}"));
        mistakes(vec![("r.yaml".into(), text)])
    };
    for (text, expected) in [
        (
            "a {session.nam}",
            "r.yaml:7:5: in a placeholder: unknown fact `session.nam`: no `nam` in `session`; did you \
             mean `session.name`?",
        ),
        (
            "a {w.idx}",
            "r.yaml:7:5: in a placeholder: unknown fact `w.idx`: no `idx` in `w`; did you mean `w.id`?",
        ),
        (
            "a {v.id}",
            "r.yaml:7:5: the placeholder `{v.id}` has no value here; `v` is not bound by an `any` that must hold \
             whenever the rule fires",
        ),
        (
            "{session.windows}",
            "r.yaml:7:3: the placeholder `{session.windows}` is a list of items with facts, which has \
             no text",
        ),
        ("a { b", "r.yaml:5:10: the placeholder `{` is not closed; a literal brace is written `{{`"),
        ("a } b", "r.yaml:5:10: a `}` without `{`; a literal brace is written `}}`"),
    ] {
        assert_eq!(message(text), [expected]);
    }
    assert_eq!(
        of("when: session.attached\nconfirm: [tmux, '{session.idd}']"),
        [
            "r.yaml:8:18: in a placeholder: unknown fact `session.idd`: no `idd` in `session`; did you mean `session.id`?"
        ]
    );
    let twice = "when: {all: [{any: {w: session.windows}}, {any: {w: session.windows}}]}\nmay_be_wrong: f";
    let text = rule_text("r", twice).1.replace("why: w", "why: '{w.id}'");
    assert_eq!(
        mistakes(vec![("r.yaml".into(), text)]),
        [
            "r.yaml:6:7: the placeholder `{w.id}` is ambiguous: `w` is bound 2 times; give the elements different names"
        ]
    );
}

#[test]
fn commands_and_remedies() {
    let remedy = |more: &str| of(&format!("when: session.attached\n{more}"));
    for (more, expected) in [
        (
            "remedies: [{use: relanch, because: b}]",
            "r.yaml:8:18: unknown command `relanch`; did you mean `relaunch`?",
        ),
        ("remedies: [{because: b}]", "r.yaml:8:12: a remedy has either `use` or `do`"),
        (
            "remedies: [{use: look, because: b, verify: lok}]",
            "r.yaml:8:44: unknown command `lok`; did you mean `look`?",
        ),
        (
            "remedies: [{do: Wait, because: b, effect: destructive, loses: l}]\nconfirm: [x]",
            "r.yaml:8:11: the first remedy is destructive: begin with one that can be taken back",
        ),
        (
            "remedies: [{use: look, because: b}, {use: kill, because: b}]",
            "r.yaml:8:11: a destructive remedy needs `confirm` in the rule, so that one can look first",
        ),
        (
            "remedies: [{use: look, because: b}, {do: End it, because: b, runs: stop}]\nconfirm: [x]",
            "r.yaml:8:37: a step that ends a session (`runs: stop`) says what it `loses`; write `effect: destructive`, \
             and under `loses` what goes with the session",
        ),
        (
            "remedies: [{use: look, because: b}, {do: End it, because: b, runs: stop, effect: mutates, loses: l}]",
            "r.yaml:8:37: a step that ends a session (`runs: stop`) says what it `loses`; write `effect: destructive`, \
             and under `loses` what goes with the session",
        ),
        ("do_not: [{because: b}]", "r.yaml:8:10: a do-not has either `use` or `argv`"),
        ("caused_by: [r]", "r.yaml:8:13: the rule `r` cannot be its own cause"),
        ("caused_by: [rr]", "r.yaml:8:13: unknown rule `rr`"),
        ("caused_by: [{rule: [rr], when: session.attached}]", "r.yaml:8:13: unknown rule `rr`"),
        (
            "caused_by: [{rule: [], when: session.attached}]",
            "r.yaml:8:20: caused_by[0].rule: invalid length 0, expected the id of a rule, or a list of ids",
        ),
        (
            "evidence: [session.nme]",
            "r.yaml:8:12: unknown fact `session.nme`: no `nme` in `session`; did you mean `session.name`?",
        ),
        (
            "identity: [session.nme]",
            "r.yaml:8:12: unknown fact `session.nme`: no `nme` in `session`; did you mean `session.name`?",
        ),
    ] {
        assert_eq!(remedy(more), [expected], "{more}");
    }
    let host = rule_text("r", "when: host.tmux\nremedies: [{use: look, because: b}]")
        .1
        .replace("session\n", "host\n");
    assert_eq!(
        mistakes(vec![("r.yaml".into(), host)]),
        ["r.yaml:8:18: the command `look` asks facts that scope `host` does not have"]
    );
}

#[test]
fn the_catalogue_of_commands() {
    let load = |text: &str| {
        let files = vec![("commands.yaml".to_owned(), text.to_owned())];
        load_texts(files, &catalogue(), &RuleSet::default())
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        load(
            "Kill:\n  title: '{session.nam}'\n  runs: none\n  effect: destructive\n  argv: {}\n  flat_since: '1'\n"
        ),
        [
            "commands.yaml:2:3: the command `Kill` has no argv: give `flat`, `scoped` or `any`",
            "commands.yaml:2:3: the command `Kill` has this effect and says not what it `loses`",
            "commands.yaml:2:3: the command name `Kill` is not kebab-case",
            "commands.yaml:2:11: in a placeholder: unknown fact `session.nam`: no `nam` in `session`; did you mean \
             `session.name`?",
            "commands.yaml:6:15: `1` is not a release: X.Y.Z",
        ]
    );
    let twice = format!("{COMMANDS}{}", COMMANDS.trim_start().lines().take(5).collect::<Vec<_>>().join("\n"));
    assert!(
        load(&twice).iter().any(|m| m.contains("the command `attach-by-id` is there twice")),
        "{:?}",
        load(&twice)
    );
}

#[test]
fn circles_of_causes_are_told_once() {
    let rule =
        |id: &str, cause: &str| rule_text(id, &format!("when: session.attached\ncaused_by: [{cause}]"));
    assert_eq!(
        mistakes(vec![rule("a", "b"), rule("b", "c"), rule("c", "a")]),
        ["a.yaml:8:13: the causes form a circle: a <- b <- c <- a"]
    );
}

#[test]
fn all_mistakes_of_all_files_come_together() {
    let one = rule_text("one", "when:\n  all:\n    - session.nam is present\n    - handle.pid == \"1\"");
    let two = rule_text(
        "two",
        "when: session.attached\nremedies: [{use: nothing-like-it, because: '{agent.idd}'}]",
    );
    let found = mistakes(vec![two, one, ("three.yaml".into(), "id: three\nzzz: 1\n".into())]);
    assert_eq!(found.len(), 11, "{found:#?}");
    assert!(
        found[0].starts_with("one.yaml:9:7: unknown fact") && found[1].starts_with("one.yaml:10:7: "),
        "{found:#?}"
    );
    assert_eq!(found[2], "three.yaml:1:1: missing key `message`");
    assert!(found[8].starts_with("three.yaml:2:6: unknown key `zzz`; there are: applies, "), "{found:#?}");
    assert!(
        found[9].starts_with("two.yaml:8:18: unknown command") && found[10].contains("agent.id`?"),
        "{found:#?}"
    );
}

#[test]
fn files_that_cannot_be_read_and_folders() {
    let folder = tempfile::tempdir().unwrap();
    let (name, text) = rule_text("r", "when: session.attached");
    std::fs::write(folder.path().join(name), text).unwrap();
    let paths = [folder.path().to_owned()];
    let rules = load_files(&paths, &catalogue(), &RuleSet::default()).unwrap();
    assert_eq!(rules.rules().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["r"]);
    let again = load_files(&paths, &catalogue(), &rules).unwrap_err();
    assert!(again[0].what == "the id `r` is taken by the built-in rules", "{again:?}");
    let none = load_files(&[folder.path().join("no.yaml")], &catalogue(), &rules).unwrap_err();
    assert!(none[0].what.starts_with("cannot be read: "), "{none:?}");
    std::fs::write(folder.path().join("bytes.yaml"), [0xff, 0xfe]).unwrap();
    let bytes = load_files(&[folder.path().join("bytes.yaml")], &catalogue(), &rules).unwrap_err();
    assert_eq!(bytes[0].what, "is not UTF-8");
}

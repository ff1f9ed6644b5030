//! The published schema of rules takes what the loader takes, and refuses its usual mistakes.
use super::world::{catalogue, rule_text};
use houmao_doctor::schema::{commands_schema, rule_schema};
use serde_json::Value;

fn errors(schema: &schemars::Schema, yaml: &str) -> usize {
    let value: Value = serde_yaml::from_str(yaml).unwrap();
    jsonschema::validator_for(schema.as_value()).unwrap().iter_errors(&value).count()
}

#[test]
fn the_schema_agrees_with_the_loader() {
    let schema = rule_schema(&catalogue());
    for (condition, legal) in [
        ("session.attached", true),
        ("{all: [session.attached, {not: {any_of: [session.attached]}}]}", true),
        ("{any: {w: session.windows, where: 'w.panes > 1'}}", true),
        ("{count: {w: session.windows, where: 'w.panes > 1', is: '>= 2'}}", true),
        ("{all: []}", false),
        ("{al: [session.attached]}", false),
        ("{every: {w: session.windows}}", false),
        ("{count: {w: session.windows}}", false),
        ("{all: [a], not: b}", false),
        ("7", false),
    ] {
        let (_, text) = rule_text("r", &format!("when: {condition}"));
        assert_eq!(errors(&schema, &text) == 0, legal, "{condition}");
        assert!(errors(&schema, &format!("{text}sevrity: info\n")) > 0, "an unknown key");
    }
    assert_eq!(errors(&commands_schema(), super::world::COMMANDS), 0);
    assert!(errors(&commands_schema(), "x: {title: t}") > 0);
}

#[test]
fn the_example_of_the_guide_has_the_right_shape() {
    let guide = include_str!("../../rules/README.md");
    let example = guide.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(errors(&rule_schema(&catalogue()), example), 0, "{example}");
}

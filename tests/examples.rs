//! The examples of the README, run as they stand: the steps of the workflow, the entry of the hook, the configuration.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// The code block between `<!-- name -->` and `<!-- /name -->`.
fn block(name: &str) -> String {
    let readme = fs::read_to_string("README.md").unwrap();
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let inner = readme.split(&open).nth(1).unwrap().split(&close).next().unwrap();
    let (_, code) = inner.trim().split_once('\n').unwrap();
    code.strip_suffix("```").unwrap().to_owned()
}

/// A repository with one fixture, as a user of the examples has it.
fn repository() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("fixtures/gpu")).unwrap();
    for name in ["snapshot.yaml", "expected.yaml"] {
        let from = Path::new("fixtures/sessions/0.4.2-handle-own-window").join(name);
        fs::copy(from, dir.path().join("fixtures/gpu").join(name)).unwrap();
    }
    dir
}

/// Makes the fixture one that is diagnosed otherwise than expected.
fn spoil(dir: &tempfile::TempDir) {
    let file = dir.path().join("fixtures/gpu/expected.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("  - gateway-down\n", "")).unwrap();
}

/// Runs a script as GitHub runs a step without a `shell`: `bash -e`, with the built doctor on `PATH`.
fn shell(dir: &tempfile::TempDir, script: &str) -> Output {
    let binary = assert_cmd::cargo::cargo_bin("houmao-doctor");
    let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.args(["-e", "-c", script]).current_dir(dir.path()).env("PATH", path).env_remove("TMUX");
    command.env("TMUX_TMPDIR", dir.path()).env("HOME", dir.path()).output().unwrap()
}

fn steps() -> Vec<String> {
    let workflow: Value = serde_yaml::from_str(&block("workflow")).unwrap();
    let jobs = workflow["jobs"].as_object().unwrap();
    let steps = jobs.values().flat_map(|job| job["steps"].as_array().unwrap());
    steps.filter_map(|step| step.get("run")).map(|run| run.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_steps_of_the_workflow_pass_and_fail_as_they_should() {
    let steps = steps();
    assert!(steps.len() >= 2, "{steps:?}");
    let dir = repository();
    for step in &steps {
        let ran = shell(&dir, step);
        assert!(ran.status.success(), "{step}\n{}", String::from_utf8_lossy(&ran.stderr));
    }
    let junit = fs::read_to_string(dir.path().join("houmao-doctor.xml")).unwrap();
    assert!(
        junit.contains("<testsuite name=\"fixtures/gpu\"") && junit.contains("failures=\"0\""),
        "{junit}"
    );
    spoil(&dir);
    let failed = steps.iter().filter(|step| !shell(&dir, step).status.success()).count();
    assert_eq!(failed, 1, "one step notices");
    let junit = shell(&dir, "houmao-doctor test fixtures --format junit || true");
    let junit = String::from_utf8(junit.stdout).unwrap();
    assert!(junit.contains("failures=\"1\"") && junit.contains("type=\"noisy\""), "{junit}");
}

#[test]
fn the_hook_passes_and_fails_as_it_should() {
    let config: Value = serde_yaml::from_str(&block("pre-commit")).unwrap();
    let hook = &config["repos"][0]["hooks"][0];
    for key in ["id", "name", "entry", "language", "files"] {
        assert!(hook[key].is_string(), "pre-commit asks for `{key}`");
    }
    let entry = hook["entry"].as_str().unwrap();
    let dir = repository();
    assert!(shell(&dir, entry).status.success());
    spoil(&dir);
    assert_eq!(shell(&dir, entry).status.code(), Some(1));
}

#[test]
fn the_configuration_is_one() {
    let dir = repository();
    fs::write(dir.path().join("houmao-doctor.toml"), block("config")).unwrap();
    fs::create_dir_all(dir.path().join("ops/rules")).unwrap();
    let rule = "id: x-live\ntitle: a live session\nseverity: info\nscope: session\nwhen: session.live\nmessage: hello\nwhy: because\n";
    fs::write(dir.path().join("ops/rules/x-live.yaml"), rule).unwrap();
    let ran = shell(&dir, "houmao-doctor --snapshot fixtures/gpu/snapshot.yaml --format json || true");
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let of = |id: &str| report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == id).cloned();
    assert_eq!(of("gateway-down").unwrap()["severity"], "error");
    assert!(of("x-live").is_some());
    assert_eq!(report["policy"]["off"], serde_json::json!(["aux-windows-multiple"]));
    assert_eq!(report["policy"]["suppressions"][0]["state"], "unused");
}

#[test]
fn the_other_commands_about_ci_are_understood() {
    let readme = fs::read_to_string("README.md").unwrap();
    let section = readme.split("## In CI").nth(1).unwrap().split("\n## ").next().unwrap();
    let blocks: Vec<&str> =
        section.split("```sh\n").skip(1).map(|b| b.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 2);
    let dir = repository();
    let lines = blocks.iter().flat_map(|b| b.lines()).filter(|l| l.starts_with("houmao-doctor"));
    let mut seen = 0;
    for line in lines {
        let code = shell(&dir, line).status.code();
        assert_ne!(code, Some(2), "{line}");
        seen += 1;
    }
    assert!(seen >= 6, "only {seen} commands were found");
}

//! A small world: facts of a session, its windows and the host, a few commands, and short ways to judge.
use houmao_doctor::engine::{Examined, judge};
use houmao_doctor::facts::Fact;
use houmao_doctor::finding::{Finding, Outcome, Subject, Verdict};
use houmao_doctor::rule::{Catalogue, Dialect, Mistake, RuleSet, ScopeKind, Version, load_texts};
use schemars::{JsonSchema, schema_for};
use serde::Serialize;

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HostScope {
    pub host: Host,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Host {
    /// Whether tmux answers.
    pub tmux: Fact<bool>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SessionScope {
    pub session: Session,
    pub handle: Handle,
    pub agent: Agent,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Session {
    /// The name of the tmux session.
    pub name: Fact<String>,
    /// Its id.
    pub id: Fact<String>,
    /// Whether a client is attached.
    pub attached: Fact<bool>,
    /// Its windows.
    pub windows: Fact<Vec<Window>>,
    /// Its tags.
    pub tags: Fact<Vec<String>>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Window {
    /// Its index.
    pub index: Fact<String>,
    /// Its id.
    pub id: Fact<String>,
    /// How many panes it has.
    pub panes: Fact<u32>,
    /// Whether it lives.
    pub state: Fact<State>,
}

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It lives.
    Alive,
    /// It is dead.
    Dead,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Handle {
    /// The recorded window.
    pub window_id: Fact<String>,
    /// The recorded pid.
    pub pid: Fact<u32>,
    /// What the file says of the window, where it can be read.
    pub detail: Fact<Detail>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Detail {
    /// The recorded index.
    pub index: Fact<String>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Agent {
    /// The agent's id.
    pub id: Fact<String>,
}

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WindowScope {
    pub window: Window,
}

/// A session with two windows, where everything is known.
pub fn session() -> SessionScope {
    let known = |value: &str| Fact::known(value.to_owned(), "tmux list-sessions");
    SessionScope {
        session: Session {
            name: known("gpu"),
            id: known("$3"),
            attached: Fact::known(true, "tmux"),
            windows: Fact::known(vec![window("0", "@1", 1), window("1", "@4", 2)], "tmux list-windows"),
            tags: Fact::known(vec!["a".into(), "b".into()], "tags"),
        },
        handle: Handle {
            window_id: Fact::known("@4".into(), "current-instance.json#/tmux_window_id"),
            pid: Fact::known(6707, "current-instance.json#/pid"),
            detail: Fact::known(Detail { index: Fact::known("1".into(), "current-instance.json") }, "file"),
        },
        agent: Agent { id: known("agent-7") },
    }
}

pub fn window(index: &str, id: &str, panes: u32) -> Window {
    Window {
        index: Fact::known(index.into(), "window"),
        id: Fact::known(id.into(), "window"),
        panes: Fact::known(panes, "window"),
        state: Fact::known(State::Alive, "window"),
    }
}

pub fn catalogue() -> Catalogue {
    Catalogue::new(&[
        (ScopeKind::Host, schema_for!(HostScope)),
        (ScopeKind::Session, schema_for!(SessionScope)),
        (ScopeKind::Window, schema_for!(WindowScope)),
    ])
}

pub const COMMANDS: &str = r#"
attach-by-id:
  title: Attach by the agent's exact id
  runs: attach
  effect: mutates
  argv:
    flat: [houmao-mgr, agents, gateway, attach, --agent-id, "{agent.id}"]
    scoped: [houmao-mgr, agents, single, --agent-id, "{agent.id}", gateway, attach]
  flat_since: "0.3.0"
  applies: agent.id is present
  verify: [houmao-doctor, --session, "{session.name}"]
relaunch:
  title: Relaunch {session.name}
  runs: relaunch
  effect: restarts_agent
  loses: what the agent has not saved
  argv: {scoped: [houmao-mgr, agents, single, --agent-id, "{agent.id}", relaunch]}
kill:
  title: Kill the session
  runs: none
  effect: destructive
  loses: everything in {session.name}
  argv: {any: [tmux, kill-session, -t, "{session.id}"]}
look:
  title: Look
  runs: status
  effect: read_only
  argv: {any: [tmux, list-windows, -t, "{session.id}"]}
"#;

/// A rule file of a session rule with this condition.
pub fn rule_text(id: &str, more: &str) -> (String, String) {
    let text =
        format!("id: {id}\ntitle: A defect\nseverity: error\nscope: session\nmessage: m\nwhy: w\n{more}\n");
    (format!("{id}.yaml"), text)
}

/// Loads rule files and the commands.
pub fn try_load(mut files: Vec<(String, String)>) -> Result<RuleSet, Vec<Mistake>> {
    files.push(("commands.yaml".into(), COMMANDS.into()));
    load_texts(files, &catalogue(), &RuleSet::default())
}

pub fn load(files: Vec<(String, String)>) -> RuleSet {
    try_load(files).unwrap_or_else(|m| panic!("{}", m.iter().map(|m| format!("{m}\n")).collect::<String>()))
}

pub fn subject(id: &str, scope: ScopeKind, facts: &impl Serialize, parent: Option<&str>) -> Examined {
    let name = id.rsplit(':').next().unwrap().to_owned();
    Examined {
        subject: Subject { id: id.into(), kind: scope, name, details: Vec::new() },
        scope,
        facts: serde_json::to_value(facts).unwrap(),
        reads: std::collections::BTreeMap::new(),
        parent: parent.map(str::to_owned),
    }
}

pub const RELEASE: Option<(Dialect, Version)> = Some((Dialect::Scoped, (1, 2, 1)));

/// The verdict of the only rule of these files on a session.
pub fn verdict(files: Vec<(String, String)>, facts: &SessionScope) -> Verdict {
    let examined = [subject("session:gpu", ScopeKind::Session, facts, Some("host"))];
    let mut outcomes = judge(&load(files), &examined, RELEASE);
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0).verdict
}

/// What a condition says of a session.
pub fn ask(condition: &str, facts: &SessionScope) -> Verdict {
    verdict(vec![rule_text("r", &format!("when: {condition}"))], facts)
}

pub fn fired(verdict: Verdict) -> Finding {
    match verdict {
        Verdict::Fired { finding } => *finding,
        other => panic!("not fired: {other:?}"),
    }
}

/// The finding of a rule at a subject.
pub fn finding<'a>(outcomes: &'a [Outcome], rule: &str, subject: &str) -> &'a Finding {
    let outcome = outcomes.iter().find(|o| o.rule == rule && o.subject == subject).unwrap();
    match &outcome.verdict {
        Verdict::Fired { finding } => finding,
        other => panic!("{rule} at {subject}: {other:?}"),
    }
}

//! What houmao-mgr would do, step by step, decided from the snapshot alone; nothing is run.
use crate::contract::Release;
use crate::finding::*;
use crate::snapshot::Snapshot;
#[derive(Debug, Clone)]
pub enum Verb {
    Attach { background: bool },
    Detach,
    Status,
    Relaunch,
    Stop,
    Cleanup,
}
#[derive(Debug, Clone)]
pub enum Selector {
    Inside(String),
    Current { explicit: bool },
    TmuxSession(String),
    AgentName(String),
    AgentId(String),
}
#[derive(Debug, Clone)]
pub struct Ask {
    pub verb: Verb,
    pub selector: Selector,
    pub pair_port: Option<u16>,
    pub argv: Vec<String>,
}
impl Ask {
    pub fn new(verb: Verb, selector: Selector) -> Self {
        Ask { verb, selector, pair_port: None, argv: vec![] }
    }
    pub fn with_pair_port(&self, port: u16) -> Self {
        Ask { pair_port: Some(port), ..self.clone() }
    }
}
pub fn replay(_: &Snapshot, ask: &Ask, r: Release) -> Operation {
    Operation {
        operation: match ask.verb {
            Verb::Attach { .. } => "attach",
            Verb::Detach => "detach",
            Verb::Status => "status",
            _ => "relaunch",
        }
        .into(),
        selector: format!("{:?}", ask.selector),
        subject: None,
        houmao: r.to_string(),
        argv: vec![],
        verdict: OperationVerdict::CannotTell,
        exit_code: None,
        error: None,
        decided_by: "stub".into(),
        hidden_error: None,
        missing: vec!["stub".into()],
        steps: vec![],
        effects: vec![],
    }
}

//! Facts of harm: what the operations from inside the session would hit that is not the recorded gateway.
use super::Fact;
use crate::finding::{EffectKind, Operation, OperationEffect};
use schemars::JsonSchema;
use serde::Serialize;

/// What would suffer, of all replayed operations together.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HarmFacts {
    /// Which command kills or signals what, as one sentence without its end; absent where none is seen to.
    pub told: Fact<String>,
}

impl HarmFacts {
    /// Derives them from the operations inside the session.
    pub fn of<'a>(operations: impl Iterator<Item = &'a Operation>) -> Self {
        let source = "replay of the operations inside the session";
        let mut told: Vec<(String, Vec<String>)> = Vec::new();
        for operation in operations {
            for what in operation.effects.iter().filter(|e| e.harm).filter_map(hits) {
                match told.iter_mut().find(|(known, _)| *known == what) {
                    Some((_, commands)) => commands.push(typed(operation)),
                    None => told.push((what, vec![typed(operation)])),
                }
            }
        }
        let sentences: Vec<String> =
            told.iter().map(|(what, commands)| format!("{} would {what}", commands.join(" and "))).collect();
        match sentences.is_empty() {
            true => HarmFacts { told: Fact::absent(source) },
            false => HarmFacts { told: Fact::known(sentences.join("; "), source) },
        }
    }
}

/// What an effect does to something that lives.
fn hits(e: &OperationEffect) -> Option<String> {
    match e.kind {
        EffectKind::KillsWindow => Some(format!("kill tmux window {} ({})", e.target, e.detail)),
        EffectKind::SignalsProcess => Some(format!("signal process {} ({})", e.target, e.detail)),
        _ => None,
    }
}

/// The command as it is typed inside the session, where the selector goes without saying.
fn typed(operation: &Operation) -> String {
    let words: Vec<&str> =
        operation.argv.iter().map(String::as_str).filter(|word| *word != "--current-session").collect();
    format!("`{}`", words.join(" "))
}

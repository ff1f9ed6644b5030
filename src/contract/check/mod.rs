//! A small validation core that answers as strict pydantic models do: same order, same words.
mod body;
mod model;
mod seen;
mod walk;

pub(super) use body::{Body, Objection, Verdict};
pub(super) use model::*;
pub use seen::Seen;
pub(super) use walk::{Findings, examine};

//! What a given Houmao release accepts in each file, and the words it uses to refuse.
//!
//! Pure: an observed file and a [`Release`] go in, a [`Loaded`] comes out. The files' rules are data (`*/shape.rs`: one
//! table of fields per model, each row with the releases that know it); `check` reads a document against such a table
//! as the real loader's strict models do, down to the order and wording of the refusals.
mod answers;
mod check;
mod gateway;
mod known_bugs;
mod manifest;
mod outcome;
pub mod python;
mod record;
mod releases;
mod stores;

pub mod ids;

pub use answers::agent_objections;
pub use check::Seen;
pub use gateway::*;
pub use known_bugs::*;
pub use manifest::*;
pub use outcome::*;
pub use record::*;
pub use releases::*;
pub use stores::*;

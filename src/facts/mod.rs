//! Everything a rule can ask, derived here and nowhere else.
//!
//! Each scope has one root struct ([`SessionScope`] is the large one) of groups of [`Fact`]s. Their doc comments are the
//! catalogue: `facts list` and the editor schema print them. A question that a rule cannot put plainly becomes a named
//! fact here, never a cleverer rule.
mod alias;
mod asked;
mod bugs;
mod elsewhere;
mod entry;
mod external;
mod fact;
mod gateway;
mod handle;
mod host;
mod join;
mod listener;
mod live_window;
mod mailbox;
mod manifest;
mod notifier;
mod operation;
mod project;
mod queue;
mod read;
mod reads;
mod record;
mod registry;
mod release;
mod root;
mod scope;
mod server;
mod session;
mod shell;
mod stand_in;
mod surface;
mod written;

pub use alias::*;
pub use asked::*;
pub use bugs::*;
pub use entry::*;
pub use external::*;
pub use fact::*;
pub use gateway::*;
pub use handle::*;
pub use host::*;
pub use join::*;
pub use listener::*;
pub use live_window::*;
pub use mailbox::*;
pub use manifest::*;
pub use notifier::*;
pub use operation::*;
pub use project::*;
pub use queue::*;
pub use read::*;
pub use reads::*;
pub use record::*;
pub use registry::*;
pub use release::*;
pub use root::*;
pub use scope::*;
pub use server::*;
pub use session::*;
pub use shell::*;
pub use stand_in::*;
pub use surface::*;
pub use written::*;

//! Everything a rule can ask, derived here and nowhere else.
mod fact;

pub use fact::*;

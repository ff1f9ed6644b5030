//! What a given Houmao release accepts in each file, and the words it uses to refuse.
mod releases;

pub use releases::*;

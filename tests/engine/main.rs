//! Rules and engine on a small world of their own: loading, mistakes, truth, advice, causes, properties.
#![allow(clippy::unwrap_used, reason = "a test's helpers may fail as tests do")]
mod advice;
mod links;
mod mistakes;
mod properties;
mod reads;
mod schemas;
mod truth;
mod world;

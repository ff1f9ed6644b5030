//! `houmao-doctor`: observe once, without touching anything; then everything is a pure function of what was observed.
//!
//! ```text
//!  tmux · session roots · registry · processes · loopback probes        rules/*.yaml
//!                       │                                                   │
//!                    collect ─▶ snapshot ─▶ contract ─▶ replay ─▶ facts ─▶ rule
//!                                                                   │       │
//!                                                                   └▶ engine
//!                                                                        │
//!                                                                    finding ─▶ report
//! ```
//! `doctor` joins the rooms, `cli` turns arguments into one call of it. `tests/architecture.rs` holds the arrows.
pub mod cli;
pub mod collect;
pub mod contract;
pub mod doctor;
pub mod engine;
pub mod facts;
pub mod finding;
pub mod replay;
pub mod report;
pub mod rule;
pub mod schema;
pub mod snapshot;

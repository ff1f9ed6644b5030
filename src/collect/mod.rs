//! The only room that touches the machine; a broken part becomes data, never an abort.
pub mod tmux;

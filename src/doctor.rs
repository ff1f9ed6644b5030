//! The paragraph that joins the rooms.
use crate::facts::{HostScope, RecordScope, SessionScope, WindowScope};
use crate::rule::{Catalogue, ScopeKind};
use schemars::schema_for;

/// Everything that rules can ask, by scope.
pub fn catalogue() -> Catalogue {
    Catalogue::new(&[
        (ScopeKind::Host, schema_for!(HostScope)),
        (ScopeKind::Session, schema_for!(SessionScope)),
        (ScopeKind::Window, schema_for!(WindowScope)),
        (ScopeKind::Record, schema_for!(RecordScope)),
    ])
}

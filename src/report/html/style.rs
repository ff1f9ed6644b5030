//! The style sheet of the page.

/// Written into the page as it is; it is part of the doctor and holds nothing from outside.
pub(super) const SHEET: &str = include_str!("style.css");

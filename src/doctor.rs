//! The paragraph that joins the rooms.

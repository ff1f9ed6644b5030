//! Small synthetic snapshots for the tests of this room.

//! Rules: as written, as checked and compiled; all mistakes of all files reported together.

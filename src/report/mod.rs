//! Pure writers, one file a format.

//! JSON Schemas of the published documents.

//! The binary: hands the arguments to the library and gives its exit code.
fn main() {}

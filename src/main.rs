//! The binary: hands the arguments to the library and gives its exit code.
use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(houmao_doctor::cli::main(std::env::args_os()))
}

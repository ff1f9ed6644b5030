//! What is made from the definitions of the arguments: completion scripts and manual pages.
use super::args::{Cli, Shell};
use super::{CliError, say};
use clap::CommandFactory;
use clap_complete::{Generator, aot};
use std::io;
use std::path::Path;

/// The completion script of a shell.
pub(super) fn completions(shell: Shell) -> Result<u8, CliError> {
    let script = match shell {
        Shell::Bash => bash(&script(aot::Bash)),
        Shell::Zsh => script(aot::Zsh).into_bytes(),
        Shell::Fish => fish(&script(aot::Fish)),
        Shell::Nushell => script(clap_complete_nushell::Nushell).into_bytes(),
    };
    say(|out| out.write_all(&script)).map(|()| 0)
}

/// The generator writes the dash of the program's name in two ways, so that no command would get its own options.
fn bash(script: &str) -> Vec<u8> {
    script.replace("houmao__subcmd__doctor", "houmao__doctor").into_bytes()
}

/// The generator takes an option that still waits for its value for a mistake, and then completes names of files instead
/// of values: the check is made once more with a value in its place.
fn fish(script: &str) -> Vec<u8> {
    const CHECK: &str = "argparse -s (__fish_houmao_doctor_global_optspecs) -- $cmd 2>/dev/null\n";
    let again = CHECK.replace("$cmd", "$cmd ''");
    script.replace(CHECK, &format!("{CHECK}    or {again}")).into_bytes()
}

fn script(shell: impl Generator) -> String {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    aot::generate(shell, &mut command, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The manual pages, one of the whole and one of each subcommand.
pub(super) fn man(dir: &Path) -> Result<u8, CliError> {
    let told = |error| CliError::Man(dir.display().to_string(), error);
    match std::fs::metadata(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(CliError::NoFolder(dir.display().to_string(), "is not there; make it first"));
        }
        Ok(found) if !found.is_dir() => {
            return Err(CliError::NoFolder(dir.display().to_string(), "is no folder; give one"));
        }
        Err(error) => return Err(told(error)),
        Ok(_) => {}
    }
    clap_mangen::generate_to(Cli::command(), dir).map_err(told).map(|()| 0)
}

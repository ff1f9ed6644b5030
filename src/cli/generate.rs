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
        Shell::Bash => script(aot::Bash),
        Shell::Zsh => script(aot::Zsh),
        Shell::Fish => script(aot::Fish),
        Shell::Nushell => script(clap_complete_nushell::Nushell),
    };
    say(|out| out.write_all(&script)).map(|()| 0)
}

fn script(shell: impl Generator) -> Vec<u8> {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    aot::generate(shell, &mut command, name, &mut script);
    script
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

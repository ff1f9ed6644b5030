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
    let mut script = script.replace(CHECK, &format!("{CHECK}    or {again}"));
    let mut command = Cli::command();
    command.build();
    positionals(&command, &[], &mut script);
    script.into_bytes()
}

/// The generator for fish leaves out the values of arguments without a flag, which that for bash offers: a line for each
/// subcommand at the end of `path` that has such.
fn positionals(command: &clap::Command, path: &[&str], script: &mut String) {
    for arg in command.get_positionals().filter(|_| !path.is_empty()) {
        let values: Vec<String> = arg
            .get_possible_values()
            .iter()
            .filter(|value| !value.is_hide_set())
            .map(|value| value.get_name().to_owned())
            .collect();
        if values.is_empty() {
            continue;
        }
        let (within, values) = (path[1..].iter(), values.join(" "));
        let within: String = within.map(|name| format!("; and __fish_seen_subcommand_from {name}")).collect();
        let within = format!("__fish_houmao_doctor_using_subcommand {}{within}", path[0]);
        script.push_str(&format!(
            "complete -c houmao-doctor -n \"{within}; and not __fish_seen_subcommand_from {values}\" -f -a \"{values}\"\n"
        ));
    }
    for inner in command.get_subcommands().filter(|c| c.get_name() != "help") {
        positionals(inner, &[path, &[inner.get_name()]].concat(), script);
    }
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

//! A call without a command, which is how the doctor is called most often.
use super::{Cli, Examine};
use clap::Parser;
use std::ffi::OsString;

/// Only what can be said without a command. No help either: that names the commands.
#[derive(Debug, Parser)]
#[command(name = "houmao-doctor", disable_help_flag = true)]
struct Bare {
    #[command(flatten)]
    examine: Examine,
}

impl Cli {
    /// Reads the arguments. To define all commands takes longer than to read a session root, so that it is only done where
    /// the arguments are not those of a call without one.
    ///
    /// # Errors
    /// A mistake in them, or a text that was asked for.
    pub fn read(args: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let args: Vec<OsString> = args.into_iter().collect();
        match Bare::try_parse_from(&args) {
            Ok(Bare { examine }) => Ok(Cli { command: None, examine }),
            Err(_) => Cli::try_parse_from(args),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str]) -> Result<Cli, clap::Error> {
        Cli::read(std::iter::once("houmao-doctor").chain(args.iter().copied()).map(OsString::from))
    }

    /// The short way gives what the long one would have given.
    #[test]
    fn a_call_without_a_command_is_read_the_same_either_way() {
        for args in [&[][..], &["--all", "--format", "json"], &["--session", "why"], &["-v", "--wait", "3s"]]
        {
            let long = Cli::try_parse_from(std::iter::once("houmao-doctor").chain(args.iter().copied()));
            assert_eq!(format!("{:?}", read(args).unwrap()), format!("{:?}", long.unwrap()));
        }
    }

    #[test]
    fn everything_else_is_read_with_all_commands() {
        assert!(read(&["rules", "list"]).unwrap().command.is_some());
        assert!(read(&["--session", "gpu", "--nonsense"]).is_err());
        let help = read(&["--help"]).unwrap_err().to_string();
        assert!(help.contains("explain") && read(&["-V"]).is_err(), "{help}");
    }
}

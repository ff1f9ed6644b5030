//! A call without a command, which is how the doctor is called most often.
use super::{Cli, Examine};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};
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
            Err(_) => Cli::try_parse_from(behind(args)),
        }
    }
}

/// The same arguments with the options that stand before a command put behind it, since it is the command that knows
/// whether it has them: `--format html demo` is `demo --format html`.
fn behind(args: Vec<OsString>) -> Vec<OsString> {
    let root = Cli::command();
    let leads = |at: &usize| {
        root.find_subcommand(&args[*at]).is_some()
            && Bare::try_parse_from(&args[..*at]).map_or_else(|mistake| is_value(&mistake), |_| true)
    };
    let end = args.iter().position(|arg| arg == "--").unwrap_or(args.len());
    let Some(first) = (2..end).find(leads) else { return args };
    let (mut command, mut after) = (&root, first);
    while let Some(inner) = args.get(after).and_then(|name| command.find_subcommand(name)) {
        (command, after) = (inner, after + 1);
    }
    let parts = [&args[..1], &args[first..after], &args[1..first], &args[after..]];
    parts.into_iter().flatten().cloned().collect()
}

/// Whether all that is wrong is a value that was given: the command says so better.
fn is_value(mistake: &clap::Error) -> bool {
    let given = match mistake.get(ContextKind::InvalidValue) {
        Some(ContextValue::String(value)) => !value.is_empty(),
        _ => false,
    };
    given && matches!(mistake.kind(), ErrorKind::InvalidValue | ErrorKind::ValueValidation)
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
    fn options_before_a_command_are_its_own() {
        for (before, behind) in [
            (&["--format", "html", "demo"][..], &["demo", "--format", "html"][..]),
            (&["--format", "json", "rules", "list"], &["rules", "list", "--format", "json"]),
            (&["--ascii", "explain", "--error", "-x"], &["explain", "--error", "-x", "--ascii"]),
            (
                &["--session", "why", "why", "--for", "attach"],
                &["why", "--for", "attach", "--session", "why"],
            ),
            (&["-v", "why", "--", "houmao-mgr", "demo"], &["why", "-v", "--", "houmao-mgr", "demo"]),
        ] {
            assert_eq!(format!("{:?}", read(before).unwrap()), format!("{:?}", read(behind).unwrap()));
        }
        assert!(read(&["--snapshot", "demo", "--session", "why"]).unwrap().command.is_none());
        for refused in [&["--session", "gpu", "demo"][..], &["--format", "html", "--", "demo"]] {
            assert!(read(refused).is_err(), "{refused:?}");
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

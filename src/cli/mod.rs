//! Arguments in, exit code out. One document goes to standard output, everything else to standard error.
mod args;
mod generate;
mod list;
mod look;
mod request;
mod rules;
mod trials;
mod wait;

use crate::doctor::{self, DoctorError, Examination, Notation, Request};
use crate::finding::Report;
use crate::report::{self, visible};
use args::{
    Capture, Cli, Command, Diff, DiffFormat, Examine, Explain, Facts, FactsWhat, ListFormat, ListLook,
    ListWhat, Show,
};
use clap::error::ErrorKind;
use list::list_as;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The doctor could not do its work.
const TROUBLE: u8 = 2;

/// Why nothing, or not all, could be said.
#[derive(Debug, thiserror::Error)]
enum CliError {
    /// The doctor could not do its work.
    #[error(transparent)]
    Doctor(#[from] DoctorError),
    /// Standard output is gone in another way than a closed pipe.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
    /// The text to explain cannot be read.
    #[error("cannot read the error text from standard input: {0}")]
    Input(io::Error),
    /// The manual pages cannot be written.
    #[error("cannot write the manual pages into {0}: {1}")]
    Man(String, io::Error),
    /// There is no folder to write them into.
    #[error("cannot write the manual pages into {0}: it {1}")]
    NoFolder(String, &'static str),
    /// A list that cannot be written as JSON: a fault of the doctor.
    #[error("cannot write the list as JSON: {0}")]
    List(#[from] serde_json::Error),
}

/// Runs one call and gives its exit code. Never panics with a backtrace, never ends the process otherwise.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(|l| format!(" at {}:{}", l.file(), l.line())).unwrap_or_default();
        complain(&format!("a fault of the doctor itself{at}; please report it with the output of `capture`"));
        std::process::exit(i32::from(TROUBLE));
    }));
    match Cli::read(args) {
        Ok(cli) => run(&cli).unwrap_or_else(|error| {
            complain(&error.to_string());
            TROUBLE
        }),
        Err(error) => usage(&error),
    }
}

fn run(cli: &Cli) -> Result<u8, CliError> {
    match &cli.command {
        None => look(&request::examine(&cli.examine), &cli.examine),
        Some(Command::Why(why)) => look(&request::why(why), &why.examine),
        Some(Command::Demo(demo)) if demo.print_snapshot => print_demo(&demo.name),
        Some(Command::Demo(demo)) => {
            examine(&request::demo(demo), &demo.show).map(|seen| seen.report.exit_code)
        }
        Some(Command::Capture(c)) => capture(c),
        Some(Command::Check(c)) => trials::check(c),
        Some(Command::Test(t)) => trials::test(t),
        Some(Command::Diff(d)) => diff(d),
        Some(Command::Explain(e)) => explain(e),
        Some(Command::Rules(r)) => rules::rules(r),
        Some(Command::Facts(f)) => facts(f),
        Some(Command::Schema { document }) => {
            let schema = doctor::schema((*document).into())?;
            say(|out| writeln!(out, "{schema}")).map(|()| 0)
        }
        Some(Command::Completions { shell }) => generate::completions(*shell),
        Some(Command::Man { dir }) => generate::man(dir),
    }
}

/// Judges and reports, at once or when waiting is over.
fn look(request: &Request, e: &Examine) -> Result<u8, CliError> {
    let Some(limit) = e.waiting.wait else {
        let seen = examine(request, &e.show)?;
        let exit_code = seen.report.exit_code;
        // The process ends now, and to take all this apart would take longer than the report.
        std::mem::forget(seen);
        return Ok(exit_code);
    };
    let progress = wait::Progress::begin(limit);
    let waited = doctor::wait(request, limit, &mut |seen, so_far| progress.tell(seen, so_far));
    drop(progress);
    let (report, nothing) = waited?;
    write(&report, nothing.as_deref(), &e.show).map(|()| report.exit_code)
}

fn diff(d: &Diff) -> Result<u8, CliError> {
    let request = request::diff(d);
    let diff = doctor::diff(&d.old, &d.new, &request)?;
    let ascii = d.ascii && d.format == DiffFormat::Human;
    say_in(ascii, |out| report::diff::write_diff(d.format.into(), &diff, out)).map(|()| diff.exit_code)
}

/// Judges and reports. The exit code is the report's, whatever becomes of the reader.
fn examine(request: &Request, show: &Show) -> Result<Examination, CliError> {
    let seen = doctor::examine(request)?;
    write(&seen.report, seen.nothing.as_deref(), show)?;
    Ok(seen)
}

/// Writes a report, and says why there was nothing to examine, if there was nothing.
fn write(report: &Report, nothing: Option<&str>, show: &Show) -> Result<(), CliError> {
    let look = look::look(show);
    say(|out| report::write(show.format.into(), report, &look, out))?;
    if let Some(nothing) = nothing {
        complain(nothing);
    }
    Ok(())
}

fn print_demo(name: &str) -> Result<u8, CliError> {
    let mut bytes = Vec::new();
    doctor::write_snapshot(&doctor::demo(name)?, Notation::Yaml, &mut bytes).map_err(DoctorError::from)?;
    say(|out| out.write_all(&bytes)).map(|()| 0)
}

fn capture(c: &Capture) -> Result<u8, CliError> {
    if c.print_commands {
        return say(|out| write!(out, "{}", doctor::packing())).map(|()| 0);
    }
    let snapshot = doctor::capture(&request::capture(c))?;
    let mut bytes = Vec::new();
    let path = c.output.as_deref().filter(|p| *p != Path::new("-"));
    let notation = path.and_then(Notation::of_name).unwrap_or(Notation::Json);
    doctor::write_snapshot(&snapshot, notation, &mut bytes).map_err(DoctorError::from)?;
    match path {
        None => say(|out| out.write_all(&bytes))?,
        // A snapshot names paths and agents: others on the machine need not read it.
        Some(path) => OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)
            .and_then(|mut file| file.write_all(&bytes))
            .map_err(|e| DoctorError::from(doctor::StoreError::write(path, e)))?,
    }
    Ok(0)
}

fn explain(e: &Explain) -> Result<u8, CliError> {
    let text = match (&e.rule, e.error.as_deref()) {
        (_, Some("-")) => {
            let mut text = String::new();
            io::stdin().lock().take(1 << 20).read_to_string(&mut text).map_err(CliError::Input)?;
            doctor::explain_error(&text, look::width(), e.ascii)?
        }
        (_, Some(text)) => doctor::explain_error(text, look::width(), e.ascii)?,
        // No rule has a space in its id: it is what houmao-mgr printed.
        (Some(text), None) if text.contains(char::is_whitespace) => {
            doctor::explain_error(text, look::width(), e.ascii)?
        }
        (Some(rule), None) => {
            let rules = doctor::rules_that_have(rule, &request::config(&e.config), &e.rules)?;
            doctor::explain_rule(rule, &rules, look::width(), e.ascii)?
        }
        (None, None) => return list_as(ListLook { ascii: e.ascii, ..PLAIN }, "rule", &doctor::rules()?),
    };
    say(|out| writeln!(out, "{}", text.trim_end())).map(|()| 0)
}

fn facts(f: &Facts) -> Result<u8, CliError> {
    match &f.what {
        None => list_as(PLAIN, "fact", &doctor::facts()),
        Some(FactsWhat::List(ListWhat::List(look))) => list_as(*look, "fact", &doctor::facts()),
        Some(FactsWhat::Pointers(look)) => list_as(*look, "pointer", &doctor::pointers()),
    }
}

/// A list for which nothing else was asked.
const PLAIN: ListLook = ListLook { format: ListFormat::Human, ascii: false };

/// Writes to standard output. A reader that has seen enough (`| head`) is no error.
fn say(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(CliError::Output),
    }
}

/// The same for a text of lines; with `ascii`, nothing but ASCII.
fn say_in(ascii: bool, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
    if !ascii {
        return say(write);
    }
    let mut text = Vec::new();
    write(&mut text).map_err(CliError::Output)?;
    let text = String::from_utf8_lossy(&text);
    say(|out| text.lines().try_for_each(|line| writeln!(out, "{}", visible(line, true))))
}

/// One line to standard error. When that is closed too, there is nobody left to tell.
fn complain(message: &str) {
    let lines: Vec<String> = message.trim_end().lines().map(|line| visible(line, false)).collect();
    let _ = writeln!(io::stderr().lock(), "houmao-doctor: {}", lines.join("\n"));
}

/// Help and version go to standard output; a mistake becomes one sentence.
fn usage(error: &clap::Error) -> u8 {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let text = error.render();
        return match say(|out| write!(out, "{text}")) {
            Ok(()) => 0,
            Err(e) => {
                complain(&e.to_string());
                TROUBLE
            }
        };
    }
    let rendered = error.render().to_string();
    let parts = rendered.split("\n\n").take_while(|p| !p.starts_with("Usage:") && !p.starts_with("For more"));
    let words = |p: &str| p.split_whitespace().collect::<Vec<_>>().join(" ");
    // That an option could also be the name of something is no help to who meant an option.
    let parts = parts.map(words).filter(|p| !p.is_empty() && !p.starts_with("tip: to pass "));
    let sentence = parts.collect::<Vec<_>>().join("; ");
    let sentence = sentence.strip_prefix("error: ").unwrap_or(&sentence);
    complain(&format!("{sentence} (see {} --help)", command_of(&rendered)));
    TROUBLE
}

/// The command whose usage is told in a mistake, as it is typed.
fn command_of(rendered: &str) -> String {
    let usage = rendered.lines().find_map(|line| line.strip_prefix("Usage: ")).unwrap_or("houmao-doctor");
    let is_name = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase());
    usage.split(' ').take_while(is_name).collect::<Vec<_>>().join(" ")
}

//! The command line: arguments, one file per command, exit codes.

mod args;
mod changes;
mod completions;
mod explain;
mod fail;
mod init;
mod lint;
mod listing;
mod man;
mod output;
mod paths;
mod prepare;
mod roles;
mod rules;
mod schema;
mod simulate;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

pub use args::Cli;
pub(crate) use fail::Fail;

use crate::{config, source::guarded};
use args::Command;

/// What a command ends with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Exit {
    /// Nothing to complain about: 0.
    Clean,
    /// Findings: 1.
    Findings,
    /// Wrong usage, wrong config, or something could not be done: 2.
    Trouble,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    quiet_panics();
    // Units of work are guarded where they run; what is left can go wrong in arguments or in a report.
    let result = guarded(run).unwrap_or_else(|cause| Err(Fail::Internal(cause)));
    let exit = result.unwrap_or_else(|fail| {
        fail.say();
        fail.exit()
    });
    ExitCode::from(match exit {
        Exit::Clean => 0,
        Exit::Findings => 1,
        Exit::Trouble => 2,
    })
}

fn run() -> Result<Exit, Fail> {
    crate::fault::fault("arguments", || format!("{:?}", std::env::args_os()));
    let cli = Cli::parse();
    match &cli.command {
        None => lint::run(&cli.lint),
        Some(Command::Roles(args)) => roles::run(args),
        Some(Command::Simulate(args)) => simulate::run(args),
        Some(Command::Explain(args)) => explain::run(args),
        Some(Command::Rules(args)) => rules::run(args),
        Some(Command::Init(args)) => init::run(args),
        Some(Command::Schema) => schema::run(),
        Some(Command::Completions(args)) => completions::run(args),
        Some(Command::Man) => man::run(),
    }
}

/// What to say when there is no such path and a command may have been meant.
fn meant(path: &str) -> String {
    let cli = Cli::command();
    match config::nearest(path, cli.get_subcommands().map(clap::Command::get_name)) {
        _ if path == "lint" => "; linting needs no command".to_owned(),
        Some(command) => format!("; did you mean the command `{command}`?"),
        None => String::new(),
    }
}

/// A panic costs one file and is reported as an error about it; its trace is for those who ask.
fn quiet_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_none_or(|v| v == "0") {
        std::panic::set_hook(Box::new(|_| {}));
    }
}

use clap::CommandFactory;

use super::{Cli, Exit, Fail, args::CompletionsArgs, output};

/// Prints shell completions.
pub(super) fn run(args: &CompletionsArgs) -> Result<Exit, Fail> {
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), env!("CARGO_PKG_NAME"), &mut bytes);
    output::text(&String::from_utf8_lossy(&bytes))?;
    Ok(Exit::Clean)
}

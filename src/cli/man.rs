use std::io::{self, Write};

use clap::CommandFactory;
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};

use super::{Cli, Exit, Fail, output};

/// Prints the manual page: one page that has every command with its options.
pub(super) fn run() -> Result<Exit, Fail> {
    let mut page = Vec::new();
    write(&mut page)?;
    let mut text = String::from(HEAD);
    // Each part brings the same preamble.
    let lines = String::from_utf8_lossy(&page).into_owned();
    for line in lines.lines().filter(|l| !l.starts_with(".ie ") && !l.starts_with(".el ")) {
        text.push_str(line);
        text.push('\n');
    }
    output::text(&text)?;
    Ok(Exit::Clean)
}

/// How quotes are written, and the title: its empty date is one that the library would leave out.
const HEAD: &str = concat!(
    ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n",
    ".TH IAC\\-TRUST\\-LINT 1 \"\" \"iac\\-trust\\-lint ",
    env!("CARGO_PKG_VERSION"),
    "\" \"User Commands\"\n"
);

fn write(out: &mut dyn Write) -> io::Result<()> {
    let mut cli = Cli::command();
    cli.build();
    let man = Man::new(cli.clone());
    man.render_name_section(out)?;
    synopsis(out, &cli)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;

    let mut heading = Roff::default();
    heading.control("SH", ["COMMANDS"]);
    heading.to_writer(out)?;
    for command in visible(&cli) {
        one_command(out, command)?;
    }
    let mut closing = Roff::default();
    closing.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in EXITS {
        closing.control("TP", []).text([bold(code)]).text([roman(meaning)]);
    }
    closing.control("SH", ["FILES"]);
    for (name, meaning) in FILES {
        closing.control("TP", []).text([bold(name)]).text([roman(meaning)]);
    }
    closing.control("SH", ["SEE ALSO"]).text([roman(env!("CARGO_PKG_REPOSITORY"))]);
    closing.to_writer(out)
}

fn visible(cli: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    cli.get_subcommands().filter(|c| !c.is_hide_set())
}

/// One line a command, short enough to be read: the sections have the options.
fn synopsis(out: &mut dyn Write, cli: &clap::Command) -> io::Result<()> {
    let mut roff = Roff::default();
    roff.control("SH", ["SYNOPSIS"]);
    let lines = std::iter::once(cli).chain(visible(cli));
    for (i, command) in lines.enumerate() {
        if i > 0 {
            roff.control("br", []);
        }
        let usage = usage(command);
        roff.text([bold(name(command)), roman(usage.strip_prefix(&name(command)).unwrap_or(&usage))]);
    }
    roff.to_writer(out)
}

fn one_command(out: &mut dyn Write, command: &clap::Command) -> io::Result<()> {
    let mut heading = Roff::default();
    heading.control("SS", [usage(command).as_str()]);
    if let Some(about) = command.get_about() {
        heading.text([roman(format!("{about}."))]);
    }
    heading.to_writer(out)?;
    let mut options = Vec::new();
    Man::new(command.clone()).render_options_section(&mut options)?;
    for line in String::from_utf8_lossy(&options).lines() {
        // Its sections would be sections of the whole page.
        if !line.starts_with(".SH ") {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn name(command: &clap::Command) -> String {
    command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned()
}

/// How a command is called, without the other forms that the help shows.
fn usage(command: &clap::Command) -> String {
    let text = command.clone().render_usage().to_string();
    let line = text.lines().next().unwrap_or_default();
    line.trim_start_matches("Usage:").trim().to_owned()
}

const EXITS: [(&str, &str); 3] = [
    ("0", "Nothing at or above --fail-on."),
    ("1", "Findings at or above --fail-on."),
    ("2", "Wrong usage, wrong config, a path that does not exist, or an error; what could be linted was."),
];

const FILES: [(&str, &str); 1] = [(
    ".iac-trust-lint.yaml, iac-trust-lint.yaml",
    "The config: the nearest one from the current directory up to the root of the repository.",
)];

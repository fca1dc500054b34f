use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, builder::PossibleValuesParser};
use clap_complete::Shell;

use crate::report::Format;

/// Finds IAM role trust policies that let the wrong caller in, in Terraform and CloudFormation, before they are
/// applied.
#[derive(Parser, Debug)]
#[command(
    name = "iac-trust-lint",
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = "Exit codes: 0 nothing at or above `--fail-on`, 1 findings, 2 wrong usage, wrong config or an error.\n\
                  `iac-trust-lint rules` lists what is checked, `iac-trust-lint init` writes a config to begin with."
)]
pub struct Cli {
    /// What to do instead of linting.
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    /// Options of linting.
    #[command(flatten)]
    pub(super) lint: LintArgs,
}

/// The other commands.
#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// List every role found and who can assume it, under which guards
    Roles(Box<RolesArgs>),
    /// Say whether a trust policy allows a request: JSON lines in, JSON lines out
    Simulate(SimulateArgs),
    /// Show a rule's documentation
    Explain(ExplainArgs),
    /// List all rules
    Rules(RulesArgs),
    /// Write a config that lists every account seen, for review
    Init(InitArgs),
    /// Print the JSON Schema of the config file
    Schema,
    /// Print shell completions
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

#[derive(Args, Debug)]
pub(super) struct LintArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub show: ShowArgs,
}

#[derive(Args, Debug, Default)]
#[command(next_help_heading = "What is linted")]
pub(super) struct InputArgs {
    /// Folders, files or quoted globs; `-` reads standard input [default: the current directory]
    #[arg(value_name = "PATH", help_heading = None)]
    pub paths: Vec<PathBuf>,
    /// Read more paths from a file, one a line; `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub files_from: Option<PathBuf>,
    /// The name of what `-` reads
    #[arg(long, value_name = "FILE")]
    pub stdin_filename: Option<PathBuf>,
    /// Only findings on what changed since a git revision
    #[arg(long, value_name = "REV")]
    pub changed_since: Option<String>,
    /// Read outside the root, which is the current directory when PATH lies in it
    #[arg(long)]
    pub allow_outside: bool,
    /// Threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub jobs: Option<std::num::NonZeroUsize>,

    /// The config file [default: the nearest `.iac-trust-lint.yaml` or `iac-trust-lint.yaml`]
    #[arg(long, value_name = "FILE", help_heading = TRUST)]
    pub config: Option<PathBuf>,
    /// Use no config file
    #[arg(long, conflicts_with = "config", help_heading = TRUST)]
    pub no_config: bool,
    /// One more trusted account, organization or principal; repeatable
    #[arg(long, value_name = "ID", help_heading = TRUST)]
    pub trust: Vec<String>,
    /// One more account that the roles are deployed to; repeatable
    #[arg(long, value_name = "ID", help_heading = TRUST)]
    pub own_account: Vec<String>,
    /// The day for expiries and date conditions [default: today]
    #[arg(long, value_name = "DATE", help_heading = TRUST)]
    pub now: Option<crate::config::Date>,

    /// A Terraform variable; repeatable
    #[arg(long, value_name = "NAME=VALUE", help_heading = VALUES)]
    pub var: Vec<String>,
    /// A file of Terraform variables; repeatable
    #[arg(long, value_name = "FILE", help_heading = VALUES)]
    pub var_file: Vec<PathBuf>,
    /// Read `TF_VAR_*` and `TF_WORKSPACE`
    #[arg(long, help_heading = VALUES)]
    pub env_vars: bool,
    /// A CloudFormation parameter; repeatable
    #[arg(long, value_name = "NAME=VALUE", help_heading = VALUES)]
    pub parameter: Vec<String>,
    /// A file of CloudFormation parameters, in either shape of the AWS CLI; repeatable
    #[arg(long, value_name = "FILE", help_heading = VALUES)]
    pub parameter_file: Vec<PathBuf>,
    /// Take CloudFormation parameters without their defaults
    #[arg(long, help_heading = VALUES)]
    pub no_parameter_defaults: bool,
    /// Where the configuration of a plan is
    #[arg(long, value_name = "DIR", help_heading = VALUES)]
    pub source: Option<PathBuf>,
}

const TRUST: &str = "Who is trusted";
const VALUES: &str = "Values of variables and parameters";

#[derive(Args, Debug)]
#[command(next_help_heading = "What is reported")]
pub(super) struct ReportArgs {
    /// The format of the report [default: `pretty` on a terminal, else `compact`]
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    pub format: Option<String>,
    /// One more report into a file; repeatable
    #[arg(long, value_name = "FORMAT=PATH")]
    pub output: Vec<String>,
    /// The lowest severity that makes exit code 1 [default: medium]
    #[arg(long, value_name = "LEVEL", value_parser = levels(true))]
    pub fail_on: Option<String>,
    /// Exit with 1 also when something is undecided, unreadable or a module is absent
    #[arg(long)]
    pub fail_on_unknown: bool,
    /// The lowest severity shown
    #[arg(long, value_name = "LEVEL", value_parser = levels(false), default_value = "low", hide_possible_values = false)]
    pub min_severity: String,
    /// Only these rules, comma-separated
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub select: Option<Vec<String>>,
    /// Not these rules, comma-separated
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Keep quiet the findings that this file lists
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the findings into this file, for `--baseline`, and exit with 0
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
    /// Show what inline suppressions hide
    #[arg(long)]
    pub no_suppressions: bool,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "How it is shown")]
pub(super) struct ShowArgs {
    /// Findings alone: no summary, no notes
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Also what suppressions and the baseline keep quiet, every role, and (`compact`) requests and help
    #[arg(long, short)]
    pub verbose: bool,
    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: When,
    /// List every file that was read
    #[arg(long)]
    pub show_files: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}

/// The formats of `roles` and `rules`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum TableFormat {
    /// For people
    Pretty,
    /// For programs
    Json,
}

#[derive(Args, Debug)]
pub(super) struct RolesArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "pretty")]
    pub format: TableFormat,
    /// Add the evaluated policy document to each role (JSON only)
    #[arg(long)]
    pub with_policy: bool,
}

#[derive(Args, Debug)]
pub(super) struct SimulateArgs {
    /// One policy document for all requests
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The requests, as JSON lines [default: standard input]
    #[arg(long, value_name = "FILE")]
    pub request: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct ExplainArgs {
    /// The rule's name
    pub rule: String,
}

#[derive(Args, Debug)]
pub(super) struct RulesArgs {
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "pretty")]
    pub format: TableFormat,
}

#[derive(Args, Debug)]
pub(super) struct InitArgs {
    /// Where to look for roles; the config is written to the current directory
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Print the config and write nothing
    #[arg(long)]
    pub stdout: bool,
    /// Replace a config that is there
    #[arg(long)]
    pub force: bool,
}

#[derive(Args, Debug)]
pub(super) struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

fn jobs(text: &str) -> Result<std::num::NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "it is a number from 1 on")
}

fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(Format::ALL.iter().map(|f| f.name()))
}

fn levels(never: bool) -> PossibleValuesParser {
    let names = crate::finding::Severity::ALL.into_iter().map(crate::finding::Severity::name);
    PossibleValuesParser::new(names.chain(never.then_some("never")))
}

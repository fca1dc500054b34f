use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Write},
};

use super::{Exit, Fail, args::SimulateArgs};
use crate::{
    simulate::{self, SimulateError},
    source::read_named,
};

/// Says whether trust policies allow requests.
pub(super) fn run(args: &SimulateArgs) -> Result<Exit, Fail> {
    let cannot = |path: &std::path::Path, e: io::Error| Fail::Usage(format!("cannot read `{}`: {e}", path.display()));
    let policy = match &args.policy {
        Some(path) => {
            let bytes = read_named(path).map_err(|e| cannot(path, e))?;
            Some(String::from_utf8(bytes).map_err(|e| cannot(path, io::Error::other(e)))?)
        }
        None => None,
    };
    let mut input: Box<dyn BufRead> = match &args.request {
        Some(path) => Box::new(BufReader::new(File::open(path).map_err(|e| cannot(path, e))?)),
        None => Box::new(io::stdin().lock()),
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let status = simulate::run(policy.as_deref(), &mut *input, &mut out).map_err(|e| match e {
        SimulateError::Write(e) => Fail::Output(e),
        other => Fail::Usage(other.to_string()),
    })?;
    out.flush()?;
    Ok(if status.errors == 0 { Exit::Clean } else { Exit::Trouble })
}

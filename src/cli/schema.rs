use super::{Exit, Fail, output};
use crate::config;

/// Prints the JSON Schema of the config file.
pub(super) fn run() -> Result<Exit, Fail> {
    let text = serde_json::to_string_pretty(&config::schema()).map_err(|e| Fail::Usage(e.to_string()))?;
    output::text(&(text + "\n"))?;
    Ok(Exit::Clean)
}

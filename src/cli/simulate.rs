use super::{Exit, Fail, args::SimulateArgs};

/// Says whether trust policies allow requests.
pub(super) fn run(_args: &SimulateArgs) -> Result<Exit, Fail> {
    Err(Fail::Usage("not there yet".to_owned()))
}

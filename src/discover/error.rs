/// A path that cannot be linted at all; a cause of exit code 2.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DiscoverError {
    /// It is not there.
    #[error("`{0}` does not exist")]
    NotFound(String),
    /// It is a pipe, a socket or a device.
    #[error("`{0}` is neither a file nor a folder")]
    NotAFile(String),
    /// The glob matches nothing.
    #[error("no file matches the glob `{0}`")]
    NoMatch(String),
    /// The glob is not valid; carries why.
    #[error("the glob `{0}` is not valid: {1}")]
    BadGlob(String, String),
}

use super::near::nearest;

/// A config that cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ConfigError {
    /// A mistake in the file.
    #[error("{path}:{line}:{column}: {message}")]
    Mistake {
        /// The file as reports show paths.
        path: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1, in Unicode scalar values.
        column: usize,
        /// What is wrong and what to do.
        message: String,
    },
    /// The file cannot be read.
    #[error("cannot read the config `{path}`: {message}")]
    Unreadable {
        /// The file as reports show paths.
        path: String,
        /// Why.
        message: String,
    },
}

impl ConfigError {
    pub(super) fn from_yaml(path: &str, error: &serde_yaml::Error) -> Self {
        let (line, column) = error.location().map_or((1, 1), |l| (l.line(), l.column()));
        let full = error.to_string();
        let text = full.find(" at line ").and_then(|end| full.get(..end)).unwrap_or(&full);
        Self::Mistake { path: path.to_owned(), line, column, message: reworded(text) }
    }
}

/// Serde's words for an unknown key, with the key that was probably meant, and for what has the wrong shape.
fn reworded(text: &str) -> String {
    if let Some((before, rest)) = text.split_once("invalid type: ") {
        let wanted = match rest.rsplit_once(", expected ") {
            Some((_, "a sequence")) => "a list is expected: write `[…]`, or `- ` before each item",
            Some((_, "a map" | "a mapping")) => "a mapping is expected: write `key: value`",
            _ => return text.to_owned(),
        };
        return format!("{before}{wanted}");
    }
    let Some((before, rest)) = text.split_once("unknown field `") else { return text.to_owned() };
    let Some((key, rest)) = rest.split_once('`') else { return text.to_owned() };
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let hint = match nearest(key, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known here are {}", known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ")),
    };
    format!("{before}unknown key `{key}`; {hint}")
}

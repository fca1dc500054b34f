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
    pub(super) fn from_yaml(path: &str, body: &str, error: &serde_yaml::Error) -> Self {
        // YAML ends lines at more characters than editors do: its own count of them helps nobody.
        let before = error.location().map_or("", |l| body.get(..l.index()).unwrap_or(body));
        let (line, column) = position(before);
        let full = error.to_string();
        let text = full.find(" at line ").and_then(|end| full.get(..end)).unwrap_or(&full);
        Self::Mistake { path: path.to_owned(), line, column, message: reworded(text) }
    }
}

/// Line and column, from 1, of what stands after a text.
pub(super) fn position(before: &str) -> (usize, usize) {
    let line = before.rfind('\n').and_then(|at| before.get(at + 1..)).unwrap_or(before);
    (before.matches('\n').count() + 1, line.chars().count() + 1)
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

#[cfg(test)]
mod tests {
    use crate::config::{Config, ConfigError};

    #[test]
    fn a_mistake_stands_where_an_editor_shows_it() {
        for (text, at) in [
            ("trust: []\nbad: 1\n", (2, 1)),
            ("# \u{e9}\u{e9} \u{1f600}\nbad: 1\n", (2, 1)),
            // What only YAML takes for the end of a line.
            ("# a\u{85}\n# b\u{2028}\u{2029}\nbad: 1\n", (3, 1)),
            ("# a\r\n# b\r\nbad: 1\r\n", (3, 1)),
            ("fail-on: \"\u{85}\u{85}\"\n", (1, 10)),
            ("\u{feff}bad: 1\n", (1, 1)),
            ("trust:\n  - account: {\n", (2, 14)),
        ] {
            let Err(ConfigError::Mistake { line, column, message, .. }) = Config::parse("c.yaml", text) else {
                panic!("{text:?}")
            };
            assert_eq!((line, column), at, "{text:?}: {message}");
        }
    }
}

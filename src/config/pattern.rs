use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::checked::{Checked, checked};

/// A glob over paths, as `.gitignore` has them: with a `/` inside it stands at the folder of the config, without one it
/// matches at any depth, and what lies in a matching folder matches too.
#[derive(Clone, Debug)]
pub struct PathPattern {
    text: String,
    matcher: Gitignore,
}

impl PathPattern {
    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a path, relative to the folder of the patterns, matches.
    pub fn matches(&self, relative: &Path) -> bool {
        // The matcher would panic on an absolute path.
        !relative.has_root() && self.matcher.matched_path_or_any_parents(relative, false).is_ignore()
    }
}

impl std::str::FromStr for PathPattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("the glob is empty".to_owned());
        }
        if text.starts_with('!') {
            return Err(format!("the glob `{text}` begins with `!`, and a glob here cannot exclude"));
        }
        let plain = text.strip_prefix("./").unwrap_or(text);
        let line = if plain.starts_with('#') { format!("\\{plain}") } else { plain.to_owned() };
        let mut builder = GitignoreBuilder::new("");
        builder.allow_unclosed_class(false);
        let bad = |e: ignore::Error| format!("the glob `{text}` is not valid: {}", reason(&e));
        builder.add_line(None, &line).map_err(bad)?;
        let matcher = builder.build().map_err(bad)?;
        Ok(Self { text: text.to_owned(), matcher })
    }
}

fn reason(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        ignore::Error::Partial(all) => all.first().map(reason).unwrap_or_default(),
        ignore::Error::WithLineNumber { err, .. }
        | ignore::Error::WithPath { err, .. }
        | ignore::Error::WithDepth { err, .. } => reason(err),
        other => other.to_string(),
    }
}

impl Checked for PathPattern {
    const WHAT: &'static str = "a glob";

    fn check(text: &str) -> Result<Self, String> {
        text.parse()
    }
}

checked!(PathPattern);

/// A pattern over names in which only `*` and `?` are special; `*` matches any run of characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamePattern(String);

impl NamePattern {
    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the whole name matches.
    pub fn matches(&self, name: &str) -> bool {
        let (pattern, name): (Vec<char>, Vec<char>) = (self.0.chars().collect(), name.chars().collect());
        let (mut p, mut n) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        while n < name.len() {
            match pattern.get(p) {
                Some('*') => {
                    star = Some((p, n));
                    p += 1;
                }
                Some(c) if *c == '?' || name.get(n) == Some(c) => {
                    p += 1;
                    n += 1;
                }
                _ => match star {
                    Some((at, from)) => {
                        p = at + 1;
                        n = from + 1;
                        star = Some((at, from + 1));
                    }
                    None => return false,
                },
            }
        }
        pattern.iter().skip(p).all(|c| *c == '*')
    }
}

impl Checked for NamePattern {
    const WHAT: &'static str = "a name, perhaps with `*` or `?`";

    fn check(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("the pattern is empty".to_owned()) } else { Ok(Self(text.to_owned())) }
    }
}

checked!(NamePattern);

#[cfg(test)]
mod tests {
    use super::*;

    fn path(pattern: &str, path: &str) -> bool {
        pattern.parse::<PathPattern>().unwrap().matches(Path::new(path))
    }

    #[test]
    fn a_path_pattern_with_a_slash_stands_at_the_folder() {
        assert!(path("examples/**", "examples/a/main.tf"));
        assert!(!path("examples/**", "modules/examples/main.tf"));
        assert!(path("**/examples/**", "modules/examples/main.tf"));
        assert!(path("examples", "modules/examples/main.tf"));
        assert!(path("*.json", "a/b.json"));
        assert!(path("./envs/{prod,live}/**", "envs/live/a.tf"));
        assert!(!path("envs/*", "../envs/a.tf"));
        assert!(!path("envs/*", "/envs/a.tf"));
    }

    #[test]
    fn bad_globs_are_refused() {
        for glob in ["a[", "", "!a", "a{b"] {
            assert!(glob.parse::<PathPattern>().is_err(), "{glob}");
        }
    }

    #[test]
    fn name_patterns_take_brackets_as_they_are() {
        let p = NamePattern::check("module.x[\"a\"].*").unwrap();
        assert!(p.matches("module.x[\"a\"].aws_iam_role.r"));
        assert!(!p.matches("module.x[\"b\"].aws_iam_role.r"));
        assert!(NamePattern::check("a*b*c").unwrap().matches("aXbYbZc"));
        assert!(!NamePattern::check("a*b").unwrap().matches("abc"));
        assert!(NamePattern::check("*").unwrap().matches(""));
    }
}

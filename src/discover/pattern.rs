//! The lines of an ignore file.

use std::{path::Path, sync::OnceLock};

use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};

use crate::tables::Table;

/// An ignore file.
#[derive(Default)]
pub(super) struct Lines {
    /// Lines that are names, each with its number. Of the same name the last line counts, or the last that is not about
    /// folders alone.
    names: Table<Box<[u8]>, Vec<(usize, Line)>>,
    /// The others.
    patterns: Vec<(usize, Line)>,
}

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        let mut lines = Self::default();
        for (number, line) in text.lines().filter_map(Line::new).enumerate() {
            match &line.pattern {
                Pattern::Name(name) => lines.names.entry(name.clone()).or_default().push((number, line)),
                _ => lines.patterns.push((number, line)),
            }
        }
        lines
    }

    /// Whether it says to leave something out or to keep it; `None` when it says nothing about it. `folder` is where
    /// the ignore file stands.
    pub(super) fn excludes(&self, folder: &Path, path: &Path, name: &[u8], is_folder: bool) -> Option<bool> {
        let says = |(number, line): &(usize, Line)| Some((*number, line.excludes(folder, path, name, is_folder)?));
        let of_name = self.names.get(name).and_then(|lines| lines.iter().rev().find_map(says));
        // Of several lines the last counts.
        let later = |(number, _): &&(usize, Line)| of_name.is_none_or(|(n, _)| *number > n);
        let has = Needs::bits(name);
        let may_say = |(_, line): &&(usize, Line)| (is_folder || !line.only_folders) && line.needs.may_be(name, has);
        let of_pattern = self.patterns.iter().rev().take_while(later).filter(may_say).find_map(says);
        of_pattern.or(of_name).map(|(_, excludes)| excludes)
    }
}

/// One line that says something.
struct Line {
    /// Whether it begins with `!`.
    keeps: bool,
    only_folders: bool,
    pattern: Pattern,
    needs: Needs,
}

/// What all names have that a line may be about.
#[derive(Clone, Copy, Default)]
struct Needs {
    first: Option<u8>,
    last: Option<u8>,
    /// See [`Needs::bits`].
    bits: u64,
}

impl Needs {
    fn of(pattern: &Pattern) -> Self {
        let Pattern::Path(parts, _) = pattern else { return Self::default() };
        let Some(name) = parts.first() else { return Self::default() };
        let text = |token: &Token| match token {
            Token::Text(text) => Some(text.clone()),
            _ => None,
        };
        Self {
            first: name.first().and_then(text).and_then(|t| t.first().copied()),
            last: name.last().and_then(text).and_then(|t| t.last().copied()),
            bits: name.iter().filter_map(text).fold(0, |bits, text| bits | Self::bits(&text)),
        }
    }

    /// The bytes of a text, each as one of 64 bits that it shares with three others.
    fn bits(text: &[u8]) -> u64 {
        text.iter().fold(0, |bits, byte| bits | 1 << (byte % 64))
    }

    fn may_be(self, name: &[u8], bits: u64) -> bool {
        self.bits & !bits == 0
            && (self.first.is_none() || self.first == name.first().copied())
            && (self.last.is_none() || self.last == name.last().copied())
    }
}

/// Most lines speak of names, or of paths with simple wildcards: those are compared. Of the others a matcher is made
/// when a name might match.
enum Pattern {
    Name(Box<[u8]>),
    /// The parts of a path, the last one first; whether they may stand anywhere below the folder.
    Path(Box<[Part]>, bool),
    Glob(Box<Glob>),
}

/// What a name is made of.
type Part = Box<[Token]>;

enum Token {
    Text(Box<[u8]>),
    /// Any number of bytes.
    Star,
    /// One of these bytes.
    Class(Box<[u8]>),
}

struct Glob {
    line: String,
    shape: Shape,
    matcher: OnceLock<Gitignore>,
}

impl Line {
    /// Reads a line; `None` when it says nothing.
    fn new(line: &str) -> Option<Self> {
        if line.starts_with('#') {
            return None;
        }
        let glob = |keeps| Self { keeps, only_folders: false, pattern: Pattern::glob(line), needs: Needs::default() };
        if line.ends_with("\\ ") {
            return Some(glob(line.starts_with('!')));
        }
        let trimmed = line.trim_end();
        if trimmed.is_empty() {
            return None;
        }
        let (keeps, rest) = trimmed.strip_prefix('!').map_or((false, trimmed), |rest| (true, rest));
        let (only_folders, name) = rest.strip_suffix('/').map_or((false, rest), |name| (true, name));
        let Some(pattern) = Pattern::path(name) else { return Some(glob(keeps)) };
        Some(Self { keeps, only_folders, needs: Needs::of(&pattern), pattern })
    }

    fn excludes(&self, folder: &Path, path: &Path, name: &[u8], is_folder: bool) -> Option<bool> {
        let matches = match &self.pattern {
            _ if self.only_folders && !is_folder => false,
            Pattern::Name(own) => **own == *name,
            Pattern::Path(parts, anywhere) => is_path(parts, *anywhere, folder, path, name),
            Pattern::Glob(glob) => {
                if !glob.shape.may_match(name) {
                    return None;
                }
                let matcher = glob.matcher.get_or_init(|| {
                    let mut builder = GitignoreBuilder::new(folder);
                    // A line that is no pattern says nothing.
                    let _ = builder.add_line(None, &glob.line);
                    builder.build().unwrap_or_else(|_| Gitignore::empty())
                });
                !matches!(matcher.matched(path, is_folder), Match::None)
            }
        };
        matches.then_some(!self.keeps)
    }
}

impl Pattern {
    /// A name or path with nothing in it that would need more than comparing.
    fn path(text: &str) -> Option<Self> {
        let (anywhere, path) = match (text.strip_prefix("**/"), text.strip_prefix('/')) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => (!text.contains('/'), text),
        };
        if anywhere && !path.contains(['/', '*', '[', ']', '{', '}', '?', '\\']) && !path.is_empty() {
            return Some(Self::Name(path.as_bytes().into()));
        }
        let parts: Option<Box<[Part]>> = path.rsplit('/').map(part).collect();
        Some(Self::Path(parts?, anywhere))
    }

    fn glob(line: &str) -> Self {
        let pattern = line.strip_prefix('!').unwrap_or(line).trim_end();
        let pattern = pattern.strip_suffix('/').unwrap_or(pattern);
        let (above, last) = pattern.rsplit_once('/').unwrap_or(("", pattern));
        let unclear = last.is_empty() || above.contains(['[', '{', '\\']);
        let shape = if unclear { Shape::default() } else { Shape::new(last) };
        Self::Glob(Box::new(Glob { line: line.to_owned(), shape, matcher: OnceLock::new() }))
    }
}

/// One part of a path; `None` when it is not simple.
fn part(text: &str) -> Option<Part> {
    if text.is_empty() || text == "." || text == ".." || text.contains("**") || text.contains(['\\', '{', '}', '?']) {
        return None;
    }
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['*', '[', ']']) {
        if at > 0 {
            tokens.push(Token::Text(rest.as_bytes().get(..at)?.into()));
        }
        let from = rest.get(at..)?;
        if let Some(after) = from.strip_prefix('*') {
            tokens.push(Token::Star);
            rest = after;
        } else {
            let (class, after) = from.strip_prefix('[')?.split_once(']')?;
            let plain =
                !class.is_empty() && class.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'));
            tokens.push(Token::Class(plain.then(|| class.as_bytes().into())?));
            rest = after;
        }
    }
    if !rest.is_empty() {
        tokens.push(Token::Text(rest.as_bytes().into()));
    }
    Some(tokens.into())
}

/// Whether a path below a folder is made of these parts, the last one first.
fn is_path(parts: &[Part], anywhere: bool, folder: &Path, path: &Path, name: &[u8]) -> bool {
    let Some((last, above)) = parts.split_first() else { return false };
    if !is_name(last, name) || (above.is_empty() && anywhere) {
        return is_name(last, name);
    }
    let folder = folder.as_os_str().as_encoded_bytes();
    let below = path.as_os_str().as_encoded_bytes().strip_prefix(folder);
    let Some(below) = below.map(|b| b.strip_prefix(b"/").unwrap_or(b)) else { return false };
    let mut names = below.rsplit(|b| *b == b'/').skip(1);
    above.iter().all(|part| names.next().is_some_and(|name| is_name(part, name)))
        && (anywhere || names.next().is_none())
}

/// Whether a name is made of these tokens. Of several ways to read a star the shortest is tried first, and only the
/// last star is ever read anew.
fn is_name(tokens: &[Token], name: &[u8]) -> bool {
    if let Some(Token::Text(end)) = tokens.last()
        && !name.ends_with(end)
    {
        return false;
    }
    let (mut token, mut at) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let rest = name.get(at..).unwrap_or_default();
        let step = match tokens.get(token) {
            None if rest.is_empty() => return true,
            None => None,
            Some(Token::Star) => {
                retry = Some((token + 1, at));
                Some(0)
            }
            Some(Token::Text(text)) => rest.starts_with(text).then_some(text.len()),
            Some(Token::Class(class)) => rest.first().filter(|b| class.contains(b)).map(|_| 1),
        };
        match (step, &mut retry) {
            (Some(len), _) => (token, at) = (token + 1, at + len),
            (None, Some((after, from))) if *from < name.len() => {
                *from += 1;
                // What comes after the star has to begin where its first byte stands.
                if let Some(Token::Text(text)) = tokens.get(*after)
                    && let Some(first) = text.first()
                {
                    let Some(next) = name.get(*from..).and_then(|rest| memchr::memchr(*first, rest)) else {
                        return false;
                    };
                    *from += next;
                }
                (token, at) = (*after, *from);
            }
            (None, _) => return false,
        }
    }
}

/// What a name needs to have so that a pattern with wildcards may match it.
#[derive(Default)]
struct Shape {
    start: String,
    middle: String,
    end: String,
    /// Nothing can stand between start and end.
    plain: bool,
}

impl Shape {
    fn new(pattern: &str) -> Self {
        let mut shape = Self::default();
        let mut plain = String::new();
        let mut wild = false;
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            match c {
                '*' | '?' => shape.wildcard(&mut plain, &mut wild),
                '[' => {
                    shape.wildcard(&mut plain, &mut wild);
                    // `]` at the beginning of a class is one of its characters.
                    let first = chars.find(|c| !matches!(c, '!' | '^'));
                    if first.is_none() || !chars.any(|c| c == ']') {
                        return Self::default();
                    }
                }
                '{' | '\\' => {
                    shape.wildcard(&mut plain, &mut wild);
                    return shape;
                }
                c => plain.push(c),
            }
        }
        shape.plain = !wild;
        shape.end = plain;
        shape
    }

    fn wildcard(&mut self, plain: &mut String, wild: &mut bool) {
        let plain = std::mem::take(plain);
        if !*wild {
            self.start = plain;
        } else if plain.len() > self.middle.len() {
            self.middle = plain;
        }
        *wild = true;
    }

    /// False only when nothing of that name can match.
    fn may_match(&self, name: &[u8]) -> bool {
        if self.plain {
            return name == self.end.as_bytes();
        }
        name.starts_with(self.start.as_bytes())
            && name.ends_with(self.end.as_bytes())
            && (self.middle.is_empty() || memchr::memmem::find(name, self.middle.as_bytes()).is_some())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_that_might_match_is_asked() {
        for (line, name, wanted) in [
            ("a/b\\c/c.tf", "c.tf", true),
            ("**", "x", true),
            ("a/**", "x", true),
            ("[ab].tf", "a.tf", true),
            ("x\\ y", "x y", true),
            ("*.py[cod]", "a.pyc", true),
            ("[._]*.s[a-v][a-z]", "src", false),
            ("*.py[cod]", "src", false),
            ("a/*.js", "package.json", false),
            ("a[]]b*.c", "a]bx.c", true),
            ("a[", "b", true),
            ("x{a,b}y", "xay", true),
            ("a\\*b", "a*b", true),
            ("/gen*", "main.tf", false),
            ("a/other/", "main.tf", false),
        ] {
            let Pattern::Glob(glob) = Pattern::glob(line) else { panic!("{line}") };
            assert_eq!(glob.shape.may_match(name.as_bytes()), wanted, "{line} {name}");
        }
    }

    fn said(text: &str, path: &str, is_folder: bool) -> Option<bool> {
        let path = Path::new("/r").join(path);
        let name = path.file_name().unwrap().as_encoded_bytes();
        Lines::new(text).excludes(Path::new("/r"), &path, name, is_folder)
    }

    /// The same text by the crate that ripgrep uses.
    fn expected(text: &str, path: &str, is_folder: bool) -> Option<bool> {
        let mut builder = GitignoreBuilder::new("/r");
        for line in text.lines() {
            let _ = builder.add_line(None, line);
        }
        match builder.build().unwrap().matched(Path::new("/r").join(path), is_folder) {
            Match::None => None,
            Match::Ignore(_) => Some(true),
            Match::Whitelist(_) => Some(false),
        }
    }

    #[test]
    fn lines_say_what_git_reads_in_them() {
        for (line, path, wanted) in [
            ("node_modules/", "a/node_modules", Some(true)),
            ("!keep.tf", "keep.tf", Some(false)),
            ("*.tf", "main.tf", Some(true)),
            ("gen*", "a/generated", Some(true)),
            ("b ", "b", Some(true)),
            ("[Bb]in/", "x/bin", Some(true)),
            ("[Bb]in/", "x/main", None),
            ("**/[Pp]ackages/*", "x/y/packages/z", Some(true)),
            ("**/packages/*", "packages", None),
            ("/a/*.js", "a/b.js", Some(true)),
            ("/a/*.js", "x/a/b.js", None),
            ("a*b*c", "aXbbXc", Some(true)),
            ("a*b*c", "aXbbX", None),
            ("# main.tf", "main.tf", None),
            ("", "main.tf", None),
            ("*.js", "main.tf", None),
            ("a\n!a/\n", "a", Some(false)),
            ("*\n!a\n", "a", Some(false)),
            ("!a\n*\n", "a", Some(true)),
        ] {
            assert_eq!(said(line, path, true), wanted, "{line} {path}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn lines_say_what_ripgrep_reads_in_them(
            text in "([!#]{0,2}([*][*]/)?[ab/*?.\\\\ \\[\\]{},!#]{0,7}\n|[!]?/?[ab*]{1,4}(/[ab*]{1,3}){0,2}/?\n|[ab]?[\\[][ab]{1,2}[\\]][*b]?\n){1,3}",
            path in "[ab.!# ]{1,3}(/[ab.\\]}!]{1,3}){0,2}",
            is_folder in any::<bool>(),
        ) {
            let plain = path.split('/').all(|part| part != "." && part != "..");
            if !plain {
                return Ok(());
            }
            prop_assert_eq!(said(&text, &path, is_folder), expected(&text, &path, is_folder));
        }
    }
}

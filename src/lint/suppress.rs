use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use memchr::memmem;

use super::{frontends, input};
use crate::{
    config::Date,
    discover::{FileSet, Selection},
    finding::{Directive, Finding, Place, Reach, Suppression, Suppressions},
    rules,
    source::{FileId, Files, Location},
    value::MetadataSuppression,
};

/// The valid suppressions of a run, and findings about those that are not.
#[derive(Default)]
pub(super) struct Gathered {
    pub suppressions: Suppressions,
    bad: Vec<Finding>,
}

/// The files with suppressing comments: those that were asked about, and those that findings stand in.
pub(super) fn commented(files: &Files, set: &FileSet, findings: &[Finding]) -> BTreeSet<PathBuf> {
    let primary = |f: &Finding| match &f.primary {
        Place::Span(at) => Some(at.file),
        Place::File(_) => None,
    };
    let places = findings.iter().flat_map(|f| f.scopes.iter().map(|at| at.file).chain(primary(f)));
    let ids: BTreeSet<FileId> = places.collect();
    let noted = ids
        .into_iter()
        .map(|id| files.get(id))
        .filter(|file| memmem::find(file.text().as_bytes(), b"iac-trust-lint:").is_some());
    noted.map(|file| files.absolute(file.name().as_ref())).chain(set.noted.iter().cloned()).collect()
}

const COMMENT: &str = "write `iac-trust-lint: ignore[rule] until YYYY-MM-DD -- reason`; `until` may be left out";
const METADATA: &str = r#"write `{"rule": "…", "reason": "…", "until": "YYYY-MM-DD"}`; `until` may be left out"#;
const OVER: &str = "mend what it hid and take it out, or give it a later day if the reason still holds";

/// One suppression as it is written.
struct Written<'a> {
    rules: &'a [String],
    reason: Option<&'a str>,
    until: Option<&'a str>,
    at: Location,
    reach: Reach,
}

impl Gathered {
    /// Reads the comments of a file.
    pub(super) fn comments(&mut self, files: &Files, path: &Path, now: Date) {
        let Ok(id) = files.read(path) else { return };
        let file = files.get(id);
        let comments = frontends::comments(&file, id, path);
        let mut covered: Vec<(usize, bool)> = comments
            .iter()
            .map(|c| {
                let line = file.line_of(c.span.start);
                let before = crate::source::Span { start: file.line_span(line).start, end: c.span.start };
                (file.line_of(c.span.end.saturating_sub(1)), file.slice(before).trim().is_empty())
            })
            .collect();
        // A comment on a line of its own covers the next line; one above another comment covers what that one covers.
        for i in (0..covered.len()).rev() {
            let following = covered.get(i + 1).copied();
            if let Some((line, true)) = covered.get(i).copied() {
                let target = match following {
                    Some((next, true)) if first_line(&file, comments.get(i + 1)) == Some(line + 1) => next,
                    _ => line + 1,
                };
                if let Some(slot) = covered.get_mut(i) {
                    slot.0 = target;
                }
            }
        }
        for (comment, (line, _)) in comments.iter().zip(covered) {
            let at = Location::new(id, comment.span);
            match Directive::parse(&comment.text) {
                None => {}
                Some(Directive::Malformed(why)) => self.refuse(files, at, why, COMMENT),
                Some(Directive::Ignore { rules, until, reason }) => {
                    let (reason, until) = (reason.as_deref(), until.as_deref());
                    let reach = Reach::Line(id, line);
                    self.take(files, &Written { rules: &rules, reason, until, at, reach }, now);
                }
            }
        }
    }

    /// Takes a suppression that stands in a resource's metadata.
    pub(super) fn metadata(&mut self, files: &Files, written: &MetadataSuppression, block: Location, now: Date) {
        let MetadataSuppression { rules, reason, until, at } = written;
        let reason = reason.as_deref().map(str::trim).filter(|r| !r.is_empty());
        let (until, at, reach) = (until.as_deref(), *at, Reach::Block(block));
        self.take(files, &Written { rules, reason, until, at, reach }, now);
    }

    fn take(&mut self, files: &Files, written: &Written<'_>, now: Date) {
        let Written { rules, reason, until, at, reach } = *written;
        let form = if matches!(reach, Reach::Block(_)) { METADATA } else { COMMENT };
        for name in rules.iter().filter(|n| rules::find(n).is_none()) {
            let hint = match rules::nearest(name) {
                Some(near) => format!("; did you mean `{}`?", near.name),
                None => String::new(),
            };
            self.refuse(files, at, format!("the suppression names `{name}`, and there is no such rule{hint}"), form);
        }
        if rules.is_empty() {
            self.refuse(files, at, "the suppression names no rule".to_owned(), form);
        }
        let Some(reason) = reason else {
            self.refuse(files, at, "the suppression gives no reason, so it hides nothing".to_owned(), form);
            return;
        };
        match until.map(str::parse::<Date>) {
            Some(Err(e)) => {
                self.refuse(files, at, format!("the suppression has no valid end: {e}"), form);
                return;
            }
            Some(Ok(day)) if now > day => {
                self.refuse(files, at, format!("the suppression ended on {day}: {reason}"), OVER);
                return;
            }
            _ => {}
        }
        let rules: Vec<String> = rules.iter().filter(|n| rules::find(n).is_some()).cloned().collect();
        self.suppressions.add(Suppression { rules, reason: reason.to_owned(), at, reach });
    }

    fn refuse(&mut self, files: &Files, at: Location, message: String, help: &str) {
        let Some(rule) = rules::find("bad-suppression") else { return };
        let mut finding = input::finding(rule, Place::Span(at), message, Some(help.to_owned()));
        finding.fingerprint_parts.statement = input::line_of(files, at);
        self.bad.push(finding);
    }

    /// The findings about the suppressions themselves.
    pub(super) fn of_suppressions(&mut self, files: &Files, selection: &Selection) -> Vec<Finding> {
        let mut all = self.unused(files, selection);
        all.append(&mut self.bad(files, selection));
        all
    }

    /// The findings about suppressions that are not valid, in files that were asked about.
    fn bad(&mut self, files: &Files, selection: &Selection) -> Vec<Finding> {
        let mut bad = std::mem::take(&mut self.bad);
        bad.retain(|f| matches!(&f.primary, Place::Span(at) if asked(files, selection, *at)));
        bad
    }

    /// One finding per rule name that hid nothing, in files that were asked about.
    fn unused(&self, files: &Files, selection: &Selection) -> Vec<Finding> {
        let Some(rule) = rules::find("unused-suppression") else { return Vec::new() };
        let unused = self.suppressions.unused().filter(|(s, _)| asked(files, selection, s.at)).map(|(s, name)| {
            let message = format!("the suppression of `{name}` hides nothing");
            let mut finding =
                input::finding(rule, Place::Span(s.at), message, Some(format!("take `{name}` out of it")));
            name.clone_into(&mut finding.fingerprint_parts.value);
            finding.fingerprint_parts.statement = input::line_of(files, s.at);
            finding
        });
        unused.collect()
    }
}

fn asked(files: &Files, selection: &Selection, at: Location) -> bool {
    selection.has(&files.absolute(files.get(at.file).name().as_ref()))
}

fn first_line(file: &crate::source::SourceFile, comment: Option<&crate::syntax::tree::Comment>) -> Option<usize> {
    comment.map(|c| file.line_of(c.span.start))
}

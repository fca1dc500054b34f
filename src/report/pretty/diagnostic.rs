use std::fmt;

use miette::{Diagnostic, LabeledSpan, Severity as MietteSeverity, SourceCode};

use super::snippet::{self, Snippet};
use crate::{
    finding::{Certainty, Finding, Label, Place, Severity},
    report::{View, printable, text, wrap::wrap},
};

/// Columns before a message, and before a help text.
const MESSAGE: usize = 4;
const HELP: usize = 8;
/// Columns before everything of a nested place.
const NESTED: usize = 6;

/// A finding, or a place that belongs to one, as miette renders it.
#[derive(Debug)]
pub(super) struct Shown {
    code: Option<String>,
    url: Option<String>,
    severity: Severity,
    message: String,
    help: Option<String>,
    snippet: Option<Snippet>,
    related: Vec<Shown>,
}

impl Shown {
    /// A finding with its places: those in the primary's file and near it share its snippet, each other one has its
    /// own.
    pub(super) fn new(finding: &Finding, view: &View<'_>, width: usize) -> Self {
        let mut here = Vec::new();
        let mut elsewhere = Vec::new();
        if let Place::Span(primary) = &finding.primary {
            let file = view.files.get(primary.file);
            here.push((primary.span, finding.primary_label.as_str()));
            for label in &finding.related {
                let near = label.at.file == primary.file && snippet::near(&file, primary.span, label.at.span);
                if near && label.at.span != primary.span {
                    here.push((label.at.span, &label.text));
                } else if label.at != *primary {
                    elsewhere.push(label);
                }
            }
        }
        let file = match &finding.primary {
            Place::Span(primary) => Some(primary.file),
            Place::File(_) => None,
        };
        let possible = if finding.certainty == Certainty::Possible { " (possible)" } else { "" };
        let mut message = printable(&finding.message).into_owned();
        if let Place::File(name) = &finding.primary {
            message = format!("{}: {message}", printable(name));
        }
        Self {
            code: Some(format!("{} {}{possible}", finding.severity, finding.rule)),
            url: Some(text::rule_url(finding.rule)),
            severity: finding.severity,
            message: wrap(&message, width - MESSAGE),
            help: finding.help.as_deref().map(|h| wrap(&printable(h), width - HELP)),
            snippet: file.map(|f| Snippet::new(&view.files.get(f), &here, width)),
            related: elsewhere.into_iter().map(|l| Self::place(l, view, width - NESTED)).collect(),
        }
    }

    fn place(label: &Label, view: &View<'_>, width: usize) -> Self {
        Self {
            code: None,
            url: None,
            severity: Severity::Info,
            message: wrap(&printable(&label.text), width - MESSAGE),
            help: None,
            snippet: Some(Snippet::new(&view.files.get(label.at.file), &[(label.at.span, "")], width)),
            related: Vec::new(),
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|c| Box::new(c) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<MietteSeverity> {
        Some(match self.severity {
            Severity::Critical | Severity::High => MietteSeverity::Error,
            Severity::Medium => MietteSeverity::Warning,
            Severity::Low | Severity::Info => MietteSeverity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|h| Box::new(h) as Box<dyn fmt::Display>)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.url.as_ref().map(|u| Box::new(u) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|s| s as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.snippet.as_ref().map(|s| Box::new(s.labels()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(self.related.iter().map(|r| r as &dyn Diagnostic)))
    }
}

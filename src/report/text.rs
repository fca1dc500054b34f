use std::{borrow::Cow, io};

use super::{Outcome, View};
use crate::finding::{Finding, Quieted, RoleRef, Severity, Witness, WitnessValue};

/// Whether a character steers a terminal or turns the reading direction.
pub(super) fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text without characters that steer a terminal or turn the reading direction: each is shown as `\u{…}`.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if steers(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Writes a value as JSON in which no character steers a terminal or turns the reading direction: each is escaped.
pub fn write_json(out: &mut dyn io::Write, value: &impl serde::Serialize) -> io::Result<()> {
    let mut escaping = Escaping { out: &mut *out, held: Vec::with_capacity(HELD + (4 << 10)) };
    serde_json::to_writer_pretty(&mut escaping, value)?;
    escaping.pass_on()?;
    writeln!(out)
}

/// JSON comes in pieces of a few bytes: they are passed on when there are so many of them.
const HELD: usize = 60 << 10;

/// Passes on JSON, which has what steers only inside of strings. It is given whole characters.
struct Escaping<'w> {
    out: &'w mut dyn io::Write,
    held: Vec<u8>,
}

impl Escaping<'_> {
    fn pass_on(&mut self) -> io::Result<()> {
        pass_on(self.out, &self.held)?;
        self.held.clear();
        Ok(())
    }
}

/// Writes JSON, in which each character that steers is escaped. It is given whole characters.
pub(super) fn pass_on(out: &mut dyn io::Write, json: &[u8]) -> io::Result<()> {
    if json.is_ascii() && !json.contains(&0x7f) {
        return out.write_all(json);
    }
    let Ok(mut rest) = std::str::from_utf8(json) else { return out.write_all(json) };
    while let Some((at, c)) = rest.char_indices().find(|(_, c)| escaped(*c)) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        write!(out, "{before}\\u{:04x}", u32::from(c))?;
        rest = after.get(c.len_utf8()..).unwrap_or_default();
    }
    out.write_all(rest.as_bytes())
}

impl io::Write for Escaping<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.held.extend_from_slice(bytes);
        if self.held.len() < HELD { Ok(()) } else { self.pass_on() }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on()?;
        self.out.flush()
    }
}

/// What steers and is no line break of the JSON itself.
fn escaped(c: char) -> bool {
    c >= '\u{7f}' && steers(c)
}

/// The notes and the summary, each a line.
pub(super) fn closing_lines(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    for note in &outcome.notes {
        writeln!(out, "note: {}", printable(note))?;
    }
    writeln!(out, "{}", summary_line(outcome))
}

/// The summary in one line: findings by severity, files, roles, and what could not be decided.
pub fn summary_line(outcome: &Outcome) -> String {
    let s = &outcome.summary;
    let mut line = match s.findings() {
        0 => "no findings".to_owned(),
        n => {
            let by = Severity::ALL.into_iter().filter(|v| s.of(*v) > 0).map(|v| format!("{} {v}", s.of(v)));
            format!("{} ({})", counted(n, "finding"), by.collect::<Vec<_>>().join(", "))
        }
    };
    line.push_str(&format!(" in {}, {}", counted(s.files, "file"), counted(s.roles, "role")));
    line.push_str(&format!("; {} undecided, {} unreadable", s.undecided, s.unreadable));
    if s.absent_modules > 0 {
        line.push_str(&format!(", {} absent", counted(s.absent_modules, "module")));
    }
    for (n, what) in [
        (s.suppressed, "suppressed"),
        (s.baselined, "in the baseline"),
        (s.hidden, "hidden by `--min-severity`"),
        (outcome.errors.len(), "not linted because of an error"),
    ] {
        if n > 0 {
            line.push_str(&format!("; {n} {what}"));
        }
    }
    if !outcome.config.zone_configured {
        line.push_str("; no zone of trust is configured, so every other account counts as outside (`iac-trust-lint init` lists them)");
    }
    line
}

fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// Why a finding does not count, in words.
pub(super) fn why_quiet(finding: &Finding) -> Option<String> {
    match finding.quieted.as_ref()? {
        Quieted::Suppressed(reason) => Some(format!("suppressed: {reason}")),
        Quieted::Baselined => Some("in the baseline".to_owned()),
    }
}

/// What `--verbose` adds to reports in lines: which config was used, and each finding that something keeps quiet.
pub(super) fn quiet_lines(out: &mut dyn io::Write, view: &View<'_>) -> io::Result<()> {
    for finding in &view.outcome.findings {
        if let Some(why) = why_quiet(finding) {
            let at = view.place(&finding.primary);
            let (file, message, why) = (printable(&at.file), printable(&finding.message), printable(&why));
            let (severity, rule) = (finding.severity, finding.rule);
            writeln!(out, "quiet: {file}:{}:{}: {severity} {rule}: {message} ({why})", at.line, at.column)?;
        }
    }
    fixed_lines(out, view, usize::MAX)?;
    match &view.outcome.config.path {
        Some(path) => writeln!(out, "config: {}", printable(path)),
        None => writeln!(out, "config: none"),
    }
}

/// What the baseline has and the run no longer finds, the first `most` of it.
pub(super) fn fixed_lines(out: &mut dyn io::Write, view: &View<'_>, most: usize) -> io::Result<()> {
    for entry in view.outcome.fixed.iter().take(most) {
        let (file, message) = (printable(&entry.file), printable(&entry.message));
        writeln!(out, "fixed: {file}: {}: {message}", printable(&entry.rule))?;
    }
    match view.outcome.fixed.len().saturating_sub(most) {
        0 => Ok(()),
        n => writeln!(out, "fixed: {n} more, which `--verbose` lists"),
    }
}

/// Where the page of a rule stands.
pub fn rule_url(rule: &str) -> String {
    format!("{}/blob/main/docs/rules.md#{rule}", env!("CARGO_PKG_REPOSITORY"))
}

/// Keys that follow from who calls; they would only lengthen the sentence.
const FOLLOWS: [&str; 10] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principaltype",
    "aws:principalisawsservice",
    "aws:userid",
    "aws:username",
    "aws:currenttime",
    "aws:epochtime",
    "aws:resourceaccount",
    "sts:rolesessionname",
];

/// A request as one sentence: who calls what, and what it carries that does not follow from that.
pub fn request_sentence(witness: &Witness) -> String {
    let mut sentence = format!("`{}` calls `{}`", witness.principal, witness.action);
    let told = |key: &String| !FOLLOWS.contains(&key.to_ascii_lowercase().as_str());
    let carried: Vec<String> = witness
        .context
        .iter()
        .filter(|(key, _)| told(key))
        .map(|(key, value)| match value {
            WitnessValue::One(v) => format!("`{key}` = `{v}`"),
            WitnessValue::Many(vs) => {
                format!("`{key}` = [{}]", vs.iter().map(|v| format!("`{v}`")).collect::<Vec<_>>().join(", "))
            }
        })
        .collect();
    if !carried.is_empty() {
        sentence.push_str(" with ");
        sentence.push_str(&carried.join(", "));
    }
    sentence.push_str(", and is allowed");
    sentence
}

/// The addresses of roles, the first `most` of them. They come sorted; an address that several
/// roots have is named once, with its roots.
pub fn role_list(roles: &[RoleRef], most: usize) -> String {
    let mut by_address: Vec<(&str, Vec<&str>)> = Vec::new();
    for role in roles.iter().take(most) {
        match by_address.last_mut() {
            Some((address, roots)) if *address == role.address => roots.push(&role.root),
            _ => by_address.push((&role.address, vec![&role.root])),
        }
    }
    let one = |(address, roots): &(&str, Vec<&str>)| match roots.as_slice() {
        [] | [_] => (*address).to_owned(),
        roots => format!("{address} (in {})", roots.join(", ")),
    };
    let mut list = by_address.iter().map(one).collect::<Vec<_>>().join(", ");
    if roles.len() > most {
        list.push_str(&format!(" and {} more", roles.len() - most));
    }
    list
}

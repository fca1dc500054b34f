//! Large files are looked at before a tree is made of them.

use crate::{
    discover::ROOT_KEYS,
    source::SourceFile,
    syntax::json::{Outline, outline},
    value::InputProblem,
};

/// Of smaller files a tree is made at once.
const SMALL: usize = 256 << 10;
/// Larger templates are not read: CloudFormation takes at most 1 MB.
const MOST_TEMPLATE: usize = 32 << 20;
/// Larger policy documents and outputs of the AWS CLI are not read.
const MOST_DOCUMENT: usize = 128 << 20;

// Bits of `ROOT_KEYS`.
const TEMPLATE: u16 = 0b1;
const SERVERLESS: u16 = 0b110;

/// What is to be done with a file.
pub(super) enum Look {
    /// It is read.
    Read,
    /// It is nothing of ours.
    Pass,
    /// It is too large; says so.
    TooLarge(InputProblem),
}

/// Looks at a file that may be a template or a document.
pub(super) fn look(source: &SourceFile) -> Look {
    let text = source.text();
    if text.len() <= SMALL {
        return Look::Read;
    }
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let json = start.starts_with(['{', '[']).then(|| outline(text, &ROOT_KEYS));
    let (template, document) = match json {
        // Where JSON is broken it may be YAML, and what is missing may be anything.
        None | Some(Outline { broken: true, .. }) => {
            let has = |name: &str| has_key(text, name);
            (
                has("AWSTemplateFormatVersion") || has("Resources") || has("provider"),
                ROOT_KEYS.iter().skip(3).any(|n| has(n)),
            )
        }
        Some(Outline { keys, list: true, .. }) => (false, keys != 0),
        Some(Outline { keys, resources, .. }) => {
            let template = resources || keys & TEMPLATE != 0 || keys & SERVERLESS == SERVERLESS;
            (template, keys & !(TEMPLATE | SERVERLESS) != 0)
        }
    };
    let (most, what) = match (template, document) {
        (false, false) => return Look::Pass,
        (true, false) => (MOST_TEMPLATE, "template"),
        (false, true) => (MOST_DOCUMENT, "document"),
        (true, true) => (MOST_TEMPLATE, "template or document"),
    };
    if text.len() <= most {
        return Look::Read;
    }
    let (has, takes) = (text.len() >> 20, most >> 20);
    Look::TooLarge(InputProblem {
        file: source.name().to_owned(),
        at: None,
        message: format!("the {what} has {has} MiB and is not read: at most {takes} MiB are"),
        help: Some("split it, or name smaller files; CloudFormation itself takes templates of at most 1 MB".to_owned()),
    })
}

/// Whether a name stands anywhere as a key: whole, and with a colon after it.
fn has_key(text: &str, name: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, name).any(|at| {
        let before = at.checked_sub(1).and_then(|i| bytes.get(i));
        let whole = before.is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'_' | b'-' | b':' | b'.'));
        let after = bytes.get(at + name.len()..).unwrap_or_default();
        let after = after.strip_prefix(b"\"").or_else(|| after.strip_prefix(b"'")).unwrap_or(after);
        whole && after.iter().find(|b| !matches!(b, b' ' | b'\t')) == Some(&b':')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: String) -> Look {
        look(&SourceFile::new("x", text))
    }

    #[test]
    fn large_files_are_told_by_their_top() {
        let filler = format!("\"f\": \"sts:{}\"", "x".repeat(SMALL));
        assert!(matches!(of(format!("{{{filler}}}")), Look::Pass));
        assert!(matches!(of(format!("{{\"a\": {{\"Statement\": []}}, {filler}}}")), Look::Pass));
        for top in ["\"Statement\": []", "\"Resources\": {\"R\": {\"Type\": \"AWS::IAM::Role\"}}", "\"Roles\": []"] {
            assert!(matches!(of(format!("{{{top}, {filler}}}")), Look::Read), "{top}");
        }
        assert!(matches!(of(format!("kind: x\nnote: sts:AssumeRole\n{filler}\n")), Look::Pass));
        assert!(matches!(of(format!("- 'Statement' : []\n{filler}\n")), Look::Read));
        assert!(matches!(of(format!("Resources:\n  a: b\n{filler}\n")), Look::Read));
    }

    #[test]
    fn a_template_that_is_too_large_says_so() {
        let text =
            format!("{{\"AWSTemplateFormatVersion\": \"x\", \"Description\": \"{}\"}}", "x".repeat(MOST_TEMPLATE));
        let Look::TooLarge(problem) = of(text) else { panic!("read") };
        assert_eq!(problem.message, "the template has 32 MiB and is not read: at most 32 MiB are");
    }
}

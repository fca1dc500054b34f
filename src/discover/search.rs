use std::{ffi::OsStr, path::Path, sync::LazyLock};

use memchr::memmem::{self, Finder};
use regex::bytes::Regex;

use super::top::is_other_json;

/// Folders that a walk does not enter.
pub(super) const SKIPPED: [&str; 4] = [".git", ".terraform", ".terragrunt-cache", "node_modules"];

/// What a file's name says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileKind {
    /// Terraform's own syntax: `.tf`, `.tofu`.
    Terraform,
    /// Terraform in JSON: `.tf.json`, `.tofu.json`.
    TerraformJson,
    /// Values of Terraform variables: `.tfvars`, `.tfvars.json`.
    Variables,
    /// A unit of Terragrunt: `terragrunt.hcl`.
    Terragrunt,
    /// A file that may be a template, a plan or a policy: its content says.
    Document,
    /// Not a file of any language that is read.
    Other,
}

/// What a document is, by its bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum DocumentKind {
    /// Output of `terraform show -json`.
    Plan,
    /// A CloudFormation template, a policy, output of the AWS CLI.
    Template,
}

/// What a file's name says that it is.
pub fn kind_of(path: &Path) -> FileKind {
    let Some(name) = name_of(path) else { return FileKind::Other };
    let ends = |suffix: &str| name.len() > suffix.len() && name.ends_with(suffix.as_bytes());
    if ends(".tf") || ends(".tofu") {
        FileKind::Terraform
    } else if name == b"terragrunt.hcl" {
        FileKind::Terragrunt
    } else if ends(".tf.json") || ends(".tofu.json") {
        FileKind::TerraformJson
    } else if ends(".tfvars") || ends(".tfvars.json") {
        FileKind::Variables
    } else if [".yaml", ".yml", ".json", ".template"].into_iter().any(ends) {
        FileKind::Document
    } else {
        FileKind::Other
    }
}

/// The name of a file, for most paths without taking them apart.
fn name_of(path: &Path) -> Option<&[u8]> {
    let last = path.as_os_str().as_encoded_bytes().rsplit(|b| *b == b'/').next();
    match last {
        Some(name) if !name.is_empty() && std::path::MAIN_SEPARATOR == '/' => Some(name),
        _ => path.file_name().map(OsStr::as_encoded_bytes),
    }
}

/// Whether a document may hold a role or a policy, and what it is then. Most files are none and are never parsed.
pub(super) fn document(bytes: &[u8]) -> Option<DocumentKind> {
    if !mentions_trust(bytes) {
        return None;
    }
    document_of(bytes)
}

/// What a document is whose words are those of roles or policies.
pub(super) fn document_of(bytes: &[u8]) -> Option<DocumentKind> {
    let has = |needle: &str| memmem::find(bytes, needle.as_bytes()).is_some();
    let plan = bytes.trim_ascii_start().strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if plan.first() == Some(&b'{')
        && has("\"format_version\"")
        && (has("\"planned_values\"") || has("\"resource_changes\""))
    {
        return Some(DocumentKind::Plan);
    }
    (!is_other_json(bytes)).then_some(DocumentKind::Template)
}

/// Searches a file piece by piece for what tells that it is wanted.
#[derive(Default)]
pub(super) struct Pieces {
    begun: bool,
    statement: bool,
    principal: bool,
    other: bool,
    suppression: bool,
}

impl Pieces {
    /// So many bytes of each piece are those at the end of the one before it: nothing that is looked for is longer.
    pub(super) const OVERLAP: usize = 64;

    pub(super) fn take(&mut self, piece: &[u8]) {
        self.suppression |= has_suppression(piece);
        self.principal |= WORDS.principal.find(piece).is_some();
        let Some(needles) = &*NEEDLES else {
            self.other = true;
            return;
        };
        // What comes before a word at the beginning is not known; the piece before has seen it.
        let from = usize::from(std::mem::replace(&mut self.begun, true));
        for found in needles.find_iter(piece).filter(|m| m.start() >= from) {
            match found.as_bytes() {
                b"Statement" => self.statement = true,
                _ => {
                    self.other = true;
                    break;
                }
            }
        }
    }

    /// The same as of [`document`] of the whole, as far as words tell.
    pub(super) fn mention_trust(&self) -> bool {
        self.other || self.statement && self.principal
    }

    pub(super) fn have_suppression(&self) -> bool {
        self.suppression
    }
}

/// `AssumeRolePolicyDocument`; types that make roles or carry policies, or may (a module of the registry); an `sts:`
/// action; `Statement`, which counts with `Principal`.
static NEEDLES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let types = "AWS::(?:IAM::|Serverless::|CloudFormation::Stack)|aws_iam_|awscc_iam_|Fn::Transform|::MODULE";
    Regex::new(&format!(r#"AssumeRolePolicyDocument|{types}|(?-u:\b)(?i-u:sts)(?::|%3[Aa])|Statement"#)).ok()
});

/// Words that are looked for in nearly every file: to make a finder costs about as much as to search a small file.
struct Words {
    principal: Finder<'static>,
    iam: Finder<'static>,
    stack: Finder<'static>,
    trust: Finder<'static>,
    module: Finder<'static>,
    source: Finder<'static>,
    suppression: Finder<'static>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    principal: Finder::new("Principal"),
    iam: Finder::new("_iam_"),
    stack: Finder::new("aws_cloudformation_stack"),
    trust: Finder::new("assume_role_policy"),
    module: Finder::new("module"),
    source: Finder::new("source"),
    suppression: Finder::new("iac-trust-lint:"),
});

fn mentions_trust(bytes: &[u8]) -> bool {
    let Some(needles) = &*NEEDLES else { return true };
    // Whether `Principal` stands anywhere is looked up once, however often `Statement` does.
    let mut principal = None;
    needles.find_iter(bytes).any(|m| match m.as_bytes() {
        b"Statement" => *principal.get_or_insert_with(|| WORDS.principal.find(bytes).is_some()),
        _ => true,
    })
}

/// Whether a template has nested stacks and names one of these files.
pub(super) fn nests(bytes: &[u8], names: &[String]) -> bool {
    memmem::find(bytes, b"AWS::CloudFormation::Stack").is_some()
        && memmem::find(bytes, b"TemplateURL").is_some()
        && names.iter().any(|name| memmem::find(bytes, name.as_bytes()).is_some())
}

/// What the bytes of a Terraform file say without parsing it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct TerraformHints {
    /// Whether it may hold a role, an identity policy or a template.
    pub roles: bool,
    /// Sources of module calls that begin with `.`.
    pub local_calls: Vec<String>,
    /// Whether it may call modules by other sources.
    pub other_calls: bool,
}

pub(super) fn terraform(bytes: &[u8], json: bool) -> TerraformHints {
    let words = &*WORDS;
    let roles = words
        .iam
        .find_iter(bytes)
        .any(|at| !bytes.get(at..).is_some_and(|rest| rest.starts_with(b"_iam_policy_document")))
        || words.stack.find(bytes).is_some()
        || words.trust.find(bytes).is_some();
    let mut hints = TerraformHints { roles, ..TerraformHints::default() };
    let mut modules = words.module.find_iter(bytes).peekable();
    if modules.peek().is_none() {
        return hints;
    }
    let calls = modules.filter(|at| is_header(bytes, *at, json)).count();
    for at in words.source.find_iter(bytes) {
        if let Some(source) = source_value(bytes, at, json)
            && source.starts_with(b".")
            && let Ok(source) = std::str::from_utf8(source)
        {
            hints.local_calls.push(source.to_owned());
        }
    }
    hints.other_calls = if json { calls > 0 } else { calls > hints.local_calls.len() };
    hints
}

/// What stands before an offset on its line. Of a long line only the end is looked at.
fn before_on_line(bytes: &[u8], at: usize) -> &[u8] {
    const MOST: usize = 512;
    let window = bytes.get(at.saturating_sub(MOST)..at).unwrap_or(&[]);
    let start = memchr::memrchr(b'\n', window).map_or(0, |i| i + 1);
    window.get(start..).unwrap_or(&[])
}

fn is_header(bytes: &[u8], at: usize, json: bool) -> bool {
    let after = bytes.get(at + b"module".len()..).unwrap_or(&[]);
    if json {
        return bytes.get(..at).is_some_and(|before| before.ends_with(b"\"")) && after.starts_with(b"\"");
    }
    before_on_line(bytes, at).trim_ascii().is_empty() && after.first().is_some_and(|b| matches!(b, b' ' | b'\t' | b'"'))
}

/// The quoted text after `source =` when that stands at the beginning of a line or of a block's body.
fn source_value(bytes: &[u8], at: usize, json: bool) -> Option<&[u8]> {
    let begins = |before: &[u8]| before.is_empty() || before.ends_with(b"{");
    if !json && !begins(before_on_line(bytes, at).trim_ascii()) {
        return None;
    }
    let mut rest = bytes.get(at + b"source".len()..)?;
    rest = rest.strip_prefix(b"\"").unwrap_or(rest).trim_ascii_start();
    rest = rest.strip_prefix(b"=").or_else(|| rest.strip_prefix(b":"))?.trim_ascii_start();
    rest = rest.strip_prefix(b"\"")?;
    let end = memchr::memchr2(b'"', b'\n', rest)?;
    (rest.get(end) == Some(&b'"')).then(|| rest.get(..end)).flatten()
}

/// Whether the file has an inline suppression.
pub(super) fn has_suppression(bytes: &[u8]) -> bool {
    WORDS.suppression.find(bytes).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_told_by_their_bytes() {
        for text in [
            "AssumeRolePolicyDocument:",
            "Action: STS:AssumeRole",
            "action: [\"sts:*\"]",
            "{\"Statement\": [{\"Principal\": \"*\"}]}",
            "Type: AWS::Serverless::Function",
            "Type: Acme::Security::Landing::MODULE",
        ] {
            assert_eq!(document(text.as_bytes()), Some(DocumentKind::Template), "{text}");
        }
        for text in ["resources:\n  requests:\n    cpu: 1", "{\"Statement\": []}", "https://x", "Principal"] {
            assert_eq!(document(text.as_bytes()), None, "{text}");
        }
        let plan = r#"{"format_version":"1.2","planned_values":{"type":"aws_iam_role"}}"#;
        assert_eq!(document(plan.as_bytes()), Some(DocumentKind::Plan));
    }

    #[test]
    fn pieces_tell_what_the_whole_tells() {
        let whole = |text: &str| mentions_trust(text.as_bytes());
        for text in [
            "STS:AssumeRole, and no more than that",
            "the tests: are green, hosts: too, lists%3Aa",
            "a sts%3aAssumeRole in the middle of some text",
            "Statement here, far from it a Principal",
            "Statement here, far from it nobody",
            "Principal here and AWS::CloudFormation::Stacking",
            "nothing but iac-trust-lint: words",
        ] {
            for lead in [0, 60, 63, 64, 65, 80, 100] {
                let text = format!("{}{text}{}", "x ".repeat(lead).get(..lead).unwrap(), " y".repeat(60));
                for size in [Pieces::OVERLAP + 1, Pieces::OVERLAP + 7, 97, 130, 1_000] {
                    let mut pieces = Pieces::default();
                    let mut from = 0;
                    loop {
                        let to = (from + size).min(text.len());
                        pieces.take(&text.as_bytes()[from..to]);
                        if to == text.len() {
                            break;
                        }
                        from = to - Pieces::OVERLAP;
                    }
                    assert_eq!(pieces.mention_trust(), whole(&text), "{text} by {size}");
                    assert_eq!(pieces.have_suppression(), has_suppression(text.as_bytes()), "{text} by {size}");
                }
            }
        }
    }

    #[test]
    fn calls_are_found_without_parsing() {
        let text = b"module \"a\" {\n  source = \"../a\"\n}\nmodule \"b\" { source = \"./b\" }\n# source = \"./c\"\n\
                     terraform {\n required_providers {\n aws = {\n source = \"hashicorp/aws\" } } }\n";
        let hints = terraform(text, false);
        assert_eq!(hints.local_calls, ["../a", "./b"]);
        assert!(!hints.other_calls && !hints.roles);
        let text = b"module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n";
        assert!(terraform(text, false).other_calls);
        let text = br#"{"module":{"a":{"source":"./a"}},"resource":{"aws_iam_role":{}}}"#;
        let hints = terraform(text, true);
        assert!(hints.local_calls == ["./a"] && hints.roles);
    }

    #[test]
    fn a_policy_document_alone_makes_no_role() {
        assert!(!terraform(b"data \"aws_iam_policy_document\" \"d\" {}", false).roles);
        assert!(terraform(b"resource \"awscc_iam_role\" \"r\" {}", false).roles);
    }
}

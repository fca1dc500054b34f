use std::fmt::Write;

use super::{Rule, RuleKind};

/// The rule's page in Markdown, with the rule's name as a heading of the given level.
pub fn markdown(rule: &Rule, level: usize) -> String {
    let mut out = String::new();
    let h = "#".repeat(level);
    let _ = writeln!(out, "{h} {}\n", rule.name);
    let _ = writeln!(
        out,
        "{}. Severity: {}. Since {}. Looks at: {}.\n",
        rule.summary,
        rule.severity,
        rule.since,
        scope(rule)
    );
    for (title, text) in [("What it does", rule.what), ("Why it is bad", rule.why)] {
        let _ = writeln!(out, "{h}# {title}\n\n{}\n", text.trim());
    }
    let examples = examples(rule);
    if !examples.is_empty() {
        let _ = writeln!(out, "{h}# Example\n");
        for example in examples {
            let _ = writeln!(out, "{}:\n\n```{}\n{}\n```\n", example.title, example.language, example.text.trim());
        }
    }
    let _ = writeln!(out, "{h}# How to fix it\n\n{}\n", rule.fix.trim());
    if !rule.maps_to.is_empty() {
        let _ = writeln!(out, "{h}# Elsewhere\n");
        for mapping in rule.maps_to {
            let _ = writeln!(out, "- {}: {}", mapping.system, mapping.id);
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{h}# References\n");
    for reference in rule.references {
        let _ = writeln!(out, "- <{reference}>");
    }
    out
}

/// The rule's page as plain text for a terminal: no markup, code indented by four.
pub fn text(rule: &Rule) -> String {
    let mut out = String::new();
    let mut code = false;
    for line in markdown(rule, 1).lines() {
        if line.starts_with("```") {
            code = !code;
        } else if code && !line.is_empty() {
            let _ = writeln!(out, "    {line}");
        } else if code {
            out.push('\n');
        } else if let Some(title) = line.strip_prefix("## ") {
            let _ = writeln!(out, "{}", title.to_uppercase());
        } else {
            let line = line.strip_prefix("# ").unwrap_or(line).replace(['<', '>'], "");
            let _ = writeln!(out, "{line}");
        }
    }
    out
}

/// `docs/rules.md`: all rules, with a table of contents.
pub fn all_markdown() -> String {
    let mut out = String::from(
        "# Rules\n\nGenerated from the rules themselves (`UPDATE_DOCS=1 cargo test`); edit `src/rules/`. A rule is named \
         after the bad thing, so that\n`ignore[that]` reads right.\n\n| rule | severity | what is wrong |\n|---|---|---|\n",
    );
    for rule in super::ALL {
        let _ = writeln!(out, "| [{0}](#{0}) | {1} | {2} |", rule.name, rule.severity, rule.summary);
    }
    for rule in super::ALL {
        let _ = write!(out, "\n{}", markdown(rule, 2));
    }
    out
}

struct Shown {
    title: &'static str,
    language: &'static str,
    text: &'static str,
}

fn examples(rule: &Rule) -> Vec<Shown> {
    let e = &rule.examples;
    let all = [
        Shown { title: "Configuration of both", language: "yaml", text: e.config },
        Shown { title: "Terraform that fires", language: "hcl", text: e.terraform_bad },
        Shown { title: "Terraform that does not", language: "hcl", text: e.terraform_good },
        Shown { title: "CloudFormation that fires", language: "yaml", text: e.cloudformation_bad },
        Shown { title: "CloudFormation that does not", language: "yaml", text: e.cloudformation_good },
    ];
    all.into_iter().filter(|s| !s.text.trim().is_empty()).collect()
}

fn scope(rule: &Rule) -> &'static str {
    match rule.kind {
        RuleKind::Role(_) => "each role",
        RuleKind::Identity(_) => "each identity policy",
        RuleKind::Run { .. } => "all roles of a run together",
        RuleKind::Input => "the input",
    }
}

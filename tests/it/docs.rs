//! What the README shows is what the program does.

use std::{fs, path::Path};

use iac_trust_lint::rules;

use crate::kit::command;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// The text of the n-th block of code in that language.
fn block(text: &str, language: &str, n: usize) -> String {
    let start = format!("```{language}\n");
    let rest = text.split(&start).nth(n + 1).unwrap();
    rest.split("```").next().unwrap().to_owned()
}

#[test]
fn the_output_in_the_readme_is_that_of_its_command() {
    let readme = readme();
    let shown = block(&readme, "text", 0);
    let command_line = block(&readme, "sh", 0);
    let arguments = command_line.trim().split_once(" -- ").unwrap().1.split(' ');
    let output = command(Path::new(env!("CARGO_MANIFEST_DIR"))).args(arguments).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), shown);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_table_of_rules_in_the_readme_is_complete() {
    let readme = readme();
    for rule in rules::ALL {
        let row = format!("| [{0}](docs/rules.md#{0}) | {1} | {2} |", rule.name, rule.severity, rule.summary);
        assert!(readme.contains(&row), "{row}");
    }
    assert_eq!(readme.matches("](docs/rules.md#").count(), rules::ALL.len());
}

#[test]
fn links_of_the_documentation_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    pages.extend(fs::read_dir(root.join("docs")).unwrap().map(|e| e.unwrap().path()));
    for page in pages.iter().filter(|p| p.extension().is_some_and(|e| e == "md")) {
        let text = fs::read_to_string(page).unwrap();
        for target in text.split("](").skip(1).filter_map(|t| t.split(')').next()) {
            let file = target.split('#').next().unwrap();
            if !file.is_empty() && !file.contains("://") {
                assert!(page.parent().unwrap().join(file).exists(), "{}: {target}", page.display());
            }
        }
    }
}

/// The text of a picture's line: its pieces, unescaped.
fn text_of(line: &str) -> String {
    let pieces = line.split('>').map(|p| p.split('<').next().unwrap());
    let text: String = pieces.collect();
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&")
}

#[test]
fn the_picture_shows_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let args = ["--format", "pretty", "--config", "testdata/demo/.iac-trust-lint.yaml", "testdata/demo/main.tf"];
    let printed = command(root).args(args).env("COLUMNS", "112").output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    let picture = fs::read_to_string(root.join("docs/pictures/demo.svg")).unwrap();
    let shown: Vec<String> = picture.lines().filter(|l| l.starts_with("<text y=")).map(text_of).collect();
    let renew = "COLUMNS=112 scripts/picture.py 'iac-trust-lint testdata/demo/main.tf' docs/pictures/demo.svg \
                 target/debug/iac-trust-lint --color always";
    assert_eq!(shown.join("\n").trim_end(), printed.trim_end(), "draw it anew: {renew} {}", args.join(" "));
}

/// Every option that the help of some command lists.
fn options() -> std::collections::BTreeSet<String> {
    let help = |args: &[&str]| {
        let output = command(Path::new(env!("CARGO_MANIFEST_DIR"))).args(args).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let commands = ["", "roles", "simulate", "explain", "rules", "init", "schema", "completions", "man"];
    let pages = commands.map(|c| if c.is_empty() { help(&["--help"]) } else { help(&[c, "--help"]) });
    let words = pages.iter().flat_map(|p| p.split_whitespace());
    words.filter(|w| w.starts_with("--")).map(|w| w.trim_end_matches([',', '.', '`', ']']).to_owned()).collect()
}

fn pages() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(root.join("docs")).unwrap().map(|e| e.unwrap().path());
    let all = docs.chain([root.join("README.md"), root.join("CONTRIBUTING.md")]);
    let pages = all.filter(|p| p.extension().is_some_and(|e| e == "md"));
    pages.map(|p| (p.display().to_string(), fs::read_to_string(&p).unwrap())).collect()
}

/// The commands of a page's blocks in these languages, continued lines joined.
fn commands(page: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut is_shell = None;
    for line in page.lines() {
        match (line.trim().strip_prefix("```"), is_shell) {
            (Some(language), None) => is_shell = Some(matches!(language, "sh" | "yaml" | "groovy")),
            (Some(_), Some(_)) => is_shell = None,
            (None, Some(true)) => out.push(line.trim().trim_start_matches("- ").to_owned()),
            _ => {}
        }
    }
    out.retain(|l| l.starts_with("iac-trust-lint ") || l.contains(" iac-trust-lint ") || l.contains(" -- "));
    out
}

#[test]
fn options_in_the_documentation_exist() {
    let known = options();
    assert!(known.contains("--changed-since") && known.contains("--with-policy"), "{known:?}");
    let mut seen = 0;
    for (name, page) in pages() {
        let spans = page.split('`').skip(1).step_by(2).filter(|s| s.starts_with("--") && !s.contains('\n'));
        let own = commands(&page);
        let in_commands = own.iter().flat_map(|l| {
            let after = l.split_once("iac-trust-lint ").or_else(|| l.split_once(" -- ")).map_or("", |(_, a)| a);
            after.split(" | ").next().unwrap().split(" && ").next().unwrap().split_whitespace()
        });
        let words = spans.flat_map(str::split_whitespace).chain(in_commands);
        for word in words.filter(|w| w.starts_with("--") && w.len() > 2 && !is_of_another_program(w)) {
            let option = word.split('=').next().unwrap().trim_end_matches([',', '.', ';', ')']);
            assert!(known.contains(option), "{name}: {option}");
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

/// Options of cargo, git and pre-commit that pages speak of.
fn is_of_another_program(word: &str) -> bool {
    [
        "--release",
        "--locked",
        "--git",
        "--rev",
        "--path",
        "--all-targets",
        "--lib",
        "--workspace",
        "--checkov",
        "--cfn-lint",
    ]
    .contains(&word)
}

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

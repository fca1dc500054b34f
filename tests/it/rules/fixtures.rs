use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use iac_trust_lint::rules::ALL;

use super::run::findings;

/// `testdata/rules/RULE/` holds configurations for one rule. A line that must fire ends in `# fires`; where the
/// language has no comments the line stands in `expected.txt` as `FILE:LINE`. Every other line must stay silent. Other
/// rules may say what they like.
#[test]
fn every_rule_fires_where_its_fixtures_say_and_nowhere_else() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/rules").canonicalize().unwrap();
    let mut wrong = Vec::new();
    for rule in ALL {
        let folder = home.join(rule.name);
        assert!(folder.is_dir(), "{}: no fixtures", rule.name);
        let config = fs::read_to_string(folder.join("config.yaml")).unwrap_or_default();
        let found = findings(&folder, &config);
        let fired: BTreeSet<String> = found
            .iter()
            .filter(|(at, _)| at.rule == rule.name)
            .map(|(at, _)| format!("{}:{}", at.file, at.line))
            .collect();
        let expected = expected(&folder);
        assert!(!expected.is_empty(), "{}: nothing fires", rule.name);
        for miss in expected.difference(&fired) {
            wrong.push(format!("{}: silent at {miss}", rule.name));
        }
        for extra in fired.difference(&expected) {
            let says = |(at, f): &&(super::run::Fired, iac_trust_lint::finding::Finding)| {
                at.rule == rule.name && format!("{}:{}", at.file, at.line) == *extra && !f.message.is_empty()
            };
            let message = found.iter().find(says).map_or("", |(_, f)| f.message.as_str());
            wrong.push(format!("{}: fires at {extra}: {message}", rule.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_fixtures_in_every_language() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/rules");
    let folders: BTreeSet<String> =
        fs::read_dir(&home).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(folders, ALL.iter().map(|r| r.name.to_owned()).collect());
    for rule in ALL {
        for file in ["terraform/main.tf", "cloudformation/template.yaml"] {
            assert!(home.join(rule.name).join(file).is_file(), "{}: {file}", rule.name);
        }
    }
}

/// `FILE:LINE` of everything that must fire in a folder.
fn expected(folder: &Path) -> BTreeSet<String> {
    let listed = fs::read_to_string(folder.join("expected.txt")).unwrap_or_default();
    let mut all: BTreeSet<String> = listed.lines().map(ToOwned::to_owned).collect();
    let mut todo: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(at) = todo.pop() {
        for entry in fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&path).unwrap();
            let fires = text.lines().enumerate().filter(|(_, line)| line.trim_end().ends_with("# fires"));
            all.extend(fires.map(|(i, _)| format!("{name}:{}", i + 1)));
        }
    }
    all
}

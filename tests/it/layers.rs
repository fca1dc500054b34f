use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Which rooms a room may use; the table of docs/architecture.md.
const ALLOWED: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("value", &["source"]),
    ("syntax", &["source", "value"]),
    ("terraform", &["source", "syntax", "value"]),
    ("cloudformation", &["source", "syntax", "value"]),
    ("document", &["source", "syntax", "value"]),
    ("policy", &["source", "syntax", "value"]),
    ("analysis", &["policy", "value", "source"]),
    ("rules", &["analysis", "finding", "policy", "source", "value"]),
    ("finding", &["source"]),
    ("report", &["finding", "rules", "source"]),
    ("config", &["analysis", "finding", "rules"]),
    ("discover", &["config", "source", "value"]),
    ("simulate", &["analysis", "policy", "source"]),
    (
        "lint",
        &[
            "analysis",
            "cloudformation",
            "config",
            "discover",
            "document",
            "finding",
            "policy",
            "report",
            "rules",
            "source",
            "syntax",
            "terraform",
            "value",
        ],
    ),
];

/// Uses that a test inside a room may have beyond the room's own.
fn is_test(path: &Path) -> bool {
    path.components().any(|c| c.as_os_str() == "tests") || path.file_stem().is_some_and(|s| s == "tests")
}

fn sources(folder: &Path, out: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The rooms that a text names by `crate::room` or in a `use crate::{room…, room…}`.
fn rooms_used(text: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    let code: String = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(inner) = rest.strip_prefix('{') else {
            rooms.insert(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = true;
        for (i, c) in inner.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                c if start && depth == 0 && c.is_alphabetic() => {
                    rooms.insert(word(&inner[i..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    rooms
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn rooms_use_only_what_they_may() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        ALLOWED.iter().map(|(room, uses)| (*room, uses.iter().copied().collect())).collect();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&root).unwrap() {
        let path = entry.unwrap().path();
        let room = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !path.is_dir() || room == "cli" {
            continue;
        }
        let may = allowed.get(room.as_str()).unwrap_or_else(|| panic!("the room `{room}` is not in the table"));
        let mut files = Vec::new();
        sources(&path, &mut files);
        for file in files.iter().filter(|f| !is_test(f.strip_prefix(&root).unwrap())) {
            let text = fs::read_to_string(file).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            for used in rooms_used(text) {
                if used != room && allowed.contains_key(used.as_str()) && !may.contains(used.as_str()) {
                    wrong.push(format!("{} uses `{used}`", file.strip_prefix(&root).unwrap().display()));
                }
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn uses_are_found_in_every_form() {
    let text =
        "use crate::{\n    source::{Files, Span},\n    value,\n};\nfn f() { crate::policy::decode() }\n// crate::cli\n";
    assert_eq!(rooms_used(text), ["policy", "source", "value"].map(str::to_owned).into());
}

#[test]
fn evaluator_and_solver_share_no_matching_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/analysis");
    for (room, other) in [("evaluator", "solver"), ("solver", "evaluator")] {
        let folder = root.join(room);
        let mut files = Vec::new();
        sources(&folder, &mut files);
        for file in files.iter().filter(|f| !is_test(f)) {
            let text = fs::read_to_string(file).unwrap();
            assert!(!text.contains(&format!("{other}::")), "{} uses `{other}`", file.display());
        }
    }
}

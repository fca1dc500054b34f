//! The workflow files keep to their own rules: pinned actions, least permissions, inputs through `env`, real paths.

use std::{fs, path::Path};

use serde_yaml::Value;

fn workflows() -> Vec<(String, String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows");
    let mut all: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let value = serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            (path.file_name().unwrap().to_string_lossy().into_owned(), text, value)
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(all.len() >= 2);
    all
}

fn jobs(workflow: &Value) -> impl Iterator<Item = (&str, &Value)> {
    workflow["jobs"].as_mapping().unwrap().iter().map(|(name, job)| (name.as_str().unwrap(), job))
}

fn steps(job: &Value) -> &Vec<Value> {
    job["steps"].as_sequence().unwrap()
}

fn only(value: &Value, allowed: &[&str], place: &str) {
    for key in value.as_mapping().unwrap().keys() {
        let key = key.as_str().unwrap();
        assert!(allowed.contains(&key), "{place}: `{key}` is no key here");
    }
}

#[test]
fn every_key_is_one_that_workflows_have() {
    for (file, _, workflow) in workflows() {
        only(&workflow, &["name", "on", "permissions", "concurrency", "env", "defaults", "jobs"], &file);
        for (name, job) in jobs(&workflow) {
            let place = format!("{file} {name}");
            let of_job =
                ["strategy", "runs-on", "timeout-minutes", "permissions", "env", "defaults", "needs", "if", "steps"];
            only(job, &of_job, &place);
            if let Some(needed) = job["needs"].as_str() {
                assert!(jobs(&workflow).any(|(n, _)| n == needed), "{place} needs {needed}");
            }
            for step in steps(job) {
                let of_step = [
                    "name",
                    "id",
                    "if",
                    "uses",
                    "with",
                    "env",
                    "run",
                    "shell",
                    "continue-on-error",
                    "working-directory",
                ];
                only(step, &of_step, &place);
                assert_ne!(step["uses"].is_string(), step["run"].is_string(), "{place}: a step uses or runs");
            }
        }
    }
}

#[test]
fn actions_are_pinned_by_commit_and_say_which_version() {
    for (file, text, _) in workflows() {
        for line in text.lines().filter_map(|l| l.trim_start_matches([' ', '-']).strip_prefix("uses: ")) {
            if line == "./" {
                continue;
            }
            let (action, version) = line.split_once(" # v").unwrap_or_else(|| panic!("{file}: {line} says no version"));
            let (_, commit) = action.split_once('@').unwrap();
            assert!(commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()), "{file}: {line}");
            assert!(version.split('.').count() == 3, "{file}: {line}");
        }
    }
}

#[test]
fn permissions_are_given_job_by_job() {
    for (file, _, workflow) in workflows() {
        assert!(workflow["permissions"].as_mapping().is_some_and(serde_yaml::Mapping::is_empty), "{file}");
        for (name, job) in jobs(&workflow) {
            assert!(job["permissions"].is_mapping() && job["timeout-minutes"].is_number(), "{file} {name}");
        }
    }
}

#[test]
fn nothing_from_outside_is_pasted_into_a_script() {
    for (file, _, workflow) in workflows() {
        for (name, job) in jobs(&workflow) {
            for run in steps(job).iter().filter_map(|s| s["run"].as_str()) {
                assert!(!run.contains("${{"), "{file} {name}: {run}");
            }
        }
    }
}

#[test]
fn what_the_workflows_name_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (file, _, workflow) in workflows() {
        for (_, job) in jobs(&workflow) {
            for step in steps(job).iter().filter(|s| s["uses"].as_str() == Some("./")) {
                let action: Value =
                    serde_yaml::from_str(&fs::read_to_string(root.join("action.yml")).unwrap()).unwrap();
                for (input, value) in step["with"].as_mapping().unwrap() {
                    let input = input.as_str().unwrap();
                    assert!(!action["inputs"][input].is_null(), "{file}: the action has no input `{input}`");
                    if matches!(input, "paths" | "config") {
                        for path in value.as_str().unwrap().lines() {
                            assert!(root.join(path).exists(), "{file}: {path}");
                        }
                    }
                }
            }
        }
    }
}

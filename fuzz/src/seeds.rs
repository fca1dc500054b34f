//! What each target begins with, made from `testdata/`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::bytes::Bytes;

/// Larger files are left out.
const MOST: u64 = 64 << 10;

/// The seeds of a target, in an order of their own. `testdata` is the folder of that name.
pub fn of(target: &str, testdata: &Path) -> Vec<Vec<u8>> {
    let files = files_under(testdata);
    let with = |ends: &[&str]| -> Vec<Vec<u8>> {
        let wanted = |f: &&PathBuf| ends.iter().any(|e| f.to_string_lossy().ends_with(e));
        files.iter().filter(wanted).filter_map(|f| fs::read(f).ok()).collect()
    };
    match target {
        "hcl" => with(&[".tf", ".tfvars", ".hcl", ".tftpl"]),
        "yaml" => with(&[".yaml", ".yml", ".template"]),
        "json" => with(&[".json", ".jsonl"]).iter().flat_map(|text| lines(text)).collect(),
        "policy" => policies(with(&[".json", ".jsonl"])),
        "solver" => (0..200_u8).map(choices).collect(),
        "config" => configs(with(&["config.yaml", ".iac-trust-lint.yaml"])),
        "files" => trees(testdata, &files),
        _ => Vec::new(),
    }
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.metadata() {
                Ok(m) if m.is_dir() => open.push(path),
                Ok(m) if m.is_file() && m.len() <= MOST => out.push(path),
                _ => {}
            }
        }
    }
    out.sort();
    out
}

/// A short file as it is, of a file of JSON lines the first lines.
fn lines(text: &[u8]) -> Vec<Vec<u8>> {
    let all: Vec<&[u8]> = text.split(|b| *b == b'\n').filter(|l| l.starts_with(b"{") && l.ends_with(b"}")).collect();
    if all.len() > 1 { all.into_iter().take(40).map(<[u8]>::to_vec).collect() } else { vec![text.to_vec()] }
}

/// Whole policies, and those inside lines of requests.
fn policies(files: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for text in files.iter().flat_map(|f| lines(f)) {
        let parsed = serde_json::from_slice::<serde_json::Value>(&text).ok();
        if let Some(policy) = parsed.as_ref().and_then(|v| v.get("trustPolicy").or_else(|| v.get("policy"))) {
            out.push(policy.to_string().into_bytes());
        } else if parsed.is_some_and(|v| v.get("Statement").is_some()) {
            out.push(text);
        }
    }
    out
}

fn configs(mut found: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let written = [
        "own-accounts: [\"111122223333\"]\ntrust:\n  - account: \"444455556666\"\n    name: tooling\n    require: none\n",
        "trust:\n  - account: \"464622532012\"\n    require: external-id\n    roles: [\"datadog-*\"]\n    paths: [\"a/**\"]\n    \
         expires: 2027-03-31\n    reason: SEC-1\n",
        "trust:\n  - organization: o-a1b2c3d4e5\n  - organizational-unit: o-a1b2c3d4e5/r-ab12/ou-ab12-11111111\n",
        "trust:\n  - principal: arn:aws:iam::777788889999:role/ci-*\n  - value: var.security_account_id\n",
        "trust:\n  - identity-provider: token.actions.githubusercontent.com\n    subjects: [\"repo:acme/*\"]\n",
        "rules:\n  account-wide-trust: off\n  oidc-broad-subject: high\nexclude: [\"examples/**\"]\nfail-on: medium\n",
        "overrides:\n  - paths: [\"envs/prod/**\"]\n    own-accounts: [\"999900001111\"]\n    rules: {public-trust: low}\n",
        "{\"schema_version\": 1, \"findings\": [{\"rule\": \"r\", \"file\": \"f\", \"message\": \"m\", \"fingerprint\": \"v1:0\"}]}",
        "arn:aws:iam::111122223333:saml-provider/Okta",
    ];
    found.extend(written.iter().map(|t| t.as_bytes().to_vec()));
    found
}

fn choices(seed: u8) -> Vec<u8> {
    let mut bytes = Bytes::new(&[]);
    for _ in 0..seed {
        bytes.random();
    }
    (0..96).map(|_| bytes.random().to_le_bytes()[0]).collect()
}

/// Each folder of Terraform configurations with what lies below it, each other file alone under a name of its kind.
fn trees(testdata: &Path, files: &[PathBuf]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let mut folders: Vec<PathBuf> = vec![testdata.join("demo")];
    for group in ["terraform/configs", "terraform/plans", "practice"] {
        let entries = fs::read_dir(testdata.join(group)).into_iter().flatten().flatten();
        folders.extend(entries.map(|e| e.path()).filter(|p| p.is_dir()));
    }
    folders.sort();
    for folder in &folders {
        let mut tree = Vec::new();
        for file in files.iter().filter(|f| f.starts_with(folder)) {
            add(&mut tree, file.strip_prefix(folder).unwrap_or(file), file);
        }
        if !tree.is_empty() && tree.len() as u64 <= MOST {
            out.push(tree);
        }
    }
    for file in files.iter().filter(|f| !folders.iter().any(|folder| f.starts_with(folder))) {
        let mut tree = Vec::new();
        let name = file.file_name().map(Path::new).unwrap_or(file);
        let known = ["tf", "yaml", "yml", "json", "template", "tfvars"];
        if name.extension().is_some_and(|e| known.iter().any(|k| e == *k)) {
            add(&mut tree, name, file);
            out.push(tree);
        }
    }
    out
}

fn add(tree: &mut Vec<u8>, name: &Path, file: &Path) {
    tree.push(0x1e);
    tree.extend_from_slice(name.to_string_lossy().as_bytes());
    tree.push(b'\n');
    tree.extend(fs::read(file).unwrap_or_default());
}

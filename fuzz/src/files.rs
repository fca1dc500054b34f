//! A tree of files, whatever stands in them, is linted to the end without an internal error, and every format writes
//! what was found. Parts of the input begin with `\x1e`, a file's name and a line break; an input without is one file,
//! whose kind the first byte chooses.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use iac_trust_lint::{
    config::{Config, Effective},
    discover::{Settings as Walk, Target, discover},
    finding::Baseline,
    lint::{Filters, Inputs, Options, Run, lint},
    report::{Format, Region, Settings, View, printable},
    source::{DirEntry, EntryKind, Files, Provider, normalized},
    value::to_contract_json,
};

/// Where the files are said to lie; nothing is there.
const ROOT: &str = "/nowhere/at/all";

/// Names that choose the frontends.
pub const NAMES: [&str; 10] = [
    "main.tf",
    "main.tf.json",
    "t.yaml",
    "t.json",
    "serverless.yml",
    "plan.json",
    "terragrunt.hcl",
    "roles.json",
    "terraform.tfvars",
    "m/main.tf",
];

/// Files in memory.
struct Memory(BTreeMap<PathBuf, Vec<u8>>);

impl Provider for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let mut found = BTreeSet::new();
        for file in self.0.keys() {
            let Ok(rest) = file.strip_prefix(path) else { continue };
            let mut parts = rest.components();
            let Some(name) = parts.next().and_then(|n| n.as_os_str().to_str()) else { continue };
            let kind = if parts.next().is_some() { EntryKind::Directory } else { EntryKind::File };
            found.insert(DirEntry { name: name.to_owned(), kind });
        }
        if found.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(found.into_iter().collect()) }
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        if self.0.contains_key(path) {
            return Some(EntryKind::File);
        }
        self.0.keys().any(|f| f.starts_with(path)).then_some(EntryKind::Directory)
    }

    fn resolve(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }
}

pub fn run(data: &[u8]) {
    let mut files = parts(data);
    let config = files.remove(&Path::new(ROOT).join(".iac-trust-lint.yaml")).unwrap_or_default();
    let config = std::str::from_utf8(&config).ok().and_then(|text| Config::parse("c.yaml", text).ok());
    let config = config.unwrap_or_default();
    let first = once(&files, &config);
    if data.len() < 1_500 {
        assert_eq!(first, once(&files, &config), "the same input gives other bytes");
    }
}

fn parts(data: &[u8]) -> BTreeMap<PathBuf, Vec<u8>> {
    let root = Path::new(ROOT);
    let mut files = BTreeMap::new();
    if !data.starts_with(&[0x1e]) {
        if let Some((first, text)) = data.split_first() {
            files.insert(root.join(NAMES[usize::from(*first) % NAMES.len()]), text.to_vec());
        }
        return files;
    }
    for part in data.split(|b| *b == 0x1e).filter(|p| !p.is_empty()) {
        let end = part.iter().position(|b| *b == b'\n').unwrap_or(part.len());
        let name = String::from_utf8_lossy(&part[..end]);
        let path = normalized(&root.join(name.trim_start_matches('/')));
        if path.starts_with(root) && path != root && !name.contains('\0') {
            files.insert(path, part.get(end + 1..).unwrap_or_default().to_vec());
        }
    }
    files
}

fn once(texts: &BTreeMap<PathBuf, Vec<u8>>, config: &Config) -> Vec<u8> {
    let root = Path::new(ROOT);
    let files = Files::new(Box::new(Memory(texts.clone())), root, root, false);
    let targets: Vec<Target> = texts.keys().cloned().map(Target::File).collect();
    let set = discover(&files, root, &targets, &Walk { jobs: 1 });
    let Ok(now) = "2026-11-21".parse() else { return Vec::new() };
    let options = Options {
        config: Effective { config: config.clone(), folder: root.to_owned(), now },
        config_path: None,
        inputs: Inputs::default(),
        filters: Filters::default(),
        keep_worlds: true,
        jobs: 1,
    };
    let Run { mut outcome, roles, .. } = lint(&files, set, &options);
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    for finding in &outcome.findings {
        let region = Region::of_place(&files, &finding.primary);
        assert!(region.line >= 1 && region.column >= 1 && region.end_line >= region.line, "{region:?}");
    }
    for role in &roles {
        let _ = (role.role.address.len(), to_contract_json(&role.role.policy));
        assert!(!role.worlds.is_empty());
        assert!(role.worlds.iter().all(|w| w.analysis.grants().len() < usize::MAX));
    }
    let mut json = Vec::new();
    for format in Format::ALL {
        for (color, width) in [(false, 100), (true, 20)] {
            let settings = Settings { color, width, verbose: !color, show_files: !color, ..Settings::default() };
            let mut out = Vec::new();
            let view = View { outcome: &outcome, files: &files, settings: &settings };
            assert!(format.write(&mut out, &view).is_ok());
            let Ok(text) = std::str::from_utf8(&out) else { panic!("{} is no UTF-8", format.name()) };
            if !color {
                harmless(*format, text);
            }
            if *format == Format::Json {
                json = out;
            }
        }
    }
    let baseline = Baseline::of(outcome.findings.iter(), |f| Region::of_place(&files, &f.primary).file);
    baseline.apply(&mut outcome.findings);
    assert!(outcome.findings.iter().all(|f| f.quieted.is_some()));
    json
}

/// No format lets through what steers a terminal; those that machines read are what they say they are.
fn harmless(format: Format, text: &str) {
    assert!(text.split(['\n', '\t', '\r']).all(|line| printable(line) == line), "{}: {text:?}", format.name());
    if matches!(format, Format::Json | Format::Sarif | Format::Gitlab) {
        assert!(serde_json::from_str::<serde_json::Value>(text).is_ok(), "{}: {text}", format.name());
    }
}

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{Fail, args::InputArgs, changes, fail::complain, paths};
use crate::{
    cloudformation,
    config::{self, AccountId, Config, ConfigError, Date, Effective, Found, Trust},
    discover::{self, DiscoverError, FileSet, Target, discover, expand, root_of},
    lint::{Filters, Inputs, Options},
    report::RunError,
    source::{Disk, EntryKind, Files, Overlay, Provider, normalized, read_named},
    terraform,
};

/// Everything that a run needs.
pub(super) struct Prepared {
    pub files: Files,
    pub set: FileSet,
    pub options: Options,
    /// Paths that cannot be linted; the rest is.
    pub errors: Vec<RunError>,
}

/// Reads the arguments that commands over files share.
pub(super) fn prepare(args: &InputArgs, mut filters: Filters) -> Result<Prepared, Fail> {
    let base =
        std::env::current_dir().map_err(|e| Fail::Usage(format!("the current directory cannot be found out: {e}")))?;
    let paths = paths::collect(args, &base)?;
    let provider = Overlay::new(Disk, paths.given);
    let mut targets: BTreeSet<Target> = BTreeSet::new();
    let mut errors = Vec::new();
    for argument in &paths.arguments {
        match expand(&provider, &base, argument) {
            Ok(found) => targets.extend(found),
            Err(e) => {
                let file = argument.to_string_lossy().into_owned();
                let hint = if matches!(e, DiscoverError::NotFound(_)) { super::meant(&file) } else { String::new() };
                errors.push(RunError { message: format!("{e}{hint}"), file });
            }
        }
    }
    let targets: Vec<Target> = targets.into_iter().collect();
    let roots: Vec<PathBuf> =
        targets.iter().map(|t| root_of(&provider, &base, t)).collect::<BTreeSet<_>>().into_iter().collect();
    let root = roots.first().cloned().unwrap_or_else(|| base.clone());

    let inputs = inputs(args, &base)?;
    let files = Files::new(Box::new(provider), &root, &base, args.allow_outside);
    let source = inputs.terraform.source_dir.clone();
    let files = roots.iter().skip(1).chain(&source).fold(files, |files, root| files.with_root(root));
    let (config, path) = read_config(args, &files, &base, &root, &targets)?;
    if let Some(revision) = &args.changed_since {
        filters.changes = Some(changes::since(revision, &root)?);
    }
    // What the user names is read wherever it lies.
    for path in inputs.terraform.var_files.iter().chain(&inputs.cloudformation.parameter_files) {
        let bytes = read_named(path)
            .map_err(|e| Fail::Usage(format!("cannot read the file of values `{}`: {e}", files.show(path))))?;
        files.insert(path, bytes).map_err(|e| Fail::Usage(e.to_string()))?;
    }
    if let Some(folder) = inputs.terraform.source_dir.as_ref().filter(|d| !d.is_dir()) {
        return Err(Fail::Usage(format!("`--source {}` is no folder", files.show(folder))));
    }
    inputs.cloudformation.check(&files).map_err(|e| Fail::Usage(e.to_string()))?;
    let jobs = args.jobs.map_or(0, std::num::NonZero::get);
    let set = discover(&files, &base, &targets, &discover::Settings { jobs });
    let config_path = path.map(|p| files.show(&p));
    Ok(Prepared {
        files,
        set,
        options: Options { config, config_path, inputs, filters, keep_worlds: false, jobs },
        errors,
    })
}

fn inputs(args: &InputArgs, base: &Path) -> Result<Inputs, Fail> {
    let environment = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.to_str()?.strip_prefix("TF_VAR_")?.to_owned();
        Some((name, value.into_string().ok()?))
    });
    Ok(Inputs {
        terraform: terraform::Options {
            vars: args.var.iter().map(|v| assignment("--var", v)).collect::<Result<_, _>>()?,
            var_files: args.var_file.iter().map(|f| normalized(&base.join(f))).collect(),
            env_vars: if args.env_vars { environment.collect() } else { Vec::new() },
            source_dir: args.source.as_ref().map(|d| normalized(&base.join(d))),
            workspace: if args.env_vars { std::env::var("TF_WORKSPACE").ok().filter(|w| !w.is_empty()) } else { None },
        },
        cloudformation: cloudformation::Options {
            parameters: args.parameter.iter().map(|p| assignment("--parameter", p)).collect::<Result<_, _>>()?,
            parameter_files: args.parameter_file.iter().map(|f| normalized(&base.join(f))).collect(),
            no_parameter_defaults: args.no_parameter_defaults,
        },
    })
}

fn assignment(option: &str, text: &str) -> Result<(String, String), Fail> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err(Fail::Usage(format!("`{option} {text}` has no value: write `{option} NAME=VALUE`"))),
    }
}

/// The config in force, with what the command line adds, and its path.
fn read_config(
    args: &InputArgs,
    files: &Files,
    base: &Path,
    root: &Path,
    targets: &[Target],
) -> Result<(Effective, Option<PathBuf>), Fail> {
    let found = match &args.config {
        _ if args.no_config => None,
        Some(path) => Some(Found { path: base.join(path), folder: root.to_owned() }),
        None => {
            let start = search_start(base, targets);
            let found = config::find(&start);
            if let (None, Some((path, name))) = (&found, config::misnamed(&start)) {
                complain(&format!("warning: `{}` is not read: the config is called `{name}`", files.show(&path)));
            }
            found
        }
    };
    let mut config = match &found {
        Some(found) => {
            if args.config.is_none() {
                stays_inside(found, files, args.allow_outside)?;
            }
            read(&found.path, files)?
        }
        None => Config::default(),
    };
    for id in &args.trust {
        config.trust.push(id.parse::<Trust>().map_err(|e| Fail::Usage(format!("`--trust {id}`: {e}")))?);
    }
    for id in &args.own_account {
        let id = id.parse::<AccountId>().map_err(|e| Fail::Usage(format!("`--own-account {id}`: {e}")))?;
        for special in config.overrides.iter_mut().filter_map(|o| o.own_accounts.as_mut()) {
            special.push(id.clone());
        }
        config.own_accounts.push(id);
    }
    let folder = found.as_ref().map_or_else(|| root.to_owned(), |f| f.folder.clone());
    let now = args.now.unwrap_or_else(Date::today);
    Ok((Effective { config, folder, now }, found.map(|f| f.path)))
}

/// Where the search for a config begins: the current directory, or the first path when none lies there.
fn search_start(base: &Path, targets: &[Target]) -> PathBuf {
    match targets.first() {
        Some(first) if !targets.iter().any(|t| t.path().starts_with(base)) => match first {
            Target::Folder(folder) => folder.clone(),
            Target::File(file) => file.parent().unwrap_or(file).to_owned(),
        },
        _ => base.to_owned(),
    }
}

/// A config that nobody named is read only where it is a plain file of the repository, or of the folder that it was
/// found in when there is none.
fn stays_inside(found: &Found, files: &Files, allow_outside: bool) -> Result<(), Fail> {
    let top = config::repository(&found.folder).unwrap_or(&found.folder);
    let outside = !allow_outside && !Disk.resolve(&found.path).starts_with(Disk.resolve(top));
    let message = match Disk.kind(&found.path) {
        _ if outside => "it is a link that leads out of the repository: pass it with `--config`, or use `--no-config`",
        Some(EntryKind::File) => return Ok(()),
        _ => "it is no regular file: use `--no-config`",
    };
    Err(ConfigError::Unreadable { path: files.show(&found.path), message: message.to_owned() }.into())
}

fn read(path: &Path, files: &Files) -> Result<Config, Fail> {
    let shown = files.show(path);
    let unreadable = |message: String| ConfigError::Unreadable { path: shown.clone(), message };
    let bytes = read_named(path).map_err(|e| unreadable(e.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8 text".to_owned()))?;
    Ok(Config::parse(&shown, &text)?)
}

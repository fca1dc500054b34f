use std::path::{Path, PathBuf};

use super::Target;
use crate::{config, source::Provider};

/// The root of a target: the current directory when the target lies in it, else the repository of the target, else the
/// target itself (the folder of a file).
pub fn root_of(provider: &dyn Provider, base: &Path, target: &Target) -> PathBuf {
    let path = target.path();
    if path.starts_with(base) || provider.resolve(path).starts_with(provider.resolve(base)) {
        return base.to_owned();
    }
    let folder = match target {
        Target::Folder(folder) => folder.as_path(),
        Target::File(file) => file.parent().unwrap_or(file),
    };
    config::repository(folder).unwrap_or(folder).to_owned()
}

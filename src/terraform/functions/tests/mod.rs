mod masked;
mod partial;
mod recorded;

use std::path::{Path, PathBuf};

use super::{Context, FunctionError, call};
use crate::{
    source::{Disk, FileId, Files, Location, Span},
    value::Value,
};

/// The directory that the recorded calls were made in.
fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/terraform/functions")
}

fn here() -> Location {
    Location::new(FileId(u32::MAX), Span::new(0, 0))
}

/// Calls functions in the directory of the recorded calls.
struct Caller {
    files: Files,
    dir: PathBuf,
}

impl Caller {
    fn new() -> Self {
        let dir = directory();
        Self { files: Files::new(Box::new(Disk), &dir, &dir, false), dir }
    }

    fn call(&self, name: &str, args: &[Value]) -> Result<Value, FunctionError> {
        call(name, args, &Context { files: &self.files, root_dir: &self.dir, at: here() })
    }
}

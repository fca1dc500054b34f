use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::Changes;
use crate::{
    discover::{FileKind, Selection, kind_of},
    source::{FileId, Files, Location},
    value::{IdentityPolicy, Kind, Origin, Part, Role, Text, Value},
};

/// Calls `each` with every place that a value stands at or came through.
pub(super) fn places(value: &Value, each: &mut impl FnMut(Location)) {
    origin(&value.origin, each);
    match &value.kind {
        Kind::List(_, items) => items.iter().for_each(|v| places(v, each)),
        Kind::Object(object) => {
            for entry in object.entries() {
                origin(&entry.key_origin, each);
                text(&entry.key, each);
                places(&entry.value, each);
            }
        }
        Kind::String(t) => text(t, each),
        Kind::Choice(choice) => {
            each(choice.subject.at);
            choice.arms.iter().for_each(|a| places(&a.value, each));
        }
        Kind::Unknown(u) => each(u.at),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
    }
}

fn text(t: &Text, each: &mut impl FnMut(Location)) {
    for part in t.parts() {
        origin(part.origin(), each);
        match part {
            Part::Json(value, _) => places(value, each),
            Part::Hole(u, _) => each(u.at),
            Part::Known { .. } | Part::Symbol(..) => {}
        }
    }
}

fn origin(o: &Origin, each: &mut impl FnMut(Location)) {
    each(o.at);
    for step in o.steps() {
        each(step.at);
    }
}

/// The files that take part in a role: where its block stands, and where its policy's values stand or came through.
fn files_of(role: &Role) -> BTreeSet<FileId> {
    let mut out = BTreeSet::from([role.at.file, role.block.file]);
    places(&role.policy, &mut |at| {
        out.insert(at.file);
    });
    out
}

fn path_of(files: &Files, id: FileId) -> PathBuf {
    files.absolute(files.get(id).name().as_ref())
}

/// Whether the user asked about a file, or about the root module or file that it was read for.
fn is_asked(files: &Files, selection: &Selection, file: FileId, root: &str) -> bool {
    selection.has(&path_of(files, file)) || selection.has(&files.absolute(root.as_ref()))
}

/// Whether the files that the user asked about take part in a role. `read` are the files that were read with it.
pub(super) fn takes_part(files: &Files, selection: &Selection, role: &Role, read: &[FileId]) -> bool {
    let path = |id: FileId| path_of(files, id);
    if is_asked(files, selection, role.block.file, &role.root) {
        return true;
    }
    if files_of(role).into_iter().any(|id| selection.has(&path(id))) {
        return true;
    }
    let calls: Vec<String> = module_names(&role.address).map(|name| format!("\"{name}\"")).collect();
    let named: BTreeSet<PathBuf> = selection.files().map(ToOwned::to_owned).collect();
    !calls.is_empty()
        && read.iter().any(|id| {
            let path = path(*id);
            named.contains(&path)
                && matches!(kind_of(&path), FileKind::Terraform | FileKind::TerraformJson)
                && calls.iter().any(|call| files.get(*id).text().contains(call))
        })
}

/// The names of the module calls in an address.
fn module_names(address: &str) -> impl Iterator<Item = String> {
    let plain = crate::finding::without_instance_keys(address);
    let parts: Vec<String> = plain.split('.').map(ToOwned::to_owned).collect();
    let names: Vec<String> = parts
        .chunks(2)
        .take_while(|c| c.first().is_some_and(|w| w == "module"))
        .filter_map(|c| c.get(1).cloned())
        .collect();
    names.into_iter()
}

/// Whether what changed touches a role: its header, or a place that its policy's values stand at or came through.
pub(super) fn changed(files: &Files, changes: &Changes, role: &Role) -> bool {
    let mut touched = changes.touch(files, role.at) || changes.unset_in(&files.absolute(role.root.as_ref()));
    places(&role.policy, &mut |at| touched = touched || changes.touch(files, at));
    touched
}

/// Whether the files that the user asked about take part in an identity policy of a root module or file: by its text, by
/// what it is made of, or as other Terraform of its folder.
pub(super) fn carries(files: &Files, selection: &Selection, policy: &IdentityPolicy, root: &str) -> bool {
    if is_asked(files, selection, policy.at.file, root) {
        return true;
    }
    let here = path_of(files, policy.at.file);
    let beside = |named: &Path| kind_of(named) != FileKind::Document && named.parent() == here.parent();
    let mut made_of = false;
    places(&policy.policy, &mut |at| made_of = made_of || selection.has(&path_of(files, at.file)));
    made_of || selection.files().any(beside)
}

/// Whether a place of an input problem or module call is one that the user asked about.
pub(super) fn concerns(files: &Files, selection: &Selection, file: &str, root: &str) -> bool {
    let path = files.absolute(file.as_ref());
    selection.has(&path)
        || selection.has_folder_of(&files.absolute(root.as_ref()))
        || selection.files().any(|named| named.parent().is_some_and(|p| path.parent() == Some(p)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_calls_of_an_address() {
        let names: Vec<String> = module_names(r#"module.a["x.y"].module.b[0].aws_iam_role.module"#).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(module_names("aws_iam_role.r").count(), 0);
    }
}

//! `AWS::Include`: a part of the template that stands in another file.

use std::sync::Arc;

use super::{body::Body, eval::Evaluator, load, scope::Scope};
use crate::{
    source::ReadError,
    syntax::tree::Node,
    value::{Reason, Unknown},
};

/// More includes than this in one template are not read: files may include each other.
const MOST_INCLUDES: u32 = 64;

impl Evaluator<'_> {
    /// Whether one more file may be included.
    pub(super) fn may_include(&self) -> bool {
        self.memo.includes.set(self.memo.includes.get() + 1);
        self.memo.includes.get() <= MOST_INCLUDES
    }

    /// The content that `Fn::Transform` stands for, when it is `AWS::Include` of a local file.
    pub(super) fn include(&self, arg: &Node, scope: &Scope) -> Result<(Arc<Node>, Scope), Unknown> {
        let at = scope.at_node(arg);
        let name = arg.get("Name").and_then(|n| n.as_str()).unwrap_or_default().to_owned();
        if name != "AWS::Include" {
            let what = format!("the macro `{name}`");
            return Err(Unknown::new(format!("Fn::Transform {name}"), Reason::Unsupported(what), at));
        }
        let location = arg.get("Parameters").and_then(|p| p.get("Location"));
        let location = location.map(|node| self.eval(node, scope));
        let Some(location) = location.as_ref().and_then(|v| v.as_str()) else {
            return Err(Unknown::new("AWS::Include", Reason::Elsewhere, at));
        };
        let reference = format!("AWS::Include {location}");
        if location.contains("://") {
            return Err(Unknown::new(reference, Reason::Elsewhere, at));
        }
        if !self.may_include() {
            let why = format!("more than {MOST_INCLUDES} includes");
            return Err(Unknown::new(reference, Reason::Limit(why), at));
        }
        let path = scope.path().parent().unwrap_or(scope.path()).join(&*location);
        let file = self.files.read(&path).map_err(|e| {
            let reason = match e {
                ReadError::OutsideRoot(p) => Reason::OutsideRoot(p),
                other => Reason::Unreadable(other.to_string()),
            };
            Unknown::new(reference.clone(), reason, at)
        })?;
        self.note_file(file);
        let loaded = load::load(self.files, file, &path);
        match loaded.documents.into_iter().next() {
            Some(root) => Ok((root, scope.moved(Body::File(file), &path))),
            None => {
                let why = format!("`{}` is neither YAML nor JSON", self.files.show(&path));
                Err(Unknown::new(reference, Reason::Unreadable(why), at))
            }
        }
    }
}

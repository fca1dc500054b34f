//! Which modules calls name, and what those lead to.

use std::{
    cell::RefCell,
    ffi::OsStr,
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
};

use super::{
    ast::Block,
    calls::{MOST_CALLS, MOST_INSTANCES, is_local, join_path, source_of},
    evaluator::Evaluator,
    member::Member,
    module::Module,
    scope::Instance,
    workspace::Barred,
};
use crate::{source::normalized, tables::Table, value::Reason};

/// What a module call leads to, through calls of calls too.
#[derive(Clone, Copy, Default)]
pub(super) struct Leads {
    /// Resources that hold what is extracted.
    pub carriers: bool,
    /// Calls of modules that are not on disk.
    pub absent: bool,
}

/// What was found out about the module calls below one root module. Each is asked about several times.
#[derive(Default)]
pub(super) struct Called {
    /// By the address of a call's block, which is kept so that the address stays its own.
    targets: RefCell<Table<usize, Kept>>,
    /// What the calls of `targets` lead to.
    leads: RefCell<Table<usize, Leads>>,
    /// What modules lead to; `None` while it is being found out.
    modules: RefCell<Table<Way, Option<Leads>>>,
}

/// A call with what it names.
type Kept = (Member<Block>, Rc<Target>);

/// A directory, and the calls by which it is reached where that matters.
type Way = (Arc<OsStr>, String);

/// The module that a call names, or why there is none.
type Target = Result<Dir, Reason>;

/// The directory of a module, whose path is absolute and normalized: two are equal when their bytes are.
#[derive(Clone)]
pub(super) struct Dir(Arc<OsStr>);

impl Dir {
    pub fn path(&self) -> &Path {
        Path::new(&*self.0)
    }

    pub fn is_of(&self, module: &Module) -> bool {
        *self.0 == *module.dir.as_os_str()
    }
}

fn address(block: &Member<Block>) -> usize {
    std::ptr::from_ref(&**block) as usize
}

impl Evaluator<'_> {
    /// The module that a call names, or why there is none. `from` is the directory of the module with the call, `path`
    /// the names of the calls that lead there.
    pub fn target(&self, from: &Path, path: &str, name: &str, block: &Member<Block>) -> Rc<Target> {
        if let Some((_, known)) = self.called.targets.borrow().get(&address(block)) {
            return known.clone();
        }
        let source = source_of(block).map(|(source, _)| source);
        let source = source.unwrap_or_else(|| {
            let written = block.body.attribute("source").map(|a| self.text(a.value.at)).unwrap_or_default();
            written.trim_matches('"').to_owned()
        });
        let is_local = is_local(&source);
        let target = Rc::new(self.find(from, path, name, source));
        // By which calls a module is reached matters only where `terraform init` has put modules into folders.
        if is_local || self.installed.is_empty() {
            self.called.targets.borrow_mut().insert(address(block), (block.clone(), target.clone()));
        }
        target
    }

    fn find(&self, from: &Path, path: &str, name: &str, source: String) -> Target {
        let dir: PathBuf = if is_local(&source) {
            normalized(&from.join(source.replace('\\', "/")))
        } else {
            let installed = if self.installed.is_empty() { None } else { self.installed.get(&join_path(path, name)) };
            match installed {
                Some(dir) => dir.clone(),
                None => return Err(Reason::AbsentModule(source)),
            }
        };
        match self.workspace.enter(&dir) {
            Ok(()) => Ok(Dir(dir.into_os_string().into())),
            Err(Barred::Absent) => Err(Reason::AbsentModule(source)),
            Err(Barred::Outside) => Err(Reason::OutsideRoot(self.files.show(&dir))),
        }
    }

    /// What a call leads to.
    pub fn call_leads(&self, parent: &Instance, name: &str) -> Leads {
        let Some(block) = parent.module.calls.get(name) else { return Leads::default() };
        if let Some(known) = self.called.leads.borrow().get(&address(block)) {
            return *known;
        }
        let leads = self.leads_from(&parent.module, &parent.call_path, name, block, 0);
        if self.installed.is_empty() {
            self.called.leads.borrow_mut().insert(address(block), leads);
        }
        leads
    }

    fn leads_from(&self, module: &Module, path: &str, name: &str, block: &Member<Block>, depth: usize) -> Leads {
        let target = self.target(&module.dir, path, name, block);
        let Ok(dir) = &*target else {
            return Leads { carriers: false, absent: true };
        };
        // Modules that call each other in a circle: evaluation says so.
        const ANY: Leads = Leads { carriers: true, absent: true };
        if depth > MOST_CALLS {
            return ANY;
        }
        let path = if self.installed.is_empty() { String::new() } else { join_path(path, name) };
        let key = (dir.0.clone(), path);
        if let Some(known) = self.called.modules.borrow().get(&key) {
            return known.unwrap_or(ANY);
        }
        if self.called.modules.borrow().len() > MOST_INSTANCES {
            return ANY;
        }
        self.called.modules.borrow_mut().insert(key.clone(), None);
        let called = self.workspace.module(dir.path());
        let mut leads = Leads { carriers: !called.carriers.is_empty(), absent: false };
        for (name, block) in &called.calls {
            let further = self.leads_from(&called, &key.1, name, block, depth + 1);
            leads.carriers |= further.carriers;
            leads.absent |= further.absent;
        }
        self.called.modules.borrow_mut().insert(key, Some(leads));
        leads
    }
}

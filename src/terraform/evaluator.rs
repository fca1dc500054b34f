use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::HashMap,
    fmt::{Display, Write as _},
    rc::Rc,
    sync::Arc,
};

use super::{
    Options, Workspace,
    scope::{Instance, Known, Memo, Once, Slot},
    weight::{MOST_WEIGHT, Weights},
};
use crate::{
    source::{Files, Location},
    tables::Table,
    value::{Kind, Part, Reason, StepKind, Subject, Symbol, Text, Unknown, Value},
};

/// Expressions nested deeper than this, through references too, are not followed.
const MOST_DEPTH: usize = 6_000;
/// Evaluation steps of one root module.
const MOST_STEPS: u64 = 30_000_000;
/// So many values are walked through in one step.
const VALUES_A_STEP: u64 = 8;
/// Larger lists and objects are not kept.
pub(super) const MOST_ITEMS: usize = 50_000;
/// Longer texts are not kept, in parts.
const MOST_PARTS: usize = 10_000;
/// Longer texts are not kept, in bytes.
const MOST_TEXT: usize = 8 * 1024 * 1024;

/// Evaluates the expressions of one root module.
pub(super) struct Evaluator<'w> {
    pub workspace: &'w Workspace<'w>,
    pub files: &'w Files,
    pub options: &'w Options,
    pub root_dir: std::path::PathBuf,
    /// The root module as reports show it.
    pub root_name: String,
    /// Which provider configuration's account is the own one.
    pub own_provider: RefCell<String>,
    pub installed: HashMap<String, std::path::PathBuf>,
    pub given: HashMap<Arc<str>, super::variables::Given>,
    steps: Cell<u64>,
    depth: Cell<usize>,
    stack_base: usize,
    /// The stack that evaluation may use before it gives up, in bytes.
    most_stack: usize,
    /// Whether something that was evaluated since this was cleared speaks of the account of [`Self::own_provider`].
    of_provider: Cell<bool>,
    /// How many errors evaluation has met; `try` and `can` compare.
    pub errors: Cell<u64>,
    /// How many outcomes of conditions on `count` and `for_each` there are.
    pub arms: Cell<u32>,
    /// How many module instances there are.
    pub instances: Cell<usize>,
    /// Files that were read besides configuration: of variables, templates.
    pub other_files: RefCell<std::collections::BTreeSet<crate::source::FileId>>,
    /// Whether outcomes that fail are kept in choices, because something catches them.
    pub tolerant: Cell<bool>,
    /// By the address of the unknown, which is kept so that the address stays its own.
    subjects: RefCell<Table<usize, Asked>>,
    derived: RefCell<Table<usize, Derived>>,
    /// What names are written into that are only looked up.
    scratch: RefCell<String>,
    /// By their names: nothing else is known of the own account.
    symbols: RefCell<Table<&'static str, Arc<Unknown>>>,
    /// The workspace that is selected, and where that stands when it is in a file, once somebody has asked.
    pub selected_workspace: OnceCell<Option<(String, Option<Location>)>>,
    pub called: super::leads::Called,
    weights: Weights,
    /// How many values were too heavy so far.
    heavy: Cell<usize>,
}

/// A text of more bytes is too long for a line, and of it only so many characters are shown.
const MOST_LINE: usize = 120;
const KEPT_OF_LINE: usize = 80;

/// An unknown and the subject of choices that depend on it.
type Asked = (Arc<Unknown>, Arc<Subject>);

/// An unknown, which is kept so that its address stays its own, and what was derived from it, by how.
type Derived = (Arc<Unknown>, Table<Box<str>, Arc<Unknown>>);

/// Memory address of something on the current stack frame, to tell how deep the stack is.
fn stack_address() -> usize {
    let marker = 0u8;
    std::hint::black_box(&raw const marker) as usize
}

impl<'w> Evaluator<'w> {
    /// `stack` is how many bytes of stack there are from here.
    pub fn new(workspace: &'w Workspace<'w>, root_dir: &std::path::Path, stack: usize) -> Self {
        Self {
            workspace,
            files: workspace.files,
            options: &workspace.options,
            root_dir: root_dir.to_owned(),
            root_name: workspace.files.show(root_dir),
            own_provider: RefCell::default(),
            of_provider: Cell::new(false),
            installed: super::calls::installed_modules(workspace.files, root_dir),
            given: HashMap::new(),
            steps: Cell::new(0),
            depth: Cell::new(0),
            stack_base: stack_address(),
            most_stack: stack - stack / 4,
            errors: Cell::new(0),
            arms: Cell::new(0),
            instances: Cell::new(0),
            other_files: RefCell::default(),
            tolerant: Cell::new(false),
            subjects: RefCell::default(),
            derived: RefCell::default(),
            scratch: RefCell::default(),
            symbols: RefCell::default(),
            selected_workspace: OnceCell::new(),
            called: super::leads::Called::default(),
            weights: Weights::default(),
            heavy: Cell::new(0),
        }
    }

    /// The instance that the root module is.
    pub fn root(&self) -> Rc<Instance> {
        Rc::new(Instance {
            module: self.workspace.module(&self.root_dir),
            address: String::new(),
            call_path: String::new(),
            call: None,
            when: Rc::new([]),
            depth: 0,
            memo: Memo::default(),
        })
    }

    /// Runs one step of evaluation within the limits.
    pub fn step(&self, at: Location, run: impl FnOnce() -> Value) -> Value {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if steps > MOST_STEPS {
            return self.limit(at, format!("more than {MOST_STEPS} steps of evaluation"));
        }
        let depth = self.depth.get();
        let used = self.stack_base.abs_diff(stack_address());
        if depth > MOST_DEPTH || used > self.most_stack {
            return self.limit(at, format!("expressions nested deeper than {MOST_DEPTH} levels"));
        }
        self.depth.set(depth + 1);
        let value = run();
        self.depth.set(depth);
        value
    }

    /// The value, unless it is too large to keep.
    pub fn bounded(&self, value: Value, at: Location) -> Value {
        let too_large = match &value.kind {
            Kind::List(_, items) => items.len() > MOST_ITEMS,
            Kind::Object(o) => o.entries().len() > MOST_ITEMS,
            Kind::String(t) => t.parts().len() > MOST_PARTS || known_bytes(t) > MOST_TEXT,
            _ => false,
        };
        if too_large {
            self.limit(at, format!("a value of more than {MOST_ITEMS} items or {MOST_TEXT} bytes"))
        } else if self.weights.of(&value) > MOST_WEIGHT {
            self.too_heavy(at)
        } else {
            value
        }
    }

    /// What stands for a value that is too heavy to be walked through.
    pub fn too_heavy(&self, at: Location) -> Value {
        self.heavy.set(self.heavy.get() + 1);
        self.limit(at, format!("a value that is made of more than {MOST_WEIGHT} values"))
    }

    /// How many values were too heavy so far: a loop ends with the first that its body makes.
    pub fn count_heavy(&self) -> usize {
        self.heavy.get()
    }

    /// How many values there are in values. What walks through them has that many steps taken from it.
    pub fn weigh<'v>(&self, values: impl Iterator<Item = &'v Value>) -> u64 {
        values.map(|v| self.weights.of(v)).sum()
    }

    /// Takes the steps of walking through values that weigh so much.
    pub fn charge(&self, weight: u64) {
        self.steps.set(self.steps.get().saturating_add(weight / VALUES_A_STEP));
    }

    /// Takes a step of evaluation that makes no value.
    pub fn count_step(&self) {
        self.steps.set(self.steps.get().saturating_add(1));
    }

    /// Whether most of the steps of evaluation are left.
    pub fn has_steps_left(&self) -> bool {
        self.steps.get() < MOST_STEPS / 4
    }

    /// A text to write into, empty; see [`Self::give_scratch`].
    pub fn take_scratch(&self) -> String {
        let mut scratch = self.scratch.take();
        scratch.clear();
        scratch
    }

    /// Gives the text back when it is not needed any more.
    pub fn give_scratch(&self, scratch: String) {
        self.scratch.replace(scratch);
    }

    fn limit(&self, at: Location, what: String) -> Value {
        self.unknown(self.text(at), Reason::Limit(what), at)
    }

    /// The source text of a place, on one line.
    pub fn text(&self, at: Location) -> String {
        let file = self.files.get(at.file);
        let text = file.slice(at.span);
        let mut line = String::with_capacity(text.len().min(MOST_LINE));
        for word in text.split_whitespace() {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
            // What is left out of a line that is too long need not be read.
            if line.len() > MOST_LINE + 4 * KEPT_OF_LINE {
                break;
            }
        }
        if line.len() > MOST_LINE {
            line = line.chars().take(KEPT_OF_LINE).chain(" …".chars()).collect();
        }
        line
    }

    /// An unknown value that stands at a place.
    pub fn unknown(&self, reference: impl Into<String>, reason: Reason, at: Location) -> Value {
        Value::unknown(Unknown::new(reference, reason, at), at)
    }

    /// The value of an expression that fails.
    pub fn error(&self, message: impl Into<String>, at: Location) -> Value {
        self.errors.set(self.errors.get() + 1);
        self.unknown(self.text(at), Reason::Error(message.into()), at)
    }

    /// A value that is evaluated once. `run` must not depend on anything but the instance and the key.
    pub fn once(
        &self,
        instance: &Instance,
        what: Once<'_>,
        at: Location,
        run: impl FnOnce() -> (Value, StepKind),
    ) -> (Value, StepKind) {
        match instance.memo.values.borrow().get(what.table()).and_then(|t| t.get(what.name())) {
            Some(Slot::Done(known, step)) => return (self.recall(known), *step),
            Some(Slot::Busy) => return (self.unknown(what.to_string(), Reason::Cycle, at), StepKind::Value),
            None => {}
        }
        instance.memo.keep(what, Slot::Busy);
        // An error inside a local or an output is not one of the expression that refers to it.
        let errors = self.errors.get();
        let tolerant = self.tolerant.replace(false);
        let Known { it: (value, step), of_provider } = self.keeping(run);
        let known = Known { it: value, of_provider };
        self.tolerant.set(tolerant);
        self.errors.set(errors);
        let value = known.it.clone();
        instance.memo.keep(what, Slot::Done(known, step));
        (value, step)
    }

    /// As [`Self::once`], of what has no name but this one.
    pub fn once_named(
        &self,
        instance: &Instance,
        name: std::fmt::Arguments<'_>,
        at: Location,
        run: impl FnOnce() -> (Value, StepKind),
    ) -> (Value, StepKind) {
        let mut key = self.take_scratch();
        let _ = key.write_fmt(name);
        let value = self.once(instance, Once::Other(&key), at, run);
        self.give_scratch(key);
        value
    }

    /// Whether a provider configuration is the one whose account counts as the own one.
    pub fn is_own_provider(&self, identity: &str) -> bool {
        self.of_provider.set(true);
        identity == *self.own_provider.borrow()
    }

    /// What was evaluated before.
    pub fn recall<T: Clone>(&self, known: &Known<T>) -> T {
        self.of_provider.set(self.of_provider.get() | known.of_provider);
        known.it.clone()
    }

    /// Evaluates something that is kept.
    pub fn keeping<T>(&self, run: impl FnOnce() -> T) -> Known<T> {
        let outer = self.of_provider.replace(false);
        let it = run();
        let of_provider = self.of_provider.get();
        self.of_provider.set(outer | of_provider);
        Known { it, of_provider }
    }

    /// What is unknown about a part of something unknown; the same each time it is asked for.
    pub fn derived(&self, unknown: &Arc<Unknown>, suffix: impl Display, many: bool) -> Arc<Unknown> {
        let mut how = self.take_scratch();
        let _ = write!(how, "{suffix}");
        let len = how.len();
        how.push_str(if many { "…" } else { "" });
        let part = self.derive(unknown, &how, || {
            let mut part = Unknown::clone(unknown);
            part.reference.push_str(how.get(..len).unwrap_or_default());
            part.many = many;
            part.pattern = None;
            part
        });
        self.give_scratch(how);
        part
    }

    /// The unknown outcome of an operation on something unknown, the same for the same operation.
    pub fn derived_as(
        &self,
        unknown: &Arc<Unknown>,
        operation: impl Display,
        reference: String,
        at: Location,
    ) -> Arc<Unknown> {
        let mut how = self.take_scratch();
        let _ = write!(how, "\0{operation}");
        let part = self.derive(unknown, &how, || Unknown::new(reference, unknown.reason.clone(), at));
        self.give_scratch(how);
        part
    }

    fn derive(&self, unknown: &Arc<Unknown>, how: &str, make: impl FnOnce() -> Unknown) -> Arc<Unknown> {
        let mut derived = self.derived.borrow_mut();
        let kept = || (unknown.clone(), Table::default());
        let (_, parts) = derived.entry(Arc::as_ptr(unknown) as usize).or_insert_with(kept);
        if let Some(known) = parts.get(how) {
            return known.clone();
        }
        let part = Arc::new(make());
        parts.insert(how.into(), part.clone());
        part
    }

    /// What is not known of a symbol where its text matters; the same each time.
    pub fn symbol(&self, symbol: Symbol, at: Location) -> Arc<Unknown> {
        let make = || Arc::new(Unknown::new(symbol.name(), Reason::OnlyAws, at));
        self.symbols.borrow_mut().entry(symbol.name()).or_insert_with(make).clone()
    }

    /// What a choice depends on when it depends on something unknown.
    pub fn subject(&self, unknown: &Arc<Unknown>) -> Arc<Subject> {
        let mut subjects = self.subjects.borrow_mut();
        let next = subjects.len();
        let make = || {
            let key = format!("{}#{next}", unknown.reference);
            let subject = Arc::new(Subject {
                key: key.into(),
                text: (*unknown.reference).into(),
                at: unknown.at,
                reason: unknown.reason.clone(),
            });
            (unknown.clone(), subject)
        };
        subjects.entry(Arc::as_ptr(unknown) as usize).or_insert_with(make).1.clone()
    }
}

fn known_bytes(text: &Text) -> usize {
    text.parts()
        .iter()
        .map(|p| match p {
            Part::Known { text, .. } => text.len(),
            _ => 1,
        })
        .sum()
}

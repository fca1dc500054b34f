use std::{
    cell::{OnceCell, RefCell},
    rc::Rc,
    sync::Arc,
};

use super::{ast::Block, bound::Bound, expansion::Expansion, member::Member, module::Module, provider::Provider};
use crate::{
    source::Location,
    tables::Table,
    value::{Assumption, Kind, OTHER, StepKind, Subject, Value},
};

/// One instance of a module: the root, or what one call makes of a module.
pub(super) struct Instance {
    pub module: Arc<Module>,
    /// `module.a["x"].module.b`, empty for the root.
    pub address: String,
    /// The names of the calls that lead here, joined with `.`, as `modules.json` has them.
    pub call_path: String,
    pub call: Option<CallSite>,
    /// What must hold for it to be there.
    pub when: Rc<[Assumption]>,
    pub depth: usize,
    pub memo: Memo,
}

/// The call that makes an instance.
pub(super) struct CallSite {
    pub parent: Rc<Instance>,
    pub block: Member<Block>,
    pub iteration: Option<Iteration>,
}

/// What is evaluated once per instance.
#[derive(Default)]
pub(super) struct Memo {
    pub values: RefCell<[Table<Box<str>, Slot>; 6]>,
    /// Values of expressions in the scope of the module, by their places; only of such as are part of something of which
    /// nobody has asked for all.
    pub cells: RefCell<Table<Location, Known<Value>>>,
    pub expansions: RefCell<Expansions>,
    /// What all blocks have that are not repeated.
    pub single: OnceCell<Rc<Expansion>>,
    pub calls: RefCell<Calls>,
    /// By local name and alias, as `NAME` or `NAME.ALIAS`.
    pub providers: RefCell<Table<String, Rc<Provider>>>,
}

/// By the key of the block; `None` while it is being evaluated.
type Expansions = Table<Arc<str>, Option<Known<Rc<Expansion>>>>;

/// By the name of the call; `None` while it is being evaluated.
type Calls = Table<Arc<str>, Option<Known<Rc<CallInstances>>>>;

/// Something that was evaluated.
#[derive(Clone)]
pub(super) struct Known<T> {
    pub it: T,
    /// Whether it speaks of the account that one provider configuration signs in to.
    pub of_provider: bool,
}

impl Memo {
    /// Keeps what is known of something.
    pub fn keep(&self, what: Once<'_>, slot: Slot) {
        let mut tables = self.values.borrow_mut();
        let Some(table) = tables.get_mut(what.table()) else { return };
        match table.get_mut(what.name()) {
            Some(kept) => *kept = slot,
            None => {
                table.insert(what.name().into(), slot);
            }
        }
    }

    /// Forgets what is known of something.
    pub fn forget(&self, what: Once<'_>) {
        if let Some(table) = self.values.borrow_mut().get_mut(what.table()) {
            table.remove(what.name());
        }
    }

    /// Lets go of the instances that calls made, which know the one that they are called from.
    pub fn forget_calls(&self) {
        for known in std::mem::take(&mut *self.calls.borrow_mut()).into_values().flatten() {
            if let CallInstances::Present { instances, .. } = &*known.it {
                instances.iter().for_each(|instance| instance.memo.forget_calls());
            }
        }
    }

    /// Forgets what speaks of the account of one provider configuration, here and in what is called from here.
    pub fn forget_provider(&self) {
        let keep = |known: Option<bool>| known.is_some_and(|of_provider| !of_provider);
        for values in self.values.borrow_mut().iter_mut() {
            values.retain(|_, slot| match slot {
                Slot::Done(known, _) => !known.of_provider,
                Slot::Busy => false,
            });
        }
        self.cells.borrow_mut().retain(|_, known| !known.of_provider);
        self.expansions.borrow_mut().retain(|_, known| keep(known.as_ref().map(|k| k.of_provider)));
        let mut calls = self.calls.borrow_mut();
        calls.retain(|_, known| keep(known.as_ref().map(|k| k.of_provider)));
        for known in calls.values().flatten() {
            if let CallInstances::Present { instances, .. } = &*known.it {
                instances.iter().for_each(|instance| instance.memo.forget_provider());
            }
        }
    }
}

/// What is evaluated once, by its name.
#[derive(Clone, Copy)]
pub(super) enum Once<'n> {
    Local(&'n str),
    Variable(&'n str),
    Output(&'n str),
    /// What is said of a call of a module that is not read.
    Call(&'n str),
    /// A part of one of these, by a name that says of which and what part.
    Part(&'n str),
    /// Anything else, by a name that nothing else has.
    Other(&'n str),
}

impl<'n> Once<'n> {
    /// Which of the tables of a [`Memo`] it is in.
    pub fn table(self) -> usize {
        match self {
            Self::Local(_) => 0,
            Self::Variable(_) => 1,
            Self::Output(_) => 2,
            Self::Call(_) => 3,
            Self::Part(_) => 4,
            Self::Other(_) => 5,
        }
    }

    /// Its name in that table.
    pub fn name(self) -> &'n str {
        match self {
            Self::Local(name)
            | Self::Variable(name)
            | Self::Output(name)
            | Self::Call(name)
            | Self::Part(name)
            | Self::Other(name) => name,
        }
    }
}

impl std::fmt::Display for Once<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self {
            Self::Local(_) => "local.",
            Self::Variable(_) => "var.",
            Self::Output(_) => "output.",
            Self::Call(_) => "module.",
            Self::Part(_) | Self::Other(_) => "",
        };
        write!(f, "{kind}{}", self.name())
    }
}

/// A value that is being evaluated or has been.
#[derive(Clone)]
pub(super) enum Slot {
    Busy,
    Done(Known<Value>, StepKind),
}

/// What a module call makes.
pub(super) enum CallInstances {
    /// The module is not on disk or cannot be read; carries the reason for its outputs.
    Absent(crate::value::Reason),
    /// Its instances, with the expansion of the call.
    Present { expansion: Rc<Expansion>, instances: Vec<Rc<Instance>> },
}

/// `count.index`, `each.key` and `each.value` of one instance of a block.
#[derive(Clone)]
pub(super) enum Iteration {
    Count(Value),
    Each { key: Value, value: Value },
}

/// What names mean where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub instance: &'a Rc<Instance>,
    pub iteration: Option<&'a Iteration>,
    /// What holds where the expression is evaluated.
    pub when: &'a Rc<[Assumption]>,
    pub names: Option<&'a Frame<'a>>,
    /// The variables of a template file: nothing else can be referred to in it.
    pub vars: Option<&'a Value>,
}

/// A name that an expression binds: of a `for`, an iterator, a template variable.
pub(super) struct Frame<'a> {
    pub name: &'a str,
    pub value: Bound<'a>,
    pub step: StepKind,
    pub outer: Option<&'a Frame<'a>>,
}

impl<'a> Scope<'a> {
    /// The scope of the top level of a module.
    pub fn of(instance: &'a Rc<Instance>) -> Self {
        Self { instance, iteration: None, when: &instance.when, names: None, vars: None }
    }

    /// The scope of one instance of a block.
    pub fn iterated(instance: &'a Rc<Instance>, iteration: Option<&'a Iteration>, when: &'a Rc<[Assumption]>) -> Self {
        Self { instance, iteration, when, names: None, vars: None }
    }

    /// The scope of the variables of a template that is rendered here.
    pub fn of_template(&self, vars: &'a Value) -> Self {
        Self { instance: self.instance, iteration: None, when: self.when, names: None, vars: Some(vars) }
    }

    /// The outcome of a subject that holds here; `None` when any may. That it is none of some outcomes says nothing.
    pub fn assumed(&self, subject: &Subject) -> Option<&'a str> {
        let assumption = self.when.iter().find(|a| a.key == subject.key)?;
        Some(&*assumption.label).filter(|label| *label != OTHER)
    }

    /// A value as it is under what holds here.
    pub fn settled(&self, mut value: Value) -> Value {
        if self.when.is_empty() {
            return value;
        }
        while let Kind::Choice(choice) = &value.kind
            && let Some(arm) = self.assumed(&choice.subject).and_then(|label| choice.arm(label))
        {
            value = arm.value.within(&value.origin);
        }
        value
    }

    /// Whether names mean what they mean everywhere in the module.
    pub fn is_of_module(&self) -> bool {
        self.iteration.is_none() && self.names.is_none() && self.vars.is_none()
    }

    /// The frame that binds a name.
    pub fn find(&self, name: &str) -> Option<&'a Frame<'a>> {
        let mut frame = self.names;
        while let Some(f) = frame {
            if f.name == name {
                return Some(f);
            }
            frame = f.outer;
        }
        None
    }

    /// The scope with more names.
    pub fn with(&self, frame: &'a Frame<'a>) -> Self {
        Self { names: Some(frame), ..*self }
    }
}

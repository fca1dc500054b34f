use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::{
    nested::Outputs,
    sam::Made,
    scope::Scope,
    section::Section,
    subjects::{Info, Subjects},
};
use crate::{source::Location, syntax::tree::Node, value::Value};

/// The position of each key of a mapping.
pub(super) type KeyIndex = HashMap<Arc<str>, usize>;

/// What has been evaluated already. `None` stands for what is being evaluated right now.
#[derive(Default)]
pub(super) struct Memo {
    pub(super) parameters: OnceCell<Section>,
    pub(super) mappings: OnceCell<Section>,
    pub(super) conditions: OnceCell<Section>,
    pub(super) resources: OnceCell<Section>,
    /// The sections that are being expanded, so that what refers to them meanwhile sees them empty.
    pub(super) expanding: RefCell<Vec<&'static str>>,
    pub(super) empty: Section,
    pub(super) subjects: OnceCell<Subjects>,
    pub(super) no_subjects: Subjects,
    /// Of the stack that nests this one.
    pub(super) inherited: HashMap<String, Info>,
    pub(super) finding_subjects: Cell<bool>,
    pub(super) made: OnceCell<Vec<Made>>,
    pub(super) includes: Cell<u32>,
    /// The whole configuration of the Serverless Framework, for its variables.
    pub(super) configuration: OnceCell<(Arc<Node>, Scope)>,
    pub(super) variable_depth: Cell<u32>,
    pub(super) direct: OnceCell<HashSet<String>>,
    pub(super) parameter_values: RefCell<HashMap<String, Value>>,
    pub(super) condition_values: RefCell<HashMap<String, Option<Value>>>,
    pub(super) resource_names: RefCell<HashMap<(String, &'static str), Option<Value>>>,
    pub(super) outputs: RefCell<HashMap<String, Option<Outputs>>>,
    pub(super) mapping_keys: RefCell<HashMap<usize, Arc<KeyIndex>>>,
    pub(super) files: RefCell<Vec<crate::source::FileId>>,
    /// Parts of the template that are not here, each with the place that asks for them.
    pub(super) absent: RefCell<Vec<(String, Location)>>,
    /// Limits that were passed, each with the first place.
    pub(super) limits: RefCell<BTreeMap<String, Location>>,
}

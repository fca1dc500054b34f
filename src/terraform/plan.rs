//! `terraform show -json`: the roles of a plan or a state, as far as the plan knows them.

use std::{collections::HashMap, path::Path};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Options, Workspace,
    carriers::{Carries, is_carrier},
    graft::graft,
    module::configuration_name,
};
use crate::{
    source::{EntryKind, FileId, Files, Location, Span},
    value::{
        EmbeddedTemplate, Extraction, IdentityPolicy, InputProblem, Kind, Own, Part, Reason, Role, Text, Unknown, Value,
    },
};

/// Modules lie in modules down to this depth.
const MOST_DEPTH: usize = 64;

#[derive(Deserialize)]
struct Plan<'a> {
    #[serde(borrow, default)]
    planned_values: Option<State<'a>>,
    #[serde(borrow, default)]
    values: Option<State<'a>>,
    #[serde(borrow, default)]
    prior_state: Option<Prior<'a>>,
    #[serde(borrow, default)]
    resource_changes: Vec<Changed<'a>>,
    #[serde(borrow, default)]
    variables: HashMap<String, Variable<'a>>,
}

#[derive(Deserialize)]
struct Prior<'a> {
    #[serde(borrow, default)]
    values: Option<State<'a>>,
}

#[derive(Deserialize)]
struct State<'a> {
    #[serde(borrow, default)]
    root_module: Option<Module<'a>>,
}

#[derive(Deserialize)]
struct Module<'a> {
    #[serde(borrow, default)]
    resources: Vec<Resource<'a>>,
    /// Kept raw, so that depth is bounded here and not by the parser.
    #[serde(borrow, default)]
    child_modules: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Resource<'a> {
    address: String,
    #[serde(default)]
    mode: String,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(borrow, default)]
    values: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Changed<'a> {
    address: String,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(borrow, default)]
    change: Option<Change<'a>>,
}

#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow, default)]
    after_unknown: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Variable<'a> {
    #[serde(borrow, default)]
    value: Option<&'a RawValue>,
}

/// What a plan makes. When the configuration lies beside the plan, or in `options.source_dir`, places are those of the
/// configuration, else those of the plan.
pub fn extract(files: &Files, plan_file: &Path, options: &Options) -> Extraction {
    crate::fault::fault("plan", || plan_file.display().to_string());
    let mut out = Extraction::default();
    let problem = |at: Option<Location>, message: String| InputProblem {
        file: files.show(plan_file),
        at,
        message,
        help: Some("make the file with `terraform show -json PLAN`".to_owned()),
    };
    let id = match files.read(plan_file) {
        Ok(id) => id,
        Err(e) => {
            out.problems.push(problem(None, e.to_string()));
            return out;
        }
    };
    out.files.push(id);
    let source = files.get(id);
    let plan: Plan<'_> = match serde_json::from_str(source.text().trim_start_matches('\u{feff}')) {
        Ok(plan) => plan,
        Err(e) => {
            let start = source.line_starts().get(e.line().saturating_sub(1)).map_or(0, |s| *s as usize);
            let offset = start + e.column().saturating_sub(1);
            let at = Location::new(id, Span::new(offset, offset));
            out.problems.push(problem(Some(at), format!("the plan cannot be read: {e}")));
            return out;
        }
    };
    let mut reader = Reader { text: source.text(), file: id, root: files.show(plan_file), out };
    let state = plan.planned_values.as_ref().or(plan.values.as_ref());
    let own = own_of(&plan);
    let unknown = plan
        .resource_changes
        .iter()
        .filter(|c| is_carrier(&c.kind))
        .filter_map(|c| Some((c.address.as_str(), c.change.as_ref()?.after_unknown?)))
        .collect();
    if let Some(root) = state.and_then(|s| s.root_module.as_ref()) {
        reader.module(root, &unknown, &own, 0);
    }
    let mut out = reader.out;
    if let Some(dir) = source_dir(files, plan_file, options) {
        let configured = configuration(files, &dir, options, &plan.variables);
        place(&mut out, &configured);
    }
    out
}

struct Reader<'t> {
    text: &'t str,
    file: FileId,
    root: String,
    out: Extraction,
}

impl<'t> Reader<'t> {
    fn module(&mut self, module: &Module<'t>, unknown: &HashMap<&str, &'t RawValue>, own: &Own, depth: usize) {
        for r in module.resources.iter().filter(|r| r.mode != "data" && is_carrier(&r.kind)) {
            self.resource(r, unknown.get(r.address.as_str()).copied(), own);
        }
        if depth >= MOST_DEPTH {
            return;
        }
        for child in &module.child_modules {
            match serde_json::from_str::<Module<'t>>(child.get()) {
                Ok(child) => self.module(&child, unknown, own, depth + 1),
                Err(e) => self.out.problems.push(InputProblem {
                    file: self.root.clone(),
                    at: Some(self.at(child)),
                    message: format!("a module of the plan cannot be read: {e}"),
                    help: None,
                }),
            }
        }
    }

    fn at(&self, raw: &RawValue) -> Location {
        // The raw value borrows from the text, so their addresses tell where it stands.
        let start = (raw.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        Location::new(self.file, Span::new(start, start + raw.get().len()))
    }

    fn resource(&mut self, r: &Resource<'t>, unknown: Option<&'t RawValue>, own: &Own) {
        let Some(raw) = r.values else { return };
        let block = self.at(raw);
        let values: HashMap<String, &'t RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
        let unknown: HashMap<String, &RawValue> =
            unknown.and_then(|u| serde_json::from_str(u.get()).ok()).unwrap_or_default();
        let text = |name: &str| match self.string(values.get(name)?).kind {
            Kind::String(text) => Some(text),
            _ => None,
        };
        let policy = |name: &str| match values.get(name).filter(|v| v.get() != "null") {
            Some(raw) => self.string(raw),
            None => {
                let reason = match unknown.get(name) {
                    Some(_) => Reason::Plan,
                    None => Reason::Error(format!("the plan does not have `{name}`")),
                };
                Value::unknown(Unknown::new(format!("{}.{name}", r.address), reason, block), block)
            }
        };
        // The ARN of a role that exists already says more than its provider.
        let of_arn = text("arn").and_then(|arn| Some(Own::of_arn(&arn.as_known()?)));
        let own = of_arn.filter(|own| own.account.is_some()).unwrap_or_else(|| own.clone());
        match Carries::of(&r.kind) {
            Some(Carries::Trust(argument)) => {
                let role = Role {
                    address: r.address.clone(),
                    kind: r.kind.clone(),
                    root: self.root.clone(),
                    display: None,
                    name: text("name").or_else(|| text("role_name")),
                    path: text("path"),
                    at: block,
                    block,
                    policy: policy(argument),
                    own,
                    when: Vec::new(),
                    suppressions: Vec::new(),
                };
                self.out.roles.push(role);
            }
            Some(Carries::Template) if values.get("template_body").is_some_and(|v| v.get() != "null") => {
                let body = policy("template_body");
                let parameters: HashMap<String, &RawValue> =
                    values.get("parameters").and_then(|p| serde_json::from_str(p.get()).ok()).unwrap_or_default();
                let mut parameters: Vec<(String, Value)> =
                    parameters.into_iter().map(|(name, raw)| (name, self.string(raw))).collect();
                parameters.sort_by(|a, b| a.0.cmp(&b.0));
                let (address, root) = (r.address.clone(), self.root.clone());
                self.out.templates.push(EmbeddedTemplate { address, root, block, body, parameters, own });
            }
            Some(Carries::Identity(argument)) => self.out.identity_policies.push(IdentityPolicy {
                address: r.address.clone(),
                kind: r.kind.clone(),
                root: self.root.clone(),
                at: block,
                block,
                policy: policy(argument),
                own,
                when: Vec::new(),
                suppressions: Vec::new(),
            }),
            Some(Carries::Template) | None => {}
        }
    }

    /// A JSON string of the plan as a string whose characters are mapped to the plan.
    fn string(&self, raw: &RawValue) -> Value {
        let at = self.at(raw);
        let Some(root) = crate::syntax::json::parse(raw.get(), self.file).root else {
            return Value::unknown(Unknown::new(raw.get(), Reason::Error("no JSON".to_owned()), at), at);
        };
        match &root.kind {
            crate::syntax::tree::NodeKind::Scalar(scalar) => {
                let map = scalar.map.shifted(at.span.start as usize);
                let part = Part::Known { text: scalar.text.clone(), origin: at.into(), map: Some(map) };
                Value::new(Kind::String(Text::one(part)), at)
            }
            _ => {
                // A provider that has the policy as an object (awscc) writes it as one.
                let text = Text::known(raw.get(), at);
                Value::new(Kind::String(text), at)
            }
        }
    }
}

/// The account that the plan was made in, when all of its caller identities agree.
fn own_of(plan: &Plan<'_>) -> Own {
    fn visit(module: &Module<'_>, depth: usize, found: &mut Vec<String>) {
        for r in module.resources.iter().filter(|r| r.kind == "aws_caller_identity") {
            let values: HashMap<String, &RawValue> =
                r.values.and_then(|v| serde_json::from_str(v.get()).ok()).unwrap_or_default();
            found.extend(values.get("account_id").and_then(|v| serde_json::from_str::<String>(v.get()).ok()));
        }
        for child in module.child_modules.iter().filter(|_| depth < MOST_DEPTH) {
            if let Ok(child) = serde_json::from_str::<Module<'_>>(child.get()) {
                visit(&child, depth + 1, found);
            }
        }
    }
    let mut found = Vec::new();
    let states =
        [plan.prior_state.as_ref().and_then(|p| p.values.as_ref()), plan.planned_values.as_ref(), plan.values.as_ref()];
    for root in states.into_iter().flatten().filter_map(|s| s.root_module.as_ref()) {
        visit(root, 0, &mut found);
    }
    found.sort();
    found.dedup();
    let account = if found.len() == 1 { found.pop() } else { None };
    Own { account, ..Own::default() }
}

/// Where the plan's configuration lies, when that is known.
fn source_dir(files: &Files, plan_file: &Path, options: &Options) -> Option<std::path::PathBuf> {
    if let Some(dir) = &options.source_dir {
        return Some(files.absolute(dir));
    }
    let dir = files.absolute(plan_file).parent()?.to_owned();
    let entries = files.list(&dir).ok()?;
    let configuration = entries.iter().any(|e| e.kind == EntryKind::File && configuration_name(&e.name).is_some());
    configuration.then_some(dir)
}

/// What the configuration makes with the variables that the plan was made with.
fn configuration(
    files: &Files,
    dir: &Path,
    options: &Options,
    variables: &HashMap<String, Variable<'_>>,
) -> Extraction {
    let mut options = options.clone();
    let mut given: Vec<(String, String)> = variables
        .iter()
        .filter_map(|(name, v)| {
            let raw = v.value?.get();
            let text = serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned());
            (raw != "null").then(|| (name.clone(), text))
        })
        .collect();
    given.sort();
    options.vars = given;
    options.var_files = Vec::new();
    Workspace::new(files, &[], options).extract(dir)
}

/// Gives what the plan knows the places of the configuration.
fn place(out: &mut Extraction, configured: &Extraction) {
    out.files.extend(&configured.files);
    let roles: HashMap<&str, &Role> = configured.roles.iter().map(|r| (r.address.as_str(), r)).collect();
    for role in &mut out.roles {
        if let Some(source) = roles.get(role.address.as_str()) {
            role.at = source.at;
            role.block = source.block;
            role.policy = graft(&role.policy, &source.policy);
        }
    }
    let identity: HashMap<&str, &IdentityPolicy> =
        configured.identity_policies.iter().map(|p| (p.address.as_str(), p)).collect();
    for policy in &mut out.identity_policies {
        if let Some(source) = identity.get(policy.address.as_str()) {
            policy.at = source.at;
            policy.block = source.block;
            policy.policy = graft(&policy.policy, &source.policy);
        }
    }
}

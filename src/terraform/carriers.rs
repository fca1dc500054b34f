use std::{collections::BTreeSet, rc::Rc, sync::Arc};

use super::{
    ast::Block,
    calls::{source_of, trust_input_of},
    evaluator::Evaluator,
    member::Member,
    provider::Provider,
    resource::{ResourceRef, prefix},
    scope::{CallInstances, Instance},
};
use crate::{
    source::Location,
    value::{
        AbsentModule, EmbeddedTemplate, Entry, Extraction, IdentityPolicy, Kind, Reason, Role, Text, Unknown, Value,
    },
};

/// What resources carry that is extracted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Carries {
    /// A trust policy, in that argument.
    Trust(&'static str),
    /// An identity policy, in that argument.
    Identity(&'static str),
    /// A CloudFormation template, in `template_body`.
    Template,
}

impl Carries {
    /// What resources of a type carry.
    pub fn of(kind: &str) -> Option<Self> {
        match kind {
            "aws_iam_role" => Some(Self::Trust("assume_role_policy")),
            "awscc_iam_role" => Some(Self::Trust("assume_role_policy_document")),
            "aws_iam_policy" | "aws_iam_role_policy" | "aws_iam_user_policy" | "aws_iam_group_policy" => {
                Some(Self::Identity("policy"))
            }
            "aws_cloudformation_stack" | "aws_cloudformation_stack_set" => Some(Self::Template),
            _ => None,
        }
    }
}

/// A value nested deeper is not handed on.
const MOST_DEPTH: usize = 256;
/// A value with more parts is not handed on.
const MOST_NODES: usize = 100_000;

/// Whether a resource of that type can hold what is extracted.
pub(super) fn is_carrier(kind: &str) -> bool {
    Carries::of(kind).is_some()
}

/// The carriers of a module instance, in order.
fn carriers(instance: &Instance) -> impl Iterator<Item = (&Arc<str>, &Member<Block>)> {
    let module = &instance.module;
    module.carriers.iter().filter_map(|key| Some((key, module.resources.get(key)?)))
}

impl Evaluator<'_> {
    /// The provider identities under which carriers stand, in order.
    pub fn provider_identities(&self, instance: &Rc<Instance>, out: &mut BTreeSet<String>) {
        for (_, block) in carriers(instance) {
            let provider = self.provider_of(instance, block);
            if !out.contains(&provider.identity) {
                out.insert(provider.identity.clone());
            }
        }
        self.each_call_with_carriers(instance, &mut |child| self.provider_identities(child, out));
    }

    /// Extracts what stands in a module instance and in what it calls.
    pub fn extract_instance(&self, instance: &Rc<Instance>, out: &mut Extraction) {
        for (key, block) in carriers(instance) {
            let provider = self.provider_of(instance, block);
            if provider.identity == *self.own_provider.borrow() {
                self.extract_block(instance, key, block, &provider, out);
            }
        }
        self.each_call_with_carriers(instance, &mut |child| self.extract_instance(child, out));
    }

    /// The instances of the modules that a module instance calls and that hold carriers, themselves or by further
    /// calls.
    fn each_call_with_carriers(&self, instance: &Rc<Instance>, visit: &mut dyn FnMut(&Rc<Instance>)) {
        for name in &instance.module.calls_in_order {
            if self.call_leads(instance, name).carriers
                && let Some(made) = self.call_instances(instance, name)
                && let CallInstances::Present { instances, .. } = &*made
            {
                instances.iter().for_each(&mut *visit);
            }
        }
    }

    /// The calls of modules that are not on disk.
    pub fn absent_modules(&self, instance: &Rc<Instance>, root: &str, out: &mut Vec<AbsentModule>) {
        for name in &instance.module.calls_in_order {
            if !self.call_leads(instance, name).absent {
                continue;
            }
            let (Some(block), Some(made)) = (instance.module.calls.get(name), self.call_instances(instance, name))
            else {
                continue;
            };
            match &*made {
                CallInstances::Present { instances, .. } => {
                    for child in instances {
                        self.absent_modules(child, root, out);
                    }
                }
                // One call is said once, however many instances its module has; a call that makes none is not missed.
                CallInstances::Absent(_) if out.iter().any(|m| m.at == block.header) => {}
                CallInstances::Absent(_) if self.makes_none(instance, block) => {}
                CallInstances::Absent(_) => {
                    let written = block.body.attribute("source").map(|a| self.text(a.value.at));
                    let source = source_of(block).map(|(s, _)| s).or(written).unwrap_or_default();
                    out.push(AbsentModule {
                        address: format!("{}module.{name}", prefix(&instance.address)),
                        source,
                        root: root.to_owned(),
                        at: block.header,
                        block: block.at,
                        trust_input: trust_input_of(block.body.names().into_iter()),
                    });
                }
            }
        }
    }

    fn extract_block(
        &self,
        instance: &Rc<Instance>,
        key: &Arc<str>,
        block: &Member<Block>,
        provider: &Provider,
        out: &mut Extraction,
    ) {
        let Some(carries) = Carries::of(block.label(0)) else { return };
        let expansion = self.expansion(instance, key, block);
        for one in expansion.instances() {
            let r = ResourceRef { instance, key, block, one };
            match carries {
                Carries::Trust(argument) => {
                    out.roles.push(self.role(&r, argument, provider));
                    for inline in block.body.blocks("inline_policy", 0) {
                        let kind = || format!("{}.inline_policy", r.type_name());
                        out.identity_policies.extend(self.identity_policy(&r, &inline, "policy", kind, provider));
                    }
                }
                Carries::Identity(argument) => {
                    let kind = || r.type_name().to_owned();
                    out.identity_policies.extend(self.identity_policy(&r, block, argument, kind, provider));
                }
                Carries::Template if block.body.attribute("template_body").is_some() => {
                    let parameters = self.argument(&r, "parameters");
                    let parameters = parameters.iter().flat_map(|p| p.entries().into_iter().flatten());
                    let parameters = parameters.filter_map(|e| Some((e.key.as_known()?.into_owned(), e.value)));
                    out.templates.push(EmbeddedTemplate {
                        address: r.address(),
                        root: self.root_name.clone(),
                        block: block.at,
                        body: self.policy_argument(&r, "template_body"),
                        parameters: parameters.collect(),
                        own: provider.own(),
                    });
                }
                Carries::Template => {}
            }
        }
    }

    fn role(&self, r: &ResourceRef<'_>, argument: &str, provider: &Provider) -> Role {
        let text_argument = |name: &str| {
            self.argument(r, name).and_then(|v| match v.kind {
                Kind::String(t) => Some(t),
                _ => None,
            })
        };
        Role {
            address: r.address(),
            kind: r.type_name().to_owned(),
            root: self.root_name.clone(),
            display: None,
            name: text_argument("name").or_else(|| text_argument("role_name")),
            path: text_argument("path"),
            at: r.block.header,
            block: r.block.at,
            policy: self.policy_argument(r, argument),
            own: provider.own(),
            when: r.one.when.to_vec(),
            suppressions: Vec::new(),
        }
    }

    /// The identity policy in an argument of a block of a resource; `None` when nobody wants to know of it.
    fn identity_policy(
        &self,
        r: &ResourceRef<'_>,
        block: &Block,
        argument: &str,
        kind: impl FnOnce() -> String,
        provider: &Provider,
    ) -> Option<IdentityPolicy> {
        let policy = block.body.attribute(argument)?;
        if self.is_unwanted(&policy.value, &r.scope()) {
            return None;
        }
        Some(IdentityPolicy {
            address: r.address(),
            kind: kind(),
            root: self.root_name.clone(),
            at: block.header,
            block: block.at,
            policy: self.handed_on(self.eval(&policy.value, &r.scope())),
            own: provider.own(),
            when: r.one.when.to_vec(),
            suppressions: Vec::new(),
        })
    }

    /// The value of an argument that holds a policy.
    fn policy_argument(&self, r: &ResourceRef<'_>, name: &str) -> Value {
        match r.block.body.attribute(name) {
            Some(a) => self.handed_on(self.eval(&a.value, &r.scope())),
            None => {
                let reason = Reason::Error(format!("`{name}` is not set"));
                Value::unknown(
                    Unknown::new(format!("{}.{name}", r.local_address()), reason, r.block.header),
                    r.block.header,
                )
            }
        }
    }

    /// A value as others can walk it: neither too deep nor too large.
    pub fn handed_on(&self, value: Value) -> Value {
        let mut nodes = 0;
        if fits(&value, 0, &mut nodes) {
            return value;
        }
        nodes = 0;
        self.trimmed(&value, 0, &mut nodes)
    }

    fn trimmed(&self, value: &Value, depth: usize, nodes: &mut usize) -> Value {
        *nodes += 1;
        let limit = |what: &str, at: Location| self.unknown(self.text(at), Reason::Limit(what.to_owned()), at);
        if depth > MOST_DEPTH {
            return limit("values nested too deep", value.origin.at);
        }
        if *nodes > MOST_NODES {
            return limit("a policy of too many parts", value.origin.at);
        }
        let kind = match &value.kind {
            Kind::List(kind, items) => {
                let mut kept = Vec::with_capacity(items.len().min(1024));
                for item in items.iter() {
                    kept.push(self.trimmed(item, depth + 1, nodes));
                    if *nodes > MOST_NODES {
                        break;
                    }
                }
                Kind::List(*kind, kept.into())
            }
            Kind::Object(o) => {
                let mut entries = Vec::with_capacity(o.entries().len().min(1024));
                for e in o.entries().iter().filter(|e| !e.key.is(super::expr::OPEN)) {
                    entries.push(Entry {
                        key: e.key.clone(),
                        key_origin: e.key_origin.clone(),
                        value: self.trimmed(&e.value, depth + 1, nodes),
                    });
                    if *nodes > MOST_NODES {
                        break;
                    }
                }
                return Value::object(o.kind(), entries, value.origin.clone());
            }
            Kind::String(text) if !text.is_plain() => {
                let parts = text.parts().iter().map(|p| match p {
                    crate::value::Part::Json(v, origin) => {
                        crate::value::Part::Json(Arc::new(self.trimmed(v, depth + 1, nodes)), origin.clone())
                    }
                    other => other.clone(),
                });
                Kind::String(Text::new(parts.collect()))
            }
            Kind::Choice(c) => {
                let arms = c.arms.iter().map(|a| crate::value::Arm {
                    label: a.label.clone(),
                    value: self.trimmed(&a.value, depth + 1, nodes),
                });
                Kind::Choice(Arc::new(crate::value::Choice { subject: c.subject.clone(), arms: arms.collect() }))
            }
            other => other.clone(),
        };
        Value { kind, origin: value.origin.clone() }
    }
}

/// Whether a value can be handed on as it is.
fn fits(value: &Value, depth: usize, nodes: &mut usize) -> bool {
    *nodes += 1;
    if depth > MOST_DEPTH || *nodes > MOST_NODES {
        return false;
    }
    match &value.kind {
        Kind::List(_, items) => items.iter().all(|v| fits(v, depth + 1, nodes)),
        Kind::Object(o) => o.entries().iter().all(|e| !e.key.is(super::expr::OPEN) && fits(&e.value, depth + 1, nodes)),
        Kind::String(text) => text.parts().iter().all(|p| match p {
            crate::value::Part::Json(v, _) => fits(v, depth + 1, nodes),
            _ => true,
        }),
        Kind::Choice(c) => c.arms.iter().all(|a| fits(&a.value, depth + 1, nodes)),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Unknown(_) => true,
    }
}

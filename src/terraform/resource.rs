use std::{rc::Rc, sync::Arc};

use super::{
    ast::{Access, Block},
    evaluator::Evaluator,
    expansion::{Expansion, InstanceKey, One},
    expr::OPEN,
    member::Member,
    module::Module,
    outcomes::choose,
    scope::{Instance, Iteration, Scope},
};
use crate::{
    source::Location,
    value::{Arm, Choice, Entry, Kind, ListKind, Number, ObjectKind, Reason, StepKind, Text, Value},
};

/// One instance of a resource or data source.
#[derive(Clone, Copy)]
pub(super) struct ResourceRef<'r> {
    pub instance: &'r Rc<Instance>,
    /// `type.name` or `data.type.name`.
    pub key: &'r Arc<str>,
    pub block: &'r Member<Block>,
    pub one: &'r One,
}

impl ResourceRef<'_> {
    /// The address without the module's: `data.x.y["k"]`.
    pub fn local_address(&self) -> LocalAddress<'_> {
        LocalAddress { r: self, with_arm: false }
    }

    /// The address.
    pub fn address(&self) -> String {
        format!("{}{}{}", prefix(&self.instance.address), self.key, self.one.key)
    }

    /// The local address for one outcome of what it depends on whether there is such an instance.
    pub fn memo_key(&self) -> LocalAddress<'_> {
        LocalAddress { r: self, with_arm: self.one.arm != 0 }
    }

    pub fn scope(&self) -> Scope<'_> {
        Scope::iterated(self.instance, self.one.iteration.as_ref(), &self.one.when)
    }

    pub fn is_data(&self) -> bool {
        &*self.block.kind == "data"
    }

    pub fn type_name(&self) -> &str {
        self.block.label(0)
    }
}

/// The local address of an instance of a resource, to be written.
pub(super) struct LocalAddress<'r> {
    r: &'r ResourceRef<'r>,
    with_arm: bool,
}

impl std::fmt::Display for LocalAddress<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.r.key)?;
        self.r.one.key.fmt(f)?;
        if self.with_arm { write!(f, "\0{}\0", self.r.one.arm) } else { Ok(()) }
    }
}

impl Evaluator<'_> {
    /// The resource or data source of a module with the key that these words are, joined with `.`.
    pub fn block_of<'m>(&self, module: &'m Module, words: &[&str]) -> Option<(&'m Arc<str>, &'m Member<Block>)> {
        let mut key = self.take_scratch();
        for word in words {
            key.push_str(if key.is_empty() { "" } else { "." });
            key.push_str(word);
        }
        let found = module.resources.get_key_value(&*key);
        self.give_scratch(key);
        found
    }

    /// What a reference to a resource with the steps after its name is. Its key is these words, joined with `.`.
    pub fn resource(&self, words: &[&str], steps: &[Access], at: Location, scope: &Scope<'_>) -> Value {
        let Some((key, block)) = self.block_of(&scope.instance.module, words) else {
            return self.unknown(self.text(at), Reason::Undeclared, at);
        };
        let expansion = self.expansion(scope.instance, key, block);
        self.expanded(key, block, &expansion, steps, at, scope).entered(at, StepKind::Block)
    }

    fn expanded(
        &self,
        key: &Arc<str>,
        block: &Member<Block>,
        expansion: &Expansion,
        steps: &[Access],
        at: Location,
        scope: &Scope<'_>,
    ) -> Value {
        let of = |one: &One, steps: &[Access]| {
            self.of_instance(&ResourceRef { instance: scope.instance, key, block, one }, steps, at, scope)
        };
        let many = |ones: &[One], steps: &[Access]| {
            Value::list(ListKind::Tuple, ones.iter().map(|one| of(one, steps)).collect(), at)
        };
        match expansion {
            Expansion::Choice(subject, arms) => {
                if let Some(label) = scope.assumed(subject) {
                    return match self.chosen(subject, arms, label, at) {
                        Ok((_, arm)) => self.expanded(key, block, arm, steps, at, scope),
                        Err(none) => none,
                    };
                }
                let arms: Vec<Arm> = arms
                    .iter()
                    .map(|(label, arm)| {
                        let value = self.expanded(key, block, arm, steps, at, scope);
                        Arm { label: label.clone(), value }
                    })
                    .collect();
                self.without_failures(subject, arms, at)
            }
            Expansion::Single(one) => match steps.split_first() {
                Some((Access::FullSplat, rest)) => many(std::slice::from_ref(one), rest),
                Some((Access::AttributeSplat, rest)) => {
                    let (each, after) = attributes_first(rest);
                    self.accesses(many(std::slice::from_ref(one), each), after, at, scope)
                }
                _ => of(one, steps),
            },
            Expansion::Many { ones, each, .. } => match steps.split_first() {
                Some((Access::FullSplat, rest)) if !each => many(ones, rest),
                Some((Access::AttributeSplat, rest)) if !each => {
                    let (each, after) = attributes_first(rest);
                    self.accesses(many(ones, each), after, at, scope)
                }
                Some((Access::Index(e), rest)) => {
                    let wanted = self.eval(e, scope);
                    self.lift(&[wanted], at, &mut |wanted| match wanted.first() {
                        Some(wanted) => self.indexed(expansion, wanted, &|one| of(one, rest), at),
                        None => self.error("no index", at),
                    })
                }
                Some((Access::LegacyIndex(i, _), rest)) => {
                    let wanted = Value::new(Kind::Number(Number::int(*i)), at);
                    self.indexed(expansion, &wanted, &|one| of(one, rest), at)
                }
                Some((Access::Attribute(name), rest)) if *each => match expansion.find(name) {
                    Some(one) => of(one, rest),
                    None => self.error(format!("there is no instance `{name}`"), at),
                },
                Some((Access::Attribute(..), _)) => self.error("a block with `count` has to be indexed", at),
                _ => {
                    let whole = if *each {
                        let entries = ones.iter().map(|one| self.entry_of(one, of(one, &[]), at));
                        Value::object(ObjectKind::Object, entries.collect(), at)
                    } else {
                        many(ones, &[])
                    };
                    self.accesses(whole, steps, at, scope)
                }
            },
            Expansion::Open { one, each, why } => match steps.split_first() {
                Some((Access::FullSplat, rest)) if !each => self.open_list(of(one, rest), why, at),
                Some((Access::AttributeSplat, rest)) if !each => {
                    let (each, after) = attributes_first(rest);
                    self.accesses(self.open_list(of(one, each), why, at), after, at, scope)
                }
                Some((Access::Index(_) | Access::LegacyIndex(..), rest)) => of(one, rest),
                Some((Access::Attribute(..), rest)) if *each => of(one, rest),
                Some((Access::Attribute(..), _)) => self.error("a block with `count` has to be indexed", at),
                _ if !each => {
                    let whole = self.open_list(of(one, &[]), why, at);
                    self.accesses(whole, steps, at, scope)
                }
                _ => {
                    let key = Text::one(crate::value::Part::Hole(self.derived(why, "[*]", true), at.into()));
                    let entry = Entry { key, key_origin: at.into(), value: of(one, &[]) };
                    self.accesses(Value::object(ObjectKind::Object, vec![entry], at), steps, at, scope)
                }
            },
        }
    }

    /// A list of which only one item is known to stand for all.
    pub fn open_list(&self, item: Value, why: &Arc<crate::value::Unknown>, at: Location) -> Value {
        let item = match &item.kind {
            Kind::Unknown(u) => Value::new(Kind::Unknown(self.derived(u, "", true)), item.origin.clone()),
            _ => item,
        };
        let empty = Value::list(ListKind::Tuple, Vec::new(), at);
        let one = Value::list(ListKind::Tuple, vec![item], at);
        let counted = self.derived_as(why, "some", format!("{} > 0", why.reference), why.at);
        let arms = vec![Arm { label: "true".into(), value: one }, Arm { label: "false".into(), value: empty }];
        choose(&self.subject(&counted), arms, at)
    }

    /// An instance in the object of all instances of a block with `for_each`.
    pub fn entry_of(&self, one: &One, value: Value, at: Location) -> Entry {
        let key = match &one.iteration {
            Some(Iteration::Each { key, .. }) => key.clone(),
            _ => Value::string("", at),
        };
        let text = self.key_text(&key).unwrap_or_else(|| Text::known("", at));
        Entry { key: text, key_origin: key.origin, value }
    }

    /// The outcomes of a condition without those for which the expression has no value.
    pub fn without_failures(&self, subject: &Arc<crate::value::Subject>, arms: Vec<Arm>, at: Location) -> Value {
        let fails = |a: &Arm| matches!(&a.value.kind, Kind::Unknown(u) if self.is_error(u));
        if arms.iter().all(fails) {
            return arms.into_iter().next().map_or_else(|| self.error("no instances", at), |a| a.value);
        }
        let mut good: Vec<Arm> = arms.into_iter().filter(|a| !fails(a)).collect();
        match (good.pop(), good.is_empty()) {
            (Some(only), true) => only.value,
            (Some(last), false) => {
                good.push(last);
                choose(subject, good, at)
            }
            (None, _) => self.error("no instances", at),
        }
    }

    /// The instance that an index names; one of all when the index is not known.
    pub fn indexed(&self, expansion: &Expansion, wanted: &Value, of: &dyn Fn(&One) -> Value, at: Location) -> Value {
        let unknown = match &wanted.kind {
            Kind::Unknown(u) => Some(u.clone()),
            Kind::String(t) => t.first_hole().cloned(),
            _ => None,
        };
        if let Some(u) = &unknown {
            if self.is_error(u) {
                return wanted.clone();
            }
            if let Expansion::Many { ones, .. } = expansion
                && let Some(any) = ones.iter().find(|one| one.key == InstanceKey::Any)
            {
                return of(any);
            }
            if matches!(wanted.kind, Kind::Unknown(_))
                && let Expansion::Many { ones, .. } = expansion
                && (1..=32).contains(&ones.len())
            {
                let arms = ones.iter().map(|one| {
                    let label = match &one.key {
                        InstanceKey::Key(k) => k.clone(),
                        other => other.to_string().trim_matches(['[', ']']).into(),
                    };
                    Arm { label, value: of(one) }
                });
                let choice = Choice { subject: self.subject(u), arms: arms.collect() };
                return Value::new(Kind::Choice(Arc::new(choice)), at);
            }
            return self.pass_on(u, at);
        }
        let key = match &wanted.kind {
            Kind::String(t) => t.display(),
            _ => wanted.as_str().unwrap_or_default().into_owned(),
        };
        match expansion.find(&key) {
            Some(one) => of(one),
            None => self.error(format!("there is no instance `{key}`"), at),
        }
    }

    fn of_instance(&self, r: &ResourceRef<'_>, steps: &[Access], at: Location, scope: &Scope<'_>) -> Value {
        match steps.split_first() {
            Some((Access::Attribute(name), rest)) => {
                let value = self.resource_attribute(r, name, at);
                self.accesses(value, rest, at, scope)
            }
            _ => {
                let whole = self.resource_object(r, at);
                self.accesses(whole, steps, at, scope)
            }
        }
    }

    /// An attribute of a resource: as configured, as computed by rules that are known, or unknown.
    pub fn resource_attribute(&self, r: &ResourceRef<'_>, name: &str, at: Location) -> Value {
        let make = || {
            if let Some(known) = self.known_attribute(r, name, at) {
                return (known, StepKind::Block);
            }
            let configured = r.block.body.attribute(name);
            let value = match configured {
                Some(attribute) => self.eval(&attribute.value, &r.scope()),
                None => self.unknown(format!("{}.{name}", r.address()), self.why_unknown(r), r.block.header),
            };
            (value, StepKind::Block)
        };
        self.once_named(r.instance, format_args!("{}.{name}", r.memo_key()), at, make).0
    }

    fn why_unknown(&self, r: &ResourceRef<'_>) -> Reason {
        let kind = r.type_name();
        let elsewhere = [
            "terraform_remote_state",
            "aws_ssm_parameter",
            "aws_secretsmanager_secret_version",
            "aws_cloudformation_export",
            "aws_cloudformation_stack",
            "vault_generic_secret",
            "tfe_outputs",
        ];
        if r.is_data() && elsewhere.contains(&kind) {
            Reason::Elsewhere
        } else if !r.is_data() {
            Reason::AfterApply
        } else if kind.starts_with("aws_") || kind.starts_with("awscc_") {
            Reason::OnlyAws
        } else {
            Reason::OtherProvider
        }
    }

    /// A resource as a whole: what is configured and what is known of the rest.
    fn resource_object(&self, r: &ResourceRef<'_>, at: Location) -> Value {
        let make = || {
            let mut names: Vec<Arc<str>> = r.block.body.names().into_iter().map(|(n, _)| n).collect();
            names.extend(super::known::computed_names(r.type_name()).iter().map(|n| Arc::from(*n)));
            names.retain(|n| !matches!(&**n, "count" | "for_each" | "provider" | "depends_on" | "lifecycle"));
            names.sort();
            names.dedup();
            let mut entries: Vec<Entry> = names
                .iter()
                .map(|n| Entry {
                    key: Text::known(n.clone(), r.block.header),
                    key_origin: r.block.header.into(),
                    value: self.resource_attribute(r, n, at),
                })
                .collect();
            entries.push(Entry {
                key: Text::known(OPEN, r.block.header),
                key_origin: r.block.header.into(),
                value: Value::string(r.address(), r.block.header),
            });
            (Value::object(ObjectKind::Object, entries, r.block.header), StepKind::Block)
        };
        self.once_named(r.instance, format_args!("{}\0", r.memo_key()), at, make).0
    }
}

/// A module's address as the beginning of the address of something in it.
#[derive(Clone, Copy)]
pub(super) struct Prefix<'m>(&'m str);

impl std::fmt::Display for Prefix<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)?;
        if self.0.is_empty() { Ok(()) } else { f.write_str(".") }
    }
}

/// The address of a module as such a beginning.
pub(super) fn prefix(module: &str) -> Prefix<'_> {
    Prefix(module)
}

fn attributes_first(steps: &[Access]) -> (&[Access], &[Access]) {
    steps.split_at(steps.iter().take_while(|s| matches!(s, Access::Attribute(..))).count())
}

//! Policy variables: which values they are tried with.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    atom::{Atom, Carried, Matcher},
    segment::{self, Form, Segment},
    space::{Binding, Space},
};

/// Values that policy variables are assumed to have.
#[derive(Clone, Debug, Default)]
pub struct Assignment {
    /// By key, in lower case: the value, or that the key is absent.
    pub values: BTreeMap<String, Option<String>>,
}

impl Assignment {
    /// The condition with its variables replaced.
    pub fn grounded(&self, atom: &Arc<Atom>, space: &mut Space<'_>) -> Arc<Atom> {
        let Matcher::Strings(strings) = &atom.matcher else { return atom.clone() };
        if strings.templates.is_empty() {
            return atom.clone();
        }
        let form = strings.form.unwrap_or(Form::Exact);
        let mut strings = strings.clone();
        for template in std::mem::take(&mut strings.templates) {
            let mut free = false;
            for s in &template {
                if let Segment::Variable(key, _) = s {
                    free |= !self.values.contains_key(key) && matches!(space.bind(key), Binding::Slot(..));
                }
            }
            if free {
                // It may stand for any text.
                if let Some(p) = segment::widest(&template, form) {
                    strings.may.add(p);
                }
                continue;
            }
            let bindings = &space.bindings;
            let value = |key: &str| match (self.values.get(key), bindings.get(key)) {
                (Some(value), _) => value.clone(),
                (None, Some(Binding::Fixed(Carried::One(text)))) => Some(text.clone()),
                _ => None,
            };
            if let Some(p) = segment::pattern(&template, form, &value) {
                strings.must.add(p);
            }
        }
        Arc::new(Atom { matcher: Matcher::Strings(strings), ..(**atom).clone() })
    }
}

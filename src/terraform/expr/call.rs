use std::sync::Arc;

use super::super::{
    ast::{Call, Expr},
    evaluator::Evaluator,
    functions,
    json::template_pieces,
    literal::Ground,
    scope::{Frame, Scope},
};
use crate::{
    source::{Location, ReadError},
    value::{Kind, Part, Reason, StepKind, Value, worlds},
};

/// Template files may render template files down to this depth.
const MOST_TEMPLATES: usize = 16;

impl Evaluator<'_> {
    pub(super) fn call(&self, call: &Call, at: Location, scope: &Scope<'_>) -> Value {
        match (&*call.name, &*call.args) {
            ("try", args) => return self.try_each(args, at, scope),
            ("can", [arg]) => {
                let errors = self.errors.get();
                let value = self.eval(arg, scope);
                let failed = self.errors.get() > errors;
                self.errors.set(errors);
                return match &value.kind {
                    _ if failed => Value::bool(false, at),
                    Kind::Unknown(u) => self.pass_on(u, at),
                    _ => Value::bool(true, at),
                };
            }
            _ => {}
        }
        let mut args: Vec<Value> = call.args.iter().map(|a| self.eval(a, scope)).collect();
        if call.expand_final
            && let Some(last) = args.pop()
        {
            return self.lift(&[last], at, &mut |last| {
                let mut args = args.clone();
                let Some(last) = last.first() else { return self.error("no argument", at) };
                match &last.kind {
                    Kind::List(..) => args.extend(last.items().into_iter().flatten()),
                    Kind::Unknown(u) if self.is_error(u) => return last.clone(),
                    Kind::Unknown(u) => return self.pass_on(u, at),
                    _ => return self.error("only a list can be expanded into arguments", at),
                }
                self.apply(&call.name, &args, at, scope)
            });
        }
        self.apply(&call.name, &args, at, scope)
    }

    fn try_each(&self, args: &[Expr], at: Location, scope: &Scope<'_>) -> Value {
        let mut last = None;
        for arg in args {
            let errors = self.errors.get();
            let value = self.eval(arg, scope);
            if self.errors.get() == errors {
                return value;
            }
            self.errors.set(errors);
            last = Some(value);
        }
        last.unwrap_or_else(|| self.error("`try` needs an argument", at))
    }

    fn apply(&self, name: &str, args: &[Value], at: Location, scope: &Scope<'_>) -> Value {
        if name.contains("::") {
            return self.unknown(self.text(at), Reason::Unsupported("a function of a provider".to_owned()), at);
        }
        // An encoded choice keeps it inside; every other function is applied to each outcome.
        if matches!(name, "jsonencode" | "yamlencode") {
            return self.apply_plain(name, args, at, scope);
        }
        self.lift(args, at, &mut |args| {
            let value = self.apply_plain(name, args, at, scope);
            let inner_choice = matches!(value.kind, Kind::Unknown(_)) && args.iter().any(|a| holds_choice(a, 0));
            if inner_choice { self.apply_in_worlds(name, args, at, scope).unwrap_or(value) } else { value }
        })
    }

    fn apply_plain(&self, name: &str, args: &[Value], at: Location, scope: &Scope<'_>) -> Value {
        for arg in args {
            if let Kind::Unknown(u) = &arg.kind
                && self.is_error(u)
            {
                return arg.clone();
            }
        }
        match name {
            "templatefile" => return self.template_file(args, at, scope),
            "templatestring" => {
                return match args {
                    [text, vars] => self.render_text(text, vars, at, scope),
                    _ => self.error("`templatestring` takes a template and its variables", at),
                };
            }
            _ => {}
        }
        let context = functions::Context { files: self.files, root_dir: &self.root_dir, at };
        match functions::call(name, args, &context) {
            Ok(value) => value,
            Err(e) => self.error(e.to_string(), at),
        }
    }

    /// The function applied in each consistent set of outcomes of the choices inside its arguments.
    fn apply_in_worlds(&self, name: &str, args: &[Value], at: Location, scope: &Scope<'_>) -> Option<Value> {
        let all = Value::list(crate::value::ListKind::Tuple, args.to_vec(), at);
        let worlds = worlds(&all, &crate::value::World::new());
        if worlds.len() < 2 {
            return None;
        }
        // One choice over the first subject that all worlds share; the others are lifted inside it.
        let (first, _) = worlds.first()?;
        let assumption = first.values().next()?.clone();
        let mut labels: Vec<Arc<str>> = Vec::new();
        for (world, _) in &worlds {
            let label = world.get(&assumption.key)?.label.as_str();
            if !labels.iter().any(|l| **l == *label) {
                labels.push(label.into());
            }
        }
        let subject = Arc::new(crate::value::Subject { key: assumption.key.clone(), text: assumption.text, at });
        let arms = labels.into_iter().map(|label| {
            let assumption = crate::value::Assumption {
                key: subject.key.clone(),
                text: subject.text.clone(),
                label: label.to_string(),
            };
            let given = crate::value::World::from([(subject.key.clone(), assumption)]);
            let mut outcomes = crate::value::worlds(&all, &given);
            let value = match (outcomes.pop(), outcomes.is_empty()) {
                (Some((_, one)), true) => {
                    let args: Vec<Value> = one.items().into_iter().flatten().collect();
                    self.apply_plain(name, &args, at, scope)
                }
                _ => {
                    let why = Reason::Limit("several conditions decide the arguments of a function".to_owned());
                    self.unknown(subject.text.clone(), why, at)
                }
            };
            crate::value::Arm { label, value }
        });
        Some(super::super::evaluator::choose(&subject, arms.collect(), at))
    }

    fn template_file(&self, args: &[Value], at: Location, scope: &Scope<'_>) -> Value {
        let [path, vars] = args else {
            return self.error("`templatefile` takes a path and its variables", at);
        };
        let Some(path_text) = path.as_str() else {
            return match &path.kind {
                Kind::String(t) if let Some(u) = t.first_hole() => self.pass_on(u, at),
                Kind::Unknown(u) => self.pass_on(u, at),
                _ => self.error("the path of a template must be a string", at),
            };
        };
        let file = match self.files.read(&self.root_dir.join(&*path_text)) {
            Ok(file) => file,
            Err(ReadError::OutsideRoot(path)) => return self.unknown(self.text(at), Reason::OutsideRoot(path), at),
            Err(e) => return self.error(e.to_string(), at),
        };
        let source = self.files.get(file);
        let ground = Ground { text: source.text(), file, map: None };
        let at_file = Location::new(file, crate::source::Span::new(0, source.text().len()));
        self.render(ground, vars, at_file, at, scope).entered(at, StepKind::File)
    }

    fn render_text(&self, text: &Value, vars: &Value, at: Location, scope: &Scope<'_>) -> Value {
        let Kind::String(template) = &text.kind else { return self.error("a template must be a string", at) };
        match template.parts() {
            [Part::Known { text, map, .. }] => {
                let ground = Ground { text, file: at.file, map: map.as_deref() };
                self.render(ground, vars, at, at, scope)
            }
            _ => self.unknown(self.text(at), Reason::Unsupported("a template with unknown parts".to_owned()), at),
        }
    }

    fn render(&self, ground: Ground<'_>, vars: &Value, place: Location, at: Location, scope: &Scope<'_>) -> Value {
        let pieces = match template_pieces(ground) {
            Ok(pieces) => pieces,
            Err(message) => return self.error(format!("the template cannot be parsed: {message}"), at),
        };
        let entries: Vec<_> = match &vars.kind {
            Kind::Object(_) => vars.entries().into_iter().flatten().collect(),
            Kind::Unknown(u) => return self.pass_on(u, at),
            _ => return self.error("the variables of a template must be an object", at),
        };
        let depth = std::iter::successors(scope.names, |f| f.outer).filter(|f| f.name == "\0template").count();
        if depth >= MOST_TEMPLATES {
            return self.unknown(self.text(at), Reason::Limit("templates in templates".to_owned()), at);
        }
        let marker = Frame { name: "\0template", value: vars.clone(), step: StepKind::Value, outer: None };
        let mut frames = vec![marker];
        frames.truncate(1);
        self.render_with(&pieces, &entries, place, scope)
    }

    fn render_with(
        &self,
        pieces: &[super::super::ast::Piece],
        entries: &[crate::value::Entry],
        place: Location,
        scope: &Scope<'_>,
    ) -> Value {
        fn bind(
            ev: &Evaluator<'_>,
            pieces: &[super::super::ast::Piece],
            entries: &[crate::value::Entry],
            outer: Option<&Frame<'_>>,
            place: Location,
            scope: &Scope<'_>,
        ) -> Value {
            match entries.split_first() {
                None => {
                    let inner = Scope { instance: scope.instance, iteration: None, names: outer, sealed: true };
                    match pieces {
                        [super::super::ast::Piece::Interpolation(e)] => ev.eval(e, &inner),
                        _ => ev.template(pieces, place, &inner),
                    }
                }
                Some((entry, rest)) => {
                    let name = entry.key.as_known().unwrap_or_default();
                    let frame = Frame { name: &name, value: entry.value.clone(), step: StepKind::Value, outer };
                    bind(ev, pieces, rest, Some(&frame), place, scope)
                }
            }
        }
        bind(self, pieces, entries, None, place, scope)
    }
}

fn holds_choice(value: &Value, depth: usize) -> bool {
    if depth > 64 {
        return false;
    }
    match &value.kind {
        Kind::Choice(_) => true,
        Kind::List(_, items) => items.iter().any(|v| holds_choice(v, depth + 1)),
        Kind::Object(o) => o.entries().iter().any(|e| holds_choice(&e.value, depth + 1)),
        _ => false,
    }
}

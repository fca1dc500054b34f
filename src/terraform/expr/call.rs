use super::super::{
    ast::{Call, Expr, Piece},
    demand::{Demand, is_divisible_call, literal},
    evaluator::Evaluator,
    functions,
    json::template_pieces,
    quick,
    scope::Scope,
    weight::MOST_WEIGHT,
};
use crate::{
    source::{Location, ReadError},
    syntax::hcl::text::Source,
    value::{Kind, Part, Reason, StepKind, Value},
};

impl Evaluator<'_> {
    pub(super) fn call(&self, call: &Call, at: Location, demand: &Demand<'_>, scope: &Scope<'_>) -> Value {
        match (&*call.name, &*call.args) {
            ("lookup", [map, key, default @ ..]) if is_divisible_call(call) => {
                let entry = literal(key).map_or(Demand::ALL, |key| Demand::entry(Some(key), demand));
                let mut args = vec![self.eval_for(map, &entry, scope), self.eval(key, scope)];
                args.extend(
                    default
                        .iter()
                        .map(|e| if demand.is_all() { self.eval(e, scope) } else { self.eval_kept(e, scope) }),
                );
                return self.apply(&call.name, &args, at, scope);
            }
            ("try", args) => return self.try_each(args, at, scope),
            ("can", [arg]) => {
                let (value, failed) = self.attempt(arg, scope);
                return self.lift(&[value], at, &mut |values| match values.first().map(|v| &v.kind) {
                    _ if failed => Value::bool(false, at),
                    Some(Kind::Unknown(u)) if self.is_error(u) => Value::bool(false, at),
                    Some(Kind::Unknown(u)) => self.pass_on(u, at),
                    _ => Value::bool(true, at),
                });
            }
            _ => {}
        }
        let of_args = if is_divisible_call(call) { demand } else { &Demand::ALL };
        let mut args: Vec<Value> = call.args.iter().map(|a| self.eval_for(a, of_args, scope)).collect();
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

    /// An expression whose errors are caught: its value, and whether it fails whatever the outcomes are.
    fn attempt(&self, e: &Expr, scope: &Scope<'_>) -> (Value, bool) {
        let errors = self.errors.get();
        let tolerant = self.tolerant.replace(true);
        let value = self.eval(e, scope);
        self.tolerant.set(tolerant);
        let failed = self.errors.replace(errors) > errors;
        let somewhere = matches!(value.kind, Kind::Choice(_)) && fails_somewhere(&value, 0) == Some(true);
        (value, failed && !somewhere)
    }

    fn try_each(&self, args: &[Expr], at: Location, scope: &Scope<'_>) -> Value {
        let Some((first, rest)) = args.split_first() else {
            return self.error("`try` needs an argument that does not fail", at);
        };
        let (value, failed) = self.attempt(first, scope);
        if failed && rest.is_empty() {
            return self.error("no argument of `try` succeeds", at);
        }
        if failed {
            return self.try_each(rest, at, scope);
        }
        if fails_somewhere(&value, 0) != Some(true) {
            return value;
        }
        // Where only some outcomes fail, those have the value of the arguments that follow.
        let other = self.try_each(rest, at, scope);
        self.lift(&[value], at, &mut |values| match values.first() {
            Some(Value { kind: Kind::Unknown(u), .. }) if self.is_error(u) => other.clone(),
            Some(value) => value.clone(),
            None => other.clone(),
        })
    }

    fn apply(&self, name: &str, args: &[Value], at: Location, scope: &Scope<'_>) -> Value {
        let weight = self.weigh(args.iter());
        self.charge(weight);
        if weight > 2 * MOST_WEIGHT {
            return self.too_heavy(at);
        }
        match name {
            "templatefile" => self.lift(args, at, &mut |args| self.template_file(args, at, scope)),
            "templatestring" => self.lift(args, at, &mut |args| match args {
                [text, vars] => self.render_text(text, vars, at, scope),
                _ => self.error("`templatestring` takes a template and its variables", at),
            }),
            "lookup" if matches!(args.len(), 2 | 3) => self.lift_sound(args, at, &mut |args| match args {
                [map, key, rest @ ..] if matches!(map.kind, Kind::Object(_)) && is_open(key) => {
                    self.candidates(map, key, rest.first(), at)
                }
                _ => self.plain_call(name, args, at),
            }),
            _ => {
                if let Some(value) = self.terragrunt_function(name, args, at, scope) {
                    return value;
                }
                self.plain_call(name, args, at)
            }
        }
    }

    fn plain_call(&self, name: &str, args: &[Value], at: Location) -> Value {
        let context = functions::Context { files: self.files, root_dir: &self.root_dir, at };
        match functions::call(name, args, &context) {
            Ok(value) => self.result(value, name, args, at),
            Err(functions::FunctionError::Limit { function, what }) => {
                self.unknown(self.text(at), Reason::Limit(format!("`{function}` would make {what}")), at)
            }
            Err(e) => self.error(e.to_string(), at),
        }
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
        self.other_files.borrow_mut().insert(file);
        let source = self.files.get(file);
        let at_file = Location::new(file, crate::source::Span::new(0, source.text().len()));
        let pieces = match quick::template(source.text(), file) {
            Some(pieces) => Ok(pieces),
            None => template_pieces(Source::file(source.text(), file), at_file),
        };
        self.render(pieces, vars, at_file, at, scope).entered(at, StepKind::File)
    }

    fn render_text(&self, text: &Value, vars: &Value, at: Location, scope: &Scope<'_>) -> Value {
        let Kind::String(template) = &text.kind else { return self.error("a template must be a string", at) };
        match template.parts() {
            [Part::Known { text, map, .. }] => {
                let map = map.clone().unwrap_or_default();
                self.render(template_pieces(Source::decoded(text, &map), at), vars, at, at, scope)
            }
            _ => self.unknown(self.text(at), Reason::Unsupported("a template with unknown parts".to_owned()), at),
        }
    }

    fn render(
        &self,
        pieces: Result<Vec<Piece>, String>,
        vars: &Value,
        place: Location,
        at: Location,
        scope: &Scope<'_>,
    ) -> Value {
        if scope.vars.is_some() {
            return self.error("a template cannot render another one", at);
        }
        let pieces = match pieces {
            Ok(pieces) => pieces,
            Err(message) => return self.error(format!("the template cannot be parsed: {message}"), at),
        };
        match &vars.kind {
            Kind::Object(_) => {}
            Kind::Unknown(u) => return self.pass_on(u, at),
            _ => return self.error("the variables of a template must be an object", at),
        }
        let inner = scope.of_template(vars);
        match &*pieces {
            [Piece::Interpolation(e)] => self.eval(e, &inner),
            _ => self.template(&pieces, place, &inner),
        }
    }
}

/// Whether a key is not wholly known, and no error.
fn is_open(key: &Value) -> bool {
    match &key.kind {
        Kind::Unknown(u) => !matches!(u.reason, Reason::Error(_)),
        Kind::String(text) => text.as_known().is_none(),
        _ => false,
    }
}

/// Whether outcomes of a choice fail: some of them (true), none (false); `None` when it is no choice.
fn fails_somewhere(value: &Value, depth: usize) -> Option<bool> {
    let Kind::Choice(choice) = &value.kind else { return None };
    let fails = |v: &Value| match &v.kind {
        Kind::Unknown(u) => matches!(u.reason, Reason::Error(_)),
        Kind::Choice(_) if depth < 16 => fails_somewhere(v, depth + 1) == Some(true),
        _ => false,
    };
    Some(choice.arms.iter().any(|a| fails(&a.value)))
}

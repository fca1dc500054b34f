use super::{
    automaton::Fuel,
    measure::{self, Network},
    pattern::{Chars, Pattern, Token},
    segment::{self, Form, Segment},
    space,
    strings::StringSet,
};
use crate::{
    analysis::keys::Call,
    policy::{Condition, SetQuantifier, Test, Version},
};

/// True, false, or not known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Truth {
    False,
    Unknown,
    True,
}

impl Truth {
    pub fn of(b: bool) -> Self {
        if b { Self::True } else { Self::False }
    }

    pub fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// How unknowns are taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mode {
    /// In favour of the caller.
    May,
    /// Against the caller.
    Must,
}

impl Mode {
    /// Whether that truth is good enough where `want` is wanted.
    pub fn accepts(self, truth: Truth, want: bool) -> bool {
        match truth {
            Truth::Unknown => self == Self::May,
            known => known == Truth::of(want),
        }
    }
}

/// What a request carries for a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Carried {
    Nothing,
    One(String),
    Many(Vec<String>),
}

/// A condition, compiled.
#[derive(Clone, Debug)]
pub struct Atom {
    /// The key, in lower case; `None` when it is not known.
    pub key: Option<String>,
    pub set: SetQuantifier,
    pub if_exists: bool,
    pub negated: bool,
    pub matcher: Matcher,
    /// Position of the condition in its statement.
    pub condition: usize,
    /// For each kind of call, whether its requests lack the key as long as nothing asks for it.
    pub lacking: [bool; 4],
}

/// What a value is compared with.
#[derive(Clone, Debug)]
pub enum Matcher {
    Strings(Box<Strings>),
    Numbers(Order, Vec<f64>, Doubt),
    /// In nanoseconds since 1970.
    Dates(Order, Vec<i128>, Doubt),
    Networks(Vec<Network>, Doubt),
    /// `Null`: whether absence makes it true, whether presence does.
    Null(Truth, Truth),
    /// Not known.
    Opaque,
}

/// Strings to compare with.
#[derive(Clone, Debug, Default)]
pub struct Strings {
    /// What surely matches.
    pub must: StringSet,
    /// What may match for some value of the unknowns; need not hold `must`.
    pub may: StringSet,
    /// Values with policy variables.
    pub templates: Vec<Vec<Segment>>,
    pub form: Option<Form>,
}

/// What is not known of a comparison by size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Doubt {
    /// Whether there may be more values, or there is one whose negation is not documented.
    pub open: bool,
    /// What comes of a text that is not of the type.
    pub unreadable: Truth,
}

/// A comparison by size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    fn holds<T: PartialOrd>(self, value: &T, than: &T) -> bool {
        match self {
            Self::Equal => value == than,
            Self::Less => value < than,
            Self::LessOrEqual => value <= than,
            Self::Greater => value > than,
            Self::GreaterOrEqual => value >= than,
        }
    }
}

const CALLS: [Call; 4] = [Call::Principal, Call::Service, Call::Saml, Call::WebIdentity];

impl Atom {
    /// Compiles a condition of a policy of that version.
    pub fn new(condition: &Condition, position: usize, version: Version) -> Self {
        let key = condition.key.known().map(|k| k.to_ascii_lowercase());
        let (set, if_exists, negated) = condition
            .operator
            .map_or((SetQuantifier::Single, false, false), |o| (o.set, o.if_exists, o.test.is_negated()));
        let matcher = match condition.operator {
            Some(op) if key.is_some() => matcher(condition, op.test, op.if_exists, version),
            _ => Matcher::Opaque,
        };
        let lacking = CALLS.map(|call| key.as_deref().is_some_and(|k| space::lacks(k, call)));
        Self { key, set, if_exists, negated, matcher, condition: position, lacking }
    }

    /// Whether the condition holds when the key carries that. `multivalued` is whether the key may have several values.
    /// `resolve` gives the values of policy variables.
    pub fn truth(
        &self,
        carried: &Carried,
        multivalued: bool,
        resolve: &dyn Fn(&str) -> Option<String>,
        fuel: &mut Fuel,
    ) -> Truth {
        if let Some(fixed) = self.truth_by_presence(carried) {
            return fixed;
        }
        let mut one = |text: &str| {
            let truth = self.matcher.truth(text, resolve, fuel);
            if self.negated { truth.not() } else { truth }
        };
        match (carried, self.set) {
            (Carried::Nothing, _) => Truth::False,
            (Carried::One(_) | Carried::Many(_), SetQuantifier::Single) if multivalued => Truth::Unknown,
            (Carried::One(text), _) => one(text),
            (Carried::Many(all), SetQuantifier::ForAny) => all.iter().map(|t| one(t)).max().unwrap_or(Truth::False),
            (Carried::Many(all), SetQuantifier::ForAll) => all.iter().map(|t| one(t)).min().unwrap_or(Truth::True),
            (Carried::Many(_), SetQuantifier::Single) => Truth::Unknown,
        }
    }

    /// The truth where it does not depend on what the values are.
    pub fn truth_by_presence(&self, carried: &Carried) -> Option<Truth> {
        let absent = *carried == Carried::Nothing;
        match &self.matcher {
            Matcher::Opaque => return Some(Truth::Unknown),
            Matcher::Null(..) if self.set == SetQuantifier::ForAny => return Some(Truth::False),
            Matcher::Null(..) if self.set == SetQuantifier::ForAll => return Some(Truth::True),
            Matcher::Null(if_absent, if_present) => return Some(if absent { *if_absent } else { *if_present }),
            _ => {}
        }
        if !absent {
            return None;
        }
        Some(match self.set {
            SetQuantifier::ForAll => Truth::True,
            SetQuantifier::ForAny if self.if_exists => Truth::Unknown,
            SetQuantifier::ForAny => Truth::False,
            SetQuantifier::Single => Truth::of(self.if_exists || self.negated),
        })
    }

    /// Keys of policy variables in the values.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        let templates = match &self.matcher {
            Matcher::Strings(s) => &s.templates[..],
            _ => &[],
        };
        templates.iter().flatten().filter_map(|s| match s {
            Segment::Variable(key, _) => Some(&key[..]),
            _ => None,
        })
    }
}

impl Matcher {
    /// Whether a present value matches one of the values of the condition, before negation.
    pub fn truth(&self, text: &str, resolve: &dyn Fn(&str) -> Option<String>, fuel: &mut Fuel) -> Truth {
        let known = |hit: bool, open: bool| match (hit, open) {
            (true, _) => Truth::True,
            (false, true) => Truth::Unknown,
            (false, false) => Truth::False,
        };
        let odd = |doubt: &Doubt| if doubt.open { Truth::Unknown } else { doubt.unreadable };
        match self {
            Self::Strings(s) => {
                let form = s.form.unwrap_or(Form::Exact);
                if s.must.contains(text, fuel)
                    || s.templates.iter().any(|t| segment::pattern(t, form, resolve).is_some_and(|p| p.matches(text)))
                {
                    Truth::True
                } else {
                    known(false, s.may.contains(text, fuel))
                }
            }
            Self::Numbers(order, values, doubt) => {
                let Some(v) = measure::number(text) else { return odd(doubt) };
                known(values.iter().any(|p| order.holds(&v, p)), doubt.open)
            }
            Self::Dates(order, values, doubt) => {
                let Some(v) = measure::date(text) else { return odd(doubt) };
                known(values.iter().any(|p| order.holds(&v, p)), doubt.open)
            }
            Self::Networks(nets, doubt) => {
                fuel.burn(nets.len() as u64);
                if text.parse::<std::net::IpAddr>().is_err() {
                    return odd(doubt);
                }
                known(nets.iter().any(|n| n.holds(text)), doubt.open)
            }
            Self::Null(..) | Self::Opaque => Truth::Unknown,
        }
    }
}

fn matcher(condition: &Condition, test: Test, if_exists: bool, version: Version) -> Matcher {
    use Test as T;
    let form = match test {
        T::StringEquals | T::StringNotEquals | T::BinaryEquals => Form::Exact,
        T::StringEqualsIgnoreCase | T::StringNotEqualsIgnoreCase => Form::Folded,
        T::StringLike | T::StringNotLike => Form::Glob,
        T::ArnEquals | T::ArnLike | T::ArnNotEquals | T::ArnNotLike => Form::Arn,
        T::Bool => return boolean(condition, version),
        T::Null if if_exists => return Matcher::Opaque,
        T::Null => return null(condition),
        T::IpAddress | T::NotIpAddress => {
            let nets: Vec<Network> = condition.values.iter().filter_map(|v| Network::parse(&v.known()?)).collect();
            let doubt = Doubt::of(condition, test, nets.len());
            return Matcher::Networks(nets, doubt);
        }
        _ => return ordered(condition, test),
    };
    let variables = version == Version::V2012 && test != T::BinaryEquals;
    let mut strings = Strings { form: Some(form), ..Strings::default() };
    for value in &condition.values {
        let segments = segment::segments(&value.text, form, variables);
        if segments.contains(&Segment::Hole) {
            strings.may.extend(&StringSet::like(segment::widest(&segments, form)));
        } else if segments.iter().any(|s| matches!(s, Segment::Variable(..))) {
            strings.templates.push(segments);
        } else if form == Form::Folded
            && let Some(text) = value.known()
            && !text.contains("${")
        {
            strings.must.add_folded(&text);
            if !text.is_ascii() {
                // Only the folding of ASCII letters is beyond doubt.
                strings.may.add_folded(&text.to_lowercase());
                strings.may.add_folded(&text.to_uppercase());
            }
        } else if let Some(p) = segment::pattern(&segments, form, &|_| None) {
            strings.must.add(p);
        }
    }
    if form == Form::Arn {
        odd_arns(condition, test, &mut strings);
    }
    if condition.more_values {
        strings.may = StringSet::everything();
    }
    Matcher::Strings(Box::new(strings))
}

fn boolean(condition: &Condition, version: Version) -> Matcher {
    let mut strings = Strings { form: Some(Form::Folded), ..Strings::default() };
    for value in &condition.values {
        let segments = segment::segments(&value.text, Form::Folded, version == Version::V2012);
        if segments.contains(&Segment::Hole) {
            strings.may.add_folded("true");
            strings.may.add_folded("false");
        } else if segments.iter().any(|s| matches!(s, Segment::Variable(..))) {
            strings.templates.push(segments);
        } else if let Some(text) = value.known()
            && (text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"))
        {
            strings.must.add_folded(&text);
        }
    }
    if condition.more_values {
        strings.may = StringSet::everything();
    }
    Matcher::Strings(Box::new(strings))
}

/// What is not documented of comparing ARNs: a pattern that is `*` alone, and negations of what is no ARN.
fn odd_arns(condition: &Condition, test: Test, strings: &mut Strings) {
    let (colon, field) = (Token::Char(':'), Token::Star(Chars::NotColon));
    let fields =
        |n: usize| Pattern((0..n).flat_map(|i| if i == 0 { vec![field] } else { vec![colon, field] }).collect());
    for text in condition.values.iter().filter_map(|v| v.known()) {
        if &*text == "*" {
            let mut any = fields(5);
            any.0.extend([colon, Token::Star(Chars::Any)]);
            strings.may.add(any);
        } else if test.is_negated() && !text.contains("${") && text.matches(':').count() < 5 {
            strings.may = StringSet::everything();
        }
    }
    if test.is_negated() && !condition.values.is_empty() {
        (1..6).for_each(|n| strings.may.add(fields(n)));
    }
}

fn null(condition: &Condition) -> Matcher {
    let known = || condition.values.iter().map(|v| v.known().map(|t| t.to_ascii_lowercase()));
    let says = |wanted: &str| {
        if known().any(|v| v.as_deref() == Some(wanted)) {
            Truth::True
        } else if condition.more_values || known().any(|v| !matches!(v.as_deref(), Some("true" | "false"))) {
            Truth::Unknown
        } else {
            Truth::False
        }
    };
    Matcher::Null(says("true"), says("false"))
}

fn ordered(condition: &Condition, test: Test) -> Matcher {
    use Test as T;
    let order = match test {
        T::NumericLessThan | T::DateLessThan => Order::Less,
        T::NumericLessThanEquals | T::DateLessThanEquals => Order::LessOrEqual,
        T::NumericGreaterThan | T::DateGreaterThan => Order::Greater,
        T::NumericGreaterThanEquals | T::DateGreaterThanEquals => Order::GreaterOrEqual,
        _ => Order::Equal,
    };
    let known = condition.values.iter().filter_map(|v| v.known());
    if test.name().starts_with("Date") {
        let (odd, plain): (Vec<_>, Vec<_>) = known.partition(|v| measure::is_undocumented_date(v));
        let values: Vec<i128> = plain.iter().filter_map(|v| measure::date(v)).collect();
        let mut doubt = Doubt::of(condition, test, values.len());
        doubt.open |= !odd.is_empty();
        Matcher::Dates(order, values, doubt)
    } else {
        let values: Vec<f64> = known.filter_map(|v| measure::number(&v)).collect();
        let doubt = Doubt::of(condition, test, values.len());
        Matcher::Numbers(order, values, doubt)
    }
}

impl Doubt {
    /// Of a condition of whose values so many could be read.
    fn of(condition: &Condition, test: Test, read: usize) -> Self {
        let open = condition.more_values || condition.values.iter().any(|v| v.known().is_none());
        let negated = test.is_negated();
        let unread = condition.values.iter().filter(|v| v.known().is_some()).count() > read;
        let unreadable = if negated && !condition.values.is_empty() { Truth::Unknown } else { Truth::False };
        Self { open: open || negated && unread, unreadable }
    }
}

//! Functions of sets.

use super::{
    call::{Call, Outcome, Stop, argument, check_elements},
    list::any_number,
    table::{ANY, Function, Param, SET},
};
use crate::{
    terraform::{
        convert::{convert, distinct},
        equality::{equal, set_order},
        types::Type,
        unify::{type_of, unify},
    },
    value::{Kind, ListKind, Value},
};

const OPEN: Param = SET.unknown();

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("setintersection", &[OPEN], intersection).variadic(OPEN),
    Function::new("setproduct", &[], product).variadic(ANY.items().unknown()),
    Function::new("setsubtract", &[SET, OPEN], subtract),
    Function::new("setunion", &[OPEN], union).variadic(OPEN),
];

/// The elements of all sets, converted to the type that they have in common.
fn sets(c: &Call<'_>) -> Result<Vec<Vec<Value>>, Stop> {
    let mut types = Vec::new();
    for arg in c.args {
        // An empty set does not stand in the way of any type.
        let empty = matches!(&arg.kind, Kind::List(_, items) if items.is_empty());
        if let Type::Set(element) = type_of(arg)
            && !empty
        {
            types.push(*element);
        }
    }
    let Some(common) = unify(&types) else {
        return Err(Stop::Fail("the sets must have one element type in common".to_owned()));
    };
    let set = Type::Set(Box::new(common));
    let mut out = Vec::new();
    for (i, arg) in c.args.iter().enumerate() {
        if matches!(arg.kind, Kind::Unknown(_)) {
            out.push(vec![any_number(arg)]);
            continue;
        }
        let converted = convert(arg.clone(), &set).map_err(|e| Stop::Argument(i, e.to_string()))?;
        out.push(converted.items().into_iter().flatten().collect());
    }
    Ok(out)
}

fn set(c: &Call<'_>, items: Vec<Value>) -> Outcome {
    let mut items = distinct(items);
    items.sort_by(set_order);
    c.list(ListKind::Set, items)
}

/// Whether a set holds a value; `None` when that depends on what is not known.
fn holds(set: &[Value], value: &Value) -> Option<bool> {
    let mut result = Some(false);
    for item in set {
        match equal(item, value) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => result = None,
        }
    }
    result
}

/// Every pair of elements that is compared counts towards the limit.
fn check_pairs(a: &[Value], b: &[Value]) -> Result<(), Stop> {
    check_elements(a.len().saturating_mul(b.len()) / 100)
}

fn union(c: &Call<'_>) -> Outcome {
    let items: Vec<Value> = sets(c)?.into_iter().flatten().collect();
    check_elements(items.len())?;
    set(c, items)
}

fn intersection(c: &Call<'_>) -> Outcome {
    let mut sets = sets(c)?.into_iter();
    let mut result = sets.next().unwrap_or_default();
    for other in sets {
        check_pairs(&result, &other)?;
        // What is not known on one side may be one of the other side.
        if other.iter().any(|v| matches!(v.kind, Kind::Unknown(_)))
            || result.iter().any(|v| matches!(v.kind, Kind::Unknown(_)))
        {
            let sure = |a: &[Value], b: &[Value]| -> Vec<Value> {
                let kept = a.iter().filter_map(|v| match holds(b, v) {
                    Some(true) => Some(v.clone()),
                    Some(false) => None,
                    None => Some(any_number(v)),
                });
                kept.collect()
            };
            let mut both = sure(&result, &other);
            both.extend(sure(&other, &result));
            result = both;
            continue;
        }
        result = result
            .into_iter()
            .filter_map(|v| match holds(&other, &v) {
                Some(true) => Some(v),
                Some(false) => None,
                None => Some(any_number(&v)),
            })
            .collect();
    }
    set(c, result)
}

fn subtract(c: &Call<'_>) -> Outcome {
    let mut sets = sets(c)?.into_iter();
    let (from, what) = (sets.next().unwrap_or_default(), sets.next().unwrap_or_default());
    check_pairs(&from, &what)?;
    let items = from.into_iter().filter_map(|v| match holds(&what, &v) {
        Some(true) => None,
        Some(false) => Some(v),
        None => Some(any_number(&v)),
    });
    set(c, items.collect())
}

fn product(c: &Call<'_>) -> Outcome {
    if c.args.len() < 2 {
        return argument(0, "at least two sets are required");
    }
    let mut total = 1_usize;
    let mut factors: Vec<Vec<Value>> = Vec::new();
    let mut any_set = false;
    for (i, arg) in c.args.iter().enumerate() {
        if matches!(arg.kind, Kind::Unknown(_)) {
            factors.push(vec![any_number(arg)]);
            continue;
        }
        let (kind, items) = c.items(i)?;
        any_set |= kind == ListKind::Set;
        let items: Vec<Value> = match kind {
            ListKind::Tuple => {
                let list = convert(arg.clone(), &Type::List(Box::new(Type::Any)));
                list.map_err(|e| Stop::Argument(i, e.to_string()))?.items().into_iter().flatten().collect()
            }
            ListKind::List | ListKind::Set => items,
        };
        total = total.saturating_mul(items.len());
        check_elements(total.saturating_mul(c.args.len()))?;
        factors.push(items);
    }
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for factor in &factors {
        let mut next = Vec::with_capacity(rows.len() * factor.len());
        for row in &rows {
            for item in factor {
                let mut longer = row.clone();
                longer.push(item.clone());
                next.push(longer);
            }
        }
        rows = next;
    }
    let rows = rows.into_iter().map(|row| match row.iter().find(|v| crate::terraform::equality::is_many(v)) {
        Some(open) => any_number(open),
        None => Value::list(ListKind::Tuple, row, c.cx.at),
    });
    if any_set { set(c, rows.collect()) } else { c.list(ListKind::List, rows.collect()) }
}

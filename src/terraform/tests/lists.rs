//! Lists that a conversion leaves as they are, and others.

use std::sync::Arc;

use crate::{
    source::{FileId, Location, Span},
    terraform::{convert::convert, types::Type},
    value::{Kind, ListKind, Number, Reason, Unknown, Value, to_contract_json},
};

fn here() -> Location {
    Location::new(FileId(0), Span::new(0, 1))
}

fn shown(values: &[Value]) -> Vec<String> {
    values.iter().map(|v| to_contract_json(v).to_string()).collect()
}

/// All lists of up to three of some values.
fn lists() -> Vec<Vec<Value>> {
    let unknown = Value::unknown(Unknown::new("var.x", Reason::OnlyAws, here()), here());
    let number = Value::new(Kind::Number(Number::int(7)), here());
    let some = [Value::string("a", here()), Value::string("b", here()), number, Value::bool(true, here()), unknown];
    let mut all = vec![Vec::new()];
    let mut last = all.clone();
    for _ in 0..3 {
        let longer = |list: &Vec<Value>| some.clone().map(|v| [list.clone(), vec![v]].concat());
        last = last.iter().flat_map(longer).collect();
        all.extend(last.clone());
    }
    all
}

#[test]
fn a_list_of_strings_has_what_each_of_its_items_is_as_a_string() {
    for items in lists() {
        let strings: Vec<Value> = items.iter().map(|v| convert(v.clone(), &Type::String).unwrap()).collect();
        for given in [ListKind::Tuple, ListKind::List, ListKind::Set] {
            let list = Value::list(given, items.clone(), here());
            let converted = convert(list.clone(), &Type::List(Box::new(Type::String))).unwrap();
            let (Kind::List(_, before), Kind::List(kind, after)) = (&list.kind, &converted.kind) else {
                panic!("no list")
            };
            assert_eq!(shown(after), shown(&strings));
            let open = items.iter().any(|v| matches!(v.kind, Kind::Unknown(_)));
            assert_eq!(*kind, if given == ListKind::Set && open { ListKind::Set } else { ListKind::List });
            let same = items.iter().all(|v| matches!(v.kind, Kind::String(_) | Kind::Unknown(_)));
            assert_eq!(Arc::ptr_eq(before, after), same, "{:?}", shown(before));
        }
    }
}

#[test]
fn a_set_that_is_made_of_a_list_has_nothing_twice() {
    for items in lists() {
        let list = Value::list(ListKind::Tuple, items, here());
        let set = convert(list, &Type::Set(Box::new(Type::String))).unwrap();
        let Kind::List(ListKind::Set, items) = &set.kind else { panic!("no set") };
        let known: Vec<String> = items.iter().filter_map(|v| v.as_str().map(|s| s.into_owned())).collect();
        let mut apart = known.clone();
        apart.sort();
        apart.dedup();
        assert_eq!(known, apart);
    }
}

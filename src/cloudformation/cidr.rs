use std::net::{Ipv4Addr, Ipv6Addr};

use super::functions::Failure;
use crate::{
    source::Location,
    value::{Kind, ListKind, Value},
};

/// `Fn::Cidr`: the first `count` blocks of `bits` host bits in a block.
pub(super) fn cidr(args: &[Value], at: Location) -> Result<Value, Failure> {
    for arg in args {
        if let Kind::Unknown(u) = &arg.kind {
            return Err(Failure::Needs((**u).clone()));
        }
        if let Kind::String(text) = &arg.kind
            && let Some(hole) = text.first_hole()
        {
            return Err(Failure::Needs((**hole).clone()));
        }
    }
    let known: Vec<String> = args.iter().filter_map(|a| a.as_str().map(|s| s.into_owned())).collect();
    let wrong = || Failure::Error("it needs an IP block, a count and the number of host bits".into());
    let block = known.first().ok_or_else(wrong)?;
    let count: u32 = known.get(1).and_then(|c| c.parse().ok()).filter(|c| (1..=256).contains(c)).ok_or_else(wrong)?;
    let (address, prefix) = block.split_once('/').ok_or_else(wrong)?;
    let prefix: u32 = prefix.parse().map_err(|_| wrong())?;
    let bits: Option<u32> = known.get(2).map(|b| b.parse()).transpose().map_err(|_| wrong())?;
    let blocks = if let Ok(v4) = address.parse::<Ipv4Addr>() {
        let bits = bits.unwrap_or(8);
        starts(u128::from(u32::from(v4)), 32, prefix, bits, count).map(|s| {
            s.map(|n| format!("{}/{}", Ipv4Addr::from(u32::try_from(n).unwrap_or(0)), 32 - bits)).collect::<Vec<_>>()
        })
    } else if let Ok(v6) = address.parse::<Ipv6Addr>() {
        let bits = bits.unwrap_or(64);
        starts(u128::from(v6), 128, prefix, bits, count)
            .map(|s| s.map(|n| format!("{}/{}", Ipv6Addr::from(n), 128 - bits)).collect::<Vec<_>>())
    } else {
        return Err(wrong());
    };
    let blocks = blocks.ok_or_else(|| Failure::Error(format!("`{block}` does not hold {count} such blocks")))?;
    Ok(Value::list(ListKind::List, blocks.into_iter().map(|b| Value::string(b, at)).collect(), at))
}

fn starts(address: u128, width: u32, prefix: u32, bits: u32, count: u32) -> Option<impl Iterator<Item = u128>> {
    let host = width.checked_sub(prefix)?;
    if bits > host || bits >= width || (host - bits < 9 && count > 1 << (host - bits)) {
        return None;
    }
    let base = if host >= 128 { 0 } else { address >> host << host };
    Some((0..u128::from(count)).map(move |i| base + (i << bits)))
}

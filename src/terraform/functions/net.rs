//! Functions of IP networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{
    call::{Call, Outcome, Stop, argument, fail},
    table::{Function, NUMBER, STRING},
};
use crate::value::{ListKind, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("cidrhost", &[STRING, NUMBER], cidrhost),
    Function::new("cidrnetmask", &[STRING], cidrnetmask),
    Function::new("cidrsubnet", &[STRING, NUMBER, NUMBER], cidrsubnet),
    Function::new("cidrsubnets", &[STRING], cidrsubnets).variadic(NUMBER),
];

/// A network: its address with host bits zero, the length of its prefix, and whether it is IPv6.
#[derive(Clone, Copy)]
struct Network {
    address: u128,
    prefix: u32,
    six: bool,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let prefix: u32 = prefix.bytes().all(|b| b.is_ascii_digit()).then(|| prefix.parse().ok())??;
        // Terraform accepts decimal numbers with leading zeros.
        let plain = |octet: &str| {
            let trimmed = octet.trim_start_matches('0');
            if trimmed.is_empty() && !octet.is_empty() { "0".to_owned() } else { trimmed.to_owned() }
        };
        let address = if address.contains(':') {
            address.to_owned()
        } else {
            address.split('.').map(plain).collect::<Vec<_>>().join(".")
        };
        let (address, six) = match address.parse::<IpAddr>().ok()? {
            IpAddr::V4(a) => (u128::from(u32::from(a)), false),
            IpAddr::V6(a) => (u128::from(a), true),
        };
        let network = Self { address, prefix, six };
        if prefix > network.bits() {
            return None;
        }
        Some(Self { address: address & network.mask(), ..network })
    }

    fn bits(self) -> u32 {
        if self.six { 128 } else { 32 }
    }

    fn host_bits(self) -> u32 {
        self.bits() - self.prefix
    }

    fn mask(self) -> u128 {
        let all = if self.six { u128::MAX } else { u128::from(u32::MAX) };
        all & !low_bits(self.host_bits())
    }

    fn show(self, address: u128) -> String {
        if self.six {
            Ipv6Addr::from(address).to_string()
        } else {
            Ipv4Addr::from(u32::try_from(address).unwrap_or(0)).to_string()
        }
    }
}

fn low_bits(count: u32) -> u128 {
    if count >= 128 { u128::MAX } else { (1 << count) - 1 }
}

fn network(c: &Call<'_>) -> Result<Network, Stop> {
    let text = c.str(0)?;
    Network::parse(&text).ok_or_else(|| Stop::Argument(0, format!("`{text}` is no network in CIDR notation")))
}

fn cidrhost(c: &Call<'_>) -> Outcome {
    let (network, host) = (network(c)?, c.int(1)?);
    let count = low_bits(network.host_bits());
    let number = host.unsigned_abs();
    if number > if host < 0 { count.saturating_add(1) } else { count } {
        return argument(1, format!("the prefix of {} bits has no host {host}", network.prefix));
    }
    let offset = if host < 0 { count - (number - 1) } else { number };
    c.made(network.show(network.address | offset), 0)
}

fn cidrnetmask(c: &Call<'_>) -> Outcome {
    let network = network(c)?;
    if network.six {
        return argument(0, "an IPv6 network has no netmask");
    }
    c.made(network.show(network.mask()), 0)
}

/// The subnet with that number, `bits` longer than the network's prefix.
fn subnet(network: Network, bits: u32, number: u128) -> Network {
    let prefix = network.prefix + bits;
    let shift = network.bits() - prefix;
    let offset = if shift >= 128 { 0 } else { number << shift };
    Network { address: network.address | offset, prefix, ..network }
}

fn cidrsubnet(c: &Call<'_>) -> Outcome {
    let (network, bits, number) = (network(c)?, c.int(1)?, c.int(2)?);
    let Some(bits) = u32::try_from(bits).ok().filter(|b| *b <= network.host_bits()) else {
        return argument(1, format!("a prefix of {} bits cannot be extended by {bits}", network.prefix));
    };
    let Some(number) = u128::try_from(number).ok().filter(|n| *n <= low_bits(bits)) else {
        return argument(2, format!("an extension of {bits} bits has no subnet {number}"));
    };
    let subnet = subnet(network, bits, number);
    c.made(format!("{}/{}", subnet.show(subnet.address), subnet.prefix), 0)
}

fn cidrsubnets(c: &Call<'_>) -> Outcome {
    let network = network(c)?;
    let mut next = network.address;
    let mut used_up = false;
    let mut out = Vec::new();
    for i in 1..c.args.len() {
        let bits = c.int(i)?;
        if bits < 1 {
            return argument(i, "the prefix must be extended by at least one bit");
        }
        let Some(bits) = u32::try_from(bits).ok().filter(|b| *b <= network.host_bits() && *b <= 32) else {
            return argument(i, format!("a prefix of {} bits cannot be extended by {bits}", network.prefix));
        };
        let prefix = network.prefix + bits;
        let size = low_bits(network.bits() - prefix);
        let start = match next & size {
            0 => Some(next),
            _ => (next | size).checked_add(1),
        };
        let Some(start) = start.filter(|s| !used_up && s & network.mask() == network.address) else {
            return fail(format!("there is no room for a prefix of {prefix} bits after the networks before it"));
        };
        out.push(Value::string(format!("{}/{prefix}", network.show(start)), c.from(0)));
        match (start | size).checked_add(1) {
            Some(after) => next = after,
            None => used_up = true,
        }
    }
    c.list(ListKind::List, out)
}

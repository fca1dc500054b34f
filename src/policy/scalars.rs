//! The values that condition operators read: numbers, dates, networks, booleans, binary data.

use std::{
    cmp::Ordering,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use crate::calendar;

/// `true` or `false` in any case.
pub fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// A decimal number of any length, compared exactly.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decimal {
    negative: bool,
    whole: String,
    fraction: String,
}

impl Decimal {
    /// Reads an optional sign, digits, and digits after a point.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        let negative = negative && !(whole.is_empty() && fraction.is_empty());
        Some(Self { negative, whole, fraction })
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        let longer = self.whole.len().cmp(&other.whole.len());
        longer.then_with(|| self.whole.cmp(&other.whole)).then_with(|| self.fraction.cmp(&other.fraction))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A moment, in nanoseconds since 1970 in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Moment(pub i128);

const SECOND: i128 = 1_000_000_000;

impl Moment {
    /// Reads a date as AWS documents it: seconds since 1970, or one of the W3C profiles of ISO 8601 (`2027-03-31`,
    /// `2027-03-31T12:00Z`, `2027-03-31T12:00:00.5+02:00`). Four digits are a year.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.is_empty()
            && digits.bytes().all(|b| b.is_ascii_digit())
            && (digits.len() != 4 || digits.len() != text.len())
        {
            return text.parse::<i64>().ok().map(|s| Self(i128::from(s) * SECOND));
        }
        let (date, time) = match text.split_once(['T', 't']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut fields = date.split('-');
        let year: i64 = number(fields.next()?, 4)?;
        let month: i64 = fields.next().map_or(Some(1), |f| number(f, 2))?;
        let day: i64 = fields.next().map_or(Some(1), |f| number(f, 2))?;
        if fields.next().is_some() || !(1..=12).contains(&month) || !(1..=calendar::days_in(year, month)).contains(&day)
        {
            return None;
        }
        let midnight = i128::from(calendar::days_of(year, month, day)) * 86_400 * SECOND;
        match time {
            None => Some(Self(midnight)),
            Some(time) => Some(Self(midnight + time_of_day(time)?)),
        }
    }
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.f`, with `Z`, `+hh:mm` or `-hh:mm` (UTC when nothing stands
/// there), as nanoseconds since midnight in UTC.
fn time_of_day(text: &str) -> Option<i128> {
    let (clock, offset) = match text.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, 0),
        None if !text.contains(['+', '-']) => (text, 0),
        None => {
            let at = text.rfind(['+', '-'])?;
            let (clock, zone) = text.split_at_checked(at)?;
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            let zone = zone.get(1..)?;
            let (hours, minutes) = match zone.split_once(':') {
                Some((h, m)) => (number(h, 2)?, number(m, 2)?),
                None if zone.len() == 4 => (number(zone.get(..2)?, 2)?, number(zone.get(2..)?, 2)?),
                None => return None,
            };
            (clock, sign * (hours * 3_600 + minutes * 60))
        }
    };
    let (seconds, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut fields = seconds.split(':');
    let hours = number(fields.next()?, 2)?;
    let minutes = number(fields.next()?, 2)?;
    let seconds = fields.next().map_or(Some(0), |f| number(f, 2))?;
    if fields.next().is_some() || hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nanos: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let whole = i128::from(hours * 3_600 + minutes * 60 + seconds - offset);
    Some(whole * SECOND + nanos.parse::<i128>().ok()?)
}

fn number(text: &str, digits: usize) -> Option<i64> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// An address with a prefix length.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// Reads `203.0.113.0/24`, `2001:db8::/32`, or an address alone, which is a network of one.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((a, p)) if !p.is_empty() && p.len() <= 3 && p.bytes().all(|b| b.is_ascii_digit()) => {
                (a, Some(p.parse::<u32>().ok()?))
            }
            Some(_) => return None,
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(most);
        (prefix <= most).then_some(Self { address, prefix })
    }

    /// Whether an address of the same family lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(net), IpAddr::V4(a)) => {
                let mask = u32::MAX.checked_shl(32 - self.prefix).unwrap_or(0);
                Ipv4Addr::to_bits(net) & mask == Ipv4Addr::to_bits(a) & mask
            }
            (IpAddr::V6(net), IpAddr::V6(a)) => {
                let mask = u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0);
                Ipv6Addr::to_bits(net) & mask == Ipv6Addr::to_bits(a) & mask
            }
            _ => false,
        }
    }

    /// Its address as written; the bits after the prefix may be set.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// The length of its prefix in bits.
    pub fn prefix(&self) -> u32 {
        self.prefix
    }
}

/// Base64 with the standard alphabet and padding.
pub fn binary(text: &str) -> Option<Vec<u8>> {
    let body = text.trim_end_matches('=');
    if text.len() - body.len() > 2 || !text.len().is_multiple_of(4) {
        return None;
    }
    let mut out = Vec::with_capacity(body.len() / 4 * 3 + 2);
    let (mut buffer, mut bits) = (0u32, 0u32);
    for b in body.bytes() {
        let six = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        buffer = (buffer << 6 | u32::from(six)) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(((buffer >> bits) & 0xff) as u8);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_exactly() {
        let n = |s: &str| Decimal::parse(s).unwrap();
        assert_eq!(n("007.50"), n("+7.5"));
        assert_eq!(n("-0"), n("0.0"));
        assert!(n("-2") < n("-1.5") && n("-1.5") < n("0") && n("9") < n("10") && n("0.09") < n("0.1"));
        assert!(n("100000000000000000000000000000000000001") > n("100000000000000000000000000000000000000"));
        for bad in ["", "-", ".", "1e3", "0x1", "1.2.3", " 1", "--1"] {
            assert_eq!(Decimal::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn dates_are_moments() {
        let s = |t: &str| Moment::parse(t).map(|m| m.0 / SECOND);
        assert_eq!(s("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(s("2000-03-01"), Some(951_868_800));
        assert_eq!(s("2024-02-29T12:30Z"), Some(1_709_209_800));
        assert_eq!(s("2024-02-29T14:30:00+02:00"), Some(1_709_209_800));
        assert_eq!(s("2024-02-29T14:30:00.250+0200"), Some(1_709_209_800));
        assert_eq!(s("1709209800"), Some(1_709_209_800));
        assert_eq!(s("1970"), Some(0));
        assert_eq!(s("1969-12-31T23:59:59Z"), Some(-1));
        for bad in
            ["", "T", "2023-02-29", "2024-13-01", "2024-01-01T25:00Z", "2024-01-01T10", "yesterday", "20-1-1", "-"]
        {
            assert_eq!(s(bad), None, "{bad}");
        }
    }

    #[test]
    fn networks_hold_addresses_of_their_family() {
        let has = |n: &str, a: &str| Network::parse(n).unwrap().contains(a.parse().unwrap());
        assert!(has("10.0.0.0/8", "10.255.0.1") && !has("10.0.0.0/8", "11.0.0.1"));
        assert!(has("10.1.2.3/8", "10.9.9.9"), "bits after the prefix do not matter");
        assert!(has("0.0.0.0/0", "1.2.3.4") && !has("0.0.0.0/0", "::1"));
        assert!(has("203.0.113.7", "203.0.113.7") && !has("203.0.113.7", "203.0.113.8"));
        assert!(has("2001:db8::/32", "2001:db8:ffff::1") && has("::/0", "fe80::1"));
        for bad in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/", "10.0.0.0/+8", "*"] {
            assert_eq!(Network::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn base64_is_read() {
        assert_eq!(binary("QmluYXJ5"), Some(b"Binary".to_vec()));
        assert_eq!(binary("QQ=="), Some(b"A".to_vec()));
        assert_eq!(binary(""), Some(Vec::new()));
        for bad in ["Q", "QQ", "Q===", "Q*==", "QQ="] {
            assert_eq!(binary(bad), None, "{bad}");
        }
    }
}

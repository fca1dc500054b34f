//! Values that are compared by size: numbers, dates and addresses.

use std::net::IpAddr;

/// A decimal number as policies write them; exact up to 15 digits, and none beyond.
pub fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let some = !whole.is_empty() || !fraction.is_empty();
    (some && plain(whole) && plain(fraction) && whole.len() + fraction.len() <= 15).then(|| text.parse().ok()).flatten()
}

/// The number as text, without exponent.
pub fn number_text(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value:.0}") } else { format!("{value}") }
}

/// Nanoseconds in a second.
pub const SECOND: i128 = 1_000_000_000;

/// Whether AWS does not say which moment a text is: a year or seconds, or seconds with a fraction.
pub fn is_undocumented_date(text: &str) -> bool {
    if text.len() == 4 && text.chars().all(|c| c.is_ascii_digit()) {
        return true;
    }
    let mut points = 0;
    let number = text.trim_start_matches('-').split('.').all(|part| {
        points += 1;
        !part.is_empty() && part.chars().all(|c| c.is_ascii_digit())
    });
    number && points == 2 && !text.starts_with("--")
}

/// A date as nanoseconds since 1970: ISO 8601 (`2026-11-21`, `2026-11-21T08:00Z`, `…T08:00:00.5+01:00`) or seconds.
pub fn date(text: &str) -> Option<i128> {
    let seconds = text.strip_prefix('-').unwrap_or(text);
    let year_alone = seconds.len() == 4 && seconds.len() == text.len();
    if !seconds.is_empty() && seconds.bytes().all(|b| b.is_ascii_digit()) && !year_alone {
        return text.parse::<i64>().ok().map(|s| i128::from(s) * SECOND);
    }
    let (day, time) = match text.split_once(['T', 't']) {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let mut fields = day.split('-');
    let year: i64 = digits(fields.next()?, 4)?;
    let month: i64 = fields.next().map_or(Some(1), |m| digits(m, 2))?;
    let dom: i64 = fields.next().map_or(Some(1), |d| digits(d, 2))?;
    if fields.next().is_some() || !(1..=12).contains(&month) || dom < 1 {
        return None;
    }
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    if dom > days_before(next_year, next_month, 1) - days_before(year, month, 1) {
        return None;
    }
    let midnight = i128::from(days_before(year, month, dom) * 86_400) * SECOND;
    let Some(time) = time else { return Some(midnight) };
    let at = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = (time.get(..at)?, time.get(at..)?);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nanos: i128 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    let mut fields = clock.split(':');
    let hours: i64 = digits(fields.next()?, 2)?;
    let minutes: i64 = digits(fields.next()?, 2)?;
    let seconds: i64 = fields.next().map_or(Some(0), |s| digits(s, 2))?;
    if hours > 23 || minutes > 59 || seconds > 60 || fields.next().is_some() {
        return None;
    }
    let shift = match zone.as_bytes() {
        [] | [b'Z' | b'z'] => 0,
        [sign, ..] if zone.len() == 5 || zone.len() == 6 && zone.get(3..4) == Some(":") => {
            let (h, m) = (digits(zone.get(1..3)?, 2)?, digits(zone.get(zone.len() - 2..)?, 2)?);
            (h * 3600 + m * 60) * if *sign == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    Some(midnight + i128::from(hours * 3600 + minutes * 60 + seconds - shift) * SECOND + nanos)
}

fn digits(text: &str, count: usize) -> Option<i64> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Days from 1970-01-01 to a day of the Gregorian calendar.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let days = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    days + (month * 306 + 5) / 10 + day - 1 - 719_468
}

/// Nanoseconds since 1970 as ISO 8601.
pub fn date_text(nanos: i128) -> String {
    let fraction = nanos.rem_euclid(SECOND);
    let seconds = i64::try_from(nanos.div_euclid(SECOND)).unwrap_or(0).clamp(-30_000_000_000, 250_000_000_000);
    let days = seconds.div_euclid(86_400);
    let rest = seconds.rem_euclid(86_400);
    // The year by its mean length may be one too many.
    let mut year = 1970 + days * 400 / 146_097;
    while days_before(year, 1, 1) > days {
        year -= 1;
    }
    while days_before(year + 1, 1, 1) <= days {
        year += 1;
    }
    let month = (1..=12).rev().find(|m| days_before(year, *m, 1) <= days).unwrap_or(1);
    let day = days - days_before(year, month, 1) + 1;
    let (hours, minutes, seconds) = (rest / 3600, rest / 60 % 60, rest % 60);
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:09}") };
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}{fraction}Z")
}

/// A range of addresses of one family, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Network {
    v6: bool,
    first: u128,
    last: u128,
}

impl Network {
    /// `10.0.0.0/8`, `10.1.2.3`, `2001:db8::/32`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => {
                let plain = !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit());
                (address, Some(bits.parse::<u32>().ok().filter(|_| plain && bits.len() <= 3)?))
            }
            None => (text, None),
        };
        let (v6, address, width) = split(address.parse().ok()?);
        let bits = bits.unwrap_or(width);
        if bits > width {
            return None;
        }
        let free = if width == bits { 0 } else { u128::MAX >> (128 - (width - bits)) };
        Some(Self { v6, first: address & !free, last: address | free })
    }

    /// Whether an address, given as text, lies in it.
    pub fn holds(&self, address: &str) -> bool {
        let Some((v6, address, _)) = address.parse().ok().map(split) else { return false };
        v6 == self.v6 && (self.first..=self.last).contains(&address)
    }

    /// Whether it leaves out most addresses of its family.
    pub fn is_narrow(&self) -> bool {
        let all = if self.v6 { u128::MAX } else { u128::from(u32::MAX) };
        self.last - self.first < all / 2
    }

    /// Addresses at and next to its ends.
    pub fn ends(&self) -> Vec<String> {
        let top = if self.v6 { u128::MAX } else { u128::from(u32::MAX) };
        let next = (self.last < top).then(|| self.last + 1);
        // The first address of a network is not one that a caller has, where it has more than one.
        let inner = (self.first < self.last).then(|| self.first + 1);
        let all = [inner, Some(self.first), Some(self.last), next, self.first.checked_sub(1)];
        all.into_iter().flatten().map(|a| text(self.v6, a)).collect()
    }
}

fn split(address: IpAddr) -> (bool, u128, u32) {
    match address {
        IpAddr::V4(a) => (false, u128::from(u32::from(a)), 32),
        IpAddr::V6(a) => (true, u128::from(a), 128),
    }
}

fn text(v6: bool, address: u128) -> String {
    match u32::try_from(address) {
        Ok(low) if !v6 => std::net::Ipv4Addr::from(low).to_string(),
        _ => std::net::Ipv6Addr::from(address).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written() {
        assert_eq!(date("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(date("2000-03-01"), Some(951_868_800 * SECOND));
        assert_eq!(date("2026-11-21T08:30:00+01:00"), date("2026-11-21T07:30:00Z"));
        assert_eq!(date("1700000000"), Some(1_700_000_000 * SECOND));
        assert_eq!(date("2023-02-29"), None);
        assert_eq!(date("2026-11-21T08:30:00.25Z"), date("2026-11-21T08:30Z").map(|s| s + SECOND / 4));
        assert_eq!(date("soon"), None);
        for odd in ["2027", "10.0", "1700000000.5", "-1.5", "1.5"] {
            assert!(is_undocumented_date(odd), "{odd}");
        }
        for plain in ["1700000000", "2027-01", "2026-11-21T08:30:00.25Z", "1.", ".5", "1.2.3", "-", "-5", "", "+123"] {
            assert!(!is_undocumented_date(plain), "{plain}");
        }
        for s in [0_i128, 951_868_799, 951_868_800, 1_700_000_000, 4_102_444_800, -1] {
            let moment = s * SECOND;
            assert_eq!(date(&date_text(moment)), Some(moment), "{}", date_text(moment));
            assert_eq!(date(&date_text(moment + 1)), Some(moment + 1));
        }
    }

    #[test]
    fn networks_hold_their_addresses() {
        let net = Network::parse("10.0.0.0/8").unwrap();
        assert!(net.holds("10.255.255.255") && !net.holds("11.0.0.0") && !net.holds("::1") && !net.holds("x"));
        assert_eq!(net.ends(), ["10.0.0.1", "10.0.0.0", "10.255.255.255", "11.0.0.0", "9.255.255.255"]);
        assert!(Network::parse("0.0.0.0/0").unwrap().holds("8.8.8.8"));
        assert!(Network::parse("2001:db8::/32").unwrap().holds("2001:db8::1"));
        assert!(Network::parse("10.0.0.0/33").is_none() && Network::parse("10.0.0.0/").is_none());
    }

    #[test]
    fn numbers_are_decimals() {
        assert_eq!(number("3600"), Some(3600.0));
        assert_eq!(number("-1.5"), Some(-1.5));
        assert_eq!(number("1e3"), None);
        assert_eq!(number(""), None);
        assert_eq!(number_text(3600.0), "3600");
    }
}

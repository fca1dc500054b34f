//! Functions of dates and times (RFC 3339).

use std::cmp::Ordering;

use super::{
    call::{Call, Outcome, Stop, argument},
    table::{Function, STRING},
};
use crate::{calendar, value::Number};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("formatdate", &[STRING, STRING], formatdate),
    Function::new("timeadd", &[STRING, STRING], timeadd),
    Function::new("timecmp", &[STRING, STRING], timecmp),
];

/// A moment: local date and time with the zone's offset.
#[derive(Clone, Copy)]
struct Time {
    /// Days since 1970-01-01, local.
    days: i64,
    /// Seconds of that day, local.
    seconds: i64,
    nanos: i64,
    /// Minutes east of UTC.
    offset: i64,
}

impl Time {
    fn parse(text: &str) -> Option<Self> {
        let digits = |range: std::ops::Range<usize>| -> Option<i64> {
            let part = text.get(range)?;
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?
        };
        let mark = |at: usize, c: &str| text.get(at..at + 1) == Some(c);
        if !(mark(4, "-") && mark(7, "-") && mark(10, "T") && mark(13, ":") && mark(16, ":")) {
            return None;
        }
        let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
        let (hour, minute, second) = (digits(11..13)?, digits(14..16)?, digits(17..19)?);
        if !(1..=12).contains(&month) || day < 1 || day > calendar::days_in(year, month) {
            return None;
        }
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let mut rest = text.get(19..)?;
        let mut nanos = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let digits = fraction.get(..length).filter(|d| !d.is_empty())?;
            nanos = format!("{digits:0<9}").get(..9)?.parse().ok()?;
            rest = fraction.get(length..)?;
        }
        let offset = match rest {
            "Z" => 0,
            _ => {
                let sign = if rest.starts_with('+') { 1 } else { -1 };
                let zone = rest.strip_prefix(['+', '-'])?;
                let (h, m) = zone.split_once(':')?;
                let number = |t: &str| (t.len() == 2).then(|| t.parse::<i64>().ok())?;
                let (h, m) = (number(h)?, number(m)?);
                if h > 24 || m > 59 {
                    return None;
                }
                sign * (h * 60 + m)
            }
        };
        Some(Self {
            days: calendar::days_of(year, month, day),
            seconds: hour * 3600 + minute * 60 + second,
            nanos,
            offset,
        })
    }

    /// Seconds since the epoch, UTC.
    fn epoch(self) -> i64 {
        self.days * 86_400 + self.seconds - self.offset * 60
    }

    fn plus(self, nanos: i128) -> Option<Self> {
        let local = i128::from(self.days * 86_400 + self.seconds) * 1_000_000_000 + i128::from(self.nanos) + nanos;
        let seconds = i64::try_from(local.div_euclid(1_000_000_000)).ok()?;
        let nanos = i64::try_from(local.rem_euclid(1_000_000_000)).ok()?;
        Some(Self { days: seconds.div_euclid(86_400), seconds: seconds.rem_euclid(86_400), nanos, ..self })
    }

    fn zone(self, colon: &str, zulu: bool) -> String {
        if zulu && self.offset == 0 {
            return "Z".to_owned();
        }
        let minutes = self.offset.abs();
        let sign = if self.offset < 0 { '-' } else { '+' };
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }

    fn show(self) -> String {
        let (year, month, day) = calendar::date_of(self.days);
        let (h, m, s) = (self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60);
        format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}{}", self.zone(":", true))
    }
}

fn time(c: &Call<'_>, index: usize) -> Result<Time, Stop> {
    let text = c.str(index)?;
    Time::parse(&text).ok_or_else(|| Stop::Argument(index, format!("`{text}` is no time in the form of RFC 3339")))
}

fn timecmp(c: &Call<'_>) -> Outcome {
    let (a, b) = (time(c, 0)?, time(c, 1)?);
    let result = match (a.epoch(), a.nanos).cmp(&(b.epoch(), b.nanos)) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    };
    c.num(Number::int(result), 0)
}

fn timeadd(c: &Call<'_>) -> Outcome {
    let (time, duration) = (time(c, 0)?, c.str(1)?);
    let Some(nanos) = nanoseconds(&duration) else {
        return argument(1, format!("`{duration}` is no duration"));
    };
    match time.plus(nanos) {
        Some(time) => c.made(time.show(), 0),
        None => argument(1, "the duration leads too far"),
    }
}

/// The length of a duration as Go writes it (`-1h30m`, `1.5s`), in nanoseconds.
fn nanoseconds(text: &str) -> Option<i128> {
    let (sign, mut rest) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (if text.starts_with('-') { -1 } else { 1 }, rest),
        None => (1, text),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0_i128;
    while !rest.is_empty() {
        let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(length);
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, next) = after.split_at(end);
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') || number.len() > 18 {
            return None;
        }
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let mut part = whole.checked_mul(unit)?;
        if !fraction.is_empty() {
            let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
            part += fraction.parse::<i128>().ok()?.checked_mul(unit)? / scale;
        }
        total = total.checked_add(part)?;
        rest = next;
    }
    (total <= i128::from(i64::MAX)).then_some(sign * total)
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];

fn formatdate(c: &Call<'_>) -> Outcome {
    let (format, time) = (c.str(0)?, time(c, 1)?);
    let mut out = String::new();
    let mut rest = &*format;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let Some(after) = quoted(&rest[1..], &mut out) else {
                return argument(0, "a quoted part has no end");
            };
            rest = after;
            continue;
        }
        let length = rest.find(|c| c != first).unwrap_or(rest.len());
        let (verb, after) = rest.split_at(length);
        rest = after;
        if !first.is_ascii_alphabetic() {
            out.push_str(verb);
            continue;
        }
        match written(time, verb) {
            Some(text) => out.push_str(&text),
            None => return argument(0, format!("there is no date verb `{verb}`")),
        }
    }
    c.made(out, 1)
}

/// Copies a quoted part, in which two quotes stand for one, and gives what follows it.
fn quoted<'t>(mut rest: &'t str, out: &mut String) -> Option<&'t str> {
    loop {
        let end = rest.find('\'')?;
        let (text, after) = rest.split_at(end);
        out.push_str(text);
        match after.strip_prefix("''") {
            Some(more) => {
                out.push('\'');
                rest = more;
            }
            None => return after.strip_prefix('\''),
        }
    }
}

fn written(time: Time, verb: &str) -> Option<String> {
    let (year, month, day) = calendar::date_of(time.days);
    let hour = time.seconds / 3600;
    let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
    let name = |names: &[&str], i: i64| usize::try_from(i).ok().and_then(|i| names.get(i)).map_or("", |n| n).to_owned();
    let month_name = name(&MONTHS, month - 1);
    let weekday = name(&WEEKDAYS, time.days.rem_euclid(7));
    let short = |name: &str| name.chars().take(3).collect::<String>();
    Some(match verb {
        "YYYY" => format!("{year:04}"),
        "YY" => format!("{:02}", year % 100),
        "MMMM" => month_name,
        "MMM" => short(&month_name),
        "MM" => format!("{month:02}"),
        "M" => month.to_string(),
        "DD" => format!("{day:02}"),
        "D" => day.to_string(),
        "EEEE" => weekday,
        "EEE" => short(&weekday),
        "hh" => format!("{hour:02}"),
        "h" => hour.to_string(),
        "HH" => format!("{twelve:02}"),
        "H" => twelve.to_string(),
        "AA" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        "aa" => if hour < 12 { "am" } else { "pm" }.to_owned(),
        "mm" => format!("{:02}", time.seconds / 60 % 60),
        "m" => (time.seconds / 60 % 60).to_string(),
        "ss" => format!("{:02}", time.seconds % 60),
        "s" => (time.seconds % 60).to_string(),
        "ZZZZZ" => time.zone(":", false),
        "ZZZZ" => time.zone("", false),
        "ZZZ" if time.offset == 0 => "UTC".to_owned(),
        "ZZZ" => time.zone("", false),
        "Z" => time.zone(":", true),
        _ => return None,
    })
}

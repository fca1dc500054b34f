use std::{
    fmt,
    str::FromStr,
    time::{SystemTime, UNIX_EPOCH},
};

use super::checked::{Checked, checked};
use crate::calendar;

/// A day of the Gregorian calendar, in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// The text is no day.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is no date: write it as YYYY-MM-DD")]
pub struct DateError(String);

impl Date {
    /// The current day in UTC.
    pub fn today() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        Self::from_days(seconds / 86_400)
    }

    /// The day that many days after 1970-01-01, at most the last one that can be written.
    fn from_days(days: u64) -> Self {
        let days = i64::try_from(days).map_or(LAST_DAY, |days| days.min(LAST_DAY));
        let (year, month, day) = calendar::date_of(days);
        let part = |n: i64| u8::try_from(n).unwrap_or_default();
        Self { year: u16::try_from(year).unwrap_or_default(), month: part(month), day: part(day) }
    }
}

/// 9999-12-31.
const LAST_DAY: i64 = 2_932_896;

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || DateError(text.to_owned());
        let mut parts = text.split('-');
        let (Some(y), Some(m), Some(d), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(error());
        };
        let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
        if !(digits(y, 4) && digits(m, 2) && digits(d, 2)) {
            return Err(error());
        }
        let (Ok(year), Ok(month), Ok(day)) = (y.parse(), m.parse(), d.parse()) else { return Err(error()) };
        if year == 0
            || !(1..=12).contains(&month)
            || day == 0
            || i64::from(day) > calendar::days_in(i64::from(year), i64::from(month))
        {
            return Err(error());
        }
        Ok(Self { year, month, day })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Checked for Date {
    const WHAT: &'static str = "a date as YYYY-MM-DD";

    fn check(text: &str) -> Result<Self, String> {
        text.parse().map_err(|e: DateError| e.to_string())
    }
}

checked!(Date);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_since_the_epoch_are_dates() {
        for (days, date) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (20_819, "2027-01-01"),
            (2_932_896, "9999-12-31"),
            (u64::MAX, "9999-12-31"),
        ] {
            assert_eq!(Date::from_days(days).to_string(), date);
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["2027-02-29", "2027-13-01", "2027-00-01", "2027-1-01", "27-01-01", "2027-01-32", "", "2027-01-01-"]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert_eq!("2028-02-29".parse::<Date>().map(|d| d.to_string()), Ok("2028-02-29".to_owned()));
    }
}

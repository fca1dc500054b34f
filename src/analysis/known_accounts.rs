//! Accounts of vendors and of AWS itself that are publicly known. A label only: being known makes nobody trusted.
//!
//! Source and licence of the table: `data/NOTICE`.

use std::sync::LazyLock;

static TABLE: LazyLock<Vec<(&'static str, &'static str)>> =
    LazyLock::new(|| include_str!("data/known_accounts.tsv").lines().filter_map(|l| l.split_once('\t')).collect());

/// The name of the party that an account id belongs to.
pub fn lookup(id: &str) -> Option<&'static str> {
    let at = TABLE.binary_search_by_key(&id, |(known, _)| known).ok()?;
    TABLE.get(at).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_sorted_and_well_formed() {
        assert_eq!(TABLE.len(), include_str!("data/known_accounts.tsv").lines().count());
        assert!(TABLE.is_sorted_by(|a, b| a.0 < b.0));
        assert!(
            TABLE.iter().all(|(id, name)| id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty())
        );
    }

    #[test]
    fn finds_vendors_and_nobody_else() {
        assert_eq!(lookup("464622532012"), Some("Datadog"));
        assert_eq!(lookup("865078226113"), Some("Datadog"));
        assert_eq!(lookup("111122223333"), None);
        assert_eq!(lookup(""), None);
    }
}

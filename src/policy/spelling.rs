//! How far two words are apart.

/// How many insertions, deletions, replacements and swaps of neighbours lead from one text to the other, when that is
/// at most `most`.
pub(crate) fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut rows = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = least;
        }
    }
    Some(rows[a.len()][b.len()]).filter(|d| *d <= most)
}

/// The one of the names that a word was probably meant to be. Case does not matter; long words have none.
pub(crate) fn near<'n>(word: &str, names: &[&'n str]) -> Option<&'n str> {
    if word.len() > 100 {
        return None;
    }
    let word = word.to_ascii_lowercase();
    let most = (word.len() / 4).clamp(1, 3);
    let near = names.iter().filter_map(|n| Some((distance(&word, &n.to_ascii_lowercase(), most)?, *n)));
    near.min_by_key(|(d, _)| *d).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_edits() {
        assert_eq!(distance("Effect", "Efect", 2), Some(1));
        assert_eq!(distance("Acton", "Action", 2), Some(1));
        assert_eq!(distance("Aciton", "Action", 2), Some(1));
        assert_eq!(distance("abc", "xyz", 2), None);
        assert_eq!(near("stringequal", &["StringEquals", "StringLike"]), Some("StringEquals"));
        assert_eq!(near("Owner", &["Version", "Statement"]), None);
    }
}

use super::{ALL, Rule};

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    let at = ALL.binary_search_by_key(&name, |r| r.name).ok()?;
    ALL.get(at).copied()
}

/// The rule that a mistyped name may mean.
pub fn nearest(name: &str) -> Option<&'static Rule> {
    if name.len() > 100 {
        return None;
    }
    let name = name.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    if let Some(rule) = find(&name) {
        return Some(rule);
    }
    let (distance, rule) = ALL.iter().map(|r| (distance(&name, r.name), *r)).min_by_key(|(d, r)| (*d, r.name))?;
    (distance <= 1 + name.len() / 4).then_some(rule)
}

/// Edits (insert, delete, replace, swap of neighbours) that turn one name into the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let get = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut best = (get(&last, j + 1) + 1).min(get(&row, j) + 1).min(get(&last, j) + usize::from(x != y));
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(get(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

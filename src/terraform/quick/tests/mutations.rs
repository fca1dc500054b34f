use proptest::prelude::*;

use super::reads;

/// Attributes that hold most of the syntax.
const SEEDS: &[&str] = &[
    "a = { b = 1, null = 2, c=3, d /* e */ = 4, f == g = 5, h:i, j::k(l) = 6 }",
    "a = { b = \"c\", \"b\" = d, e-f = [g.h, i[j].k[*].l], true = false }",
    "a = { a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, a = 10 }",
    "a = \"b${c.d[0].e}f\\n$${g}\"",
    "a = <<-EOT\n  b ${c}\n    d $${e}\n  EOT",
    "a = <<EOT\nb\n  ${~ c ~}\nd\nEOT",
    "a = {\n  b = 1 # c\n  \"d\" : [1, -2.5, true]\n  (e) = null, f.g = h\n}",
    "a = { for b, c in d : b => c... if c != null && !c.e }",
    "a = [for b in f(c, d...) : b.*.e[*].0 if b > 1 || b == -1]",
    "a = b ? [c, /* d */ e] : g::h(i)\n// j",
    "a = f(<<EOT\nb\nEOT\n, { c = \"${d}\" })",
    "a = b + c * d - (e / f) % 2 <= g",
];

/// A place, what happens there, and what is put there.
pub(super) type Change = (prop::sample::Index, u8, &'static str);

pub(super) fn change() -> impl Strategy<Value = Change> {
    let inserted = prop::sample::select(vec![
        "\"", "\\", "$", "%", "{", "}", "${", "%{", "(", ")", "[", "]", ",", "=", ":", "?", ".", "..", "*", "-", "!",
        "<", ">", "<<", "&&", "||", "/", "//", "/*", "*/", "#", "\n", "\r", "\r\n", " ", "\t", "~", "EOT", "for", "in",
        "if", "1", "0.5", "e", "a", "_", "é", "::", "null", "\u{feff}", "+",
    ]);
    (any::<prop::sample::Index>(), 0..4_u8, inserted)
}

pub(super) fn changed(text: &str, changes: &[Change]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (at, what, inserted) in changes {
        let i = at.index(chars.len() + 1);
        match what {
            0 if i < chars.len() => drop(chars.remove(i)),
            1 if i < chars.len() => chars.insert(i, chars[i]),
            2 if i > 0 && i < chars.len() => chars.swap(i - 1, i),
            _ => drop(chars.splice(i..i, inserted.chars())),
        }
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_attributes_are_read_as_hcl_edit_reads_them(
        seed in prop::sample::select(SEEDS),
        changes in prop::collection::vec(change(), 0..4),
    ) {
        reads(&changed(seed, &changes));
    }
}

use proptest::prelude::*;

use super::{
    FILE,
    mutations::{change, changed},
};
use crate::{
    source::{Location, Span},
    syntax::hcl::text::Source,
    terraform::json::template_pieces,
};

/// Whether a template file is read; what is read must be what hcl-edit and `Lower` make of it.
#[track_caller]
fn reads(text: &str) -> bool {
    let Some(read) = crate::terraform::quick::template(text, FILE) else { return false };
    let whole = Location::new(FILE, Span::new(0, text.len()));
    let expected = template_pieces(Source::file(text, FILE), whole);
    let (read, expected) = (format!("{:?}", Ok::<_, String>(read)), format!("{expected:?}"));
    assert!(read == expected, "{text:?}\nread     {read}\nexpected {expected}");
    true
}

#[test]
fn plain_templates_are_read() {
    for text in
        ["", "a", "${a}", "a ${b} c\n", "a $${b} %%{c} $d $", "\n  ${~ a ~}\n b", "${\n a[\"b\"] # c\n}${d}", "a\r\n%"]
    {
        assert!(reads(text), "{text:?}");
    }
}

#[test]
fn what_needs_a_parser_is_left_to_it() {
    for text in ["%{ if a }b%{ endif }", "${a", "${}", "\u{feff}a ${b}"] {
        assert!(!reads(text), "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_templates_are_read_as_hcl_edit_reads_them(
        seed in prop::sample::select(vec![
            "{\n  \"a\": \"${b.c[0]}\", \"$${d}\"\n}\n",
            "a\n  ${~ f(\"x${y}\") ~}\n\n$b %c ${d ? e : g}",
            "%{ if a ~}\nb ${c}\n%{ else }d%{ endif }",
        ]),
        changes in prop::collection::vec(change(), 0..4),
    ) {
        reads(&changed(seed, &changes));
    }
}

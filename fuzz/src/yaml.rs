//! Any text is read as YAML without a panic, each place lies in the text, each byte of a scalar comes from somewhere.

use iac_trust_lint::{
    source::FileId,
    syntax::{Node, NodeKind, yaml::parse},
};

/// Aliases make a tree larger than its file.
const MOST_VISITS: usize = 100_000;

fn check(text: &str, node: &Node, visits: &mut usize) {
    *visits += 1;
    if *visits > MOST_VISITS {
        return;
    }
    assert!(text.get(node.span.range()).is_some());
    match &node.kind {
        NodeKind::Null => {}
        NodeKind::Scalar(s) => assert_eq!(s.text.len(), s.map.len()),
        NodeKind::Sequence(items) => items.iter().for_each(|n| check(text, n, visits)),
        NodeKind::Mapping(pairs) => pairs.iter().for_each(|p| {
            check(text, &p.key, visits);
            check(text, &p.value, visits);
        }),
    }
}

pub fn run(data: &[u8]) {
    let text = &*String::from_utf8_lossy(data);
    let parsed = parse(text, FileId(0));
    for place in parsed.errors.iter().map(|e| e.span).chain(parsed.comments.iter().map(|c| c.span)) {
        assert!(text.get(place.range()).is_some());
    }
    parsed.documents.iter().for_each(|n| check(text, n, &mut 0));
}

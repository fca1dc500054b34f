//! Any text is read as HCL without a panic, each place lies in the text, each byte of a string comes from somewhere.

use hcl_edit::{
    expr::Expression,
    visit::{self, Visit},
};
use iac_trust_lint::{
    source::FileId,
    syntax::hcl::{
        parse, parse_template, span_of,
        text::{Piece, Source, bare_elements, elements},
    },
};

struct Strings<'t>(&'t str);

impl Visit for Strings<'_> {
    fn visit_expr(&mut self, node: &Expression) {
        assert!(self.0.get(span_of(node).range()).is_some_and(|t| !t.is_empty()));
        for piece in elements(&Source::file(self.0, FileId(0)), node).into_iter().flatten() {
            check(&piece);
        }
        visit::visit_expr(self, node);
    }
}

fn check(piece: &Piece<'_>) {
    match piece {
        Piece::Literal { text, map, .. } => assert_eq!(text.len(), map.len()),
        Piece::Interpolation { .. } => {}
        Piece::If { then, otherwise, .. } => then.iter().chain(otherwise).for_each(check),
        Piece::For { body, .. } => body.iter().for_each(check),
    }
}

pub fn run(data: &[u8]) {
    let text = &*String::from_utf8_lossy(data);
    let file = parse(text);
    for place in file.errors.iter().map(|e| e.span).chain(file.comments.iter().map(|c| c.span)) {
        assert!(text.get(place.range()).is_some());
    }
    file.items.iter().for_each(|item| Strings(text).visit_structure(item));
    if let Ok(template) = parse_template(text) {
        bare_elements(&Source::file(text, FileId(0)), &template).iter().for_each(check);
    }
}

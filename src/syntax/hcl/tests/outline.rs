//! The outline against the parser: what it says is what the parser finds, and what it says nothing about is broken.

use std::path::{Path, PathBuf};

use hcl_edit::structure::Structure;

use crate::{
    source::Span,
    syntax::hcl::{
        outline::{Content, Item, outline, outline_of_body, outline_with},
        parse, span_of,
    },
};

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "tf" || e == "hcl" || e == "tofu") {
            out.push(path);
        }
    }
}

/// The outline of a part of a text, with places in the text.
fn outline_of_part(text: &str, part: Span) -> Option<Vec<Item>> {
    let by = part.start as usize;
    let mut items = outline(&text[part.range()])?;
    for item in &mut items {
        (item.name, item.at) = (item.name.shift(by), item.at.shift(by));
        item.labels = item.labels.iter().map(|label| label.shift(by)).collect();
        item.content = match item.content {
            Content::Block(at) => Content::Block(at.shift(by)),
            Content::Value(at) => Content::Value(at.shift(by)),
        };
    }
    Some(items)
}

/// Bodies have the same outline in the file and cut out of it, and also when the outline of the file lists them.
fn bodies_are_as_their_text(text: &str, items: &[Item]) -> bool {
    let mut listed = false;
    for item in items {
        if let Content::Block(inner) = item.content {
            let part = outline_of_part(text, inner);
            assert_eq!(outline_of_body(text, inner), part, "{text}");
            let name = &text[item.name.range()];
            let all = outline_with(text, &[name]).unwrap();
            assert_eq!(all.len(), items.len());
            for (with, without) in all.iter().zip(items) {
                assert_eq!(&Item { items: None, ..with.clone() }, without);
                match without.content {
                    Content::Block(inner) if text[with.name.range()] == *name => {
                        assert_eq!(with.items, outline_of_part(text, inner), "{text}");
                        listed |= with.items.as_ref().is_some_and(|i| !i.is_empty());
                    }
                    _ => assert_eq!(with.items, None),
                }
            }
            if let Some(part) = part {
                bodies_are_as_their_text_below(text, &part);
            }
        }
    }
    listed
}

fn bodies_are_as_their_text_below(text: &str, items: &[Item]) {
    for item in items {
        if let Content::Block(inner) = item.content {
            let part = outline_of_part(text, inner);
            assert_eq!(outline_of_body(text, inner), part, "{text}");
            bodies_are_as_their_text_below(text, &part.unwrap_or_default());
        }
    }
}

/// All items of the text and of its blocks.
fn shown(text: &str, from: usize, items: &[Item], out: &mut Vec<String>) {
    for item in items {
        let at = |span: Span| span.shift(from);
        let name = &text[at(item.name).range()];
        match &item.content {
            Content::Value(value) => out.push(format!("{name} {:?} {:?}", at(item.name), at(*value))),
            Content::Block(inner) => {
                let labels: Vec<_> = item.labels.iter().map(at).collect();
                out.push(format!("{name} {:?} {labels:?} {:?}", at(item.name), at(item.at)));
                let inner = at(*inner);
                let items = outline(&text[inner.range()]).unwrap();
                shown(text, inner.start as usize, &items, out);
            }
        }
    }
}

fn parsed<'s>(items: impl Iterator<Item = &'s Structure>, out: &mut Vec<String>) {
    for item in items {
        match item {
            Structure::Attribute(a) => {
                out.push(format!("{} {:?} {:?}", a.key.as_str(), span_of(&a.key), span_of(&a.value)));
            }
            Structure::Block(b) => {
                let labels: Vec<_> = b.labels.iter().map(span_of).collect();
                out.push(format!("{} {:?} {labels:?} {:?}", b.ident.as_str(), span_of(&b.ident), span_of(b)));
                parsed(b.body.iter(), out);
            }
        }
    }
}

#[test]
fn it_finds_what_the_parser_finds() {
    let mut all = Vec::new();
    files(Path::new("testdata"), &mut all);
    let (mut compared, mut lists) = (0, false);
    for path in all {
        let text = std::fs::read_to_string(&path).unwrap();
        let file = parse(&text);
        let Some(items) = outline(&text) else {
            continue;
        };
        assert!(file.errors.is_empty(), "{}: {:?}", path.display(), file.errors);
        lists |= bodies_are_as_their_text(&text, &items);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        shown(&text, 0, &items, &mut ours);
        parsed(file.items.iter(), &mut theirs);
        assert_eq!(ours, theirs, "{}", path.display());
        compared += 1;
    }
    assert!(compared > 120 && lists, "only {compared} files have an outline");
}

#[test]
fn it_says_nothing_about_what_looks_broken() {
    let broken = [
        "resource \"a\" \"b\" {",
        "variable \"x\" { default = }",
        "variable \"x\" {\n  default =\n}",
        "locals {\n  a = 1 2\n}",
        "locals {\n  a = \"x\" \"y\"\n}",
        "locals {\n  a = 1 +\n}",
        "locals {\n  a = [1, , 2]\n}",
        "locals {\n  a = { b = }\n}",
        "locals {\n  a == 1\n}",
        "a = b.\n",
        "a = f(x..)\n",
        "<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> other\n",
        "resource \"a\" \"${b}\" {}",
        "a = 1 }",
        "}",
        "module \"x\" {} junk",
        "output x {\n value = \"a\n}",
        "\u{feff}a = 1",
        "a = (1]\n",
        "a = [(1])\n",
        "a = \"${b]}\"\n",
        "a = [for x in y : x}\n",
        "a = b c.d\n",
        "a = b,\n",
        "a = \"b\\",
        "a = \"$${b\n\"",
        "a = 1 /* b",
        "a = <<X\nX b\nX\n",
        "a = <<X\n${<<X\nX\n}\nX b\n",
        "a = <<X\nb\n",
        "a = <<X",
        "a \"b\nc\" {}",
        "a - b {}",
        "a b = 1",
    ];
    for text in broken {
        assert_eq!(outline(text), None, "{text}");
    }
}

#[test]
fn it_takes_what_terraform_takes() {
    let sound = [
        "",
        "# nothing\n",
        "a = 1",
        "a = -b[0].c[*].d.*.e\n",
        "a = !(b && c) || d == e ? f : g\n",
        "a = [for x in y : x if x != \"\"]\nb = {for k, v in m : k => v...}\n",
        "a = f(x...)\n",
        "a = provider::aws::arn_parse(x)\n",
        "a = {\n  b = 1, c : 2\n  (d) = 3\n  \"e\" = 4 # five\n}\n",
        "a = <<-X\n  ${b} %{ if c }d%{ endif }\n  X\n",
        "variable \"x\" { default = [] }\n",
        "resource a b {\n  c {\n    d = (\n      e +\n      f\n    )\n  }\n} // done\n",
        "locals {\n  a = \"${b}-${c[\"d\"]}\" /* e */\n  f = {}\n}\n",
        "a = 1.5e3\nb = x >= 1.0\nc = -1\n",
        "a = x[\"y\"].0.z\r\nb = 2\r\n",
        "a = f(<<X\n  $${b} %%{c} $d\n  Xy\n  X\n)\n",
        "a = <<X\nX\nb = <<-Y\n  ${<<X\nX\n}\n  Y\n",
        "a = {\n  \"for\" = 1\n  b = [for x in [for y in z : y] : { c = x }]\n}\n",
        "a = 1 # b }\nc { d = 1 /* } */ } # e {\n",
        "a        =          b\nlonger_than_eight = longer_than_sixteen_bytes.ä-ö\n",
        "a = \"longer than eight bytes $ % \\\" $${b} ${c}, %{ if d }\\\\%{ endif }\"",
    ];
    for text in sound {
        assert!(parse(text).errors.is_empty(), "{text}");
        bodies_are_as_their_text(text, &outline(text).unwrap());
    }
    bodies_are_as_their_text("a {\u{feff}b = 1\n}\n", &outline("a {\u{feff}b = 1\n}\n").unwrap());
}

/// Texts with a few bytes taken out, put in or moved, always the same ones.
fn damaged(text: &str, seed: u64, mut take: impl FnMut(&str)) {
    const PIECES: [&str; 16] =
        ["\n", " ", "\"", "${", "}", "{", "(", "]", "<<X\n", "\nX\n", "#", "/*", "=", ".", "for ", "\\"];
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % limit.max(1)
    };
    for _ in 0..12 {
        let mut bytes = text.as_bytes().to_vec();
        let at = below(bytes.len());
        let to = (at + below(12)).min(bytes.len());
        match below(4) {
            0 => drop(bytes.drain(at..to)),
            1 => bytes.truncate(at),
            2 => drop(bytes.splice(at..at, PIECES[below(PIECES.len())].bytes())),
            _ => {
                let moved: Vec<u8> = bytes.drain(at..to).collect();
                let other = below(bytes.len());
                drop(bytes.splice(other..other, moved));
            }
        }
        take(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn it_finds_what_the_parser_finds_in_damaged_files() {
    let mut all = Vec::new();
    files(Path::new("testdata"), &mut all);
    all.sort();
    let (mut compared, mut silent) = (0, 0);
    for (path, seed) in all.iter().zip(1..) {
        let text = std::fs::read_to_string(path).unwrap();
        if text.len() > 3_000 {
            continue;
        }
        damaged(&text, seed, |text| match outline(text) {
            Some(items) => {
                bodies_are_as_their_text(text, &items);
                let file = parse(text);
                if file.errors.is_empty() {
                    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
                    shown(text, 0, &items, &mut ours);
                    parsed(file.items.iter(), &mut theirs);
                    assert_eq!(ours, theirs, "{text}");
                    compared += 1;
                }
            }
            None => silent += 1,
        });
    }
    assert!(compared > 300 && silent > 500, "{compared} compared, {silent} without an outline");
}

#[test]
fn what_is_nested_too_deep_has_no_outline() {
    for (open, close) in [("(", ")"), ("[", "]"), ("f(", ")"), ("\"${", "}\"")] {
        let nested = |depth: usize| format!("a = {}1{}\n", open.repeat(depth), close.repeat(depth));
        assert!(outline(&nested(50)).is_some(), "{open}");
        assert_eq!(outline(&nested(100_000)), None, "{open}");
    }
}

//! The quick reader against the one that knows all of YAML.

use std::path::{Path, PathBuf};

use super::super::{build::Builder, parse_slowly};
use crate::source::FileId;

/// Whether the quick reader takes a text; what it builds is what the other one builds.
fn compare(text: &str, name: &str) -> bool {
    let Some(quick) = Builder::new(text, text, FileId(0)).run_quickly() else { return false };
    let (quick, slow) = (format!("{quick:#?}"), format!("{:#?}", parse_slowly(text, FileId(0))));
    if quick != slow {
        let at = quick.lines().zip(slow.lines()).take_while(|(a, b)| a == b).count();
        let near = |all: &str| all.lines().skip(at.saturating_sub(12)).take(24).collect::<Vec<_>>().join("\n");
        panic!("{name}\n{text}\n--- quick:\n{}\n--- slow:\n{}", near(&quick), near(&slow));
    }
    true
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            files(&entry.path(), out);
        } else if entry.path().extension().is_some_and(|e| e == "yaml" || e == "yml" || e == "template") {
            out.push(entry.path());
        }
    }
}

/// Numbers that look random and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

/// The text with a few bytes put in, taken out or exchanged.
fn changed(text: &str, numbers: &mut Numbers) -> String {
    const PIECES: [&str; 24] = [
        " ", "  ", "\n", ":", ": ", "- ", "#", " #", "'", "\"", "\\", "|\n", ">-\n", "!Sub ", "[", "]", "{", "}", ",",
        "\t", "---\n", "&a ", "*a", "é",
    ];
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(chars.len() + 1);
        match numbers.below(3) {
            0 if at < chars.len() => {
                chars.remove(at);
            }
            1 => {
                let other = numbers.below(chars.len());
                if at < chars.len() {
                    chars.swap(at, other);
                }
            }
            _ => {
                let piece: Vec<char> = PIECES[numbers.below(PIECES.len())].chars().collect();
                chars.splice(at..at, piece);
            }
        }
    }
    chars.into_iter().collect()
}

const TEXTS: [&str; 10] = [
    "# top\nA: 1\nB:   # note\n  C: \"x y\"\n  'D': 'q''s'\n\n  L:\n  - a\n  - b: 1\n    c:\n  -\n    - x\n    - !Sub \"${A}\"\n  T: !GetAtt\n    - P\n    - Q\n",
    "F: !Join [\"\", [a, b c, {k: v, \"x\": y}]]\nM: !If [x, {a: b},\n   c]\nE: []\nO: {}\nN:\n",
    "Z: |\n    line one\n\n      two\n\nY: >-\n  fold\n  ed\n\n  para\nW: |-\n\n  x\nV: >\n  a\n  b\n",
    "--- # one\nk: v\n---\n- - a\n  - b\n- - c\n",
    "D: a plain text\n   over lines\n\n   and more\nK: x # end\nU: http://a/b#c\n'q': \"a\\nb\\\"\"\n",
    "L:\n- !Ref X\n-   a: 1\n    b: |\n      t\n    c: d\n- k: >-\n    f\n",
    "R:\n  Type: AWS::IAM::Role\n  P:\n    S:\n      - A: [ 'sts:AssumeRole', ]\n        P: {AWS: '*'}\n        C: ~\n",
    "%YAML 1.2\n---\na: :iam::aws\nb: |\n  x\n    \n  y\n   \nc: 'one\n  two\n\n  three'\nd: \"e\\n f\n    g\"\n",
    "a:\n  b: !Sub '{\n      c\n  }'\n  d:\n    - \"e\n\n f\n    g\" # h\n    - i: 'j\n  k'\n",
    "x: !If\n  - a\n  - !Sub\n    - b\n    - {c: !Ref d}\n  - |\n    e\n# end\n",
];

#[test]
fn both_build_the_same_of_what_people_write() {
    for text in TEXTS {
        assert!(compare(text, "a text of this test"), "{text}");
    }
    let mut all = Vec::new();
    files(
        Path::new(&std::env::var("YAML_CORPUS").unwrap_or_else(|_| format!("{}/testdata", env!("CARGO_MANIFEST_DIR")))),
        &mut all,
    );
    let (mut quick, mut slow, mut bytes) = (0, 0, 0);
    for path in &all {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        if compare(&text, &path.display().to_string()) {
            quick += 1;
        } else {
            slow += 1;
            bytes += text.len();
            if std::env::var("YAML_SLOW").is_ok() {
                println!("SLOW {}", path.display());
            }
        }
    }
    println!("{quick} {slow} {bytes}");
    assert!(quick > slow, "{quick} {slow}");
}

#[test]
fn both_build_the_same_of_broken_texts() {
    let mut numbers = Numbers(7);
    let rounds = std::env::var("YAML_ROUNDS").ok().and_then(|r| r.parse().ok()).unwrap_or(600);
    let mut quick = 0;
    for _ in 0..rounds {
        for text in TEXTS {
            let text = changed(text, &mut numbers);
            quick += usize::from(compare(&text, "a changed text"));
        }
    }
    assert!(quick > rounds, "{quick}");
}

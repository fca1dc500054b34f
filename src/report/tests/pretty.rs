use super::{at, files, finding, role, shown};
use crate::{
    finding::{Finding, Label, Place, Witness, WitnessValue},
    report::{Format, Settings},
    source::{FileId, Files, Location, Span},
};

fn render(files: &Files, findings: Vec<Finding>, width: usize) -> String {
    shown(Format::Pretty, files, findings, &Settings { width, quiet: true, ..Settings::default() })
}

#[test]
fn shows_primary_then_origin_help_and_request() {
    let files = files();
    let main = files.sources.add("main.tf", "# one\nprincipals {\n  identifiers = var.ids\n}\n".to_owned()).unwrap();
    let vars = files
        .sources
        .add("variables.tf", "variable \"ids\" {\n  default = [\"999988887777\"]\n}\n".to_owned())
        .unwrap();
    let mut f = finding(at(&files, main, "var.ids"));
    f.related = vec![Label { at: at(&files, vars, "999988887777"), text: "the variable's default is here".to_owned() }];
    f.roles = vec![role("aws_iam_role.a[\"x\"]"), role("aws_iam_role.a[\"y\"]")];
    f.witness = Some(Witness {
        principal: "arn:aws:iam::999988887777:role/any".to_owned(),
        action: "sts:AssumeRole".to_owned(),
        context: [("aws:PrincipalAccount", "999988887777"), ("sts:ExternalId", "ideo5")]
            .map(|(k, v)| (k.to_owned(), WitnessValue::One(v.to_owned())))
            .into(),
    });
    insta::assert_snapshot!(render(&files, vec![f], 100), @r#"
    high untrusted-account

      × account 999988887777 can assume role `audit` and is not in the zone of trust
       ╭─[main.tf:3:17]
     2 │ principals {
     3 │   identifiers = var.ids
       ·                 ───┬───
       ·                    ╰── account 999988887777 is outside the zone of trust
     4 │ }
       ╰────
      help: replace or remove this principal
      ╰─▶   ☞ the variable's default is here
             ╭─[variables.tf:2:15]
           1 │ variable "ids" {
           2 │   default = ["999988887777"]
             ·               ────────────
           3 │ }
             ╰────

      request: `arn:aws:iam::999988887777:role/any` calls `sts:AssumeRole` with `sts:ExternalId` =
               `ideo5`, and is allowed
      roles:   aws_iam_role.a["x"], aws_iam_role.a["y"]
    "#);
}

#[test]
fn a_narrow_terminal_gets_a_report_all_the_same() {
    let files = files();
    let main = files.sources.add("main.tf", "identifiers = [\"999988887777\"]\n".to_owned()).unwrap();
    let f = finding(at(&files, main, "999988887777"));
    for width in [0, 1, 20, 50] {
        assert!(render(&files, vec![f.clone()], width).contains("untrusted-account"), "{width}");
    }
}

#[test]
fn nothing_is_wider_than_the_terminal() {
    let files = files();
    let indented = format!("{}identifiers = [\"999988887777\", {}]\n", " ".repeat(60), "\"é\", ".repeat(40));
    let tabs = format!("{}a = \"999988887777\"\n", "\t".repeat(30));
    let tall = "statement {\n  effect = \"Allow\" # 999988887777\n}\n";
    for (name, text, span) in [
        ("main.tf", indented.as_str(), "999988887777"),
        ("tabs.tf", tabs.as_str(), "999988887777"),
        ("tall.tf", tall, "statement {\n  effect = \"Allow\" # 999988887777\n}"),
    ] {
        let file = files.sources.add(name, text.to_owned()).unwrap();
        let mut f = finding(at(&files, file, span));
        f.help = Some("replace or remove this principal, or name it in the config of the zone of trust".to_owned());
        let other = files.sources.add("other.tf", format!("{}x = 1\n", " ".repeat(300))).unwrap();
        f.related =
            vec![Label { at: at(&files, other, "x"), text: "the value of the variable comes from here".into() }];
        for width in [40, 50, 80, 120] {
            let shown = render(&files, vec![f.clone()], width);
            let widest = shown.lines().map(|l| l.chars().count()).max().unwrap();
            assert!(widest <= width, "{name} {width} < {widest}\n{shown}");
            assert!(shown.contains("999988887777") && shown.contains("x = 1"), "{shown}");
        }
    }
}

#[test]
fn a_label_that_a_cut_leaves_out_is_not_drawn_elsewhere() {
    let files = files();
    let text = format!("first = 1 {}\"999988887777\"", " ".repeat(60));
    let main = files.sources.add("main.tf", text).unwrap();
    let mut f = finding(at(&files, main, "999988887777"));
    f.related = vec![Label { at: at(&files, main, "first"), text: "it begins here".to_owned() }];
    assert!(render(&files, vec![f.clone()], 200).contains("it begins here"));
    assert!(!render(&files, vec![f], 60).contains("it begins here"));
}

#[test]
fn the_place_is_that_in_the_file_however_the_line_is_cut() {
    let files = files();
    let text = format!("{}\"999988887777\"", "é".repeat(500));
    let main = files.sources.add("main.json", text).unwrap();
    let shown = render(&files, vec![finding(at(&files, main, "999988887777"))], 60);
    assert!(shown.contains("[main.json:1:502]"), "{shown}");
}

#[test]
fn a_minified_line_is_shown_as_a_window() {
    let files = files();
    let long = format!("{}\"AWS\":\"999988887777\"{}", "x".repeat(700_000), "é".repeat(300_000));
    let main = files.sources.add("t.json", long).unwrap();
    let shown = render(&files, vec![finding(at(&files, main, "999988887777"))], 100);
    assert!(shown.contains("\"AWS\":\"999988887777\""), "{shown}");
    assert!(shown.len() < 3_000, "{}", shown.len());
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let files = files();
    let text = "a = \"\u{1b}]0;owned\u{7}\u{202e}999988887777\u{1b}[31m\"\n";
    let main = files.sources.add("evil\u{1b}[2J.tf", text.to_owned()).unwrap();
    let mut f = finding(at(&files, main, "999988887777"));
    f.message = "role `\u{1b}[31mx` is bad".to_owned();
    let shown = render(&files, vec![f], 100);
    assert!(shown.chars().all(|c| c == '\n' || !(c.is_control() || c == '\u{202e}')), "{shown:?}");
    assert!(shown.contains("999988887777"));
}

#[test]
fn places_at_the_end_of_a_file_and_empty_ones_do_not_panic() {
    let files = files();
    let main = files.sources.add("main.tf", "x".to_owned()).unwrap();
    let empty = files.sources.add("empty.tf", String::new()).unwrap();
    for (file, span) in
        [(main, Span::new(1, 1)), (main, Span::new(0, 9)), (empty, Span::new(0, 0)), (main, Span::new(7, 9))]
    {
        assert!(render(&files, vec![finding(Location::new(file, span))], 80).contains("untrusted-account"));
    }
}

#[test]
fn a_finding_without_a_text_names_its_file() {
    let mut f = finding(Location::new(FileId(0), Span::new(0, 0)));
    f.primary = Place::File("broken.tf".to_owned());
    assert!(render(&files(), vec![f], 80).contains("broken.tf: account 999988887777"));
}

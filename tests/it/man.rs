//! The manual page and the help say the same.

use crate::kit::Tree;

/// The page as text, without the escapes of its language.
fn page() -> String {
    let ran = Tree::new().run(&["man"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    ran.stdout.replace("\\-", "-").replace("\\fB", "").replace("\\fI", "").replace("\\fR", "")
}

/// The long options that the help of a command lists.
fn options(command: &[&str]) -> Vec<String> {
    let help = Tree::new().run(&[command, &["--help"]].concat()).stdout;
    let named = help.lines().filter_map(|line| {
        let words = line.trim_start().trim_start_matches(|c: char| c == '-' && !line.trim_start().starts_with("--"));
        let start = words.find("--")?;
        let is_option = start == 0 || words.get(..start).is_some_and(|s| s.trim().len() <= 2);
        let name = words.get(start..)?.split([' ', '=']).next()?;
        is_option.then(|| name.to_owned())
    });
    named.collect()
}

#[test]
fn the_manual_has_every_command_with_its_options() {
    let page = page();
    let help = Tree::new().run(&["--help"]).stdout;
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names: Vec<&str> = commands
        .lines()
        .filter(|l| l.starts_with("  ") && !l.starts_with("   "))
        .filter_map(|l| l.split_whitespace().next())
        .collect();
    assert!(names.contains(&"roles") && names.contains(&"man") && names.len() >= 8, "{names:?}");
    let (own, rest) = page.split_once(".SH COMMANDS\n").unwrap();
    let wanted = options(&[]);
    assert!(wanted.len() > 30, "{wanted:?}");
    for option in wanted {
        assert!(own.contains(&format!("\n{option}")) || own.contains(&format!(", {option}")), "{option}");
    }
    for name in names {
        let sections =
            rest.split(".SS ").find(|s| s.trim_start_matches('"').starts_with(&format!("iac-trust-lint {name}")));
        let section = sections.unwrap_or_else(|| panic!("no section of {name}"));
        for option in options(&[name]) {
            assert!(section.contains(&option), "{name} {option}");
        }
    }
}

#[test]
fn the_manual_has_the_sections_of_one() {
    let page = page();
    let mut at = 0;
    for section in [".TH IAC-TRUST-LINT 1 ", ".SH NAME\n", ".SH SYNOPSIS\n", ".SH COMMANDS\n", ".SH \"EXIT STATUS\"\n"]
    {
        let found = page.get(at..).unwrap().find(section);
        at += found.unwrap_or_else(|| panic!("{section} is missing or out of order"));
    }
}

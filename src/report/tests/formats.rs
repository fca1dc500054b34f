use super::{at, files, finding, outcome, role, shown, write};
use crate::{
    finding::{Finding, RoleRef, Severity},
    report::{Format, RunError, Settings, role_list},
    source::Files,
};

fn main_tf(files: &Files) -> Finding {
    let main = files.sources.add("a b/main.tf", "x = [\n  \"999988887777\",\n]\n".to_owned()).unwrap();
    finding(at(files, main, "999988887777"))
}

#[test]
fn github_escapes_and_points_at_the_columns() {
    let files = files();
    let mut f = main_tf(&files);
    f.message = "100% `a,b`\nnext::error::x".to_owned();
    let text = shown(Format::Github, &files, vec![f], &Settings::default());
    let first = text.lines().next().unwrap();
    assert_eq!(
        first,
        "::error file=a b/main.tf,line=2,endLine=2,col=4,endColumn=16,title=high untrusted-account::a b/main.tf:2:4: high \
         untrusted-account: 100%25 `a,b` next::error::x%0Ahelp: replace or remove this principal%0A\
         https://github.com/iac-trust-lint/iac-trust-lint/blob/main/docs/rules.md#untrusted-account"
    );
    assert!(text.lines().last().unwrap().contains("3 undecided"), "{text}");
}

#[test]
fn github_shows_the_most_severe_first_and_says_how_many_more() {
    let files = files();
    let mut all = Vec::new();
    for (n, severity) in [(12, Severity::High), (1, Severity::Critical), (10, Severity::Medium), (1, Severity::Low)] {
        for _ in 0..n {
            all.push(Finding { severity, ..main_tf(&files) });
        }
    }
    let text = shown(Format::Github, &files, all, &Settings::default());
    let count = |prefix: &str| text.lines().filter(|l| l.starts_with(prefix)).count();
    assert_eq!((count("::error"), count("::warning"), count("::notice")), (10, 10, 1));
    assert!(text.starts_with("::error") && text.lines().next().unwrap().contains("critical"));
    assert!(text.contains("::error title=iac-trust-lint::4 more of this level"), "{text}");
    assert_eq!(count("a b/main.tf:2:4: high"), 4);
}

#[test]
fn gitlab_gives_issues_with_their_lines() {
    let files = files();
    let text = shown(Format::Gitlab, &files, vec![main_tf(&files)], &Settings::default());
    let issues: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = serde_json::json!([{
        "description": "account 999988887777 can assume role `audit` and is not in the zone of trust",
        "check_name": "untrusted-account", "fingerprint": "v1:00", "severity": "critical",
        "location": {"path": "a b/main.tf", "lines": {"begin": 2, "end": 2}},
    }]);
    assert_eq!(issues, expected);
}

#[test]
fn junit_has_a_failed_case_per_finding_and_one_for_the_run() {
    let files = files();
    let mut result = outcome(vec![main_tf(&files)]);
    let text = write(Format::Junit, &files, &result, &Settings::default());
    assert!(text.contains(r#"tests="2" skipped="0" failures="1" errors="0""#), "{text}");
    assert!(text.contains(r#"<property name="undecided" value="3"/>"#), "{text}");
    assert!(text.contains(r#"type="untrusted-account""#), "{text}");
    result.errors.push(RunError { file: "<x>.tf".to_owned(), message: "internal error & more".to_owned() });
    let text = write(Format::Junit, &files, &result, &Settings::default());
    assert!(text.contains(r#"errors="1""#) && text.contains("&lt;x&gt;.tf: internal error &amp; more"), "{text}");
}

#[test]
fn markdown_begins_with_its_marker_and_lets_no_markup_through() {
    let files = files();
    let mut f = main_tf(&files);
    f.message = "role `<img src=x>` of @team | [x](y) is *bad*".to_owned();
    let text = shown(Format::Markdown, &files, vec![f], &Settings::default());
    assert!(text.starts_with("<!-- iac-trust-lint -->\n"));
    assert!(text.contains("3 undecided"));
    for markup in ["<img", "@team", "[x](y)", "*bad*", "| [x]"] {
        assert!(!text.contains(markup), "{markup} in {text}");
    }
    assert!(text.contains("<code>&#60;img src=x&#62;</code>"), "{text}");
}

#[test]
fn markdown_stays_below_what_a_comment_takes() {
    let files = files();
    let text = shown(Format::Markdown, &files, vec![main_tf(&files); 2_000], &Settings::default());
    assert!(text.len() < 65_536 && text.contains("more are in the log"), "{}", text.len());
}

#[test]
fn every_format_takes_an_empty_outcome_and_has_its_name() {
    for format in Format::ALL {
        assert_eq!(format.name().parse::<Format>().unwrap(), *format);
        assert!(!shown(*format, &files(), vec![], &Settings::default()).is_empty());
    }
}

#[test]
fn junit_names_no_two_cases_alike() {
    let files = files();
    let text = shown(Format::Junit, &files, vec![main_tf(&files); 3], &Settings::default());
    let names: Vec<&str> = text.split("<testcase name=\"").skip(1).filter_map(|t| t.split('"').next()).collect();
    assert_eq!(names.len(), 4);
    assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "{names:?}");
}

#[test]
fn an_address_of_several_roots_is_named_once_with_them() {
    let of = |address: &str, root: &str| RoleRef { root: root.to_owned(), ..role(address) };
    let roles = [of("aws_iam_role.a", "x"), of("aws_iam_role.a", "y"), of("aws_iam_role.b", "x")];
    assert_eq!(role_list(&roles, 10), "aws_iam_role.a (in x, y), aws_iam_role.b");
    assert_eq!(role_list(&roles, 2), "aws_iam_role.a (in x, y) and 1 more");
}

#[test]
fn json_written_in_pieces_is_what_it_would_be_as_a_whole() {
    let files = files();
    for verbose in [false, true] {
        let settings = Settings { verbose, show_files: verbose, ..Settings::default() };
        for count in [0, 1, 31, 32, 33, 64, 100] {
            let all = (0..count).map(|n| Finding { message: format!("finding {n}"), ..main_tf(&files) }).collect();
            let text = shown(Format::Json, &files, all, &settings);
            let read: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(text, format!("{}\n", serde_json::to_string_pretty(&read).unwrap()));
            let messages =
                read["findings"].as_array().unwrap().iter().map(|f| f["message"].as_str().unwrap().to_owned());
            let expected: Vec<String> = (0..count).map(|n| format!("finding {n}")).collect();
            assert_eq!(messages.collect::<Vec<_>>(), expected);
        }
    }
}

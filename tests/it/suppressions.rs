use crate::kit::{Tree, template};

const PRINCIPAL: &str = "            Principal: { AWS: \"arn:aws:iam::999988887777:root\" }\n";
const TYPE: &str = "    Type: AWS::IAM::Role\n";

fn with(comment: &str) -> Tree {
    let text = template("999988887777").replace(PRINCIPAL, &format!("{}{comment}\n", PRINCIPAL.trim_end()));
    Tree::new().file("t.yaml", text)
}

#[test]
fn a_comment_at_the_end_of_the_line_hides_its_findings() {
    let tree = with(" # iac-trust-lint: ignore[untrusted-account] -- the auditors, SEC-1");
    let json = tree.json(&[]);
    assert_eq!(json["findings"].as_array().unwrap().len(), 0);
    assert_eq!(json["summary"]["suppressed"], 1);
    assert_eq!(tree.run(&[]).code, 0);
    assert_eq!(tree.findings(&["--no-suppressions"]), ["untrusted-account t.yaml:8"]);
    assert_eq!(tree.run(&["--no-suppressions"]).code, 1);
}

#[test]
fn a_comment_on_the_line_before_hides_too() {
    for at in ["            # ", "# some words\n# "] {
        let comment = format!("{at}iac-trust-lint: ignore[untrusted-account] -- why\n{PRINCIPAL}");
        let tree = Tree::new().file("t.yaml", template("999988887777").replace(PRINCIPAL, &comment));
        assert!(tree.findings(&[]).is_empty(), "{comment}");
    }
}

#[test]
fn comments_above_one_another_all_count() {
    let comment = format!(
        "# iac-trust-lint: ignore[account-wide-trust] -- why\n# iac-trust-lint: ignore[untrusted-account] -- \
         why\n{PRINCIPAL}"
    );
    let tree = Tree::new().file("t.yaml", template("999988887777").replace(PRINCIPAL, &comment));
    assert!(tree.findings(&["--min-severity", "info"]).is_empty());
    assert_eq!(tree.json(&[])["summary"]["suppressed"], 2);
}

#[test]
fn a_comment_before_the_resource_hides_all_of_it() {
    let text = template("999988887777")
        .replace("  Audit:\n", "  # iac-trust-lint: ignore[untrusted-account] -- why\n  Audit:\n");
    let tree = Tree::new().file("t.yaml", text);
    assert!(tree.findings(&[]).is_empty());
}

#[test]
fn a_comment_elsewhere_hides_nothing_and_says_so() {
    let text = template("999988887777")
        .replace(TYPE, &format!("{TYPE}    # iac-trust-lint: ignore[untrusted-account] -- why\n"));
    let tree = Tree::new().file("t.yaml", text);
    assert_eq!(tree.findings(&[]), ["unused-suppression t.yaml:4", "untrusted-account t.yaml:9"]);
}

#[test]
fn bad_suppressions_are_findings_and_hide_nothing() {
    for (comment, part) in [
        (" # iac-trust-lint: ignore[untrusted-account]", "gives no reason"),
        (" # iac-trust-lint: ignore[untrusted-account] -- ", "gives no reason"),
        (" # iac-trust-lint: ignore[untrusted-acount] -- why", "did you mean `untrusted-account`?"),
        (" # iac-trust-lint: ignore[untrusted-account] until 2026-01-31 -- why", "ended on 2026-01-31"),
        (" # iac-trust-lint: ignore[untrusted-account] until 2026-02-31 -- why", "no valid end"),
        (" # iac-trust-lint: ignore -- why", "names no rule"),
    ] {
        let tree = with(comment);
        let json = tree.json(&["--now", "2026-02-01"]);
        let findings = json["findings"].as_array().unwrap();
        let rules: Vec<&str> = findings.iter().map(|f| f["rule"].as_str().unwrap()).collect();
        assert_eq!(rules, ["untrusted-account", "bad-suppression"], "{comment}");
        let message = findings[1]["message"].as_str().unwrap();
        assert!(message.contains(part), "{comment}: {message}");
    }
}

#[test]
fn a_suppression_counts_on_its_last_day() {
    let tree = with(" # iac-trust-lint: ignore[untrusted-account] until 2026-01-31 -- why");
    assert!(tree.findings(&["--now", "2026-01-31"]).is_empty());
    assert_eq!(tree.findings(&["--now", "2026-02-01"]).len(), 2);
}

#[test]
fn unused_names_are_said_one_by_one_and_before_any_filter() {
    let tree = with(" # iac-trust-lint: ignore[untrusted-account, public-trust, oidc-any-tenant] -- why");
    let findings = |args: &[&str]| -> Vec<String> {
        let json = tree.json(args);
        json["findings"].as_array().unwrap().iter().map(|f| f["message"].as_str().unwrap().to_owned()).collect()
    };
    let expected =
        ["the suppression of `oidc-any-tenant` hides nothing", "the suppression of `public-trust` hides nothing"];
    assert_eq!(findings(&[]), expected);
    // What the suppression hides is not unused because nobody asked for it; input findings are always kept.
    assert_eq!(findings(&["--select", "public-trust"]), expected);
    assert_eq!(findings(&["--ignore", "untrusted-account"]), expected);
    assert!(findings(&["--ignore", "unused-suppression"]).is_empty());
}

#[test]
fn metadata_of_a_resource_suppresses() {
    let metadata = |body: &str| {
        let text = template("999988887777").replace(
            TYPE,
            &format!("{TYPE}    Metadata:\n      iac-trust-lint:\n        ignore:\n          - {body}\n"),
        );
        Tree::new().file("t.yaml", text)
    };
    let tree = metadata("{rule: untrusted-account, reason: why}");
    assert_eq!(tree.findings(&[]), Vec::<String>::new());
    let tree = metadata("{rule: untrusted-account}");
    let rules: Vec<String> = tree.findings(&[]).into_iter().map(|f| f.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(rules, ["bad-suppression", "untrusted-account"]);
    let tree = metadata("{rule: public-trust, reason: why}");
    let rules: Vec<String> = tree.findings(&[]).into_iter().map(|f| f.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(rules, ["unused-suppression", "untrusted-account"]);
}

#[test]
fn json_templates_suppress_by_metadata() {
    let template = r#"{"Resources": {"R": {"Type": "AWS::IAM::Role",
        "Metadata": {"iac-trust-lint": {"ignore": [{"rule": "untrusted-account", "reason": "why", "until": "2027-01-01"}]}},
        "Properties": {"AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
          "Principal": {"AWS": "999988887777"},
          "Condition": {"StringEquals": {"sts:ExternalId": "k3j5h2k9s8"}}}}}}}}"#;
    let tree = Tree::new().file("t.json", template);
    assert!(tree.findings(&["--now", "2027-01-01"]).is_empty());
    assert_eq!(tree.findings(&["--now", "2027-01-02"]).len(), 2);
}

#[test]
fn terraform_comments_of_every_kind_suppress() {
    let text = crate::kit::role("r", "\"999988887777\"");
    let line = "      Principal = { AWS = \"999988887777\" }\n";
    for comment in [
        "# iac-trust-lint: ignore[untrusted-account] -- why",
        "// iac-trust-lint: ignore[untrusted-account] -- why",
        "/* iac-trust-lint: ignore[untrusted-account] -- why */",
    ] {
        let before = text.replace(line, &format!("      {comment}\n{line}"));
        let after = text.replace(line, &format!("{} {comment}\n", line.trim_end()));
        let block = format!("{comment}\n{text}");
        for text in [before, after, block] {
            let tree = Tree::new().file("main.tf", &text);
            assert_eq!(tree.findings(&[]), Vec::<String>::new(), "{text}");
        }
    }
    let inside = text.replace("name = \"r\"", "name = \"# iac-trust-lint: ignore[untrusted-account] -- why\"");
    assert_eq!(Tree::new().file("main.tf", inside).findings(&[]).len(), 1, "a string is no comment");
}

#[test]
fn a_suppression_counts_whatever_path_is_named() {
    let module = format!(
        "variable \"a\" {{}}\n# iac-trust-lint: ignore[untrusted-account] -- why\n{}",
        crate::kit::role("r", "var.a")
    );
    let call = |account: &str| format!("module \"m\" {{\n  source = \"../m\"\n  a = \"{account}\"\n}}\n");
    let tree = Tree::new()
        .file("m/main.tf", module)
        .file("prod/main.tf", call("999988887777"))
        .file("dev/main.tf", call("123123123123"));
    for path in [".", "m", "prod", "dev/main.tf", "m/main.tf"] {
        let json = tree.json(&[path, "--select", "untrusted-account"]);
        assert_eq!(json["findings"].as_array().unwrap().len(), 0, "{path}");
        assert!(json["summary"]["suppressed"].as_u64().unwrap() > 0, "{path}");
    }
}

#[test]
fn one_of_several_roles_may_be_suppressed() {
    let text = "
data \"aws_iam_policy_document\" \"trust\" {
  statement {
    actions = [\"sts:AssumeRole\"]
    principals {
      type        = \"AWS\"
      identifiers = [\"999988887777\"]
    }
  }
}
# iac-trust-lint: ignore[untrusted-account] -- why
resource \"aws_iam_role\" \"a\" {
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource \"aws_iam_role\" \"b\" {
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource \"aws_iam_role\" \"c\" {
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
";
    let tree = Tree::new().file("main.tf", text);
    let json = tree.json(&["--select", "untrusted-account"]);
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1);
    let roles: Vec<&str> =
        findings[0]["roles"].as_array().unwrap().iter().map(|r| r["address"].as_str().unwrap()).collect();
    assert_eq!(roles, ["aws_iam_role.b", "aws_iam_role.c"]);
    assert_eq!(json["summary"]["suppressed"], 1);
}

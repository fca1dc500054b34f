//! What hostile policies cost, from a file to its report: `cargo bench --bench hostile`.
//!
//! Each case runs once, in a process of its own, through the whole library: discovery, parsing, decoding, analysis, all
//! rules, fingerprints, the JSON report. Prints time and peak memory, and exits with 1 when a case is above the bounds
//! that `docs/verdicts.md` states. Memory is read from `/proc` and shown where there is one.

use std::{
    fmt::Write as _,
    fs, io,
    path::Path,
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

use iac_trust_lint::{
    config::{Config, Effective},
    discover::{Settings, Target, discover},
    lint::{Filters, Inputs, Options, lint},
    report::{self, Format, View},
    source::{Disk, Files},
};

/// Seconds that no case may take.
const MOST_SECONDS: f64 = 3.0;
/// Megabytes of memory that no case may take.
const MOST_MEGABYTES: f64 = 500.0;

const N: usize = 10_000;
const ANY: &str = r#""*""#;

struct Case {
    name: &'static str,
    statements: usize,
    /// The name of the file: it says which language.
    file: &'static str,
    text: String,
}

fn main() -> ExitCode {
    let cases = cases();
    if let Ok(chosen) = std::env::var(CHILD) {
        return chosen.parse().ok().and_then(|i: usize| cases.get(i)).map_or(ExitCode::FAILURE, |case| {
            println!("{}", run(case));
            ExitCode::SUCCESS
        });
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    println!("{:<58} {:>10} {:>9} {:>8} {:>8} {:>9}", "policy", "statements", "bytes", "seconds", "MB", "findings");
    let mut above = 0;
    for (i, case) in cases.iter().enumerate() {
        if !wanted.is_empty() && !wanted.iter().any(|w| case.name.contains(w.as_str())) {
            continue;
        }
        let Ok(own) = std::env::current_exe() else { return ExitCode::FAILURE };
        let child = Command::new(own).env(CHILD, i.to_string()).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
        let said = child.map(|c| String::from_utf8_lossy(&c.stdout).into_owned()).unwrap_or_default();
        let figures: Vec<f64> = said.split_whitespace().filter_map(|w| w.parse().ok()).collect();
        let [seconds, megabytes, findings] = figures[..] else {
            println!("{:<58} did not end well", case.name);
            above += 1;
            continue;
        };
        let ok = seconds < MOST_SECONDS && megabytes < MOST_MEGABYTES;
        above += usize::from(!ok);
        println!(
            "{:<58} {:>10} {:>9} {seconds:>8.2} {megabytes:>8.0} {findings:>9.0}{}",
            case.name,
            case.statements,
            case.text.len(),
            if ok { "" } else { "  ABOVE THE BOUND" }
        );
    }
    println!("bounds: {MOST_SECONDS} s and {MOST_MEGABYTES} MB for each; {above} above");
    if above == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

const CHILD: &str = "IAC_TRUST_LINT_BENCH_CASE";

/// Seconds, peak megabytes, findings.
fn run(case: &Case) -> String {
    let Ok(folder) = tempfile::tempdir() else { return String::new() };
    let path = folder.path().join(case.file);
    if fs::write(&path, &case.text).is_err() {
        return String::new();
    }
    let start = Instant::now();
    let findings = judge(folder.path(), &path);
    let seconds = start.elapsed().as_secs_f64();
    format!("{seconds} {} {findings}", peak_megabytes())
}

fn judge(folder: &Path, path: &Path) -> usize {
    let files = Files::new(Box::new(Disk), folder, folder, false);
    let set = discover(&files, folder, &[Target::File(path.to_owned())], &Settings::default());
    let now = "2026-11-21".parse().unwrap_or_else(|_| std::process::abort());
    let options = Options {
        config: Effective { config: Config::default(), folder: folder.to_owned(), now },
        config_path: None,
        inputs: Inputs::default(),
        filters: Filters::default(),
        keep_worlds: false,
        jobs: 2,
    };
    let run = lint(&files, set, &options);
    let settings = report::Settings::default();
    let view = View { outcome: &run.outcome, files: &files, settings: &settings };
    let written = Format::Json.write(&mut io::BufWriter::new(io::sink()), &view);
    if written.is_ok() && run.outcome.summary.roles == 1 { run.outcome.findings.len() } else { usize::MAX }
}

fn peak_megabytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}

fn account(i: usize) -> String {
    format!("{:012}", 200_000_000_000 + i)
}

fn own(i: usize) -> String {
    format!("\"{}\"", account(i))
}

fn list(n: usize, item: impl Fn(usize) -> String) -> String {
    let mut out = String::from("[");
    for i in 0..n {
        let _ = write!(out, "{}\"{}\"", if i == 0 { "" } else { "," }, item(i));
    }
    out + "]"
}

fn statement(effect: &str, principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect":"{effect}","Principal":{{"AWS":{principal}}},"Action":"sts:AssumeRole","Condition":{{{condition}}}}}"#
    )
}

fn federated(provider: &str, action: &str, condition: &str) -> String {
    format!(
        r#"{{"Effect":"Allow","Principal":{{"Federated":{provider}}},"Action":"sts:{action}","Condition":{{{condition}}}}}"#
    )
}

fn service(condition: &str) -> String {
    statement("Allow", r#""states.amazonaws.com""#, condition).replace("\"AWS\"", "\"Service\"")
}

fn policy(statements: &[String]) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

fn many(one: impl Fn(usize) -> String) -> Vec<String> {
    (0..N).map(one).collect()
}

fn bare(name: &'static str, statements: &[String]) -> Case {
    Case { name, statements: statements.len(), file: "policy.json", text: policy(statements) }
}

fn cases() -> Vec<Case> {
    let mut all = plain();
    all.extend(lists());
    all.extend(patterns());
    all.extend(puzzles());
    let statements = many(|i| statement("Allow", &own(i), ""));
    let document = policy(&statements);
    let template = format!(
        r#"{{"Resources":{{"R":{{"Type":"AWS::IAM::Role","Properties":{{"AssumeRolePolicyDocument":{document}}}}}}}}}"#
    );
    let role = format!("resource \"aws_iam_role\" \"r\" {{\n  assume_role_policy = <<EOT\n{document}\nEOT\n}}\n");
    all.push(Case { name: "allowed, in a template", statements: N, file: "template.json", text: template });
    all.push(Case { name: "allowed, in Terraform", statements: N, file: "main.tf", text: role });
    all
}

fn plain() -> Vec<Case> {
    let github = r#""arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com""#;
    let sub = |i: usize| format!(r#""StringLike":{{"token.actions.githubusercontent.com:sub":"repo:acme{i}/*"}}"#);
    let bypassed = r#""BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}"#;
    vec![
        bare("allowed", &many(|i| statement("Allow", &own(i), ""))),
        bare(
            "allowed with an ExternalId",
            &many(|i| statement("Allow", &own(i), &external_id(&format!("\"id-{i}\"")))),
        ),
        bare("allowed with a condition that is bypassed", &many(|i| statement("Allow", &own(i), bypassed))),
        bare("allowed for everybody", &many(|_| statement("Allow", ANY, ""))),
        bare(
            "one allowed, one denied",
            &many(|i| statement(if i % 2 == 0 { "Allow" } else { "Deny" }, &own(i / 2), "")),
        ),
        bare(
            "one allowed, one denied to all by two conditions",
            &many(|i| {
                let denied = format!(
                    r#""StringEquals":{{"aws:PrincipalTag/a{i}":"x","aws:PrincipalAccount":"{}"}}"#,
                    account(i)
                );
                if i % 2 == 0 { statement("Allow", &own(i), "") } else { statement("Deny", ANY, &denied) }
            }),
        ),
        bare("denied", &many(|i| statement("Deny", &own(i), ""))),
        bare(
            "allowed with session tags",
            &many(|i| {
                statement("Allow", &own(i), "").replace("\"sts:AssumeRole\"", r#"["sts:AssumeRole","sts:TagSession"]"#)
            }),
        ),
        bare("identity providers", &many(|i| federated(github, "AssumeRoleWithWebIdentity", &sub(i)))),
        bare("services", &many(|i| service(&format!(r#""StringEquals":{{"aws:SourceAccount":"{}"}}"#, account(i))))),
        bare(
            "policy variables",
            &many(|i| {
                let condition = format!(r#""StringEquals":{{"aws:PrincipalTag/t":"${{aws:PrincipalTag/u{i}}}"}}"#);
                statement("Allow", &own(i), &condition)
            }),
        ),
    ]
}

fn external_id(values: &str) -> String {
    format!(r#""StringEquals":{{"sts:ExternalId":{values}}}"#)
}

fn lists() -> Vec<Case> {
    let all = list(N, account);
    let half = list(N, |i| account(i * 2));
    let roles = list(N, |i| format!("arn:aws:iam::{}:role/r{i}", account(i % 7)));
    let gitlab = list(N, |i| format!("arn:aws:iam::{}:oidc-provider/gitlab.com", account(i)));
    let subjects = format!(r#""StringLike":{{"gitlab.com:sub":{}}}"#, list(N, |i| format!("project_path:g{i}*")));
    let in_accounts = format!(r#""StringEquals":{{"aws:PrincipalAccount":{all}}}"#);
    let ids = external_id(&list(N, |i| format!("id-{i}")));
    let uuid = |i: usize| format!("{i:08}-0000-4000-8000-{:012}-{:012}", i * 7, i * 13);
    let tags: Vec<String> = (0..N).map(|i| format!(r#""aws:PrincipalTag/t{i}":"v""#)).collect();
    let tags = format!(r#""StringEquals":{{{}}}"#, tags.join(","));
    vec![
        bare("10,000 principals", &[statement("Allow", &all, "")]),
        bare("10,000 principals, half of them denied", &[statement("Allow", &all, ""), statement("Deny", &half, "")]),
        bare("10,000 roles", &[statement("Allow", &roles, "")]),
        bare("10,000 accounts in a condition", &[statement("Allow", ANY, &in_accounts)]),
        bare("10,000 ExternalIds", &[statement("Allow", &own(1), &ids)]),
        bare("10,000 principals and 10,000 ExternalIds", &[statement("Allow", &all, &ids)]),
        bare("10,000 conditions", &[statement("Allow", &own(1), &tags)]),
        bare("10,000 providers and 10,000 subjects", &[federated(&gitlab, "AssumeRoleWithWebIdentity", &subjects)]),
        bare("10,000 principals that are none", &[statement("Allow", &list(N, |i| format!("junk-{i}")), "")]),
        bare("4 MB of ExternalIds", &[statement("Allow", ANY, &external_id(&list(80_000, uuid)))]),
        bare(
            "an ExternalId of 4 MB",
            &[statement("Allow", &own(1), &external_id(&format!("\"{}\"", "x".repeat(4_000_000))))],
        ),
    ]
}

fn patterns() -> Vec<Case> {
    let session = |globs: String| format!(r#""StringLike":{{"sts:RoleSessionName":{globs}}}"#);
    let like = |glob: &str| format!(r#""StringLike":{{"sts:ExternalId":"{glob}"}}"#);
    let stars = "*a".repeat(2_000);
    let huge = "*a".repeat(1_000_000);
    vec![
        bare(
            "10,000 patterns",
            &[
                statement("Allow", &own(1), &session(list(N, |i| format!("*a{i}*b*")))),
                statement("Deny", ANY, &session(list(N, |i| format!("*{i}*")))),
            ],
        ),
        bare(
            "a pattern of 2,000 stars",
            &[
                statement("Allow", &own(1), &session(format!(r#"["{stars}"]"#))),
                statement("Allow", &own(1), &format!(r#""StringLike":{{"aws:PrincipalTag/x":"{stars}"}}"#)),
                statement("Deny", ANY, &session(format!(r#"["{stars}b*","*b{stars}"]"#))),
            ],
        ),
        bare(
            "a pattern of a million stars, 4 MB",
            &[statement("Allow", &own(1), &like(&huge)), statement("Deny", ANY, &like(&format!("{huge}b*")))],
        ),
    ]
}

fn puzzles() -> Vec<Case> {
    let multiplied = (0..20).map(|i| {
        let letter = char::from(b'a' + i);
        statement("Deny", ANY, &format!(r#""StringNotLike":{{"aws:PrincipalTag/x":"*{letter}?????*"}}"#))
    });
    let multiplied: Vec<String> = std::iter::once(statement("Allow", &own(1), "")).chain(multiplied).collect();
    let puzzle = (0..300_u64).map(|i| {
        // Clauses of three literals over 60 tags that are there or not.
        let mut seed = i + 1;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            seed >> 33
        };
        let literals: Vec<String> =
            (0..3).map(|_| format!(r#""aws:PrincipalTag/t{}":"{}""#, next() % 60, next() % 2 == 0)).collect();
        statement("Deny", ANY, &format!(r#""Null":{{{}}}"#, literals.join(",")))
    });
    let puzzle: Vec<String> = std::iter::once(statement("Allow", &own(1), "")).chain(puzzle).collect();
    let tags = (0..1_000).map(|i| format!(r#""aws:PrincipalTag/t{i}":"${{aws:PrincipalTag/u{i}}}""#));
    let variables = format!(r#""StringEquals":{{{}}}"#, tags.collect::<Vec<_>>().join(","));
    let denied = |i| statement("Deny", ANY, &format!(r#""StringEquals":{{"aws:PrincipalTag/x":"v{i}"}}"#));
    let denied: Vec<String> = std::iter::once(statement("Allow", &own(1), "")).chain(many(denied)).collect();
    vec![
        bare("20 patterns that multiply", &multiplied),
        bare("a puzzle of 300 Deny statements", &puzzle),
        bare("1,000 policy variables in one statement", &[statement("Allow", ANY, &variables)]),
        bare("10,000 Deny statements for all", &denied),
    ]
}

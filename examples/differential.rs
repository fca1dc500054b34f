//! Compares the reference evaluator with an independent simulator over random policies and requests.
//!
//! ```text
//! cargo run --release --example differential -- generate 1000000 1 > cases.jsonl
//! node tests/differential/oracle.mjs FOLDER < cases.jsonl > answers.jsonl
//! cargo run --release --example differential -- compare cases.jsonl answers.jsonl
//! ```
//!
//! `conditions 1000000 1` instead of `generate` draws cases of one condition each, for voices that know conditions
//! only; `compare … iam-rs` then knows where that crate differs from the documentation.
//!
//! `answer < cases.jsonl` only answers, to measure how long that takes.
//!
//! `compare` exits with 1 when some split is not explained: `undefined` where nothing undocumented is at hand, or
//! another verdict where the simulator is not known to differ from the documentation.

#[path = "../tests/differential/cases.rs"]
mod cases;
#[path = "../tests/differential/reasons.rs"]
mod reasons;
#[path = "../tests/differential/reasons_iam_rs.rs"]
mod reasons_iam_rs;

use std::{
    collections::BTreeMap,
    error::Error,
    fs::File,
    io::{BufRead, BufReader, BufWriter, Write},
    process::ExitCode,
};

use cases::{Random, Taste};
use iac_trust_lint::simulate;
use serde_json::{Value, json};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments {
        ["generate", count, seed] => generate(count.parse()?, seed.parse()?),
        ["conditions", count, seed] => conditions(count.parse()?, seed.parse()?),
        ["compare", cases, answers] => compare(cases, answers, |case, _| reasons::of(case).differs.first().copied()),
        ["compare", cases, answers, "iam-rs"] => compare(cases, answers, reasons_iam_rs::differs),
        ["answer"] => answer(),
        _ => {
            Err("usage: differential (generate | conditions) COUNT SEED | answer | compare CASES ANSWERS [iam-rs]"
                .into())
        }
    }
}

/// Half of the cases have nothing odd: there the two must agree but for what the specification leaves open.
fn generate(count: usize, seed: u64) -> Result<ExitCode, Box<dyn Error>> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut random = Random::new(seed);
    for id in 0..count {
        let taste = Taste { odd: if id % 2 == 0 { 0 } else { 20 } };
        serde_json::to_writer(&mut out, &cases::case(id, &mut random, taste))?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The conditions of such cases, each as a case of its own.
fn conditions(count: usize, seed: u64) -> Result<ExitCode, Box<dyn Error>> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut random = Random::new(seed);
    let mut id = 0;
    while id < count {
        let taste = Taste { odd: if random.chance(50) { 0 } else { 20 } };
        let case = cases::case(id, &mut random, taste);
        for mut case in split(&case).into_iter().take(count - id) {
            case["id"] = id.into();
            serde_json::to_writer(&mut out, &case)?;
            out.write_all(b"\n")?;
            id += 1;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The conditions of a case, each alone in an Allow statement whose principal and action match for certain.
fn split(case: &Value) -> Vec<Value> {
    let (policy, request) = (&case["trustPolicy"], &case["request"]);
    let statements = match &policy["Statement"] {
        Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut out = Vec::new();
    for (operator, block) in statements.iter().filter_map(|s| s["Condition"].as_object()).flatten() {
        for (key, wanted) in block.as_object().into_iter().flatten() {
            let caller = "arn:aws:iam::222222222222:user/alice";
            let mut policy = policy.clone();
            policy["Statement"] = json!({
                "Effect": "Allow", "Principal": {"AWS": caller}, "Action": "sts:AssumeRole",
                "Condition": {operator: {key: wanted}},
            });
            let request = json!({"principal": caller, "action": "sts:AssumeRole", "context": request["context"]});
            out.push(json!({"id": case["id"], "trustPolicy": policy, "request": request}));
        }
    }
    out
}

fn answer() -> Result<ExitCode, Box<dyn Error>> {
    let mut input = BufReader::with_capacity(1 << 20, std::io::stdin().lock());
    let status = simulate::run(None, &mut input, &mut std::io::stdout().lock())?;
    Ok(if status.errors == 0 { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// `differs` says where the other voice is known to differ from the documentation, given its verdict.
fn compare(
    cases: &str,
    answers: &str,
    differs: impl Fn(&Value, &str) -> Option<&'static str>,
) -> Result<ExitCode, Box<dyn Error>> {
    let mut ours = Vec::new();
    simulate::run(None, &mut BufReader::with_capacity(1 << 20, File::open(cases)?), &mut ours)?;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut unexplained = 0;
    let lines = BufReader::new(File::open(cases)?).lines();
    let theirs = BufReader::new(File::open(answers)?).lines();
    let mut compared = 0;
    let mut unsupported = 0;
    for ((case, ours), theirs) in lines.zip(ours.lines()).zip(theirs) {
        let (case, ours, theirs): (Value, Value, Value) =
            (serde_json::from_str(&case?)?, serde_json::from_str(&ours?)?, serde_json::from_str(&theirs?)?);
        if case["id"] != ours["id"] || case["id"] != theirs["id"] {
            return Err(format!("the answers are not those of the cases, from id {} on", case["id"]).into());
        }
        if theirs["decision"] == "unsupported" {
            unsupported += 1;
            continue;
        }
        compared += 1;
        let (Some(our), Some(their)) = (ours["decision"].as_str(), theirs["decision"].as_str()) else {
            return Err(format!("no verdict: {ours} {theirs}").into());
        };
        if our == their {
            *counts.entry(format!("both {our}")).or_default() += 1;
            continue;
        }
        let why = match our {
            "undefined" => reasons::of(&case).undocumented.first().copied(),
            _ => differs(&case, their),
        };
        match why {
            Some(why) => *counts.entry(format!("{our} against {their}: {why}")).or_default() += 1,
            None => {
                unexplained += 1;
                if unexplained <= 20 {
                    println!("UNEXPLAINED {our} against {their}: {case}");
                }
            }
        }
    }
    for (what, count) in counts {
        println!("{count:>9}  {what}");
    }
    if unsupported > 0 {
        println!("{unsupported:>9}  not compared: the other voice has no such operator");
    }
    println!("{compared:>9}  compared, {unexplained} not explained");
    Ok(if unexplained == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

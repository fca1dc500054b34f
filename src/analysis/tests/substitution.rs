//! Policies that are not known in full against what they may turn out to be: what is certain holds for each of those,
//! what is denied for all of them holds for none.

use std::sync::Arc;

use serde_json::Value as Json;

use super::random::{ACCOUNTS, Dice, policy, requests};
use crate::{
    analysis::{
        Action, Analysis, Answer, Caller, Certainty, ContextValue, Decision, GrantKind, Query, Request, Standing,
        Strings, Zone, evaluate,
    },
    policy::{PolicyKind, ProblemKind, What, decode, from_json},
    source::{FileId, Location, Span},
    value::{Kind, Own, Part, Reason, Text, Unknown, Value},
};

/// How many policies are tried; `SOLVER_HOLES=100000 cargo test --release substitution` tries more.
fn cases() -> u64 {
    std::env::var("SOLVER_HOLES").ok().and_then(|n| n.parse().ok()).unwrap_or(150)
}

/// What each policy may turn out to be is tried so often.
const TURNS: usize = 6;
/// Stands for text that is not known.
const HOLE: char = '\u{e000}';
/// Stands for a value that is not known, in place of a string with its quotes.
const BARE: char = '\u{e001}';
/// Ends what stood in the place of a hole.
const END: char = '\u{e002}';

fn own() -> Own {
    Own { account: Some("111111111111".to_owned()), partition: Some("aws".to_owned()), region: None }
}

fn with_holes(text: &str) -> Value {
    let at = Location::new(FileId(0), Span::default());
    let mut parts = Vec::new();
    for (i, piece) in text.split(HOLE).enumerate() {
        if i > 0 {
            parts.push(Part::Hole(Arc::new(Unknown::new("var.x", Reason::Undeclared, at)), at.into()));
        }
        parts.push(Part::Known { text: piece.into(), origin: at.into(), map: None });
    }
    Value::new(Kind::String(Text::new(parts)), at)
}

/// All strings of a policy, keys of conditions and operators too.
fn strings<'a>(json: &'a mut Json, out: &mut Vec<&'a mut String>) {
    match json {
        Json::String(text) => out.push(text),
        Json::Array(all) => all.iter_mut().for_each(|v| strings(v, out)),
        Json::Object(all) => all.iter_mut().filter(|(k, _)| *k != "Version").for_each(|(_, v)| strings(v, out)),
        _ => {}
    }
}

/// What a hole may stand for. What makes the value one that a witness has comes more often than the others.
fn substitutes(hole: &Was, witnesses: &[String]) -> Vec<String> {
    let common =
        ["*", "x", "", "Allow", "Deny", "sts:AssumeRole", "sts:TagSession", "222222222222", "999988887777", "app"];
    let more =
        ["arn:aws:iam::222222222222:role/app", "arn:aws:iam::333333333333:root", "true", "false", "abc", "o-aaa"];
    let mut out: Vec<String> = common.iter().chain(&more).map(|s| (*s).to_owned()).collect();
    out.push(hole.text.clone());
    let fitting = |w: &String| Some(w.strip_prefix(&hole.before)?.strip_suffix(&hole.after)?.to_owned());
    for fits in witnesses.iter().filter_map(fitting) {
        out.extend(std::iter::repeat_n(fits, 4));
    }
    out
}

/// What stood in the place of a hole, and what stands around it in the same string.
struct Was {
    text: String,
    before: String,
    after: String,
    /// Whether the quotes are part of the hole.
    bare: bool,
}

/// A policy with holes and what they were.
struct Holed {
    text: String,
    were: Vec<Was>,
}

fn holed(dice: &mut Dice) -> Holed {
    let mut json = policy(dice);
    for _ in 0..=dice.below(2) {
        let mut all = Vec::new();
        strings(&mut json, &mut all);
        let at = dice.below(all.len());
        let text = &mut *all[at];
        if text.contains([HOLE, BARE, '$']) || !text.is_ascii() {
            continue;
        }
        let (from, to) = match dice.below(4) {
            0 => (0, text.len()),
            1 => (dice.below(text.len() + 1), text.len()),
            2 => (0, dice.below(text.len() + 1)),
            _ => {
                let from = dice.below(text.len() + 1);
                (from, from + dice.below(text.len() - from + 1))
            }
        };
        // What was there stands between the mark and its end, until the text is taken apart.
        let was = text[from..to].to_owned();
        if (from, to) == (0, text.len()) && dice.chance(40) {
            *text = format!("{BARE}{was}{END}");
        } else {
            *text = format!("{}{HOLE}{was}{END}{}", &text[..from], &text[to..]);
        }
    }
    let text = json.to_string();
    let (mut out, mut were) = (String::new(), Vec::new());
    let mut rest = &text[..];
    while let Some(at) = rest.find([HOLE, BARE]) {
        let (before, hole) = rest.split_at(at);
        let bare = hole.starts_with(BARE);
        let (was, behind) = hole[HOLE.len_utf8()..].split_once(END).unwrap();
        out.push_str(if bare { before.strip_suffix('"').unwrap() } else { before });
        out.push(HOLE);
        let (before, after) = (before.rsplit('"').next().unwrap(), behind.split('"').next().unwrap());
        were.push(Was { text: was.to_owned(), before: before.to_owned(), after: after.to_owned(), bare });
        rest = if bare { behind.strip_prefix('"').unwrap() } else { behind };
    }
    out.push_str(rest);
    Holed { text: out, were }
}

impl Holed {
    /// One of the policies that it may turn out to be.
    fn turn(&self, dice: &mut Dice, witnesses: &[String]) -> String {
        let mut pieces = self.text.split(HOLE);
        let mut out = pieces.next().unwrap().to_owned();
        for (was, piece) in self.were.iter().zip(pieces) {
            let pool = substitutes(was, witnesses);
            let mut pick = || pool[dice.below(pool.len())].clone();
            let text = match (was.bare, pick()) {
                (false, text) => text,
                (true, text) if text.len() % 3 == 0 => format!("[\"{text}\", \"{}\"]", pick()),
                (true, text) => format!("\"{text}\""),
            };
            out.push_str(&text);
            out.push_str(piece);
        }
        out
    }
}

fn queries() -> Vec<Query> {
    vec![
        Query::new(Caller::any_aws(), Action::AssumeRole),
        Query::new(Caller::account("222222222222"), Action::AssumeRole),
        Query::new(Caller::account("999988887777"), Action::AssumeRole),
        Query::new(Caller::Service(Strings::Any), Action::AssumeRole),
        Query::new(Caller::Oidc, Action::AssumeRoleWithWebIdentity),
        Query::new(Caller::Saml, Action::AssumeRoleWithSaml),
    ]
}

/// What a request names, for holes to stand for.
fn named_by(request: &Request, out: &mut Vec<String>) {
    out.push(request.principal_text.clone());
    if let Some(ContextValue::One(account)) = request.context.get("aws:PrincipalAccount") {
        out.push(format!("arn:aws:iam::{account}:root"));
    }
    for value in request.context.values() {
        match value {
            ContextValue::One(text) => out.push(text.clone()),
            ContextValue::Many(all) => out.extend(all.iter().cloned()),
        }
    }
}

#[test]
fn what_is_certain_is_so_whatever_the_unknowns_are() {
    let (mut certain, mut possible, mut turns) = (0u32, 0u32, 0u32);
    for seed in 0..cases() {
        let mut dice = Dice::new(seed + 5_000_000);
        let holed = holed(&mut dice);
        let decoded = decode(&with_holes(&holed.text), PolicyKind::Trust);
        let analysis = Analysis::new(&decoded, Zone::default(), &own(), "2026-11-21");
        let mut sure: Vec<Request> = Vec::new();
        let mut witnesses = Vec::new();
        let answers = queries().into_iter().map(|q| analysis.ask(&q)).filter_map(|a| match a {
            Answer::Yes { witness, certainty } => Some((*witness, certainty)),
            Answer::No | Answer::Undecided => None,
        });
        let of_grants = analysis.grants().iter().filter_map(|g| Some((g.witness.clone()?, g.certainty)));
        for (witness, certainty) in answers.chain(of_grants) {
            named_by(&witness, &mut witnesses);
            let decision = evaluate(analysis.policy(), &witness).decision;
            if certainty == Certainty::Certain {
                certain += 1;
                assert_eq!(decision, Decision::Allow, "seed {seed}\n{}\n{witness:#?}", holed.text);
                sure.push(witness);
            } else {
                possible += 1;
                assert_ne!(decision, Decision::Deny, "seed {seed}\n{}\n{witness:#?}", holed.text);
            }
        }
        for _ in 0..TURNS {
            let turned = holed.turn(&mut dice, &witnesses);
            if serde_json::from_str::<Json>(&turned).is_err() {
                continue;
            }
            turns += 1;
            let policy = from_json(&turned, FileId(0));
            // What AWS refuses it does not turn out to be.
            if policy.problems.iter().any(|p| p.kind == ProblemKind::Principal) {
                continue;
            }
            for witness in &sure {
                let decision = evaluate(&policy, witness).decision;
                // What a negated comparison makes of a text that is no ARN is not documented.
                if decision == Decision::Undefined && turned.contains("ArnNot") {
                    continue;
                }
                assert_eq!(decision, Decision::Allow, "seed {seed}\n{}\n{turned}\n{witness:#?}", holed.text);
            }
            let turned_analysis = Analysis::new(&policy, Zone::default(), &own(), "2026-11-21");
            for grant in turned_analysis.grants().iter().filter(|g| g.standing == Standing::Outside) {
                let index = policy.statements[grant.statement].index;
                let told = analysis.grants().iter().any(|g| {
                    analysis.policy().statements[g.statement].index == index
                        && (matches!(g.standing, Standing::Outside | Standing::Unknown) || g.kind == GrantKind::Unknown)
                });
                let unsaid = decoded.unknowns.iter().any(|u| {
                    matches!(u.what, What::Document)
                        || matches!(u.what, What::Statement | What::Effect) && u.statement.is_none_or(|s| s == index)
                });
                assert!(told || unsaid, "passed in silence, seed {seed}\n{}\n{turned}\n{grant:#?}", holed.text);
            }
            for action in ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"] {
                let all = requests(&turned, action);
                let step = all.len() / 200 + 1;
                for request in all.iter().step_by(step) {
                    if evaluate(&policy, request).decision != Decision::Allow {
                        continue;
                    }
                    let decision = evaluate(analysis.policy(), request).decision;
                    assert_ne!(decision, Decision::Deny, "seed {seed}\n{}\n{turned}\n{request:#?}", holed.text);
                }
            }
        }
        assert_eq!(analysis.disagreements(), 0, "seed {seed}: {}", holed.text);
    }
    println!("{certain} certain, {possible} possible, {turns} turns, {} accounts", ACCOUNTS.len());
    assert!(certain > 20 && possible > 20, "the policies show nothing: {certain} certain, {possible} possible");
}

//! The solver against the evaluator: where it says that nobody gets in, no request of the universe does; each request
//! that it finds gets in.

use iac_trust_lint::{
    analysis::{
        Action, Analysis, Answer, Caller, Certainty, ContextValue, Decision, Demand, Query, Request, RequestPrincipal,
        Strings, Zone, evaluate,
    },
    policy::from_json,
    source::FileId,
    value::Own,
};

use super::{
    bytes::Bytes,
    universe::{OWN, policy, request},
};

/// Requests that are tried for each kind of caller.
const TRIED: usize = 150;

/// A question, the kind of caller that it is about, and the requests that it means.
type Case = (Query, usize, fn(&Request) -> bool);

fn carries(request: &Request, key: &str, wanted: &str) -> bool {
    matches!(request.context.get(key), Some(ContextValue::One(v)) if v == wanted)
}

fn cases() -> Vec<Case> {
    let any = || Query::new(Caller::any_aws(), Action::AssumeRole);
    let no_mfa = Demand::AbsentOr(Strings::OneOf(vec!["false".to_owned()]));
    let with_b = Strings::Like(vec!["*b*".to_owned()], vec!["?".to_owned()]);
    vec![
        (any(), 0, |_| true),
        (Query::new(Caller::any_aws(), Action::TagSession), 0, |_| true),
        (Query::new(Caller::account("222222222222"), Action::AssumeRole), 0, |r| {
            carries(r, "aws:PrincipalAccount", "222222222222")
        }),
        (any().demand("sts:ExternalId", Demand::Absent), 0, |r| !r.context.contains_key("sts:ExternalId")),
        (any().demand("aws:MultiFactorAuthPresent", no_mfa), 0, |r| !carries(r, "aws:MultiFactorAuthPresent", "true")),
        (any().demand("STS:ExternalId", Demand::Is(with_b)), 0, |r| {
            let value = r.context.get("sts:ExternalId");
            matches!(value, Some(ContextValue::One(v)) if v.contains('b') && v.len() > 1)
        }),
        (Query::new(Caller::Service(Strings::Any), Action::AssumeRole), 1, |_| true),
        (Query::new(Caller::Saml, Action::AssumeRoleWithSaml), 2, |_| true),
        (Query::new(Caller::Oidc, Action::AssumeRoleWithWebIdentity), 3, |_| true),
    ]
}

pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let text = policy(&mut bytes).to_string();
    let decoded = from_json(&text, FileId(0));
    let own = Own { account: Some(OWN.to_owned()), partition: Some("aws".to_owned()), region: None };
    let analysis = Analysis::new(&decoded, Zone::default(), &own, "2026-11-21");
    let asked: Vec<(Case, Answer)> =
        cases().into_iter().map(|case| (analysis.ask(&case.0), case)).map(|(a, c)| (c, a)).collect();
    for (case, answer) in &asked {
        hold(&text, &analysis, case, answer, &mut bytes);
    }
    for grant in analysis.grants() {
        if let Some(witness) = &grant.witness {
            let decision = evaluate(analysis.policy(), witness).decision;
            assert_ne!(decision, Decision::Deny, "{text}\n{grant:#?}");
            assert!(grant.certainty != Certainty::Certain || decision == Decision::Allow, "{text}\n{grant:#?}");
        }
    }
    assert_eq!(analysis.disagreements(), 0, "{text}");
}

/// Whether a session may be that of either of two roles: an account has one role of a name, whatever its path is, and
/// the policy names two.
fn is_two_roles(text: &str, request: &Request) -> bool {
    let RequestPrincipal::Session { account, role, .. } = &request.principal else { return false };
    let names = |path: &str| text.contains(&format!("::{account}:role/{path}{role}\""));
    names("") && names("x/")
}

fn hold(text: &str, analysis: &Analysis, case: &Case, answer: &Answer, bytes: &mut Bytes<'_>) {
    let (query, who, meant) = case;
    match answer {
        // Values of policy variables are only tried: where none of those tried fits, that is no proof.
        Answer::Undecided if text.contains("${") => {}
        Answer::Undecided => panic!("not decided: {text}\n{query:#?}"),
        Answer::Yes { witness, certainty } => {
            let decision = evaluate(analysis.policy(), witness).decision;
            // Where values of policy variables were only tried, or `NotPrincipal` may not speak of such a caller, what
            // is certain may be told as possible.
            let told_less = text.contains("${") || *who > 0 && text.contains("\"NotPrincipal\"");
            let certain = *certainty == Certainty::Certain || told_less && decision == Decision::Allow;
            let wanted = if certain { Decision::Allow } else { Decision::Undefined };
            assert_eq!(decision, wanted, "the witness does not get in: {text}\n{query:#?}\n{witness:#?}");
            assert!(meant(witness), "nobody asked for that: {text}\n{query:#?}\n{witness:#?}");
        }
        // Of callers that are no AWS principals `*` may or may not speak, and `NotPrincipal` too: that is not asked.
        Answer::No if *who > 0 && text.contains("\"NotPrincipal\"") => {}
        Answer::No => {
            for _ in 0..TRIED {
                let request = request(bytes, *who, query.action.name());
                if !meant(&request) || is_two_roles(text, &request) {
                    continue;
                }
                let decision = evaluate(analysis.policy(), &request).decision;
                let gets_in = decision == Decision::Allow || *who == 0 && decision == Decision::Undefined;
                assert!(!gets_in, "somebody gets in ({decision:?}): {text}\n{query:#?}\n{request:#?}");
            }
        }
    }
}

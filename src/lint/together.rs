use super::{
    JudgedRole,
    guarded::{attempt, guarded, here},
};
use crate::{
    finding::Finding,
    report::RunError,
    rules::{self, Report, RoleContext, Rule, RuleKind, RunContext},
    source::Files,
};

/// Judges all roles together, by the rules that look at them so.
pub(super) fn judge(files: &Files, roles: &[JudgedRole], errors: &mut Vec<RunError>) -> Vec<Finding> {
    let mut contexts: Vec<RoleContext<'_>> = roles.iter().flat_map(JudgedRole::contexts).collect();
    contexts.sort_by(|a, b| (&a.role.address, &a.role.root).cmp(&(&b.role.address, &b.role.root)));
    rules::ALL.iter().flat_map(|rule| apply(rule, files, &contexts, errors)).collect()
}

fn apply(rule: &Rule, files: &Files, roles: &[RoleContext<'_>], errors: &mut Vec<RunError>) -> Vec<Finding> {
    let RuleKind::Run { check, .. } = rule.kind else { return Vec::new() };
    let over = |roles: &[RoleContext<'_>]| {
        crate::fault::fault("rule", || roles.iter().map(|r| format!("{} {}\n", rule.name, r.role.address)).collect());
        let mut findings = Vec::new();
        check(&RunContext { roles }, &mut Report { findings: &mut findings });
        findings
    };
    if let Ok(findings) = guarded(String::new, || over(roles)) {
        return findings;
    }
    // Without those with which it fails even alone, it says what it can of the others.
    let mut sound: Vec<RoleContext<'_>> = roles.to_vec();
    sound.retain(|role| {
        let name = || files.get(role.role.at.file).name().to_owned();
        attempt(errors, name, || over(std::slice::from_ref(role))).is_some()
    });
    attempt(errors, here, || over(&sound)).unwrap_or_default()
}

use crate::finding::Severity;

/// A rule: what it says and how it is checked. One `static` per file in this folder, registered in [`super::ALL`].
pub struct Rule {
    /// Kebab-case name of the bad thing.
    pub name: &'static str,
    /// Default severity.
    pub severity: Severity,
    /// One line: what is wrong when it fires, without period.
    pub summary: &'static str,
    /// The version that has it first.
    pub since: &'static str,
    /// What the rule does, in Markdown.
    pub what: &'static str,
    /// Why that is bad, with the attack in one concrete request, in Markdown.
    pub why: &'static str,
    /// How to mend it, in Markdown.
    pub fix: &'static str,
    /// An example that fires and one that does not, in each language. Tests run them.
    pub examples: Examples,
    /// What it is called elsewhere.
    pub maps_to: &'static [Mapping],
    /// Links to read on.
    pub references: &'static [&'static str],
    /// How it is checked.
    pub kind: RuleKind,
}

/// Example configurations. Empty where the language cannot have the rule.
pub struct Examples {
    /// Terraform that fires.
    pub terraform_bad: &'static str,
    /// Terraform that does not.
    pub terraform_good: &'static str,
    /// CloudFormation YAML that fires.
    pub cloudformation_bad: &'static str,
    /// CloudFormation YAML that does not.
    pub cloudformation_good: &'static str,
    /// A config file that both need, or empty.
    pub config: &'static str,
}

/// The same thing in another tool or standard.
pub struct Mapping {
    /// `Trend Micro Conformity`, `Checkov`, `NIST 800-53`, …
    pub system: &'static str,
    /// Its identifier there.
    pub id: &'static str,
}

/// How a rule is checked.
pub enum RuleKind {
    /// Once per role, in each world, with the role's analysis at hand. What is found must follow from the policy, the
    /// zone, where the role is deployed and whether it is service-linked; only of a policy with an ExternalId may the
    /// role's name and address matter beyond the words.
    Role(fn(&crate::rules::RoleContext<'_>, &mut crate::rules::Report<'_>)),
    /// Once per identity policy that can name an action that these rules look at.
    Identity(fn(&crate::rules::IdentityContext<'_>, &mut crate::rules::Report<'_>)),
    /// Once per run, over all roles together.
    Run {
        /// What of a role can matter together with other roles, as pairs of a thing and a side. Only roles that have a
        /// thing in common on different sides are looked at.
        sides: fn(&crate::rules::RoleContext<'_>) -> Vec<(String, String)>,
        /// The check.
        check: fn(&crate::rules::RunContext<'_>, &mut crate::rules::Report<'_>),
    },
    /// Fired by the run itself (input and suppression findings); nothing to call.
    Input,
}

use super::{Assumption, Text, Value, choice::given, worlds};
use crate::source::{FileId, Location};

/// What a frontend found in one unit of work (a root module, a template, a document).
#[derive(Default, Debug)]
pub struct Extraction {
    /// The roles.
    pub roles: Vec<Role>,
    /// Identity policies, for the caller's side.
    pub identity_policies: Vec<IdentityPolicy>,
    /// Files and parts of files that could not be read.
    pub problems: Vec<InputProblem>,
    /// Module calls whose source is not on disk.
    pub absent_modules: Vec<AbsentModule>,
    /// CloudFormation templates inside Terraform (`aws_cloudformation_stack.template_body`).
    pub templates: Vec<EmbeddedTemplate>,
    /// Every file that was read for this unit.
    pub files: Vec<FileId>,
}

/// A role and its trust policy.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its address (`module.a["x"].aws_iam_role.b[0]`, `Parent/LogicalId`, an ARN, a path).
    pub address: String,
    /// `aws_iam_role`, `AWS::IAM::Role`, `policy-document`, …
    pub kind: String,
    /// The root module's folder or the template, as reports show paths.
    pub root: String,
    /// How people know it, when that differs from the address (`aws:cdk:path`).
    pub display: Option<String>,
    /// The role's name, when the configuration sets one.
    pub name: Option<Text>,
    /// The role's path, when the configuration sets one; `/aws-service-role/` makes it service-linked.
    pub path: Option<Text>,
    /// The header of the block or the logical id: what `roles` shows as the place.
    pub at: Location,
    /// The whole block, for suppressions before it.
    pub block: Location,
    /// The trust policy: an object, a string that holds JSON, or unknown.
    pub policy: Value,
    /// What is known of where it is deployed.
    pub own: Own,
    /// What must hold for the role to exist at all.
    pub when: Vec<Assumption>,
    /// Suppressions written as metadata of the resource.
    pub suppressions: Vec<MetadataSuppression>,
}

impl Role {
    /// Whether AWS makes and keeps the role for a service of its own.
    pub fn is_service_linked(&self) -> bool {
        self.path.as_ref().is_some_and(|p| p.display().starts_with("/aws-service-role/"))
    }

    /// The policy as it is where the role exists: choices that `when` decides are decided. Where that leaves several
    /// outcomes, it is the policy as it is.
    pub fn settled_policy(&self) -> Value {
        let mut found = worlds(&self.policy, &given(&self.when));
        match (found.pop(), found.is_empty()) {
            (Some((_, only)), true) => only,
            _ => self.policy.clone(),
        }
    }
}

#[cfg(test)]
impl Role {
    /// A role of which no more is said, where its policy stands.
    pub(crate) fn of(address: &str, policy: Value) -> Self {
        let at = policy.origin.at;
        Self {
            address: address.to_owned(),
            kind: "aws_iam_role".to_owned(),
            root: ".".to_owned(),
            display: None,
            name: None,
            path: None,
            at,
            block: at,
            policy,
            own: Own::default(),
            when: Vec::new(),
            suppressions: Vec::new(),
        }
    }
}

/// An identity policy: of a user, group or role, or a managed one.
#[derive(Clone, Debug)]
pub struct IdentityPolicy {
    /// Address of the resource that carries it.
    pub address: String,
    /// `aws_iam_policy`, `AWS::IAM::ManagedPolicy`, …
    pub kind: String,
    /// The root module's folder or the template.
    pub root: String,
    /// The header of the block.
    pub at: Location,
    /// The whole block.
    pub block: Location,
    /// The policy document.
    pub policy: Value,
    /// What is known of where it is deployed.
    pub own: Own,
    /// What must hold for it to exist.
    pub when: Vec<Assumption>,
    /// Suppressions written as metadata of the resource.
    pub suppressions: Vec<MetadataSuppression>,
}

/// What is known of the place a role is deployed to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Own {
    /// The account id, where the input says it (CLI output, a provider's `allowed_account_ids`).
    pub account: Option<String>,
    /// The partition, where the input says it or the region does.
    pub partition: Option<String>,
    /// The region.
    pub region: Option<String>,
}

impl Own {
    /// The account and partition that an ARN is of.
    pub(crate) fn of_arn(arn: &str) -> Self {
        let mut fields = arn.split(':').skip(1);
        let partition = fields.next().filter(|p| !p.is_empty()).map(str::to_owned);
        let account = fields.nth(2).filter(|a| is_account_id(a)).map(str::to_owned);
        Self { account, partition, region: None }
    }
}

/// Whether a text is an account id.
pub(crate) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// A file, or a part of one, that should be read and cannot be.
#[derive(Clone, Debug)]
pub struct InputProblem {
    /// The file as reports show it, for files that never came to have a text.
    pub file: String,
    /// The place, when the file has a text.
    pub at: Option<Location>,
    /// What is wrong, in one sentence without period.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// A module call whose source is not on disk.
#[derive(Clone, Debug)]
pub struct AbsentModule {
    /// The call's address (`module.a.module.b`).
    pub address: String,
    /// Its source, as written.
    pub source: String,
    /// The root module.
    pub root: String,
    /// The call's header.
    pub at: Location,
    /// The whole call.
    pub block: Location,
    /// The first argument whose name says that trust is at stake, with its place.
    pub trust_input: Option<(String, Location)>,
}

/// A suppression that stands in template metadata.
#[derive(Clone, Debug)]
pub struct MetadataSuppression {
    /// Rule names.
    pub rules: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// Last day, `YYYY-MM-DD`, as written.
    pub until: Option<String>,
    /// Where it stands.
    pub at: Location,
}

/// A CloudFormation template that stands in another language's string.
#[derive(Clone, Debug)]
pub struct EmbeddedTemplate {
    /// Address of the resource that carries it.
    pub address: String,
    /// The root module.
    pub root: String,
    /// The block that carries it.
    pub block: Location,
    /// The template: a string (often with holes), or a [`Part::Json`](super::Part::Json) of a value.
    pub body: Value,
    /// Parameter values that the carrier gives, by name.
    pub parameters: Vec<(String, Value)>,
    /// What is known of where it is deployed.
    pub own: Own,
}

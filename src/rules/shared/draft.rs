use std::collections::BTreeSet;

use crate::{
    analysis::{Answer, Certainty, ContextValue, Request},
    finding::{self, Finding, Label, Place, RoleRef, Severity, Witness, WitnessValue},
    policy::Statement,
    rules::{IdentityContext, Report, RoleContext, Rule},
    source::Location,
    value::{Assumption, Origin},
};

/// A finding in the making. It cannot be begun without its one primary place and its message.
#[must_use]
pub struct Draft {
    finding: Finding,
}

/// What a finding can be about.
pub trait Subject {
    /// The role, or the carrier of the identity policy.
    fn role_ref(&self) -> RoleRef;
    /// Its whole block, for suppressions before it.
    fn block(&self) -> Location;
    /// Where its policy enters it.
    fn policy_origin(&self) -> &Origin;
    /// What is assumed in this world.
    fn assumptions(&self) -> &[Assumption];
}

impl Subject for RoleContext<'_> {
    fn role_ref(&self) -> RoleRef {
        RoleRef { address: self.role.address.clone(), kind: self.role.kind.clone(), root: self.role.root.clone() }
    }

    fn block(&self) -> Location {
        self.role.block
    }

    fn policy_origin(&self) -> &Origin {
        &self.policy.origin
    }

    fn assumptions(&self) -> &[Assumption] {
        self.assumptions
    }
}

impl Subject for IdentityContext<'_> {
    fn role_ref(&self) -> RoleRef {
        RoleRef {
            address: self.carrier.address.clone(),
            kind: self.carrier.kind.clone(),
            root: self.carrier.root.clone(),
        }
    }

    fn block(&self) -> Location {
        self.carrier.block
    }

    fn policy_origin(&self) -> &Origin {
        &self.policy.origin
    }

    fn assumptions(&self) -> &[Assumption] {
        self.assumptions
    }
}

impl Draft {
    /// A finding of `rule` at the place where the value of `origin` enters the policy; the places that the value came
    /// through become related ones, the one where it was written first. `label` says what stands at the primary place.
    pub fn at(rule: &'static Rule, origin: &Origin, label: impl Into<String>, message: impl Into<String>) -> Self {
        let mut finding = Finding::new(rule.name, rule.severity, Place::Span(origin.at), message.into());
        finding.primary_label = label.into();
        let mut draft = Self { finding };
        for step in origin.steps().rev() {
            draft.relate(step.at, step.kind.label().to_owned());
        }
        draft
    }

    /// The smallest edit that mends it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.finding.help = Some(help.into());
        self
    }

    /// Another severity than the rule's own.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.finding.severity = severity;
        self
    }

    /// How sure it is; certain when never called.
    pub fn certainty(mut self, certainty: Certainty) -> Self {
        self.finding.certainty = match certainty {
            Certainty::Possible => finding::Certainty::Possible,
            Certainty::Certain => finding::Certainty::Certain,
        };
        self
    }

    /// The request that gets in, where there is one.
    pub fn witness(mut self, request: Option<&Request>) -> Self {
        let value = |v: &ContextValue| match v {
            ContextValue::One(s) => WitnessValue::One(s.clone()),
            ContextValue::Many(all) => WitnessValue::Many(all.clone()),
        };
        self.finding.witness = request.map(|request| Witness {
            principal: request.principal_text.clone(),
            action: request.action.clone(),
            context: request.context.iter().map(|(k, v)| (k.clone(), value(v))).collect(),
        });
        self
    }

    /// What the solver said: how sure it is, and the request where it has one.
    pub fn answered(mut self, answer: &Answer) -> Self {
        if let Some(certainty) = answer.certainty() {
            self = self.certainty(certainty);
        }
        self.witness(answer.witness())
    }

    /// The offending value, by which findings of one statement differ.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.finding.fingerprint_parts.value = value.into();
        self
    }

    /// The statement that it is about.
    pub fn in_statement(mut self, statement: &Statement) -> Self {
        self.finding.fingerprint_parts.statement.clone_from(&statement.text);
        self.finding.scopes.push(statement.origin.at);
        for origin in &statement.voided {
            self.relate(origin.source(), "this value leaves a part of the statement out".to_owned());
        }
        self
    }

    /// Another place that helps to understand.
    pub fn also(mut self, origin: &Origin, label: impl Into<String>) -> Self {
        self.relate(origin.at, label.into());
        self
    }

    fn relate(&mut self, at: Location, text: String) {
        let primary = matches!(&self.finding.primary, Place::Span(p) if *p == at);
        if !primary && !self.finding.related.iter().any(|l| l.at == at) {
            self.finding.related.push(Label { at, text });
        }
    }
}

impl Report<'_> {
    /// Takes a finding about one role or carrier.
    pub fn push(&mut self, subject: &dyn Subject, draft: Draft) {
        self.push_all(&[subject], draft);
    }

    /// Takes a finding about several roles together.
    pub fn push_all(&mut self, subjects: &[&dyn Subject], draft: Draft) {
        let mut draft = draft;
        for origin in subjects.iter().map(|s| s.policy_origin()).filter(|o| !o.is_direct()) {
            draft.relate(origin.at, "the policy is used here".to_owned());
        }
        let mut finding = draft.finding;
        let roles: BTreeSet<RoleRef> = subjects.iter().map(|s| s.role_ref()).collect();
        finding.roles = roles.into_iter().collect();
        let assumed: BTreeSet<String> =
            subjects.iter().flat_map(|s| s.assumptions()).map(ToString::to_string).collect();
        finding.assumptions = assumed.into_iter().collect();
        for subject in subjects {
            finding.scopes.push(subject.block());
        }
        self.findings.push(finding);
    }
}

use std::rc::Rc;

use super::{
    ast::{Block, Expr, ExprKind},
    evaluator::Evaluator,
    member::Member,
    resource::ResourceRef,
    scope::{Instance, Scope},
};
use crate::value::{Kind, Own, Part, Value};

/// The provider configuration that a resource uses, as far as it tells where the resource is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Provider {
    /// Equal for configurations that sign in to the same account.
    pub identity: String,
    pub region: Option<String>,
    pub account: Option<String>,
}

/// Arguments that decide which account a provider signs in to.
const SIGN_IN: [&str; 9] = [
    "profile",
    "access_key",
    "secret_key",
    "token",
    "shared_credentials_files",
    "shared_credentials_file",
    "shared_config_files",
    "allowed_account_ids",
    "forbidden_account_ids",
];

impl Evaluator<'_> {
    /// The provider configuration of a resource.
    pub fn provider(&self, r: &ResourceRef<'_>) -> Rc<Provider> {
        self.provider_of(r.instance, r.block)
    }

    /// The provider configuration of a block.
    pub fn provider_of(&self, instance: &Rc<Instance>, block: &Block) -> Rc<Provider> {
        match block.body.attribute("provider") {
            Some(a) => self.configuration(instance, self.text(a.value.at).trim_matches('"')),
            None => self.configuration(instance, block.label(0).split('_').next().unwrap_or_default()),
        }
    }

    /// The configuration of that `NAME` or `NAME.ALIAS`.
    fn configuration(&self, instance: &Rc<Instance>, local: &str) -> Rc<Provider> {
        if let Some(known) = instance.memo.providers.borrow().get(local) {
            return known.clone();
        }
        let known = self.keeping(|| self.find_configuration(instance, local));
        if !known.of_provider {
            instance.memo.providers.borrow_mut().insert(local.to_owned(), known.it.clone());
        }
        known.it
    }

    fn find_configuration(&self, instance: &Rc<Instance>, local: &str) -> Rc<Provider> {
        let (name, alias) = match local.split_once('.') {
            Some((name, alias)) => (name, Some(alias)),
            None => (local, None),
        };
        let alias_of = |b: &Block| super::variables::literal_text(&b.body, "alias");
        let wanted = |b: &&Member<Block>| b.label(0) == name && alias_of(b).as_deref() == alias;
        if let Some(block) = instance.module.providers.iter().find(wanted)
            && (instance.call.is_none() || is_configuration(block))
        {
            return Rc::new(self.configured(instance, block));
        }
        let named = |identity: String| Rc::new(Provider { identity, ..Provider::default() });
        let Some(call) = &instance.call else {
            return named(alias.map_or_else(String::new, |_| local.to_owned()));
        };
        let passed = call.block.body.attribute("providers").and_then(|a| match &a.value.now().kind {
            ExprKind::Object(items) => items.iter().find_map(|(k, v)| {
                let key = self.text(k.at);
                (key.trim_matches('"') == local).then(|| self.text(v.at))
            }),
            _ => None,
        });
        match (passed, alias) {
            (Some(passed), _) => self.configuration(&call.parent, passed.trim_matches('"')),
            (None, None) => self.configuration(&call.parent, local),
            (None, Some(_)) => named(format!("{}.{local}", instance.address)),
        }
    }

    fn configured(&self, instance: &Rc<Instance>, block: &Block) -> Provider {
        let mut identity = String::new();
        for name in SIGN_IN {
            if let Some(a) = block.body.attribute(name) {
                identity.push_str(&format!("{name}={};", self.text(a.value.at)));
            }
        }
        let scope = Scope::of(instance);
        let mut assumed = None;
        for kind in ["assume_role_with_web_identity", "assume_role"] {
            for b in block.body.repeated(kind) {
                identity.push_str(&self.text(b.at));
                let role = b.body.attribute("role_arn").filter(|a| is_plain(&a.value));
                assumed = role.and_then(|a| account_of(&self.eval(&a.value, &scope)));
            }
        }
        let region = block.body.attribute("region").map(|a| self.eval(&a.value, &scope));
        let region = region.and_then(|v| match &v.kind {
            Kind::String(t) => t.as_known().map(|t| t.into_owned()),
            _ => None,
        });
        let accounts = block.body.attribute("allowed_account_ids").map(|a| self.eval(&a.value, &scope));
        let account = accounts.and_then(|v| match &v.kind {
            Kind::List(_, items) if items.len() == 1 => v.item(0)?.as_str().map(|s| s.into_owned()),
            _ => None,
        });
        Provider { identity, region, account: account.or(assumed) }
    }
}

/// Whether an expression names one value. A choice between several names no account, and costs more the more it weighs.
fn is_plain(expr: &Expr) -> bool {
    match &expr.now().kind {
        ExprKind::String(_) | ExprKind::Template(_) | ExprKind::Name(_) | ExprKind::Traversal(..) => true,
        ExprKind::Parenthesis(inner) => is_plain(inner),
        _ => false,
    }
}

/// The account in an ARN of which what follows need not be known.
fn account_of(arn: &Value) -> Option<String> {
    let Kind::String(text) = &arn.kind else { return None };
    let [Part::Known { text, .. }, ..] = text.parts() else { return None };
    let mut fields = text.split(':');
    let account = fields.nth(4).filter(|a| a.len() == 12 && a.bytes().all(|b| b.is_ascii_digit()))?;
    fields.next().map(|_| account.to_owned())
}

/// An empty block in a module that others call only declares that the provider is passed.
fn is_configuration(block: &Block) -> bool {
    block.body.names().iter().any(|(n, _)| !matches!(&**n, "alias" | "version"))
        || !block.body.repeated("assume_role").is_empty()
}

impl Provider {
    /// What is known of where its resources are.
    pub fn own(&self) -> Own {
        Own {
            account: self.account.clone(),
            partition: self.region.as_deref().map(|r| partition(r).to_owned()),
            region: self.region.clone(),
        }
    }
}

/// The partition that a region belongs to.
fn partition(region: &str) -> &'static str {
    let prefixes = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-iso-", "aws-iso"),
        ("eusc-", "aws-eusc"),
    ];
    prefixes.iter().find(|(p, _)| region.starts_with(p)).map_or("aws", |(_, p)| p)
}

//! Attributes that only AWS or state knows, as far as they can be told from the configuration.

use std::sync::Arc;

use super::{evaluator::Evaluator, functions, json::template_pieces, resource::ResourceRef};
use crate::{
    source::Location,
    syntax::hcl::text::Source,
    value::{Entry, Kind, ListKind, ObjectKind, Origin, Part, Reason, Symbol, Text, Unknown, Value},
};

/// Attributes of a resource type that [`Evaluator::known_attribute`] can tell, for when the whole resource is asked
/// for.
pub(super) fn computed_names(kind: &str) -> &'static [&'static str] {
    match kind {
        "aws_iam_policy_document" => &["json", "minified_json"],
        "aws_caller_identity" => &["account_id", "arn", "id"],
        "aws_partition" => &["partition", "dns_suffix", "id"],
        "aws_region" => &["name", "id", "region"],
        "aws_iam_role" | "aws_iam_user" | "aws_iam_group" | "aws_iam_instance_profile" | "aws_iam_policy" => {
            &["arn", "id", "name"]
        }
        "aws_iam_openid_connect_provider" => &["arn", "url"],
        "aws_iam_saml_provider" => &["arn"],
        "aws_eks_cluster" => &["arn", "identity"],
        "aws_organizations_organization" => &["accounts", "id", "non_master_accounts", "roots"],
        "aws_service_principal" => &["id", "name"],
        "aws_elb_service_account"
        | "aws_cloudtrail_service_account"
        | "aws_billing_service_account"
        | "aws_redshift_service_account" => &["arn", "id"],
        "aws_arn" => &["account", "partition", "region", "resource", "service"],
        "template_file" => &["rendered"],
        _ => &[],
    }
}

/// What a text that stands at one place is made of.
struct Builder {
    at: Location,
    pieces: Vec<Value>,
}

impl Builder {
    fn new(at: Location) -> Self {
        Self { at, pieces: Vec::new() }
    }

    fn text(self, text: &str) -> Self {
        let at = self.at;
        self.part(Part::Known { text: text.into(), origin: at.into(), map: None })
    }

    fn symbol(self, symbol: Symbol) -> Self {
        let at = self.at;
        self.part(Part::Symbol(symbol, at.into()))
    }

    fn part(self, part: Part) -> Self {
        let origin = part.origin().clone();
        self.value(Value::new(Kind::String(Text::one(part)), origin))
    }

    fn value(mut self, value: Value) -> Self {
        self.pieces.push(value);
        self
    }

    fn finish(self, evaluator: &Evaluator<'_>) -> Value {
        evaluator.lift(&self.pieces, self.at, &mut |pieces| evaluator.join(pieces, self.at))
    }
}

impl Evaluator<'_> {
    /// An attribute that the configuration does not state and that is known all the same.
    pub fn known_attribute(&self, r: &ResourceRef<'_>, name: &str, at: Location) -> Option<Value> {
        let header = r.block.header;
        let text = || Builder::new(header);
        match (r.type_name(), name) {
            ("aws_iam_policy_document", "json" | "minified_json") if r.is_data() => {
                let run = || (self.policy_document(r), crate::value::StepKind::Block);
                let document = self.once_named(r.instance, format_args!("{}\0document", r.memo_key()), at, run).0;
                Some(self.json_text(document, header))
            }
            ("aws_caller_identity", "account_id" | "id") => Some(text().part(self.account(r)).finish(self)),
            ("aws_caller_identity", "arn") => {
                // A user's ARN is one of `iam`, a session's one of `sts`.
                let who = self.attribute_unknown(r, name);
                let mut service = who.clone();
                if let Kind::Unknown(u) = &who.kind {
                    let u = Unknown { pattern: Some("iam|sts".to_owned()), ..Unknown::clone(u) };
                    service.kind = Kind::Unknown(Arc::new(u));
                }
                let arn = text().text("arn:").symbol(Symbol::Partition).text(":").value(service).text("::");
                Some(arn.part(self.account(r)).text(":").value(who).finish(self))
            }
            ("aws_partition", "partition" | "id") => Some(text().symbol(Symbol::Partition).finish(self)),
            ("aws_partition", "dns_suffix") => Some(text().symbol(Symbol::DnsSuffix).finish(self)),
            ("aws_region", "name" | "id" | "region") if self.argument(r, "name").is_none() => {
                let provider = self.provider(r);
                Some(match &provider.region {
                    Some(region) => Value::string(region.as_str(), header),
                    None if self.is_own_provider(&provider.identity) => text().symbol(Symbol::Region).finish(self),
                    None => return None,
                })
            }
            ("aws_organizations_organization", "id") => Some(text().symbol(Symbol::OwnOrganization).finish(self)),
            ("aws_organizations_organization", "accounts" | "non_master_accounts" | "roots") => {
                let unknown = self.attribute_unknown(r, name);
                match unknown.kind {
                    Kind::Unknown(u) => {
                        let item = Value::new(Kind::Unknown(self.derived(&u, "[*]", true)), header);
                        Some(Value::list(ListKind::List, vec![item], header))
                    }
                    _ => None,
                }
            }
            (
                "aws_iam_role" | "aws_iam_user" | "aws_iam_group" | "aws_iam_instance_profile" | "aws_iam_policy",
                "arn",
            ) if self.argument(r, "arn").is_none() => {
                let kind = r.type_name().trim_start_matches("aws_iam_").replace('_', "-");
                let path = self.argument_or(r, "path", &|| match r.is_data() {
                    true => text().text("/").value(self.attribute_unknown(r, "path")).finish(self),
                    false => Value::string("/", header),
                });
                let arn = self.iam_arn(r, &kind).value(path).value(self.resource_name(r));
                Some(arn.finish(self))
            }
            (
                "aws_iam_role" | "aws_iam_user" | "aws_iam_group" | "aws_iam_instance_profile" | "aws_iam_policy",
                "name" | "id",
            ) if !(r.type_name() == "aws_iam_policy" && name == "id") && self.argument(r, "arn").is_none() => {
                Some(self.resource_name(r))
            }
            ("aws_iam_policy", "id") => self.known_attribute(r, "arn", at),
            ("aws_iam_openid_connect_provider", "arn" | "id") if self.argument(r, "arn").is_none() => {
                let issuer = self.issuer(r);
                Some(self.iam_arn(r, "oidc-provider/").value(issuer).finish(self))
            }
            ("aws_iam_openid_connect_provider", "url") if self.argument(r, "arn").is_none() => Some(self.issuer(r)),
            ("aws_iam_openid_connect_provider", "url") => {
                let arn = self.argument(r, "arn")?;
                let Kind::String(arn_text) = &arn.kind else { return None };
                match arn_text.parts().split_last() {
                    Some((Part::Known { text, .. }, _)) => {
                        let known = text.split_once(":oidc-provider/")?.1.to_owned();
                        Some(Value::string(known, arn.origin.clone()))
                    }
                    _ => None,
                }
            }
            ("aws_iam_saml_provider", "arn" | "id") if self.argument(r, "arn").is_none() => {
                let name = self.argument_or(r, "name", &|| self.attribute_unknown(r, "name"));
                Some(self.iam_arn(r, "saml-provider/").value(name).finish(self))
            }
            ("aws_eks_cluster", "identity") => Some(self.eks_identity(r)),
            ("aws_service_principal", "name" | "id") => {
                let service = self.argument(r, "service_name")?;
                let provider = self.provider(r);
                let china = provider.region.as_ref().is_some_and(|r| r.starts_with("cn-"));
                let suffix = if china { ".amazonaws.com.cn" } else { ".amazonaws.com" };
                Some(text().value(service).text(suffix).finish(self))
            }
            ("aws_cloudfront_origin_access_identity", "iam_arn") => {
                let arn = text().text("arn:").symbol(Symbol::Partition);
                let arn = arn.text(":iam::cloudfront:user/CloudFront Origin Access Identity ");
                let id = self.argument(r, "id").filter(|_| r.is_data());
                Some(arn.value(id.unwrap_or_else(|| self.attribute_unknown(r, "id"))).finish(self))
            }
            ("aws_redshift_service_account", "arn") => {
                let arn = text().text("arn:").symbol(Symbol::Partition).text(":iam::");
                Some(arn.symbol(Symbol::AwsServiceAccount).text(":user/logs").finish(self))
            }
            (
                "aws_elb_service_account"
                | "aws_cloudtrail_service_account"
                | "aws_billing_service_account"
                | "aws_redshift_service_account",
                "id",
            ) => Some(text().symbol(Symbol::AwsServiceAccount).finish(self)),
            ("aws_elb_service_account" | "aws_cloudtrail_service_account" | "aws_billing_service_account", "arn") => {
                let arn = text().text("arn:").symbol(Symbol::Partition).text(":iam::");
                Some(arn.symbol(Symbol::AwsServiceAccount).text(":root").finish(self))
            }
            ("aws_arn", "partition" | "service" | "region" | "account" | "resource") => self.arn_part(r, name, at),
            ("aws_s3_bucket", "arn") if !r.is_data() || self.argument(r, "bucket").is_some() => {
                let bucket = self.argument_or(r, "bucket", &|| self.attribute_unknown(r, "bucket"));
                Some(text().text("arn:").symbol(Symbol::Partition).text(":s3:::").value(bucket).finish(self))
            }
            ("aws_sns_topic", "arn") => Some(self.regional_arn(r, "sns", "", "name")),
            ("aws_sqs_queue", "arn") => Some(self.regional_arn(r, "sqs", "", "name")),
            ("aws_lambda_function", "arn") => Some(self.regional_arn(r, "lambda", "function:", "function_name")),
            ("aws_codebuild_project", "arn") => Some(self.regional_arn(r, "codebuild", "project/", "name")),
            ("aws_cloudwatch_log_group", "arn") => Some(self.regional_arn(r, "logs", "log-group:", "name")),
            ("aws_dynamodb_table", "arn") => Some(self.regional_arn(r, "dynamodb", "table/", "name")),
            ("aws_eks_cluster", "arn") => Some(self.regional_arn(r, "eks", "cluster/", "name")),
            ("aws_ecs_cluster", "arn") => Some(self.regional_arn(r, "ecs", "cluster/", "name")),
            ("template_file", "rendered") => self.template_file_data(r, at),
            ("local_file", "content") if r.is_data() => {
                let path = self.argument(r, "filename")?;
                let context = functions::Context { files: self.files, root_dir: &self.root_dir, at };
                Some(functions::call("file", &[path], &context).unwrap_or_else(|e| self.error(e.to_string(), at)))
            }
            ("null_data_source", "outputs") => self.argument(r, "inputs"),
            ("terraform_data", "output") => self.argument(r, "input"),
            _ => None,
        }
    }

    /// An argument as configured; `None` when it is not set or null.
    pub fn argument(&self, r: &ResourceRef<'_>, name: &str) -> Option<Value> {
        let a = r.block.body.attribute(name)?;
        let value = self.eval(&a.value, &r.scope());
        if matches!(value.kind, Kind::Null) { None } else { Some(value) }
    }

    /// An argument as configured; the default where it is not set or null.
    fn argument_or(&self, r: &ResourceRef<'_>, name: &str, default: &dyn Fn() -> Value) -> Value {
        let Some(value) = self.argument(r, name) else { return default() };
        self.lift(&[value], r.block.header, &mut |values| match values.first() {
            Some(value) if !matches!(value.kind, Kind::Null) => value.clone(),
            _ => default(),
        })
    }

    /// The unknown that an attribute is.
    fn attribute_unknown(&self, r: &ResourceRef<'_>, name: &str) -> Value {
        let reason = if r.is_data() { Reason::OnlyAws } else { Reason::AfterApply };
        let address = || format!("{}.{name}", r.address());
        let run = || (self.unknown(address(), reason, r.block.header), crate::value::StepKind::Block);
        let what = format_args!("{}.{name}\0unknown", r.local_address());
        self.once_named(r.instance, what, r.block.header, run).0
    }

    /// The id of the account that a resource is in: the own one when its provider is the own one.
    fn account(&self, r: &ResourceRef<'_>) -> Part {
        let origin: Origin = r.block.header.into();
        let provider = self.provider(r);
        if self.is_own_provider(&provider.identity) {
            return Part::Symbol(Symbol::OwnAccount, origin);
        }
        if let Some(account) = &provider.account {
            return Part::Known { text: account.as_str().into(), origin, map: None };
        }
        match self.attribute_unknown(r, "account_id").kind {
            Kind::Unknown(u) => Part::Hole(u, origin),
            _ => Part::Symbol(Symbol::OwnAccount, origin),
        }
    }

    fn iam_arn(&self, r: &ResourceRef<'_>, kind: &str) -> Builder {
        Builder::new(r.block.header)
            .text("arn:")
            .symbol(Symbol::Partition)
            .text(":iam::")
            .part(self.account(r))
            .text(&format!(":{kind}"))
    }

    fn regional_arn(&self, r: &ResourceRef<'_>, service: &str, before: &str, name: &str) -> Value {
        let region = match &self.provider(r).region {
            Some(region) => Value::string(region.as_str(), r.block.header),
            None => Builder::new(r.block.header).symbol(Symbol::Region).finish(self),
        };
        let name = self.argument_or(r, name, &|| self.attribute_unknown(r, name));
        Builder::new(r.block.header)
            .text("arn:")
            .symbol(Symbol::Partition)
            .text(&format!(":{service}:"))
            .value(region)
            .text(":")
            .part(self.account(r))
            .text(&format!(":{before}"))
            .value(name)
            .finish(self)
    }

    /// The name of an IAM resource, also where only its beginning is known.
    pub fn resource_name(&self, r: &ResourceRef<'_>) -> Value {
        let wanted = match r.type_name() {
            "aws_iam_group" if r.is_data() => "group_name",
            "aws_iam_user" if r.is_data() => "user_name",
            _ => "name",
        };
        self.argument_or(r, wanted, &|| {
            let start = self.argument_or(r, "name_prefix", &|| Value::string("", r.block.header));
            let rest = self.attribute_unknown(r, "name");
            match start.as_str().as_deref() {
                Some("") => rest,
                _ => Builder::new(r.block.header).value(start).value(rest).finish(self),
            }
        })
    }

    fn eks_identity(&self, r: &ResourceRef<'_>) -> Value {
        let header = r.block.header;
        let region = match &self.provider(r).region {
            Some(region) => Value::string(region.as_str(), header),
            None => Builder::new(header).symbol(Symbol::Region).finish(self),
        };
        let id = self.attribute_unknown(r, "identity[0].oidc[0].issuer");
        let issuer = Builder::new(header)
            .text("https://oidc.eks.")
            .value(region)
            .text(".amazonaws.com/id/")
            .value(id)
            .finish(self);
        let entry = |key: &str, value: Value| Entry { key: Text::known(key, header), key_origin: header.into(), value };
        let list = |v: Value| Value::list(ListKind::List, vec![v], header);
        let oidc = Value::object(ObjectKind::Object, vec![entry("issuer", issuer)], header);
        list(Value::object(ObjectKind::Object, vec![entry("oidc", list(oidc))], header))
    }

    fn arn_part(&self, r: &ResourceRef<'_>, name: &str, at: Location) -> Option<Value> {
        let arn = self.argument(r, "arn")?;
        let index = ["partition", "service", "region", "account", "resource"].iter().position(|n| *n == name)?;
        let context = functions::Context { files: self.files, root_dir: &self.root_dir, at };
        let separator = Value::string(":", at);
        let parts = functions::call("split", &[separator.clone(), arn], &context).ok()?;
        match &parts.kind {
            Kind::List(..) if name == "resource" => {
                let rest: Vec<Value> = parts.items()?.skip(5).collect();
                let list = Value::list(ListKind::List, rest, at);
                functions::call("join", &[separator, list], &context).ok()
            }
            Kind::List(..) => parts.item(index + 1),
            Kind::Unknown(u) => Some(self.pass_on(u, at)),
            _ => None,
        }
    }

    /// `data.template_file`: the template rendered with its variables.
    fn template_file_data(&self, r: &ResourceRef<'_>, at: Location) -> Option<Value> {
        let template = self.argument(r, "template")?;
        let vars = self.argument_or(r, "vars", &|| Value::object(ObjectKind::Object, Vec::new(), r.block.header));
        Some(self.lift(&[template, vars], at, &mut |values| match values {
            [template, vars] => self.rendered(template, vars, r, at),
            _ => self.error("no template", at),
        }))
    }

    fn rendered(&self, template: &Value, vars: &Value, r: &ResourceRef<'_>, at: Location) -> Value {
        let Kind::String(text) = &template.kind else { return template.clone() };
        let [Part::Known { text, map, origin }] = text.parts() else {
            return self.unknown(self.text(at), Reason::Unsupported("a template with unknown parts".to_owned()), at);
        };
        let map = map.clone().unwrap_or_default();
        let pieces = match template_pieces(Source::decoded(text, &map), origin.source()) {
            Ok(pieces) => pieces,
            Err(message) => return self.error(format!("the template cannot be parsed: {message}"), at),
        };
        let scope = r.scope();
        let scope = scope.of_template(vars);
        self.template(&pieces, template.origin.source(), &scope)
    }

    /// The URL of an identity provider as AWS keeps it, and with it the state: without `https://`.
    fn issuer(&self, r: &ResourceRef<'_>) -> Value {
        let url = self.argument_or(r, "url", &|| self.attribute_unknown(r, "url"));
        self.lift(&[url], r.block.header, &mut |values| match values.first() {
            Some(url) => without_scheme(url),
            None => self.error("no URL", r.block.header),
        })
    }
}

/// A URL without `https://`.
fn without_scheme(url: &Value) -> Value {
    let Kind::String(text) = &url.kind else { return url.clone() };
    let Some((Part::Known { text: first, origin, .. }, rest)) = text.parts().split_first() else { return url.clone() };
    let Some(first) = first.strip_prefix("https://") else { return url.clone() };
    let first = Part::Known { text: first.into(), origin: origin.clone(), map: None };
    let parts = std::iter::once(first).chain(rest.iter().cloned());
    Value::new(Kind::String(Text::new(parts.collect())), url.origin.clone())
}

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::{
    AccountId, Date, NamePattern, PathPattern,
    entry::{OrganizationId, PrincipalArn, Provider, RawTrust, Require, TrustItem, UnitPath, Words},
    model::{Level, RawConfig, RuleName, Threshold},
};
use crate::{finding::Severity, rules};

/// The JSON Schema of the config file.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(RawConfig).to_value();
    // A key whose whole content is commented out has no value, and that is as good as an empty one.
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for property in properties.values_mut() {
            if let Some(kind) = property.get_mut("type").filter(|t| matches!(t.as_str(), Some("array" | "object"))) {
                *kind = vec![kind.clone(), "null".into()].into();
            }
        }
    }
    schema
}

/// A severity or `off` for each rule.
pub(super) fn rule_levels(_: &mut SchemaGenerator) -> Schema {
    let level = serde_json::json!({"enum": names(&["off"])});
    let rules: serde_json::Map<String, Value> = rules::ALL.iter().map(|r| (r.name.to_owned(), level.clone())).collect();
    json_schema!({"type": "object", "properties": rules, "additionalProperties": false})
}

macro_rules! inline_schema {
    ($($name:ty => $schema:expr;)*) => {$(
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    )*};
}

fn names(first: &[&'static str]) -> Vec<&'static str> {
    first.iter().copied().chain(Severity::ALL.into_iter().map(Severity::name)).collect()
}

inline_schema! {
    AccountId => json_schema!({"type": "string", "pattern": "^[0-9]{12}$"});
    Date => json_schema!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"});
    PathPattern => json_schema!({"type": "string", "minLength": 1});
    NamePattern => json_schema!({"type": "string", "minLength": 1});
    OrganizationId => json_schema!({"type": "string", "pattern": "^o-[a-z0-9]{10,32}$"});
    UnitPath => json_schema!({"type": "string", "pattern": "^o-[a-z0-9]{10,32}/r-[a-z0-9-]+(/ou-[a-z0-9-]+)*(/|/\\*)?$"});
    PrincipalArn => json_schema!({"type": "string", "pattern": "^arn:[^:]+:(iam|sts)::[^:]+:.+$"});
    Provider => json_schema!({"type": "string", "minLength": 1});
    Words => json_schema!({"type": "string", "minLength": 1});
    Require => json_schema!({"enum": Require::NAMES.map(|(name, _)| name)});
    Level => json_schema!({"enum": names(&["off"])});
    Threshold => json_schema!({"enum": names(&["never"])});
    RuleName => json_schema!({"enum": rules::ALL.iter().map(|r| r.name).collect::<Vec<_>>()});
}

impl JsonSchema for TrustItem {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        RawTrust::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        RawTrust::json_schema(generator)
    }
}

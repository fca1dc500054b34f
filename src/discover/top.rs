//! What stands at the top of a JSON text.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Keys of the root by which templates, policy documents and output of the AWS CLI are told: first that of templates,
/// then the two that only together tell a configuration of Serverless.
pub(crate) const ROOT_KEYS: [&str; 11] = [
    "AWSTemplateFormatVersion",
    "service",
    "provider",
    "Statement",
    "AssumeRolePolicyDocument",
    "Roles",
    "RoleDetailList",
    "Role",
    "Policies",
    "UserDetailList",
    "GroupDetailList",
];

/// Whether a text is JSON without a mistake that is neither a template nor a policy document nor output of the AWS CLI,
/// whatever words are in it.
pub(super) fn is_other_json(bytes: &[u8]) -> bool {
    if !bytes.trim_ascii_start().first().is_some_and(|b| matches!(b, b'{' | b'[')) {
        return false;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let mut json = serde_json::Deserializer::from_str(text);
    Level::Root.deserialize(&mut json).is_ok() && json.end().is_ok()
}

/// Reads JSON of something else, and fails at what tells that it is not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    /// An item of a list at the top.
    Item,
    /// The value of `Resources`.
    Resources,
    Resource,
}

impl<'de> DeserializeSeed<'de> for Level {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("something else")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let (told, below) = match self {
                Self::Root if key == "Resources" => (false, Some(Self::Resources)),
                Self::Root | Self::Item => (key != "service" && ROOT_KEYS.contains(&&*key), None),
                Self::Resources => (key.starts_with("Fn::"), Some(Self::Resource)),
                Self::Resource => (key == "Type", None),
            };
            if told {
                return Err(A::Error::custom("it is what is looked for"));
            }
            match below {
                Some(below) => map.next_value_seed(below)?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self == Self::Root {
            while list.next_element_seed(Self::Item)?.is_some() {}
        } else {
            while list.next_element::<IgnoredAny>()?.is_some() {}
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_by_its_top() {
        for other in [
            r#"{"a": {"Statement": []}, "b": ["AssumeRolePolicyDocument"], "Resources": {"x": {"y": {"Type": 1}}}}"#,
            r#" [{"a": {"Roles": 1}}, "Statement", 1, -1, 1.5, true, null]"#,
            r#"{"Resources": ["Type"], "c": {}}"#,
        ] {
            assert!(is_other_json(other.as_bytes()), "{other}");
        }
        for kept in [
            r#"{"AWSTemplateFormatVersion": "2010-09-09"}"#,
            r#"{"a": 1, "Resources": {"R": {"P": 1, "Type": "AWS::IAM::Role"}}}"#,
            r#"{"Resources": {"Fn::ForEach::X": []}}"#,
            r#"{"Resou\u0072ces": {"R": {"Type": "AWS::IAM::Role"}}}"#,
            r#"[{"a": 1}, {"AssumeRolePolicyDocument": {}}]"#,
            r#"{"Role": {}}"#,
            r#"{"service": 1, "provider": "aws"}"#,
            "{\"a\": 1,}",
            "{\"a\": 1} {}",
            "{\"a\": ",
            "a: 1",
            "",
        ] {
            assert!(!is_other_json(kept.as_bytes()), "{kept}");
        }
        assert!(!is_other_json(b"{\"a\": \"\xff\"}"));
    }
}

//! One policy in every form that the input languages have.

use serde_json::{Map, Value};

/// The name of the role in every form, so that messages are the same.
pub const ROLE: &str = "the-role";

/// A policy written in one form: the name of the form, the file's name, its text.
pub struct Form {
    pub name: &'static str,
    pub file: &'static str,
    pub text: String,
}

/// All forms of a policy. The policy document is left out where Terraform's data source cannot say the same.
pub fn all(policy: &Value) -> Vec<Form> {
    let json = serde_json::to_string_pretty(policy).unwrap();
    let form = |name, file, text| Form { name, file, text };
    let escaped = json.replace("${", "$${").replace("%{", "%%{");
    let mut forms = vec![
        form("bare JSON", "policy.json", json.clone()),
        form("heredoc", "main.tf", role(&format!("<<EOT\n{escaped}\nEOT"))),
        form("indented heredoc", "main.tf", role(&format!("<<-EOT\n{}\n  EOT", indent(&escaped, 4)))),
        form("quoted JSON", "main.tf", role(&quoted(&serde_json::to_string(policy).unwrap()))),
        form("jsonencode", "main.tf", role(&format!("jsonencode({})", hcl(policy, 2)))),
        form("CloudFormation YAML", "template.yaml", template_yaml(&yaml(policy, 8))),
        form("JSON string in YAML", "template.yaml", template_yaml(&format!(" |\n{}", indent(&json, 8)))),
        form("CloudFormation JSON", "template.json", template_json(policy.clone())),
        form(
            "JSON string in JSON",
            "template.json",
            template_json(Value::String(serde_json::to_string(policy).unwrap())),
        ),
    ];
    if let Some(document) = policy_document(policy) {
        forms.push(form("policy document", "main.tf", document));
    }
    forms
}

fn role(expression: &str) -> String {
    format!("resource \"aws_iam_role\" \"r\" {{\n  name = \"{ROLE}\"\n  assume_role_policy = {expression}\n}}\n")
}

fn template_yaml(document: &str) -> String {
    format!(
        "Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: {ROLE}\n      \
         AssumeRolePolicyDocument:{document}\n"
    )
}

fn template_json(document: Value) -> String {
    let template = serde_json::json!({"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {
        "RoleName": ROLE, "AssumeRolePolicyDocument": document}}}});
    serde_json::to_string_pretty(&template).unwrap()
}

fn indent(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{}{line}", " ".repeat(by))).collect::<Vec<_>>().join("\n")
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap().replace("${", "$${").replace("%{", "%%{")
}

fn hcl(value: &Value, depth: usize) -> String {
    let pad = " ".repeat(depth + 2);
    match value {
        Value::Object(o) => {
            let entries = o.iter().map(|(k, v)| format!("{pad}{} = {}", quoted(k), hcl(v, depth + 2)));
            format!("{{\n{}\n{}}}", entries.collect::<Vec<_>>().join("\n"), " ".repeat(depth))
        }
        Value::Array(items) => {
            let items = items.iter().map(|v| format!("{pad}{},", hcl(v, depth + 2)));
            format!("[\n{}\n{}]", items.collect::<Vec<_>>().join("\n"), " ".repeat(depth))
        }
        Value::String(s) => quoted(s),
        other => other.to_string(),
    }
}

/// What follows a key's colon.
fn yaml(value: &Value, depth: usize) -> String {
    let pad = " ".repeat(depth);
    match value {
        Value::Object(o) if o.is_empty() => " {}".to_owned(),
        Value::Array(items) if items.is_empty() => " []".to_owned(),
        Value::Object(o) => o
            .iter()
            .map(|(k, v)| format!("\n{pad}{}:{}", serde_json::to_string(k).unwrap(), yaml(v, depth + 2)))
            .collect(),
        Value::Array(items) => items
            .iter()
            .map(|item| {
                let text = yaml(item, depth + 2);
                format!(
                    "\n{pad}-{}",
                    text.strip_prefix(&format!("\n{pad}  ")).map_or(text.clone(), |t| format!(" {t}"))
                )
            })
            .collect(),
        other => format!(" {other}"),
    }
}

/// The policy as `data.aws_iam_policy_document`, when it can be one.
fn policy_document(policy: &Value) -> Option<String> {
    let top = policy.as_object()?;
    if top.keys().any(|k| !["Version", "Statement"].contains(&k.as_str())) || top.get("Version")? != "2012-10-17" {
        return None;
    }
    let statements = match top.get("Statement")? {
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    let blocks = statements.iter().map(|s| statement(s.as_object()?)).collect::<Option<Vec<_>>>()?;
    let data = format!("data \"aws_iam_policy_document\" \"d\" {{\n{}}}\n\n", blocks.concat());
    Some(data + &role("data.aws_iam_policy_document.d.json"))
}

fn statement(statement: &Map<String, Value>) -> Option<String> {
    let mut out = String::from("  statement {\n");
    for (key, value) in statement {
        match key.as_str() {
            "Sid" => out += &format!("    sid = {}\n", text(value)?),
            "Effect" => out += &format!("    effect = {}\n", text(value)?),
            "Action" => out += &format!("    actions = {}\n", texts(value)?),
            "NotAction" => out += &format!("    not_actions = {}\n", texts(value)?),
            "Principal" => out += &principals(value, "principals")?,
            "NotPrincipal" => out += &principals(value, "not_principals")?,
            "Condition" => {
                for (test, keys) in value.as_object()? {
                    for (variable, values) in keys.as_object()? {
                        out += &format!(
                            "    condition {{\n      test = \"{test}\"\n      variable = \"{variable}\"\n      values = {}\n    }}\n",
                            texts(values)?
                        );
                    }
                }
            }
            _ => return None,
        }
    }
    Some(out + "  }\n")
}

fn principals(value: &Value, block: &str) -> Option<String> {
    let of = |kind: &str, ids: String| {
        format!("    {block} {{\n      type = \"{kind}\"\n      identifiers = {ids}\n    }}\n")
    };
    match value {
        Value::String(star) if star == "*" => Some(of("*", "[\"*\"]".to_owned())),
        Value::Object(kinds) => kinds.iter().map(|(kind, ids)| Some(of(kind, texts(ids)?))).collect(),
        _ => None,
    }
}

fn texts(value: &Value) -> Option<String> {
    match value {
        Value::Array(all) if all.is_empty() => None,
        Value::Array(all) => Some(format!("[{}]", all.iter().map(text).collect::<Option<Vec<_>>>()?.join(", "))),
        one => Some(format!("[{}]", text(one)?)),
    }
}

fn text(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    // The data source writes `&{` where policies have `${`.
    Some(serde_json::to_string(text).unwrap().replace("${", "&{"))
}

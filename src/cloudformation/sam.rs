//! The roles that the SAM transform makes of serverless resources.

use super::{
    conditions::Existence, eval::Evaluator, lift::map_leaves, own_resources::resource_type, section::Entry,
    text::string,
};
use crate::{
    source::Location,
    syntax::tree::{Node, NodeKind},
    value::{self, Extraction, Kind, ListKind, ObjectKind, Part, Reason, StepKind, Symbol, Text, Unknown, Value},
};

/// A role that SAM makes.
pub(super) struct Made {
    /// Its logical id.
    pub(super) id: String,
    /// The resource that it is made for.
    pub(super) entry: Entry,
    /// The trust policy.
    policy: Policy,
    /// Where it is made, when a condition decides.
    existence: Existence,
}

enum Policy {
    /// Written by the user.
    Written(Value),
    /// SAM's own: this service.
    Service(&'static str),
}

/// Which service starts what an event of this type names, when SAM makes a role for it.
fn event_service(resource: &str, event: &str) -> Option<&'static str> {
    Some(match (resource, event) {
        (_, "ScheduleV2") => "scheduler.amazonaws.com",
        ("AWS::Serverless::StateMachine", "Schedule" | "CloudWatchEvent" | "EventBridgeRule") => "events.amazonaws.com",
        ("AWS::Serverless::StateMachine", "Api") => "apigateway.amazonaws.com",
        _ => return None,
    })
}

impl Evaluator<'_> {
    /// The roles that SAM makes for this template, found once.
    pub(super) fn made_roles(&self) -> &[Made] {
        if self.memo.expanding.borrow().contains(&"made roles") {
            return &[];
        }
        self.memo.made.get_or_init(|| {
            self.memo.expanding.borrow_mut().push("made roles");
            let mut made = Vec::new();
            let mut deploys = None;
            for entry in self.resources().entries() {
                let Some(kind) = resource_type(entry).filter(|k| k.starts_with("AWS::Serverless::")) else { continue };
                self.made_for(entry, kind, &mut made);
                if kind == "AWS::Serverless::Function" && deploys.is_none() && self.needs_deployment_role(entry) {
                    deploys = Some(entry.clone());
                }
            }
            if let Some(entry) = deploys {
                let policy = Policy::Service("codedeploy.amazonaws.com");
                let existence = Existence::Always;
                made.push(Made { id: "CodeDeployServiceRole".to_owned(), entry, policy, existence });
            }
            self.memo.expanding.borrow_mut().pop();
            made
        })
    }

    fn made_for(&self, entry: &Entry, kind: &str, made: &mut Vec<Made>) {
        let role = self.resource_property(entry, "Role");
        let existence = role.as_ref().map_or(Existence::Always, missing);
        let mut found = Vec::new();
        let mut add = |id: String, policy: Policy| found.push((id, policy));
        match kind {
            "AWS::Serverless::Function" if !matches!(existence, Existence::Never) => {
                let written = self.with_globals(entry, "Function", "AssumeRolePolicyDocument");
                let policy = written.map_or(Policy::Service("lambda.amazonaws.com"), Policy::Written);
                made.push(Made { id: format!("{}Role", entry.id), entry: entry.clone(), policy, existence });
            }
            "AWS::Serverless::StateMachine" if role.is_none() => {
                add(format!("{}Role", entry.id), Policy::Service("states.amazonaws.com"));
            }
            "AWS::Serverless::CapacityProvider"
                if self.with_globals(entry, "CapacityProvider", "OperatorRole").is_none() =>
            {
                add(format!("{}OperatorRole", entry.id), Policy::Service("lambda.amazonaws.com"));
            }
            "AWS::Serverless::GraphQLApi" => self.graphql_roles(entry, &mut add),
            _ => {}
        }
        if let Some(NodeKind::Mapping(events)) = property(entry, "Events").map(|n| &n.kind) {
            for event in events {
                let Some(name) = event.key.as_str() else { continue };
                let kind_of = event.value.get("Type").and_then(|t| t.as_str()).unwrap_or_default();
                let Some(service) = event_service(kind, kind_of) else { continue };
                let given = event.value.get("Properties").and_then(|p| p.get("RoleArn")).is_some();
                if !given {
                    add(format!("{}{name}Role", entry.id), Policy::Service(service));
                }
            }
        }
        let always = |(id, policy)| Made { id, entry: entry.clone(), policy, existence: Existence::Always };
        made.extend(found.into_iter().map(always));
    }

    fn graphql_roles(&self, entry: &Entry, add: &mut dyn FnMut(String, Policy)) {
        const SERVICE: &str = "appsync.amazonaws.com";
        let logging = property(entry, "Logging");
        let off = logging.and_then(|l| l.as_str()) == Some("false");
        let own = logging.is_some_and(|l| l.get("CloudWatchLogsRoleArn").is_some());
        if !off && !own {
            add(format!("{}CloudWatchRole", entry.id), Policy::Service(SERVICE));
        }
        for (family, suffix) in [("DynamoDb", "DynamoDB"), ("Lambda", "Lambda")] {
            let sources = property(entry, "DataSources").and_then(|d| d.get(family));
            let Some(NodeKind::Mapping(sources)) = sources.map(|n| &n.kind) else { continue };
            for source in sources {
                if let Some(name) = source.key.as_str()
                    && source.value.get("ServiceRoleArn").is_none()
                {
                    add(format!("{}{name}{suffix}DataSourceRole", entry.id), Policy::Service(SERVICE));
                }
            }
        }
    }

    fn needs_deployment_role(&self, entry: &Entry) -> bool {
        let own = property(entry, "DeploymentPreference");
        let global = self.global("Function", "DeploymentPreference");
        let setting = |name: &str| own.and_then(|n| n.get(name)).or_else(|| global.and_then(|n| n.get(name)));
        let enabled = setting("Enabled").and_then(|n| n.as_str()).unwrap_or("true");
        (own.is_some() || global.is_some())
            && enabled != "false"
            && setting("Role").is_none()
            && (property(entry, "AutoPublishAlias").is_some() || self.global("Function", "AutoPublishAlias").is_some())
    }

    fn global(&self, family: &str, name: &str) -> Option<&Node> {
        self.top("Globals").find_map(|(globals, _)| globals.get(family)?.get(name)).map(|n| n.as_ref())
    }

    /// A property with what `Globals` adds to it.
    fn with_globals(&self, entry: &Entry, family: &str, name: &str) -> Option<Value> {
        let own = self.resource_property(entry, name);
        let scope = self.top("Globals").next().map(|(_, scope)| scope);
        let global = self.global(family, name).zip(scope).map(|(node, scope)| self.property(node, scope));
        match (global, own) {
            (Some(global), Some(own)) => Some(merged(&global, &own)),
            (global, own) => own.or(global),
        }
    }

    /// Adds the roles that SAM makes.
    pub(super) fn collect_made(&self, root: &str, out: &mut Extraction) {
        for made in self.made_roles() {
            let kind = resource_type(&made.entry).unwrap_or_default();
            let policy = match &made.policy {
                Policy::Written(value) => value.clone(),
                Policy::Service(service) => service_policy(service, made.entry.at),
            };
            let from = out.roles.len();
            let before = (from, out.identity_policies.len());
            self.role(&made.entry, kind, root, policy, out);
            for role in out.roles.iter_mut().skip(from) {
                role.address = format!("{}{}", self.prefix, made.id);
                role.name = None;
                role.path = self.with_globals(&made.entry, "Function", "RolePath").and_then(super::roles::name_text);
            }
            super::nested::apply(&made.existence, before, out);
        }
    }

    /// `Ref` (without an attribute) or `Fn::GetAtt` of a resource that SAM makes.
    pub(super) fn generated(&self, id: &str, attribute: Option<&str>, at: Location) -> Option<Value> {
        let made = self.made_roles().iter().find(|m| m.id == id)?;
        let hole = Unknown::new(format!("!Ref {id}"), Reason::AfterApply, made.entry.at);
        let name = Part::Hole(hole.into(), made.entry.at.into());
        let known = |text: &str| Part::Known { text: text.into(), origin: made.entry.at.into(), map: None };
        let symbol = |s| Part::Symbol(s, made.entry.at.into());
        let parts = match attribute {
            None => vec![name],
            Some("Arn") => {
                let path = self.with_globals(&made.entry, "Function", "RolePath").and_then(super::roles::name_text);
                let path = path.unwrap_or_else(|| Text::known("/", made.entry.at));
                let mut parts = vec![known("arn:"), symbol(Symbol::Partition), known(":iam::")];
                parts.extend([symbol(Symbol::OwnAccount), known(":role")]);
                parts.extend(path.parts().iter().cloned());
                parts.push(name);
                parts
            }
            Some(_) => return None,
        };
        Some(string(parts, made.entry.at).entered(at, StepKind::Property))
    }
}

/// Where a property is absent.
fn missing(value: &Value) -> Existence {
    let absent = map_leaves(value, &|leaf| Value::bool(matches!(leaf.kind, Kind::Null), leaf.origin.clone()));
    Existence::where_true(absent)
}

/// A property as written.
fn property<'e>(entry: &'e Entry, name: &str) -> Option<&'e Node> {
    entry.node.get("Properties")?.get(name).map(|n| n.as_ref())
}

/// The trust policy that SAM writes for a service.
pub(super) fn service_policy(service: &str, at: Location) -> Value {
    let text = |t: &str| Value::string(t, at);
    let list = |v: Value| Value::list(ListKind::List, vec![v], at);
    let object = |entries: Vec<(&str, Value)>| {
        let entries = entries.into_iter().map(|(key, value)| value::Entry {
            key: Text::known(key, at),
            key_origin: at.into(),
            value,
        });
        Value::object(ObjectKind::Object, entries.collect(), at)
    };
    let statement = object(vec![
        ("Action", list(text("sts:AssumeRole"))),
        ("Effect", text("Allow")),
        ("Principal", object(vec![("Service", list(text(service)))])),
    ]);
    object(vec![("Version", text("2012-10-17")), ("Statement", list(statement))])
}

/// Two values as `Globals` merges them: mappings key by key, lists one after the other, else the resource's own.
fn merged(global: &Value, own: &Value) -> Value {
    match (&global.kind, &own.kind) {
        (Kind::Object(_), Kind::Object(_)) => {
            let mut entries: Vec<value::Entry> = global.entries().into_iter().flatten().collect();
            for entry in own.entries().into_iter().flatten() {
                let key = entry.key.as_known();
                match entries.iter_mut().find(|e| key.is_some() && e.key.as_known() == key) {
                    Some(old) => {
                        let value = merged(&old.value, &entry.value);
                        *old = value::Entry { value, ..entry.clone() };
                    }
                    None => entries.push(entry.clone()),
                }
            }
            Value::object(ObjectKind::Object, entries, own.origin.clone())
        }
        (Kind::List(..), Kind::List(..)) => {
            let items = global.items().into_iter().flatten().chain(own.items().into_iter().flatten()).collect();
            Value::list(ListKind::List, items, own.origin.clone())
        }
        _ => own.clone(),
    }
}

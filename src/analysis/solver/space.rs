//! The requests that a kind of caller can make: which keys they carry and what values those can have.

use std::sync::{Arc, OnceLock};

use super::{
    atom::Carried,
    measure,
    pattern::{Chars, Pattern, Piece, Token},
    strings::StringSet,
};
use crate::{
    analysis::keys::{self, Availability, Call, KeyType},
    tables::Table,
};

/// What all requests of one analysis share.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The role's account.
    pub account: String,
    /// The role's organization.
    pub organization: String,
    /// The role's partition.
    pub partition: String,
    /// The role's region.
    pub region: String,
    /// Now, in nanoseconds since 1970.
    pub now: i128,
    /// An account id that nothing names.
    pub stranger: String,
    /// An organization id that nothing names.
    pub strange_organization: String,
    /// A word that nothing names.
    pub word: String,
    /// Account ids that are named.
    pub named: Arc<StringSet>,
    /// Sets that every search begins with.
    pub bases: Bases,
}

/// Sets of strings that many searches begin with, made when first asked for.
#[derive(Clone, Debug, Default)]
pub struct Bases {
    users: OnceLock<Arc<StringSet>>,
    roles: OnceLock<Arc<StringSet>>,
    paths: OnceLock<Arc<StringSet>>,
}

/// A kind of caller.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Shape {
    /// An IAM user.
    User,
    /// A role, some session of it.
    Role,
    /// A session of that name of a role.
    Session(String),
    /// That service.
    Service(String),
    /// With an assertion of that SAML provider.
    Saml(String),
    /// With a token of a provider: as written, and its issuer in lower case.
    Oidc(String, String),
}

impl Shape {
    pub fn call(&self) -> Call {
        match self {
            Self::User | Self::Role | Self::Session(_) => Call::Principal,
            Self::Service(_) => Call::Service,
            Self::Saml(_) => Call::Saml,
            Self::Oidc(..) => Call::WebIdentity,
        }
    }

    pub fn is_aws(&self) -> bool {
        self.call() == Call::Principal
    }
}

/// Something that requests of a kind can differ in. One slot may be behind several keys.
#[derive(Clone, Debug)]
pub struct Slot {
    /// All values that it can have.
    pub base: Arc<StringSet>,
    /// The most characters that a value has.
    pub longest: usize,
    /// Whether requests without it exist.
    pub absent: bool,
    /// Whether it may have several values at once.
    pub many: bool,
    /// What runs of free characters are filled with, to make values that look natural.
    pub fillers: Vec<String>,
    /// Values to try first.
    pub examples: Vec<String>,
    /// Its type.
    pub kind: KeyType,
    /// Whether it is the caller's ARN.
    pub is_arn: bool,
}

/// How a key's value is made of its slot's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum View {
    /// It is the same.
    Whole,
    /// The account id of an ARN.
    Account,
    /// What follows the account id in an ARN.
    Resource,
    /// What follows the last `/`.
    Name,
    /// What stands before the first `/`: the organization of a path.
    Organization,
}

/// What a key is for a kind of caller.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Binding {
    /// The same in all requests.
    Fixed(Carried),
    /// It depends on a slot. The flag says that the key may have several values.
    Slot(usize, View, bool),
}

/// The requests of one kind of caller.
#[derive(Debug)]
pub struct Space<'a> {
    pub around: &'a Surroundings,
    pub shape: Shape,
    pub slots: Vec<Slot>,
    /// Keys bound so far, in lower case.
    pub bindings: Table<String, Binding>,
    partitions: Vec<String>,
}

/// Keys that depend on the caller or are the same for all requests.
const BOUND: [&str; 15] = [
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:username",
    "aws:tokenissuetime",
    "aws:principaltype",
    "aws:principalisawsservice",
    "aws:principalservicename",
    "aws:principalservicenameslist",
    "aws:currenttime",
    "aws:epochtime",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:resourceorgpaths",
];

/// Whether requests of that call lack the key, given in lower case, as long as nothing asks for it.
pub fn lacks(key: &str, call: Call) -> bool {
    !BOUND.contains(&key) && keys::lookup(key).is_none_or(|k| k.availability(call) != Availability::Always)
}

/// The slot of the caller's ARN, for callers that have one.
pub const ARN: usize = 0;
/// The slot of the caller's organization path.
pub const ORGANIZATION: usize = 1;

impl View {
    /// The key's value for a value of the slot.
    pub fn of(self, text: &str) -> &str {
        match self {
            Self::Whole => text,
            Self::Account => text.split(':').nth(4).unwrap_or(""),
            Self::Resource => text.splitn(6, ':').nth(5).unwrap_or(""),
            Self::Name => text.rsplit('/').next().unwrap_or(""),
            Self::Organization => text.split('/').next().unwrap_or(""),
        }
    }

    /// The values of the slot for which the key's value is in the pattern; `None` when there are none.
    pub fn lift(self, pattern: &Pattern) -> Option<Pattern> {
        let has = |c: char| pattern.0.contains(&Token::Char(c));
        let text = |t: &str| t.chars().map(Token::Char).collect::<Vec<_>>();
        let head = || {
            let mut head = text("arn:");
            head.push(Token::Star(Chars::NotColon));
            head.extend(text(":iam::"));
            head
        };
        match self {
            Self::Whole => Some(pattern.clone()),
            Self::Account if has(':') => None,
            Self::Account => Some(pattern.framed(&head(), Chars::Digit, &[Token::Char(':'), Token::Star(Chars::Any)])),
            Self::Resource => {
                let mut before = head();
                before.extend([Token::Star(Chars::Digit), Token::Char(':')]);
                Some(pattern.framed(&before, Chars::Any, &[]))
            }
            Self::Name if has('/') => None,
            Self::Name => Some(pattern.framed(&[Token::Star(Chars::Any), Token::Char('/')], Chars::NotSlash, &[])),
            Self::Organization if has('/') => None,
            Self::Organization => {
                Some(pattern.framed(&[], Chars::NotSlash, &[Token::Char('/'), Token::Star(Chars::Any)]))
            }
        }
    }
}

impl<'a> Space<'a> {
    /// The requests of a kind of caller of these partitions.
    pub fn new(around: &'a Surroundings, shape: Shape, partitions: Vec<String>) -> Self {
        let mut space = Self { around, shape, slots: Vec::new(), bindings: Table::default(), partitions };
        if space.shape.is_aws() {
            let arn = space.arn_slot();
            let organization = space.organization_slot(&around.strange_organization, None);
            space.slots.extend([arn, organization]);
        }
        space
    }

    /// What a key is, its slot made when it is asked for first. The key is in lower case.
    pub fn bind(&mut self, key: &str) -> Binding {
        if let Some(found) = self.bindings.get(key) {
            return found.clone();
        }
        let binding = self.binding(key);
        self.bindings.insert(key.to_owned(), binding.clone());
        binding
    }

    /// Whether requests of this kind carry the key always, but only as a matter of experience: the claims of tokens.
    pub fn is_promised_by_nobody(&self, key: &str) -> bool {
        matches!(self.shape, Shape::Oidc(..))
            && keys::issuer_and_claim(key).is_some()
            && keys::lookup(key).is_some_and(|k| k.availability(Call::WebIdentity) == Availability::Always)
    }

    fn binding(&mut self, key: &str) -> Binding {
        let fixed = |text: &str| Binding::Fixed(Carried::One(text.to_owned()));
        let nothing = Binding::Fixed(Carried::Nothing);
        let aws = self.shape.is_aws();
        match (key, &self.shape) {
            ("aws:principalarn", _) if aws => return Binding::Slot(ARN, View::Whole, false),
            ("aws:principalaccount", _) if aws => return Binding::Slot(ARN, View::Account, false),
            ("aws:principalorgid", _) if aws => return Binding::Slot(ORGANIZATION, View::Organization, false),
            ("aws:principalorgpaths", _) if aws => return Binding::Slot(ORGANIZATION, View::Whole, true),
            ("aws:username", Shape::User) => return Binding::Slot(ARN, View::Name, false),
            ("aws:username", _) => return nothing,
            ("aws:tokenissuetime", Shape::User) => return nothing,
            ("aws:principaltype", Shape::User) => return fixed("User"),
            ("aws:principaltype", Shape::Role | Shape::Session(_)) => return fixed("AssumedRole"),
            ("aws:principalisawsservice", Shape::Service(_)) => return fixed("true"),
            ("aws:principalisawsservice", _) => return fixed("false"),
            ("aws:principalservicename", Shape::Service(name)) => return fixed(name),
            ("aws:principalservicenameslist", Shape::Service(name)) => {
                return Binding::Fixed(Carried::Many(vec![name.clone()]));
            }
            ("aws:currenttime", _) => return fixed(&measure::date_text(self.around.now)),
            ("aws:epochtime", _) => return fixed(&(self.around.now / measure::SECOND).to_string()),
            ("aws:resourceaccount", _) => return fixed(&self.around.account),
            ("aws:resourceorgid", _) => return fixed(&self.around.organization),
            ("aws:resourceorgpaths", _) => {
                let own = self.around.organization.clone();
                let slot = self.organization_slot(&own, Some(&own));
                return self.add(slot, true);
            }
            _ => {}
        }
        let Some(info) = keys::lookup(key) else { return nothing };
        if let (Some((issuer, _)), Shape::Oidc(_, own)) = (keys::issuer_and_claim(key), &self.shape)
            && issuer != *own
        {
            return nothing;
        }
        let absent = match info.availability(self.shape.call()) {
            Availability::Never => return nothing,
            Availability::Always => false,
            Availability::Conditional | Availability::Unknown => true,
        };
        let mut slot = self.slot_for(key, info.kind);
        slot.absent = absent;
        slot.many = info.multivalued;
        self.add(slot, info.multivalued)
    }

    fn add(&mut self, slot: Slot, many: bool) -> Binding {
        self.slots.push(slot);
        Binding::Slot(self.slots.len() - 1, View::Whole, many)
    }

    fn slot_for(&self, key: &str, kind: KeyType) -> Slot {
        let around = self.around;
        let like = |pieces: &[Piece<'_>]| StringSet::like([Pattern::of(pieces)]);
        let some = |longest, example: &str| Slot {
            base: Arc::new(like(&[Piece::Some(Chars::Any)])),
            longest,
            absent: true,
            many: false,
            fillers: vec!["any".to_owned(), "x".to_owned(), String::new()],
            examples: vec![example.to_owned(), around.word.clone()],
            kind,
            is_arn: false,
        };
        let account = || Slot {
            base: Arc::new(like(&[Piece::Times(12, Chars::Digit)])),
            examples: vec![around.stranger.clone(), around.account.clone()],
            fillers: vec!["77".to_owned(), "7".to_owned(), String::new()],
            ..some(12, "")
        };
        let named = |set: Chars, longest: usize, example: &str| Slot {
            base: Arc::new(like(&[Piece::Times(1, set), Piece::Some(set)])),
            ..some(longest, example)
        };
        match key {
            "sts:externalid" => named(Chars::ExternalId, 1224, &around.word),
            "sts:rolesessionname" => named(Chars::Name, 64, "any-session"),
            "sts:sourceidentity" | "aws:sourceidentity" => named(Chars::Name, 64, "any-identity"),
            "aws:sourceaccount" | "aws:sourceowner" | "aws:vpceaccount" | "aws:principalaccount" => account(),
            "aws:sourceorgid" | "aws:vpceorgid" => Slot {
                base: Arc::new(like(&[Piece::Text("o-"), Piece::Some(Chars::Base36)])),
                examples: vec![around.strange_organization.clone(), around.organization.clone()],
                fillers: vec!["any".to_owned(), "x".to_owned()],
                ..some(64, "")
            },
            "aws:sourceorgpaths" | "aws:vpceorgpaths" => self.organization_slot(&around.strange_organization, None),
            "aws:userid" => self.user_id_slot(some(128, "")),
            "aws:requestedregion" => some(64, &around.region),
            "aws:useragent" => some(256, "aws-cli/2.0"),
            "saml:aud" => some(256, "https://signin.aws.amazon.com/saml"),
            "cognito-identity.amazonaws.com:amr" => some(256, "authenticated"),
            _ if key.ends_with(":aud") && !key.starts_with("saml:") => some(256, "sts.amazonaws.com"),
            _ => match kind {
                KeyType::Bool => Slot { base: Arc::new(StringSet::of(["false", "true"])), ..some(5, "false") },
                KeyType::Numeric => Slot { base: Arc::new(like(&[Piece::Some(Chars::Digit)])), ..some(18, "60") },
                KeyType::Date => some(64, &measure::date_text(around.now)),
                KeyType::Ip => Slot { examples: IPS.map(str::to_owned).to_vec(), ..some(64, "") },
                KeyType::Arn => {
                    let (p, r, a) = (&around.partition, &around.region, &around.stranger);
                    some(512, &format!("arn:{p}:any:{r}:{a}:any"))
                }
                KeyType::String => some(512, "any"),
            },
        }
    }

    fn user_id_slot(&self, slot: Slot) -> Slot {
        let unique = "XXXXXXXXXXXXXXXXX";
        let (base, example) = match &self.shape {
            Shape::User => {
                let pieces = [Piece::Text("AIDA"), Piece::Some(Chars::Unique)];
                (Pattern::of(&pieces), format!("AIDA{unique}"))
            }
            Shape::Session(name) => {
                let colon = format!(":{name}");
                let pieces = [Piece::Text("AROA"), Piece::Some(Chars::Unique), Piece::Text(&colon)];
                (Pattern::of(&pieces), format!("AROA{unique}:{name}"))
            }
            Shape::Role => {
                let session = [Piece::Text(":"), Piece::Times(1, Chars::Name), Piece::Some(Chars::Name)];
                let mut pieces = vec![Piece::Text("AROA"), Piece::Some(Chars::Unique)];
                pieces.extend(session);
                (Pattern::of(&pieces), format!("AROA{unique}:any-session"))
            }
            Shape::Service(_) | Shape::Saml(_) | Shape::Oidc(..) => return slot,
        };
        Slot { base: Arc::new(StringSet::like([base])), examples: vec![example], ..slot }
    }

    fn arn_slot(&self) -> Slot {
        let kind = if self.shape == Shape::User { "user" } else { "role" };
        let alone = self.partitions.len() == 1 && self.partitions.first() == Some(&self.around.partition);
        let base = match (alone, kind) {
            (true, "user") => self.around.bases.users.get_or_init(|| self.arns(kind)).clone(),
            (true, _) => self.around.bases.roles.get_or_init(|| self.arns(kind)).clone(),
            (false, _) => self.arns(kind),
        };
        Slot {
            base,
            longest: 640,
            absent: false,
            many: false,
            fillers: vec![self.around.stranger.clone(), self.around.account.clone()],
            examples: vec![format!("{kind}/any")],
            kind: KeyType::Arn,
            is_arn: true,
        }
    }

    /// The ARNs of users or roles.
    fn arns(&self, kind: &str) -> Arc<StringSet> {
        let mut base = StringSet::default();
        for partition in &self.partitions {
            let head = format!("arn:{partition}:iam::");
            let middle = format!(":{kind}/");
            let mut pieces = vec![Piece::Text(&head), Piece::Times(12, Chars::Digit), Piece::Text(&middle)];
            pieces.push(Piece::Some(Chars::Name));
            base.add(Pattern::of(&pieces));
            pieces.pop();
            pieces.extend([Piece::Some(Chars::NamePath), Piece::Text("/"), Piece::Some(Chars::Name)]);
            base.add(Pattern::of(&pieces));
        }
        Arc::new(base)
    }

    fn organization_slot(&self, example: &str, only: Option<&str>) -> Slot {
        let base = match only {
            None => self.around.bases.paths.get_or_init(|| organization_paths(None)).clone(),
            only => organization_paths(only),
        };
        Slot {
            base,
            longest: 512,
            absent: true,
            many: false,
            fillers: vec!["r-x/".to_owned(), "x".to_owned(), "ou-x/".to_owned(), String::new(), "o-x".to_owned()],
            examples: vec![format!("{example}/r-x/"), format!("{example}/r-x/ou-x-x/")],
            kind: KeyType::String,
            is_arn: false,
        }
    }

    /// The partitions that callers may be of.
    pub fn partitions(&self) -> &[String] {
        &self.partitions
    }
}

/// Paths of organizational units, of one organization or of any.
fn organization_paths(only: Option<&str>) -> Arc<StringSet> {
    let organization: &[Piece<'_>] = match only {
        Some(id) => &[Piece::Text(id)],
        None => &[Piece::Text("o-"), Piece::Some(Chars::Base36)],
    };
    let mut root = organization.to_vec();
    root.extend([Piece::Text("/r-"), Piece::Some(Chars::Base36), Piece::Text("/")]);
    let mut unit = root.clone();
    unit.extend([Piece::Text("ou-"), Piece::Some(Chars::UnitPath), Piece::Text("/")]);
    Arc::new(StringSet::like([Pattern::of(&root), Pattern::of(&unit)]))
}

/// Addresses to try: documentation networks are public and nobody's.
const IPS: [&str; 4] = ["203.0.113.77", "198.51.100.77", "2001:db8::77", "10.77.77.77"];

use crate::source::Location;

/// A value that cannot be known, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unknown {
    /// The reference or expression that stands in the way (`var.security_account_id`, `!ImportValue shared-role`).
    pub reference: String,
    /// Why it is not known.
    pub reason: Reason,
    /// Where the expression stands.
    pub at: Location,
    /// Whether, as an item of a list, it stands for any number of items.
    pub many: bool,
    /// A regular expression that the value matches as a whole, where the language says so (`AllowedPattern`).
    pub pattern: Option<String>,
}

/// Why a value is not known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// A Terraform variable without default and without value; carries its name.
    VariableNotSet(String),
    /// A CloudFormation parameter without default and without value; carries its name.
    ParameterNotSet(String),
    /// A name that nothing declares.
    Undeclared,
    /// A data source or attribute that only AWS can tell before apply.
    OnlyAws,
    /// An attribute that exists only after apply.
    AfterApply,
    /// An output of another configuration's state, an export of another stack, an SSM parameter, a secret.
    Elsewhere,
    /// A data source or resource of a provider that is not evaluated.
    OtherProvider,
    /// A module whose source is not on disk; carries the source.
    AbsentModule(String),
    /// A file outside the root, which is not read; carries the path.
    OutsideRoot(String),
    /// A file that is not there or cannot be read; carries what went wrong.
    Unreadable(String),
    /// A function whose result differs from run to run.
    Impure,
    /// A value that depends on itself.
    Cycle,
    /// The expression fails; carries the error.
    Error(String),
    /// Too large to evaluate within the limits; carries which one.
    Limit(String),
    /// A form that is not evaluated; carries its name.
    Unsupported(String),
    /// Plan JSON says that it is known after apply.
    Plan,
}

impl Unknown {
    /// An unknown from what stands in the way, why, and where.
    pub fn new(reference: impl Into<String>, reason: Reason, at: Location) -> Self {
        Self { reference: reference.into(), reason, at, many: false, pattern: None }
    }

    /// The same, as a list item that stands for any number of items.
    pub fn many(mut self) -> Self {
        self.many = true;
        self
    }

    /// The reference on one line and without `}`, as `${unknown:…}` needs it.
    pub fn reference_for_display(&self) -> std::borrow::Cow<'_, str> {
        let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'{' | b'}');
        if self.reference.bytes().all(plain) {
            return (&*self.reference).into();
        }
        let one_line = self.reference.split_whitespace().collect::<Vec<_>>().join(" ");
        one_line.replace("${", "").replace(['{', '}'], "").into()
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::VariableNotSet(_) => f.write_str("the variable has no default and no value is given"),
            Self::ParameterNotSet(_) => f.write_str("the parameter has no default and no value is given"),
            Self::Undeclared => f.write_str("nothing declares it"),
            Self::OnlyAws => f.write_str("only AWS knows it"),
            Self::AfterApply => f.write_str("it is known only after apply"),
            Self::Elsewhere => f.write_str("it is kept outside this configuration"),
            Self::OtherProvider => f.write_str("its provider is not evaluated"),
            Self::AbsentModule(source) => write!(f, "the module `{source}` is not on disk"),
            Self::OutsideRoot(path) => write!(f, "`{path}` lies outside the root and is not read"),
            Self::Unreadable(what) => f.write_str(what),
            Self::Impure => f.write_str("its result differs from run to run"),
            Self::Cycle => f.write_str("it depends on itself"),
            Self::Error(e) => write!(f, "it cannot be evaluated: {e}"),
            Self::Limit(what) => write!(f, "it exceeds a limit: {what}"),
            Self::Unsupported(what) => write!(f, "{what} is not evaluated"),
            Self::Plan => f.write_str("the plan says that it is known after apply"),
        }
    }
}

impl Reason {
    /// How the value can be supplied, in words that end a sentence; `None` when it cannot.
    pub fn how_to_supply(&self) -> Option<String> {
        match self {
            Self::VariableNotSet(name) => Some(format!("give it with `--var {name}=…` or `--var-file`")),
            Self::ParameterNotSet(name) => Some(format!("give it with `--parameter {name}=…` or `--parameter-file`")),
            Self::AbsentModule(_) => Some("run `terraform init` first, or lint the plan as JSON".to_owned()),
            Self::OutsideRoot(_) => Some("pass `--allow-outside`, or lint from the folder that holds both".to_owned()),
            Self::OnlyAws | Self::AfterApply | Self::Elsewhere | Self::OtherProvider | Self::Impure => {
                Some("lint the plan as JSON (`terraform show -json`), or vouch for it with `trust: value:`".to_owned())
            }
            _ => None,
        }
    }
}

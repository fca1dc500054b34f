use super::checked::{Checked, checked};

/// The id of an AWS account: 12 digits.
#[derive(Clone, Debug)]
pub struct AccountId {
    id: String,
    /// Memory address of the text in the file that was read, to see whether it was quoted there.
    pub(super) address: Option<usize>,
}

impl AccountId {
    /// The 12 digits.
    pub fn as_str(&self) -> &str {
        &self.id
    }
}

impl PartialEq for AccountId {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for AccountId {}

impl std::str::FromStr for AccountId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.bytes().any(|b| !b.is_ascii_digit()) || text.is_empty() {
            return Err(format!("`{text}` is no account id: an account id has 12 digits"));
        }
        if text.len() != 12 {
            let digits = if text.len() == 1 { "digit" } else { "digits" };
            return Err(format!("account id `{text}` has {} {digits}, not 12", text.len()));
        }
        Ok(Self { id: text.to_owned(), address: None })
    }
}

impl Checked for AccountId {
    const WHAT: &'static str = "an account id in quotes";
    const QUOTED: bool = true;

    fn check(text: &str) -> Result<Self, String> {
        text.parse()
    }

    fn located(mut self, address: usize) -> Self {
        self.address = Some(address);
        self
    }
}

checked!(AccountId);

/// Checks an organization id: `o-` and 10 to 32 lower-case letters and digits.
pub(super) fn organization(text: &str) -> Result<(), String> {
    let rest = text.strip_prefix("o-").unwrap_or("");
    if (10..=32).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(format!("`{text}` is no organization id: it is `o-` and 10 to 32 lower-case letters and digits"))
    }
}

/// Checks the path of an organizational unit and returns it without a trailing `/` or `/*`.
pub(super) fn organizational_unit(text: &str) -> Result<String, String> {
    let path = text.strip_suffix("/*").unwrap_or(text);
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut parts = path.split('/');
    let first = parts.next().unwrap_or("");
    let rest: Vec<&str> = parts.collect();
    let wanted = |i: usize, p: &str| {
        let prefix = if i == 0 { "r-" } else { "ou-" };
        p.strip_prefix(prefix).is_some_and(|s| {
            s.len() >= 4 && s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
    };
    if organization(first).is_ok() && !rest.is_empty() && rest.iter().enumerate().all(|(i, p)| wanted(i, p)) {
        Ok(path.to_owned())
    } else {
        Err(format!(
            "`{text}` is no path of an organizational unit: write organization, root and units, as in \
             `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111`"
        ))
    }
}

/// Checks a pattern over the ARNs of principals.
pub(super) fn principal(text: &str) -> Result<(), String> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, partition, service, region, account, resource] = parts.as_slice() else {
        return Err(format!("`{text}` is no principal ARN: write it as `arn:aws:iam::111122223333:role/name`"));
    };
    let wild = |s: &str| s.contains(['*', '?']);
    if *arn != "arn" || !(partition.starts_with("aws") || wild(partition)) || !matches!(*service, "iam" | "sts") {
        return Err(format!("`{text}` is no principal ARN: it begins with `arn:aws:iam::` or `arn:aws:sts::`"));
    }
    if !region.is_empty() {
        return Err(format!("`{text}` has a region, and the ARN of a principal has none"));
    }
    if !wild(account) {
        account.parse::<AccountId>()?;
    }
    let kinds = ["root", "user/", "role/", "assumed-role/", "federated-user/", "*"];
    if kinds.iter().any(|k| resource.starts_with(k)) {
        Ok(())
    } else {
        Err(format!("`{text}` names no principal: after the account comes `role/…`, `user/…` or `root`"))
    }
}

/// Checks an identity provider and returns it without `https://`.
pub(super) fn provider(text: &str) -> Result<String, String> {
    if let Some(rest) = text.strip_prefix("arn:") {
        let parts: Vec<&str> = rest.splitn(5, ':').collect();
        return match parts.as_slice() {
            [_, "iam", "", account, resource]
                if resource.starts_with("saml-provider/") || resource.starts_with("oidc-provider/") =>
            {
                account.parse::<AccountId>()?;
                Ok(text.to_owned())
            }
            _ => Err(format!("`{text}` is no ARN of a SAML or OIDC provider")),
        };
    }
    let host = text.strip_prefix("https://").unwrap_or(text).trim_end_matches('/');
    let valid = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'/' | b'_' | b':');
    if host.contains('.') && host.bytes().all(valid) {
        Ok(host.to_owned())
    } else {
        Err(format!("`{text}` is no identity provider: write the issuer's host and path, or the provider's ARN"))
    }
}

use std::collections::{HashMap, HashSet};

use super::Finding;

/// Fills in the fingerprints of a list.
pub fn assign_fingerprints(findings: &mut [Finding]) {
    let mut fingerprints = Fingerprints::default();
    findings.iter_mut().for_each(|finding| fingerprints.assign(finding));
}

/// Gives out fingerprints. Findings come in the order of the report: equal ones are told apart by their rank in it.
///
/// A fingerprint is `v1:` and the 128-bit FNV-1a hash, in hexadecimal, of: the rule; the first role's address without
/// instance keys; the offending value; the statement's text with each run of white space as one space; the rank among
/// findings that are equal in all that and have the role too. Each part is followed by a byte 0. Lines and file names
/// take no part.
#[derive(Debug, Default)]
pub struct Fingerprints {
    ranks: HashMap<u128, u64>,
}

impl Fingerprints {
    /// Fills in those of the next finding.
    pub fn assign(&mut self, finding: &mut Finding) {
        let bare = BareFingerprints::of(finding);
        self.rank(finding, bare);
    }

    /// The same, of a finding whose fingerprints but for the rank are known.
    pub(crate) fn rank(&mut self, finding: &mut Finding, bare: BareFingerprints) {
        let prints = bare.0.into_iter().map(|mut hash| {
            let rank = self.ranks.entry(hash.0).or_default();
            hash.part(&rank.to_string());
            *rank += 1;
            format!("v1:{:032x}", hash.0)
        });
        let prints: Vec<String> = prints.collect();
        finding.fingerprint = prints.first().cloned().unwrap_or_default();
        finding.role_fingerprints = prints;
    }
}

/// What the fingerprints of a finding begin with, before its rank.
pub(crate) struct BareFingerprints(Vec<Fnv>);

impl BareFingerprints {
    pub(crate) fn of(finding: &Finding) -> Self {
        crate::fault::fault("fingerprint", || finding.message.clone());
        let words: Vec<&str> = finding.fingerprint_parts.statement.split_whitespace().collect();
        let statement = words.join(" ");
        let mut addresses: Vec<String> = finding.roles.iter().map(|r| without_instance_keys(&r.address)).collect();
        if addresses.is_empty() {
            addresses.push(String::new());
        }
        let mut seen = HashSet::new();
        addresses.retain(|a| seen.insert(a.clone()));
        let prints = addresses.iter().map(|address| {
            let mut hash = Fnv::new();
            hash.part(finding.rule);
            hash.part(address);
            hash.part(&finding.fingerprint_parts.value);
            hash.part(&statement);
            hash
        });
        Self(prints.collect())
    }
}

struct Fnv(u128);

impl Fnv {
    fn new() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    fn part(&mut self, text: &str) {
        for byte in text.bytes().chain([0]) {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }
}

/// `module.a["x"].aws_iam_role.b[0]` as `module.a.aws_iam_role.b`.
pub fn without_instance_keys(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let mut chars = address.chars();
    while let Some(c) = chars.next() {
        if c != '[' {
            out.push(c);
            continue;
        }
        let mut quoted = false;
        while let Some(c) = chars.next() {
            match c {
                '\\' if quoted => drop(chars.next()),
                '"' => quoted = !quoted,
                ']' if !quoted => break,
                _ => {}
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instance_keys_are_left_out() {
        assert_eq!(without_instance_keys(r#"module.a["x]\"y"].aws_iam_role.b[0]"#), "module.a.aws_iam_role.b");
        assert_eq!(without_instance_keys("Parent/Child"), "Parent/Child");
        assert_eq!(without_instance_keys("a[\"open"), "a");
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        // The published test vector of the empty text, and one byte of it.
        assert_eq!(Fnv::new().0, 0x6c62272e07bb014262b821756295c58d);
        let mut hash = Fnv::new();
        hash.part("");
        assert_eq!(hash.0, 0x6c62272e07bb014262b821756295c58du128.wrapping_mul(0x0000000001000000000000000000013b));
    }
}

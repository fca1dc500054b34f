//! What one look into a folder has shown.

use super::EntryKind;

/// The entries of a folder, in no order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Listing {
    /// Of each entry what it is, its name, and a separator.
    bytes: Vec<u8>,
    count: usize,
    /// Whether all names are ASCII.
    is_ascii: bool,
}

/// What a listing says of a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Told {
    /// It is there, and no link.
    There(EntryKind),
    /// There is no such entry.
    Absent,
    /// Somebody has to look.
    Unclear,
}

/// Of larger folders nothing is kept: each look into a listing goes through all of it.
const MOST_ENTRIES: usize = 256;

/// The entries of most folders take less.
const USUAL_BYTES: usize = 256;

impl Listing {
    /// A listing without entries.
    pub(crate) fn new() -> Self {
        Self { bytes: Vec::with_capacity(USUAL_BYTES), count: 0, is_ascii: true }
    }

    /// Adds an entry. `kind` is `None` for a link and for all that somebody has to look at.
    pub(crate) fn push(&mut self, name: &[u8], kind: Option<EntryKind>) {
        self.count += 1;
        if self.count > MOST_ENTRIES {
            return;
        }
        self.bytes.push(match kind {
            Some(EntryKind::File) => FILE,
            Some(EntryKind::Directory) => DIRECTORY,
            Some(EntryKind::Other) | None => UNCLEAR,
        });
        self.bytes.extend_from_slice(name);
        self.bytes.push(SEPARATOR);
        self.is_ascii &= name.is_ascii();
    }

    /// Lets go of the room for more entries.
    pub(crate) fn shrunk(mut self) -> Self {
        self.bytes.shrink_to_fit();
        self
    }

    /// Whether there are not too many entries to be kept.
    pub(crate) fn is_small(&self) -> bool {
        self.count <= MOST_ENTRIES
    }

    /// Each entry with what it is; `None` where somebody has to look.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&[u8], Option<EntryKind>)> {
        let entries = self.bytes.split(|b| *b == SEPARATOR).filter_map(|entry| entry.split_first());
        entries.map(|(kind, name)| {
            let kind = match *kind {
                FILE => Some(EntryKind::File),
                DIRECTORY => Some(EntryKind::Directory),
                _ => None,
            };
            (name, kind)
        })
    }

    /// What it says of a name. Where a file system may take different spellings for the same name, only what differs
    /// in more than that is absent.
    pub(crate) fn tell(&self, name: &[u8]) -> Told {
        let mut spelled_alike = false;
        for (own, kind) in self.entries() {
            if own == name {
                return kind.map_or(Told::Unclear, Told::There);
            }
            spelled_alike |= own.eq_ignore_ascii_case(name);
        }
        let is_certain = cfg!(unix) && self.is_ascii && name.is_ascii() && !spelled_alike;
        if is_certain { Told::Absent } else { Told::Unclear }
    }
}

const FILE: u8 = b'f';
const DIRECTORY: u8 = b'd';
const UNCLEAR: u8 = b'?';
/// No name has it.
const SEPARATOR: u8 = b'/';

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(names: &[&str]) -> Listing {
        let mut listing = Listing::new();
        for name in names {
            let kind = match name.as_bytes().last() {
                Some(b'/') => Some(EntryKind::Directory),
                Some(b'@') => None,
                _ => Some(EntryKind::File),
            };
            listing.push(name.trim_end_matches(['/', '@']).as_bytes(), kind);
        }
        listing
    }

    #[test]
    fn it_tells_what_is_there() {
        let seen = listing(&["main.tf", "modules/", "link@", "d"]);
        assert_eq!(seen.tell(b"main.tf"), Told::There(EntryKind::File));
        assert_eq!(seen.tell(b"modules"), Told::There(EntryKind::Directory));
        assert_eq!(seen.tell(b"d"), Told::There(EntryKind::File));
        assert_eq!(seen.tell(b"link"), Told::Unclear);
        assert_eq!(seen.entries().count(), 4);
        assert_eq!(Listing::new().entries().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn what_may_be_another_spelling_is_not_absent() {
        let seen = listing(&["main.tf", "modules/"]);
        for name in ["main.t", "main.tff", "ain.tf", "dmodules", "", ".terraform"] {
            assert_eq!(seen.tell(name.as_bytes()), Told::Absent, "{name}");
        }
        for name in ["Main.tf", "MODULES", "mäin.tf"] {
            assert_eq!(seen.tell(name.as_bytes()), Told::Unclear, "{name}");
        }
        assert_eq!(listing(&["é.tf"]).tell(b"main.tf"), Told::Unclear);
    }

    #[test]
    fn of_a_large_folder_nothing_is_kept() {
        let mut listing = Listing::new();
        for i in 0..MOST_ENTRIES {
            listing.push(i.to_string().as_bytes(), None);
        }
        assert!(listing.is_small());
        listing.push(b"x", None);
        assert!(!listing.is_small());
    }
}

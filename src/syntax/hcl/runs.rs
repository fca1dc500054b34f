//! How far runs of bytes go, several bytes at a time.

/// The bytes that words are made of.
const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-') || b >= 0x80;
        byte += 1;
    }
    table
};

/// Whether a byte can stand in an identifier, keyword or number.
pub(crate) fn is_word(byte: u8) -> bool {
    WORD[usize::from(byte)]
}

/// Whether a word can begin with a byte.
pub(super) fn is_word_start(byte: u8) -> bool {
    byte != b'-' && is_word(byte)
}

/// The same byte eight times.
const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

const HIGH: u64 = all(0x80);

fn eight(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

/// The number of the first byte in which a bit is set.
fn first(bits: u64) -> usize {
    bits.trailing_zeros() as usize / 8
}

/// Where spaces end that go on at an offset.
#[inline]
pub(crate) fn spaces(bytes: &[u8], mut at: usize) -> usize {
    // Most often it is one alone.
    if bytes.get(at) != Some(&b' ') {
        return at;
    }
    while let Some(chunk) = eight(bytes, at) {
        let other = chunk ^ all(b' ');
        if other != 0 {
            return at + first(other);
        }
        at += 8;
    }
    while bytes.get(at) == Some(&b' ') {
        at += 1;
    }
    at
}

/// Where a word ends that goes on at an offset.
#[inline]
pub(super) fn word(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = eight(bytes, at) {
        let other = !word_bytes(chunk) & HIGH;
        if other != 0 {
            return at + first(other);
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|b| is_word(*b)) {
        at += 1;
    }
    at
}

/// The highest bit of each byte that words are made of. No sum here is carried into the next byte.
#[inline]
fn word_bytes(chunk: u64) -> u64 {
    let low = chunk & !HIGH;
    let letter = low | all(0x20);
    let letters = (letter + all(0x80 - b'a')) & !(letter + all(0x7f - b'z'));
    let digits = (low + all(0x80 - b'0')) & !(low + all(0x7f - b'9'));
    let not_marks = ((low ^ all(b'_')) + all(0x7f)) & ((low ^ all(b'-')) + all(0x7f));
    chunk | letters | digits | !not_marks
}

/// Where the plain text of a string ends that goes on at an offset: before `"`, `\`, `$`, `%` or a line break.
#[inline]
pub(crate) fn plain(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = eight(bytes, at) {
        // The lowest bit is right: only above a byte that is zero others are taken for such.
        let zero = |bits: u64| bits.wrapping_sub(all(1)) & !bits;
        let ends = zero(chunk ^ all(b'"'))
            | zero(chunk ^ all(b'\\'))
            | zero((chunk | all(1)) ^ all(b'%'))
            | zero(chunk ^ all(b'\n'));
        if ends & HIGH != 0 {
            return at + first(ends & HIGH);
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|b| !matches!(b, b'"' | b'\\' | b'$' | b'%' | b'\n')) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_where_the_first_other_byte_stands() {
        let in_plain = |b: u8| !matches!(b, b'"' | b'\\' | b'$' | b'%' | b'\n');
        for byte in 0..=255 {
            for filler in 0..=255 {
                for place in [0, 1, 6, 7, 8, 13, 19] {
                    let mut bytes = [filler; 20];
                    bytes[place] = byte;
                    let expected = |is: &dyn Fn(u8) -> bool| bytes.iter().position(|b| !is(*b)).unwrap_or(20);
                    assert_eq!(spaces(&bytes, 0), expected(&|b| b == b' '), "{bytes:?}");
                    assert_eq!(word(&bytes, 0), expected(&is_word), "{bytes:?}");
                    assert_eq!(plain(&bytes, 0), expected(&in_plain), "{bytes:?}");
                }
            }
        }
    }
}

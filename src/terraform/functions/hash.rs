//! Hash functions (RFC 1321, FIPS 180-4) and name-based UUIDs (RFC 9562).

use super::{
    call::{Call, Outcome, argument},
    table::{Function, STRING},
};
use crate::value::encode_base64;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("base64sha256", &[STRING], |c| c.made(encode_base64(&sha256(c.str(0)?.as_bytes())), 0)),
    Function::new("base64sha512", &[STRING], |c| c.made(encode_base64(&sha512(c.str(0)?.as_bytes())), 0)),
    Function::new("md5", &[STRING], |c| c.made(hex(&md5(c.str(0)?.as_bytes())), 0)),
    Function::new("sha1", &[STRING], |c| c.made(hex(&sha1(c.str(0)?.as_bytes())), 0)),
    Function::new("sha256", &[STRING], |c| c.made(hex(&sha256(c.str(0)?.as_bytes())), 0)),
    Function::new("sha512", &[STRING], |c| c.made(hex(&sha512(c.str(0)?.as_bytes())), 0)),
    Function::new("uuidv5", &[STRING, STRING], uuidv5),
];

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The message with a one bit, zeros and its length in bits, in blocks of `block` bytes.
fn padded(bytes: &[u8], block: usize, little_endian: bool) -> Vec<u8> {
    let mut out = bytes.to_vec();
    out.push(0x80);
    let length_bytes = block / 8;
    while out.len() % block != block - length_bytes {
        out.push(0);
    }
    let bits = u128::try_from(bytes.len()).unwrap_or(0) * 8;
    if little_endian {
        out.extend(bits.to_le_bytes().iter().take(length_bytes));
    } else {
        out.extend(bits.to_be_bytes().iter().skip(16 - length_bytes));
    }
    out
}

fn words(block: &[u8]) -> impl Iterator<Item = [u8; 4]> + '_ {
    block.chunks_exact(4).filter_map(|w| w.try_into().ok())
}

/// The primes that the constants of SHA-2 are made from.
fn primes() -> impl Iterator<Item = u64> {
    (2_u64..).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0))
}

/// The first 64 bits of the fraction of the `root`-th root of a number.
fn root_fraction(n: u64, root: u32) -> u64 {
    // floor(n^(1/root) * 2^64), bit by bit, compared by multiplication in limbs of 32 bits.
    let (mut low, mut high) = (0_u128, 1_u128 << 70);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if power_at_most(middle, root, n) { low = middle } else { high = middle }
    }
    u64::try_from(low & u128::from(u64::MAX)).unwrap_or(0)
}

/// Whether `x^root <= n * 2^(64 * root)`.
fn power_at_most(x: u128, root: u32, n: u64) -> bool {
    let limbs = |mut v: u128| {
        let mut out = Vec::new();
        while v > 0 {
            out.push(u64::try_from(v & 0xffff_ffff).unwrap_or(0));
            v >>= 32;
        }
        out
    };
    let multiply = |a: &[u64], b: &[u64]| {
        let mut out = vec![0_u64; a.len() + b.len()];
        for (i, x) in a.iter().enumerate() {
            let mut carry = 0;
            for (j, y) in b.iter().enumerate() {
                let Some(cell) = out.get_mut(i + j) else { continue };
                let sum = *cell + x * y + carry;
                *cell = sum & 0xffff_ffff;
                carry = sum >> 32;
            }
            if let Some(cell) = out.get_mut(i + b.len()) {
                *cell += carry;
            }
        }
        out
    };
    let base = limbs(x);
    let mut left = vec![1];
    for _ in 0..root {
        left = multiply(&left, &base);
    }
    let shift = usize::try_from(root * 2).unwrap_or(0);
    let mut right = vec![0; shift];
    right.extend(limbs(u128::from(n)));
    let length = left.len().max(right.len());
    left.resize(length, 0);
    right.resize(length, 0);
    left.iter().rev().le(right.iter().rev())
}

fn upper_half(x: u64) -> u32 {
    u32::try_from(x >> 32).unwrap_or(0)
}

pub(super) fn sha256(bytes: &[u8]) -> Vec<u8> {
    let k: Vec<u32> = primes().take(64).map(|p| upper_half(root_fraction(p, 3))).collect();
    let mut state: Vec<u32> = primes().take(8).map(|p| upper_half(root_fraction(p, 2))).collect();
    for block in padded(bytes, 64, false).chunks_exact(64) {
        let mut w: Vec<u32> = words(block).map(u32::from_be_bytes).collect();
        for t in 16..64 {
            let s0 = w[t - 15].rotate_right(7) ^ w[t - 15].rotate_right(18) ^ (w[t - 15] >> 3);
            let s1 = w[t - 2].rotate_right(17) ^ w[t - 2].rotate_right(19) ^ (w[t - 2] >> 10);
            w.push(w[t - 16].wrapping_add(s0).wrapping_add(w[t - 7]).wrapping_add(s1));
        }
        let mut v = state.clone();
        for (k, w) in k.iter().zip(&w) {
            let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
            let ch = (v[4] & v[5]) ^ (!v[4] & v[6]);
            let t1 = v[7].wrapping_add(s1).wrapping_add(ch).wrapping_add(*k).wrapping_add(*w);
            let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
            let maj = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
            v.rotate_right(1);
            v[4] = v[4].wrapping_add(t1);
            v[0] = t1.wrapping_add(s0.wrapping_add(maj));
        }
        state.iter_mut().zip(v).for_each(|(s, v)| *s = s.wrapping_add(v));
    }
    state.iter().flat_map(|s| s.to_be_bytes()).collect()
}

pub(super) fn sha512(bytes: &[u8]) -> Vec<u8> {
    let k: Vec<u64> = primes().take(80).map(|p| root_fraction(p, 3)).collect();
    let mut state: Vec<u64> = primes().take(8).map(|p| root_fraction(p, 2)).collect();
    for block in padded(bytes, 128, false).chunks_exact(128) {
        let mut w: Vec<u64> = block.chunks_exact(8).filter_map(|w| w.try_into().ok()).map(u64::from_be_bytes).collect();
        for t in 16..80 {
            let s0 = w[t - 15].rotate_right(1) ^ w[t - 15].rotate_right(8) ^ (w[t - 15] >> 7);
            let s1 = w[t - 2].rotate_right(19) ^ w[t - 2].rotate_right(61) ^ (w[t - 2] >> 6);
            w.push(w[t - 16].wrapping_add(s0).wrapping_add(w[t - 7]).wrapping_add(s1));
        }
        let mut v = state.clone();
        for (k, w) in k.iter().zip(&w) {
            let s1 = v[4].rotate_right(14) ^ v[4].rotate_right(18) ^ v[4].rotate_right(41);
            let ch = (v[4] & v[5]) ^ (!v[4] & v[6]);
            let t1 = v[7].wrapping_add(s1).wrapping_add(ch).wrapping_add(*k).wrapping_add(*w);
            let s0 = v[0].rotate_right(28) ^ v[0].rotate_right(34) ^ v[0].rotate_right(39);
            let maj = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
            v.rotate_right(1);
            v[4] = v[4].wrapping_add(t1);
            v[0] = t1.wrapping_add(s0.wrapping_add(maj));
        }
        state.iter_mut().zip(v).for_each(|(s, v)| *s = s.wrapping_add(v));
    }
    state.iter().flat_map(|s| s.to_be_bytes()).collect()
}

pub(super) fn sha1(bytes: &[u8]) -> Vec<u8> {
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded(bytes, 64, false).chunks_exact(64) {
        let mut w: Vec<u32> = words(block).map(u32::from_be_bytes).collect();
        for t in 16..80 {
            w.push((w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16]).rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (t, w) in w.iter().enumerate() {
            let (f, k) = match t / 20 {
                0 => ((b & c) | (!b & d), 0x5a82_7999),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6),
            };
            let next = a.rotate_left(5).wrapping_add(f).wrapping_add(e).wrapping_add(k).wrapping_add(*w);
            (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
        }
        state.iter_mut().zip([a, b, c, d, e]).for_each(|(s, v)| *s = s.wrapping_add(v));
    }
    state.iter().flat_map(|s| s.to_be_bytes()).collect()
}

const MD5_SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the sine's first 32 bits, as the RFC has it"
)]
fn md5_constant(i: u32) -> u32 {
    (f64::from(i + 1).sin().abs() * 4_294_967_296.0) as u32
}

pub(super) fn md5(bytes: &[u8]) -> Vec<u8> {
    let mut state = [0x6745_2301_u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded(bytes, 64, true).chunks_exact(64) {
        let w: Vec<u32> = words(block).map(u32::from_le_bytes).collect();
        let [mut a, mut b, mut c, mut d] = state;
        for i in 0..64_usize {
            let (f, g) = match i / 16 {
                0 => ((b & c) | (!b & d), i),
                1 => ((d & b) | (!d & c), (5 * i + 1) % 16),
                2 => (b ^ c ^ d, (3 * i + 5) % 16),
                _ => (c ^ (b | !d), (7 * i) % 16),
            };
            let sum = a.wrapping_add(f).wrapping_add(md5_constant(u32::try_from(i).unwrap_or(0))).wrapping_add(w[g]);
            (a, b, c, d) = (d, b.wrapping_add(sum.rotate_left(MD5_SHIFTS[i / 16][i % 4])), b, c);
        }
        state.iter_mut().zip([a, b, c, d]).for_each(|(s, v)| *s = s.wrapping_add(v));
    }
    state.iter().flat_map(|s| s.to_le_bytes()).collect()
}

fn uuidv5(c: &Call<'_>) -> Outcome {
    let (space, name) = (c.str(0)?, c.str(1)?);
    let space = match &*space {
        "dns" => "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "url" => "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
        "oid" => "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
        "x500" => "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
        other => other,
    };
    let digits: String = space.chars().filter(|c| *c != '-').collect();
    let Some(mut bytes) =
        u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32).map(|n| n.to_be_bytes().to_vec())
    else {
        return argument(0, "the name space is no UUID, and none of dns, url, oid and x500");
    };
    bytes.extend(name.as_bytes());
    let mut id: Vec<u8> = sha1(&bytes).into_iter().take(16).collect();
    if let Some(version) = id.get_mut(6) {
        *version = (*version & 0x0f) | 0x50;
    }
    if let Some(variant) = id.get_mut(8) {
        *variant = (*variant & 0x3f) | 0x80;
    }
    let text = hex(&id);
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|r| text.get(r).unwrap_or("").to_owned());
    c.made(groups.join("-"), 0)
}

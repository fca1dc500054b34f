//! Input as a row of choices.

/// Choices that are read from bytes, and after their end from a generator that the bytes have seeded (SplitMix64).
pub struct Bytes<'a> {
    rest: &'a [u8],
    state: u64,
}

impl<'a> Bytes<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        let seed =
            data.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3));
        Self { rest: data, state: seed }
    }

    /// Whether a choice still comes from the input.
    pub fn has_more(&self) -> bool {
        !self.rest.is_empty()
    }

    pub fn below(&mut self, n: usize) -> usize {
        match self.rest.split_first() {
            Some((first, rest)) => {
                self.rest = rest;
                usize::from(*first) % n
            }
            None => usize::try_from(self.random() % n as u64).unwrap_or(0),
        }
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    pub fn chance(&mut self, of_hundred: usize) -> bool {
        self.below(100) < of_hundred
    }

    pub fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

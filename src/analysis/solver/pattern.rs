use super::strings::ACCOUNT_DIGITS;

/// Which characters one token of a pattern takes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Chars {
    /// All.
    Any,
    /// All but `:`, inside a field of an ARN.
    NotColon,
    /// All but `/`, inside a segment of a path.
    NotSlash,
    /// `0` to `9`.
    Digit,
    /// Lower-case letters and digits, in organization ids.
    Base36,
    /// Upper-case letters and digits, in unique ids.
    Unique,
    /// Names of users, roles and sessions.
    Name,
    /// Names with a path before them.
    NamePath,
    /// Paths of organizational units.
    UnitPath,
    /// External ids.
    ExternalId,
}

impl Chars {
    /// All sets.
    pub const ALL: [Self; 10] = [
        Self::Any,
        Self::NotColon,
        Self::NotSlash,
        Self::Digit,
        Self::Base36,
        Self::Unique,
        Self::Name,
        Self::NamePath,
        Self::UnitPath,
        Self::ExternalId,
    ];

    /// Whether the set holds that character.
    pub fn has(self, c: char) -> bool {
        match self {
            Self::Any => true,
            Self::NotColon => c != ':',
            Self::NotSlash => c != '/',
            Self::Digit => c.is_ascii_digit(),
            Self::Base36 => c.is_ascii_digit() || c.is_ascii_lowercase(),
            Self::Unique => c.is_ascii_digit() || c.is_ascii_uppercase(),
            Self::Name => c.is_ascii_alphanumeric() || "+=,.@_-".contains(c),
            Self::NamePath => c.is_ascii_graphic(),
            Self::UnitPath => c.is_ascii_digit() || c.is_ascii_lowercase() || c == '-' || c == '/',
            Self::ExternalId => c.is_ascii_alphanumeric() || "+=,.@:/_-".contains(c),
        }
    }

    /// The narrower of two sets, one of which holds the other or is [`Self::Any`].
    fn narrowed(self, to: Self) -> Self {
        if self == Self::Any { to } else { self }
    }
}

/// One token of a pattern over strings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Token {
    /// That character.
    Char(char),
    /// That ASCII letter, given in lower case, in either case.
    Fold(char),
    /// One character of a set.
    One(Chars),
    /// Any number of characters of a set.
    Star(Chars),
}

impl Token {
    /// Whether the token can take that character.
    pub fn takes(self, c: char) -> bool {
        match self {
            Self::Char(own) => own == c,
            Self::Fold(own) => own == c.to_ascii_lowercase(),
            Self::One(set) | Self::Star(set) => set.has(c),
        }
    }
}

/// A set of strings as a sequence of tokens.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Pattern(pub Vec<Token>);

impl Pattern {
    /// That string alone.
    pub fn literal(text: &str) -> Self {
        Self(text.chars().map(Token::Char).collect())
    }

    /// A glob: `*` any run of characters, `?` one of them.
    pub fn glob(text: &str) -> Self {
        Self(squeezed(text.chars().map(glob_token).collect()))
    }

    /// A pattern from pieces.
    pub fn of(pieces: &[Piece<'_>]) -> Self {
        let mut tokens = Vec::new();
        for piece in pieces {
            match *piece {
                Piece::Text(text) => tokens.extend(text.chars().map(Token::Char)),
                Piece::Times(n, set) => tokens.extend(std::iter::repeat_n(Token::One(set), n)),
                Piece::Some(set) => tokens.extend([Token::One(set), Token::Star(set)]),
            }
        }
        Self(tokens)
    }

    /// The only string of the set, when there is no wildcard and no folding in it.
    pub fn as_literal(&self) -> Option<String> {
        self.0
            .iter()
            .map(|t| match t {
                Token::Char(c) => Some(*c),
                _ => None,
            })
            .collect()
    }

    /// The account id that all strings of the set have between two colons, when the pattern says so by its letters.
    pub fn account(&self) -> Option<u64> {
        let colon = |t: Option<&Token>| t == Some(&Token::Char(':'));
        let mut from = 0;
        while let Some(at) = self.0.get(from..)?.iter().position(|t| *t == Token::Char(':')).map(|i| from + i + 1) {
            let digits = self.0.get(at..)?.iter().map_while(|t| match t {
                Token::Char(c) => c.to_digit(10).map(u64::from),
                _ => None,
            });
            let digits: Vec<u64> = digits.take(ACCOUNT_DIGITS + 1).collect();
            if digits.len() == ACCOUNT_DIGITS && colon(self.0.get(at + ACCOUNT_DIGITS)) {
                return Some(digits.iter().fold(0, |n, d| n * 10 + d));
            }
            from = at;
        }
        None
    }

    /// Whether the set holds that string.
    pub fn matches(&self, text: &str) -> bool {
        if self.0.iter().all(|t| !matches!(t, Token::Star(set) if *set != Chars::Any)) {
            self.matches_greedily(text)
        } else {
            self.matches_by_simulation(text)
        }
    }

    /// Right where every star takes all characters: going back to the last star is enough.
    fn matches_greedily(&self, text: &str) -> bool {
        let tokens = &self.0;
        let (mut at, mut rest) = (0, text.chars());
        let mut back: Option<(usize, std::str::Chars<'_>)> = None;
        loop {
            let mut next = rest.clone();
            match (tokens.get(at), next.next()) {
                (Some(Token::Star(_)), _) => {
                    at += 1;
                    back = Some((at, rest.clone()));
                    continue;
                }
                (None, None) => return true,
                (Some(token), Some(c)) if token.takes(c) => {
                    at += 1;
                    rest = next;
                    continue;
                }
                _ => {}
            }
            let Some((after, from)) = &mut back else { return false };
            if from.next().is_none() {
                return false;
            }
            at = *after;
            rest = from.clone();
        }
    }

    fn matches_by_simulation(&self, text: &str) -> bool {
        let tokens = &self.0;
        if tokens.len() < 128 {
            return self.matches_by_bits(text);
        }
        let mut now = vec![false; tokens.len() + 1];
        let mut next = now.clone();
        let close = |set: &mut Vec<bool>| {
            for i in 0..tokens.len() {
                if set[i] && matches!(tokens[i], Token::Star(_)) {
                    set[i + 1] = true;
                }
            }
        };
        now[0] = true;
        close(&mut now);
        for c in text.chars() {
            next.fill(false);
            let mut any = false;
            for (i, token) in tokens.iter().enumerate() {
                if now[i] && token.takes(c) {
                    any = true;
                    next[if matches!(token, Token::Star(_)) { i } else { i + 1 }] = true;
                }
            }
            if !any {
                return false;
            }
            close(&mut next);
            std::mem::swap(&mut now, &mut next);
        }
        now.last().copied().unwrap_or(false)
    }

    /// The same for short patterns: a set of positions is the bits of a number.
    fn matches_by_bits(&self, text: &str) -> bool {
        let tokens = &self.0;
        let stars = tokens.iter().enumerate().filter(|(_, t)| matches!(t, Token::Star(_)));
        let stars = stars.fold(0_u128, |bits, (i, _)| bits | 1 << i);
        let close = |mut set: u128| loop {
            let closed = set | (set & stars) << 1;
            if closed == set {
                return set;
            }
            set = closed;
        };
        let mut now = close(1);
        for c in text.chars() {
            let (mut next, mut left) = (0_u128, now);
            while left != 0 {
                let i = left.trailing_zeros() as usize;
                left &= left - 1;
                if let Some(token) = tokens.get(i).filter(|t| t.takes(c)) {
                    next |= 1 << if matches!(token, Token::Star(_)) { i } else { i + 1 };
                }
            }
            if next == 0 {
                return false;
            }
            now = close(next);
        }
        now >> tokens.len() & 1 == 1
    }

    /// The set of strings that hold a member of this set in one place: `before`, the member, `after`. Wildcards in the
    /// member take only characters of `inside`.
    pub fn framed(&self, before: &[Token], inside: Chars, after: &[Token]) -> Self {
        let narrowed = self.0.iter().map(|t| match *t {
            Token::One(set) => Token::One(set.narrowed(inside)),
            Token::Star(set) => Token::Star(set.narrowed(inside)),
            other => other,
        });
        Self(before.iter().copied().chain(narrowed).chain(after.iter().copied()).collect())
    }

    /// A string of the set that looks natural, with `star` for each run and digits or letters for single characters.
    pub fn example(&self, star: &str) -> String {
        let mut out = String::new();
        for token in &self.0 {
            match token {
                Token::Char(c) | Token::Fold(c) => out.push(*c),
                Token::One(Chars::Digit) => out.push('7'),
                Token::One(Chars::Unique) => out.push('X'),
                Token::One(_) => out.push('x'),
                Token::Star(_) => out.push_str(star),
            }
        }
        out
    }
}

/// A piece of a pattern written by hand.
#[derive(Clone, Copy)]
pub enum Piece<'a> {
    /// That text.
    Text(&'a str),
    /// So many characters of a set.
    Times(usize, Chars),
    /// One or more characters of a set.
    Some(Chars),
}

/// Tokens without what says nothing: of runs of characters that follow each other one is enough.
pub fn squeezed(mut tokens: Vec<Token>) -> Vec<Token> {
    tokens.dedup_by(|next, token| token == next && matches!(token, Token::Star(_)));
    tokens
}

/// What a character means in a glob.
pub fn glob_token(c: char) -> Token {
    match c {
        '*' => Token::Star(Chars::Any),
        '?' => Token::One(Chars::Any),
        c => Token::Char(c),
    }
}

/// The token for a character that matches in either case.
pub fn folded(c: char) -> Token {
    if c.is_ascii_alphabetic() { Token::Fold(c.to_ascii_lowercase()) } else { Token::Char(c) }
}

/// A pattern over ARNs: wildcards before the fifth colon do not cross a colon. `None` when it has not six fields.
pub fn arn(tokens: Vec<Token>) -> Option<Pattern> {
    let mut colons = 0;
    let mut out = Vec::with_capacity(tokens.len());
    for token in tokens {
        out.push(match token {
            Token::Char(':') if colons < 5 => {
                colons += 1;
                token
            }
            Token::One(Chars::Any) if colons < 5 => Token::One(Chars::NotColon),
            Token::Star(Chars::Any) if colons < 5 => Token::Star(Chars::NotColon),
            other => other,
        });
    }
    (colons == 5).then_some(Pattern(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_in_a_row_are_one() {
        assert_eq!(Pattern::glob("a***b**"), Pattern::glob("a*b*"));
        assert_ne!(Pattern::glob("a??b"), Pattern::glob("a?b"));
        assert_eq!(Pattern::glob("aa"), Pattern::literal("aa"));
    }

    #[test]
    fn globs_match_as_a_whole() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("*", "", true),
            ("a*b", "ab", true),
            ("a*b", "axxb", true),
            ("a*b", "axxbc", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*a*", "xaxx", false),
            ("*a*a*", "xaxa", true),
            ("*ab", "aab", true),
            ("?", "é", true),
        ] {
            let p = Pattern::glob(pattern);
            assert_eq!(p.matches(text), expected, "{pattern} {text}");
            assert_eq!(p.matches_by_simulation(text), expected, "{pattern} {text}, by simulation");
        }
    }

    #[test]
    fn arn_wildcards_stay_in_their_field() {
        let tokens = |s: &str| s.chars().map(glob_token).collect::<Vec<_>>();
        let p = arn(tokens("arn:aws:iam::111*:role/app")).unwrap();
        assert!(p.matches("arn:aws:iam::111122223333:role/app"));
        assert!(!p.matches("arn:aws:iam::111:x:role/app"));
        let p = arn(tokens("arn:aws:s3:::a*")).unwrap();
        assert!(p.matches("arn:aws:s3:::a:b/c"));
        assert!(arn(tokens("arn:aws:*")).is_none());
    }

    #[test]
    fn long_patterns_do_not_blow_up() {
        let p = Pattern::glob(&"*a".repeat(2000));
        assert!(!p.matches(&"a".repeat(1999)));
        assert!(p.matches(&"a".repeat(2000)));
    }
}

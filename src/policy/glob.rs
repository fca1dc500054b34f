//! Patterns with `*` and `?`.

/// Whether a pattern matches a whole text: `*` any run of characters, `?` one. Takes time in proportion to the product
/// of both lengths at worst.
pub fn matches(pattern: &str, text: &str) -> bool {
    if !is_wild(pattern) {
        return pattern == text;
    }
    let pattern = pattern.chars().map(Token::of);
    matches_tokens(&pattern.collect::<Vec<_>>(), text, false)
}

/// The same without regard to the case of ASCII letters.
pub fn matches_ignoring_case(pattern: &str, text: &str) -> bool {
    if !is_wild(pattern) {
        return pattern.eq_ignore_ascii_case(text);
    }
    let pattern = pattern.chars().map(Token::of);
    matches_tokens(&pattern.collect::<Vec<_>>(), text, true)
}

fn is_wild(pattern: &str) -> bool {
    memchr::memchr2(b'*', b'?', pattern.as_bytes()).is_some()
}

/// One element of a pattern.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Token {
    /// This character.
    Literal(char),
    /// Any one character.
    One,
    /// Any run of characters, none included.
    Run,
}

impl Token {
    /// The token that a character of a pattern stands for.
    pub fn of(c: char) -> Self {
        match c {
            '*' => Self::Run,
            '?' => Self::One,
            other => Self::Literal(other),
        }
    }
}

/// Whether a tokenised pattern matches a whole text.
pub fn matches_tokens(pattern: &[Token], text: &str, ignore_case: bool) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // The last run that was met, and where in the text it ends so far: on a mismatch it takes one character more.
    let mut run: Option<(usize, usize)> = None;
    while t < text.len() {
        let hit = match (pattern.get(p), text.get(t)) {
            (Some(Token::Literal(a)), Some(b)) => a == b || ignore_case && a.eq_ignore_ascii_case(b),
            (Some(Token::One), Some(_)) => true,
            _ => false,
        };
        if let Some(Token::Run) = pattern.get(p) {
            run = Some((p, t));
            p += 1;
        } else if hit {
            p += 1;
            t += 1;
        } else if let Some((at, end)) = run {
            run = Some((at, end + 1));
            p = at + 1;
            t = end + 1;
        } else {
            return false;
        }
    }
    pattern.iter().skip(p).all(|token| *token == Token::Run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn star_and_question_mark() {
        for (pattern, text) in [
            ("*", ""),
            ("**", "x"),
            ("a*c", "abbc"),
            ("a*c", "ac"),
            ("?", "é"),
            ("*a*b", "xxaxxb"),
            ("", ""),
            ("a?c*", "abc"),
            ("é", "é"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("?", ""), ("a*c", "ab"), ("*a*b", "xxaxx"), ("A", "a"), ("a", "ab")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
        assert!(matches_ignoring_case("STS:assume*", "sts:AssumeRole"));
        assert!(matches_ignoring_case("STS:assumeROLE", "sts:AssumeRole"));
        assert!(!matches_ignoring_case("STS:assumeROLE", "sts:AssumeRoleWithSAML"));
    }

    #[test]
    fn many_stars_take_no_exponential_time() {
        let pattern = format!("{}b", "*a".repeat(2_000));
        assert!(!matches(&pattern, &"a".repeat(20_000)));
    }
}

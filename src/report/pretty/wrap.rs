/// Breaks a text at spaces into lines of at most that many characters. Longer words stay whole, so that an ARN can be
/// copied in one piece.
pub(super) fn wrap(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let mut column = 0;
        for word in line.split(' ').filter(|w| !w.is_empty()) {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > width {
                out.push('\n');
                column = 0;
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_are_broken_at_spaces_alone() {
        assert_eq!(wrap("one two three", 7), "one two\nthree");
        assert_eq!(wrap("a oidc-provider/token.actions b", 8), "a\noidc-provider/token.actions\nb");
        assert_eq!(wrap("one\ntwo  three", 20), "one\ntwo three");
        assert_eq!(wrap("", 5), "");
        assert_eq!(wrap("é é é", 3), "é é\né");
    }
}

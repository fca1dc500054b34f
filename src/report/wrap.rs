/// Breaks a text at spaces into lines of at most that many characters. Longer words stay whole, so that an ARN can be
/// copied in one piece.
pub(crate) fn wrap(text: &str, width: usize) -> String {
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

/// Fits prose to a width: lines that follow one another are one paragraph; indented lines, such as code, and items of
/// lists stay lines of their own.
pub(crate) fn reflow(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut paragraph = String::new();
    let end = |paragraph: &mut String, out: &mut String| {
        if !paragraph.is_empty() {
            let hang = if paragraph.starts_with("- ") { "\n  " } else { "\n" };
            out.push_str(&wrap(paragraph, width - hang.len() + 1).replace('\n', hang));
            out.push('\n');
            paragraph.clear();
        }
    };
    for line in text.lines() {
        if line.is_empty() || line.starts_with([' ', '\t']) {
            end(&mut paragraph, &mut out);
            out.push_str(line);
            out.push('\n');
            continue;
        }
        if line.starts_with("- ") {
            end(&mut paragraph, &mut out);
        } else if !paragraph.is_empty() {
            paragraph.push(' ');
        }
        paragraph.push_str(line);
    }
    end(&mut paragraph, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::{reflow, wrap};

    #[test]
    fn lines_are_broken_at_spaces_alone() {
        assert_eq!(wrap("one two three", 7), "one two\nthree");
        assert_eq!(wrap("a oidc-provider/token.actions b", 8), "a\noidc-provider/token.actions\nb");
        assert_eq!(wrap("one\ntwo  three", 20), "one\ntwo three");
        assert_eq!(wrap("", 5), "");
        assert_eq!(wrap("é é é", 3), "é é\né");
    }

    #[test]
    fn prose_is_fitted_and_code_is_not() {
        let text = "HEAD\n\none two\nthree four\n\n    code   that stays as it is\n\n- item one two\n- b\n";
        let fitted = "HEAD\n\none two three\nfour\n\n    code   that stays as it is\n\n- item one\n  two\n- b\n";
        assert_eq!(reflow(text, 13), fitted);
        assert_eq!(reflow("a\nb", 80), "a b\n");
    }
}

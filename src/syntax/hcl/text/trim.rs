use super::Literal;

/// An element of a template: a literal, or a sequence that may strip what is beside it.
pub(crate) trait Element {
    /// The literal, when it is one.
    fn literal(&mut self) -> Option<&mut Literal>;

    /// Whether the sequence takes white space before it and after it.
    fn strips(&self) -> (bool, bool);
}

/// Applies strip markers: each takes the white space of the one token beside it.
pub(crate) fn strip(flat: &mut [impl Element]) {
    let mut after = false;
    for i in 0..flat.len() {
        let Some((before, rest)) = flat.split_at_mut_checked(i) else { return };
        let Some(part) = rest.first_mut() else { return };
        if let Some(literal) = part.literal() {
            if after && let Some(first) = literal.tokens.first().cloned() {
                let start = first.end - literal.token(&first).trim_start().len();
                if let Some(token) = literal.tokens.first_mut() {
                    *token = start..first.end;
                }
            }
            after = false;
            continue;
        }
        let (start, end) = part.strips();
        if start
            && let Some(literal) = before.last_mut().and_then(Element::literal)
            && let Some(last) = literal.tokens.last().cloned()
        {
            let len = literal.token(&last).trim_end().len();
            if let Some(token) = literal.tokens.last_mut() {
                *token = last.start..last.start + len;
            }
        }
        after = end;
    }
}

/// Removes the smallest indentation from all lines.
pub(crate) fn flush(flat: &mut [impl Element]) {
    let mut least = usize::MAX;
    let mut at_start = true;
    let mut adjust = Vec::new();
    for (i, part) in flat.iter_mut().enumerate() {
        let Some(literal) = part.literal() else {
            if at_start {
                least = 0;
            }
            at_start = false;
            continue;
        };
        for (j, token) in literal.tokens.iter().enumerate() {
            let text = literal.token(token);
            if at_start {
                let trimmed = text.trim_start();
                if !(trimmed.is_empty() && text.ends_with('\n')) {
                    let blank = text.get(..text.len() - trimmed.len()).unwrap_or_default();
                    least = least.min(blank.chars().count());
                    adjust.push((i, j));
                }
            }
            at_start = text.ends_with('\n');
        }
    }
    if least == usize::MAX {
        return;
    }
    for (i, j) in adjust {
        let Some(literal) = flat.get_mut(i).and_then(Element::literal) else { continue };
        let Some(token) = literal.tokens.get(j).cloned() else { continue };
        let text = literal.token(&token);
        let len = text.char_indices().nth(least).map_or(text.len(), |(i, _)| i);
        if let Some(t) = literal.tokens.get_mut(j) {
            *t = token.start + len..token.end;
        }
    }
}

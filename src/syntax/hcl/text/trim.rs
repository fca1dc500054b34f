use super::Flat;

/// Applies strip markers: each takes the white space of the one token beside it.
pub(super) fn strip(flat: &mut [Flat<'_>]) {
    let mut after = false;
    for i in 0..flat.len() {
        let Some((before, rest)) = flat.split_at_mut_checked(i) else { return };
        let Some(part) = rest.first_mut() else { return };
        if let Flat::Literal(literal) = part {
            if after && let Some(first) = literal.tokens.first().cloned() {
                let start = first.end - literal.token(&first).trim_start().len();
                if let Some(token) = literal.tokens.first_mut() {
                    *token = start..first.end;
                }
            }
            after = false;
            continue;
        }
        let (start, end) = part.strip();
        if start
            && let Some(Flat::Literal(literal)) = before.last_mut()
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
pub(super) fn flush(flat: &mut [Flat<'_>]) {
    let mut least = usize::MAX;
    let mut at_start = true;
    let mut adjust = Vec::new();
    for (i, part) in flat.iter().enumerate() {
        let Flat::Literal(literal) = part else {
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
        let Some(Flat::Literal(literal)) = flat.get_mut(i) else { continue };
        let Some(token) = literal.tokens.get(j).cloned() else { continue };
        let text = literal.token(&token);
        let len = text.char_indices().nth(least).map_or(text.len(), |(i, _)| i);
        if let Some(t) = literal.tokens.get_mut(j) {
            *t = token.start + len..token.end;
        }
    }
}

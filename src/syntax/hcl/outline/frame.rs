//! What an outline is nested in, and what may follow what within an expression.

/// Something that was opened and is not closed yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Frame {
    /// A file, or a block between its braces.
    Body,
    /// The value of an attribute: a line break ends it.
    Line,
    /// An object: line breaks separate its items.
    Brace,
    Square,
    Paren,
    /// Between brackets that hold a `for` expression, which has words of its own: only brackets are looked at.
    FreeBrace,
    FreeSquare,
    FreeParen,
    /// A template sequence, which has words of its own too.
    Template,
    Quote,
    Heredoc,
}

impl Frame {
    /// Whether only brackets, literals and comments mean something in it.
    pub fn is_free(self) -> bool {
        matches!(self, Self::FreeBrace | Self::FreeSquare | Self::FreeParen | Self::Template)
    }

    /// The same after the word `for`.
    pub fn freed(self) -> Self {
        match self {
            Self::Brace => Self::FreeBrace,
            Self::Square => Self::FreeSquare,
            Self::Paren => Self::FreeParen,
            other => other,
        }
    }

    /// Whether a bracket closes it.
    pub fn ends_with(self, byte: u8) -> bool {
        match self {
            Self::Brace | Self::FreeBrace | Self::Template => byte == b'}',
            Self::Square | Self::FreeSquare => byte == b']',
            Self::Paren | Self::FreeParen => byte == b')',
            Self::Body | Self::Line | Self::Quote | Self::Heredoc => false,
        }
    }
}

/// The place within an expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// At the beginning, where an operand has to follow.
    Start,
    /// At the beginning, where nothing has to follow.
    Fresh,
    /// After an operator: an operand has to follow.
    Wanted,
    /// After `.`.
    Step,
    /// After `..`.
    Spread,
    /// After an operand.
    Operand,
}

impl State {
    /// Whether text or a bracket may begin here.
    pub fn takes_operand(self) -> bool {
        matches!(self, Self::Start | Self::Fresh | Self::Wanted)
    }

    /// The state after a character that is neither word, bracket nor text; `None` when it cannot stand there.
    pub fn after(self, byte: u8) -> Option<Self> {
        AFTER.get(self as usize)?[usize::from(byte)]
    }
}

const AFTER: [[Option<State>; 256]; 6] = {
    let states = [State::Start, State::Fresh, State::Wanted, State::Step, State::Spread, State::Operand];
    let mut table = [[None; 256]; 6];
    let mut state = 0;
    while state < states.len() {
        let mut byte = 0;
        while byte < 256 {
            table[states[state] as usize][byte] = operator(states[state], byte as u8);
            byte += 1;
        }
        state += 1;
    }
    table
};

const fn operator(before: State, byte: u8) -> Option<State> {
    match (before, byte) {
        (State::Operand, b'.') => Some(State::Step),
        // `...` after the last argument, `.*` in a splat.
        (State::Step, b'.') => Some(State::Spread),
        (State::Spread, b'.') => Some(State::Operand),
        (State::Step, b'*') => Some(State::Operand),
        (State::Operand, b',') => Some(State::Fresh),
        (State::Operand, b'+' | b'-' | b'*' | b'/' | b'%' | b'<' | b'>' | b'=' | b'!' | b'&' | b'|' | b'?' | b':') => {
            Some(State::Wanted)
        }
        // The second character of an operator, or one that stands before its operand.
        (State::Wanted, b'=' | b'>' | b'&' | b'|' | b':' | b'-' | b'!')
        | (State::Start | State::Fresh, b'-' | b'!') => Some(State::Wanted),
        // `[*]`.
        (State::Fresh, b'*') => Some(State::Operand),
        _ => None,
    }
}

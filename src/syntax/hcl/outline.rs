//! What stands at the top of a file, found in one pass and without building a tree, so that blocks nobody needs are
//! never parsed.

use super::scan::{Sink, Token, scan};
use crate::source::Span;

/// A block or an attribute, by its places in the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// The type of the block or the name of the attribute.
    pub name: Span,
    /// The labels of a block, with their quotes.
    pub labels: Vec<Span>,
    /// All of it.
    pub at: Span,
    /// What it holds.
    pub content: Content,
}

/// What an [`Item`] holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Content {
    /// A block, with what stands between its braces.
    Block(Span),
    /// The value of an attribute.
    Value(Span),
}

/// The items of a file or of what stands between the braces of a block; `None` when something in it looks as if it
/// could not be parsed. Text that gives an outline can still be wrong in ways that a parser alone sees.
pub fn outline(text: &str) -> Option<Vec<Item>> {
    if text.starts_with('\u{feff}') {
        return None;
    }
    let mut reader = Reader {
        text,
        frames: vec![Frame::Body(Box::default())],
        sound: true,
        done: Vec::new(),
        value: Span::default(),
    };
    let unclosed = scan(text, &mut reader);
    reader.end_of_file();
    (reader.sound && unclosed.is_empty()).then_some(reader.done)
}

/// What is nested deeper has no outline; the parser takes less.
const MOST_FRAMES: usize = 256;

#[derive(Debug)]
enum Frame {
    Body(Box<Body>),
    /// Between brackets, or the value of an attribute: the place within an expression.
    Expression {
        kind: Kind,
        state: State,
    },
    /// A string or heredoc.
    Text,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// A line break ends it: the value of an attribute.
    Line,
    /// Line breaks separate items: an object.
    Items,
    /// Line breaks mean nothing.
    Flow,
    /// A `for` expression or a template sequence, which have words of their own: only brackets are looked at.
    Free,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
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

#[derive(Default, Debug)]
struct Body {
    part: Part,
    name: Span,
    labels: Vec<Span>,
    /// Where the body of the block begins.
    open: u32,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
enum Part {
    #[default]
    Start,
    Name,
    Label,
    /// In the value of an attribute, whose expression is the frame above.
    Value,
    /// In the body of a block, which is the frame above.
    Block,
    /// After the `}` of a block: the line has to end.
    Closed,
}

struct Reader<'t> {
    text: &'t str,
    frames: Vec<Frame>,
    sound: bool,
    done: Vec<Item>,
    /// The value of the attribute that is read, as far as it is.
    value: Span,
}

impl Sink for Reader<'_> {
    fn token(&mut self, token: Token, span: Span, _: usize) {
        self.sound = self.sound
            && match self.frames.last() {
                Some(Frame::Body(_)) => self.in_body(token, span),
                Some(Frame::Expression { .. }) => self.in_expression(token, span),
                Some(Frame::Text) => self.in_text(token, span),
                None => false,
            };
    }
}

impl Reader<'_> {
    /// `false` where it is nested deeper than the parser follows too.
    fn push(&mut self, frame: Frame) -> bool {
        self.frames.push(frame);
        self.frames.len() <= MOST_FRAMES
    }

    fn end_of_file(&mut self) {
        if matches!(self.frames.last(), Some(Frame::Expression { kind: Kind::Line, .. })) {
            self.sound &= self.end_value();
        }
        self.sound &= match self.frames.as_slice() {
            [Frame::Body(body)] => matches!(body.part, Part::Start | Part::Closed),
            _ => false,
        };
    }

    fn in_body(&mut self, token: Token, span: Span) -> bool {
        let Some(Frame::Body(body)) = self.frames.last_mut() else { return false };
        match (body.part, token) {
            (_, Token::Comment) => true,
            (Part::Start | Part::Closed, Token::Newline) => {
                body.part = Part::Start;
                true
            }
            (Part::Start, Token::Word) => {
                body.part = Part::Name;
                body.name = span;
                body.labels.clear();
                true
            }
            (Part::Name, Token::Other(b'=')) => {
                body.part = Part::Value;
                self.value = Span::default();
                self.push(Frame::Expression { kind: Kind::Line, state: State::Start })
            }
            (Part::Name | Part::Label, Token::Word) => {
                body.part = Part::Label;
                body.labels.push(span);
                true
            }
            (Part::Name | Part::Label, Token::Quote) => {
                body.part = Part::Label;
                body.labels.push(span);
                self.push(Frame::Text)
            }
            (Part::Name | Part::Label, Token::Open(b'{')) => {
                body.part = Part::Block;
                body.open = span.end;
                self.push(Frame::Body(Box::default()))
            }
            (Part::Start | Part::Closed, Token::Close(b'}')) => self.close_body(span),
            _ => false,
        }
    }

    /// At the `}` of a block.
    fn close_body(&mut self, span: Span) -> bool {
        self.frames.pop();
        let top = self.frames.len() == 1;
        let Some(Frame::Body(body)) = self.frames.last_mut() else { return false };
        body.part = Part::Closed;
        if top {
            self.done.push(Item {
                name: body.name,
                labels: std::mem::take(&mut body.labels),
                at: body.name.cover(span),
                content: Content::Block(Span { start: body.open, end: span.start }),
            });
        }
        true
    }

    /// At the end of the value of an attribute.
    fn end_value(&mut self) -> bool {
        let Some(Frame::Expression { state, .. }) = self.frames.pop() else { return false };
        let top = self.frames.len() == 1;
        let Some(Frame::Body(body)) = self.frames.last_mut() else { return false };
        body.part = Part::Start;
        if top {
            let at = body.name.cover(self.value);
            self.done.push(Item { name: body.name, labels: Vec::new(), at, content: Content::Value(self.value) });
        }
        state == State::Operand
    }

    fn in_text(&mut self, token: Token, span: Span) -> bool {
        match token {
            Token::EndQuote if span.is_empty() => false,
            Token::EndQuote | Token::EndHeredoc => {
                self.frames.pop();
                self.extend(span);
                if let Some(Frame::Body(body)) = self.frames.last_mut()
                    && let Some(label) = body.labels.last_mut()
                {
                    *label = label.cover(span);
                }
                true
            }
            Token::Template => {
                // A label is no template.
                let label = matches!(self.frames.iter().rev().nth(1), Some(Frame::Body(_)));
                self.push(Frame::Expression { kind: Kind::Free, state: State::Fresh }) && !label
            }
            _ => false,
        }
    }

    /// Notes that the value of an attribute goes on to the end of a token.
    fn extend(&mut self, span: Span) {
        if self.value.end == 0 {
            self.value = span;
        }
        self.value.end = span.end;
    }

    fn in_expression(&mut self, token: Token, span: Span) -> bool {
        if !matches!(token, Token::Newline | Token::Comment) {
            let closes_block = token == Token::Close(b'}')
                && matches!(self.frames.last(), Some(Frame::Expression { kind: Kind::Line, .. }));
            if closes_block {
                return self.end_value() && self.close_body(span);
            }
            self.extend(span);
        }
        let text = self.text;
        let Some(Frame::Expression { kind, state }) = self.frames.last_mut() else { return false };
        let (before, free) = (*state, *kind == Kind::Free);
        match token {
            Token::Comment => true,
            Token::Newline => match (*kind, before) {
                (Kind::Line, _) => self.end_value(),
                (Kind::Items, State::Wanted | State::Step | State::Spread) => false,
                (Kind::Items, _) => {
                    *state = State::Fresh;
                    true
                }
                _ => true,
            },
            Token::Word => {
                let at_start = before == State::Fresh && matches!(kind, Kind::Items | Kind::Flow);
                if at_start && text.get(span.range()) == Some("for") {
                    *kind = Kind::Free;
                }
                *state = State::Operand;
                free || before != State::Operand
            }
            Token::Quote | Token::Heredoc => {
                *state = State::Operand;
                self.push(Frame::Text) && (free || matches!(before, State::Start | State::Fresh | State::Wanted))
            }
            Token::Open(bracket) => {
                *state = State::Operand;
                let kind = if bracket == b'{' { Kind::Items } else { Kind::Flow };
                self.push(Frame::Expression { kind, state: State::Fresh })
                    && (free
                        || matches!(before, State::Start | State::Fresh | State::Wanted)
                        || (before == State::Operand && bracket != b'{'))
            }
            Token::Close(_) | Token::EndTemplate => {
                let closed = self.frames.pop();
                let fits = matches!(
                    (closed, token),
                    (Some(Frame::Expression { kind: Kind::Free, .. }), _)
                        | (Some(Frame::Expression { kind: Kind::Items | Kind::Flow, .. }), Token::Close(_))
                );
                fits && (free || matches!(before, State::Fresh | State::Operand))
            }
            Token::Other(byte) => match operator(before, byte) {
                Some(after) => {
                    *state = after;
                    true
                }
                None => free,
            },
            Token::Template | Token::EndQuote | Token::EndHeredoc | Token::FalseEnd => false,
        }
    }
}

/// The state after a character that is neither word, bracket nor text; `None` when it cannot stand there.
fn operator(before: State, byte: u8) -> Option<State> {
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

//! Requests in, verdicts out, as JSON lines.
//!
//! Each line is `{"id"?, "trustPolicy", "request": {"principal", "action", "context"?}}`, or, where one policy is given
//! for all lines, `{"id"?, "principal", "action", "context"?}`. Each line gives one line
//! `{"id", "decision": "allow" | "deny" | "undefined", "statements": […]}`, a bad one `{"id", "error"}`.

mod line;

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, BufRead, Write},
    sync::Arc,
};

use memchr::{memchr, memrchr};

use crate::{
    analysis::{Decision, evaluate},
    policy::{self, Policy, ProblemKind},
    source::{FileId, MOST_BYTES, guarded, make_room, report_bug},
};
use line::Line;

/// What became of the lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Status {
    /// Lines read.
    pub lines: usize,
    /// Lines that could not be answered.
    pub errors: usize,
}

/// Why no more lines are answered.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The requests cannot be read.
    #[error("cannot read the requests: {0}")]
    Read(io::Error),
    /// A line has no end.
    #[error("line {0} of the requests has more than {MOST_BYTES} bytes")]
    TooLong(usize),
    /// The answers cannot be written.
    #[error("cannot write the output: {0}")]
    Write(io::Error),
}

/// So many different policies are remembered in decoded form.
const MOST_POLICIES: usize = 4_096;

/// So many texts are remembered as met once. A policy is kept in decoded form only when it is met again: where each
/// line has a policy of its own, keeping them would cost more than reading them.
const MOST_SEEN: usize = 1 << 16;

/// Answers every line of `input` on `out`. `policy` is the text of the policy for lines that have none of their own.
///
/// What is answered so far is written out before more input is waited for, so that two programs may talk line by line.
///
/// # Errors
/// When the requests cannot be read or the answers not be written; what is wrong with a line is its answer.
pub fn run(policy: Option<&str>, input: &mut dyn BufRead, out: &mut dyn Write) -> Result<Status, SimulateError> {
    let mut simulator = Simulator {
        default: policy.map(decode),
        known: HashMap::new(),
        seen: HashSet::new(),
        status: Status::default(),
    };
    let mut answers = Vec::new();
    // The beginning of a line whose end has not arrived.
    let mut begun: Vec<u8> = Vec::new();
    loop {
        let buffer = match input.fill_buf() {
            Ok(buffer) => buffer,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(SimulateError::Read(e)),
        };
        if buffer.is_empty() {
            break;
        }
        let length = buffer.len();
        let complete = memrchr(b'\n', buffer).map_or(0, |at| at + 1);
        let (mut lines, rest) = buffer.split_at(complete);
        while let Some(end) = memchr(b'\n', lines) {
            let (line, after) = lines.split_at(end);
            lines = after.get(1..).unwrap_or_default();
            if begun.is_empty() {
                simulator.answer(line, &mut answers);
            } else {
                begun.extend_from_slice(line);
                simulator.answer(&begun, &mut answers);
                begun.clear();
            }
        }
        make_room(&mut begun, rest.len(), MOST_BYTES).map_err(|e| match e.kind() {
            io::ErrorKind::FileTooLarge => SimulateError::TooLong(simulator.status.lines + 1),
            _ => SimulateError::Read(e),
        })?;
        begun.extend_from_slice(rest);
        input.consume(length);
        if !answers.is_empty() {
            out.write_all(&answers).map_err(SimulateError::Write)?;
            out.flush().map_err(SimulateError::Write)?;
            answers.clear();
        }
    }
    if !begun.is_empty() {
        simulator.answer(&begun, &mut answers);
        out.write_all(&answers).map_err(SimulateError::Write)?;
    }
    out.flush().map_err(SimulateError::Write)?;
    Ok(simulator.status)
}

/// A policy, or why there is none.
type Decoded = Result<Arc<Policy>, String>;

struct Simulator {
    default: Option<Decoded>,
    known: HashMap<Box<str>, Decoded>,
    seen: HashSet<u64>,
    status: Status,
}

impl Simulator {
    fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) {
        self.status.lines += 1;
        let number = self.status.lines;
        let (id, answer) = match guarded(|| Line::parse(line)) {
            Ok(Ok(line)) => {
                let id = line.id().map(Cow::Borrowed);
                (id, guarded(|| self.decide(line)).unwrap_or_else(|cause| Err(internal_error(&cause))))
            }
            Ok(Err(e)) => (e.id.map(Cow::Owned), Err(e.message)),
            Err(cause) => (None, Err(internal_error(&cause))),
        };
        write_id(id.as_deref(), number, out);
        match answer {
            Ok((decision, statements)) => {
                out.extend_from_slice(b",\"decision\":\"");
                out.extend_from_slice(decision.as_bytes());
                out.extend_from_slice(b"\",\"statements\":[");
                for (i, index) in statements.iter().enumerate() {
                    if i > 0 {
                        out.push(b',');
                    }
                    out.extend_from_slice(index.to_string().as_bytes());
                }
                out.extend_from_slice(b"]}\n");
            }
            Err(message) => {
                self.status.errors += 1;
                out.extend_from_slice(b",\"error\":");
                out.extend_from_slice(serde_json::to_string(&message).unwrap_or_default().as_bytes());
                out.extend_from_slice(b"}\n");
            }
        }
    }

    fn decide(&mut self, line: Line<'_>) -> Result<(&'static str, Vec<usize>), String> {
        let text = line.policy();
        let request = line.request()?;
        let policy = match (text, &self.default) {
            (Some(text), _) => self.policy(text)?,
            (None, Some(default)) => default.clone()?,
            (None, None) => {
                return Err("the line has no `trustPolicy`, and no policy is given for all lines".to_owned());
            }
        };
        crate::fault::fault("simulate", || format!("{policy:?}"));
        let found = evaluate(&policy, &request);
        let decision = match found.decision {
            Decision::Allow => "allow",
            Decision::Deny => "deny",
            Decision::Undefined => "undefined",
        };
        Ok((decision, found.statements))
    }

    fn policy(&mut self, text: &str) -> Decoded {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let decoded = decode(text);
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        if self.seen.len() >= MOST_SEEN {
            self.seen.clear();
        }
        if !self.seen.insert(hasher.finish()) {
            if self.known.len() >= MOST_POLICIES {
                self.known.clear();
            }
            self.known.insert(text.into(), decoded.clone());
        }
        decoded
    }
}

fn internal_error(cause: &str) -> String {
    format!("internal error: {cause}; please {}", report_bug("this line"))
}

/// Decodes a policy text. Only what is no policy at all is an error; any other problem leaves something to judge.
fn decode(text: &str) -> Decoded {
    let policy = policy::from_json(text, FileId(0));
    let nothing = policy.statements.is_empty() && policy.unknowns.is_empty();
    match policy.problems.iter().find(|p| nothing && (p.kind == ProblemKind::Syntax || p.statement.is_none())) {
        Some(problem) => Err(problem.message.clone()),
        None => Ok(Arc::new(policy)),
    }
}

fn write_id(id: Option<&str>, number: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"id\":");
    match id {
        Some(id) => out.extend_from_slice(id.as_bytes()),
        None => out.extend_from_slice(number.to_string().as_bytes()),
    }
}

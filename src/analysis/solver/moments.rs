//! Times yet to come from which on a condition on the time of the call turns.

use super::{Solver, atom::Matcher, measure::SECOND};

const KEYS: [&str; 2] = ["aws:currenttime", "aws:epochtime"];

impl Solver {
    /// The same solver at each later time that matters: at the times that conditions name, and a second after them.
    pub fn later(&self) -> Vec<Self> {
        let mut times: Vec<i128> = Vec::new();
        for atom in self.compiled.statements.iter().flat_map(|s| &s.atoms) {
            if !atom.key.as_deref().is_some_and(|key| KEYS.contains(&key)) {
                continue;
            }
            let mut name = |time: i128| times.extend([time, time + SECOND]);
            match &atom.matcher {
                Matcher::Dates(_, dates, _) => dates.iter().copied().for_each(&mut name),
                #[expect(clippy::cast_possible_truncation, reason = "numbers have at most 15 digits")]
                Matcher::Numbers(_, seconds, _) => seconds.iter().for_each(|s| name(*s as i128 * SECOND)),
                _ => {}
            }
        }
        times.retain(|time| *time > self.around.now);
        times.sort_unstable();
        times.dedup();
        let at = |now: i128| {
            let around = super::Surroundings { now, ..self.around.clone() };
            Self { compiled: self.compiled.clone(), around, has_variables: self.has_variables }
        };
        times.into_iter().map(at).collect()
    }
}

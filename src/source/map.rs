use std::sync::Arc;

use super::{FileId, Location, Span};

/// Where each byte of a decoded text came from. A copy of it shares what it holds.
///
/// Runs are in order and cover the decoded text. In a verbatim run bytes correspond one to one; in any other run all of
/// its decoded bytes came from all of its source bytes (an escape, a folded line break).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextMap(Shape);

/// Most texts stand in the file as they are: their maps have no heap of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Shape {
    Empty(Option<FileId>),
    /// Always taken for a text that stands in the file as it is.
    Verbatim(FileId, Span),
    Runs(Arc<(Option<FileId>, Vec<Run>)>),
}

impl Default for TextMap {
    fn default() -> Self {
        Self(Shape::Empty(None))
    }
}

/// The runs of a map.
enum Runs<'m> {
    None,
    One([Run; 1]),
    Many(&'m [Run]),
}

impl std::ops::Deref for Runs<'_> {
    type Target = [Run];

    fn deref(&self) -> &[Run] {
        match self {
            Self::None => &[],
            Self::One(run) => run,
            Self::Many(runs) => runs,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    decoded: u32,
    len: u32,
    source: Span,
    verbatim: bool,
}

impl TextMap {
    /// The map of a text that stands in the file as it is.
    pub fn verbatim(file: FileId, span: Span) -> Self {
        Self(if span.is_empty() { Shape::Empty(Some(file)) } else { Shape::Verbatim(file, span) })
    }

    /// The file that the text was decoded from.
    pub fn file(&self) -> Option<FileId> {
        match &self.0 {
            Shape::Empty(file) => *file,
            Shape::Verbatim(file, _) => Some(*file),
            Shape::Runs(shared) => shared.0,
        }
    }

    fn runs(&self) -> Runs<'_> {
        match &self.0 {
            Shape::Empty(_) => Runs::None,
            Shape::Verbatim(_, source) => {
                Runs::One([Run { decoded: 0, len: source.end - source.start, source: *source, verbatim: true }])
            }
            Shape::Runs(shared) => Runs::Many(&shared.1),
        }
    }

    /// Where a span of the decoded text stands in the file. An empty span gives an empty location.
    pub fn locate(&self, decoded: Span) -> Option<Location> {
        let (file, runs) = (self.file()?, self.runs());
        let first = run_at(&runs, decoded.start)?;
        let start = first.source_of(decoded.start).start;
        if decoded.is_empty() {
            return Some(Location::new(file, Span { start, end: start }));
        }
        let last = run_at(&runs, decoded.end - 1)?;
        let end = last.source_of(decoded.end - 1).end;
        Some(Location::new(file, Span { start, end: end.max(start) }))
    }

    /// The map of a part of the decoded text.
    pub fn slice(&self, decoded: Span) -> Self {
        let mut b = MapBuilder::within(self.file());
        b.mapped(self, decoded);
        b.finish()
    }

    /// How many decoded bytes are mapped.
    pub fn len(&self) -> usize {
        self.runs().last().map_or(0, |r| (r.decoded + r.len) as usize)
    }

    /// Whether no byte is mapped.
    pub fn is_empty(&self) -> bool {
        self.runs().is_empty()
    }

    /// The same map of a text that stands `by` bytes later in the file.
    pub fn shifted(&self, by: usize) -> Self {
        match &self.0 {
            Shape::Empty(_) => self.clone(),
            Shape::Verbatim(file, span) => Self(Shape::Verbatim(*file, span.shift(by))),
            Shape::Runs(shared) => {
                let runs = shared.1.iter().map(|run| Run { source: run.source.shift(by), ..*run });
                Self(Shape::Runs(Arc::new((shared.0, runs.collect()))))
            }
        }
    }
}

fn run_at(runs: &[Run], offset: u32) -> Option<&Run> {
    let i = runs.partition_point(|r| r.decoded <= offset);
    runs.get(i.checked_sub(1)?)
}

impl Run {
    fn source_of(&self, offset: u32) -> Span {
        let into = offset.saturating_sub(self.decoded);
        if into >= self.len {
            Span { start: self.source.end, end: self.source.end }
        } else if self.verbatim {
            Span { start: self.source.start + into, end: self.source.start + into + 1 }
        } else {
            self.source
        }
    }
}

/// Builds a [`TextMap`] while a text is decoded from left to right.
pub struct MapBuilder {
    file: Option<FileId>,
    /// The runs before the last one.
    before: Vec<Run>,
    last: Option<Run>,
    decoded: u32,
}

impl MapBuilder {
    fn within(file: Option<FileId>) -> Self {
        Self { file, before: Vec::new(), last: None, decoded: 0 }
    }

    /// A builder for text of that file.
    pub fn new(file: FileId) -> Self {
        Self::within(Some(file))
    }

    /// The next `len` decoded bytes stand in the file as they are, from byte `source` on.
    pub fn verbatim(&mut self, len: usize, source: usize) {
        self.push(len, Span::new(source, source + len), true);
    }

    /// The next `len` decoded bytes were made by the bytes of `source` together.
    pub fn collapsed(&mut self, len: usize, source: Span) {
        self.push(len, source, false);
    }

    /// The next decoded bytes are those that `map`, a map into the same file, has at `range`. A run that is no verbatim
    /// one counts for each of its bytes.
    pub fn mapped(&mut self, map: &TextMap, range: Span) {
        let runs = map.runs();
        let first = runs.partition_point(|r| r.decoded + r.len <= range.start);
        for run in runs.iter().skip(first).take_while(|r| r.decoded < range.end) {
            let start = run.decoded.max(range.start);
            let len = (run.decoded + run.len).min(range.end).saturating_sub(start);
            if run.verbatim {
                self.verbatim(len as usize, (run.source.start + (start - run.decoded)) as usize);
            } else {
                self.collapsed(len as usize, run.source);
            }
        }
    }

    /// How many decoded bytes have been mapped.
    pub fn len(&self) -> usize {
        self.decoded as usize
    }

    /// Whether nothing has been mapped yet.
    pub fn is_empty(&self) -> bool {
        self.decoded == 0
    }

    fn push(&mut self, len: usize, source: Span, verbatim: bool) {
        if len == 0 {
            return;
        }
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        match &mut self.last {
            Some(last) if verbatim && last.verbatim && last.source.end == source.start => {
                last.len += len;
                last.source.end = source.end;
            }
            last => self.before.extend(last.replace(Run { decoded: self.decoded, len, source, verbatim })),
        }
        self.decoded = self.decoded.saturating_add(len);
    }

    /// The finished map.
    pub fn finish(self) -> TextMap {
        let Self { file, before: mut runs, last, .. } = self;
        TextMap(match (file, last) {
            (file, None) => Shape::Empty(file),
            (Some(file), Some(Run { len, source, verbatim: true, .. }))
                if runs.is_empty() && len as usize == source.len() =>
            {
                Shape::Verbatim(file, source)
            }
            (file, last) => {
                runs.extend(last);
                Shape::Runs(Arc::new((file, runs)))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The place of each decoded byte, one by one.
    type Model = Vec<Span>;

    /// Random runs: verbatim or not, decoded length, gap before, source length of a run that is not verbatim.
    fn runs() -> impl Strategy<Value = Vec<(bool, usize, usize, usize)>> {
        prop::collection::vec((any::<bool>(), 0..4_usize, 0..3_usize, 0..4_usize), 0..12)
    }

    fn build(runs: &[(bool, usize, usize, usize)]) -> (TextMap, Model) {
        let mut builder = MapBuilder::new(FileId(1));
        let mut model = Vec::new();
        let mut at = 10;
        for &(verbatim, len, gap, width) in runs {
            at += gap;
            if verbatim {
                builder.verbatim(len, at);
                model.extend((at..at + len).map(|i| Span::new(i, i + 1)));
                at += len;
            } else {
                let span = Span::new(at, at + width);
                builder.collapsed(len, span);
                model.extend(std::iter::repeat_n(span, len));
                at += width;
            }
        }
        assert_eq!(builder.len(), model.len());
        (builder.finish(), model)
    }

    fn check(map: &TextMap, model: &[Span]) {
        assert_eq!(map.len(), model.len());
        for start in 0..model.len() {
            for end in start + 1..=model.len() {
                let expected = Span { start: model[start].start, end: model[end - 1].end };
                assert_eq!(map.locate(Span::new(start, end)), Some(Location::new(FileId(1), expected)));
            }
            let empty = map.locate(Span::new(start, start)).unwrap().span;
            assert_eq!(empty, Span { start: model[start].start, end: model[start].start });
        }
        if let Some(last) = model.last() {
            let end = map.locate(Span::new(model.len(), model.len())).unwrap().span;
            assert_eq!((end.start, end.end), (last.end, last.end));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn each_byte_has_its_place(runs in runs()) {
            let (map, model) = build(&runs);
            check(&map, &model);
        }

        #[test]
        fn parts_and_compositions_keep_places(runs in runs(), a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
            let (map, model) = build(&runs);
            let (a, b) = (a.index(model.len() + 1), b.index(model.len() + 1));
            let (a, b) = (a.min(b), a.max(b));
            check(&map.slice(Span::new(a, b)), &model[a..b]);
            let mut composed = MapBuilder::new(FileId(1));
            composed.mapped(&map, Span::new(0, a));
            composed.mapped(&map, Span::new(b, model.len()));
            let places: Vec<Span> = model[..a].iter().chain(&model[b..]).copied().collect();
            check(&composed.finish(), &places);
        }
    }
}

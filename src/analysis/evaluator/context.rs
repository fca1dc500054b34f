use crate::{
    analysis::request::{ContextValue, Request},
    tables::Table,
};

/// From so many keys on lookups go through an index.
const INDEXED: usize = 12;

/// The condition keys of a request, found without regard to case.
pub(super) struct Context<'r> {
    request: &'r Request,
    index: Option<Table<String, &'r ContextValue>>,
}

impl<'r> Context<'r> {
    pub fn new(request: &'r Request) -> Self {
        let index = (request.context.len() >= INDEXED)
            .then(|| request.context.iter().map(|(k, v)| (k.to_ascii_lowercase(), v)).collect());
        Self { request, index }
    }

    /// What the request carries for a key; `None` when the key is absent.
    pub fn get(&self, key: &str) -> Option<&'r ContextValue> {
        match &self.index {
            Some(index) => index.get(&key.to_ascii_lowercase()).copied(),
            None => self.request.context.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| v),
        }
    }
}

//! Parts of a tree that lie side by side in memory, and are handed out one by one.

use std::sync::Arc;

/// All parts of a kind, in order.
pub(crate) struct Members<T>(Option<Arc<[T]>>);

/// One of some parts. It keeps all of them.
pub(crate) struct Member<T> {
    all: Arc<[T]>,
    /// Always below the length of `all`.
    index: usize,
}

impl<T> Members<T> {
    /// The parts themselves.
    pub fn as_slice(&self) -> &[T] {
        self.0.as_deref().unwrap_or_default()
    }

    /// The part at an index.
    pub fn get(&self, index: usize) -> Option<Member<T>> {
        let all = self.0.as_ref().filter(|all| index < all.len())?;
        Some(Member { all: all.clone(), index })
    }

    /// The parts that `wanted` accepts.
    pub fn filter(&self, wanted: impl Fn(&T) -> bool) -> impl Iterator<Item = Member<T>> {
        (0..self.as_slice().len()).filter_map(move |i| if wanted(self.as_slice().get(i)?) { self.get(i) } else { None })
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Member<T>> {
        self.filter(|_| true)
    }
}

impl<T> Member<T> {
    /// Whether both are the same part, and not only equal ones.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.all, &other.all) && self.index == other.index
    }
}

impl<T> Default for Members<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> From<Vec<T>> for Members<T> {
    fn from(all: Vec<T>) -> Self {
        Self((!all.is_empty()).then(|| all.into()))
    }
}

impl<T> From<T> for Member<T> {
    fn from(one: T) -> Self {
        Self { all: Arc::new([one]), index: 0 }
    }
}

impl<T> Clone for Member<T> {
    fn clone(&self) -> Self {
        Self { all: self.all.clone(), index: self.index }
    }
}

impl<T> std::ops::Deref for Member<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.all[self.index]
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Members<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_slice().fmt(f)
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Member<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

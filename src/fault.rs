//! Panics on purpose, to see in tests what a panic costs. Builds without debug assertions have none of it.

/// Panics when the environment variable `IAC_TRUST_LINT_FAULT` is `ROOM=WORD` for this room and the text holds the
/// word: what the text is says which file's work fails.
#[inline(always)]
pub(crate) fn fault(room: &str, text: impl FnOnce() -> String) {
    #[cfg(debug_assertions)]
    wanted::fault(room, text);
    #[cfg(not(debug_assertions))]
    let _ = (room, text);
}

#[cfg(debug_assertions)]
mod wanted {
    use std::sync::LazyLock;

    static WANTED: LazyLock<Option<(String, String)>> = LazyLock::new(|| {
        let wanted = std::env::var("IAC_TRUST_LINT_FAULT").ok()?;
        let (room, word) = wanted.split_once('=')?;
        Some((room.to_owned(), word.to_owned()))
    });

    pub(super) fn fault(room: &str, text: impl FnOnce() -> String) {
        let Some((wanted, word)) = &*WANTED else { return };
        assert!(room != wanted || !text().contains(word.as_str()), "a fault of `{room}`\nthat was asked for");
    }
}

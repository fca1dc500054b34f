//! Tests of what users see, one module per surface.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../differential/cases.rs"]
mod cases;
mod config;
mod evaluator;
mod simulate;

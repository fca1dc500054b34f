//! Tests of what users see, one module per surface.

mod config;
mod simulate;

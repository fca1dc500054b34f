//! Tests of what users see, one module per surface.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod action;
mod baseline;
#[path = "../differential/cases.rs"]
mod cases;
mod changes;
mod cli;
mod cloudformation;
mod cloudformation_limits;
mod cloudformation_places;
mod config;
mod dependencies;
mod discover;
mod docs;
mod evaluator;
mod fuzz_smoke;
mod generated;
mod hostile;
mod hostile_ignores;
mod hostile_trees;
mod hostile_values;
mod kit;
mod layers;
mod library;
mod man;
mod panics;
mod plans;
mod practice;
mod roles;
mod rules;
mod simulate;
mod suppressions;
mod terraform_plans;
mod tracer;
mod workflows;

//! Finds IAM role trust policies that let the wrong caller in, before they are applied.
//!
//! The rooms, in the order that data passes them: [`source`], [`syntax`], [`value`], the frontends `terraform`,
//! `cloudformation` and `document`, [`policy`], [`analysis`], [`rules`], [`finding`], `report`.

pub mod analysis;
mod calendar;
pub mod cli;
pub mod cloudformation;
pub mod config;
pub mod discover;
pub mod document;
mod fault;
pub mod finding;
pub mod lint;
pub mod policy;
pub mod report;
pub mod rules;
pub mod simulate;
pub mod source;
pub mod syntax;
mod tables;
pub mod terraform;
pub mod value;

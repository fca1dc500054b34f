//! The rules through the whole pipeline.

mod examples;
mod fixtures;
mod forms;
mod run;
mod same;
mod verdicts;
mod witness;

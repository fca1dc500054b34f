//! Laws that every rule keeps, and the rules against policies.

mod meta;

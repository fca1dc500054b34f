#!/usr/bin/env bash
# Everything that must hold before a change lands: format, lints, tests, documentation.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}"
step() { printf '\n== %s\n' "$*"; }

step format
cargo fmt --all --check
step lints
cargo clippy --locked --all-targets --quiet -- -D warnings
step documentation
RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --quiet
if cargo deny --version >/dev/null 2>&1; then
  step dependencies
  # Advisories need a database from the network; licences, bans and sources do not.
  cargo deny --offline check licenses bans sources
fi
if command -v shellcheck >/dev/null; then
  step shell
  shellcheck .ci/run scripts/*.sh action/*.sh
fi
step tests
cargo test --locked --quiet --lib --bins --tests --examples
cargo test --locked --quiet --doc

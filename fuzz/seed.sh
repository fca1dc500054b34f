#!/usr/bin/env bash
# Makes the seed corpora of the fuzz targets from testdata/.
set -euo pipefail
cd "$(dirname "$0")"
cargo run --quiet --release --example seed

#!/usr/bin/env bash
# Makes the seed corpora of the fuzz targets from testdata/. Then: RUSTC_BOOTSTRAP=1 cargo fuzz run hcl
set -euo pipefail
cd "$(dirname "$0")"
seed() {
  local target=$1 extension=$2
  mkdir -p "corpus/$target"
  find ../testdata -type f -name "*.$extension" -size -64k -print0 | while IFS= read -r -d '' file; do
    cp "$file" "corpus/$target/$(printf '%s' "$file" | cksum | cut -d' ' -f1)"
  done
}
seed hcl tf
seed yaml yaml
seed yaml yml
seed json json

#!/usr/bin/env bash
# Brings the binary: the given one; else the release's, when its SHA-256 stands in this repository; else builds it from
# the source beside this script. Writes `binary=PATH` to the step's outputs.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/Cargo.toml" | head -n 1)
repository=$(sed -n 's/^repository = "\(.*\)"$/\1/p' "$here/Cargo.toml" | head -n 1)
into=${RUNNER_TEMP:?}/iac-trust-lint-$version
name=iac-trust-lint

say() { printf 'binary=%s\n' "$1" >>"${GITHUB_OUTPUT:?}"; }

if [[ -n ${INPUT_BINARY:-} ]]; then
  "$INPUT_BINARY" --version
  say "$INPUT_BINARY"
  exit 0
fi

case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
  Linux-X64) target=x86_64-unknown-linux-musl ;;
  Linux-ARM64) target=aarch64-unknown-linux-musl ;;
  macOS-X64) target=x86_64-apple-darwin ;;
  macOS-ARM64) target=aarch64-apple-darwin ;;
  Windows-X64) target=x86_64-pc-windows-msvc name=iac-trust-lint.exe ;;
  *) target= ;;
esac
archive=iac-trust-lint-$version-$target.tar.gz
wanted=
if [[ -n $target && -f $here/action/checksums.txt ]]; then
  wanted=$(awk -v file="$archive" '$2 == file { print $1 }' "$here/action/checksums.txt")
fi

sha256() { if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1; }

if [[ -n $wanted ]]; then
  mkdir -p "$into"
  curl --fail --silent --show-error --location --proto '=https' --retry 3 \
    --output "$into/$archive" "$repository/releases/download/v$version/$archive"
  got=$(sha256 "$into/$archive")
  if [[ $got != "$wanted" ]]; then
    echo "::error title=iac-trust-lint::$archive has SHA-256 $got, but action/checksums.txt says $wanted: not used"
    exit 2
  fi
  tar -xzf "$into/$archive" -C "$into"
  say "$into/$name"
else
  echo "no checksum of $archive in this repository: building from source"
  cargo install --locked --quiet --path "$here" --root "$into"
  say "$into/bin/$name"
fi

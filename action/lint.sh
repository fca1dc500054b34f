#!/usr/bin/env bash
# Runs the linter with what the action's inputs say: annotations to the log, SARIF to a file, Markdown to the step's
# summary. Writes `exit-code` and `sarif-file` to the step's outputs and itself fails only when it could not run.
set -euo pipefail

# What follows a line break would be an output of its own, such as another exit code.
if [[ ${INPUT_SARIF_FILE:?} == *[$'\n\r']* ]]; then
  echo "::error title=iac-trust-lint::\`sarif-file\` has a line break"
  exit 2
fi

options=(--format github --output "sarif=${INPUT_SARIF_FILE:?}")
summary=${RUNNER_TEMP:?}/iac-trust-lint-summary.md
rm -f "$summary"
options+=(--output "markdown=$summary")
[[ -z ${INPUT_CONFIG:-} ]] || options+=(--config "$INPUT_CONFIG")
[[ -z ${INPUT_FAIL_ON:-} ]] || options+=(--fail-on "$INPUT_FAIL_ON")

if [[ ${INPUT_CHANGED_ONLY:-false} == true ]]; then
  base=${BASE_OF_PULL_REQUEST:-${BASE_OF_PUSH:-}}
  if [[ -z $base || $base =~ ^0+$ ]]; then
    echo "::notice title=iac-trust-lint::there is nothing to compare with: everything is reported"
  elif [[ $base == -* ]]; then
    echo "::error title=iac-trust-lint::the base of the change names no revision"
    exit 2
  else
    if ! git cat-file -e "$base^{commit}" 2>/dev/null; then
      git fetch --quiet --depth=1 origin "$base"
    fi
    options+=(--changed-since "$base")
  fi
fi

add_lines() {
  local line
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%$'\r'}
    [[ -z $line ]] || options+=("$line")
  done <<<"$1"
}
add_lines "${INPUT_ARGS:-}"
options+=(--)
add_lines "${INPUT_PATHS:-.}"

code=0
"${BINARY:?}" "${options[@]}" || code=$?
if [[ -f $summary ]]; then
  cat "$summary" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
fi
{
  printf 'exit-code=%s\n' "$code"
  printf 'sarif-file=%s\n' "$INPUT_SARIF_FILE"
} >>"${GITHUB_OUTPUT:?}"

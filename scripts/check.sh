#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Everything that must hold before a change is merged: set-up, build, every test.
#
# usage: scripts/check.sh [--label REGEX]     only tests with such a label, for example 'unit|rtl'
# Exit code 0: all passed.  The log of each test that failed is printed.
set -euo pipefail
cd "$(dirname "$0")/.."

selection=()
while [ $# -gt 0 ]; do
  case "$1" in
    --label) [ $# -ge 2 ] || { echo "check.sh: expected a label after --label" >&2; exit 2; }
      selection=(-L "$2"); shift 2 ;;
    -h | --help) sed -n '3,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "check.sh: expected --label REGEX or nothing, found '$1'" >&2; exit 2 ;;
  esac
done

jobs=$(nproc)
start=$SECONDS
log=build/check.log
step() { printf '\n== %s (%d s since start)\n' "$1" $((SECONDS - start)); }

step "1/4 set-up"
scripts/setup.sh --tests
step "2/4 configure"
cmake --preset release
step "3/4 build"
cmake --build --preset release -j "$jobs"
build_seconds=$((SECONDS - start))
step "4/4 tests"
code=0
# Left out: what scripts of their own run for hours, or a label asks for.
[ "${#selection[@]}" -gt 0 ] || selection=(-LE extended)
results=$PWD/build/check.xml
ctest --preset release -j "$jobs" --no-tests=error "${selection[@]}" --output-junit "$results" 2>&1 |
  tee "$log" || code=$?
if [ "$code" -eq 0 ] && [ "${selection[0]}" = -LE ]; then
  python3 tests/conformance/table.py check "$results" || code=$?
fi

passed=$(grep -cE '^ *[0-9]+/[0-9]+ Test .* Passed ' "$log" || true)
skipped=$(grep -cE '^ *[0-9]+/[0-9]+ Test .*\*\*\*Skipped ' "$log" || true)
ran=$(grep -cE '^ *[0-9]+/[0-9]+ Test ' "$log" || true)
printf '\n== summary\n'
printf 'tests    %d passed, %d failed, %d skipped\n' \
  "$passed" $((ran - passed - skipped)) "$skipped"
printf 'time     %d s: %d s set-up and build, %d s tests\n' \
  $((SECONDS - start)) "$build_seconds" $((SECONDS - start - build_seconds))
[ "$skipped" -eq 0 ] || grep -E '\*\*\*Skipped ' "$log" | sed -E 's/.*Test +#[0-9]+: /skipped  /; s/ \.\.\..*//'
if [ "$code" -eq 0 ]; then
  echo "result   every test that ran passed"
else
  echo "result   FAILED (log: $log)"
fi
exit "$code"

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Line coverage of the RTL by the unit and integration tests; docs/verification/coverage.md explains.
#
# usage: scripts/coverage.sh [--no-build] [--uncovered] [--minimum PERCENT]
#   --no-build   take the counts of the last run
#   --uncovered  also list the lines that no test executes
#   --minimum    exit code 1 when the total is below PERCENT
set -euo pipefail
cd "$(dirname "$0")/.."

build=1
report=()
while [ $# -gt 0 ]; do
  case "$1" in
    --no-build) build=0; shift ;;
    --uncovered) report+=(--uncovered); shift ;;
    --minimum) [ $# -ge 2 ] || { echo "coverage.sh: expected a number after --minimum" >&2; exit 2; }
      report+=(--minimum "$2"); shift 2 ;;
    -h | --help) sed -n '3,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "coverage.sh: expected an option of --help, found '$1'" >&2; exit 2 ;;
  esac
done

counts=$PWD/build/coverage/counts
if [ "$build" = 1 ]; then
  cmake --preset coverage
  cmake --build --preset coverage -j "$(nproc)"
  rm -rf "$counts"
  mkdir -p "$counts"
  code=0
  ETHLINK_COVERAGE_DIR=$counts ctest --preset coverage -j "$(nproc)" || code=$?
  [ "$code" -eq 0 ] || echo "coverage: some tests failed; their counts are included"
fi
[ -d "$counts" ] || { echo "coverage.sh: expected counts in build/coverage/counts, found none;" \
  "run without --no-build" >&2; exit 1; }
python3 scripts/coverage_report.py "$counts" --info build/coverage/rtl.info "${report[@]}"
echo "lcov file: build/coverage/rtl.info (genhtml draws it)"

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the fuzz targets and runs them, one after the other, for as long as asked.
#
# usage: scripts/fuzz.sh [--seconds N] [--seed N] [TARGET...]
#   --seconds N   of each target, 3600 by default; 86400 is a day
#   --seed N      of the fuzzer's choices, by default the time
#   TARGET        packet capture check counters scenario socket driver endpoint_frames endpoint_host;
#                 by default all
# What is found goes to build/release/tests/fuzz/TARGET, and the next run goes on from the corpus there.
# Exit code 0: no promise was broken.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=3600
seed=$(date +%s)
targets=()
while [ $# -gt 0 ]; do
  case "$1" in
    --seconds | --seed) [ $# -ge 2 ] || { echo "fuzz.sh: expected a number after $1" >&2; exit 2; }
      if [ "$1" = --seconds ]; then seconds=$2; else seed=$2; fi
      shift 2 ;;
    -h | --help) sed -n '3,12s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) echo "fuzz.sh: expected --seconds, --seed or a target, found '$1'" >&2; exit 2 ;;
    *) targets+=("$1"); shift ;;
  esac
done

cmake --preset release
listed=$(ctest --preset release -N -L '^fuzz$' | sed -n 's|.*: fuzz/||p')
[ -n "$listed" ] || { echo "fuzz.sh: expected fuzz targets, found none: is libclang-rt-14-dev installed?" >&2; exit 1; }
[ "${#targets[@]}" -gt 0 ] || read -r -d '' -a targets <<<"$listed" || true
for target in "${targets[@]}"; do
  grep -qx -- "$target" <<<"$listed" || { echo "fuzz.sh: expected one of" $listed", found '$target'" >&2; exit 2; }
  cmake --build --preset release --target "${target}_fuzz"
done
code=0
for target in "${targets[@]}"; do
  python3 tests/fuzz/run.py --target "$target" --program "build/release/tests/bin/${target}_fuzz" \
    --work "build/release/tests/fuzz/$target" --seconds "$seconds" --seed "$seed" || code=1
done
exit "$code"

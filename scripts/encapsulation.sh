#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What each encapsulation of RDMA costs on a link: bytes of a frame, goodput, time of one WRITE.
#
# usage: scripts/encapsulation.sh [GBPS]      rate of the link, default: 100
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  -h | --help) sed -n '3,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
if [[ ! -x build/release/bin/ethlink ]]; then
  scripts/setup.sh
  cmake --preset release
  cmake --build --preset release --target ethlink
fi
exec python3 scripts/encapsulation_report.py build/release/bin/ethlink "${1:-100}"

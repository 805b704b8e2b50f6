#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Cell counts of a module on a Xilinx UltraScale+ FPGA, by yosys; takes minutes for the endpoint.
#
# usage: scripts/area.sh [MODULE]     default: el_endpoint
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  -h | --help) sed -n '3,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
scripts/setup.sh --tests
echo "area: synthesizing ${1:-el_endpoint} (log: build/area.log)"
exec python3 scripts/area_report.py "${1:-el_endpoint}" "$PWD/build/area"

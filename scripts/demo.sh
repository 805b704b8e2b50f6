#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# From a bare Debian 12 to two endpoints that move a file: installs, builds, runs the demonstration.
#
# usage: scripts/demo.sh [option of `ethlink demo`]...     (scripts/demo.sh --help lists them)
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."

echo "== 1/3 set-up"
scripts/setup.sh
echo "== 2/3 build (the first one takes some minutes)"
cmake --preset release
cmake --build --preset release --target ethlink
echo "== 3/3 ethlink demo $*"
# File names among the options are relative to the caller's directory.
program=$PWD/build/release/bin/ethlink
cd "$caller"
exec "$program" demo "$@"

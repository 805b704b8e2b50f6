#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs what the build needs and the machine lacks (Debian 12, apt). Changes nothing else.
#
# usage: scripts/setup.sh [--tests]
#   --tests   also what only the tests need: proofs, fuzzing, format and lint checkers, tshark, QEMU
set -euo pipefail
cd "$(dirname "$0")/.."

with_tests=0
for argument in "$@"; do
  case "$argument" in
    --tests) with_tests=1 ;;
    -h | --help) sed -n '3,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "setup.sh: expected --tests or nothing, found '$argument'" >&2; exit 2 ;;
  esac
done

packages=(clang cmake ninja-build ccache pkg-config python3 verilator libsystemc-dev zlib1g-dev
  catch2 libtomlplusplus-dev nlohmann-json3-dev libpcap-dev libssl-dev
  libboost-program-options-dev libgnuplot-iostream-dev gnuplot-nox)
tools=()
optional=()
if [ "$with_tests" = 1 ]; then
  packages+=(libclang-rt-14-dev yosys clang-format clang-tidy tshark)
  tools+=(node:nodejs npm:npm git:git)
  # A guest with soft-RoCE; tests/interop says why it is skipped when these are missing.
  optional+=(qemu-system-x86 busybox-static cpio kmod iproute2 libibverbs-dev)
fi

installed() {
  dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}
missing=()
for package in "${packages[@]}"; do
  installed "$package" || missing+=("$package")
done
missing_optional=()
for package in "${optional[@]}"; do
  installed "$package" || missing_optional+=("$package")
done
# Programs that may also come from elsewhere than apt.
for tool in "${tools[@]}"; do
  command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
done

if [ "${#missing[@]}" -eq 0 ] && [ "${#missing_optional[@]}" -eq 0 ]; then
  echo "setup: every Debian package is installed"
else
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "setup.sh: expected root or sudo, found neither;" \
      "install: ${missing[*]} ${missing_optional[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  install() {
    echo "setup: installing $*"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -q --no-install-recommends "$@"
  }
  "${as_root[@]}" apt-get update -q
  [ "${#missing[@]}" -eq 0 ] || install "${missing[@]}"
  [ "${#missing_optional[@]}" -eq 0 ] || install "${missing_optional[@]}" ||
    echo "setup: apt could not install ${missing_optional[*]}; the interop tests will be skipped"
fi

# The proofs' tools, in tests/formal/node_modules, at the versions of package-lock.json.
if [ "$with_tests" = 1 ]; then
  lock=tests/formal/package-lock.json
  stamp=tests/formal/node_modules/.package-lock.sum
  if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$(cksum <"$lock")" ]; then
    echo "setup: the npm packages of tests/formal are installed"
  elif npm ci --prefix tests/formal --no-audit --no-fund; then
    cksum <"$lock" >"$stamp"
  else
    echo "setup: npm could not install the packages of tests/formal; the proofs will be skipped"
  fi
fi

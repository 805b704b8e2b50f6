#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# `verilator --lint-only -Wall` on the whole endpoint in one width of its data path.
#
# usage: lint_endpoint.py 256|512|1024

import sys

import lint_modules
import tree

width = sys.argv[1]
endpoint = tree.ROOT / "rtl/top/el_endpoint.sv"
found = lint_modules.lint(endpoint, f"-GDataW={width}")
tree.finish(f"lint_endpoint, {width} bits", found, 1)

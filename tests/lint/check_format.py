#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# C++ sources are formatted as .clang-format says.

import shutil
import subprocess
import sys

import tree

if shutil.which("clang-format") is None:
    print("skipped: clang-format is missing")
    sys.exit(77)
paths = [p for p in tree.files("*.cpp", "*.hpp") if "generated" not in p.parts]
problems = []
for path in paths:
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", str(path)], cwd=tree.ROOT,
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        first = done.stderr.splitlines()[0].split(":")
        problems.append(f"{tree.name(path)}:{first[1]}: expected the format of .clang-format "
                        f"(clang-format -i {tree.name(path)})")
tree.finish("check_format", problems, len(paths))

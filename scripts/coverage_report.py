#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Merges Verilator's coverage counts and prints covered lines and branches of each RTL file.
#
# A line is covered when a block that holds it was executed in any instance. A branch is one side of
# an `if` or one item of a `case`. (verilator_coverage takes the minimum of all points of a line.)

import argparse
import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POINT = re.compile(r"^C '(.*)' (\d+)$")


def lines_of(spans):
    """The numbers in a text such as 53-57,60."""
    for span in filter(None, spans.split(",")):
        first, _, last = span.partition("-")
        yield from range(int(first), int(last or first) + 1)


def read_counts(folder):
    """Line counts and branch counts of every file under rtl/, by path relative to the project."""
    lines = defaultdict(lambda: defaultdict(int))
    branches = defaultdict(lambda: defaultdict(int))
    for path in sorted(Path(folder).glob("*.dat")):
        for text in path.read_text(encoding="utf-8").splitlines():
            match = POINT.match(text)
            if not match:
                continue
            fields = dict(f.split("\2", 1) for f in match.group(1).split("\1") if "\2" in f)
            file = Path(fields["f"])
            if not file.is_relative_to(ROOT / "rtl"):
                continue
            name, count = file.relative_to(ROOT).as_posix(), int(match.group(2))
            for number in lines_of(fields.get("S", "")):
                lines[name][number] += count
            if "branch" in fields["page"] or fields["o"] in ("case", "if", "else", "elsif"):
                branches[name][int(fields["l"]), int(fields["n"]), fields["o"]] += count
    return lines, branches


def write_info(path, lines):
    """The line counts in lcov's format."""
    with open(path, "w", encoding="utf-8") as file:
        for name in sorted(lines):
            file.write(f"TN:rtl\nSF:{ROOT / name}\n")
            file.writelines(f"DA:{number},{lines[name][number]}\n" for number in sorted(lines[name]))
            file.write("end_of_record\n")


def row(lines, branches, name):
    """Prints one line of the table; returns the percentage of lines."""
    hit, taken = sum(c > 0 for c in lines), sum(c > 0 for c in branches)
    percent = 100.0 * hit / max(1, len(lines))
    print(f"{percent:6.1f} %  {hit:5d} of {len(lines):5d} lines  "
          f"{100.0 * taken / max(1, len(branches)):6.1f} %  {taken:5d} of {len(branches):5d} branches  "
          f"{name}")
    return percent


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("counts", help="folder with the .dat files of the tests")
    parser.add_argument("--info", required=True, help="lcov file to write")
    parser.add_argument("--uncovered", action="store_true")
    parser.add_argument("--minimum", type=float, default=0.0)
    args = parser.parse_args()
    lines, branches = read_counts(args.counts)
    if not lines:
        sys.exit(f"{args.counts}: expected counts of rtl/, found none")
    write_info(args.info, lines)
    for name in sorted(lines):
        row(lines[name].values(), branches[name].values(), name)
        text = (ROOT / name).read_text(encoding="utf-8").splitlines()
        if args.uncovered:
            for number in sorted(n for n, count in lines[name].items() if count == 0):
                print(f"           {name}:{number}: {text[number - 1].strip()}")
    percent = row([c for file in lines.values() for c in file.values()],
                  [c for file in branches.values() for c in file.values()], "total")
    if percent < args.minimum:
        sys.exit(f"expected at least {args.minimum:.1f} % of the lines, found {percent:.1f} %")


main()

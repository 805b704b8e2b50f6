#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Every text file: licence line, no paths of one machine, no unfinished work; documents: one sentence
# a line, links that lead somewhere.

import re

import tree

SOURCES = ("*.sv", "*.svh", "*.vlt", "*.hpp", "*.cpp", "*.h", "*.c", "*.py", "*.sh", "*.mjs")
SPDX = "SPDX-License-Identifier: Apache-2.0"
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:work|root|home|Users|farm)/\w")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|[Nn]ot (?:yet )?implemented|[Ff]or now|[Pp]laceholder)\b")
# A full stop that ends a sentence, followed by another sentence.
TWO_SENTENCES = re.compile(r"[a-z0-9)`\]]{2}[.!?] +[A-Z`\[]")
ABBREVIATION = re.compile(r"\b(e\.g|i\.e|cf|vs|etc|approx|fig|sect|no)\. ", re.I)
LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)")


def check_document(path, text, problems):
    """Markdown: one sentence a line outside code and tables; relative links resolve."""
    in_code = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            in_code = not in_code
        if in_code:
            continue
        for match in LINK.finditer(line):
            target = match.group(1)
            if target and "://" not in target and not target.startswith("mailto:") \
                    and not (path.parent / target).exists():
                problems.append(f"{tree.name(path)}:{number}: expected a file at the end of the "
                                f"link, found none: {target}")
        prose = ABBREVIATION.sub("", re.sub(r"`[^`]*`", "``", line))
        if not line.lstrip().startswith(("|", ">")) and TWO_SENTENCES.search(prose):
            problems.append(f"{tree.name(path)}:{number}: expected one sentence a line")


def main():
    problems = []
    checked = tree.files("*")
    for path in checked:
        where = tree.name(path)
        data = path.read_bytes()
        if b"\0" in data[:4096]:
            continue
        text = data.decode("utf-8", errors="replace")
        lines = text.splitlines()
        if any(path.match(pattern) for pattern in SOURCES):
            if not any(SPDX in line for line in lines[:2]):
                problems.append(f"{where}:1: expected the line '{SPDX}'")
        if where == "tests/lint/check_tree.py":
            continue  # its patterns match themselves
        own_words = where == "tests/lint/check_sv_style.py" or where.startswith("LICENSE")
        for number, line in enumerate(lines, 1):
            if MACHINE_PATH.search(line):
                problems.append(f"{where}:{number}: expected no path of one machine, found "
                                f"{MACHINE_PATH.search(line).group()}")
            if UNFINISHED.search(line) and not own_words and path.suffix != ".json":
                problems.append(f"{where}:{number}: expected finished work, found "
                                f"'{UNFINISHED.search(line).group()}'")
        if path.suffix == ".md":
            check_document(path, text, problems)
    tree.finish("check_tree", problems, len(checked))


main()

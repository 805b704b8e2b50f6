#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Style of SystemVerilog (CONTRIBUTING.md): what a linter of the language does not know.

import re

import tree

FORBIDDEN = [
    (r"^\s*import\s+\w+::", "no package imports: write el_pkg::Name"),
    (r"\.\*", "no wildcard connections"),
    (r"^\s*interface\b", "no interfaces"),
    (r"\bmodport\b", "no interfaces"),
    (r"\|->|\|=>|\$rose|\$fell|\$stable", "no sequence operators: use `EL_ASSERT_NEXT"),
    (r"\balways\s*@", "use always_ff or always_comb"),
    (r"\balways_latch\b", "no latches"),
    (r"negedge|posedge (?!clk_i\b)", "one clock, clk_i; reset is synchronous"),
    (r"\bcasex\b|\bcasez\b", "use unique case with ==, or case inside"),
    (r"\blint_(on|off)\b", "waivers live in rtl/lint/verilator.vlt"),
    (r"\b(TODO|FIXME|XXX|HACK)\b", "no unfinished work in the tree"),
]


def without_comments(text):
    """The text with comments and strings blanked; columns and lines stay."""
    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"'
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def closing(text, start):
    """Index behind the parenthesis that closes the one at `start`."""
    depth = 0
    for i in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i + 1
    return len(text)


def check_lines(lines, report):
    """Rules that concern one line each."""
    if not lines or lines[0] != "// SPDX-License-Identifier: Apache-2.0":
        report(1, "expected the SPDX line")
    if len(lines) < 3 or lines[1] != "//" or not lines[2].startswith("// "):
        report(2, "expected `//` and then a sentence of purpose")
    for number, line in enumerate(lines, 1):
        if not line.isascii():
            report(number, "expected ASCII")
        if len(line) > 100:
            report(number, f"expected at most 100 columns, found {len(line)}")
        if "\t" in line or line != line.rstrip():
            report(number, "expected no tabs and no trailing blanks")


def check_ports(code, line_of, report):
    """Names and order of the ports."""
    ports = [(m.group(1), m.group(2), m.start()) for m in re.finditer(
        r"^[ (]*(input|output)\b[^;)]*?(\w+)[ ]*(?:\[[^\]]*\][ ]*)*(?:,|\)?;|\n)",
        code, re.M)]
    for direction, port, at in ports:
        if not port.endswith("_i" if direction == "input" else "_o"):
            report(line_of(at), f"{direction} {port}: expected the suffix _{direction[0]}")
    names = [port for _, port, _ in ports]
    if "clk_i" in names and names[:2] != ["clk_i", "rst_i"]:
        report(line_of(ports[0][2]), f"expected clk_i, rst_i first, found {', '.join(names[:2])}")


def check_blocks(code, line_of, report):
    """Names of instances and of generate blocks."""
    for match in re.finditer(r"^\s*(el_\w+)\s*(#?)\s*", code, re.M):
        at = match.end()
        if match.group(2):
            if code[at:at + 1] != "(":
                continue
            at = closing(code, at)
        instance = re.match(r"\s*(\w+)\s*\(", code[at:])
        if instance and not instance.group(1).startswith("u_"):
            report(line_of(match.start(1)), f"instance {instance.group(1)}: expected the prefix u_")
    for match in re.finditer(r"\bbegin\s*:\s*(\w+)", code):
        if not match.group(1).startswith("gen_"):
            report(line_of(match.start()), f"block {match.group(1)}: expected the prefix gen_")
    for match in re.finditer(r"\bfor\s*\(\s*genvar\b", code):
        if not re.match(r"\s*begin\s*:", code[closing(code, code.index("(", match.start())):]):
            report(line_of(match.start()), "expected a generate loop with a named block")


def check_module(path, text, code, line_of, report):
    """Name, end label, and assertions of the one module or package of a file."""
    units = re.findall(r"^(module|package)\s+(\w+)", code, re.M)
    if len(units) != 1 or units[0][1] != path.stem:
        report(1, f"expected one module or package named {path.stem}, found "
                  f"{', '.join(unit for _, unit in units) or 'none'}")
        return
    kind, unit = units[0]
    if not re.search(rf"^end{kind} : {unit}$", code, re.M):
        report(code.count("\n"), f"expected `end{kind} : {unit}`")
    product = tree.name(path).startswith("rtl/")  # else a wrapper of a test
    if product and not unit.startswith("el_"):
        report(1, f"{kind} {unit}: expected the prefix el_")
    if kind == "module":
        check_ports(code, line_of, report)
        check_blocks(code, line_of, report)
        if product and "`EL_ASSERT" not in code and "// No assertions:" not in text:
            report(1, "expected an assertion (`EL_ASSERT...) or a line `// No assertions: <reason>`")


def check_file(path, problems):
    """Appends the problems of one file."""
    text = path.read_text(encoding="utf-8")
    code = without_comments(text)

    def report(line, message):
        problems.append(f"{tree.name(path)}:{line}: {message}")

    def line_of(position):
        return code.count("\n", 0, position) + 1

    check_lines(text.splitlines(), report)
    for pattern, message in FORBIDDEN:
        for match in re.finditer(pattern, text if "TODO" in pattern or "lint" in pattern else code,
                                 re.M):
            report(text.count("\n", 0, match.start()) + 1, message)
    if path.suffix == ".sv":
        check_module(path, text, code, line_of, report)


def main():
    problems = []
    checked = [p for p in tree.files("*.sv", "*.svh")
               if "generated" not in p.parts and tree.name(p).startswith(("rtl/", "tests/"))]
    for path in checked:
        check_file(path, problems)
    tree.finish("check_sv_style", problems, len(checked))


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Runs one proof: tests/formal/<module>/proof.toml and the wrapper <module>_fv.sv beside it.
#
# A proof passes when (1) the number of assertions and covers is the one that proof.toml states,
# (2) abc's property-directed reachability proves every assertion for all time, (3) every cover is
# reached, and (4) each seeded bug of proof.toml is found. Exit code 77: a tool is missing.

import argparse
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import yosys_tool

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

PREPARE = """
{read} -USYNTHESIS -DFORMAL --top {top} {sources}
prep -flatten -top {top}
async2sync
chformal -lower
tee -o asserts.txt select -count t:$assert
tee -o covers.txt select -count t:$cover
design -save prepared
"""
# A cover is the assertion that it is never reached.
NEVER_REACHED = """
chformal -assert -remove
techmap -map never_reached.v
"""
COVER_MAP = """(* techmap_celltype = "$cover" *)
module never_reached(input A, input EN);
  \\$assert _TECHMAP_REPLACE_ (.A(~(A & EN)), .EN(1'b1));
endmodule
"""
TO_AIGER = """
memory_nordff; chformal -early; opt_clean
formalff -setundef -clk2ff -ff2anyinit -hierarchy
chformal -live -fair -cover -remove; opt_clean
setundef -undriven -anyseq; opt -fast; memory_map -formal
formalff -setundef -clk2ff -ff2anyinit -hierarchy
delete -output
techmap t:$shl t:$shr t:$sshl t:$sshr t:$shift t:$shiftx t:$demux
simplemap; dffunmap; aigmap; opt_clean
write_aiger -I -B -zinit -no-startoffset {name}.aig
"""


class ProofError(Exception):
    """The proof failed; the text says what was expected and what was found."""


def run(command, cwd, limit):
    try:
        done = subprocess.run(command, cwd=cwd, timeout=limit, check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired as late:
        raise ProofError(f"expected {command[0]} to end within {limit} s, "
                         "found it running") from late
    return done.returncode, done.stdout


def stage(work, proof, bug):
    """Copies every RTL file and the proof's own files into `work`; applies the proof's changes."""
    yosys_tool.stage(work)
    for directory in (HERE / "properties", HERE / proof["name"]):
        for path in directory.glob("*.sv"):
            shutil.copy(path, work)
    # Sizes that the product fixes and the proof makes smaller.
    for reduction in proof.get("reduce", []):
        path = work / reduction["file"]
        text = path.read_text(encoding="utf-8")
        if reduction["find"] not in text:
            raise ProofError(f"{proof['name']}/proof.toml: expected the text of a reduction in "
                             f"{reduction['file']}, found none: {reduction['find']}")
        path.write_text(text.replace(reduction["find"], reduction["replace"]), encoding="utf-8")
    if bug:
        path = work / bug["file"]
        text = path.read_text(encoding="utf-8")
        if text.count(bug["find"]) != 1:
            raise ProofError(f"{proof['name']}/proof.toml: expected the text of bug "
                             f"'{bug['name']}' once in {bug['file']}, found "
                             f"{text.count(bug['find'])} times: {bug['find']}")
        path.write_text(text.replace(bug["find"], bug["replace"]), encoding="utf-8")
    # A copy of a module in its simulation form, under another name.
    for copy in proof.get("simulation_form", []):
        text = (work / copy["file"]).read_text(encoding="utf-8")
        text = re.sub(rf"\b{copy['module']}\b", copy["as"], text)
        (work / f"{copy['as']}.sv").write_text(
            f"`define VERILATOR\n{text}\n`undef VERILATOR\n", encoding="utf-8")


def elaborate(work, proof, seeded):
    top = proof["name"] + "_fv"
    files = yosys_tool.sources(HERE / proof["name"] / f"{top}.sv", [HERE / "properties"])
    script = PREPARE.format(read=yosys_tool.READ, top=top, sources=files)
    script += TO_AIGER.format(name="model")
    if not seeded and proof["covers"] > 0:
        (work / "never_reached.v").write_text(COVER_MAP, encoding="utf-8")
        script += "design -load prepared\n" + NEVER_REACHED + TO_AIGER.format(name="covers")
    code, log = yosys_tool.run(work, script, 300, short=True)
    if code != 0 or not (work / "model.aig").exists():
        raise ProofError(f"expected yosys to elaborate {top}, found\n{log[-3000:]}")
    for kind in () if seeded else ("asserts", "covers"):
        found = int((work / f"{kind}.txt").read_text(encoding="utf-8").split()[0])
        if found != proof[kind]:
            raise ProofError(f"expected {proof[kind]} {kind} in {top}, found {found}")


def check_properties(work, limit):
    """'proved' or 'failed' for all assertions together, for all time."""
    _, log = run(["yosys-abc", "-c", "read_aiger model.aig; fold; strash; pdr"], work, limit)
    if "Property proved" in log:
        return "proved"
    if "was asserted in frame" in log:
        return "failed"
    raise ProofError(f"expected a verdict of abc pdr, found\n{log[-2000:]}")


def check_covers(work, covers, depth, limit):
    # One by one: with many outputs `bmc3 -a` of Debian's abc ends in a segmentation fault.
    for number in range(covers):
        _, log = run(["yosys-abc", "-c", f"read_aiger covers.aig; fold; strash; "
                      f"cone -s -O {number}; bmc3 -F {depth}"], work, limit)
        if "was asserted in frame" not in log:
            raise ProofError(f"expected {covers} covers to be reached in {depth} cycles, found "
                             f"that number {number} of {work / 'covers.aig'} is not\n{log[-2000:]}")


def prove(proof, work, limit):
    name = proof["name"]
    stage(work / "good", proof, None)
    elaborate(work / "good", proof, seeded=False)
    if check_properties(work / "good", limit) != "proved":
        raise ProofError(f"expected the {proof['asserts']} assertions of {name} to hold, "
                         f"found a counterexample (model in {work / 'good'})")
    print(f"{name}: {proof['asserts']} assertions proved for all time", flush=True)
    if proof["covers"] > 0:
        check_covers(work / "good", proof["covers"], proof["cover_depth"], limit)
        print(f"{name}: {proof['covers']} covers reached", flush=True)
    for bug in proof["bug"]:
        stage(work / "bug", proof, bug)
        elaborate(work / "bug", proof, seeded=True)
        if check_properties(work / "bug", limit) != "failed":
            raise ProofError(f"expected the seeded bug '{bug['name']}' of {name} to be found, "
                             "found that the proof passes")
        print(f"{name}: seeded bug found: {bug['name']}", flush=True)


def missing_tool():
    if yosys_tool.missing():
        return yosys_tool.missing()
    return None if shutil.which("yosys-abc") else "yosys-abc"


def main():
    parser = argparse.ArgumentParser(description="Runs the proof of one module.")
    parser.add_argument("module")
    parser.add_argument("--work", default=None, help="folder for intermediate files")
    parser.add_argument("--limit", type=int, default=240, help="seconds for one solver run")
    args = parser.parse_args()
    missing = missing_tool()
    if missing:
        print(f"skipped: {missing} is missing")
        return 77
    with open(HERE / args.module / "proof.toml", "rb") as file:
        proof = tomllib.load(file)
    proof["name"] = args.module
    if not proof.get("bug"):
        sys.exit(f"{args.module}/proof.toml: expected at least one [[bug]], found none")
    work = Path(args.work or ROOT / "build/formal") / args.module
    try:
        prove(proof, work, args.limit)
    except ProofError as error:
        print(f"proof/{args.module}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())

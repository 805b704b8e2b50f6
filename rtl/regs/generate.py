#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns rtl/regs/*.toml into the SystemVerilog package, the C++ header and the Markdown reference.

  python3 rtl/regs/generate.py            writes the three files
  python3 rtl/regs/generate.py --check    exits 1 if a checked-in file differs from its source
"""
import re
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SOURCES = ["csr.toml", "host.toml", "objects.toml", "wire.toml", "counters.toml"]
BANNER = "GENERATED from rtl/regs/*.toml by rtl/regs/generate.py; do not edit."


def one_sentence_a_line(text):
    """Prose for Markdown."""
    return re.sub(r"(?<=[a-z0-9)`\]]{2}[.!?]) +(?=[A-Z`\[])", "\n", text)


def load():
    """Reads all sources and merges their tables, checking names and layouts."""
    merged = {k: [] for k in ("constant", "register", "enum", "flags", "struct", "wire", "counter")}
    for name in SOURCES:
        with open(HERE / name, "rb") as f:
            data = tomllib.load(f)
        for key, items in data.items():
            if key not in merged:
                sys.exit(f"{name}: unknown table '{key}', expected one of {', '.join(merged)}")
            merged[key] += items
    for s in merged["struct"]:
        end = 0
        for f in sorted(s["fields"], key=lambda f: f["offset"]):
            if f["offset"] < end:
                sys.exit(f"struct {s['name']}: field {f['name']} overlaps the one before it")
            end = f["offset"] + width(f) // 8
        if end > s["bytes"]:
            sys.exit(f"struct {s['name']}: fields end at {end}, expected at most {s['bytes']}")
    for w in merged["wire"]:
        bits = sum(f["bits"] for f in w["fields"])
        if bits != 8 * w["bytes"]:
            sys.exit(f"wire {w['name']}: fields have {bits} bits, expected {8 * w['bytes']}")
    return merged


def width(field):
    """Bits of a struct field."""
    return field["bytes"] * 8 if "bytes" in field else field["bits"]


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def camel(name):
    return "".join(p.capitalize() for p in name.split("_"))


def enum_bits(enum):
    return 8 if max(v["value"] for v in enum["values"]) < 256 else 32


# ---------------------------------------------------------------------------------------------
# SystemVerilog
# ---------------------------------------------------------------------------------------------


def emit_sv(m):
    out = ["// SPDX-License-Identifier: Apache-2.0", "//", f"// {BANNER}", "//",
           "// Registers, descriptors, wire formats, opcodes and status codes.", "",
           "package el_regs_pkg;", ""]
    for c in m["constant"]:
        w = 64 if c["value"] >= 1 << 32 else 32
        digits = 16 if w == 64 else 8
        out.append(f"  localparam logic [{w - 1}:0] {c['name']} = {w}'h{c['value']:0{digits}X};")
    out.append("")
    for r in m["register"]:
        out.append(f"  localparam logic [11:0] Csr{camel(r['name'])} = 12'h{r['offset']:03X};")
    for r in m["register"]:
        if r["reset"] not in ("-", "0"):
            out.append(f"  localparam logic [63:0] CsrReset{camel(r['name'])} = "
                       f"64'h{int(r['reset'], 0):X};")
    out.append("")
    for r in m["register"]:
        if not r.get("fields"):
            continue
        out.append("  typedef struct packed {")
        at = 64
        for f in sorted(r["fields"], key=lambda f: -f["lsb"]):
            gap = at - f["lsb"] - f["bits"]
            if gap:
                out.append(f"    logic [{gap - 1}:0] unused_{at - 1};")
            out.append(f"    logic [{f['bits'] - 1}:0] {f['name']};")
            at = f["lsb"]
        if at:
            out.append(f"    logic [{at - 1}:0] unused_{at - 1};")
        out += [f"  }} csr_{r['name']}_t;", ""]
    for e in m["enum"]:
        for v in e["values"]:
            out.append(f"  localparam logic [7:0] {e['name']}{v['name']} = 8'h{v['value']:02X};")
        out.append("")
    for e in m["flags"]:
        for v in e["values"]:
            out.append(f"  localparam int unsigned {e['name']}{v['name']} = {v['bit']};  // bit")
        out.append("")
    for s in m["struct"]:
        out += [f"  // {s['name']}: {s['bytes']} bytes, little-endian, byte 0 in [7:0].",
                "  typedef struct packed {"]
        at = s["bytes"]
        for f in sorted(s["fields"], key=lambda f: -f["offset"]):
            end = f["offset"] + width(f) // 8
            if end < at:
                out.append(f"    logic [{(at - end) * 8 - 1}:0] unused_{end};")
            out.append(f"    logic [{width(f) - 1}:0] {f['name']};")
            at = f["offset"]
        if at:
            out.append(f"    logic [{at * 8 - 1}:0] unused_0;")
        out += [f"  }} {snake(s['name'])}_t;", ""]
    for w in m["wire"]:
        out += [f"  // {w['name']}: {w['bytes']} bytes on the wire, first bit in the highest bit.",
                "  typedef struct packed {"]
        for f in w["fields"]:
            rng = f"[{f['bits'] - 1}:0] "
            out.append(f"    logic {rng}{f['name']};")
        out += [f"  }} {snake(w['name'])}_t;",
                f"  localparam int unsigned {w['name']}Bytes = {w['bytes']};",
                f"  // Byte 0 of the wire in [7:0] to {snake(w['name'])}_t.",
                f"  function automatic {snake(w['name'])}_t {snake(w['name'])}_from_bytes("
                f"logic [{w['bytes'] * 8 - 1}:0] b);",
                f"    logic [{w['bytes'] * 8 - 1}:0] r;",
                f"    for (int unsigned i = 0; i < {w['bytes']}; i++) "
                f"r[8*({w['bytes']}-1-i) +: 8] = b[8*i +: 8];",
                "    return r;",
                "  endfunction",
                f"  function automatic logic [{w['bytes'] * 8 - 1}:0] {snake(w['name'])}_to_bytes("
                f"{snake(w['name'])}_t h);",
                f"    logic [{w['bytes'] * 8 - 1}:0] r;",
                f"    for (int unsigned i = 0; i < {w['bytes']}; i++) "
                f"r[8*i +: 8] = h[8*({w['bytes']}-1-i) +: 8];",
                "    return r;",
                "  endfunction", ""]
    groups = {}
    for i, c in enumerate(m["counter"]):
        groups.setdefault(c["group"], []).append((i, c))
    widest = max(c.get("bits", 1) for c in m["counter"])
    out += [f"  localparam int unsigned CntIncW = {widest};  // widest increment", ""]
    for g, items in groups.items():
        out += [f"  // Increments of the counters of group {g}, first counter in the lowest bits.",
                "  typedef struct packed {"]
        for _, c in reversed(items):
            out.append(f"    logic [{c.get('bits', 1) - 1}:0] {c['name']};")
        out += [f"  }} cnt_{g}_t;",
                f"  localparam int unsigned Cnt{camel(g)}First = {items[0][0]};",
                f"  localparam int unsigned Cnt{camel(g)}Num = {len(items)};",
                "  // Increment of counter i of the group.",
                f"  function automatic logic [CntIncW-1:0] cnt_{g}_inc(cnt_{g}_t c, int unsigned i);",
                "    unique case (i)"]
        out += [f"      {i}: return CntIncW'(c.{c['name']});" for i, (_, c) in enumerate(items)]
        out += ["      default: return '0;", "    endcase", "  endfunction", ""]
    out += [f"  localparam int unsigned NumCounters = {len(m['counter'])};", "",
            "endpackage : el_regs_pkg", ""]
    return "\n".join(out)


# ---------------------------------------------------------------------------------------------
# C++
# ---------------------------------------------------------------------------------------------


def emit_cpp(m):
    out = ["// SPDX-License-Identifier: Apache-2.0", "//", f"// {BANNER}", "//",
           "// Registers, descriptors, wire formats, opcodes and status codes. Host formats are",
           "// little-endian PODs; wire headers are offsets into big-endian bytes.", "#pragma once",
           "", "#include <array>", "#include <cstddef>", "#include <cstdint>",
           "#include <string_view>", "", "namespace ethlink::regs {", ""]
    for c in m["constant"]:
        out += [f"/// {c['doc']}.",
                f"inline constexpr std::uint64_t k{c['name']} = 0x{c['value']:X};"]
    out.append("")
    for r in m["register"]:
        out += [f"/// {r['doc']} ({r['access']}).",
                f"inline constexpr std::uint32_t kCsr{camel(r['name'])} = 0x{r['offset']:03X};"]
        for f in r.get("fields", []):
            base = f"kCsr{camel(r['name'])}{camel(f['name'])}"
            out += [f"inline constexpr unsigned {base}Lsb = {f['lsb']};  // {f['doc']}",
                    f"inline constexpr unsigned {base}Bits = {f['bits']};"]
    out += ["", "/// One register of BAR0.", "struct RegisterInfo {", "  std::string_view name;",
            "  std::uint32_t offset;", "  std::string_view access;", "  std::string_view doc;", "};",
            "inline constexpr std::array kRegisters{"]
    out += [f"    RegisterInfo{{\"{r['name']}\", 0x{r['offset']:03X}, \"{r['access']}\",\n"
            f"                 \"{r['doc']}\"}}," for r in m["register"]]
    out += ["};", ""]
    for e in m["enum"]:
        out += [f"/// {e['doc']}", f"enum class {e['name']} : std::uint8_t {{"]
        out += [f"  k{v['name']} = 0x{v['value']:02X},  // {v['doc']}" for v in e["values"]]
        out += ["};", f"/// Name of a {e['name']}, or \"?\" for a value that is not listed.",
                f"constexpr std::string_view to_string({e['name']} value) noexcept {{",
                "  switch (value) {"]
        out += [f"    case {e['name']}::k{v['name']}:\n      return \"{v['name']}\";"
                for v in e["values"]]
        out += ["  }", '  return "?";', "}", ""]
    for e in m["flags"]:
        out.append(f"// {e['doc']}")
        out += [f"inline constexpr std::uint32_t k{e['name']}{v['name']} = 1U << {v['bit']};"
                f"  // {v['doc']}" for v in e["values"]]
        out.append("")
    for s in m["struct"]:
        out += [f"/// {s['doc']}", f"struct {s['name']} {{"]
        at, pad, checks = 0, 0, []
        for f in sorted(s["fields"], key=lambda f: f["offset"]):
            if f["offset"] > at:
                out.append(f"  std::array<std::uint8_t, {f['offset'] - at}> pad{pad}{{}};")
                pad += 1
            n = width(f) // 8
            if n in (1, 2, 4, 8) and "bytes" not in f and f["offset"] % n == 0:
                out.append(f"  std::uint{n * 8}_t {f['name']} = 0;  // {f['doc']}")
            else:
                out.append(f"  std::array<std::uint8_t, {n}> {f['name']}{{}};  // {f['doc']}")
            checks.append(f"static_assert(offsetof({s['name']}, {f['name']}) == {f['offset']});")
            at = f["offset"] + n
        if at < s["bytes"]:
            out.append(f"  std::array<std::uint8_t, {s['bytes'] - at}> pad{pad}{{}};")
        out += ["};", f"static_assert(sizeof({s['name']}) == {s['bytes']});"] + checks + [""]
    for w in m["wire"]:
        out += [f"/// {w['doc']}", f"namespace {snake(w['name'])} {{",
                f"inline constexpr std::size_t kBytes = {w['bytes']};"]
        at = 0
        for f in w["fields"]:
            out.append(f"inline constexpr unsigned k{camel(f['name'])}Bit = {at};  // {f['doc']}")
            out.append(f"inline constexpr unsigned k{camel(f['name'])}Bits = {f['bits']};")
            at += f["bits"]
        out += [f"}}  // namespace {snake(w['name'])}", ""]
    out += ["/// One counter of the device.", "struct CounterInfo {", "  std::string_view name;",
            "  std::string_view doc;", "};",
            f"inline constexpr std::size_t kNumCounters = {len(m['counter'])};"]
    for i, c in enumerate(m["counter"]):
        out.append(f"inline constexpr std::size_t kCnt{camel(c['group'])}{camel(c['name'])} = {i};")
    out.append("inline constexpr std::array<CounterInfo, kNumCounters> kCounters{{")
    out += [f"    {{\"{c['group']}.{c['name']}\", \"{c['doc']}\"}}," for c in m["counter"]]
    out += ["}};", "", "}  // namespace ethlink::regs", ""]
    return "\n".join(out)


# ---------------------------------------------------------------------------------------------
# Markdown
# ---------------------------------------------------------------------------------------------


def emit_md(m):
    out = [f"<!-- {BANNER} -->", "# Registers, descriptors and wire formats", "",
           "The single source is `rtl/regs/*.toml`.", "", "## BAR0 regions and doorbells", "",
           "| name | value | meaning |", "| --- | --- | --- |"]
    out += [f"| `{c['name']}` | 0x{c['value']:X} | {c['doc']} |" for c in m["constant"]]
    out += ["", "## Registers", ""]
    for r in m["register"]:
        out += [f"### `{r['name']}` at 0x{r['offset']:03X}", "",
                f"{r['doc'][0].upper()}{r['doc'][1:]} (access {r['access']}, reset {r['reset']}).",
                ""]
        if r.get("fields"):
            out += ["| bits | field | meaning |", "| --- | --- | --- |"]
            out += [f"| {f['lsb'] + f['bits'] - 1}:{f['lsb']} | `{f['name']}` | {f['doc']} |"
                    for f in r["fields"]] + [""]
    out += ["## Codes", ""]
    for e in m["enum"]:
        out += [f"### {e['name']}", "", one_sentence_a_line(e["doc"]), "", "| value | name | meaning |",
                "| --- | --- | --- |"]
        out += [f"| 0x{v['value']:02X} | `{v['name']}` | {v['doc']} |" for v in e["values"]] + [""]
    for e in m["flags"]:
        out += [f"### {e['name']}", "", one_sentence_a_line(e["doc"]), "", "| bit | name | meaning |",
                "| --- | --- | --- |"]
        out += [f"| {v['bit']} | `{v['name']}` | {v['doc']} |" for v in e["values"]] + [""]
    out += ["## Descriptors and objects", ""]
    for s in m["struct"]:
        out += [f"### {s['name']} ({s['bytes']} bytes)", "", one_sentence_a_line(s["doc"]), "",
                "| offset | bytes | field | meaning |", "| --- | --- | --- | --- |"]
        out += [f"| {f['offset']} | {width(f) // 8} | `{f['name']}` | {f['doc']} |"
                for f in s["fields"]] + [""]
    out += ["## Wire headers", ""]
    for w in m["wire"]:
        out += [f"### {w['name']} ({w['bytes']} bytes)", "", one_sentence_a_line(w["doc"]), "",
                "| first bit | bits | field | meaning |", "| --- | --- | --- | --- |"]
        at = 0
        for f in w["fields"]:
            out.append(f"| {at} | {f['bits']} | `{f['name']}` | {f['doc']} |")
            at += f["bits"]
        out.append("")
    out += ["## Counters", "", "| offset | counter | meaning |", "| --- | --- | --- |"]
    out += [f"| 0x{8 * i:03X} | `{c['group']}.{c['name']}` | {c['doc']} |"
            for i, c in enumerate(m["counter"])]
    return "\n".join(out) + "\n"


TARGETS = {
    "rtl/regs/generated/el_regs_pkg.sv": emit_sv,
    "driver/include/ethlink/generated/regs.hpp": emit_cpp,
    "docs/reference/registers.md": emit_md,
}


def main():
    model = load()
    stale = []
    for path, emit in TARGETS.items():
        text, target = emit(model), ROOT / path
        if "--check" in sys.argv[1:]:
            if not target.exists() or target.read_text() != text:
                stale.append(path)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
    for path in stale:
        print(f"{path}: stale, run python3 rtl/regs/generate.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Dependencies point one way: RTL layers by the modules and packages they name, software by includes.

import re

import tree

BASE = {"common", "regs"}
RTL_USES = {
    "common": BASE,
    "regs": BASE,
    "ethernet": BASE | {"ethernet"},
    "host": BASE | {"host"},
    "ethlink": BASE | {"ethlink"},
    "roce": BASE | {"roce"},
    "top": BASE | {"ethernet", "host", "ethlink", "roce", "top"},
}
# The key's files may not include headers of these directories.
SOFTWARE_AVOIDS = {
    "driver/wire/": ("driver/src/", "driver/backend/", "sim/", "host/", "tests/"),
    "driver/": ("sim/", "host/", "tests/"),
    "sim/": ("driver/src/", "host/", "tests/"),
    "host/": ("driver/src/", "tests/"),
}


def check_rtl(problems):
    """Every el_ name of an RTL file belongs to a layer that the file's layer may use."""
    paths = [p for p in tree.files("*.sv") if tree.name(p).startswith("rtl/")]
    layer_of = {p.stem: p.relative_to(tree.ROOT).parts[1] for p in paths}
    for path in paths:
        layer = layer_of[path.stem]
        if layer not in RTL_USES:
            problems.append(f"{tree.name(path)}: expected a known layer, found {layer}")
            continue
        code = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
        for used in sorted(set(re.findall(r"\bel_\w+", code)) & layer_of.keys()):
            if layer_of[used] not in RTL_USES[layer]:
                problems.append(f"{tree.name(path)}: layer {layer} may not use "
                                f"{used} of layer {layer_of[used]}")
    return len(paths)


def check_packages(problems):
    """rtl/files.cmake lists every package, each behind those that it uses."""
    listed = re.findall(r"(\w+)/\S*?(\w+_pkg)\.sv",
                        (tree.ROOT / "rtl/files.cmake").read_text(encoding="utf-8"))
    order = [name for _, name in listed]
    for path in tree.files("*_pkg.sv"):
        if not tree.name(path).startswith("rtl/"):
            continue
        if path.stem not in order:
            problems.append(f"rtl/files.cmake: expected {tree.name(path)}, found no such line")
            continue
        code = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
        for used in set(re.findall(r"\b(el_\w+_pkg)::", code)) - {path.stem}:
            if used in order and order.index(used) > order.index(path.stem):
                problems.append(f"rtl/files.cmake: expected {used} before {path.stem}")


def check_software(problems):
    """Quoted includes respect SOFTWARE_AVOIDS; the most specific directory decides."""
    paths = tree.files("*.hpp", "*.cpp", "*.h", "*.c")
    names = [tree.name(p) for p in paths]
    checked = 0
    for path in paths:
        prefix = next((p for p in SOFTWARE_AVOIDS if tree.name(path).startswith(p)), None)
        if prefix is None:
            continue
        checked += 1
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r'^\s*#\s*include\s+"([^"]+)"', text, re.M):
            own = [n for n in names if n.endswith("/" + match.group(1).lstrip("./"))]
            if own and all(n.startswith(SOFTWARE_AVOIDS[prefix]) for n in own):
                line = text.count("\n", 0, match.start()) + 1
                problems.append(f"{tree.name(path)}:{line}: {prefix} may not include {own[0]}")
    return checked


def main():
    problems = []
    checked = check_rtl(problems)
    check_packages(problems)
    checked += check_software(problems)
    tree.finish("check_layers", problems, checked)


main()

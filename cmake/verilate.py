#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Runs Verilator on one module and gathers its C++ output into a fixed number of files.
#
# With --settled-by CLOCK the model does not settle its inputs again while CLOCK is high: whoever
# drives it settles them while it is low. Inputs that begin with a --late prefix may change in
# between, so it is an error if anything but registers reads them.
#
# A fixed number of outputs lets the build compile them in parallel without running Verilator at
# configure time. Files that did not change keep their time stamp, so nothing is compiled twice.

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys

import rtl_sources


def parse_args():
    split = sys.argv.index("--", 1)
    parser = argparse.ArgumentParser()
    parser.add_argument("--verilator", required=True)
    parser.add_argument("--prefix", required=True)
    parser.add_argument("--top", required=True)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--parts", type=int, required=True)
    parser.add_argument("--depfile", required=True)
    parser.add_argument("--waivers", required=True)
    parser.add_argument("--settled-by")
    parser.add_argument("--late", nargs="*", default=[])
    parser.add_argument("--extra", nargs="*", default=[])
    return parser.parse_args(sys.argv[1:split]), sys.argv[split + 1:]


def find_top(args, verilator_args):
    """The file of the top module: one of --extra, or <top>.sv of a -y directory."""
    name = args.top + ".sv"
    if any(os.path.basename(path) == name for path in args.extra):
        return []
    dirs = [verilator_args[i + 1] for i, a in enumerate(verilator_args) if a == "-y"]
    for directory in dirs:
        path = os.path.join(directory, name)
        if os.path.exists(path):
            return [path]
    sys.exit(f"verilate.py: expected {name} in one of {', '.join(dirs)}, found none")


def write_if_changed(path, text):
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def synchronise(source, target):
    """Makes `target` equal to `source`, touching only what differs."""
    os.makedirs(target, exist_ok=True)
    fresh = {name for name in os.listdir(source) if name.endswith((".cpp", ".h"))}
    for name in fresh:
        with open(os.path.join(source, name), encoding="utf-8") as file:
            write_if_changed(os.path.join(target, name), file.read())
    return fresh


def settle_once(directory, prefix, clock, late):
    """Leaves the pass over the inputs out while `clock` is high; checks the late inputs."""
    first = "vlSelf->__VicoTriggered.at(0U) = (0U == vlSelf->__VicoIterCount);"
    changed = 0
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name)
        if not name.startswith(prefix + "___024root") or not name.endswith(".cpp"):
            continue
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for function in re.finditer(r"^\S.*___ico_\w+\(.*\) \{\n(?:.*\n)*?\}", text, re.M):
            for pin in late:
                if re.search(rf"vlSelf->{pin}", function[0]):
                    sys.exit(f"verilate.py: expected only registers to read {pin}*, found logic "
                             f"in {name}")
        if first in text:
            changed += 1
            text = text.replace(first, first[:-1] + f" && !vlSelf->{clock};")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    if changed != 1:
        sys.exit(f"verilate.py: expected one trigger of the inputs in {prefix}, found {changed}")


def main():
    args, verilator_args = parse_args()
    run_dir = args.dir + ".run"
    shutil.rmtree(run_dir, ignore_errors=True)
    os.makedirs(run_dir)
    roots = args.extra + find_top(args, verilator_args)
    dirs = [verilator_args[i + 1] for i, a in enumerate(verilator_args) if a == "-y"]
    packages = [str(path) for path in rtl_sources.packages_for(roots, dirs)]
    sources = [args.waivers, *packages, *roots]
    command = [args.verilator, "--prefix", args.prefix, "--top-module", args.top, "--Mdir", run_dir,
               "--MMD", *verilator_args, *sources]
    environment = {k: v for k, v in os.environ.items() if k != "VERILATOR_ROOT"}
    if subprocess.run(command, env=environment, check=False).returncode != 0:
        sys.exit(f"verilate.py: Verilator rejected {args.top}")

    if args.settled_by:
        settle_once(run_dir, args.prefix, args.settled_by, args.late)
    names = synchronise(run_dir, args.dir)
    sizes = {n: os.path.getsize(os.path.join(run_dir, n)) for n in names if n.endswith(".cpp")}
    parts = [[] for _ in range(args.parts)]
    weights = [0] * args.parts
    for name in sorted(sizes, key=lambda n: (-sizes[n], n)):
        lightest = weights.index(min(weights))
        parts[lightest].append(name)
        weights[lightest] += sizes[name]
    outputs = [os.path.join(args.dir, f"{args.prefix}__part{i}.cpp") for i in range(args.parts)]
    # A build tool that looked at the time stamps before Verilator ran sees only the parts change.
    digest = hashlib.sha256()
    for name in sorted(names):
        with open(os.path.join(args.dir, name), "rb") as file:
            digest.update(file.read())
    for path, part in zip(outputs, parts):
        lines = [f'#include "{name}"\n' for name in sorted(part)]
        write_if_changed(path, f"// model {digest.hexdigest()}\n" + "".join(lines))

    with open(os.path.join(run_dir, f"{args.prefix}__ver.d"), encoding="utf-8") as file:
        dependencies = file.read().split(" : ", 1)[1].split()
    dependencies = [d for d in dependencies if d.endswith((".sv", ".svh", ".vlt"))]
    with open(args.depfile, "w", encoding="utf-8") as file:
        file.write(f"{outputs[0]}: {' '.join(dependencies)}\n")
    shutil.rmtree(run_dir)


main()

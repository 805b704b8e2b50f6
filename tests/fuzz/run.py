#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Runs one fuzz target for a bounded time, from seeds that are made of frames and files of the project.
#
# usage: run.py --target NAME --program PROGRAM --seconds N --work DIRECTORY [--seed N]
# What was found stays in DIRECTORY/corpus and is where the next run goes on; an input that breaks a
# promise is written to DIRECTORY and named with the command that replays it. Exit code 0: nothing
# was found.

import argparse
import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / "tests/golden"
LONGEST = {"capture": 16384, "scenario": 8192}
SEED_VARIABLE = "ETHLINK_SEED"


def golden_frames():
    """The smallest frame of each class that soft-RoCE sends, without FCS."""
    lines = (GOLDEN / "rxe_vectors.txt").read_text(encoding="utf-8").splitlines()
    return [bytes.fromhex(line.split()[1]) for line in lines if not line.startswith("#")]


def record(control, frame):
    """One frame as the targets of frame sequences read it."""
    return struct.pack("<BH", control, len(frame)) + frame


def captures():
    frames = golden_frames()
    for start in range(0, len(frames), 40):
        packets = b"".join(struct.pack("<IIII", i, 0, len(f), len(f)) + f
                           for i, f in enumerate(frames[start:start + 3]))
        yield struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + packets
    option = struct.pack("<HHI", 2, 4, 1)  # epb_flags: inbound
    for frame in frames[::40]:
        padded = frame + bytes(-len(frame) % 4)
        section = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
        interface = struct.pack("<IIHHIHH4sHHI", 1, 36, 1, 0, 65535, 2, 4, b"left", 0, 0, 36)
        length = 32 + len(padded) + len(option) + 4
        packet = (struct.pack("<IIIIIII", 6, length, 0, 0, 5, len(frame), len(frame)) + padded +
                  option + struct.pack("<II", 0, length))
        yield section + interface + packet


def records():
    frames = golden_frames()
    for at, frame in enumerate(frames):
        yield record(0x25, frame)
        if at % 10 == 0:
            yield b"".join(record(0x21 + 0x20 * (i % 2), f) for i, f in enumerate(frames[at:at + 4]))


def json_runs():
    reports = {"counters_from_ps": 1000, "counters_until_ps": 9000000, "eth.tx_frames": 1,
               "eth.rx_fcs_err": 0, "roce.rx_requests": 2}
    nodes = [{"name": name, "reports": reports} for name in ("left", "right")]
    yield json.dumps({"nodes": nodes}).encode()
    yield json.dumps({"nodes": nodes, "faults": [{"where": "left", "done": 1}]}).encode()


def load_store_frame(vc, psn, commands, op=0):
    """A frame of node 1 for node 2 as docs/reference/wire-format.md has it; the ICRC is put right."""
    body = commands + bytes(4)
    return (struct.pack(">HHHHHHH", 0x0200, len(commands) + 18, 2, 0x0200, 0, 1, 0x88B5) +
            bytes([0x0F, 0x80, op << 4 | vc, 0]) + struct.pack(">HHH", 0x8001, psn, 0) +
            bytes([0 if op else 1, 255]) + struct.pack(">H", 1) + body)


def endpoint_frames():
    right, connected = 0x1D, 0x3F
    frames = golden_frames()
    for at, frame in enumerate(frames):
        yield record(connected if at % 4 else right, frame)
    # WRITE first, middle, last and READ, in a row.
    of = {opcode: next(f for f in frames if f[12:14] == b"\x08\x00" and f[42] == opcode)
          for opcode in (0x06, 0x07, 0x08, 0x0A, 0x0C, 0x13, 0x14)}
    for row in ((0x06, 0x07, 0x08), (0x06, 0x08, 0x0C), (0x0A, 0x0A, 0x13, 0x14), (0x07, 0x0A)):
        yield b"".join(record(connected, of[opcode]) for opcode in row)
    load = struct.pack(">BBHQ", 1, 15, 7, 1 << 48)
    store = struct.pack(">BBHQ", 3, 1, 0xFFFF, (1 << 48) + 64) + bytes(8)
    for psn in range(3):
        yield record(right, load_store_frame(0, psn, load))
        yield record(right, load_store_frame(0, psn, store + load))
    yield record(right, load_store_frame(1, 0, struct.pack(">BBH", 0x82, 0, 5)))
    yield record(right, load_store_frame(3, 0, b"", op=3))
    yield record(right, load_store_frame(1, 0, b"", op=1))
    pause = bytes.fromhex("0180C2000001024E4C0000018808010100FF") + b"\x00\x40" * 8
    yield record(0x18, pause)


def endpoint_host():
    def send(opcode, length=64, wrong=0, rest=b""):
        return bytes([2, opcode, 0, 0]) + struct.pack("<HH", length, wrong) + rest
    receive, peer_receives, wait = bytes([5, 0, 0]), bytes([11, 0, 0]), bytes([15, 255])
    for opcode in range(8):
        yield peer_receives + send(opcode) + wait + send(opcode, 3000)
        yield send(opcode) * 6
    ones = b"\xff" * 8
    for bit in range(16):
        yield send(bit % 6, 64, 1 << bit, ones) + wait + receive
        yield send(5, 64, 1 << bit, b"\x01") + send(0)
        yield peer_receives + bytes([4]) + send(2, 64, 1 << bit, ones)[1:] + bytes([bit])
        yield bytes([11, 0, 1 << bit % 8]) + ones + send(2) + bytes([5, 0, 1 << bit % 8]) + ones
    for which in range(6, 9):
        for raw in range(4):
            yield bytes([which, raw]) + ones + bytes([which, raw, 5, 0, 0, 0, 0, 4, 0, 0, 0])
    for opcode in range(0, 32, 3):
        yield bytes([10, opcode, 0, 0, 0, 8, 0]) + bytes(8) + bytes([10, opcode, 2, 1, 1, 64, 255]) + ones
    for kind in range(1, 11):
        yield b"".join(bytes([12, verb, kind, 0, 0]) + ones * 6 for verb in (1, 3, 4))
        yield bytes([12, 1, kind, 1, 0]) + bytes(64) + bytes([12, 4, kind, 1, 0])
    for at in range(8):
        yield bytes([13, 0, at, 1, 64]) + ones * 8 + bytes([14, at, 0, 64, 0, at, 1]) * 3
        yield bytes([9, at * 32, at, 1, 63]) + ones * 8


# The first inputs of each target.
SEEDS = {
    "packet": golden_frames,
    "capture": captures,
    "check": records,
    "counters": json_runs,
    "scenario": lambda: [p.read_bytes() for p in sorted((ROOT / "sim/scenarios").glob("*.toml"))],
    "socket": lambda: [b""],
    "driver": lambda: [b""],
    "endpoint_frames": endpoint_frames,
    "endpoint_host": endpoint_host,
}


def dictionary(target):
    """Words that an input of this target is made of."""
    words = set()
    if target == "scenario":
        text = (ROOT / "docs/reference/scenario.md").read_text(encoding="utf-8")
        words = {w for quoted in re.findall(r"`([^`\n]+)`", text) for w in [quoted, *quoted.split()]}
    elif target == "counters":
        text = (ROOT / "host/check/counters.cpp").read_text(encoding="utf-8")
        words = set(re.findall(r'"([a-z_.]+)"', text))
    escaped = (w.replace("\\", "\\\\").replace('"', '\\"') for w in sorted(words) if w.isascii())
    return "".join(f'"{w}"\n' for w in escaped if len(w) < 64)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--target", choices=sorted(SEEDS), required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=int(os.environ.get(SEED_VARIABLE, "1")))
    options = parser.parse_args()

    first, corpus = options.work / "seeds", options.work / "corpus"
    for directory in (first, corpus):
        directory.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[options.target]()):
        (first / f"{number:04}").write_bytes(seed)
    command = [options.program, f"-max_total_time={options.seconds}", f"-seed={options.seed}",
               f"-max_len={LONGEST.get(options.target, 4096)}", "-timeout=60", "-rss_limit_mb=0",
               "-print_final_stats=1", f"-artifact_prefix={options.work}/"]
    words = dictionary(options.target)
    if words:
        (options.work / "words").write_text(words, encoding="utf-8")
        command.append(f"-dict={options.work}/words")
    done = subprocess.run([*command, str(corpus), str(first)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    name = Path(options.program).name
    runs = re.search(r"number_of_executed_units: (\d+)", done.stdout)
    if done.returncode == 0 and runs:
        print(f"{name}: {runs[1]} inputs in {options.seconds} s, seed {options.seed}: no finding")
        return 0
    print(done.stdout[-6000:])
    written = re.findall(r"Test unit written to (\S+)", done.stdout)
    why = re.search(r"(?:what\(\): +|^fuzz: |runtime error: |ERROR: )(.+)", done.stdout, re.MULTILINE)
    print(f"{name}: {why[1] if why else 'the program ended early'}")
    print(f"seed {options.seed}; replay: {options.program} {' '.join(written[:1])}")
    return 1


sys.exit(main())

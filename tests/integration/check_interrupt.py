#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Interrupts a run as Ctrl-C does: exit code 130, and a capture and a waveform that are whole.
#
# usage: check_interrupt.py <the program ethlink>

import os
import signal
import struct
import subprocess
import sys
import tempfile
import time


def capture_blocks(data):
    """Walks the blocks of a pcapng file; each repeats its length at its end."""
    blocks, at = 0, 0
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 4)[0]
        if length < 12 or struct.unpack_from("<I", data, at + length - 4)[0] != length:
            sys.exit(f"capture: expected a whole block at byte {at}, found none")
        at += length
        blocks += 1
    return blocks


def waveform_blocks(data):
    """Types of the blocks of an FST file: type, length without the type, content."""
    types, at = [], 0
    while at < len(data):
        length = struct.unpack_from(">Q", data, at + 1)[0]
        if length < 8 or at + 1 + length > len(data):
            sys.exit(f"waveform: expected a whole block at byte {at}, found none")
        types.append(data[at])
        at += 1 + length
    return types


def main():
    with tempfile.TemporaryDirectory() as directory:
        source, capture, wave = (os.path.join(directory, n) for n in ("in", "run.pcapng", "run.fst"))
        with open(source, "wb") as file:
            file.write(os.urandom(8 << 20))
        run = subprocess.Popen([sys.argv[1], "demo", "--input", source, "--pcap", capture, "--wave",
                                wave, "--wave-to", "20us"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 60
        while not (os.path.exists(capture) and os.path.getsize(capture) > 100_000):
            if time.monotonic() > deadline or run.poll() is not None:
                run.kill()
                sys.exit("expected a run that writes its capture, found none")
            time.sleep(0.1)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=60)
        with open(capture, "rb") as file:
            blocks = capture_blocks(file.read())
        with open(wave, "rb") as file:
            types = waveform_blocks(file.read())
    print(f"exit code {run.returncode}, {blocks} blocks of capture, waveform blocks {types}")
    if run.returncode != 130 or err.count("\n") != 1 or not out.splitlines()[-1].startswith("hash: "):
        sys.exit(f"expected exit code 130, one line of error and a hash, found:\n{out[-500:]}{err}")
    # 0: header, 4 or 6: hierarchy, 3: geometry, 1, 5 or 8: values. 255 would be an unfinished file.
    if blocks < 10 or types[0] != 0 or not {1, 5, 8} & set(types):
        sys.exit("expected a capture with frames and a waveform with a header and values")


main()

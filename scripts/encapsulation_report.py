#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Runs the same RDMA WRITEs in both encapsulations and prints what differs.
#
# Goodput: one queue pair keeps WRITEs in flight for 500 us. Time of one WRITE: the same with one
# WRITE in flight, from its post to its completion, ACK included.

import json
import pathlib
import subprocess
import sys
import tempfile

SIZES = (64, 256, 4096)
SCENARIO = """name = "encapsulation"
max_time_us = 5000
[[node]]
name = "left"
bus = "on-die"
[[node]]
name = "right"
bus = "on-die"
[[link]]
between = ["left", "right"]
rate_gbps = {gbps}
delay_ns = 100
[[program]]
name = "rdma-source"
node = "left"
[[program]]
name = "rdma-sink"
node = "right"
start_us = 200
measure_us = 300
stop_us = 800
congestion_control = 0
encapsulation = "{encapsulation}"
size = {size}
depth = {depth}
"""


def run(program, folder, **values):
    """The JSON of one run."""
    scenario = folder / "scenario.toml"
    result = folder / "result.json"
    scenario.write_text(SCENARIO.format(**values))
    done = subprocess.run([program, "run", str(scenario), "--json", str(result)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"ethlink run: {done.stderr.strip()}")
    return json.loads(result.read_text())


def measure(program, folder, gbps, encapsulation, size):
    """Bytes of a WRITE's frame with FCS, goodput in Gb/s, and ns of a WRITE on its own."""
    def goodput(result):
        return result["nodes"][0]["reports"]["flow0.goodput_mbps"] / 1000
    full = run(program, folder, gbps=gbps, encapsulation=encapsulation, size=size, depth=128)
    single = run(program, folder, gbps=gbps, encapsulation=encapsulation, size=size, depth=1)
    reports = full["nodes"][0]["reports"]
    frame = reports["eth.tx_bytes"] / reports["eth.tx_frames"]
    return frame, goodput(full), size * 8 / goodput(single)


def main():
    program, gbps = sys.argv[1], float(sys.argv[2])
    print(f"{gbps:g} Gb/s   |    bytes of a frame    |      goodput, Gb/s      |  ns of one WRITE")
    print("payload     |  RoCEv2  EthLink  saved |  RoCEv2  EthLink   gain |  RoCEv2  EthLink")
    with tempfile.TemporaryDirectory() as name:
        for size in SIZES:
            roce, own = (measure(program, pathlib.Path(name), gbps, encapsulation, size)
                         for encapsulation in ("rocev2", "ethlink"))
            print(f"{size:>11} | {roce[0]:>7.0f} {own[0]:>8.0f} {roce[0] - own[0]:>6.0f} |"
                  f" {roce[1]:>7.2f} {own[1]:>8.2f} {100 * (own[1] / roce[1] - 1):>5.1f}% |"
                  f" {roce[2]:>7.0f} {own[2]:>8.0f}")


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Captures a run and asks tshark whether it finds anything wrong in it.
#
# usage: check_capture.py <the program ethlink>

import os
import shutil
import subprocess
import sys
import tempfile

SCENARIO = "sim/scenarios/two-nodes.toml"


def main():
    if shutil.which("tshark") is None:
        print("skipped: tshark is missing")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as directory:
        capture = os.path.join(directory, "run.pcapng")
        subprocess.run([sys.argv[1], "run", SCENARIO, "--pcap", capture], check=True,
                       stdout=subprocess.DEVNULL)

        def fields(*arguments):
            return subprocess.run(["tshark", "-r", capture, *arguments], check=True, text=True,
                                  capture_output=True).stdout.splitlines()

        frames = fields()
        wrong = fields("-Y", "_ws.malformed or ip.checksum.status == 0 or eth.fcs.status == 0",
                       "-o", "ip.check_checksum:TRUE", "-o", "eth.check_fcs:TRUE")
        roce = fields("-Y", "infiniband")
        interfaces = set(fields("-T", "fields", "-e", "frame.interface_name"))
    print(f"{len(frames)} frames, {len(roce)} of them RoCE, on {sorted(interfaces)}")
    for line in wrong[:10]:
        print(f"malformed: {line}")
    if wrong or not roce or interfaces != {"left", "right"}:
        sys.exit("expected no malformed frame, some RoCE frames, and the interfaces left and right")


main()

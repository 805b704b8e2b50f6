#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
#
# Boots a guest with soft-RoCE, joins it to the simulated network, and runs one suite.
#
# usage: run_interop.py --peer PROGRAM --guest PROGRAM --cache DIR --suite NAME --family 4|6
#                       --loss P [--width BITS] [--seed N]
# Exit code: 0 passed, 1 failed, 77 skipped because this machine cannot run the guest.

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import compare_frames
import guest_image
from guest import Guest

PATIENCE_SECONDS = 280


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", required=True)
    parser.add_argument("--guest", required=True, help="the program, or none if it was not built")
    parser.add_argument("--cache", required=True, type=Path)
    parser.add_argument("--suite", required=True)
    parser.add_argument("--family", required=True)
    parser.add_argument("--loss", required=True)
    parser.add_argument("--width", default="256", help="data path of the endpoint")
    parser.add_argument("--seed", default=os.environ.get("ETHLINK_SEED", "1"))
    return parser.parse_args()


def main():
    options = arguments()
    start = time.monotonic()
    try:
        if options.guest == "none":
            raise guest_image.Unavailable("libibverbs was missing when the build was configured "
                                          "(package libibverbs-dev; scripts/setup.sh --tests)")
        image = guest_image.guest_image(options.cache, options.guest)
    except guest_image.Unavailable as reason:
        print(f"skipped: {reason}")
        sys.exit(77)
    name = f"{options.suite}-ipv{options.family}"
    capture = options.cache / f"{name}.pcapng"
    guest = Guest(image, options.cache / f"{name}.console")
    sockets = (guest.ethernet.fileno(), guest.control.fileno())
    command = [options.peer, options.suite, options.family, options.loss, options.width,
               options.seed, *map(str, sockets), str(capture)]
    print(f"seed {options.seed}; the guest starts {time.monotonic() - start:.1f} s after the test",
          flush=True)
    code = 1
    try:
        code = subprocess.run(command, pass_fds=sockets, timeout=PATIENCE_SECONDS,
                              check=False).returncode
    except subprocess.TimeoutExpired:
        print(f"expected an end after at most {PATIENCE_SECONDS} s, found none")
    finally:
        guest.stop()
    if code != 0:
        print(f"console of the guest:\n{guest.log()}")
        sys.exit(1)
    problems = compare_frames.compare(capture, options.suite == "matrix")
    print(f"{time.monotonic() - start:.1f} s")
    sys.exit(1 if problems else 0)


main()

# SPDX-License-Identifier: Apache-2.0
#
# Judges the frames of a run: every RoCEv2 frame is well formed with the right ICRC, and those of the
# endpoint equal those that soft-RoCE sent in the same situation, but for fields that are free.

import struct
import zlib
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "rxe_vectors.txt"
ENDPOINT_MAC = bytes.fromhex("02454c000001")
ROCE_PORT = 4791
FCS_BYTES, ICRC_BYTES, BTH_BYTES, UDP_BYTES = 4, 4, 12, 8
# Bytes behind the BTH, by opcode of a reliable connection.
RETH, IMMDT, IETH, AETH = 16, 4, 4, 4
EXTENSION = {0x00: 0, 0x01: 0, 0x02: 0, 0x03: IMMDT, 0x04: 0, 0x05: IMMDT, 0x06: RETH, 0x07: 0,
             0x08: 0, 0x09: IMMDT, 0x0A: RETH, 0x0B: RETH + IMMDT, 0x0C: RETH, 0x0D: AETH, 0x0E: 0,
             0x0F: AETH, 0x10: AETH, 0x11: AETH, 0x12: AETH + 8, 0x13: 28, 0x14: 28, 0x16: IETH,
             0x17: IETH}
FIRST_OR_MIDDLE = {0x00, 0x01, 0x06, 0x07}
WITH_AETH = {0x0D, 0x0F, 0x10, 0x11, 0x12}
# The endpoint's choice: class of service, IPv4 identification (RFC 6864), UDP source port from
# 0xc000 on, and when to ask for an acknowledgement inside a message.
FREE = {"traffic class", "identification"}


def capture_frames(path):
    """The frames of the first interface of a pcapng file, without FCS."""
    data = path.read_bytes()
    offset = 0
    while offset + 12 <= len(data):
        kind, length = struct.unpack_from("<II", data, offset)
        if kind == 6:
            interface, _, _, captured = struct.unpack_from("<IIII", data, offset + 8)
            if interface == 0:
                yield data[offset + 28:offset + 28 + captured - FCS_BYTES]
        offset += length


def icrc_of(ip, ipv6, end):
    """CRC-32 of the packet with the fields that a hop may change as ones."""
    covered = bytearray(b"\xff" * 8 + ip[:end])
    udp = 8 + (40 if ipv6 else 20)
    ones = [8, 9, 10, 11, 15] if ipv6 else [9, 16, 18, 19]
    for at in ones + [udp + 6, udp + 7, udp + UDP_BYTES + 4]:
        covered[at] = covered[at] | 0x0F if ipv6 and at == 8 else 0xFF
    return struct.pack("<I", zlib.crc32(covered))


class Frame:
    """A RoCEv2 frame: its class, and the fields that a class determines."""

    def __init__(self, frame):
        self.problems = []
        ethertype = struct.unpack_from(">H", frame, 12)[0]
        l3 = 18 if ethertype == 0x8100 else 14
        self.tagged = l3 == 18
        self.ours = frame[6:12] == ENDPOINT_MAC
        ip = frame[l3:]
        self.ipv6 = ip[0] >> 4 == 6
        fields = self.read_ipv6(ip) if self.ipv6 else self.read_ipv4(ip)
        udp = ip[self.l4:]
        fields["UDP destination"] = struct.unpack_from(">H", udp, 2)[0]
        fields["UDP checksum"] = struct.unpack_from(">H", udp, 6)[0]
        self.expect(udp[0] >= 0xC0, "a UDP source port from 0xc000 on")
        self.expect(struct.unpack_from(">H", udp, 4)[0] == self.end - self.l4,
                    "a UDP length up to the ICRC")
        bth = udp[UDP_BYTES:]
        self.opcode = bth[0]
        self.ackreq = bth[8] >> 7
        self.solicited = bth[1] >> 7
        self.pad = bth[1] >> 4 & 3
        fields.update({"migreq": bth[1] >> 6 & 1, "tver": bth[1] & 0xF,
                       "pkey": struct.unpack_from(">H", bth, 2)[0], "resv8": bth[4],
                       "resv7": bth[8] & 0x7F})
        self.answer = None
        if self.opcode in WITH_AETH:
            syndrome = bth[BTH_BYTES]
            # The code of an RNR NAK says how long to wait, and an ACK may limit the credits.
            self.answer = "ACK" if syndrome < 0x20 else "RNR" if syndrome < 0x40 else hex(syndrome)
        self.fields = fields
        if self.opcode in EXTENSION:
            payload = (self.end - self.l4 - UDP_BYTES - BTH_BYTES - EXTENSION[self.opcode]
                       - ICRC_BYTES)
            self.expect(payload >= self.pad and payload % 4 == 0, "a payload of whole words")
        self.expect(ip[self.end - ICRC_BYTES:self.end]
                    == icrc_of(ip, self.ipv6, self.end - ICRC_BYTES), "the right ICRC")
        self.expect(not any(ip[self.end:]), "zeros behind the packet")
        self.expect(len(frame) >= 60 or self.tagged or not self.ours, "at least 60 bytes")

    def expect(self, good, what):
        if not good:
            self.problems.append(f"expected {what}")

    def read_ipv4(self, ip):
        self.l4 = 20
        self.end = struct.unpack_from(">H", ip, 2)[0]
        words = struct.unpack_from(">10H", ip)
        total = sum(words)
        self.expect(ip[0] == 0x45, "an IPv4 header without options")
        self.expect((total & 0xFFFF) + (total >> 16) == 0xFFFF, "the right header checksum")
        return {"traffic class": ip[1], "identification": words[2], "fragment": words[3],
                "time to live": ip[8], "protocol": ip[9]}

    def read_ipv6(self, ip):
        self.l4 = 40
        self.end = 40 + struct.unpack_from(">H", ip, 4)[0]
        first = struct.unpack_from(">I", ip)[0]
        return {"traffic class": first >> 20 & 0xFF, "flow label": first & 0xFFFFF,
                "protocol": ip[6], "time to live": ip[7]}

    def key(self):
        """Frames with the same key are in the same situation."""
        ackreq = None if self.opcode in FIRST_OR_MIDDLE else self.ackreq
        return self.ipv6, self.opcode, self.pad, self.solicited, ackreq, self.answer


def is_roce(frame):
    """UDP to the port of RoCEv2, also behind a tag."""
    l3 = 18 if frame[12:14] == b"\x81\x00" else 14
    ethertype = frame[l3 - 2:l3]
    if ethertype == b"\x08\x00":
        protocol, l4 = frame[l3 + 9], l3 + 20
    elif ethertype == b"\x86\xdd":
        protocol, l4 = frame[l3 + 6], l3 + 40
    else:
        return False
    return protocol == 17 and struct.unpack_from(">H", frame, l4 + 2)[0] == ROCE_PORT


def name_of(key):
    ipv6, opcode, pad, solicited, ackreq, answer = key
    return (f"IPv{6 if ipv6 else 4}, opcode {opcode:#04x}, pad {pad}, solicited {solicited}, "
            f"AckReq {'any' if ackreq is None else ackreq}{', ' + answer if answer else ''}")


def golden_frames():
    """What soft-RoCE sent in each situation, without tag."""
    found = {}
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            frame = Frame(bytes.fromhex(line.split()[1]))
            if not frame.tagged:
                found[frame.key()] = frame
    return found


def compare(capture, every_class):
    """Problems as lines, printed too. `every_class`: the endpoint must have sent a frame of each
    situation without an error that soft-RoCE has and the endpoint can be in."""
    golden = golden_frames()
    problems = []
    counts = {True: 0, False: 0}
    compared = {}
    families = set()
    opcodes = set()
    for raw in capture_frames(capture):
        if not is_roce(raw):
            continue
        frame = Frame(raw)
        counts[frame.ours] += 1
        problems += [f"{'endpoint' if frame.ours else 'guest'}: {name_of(frame.key())}: {text}"
                     for text in frame.problems]
        if not frame.ours:
            continue
        families.add(frame.ipv6)
        opcodes.add(frame.opcode)
        other = golden.get(frame.key())
        if other is None:
            continue
        compared[frame.key()] = compared.get(frame.key(), 0) + 1
        for field, value in frame.fields.items():
            if field not in FREE and value != other.fields[field]:
                problems.append(f"{name_of(frame.key())}: {field}: expected {other.fields[field]:#x} "
                                f"as soft-RoCE sends, found {value:#x}")
    if every_class:
        problems += [f"expected a frame of the endpoint: {name_of(key)}, found none"
                     for key in golden
                     if key[0] in families and key[1] in opcodes and key[5] in (None, "ACK")
                     and key not in compared]
    if not counts[True] or not counts[False] or not compared:
        problems.append("expected frames of both sides in the capture, found none")
    for problem in sorted(set(problems))[:20]:
        print(problem)
    print(f"frames: {counts[True]} of the endpoint, {counts[False]} of the guest; "
          f"{sum(compared.values())} in {len(compared)} situations compared with soft-RoCE's")
    return problems

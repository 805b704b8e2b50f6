// SPDX-License-Identifier: Apache-2.0
//
// The rules of `ethlink check` on frames whose check values are right, in any order and direction.
//
// A record of the input is a control byte, a length of 16 bits, and so many bytes of a frame.
#include "check/checker.hpp"
#include "fuzz.hpp"
#include "sim/fabric/frame.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ethlink;
  constexpr unsigned kRepairIcrc = 1, kFcs = 2, kRepairFcs = 4, kSame = 8;
  fuzz::Input input(data, size);
  Capture capture;
  capture.interfaces = {"left", "right"};
  std::uint64_t ns = 0;
  while (!input.empty() && capture.frames.size() < 256) {
    const unsigned control = input.byte();
    CapturedFrame frame;
    frame.number = capture.frames.size() + 1;
    // Time stands still, goes on, or leaps.
    ns += (control & kSame) != 0 ? 0 : control == 0xff ? 2'000'000 : 1000;
    frame.ns = ns;
    frame.interface_id = control >> 4 & 1U;
    frame.direction = static_cast<Direction>((control >> 5 & 3U) % 3);
    frame.bytes = input.bytes(input.take<std::uint16_t>() % 4352);
    if (const sim::Packet packet = sim::parse_packet(frame.bytes);
        (control & kRepairIcrc) != 0 &&
        (packet.kind == sim::PacketKind::kRdma || packet.kind == sim::PacketKind::kLoadStore)) {
      const std::uint32_t icrc = sim::expected_icrc(frame.bytes, packet);
      std::memcpy(frame.bytes.data() + packet.icrc, &icrc, sizeof(icrc));
    }
    frame.has_fcs = (control & kFcs) != 0 && frame.bytes.size() >= sim::kMinFrameBytes;
    if (frame.has_fcs && (control & kRepairFcs) != 0) {
      sim::set_fcs(frame.bytes);
    }
    capture.frames.push_back(std::move(frame));
  }
  const CheckResult result = check_capture(capture, {});
  for (const Finding& finding : result.findings) {
    fuzz::promise(finding.frame <= capture.frames.size(), "findings about frames that exist");
    fuzz::promise(!finding.text.empty() && finding.text.find('\n') == std::string::npos,
                  "one line a finding");
  }
  return 0;
}

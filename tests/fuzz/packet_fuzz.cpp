// SPDX-License-Identifier: Apache-2.0
//
// Headers of any frame: parser, check values, groups of fault events, priority and ECN of a switch.
#include "fuzz.hpp"
#include "sim/fabric/fault_event.hpp"
#include "sim/fabric/frame.hpp"
#include "sim/fabric/packet.hpp"
#include "sim/fabric/switch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ethlink;
  const std::span<const std::uint8_t> frame(data, size);
  const sim::Packet packet = sim::parse_packet(frame);
  const bool checked =
      packet.kind == sim::PacketKind::kRdma || packet.kind == sim::PacketKind::kLoadStore;
  if (checked) {
    fuzz::promise(packet.net <= packet.transport && packet.transport <= packet.payload &&
                      packet.payload <= packet.icrc && packet.icrc + 4 <= size,
                  "headers, payload and ICRC one behind the other inside the frame");
    fuzz::promise(packet.payload_bytes() <= packet.icrc - packet.payload,
                  "no more payload than bytes");
    static_cast<void>(sim::expected_icrc(frame, packet));
    static_cast<void>(sim::carried_icrc(frame, packet));
  }
  fuzz::promise(!sim::packet_name(packet).empty() || packet.kind != sim::PacketKind::kRdma,
                "a name for every RDMA packet");
  for (unsigned group = 0; group < 32; ++group) {
    static_cast<void>(sim::in_group(packet, static_cast<sim::FrameGroup>(group)));
  }
  if (size >= sim::kMinFrameBytes) {  // a switch drops what is shorter
    fuzz::promise(sim::frame_priority(frame) < 8, "a priority below 8");
    std::vector<std::uint8_t> marked(frame.begin(), frame.end());
    const unsigned before = sim::frame_priority(frame);
    if (sim::mark_ecn(marked)) {
      fuzz::promise(sim::fcs_good(marked), "a good FCS behind a mark");
      fuzz::promise(sim::frame_priority(marked) == before, "the same priority behind a mark");
      fuzz::promise(sim::parse_packet(marked).kind == packet.kind, "the same packet, marked");
    }
  }
  return 0;
}

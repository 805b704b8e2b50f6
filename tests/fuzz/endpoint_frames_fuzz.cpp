// SPDX-License-Identifier: Apache-2.0
//
// A whole endpoint that receives any frames: each is counted once, nothing hangs, nothing is
// written outside of regions, and other queue pairs go on.
//
// A record of the input is a control byte, a length of 16 bits, and so many bytes of a frame; the
// control byte says what is put right, so that frames get behind each check of the receive path.
#include "fuzz.hpp"
#include "programs/node_setup.hpp"
#include "run_attack.hpp"
#include "sim/fabric/packet.hpp"

namespace {

using namespace ethlink;
using test::EndpointPair;

constexpr unsigned kVictim = 1;
constexpr std::size_t kMostFrames = 24, kMostBytes = 4600;

void put(sim::Frame& frame, std::size_t at, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes && at + i < frame.size(); ++i) {
    frame[at + i] = static_cast<std::uint8_t>(value >> 8 * (bytes - 1 - i));
  }
}

// Addresses of the attacker and the victim in the headers that the frame has.
void address(sim::Frame& frame, const sim::Packet& packet) {
  if (packet.kind == sim::PacketKind::kLoadStore) {
    put(frame, 4, node_id_of(kVictim), 2);
    put(frame, 10, node_id_of(1 - kVictim), 2);
    return;
  }
  for (std::size_t i = 0; i < 6 && 6 + i < frame.size(); ++i) {
    frame[i] = mac_of(kVictim)[i];
    frame[6 + i] = mac_of(1 - kVictim)[i];
  }
  if (packet.kind != sim::PacketKind::kRdma || packet.ethlink) {
    return;
  }
  if (packet.ipv6) {
    std::copy_n(gid_of(1 - kVictim).begin(), 16, frame.begin() + static_cast<long>(packet.net) + 8);
    std::copy_n(gid_of(kVictim).begin(), 16, frame.begin() + static_cast<long>(packet.net) + 24);
    return;
  }
  std::copy_n(gid_of(1 - kVictim).begin() + 12, 4,
              frame.begin() + static_cast<long>(packet.net) + 12);
  std::copy_n(gid_of(kVictim).begin() + 12, 4, frame.begin() + static_cast<long>(packet.net) + 16);
  put(frame, packet.net + 10, 0, 2);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 20; i += 2) {
    sum += static_cast<std::uint32_t>(frame[packet.net + i] << 8 | frame[packet.net + i + 1]);
  }
  sum = (sum & 0xffff) + (sum >> 16);
  put(frame, packet.net + 10, ~((sum & 0xffff) + (sum >> 16)) & 0xffff, 2);
}

// A queue pair, a PSN and a key of the attacker.
void connect(sim::Frame& frame, const sim::Packet& packet, EndpointPair& pair, std::uint32_t psn) {
  const EndpointPair::Node& victim = pair.node(kVictim);
  put(frame, packet.transport + 5, victim.attack.qpn, 3);
  put(frame, packet.transport + 9, psn, 3);
  const bool remote = packet.rdma == sim::RdmaKind::kReadRequest ||
                      packet.rdma == sim::RdmaKind::kAtomicRequest ||
                      (packet.rdma == sim::RdmaKind::kWrite && packet.rkey != 0);
  if (remote) {
    const std::uint64_t va = victim.attack_region->va();
    // Around both ends of the region, and far away.
    const std::uint64_t offset = packet.va % (EndpointPair::kRegionBytes + 64);
    put(frame, packet.transport + 12, packet.va >> 63 != 0 ? packet.va : va + offset - 32, 8);
    put(frame, packet.transport + 20, victim.attack_region->rkey(), 4);
  }
}

enum Control : unsigned {
  kAddress = 1,
  kConnect = 2,
  kIcrc = 4,
  kFcs = 8,
  kPad = 16,
  kNextPsn = 32
};

sim::Frame make_frame(fuzz::Input& input, EndpointPair& pair, std::uint32_t& psn) {
  const unsigned control = input.byte();
  sim::Frame frame = input.bytes(input.take<std::uint16_t>() % kMostBytes);
  const sim::Packet packet = sim::parse_packet(frame);
  if ((control & kAddress) != 0) {
    address(frame, packet);
  }
  if ((control & kConnect) != 0 && packet.kind == sim::PacketKind::kRdma) {
    connect(frame, packet, pair, psn);
    psn = (psn + ((control & kNextPsn) != 0 ? 1 : 0)) & 0xffffff;
  }
  if ((control & kIcrc) != 0 &&
      (packet.kind == sim::PacketKind::kRdma || packet.kind == sim::PacketKind::kLoadStore)) {
    const std::uint32_t icrc = sim::expected_icrc(frame, packet);
    std::memcpy(frame.data() + packet.icrc, &icrc, sizeof(icrc));
  }
  if ((control & kPad) != 0 && frame.size() < sim::kMinFrameBytes - sim::kFcsBytes) {
    frame.resize(sim::kMinFrameBytes - sim::kFcsBytes);
  }
  frame.resize(frame.size() + sim::kFcsBytes);
  if ((control & kFcs) != 0) {
    sim::set_fcs(frame);
  }
  return frame;
}

// The innocent's connection is not what this attacker may speak for: a forged packet ends it, as it
// does on any RC connection.
bool spares_innocent(const sim::Frame& frame, EndpointPair& pair) {
  const sim::Packet packet = sim::parse_packet(frame);
  return packet.kind != sim::PacketKind::kRdma || packet.dest_qpn != pair.node(kVictim).qp->qpn();
}

// All pauses end: a pause is obeyed, and the innocent must not wait for it.
sim::Frame unpause() {
  sim::Frame frame(sim::kMinFrameBytes);
  put(frame, 0, 0x0180'C200'0001, 6);
  put(frame, 12, 0x8808'0101'00FF, 6);
  sim::set_fcs(frame);
  return frame;
}

void attack(EndpointPair& pair, fuzz::Input& input) {
  sim::DirectBench& bench = pair.bench();
  std::uint32_t psn = EndpointPair::kFirstPsn;
  const std::vector<std::uint64_t> before = pair.counters(kVictim);
  const std::uint64_t arrived = pair.arrived(kVictim);
  for (std::size_t i = 0; i < kMostFrames && !input.empty(); ++i) {
    sim::Frame frame = make_frame(input, pair, psn);
    if (spares_innocent(frame, pair)) {
      bench.inject(kVictim, std::move(frame));
    }
  }
  bench.inject(kVictim, unpause());
  fuzz::promise(bench.run_until_quiet(1'000'000), "the frames to be dealt with");
  std::vector<std::uint64_t> counted = pair.counters(kVictim);
  for (std::size_t i = 0; i < counted.size(); ++i) {
    counted[i] -= before[i];
  }
  std::uint64_t frames = counted.at(regs::kCntEthPfcRx);
  for (std::size_t i = regs::kCntEthRxFramesPlain; i <= regs::kCntEthRxFullRoce; ++i) {
    frames += counted.at(i);
  }
  fuzz::promise(frames == pair.arrived(kVictim) - arrived,
                "each frame to be counted once: " + std::to_string(frames) + " of " +
                    std::to_string(pair.arrived(kVictim) - arrived));
  std::uint64_t packets = 0;
  for (std::size_t i = regs::kCntRoceRxRequests; i <= regs::kCntRoceRxBadPkey; ++i) {
    packets += counted.at(i);
  }
  fuzz::promise(packets == counted.at(regs::kCntEthRxFramesRoce),
                "each RDMA packet to be counted once: " + std::to_string(packets) + " of " +
                    std::to_string(counted.at(regs::kCntEthRxFramesRoce)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  return fuzz::run_attack([&](EndpointPair& pair) { attack(pair, input); });
}

// SPDX-License-Identifier: Apache-2.0
//
// Two endpoints wired MAC to MAC with memories of one cycle: the bench of exact cycle counts.
//
// Links take 0 cycles: a beat that one endpoint offers in a cycle is on the other's receive pins in
// that cycle. A DMA read accepted in cycle n returns its first beat in cycle n + 1, a write is
// answered one cycle after its last beat. No SystemC, no skipped cycles, no bandwidth limits.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "sim/endpoint/endpoint_engine.hpp"
#include "sim/fabric/frame.hpp"
#include "sim/host/host_memory.hpp"
#include "sim/host/host_port.hpp"

namespace ethlink::sim {

/// The pins of both endpoints in one cycle, before its rising edge.
struct CycleProbe {
  std::uint64_t cycle = 0;
  std::array<const EndpointIn*, 2> in{};
  std::array<const EndpointOut*, 2> out{};
};

/// Times are cycles; HostPort times are cycles x kPeriod.
/// Ownership: owns models, engines and memories. Threads: one at a time.
class DirectBench {
 public:
  static constexpr TimePs kPeriod = 1000;
  static constexpr std::uint64_t kCallLimit = 1'000'000;  ///< cycles that a blocking call may take

  /// `first` and `second` are models of the same width. Returns out of reset.
  /// `check_dma`: false for models that do not speak the host interface; else a call fails with
  /// kDeviceError after its device touched memory that it was not told about.
  DirectBench(std::unique_ptr<EndpointModel> first, std::unique_ptr<EndpointModel> second,
              bool check_dma = true);
  ~DirectBench();

  /// Blocking calls run both endpoints until they are done. Use one host at a time.
  [[nodiscard]] HostPort& host(unsigned node);
  [[nodiscard]] HostMemory& memory(unsigned node);
  /// The first access of the device to memory that it was not told about, or nothing.
  [[nodiscard]] const std::string& violation(unsigned node) const;
  [[nodiscard]] EndpointEngine& engine(unsigned node) { return *engines_[node]; }

  /// Called in every cycle, after the pins settled and before the edge.
  void set_probe(std::function<void(const CycleProbe&)> probe) { probe_ = std::move(probe); }
  /// May hold back a beat that `node` would send in this cycle: tready of its transmit port.
  void set_wire(std::function<bool(unsigned node, std::uint64_t cycle)> ready);

  /// Asked at the first beat of each frame that `node` sends: true loses the whole frame.
  void set_loss(std::function<bool(unsigned node)> lost) { lost_ = std::move(lost); }

  /// Sends a frame, with its FCS, to `node` between those of the other node, which waits meanwhile.
  void inject(unsigned node, Frame frame) { injected_[node].push_back(std::move(frame)); }
  /// Runs until nothing is under way and only a timer can change that; false after `limit` cycles.
  bool run_until_quiet(std::uint64_t limit);

  /// The next cycle to run, counted from the start of reset.
  [[nodiscard]] std::uint64_t cycle() const { return cycle_; }
  void step();
  void run(std::uint64_t cycles);
  /// Runs until `done()` holds after a cycle; false when `limit` cycles passed first.
  bool run_until(const std::function<bool()>& done, std::uint64_t limit);

  // Requests whose valid is first driven in `cycle` (at the earliest), without waiting. The answer
  // is on the pins: use the probe. Requests of one port are in order of their cycles.
  void reg_write_at(unsigned node, std::uint64_t cycle, std::uint64_t offset,
                    std::span<const std::byte> data);
  void aperture_write_at(unsigned node, std::uint64_t cycle, std::uint64_t offset,
                         std::span<const std::byte> data);
  void aperture_read_at(unsigned node, std::uint64_t cycle, std::uint64_t offset, unsigned bytes);

 private:
  struct Parts;  // hosts and what they share

  [[nodiscard]] bool loses(unsigned node, const EndpointOut& out);
  /// The next beat of the frame that is injected into `node`.
  const EndpointOut& injected_beat(unsigned node);

  std::unique_ptr<Parts> parts_;
  std::array<std::unique_ptr<EndpointEngine>, 2> engines_;
  std::function<void(const CycleProbe&)> probe_;
  std::function<bool(unsigned, std::uint64_t)> wire_;
  std::function<bool(unsigned)> lost_;
  std::array<bool, 2> in_frame_{};  // a frame of the node is under way
  std::array<bool, 2> losing_{};    // and it is being lost
  std::array<std::deque<Frame>, 2> injected_;
  std::array<std::size_t, 2> injected_bytes_{};  // of the frame in front, sent
  std::array<EndpointOut, 2> beats_{};           // of injected frames
  std::array<bool, 2> held_{};                   // the node waits for an injected frame
  std::uint64_t cycle_ = 0;
};

}  // namespace ethlink::sim

// SPDX-License-Identifier: Apache-2.0
//
// What the measurements look for on the pins of a bench.
#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "sim/bench/direct_bench.hpp"

namespace ethlink::bench {

/// Cycles in which something was seen on the pins: first and last time, and how often.
class Sightings {
 public:
  void see(std::uint64_t cycle, std::uint64_t amount = 1) {
    if (count_ == 0) {
      first_ = cycle;
    }
    last_ = cycle;
    ++count_;
    total_ += amount;
    if (mark_ != 0 && !mark_cycle_ && total_ >= mark_) {
      mark_cycle_ = cycle;
      mark_total_ = total_;
    }
  }
  /// Remembers when the sum of amounts reached `total`, the start of the steady state.
  void set_mark(std::uint64_t total) { mark_ = total; }
  [[nodiscard]] std::uint64_t first() const { return first_; }
  [[nodiscard]] std::uint64_t last() const { return last_; }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t total() const { return total_; }
  /// Amount a cycle between the mark and the last sighting.
  [[nodiscard]] double rate() const {
    if (!mark_cycle_ || last_ == *mark_cycle_) {
      return 0;
    }
    return static_cast<double>(total_ - mark_total_) / static_cast<double>(last_ - *mark_cycle_);
  }

 private:
  std::uint64_t first_ = 0, last_ = 0, count_ = 0, total_ = 0, mark_ = 0, mark_total_ = 0;
  std::optional<std::uint64_t> mark_cycle_;
};

/// Bytes that the write strobes of a DMA beat select.
inline std::uint64_t strobe_bytes(const sim::EndpointOut& out, unsigned beat_bytes) {
  std::uint64_t bytes = 0;
  for (unsigned i = 0; i < beat_bytes / 8; ++i) {
    bytes += static_cast<std::uint64_t>(std::popcount(out.dma_wstrb.at(i)));
  }
  return bytes;
}

inline bool dma_write_beat(const sim::CycleProbe& p, unsigned node) {
  return p.out[node]->dma_wvalid && p.in[node]->dma_wready;
}
inline bool tx_beat(const sim::CycleProbe& p, unsigned node) {
  return p.out[node]->mac_tx_tvalid && p.in[node]->mac_tx_tready;
}

/// Finds NAKs among untagged IPv4 RoCEv2 acknowledges: the syndrome of AETH is byte 54.
class NakWatch {
 public:
  explicit NakWatch(unsigned beat_bytes) : beat_bytes_(beat_bytes) {}
  /// To be called once a cycle; true in the cycle of the last beat of a NAK.
  bool last_beat(const sim::EndpointIn& in) {
    constexpr unsigned kSyndrome = 54;
    if (!in.mac_rx_tvalid) {
      return false;
    }
    if (beat_ == kSyndrome / beat_bytes_) {
      nak_ = (in.mac_rx_tdata.at(kSyndrome % beat_bytes_) & 0x60U) == 0x60U;
    }
    ++beat_;
    if (!in.mac_rx_tlast) {
      return false;
    }
    beat_ = 0;
    return std::exchange(nak_, false);
  }

 private:
  unsigned beat_bytes_;
  unsigned beat_ = 0;  // of the frame that is arriving
  bool nak_ = false;
};

}  // namespace ethlink::bench

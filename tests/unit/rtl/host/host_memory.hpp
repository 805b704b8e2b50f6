// SPDX-License-Identifier: Apache-2.0
//
// Host memory behind the DMA port: reads come back late, out of order and interleaved.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "catch.hpp"
#include "packed_bits.hpp"

namespace ethlink::test {

/// One write as it became visible.
struct Written {
  std::uint64_t addr = 0;
  Bytes data;  // the bytes whose strobe was set
  std::uint64_t cycle = 0;
};

/// `Bus` is the width of the data path in bytes. How wild the memory is: 0 answers at once.
template <typename Model, unsigned Bus>
class HostMemory {
 public:
  HostMemory(unsigned wild, std::uint64_t seed) : wild_(wild), rng_(seed) {}

  [[nodiscard]] Bytes read(std::uint64_t addr, std::size_t count) const {
    Bytes out(count);
    for (std::size_t i = 0; i < count; ++i) {
      out[i] = byte(addr + i);
    }
    return out;
  }
  [[nodiscard]] std::uint64_t word(std::uint64_t addr, unsigned size) const {
    return le_get(read(addr, size), 0, size);
  }
  void write(std::uint64_t addr, const Bytes& data) {
    for (std::size_t i = 0; i < data.size(); ++i) {
      memory_[addr + i] = data[i];
    }
  }
  /// Reads and writes of this page fail.
  void poison(std::uint64_t addr) { bad_.insert(addr / 4096); }
  void heal() { bad_.clear(); }

  /// Sets the inputs of the next edge.
  void drive(Model& m, std::uint64_t cycle) {
    m.dma_arready_i = stopped || chance(wild_ / 2) ? 0 : 1;
    m.dma_awready_i = stopped || chance(wild_ / 2) ? 0 : 1;
    m.dma_wready_i = stopped || chance(wild_ / 2) ? 0 : 1;
    m.dma_rvalid_i = 0;
    m.dma_bvalid_i = 0;
    if (!stopped && !reads_.empty() && !chance(wild_ / 3)) {
      drive_read(m, cycle);
    }
    if (!stopped && !answers_.empty() && answers_.front().cycle <= cycle && !chance(wild_ / 3)) {
      m.dma_bvalid_i = 1;
      m.dma_bid_i = 0;
      m.dma_bresp_i = answers_.front().bad ? 2 : 0;
      answers_.pop_front();
    }
  }

  /// Looks at the outputs before the edge.
  void observe(const Model& m, std::uint64_t cycle) {
    if (m.dma_arvalid_o && m.dma_arready_i) {
      const std::uint64_t offset = m.dma_araddr_o % Bus;
      REQUIRE(m.dma_araddr_o % 4096 + m.dma_aruser_o <= 4096);
      REQUIRE((offset + m.dma_aruser_o + Bus - 1) / Bus == m.dma_arlen_o + 1U);
      for (const Read& other : reads_) {
        REQUIRE(other.id != m.dma_arid_o);
      }
      reads_.push_back({m.dma_araddr_o, m.dma_arid_o, m.dma_arlen_o + 1U, 0, later(cycle)});
    }
    if (m.dma_awvalid_o && m.dma_awready_i) {
      REQUIRE(m.dma_awid_o == 0);
      addresses_.push_back({m.dma_awaddr_o, m.dma_awlen_o + 1U, 0});
      REQUIRE(m.dma_awaddr_o % 4096 / Bus + m.dma_awlen_o < 4096 / Bus);
    }
    if (m.dma_wvalid_o && m.dma_wready_i) {
      beats_.push_back(
          {get_bytes(m.dma_wdata_o, 0, Bus), strobes(m.dma_wstrb_o), m.dma_wlast_o != 0});
    }
    while (!addresses_.empty() && !beats_.empty()) {
      take_beat(cycle);
    }
  }

  [[nodiscard]] bool quiet() const {
    return reads_.empty() && answers_.empty() && addresses_.empty() && beats_.empty();
  }
  [[nodiscard]] std::size_t reads_open() const { return reads_.size(); }

  bool stopped = false;
  unsigned latency = 1;
  std::vector<Written> log;  // in the order of visibility

 private:
  struct Read {
    std::uint64_t addr;
    unsigned id;
    unsigned beats;
    unsigned done;
    std::uint64_t ready;
  };
  struct Address {
    std::uint64_t addr;
    unsigned beats;
    unsigned done;
  };
  struct Beat {
    Bytes data;
    std::vector<bool> strobes;
    bool last;
  };
  struct Answer {
    bool bad;
    std::uint64_t cycle;
  };

  bool chance(unsigned percent) { return percent != 0 && rng_() % 100 < percent; }
  std::uint64_t later(std::uint64_t cycle) {
    return cycle + latency + (wild_ != 0 ? rng_() % 30 : 0);
  }
  [[nodiscard]] std::uint8_t byte(std::uint64_t addr) const {
    const auto found = memory_.find(addr);
    return found == memory_.end() ? 0 : found->second;
  }
  template <typename Port>
  static std::vector<bool> strobes(const Port& port) {
    std::vector<bool> out(Bus);
    for (unsigned i = 0; i < Bus; ++i) {
      out[i] = get_bits(port, i, 1) != 0;
    }
    return out;
  }

  void drive_read(Model& m, std::uint64_t cycle) {
    const std::size_t pick = wild_ == 0 ? 0 : rng_() % reads_.size();
    Read& read = reads_[pick];
    if (read.ready > cycle) {
      return;
    }
    const std::uint64_t base = read.addr / Bus * Bus + std::uint64_t{read.done} * Bus;
    m.dma_rvalid_i = 1;
    m.dma_rid_i = static_cast<std::uint8_t>(read.id);
    put_bytes(m.dma_rdata_i, 0, this->read(base, Bus));
    m.dma_rresp_i = bad_.count(base / 4096) != 0 ? 2 : 0;
    m.dma_rlast_i = ++read.done == read.beats ? 1 : 0;
    if (read.done == read.beats) {
      reads_.erase(reads_.begin() + static_cast<std::ptrdiff_t>(pick));
    }
  }

  void take_beat(std::uint64_t cycle) {
    Address& at = addresses_.front();
    const Beat beat = beats_.front();
    beats_.pop_front();
    const std::uint64_t base = at.addr / Bus * Bus + std::uint64_t{at.done} * Bus;
    Written written{0, {}, cycle};
    const bool bad = bad_.count(base / 4096) != 0;
    for (unsigned i = 0; i < Bus; ++i) {
      if (beat.strobes[i]) {
        if (written.data.empty()) {
          written.addr = base + i;
        }
        written.data.push_back(beat.data[i]);
        if (!bad) {
          memory_[base + i] = beat.data[i];
        }
      }
    }
    log.push_back(written);
    ++at.done;
    REQUIRE(beat.last == (at.done == at.beats));
    if (beat.last) {
      answers_.push_back({bad, later(cycle)});
      addresses_.pop_front();
    }
  }

  unsigned wild_;
  std::mt19937_64 rng_;
  std::map<std::uint64_t, std::uint8_t> memory_;
  std::set<std::uint64_t> bad_;
  std::vector<Read> reads_;
  std::deque<Address> addresses_;
  std::deque<Beat> beats_;
  std::deque<Answer> answers_;
};

}  // namespace ethlink::test

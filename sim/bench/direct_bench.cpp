// SPDX-License-Identifier: Apache-2.0
//
// Two endpoints in lock step, see direct_bench.hpp.
#include "sim/bench/direct_bench.hpp"

#include <algorithm>
#include <cstring>

#include "sim/bench/direct_host.hpp"

namespace ethlink::sim {

struct DirectBench::Parts {
  DirectBoard board;
  std::array<std::unique_ptr<DirectHost>, 2> hosts;
};

DirectBench::DirectBench(std::unique_ptr<EndpointModel> first,
                         std::unique_ptr<EndpointModel> second, bool check_dma)
    : parts_(std::make_unique<Parts>()) {
  EngineOptions options;
  options.period = kPeriod;
  options.skip = false;
  engines_[0] = std::make_unique<EndpointEngine>(std::move(first), options);
  engines_[1] = std::make_unique<EndpointEngine>(std::move(second), options);
  for (unsigned node = 0; node < 2; ++node) {
    parts_->hosts[node] = std::make_unique<DirectHost>(*this, node, parts_->board, check_dma);
    engines_[node]->connect(*parts_->hosts[node], nullptr, [](TimePs) {});
  }
  run(EndpointEngine::kResetCycles);
}

DirectBench::~DirectBench() = default;

HostPort& DirectBench::host(unsigned node) {
  return *parts_->hosts[node];
}
HostMemory& DirectBench::memory(unsigned node) {
  return parts_->hosts[node]->memory();
}

const std::string& DirectBench::violation(unsigned node) const {
  return parts_->hosts[node]->violation();
}

void DirectBench::set_wire(std::function<bool(unsigned, std::uint64_t)> ready) {
  wire_ = std::move(ready);
}

bool DirectBench::run_until_quiet(std::uint64_t limit) {
  constexpr unsigned kSettled = 16;  // cycles: longer than the way to memory and back
  unsigned quiet = 0;
  for (std::uint64_t i = 0; i < limit && quiet < kSettled; ++i) {
    step();
    const bool still = injected_[0].empty() && injected_[1].empty() &&
                       engines_[0]->model().idle().quiescent &&
                       engines_[1]->model().idle().quiescent;
    quiet = still ? quiet + 1 : 0;
  }
  return quiet == kSettled;
}

const EndpointOut& DirectBench::injected_beat(unsigned node) {
  const Frame& frame = injected_[node].front();
  std::size_t& sent = injected_bytes_[node];
  EndpointOut& beat = beats_[node];
  const std::size_t width = engines_[node]->model().beat_bytes();
  const std::size_t count = std::min(width, frame.size() - sent);
  beat.mac_tx_tvalid = true;
  beat.mac_tx_tdata.fill(0);
  std::memcpy(beat.mac_tx_tdata.data(), frame.data() + sent, count);
  beat.mac_tx_tkeep.fill(0);
  for (std::size_t i = 0; i < count; ++i) {
    beat.mac_tx_tkeep[i / 8] = static_cast<std::uint8_t>(beat.mac_tx_tkeep[i / 8] | 1U << i % 8);
  }
  sent += count;
  beat.mac_tx_tlast = sent == frame.size();
  if (beat.mac_tx_tlast) {
    injected_[node].pop_front();
    sent = 0;
  }
  return beat;
}

void DirectBench::step() {
  std::array<const EndpointOut*, 2> sent{};
  std::array<bool, 2> injects{};
  for (unsigned node = 0; node < 2; ++node) {
    injects[node] = !in_frame_[node] && !injected_[1 - node].empty();
    if (wire_ || injects[node] || held_[node]) {
      engines_[node]->set_direct_ready(!injects[node] && (!wire_ || wire_(node, cycle_)));
      held_[node] = injects[node];
    }
    engines_[node]->begin();
    const EndpointOut& out = engines_[node]->out();
    const bool beat = out.mac_tx_tvalid && engines_[node]->in().mac_tx_tready;
    sent[node] = beat && !loses(node, out) ? &out : nullptr;
    if (injects[node] && !beat) {
      sent[node] = &injected_beat(1 - node);
    }
  }
  engines_[0]->direct_rx(sent[1]);
  engines_[1]->direct_rx(sent[0]);
  if (probe_) {
    CycleProbe probe{cycle_, {}, {}};
    for (unsigned node = 0; node < 2; ++node) {
      probe.in[node] = &engines_[node]->in();
      probe.out[node] = &engines_[node]->out();
    }
    probe_(probe);
  }
  engines_[0]->finish();
  engines_[1]->finish();
  ++cycle_;
}

bool DirectBench::loses(unsigned node, const EndpointOut& out) {
  if (!in_frame_[node]) {
    losing_[node] = lost_ && lost_(node);
  }
  in_frame_[node] = !out.mac_tx_tlast;
  return losing_[node];
}

void DirectBench::run(std::uint64_t cycles) {
  for (std::uint64_t i = 0; i < cycles; ++i) {
    step();
  }
}

bool DirectBench::run_until(const std::function<bool()>& done, std::uint64_t limit) {
  for (std::uint64_t i = 0; i < limit; ++i) {
    if (done()) {
      return true;
    }
    step();
  }
  return done();
}

void DirectBench::reg_write_at(unsigned node, std::uint64_t cycle, std::uint64_t offset,
                               std::span<const std::byte> data) {
  parts_->hosts[node]->issue(make_request(Bar::kRegisters, true, offset, data.size(), data),
                             cycle * kPeriod, {}, false);
}

void DirectBench::aperture_write_at(unsigned node, std::uint64_t cycle, std::uint64_t offset,
                                    std::span<const std::byte> data) {
  parts_->hosts[node]->issue(make_request(Bar::kAperture, true, offset, data.size(), data),
                             cycle * kPeriod, {}, false);
}

void DirectBench::aperture_read_at(unsigned node, std::uint64_t cycle, std::uint64_t offset,
                                   unsigned bytes) {
  parts_->hosts[node]->issue(make_request(Bar::kAperture, false, offset, bytes, {}),
                             cycle * kPeriod, {}, false);
}

}  // namespace ethlink::sim

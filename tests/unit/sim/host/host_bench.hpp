// SPDX-License-Identifier: Apache-2.0
//
// A host node without an endpoint: the test plays the device.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/host/bar_rules.hpp"
#include "sim/host/host_node.hpp"
#include "sim/sc_kernel.hpp"

namespace ethlink::sim::test {

/// Keeps what the host sends down. A reset or removal is kept as its time.
class FakeDevice final : public DeviceSide {
 public:
  void bar_request(const BarRequest& request) override { requests.push_back(request); }
  void dma_read_data(DmaReadData&& part) override { data.push_back(std::move(part)); }
  void dma_write_done(const DmaWriteDone& answer) override { done.push_back(answer); }
  void reset(TimePs arrival) override { reset_at = arrival; }
  void remove(TimePs arrival) override { removed_at = arrival; }

  std::vector<BarRequest> requests;
  std::vector<DmaReadData> data;
  std::vector<DmaWriteDone> done;
  TimePs reset_at = 0, removed_at = 0;
};

/// Runs one host program with a bus profile; the program may act as the device through `node`.
class HostBench final : public RunControl {
 public:
  using Program = std::function<void(HostBench&)>;

  explicit HostBench(const BusProfile& bus, Program program, std::uint64_t seed = 1) {
    HostOptions options;
    options.bus = bus;
    options.check_dma = false;  // what the test plays is no endpoint
    options.seed = seed;
    options.program = [this, program = std::move(program)](HostPort&) {
      program(*this);
      return 0;
    };
    host_ = std::make_unique<HostNode>("host", std::move(options), *this);
    host_->connect(device);
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_MS));
  }

  HostPort& port() { return *host_; }
  HostNode& node() { return *host_; }
  /// Lets simulated time pass, in the program.
  static void sleep(TimePs time) { sc_core::wait(sc_core::sc_time::from_value(time)); }

  [[nodiscard]] TimePs stop_at() const override { return kNever; }
  void program_ended(unsigned, int code, std::string_view why) override {
    ended = true;
    exit_code = code;
    failure = why;
  }
  void memory_violation(unsigned, std::string_view what) override { failure = what; }
  void publish(unsigned node, std::string_view key, std::span<const std::byte> value) override {
    host_->receive(host_->now() + kBoardLatency, node, std::string(key),
                   {value.begin(), value.end()});
  }

  FakeDevice device;
  bool ended = false;
  int exit_code = -1;
  std::string failure;

 private:
  ScKernel kernel_;
  std::unique_ptr<HostNode> host_;
};

}  // namespace ethlink::sim::test

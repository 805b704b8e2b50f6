// SPDX-License-Identifier: Apache-2.0
//
// One simulated host: its program, its memory, and its end of the bus to the endpoint.
//
// Everything that happens to a host is an event with a time, a source and a number within the
// source; one dispatcher runs them in that order and then, if its condition holds, the program. So
// the outcome does not depend on the order in which SystemC activates processes.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <systemc>
#include <tuple>
#include <unordered_map>
#include <vector>

#include <tlm_utils/simple_initiator_socket.h>

#include "sim/base/random.hpp"
#include "sim/base/run_hash.hpp"
#include "sim/endpoint/device_port.hpp"
#include "sim/host/bus_profile.hpp"
#include "sim/host/dma_checker.hpp"
#include "sim/host/host_memory.hpp"
#include "sim/host/host_port.hpp"
#include "sim/host/memory_target.hpp"
#include "sim/host/run_control.hpp"

namespace ethlink::sim {

struct HostOptions {
  unsigned node = 0, nodes = 1;
  BusProfile bus;
  std::uint64_t seed = 1;
  HostProgram program;    ///< may be empty: a host that does nothing
  bool check_dma = true;  ///< false: a device that does not speak the host interface
};

struct HostStats {
  std::uint64_t mmio_writes = 0, mmio_reads = 0, aperture_writes = 0, aperture_reads = 0;
  std::uint64_t interrupts = 0, dma_reads = 0, dma_writes = 0;
};

/// Ownership: owns memory; refers to device and control. Threads: the SystemC kernel's.
class HostNode final : public sc_core::sc_module, public HostPort, public HostSide {
 public:
  tlm_utils::simple_initiator_socket<HostNode> dma_socket;

  HostNode(const sc_core::sc_module_name& name, HostOptions options, RunControl& control);
  void connect(DeviceSide& device) { device_ = &device; }

  // HostPort
  Result<void> mmio_write(std::uint64_t offset, std::span<const std::byte> data) override;
  Result<void> mmio_read(std::uint64_t offset, std::span<std::byte> data) override;
  Result<void> aperture_write(std::uint64_t offset, std::span<const std::byte> data) override;
  Result<Ticket> aperture_write_begin(std::uint64_t offset,
                                      std::span<const std::byte> data) override;
  Result<Ticket> aperture_read_begin(std::uint64_t offset, std::span<std::byte> data) override;
  Result<void> finish(Ticket ticket) override;
  [[nodiscard]] std::uint64_t aperture_write_errors() const override { return write_errors_; }
  Result<DmaRegion> dma_alloc(std::size_t bytes, std::size_t align, DmaOptions options) override;
  Result<DmaRegion> dma_map(std::span<std::byte> memory, DmaOptions options) override;
  Result<void> dma_free(const DmaRegion& region) override;
  [[nodiscard]] TimePs now() const override { return sc_core::sc_time_stamp().value(); }
  Result<WakeReason> wait(TimePs deadline) override;
  [[nodiscard]] std::uint32_t take_interrupts() override;
  Result<void> publish(std::string_view key, std::span<const std::byte> value) override;
  [[nodiscard]] Result<std::vector<std::byte>> lookup(std::string_view key) const override;
  [[nodiscard]] unsigned node() const override { return options_.node; }
  [[nodiscard]] unsigned nodes() const override { return options_.nodes; }
  Result<void> reset_device() override;
  void remove_device() override;
  void report(std::string_view name, std::uint64_t value) override;

  // HostSide
  [[nodiscard]] bool upstream_ready(TimePs time) const override;
  void dma_read(TimePs time, std::uint8_t id, std::uint64_t addr, unsigned bytes) override;
  bool dma_write(TimePs time, DmaWrite&& write) override;
  void bar_write_done(TimePs time, std::uint64_t tag, std::uint8_t resp) override;
  void bar_read_done(TimePs time, std::uint64_t tag, std::uint8_t resp,
                     std::span<const std::uint8_t> data) override;

  /// A value published by `from`, visible here at `time`.
  void receive(TimePs time, unsigned from, std::string key, std::vector<std::byte> value);
  /// A fault of the device at `time`. `for_good`: as remove_device(). Else the device restarts, and
  /// calls fail with kDeviceRemoved until the program calls reset_device().
  void fail_device(TimePs time, bool for_good);
  /// Makes every blocking call fail from now on.
  void cancel();

  [[nodiscard]] HostMemory& memory() { return memory_; }
  [[nodiscard]] const HostStats& stats() const { return stats_; }
  [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& reports() const {
    return reports_;
  }
  /// What the program saw and reported.
  [[nodiscard]] const RunHash& fingerprint() const { return trace_; }

 private:
  // Source of an event: orders events of the same time.
  enum Source : unsigned { kDevice = 0, kMemory = 1, kBoard = 2, kFault = ~0U };
  using Key = std::tuple<TimePs, unsigned, std::uint64_t>;
  struct Operation {
    Bar bar = Bar::kRegisters;
    bool write = false, expected = true, done = false, failed = false;
    std::uint64_t offset = 0;
    std::span<std::byte> data;
    std::uint8_t resp = kAxiOkay;
  };
  struct Completion {  // read data on its way from memory to the bus
    std::uint8_t id = 0, resp = kAxiOkay;
    std::uint64_t addr = 0;
    std::vector<std::uint8_t> data;
  };

  void run_program();
  void dispatch();
  void schedule(TimePs time, unsigned source, std::function<void()> action);
  template <typename Condition>
  void block_until(Condition condition);
  /// Why a call cannot go on, if so.
  [[nodiscard]] Result<void> usable() const;

  Result<Ticket> issue(Bar bar, bool write, std::uint64_t offset, std::span<const std::byte> from,
                       std::span<std::byte> to, bool expect);
  void complete(std::uint64_t tag, std::uint8_t resp, std::span<const std::uint8_t> data);
  void fail_operations();
  void restart_device();
  /// The device forgets everything that it was told.
  void end_life();
  /// Nothing reaches the device: it is gone, or restarted without the program's doing.
  [[nodiscard]] bool lost() const { return removed_ || restarted_; }

  [[nodiscard]] TimePs wire_time(std::uint64_t bytes) const;
  TimePs send_down(std::uint64_t bytes);
  TimePs send_up(TimePs time, std::uint64_t bytes);
  void read_memory(TimePs issued, std::uint8_t id, std::uint64_t addr, unsigned bytes);
  void send_read_data(const Completion& completion, bool last);
  void write_memory(TimePs issued, const DmaWrite& write);
  bool access(bool write, std::uint64_t addr, std::span<std::uint8_t> data, DmaChecker& checker);
  /// Whether the device may touch this; if not, the run ends.
  bool permits(const DmaChecker& checker, bool write, std::uint64_t addr, std::size_t bytes);

  HostOptions options_;
  RunControl& control_;
  DeviceSide* device_ = nullptr;
  HostMemory memory_;
  MemoryTarget target_;
  DmaChecker checker_, former_;  // of this life of the device, and of accesses from before it
  Random random_;
  HostStats stats_;
  RunHash trace_;

  std::map<Key, std::function<void()>> events_;
  std::uint64_t sequence_ = 0;
  sc_core::sc_event wake_;
  sc_core::sc_event resume_;
  std::function<bool()> condition_;  // of the blocked program; empty: it runs or ended
  TimePs deadline_ = kNever;

  std::unordered_map<Ticket, Operation> operations_;
  Ticket next_ticket_ = 1;
  std::array<unsigned, 2> writes_out_{}, reads_out_{};  // by BAR
  std::uint64_t write_errors_ = 0;
  std::uint32_t interrupts_ = 0;
  WakeReason pending_;
  std::map<std::string, std::vector<std::byte>, std::less<>> board_;
  std::map<std::string, std::uint64_t, std::less<>> reports_;

  TimePs down_until_ = 0, up_until_ = 0;  // the wires are busy until then
  std::array<TimePs, kAxiIds> id_ready_{};
  TimePs alive_from_ = 0;  // reads that the device asked for earlier are not answered
  bool write_failed_ = false;
  bool removed_ = false, restarted_ = false, cancelled_ = false;
  unsigned cancelled_calls_ = 0;
};

}  // namespace ethlink::sim

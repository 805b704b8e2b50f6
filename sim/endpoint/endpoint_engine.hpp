// SPDX-License-Identifier: Apache-2.0
//
// Runs one endpoint model over windows of cycles and moves what its pins say.
//
// Exact: what happens in a cycle depends on the inputs that arrived by then, not on how the cycles
// were cut into windows nor on whether idle cycles were skipped.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/run_hash.hpp"
#include "sim/base/time.hpp"
#include "sim/endpoint/device_port.hpp"
#include "sim/endpoint/endpoint_model.hpp"
#include "sim/fabric/link.hpp"

namespace ethlink::sim {

struct EngineOptions {
  TimePs period = 1250;
  bool skip = true;  ///< skip cycles in which nothing can change
  std::string wave_path;
  TimePs wave_from = 0;
  TimePs wave_to = kNever;
};

/// Not part of the fingerprint: `cycles_run` depends on skipping.
struct EngineStats {
  std::uint64_t cycles_run = 0;       ///< cycles that were evaluated
  std::uint64_t resets = 0;           ///< after the first
  std::uint64_t protocol_errors = 0;  ///< bus rules that the endpoint broke
};

/// Ownership: owns the model; refers to host side and link. Threads: one at a time.
class EndpointEngine final : public FrameSink, public DeviceSide {
 public:
  EndpointEngine(std::unique_ptr<EndpointModel> model, const EngineOptions& options);

  /// Connects the neighbours, which must outlive the engine. `on_input` is told when input for a
  /// given time was queued, so that a sleeping engine is woken. Without `transmit` the caller
  /// moves the beats of the MAC port itself: begin(), direct_rx(), finish().
  void connect(HostSide& host, LinkDirection* transmit, std::function<void(TimePs)> on_input);

  /// Runs every cycle before `limit` that must run. Returns when the next one is due, kNever when
  /// only an input can cause one. No input for a time before `limit` may come afterwards.
  TimePs run(TimePs limit);

  /// First half of one cycle: inputs are driven, handshakes taken.
  void begin();
  /// Between the halves: the other end's beat of this very cycle, or none.
  void direct_rx(const EndpointOut* sender);
  /// Without `transmit`: whether the wire takes a beat in the next cycle.
  void set_direct_ready(bool ready) { direct_ready_ = ready; }
  /// Second half: the rising edge.
  void finish();
  /// The pins of the current cycle, valid after begin().
  [[nodiscard]] const EndpointIn& in() const { return in_; }
  [[nodiscard]] const EndpointOut& out() const { return out_; }
  [[nodiscard]] std::uint64_t cycle() const { return cycle_; }
  /// Whether the cycles from here on may be skipped.
  [[nodiscard]] bool idle() const { return idle_ && next_input() == kNever; }

  void deliver(FrameArrival&& arrival) override;
  void bar_request(const BarRequest& request) override;
  void dma_read_data(DmaReadData&& data) override;
  void dma_write_done(const DmaWriteDone& done) override;
  void reset(TimePs arrival) override;
  void remove(TimePs arrival) override;

  [[nodiscard]] const EngineStats& stats() const { return stats_; }
  [[nodiscard]] EndpointModel& model() { return *model_; }
  /// Ends the waveform, if one was asked for. Fails when it could not be written, or is empty
  /// because no cycle was run in its window.
  Result<void> close_wave();
  /// Everything that crossed the pins so far, with its cycle.
  [[nodiscard]] const RunHash& fingerprint() const { return trace_; }

  static constexpr std::uint64_t kResetCycles = 32;

 private:
  struct Outstanding {  // a BAR request whose answer is missing, by AXI id
    bool used = false;
    std::uint64_t tag = 0;
    std::uint64_t order = 0;
    std::uint64_t offset = 0;
    std::uint16_t bytes = 0;
    std::uint16_t received = 0;
    std::uint8_t resp = kAxiOkay;  // the worst of its beats
    std::array<std::uint8_t, kMaxBarBytes> data{};
  };
  struct BarPort {
    std::deque<BarRequest> queue;
    std::deque<std::uint64_t> order;        // of each request in the queue, over both BARs
    std::deque<std::uint64_t> writes_open;  // orders of the writes that were not answered, rising
    std::vector<Outstanding> reads = std::vector<Outstanding>(kAxiIds);
    std::vector<Outstanding> writes = std::vector<Outstanding>(kAxiIds);
    unsigned reads_pending = 0, writes_pending = 0;
    std::uint8_t next_read = 0, next_write = 0;
    bool address_done = false;  // of the write at the head
    unsigned beat = 0;          // of the write at the head
    bool head_has_id = false;
    std::uint8_t id = 0;
  };
  struct WriteBurst {
    std::uint8_t id;
    std::uint64_t addr;
    unsigned beats;
  };
  struct BurstData {
    std::vector<std::uint8_t> data;
    std::vector<std::uint8_t> strobe;  // one bit a byte
    bool whole = true;                 // every strobe is set
  };

  [[nodiscard]] TimePs next_input() const;
  [[nodiscard]] std::uint64_t cycle_of(TimePs time) const {
    return (time + options_.period - 1) / options_.period;
  }
  void enqueue(const BarRequest& request);
  void control(TimePs time);
  void wave(TimePs time);

  void drive_bars(TimePs time);
  void drive_reg();
  void drive_aperture();
  void drive_aperture_write();
  void drive_dma(TimePs time);
  void drive_rx(TimePs time);
  void take_reg(TimePs time);
  void take_aperture(TimePs time);
  void take_dma_read(TimePs time);
  void take_dma_write(TimePs time);
  void take_inputs();
  void take_tx(TimePs time);
  [[nodiscard]] static bool write_may_go(const BarPort& port, const BarPort& other);
  static bool claim(std::vector<Outstanding>& ids, BarPort& port, std::uint8_t& next);
  static void pop(BarPort& port);
  void write_response(BarPort& port, TimePs time, std::uint8_t id, std::uint8_t resp);
  void read_beat(BarPort& port, TimePs time, std::uint8_t id, std::uint8_t resp,
                 const LineData& line);
  void emit_bursts(TimePs time);
  void emit(TimePs time, const WriteBurst& burst, BurstData& data);
  [[nodiscard]] bool emit_piece(TimePs time, DmaWrite&& write);

  std::unique_ptr<EndpointModel> model_;
  EngineOptions options_;
  unsigned beat_bytes_;
  HostSide* host_ = nullptr;
  LinkDirection* transmit_ = nullptr;
  std::function<void(TimePs)> on_input_;

  std::uint64_t cycle_ = 0;
  std::uint64_t reset_until_ = kResetCycles;
  bool removed_ = false;
  bool direct_ready_ = true;
  bool idle_ = false;
  std::uint64_t deadline_ = kNoDeadline;
  EndpointIn in_;
  EndpointOut out_;
  EngineStats stats_;
  RunHash trace_;
  bool wave_done_ = false, wave_written_ = false;
  std::optional<Error> wave_error_;

  BarPort reg_, aperture_;
  std::uint64_t next_order_ = 0;
  std::map<TimePs, bool> control_;  // resets (false) and removals (true) to come

  std::deque<DmaReadData> read_data_;
  std::size_t read_offset_ = 0;  // bytes of the head that were presented
  std::deque<DmaWriteDone> write_done_;
  std::deque<WriteBurst> bursts_;    // addresses whose data are not complete
  std::deque<BurstData> full_data_;  // complete data whose address is missing
  BurstData data_;                   // beats of the burst that is arriving

  // Frames by the time of their first beat and the order in which the link sent them.
  std::map<std::pair<TimePs, std::uint64_t>, Frame> rx_;
  std::uint64_t rx_sequence_ = 0;
  std::size_t rx_offset_ = 0;  // bytes of the frame that is being presented
  Frame rx_frame_;             // empty: none
};

}  // namespace ethlink::sim

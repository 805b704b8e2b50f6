// SPDX-License-Identifier: Apache-2.0
//
// The Verilated endpoint behind an interface that knows neither Verilator nor SystemC.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "ethlink/result.hpp"

#include "sim/base/time.hpp"
#include "sim/endpoint/endpoint_pins.hpp"

namespace ethlink::sim {

/// One endpoint, cycle by cycle: sample() settles the inputs, clock() is the rising edge.
/// Ownership: owns model and waveform file. Threads: one at a time, different models in parallel.
class EndpointModel {
 public:
  EndpointModel() = default;
  EndpointModel(const EndpointModel&) = delete;
  EndpointModel& operator=(const EndpointModel&) = delete;
  virtual ~EndpointModel() = default;

  /// Bytes of one beat of the network and DMA data paths: 32, 64 or 128.
  [[nodiscard]] virtual unsigned beat_bytes() const = 0;

  /// Clock low: drives `in`, settles, and fills `out` with what is stable at the coming edge.
  virtual void sample(const EndpointIn& in, EndpointOut& out) = 0;
  /// Drives the receive port again before the edge: for a wire of zero cycles, whose data are
  /// known only after the other end was sampled.
  virtual void drive_rx(const EndpointIn& in) = 0;
  /// The rising edge.
  virtual void clock() = 0;
  /// After clock(): whether the clock may be skipped. Not quiescent while an output waits for its
  /// handshake, whatever the pins say.
  [[nodiscard]] virtual EndpointIdle idle() const = 0;

  /// Starts an FST file; kUnsupported when this build of the model has no tracing.
  virtual Result<void> open_wave(const std::string& path) = 0;
  /// Where the coming cycle begins in the waveform: the clock is low for half a period, then high.
  virtual void set_wave_time(TimePs start, TimePs period) = 0;
  [[nodiscard]] virtual bool wave_open() const = 0;
  virtual void flush_wave() = 0;
  virtual void close_wave() = 0;
};

struct ModelOptions {
  unsigned data_width = 512;  ///< bits: 256, 512 or 1024
  bool traced = false;        ///< the build with waveforms
  bool gated = true;          ///< false: clock every block always; slower, the same results
  std::uint64_t seed = 1;     ///< values of registers without reset
  std::string name = "endpoint";
};

/// Makes models; kUnsupported when the program has no model of that width.
using ModelFactory =
    std::function<Result<std::unique_ptr<EndpointModel>>(const ModelOptions& options)>;

/// Models of rtl/top/el_endpoint.sv (library ethlink::endpoint_models).
[[nodiscard]] Result<std::unique_ptr<EndpointModel>> make_endpoint_model(
    const ModelOptions& options);

}  // namespace ethlink::sim

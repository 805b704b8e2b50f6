// SPDX-License-Identifier: Apache-2.0
//
// What crosses the bus between a host and its endpoint, in both directions, with times.
//
// Times are absolute. Whoever sends a message sends it at or before the time that it carries, and
// it takes effect at least one bus latency after the action that caused it: this is what lets an
// endpoint run a window of cycles on its own (docs/explanation/simulation.md).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/endpoint/endpoint_pins.hpp"

namespace ethlink::sim {

inline constexpr unsigned kMaxBarBytes = 256;

enum class Bar : std::uint8_t { kRegisters, kAperture };

/// A read or write of a BAR, host to device.
struct BarRequest {
  TimePs arrival = 0;
  std::uint64_t tag = 0;  ///< returned with the answer
  Bar bar = Bar::kRegisters;
  bool write = false;
  std::uint16_t bytes = 0;
  std::uint64_t offset = 0;
  std::array<std::uint8_t, kMaxBarBytes> data{};
};

/// A part of the data of a DMA read, host to device; parts of one read arrive in order.
struct DmaReadData {
  TimePs arrival = 0;
  std::uint8_t id = 0;
  std::uint8_t resp = kAxiOkay;
  bool last = false;
  std::uint64_t addr = 0;          ///< of data[0]
  std::vector<std::uint8_t> data;  ///< ends at a beat boundary unless `last`
};

/// The answer to a DMA write, host to device; in the order of the writes.
struct DmaWriteDone {
  TimePs arrival = 0;
  std::uint8_t id = 0;
  std::uint8_t resp = kAxiOkay;
};

/// A DMA write, device to host: `data` goes to `addr`. Holes in the strobes split a burst.
struct DmaWrite {
  std::uint8_t id = 0;
  bool last = true;  ///< last piece of its burst: the one that is answered
  std::uint64_t addr = 0;
  std::vector<std::uint8_t> data;
};

/// The host's end of the bus, called by the endpoint.
class HostSide {
 public:
  virtual ~HostSide() = default;

  /// False when the bus is so far behind that the device must wait.
  [[nodiscard]] virtual bool upstream_ready(TimePs time) const = 0;
  virtual void dma_read(TimePs time, std::uint8_t id, std::uint64_t addr, unsigned bytes) = 0;
  /// True when the write is answered at once (posted bus); else DmaWriteDone comes later.
  virtual bool dma_write(TimePs time, DmaWrite&& write) = 0;
  virtual void bar_write_done(TimePs time, std::uint64_t tag, std::uint8_t resp) = 0;
  virtual void bar_read_done(TimePs time, std::uint64_t tag, std::uint8_t resp,
                             std::span<const std::uint8_t> data) = 0;
};

/// The device's end of the bus, called by the host. Arrivals of one kind never go back in time.
class DeviceSide {
 public:
  virtual ~DeviceSide() = default;

  virtual void bar_request(const BarRequest& request) = 0;
  virtual void dma_read_data(DmaReadData&& data) = 0;
  virtual void dma_write_done(const DmaWriteDone& done) = 0;
  /// Function-level reset: what arrived before `arrival` and was not answered never will be.
  virtual void reset(TimePs arrival) = 0;
  /// The device stops for good.
  virtual void remove(TimePs arrival) = 0;
};

}  // namespace ethlink::sim

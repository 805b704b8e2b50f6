// SPDX-License-Identifier: Apache-2.0
//
// Host of a DirectBench, see direct_host.hpp.
#include "sim/bench/direct_host.hpp"

#include <cstring>
#include <utility>

namespace ethlink::sim {

Ticket DirectHost::issue(BarRequest request, TimePs arrival, std::span<std::byte> data,
                         bool expect) {
  const Ticket ticket = next_ticket_++;
  request.tag = ticket;
  request.arrival = arrival;
  operations_[ticket] = {request.bar, request.offset, data, false, false, expect, kAxiOkay};
  bench_.engine(node_).bar_request(request);
  if (request.write && request.bar == Bar::kRegisters) {
    checker_.bar_written(request.offset,
                         std::as_bytes(std::span(request.data).first(request.bytes)));
  }
  return ticket;
}

Result<Ticket> DirectHost::begin(Bar bar, bool write, std::uint64_t offset,
                                 std::span<const std::byte> from, std::span<std::byte> to,
                                 bool expect) {
  const std::size_t bytes = write ? from.size() : to.size();
  if (Result<void> fits = check_access(bar, write, offset, bytes); !fits) {
    return fits.error();
  }
  if (Result<void> ready = usable(); !ready) {
    return ready.error();
  }
  return issue(make_request(bar, write, offset, bytes, from), now(), to, expect);
}

Result<void> DirectHost::usable() const {
  if (!violation_.empty()) {
    return Error{Errc::kDeviceError, violation_};
  }
  if (removed_) {
    return Error{Errc::kDeviceRemoved, "the device was removed"};
  }
  return {};
}

bool DirectHost::permits(bool write, std::uint64_t addr, std::size_t bytes) {
  const std::optional<std::string> found =
      check_dma_ ? checker_.check(write, addr, bytes) : std::nullopt;
  if (found && violation_.empty()) {
    violation_ = "at cycle " + std::to_string(bench_.cycle()) + " " + *found;
  }
  return !found;
}

Result<void> DirectHost::mmio_write(std::uint64_t offset, std::span<const std::byte> data) {
  const Result<Ticket> ticket = begin(Bar::kRegisters, true, offset, data, {}, false);
  return ticket ? Result<void>() : Result<void>(ticket.error());
}

Result<void> DirectHost::mmio_read(std::uint64_t offset, std::span<std::byte> data) {
  const Result<Ticket> ticket = begin(Bar::kRegisters, false, offset, {}, data, true);
  return ticket ? finish(*ticket) : Result<void>(ticket.error());
}

Result<void> DirectHost::aperture_write(std::uint64_t offset, std::span<const std::byte> data) {
  const Result<Ticket> ticket = begin(Bar::kAperture, true, offset, data, {}, false);
  return ticket ? Result<void>() : Result<void>(ticket.error());
}

Result<Ticket> DirectHost::aperture_write_begin(std::uint64_t offset,
                                                std::span<const std::byte> data) {
  return begin(Bar::kAperture, true, offset, data, {}, true);
}

Result<Ticket> DirectHost::aperture_read_begin(std::uint64_t offset, std::span<std::byte> data) {
  return begin(Bar::kAperture, false, offset, {}, data, true);
}

Result<void> DirectHost::finish(Ticket ticket) {
  const auto found = operations_.find(ticket);
  if (found == operations_.end()) {
    return Error{Errc::kNotFound, "no such ticket"};
  }
  const bool done = bench_.run_until([&] { return found->second.done || !violation_.empty(); },
                                     DirectBench::kCallLimit);
  const Operation operation = found->second;
  operations_.erase(found);
  if (operation.failed) {
    return Error{Errc::kDeviceRemoved, "the device was reset or removed"};
  }
  if (Result<void> ready = usable(); !ready) {
    return ready.error();
  }
  if (!done) {
    return Error{Errc::kTimeout, "the device did not answer"};
  }
  return response_result(operation.bar, operation.offset, operation.resp);
}

void DirectHost::complete(std::uint64_t tag, std::uint8_t resp,
                          std::span<const std::uint8_t> data) {
  const auto found = operations_.find(tag);
  if (found == operations_.end()) {
    return;
  }
  Operation& operation = found->second;
  if (!operation.expected) {
    write_errors_ += operation.bar == Bar::kAperture && resp != kAxiOkay ? 1 : 0;
    operations_.erase(found);
    return;
  }
  operation.done = true;
  operation.resp = resp;
  if (!operation.data.empty()) {
    std::memcpy(operation.data.data(), data.data(), operation.data.size());
    if (operation.bar == Bar::kRegisters) {
      checker_.bar_read(operation.offset, data);
    }
  }
}

void DirectHost::bar_write_done(TimePs /*time*/, std::uint64_t tag, std::uint8_t resp) {
  complete(tag, resp, {});
}

void DirectHost::bar_read_done(TimePs /*time*/, std::uint64_t tag, std::uint8_t resp,
                               std::span<const std::uint8_t> data) {
  complete(tag, resp, data);
}

void DirectHost::dma_read(TimePs time, std::uint8_t id, std::uint64_t addr, unsigned bytes) {
  DmaReadData data{time + DirectBench::kPeriod, id, kAxiOkay, true, addr, {}};
  data.data.resize(bytes);
  if (!permits(false, addr, bytes) || !memory_.device_read(time, addr, data.data)) {
    data.resp = kAxiSlvErr;
  } else if (check_dma_) {
    checker_.device_read(addr, data.data);
  }
  bench_.engine(node_).dma_read_data(std::move(data));
}

bool DirectHost::dma_write(TimePs time, DmaWrite&& write) {
  if (is_msi(write.addr)) {
    interrupts_ |= 1U << (write.data.empty() ? 0U : write.data[0] % 32U);
    pending_.interrupt = true;
  } else if (!write.data.empty()) {
    const bool done = permits(true, write.addr, write.data.size()) &&
                      memory_.device_write(time, write.addr, write.data, pending_.device_write);
    if (done && check_dma_) {
      checker_.device_wrote(write.addr, write.data);
    }
    write_failed_ = !done || write_failed_;
  }
  if (write.last) {
    const std::uint8_t resp = std::exchange(write_failed_, false) ? kAxiSlvErr : kAxiOkay;
    bench_.engine(node_).dma_write_done({time + DirectBench::kPeriod, write.id, resp});
  }
  return false;
}

Result<DmaRegion> DirectHost::dma_alloc(std::size_t bytes, std::size_t align, DmaOptions options) {
  return memory_.allocate(bytes, align, options);
}
Result<DmaRegion> DirectHost::dma_map(std::span<std::byte> memory, DmaOptions options) {
  return memory_.map(memory, options);
}
Result<void> DirectHost::dma_free(const DmaRegion& region) {
  return memory_.release(region);
}

Result<WakeReason> DirectHost::wait(TimePs deadline) {
  const auto event = [this] {
    return pending_.device_write || pending_.interrupt || board_.news[node_] || !violation_.empty();
  };
  const bool found = event() || bench_.run_until([&] { return event() || now() >= deadline; },
                                                 DirectBench::kCallLimit);
  if (!violation_.empty()) {
    return Error{Errc::kDeviceError, violation_};
  }
  if (!found) {
    return Error{Errc::kTimeout, "nothing happened for as long as a call may take"};
  }
  WakeReason reason = std::exchange(pending_, WakeReason{});
  reason.message = std::exchange(board_.news[node_], false);
  reason.deadline = !reason.device_write && !reason.interrupt && !reason.message;
  return reason;
}

std::uint32_t DirectHost::take_interrupts() {
  return std::exchange(interrupts_, 0U);
}

Result<void> DirectHost::publish(std::string_view key, std::span<const std::byte> value) {
  board_.published[std::string(key)].assign(value.begin(), value.end());
  board_.news.fill(true);
  return {};
}

Result<std::vector<std::byte>> DirectHost::lookup(std::string_view key) const {
  const auto found = board_.published.find(key);
  if (found == board_.published.end()) {
    return Error{Errc::kNotFound, "nothing was published as " + std::string(key)};
  }
  return found->second;
}

Result<void> DirectHost::reset_device() {
  if (removed_) {
    return Error{Errc::kDeviceRemoved, "the device was removed"};
  }
  for (auto& [ticket, operation] : operations_) {
    operation.done = operation.failed = true;
  }
  checker_ = {};
  bench_.engine(node_).reset(now());
  bench_.run(EndpointEngine::kResetCycles + 1);
  return {};
}

void DirectHost::remove_device() {
  removed_ = true;
  for (auto& [ticket, operation] : operations_) {
    operation.done = operation.failed = true;
  }
  bench_.engine(node_).remove(now());
}

void DirectHost::report(std::string_view name, std::uint64_t value) {
  reports_[std::string(name)] = value;
}

}  // namespace ethlink::sim

// SPDX-License-Identifier: Apache-2.0
//
// The bus between host and endpoint: order, latency, bandwidth, DMA, see host_node.hpp.
//
// Each direction is one wire, first come first served. So requests and posted writes keep their
// order, a read never passes a write, and only the data of different reads change places.
#include <algorithm>
#include <utility>

#include "sim/host/bar_rules.hpp"
#include "sim/host/host_node.hpp"

namespace ethlink::sim {
namespace {

// Data that the device may queue in front of the bus before it has to wait.
constexpr TimePs kUpstreamSlack = 20 * kPsPerNs;

[[nodiscard]] std::uint64_t packets(std::uint64_t bytes, unsigned most) {
  return bytes == 0 ? 1 : (bytes + most - 1) / most;
}

}  // namespace

TimePs HostNode::wire_time(std::uint64_t bytes) const {
  const std::uint64_t rate = options_.bus.rate_mbps;
  return rate == 0 ? 0 : (bytes * 8'000'000 + rate - 1) / rate;
}

TimePs HostNode::send_down(std::uint64_t bytes) {
  const std::uint64_t overhead =
      packets(bytes, options_.bus.mps_bytes) * options_.bus.overhead_bytes;
  down_until_ = std::max(down_until_, now()) + wire_time(bytes + overhead);
  return down_until_ + options_.bus.latency_ps;
}

TimePs HostNode::send_up(TimePs time, std::uint64_t bytes) {
  up_until_ = std::max(up_until_, time) + wire_time(bytes);
  return up_until_ + options_.bus.latency_ps;
}

bool HostNode::upstream_ready(TimePs time) const {
  return up_until_ <= time + kUpstreamSlack;
}

bool HostNode::permits(const DmaChecker& checker, bool write, std::uint64_t addr,
                       std::size_t bytes) {
  if (!options_.check_dma || is_msi(addr)) {
    return true;
  }
  const std::optional<std::string> violation = checker.check(write, addr, bytes);
  if (violation) {
    control_.memory_violation(options_.node, *violation);
  }
  return !violation;
}

bool HostNode::access(bool write, std::uint64_t addr, std::span<std::uint8_t> data,
                      DmaChecker& checker) {
  if (!permits(checker, write, addr, data.size())) {
    return false;
  }
  tlm::tlm_generic_payload payload;
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(addr);
  payload.set_data_ptr(data.data());
  payload.set_data_length(static_cast<unsigned>(data.size()));
  payload.set_streaming_width(static_cast<unsigned>(data.size()));
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  dma_socket->b_transport(payload, delay);
  if (write) {
    pending_.device_write = target_.take_wakes() || pending_.device_write;
    if (const std::uint32_t vectors = target_.take_vectors(); vectors != 0) {
      interrupts_ |= vectors;
      pending_.interrupt = true;
      ++stats_.interrupts;
    }
  }
  if (!payload.is_response_ok()) {
    return false;
  }
  if (options_.check_dma) {
    write ? checker.device_wrote(addr, data) : checker.device_read(addr, data);
  }
  return true;
}

void HostNode::dma_read(TimePs time, std::uint8_t id, std::uint64_t addr, unsigned bytes) {
  const std::uint64_t requests = packets(bytes, options_.bus.mrrs_bytes);
  const TimePs arrival = send_up(time, requests * options_.bus.overhead_bytes);
  schedule(arrival, kDevice, [this, time, id, addr, bytes] { read_memory(time, id, addr, bytes); });
}

void HostNode::read_memory(TimePs issued, std::uint8_t id, std::uint64_t addr, unsigned bytes) {
  if (issued < alive_from_) {
    return;
  }
  ++stats_.dma_reads;
  std::vector<std::uint8_t> data(bytes);
  const bool allowed = access(false, addr, data, checker_);
  const std::uint8_t resp = allowed ? kAxiOkay : kAxiSlvErr;
  const TimePs first = now() + options_.bus.memory_ps;
  std::size_t from = 0;
  while (from < bytes) {
    // Completions end at multiples of the packet size (PCIe 2.3.1.1).
    const std::size_t room = options_.bus.mps_bytes - (addr + from) % options_.bus.mps_bytes;
    const std::size_t count = std::min<std::size_t>(room, bytes - from);
    const bool last = from + count == bytes;
    id_ready_[id] = std::max(id_ready_[id], first + random_.below(options_.bus.reorder_ps + 1));
    const auto begin = data.begin() + static_cast<std::ptrdiff_t>(from);
    Completion part{id, resp, addr + from, {begin, begin + static_cast<std::ptrdiff_t>(count)}};
    schedule(id_ready_[id], kMemory,
             [this, part = std::move(part), last] { send_read_data(part, last); });
    from += count;
  }
}

void HostNode::send_read_data(const Completion& completion, bool last) {
  const TimePs arrival = send_down(completion.data.size());
  device_->dma_read_data(
      {arrival, completion.id, completion.resp, last, completion.addr, completion.data});
}

bool HostNode::dma_write(TimePs time, DmaWrite&& write) {
  const std::uint64_t bytes = write.data.size();
  const TimePs arrival =
      send_up(time, bytes + packets(bytes, options_.bus.mps_bytes) * options_.bus.overhead_bytes);
  schedule(arrival, kDevice, [this, time, write = std::move(write)] { write_memory(time, write); });
  return options_.bus.posted_writes;
}

void HostNode::write_memory(TimePs issued, const DmaWrite& write) {
  ++stats_.dma_writes;
  if (!write.data.empty()) {
    std::vector<std::uint8_t> data = write.data;
    DmaChecker& checker = issued < alive_from_ ? former_ : checker_;
    write_failed_ = !access(true, write.addr, data, checker) || write_failed_;
  }
  if (!write.last) {
    return;
  }
  const std::uint8_t resp = std::exchange(write_failed_, false) ? kAxiSlvErr : kAxiOkay;
  if (!options_.bus.posted_writes && issued >= alive_from_) {
    device_->dma_write_done({now() + options_.bus.latency_ps, write.id, resp});
  }
}

void HostNode::bar_write_done(TimePs time, std::uint64_t tag, std::uint8_t resp) {
  schedule(time + options_.bus.latency_ps, kDevice, [this, tag, resp] { complete(tag, resp, {}); });
}

void HostNode::bar_read_done(TimePs time, std::uint64_t tag, std::uint8_t resp,
                             std::span<const std::uint8_t> data) {
  const TimePs arrival = send_up(time, data.size() + options_.bus.overhead_bytes);
  schedule(arrival, kDevice,
           [this, tag, resp, data = std::vector<std::uint8_t>(data.begin(), data.end())] {
             complete(tag, resp, data);
           });
}

}  // namespace ethlink::sim

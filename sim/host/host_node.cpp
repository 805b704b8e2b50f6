// SPDX-License-Identifier: Apache-2.0
//
// The program's side of a simulated host, see host_node.hpp.
#include "sim/host/host_node.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

#include "sim/host/bar_rules.hpp"

namespace ethlink::sim {
namespace {

constexpr std::size_t kStackBytes = std::size_t{4} << 20;
constexpr unsigned kOutstandingLoads = 256;
constexpr unsigned kPatience = 10'000;  // failed calls of a program that ignores a cancelled run
constexpr int kThrew = 125;

[[nodiscard]] sc_core::sc_time to_sc(TimePs time) {
  return sc_core::sc_time::from_value(time);
}
[[nodiscard]] unsigned index_of(Bar bar) {
  return bar == Bar::kRegisters ? 0 : 1;
}

}  // namespace

SC_HAS_PROCESS(HostNode);

HostNode::HostNode(const sc_core::sc_module_name& name, HostOptions options, RunControl& control)
    : sc_module(name),
      dma_socket("dma_socket"),
      options_(std::move(options)),
      control_(control),
      target_("memory", memory_),
      random_(mix_seed(options_.seed, 0x60570000U + options_.node)) {
  dma_socket.bind(target_.socket);
  SC_METHOD(dispatch);
  sensitive << wake_;
  dont_initialize();
  SC_THREAD(run_program);
  set_stack_size(kStackBytes);
}

void HostNode::run_program() {
  if (!options_.program) {
    return;
  }
  int code = kThrew;
  std::string why;
  try {
    code = options_.program(*this);
  } catch (const sc_core::sc_unwind_exception&) {
    throw;  // the kernel ends the process
  } catch (const std::exception& error) {
    why = error.what();
  } catch (...) {
    why = "an exception that is no std::exception";
  }
  trace_.add(now());
  trace_.add(static_cast<std::uint64_t>(code));
  control_.program_ended(options_.node, code, why);
}

void HostNode::dispatch() {
  const TimePs time = now();
  while (!events_.empty() && std::get<0>(events_.begin()->first) <= time) {
    auto node = events_.extract(events_.begin());
    node.mapped()();
  }
  TimePs next = events_.empty() ? kNever : std::get<0>(events_.begin()->first);
  if (condition_) {
    if (condition_()) {
      resume_.notify(sc_core::SC_ZERO_TIME);
    } else {
      next = std::min(next, deadline_);
    }
  }
  if (next != kNever) {
    wake_.notify(to_sc(next - time));
  }
}

void HostNode::schedule(TimePs time, unsigned source, std::function<void()> action) {
  events_.emplace(Key{time, source, sequence_++}, std::move(action));
  wake_.notify(to_sc(time - now()));
}

template <typename Condition>
void HostNode::block_until(Condition condition) {
  if (cancelled_) {
    if (++cancelled_calls_ > kPatience) {
      sc_core::wait(sc_core::sc_event("never"));
    }
    return;
  }
  if (condition()) {
    return;
  }
  condition_ = [this, &condition] { return cancelled_ || condition(); };
  if (deadline_ != kNever) {
    wake_.notify(to_sc(deadline_ - now()));
  }
  sc_core::wait(resume_);
  condition_ = nullptr;
  deadline_ = kNever;
}

Result<void> HostNode::usable() const {
  if (cancelled_) {
    return Error{Errc::kCancelled, "the run is being stopped"};
  }
  if (removed_) {
    return Error{Errc::kDeviceRemoved, "the device was removed"};
  }
  if (restarted_) {
    return Error{Errc::kDeviceRemoved, "the device restarted: expected the program to reset it"};
  }
  return {};
}

void HostNode::cancel() {
  cancelled_ = true;
  wake_.notify(sc_core::SC_ZERO_TIME);
}

Result<Ticket> HostNode::issue(Bar bar, bool write, std::uint64_t offset,
                               std::span<const std::byte> from, std::span<std::byte> to,
                               bool expect) {
  const std::size_t bytes = write ? from.size() : to.size();
  if (Result<void> fits = check_access(bar, write, offset, bytes); !fits) {
    return fits.error();
  }
  unsigned& out = (write ? writes_out_ : reads_out_)[index_of(bar)];
  const unsigned limit = write ? options_.bus.write_credits : kOutstandingLoads;
  block_until([&] { return lost() || out < limit; });
  if (Result<void> ready = usable(); !ready) {
    return ready.error();
  }
  ++out;
  const Ticket ticket = next_ticket_++;
  operations_[ticket] = {bar, write, expect, false, false, offset, to, kAxiOkay};
  BarRequest request = make_request(bar, write, offset, bytes, from);
  request.tag = ticket;
  request.arrival = send_down(write ? bytes : 0);
  device_->bar_request(request);
  if (write && bar == Bar::kRegisters) {
    checker_.bar_written(offset, from);
  }
  return ticket;
}

Result<void> HostNode::mmio_write(std::uint64_t offset, std::span<const std::byte> data) {
  ++stats_.mmio_writes;
  const Result<Ticket> ticket = issue(Bar::kRegisters, true, offset, data, {}, false);
  return ticket ? Result<void>() : Result<void>(ticket.error());
}

Result<void> HostNode::mmio_read(std::uint64_t offset, std::span<std::byte> data) {
  ++stats_.mmio_reads;
  const Result<Ticket> ticket = issue(Bar::kRegisters, false, offset, {}, data, true);
  return ticket ? finish(*ticket) : Result<void>(ticket.error());
}

Result<void> HostNode::aperture_write(std::uint64_t offset, std::span<const std::byte> data) {
  ++stats_.aperture_writes;
  const Result<Ticket> ticket = issue(Bar::kAperture, true, offset, data, {}, false);
  return ticket ? Result<void>() : Result<void>(ticket.error());
}

Result<Ticket> HostNode::aperture_write_begin(std::uint64_t offset,
                                              std::span<const std::byte> data) {
  ++stats_.aperture_writes;
  return issue(Bar::kAperture, true, offset, data, {}, true);
}

Result<Ticket> HostNode::aperture_read_begin(std::uint64_t offset, std::span<std::byte> data) {
  ++stats_.aperture_reads;
  return issue(Bar::kAperture, false, offset, {}, data, true);
}

Result<void> HostNode::finish(Ticket ticket) {
  const auto found = operations_.find(ticket);
  if (found == operations_.end()) {
    return Error{Errc::kNotFound, "no such ticket"};
  }
  block_until([&] { return found->second.done; });
  const Operation operation = found->second;
  operations_.erase(found);
  if (operation.failed) {
    return Error{Errc::kDeviceRemoved, "the device was reset or removed"};
  }
  if (!operation.done) {
    return Error{Errc::kCancelled, "the run is being stopped"};
  }
  return response_result(operation.bar, operation.offset, operation.resp);
}

void HostNode::complete(std::uint64_t tag, std::uint8_t resp, std::span<const std::uint8_t> data) {
  const auto found = operations_.find(tag);
  if (found == operations_.end() || found->second.done) {
    return;  // given up by a reset
  }
  Operation& operation = found->second;
  --(operation.write ? writes_out_ : reads_out_)[index_of(operation.bar)];
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

void HostNode::fail_operations() {
  std::erase_if(operations_, [](const auto& entry) { return !entry.second.expected; });
  for (auto& [ticket, operation] : operations_) {
    operation.failed = operation.failed || !operation.done;
    operation.done = true;
  }
  writes_out_ = reads_out_ = {};
}

Result<DmaRegion> HostNode::dma_alloc(std::size_t bytes, std::size_t align, DmaOptions options) {
  return memory_.allocate(bytes, align, options);
}
Result<DmaRegion> HostNode::dma_map(std::span<std::byte> memory, DmaOptions options) {
  return memory_.map(memory, options);
}
Result<void> HostNode::dma_free(const DmaRegion& region) {
  return memory_.release(region);
}

Result<WakeReason> HostNode::wait(TimePs deadline) {
  deadline_ = std::max(deadline, now());
  block_until([this] {
    return pending_.device_write || pending_.interrupt || pending_.message || lost() ||
           now() >= deadline_;
  });
  deadline_ = kNever;
  WakeReason reason = std::exchange(pending_, WakeReason{});
  reason.deadline = !reason.device_write && !reason.interrupt && !reason.message;
  if (reason.deadline) {
    if (cancelled_) {
      return Error{Errc::kCancelled, "the run is being stopped"};
    }
    if (lost() && now() < deadline) {
      return usable().error();
    }
  }
  return reason;
}

std::uint32_t HostNode::take_interrupts() {
  return std::exchange(interrupts_, 0U);
}

Result<void> HostNode::publish(std::string_view key, std::span<const std::byte> value) {
  if (cancelled_) {
    return Error{Errc::kCancelled, "the run is being stopped"};
  }
  control_.publish(options_.node, key, value);
  return {};
}

void HostNode::receive(TimePs time, unsigned from, std::string key, std::vector<std::byte> value) {
  schedule(time, kBoard + from, [this, key = std::move(key), value = std::move(value)]() mutable {
    board_[std::move(key)] = std::move(value);
    pending_.message = true;
  });
}

Result<std::vector<std::byte>> HostNode::lookup(std::string_view key) const {
  const auto found = board_.find(key);
  if (found == board_.end()) {
    return Error{Errc::kNotFound, "nothing was published as " + std::string(key)};
  }
  return found->second;
}

void HostNode::end_life() {
  if (!checker_.empty()) {
    former_ = std::exchange(checker_, {});
  }
}

void HostNode::restart_device() {
  fail_operations();
  end_life();
  std::erase_if(events_, [](const auto& event) { return std::get<1>(event.first) == kMemory; });
  id_ready_.fill(0);
  alive_from_ = send_down(0);
  device_->reset(alive_from_);
}

Result<void> HostNode::reset_device() {
  if (cancelled_ || removed_) {
    return usable();
  }
  restarted_ = false;
  restart_device();
  deadline_ = alive_from_ + options_.bus.latency_ps;
  const TimePs done = deadline_;
  block_until([this, done] { return removed_ || now() >= done; });
  return {};
}

void HostNode::fail_device(TimePs time, bool for_good) {
  schedule(time, kFault, [this, for_good] {
    trace_.add(now());
    if (for_good) {
      remove_device();
    } else if (!removed_) {
      restarted_ = true;
      restart_device();
    }
  });
}

void HostNode::remove_device() {
  if (removed_) {
    return;
  }
  removed_ = true;
  fail_operations();
  end_life();
  alive_from_ = kNever;
  device_->remove(send_down(0));
  wake_.notify(sc_core::SC_ZERO_TIME);
}

void HostNode::report(std::string_view name, std::uint64_t value) {
  reports_[std::string(name)] = value;
  trace_.add(name);
  trace_.add(value);
}

}  // namespace ethlink::sim

// SPDX-License-Identifier: Apache-2.0
//
// Completion queue: the device writes entries into a ring and flips the phase bit on every lap.
//
// Specification: docs/reference/host-interface.md, section "Completion queues".
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "ethlink/device.hpp"
#include "ethlink/generated/regs.hpp"
#include "ethlink/result.hpp"

namespace ethlink {

/// One finished work request. An error is data: look at `status`.
struct WorkCompletion {
  std::uint64_t wr_id = 0;  ///< of the request; of a load/store command: its cookie
  regs::WcStatus status = regs::WcStatus::kSuccess;
  regs::CqeOp opcode = regs::CqeOp::kSend;
  std::uint32_t qpn = 0;
  std::uint32_t byte_len = 0;
  std::uint32_t imm = 0;     ///< as on the wire
  std::uint64_t data = 0;    ///< old value of an atomic
  std::uint32_t src_qp = 0;  ///< of a received datagram; `byte_len` counts kGrhBytes too
  std::uint8_t flags = 0;    ///< bits regs::kCqeFlag*
  std::uint8_t vendor_err = 0;
};

/// Ownership: borrows the device. Threads: one caller at a time. Ordering: an entry's fields are
/// read after its phase bit; entries come in the order in which the device completed the requests.
class CompletionQueue {
 public:
  /// \param entries  power of two, 1..65536.
  static Result<std::unique_ptr<CompletionQueue>> create(Device& device, std::uint32_t entries,
                                                         std::uint16_t ctx = 0);
  ~CompletionQueue();
  CompletionQueue(const CompletionQueue&) = delete;
  CompletionQueue& operator=(const CompletionQueue&) = delete;

  [[nodiscard]] std::uint32_t cqn() const noexcept { return cqn_; }

  /// Copies the oldest completions into `out`, hands their slots back, and returns how many.
  /// Does not block. kDeviceError when the device wrote an entry that names no request of ours.
  Result<std::size_t> poll(std::span<WorkCompletion> out);
  /// Asks for one event at the next completion (or the next solicited one); fires at once when
  /// completions that were not polled arrived since the last event.
  Result<void> arm(bool solicited_only);
  /// Moves the queue into a ring of `entries` (power of two, 1..65536) while completions flow; none
  /// is lost, and what was not polled stays to be polled. kDeviceError when more was not polled
  /// than the new ring holds, or the queue is in error: the ring is the old one then.
  Result<void> resize(std::uint32_t entries);
  /// The device's view; `error` is 1 after a completion was lost.
  Result<regs::ObjCq> query();
  /// Waits until one completion is there and returns it.
  Result<WorkCompletion> wait(Duration timeout);

 private:
  CompletionQueue(Device& device, std::uint32_t cqn, unsigned log_size, std::uint16_t ctx,
                  DmaBuffer ring)
      : device_(&device), cqn_(cqn), log_size_(log_size), ctx_(ctx), ring_(std::move(ring)) {}
  [[nodiscard]] bool ready() const;
  void copy_entries(DmaBuffer& ring, unsigned log_size, std::uint32_t until) const;
  [[nodiscard]] Result<WorkCompletion> decode(const regs::Cqe& cqe) const;
  Result<void> write_consumer(unsigned arm);

  Device* device_;
  std::uint32_t cqn_;
  unsigned log_size_;
  std::uint16_t ctx_;
  DmaBuffer ring_;
  std::uint32_t consumed_ = 0;  // entries polled since creation, modulo 2^32
};

}  // namespace ethlink

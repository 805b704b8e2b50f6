// SPDX-License-Identifier: Apache-2.0
//
// Shared receive queue: receive requests that several queue pairs take from.
//
// Specification: docs/reference/roce.md, section "Shared receive queues".
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "ethlink/device.hpp"
#include "ethlink/dma_buffer.hpp"
#include "ethlink/generated/regs.hpp"
#include "ethlink/queue_pair.hpp"
#include "ethlink/result.hpp"

namespace ethlink {

struct SharedReceiveQueueOptions {
  std::uint32_t entries = 64;  ///< receive requests, power of two up to 32768
  std::uint32_t pd = 1;        ///< protection domain of the elements
  std::uint16_t ctx = 0;       ///< user context whose doorbell page is used
};

/// Ownership: borrows the device; queue pairs that name it must go before it.
/// Threads: one caller at a time, together with the queue pairs and completion queues that use it.
/// Ordering: requests are taken in the order of posting and complete in any order. A queue pair
/// that is destroyed in the middle of a message takes its request with it: put it into ERR and wait
/// for the event kQpLastWqe before.
class SharedReceiveQueue {
 public:
  static Result<std::unique_ptr<SharedReceiveQueue>> create(
      Device& device, const SharedReceiveQueueOptions& options);
  ~SharedReceiveQueue();
  SharedReceiveQueue(const SharedReceiveQueue&) = delete;
  SharedReceiveQueue& operator=(const SharedReceiveQueue&) = delete;

  [[nodiscard]] std::uint32_t srqn() const noexcept { return srqn_; }

  /// Queues one request. kNoResources when the place of the ring is not free, kInvalidArgument for
  /// a bad request; nothing was queued then.
  Result<void> post_receive(const ReceiveRequest& request);
  /// Asks for one event kSrqLimit when fewer than `limit` requests are left; 0: none. It comes at
  /// once when that is so already.
  Result<void> arm(std::uint16_t limit);
  Result<regs::ObjSrq> query();

  // Called by QueuePair: the request at `index` has completed.
  Result<std::uint64_t> retire(std::uint16_t index);

 private:
  struct Place {
    std::uint64_t wr_id = 0;
    std::uint16_t index = 0;
    bool posted = false;
  };
  SharedReceiveQueue(Device& device, std::uint32_t srqn, const SharedReceiveQueueOptions& options,
                     DmaBuffer ring)
      : device_(&device),
        srqn_(srqn),
        options_(options),
        ring_(std::move(ring)),
        places_(options.entries) {}

  Device* device_;
  std::uint32_t srqn_;
  SharedReceiveQueueOptions options_;
  DmaBuffer ring_;
  std::vector<Place> places_;
  std::uint16_t producer_ = 0;  // requests, modulo 2^16
};

}  // namespace ethlink

// SPDX-License-Identifier: Apache-2.0
//
// Reliable connected queue pair: work requests, doorbells and pushed descriptors.
//
// Specification: docs/reference/host-interface.md, section "Queue pairs"; InfiniBand volume 1, 10.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "ethlink/completion_queue.hpp"
#include "ethlink/device.hpp"
#include "ethlink/generated/regs.hpp"
#include "ethlink/result.hpp"

namespace ethlink {

class SharedReceiveQueue;

struct QueuePairOptions {
  std::uint32_t send_units = 256;      ///< 64-byte units of the send ring, power of two up to 32768
  std::uint32_t receive_entries = 64;  ///< receive requests, power of two up to 32768
  std::uint32_t pd = 1;                ///< protection domain
  std::uint16_t ctx = 0;               ///< user context whose doorbell page is used
  bool signal_all = false;             ///< every send request completes visibly
  /// Takes its receive requests from here; none may be posted to itself then.
  SharedReceiveQueue* shared = nullptr;
  bool push = true;  ///< push descriptors of up to 5 units through the doorbell page
};

/// The other end of a connection and how to reach it.
struct Connection {
  std::uint32_t dest_qpn = 0;
  Gid dgid{};
  Mac dmac{};
  std::uint8_t sgid_index = 0;
  std::uint32_t send_psn = 0;     ///< first PSN that this end sends
  std::uint32_t receive_psn = 0;  ///< first PSN that this end expects
  unsigned path_mtu = 4096;       ///< bytes: 256, 512, 1024, 2048 or 4096
  std::uint8_t timeout = 8;       ///< 4.096 us x 2^n; 0: none
  std::uint8_t retry_count = 7;
  std::uint8_t rnr_retry = 7;       ///< 7: without limit
  std::uint8_t min_rnr_timer = 1;   ///< code of the RNR timer table
  std::uint32_t remote_access = 0;  ///< bits regs::kAccess* granted to the other end
  std::uint8_t max_rd_atomic = 16;  ///< READs and atomics of ours in flight, 0..16; 0: none may be
  std::uint8_t max_dest_rd_atomic = 16;  ///< those of the other end; its `max_rd_atomic` at least
  /// DSCP and ECN of its packets: by default the DSCP of their priority.
  std::uint8_t traffic_class = dscp_of_priority(kPriorityRdma) << 2;
  /// Packets are ECN capable, and the queue pair can be slowed down, where the device's congestion
  /// control is on.
  bool congestion_control = true;
  std::uint16_t udp_sport = 0xC000;
  std::uint16_t pkey = 0xFFFF;
};

/// One scatter/gather element.
struct SgeView {
  std::uint64_t va = 0;
  std::uint32_t length = 0;
  std::uint32_t lkey = 0;
};

struct SendRequest {
  std::uint64_t wr_id = 0;
  regs::WqeOp opcode = regs::WqeOp::kSend;
  std::span<const SgeView> sges;           ///< at most kMaxSges; atomics: 8 bytes for the old value
  std::span<const std::byte> inline_data;  ///< sent instead of `sges` when not empty, at most 256
  std::uint64_t remote_va = 0;
  std::uint32_t rkey = 0;
  std::uint32_t imm = 0;
  bool signaled = true;
  bool solicited = false;
  bool fence = false;             ///< starts when all earlier READs and atomics have completed
  std::uint64_t compare = 0;      ///< kCmpSwap: the value that is expected
  std::uint64_t swap_or_add = 0;  ///< kCmpSwap: the value to store then; kFetchAdd: what is added
};

struct ReceiveRequest {
  std::uint64_t wr_id = 0;
  std::span<const SgeView> sges;  ///< at most 3
};

/// Ownership: borrows the device, both completion queues and the shared receive queue. Threads: one
/// caller at a time. Ordering: requests execute and complete in the order of posting.
class QueuePair {
 public:
  static constexpr std::size_t kMaxSges = 6;
  static constexpr std::size_t kMaxReceiveSges = 3;

  /// Leaves the queue pair in RESET.
  static Result<std::unique_ptr<QueuePair>> create(Device& device, CompletionQueue& send_cq,
                                                   CompletionQueue& receive_cq,
                                                   const QueuePairOptions& options);
  ~QueuePair();
  QueuePair(const QueuePair&) = delete;
  QueuePair& operator=(const QueuePair&) = delete;

  [[nodiscard]] std::uint32_t qpn() const noexcept { return qpn_; }

  /// RESET -> INIT -> RTR -> RTS with the attributes of `connection`.
  Result<void> connect(const Connection& connection);
  /// Changes the fields of regs::ObjQp that `mask` (regs::kQpMask*) names.
  Result<void> modify(const regs::ObjQp& attributes, std::uint32_t mask);
  Result<regs::ObjQp> query();

  /// Queues one request. kNoResources when the ring is full, kInvalidArgument for a bad request;
  /// nothing was queued then.
  Result<void> post_send(const SendRequest& request);
  /// Queues several requests with one doorbell. At an error the requests before the one that failed
  /// are queued.
  Result<void> post_sends(std::span<const SendRequest> requests);
  Result<void> post_receive(const ReceiveRequest& request);

  // Called by CompletionQueue: the request at `index` and all before it have left the ring.
  Result<std::uint64_t> retire_send(std::uint16_t index);
  Result<std::uint64_t> retire_receive(std::uint16_t index);

 private:
  struct Posted {
    std::uint64_t wr_id;
    std::uint16_t index;  // ring position modulo 2^16: units (send), requests (receive)
    std::uint16_t units;
  };
  QueuePair(Device& device, std::uint32_t qpn, const QueuePairOptions& options, DmaBuffer send,
            DmaBuffer receive)
      : device_(&device),
        qpn_(qpn),
        options_(options),
        send_ring_(std::move(send)),
        receive_ring_(std::move(receive)) {}
  // Writes the descriptor into the ring; returns its units, for a push.
  Result<std::span<const std::byte>> enqueue(const SendRequest& request);
  Result<void> ring_send_doorbell();
  Result<std::uint64_t> retire(std::deque<Posted>& posted, std::uint16_t index, const char* what);

  Device* device_;
  std::uint32_t qpn_;
  QueuePairOptions options_;
  DmaBuffer send_ring_;
  DmaBuffer receive_ring_;
  std::uint16_t send_producer_ = 0;     // units, modulo 2^16
  std::uint16_t receive_producer_ = 0;  // requests, modulo 2^16
  std::uint32_t send_units_used_ = 0;
  std::array<std::byte, 320> staged_{};  // units of the request that was enqueued last
  std::deque<Posted> sends_;
  std::deque<Posted> receives_;
};

}  // namespace ethlink

// SPDX-License-Identifier: Apache-2.0
//
// Responder of reliable connections as InfiniBand volume 1, chapter 9 describes it, packet by
// packet.
//
// Oracle: shares no code with the RTL or the driver. One packet is done before the next one starts.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ethlink::reference {

/// Host memory of the model; addresses beyond it cannot be reached.
using Memory = std::vector<std::uint8_t>;

/// A packet without the headers below its BTH.
struct RcPacket {
  std::uint32_t qpn = 0;
  std::uint16_t pkey = 0xffff;
  std::uint8_t opcode = 0;
  std::uint8_t tver = 0;
  std::uint8_t ecn = 0;  // of the IP header
  bool solicited = false;
  bool ack_request = false;
  unsigned pad = 0;
  std::uint32_t psn = 0;
  std::uint64_t va = 0;  // RETH
  std::uint32_t rkey = 0;
  std::uint32_t dma_length = 0;
  std::array<std::uint8_t, 4> word{};  // ImmDt or IETH, as on the wire
  std::array<std::uint8_t, 4> aeth{};  // responses
  std::uint64_t swap_add = 0;          // AtomicETH, beside va and rkey
  std::uint64_t compare = 0;
  std::vector<std::uint8_t> payload;  // pad bytes included
};

struct RcRegion {
  std::uint64_t va = 0;
  std::uint64_t length = 0;
  std::uint64_t iova = 0;            // contiguous
  std::vector<std::uint64_t> pages;  // else one address a page
  unsigned page_shift = 0;
  std::uint32_t pd = 0;
  std::uint8_t access = 0;  // bit 0 local write, 1 remote write, 2 remote read, 3 remote atomic
};

/// ACK, NAK, packet of a READ response, answer to an atomic; syndrome and MSN 0 without AETH.
struct RcAck {
  std::uint32_t psn = 0;
  std::uint8_t syndrome = 0;
  std::uint32_t msn = 0;
  std::uint8_t opcode = 0x11;
  std::uint64_t value = 0;              // AtomicAck
  std::vector<std::uint8_t> payload{};  // without pad
  bool operator==(const RcAck&) const = default;
};

struct RcCompletion {
  std::uint16_t cqn = 0;
  std::uint16_t wqe_index = 0;
  std::uint8_t status = 0;
  std::uint8_t opcode = 0;
  std::uint32_t byte_len = 0;
  std::uint32_t imm = 0;
  std::uint8_t flags = 0;
  std::uint8_t vendor_err = 0;
  bool solicited = false;
  std::uint64_t bytes_before = 0;  // bytes that must be in memory before this completion
};

struct RcEvent {
  std::uint8_t eqn = 0;
  std::uint8_t type = 0;
  std::uint8_t syndrome = 0;
  bool operator==(const RcEvent&) const = default;
};

/// Receive requests that several queue pairs take from.
struct RcSharedQueue {
  std::uint32_t pd = 0;
  std::uint64_t base = 0;
  unsigned entries = 1;
  unsigned stride = 64;
  std::uint16_t ctx = 0;
  std::uint8_t eqn = 0;
  std::uint16_t taken = 0;
  std::uint16_t posted = 0;
  std::uint16_t limit = 0;  // 0: not armed
};

/// One queue pair with everything that it produced.
struct RcQueuePair {
  std::uint8_t state = 0;  // ibv_qp_state
  std::uint8_t access = 0;
  unsigned mtu = 256;
  unsigned rnr_code = 0;
  std::uint32_t pd = 0;
  std::uint64_t rq_base = 0;
  unsigned rq_entries = 1;
  unsigned rq_stride = 64;
  std::uint16_t cqn = 0;
  std::uint16_t ctx = 0;
  std::uint8_t eqn = 0;
  std::uint16_t pkey = 0;
  unsigned max_reads = 0;  // READs and atomics that may wait
  std::optional<std::uint32_t>
      srq;  // a request that it took is the one between consumed and posted

  std::uint32_t expected = 0;
  std::uint32_t msn = 0;
  std::uint16_t consumed = 0;
  std::uint16_t posted = 0;
  char message = 0;  // 0, 'S' or 'W': a message is in progress
  bool silent = false;
  bool established = false;
  std::uint64_t va = 0;
  std::uint32_t rkey = 0;
  std::uint64_t remaining = 0;
  std::uint64_t total = 0;
  std::uint64_t data_end = 0;  // bytes that all queue pairs wrote up to its last one
  std::vector<std::pair<std::uint32_t, std::uint64_t>> saved;  // PSN and old value of atomics
  unsigned waiting = 0;  // READs and atomics without answer, counted while `held`
};

class RcResponderModel {
 public:
  explicit RcResponderModel(Memory memory) : memory_(std::move(memory)) {}

  /// What the parser makes of a packet: 0 dropped, 1 request, 2 response.
  [[nodiscard]] int classify(const RcPacket& packet) const;

  /// One request packet that the parser lets through.
  void receive(const RcPacket& packet);

  /// A receive doorbell; false when it is refused.
  bool doorbell(std::uint32_t qpn, std::uint16_t ctx, std::uint16_t producer);
  /// The same for a shared receive queue.
  bool shared_doorbell(std::uint32_t srqn, std::uint16_t ctx, std::uint16_t producer);
  /// Its limit is set; an event comes at once when fewer requests are left.
  void arm(std::uint32_t srqn, std::uint16_t limit);

  /// The queue pair ends in error for another reason: receive requests are flushed.
  void to_error(std::uint32_t qpn);
  /// A completion queue lost a completion of it; to_error() follows.
  void lost_completion(std::uint32_t qpn);

  Memory& memory() { return memory_; }

  std::map<std::uint32_t, RcQueuePair> qps;  // by number
  std::map<std::uint32_t, RcSharedQueue> srqs;
  std::map<std::uint32_t, RcRegion> regions;  // by key
  std::map<std::uint32_t, std::vector<RcAck>> acks;
  std::map<std::uint32_t, std::vector<RcCompletion>> completions;
  std::map<std::uint32_t, std::vector<RcEvent>> events;  // of shared queues: kSharedEvents + number
  static constexpr std::uint32_t kSharedEvents = 0x10000;
  std::map<std::uint32_t, unsigned> failures;  // queue pairs that the responder put in error
  std::map<std::string, unsigned> counts;      // by counter name
  std::uint64_t bad_address = ~0ULL;           // reads of this 4 KiB page fail
  std::uint64_t bytes_written = 0;
  std::uint64_t atomic_bytes = 0;  // written by atomics
  bool held = false;               // no answer leaves: READs and atomics add up

 private:
  struct Fault {
    std::uint8_t syndrome = 0;
    std::uint8_t status = 0;
    bool completes = false;  // the receive request in progress completes with it
  };
  /// Where byte `va` of the key is, or nothing.
  [[nodiscard]] bool allowed(std::uint32_t key, std::uint32_t pd, std::uint8_t access,
                             std::uint64_t va, std::uint64_t length) const;
  [[nodiscard]] std::uint64_t place_of(std::uint32_t key, std::uint64_t va) const;
  void receive_read(RcQueuePair& qp, const RcPacket& p, bool again);
  std::uint64_t execute(RcQueuePair& qp, const RcPacket& p);
  void store(std::uint32_t key, std::uint64_t va, const std::uint8_t* bytes, std::size_t count);
  std::optional<Fault> place_write(RcQueuePair& qp, const RcPacket& p, bool first, std::size_t len);
  std::optional<Fault> place_send(RcQueuePair& qp, const RcPacket& p, std::uint64_t offset,
                                  std::size_t len, bool invalidate);
  void fail(std::uint32_t qpn, RcQueuePair& qp, std::uint32_t psn, const Fault& fault);
  void flush(std::uint32_t qpn, RcQueuePair& qp);
  void end(std::uint32_t qpn, RcQueuePair& qp);
  void answer(const RcQueuePair& qp, std::uint32_t qpn, std::uint32_t psn, std::uint8_t syndrome);

  Memory memory_;
};

}  // namespace ethlink::reference

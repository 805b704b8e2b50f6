// SPDX-License-Identifier: Apache-2.0
//
// Words of the requester's tests: where things lie in memory, requests, fates of packets.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "reference/loose_receiver.hpp"
#include "reference/roce_responder.hpp"

namespace ethlink::test {

using reference::Answer;
using reference::LooseReceiver;
using reference::Message;
using reference::ReadResponse;
using reference::RequestPacket;
using reference::RoceResponder;
using Bytes = std::vector<std::uint8_t>;

inline constexpr std::uint64_t kMemoryBytes = 64ULL << 20;
inline constexpr std::uint64_t kRings = 0x100000;  // 64 KiB a queue pair
inline constexpr std::uint64_t kData = 0x2000000;  // IOVA of the regions
inline constexpr std::uint64_t kRegionBytes = 8ULL << 20;
inline constexpr std::uint64_t kPagedVa = 0x7000'0000'0000;
inline constexpr std::uint64_t kFlatVa = 0x8800'0000'0000;
inline constexpr std::uint32_t kPagedKey = 0x101;  // pages of 4 KiB in another order
inline constexpr std::uint32_t kFlatKey = 0x202;   // one range
inline constexpr std::uint32_t kPd = 0x77;
inline constexpr unsigned kCtx = 3;
inline constexpr unsigned kTick = 64;     // cycles of 4.096 us: the tests' time runs fast
inline constexpr unsigned kRnrTick = 16;  // cycles of 10 us

enum class Op : std::uint8_t { kWrite, kWriteImm, kSend, kSendImm, kSendInv, kRead, kCas, kAdd };

struct Element {
  std::uint64_t addr = 0;
  std::uint32_t len = 0;
  std::uint32_t key = kPagedKey;
};

/// A send request, and how to damage its descriptor.
struct Request {
  Op op = Op::kWrite;
  std::vector<Element> elements;
  std::optional<Bytes> inline_bytes;
  std::uint64_t remote = 0x123456789a;
  std::uint32_t rkey = 0xabcd01;
  std::uint32_t imm = 0x44332211;
  bool signaled = true;
  bool solicited = false;
  bool fence = false;
  std::uint64_t operand = 0;  // atomics: what is stored or added
  std::uint64_t compare = 0;
  std::optional<std::uint32_t> length;  // instead of the true one
  std::optional<unsigned> num_sge;
  std::optional<unsigned> num_units;
  std::optional<unsigned> index;
  std::optional<std::uint32_t> qpn;
  bool fails = false;  // the message must not arrive
  // Datagrams: rkey is the Q_Key.
  unsigned ah = 0;
  std::uint32_t to = 0;
};

struct QpOptions {
  std::uint32_t psn = 0x1000;
  unsigned mtu = 1024;
  unsigned timeout = 8;
  unsigned retries = 7;
  unsigned rnr_retries = 7;
  unsigned log_units = 8;
  bool signal_all = false;
  unsigned max_reads = 16;
  unsigned type = 0;  // 1 UC, 2 UD
  std::uint32_t qkey = 0;
};

struct Completion {
  unsigned qpn = 0;
  unsigned index = 0;
  unsigned status = 0;
  unsigned opcode = 0;
  unsigned vendor = 0;
  unsigned cqn = 0;
  std::uint32_t byte_len = 0;
  std::uint64_t data = 0;
  std::uint64_t cycle = 0;
};

/// What a READ or atomic must bring.
struct Result {
  unsigned index = 0;
  unsigned opcode = 0;  // of the completion
  std::uint32_t byte_len = 0;
  std::uint64_t data = 0;
  std::vector<Element> elements;
  Bytes bytes;
};

/// What happens to a response of a READ or atomic.
enum class ResponseFate : std::uint8_t {
  kDeliver,
  kDrop,
  kTwice,
  kLate,       // behind the next response
  kBadOpcode,  // FIRST instead of LAST and the like
  kBadLength,
  kBadAeth
};

enum class Fate : std::uint8_t {
  kDeliver,
  kDrop,        // lost; whoever follows shows it
  kDropAnswer,  // the answer is lost
  kTwice,       // the answer comes twice
  kNak,         // lost, and complained about at once
  kRnr,         // the receiver is not ready
  kInvalid,     // NAK 0x61
  kAccess,      // NAK 0x62
  kOperational  // NAK 0x63
};

}  // namespace ethlink::test

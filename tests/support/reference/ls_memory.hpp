// SPDX-License-Identifier: Apache-2.0
//
// What load/store requests do to memory, one after the other (EthLink specification sections 3, 4).
//
// Slow and obvious on purpose; shares nothing with the RTL.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace ethlink::reference {

namespace ls {
inline constexpr unsigned kLoad = 0x01, kStore = 0x02, kStorePosted = 0x03, kStoreMasked = 0x04,
                          kStoreNotify = 0x05, kFadd = 0x10, kSwap = 0x11, kCas = 0x12, kAnd = 0x13,
                          kOr = 0x14, kXor = 0x15, kMin = 0x16, kMax = 0x17, kFence = 0x20,
                          kLoadResp = 0x81, kStoreResp = 0x82, kAtomicResp = 0x90, kError = 0xFE;
inline constexpr unsigned kOk = 0, kDenied = 1, kRange = 2, kFault = 3, kUnsupported = 5,
                          kLength = 6, kPeerDown = 7, kUnaligned = 8;
inline constexpr unsigned kMayWrite = 1U << 1, kMayRead = 1U << 2, kMayAtomic = 1U << 3;
inline constexpr std::uint16_t kPostedTag = 0xFFFF;
}  // namespace ls

struct LsSegment {
  std::uint64_t base = 0;
  std::uint64_t length = 0;
  std::uint16_t pkey = 0;
  unsigned access = 0;
};

struct LsRequest {
  unsigned opcode = 0;
  unsigned length_field = 0;  // data bytes / 4 - 1
  std::uint16_t tag = 0;
  std::uint64_t address = 0;
  std::uint16_t pkey = 0;
  bool denied = false;  // came in a frame of another partition than its sender's
  unsigned peer = 0;
  std::uint64_t operand0 = 0;      // atomics
  std::uint64_t operand1 = 0;      // CAS: swap
  std::uint64_t signal = 0;        // STORE_NOTIFY
  std::uint64_t add = 0;           // STORE_NOTIFY
  std::vector<bool> enabled;       // STORE_MASKED, one a data byte
  std::vector<std::uint8_t> data;  // stores

  [[nodiscard]] unsigned bytes() const { return (length_field + 1) * 4; }
  [[nodiscard]] bool atomic() const { return opcode >= ls::kFadd && opcode <= ls::kMax; }
  [[nodiscard]] bool store() const { return opcode >= ls::kStore && opcode <= ls::kStoreNotify; }
  /// Bytes on the wire in front of the data.
  [[nodiscard]] std::vector<std::uint8_t> header() const;
};

/// `header` and `data` of a request as they are on the wire.
LsRequest ls_decode(const std::vector<std::uint8_t>& header, const std::vector<std::uint8_t>& data);

struct LsAnswer {
  bool sent = true;
  unsigned opcode = 0;
  unsigned status = 0;
  std::vector<std::uint8_t> data;
};

/// Threads: one. Bytes that were never written are zero.
class LsMemory {
 public:
  /// Accesses to [bad_from, bad_to) fail.
  void set_bad(std::uint64_t bad_from, std::uint64_t bad_to);
  std::map<unsigned, LsSegment>& segments() { return segments_; }
  LsAnswer execute(const LsRequest& request);
  [[nodiscard]] std::uint8_t byte(std::uint64_t iova) const;
  void set_byte(std::uint64_t iova, std::uint8_t value) { bytes_[iova] = value; }
  [[nodiscard]] const std::map<std::uint64_t, std::uint8_t>& bytes() const { return bytes_; }
  [[nodiscard]] bool bad(std::uint64_t iova) const { return iova >= bad_from_ && iova < bad_to_; }

 private:
  [[nodiscard]] unsigned check(std::uint64_t address, unsigned bytes, unsigned access,
                               std::uint16_t pkey, std::uint64_t& iova) const;
  std::uint64_t word(std::uint64_t iova, unsigned bytes) const;
  void set_word(std::uint64_t iova, unsigned bytes, std::uint64_t value);

  std::map<unsigned, LsSegment> segments_;
  std::map<std::uint64_t, std::uint8_t> bytes_;
  std::uint64_t bad_from_ = 0, bad_to_ = 0;
};

}  // namespace ethlink::reference

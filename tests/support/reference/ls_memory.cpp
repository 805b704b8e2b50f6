// SPDX-License-Identifier: Apache-2.0
#include "reference/ls_memory.hpp"

#include <algorithm>

namespace ethlink::reference {

namespace {

void append(std::vector<std::uint8_t>& to, std::uint64_t value, unsigned bytes) {
  for (unsigned i = bytes; i-- > 0;) {
    to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

std::uint64_t field(const std::vector<std::uint8_t>& from, std::size_t at, unsigned bytes) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) {
    value = (value << 8U) | from.at(at + i);
  }
  return value;
}

std::int64_t as_signed(std::uint64_t value, unsigned bytes) {
  return bytes == 8 ? static_cast<std::int64_t>(value)
                    : static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
}

std::uint64_t combine(const LsRequest& r, std::uint64_t old_value, unsigned bytes) {
  switch (r.opcode) {
    case ls::kFadd:
      return old_value + r.operand0;
    case ls::kAnd:
      return old_value & r.operand0;
    case ls::kOr:
      return old_value | r.operand0;
    case ls::kXor:
      return old_value ^ r.operand0;
    case ls::kMin:
      return as_signed(old_value, bytes) < as_signed(r.operand0, bytes) ? old_value : r.operand0;
    case ls::kMax:
      return as_signed(old_value, bytes) > as_signed(r.operand0, bytes) ? old_value : r.operand0;
    case ls::kCas: {
      const std::uint64_t mask = bytes == 8 ? ~std::uint64_t{0} : 0xFFFFFFFFU;
      return old_value == (r.operand0 & mask) ? r.operand1 : old_value;
    }
    default:
      return r.operand0;  // SWAP
  }
}

}  // namespace

std::vector<std::uint8_t> LsRequest::header() const {
  std::vector<std::uint8_t> h;
  append(h, opcode, 1);
  append(h, length_field, 1);
  append(h, tag, 2);
  append(h, address, 8);
  if (atomic()) {
    append(h, operand0, bytes());
    if (opcode == ls::kCas) {
      append(h, operand1, bytes());
    }
  } else if (opcode == ls::kStoreNotify) {
    append(h, signal, 8);
    append(h, add, 8);
  } else if (opcode == ls::kStoreMasked) {
    std::vector<std::uint8_t> mask((bytes() + 31) / 32 * 4, 0);
    for (std::size_t i = 0; i < enabled.size(); ++i) {
      if (enabled[i]) {
        mask[i / 8] = static_cast<std::uint8_t>(mask[i / 8] | (0x80U >> (i % 8)));
      }
    }
    h.insert(h.end(), mask.begin(), mask.end());
  }
  return h;
}

LsRequest ls_decode(const std::vector<std::uint8_t>& header,
                    const std::vector<std::uint8_t>& data) {
  LsRequest r;
  r.opcode = header.at(0);
  r.length_field = header.at(1);
  r.tag = static_cast<std::uint16_t>(field(header, 2, 2));
  r.address = field(header, 4, 8);
  r.data = data;
  if (r.atomic()) {
    r.operand0 = field(header, 12, r.bytes());
    r.operand1 = r.opcode == ls::kCas ? field(header, 12 + r.bytes(), r.bytes()) : 0;
  } else if (r.opcode == ls::kStoreNotify) {
    r.signal = field(header, 12, 8);
    r.add = field(header, 20, 8);
  } else if (r.opcode == ls::kStoreMasked) {
    for (std::size_t i = 0; i < data.size(); ++i) {
      r.enabled.push_back((header.at(12 + i / 8) & (0x80U >> (i % 8))) != 0);
    }
  }
  return r;
}

void LsMemory::set_bad(std::uint64_t bad_from, std::uint64_t bad_to) {
  bad_from_ = bad_from;
  bad_to_ = bad_to;
}

std::uint8_t LsMemory::byte(std::uint64_t iova) const {
  const auto found = bytes_.find(iova);
  return found == bytes_.end() ? std::uint8_t{0} : found->second;
}

unsigned LsMemory::check(std::uint64_t address, unsigned bytes, unsigned access, std::uint16_t pkey,
                         std::uint64_t& iova) const {
  const auto found = segments_.find(static_cast<unsigned>(address >> 48U));
  if (found == segments_.end()) {
    return ls::kRange;
  }
  const LsSegment& s = found->second;
  if (s.pkey != pkey || (s.access & access) == 0) {
    return ls::kDenied;
  }
  const std::uint64_t offset = address & 0xFFFFFFFFFFFFU;
  if (bytes > s.length || offset > s.length - bytes) {
    return ls::kRange;
  }
  iova = s.base + offset;
  return ls::kOk;
}

std::uint64_t LsMemory::word(std::uint64_t iova, unsigned bytes) const {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) {
    value |= std::uint64_t{byte(iova + i)} << (8 * i);
  }
  return value;
}

void LsMemory::set_word(std::uint64_t iova, unsigned bytes, std::uint64_t value) {
  for (unsigned i = 0; i < bytes; ++i) {
    bytes_[iova + i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
}

LsAnswer LsMemory::execute(const LsRequest& r) {
  const bool quiet = r.opcode == ls::kStorePosted || (r.store() && r.tag == ls::kPostedTag) ||
                     (r.opcode == ls::kFence && r.tag == ls::kPostedTag);
  const auto fail = [](unsigned status) { return LsAnswer{true, ls::kError, status, {}}; };

  if (!r.store() && !r.atomic() && r.opcode != ls::kLoad && r.opcode != ls::kFence) {
    return fail(ls::kUnsupported);
  }
  if (r.denied) {
    return fail(ls::kDenied);
  }
  if (r.opcode == ls::kFence) {
    return r.length_field != 0 ? fail(ls::kLength) : LsAnswer{!quiet, ls::kStoreResp, ls::kOk, {}};
  }
  const unsigned bytes = r.bytes();
  const bool power = (bytes & (bytes - 1)) == 0;
  if (!power || bytes > (r.atomic() ? 8U : 256U)) {
    return fail(ls::kLength);
  }
  const bool notify = r.opcode == ls::kStoreNotify;
  if (r.address % bytes != 0 || (notify && r.signal % 8 != 0)) {
    return fail(ls::kUnaligned);
  }
  unsigned access = ls::kMayWrite;
  if (r.opcode == ls::kLoad) {
    access = ls::kMayRead;
  } else if (r.atomic()) {
    access = ls::kMayAtomic;
  }
  std::uint64_t iova = 0;
  std::uint64_t signal = 0;
  unsigned status = check(r.address, bytes, access, r.pkey, iova);
  if (status == ls::kOk && notify) {
    status = check(r.signal, 8, access, r.pkey, signal);
  }
  if (status != ls::kOk) {
    return fail(status);
  }
  const bool touches = r.opcode != ls::kStoreMasked ||
                       std::find(r.enabled.begin(), r.enabled.end(), true) != r.enabled.end();
  if (bad(iova) && touches) {
    return fail(ls::kFault);
  }
  if (r.opcode == ls::kLoad) {
    LsAnswer a{true, ls::kLoadResp, ls::kOk, {}};
    for (unsigned i = 0; i < bytes; ++i) {
      a.data.push_back(byte(iova + i));
    }
    return a;
  }
  if (r.atomic()) {
    const std::uint64_t old_value = word(iova, bytes);
    set_word(iova, bytes, combine(r, old_value, bytes));
    LsAnswer a{true, ls::kAtomicResp, ls::kOk, {}};
    append(a.data, old_value, bytes);
    return a;
  }
  for (unsigned i = 0; i < bytes; ++i) {
    if (r.opcode != ls::kStoreMasked || r.enabled.at(i)) {
      bytes_[iova + i] = r.data.at(i);
    }
  }
  if (notify) {
    if (bad(signal)) {
      return fail(ls::kFault);
    }
    set_word(signal, 8, word(signal, 8) + r.add);
  }
  return {!quiet, ls::kStoreResp, ls::kOk, {}};
}

}  // namespace ethlink::reference

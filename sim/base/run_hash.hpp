// SPDX-License-Identifier: Apache-2.0
//
// The fingerprint of a run: SHA-256 over everything observable, shortened to 64 bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct evp_md_ctx_st;

namespace ethlink::sim {

/// Collects bytes in order. Input is buffered, so that small additions are cheap.
/// Ownership: plain object, movable. Threads: one at a time.
class RunHash {
 public:
  RunHash();
  ~RunHash();
  RunHash(RunHash&&) noexcept;
  RunHash& operator=(RunHash&&) noexcept;

  void add(std::uint64_t value);
  void add(std::span<const std::uint8_t> bytes);
  void add(std::string_view text);

  /// First eight bytes of the digest of all that was added, big-endian; adding may go on.
  [[nodiscard]] std::uint64_t value() const;

 private:
  static constexpr std::size_t kBufferBytes = 4096;
  void flush() const;

  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
  mutable std::vector<std::uint8_t> buffer_;
};

/// 16 lower-case hexadecimal digits.
[[nodiscard]] std::string hash_text(std::uint64_t value);

}  // namespace ethlink::sim

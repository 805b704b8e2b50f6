// SPDX-License-Identifier: Apache-2.0
//
// The fingerprint of a run, see run_hash.hpp.
#include "sim/base/run_hash.hpp"

#include <array>
#include <cstdio>

#include <openssl/evp.h>

namespace ethlink::sim {

void RunHash::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

RunHash::RunHash() : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  buffer_.reserve(kBufferBytes + 16);
}
RunHash::~RunHash() = default;
RunHash::RunHash(RunHash&&) noexcept = default;
RunHash& RunHash::operator=(RunHash&&) noexcept = default;

void RunHash::flush() const {
  EVP_DigestUpdate(context_.get(), buffer_.data(), buffer_.size());
  buffer_.clear();
}

void RunHash::add(std::uint64_t value) {
  std::array<std::uint8_t, 8> bytes{};
  for (unsigned i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  if (buffer_.size() >= kBufferBytes) {
    flush();
  }
}

void RunHash::add(std::span<const std::uint8_t> bytes) {
  if (buffer_.size() + bytes.size() > kBufferBytes) {
    flush();
  }
  if (bytes.size() > kBufferBytes) {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
  } else {
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  }
}

void RunHash::add(std::string_view text) {
  add(text.size());
  add(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

std::uint64_t RunHash::value() const {
  flush();
  const std::unique_ptr<evp_md_ctx_st, Free> copy(EVP_MD_CTX_new());
  EVP_MD_CTX_copy_ex(copy.get(), context_.get());
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  EVP_DigestFinal_ex(copy.get(), digest.data(), nullptr);
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 8; ++i) {
    value = (value << 8) | digest[i];
  }
  return value;
}

std::string hash_text(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

}  // namespace ethlink::sim

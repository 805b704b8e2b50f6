// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 of a block of memory.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace ethlink {

/// 64 hexadecimal digits.
std::string sha256_hex(std::span<const std::byte> data);

}  // namespace ethlink

// SPDX-License-Identifier: Apache-2.0
//
// The requester's models at three widths, and what its tests share.
#pragma once

#include "Vel_roce_requester_1024.h"
#include "Vel_roce_requester_256.h"
#include "Vel_roce_requester_512.h"
#include "requester_bench.hpp"

namespace ethlink::test {

using Bench256 = RequesterBench<Vel_roce_requester_256, 256>;
using Bench512 = RequesterBench<Vel_roce_requester_512, 512>;
using Bench1024 = RequesterBench<Vel_roce_requester_1024, 1024>;

inline constexpr std::uint32_t kStart = 0xfffff0;  // wraps within a few packets

inline QpOptions with_mtu(unsigned mtu) {
  QpOptions o;
  o.mtu = mtu;
  o.psn = kStart;
  return o;
}

inline Request inline_request(std::size_t len, Op op = Op::kWrite) {
  Request r;
  r.op = op;
  r.inline_bytes.emplace();
  for (std::size_t i = 0; i < len; ++i) {
    r.inline_bytes->push_back(static_cast<std::uint8_t>(i * 37 + len));
  }
  return r;
}

}  // namespace ethlink::test

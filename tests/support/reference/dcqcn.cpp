// SPDX-License-Identifier: Apache-2.0
#include "reference/dcqcn.hpp"

#include <algorithm>

namespace ethlink::test::reference {

void DcqcnSender::increase() {
  const bool fast = std::max(time_stage_, byte_stage_) < p_.fast_stages;
  const bool hyper = std::min(time_stage_, byte_stage_) > p_.fast_stages;
  target_ += hyper ? p_.hyper : fast ? 0 : p_.additive;
  target_ = std::min(target_, p_.line);
  rate_ = (rate_ + target_) / 2;
}

void DcqcnSender::advance(std::uint64_t now) {
  if (!limited_) {
    return;
  }
  while (p_.alpha_period != 0 && now - alpha_from_ >= p_.alpha_period) {
    alpha_ *= 1 - p_.g;
    alpha_from_ += p_.alpha_period;
  }
  while (p_.increase_period != 0 && now - rise_from_ >= p_.increase_period) {
    ++time_stage_;
    increase();
    rise_from_ += p_.increase_period;
  }
}

void DcqcnSender::notify(std::uint64_t now) {
  advance(now);
  if (!limited_) {
    limited_ = true;
    rate_ = p_.line;
    alpha_ = 1;
    bytes_ = 0;
  }
  target_ = rate_;
  rate_ = std::max(p_.min, rate_ * (1 - alpha_ / 2));
  alpha_ = (1 - p_.g) * alpha_ + p_.g;
  time_stage_ = byte_stage_ = 0;
  alpha_from_ = rise_from_ = now;
}

void DcqcnSender::send(std::uint64_t now, std::uint64_t wire_bytes) {
  if (limited_ && p_.increase_period != 0 &&
      now - rise_from_ >= p_.silent_periods * p_.increase_period) {
    limited_ = false;
  }
  advance(now);
  if (!limited_) {
    return;
  }
  bytes_ += wire_bytes;
  if (p_.increase_bytes != 0 && bytes_ >= p_.increase_bytes) {
    bytes_ -= p_.increase_bytes;
    ++byte_stage_;
    increase();
  }
}

}  // namespace ethlink::test::reference

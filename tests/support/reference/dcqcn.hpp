// SPDX-License-Identifier: Apache-2.0
//
// A DCQCN sender in floating point: Zhu et al., "Congestion Control for Large-Scale RDMA
// Deployments", SIGCOMM 2015, section 3, with what this endpoint adds to it.
#pragma once

#include <cstdint>

namespace ethlink::test::reference {

/// Rates in bytes a cycle, times in cycles.
struct DcqcnParameters {
  double line = 64;
  double min = 0.01;
  double g = 1.0 / 16;
  unsigned fast_stages = 5;
  std::uint64_t alpha_period = 0;
  std::uint64_t increase_period = 0;
  std::uint64_t increase_bytes = 0;
  double additive = 0;
  double hyper = 0;
  unsigned silent_periods = 256;  ///< of the timer without a packet: everything is forgotten
};

/// Threads: none of its own. Ownership: plain value.
class DcqcnSender {
 public:
  explicit DcqcnSender(const DcqcnParameters& parameters) : p_(parameters) {}

  /// What the timers do until `now`; a silent sender forgets.
  void advance(std::uint64_t now);
  void notify(std::uint64_t now);
  void send(std::uint64_t now, std::uint64_t wire_bytes);
  void forget() { limited_ = false; }

  [[nodiscard]] bool limited() const { return limited_; }
  [[nodiscard]] double rate() const { return limited_ ? rate_ : p_.line; }

 private:
  void increase();

  DcqcnParameters p_;
  bool limited_ = false;
  double rate_ = 0, target_ = 0, alpha_ = 1;
  unsigned time_stage_ = 0, byte_stage_ = 0;
  std::uint64_t alpha_from_ = 0, rise_from_ = 0, bytes_ = 0;
};

}  // namespace ethlink::test::reference

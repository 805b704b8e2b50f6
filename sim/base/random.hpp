// SPDX-License-Identifier: Apache-2.0
//
// Random numbers that are the same on every machine and in every library version.
#pragma once

#include <cstdint>
#include <random>

namespace ethlink::sim {

/// Mixes a seed with the identity of its user, so that streams are independent (splitmix64).
[[nodiscard]] constexpr std::uint64_t mix_seed(std::uint64_t seed, std::uint64_t identity) {
  std::uint64_t z = seed + 0x9e3779b97f4a7c15U * (identity + 1);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

/// A stream of random numbers; the standard fixes the engine, the mappings are written out.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// Uniform in [0, 1).
  double unit() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
  /// True with the given probability.
  bool chance(double probability) { return unit() < probability; }
  /// Uniform in [0, bound), 0 for bound 0; the bias is below bound / 2^64.
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : engine_() % bound; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace ethlink::sim

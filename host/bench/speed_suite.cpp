// SPDX-License-Identifier: Apache-2.0
#include <ctime>

#include "bench/bench_pair.hpp"
#include "bench/suites.hpp"

namespace ethlink::bench {
namespace {

constexpr std::uint64_t kWarmCycles = 2000;
constexpr std::uint64_t kCycles = 40'000;
constexpr std::uint64_t kStores = 60'000;  // more than the cycles can carry: never idle

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace

Result<std::vector<Metric>> measure_simulation(unsigned data_width) {
  PairOptions options;
  options.data_width = data_width;
  Result<std::unique_ptr<BenchPair>> made = BenchPair::create(options);
  if (!made) {
    return made.error();
  }
  BenchPair& pair = **made;
  const std::vector<std::byte> data(64, std::byte{0xA5});
  // Both endpoints send and receive at the full rate of 64-byte stores.
  for (unsigned node = 0; node < 2; ++node) {
    for (std::uint64_t i = 0; i < kStores; ++i) {
      pair.bench().aperture_write_at(node, pair.bench().cycle() + 1,
                                     pair.window(node).aperture(i * 64 % BenchPair::kBufferBytes),
                                     data);
    }
  }
  pair.bench().run(kWarmCycles);
  const double start = cpu_seconds();
  pair.bench().run(kCycles);
  const double seconds = cpu_seconds() - start;
  return std::vector<Metric>{
      {*find_metric("sim.kcycles_per_cpu_s"), 2.0 * kCycles / seconds / 1000.0}};
}

}  // namespace ethlink::bench

// SPDX-License-Identifier: Apache-2.0
#include <ctime>

#include "bench/bench_pair.hpp"
#include "bench/suites.hpp"
#include "programs/registry.hpp"
#include "sim/base/run_hash.hpp"
#include "sim/simulation.hpp"

namespace ethlink::bench {
namespace {

constexpr std::uint64_t kWarmCycles = 2048;
constexpr std::uint64_t kCycles = 40'960;
// Stores are queued a few hundred cycles ahead, more than the wire carries, into memory that fits
// into a cache: the endpoints are what is measured.
constexpr std::uint64_t kFeedCycles = 512;
constexpr std::uint64_t kFeedStores = 576;
constexpr std::uint64_t kFeedBytes = 65536;

// One load at a time over links of 1 us each way: what waits most of the time.
constexpr const char* kRequestResponse = R"toml(
name = "request-response"
[[node]]
name = "client"
bus = "on-die"
data_width = @
[[node]]
name = "server"
bus = "on-die"
data_width = @
[[link]]
between = ["client", "server"]
delay_ns = 1000
[[program]]
name = "load-latency"
node = "client"
count = 200
[[program]]
name = "memory-server"
node = "server"
)toml";

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

Result<double> loaded_speed(unsigned data_width) {
  PairOptions options;
  options.data_width = data_width;
  Result<std::unique_ptr<BenchPair>> made = BenchPair::create(options);
  if (!made) {
    return made.error();
  }
  BenchPair& pair = **made;
  const std::vector<std::byte> data(64, std::byte{0xA5});
  // Both endpoints send and receive at the full rate of 64-byte stores.
  std::uint64_t next = 0;
  const auto run = [&](std::uint64_t cycles) {
    for (std::uint64_t done = 0; done < cycles; done += kFeedCycles) {
      for (std::uint64_t i = 0; i < kFeedStores; ++i, next += data.size()) {
        for (unsigned node = 0; node < 2; ++node) {
          pair.bench().aperture_write_at(node, pair.bench().cycle() + 1,
                                         pair.window(node).aperture(next % kFeedBytes), data);
        }
      }
      pair.bench().run(kFeedCycles);
    }
  };
  run(kWarmCycles);
  const double start = cpu_seconds();
  run(kCycles);
  return 2.0 * kCycles / (cpu_seconds() - start) / 1000.0;
}

Result<sim::SimulationResult> request_response(unsigned data_width, bool skip) {
  std::string text = kRequestResponse;
  for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@')) {
    text.replace(at, 1, std::to_string(data_width));
  }
  Result<sim::Scenario> scenario = sim::parse_scenario(text, "request-response");
  if (!scenario) {
    return scenario.error();
  }
  ProgramBoard board;
  const sim::ProgramRegistry registry = make_registry(board);
  sim::SimulationOptions options;
  options.model = sim::make_endpoint_model;
  options.programs = &registry;
  options.skip = skip;
  Result<std::unique_ptr<sim::Simulation>> run =
      sim::Simulation::create(std::move(*scenario), std::move(options));
  if (!run) {
    return run.error();
  }
  sim::SimulationResult result = (*run)->run();
  if (!result.good()) {
    return Error{Errc::kDeviceError, "sim.skip_speedup: the run failed: " + board.error};
  }
  return result;
}

Result<double> skip_speedup(unsigned data_width) {
  Result<sim::SimulationResult> skipped = request_response(data_width, true);
  if (!skipped) {
    return skipped.error();
  }
  Result<sim::SimulationResult> all = request_response(data_width, false);
  if (!all) {
    return all.error();
  }
  // A gain that changes the result is none.
  if (all->hash != skipped->hash) {
    return Error{Errc::kDataError, "sim.skip_speedup: expected the hash " +
                                       sim::hash_text(all->hash) + " with skipping too, found " +
                                       sim::hash_text(skipped->hash)};
  }
  return all->cpu_seconds / std::max(skipped->cpu_seconds, 1e-6);
}

}  // namespace

Result<std::vector<Metric>> measure_simulation(unsigned data_width) {
  Result<double> speed = loaded_speed(data_width);
  if (!speed) {
    return speed.error();
  }
  Result<double> speedup = skip_speedup(data_width);
  if (!speedup) {
    return speedup.error();
  }
  return std::vector<Metric>{{*find_metric("sim.kcycles_per_cpu_s"), *speed},
                             {*find_metric("sim.skip_speedup"), *speedup}};
}

}  // namespace ethlink::bench

// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstring>

#include "bench/bench_pair.hpp"
#include "bench/ceiling.hpp"
#include "bench/observe.hpp"
#include "bench/suites.hpp"

namespace ethlink::bench {
namespace {

constexpr std::uint64_t kOperations = 8192;
constexpr std::uint64_t kLimit = 400'000;  // cycles that a measurement may take
constexpr double kNsPerCycle322 = 1000.0 / 322.0;

Metric metric(const char* name, double value) {
  return {*find_metric(name), value};
}

Error not_seen(const char* name) {
  return {Errc::kTimeout, std::string(name) + ": the event to measure was not seen"};
}

Result<Metric> store_to_wire(BenchPair& pair) {
  sim::DirectBench& bench = pair.bench();
  pair.settle();
  const std::array<std::byte, 64> data{};
  Sightings accepted;
  Sightings wire;
  bench.set_probe([&](const sim::CycleProbe& p) {
    if (p.in[0]->ap_wvalid && p.out[0]->ap_wready) {
      accepted.see(p.cycle);
    }
    if (accepted.count() != 0 && tx_beat(p, 0)) {
      wire.see(p.cycle);
    }
  });
  bench.aperture_write_at(0, bench.cycle() + 10, pair.window(0).aperture(0), data);
  const bool seen = bench.run_until([&] { return wire.count() != 0; }, kLimit);
  bench.set_probe({});
  if (!seen) {
    return not_seen("ls.store_to_wire_64");
  }
  return metric("ls.store_to_wire_64", static_cast<double>(wire.first() - accepted.first()));
}

Result<double> load_round_trip(BenchPair& pair) {
  sim::DirectBench& bench = pair.bench();
  pair.settle();
  Sightings accepted;
  Sightings answered;
  bench.set_probe([&](const sim::CycleProbe& p) {
    if (p.in[0]->ap_arvalid && p.out[0]->ap_arready) {
      accepted.see(p.cycle);
    }
    if (p.out[0]->ap_rvalid && p.in[0]->ap_rready && p.out[0]->ap_rlast) {
      answered.see(p.cycle);
    }
  });
  bench.aperture_read_at(0, bench.cycle() + 10, pair.window(0).aperture(0), 64);
  const bool seen = bench.run_until([&] { return answered.count() != 0; }, kLimit);
  bench.set_probe({});
  if (!seen) {
    return not_seen("ls.load_rtt_64");
  }
  return static_cast<double>(answered.first() - accepted.first());
}

Result<Metric> store_rate(BenchPair& pair, const char* name, int bytes) {
  sim::DirectBench& bench = pair.bench();
  pair.settle();
  const std::vector<std::byte> data(static_cast<std::size_t>(bytes), std::byte{0x5A});
  const std::uint64_t total = kOperations * static_cast<std::uint64_t>(bytes);
  Sightings visible;
  visible.set_mark(total / 4);
  bench.set_probe([&](const sim::CycleProbe& p) {
    if (dma_write_beat(p, 1)) {
      visible.see(p.cycle, strobe_bytes(*p.out[1], pair.beat_bytes()));
    }
  });
  const std::uint64_t start = bench.cycle() + 10;
  for (std::uint64_t i = 0; i < kOperations; ++i) {
    const std::uint64_t offset =
        i * static_cast<std::uint64_t>(bytes) % pair.options().buffer_bytes;
    bench.aperture_write_at(0, start, pair.window(0).aperture(offset), data);
  }
  const bool seen = bench.run_until([&] { return visible.total() >= total; }, kLimit);
  bench.set_probe({});
  if (!seen) {
    return not_seen(name);
  }
  const double goodput = visible.rate() / pair.beat_bytes();
  return metric(name, goodput / store_ceiling(bytes, Wire::kBeats));
}

Result<Metric> load_rate(BenchPair& pair) {
  sim::DirectBench& bench = pair.bench();
  pair.settle();
  Sightings answered;
  answered.set_mark(kOperations / 4);
  bench.set_probe([&](const sim::CycleProbe& p) {
    if (p.out[0]->ap_rvalid && p.in[0]->ap_rready && p.out[0]->ap_rlast) {
      answered.see(p.cycle);
    }
  });
  const std::uint64_t start = bench.cycle() + 10;
  for (std::uint64_t i = 0; i < kOperations; ++i) {
    bench.aperture_read_at(0, start, pair.window(0).aperture(i * 64 % pair.options().buffer_bytes),
                           64);
  }
  const bool seen = bench.run_until([&] { return answered.count() == kOperations; }, kLimit);
  bench.set_probe({});
  if (!seen) {
    return not_seen("ls.load64_per_cycle");
  }
  return metric("ls.load64_per_cycle", answered.rate());
}

Result<Metric> atomic_rate(BenchPair& pair) {
  sim::DirectBench& bench = pair.bench();
  pair.settle();
  Sightings done;
  done.set_mark(kOperations / 4);
  bench.set_probe([&](const sim::CycleProbe& p) {
    if (dma_write_beat(p, 1)) {
      done.see(p.cycle);
    }
  });
  const std::uint64_t start = bench.cycle() + 10;
  regs::LsCmd command;
  command.opcode = static_cast<std::uint8_t>(regs::LsOp::kAtomicFadd);
  command.num_units = 1;
  command.length = 8;
  command.cqn = 0xFFFF;
  command.operand0 = 1;
  for (std::uint64_t i = 0; i < kOperations; ++i) {
    command.addr = pair.window(0).aperture(i * 64 % pair.options().buffer_bytes);
    bench.reg_write_at(0, start, regs::kBarDoorbells + regs::kDbLsPush,
                       std::as_bytes(std::span(&command, 1)));
  }
  const bool seen = bench.run_until([&] { return done.count() == kOperations; }, kLimit);
  bench.set_probe({});
  if (!seen) {
    return not_seen("ls.atomic_per_cycle");
  }
  return metric("ls.atomic_per_cycle", done.rate());
}

}  // namespace

Result<std::vector<Metric>> measure_load_store(unsigned data_width) {
  PairOptions options;
  options.data_width = data_width;
  Result<std::unique_ptr<BenchPair>> made = BenchPair::create(options);
  if (!made) {
    return made.error();
  }
  BenchPair& pair = **made;
  std::vector<Metric> metrics;
  Result<Metric> store = store_to_wire(pair);
  if (!store) {
    return store.error();
  }
  metrics.push_back(*store);
  Result<double> round_trip = load_round_trip(pair);
  if (!round_trip) {
    return round_trip.error();
  }
  metrics.push_back(metric("ls.load_rtt_64", *round_trip));
  // The endpoint's own cycles, and what surrounds them: two bus crossings and two links and the
  // remote memory, whose 1 cycle on the bench is replaced by 30 ns.
  metrics.push_back(
      metric("ls.load64_e2e_ns", (*round_trip - 1) * kNsPerCycle322 + 2 * 30.0 + 2 * 100.0 + 30.0));
  for (const auto& measure : std::array<std::function<Result<Metric>()>, 4>{
           [&] { return store_rate(pair, "ls.store64_vs_ceiling", 64); },
           [&] { return store_rate(pair, "ls.store256_vs_ceiling", 256); },
           [&] { return load_rate(pair); }, [&] { return atomic_rate(pair); }}) {
    Result<Metric> measured = measure();
    if (!measured) {
      return measured.error();
    }
    metrics.push_back(*measured);
  }
  return metrics;
}

}  // namespace ethlink::bench

// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "bench/bench_pair.hpp"
#include "bench/ceiling.hpp"
#include "bench/observe.hpp"
#include "bench/suites.hpp"

namespace ethlink::bench {
namespace {

constexpr std::uint64_t kLimit = 2'000'000;  // cycles that a measurement may take
constexpr unsigned kMessages = 4096;
constexpr std::uint32_t kMtu = 4096;

Metric metric(const char* name, double value) {
  return {*find_metric(name), value};
}

Error not_seen(const char* name) {
  return {Errc::kTimeout, std::string(name) + ": the event to measure was not seen"};
}

bool push_accepted(const sim::CycleProbe& p) {
  return p.in[0]->reg_wvalid && p.out[0]->reg_wready;
}

Result<Metric> wqe_to_wire(BenchPair& pair, const char* name, const SendRequest& request) {
  sim::DirectBench& bench = pair.bench();
  pair.settle();
  Sightings pushed;
  Sightings wire;
  bench.set_probe([&](const sim::CycleProbe& p) {
    if (push_accepted(p)) {
      pushed.see(p.cycle);
    }
    if (pushed.count() != 0 && tx_beat(p, 0)) {
      wire.see(p.cycle);
    }
  });
  Result<void> posted = pair.qp(0).post_send(request);
  const bool seen = posted && bench.run_until([&] { return wire.count() != 0; }, kLimit);
  bench.set_probe({});
  if (!posted) {
    return posted.error();
  }
  if (!seen) {
    return not_seen(name);
  }
  // The last unit of the descriptor is the one that starts it.
  return metric(name, static_cast<double>(wire.first() - pushed.last()));
}

// Posts `total` WRITEs or READs of `bytes` over all queue pairs; returns payload bytes a cycle.
Result<double> rate_of(BenchPair& pair, const char* name, RdmaKind kind, unsigned queue_pairs,
                       unsigned total, std::uint32_t bytes) {
  sim::DirectBench& bench = pair.bench();
  const unsigned target = kind == RdmaKind::kRead ? 0 : 1;
  pair.settle();
  const std::uint64_t payload = std::uint64_t{total} * bytes;
  Sightings visible;
  visible.set_mark(payload / 4);
  bench.set_probe([&](const sim::CycleProbe& p) {
    if (dma_write_beat(p, target)) {
      visible.see(p.cycle, strobe_bytes(*p.out[target], pair.beat_bytes()));
    }
  });
  const unsigned each = total / queue_pairs;
  std::vector<SgeView> sges(each);
  std::vector<SendRequest> requests(each);
  for (unsigned q = 0; q < queue_pairs; ++q) {
    for (unsigned i = 0; i < each; ++i) {
      const std::uint64_t offset =
          std::uint64_t{q * each + i} * bytes % (pair.options().buffer_bytes - bytes + 1);
      sges[i] = pair.local(offset / 64 * 64, bytes);
      requests[i] = pair.write_request(sges[i], i + 1 == each);
      if (kind == RdmaKind::kRead) {
        requests[i].opcode = regs::WqeOp::kRead;
      }
    }
    if (Result<void> posted = pair.qp(0, q).post_sends(requests); !posted) {
      bench.set_probe({});
      return posted.error();
    }
  }
  const bool seen = bench.run_until([&] { return visible.total() >= payload; }, kLimit);
  bench.set_probe({});
  if (!seen) {
    return not_seen(name);
  }
  pair.settle();
  std::array<WorkCompletion, 64> out;
  for (;;) {
    Result<std::size_t> polled = pair.cq(0).poll(out);
    if (!polled) {
      return polled.error();
    }
    if (*polled == 0) {
      break;
    }
  }
  return visible.rate();
}

Result<Metric> cycles_of(BenchPair& pair, const char* name, RdmaKind kind, unsigned queue_pairs) {
  Result<double> rate = rate_of(pair, name, kind, queue_pairs, kMessages, 64);
  return rate ? Result<Metric>(metric(name, 64.0 / *rate)) : Result<Metric>(rate.error());
}

Result<Metric> of_ceiling(BenchPair& pair, const char* name, RdmaKind kind, unsigned total,
                          std::uint32_t bytes) {
  Result<double> rate = rate_of(pair, name, kind, 1, total, bytes);
  if (!rate) {
    return rate.error();
  }
  return metric(name,
                *rate / pair.beat_bytes() /
                    rdma_ceiling(kind, bytes, kMtu, Wire::kBeats, pair.options().encapsulation));
}

// The second of three packets is lost; the third provokes the NAK.
Result<Metric> nak_to_resend(BenchPair& pair, const char* name, std::uint32_t bytes) {
  sim::DirectBench& bench = pair.bench();
  pair.settle();
  std::array<SgeView, 3> sges;
  std::array<SendRequest, 3> requests;
  for (std::size_t i = 0; i < sges.size(); ++i) {
    sges.at(i) = pair.local(i * bytes, bytes);
    requests.at(i) = pair.write_request(sges.at(i), i == 2);
  }
  NakWatch watch(pair.beat_bytes());
  Sightings nak;
  Sightings resent;
  bench.set_loss([&, frame = 0U](unsigned node) mutable { return node == 0 && ++frame == 2; });
  bench.set_probe([&](const sim::CycleProbe& p) {
    if (watch.last_beat(*p.in[0]) && nak.count() == 0) {
      nak.see(p.cycle);
    }
    if (nak.count() != 0 && p.cycle > nak.first() && tx_beat(p, 0)) {
      resent.see(p.cycle);
    }
  });
  Result<void> posted = pair.qp(0).post_sends(requests);
  const bool seen = posted && bench.run_until([&] { return resent.count() != 0; }, kLimit);
  bench.set_probe({});
  bench.set_loss({});
  if (!posted) {
    return posted.error();
  }
  if (!seen) {
    return not_seen(name);
  }
  return metric(name, static_cast<double>(resent.first() - nak.first()));
}

Result<Metric> rx_to_cqe(BenchPair& pair) {
  sim::DirectBench& bench = pair.bench();
  pair.settle();
  const SgeView target{pair.region(1).va(), 64, pair.region(1).lkey()};
  if (Result<void> posted = pair.qp(1).post_receive({1, {&target, 1}}); !posted) {
    return posted.error();
  }
  pair.settle();
  const std::array<std::byte, 64> data{};
  SendRequest request;
  request.inline_data = data;
  Sightings arrived;
  Sightings completed;
  constexpr std::uint64_t kCqeBytes = 32;
  bench.set_probe([&](const sim::CycleProbe& p) {
    if (arrived.count() == 0 && p.in[1]->mac_rx_tvalid && p.in[1]->mac_rx_tlast) {
      arrived.see(p.cycle);
    }
    if (dma_write_beat(p, 1) && strobe_bytes(*p.out[1], pair.beat_bytes()) == kCqeBytes) {
      completed.see(p.cycle);
    }
  });
  Result<void> posted = pair.qp(0).post_send(request);
  const bool seen = posted && bench.run_until([&] { return completed.count() != 0; }, kLimit);
  bench.set_probe({});
  if (!posted) {
    return posted.error();
  }
  if (!seen) {
    return not_seen("rdma.rx_last_beat_to_cqe");
  }
  return metric("rdma.rx_last_beat_to_cqe",
                static_cast<double>(completed.first() - arrived.first()));
}

Result<void> append(std::vector<Metric>& metrics, Result<Metric> measured) {
  if (!measured) {
    return measured.error();
  }
  metrics.push_back(*measured);
  return {};
}

Result<void> measure_one_pair(unsigned data_width, std::vector<Metric>& metrics) {
  PairOptions options;
  options.data_width = data_width;
  Result<std::unique_ptr<BenchPair>> made = BenchPair::create(options);
  if (!made) {
    return made.error();
  }
  BenchPair& pair = **made;
  const std::array<std::byte, 64> data{};
  SendRequest inline_write = pair.write_request(pair.local(0, 64), true);
  inline_write.sges = {};
  inline_write.inline_data = data;
  const SgeView small = pair.local(0, 64);
  const SgeView large = pair.local(0, 4096);
  const std::array<std::function<Result<Metric>()>, 9> steps{
      [&] { return wqe_to_wire(pair, "rdma.wqe_to_wire_inline_64", inline_write); },
      [&] { return wqe_to_wire(pair, "rdma.wqe_to_wire_64", pair.write_request(small, true)); },
      [&] { return wqe_to_wire(pair, "rdma.wqe_to_wire_4096", pair.write_request(large, true)); },
      [&] { return cycles_of(pair, "rdma.write64_cycles_per_msg_1qp", RdmaKind::kWrite, 1); },
      [&] {
        return of_ceiling(pair, "rdma.write_vs_ceiling_4k", RdmaKind::kWrite, kMessages, 4096);
      },
      [&] { return of_ceiling(pair, "rdma.write_vs_ceiling_1m", RdmaKind::kWrite, 16, 1 << 20); },
      [&] { return of_ceiling(pair, "rdma.read_vs_ceiling_1m", RdmaKind::kRead, 16, 1 << 20); },
      [&] { return nak_to_resend(pair, "rdma.nak_to_resend_64", 64); },
      [&] { return nak_to_resend(pair, "rdma.nak_to_resend_4096", 4096); },
  };
  for (const auto& step : steps) {
    if (Result<void> done = append(metrics, step()); !done) {
      return done;
    }
  }
  return append(metrics, rx_to_cqe(pair));
}

Result<void> measure_many_pairs(unsigned data_width, std::vector<Metric>& metrics) {
  PairOptions options;
  options.data_width = data_width;
  options.queue_pairs = 64;
  options.send_units = 128;
  Result<std::unique_ptr<BenchPair>> made = BenchPair::create(options);
  if (!made) {
    return made.error();
  }
  return append(metrics,
                cycles_of(**made, "rdma.write64_cycles_per_msg_64qp", RdmaKind::kWrite, 64));
}

// What the other encapsulation changes.
Result<void> measure_ethlink(unsigned data_width, std::vector<Metric>& metrics) {
  PairOptions options;
  options.data_width = data_width;
  options.encapsulation = regs::QpEncap::kEthLink;
  Result<std::unique_ptr<BenchPair>> made = BenchPair::create(options);
  if (!made) {
    return made.error();
  }
  BenchPair& pair = **made;
  const SgeView small = pair.local(0, 64);
  Result<void> done = append(
      metrics, wqe_to_wire(pair, "rdma.ethlink_wqe_to_wire_64", pair.write_request(small, true)));
  if (done) {
    done = append(metrics,
                  cycles_of(pair, "rdma.ethlink_write64_cycles_per_msg_1qp", RdmaKind::kWrite, 1));
  }
  return done ? append(metrics, of_ceiling(pair, "rdma.ethlink_write_vs_ceiling_4k",
                                           RdmaKind::kWrite, kMessages, 4096))
              : done;
}

}  // namespace

Result<std::vector<Metric>> measure_rdma(unsigned data_width) {
  std::vector<Metric> metrics;
  for (auto* part : {&measure_one_pair, &measure_many_pairs, &measure_ethlink, &measure_loss}) {
    if (Result<void> done = part(data_width, metrics); !done) {
      return done.error();
    }
  }
  return metrics;
}

}  // namespace ethlink::bench

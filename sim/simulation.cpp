// SPDX-License-Identifier: Apache-2.0
//
// One run of a scenario, see simulation.hpp.
#include "sim/simulation.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <utility>

#include "sim/real_time.hpp"
#include "sim/sc_kernel.hpp"
#include "sim/system.hpp"
#include "sim/trace/pcapng.hpp"

namespace ethlink::sim {
namespace {

// Simulated time between two looks at the stop flag and the clock: about kSliceSeconds of real
// time.
constexpr TimePs kShortestSlice = kPsPerUs, kLongestSlice = 1024 * kPsPerUs;
constexpr double kSliceSeconds = 0.02;
constexpr double kSharedSliceSeconds = 0.002;  // when another program waits for our frames
constexpr unsigned kLastDeltas = 16;           // for programs to return after a cancelled call

[[nodiscard]] TimePs sc_now() {
  return sc_core::sc_time_stamp().value();
}
[[nodiscard]] double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

bool SimulationResult::good() const {
  return std::all_of(nodes.begin(), nodes.end(), [](const NodeResult& node) {
    return (!node.has_program || (node.program_ended && node.exit_code == 0)) &&
           node.memory.faults == 0 && node.violation.empty();
  });
}

class Simulation::Impl final : public RunControl {
 public:
  Impl(Scenario scenario, SimulationOptions options)
      : scenario_(std::move(scenario)), options_(std::move(options)) {
    stop_at_ = scenario_.max_time_ps;
  }

  Result<void> build();
  SimulationResult run();

  [[nodiscard]] TimePs stop_at() const override { return stop_at_; }
  void program_ended(unsigned node, int code, std::string_view why) override;
  void memory_violation(unsigned node, std::string_view what) override;
  void publish(unsigned node, std::string_view key, std::span<const std::byte> value) override;

 private:
  Result<void> open_outputs();
  void attach_taps();
  Result<std::vector<HostProgram>> make_programs() const;
  void loop();
  [[nodiscard]] TimePs certain_until() const;
  void show_progress(bool always);
  void cancel(EndReason reason);
  [[nodiscard]] SimulationResult result() const;
  void add_faults(SimulationResult& found) const;
  [[nodiscard]] std::uint64_t hash(const SimulationResult& result) const;

  Scenario scenario_;
  SimulationOptions options_;
  ScKernel kernel_;  // before everything that lives in it
  std::unique_ptr<System> system_;
  RealTime real_time_;
  std::unique_ptr<PcapngWriter> capture_;
  std::vector<std::unique_ptr<PcapngTap>> taps_;
  std::vector<NodeResult> programs_;
  unsigned running_ = 0;
  TimePs stop_at_;
  TimePs ended_at_ = 0;
  EndReason reason_ = EndReason::kFinished;
  bool cancelled_ = false;
  std::chrono::steady_clock::time_point started_, shown_;
};

Result<std::vector<HostProgram>> Simulation::Impl::make_programs() const {
  std::vector<HostProgram> programs(scenario_.nodes.size());
  for (const ScenarioProgram& item : scenario_.programs) {
    if (options_.programs == nullptr) {
      return item.place.error("expected no program in this run, found '" + item.name + "'");
    }
    Result<HostProgram> program = options_.programs->make(item, scenario_);
    if (!program) {
      return program.error();
    }
    programs[item.node] = std::move(*program);
  }
  return programs;
}

Result<void> Simulation::Impl::open_outputs() {
  if (!options_.wave_path.empty() && !std::ofstream(options_.wave_path)) {
    return Error{Errc::kSystem, options_.wave_path + ": expected a file that can be written"};
  }
  if (options_.pcap_path.empty()) {
    return {};
  }
  auto writer = PcapngWriter::create(options_.pcap_path);
  if (!writer) {
    return writer.error();
  }
  capture_ = std::move(*writer);
  return {};
}

Result<void> Simulation::Impl::build() {
  if (!options_.wave_path.empty() && options_.wave_node >= scenario_.nodes.size()) {
    return Error{Errc::kInvalidArgument, "waveform: expected a node below " +
                                             std::to_string(scenario_.nodes.size()) + ", found " +
                                             std::to_string(options_.wave_node)};
  }
  auto programs = make_programs();
  if (!programs) {
    return programs.error();
  }
  programs_.resize(scenario_.nodes.size());
  for (std::size_t i = 0; i < programs->size(); ++i) {
    programs_[i].has_program = static_cast<bool>((*programs)[i]);
    running_ += programs_[i].has_program ? 1 : 0;
  }
  if (Result<void> opened = open_outputs(); !opened) {
    return opened;
  }
  SystemOptions options;
  options.model = options_.model;
  options.skip = options_.skip;
  options.gate = options_.gate;
  options.wave_path = options_.wave_path;
  options.wave_node = options_.wave_node;
  options.wave_from = options_.wave_from;
  options.wave_to = options_.wave_to;
  options.window_limit = options_.window_limit;
  options.check_dma = options_.check_dma;
  auto system = System::build(scenario_, options, std::move(*programs), *this);
  if (!system) {
    return system.error();
  }
  system_ = std::move(*system);
  for (std::size_t i = 0; i < scenario_.externals.size(); ++i) {
    real_time_.add(system_->external(i));
  }
  attach_taps();
  system_->start_timed_faults();
  return {};
}

void Simulation::Impl::attach_taps() {
  if (!capture_) {
    return;
  }
  for (std::size_t i = 0; i < scenario_.links.size(); ++i) {
    const ScenarioLink& link = scenario_.links[i];
    PcapngTap* taps[2] = {};
    for (unsigned side = 0; side < 2; ++side) {
      if (link.ends[side].kind == EndKind::kSwitch && !options_.capture_switch) {
        continue;
      }
      const std::string name =
          link.ends[side].kind == EndKind::kSwitch
              ? scenario_.name_of(link.ends[side]) + " to " + scenario_.name_of(link.ends[1 - side])
              : scenario_.name_of(link.ends[side]);
      taps_.push_back(std::make_unique<PcapngTap>(
          *capture_, capture_->add_interface(name, link.forward.rate_mbps)));
      taps[side] = taps_.back().get();
    }
    system_->link(i, 0).set_taps(taps[0], taps[1]);
    system_->link(i, 1).set_taps(taps[1], taps[0]);
  }
}

void Simulation::Impl::program_ended(unsigned node, int code, std::string_view why) {
  NodeResult& program = programs_[node];
  program.program_ended = true;
  program.exit_code = code;
  program.failure = why;
  if (--running_ == 0 && !cancelled_) {
    ended_at_ = sc_now();
    // Endpoints may have run ahead by a window: all stop at the same time behind it.
    stop_at_ = std::min(stop_at_, ended_at_ + system_->longest_window());
    sc_core::sc_pause();  // lets loop() see it
  }
}

// The first one counts: what follows may only be its consequence.
void Simulation::Impl::memory_violation(unsigned node, std::string_view what) {
  if (reason_ == EndReason::kMemoryViolation) {
    return;
  }
  programs_[node].violation =
      "at " + std::to_string(sc_now() / kPsPerNs) + " ns " + std::string(what);
  cancel(EndReason::kMemoryViolation);
  sc_core::sc_pause();  // lets loop() see it
}

void Simulation::Impl::publish(unsigned node, std::string_view key,
                               std::span<const std::byte> value) {
  for (std::size_t i = 0; i < scenario_.nodes.size(); ++i) {
    system_->host(i).receive(sc_now() + kBoardLatency, node, std::string(key),
                             {value.begin(), value.end()});
  }
}

void Simulation::Impl::cancel(EndReason reason) {
  cancelled_ = true;
  reason_ = reason;
  ended_at_ = sc_now();
  stop_at_ = std::min(stop_at_, ended_at_ + system_->longest_window());
  for (std::size_t i = 0; i < scenario_.nodes.size(); ++i) {
    system_->host(i).cancel();
  }
}

void Simulation::Impl::show_progress(bool always) {
  if (!options_.progress) {
    return;
  }
  if (always || seconds_since(shown_) >= options_.progress_seconds) {
    shown_ = std::chrono::steady_clock::now();
    options_.progress({sc_now(), sc_now() / scenario_.nodes[0].period_ps, seconds_since(started_)});
  }
}

// No frame before this time can still be told to a capture.
TimePs Simulation::Impl::certain_until() const {
  TimePs time = sc_now();
  for (std::size_t i = 0; i < scenario_.links.size(); ++i) {
    time = std::min({time, system_->link(i, 0).open_since(), system_->link(i, 1).open_since()});
  }
  return time;
}

void Simulation::Impl::loop() {
  const bool shared = real_time_.used();
  const double aim = shared ? kSharedSliceSeconds : kSliceSeconds;
  const TimePs longest = shared ? RealTime::kLongestStep : kLongestSlice;
  TimePs slice = kShortestSlice;
  while (sc_now() < stop_at_) {
    const bool active = sc_now() == 0 || shared || sc_core::sc_pending_activity();
    const TimePs start = sc_now();
    const TimePs left = stop_at_ - start;
    const auto before = std::chrono::steady_clock::now();
    sc_core::sc_start(sc_core::sc_time::from_value(active ? std::min(left, slice) : left));
    const double took = seconds_since(before);
    if (took < aim / 2) {
      slice = std::min(2 * slice, longest);
    } else if (took > 2 * aim) {
      slice = std::max(slice / 2, kShortestSlice);
    }
    if (shared) {
      real_time_.after_step(sc_now(), sc_now() - start, took);
    }
    if (capture_) {
      capture_->flush(certain_until());
    }
    if (options_.stop != nullptr && options_.stop->load() && !cancelled_) {
      cancel(EndReason::kStopped);
    }
    show_progress(false);
  }
  if (running_ != 0 && !cancelled_) {
    cancel(EndReason::kTimeLimit);
    for (unsigned i = 0; i < kLastDeltas && running_ != 0; ++i) {
      sc_core::sc_start(sc_core::SC_ZERO_TIME);
    }
  }
  if (scenario_.programs.empty() && !cancelled_) {
    reason_ = EndReason::kTimeLimit;
    ended_at_ = sc_now();
  }
}

SimulationResult Simulation::Impl::run() {
  started_ = shown_ = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  loop();
  show_progress(true);
  SimulationResult found = result();
  found.wall_seconds = seconds_since(started_);
  found.cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  if (capture_) {
    if (Result<void> closed = capture_->close(stop_at_); !closed) {
      found.output_error = closed.error().context;
    }
    found.captured_frames = capture_->frames();
  }
  for (std::size_t i = 0; i < scenario_.nodes.size(); ++i) {
    if (Result<void> closed = system_->endpoint(i).close_wave(); !closed) {
      found.output_error += (found.output_error.empty() ? "" : "; ") + closed.error().context;
    }
  }
  return found;
}

SimulationResult Simulation::Impl::result() const {
  SimulationResult found;
  found.reason = reason_;
  found.time = ended_at_;
  for (std::size_t i = 0; i < scenario_.nodes.size(); ++i) {
    NodeResult node = programs_[i];
    HostNode& host = system_->host(i);
    node.name = scenario_.nodes[i].name;
    node.reports = host.reports();
    node.host = host.stats();
    node.memory = host.memory().stats();
    node.faults.assign(host.memory().faults().begin(), host.memory().faults().end());
    node.engine = system_->endpoint(i).stats();
    node.cycles = (stop_at_ + scenario_.nodes[i].period_ps - 1) / scenario_.nodes[i].period_ps;
    found.nodes.push_back(std::move(node));
  }
  for (std::size_t i = 0; i < scenario_.links.size(); ++i) {
    const ScenarioLink& link = scenario_.links[i];
    for (unsigned side = 0; side < 2; ++side) {
      found.links.push_back(
          {scenario_.name_of(link.ends[side]) + " -> " + scenario_.name_of(link.ends[1 - side]),
           system_->link(i, side).stats()});
    }
  }
  for (std::size_t i = 0; i < scenario_.switches.size(); ++i) {
    SwitchResult item{scenario_.switches[i].name, {}};
    const Switch& core = system_->network_switch(i);
    for (unsigned port = 0; port < core.ports(); ++port) {
      item.ports.push_back(core.stats(port));
    }
    found.switches.push_back(std::move(item));
  }
  add_faults(found);
  for (std::size_t i = 0; i < scenario_.externals.size(); ++i) {
    found.externals.push_back({scenario_.externals[i].name, system_->external(i).stats()});
  }
  found.reproducible = scenario_.externals.empty();
  found.hash = hash(found);
  return found;
}

void Simulation::Impl::add_faults(SimulationResult& found) const {
  for (std::size_t i = 0; i < scenario_.faults.size(); ++i) {
    const ScenarioFault& fault = scenario_.faults[i];
    const FaultState& state = system_->faults()[i];
    FaultResult item;
    item.line = fault.place.line;
    item.action = action_name(fault.event.action);
    if (fault.event.node) {
      item.where = scenario_.nodes[*fault.event.node].name;
    } else {
      const ScenarioLink& link = scenario_.links[fault.link];
      item.where = scenario_.name_of(link.ends[fault.side]) + " -> " +
                   scenario_.name_of(link.ends[1 - fault.side]);
    }
    item.matched = state.matched;
    item.done = fault.event.at ? (*fault.event.at < stop_at_ ? 1 : 0) : state.done;
    found.faults.push_back(std::move(item));
  }
}

std::uint64_t Simulation::Impl::hash(const SimulationResult& result) const {
  RunHash hash;
  hash.add(result.time);
  hash.add(static_cast<std::uint64_t>(result.reason));
  for (std::size_t i = 0; i < result.nodes.size(); ++i) {
    const NodeResult& node = result.nodes[i];
    hash.add(system_->endpoint(i).fingerprint().value());
    hash.add(system_->host(i).fingerprint().value());
    hash.add(node.cycles);
    for (const std::uint64_t value :
         {node.memory.reads, node.memory.read_bytes, node.memory.writes, node.memory.written_bytes,
          node.memory.faults, node.host.interrupts, node.engine.protocol_errors}) {
      hash.add(value);
    }
    for (const auto& [name, value] : node.reports) {
      hash.add(name);
      hash.add(value);
    }
  }
  for (const LinkResult& link : result.links) {
    const LinkStats& s = link.stats;
    for (const std::uint64_t value :
         {s.frames, s.bytes, s.delivered, s.dropped, s.duplicated, s.reordered, s.corrupted}) {
      hash.add(value);
    }
  }
  for (const SwitchResult& item : result.switches) {
    for (const SwitchPortStats& s : item.ports) {
      for (const std::uint64_t value : {s.received, s.sent, s.bad_fcs, s.tail_drops, s.marked,
                                        s.flooded, s.filtered, s.pfc_sent, s.pfc_received}) {
        hash.add(value);
      }
    }
  }
  for (const FaultResult& fault : result.faults) {
    hash.add(fault.matched);
    hash.add(fault.done);
  }
  return hash.value();
}

Simulation::Simulation(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Simulation::~Simulation() = default;

Result<std::unique_ptr<Simulation>> Simulation::create(Scenario scenario,
                                                       SimulationOptions options) {
  if (ScKernel::in_use()) {
    return Error{Errc::kBusy, "expected no other simulation in this process, found one"};
  }
  auto impl = std::make_unique<Impl>(std::move(scenario), std::move(options));
  if (Result<void> built = impl->build(); !built) {
    return built.error();
  }
  return std::unique_ptr<Simulation>(new Simulation(std::move(impl)));
}

SimulationResult Simulation::run() {
  return impl_->run();
}

}  // namespace ethlink::sim

// SPDX-License-Identifier: Apache-2.0
//
// One run of a scenario: builds hosts, endpoints, links and switches, and runs them to the end.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/endpoint/endpoint_engine.hpp"
#include "sim/endpoint/endpoint_model.hpp"
#include "sim/fabric/external_port.hpp"
#include "sim/host/host_memory.hpp"
#include "sim/host/host_node.hpp"
#include "sim/scenario/program_registry.hpp"
#include "sim/scenario/scenario.hpp"

namespace ethlink::sim {

struct Progress {
  TimePs time = 0;
  std::uint64_t cycles = 0;  ///< of the first node's clock, skipped ones included
  double wall_seconds = 0;
};

struct SimulationOptions {
  ModelFactory model;                         ///< for the RTL: make_endpoint_model
  const ProgramRegistry* programs = nullptr;  ///< must live until run() returns
  bool skip = true;             ///< false: every cycle is evaluated; the result is the same
  bool gate = true;             ///< false: idle blocks are clocked too; the result is the same
  std::string pcap_path;        ///< empty: no capture
  bool capture_switch = false;  ///< switch ports are interfaces of the capture too
  std::string wave_path;        ///< empty: no waveform
  unsigned wave_node = 0;
  TimePs wave_from = 0, wave_to = kNever;
  std::function<void(const Progress&)> progress;  ///< about every `progress_seconds`
  double progress_seconds = 0.25;
  TimePs window_limit = kNever;  ///< longest window of cycles; the result is the same
  bool check_dma = true;         ///< false: for models that do not speak the host interface
  const std::atomic<bool>* stop = nullptr;  ///< set by a signal handler: ends the run cleanly
};

enum class EndReason { kFinished, kTimeLimit, kStopped, kMemoryViolation };

struct NodeResult {
  std::string name;
  bool has_program = false, program_ended = false;
  int exit_code = 0;
  std::string failure;  ///< text of an exception that left the program
  std::map<std::string, std::uint64_t, std::less<>> reports;
  HostStats host;
  MemoryStats memory;
  std::vector<MemoryFault> faults;
  std::string violation;  ///< the access to memory that ended the run, if it was this node's
  EngineStats engine;
  std::uint64_t cycles = 0;  ///< of this node's clock, skipped ones included
};

struct LinkResult {
  std::string name;  ///< "from -> to"
  LinkStats stats;
};

struct SwitchResult {
  std::string name;
  std::vector<SwitchPortStats> ports;
};

struct FaultResult {
  unsigned line = 0;          ///< in the scenario
  std::string action;         ///< as the scenario says it
  std::string where;          ///< "left -> switch", or the node of a fault with a time
  std::uint64_t matched = 0;  ///< frames that it means
  std::uint64_t done = 0;     ///< how often it acted
};

struct ExternalResult {
  std::string name;
  ExternalStats stats;
};

struct SimulationResult {
  EndReason reason = EndReason::kFinished;
  TimePs time = 0;  ///< when the last host program ended, or the run was cut
  double wall_seconds = 0, cpu_seconds = 0;
  std::vector<NodeResult> nodes;
  std::vector<LinkResult> links;  ///< forward and backward of each link
  std::vector<SwitchResult> switches;
  std::vector<FaultResult> faults;  ///< in the order of the scenario
  std::vector<ExternalResult> externals;
  std::uint64_t captured_frames = 0;
  std::string output_error;  ///< a capture or waveform that could not be written completely
  bool reproducible = true;  ///< false with external ports: nobody knows when their frames come
  std::uint64_t hash = 0;    ///< if reproducible: the same for the same scenario, skipping or not

  /// Every program ended with 0, and no memory fault or violation was found.
  [[nodiscard]] bool good() const;
};

/// One simulation at a time exists in a process (SystemC has one kernel); several may follow one
/// another. Ownership: owns everything it builds. Threads: create, run and destroy in one thread.
class Simulation {
 public:
  /// Builds; errors name the file and line of the scenario, or the output that cannot be written.
  static Result<std::unique_ptr<Simulation>> create(Scenario scenario, SimulationOptions options);
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// Runs to the end; once.
  SimulationResult run();

 private:
  class Impl;
  explicit Simulation(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ethlink::sim

// SPDX-License-Identifier: Apache-2.0
//
// The life of a run: how it ends, what it leaves, what it refuses.
#include "sim/simulation.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <unistd.h>

#include "catch.hpp"
#include "lab.hpp"
#include "trace/capture_reader.hpp"

namespace ethlink::sim::test {
namespace {

// Files that disappear with the test.
struct Outputs {
  std::string base =
      (std::filesystem::temp_directory_path() / ("ethlink-run-" + std::to_string(::getpid())))
          .string();
  std::string pcap = base + ".pcapng", wave = base + ".fst";
  ~Outputs() {
    std::filesystem::remove(pcap);
    std::filesystem::remove(wave);
  }
};

// The header of an FST file; valid only when the file was closed.
struct FstHeader {
  bool valid = false;
  TimePs start = 0, end = 0;
};
FstHeader read_fst(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> data(330);
  file.read(data.data(), 330);
  const auto big_endian = [&data](std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      value = value << 8 | static_cast<std::uint8_t>(data[at + i]);
    }
    return value;
  };
  return {file.gcount() == 330 && data[0] == 0 && big_endian(1) == 329, big_endian(9),
          big_endian(17)};
}

// Forwards everything to a model whose build has no waveforms.
class PlainModel final : public EndpointModel {
 public:
  explicit PlainModel(std::unique_ptr<EndpointModel> inner) : inner_(std::move(inner)) {}
  [[nodiscard]] unsigned beat_bytes() const override { return inner_->beat_bytes(); }
  void sample(const EndpointIn& in, EndpointOut& out) override { inner_->sample(in, out); }
  void drive_rx(const EndpointIn& in) override { inner_->drive_rx(in); }
  void clock() override { inner_->clock(); }
  [[nodiscard]] EndpointIdle idle() const override { return inner_->idle(); }
  Result<void> open_wave(const std::string& path) override {
    return Error{Errc::kUnsupported, path + ": this model was built without waveforms"};
  }
  void set_wave_time(TimePs, TimePs) override {}
  [[nodiscard]] bool wave_open() const override { return false; }
  void flush_wave() override {}
  void close_wave() override {}

 private:
  std::unique_ptr<EndpointModel> inner_;
};

HostProgram idle_for(TimePs time, int code = 0) {
  return [time, code](HostPort& port) {
    const TimePs end = port.now() + time;
    while (port.now() < end && port.wait(end)) {
    }
    return code;
  };
}

std::string build_error(LabSetup setup) {
  ProgramRegistry registry;
  const auto simulation = make_lab(std::move(setup), registry);
  return simulation ? "none" : simulation.error().context;
}

}  // namespace

TEST_CASE("a run ends when the last program ends", "[sim][run]") {
  LabSetup setup;
  setup.programs = {idle_for(30 * kPsPerUs), idle_for(50 * kPsPerUs, 3)};
  const SimulationResult result = run_lab(setup);
  CHECK(result.reason == EndReason::kFinished);
  CHECK(result.time == 50 * kPsPerUs);
  CHECK(result.nodes[0].exit_code == 0);
  CHECK(result.nodes[1].exit_code == 3);
  CHECK_FALSE(result.good());
  CHECK(result.nodes[0].cycles == result.nodes[1].cycles);
  CHECK(result.nodes[0].cycles == (50 * kPsPerUs + 100 * kPsPerNs + 1249) / 1250);
}

TEST_CASE("a run that does not end by itself ends at its limit", "[sim][run]") {
  LabSetup setup;
  setup.top = "max_time_us = 40\n";
  setup.programs[0] = idle_for(kPsPerSecond);
  SimulationResult result = run_lab(setup);
  CHECK(result.reason == EndReason::kTimeLimit);
  CHECK(result.time == 40 * kPsPerUs);
  CHECK(result.nodes[0].program_ended);  // its call failed with kCancelled
  CHECK_FALSE(result.nodes[1].has_program);

  setup.programs[0] = [](HostPort& port) {
    for (;;) {
      (void)port.wait(kNever);  // ignores that the run is being stopped
    }
    return 0;
  };
  result = run_lab(setup);
  CHECK(result.reason == EndReason::kTimeLimit);
  CHECK_FALSE(result.nodes[0].program_ended);
  CHECK_FALSE(result.good());
}

TEST_CASE("a run without programs lasts until its limit", "[sim][run]") {
  LabSetup setup;
  setup.top = "max_time_us = 40\n";
  const SimulationResult result = run_lab(setup);
  CHECK(result.reason == EndReason::kTimeLimit);
  CHECK(result.time == 40 * kPsPerUs);
  CHECK(result.nodes[0].cycles == 32'000);
  CHECK(result.nodes[0].engine.cycles_run < 100);
}

TEST_CASE("the stop flag ends a run cleanly, with valid files", "[sim][run]") {
  const Outputs files;
  std::atomic<bool> stop = false;
  LabSetup setup;
  setup.top = "max_time_us = 100000000\n";
  setup.programs = traffic();
  Result<WakeReason> last = WakeReason{};
  setup.programs[1] = [&, inner = setup.programs[1]](HostPort& port) {
    const int code = inner(port);
    stop = true;
    last = port.wait(kNever);
    return code;
  };
  setup.options.stop = &stop;
  setup.options.pcap_path = files.pcap;
  setup.options.wave_path = files.wave;
  const SimulationResult result = run_lab(setup);
  CHECK(result.reason == EndReason::kStopped);
  CHECK(last.error().code == Errc::kCancelled);
  CHECK(result.nodes[1].program_ended);
  CHECK(result.output_error.empty());
  const Capture capture = read_capture(files.pcap);
  CHECK(capture.error.empty());
  CHECK(capture.frames.size() == 40);  // 20 out of the left port, 20 into the right one
  CHECK(capture.frames.size() == result.captured_frames);
  CHECK(read_fst(files.wave).valid);
}

TEST_CASE("the capture of a run has one interface a port and frames in order of time",
          "[sim][run]") {
  const Outputs files;
  const bool with_switch = GENERATE(false, true);
  LabSetup setup;
  setup.programs = traffic();
  setup.link = "[link.faults]\njitter_ns = 2000\nduplicate = 0.2\n";
  setup.options.pcap_path = files.pcap;
  setup.options.capture_switch = with_switch;
  const SimulationResult result = run_lab(setup);
  const CaptureBlocks blocks = read_blocks(files.pcap);
  CHECK(blocks.whole);
  CHECK(blocks.interfaces ==
        (with_switch ? std::vector<std::string>{"left", "sw to left", "sw to right", "right"}
                     : std::vector<std::string>{"left", "right"}));
  const Capture capture = read_capture(files.pcap);
  CHECK(capture.error.empty());
  for (std::size_t i = 1; i < capture.frames.size(); ++i) {
    REQUIRE(capture.frames[i].nanoseconds >= capture.frames[i - 1].nanoseconds);
  }
  std::size_t out = 0, in = 0;
  for (std::size_t i = 0; i < blocks.interface_of.size(); ++i) {
    out += blocks.interface_of[i] == 0 && blocks.direction_of[i] == 2 ? 1 : 0;
    in += blocks.interface_of[i] == blocks.interfaces.size() - 1 && blocks.direction_of[i] == 1 ? 1
                                                                                                : 0;
  }
  CHECK(out == 20);
  CHECK(in == result.links[2].stats.delivered);
  CHECK(in > 20);  // the duplicates
}

TEST_CASE("a waveform covers its window and no more", "[sim][run]") {
  const Outputs files;
  LabSetup setup;
  setup.programs = traffic();
  setup.options.wave_path = files.wave;
  setup.options.skip = false;
  setup.options.wave_from = 3 * kPsPerUs;
  setup.options.wave_to = 4 * kPsPerUs;
  CHECK(run_lab(setup).output_error.empty());
  const FstHeader header = read_fst(files.wave);
  CHECK(header.valid);
  CHECK(header.start == 3 * kPsPerUs);
  CHECK(header.end == 4 * kPsPerUs - 625);  // the rising edge of the last cycle
}

TEST_CASE("a waveform from the beginning starts at time 0", "[sim][run]") {
  const Outputs files;
  LabSetup setup;
  setup.programs = traffic(2);
  setup.options.wave_path = files.wave;
  CHECK(run_lab(setup).output_error.empty());
  CHECK(read_fst(files.wave).valid);
  CHECK(read_fst(files.wave).start == 0);
}

TEST_CASE("a waveform that could not be made is reported", "[sim][run]") {
  const Outputs files;
  LabSetup setup;
  setup.programs = traffic(2);
  setup.options.wave_path = files.wave;
  setup.options.wave_from = kPsPerSecond;
  CHECK(run_lab(setup).output_error ==
        files.wave + ": expected a cycle in the window of the waveform, found none");
  setup.options.wave_from = 0;
  setup.options.model = [](const ModelOptions& options) -> Result<std::unique_ptr<EndpointModel>> {
    return std::unique_ptr<EndpointModel>(
        std::make_unique<PlainModel>(std::move(*make_standin(options))));
  };
  CHECK(run_lab(setup).output_error == files.wave + ": this model was built without waveforms");
}

TEST_CASE("only the watched node is built for waveforms", "[sim][run]") {
  const Outputs files;
  std::vector<bool> traced;
  LabSetup setup;
  setup.programs = traffic(1);
  setup.options.wave_path = files.wave;
  setup.options.wave_node = 1;
  setup.options.model = [&](const ModelOptions& options) {
    traced.push_back(options.traced);
    return make_standin(options);
  };
  run_lab(setup);
  CHECK(traced == std::vector<bool>{false, true});
}

TEST_CASE("what leaves a program as an exception fails its node only", "[sim][run]") {
  LabSetup setup;
  setup.programs[0] = [](HostPort&) -> int { throw std::runtime_error("no such file"); };
  setup.programs[1] = idle_for(5 * kPsPerUs);
  const SimulationResult result = run_lab(setup);
  CHECK(result.reason == EndReason::kFinished);
  CHECK(result.nodes[0].failure == "no such file");
  CHECK(result.nodes[0].exit_code != 0);
  CHECK(result.nodes[1].exit_code == 0);
  CHECK_FALSE(result.good());
}

TEST_CASE("an access outside mapped memory fails the run", "[sim][run]") {
  LabSetup setup;
  setup.programs[0] = [](HostPort& port) {
    const DmaRegion region = *port.dma_alloc(4096);
    (void)port.dma_free(region);
    (void)port.mmio_write(kCopy, command(region.iova, region.iova, 64));
    (void)port.wait(port.now() + 10 * kPsPerUs);
    return 0;
  };
  const SimulationResult result = run_lab(setup);
  CHECK_FALSE(result.good());
  CHECK(result.nodes[0].memory.faults == 1);
  REQUIRE(result.nodes[0].faults.size() == 1);
  CHECK(result.nodes[0].faults[0].reason == "no region at this address");
  CHECK(result.nodes[0].faults[0].bytes == 64);
}

TEST_CASE("an access to memory that the device was not told about ends the run", "[sim][run]") {
  LabSetup setup;
  setup.check_dma = true;
  TimePs ended = 0;
  setup.programs[0] = [&ended](HostPort& port) {
    const DmaRegion region = *port.dma_alloc(4096);  // mapped, but no admin command named it
    (void)port.mmio_write(kCopy, command(region.iova, region.iova + 64, 64));
    const Result<WakeReason> woken = port.wait(port.now() + kPsPerMs);
    ended = port.now();
    return woken ? 0 : 1;
  };
  const SimulationResult result = run_lab(setup);
  CHECK_FALSE(result.good());
  CHECK(result.reason == EndReason::kMemoryViolation);
  CHECK(ended < 10 * kPsPerUs);
  CHECK(result.nodes[1].violation == "");
  CHECK(result.nodes[0].violation.find(
            "ns the device read 64 bytes at 0x100000000: expected memory "
            "that it was told to read, found nothing there nor below") != std::string::npos);
}

TEST_CASE("a device works again after a reset in the middle of its traffic", "[sim][run]") {
  for (const bool skip : {true, false}) {
    static std::uint64_t hash = 0;
    LabSetup setup;
    setup.programs = traffic();
    setup.programs[0] = [inner = setup.programs[0]](HostPort& port) {
      const DmaRegion region = *port.dma_alloc(8192);
      (void)port.mmio_write(kSend, command(region.iova, 0, 4096));
      (void)port.wait(port.now() + 720 * kPsPerNs);  // the frame is half out
      std::array<std::byte, 8> data{};
      const Result<Ticket> load = port.aperture_read_begin(0, data);
      if (!port.reset_device() || port.finish(*load).error().code != Errc::kDeviceRemoved) {
        return 9;
      }
      (void)port.take_interrupts();
      return inner(port);
    };
    setup.options.skip = skip;
    const SimulationResult result = run_lab(setup);
    CHECK(result.good());
    CHECK(result.nodes[0].engine.resets == 1);
    CHECK(result.nodes[0].engine.protocol_errors == 0);
    CHECK(result.nodes[1].reports.at("interrupts") == 20);
    hash = hash == 0 ? result.hash : hash;
    CHECK(result.hash == hash);
  }
}

TEST_CASE("a device that is removed in the middle of its traffic hangs nobody", "[sim][run]") {
  LabSetup setup;
  setup.programs = traffic();
  setup.programs[0] = [inner = setup.programs[0]](HostPort& port) {
    const DmaRegion region = *port.dma_alloc(8192);
    (void)port.mmio_write(kSend, command(region.iova, 0, 4096));
    (void)port.wait(port.now() + 720 * kPsPerNs);
    port.remove_device();
    return inner(port) == 1 || inner(port) == 2 ? 0 : 9;
  };
  const SimulationResult result = run_lab(setup);
  CHECK(result.reason == EndReason::kFinished);
  CHECK(result.nodes[0].exit_code == 0);
  CHECK(result.nodes[1].reports.at("interrupts") == 0);
  CHECK(result.nodes[0].engine.cycles_run < result.nodes[0].cycles);
}

TEST_CASE("what cannot be built is refused with a reason", "[sim][run]") {
  LabSetup setup;
  setup.programs = traffic(1);
  setup.options.pcap_path = "/no-such-directory/x.pcapng";
  CHECK(build_error(setup).find(
            "/no-such-directory/x.pcapng: expected a file that can be written") == 0);
  setup.options.pcap_path = "";
  setup.options.wave_path = "/no-such-directory/x.fst";
  CHECK(build_error(setup) == "/no-such-directory/x.fst: expected a file that can be written");
  setup.options.wave_node = 2;
  CHECK(build_error(setup) == "waveform: expected a node below 2, found 2");
  setup.options.wave_path = "";
  setup.options.model = [](const ModelOptions&) -> Result<std::unique_ptr<EndpointModel>> {
    return Error{Errc::kUnsupported, "no model of this width"};
  };
  CHECK(build_error(setup) == "lab.toml:2: no model of this width");
  setup.options.model = nullptr;
  CHECK(build_error(setup) == "none");

  SimulationOptions options;
  options.model = make_standin;
  Scenario scenario = *parse_scenario(
      "[[node]]\n[[node]]\n[[link]]\nbetween = ['node0', 'node1']\n[[program]]\nname = 'x'\nnode = "
      "'node0'\n",
      "a.toml");
  CHECK(Simulation::create(scenario, options).error().context ==
        "a.toml:5: expected no program in this run, found 'x'");
}

TEST_CASE("one simulation at a time, many one after another", "[sim][run]") {
  LabSetup setup;
  setup.programs = traffic(1);
  ProgramRegistry registry;
  {
    const auto first = make_lab(setup, registry);
    REQUIRE(first);
    const auto second = make_lab(setup, registry);
    CHECK(second.error().code == Errc::kBusy);
  }  // never run
  const std::uint64_t hash = run_lab(setup).hash;
  for (unsigned i = 0; i < 20; ++i) {
    CHECK(run_lab(setup).hash == hash);
  }
}

}  // namespace ethlink::sim::test

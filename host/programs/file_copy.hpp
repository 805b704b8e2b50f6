// SPDX-License-Identifier: Apache-2.0
//
// Two host programs: one sends a file by stores and by RDMA WRITE, the other receives and checks
// it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ethlink/generated/regs.hpp"
#include "ethlink/time.hpp"

#include "sim/host/host_port.hpp"

namespace ethlink {

/// One way of moving the file; the phases run in this order.
enum class CopyPhase { kStore64, kStore256, kRdmaWrite, kLoadBack };
inline constexpr std::size_t kCopyPhases = 4;
const char* to_string(CopyPhase phase);

struct PhaseResult {
  Duration simulated{0};  ///< from the first operation until the data was visible remotely
  std::uint64_t bytes = 0;
  std::uint64_t operations = 0;  ///< stores, loads, or work requests
  std::uint64_t frames = 0;      ///< through the sender's port, both ways
  std::uint64_t repeated = 0;    ///< frames that the sender sent again
};

/// What the two programs share with whoever started them.
/// Threads: the programs run in simulated time, one at a time.
struct FileCopy {
  std::vector<std::byte> data;                                     ///< the file
  unsigned sender = 0;                                             ///< node
  unsigned receiver = 1;                                           ///< node
  std::array<Duration, 2> cycles{Duration{1250}, Duration{1250}};  ///< clocks: sender, receiver
  std::size_t message_bytes = 1 << 20;                             ///< of one RDMA WRITE
  unsigned path_mtu = 4096;
  regs::QpEncap encapsulation = regs::QpEncap::kRoceV2;
  std::function<void()> phase_ended;  ///< told when `phase` is complete; may be empty

  // Results, valid when both programs returned 0.
  std::array<PhaseResult, kCopyPhases> phases{};
  CopyPhase phase = CopyPhase::kStore64;  ///< now running
  std::uint64_t phase_done_bytes = 0;     ///< of the phase now running
  std::string sent_sha256;
  std::array<std::string, 3> received_sha256;  ///< of the 64 B, 256 B and RDMA copies
  std::string loaded_sha256;                   ///< of what the sender loaded back
};

/// The programs; `copy` and `error` must outlive the simulation. They return 0, or 1 with the first
/// failure in `error`.
sim::HostProgram file_sender(FileCopy& copy, std::string& error);
sim::HostProgram file_receiver(FileCopy& copy, std::string& error);

}  // namespace ethlink

// SPDX-License-Identifier: Apache-2.0
//
// The control channel to the guest: commands and answers, a line each (interop_guest.cpp lists
// them).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/host/host_port.hpp"

namespace ethlink::interop {

/// Numbers of an answer by name.
using Answer = std::map<std::string, std::uint64_t>;

/// Simulated time goes on while an answer is awaited, so that the endpoint can serve the guest.
/// Errors are exceptions: they end the host program, and the run reports them.
/// Ownership: borrows the descriptor and the port. Threads: the host program's.
class GuestControl {
 public:
  GuestControl(int fd, sim::HostPort& port) : fd_(fd), port_(&port) {}

  /// Waits until the guest has booted.
  void await_ready();
  /// Sends commands; their answers come in the same order.
  void tell(const std::vector<std::string>& commands);
  /// The answer of the oldest command that has none yet.
  Answer answer();
  /// tell() and all answers.
  std::vector<Answer> ask(const std::vector<std::string>& commands);
  Answer ask(const std::string& command) { return ask(std::vector{command}).front(); }

 private:
  std::string read_line();

  int fd_;
  sim::HostPort* port_;
  std::string received_;
  std::vector<std::string> told_;  // commands without an answer
};

}  // namespace ethlink::interop

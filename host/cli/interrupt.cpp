// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.hpp"

#include <csignal>

namespace ethlink::cli {
namespace {

std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

void on_signal(int number) {
  flag = true;
  std::signal(number, SIG_DFL);
}

}  // namespace

const std::atomic<bool>& interrupted() {
  return flag;
}

void watch_interrupts() {
  flag = false;
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

}  // namespace ethlink::cli

// SPDX-License-Identifier: Apache-2.0
//
// Ctrl-C ends a run cleanly; a second one ends the program at once.
#pragma once

#include <atomic>

namespace ethlink::cli {

/// Becomes true at the first SIGINT or SIGTERM after watch_interrupts().
const std::atomic<bool>& interrupted();
void watch_interrupts();

}  // namespace ethlink::cli

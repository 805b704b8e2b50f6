// SPDX-License-Identifier: Apache-2.0
//
// What is tested between endpoint and guest, as lists of messages.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "session.hpp"

namespace ethlink::interop {

/// Runs one suite over one address family; an exception says what went wrong, and where.
using Suite = std::function<void(Session&, unsigned family)>;

[[nodiscard]] const std::map<std::string, Suite, std::less<>>& suites();

}  // namespace ethlink::interop

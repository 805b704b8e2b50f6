// SPDX-License-Identifier: Apache-2.0
//
// Out-of-band exchange of small records between host programs.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <type_traits>

#include "ethlink/result.hpp"
#include "ethlink/time.hpp"

#include "sim/host/host_port.hpp"

namespace ethlink {

/// Publishes a trivially copyable record under `key`.
template <typename Record>
Result<void> publish_record(sim::HostPort& port, const std::string& key, const Record& record) {
  static_assert(std::is_trivially_copyable_v<Record>);
  std::array<std::byte, sizeof(Record)> bytes;
  std::memcpy(bytes.data(), &record, sizeof(record));
  return port.publish(key, bytes);
}

/// Waits until a record arrives under `key`; kTimeout after `timeout` of simulated time.
template <typename Record>
Result<Record> await_record(sim::HostPort& port, const std::string& key, Duration timeout) {
  const sim::TimePs deadline = sim::add_time(port.now(), static_cast<sim::TimePs>(timeout.count()));
  for (;;) {
    Result<std::vector<std::byte>> bytes = port.lookup(key);
    if (bytes) {
      if (bytes->size() != sizeof(Record)) {
        return Error{Errc::kDataError, "record '" + key + "': expected " +
                                           std::to_string(sizeof(Record)) + " bytes, found " +
                                           std::to_string(bytes->size())};
      }
      Record record;
      std::memcpy(&record, bytes->data(), sizeof(record));
      return record;
    }
    if (bytes.error().code != Errc::kNotFound) {
      return bytes.error();
    }
    if (port.now() >= deadline) {
      return Error{Errc::kTimeout, "record '" + key + "' did not arrive in time"};
    }
    Result<sim::WakeReason> woken = port.wait(deadline);
    if (!woken) {
      return woken.error();
    }
  }
}

}  // namespace ethlink

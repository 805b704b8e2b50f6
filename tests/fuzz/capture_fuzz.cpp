// SPDX-License-Identifier: Apache-2.0
//
// `ethlink check` on any file: the reader of captures, then every rule.
#include <sys/mman.h>
#include <unistd.h>

#include "check/capture.hpp"
#include "check/checker.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ethlink;
  static const int file = ::memfd_create("capture", 0);
  fuzz::promise(file >= 0 && ::ftruncate(file, 0) == 0 &&
                    ::pwrite(file, data, size, 0) == static_cast<ssize_t>(size),
                "a file in memory");
  const Result<Capture> capture = read_capture("/proc/self/fd/" + std::to_string(file));
  if (!capture) {
    const std::string& line = capture.error().context;
    fuzz::promise(!line.empty() && line.find('\n') == std::string::npos, "one line of error");
    return 0;
  }
  fuzz::promise(!capture->interfaces.empty(), "an interface");
  for (const CapturedFrame& frame : capture->frames) {
    fuzz::promise(frame.interface_id < capture->interfaces.size(), "interfaces that exist");
  }
  const CheckResult result = check_capture(*capture, {});
  fuzz::promise(result.frames <= capture->frames.size(), "no more frames than there are");
  return 0;
}

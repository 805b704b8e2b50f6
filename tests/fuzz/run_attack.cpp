// SPDX-License-Identifier: Apache-2.0
//
// An attack in a process of its own, see run_attack.hpp.
#include "run_attack.hpp"

#include <array>
#include <bit>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.hpp"

namespace ethlink::fuzz {
namespace {

constexpr std::size_t kSteps = 16;
constexpr std::size_t kFeatures = 2 * kSteps * 256;

}  // namespace

// What the fuzzer is guided by: each size that each counter of each node reached. It is read by
// libFuzzer only, which finds it by its section.
__attribute__((section("__libfuzzer_extra_counters"), used)) std::array<std::uint8_t, kFeatures>
    features;

int run_attack(const std::function<void(test::EndpointPair&)>& attack) {
  static test::EndpointPair pair;
  static std::uint8_t* const shared = static_cast<std::uint8_t*>(
      ::mmap(nullptr, kFeatures, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  const auto run = [&] {
    std::array<std::vector<std::uint64_t>, 2> before{pair.counters(0), pair.counters(1)};
    attack(pair);
    pair.judge();
    for (std::size_t node = 0; node < 2; ++node) {
      const std::vector<std::uint64_t> after = pair.counters(static_cast<unsigned>(node));
      for (std::size_t i = 0; i < after.size() && i < 256; ++i) {
        const auto size = static_cast<std::size_t>(std::bit_width(after[i] - before.at(node)[i]));
        if (size != 0) {
          shared[(node * 256 + i) * kSteps + std::min(size, kSteps - 1)] = 1;
        }
      }
    }
  };
  if (std::getenv("ETHLINK_FUZZ_NO_FORK") != nullptr) {  // for a debugger
    run();
    return 0;
  }
  std::memset(shared, 0, kFeatures);
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    run();
    ::_exit(0);
  }
  promise(child > 0, "a process of its own");
  int status = 0;
  while (::waitpid(child, &status, 0) != child) {
    promise(errno == EINTR, "the end of that process");  // the fuzzer looks at its clock
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::abort();  // the child has said why
  }
  std::memcpy(features.data(), shared, kFeatures);
  return 0;
}

}  // namespace ethlink::fuzz

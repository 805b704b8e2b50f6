// SPDX-License-Identifier: Apache-2.0
//
// main() of every test program; prints how to replay a test case that failed.

#define CATCH_CONFIG_MAIN
#include <cstdlib>
#include <iostream>
#include <string>

#include <unistd.h>

#include "catch.hpp"
#include "seed.hpp"

namespace ethlink::test {

std::uint64_t seed() {
  static constexpr std::uint64_t kDefaultSeed = 1;
  static const std::uint64_t value = [] {
    const char* text = std::getenv("ETHLINK_SEED");
    if (text == nullptr) {
      return kDefaultSeed;
    }
    char* end = nullptr;
    const std::uint64_t parsed = std::strtoull(text, &end, 0);
    if (end == text || *end != '\0') {
      std::cerr << "ETHLINK_SEED: expected an integer, found '" << text << "'\n";
      std::exit(2);
    }
    return parsed;
  }();
  return value;
}

namespace {

class ReplayListener : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;

  void testCaseEnded(const Catch::TestCaseStats& stats) override {
    if (stats.totals.assertions.failed > 0) {
      std::cerr << "seed " << seed() << "; replay: ETHLINK_SEED=" << seed() << " " << program()
                << " '" << stats.testInfo.name << "'\n";
    }
  }

 private:
  static std::string program() {
    char path[4096];
    const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
    return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : "<this program>";
  }
};

CATCH_REGISTER_LISTENER(ReplayListener)

}  // namespace
}  // namespace ethlink::test

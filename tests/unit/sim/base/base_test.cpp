// SPDX-License-Identifier: Apache-2.0
//
// Time arithmetic, random numbers and the fingerprint: the same on every machine.
#include <vector>

#include "catch.hpp"
#include "sim/base/random.hpp"
#include "sim/base/run_hash.hpp"
#include "sim/base/time.hpp"

namespace ethlink::sim::test {

TEST_CASE("sums of times stop at never", "[sim][base]") {
  STATIC_REQUIRE(add_time(3, 4) == 7);
  STATIC_REQUIRE(add_time(kNever, 0) == kNever);
  STATIC_REQUIRE(add_time(kNever - 1, 2) == kNever);
  STATIC_REQUIRE(add_time(kNever - 2, 2) == kNever);
}

TEST_CASE("random numbers are those of the standard's engine", "[sim][base]") {
  Random random(5489);  // the standard fixes the 10000th value of this seed
  for (unsigned i = 0; i < 9999; ++i) {
    random.below(1);
  }
  CHECK(random.below(UINT64_MAX) == 9981545732273789042U);
  CHECK(Random(1).below(0) == 0);
  Random coin(7);
  unsigned heads = 0;
  for (unsigned i = 0; i < 10'000; ++i) {
    const double value = coin.unit();
    REQUIRE((value >= 0 && value < 1));
    heads += coin.chance(0.25) ? 1 : 0;
  }
  CHECK(heads > 2250);
  CHECK(heads < 2750);
}

TEST_CASE("mixed seeds are those of splitmix64", "[sim][base]") {
  // The reference generator, seeded with 0, returns these first.
  STATIC_REQUIRE(mix_seed(0, 0) == 0xe220a8397b1dcdafU);
  STATIC_REQUIRE(mix_seed(0, 1) == 0x6e789e6aa1b965f4U);
}

TEST_CASE("the fingerprint is the head of a SHA-256", "[sim][base]") {
  CHECK(hash_text(RunHash().value()) == "e3b0c44298fc1c14");  // of nothing
  RunHash abc;
  const std::vector<std::uint8_t> text{'a', 'b', 'c'};
  abc.add(std::span(text));
  CHECK(hash_text(abc.value()) == "ba7816bf8f01cfea");  // FIPS 180-2, example B.1
}

TEST_CASE("the fingerprint does not depend on how bytes were added", "[sim][base]") {
  std::vector<std::uint8_t> bytes(20'000);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(i * i);
  }
  RunHash whole;
  whole.add(std::span<const std::uint8_t>(bytes));
  RunHash parts;
  std::size_t from = 0;
  for (std::size_t size = 1; from < bytes.size(); size += 37) {
    const std::size_t count = std::min(size, bytes.size() - from);
    parts.add(std::span<const std::uint8_t>(bytes).subspan(from, count));
    (void)parts.value();  // asking changes nothing
    from += count;
  }
  CHECK(whole.value() == parts.value());
  whole.add(std::uint64_t{1});
  CHECK(whole.value() != parts.value());
}

TEST_CASE("texts are told apart by their lengths", "[sim][base]") {
  RunHash first, second;
  first.add(std::string_view("ab"));
  first.add(std::string_view("c"));
  second.add(std::string_view("a"));
  second.add(std::string_view("bc"));
  CHECK(first.value() != second.value());
}

}  // namespace ethlink::sim::test

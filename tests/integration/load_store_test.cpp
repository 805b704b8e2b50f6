// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "catch.hpp"
#include "pair.hpp"

namespace ethlink::test {
namespace {

TEST_CASE("Stores of every size and offset land exactly where they should", "[integration]") {
  PairOptions options;
  options.posted = GENERATE(true, false);
  CAPTURE(options.posted);
  constexpr std::size_t kArea = 4096;
  std::vector<std::byte> expected(kArea, std::byte{0xEE});
  run_pair(
      options,
      [&](Side& s) {
        std::mt19937_64 random(options.seed);
        s.meet("cleared");
        for (unsigned i = 0; i < 300; ++i) {
          const std::size_t bytes = i < 256 ? i + 1 : 1 + random() % 700;
          const std::size_t offset = random() % (kArea - bytes);
          const std::size_t piece = std::size_t{4} << random() % 7;
          std::vector<std::byte> data(bytes);
          for (std::byte& b : data) {
            b = static_cast<std::byte>(random());
          }
          must(s.window->store(offset, data, piece));
          std::copy(data.begin(), data.end(),
                    expected.begin() + static_cast<std::ptrdiff_t>(offset));
        }
        must(s.window->fence(kSoon));
        s.meet("stored");
        s.meet("checked");
      },
      [&](Side& s) {
        std::fill_n(s.bytes(), kArea, std::byte{0xEE});
        s.meet("cleared");
        s.meet("stored");
        expect(std::equal(expected.begin(), expected.end(), s.bytes()),
               "the bytes that were stored and no others");
        expect(s.counter(regs::kCntLsHomeStores) > 0, "stores to be counted");
        s.meet("checked");
      });
}

TEST_CASE("Loads of every size and offset return what is there", "[integration]") {
  const PairOptions options;
  constexpr std::size_t kArea = 8192;
  run_pair(
      options,
      [&](Side& s) {
        s.meet("filled");
        std::vector<std::byte> all(kArea);
        must(s.window->load(0, all));
        for (const std::size_t size : {1U, 2U, 4U, 8U, 16U, 32U, 64U, 128U, 256U}) {
          for (std::size_t offset = 0; offset < 1024; offset += size) {
            std::vector<std::byte> data(size);
            must(s.backend.finish(
                must(s.backend.aperture_read_begin(s.window->aperture(offset), data))));
            expect(std::equal(data.begin(), data.end(),
                              all.begin() + static_cast<std::ptrdiff_t>(offset)),
                   "the same bytes by a load of " + std::to_string(size));
          }
        }
        std::mt19937_64 random(options.seed);
        for (unsigned i = 0; i < 100; ++i) {
          const std::size_t bytes = 1 + random() % 1000;
          const std::size_t offset = random() % (kArea - bytes);
          std::vector<std::byte> data(bytes);
          must(s.window->load(offset, data, std::size_t{4} << random() % 7));
          expect(std::equal(data.begin(), data.end(),
                            all.begin() + static_cast<std::ptrdiff_t>(offset)),
                 "the same bytes by loads of any size");
        }
        std::copy(all.begin(), all.end(), s.bytes());
        expect(s.filled(0, kArea, 7), "the bytes of the other host");
        s.meet("loaded");
      },
      [&](Side& s) {
        s.fill(0, kArea, 7);
        s.meet("filled");
        s.meet("loaded");
      });
}

// What an atomic leaves behind, from the definition in the wire format.
std::uint64_t reference(regs::LsOp op, std::size_t bytes, std::uint64_t old, std::uint64_t operand,
                        std::uint64_t swap) {
  const auto as_signed = [bytes](std::uint64_t v) {
    return bytes == 4 ? std::int64_t{static_cast<std::int32_t>(v)} : static_cast<std::int64_t>(v);
  };
  switch (op) {
    case regs::LsOp::kAtomicFadd:
      return old + operand;
    case regs::LsOp::kAtomicSwap:
      return operand;
    case regs::LsOp::kAtomicCas:
      return old == operand ? swap : old;
    case regs::LsOp::kAtomicAnd:
      return old & operand;
    case regs::LsOp::kAtomicOr:
      return old | operand;
    case regs::LsOp::kAtomicXor:
      return old ^ operand;
    case regs::LsOp::kAtomicMin:
      return as_signed(operand) < as_signed(old) ? operand : old;
    default:
      return as_signed(operand) > as_signed(old) ? operand : old;
  }
}

TEST_CASE("The eight atomics of 4 and 8 bytes return the old value and leave the new one",
          "[integration]") {
  const PairOptions options;
  run_pair(
      options,
      [&](Side& s) {
        std::mt19937_64 random(options.seed);
        for (const std::size_t bytes : {4U, 8U}) {
          const std::uint64_t mask = bytes == 4 ? 0xffff'ffffU : ~std::uint64_t{0};
          std::uint64_t value = random() & mask;
          must(s.window->store(64, std::as_bytes(std::span(&value, 1)).first(bytes), bytes));
          for (unsigned code = 0x10; code <= 0x17; ++code) {
            for (unsigned turn = 0; turn < 3; ++turn) {
              const auto op = static_cast<regs::LsOp>(code);
              // A compare that holds and one that does not.
              const std::uint64_t operand =
                  op == regs::LsOp::kAtomicCas && turn != 0 ? value : random() & mask;
              const std::uint64_t swap = random() & mask;
              const std::uint64_t old = must(s.window->atomic(op, 64, bytes, operand, swap, kSoon));
              expect(old == value, "the old value of " + std::string(to_string(op)));
              value = reference(op, bytes, value, operand, swap) & mask;
              std::uint64_t found = 0;
              must(s.window->load(64, std::as_writable_bytes(std::span(&found, 1)).first(bytes),
                                  bytes));
              expect(found == value, "the new value of " + std::string(to_string(op)));
            }
          }
        }
        s.meet("done");
      },
      [](Side& s) { s.meet("done"); });
}

TEST_CASE("Additions from both sides to one word are never lost", "[integration]") {
  PairOptions options;
  options.faults = "loss = 0.02";
  constexpr unsigned kAdds = 100;
  const auto add = [](Side& s) {
    for (unsigned i = 0; i < kAdds; ++i) {
      must(s.window->atomic(regs::LsOp::kAtomicFadd, 0, 8, 3, 0, kSoon));
    }
    s.meet("added");
    std::uint64_t value = 0;
    std::memcpy(&value, s.bytes(), sizeof(value));
    expect(value == 3 * kAdds, "every addition of the other side, once");
    s.meet("checked");
  };
  run_pair(options, add, add);
}

TEST_CASE("The signal of a notify is never seen before its data", "[integration]") {
  PairOptions options;
  options.faults = "loss = 0.02";
  constexpr std::size_t kSignal = 32768;
  constexpr unsigned kRounds = 40;
  run_pair(
      options,
      [&](Side& s) {
        for (unsigned i = 0; i < kRounds; ++i) {
          const std::vector<std::byte> data(256, static_cast<std::byte>(i + 1));
          must(s.window->store(1024, data));
          must(s.window->store_notify(2048, std::span(data).first(std::size_t{4} << (i % 7)),
                                      kSignal, 1, kSoon));
          s.meet("round" + std::to_string(i));
        }
      },
      [&](Side& s) {
        for (unsigned i = 0; i < kRounds; ++i) {
          const auto* signal = reinterpret_cast<const volatile std::uint64_t*>(s.bytes(kSignal));
          must(s.end.device->wait_for([&] { return *signal == i + 1; }, kSoon, "signal"));
          expect(*s.bytes(1024) == static_cast<std::byte>(i + 1) &&
                     *s.bytes(1279) == static_cast<std::byte>(i + 1),
                 "earlier stores before the signal");
          expect(*s.bytes(2048) == static_cast<std::byte>(i + 1) &&
                     *s.bytes(2051) == static_cast<std::byte>(i + 1),
                 "the notify's own data before the signal");
          s.meet("round" + std::to_string(i));
        }
      });
}

TEST_CASE("After a fence all earlier stores are in the other host's memory", "[integration]") {
  PairOptions options;
  options.faults = "loss = 0.05";
  constexpr unsigned kRounds = 20;
  run_pair(
      options,
      [&](Side& s) {
        for (unsigned i = 0; i < kRounds; ++i) {
          s.fill(0, 3000, 50 + i);
          must(s.window->store(0, s.memory.bytes().first(3000), 64));
          must(s.window->fence(kSoon));
          s.meet("fenced" + std::to_string(i));
          s.meet("checked" + std::to_string(i));
        }
      },
      [&](Side& s) {
        for (unsigned i = 0; i < kRounds; ++i) {
          s.meet("fenced" + std::to_string(i));
          expect(s.filled(0, 3000, 50 + i), "every byte that was stored before the fence");
          s.meet("checked" + std::to_string(i));
        }
      });
}

TEST_CASE("What a segment does not allow is refused with its status and changes nothing",
          "[integration]") {
  PairOptions options;
  options.segment_access = regs::kAccessRemoteRead;
  run_pair(
      options,
      [&](Side& s) {
        std::array<std::byte, 64> data{};
        data.fill(std::byte{0x11});
        must(s.window->load(0, data));
        expect(data[0] == std::byte{0x77}, "a load that is allowed");
        data.fill(std::byte{0x11});
        must(s.window->store(0, data));
        const Event event = s.await_event(regs::EqeType::kLsStoreError);
        expect(event.syndrome == static_cast<std::uint8_t>(regs::LsStatus::kDenied), "Denied");
        const Result<std::uint64_t> atomic =
            s.window->atomic(regs::LsOp::kAtomicFadd, 0, 8, 1, 0, kSoon);
        expect(!atomic && atomic.error().context.find("Denied") != std::string::npos,
               "an atomic to be denied");
        // Past the end of the window: the bus answers with an error and all ones.
        const Result<void> beyond = s.backend.finish(must(s.backend.aperture_read_begin(
            s.window->aperture(0) + options.memory_bytes, std::span(data).first(8))));
        expect(!beyond.has_value(), "a load beyond the window to fail");
        expect(s.await_event(regs::EqeType::kLsLoadError).syndrome ==
                   static_cast<std::uint8_t>(regs::LsStatus::kRange),
               "Range");
        const std::uint64_t log = must(s.end.device->read_register(regs::kCsrLsFirstError));
        expect((log & 1) == 1 && (log >> 8 & 0xff) == 2, "the first failing load in the log");
        must(s.end.device->write_register(regs::kCsrLsFirstError, 0));
        expect((must(s.end.device->read_register(regs::kCsrLsFirstError)) & 1) == 0,
               "the log to be cleared");
        must(s.window->load(0, data));  // and everything still works
        s.meet("done");
      },
      [&](Side& s) {
        std::fill_n(s.bytes(), 64, std::byte{0x77});
        s.meet("done");
        expect(*s.bytes() == std::byte{0x77}, "memory that a refused store did not change");
        expect(s.counter(regs::kCntLsHomeErrors) >= 2, "refused requests to be counted");
      });
}

}  // namespace
}  // namespace ethlink::test

// SPDX-License-Identifier: Apache-2.0
//
// Drives one Verilated module: owns the model, ticks its clock, starts from random state.
#pragma once

#include <cstdint>
#include <memory>

#include <verilated.h>

#include "ethlink/rtl/coverage.hpp"

#include "seed.hpp"

namespace ethlink::test {

/// `Model` is a Verilated class with the ports clk_i and rst_i.
/// Registers without reset start from random values, so that a test does not depend on them.
/// Ownership: owns context and model. Threads: none of its own; use from one thread.
template <typename Model>
class RtlBench {
 public:
  RtlBench() : context_(std::make_unique<VerilatedContext>()) {
    context_->randReset(2);
    context_->randSeed(static_cast<int>(seed() & 0x7fffffffU) | 1);
    context_->assertOn(true);
    model_ = std::make_unique<Model>(context_.get());
    model_->clk_i = 0;
    model_->rst_i = 1;
  }
  ~RtlBench() {
    rtl::save_coverage(*context_);
    // The model's scopes leave the context of the thread, which another bench may have replaced.
    Verilated::threadContextp(context_.get());
    model_->final();
  }
  RtlBench(const RtlBench&) = delete;
  RtlBench& operator=(const RtlBench&) = delete;

  /// Ports of the module; inputs are set between two calls of tick().
  Model* operator->() { return model_.get(); }
  Model& operator*() { return *model_; }

  /// Propagates inputs to combinational outputs without a clock edge.
  void settle() {
    model_->clk_i = 0;
    model_->eval();
  }

  /// One clock cycle: settles the inputs, then a rising edge.
  void tick() {
    settle();
    context_->timeInc(1);
    model_->clk_i = 1;
    model_->eval();
    context_->timeInc(1);
    ++cycle_;
  }

  /// Holds reset for `cycles` cycles and releases it; the cycle count restarts at 0.
  void reset(unsigned cycles = 4) {
    model_->rst_i = 1;
    for (unsigned i = 0; i < cycles; ++i) {
      tick();
    }
    model_->rst_i = 0;
    cycle_ = 0;
    settle();
  }

  /// Cycles since reset.
  [[nodiscard]] std::uint64_t cycle() const { return cycle_; }

 private:
  std::unique_ptr<VerilatedContext> context_;
  std::unique_ptr<Model> model_;
  std::uint64_t cycle_ = 0;
};

}  // namespace ethlink::test

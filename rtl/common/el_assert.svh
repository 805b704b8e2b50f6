// SPDX-License-Identifier: Apache-2.0
//
// Assertions that mean the same thing in simulation (Verilator) and in proof (yosys with slang).
//
// Expressions are plain booleans: write an implication as `!a || b`, a next-cycle rule with _NEXT.
// The including module has the ports clk_i and rst_i (synchronous, active high).

`ifndef EL_ASSERT_SVH
`define EL_ASSERT_SVH

`ifdef SYNTHESIS
  `define EL_ASSERT(name_, expr_)
  `define EL_ASSERT_NEXT(name_, if_, then_)
  `define EL_ASSUME(name_, expr_)
  `define EL_COVER(name_, expr_)
`else
  // `expr_` holds at every clock edge outside reset.
  `define EL_ASSERT(name_, expr_) \
    always_ff @(posedge clk_i) if (!rst_i) name_: assert (expr_);
  // If `if_` held at the previous edge, `then_` holds at this one.
  `define EL_ASSERT_NEXT(name_, if_, then_) \
    always_ff @(posedge clk_i) if (!rst_i && !$past(rst_i) && $past(if_)) name_: assert (then_);
  // A promise of the environment: checked in simulation, assumed in proof.
  `ifdef FORMAL
    `define EL_ASSUME(name_, expr_) \
      always_ff @(posedge clk_i) if (!rst_i) name_: assume (expr_);
  `else
    `define EL_ASSUME(name_, expr_) \
      always_ff @(posedge clk_i) if (!rst_i) name_: assert (expr_);
  `endif
  `define EL_COVER(name_, expr_) \
    always_ff @(posedge clk_i) if (!rst_i) name_: cover (expr_);
`endif

`endif  // EL_ASSERT_SVH

// SPDX-License-Identifier: Apache-2.0
//
// Round-robin arbiter: the requester after the last one served comes first.
//
// Latency 0 (grant is combinational from req_i), throughput 1 grant a cycle, storage one pointer.
// The pointer moves only when advance_i confirms the grant, so that an unused grant costs no turn
// and an idle arbiter changes no state.

`include "el_assert.svh"

module el_arbiter_rr #(
  parameter  int unsigned N    = 4,                          // requesters, >= 1
  localparam int unsigned IdxW = (N > 1) ? $clog2(N) : 1
) (
  input  logic            clk_i,
  input  logic            rst_i,

  input  logic [N-1:0]    req_i,
  input  logic            advance_i,      // the grant of this cycle is used

  output logic [N-1:0]    grant_o,        // one hot, zero when nobody asks
  output logic [IdxW-1:0] grant_idx_o,    // index of the grant, 0 when nobody asks
  output logic            grant_valid_o
);

  if (N < 1) begin : gen_bad_n
    $error("el_arbiter_rr: N must be at least 1 and is %0d", N);
  end

  logic [N-1:0] after_q;  // requesters behind the last one served: they come first
  logic [N-1:0] masked, pool;

  // Serve from the requesters behind the last one when there are any, else start over.
  assign masked = req_i & after_q;
  assign pool   = (masked != '0) ? masked : req_i;

  assign grant_o       = pool & (~pool + N'(1));
  assign grant_valid_o = req_i != '0;

  always_comb begin
    grant_idx_o = '0;
    for (int i = 0; i < int'(N); i++) begin
      if (grant_o[i]) grant_idx_o = IdxW'(i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) after_q <= '1;
    else if (advance_i && grant_valid_o) after_q <= ~(grant_o | (grant_o - N'(1)));
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(GrantAsksFor_A, (grant_o & ~req_i) == '0)
  `EL_ASSERT(GrantOneHot_A, (grant_o & (grant_o - N'(1))) == '0)
  `EL_ASSERT(GrantWhenAsked_A, grant_valid_o == (grant_o != '0))

endmodule : el_arbiter_rr

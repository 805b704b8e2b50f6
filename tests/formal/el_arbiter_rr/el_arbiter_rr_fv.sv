// SPDX-License-Identifier: Apache-2.0
//
// Proof of el_arbiter_rr: whoever keeps asking is served within N used grants.

`include "el_assert.svh"

module el_arbiter_rr_fv #(
  localparam int unsigned N = 3
) (
  input logic         clk_i,
  input logic         rst_i,
  input logic [N-1:0] req_i,
  input logic         advance_i
);

  logic [N-1:0] grant;
  logic [1:0]   grant_idx;
  logic         grant_valid;
  logic [1:0]   who_q;     // an arbitrary requester: not reset, never changed
  logic [1:0]   passed_q;  // grants of others that were used while `who` asked
  logic         asks, started_q = 1'b0;

  el_arbiter_rr #(
    .N(N)
  ) u_dut (
    .clk_i,
    .rst_i,
    .req_i,
    .advance_i,
    .grant_o      (grant),
    .grant_idx_o  (grant_idx),
    .grant_valid_o(grant_valid)
  );

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    who_q     <= who_q;
  end
  always_comb if (!started_q) StartsInReset_M: assume (rst_i);
  always_comb RequesterExists_M: assume (who_q < 2'(N));

  assign asks = req_i[who_q];
  always_ff @(posedge clk_i) begin
    if (rst_i || !asks || (advance_i && grant[who_q])) passed_q <= '0;
    else if (advance_i && grant_valid) passed_q <= passed_q + 2'd1;
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(ServedInTurn_A, passed_q < 2'(N))
  `EL_ASSERT(GrantIsOneRequester_A,
             grant == ((req_i == '0) ? '0 : N'(1) << grant_idx) && (grant & ~req_i) == '0)
  `EL_ASSERT_NEXT(UnusedGrantCostsNoTurn_A, !advance_i,
                  $past(req_i) != req_i || $past(grant) == grant)
  `EL_COVER(WaitsForAllOthers_C, passed_q == 2'(N - 1) && grant[who_q])

endmodule : el_arbiter_rr_fv

// SPDX-License-Identifier: Apache-2.0
//
// Soft reset: stops DMA, resets everything behind the host, and waits for what is outstanding.
//
// Latency: at least 16 cycles of core_rst_o; as long as host memory needs for its answers.
// First no new write begins and the one under way is finished without bytes; when every write was
// answered the reset is raised, and it is kept until every read was answered.
// Contract: docs/reference/host-interface.md, "Soft reset".

`include "el_assert.svh"

module el_reset #(
  parameter int unsigned Cycles = 16  // shortest reset, power of two
) (
  input  logic clk_i,
  input  logic rst_i,

  input  logic req_i,       // until done_o
  output logic done_o,      // pulse

  output logic flush_o,     // DMA: begin nothing, finish what is under way
  input  logic rd_idle_i,
  input  logic wr_idle_i,

  output logic core_rst_o,  // flop; includes rst_i
  output logic busy_o
);

  typedef enum logic [1:0] { StRun, StFlush, StHold, StDone } state_e;

  localparam int unsigned CntW = $clog2(Cycles) + 1;

  state_e          state_q;
  logic [CntW-1:0] count_q;

  // The blocks behind must start in reset even before the first edge.
  initial core_rst_o = 1'b1;

  always_ff @(posedge clk_i) begin
    core_rst_o <= rst_i || (state_q == StFlush && wr_idle_i) ||
                  (state_q == StHold && !(count_q[CntW-1] && rd_idle_i));
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StRun;
      count_q <= '0;
    end else begin
      unique case (state_q)
        StRun: if (req_i) state_q <= StFlush;
        StFlush: if (wr_idle_i) state_q <= StHold;
        StHold: begin
          if (!count_q[CntW-1]) count_q <= count_q + CntW'(1);
          else if (rd_idle_i) begin
            count_q <= '0;
            state_q <= StDone;
          end
        end
        default: state_q <= StRun;
      endcase
    end
  end

  assign flush_o = state_q == StFlush || state_q == StHold;
  assign done_o  = state_q == StDone;
  assign busy_o  = state_q != StRun || core_rst_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT_NEXT(ResetWaitsForWrites_A, state_q == StFlush && !wr_idle_i, !core_rst_o)
  `EL_ASSERT_NEXT(ResetWaitsForReads_A, state_q == StHold && !rd_idle_i, core_rst_o)

endmodule : el_reset

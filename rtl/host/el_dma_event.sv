// SPDX-License-Identifier: Apache-2.0
//
// Tells software that host memory answered with an error.
//
// Latency 1 cycle, throughput one event until software consumes events of queue 0, storage none.
// The event itself may fail to be written, so it is not repeated on its own.
// Contract: docs/reference/host-interface.md, "Errors".

`include "el_assert.svh"

module el_dma_event (
  input  logic             clk_i,
  input  logic             rst_i,

  input  logic             rd_error_i,   // pulse
  input  logic             wr_error_i,   // pulse
  input  logic             rearm_i,      // pulse: software consumed events of queue 0

  output logic             eqe_valid_o,
  input  logic             eqe_ready_i,
  output el_pkg::eqe_req_t eqe_o,

  output logic             error_o,      // an error happened since reset
  output logic             busy_o
);

  logic muted_q, write_q, report;

  assign report = (rd_error_i || wr_error_i) && (!muted_q || rearm_i);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      muted_q     <= 1'b0;
      error_o     <= 1'b0;
      eqe_valid_o <= 1'b0;
      write_q     <= 1'b0;
    end else begin
      if (rd_error_i || wr_error_i) begin
        muted_q <= 1'b1;
        error_o <= 1'b1;
      end else if (rearm_i) begin
        muted_q <= 1'b0;
      end
      if (!eqe_valid_o && report) begin
        eqe_valid_o <= 1'b1;
        write_q     <= wr_error_i;
      end else if (eqe_ready_i) begin
        eqe_valid_o <= 1'b0;
      end
    end
  end

  assign eqe_o.eqn = '0;
  assign eqe_o.eqe = el_host_pkg::make_eqe(el_regs_pkg::EqeTypeDmaError, 8'(write_q), 32'd0);
  assign busy_o    = eqe_valid_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT_NEXT(EventHeld_A, eqe_valid_o && !eqe_ready_i,
                  eqe_valid_o && eqe_o == $past(eqe_o))

endmodule : el_dma_event

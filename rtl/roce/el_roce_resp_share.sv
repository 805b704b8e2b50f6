// SPDX-License-Identifier: Apache-2.0
//
// Lets atomics use the responder's DMA clients: the reads of receive requests, the writes of data.
//
// Latency 0 cycles for both users' requests; throughput 1 request and 1 beat a cycle; storage a few
// counts. An atomic's write waits until the data of the writes before it was taken.
// Counts the writes that were asked for and that are visible, so that a READ can wait for them.

`include "el_assert.svh"

module el_roce_resp_share #(
  parameter int unsigned DataW = 512  // bits of the DMA data path
) (
  input  logic                    clk_i,
  input  logic                    rst_i,

  // Reads: receive requests, atomics; an answer is told by its tag.
  input  logic                    rq_valid_i,
  output logic                    rq_ready_o,
  input  el_pkg::dma_rd_req_t     rq_i,
  input  logic                    at_rd_valid_i,
  output logic                    at_rd_ready_o,
  input  logic [63:0]             at_addr_i,
  output logic                    rd_valid_o,
  input  logic                    rd_ready_i,
  output el_pkg::dma_rd_req_t     rd_o,
  input  logic                    rsp_valid_i,
  output logic                    rsp_ready_o,
  input  logic                    rsp_atomic_i,
  output logic                    rq_rsp_valid_o,
  input  logic                    rq_rsp_ready_i,
  output logic                    at_rsp_valid_o,   // taken at once

  // Writes: data of SEND and WRITE, atomics.
  input  logic                    mv_valid_i,
  output logic                    mv_ready_o,
  input  el_pkg::dma_wr_req_t     mv_i,
  input  logic                    mv_data_valid_i,
  output logic                    mv_data_ready_o,
  input  logic [DataW-1:0]        mv_data_i,
  input  logic                    mv_last_i,
  input  logic                    at_wr_valid_i,
  output logic                    at_wr_ready_o,    // all of it was taken; mark_o counts up to it
  input  logic [63:0]             at_value_i,
  output logic                    wr_valid_o,
  input  logic                    wr_ready_i,
  output el_pkg::dma_wr_req_t     wr_o,
  output logic                    wr_data_valid_o,
  input  logic                    wr_data_ready_i,
  output logic [DataW-1:0]        wr_data_o,
  output logic                    wr_data_last_o,
  input  logic                    wr_done_i,

  output el_roce_resp_pkg::mark_t mark_o,           // writes asked for, modulo
  output el_roce_resp_pkg::mark_t written_o         // writes visible, modulo
);

  ///////////
  // Reads //
  ///////////

  logic pick_at_q;  // an offer of the atomic stays until it is taken

  assign rd_valid_o    = pick_at_q ? at_rd_valid_i : rq_valid_i;
  assign rq_ready_o    = !pick_at_q && rd_ready_i;
  assign at_rd_ready_o = pick_at_q && rd_ready_i;

  always_comb begin
    rd_o = rq_i;
    if (pick_at_q) begin
      rd_o.addr = at_addr_i;
      rd_o.len  = 13'd8;
      rd_o.user = el_pkg::DmaUserW'(1);
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) pick_at_q <= 1'b0;
    else if (pick_at_q) pick_at_q <= !rd_ready_i;
    else pick_at_q <= at_rd_valid_i && (!rq_valid_i || rd_ready_i);
  end

  assign rq_rsp_valid_o = rsp_valid_i && !rsp_atomic_i;
  assign at_rsp_valid_o = rsp_valid_i && rsp_atomic_i;
  assign rsp_ready_o    = rsp_atomic_i || rq_rsp_ready_i;

  ////////////
  // Writes //
  ////////////

  logic [3:0] open_q;    // writes of data that were asked for and whose last beat was not taken
  logic       stay_q;    // a request of data was offered and not taken
  logic       asked_q;   // the atomic's request was taken
  logic       block, own, begins, ends;

  assign block = at_wr_valid_i && !stay_q;
  assign own   = block && open_q == '0;

  assign wr_valid_o      = own ? !asked_q : mv_valid_i && !block;
  assign mv_ready_o      = !block && wr_ready_i;
  assign wr_data_valid_o = own ? asked_q : mv_data_valid_i;
  assign mv_data_ready_o = !own && wr_data_ready_i;
  assign wr_data_o       = own ? DataW'(at_value_i) : mv_data_i;
  assign wr_data_last_o  = own || mv_last_i;
  assign at_wr_ready_o   = own && asked_q && wr_data_ready_i;
  assign begins          = mv_valid_i && mv_ready_o;
  assign ends            = mv_data_valid_i && mv_data_ready_o && mv_last_i;

  always_comb begin
    wr_o = mv_i;
    if (own) begin
      wr_o.addr  = at_addr_i;
      wr_o.len   = 13'd8;
      wr_o.track = 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      open_q    <= '0;
      stay_q    <= 1'b0;
      asked_q   <= 1'b0;
      mark_o    <= '0;
      written_o <= '0;
    end else begin
      stay_q <= mv_valid_i && !block && !wr_ready_i;
      if (begins != ends) open_q <= begins ? open_q + 4'd1 : open_q - 4'd1;
      if (own) asked_q <= asked_q ? !wr_data_ready_i : wr_ready_i;
      if (wr_valid_o && wr_ready_i) mark_o <= mark_o + el_roce_resp_pkg::mark_t'(1);
      if (wr_done_i) written_o <= written_o + el_roce_resp_pkg::mark_t'(1);
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OpenFits_A, !(begins && !ends) || open_q != '1)
  `EL_ASSERT(DataBehindRequest_A, !ends || begins || open_q != '0)
  `EL_ASSERT(NothingWrittenUnasked_A, !wr_done_i || written_o != mark_o)
  `EL_ASSERT_NEXT(ReadHeldWhenStalled_A, rd_valid_o && !rd_ready_i,
                  rd_valid_o && rd_o == $past(rd_o))
  `EL_ASSERT_NEXT(WriteHeldWhenStalled_A, wr_valid_o && !wr_ready_i,
                  wr_valid_o && wr_o == $past(wr_o))

endmodule : el_roce_resp_share

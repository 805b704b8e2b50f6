// SPDX-License-Identifier: Apache-2.0
//
// Receive buffer of one traffic class: payload is written as it comes, and read once committed.
//
// Latency 2 cycles from commit_i to hdr_valid_o and pay_valid_o, throughput 1 beat a cycle.
// Storage Cfg.RxBufKib KiB of payload and HdrDepth headers, both in block RAM.
// A frame is committed or dropped as a whole; one that does not fit is dropped.

`include "el_assert.svh"

module el_eth_rx_buf #(
  parameter  el_pkg::cfg_t Cfg      = el_pkg::CfgDefault,
  parameter  int unsigned  HdrDepth = 128,                // frames, a power of two, >= 64
  localparam int unsigned  DataW    = Cfg.DataW
) (
  input  logic             clk_i,
  input  logic             rst_i,

  // Payload of the frame under way. A write, a commit and a drop may come in one cycle; the write
  // belongs to the frame that is committed or dropped.
  input  logic             wr_valid_i,
  input  logic [DataW-1:0] wr_data_i,
  input  logic             wr_last_i,
  input  logic             end_i,      // the frame ends, or is forgotten, in this cycle
  input  logic             good_i,     // with end_i: deliver it, if it fits
  input  el_pkg::rx_hdr_t  hdr_i,      // with end_i and good_i
  output logic             fits_o,     // with end_i: every write of the frame found room

  // Consumer
  output logic             hdr_valid_o,
  input  logic             hdr_ready_i,
  output el_pkg::rx_hdr_t  hdr_o,
  output logic             pay_valid_o,
  input  logic             pay_ready_i,
  output logic [DataW-1:0] pay_data_o,
  output logic             pay_last_o,

  // Fill level, from flops: half of payload beats or headers used; a quarter or less of both used.
  output logic             above_half_o,
  output logic             below_quarter_o,

  output logic             busy_o
);

  localparam int unsigned Depth    = Cfg.RxBufKib * 1024 * 8 / DataW;
  localparam int unsigned PtrW     = $clog2(Depth);
  localparam int unsigned CntW     = PtrW + 1;
  localparam int unsigned HdrCntW  = $clog2(HdrDepth) + 1;
  localparam int unsigned HdrBits  = $bits(el_pkg::rx_hdr_t);

  if (HdrDepth < 64 || (Depth & (Depth - 1)) != 0 || Depth < 64) begin : gen_bad_depth
    $error("el_eth_rx_buf: HdrDepth %0d must be >= 64, %0d payload beats a power of two >= 64",
           HdrDepth, Depth);
  end

  // Pointers carry one bit more than the address, so that full and empty differ.
  logic [CntW-1:0]    wptr_q;     // next write
  logic [CntW-1:0]    cptr_q;     // end of the committed beats
  logic [CntW-1:0]    rptr_q;     // next read
  logic               lost_q;     // a write of the frame under way found no room
  logic               pay_valid_q;
  logic [CntW-1:0]    used;
  logic               room, write, commit, read, pay_pop, hdr_ready;
  logic [CntW-1:0]    wptr_next;
  logic [HdrCntW-1:0] hdr_count;

  assign used      = wptr_q - rptr_q;
  assign room      = used != CntW'(Depth);
  assign write     = wr_valid_i && room && !lost_q;
  assign wptr_next = write ? wptr_q + CntW'(1) : wptr_q;
  assign fits_o    = !lost_q && (room || !wr_valid_i) && hdr_ready;
  assign commit    = end_i && good_i && fits_o;

  // Prefetch the next committed beat when the output register is free or being emptied.
  assign pay_pop = pay_valid_q && pay_ready_i;
  assign read    = (!pay_valid_q || pay_pop) && rptr_q != cptr_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      wptr_q      <= '0;
      cptr_q      <= '0;
      rptr_q      <= '0;
      lost_q      <= 1'b0;
      pay_valid_q <= 1'b0;
    end else begin
      // The end of a frame that is not delivered takes its writes back.
      wptr_q <= (end_i && !commit) ? cptr_q : wptr_next;
      if (commit) cptr_q <= wptr_next;
      if (end_i) lost_q <= 1'b0;
      else if (wr_valid_i && !room) lost_q <= 1'b1;
      if (read) rptr_q <= rptr_q + CntW'(1);
      if (read) pay_valid_q <= 1'b1;
      else if (pay_pop) pay_valid_q <= 1'b0;
    end
  end

  el_ram_1r1w #(
    .Width(DataW + 1),
    .Depth(Depth)
  ) u_ram (
    .clk_i,
    .rst_i,
    .we_i   (write),
    .waddr_i(wptr_q[PtrW-1:0]),
    .wdata_i({wr_last_i, wr_data_i}),
    .re_i   (read),
    .raddr_i(rptr_q[PtrW-1:0]),
    .rdata_o({pay_last_o, pay_data_o})
  );
  assign pay_valid_o = pay_valid_q;

  el_fifo_ram #(
    .Width(HdrBits),
    .Depth(HdrDepth)
  ) u_hdr_fifo (
    .clk_i,
    .rst_i,
    .in_valid_i (commit),
    .in_ready_o (hdr_ready),
    .in_data_i  (hdr_i),
    .out_valid_o(hdr_valid_o),
    .out_ready_i(hdr_ready_i),
    .out_data_o (hdr_o),
    .count_o    (hdr_count)
  );

  assign above_half_o    = used >= CntW'(Depth / 2) || hdr_count >= HdrCntW'(HdrDepth / 2);
  assign below_quarter_o = used <= CntW'(Depth / 4) && hdr_count <= HdrCntW'(HdrDepth / 4);

  // The prefetch of header or payload is the only thing that moves by itself.
  assign busy_o = (!pay_valid_q && rptr_q != cptr_q) || (!hdr_valid_o && hdr_count != '0);

  ////////////////
  // Assertions //
  ////////////////

  logic [CntW-1:0] committed;
  assign committed = cptr_q - rptr_q;
  `EL_ASSERT(UsedInRange_A, used <= CntW'(Depth))
  `EL_ASSERT(CommittedInsideUsed_A, committed <= used)
  `EL_ASSERT(GoodOnlyAtEnd_A, !good_i || end_i)
  `EL_ASSERT_NEXT(PayloadHeldWhenStalled_A, pay_valid_o && !pay_ready_i,
                  pay_valid_o && pay_data_o == $past(pay_data_o))

endmodule : el_eth_rx_buf

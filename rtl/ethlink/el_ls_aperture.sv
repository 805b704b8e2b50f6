// SPDX-License-Identifier: Apache-2.0
//
// Bus side of the aperture: AXI reads and writes become operations in bus order.
//
// Latency 1 cycle from the accepted address and last data beat to the operation; throughput one
// 64-byte beat a cycle; storage 8 reads, 8 writes, 16 write data beats.
// Order: a read follows every write whose last data beat was accepted before it or with it.
// A read whose id has a read outstanding waits for it; later writes may then pass the read.
// A write starts when its whole burst has arrived, so that a full one becomes one store.
// Pins: docs/reference/endpoint-ports.md; contract: docs/reference/load-store.md.

`include "el_assert.svh"

module el_ls_aperture (
  input  logic                       clk_i,
  input  logic                       rst_i,

  input  logic                       ap_awvalid_i,
  output logic                       ap_awready_o,
  input  logic [39:0]                ap_awaddr_i,
  input  logic [7:0]                 ap_awid_i,
  input  logic [7:0]                 ap_awlen_i,
  input  logic                       ap_wvalid_i,
  output logic                       ap_wready_o,
  input  logic [511:0]               ap_wdata_i,
  input  logic [63:0]                ap_wstrb_i,
  input  logic                       ap_wlast_i,
  input  logic                       ap_arvalid_i,
  output logic                       ap_arready_o,
  input  logic [39:0]                ap_araddr_i,
  input  logic [7:0]                 ap_arid_i,
  input  logic [7:0]                 ap_arlen_i,
  input  logic [2:0]                 ap_arsize_i,

  // Operations, beat by beat; data and strobes belong to writes.
  output logic                       op_valid_o,
  input  logic                       op_ready_i,
  output el_ls_eng_pkg::op_t         op_o,
  output logic [511:0]               op_data_o,
  output logic [63:0]                op_strb_o,

  // The last beat of a read left: its id is free again.
  input  logic                       rd_done_i,
  input  logic [7:0]                 rd_done_id_i,

  output logic                       busy_o
);

  localparam int unsigned SeqW = 6;  // more than the writes that can wait

  logic             aw_valid, aw_pop, w_valid, w_pop, w_last, ar_valid, ar_in_ready, ar_pop;
  logic             aw_in_ready, w_in_ready, full_in_ready, full_valid, full_pop, burst_full;
  logic [39:0]      aw_addr, ar_addr;
  logic [7:0]       aw_id, aw_len, ar_id, ar_len;
  logic [2:0]       ar_size;
  logic [SeqW-1:0]  ar_seq;
  logic             aw_fire, w_fire;

  logic [255:0]     rd_busy_q;
  logic             full_q;           // every byte so far of the burst that is arriving is stored
  logic [SeqW-1:0]  aw_open_q;        // accepted addresses without their last data beat
  logic [SeqW-1:0]  wl_open_q;        // accepted last data beats without their address
  logic [SeqW-1:0]  arrived_q;        // complete write bursts, modulo
  logic [SeqW-1:0]  issued_q;         // write bursts that left, modulo
  logic [SeqW-1:0]  behind;
  logic             arrive;
  logic [1:0]       beat_q;           // of the write burst at the head
  logic             rd_ok, wr_ok, merged, op_fire;

  assign aw_fire = ap_awvalid_i && aw_in_ready;
  assign w_fire  = ap_wvalid_i && w_in_ready && full_in_ready;

  assign ap_awready_o = aw_in_ready;
  assign ap_wready_o  = w_in_ready && full_in_ready;
  assign ap_arready_o = ar_in_ready;

  // A burst has arrived when its address and its last beat are both there.
  assign arrive = (aw_open_q != '0 || aw_fire) && (wl_open_q != '0 || (w_fire && ap_wlast_i));

  el_fifo #(.Width(56), .Depth(8)) u_aw (
    .clk_i, .rst_i,
    .in_valid_i(ap_awvalid_i), .in_ready_o(aw_in_ready),
    .in_data_i({ap_awaddr_i, ap_awid_i, ap_awlen_i}),
    .out_valid_o(aw_valid), .out_ready_i(aw_pop), .out_data_o({aw_addr, aw_id, aw_len}),
    .count_o()
  );

  el_fifo #(.Width(577), .Depth(16)) u_w (
    .clk_i, .rst_i,
    .in_valid_i(ap_wvalid_i && full_in_ready), .in_ready_o(w_in_ready),
    .in_data_i({ap_wlast_i, ap_wstrb_i, ap_wdata_i}),
    .out_valid_o(w_valid), .out_ready_i(w_pop), .out_data_o({w_last, op_strb_o, op_data_o}),
    .count_o()
  );

  el_fifo #(.Width(1), .Depth(16)) u_full (
    .clk_i, .rst_i,
    .in_valid_i(ap_wvalid_i && w_in_ready && ap_wlast_i), .in_ready_o(full_in_ready),
    .in_data_i(full_q && (&ap_wstrb_i)),
    .out_valid_o(full_valid), .out_ready_i(full_pop), .out_data_o(burst_full),
    .count_o()
  );

  el_fifo #(.Width(59 + SeqW), .Depth(8)) u_ar (
    .clk_i, .rst_i,
    .in_valid_i(ap_arvalid_i), .in_ready_o(ar_in_ready),
    .in_data_i({ap_araddr_i, ap_arid_i, ap_arlen_i, ap_arsize_i, arrived_q + SeqW'(arrive)}),
    .out_valid_o(ar_valid), .out_ready_i(ar_pop),
    .out_data_o({ar_addr, ar_id, ar_len, ar_size, ar_seq}),
    .count_o()
  );

  // Reads first: one that may go is older than every write that waits.
  assign behind = issued_q - ar_seq;
  assign rd_ok  = ar_valid && !behind[SeqW-1] && !rd_busy_q[ar_id] && beat_q == 2'd0;
  assign wr_ok  = aw_valid && full_valid && w_valid;
  assign merged = burst_full && ((aw_len == 8'd1 && !aw_addr[6]) || aw_len == 8'd3);

  always_comb begin
    op_o           = '0;
    op_o.bst_first = 1'b1;
    op_o.bst_last  = 1'b1;
    op_o.cmd_first = 1'b1;
    op_o.cmd_last  = 1'b1;
    if (rd_ok) begin
      op_o.src    = el_ls_eng_pkg::SrcRead;
      op_o.opcode = el_regs_pkg::LsOpLoad;
      op_o.id     = ar_id;
      op_o.beats  = ar_len[2:0] + 3'd1;
      unique case (ar_len)
        8'd0: begin
          op_o.bytes = (ar_size < 3'd2) ? 9'd4 : (9'd1 << ar_size);
          op_o.addr  = ar_addr & ~(40'(op_o.bytes) - 40'd1);
        end
        8'd1: begin
          op_o.bytes = ar_addr[6] ? 9'd256 : 9'd128;
          op_o.addr  = ar_addr & ~(40'(op_o.bytes) - 40'd1);
          op_o.skip  = ar_addr[6] ? ar_addr[7:6] : 2'd0;
        end
        default: begin
          op_o.bytes = 9'd256;
          op_o.addr  = {ar_addr[39:8], 8'b0};
          op_o.skip  = ar_addr[7:6];
        end
      endcase
    end else begin
      op_o.src       = el_ls_eng_pkg::SrcWrite;
      op_o.opcode    = el_regs_pkg::LsOpStore;
      op_o.id        = aw_id;
      op_o.beats     = aw_len[2:0] + 3'd1;
      op_o.merged    = merged;
      op_o.split     = !merged && aw_len != 8'd0;
      op_o.bst_first = beat_q == 2'd0;
      op_o.bst_last  = w_last;
      op_o.cmd_first = !merged || beat_q == 2'd0;
      op_o.cmd_last  = !merged || w_last;
      op_o.bytes     = merged ? ((aw_len == 8'd1) ? 9'd128 : 9'd256) : 9'd64;
      op_o.addr      = {aw_addr[39:8], merged ? aw_addr[7:6] : aw_addr[7:6] + beat_q, 6'b0};
    end
  end

  assign op_valid_o = rd_ok || wr_ok;
  assign op_fire    = op_valid_o && op_ready_i;
  assign ar_pop     = op_fire && rd_ok;
  assign w_pop      = op_fire && !rd_ok;
  assign aw_pop     = w_pop && w_last;
  assign full_pop   = aw_pop;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      rd_busy_q <= '0;
      full_q    <= 1'b1;
      aw_open_q <= '0;
      wl_open_q <= '0;
      arrived_q <= '0;
      issued_q  <= '0;
      beat_q    <= '0;
    end else begin
      if (rd_done_i) rd_busy_q[rd_done_id_i] <= 1'b0;
      if (ar_pop) rd_busy_q[ar_id] <= 1'b1;
      if (w_fire) full_q <= ap_wlast_i || (full_q && (&ap_wstrb_i));
      if (aw_fire != arrive) aw_open_q <= arrive ? aw_open_q - SeqW'(1) : aw_open_q + SeqW'(1);
      if ((w_fire && ap_wlast_i) != arrive) begin
        wl_open_q <= arrive ? wl_open_q - SeqW'(1) : wl_open_q + SeqW'(1);
      end
      if (arrive) arrived_q <= arrived_q + SeqW'(1);
      if (aw_pop) issued_q <= issued_q + SeqW'(1);
      if (w_pop) beat_q <= w_last ? 2'd0 : beat_q + 2'd1;
    end
  end

  assign busy_o = aw_valid || w_valid || ar_valid;

  logic unused_aw;
  assign unused_aw = ^{aw_addr[5:0]};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSUME(WriteBurstLength_A, !ap_awvalid_i || ap_awlen_i <= 8'd3)
  `EL_ASSUME(ReadBurstLength_A, !ap_arvalid_i || ap_arlen_i <= 8'd3)
  `EL_ASSUME(ReadStaysInBlock_A, !ap_arvalid_i || {6'b0, ap_araddr_i[7:6]} + ap_arlen_i <= 8'd3)
  `EL_ASSUME(WriteStaysInBlock_A, !ap_awvalid_i || {6'b0, ap_awaddr_i[7:6]} + ap_awlen_i <= 8'd3)
  `EL_ASSERT(LastMatchesLength_A, !w_pop || w_last == (8'(beat_q) == aw_len))
  `EL_ASSERT_NEXT(OperationHeld_A, op_valid_o && !op_ready_i && !rd_ok, op_valid_o)

endmodule : el_ls_aperture

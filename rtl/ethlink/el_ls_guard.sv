// SPDX-License-Identifier: Apache-2.0
//
// Stands between the aperture bus and the engine: a soft reset of the engine never leaves a bus
// access without its answer.
//
// Latency 0 cycles in both directions, throughput 1 beat a cycle; storage 256 read and 256 write
// ids. In reset new accesses wait, and each outstanding one ends with SLVERR, one id a cycle.
// Pins: docs/reference/endpoint-ports.md; contract: docs/reference/load-store.md, "Reset".

`include "el_assert.svh"

module el_ls_guard (
  input  logic          clk_i,
  input  logic          rst_i,        // pin: the bus is reset with us
  input  logic          core_rst_i,   // the engine is in reset, at least 16 cycles

  // Bus
  input  logic          ap_awvalid_i,
  output logic          ap_awready_o,
  input  logic [7:0]    ap_awid_i,
  input  logic          ap_wvalid_i,
  output logic          ap_wready_o,
  input  logic          ap_wlast_i,
  output logic          ap_bvalid_o,
  input  logic          ap_bready_i,
  output logic [7:0]    ap_bid_o,
  output logic [1:0]    ap_bresp_o,
  input  logic          ap_arvalid_i,
  output logic          ap_arready_o,
  input  logic [7:0]    ap_arid_i,
  input  logic [7:0]    ap_arlen_i,
  output logic          ap_rvalid_o,
  input  logic          ap_rready_i,
  output logic [7:0]    ap_rid_o,
  output logic [511:0]  ap_rdata_o,
  output logic [1:0]    ap_rresp_o,
  output logic          ap_rlast_o,

  // Engine; addresses, data and strobes go past
  output logic          eng_awvalid_o,
  input  logic          eng_awready_i,
  output logic          eng_wvalid_o,
  input  logic          eng_wready_i,
  input  logic          eng_bvalid_i,
  output logic          eng_bready_o,
  input  logic [7:0]    eng_bid_i,
  input  logic [1:0]    eng_bresp_i,
  output logic          eng_arvalid_o,
  input  logic          eng_arready_i,
  input  logic          eng_rvalid_i,
  output logic          eng_rready_o,
  input  logic [7:0]    eng_rid_i,
  input  logic [511:0]  eng_rdata_i,
  input  logic [1:0]    eng_rresp_i,
  input  logic          eng_rlast_i,

  output logic          busy_o
);

  localparam logic [1:0] RespSlvErr = 2'b10;
  localparam int unsigned CountW = 8;  // accesses of one id in flight

  typedef enum logic [1:0] {StPass, StData, StScan} state_e;
  state_e        state_q;
  logic          pass;               // the engine has the bus
  logic          hold_r_q, hold_b_q; // an answer was offered when the reset came
  logic [7:0]    hold_rid_q, hold_bid_q;
  logic [511:0]  hold_rdata_q;
  logic [1:0]    hold_rresp_q, hold_bresp_q;

  logic [CountW-1:0] writes_q [256]; // of each id, where wr_some_q
  logic [255:0]  rd_some_q, wr_some_q;
  logic [1:0]    beats_q [256];      // beats that the read of this id still owes, minus one
  logic [7:0]    data_owed_q;        // write bursts whose address came and whose last beat did not
  logic [7:0]    addr_owed_q;        // last beats that came before their address
  logic [7:0]    scan_q;
  logic          aw_fire, w_last_fire, ar_fire, r_fire, r_end, b_fire;
  logic          ar_full, aw_full, scan_r, scan_b, scan_next;

  // The engine keeps the order of reads of one id, so only one may be open where beats are counted.
  assign ar_full = rd_some_q[ap_arid_i];
  assign aw_full = wr_some_q[ap_awid_i] && writes_q[ap_awid_i] == '1;
  assign pass    = state_q == StPass;

  assign eng_awvalid_o = ap_awvalid_i && pass && !aw_full;
  assign eng_wvalid_o  = ap_wvalid_i && pass;
  assign eng_arvalid_o = ap_arvalid_i && pass && !ar_full;
  assign eng_bready_o  = ap_bready_i && pass;
  assign eng_rready_o  = ap_rready_i && pass;

  // In StData the rest of every write that began is taken and thrown away.
  assign ap_awready_o = pass ? (eng_awready_i && !aw_full)
                             : (state_q == StData && addr_owed_q != '0 && !aw_full);
  assign ap_wready_o  = pass ? eng_wready_i : (state_q == StData && data_owed_q != '0);
  assign ap_arready_o = pass && eng_arready_i && !ar_full;

  assign scan_b      = state_q == StScan && wr_some_q[scan_q];
  assign scan_r      = state_q == StScan && rd_some_q[scan_q];
  assign ap_bvalid_o = pass ? eng_bvalid_i : (hold_b_q || scan_b);
  assign ap_bid_o    = pass ? eng_bid_i : hold_b_q ? hold_bid_q : scan_q;
  assign ap_bresp_o  = pass ? eng_bresp_i : hold_b_q ? hold_bresp_q : RespSlvErr;
  assign ap_rvalid_o = pass ? eng_rvalid_i : (hold_r_q || scan_r);
  assign ap_rid_o    = pass ? eng_rid_i : hold_r_q ? hold_rid_q : scan_q;
  assign ap_rdata_o  = pass ? eng_rdata_i : hold_r_q ? hold_rdata_q : '1;
  assign ap_rresp_o  = pass ? eng_rresp_i : hold_r_q ? hold_rresp_q : RespSlvErr;
  assign ap_rlast_o  = pass ? eng_rlast_i : beats_q[ap_rid_o] == 2'd0;

  assign aw_fire     = ap_awvalid_i && ap_awready_o;
  assign w_last_fire = ap_wvalid_i && ap_wready_o && ap_wlast_i;
  assign ar_fire     = ap_arvalid_i && ap_arready_o;
  assign b_fire      = ap_bvalid_o && ap_bready_i;
  assign r_fire      = ap_rvalid_o && ap_rready_i;
  assign r_end       = r_fire && ap_rlast_o;
  assign scan_next   = state_q == StScan && !scan_r && !scan_b;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q     <= StPass;
      scan_q      <= '0;
      data_owed_q <= '0;
      addr_owed_q <= '0;
      hold_r_q    <= 1'b0;
      hold_b_q    <= 1'b0;
    end else begin
      hold_r_q <= pass ? (core_rst_i && eng_rvalid_i && !ap_rready_i) : (hold_r_q && !ap_rready_i);
      hold_b_q <= pass ? (core_rst_i && eng_bvalid_i && !ap_bready_i) : (hold_b_q && !ap_bready_i);
      unique case (state_q)
        StPass:  if (core_rst_i) state_q <= StData;
        // A bus may be slow to send the rest; the engine stays cut off until it came.
        StData:  if (data_owed_q == '0 && addr_owed_q == '0 && !hold_r_q && !hold_b_q) begin
          state_q <= StScan;
        end
        StScan:  if (scan_next) begin
          scan_q <= scan_q + 8'd1;
          if (&scan_q && !core_rst_i) state_q <= StPass;
        end
        default: state_q <= StPass;
      endcase
      if (aw_fire && !w_last_fire) begin
        if (addr_owed_q != '0) addr_owed_q <= addr_owed_q - 8'd1;
        else data_owed_q <= data_owed_q + 8'd1;
      end else if (w_last_fire && !aw_fire) begin
        if (data_owed_q != '0) data_owed_q <= data_owed_q - 8'd1;
        else addr_owed_q <= addr_owed_q + 8'd1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      rd_some_q <= '0;
      wr_some_q <= '0;
    end else begin
      if (ar_fire) rd_some_q[ap_arid_i] <= 1'b1;
      if (r_end) rd_some_q[ap_rid_o] <= 1'b0;
      if (aw_fire && !(b_fire && ap_bid_o == ap_awid_i)) begin
        wr_some_q[ap_awid_i] <= 1'b1;
      end
      if (b_fire && !(aw_fire && ap_bid_o == ap_awid_i)) begin
        wr_some_q[ap_bid_o] <= writes_q[ap_bid_o] != CountW'(1);
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (b_fire && !(aw_fire && ap_bid_o == ap_awid_i)) begin
      writes_q[ap_bid_o] <= writes_q[ap_bid_o] - CountW'(1);
    end
    if (aw_fire && !(b_fire && ap_bid_o == ap_awid_i)) begin
      writes_q[ap_awid_i] <= wr_some_q[ap_awid_i] ? writes_q[ap_awid_i] + CountW'(1) : CountW'(1);
    end
  end

  // A read's id is free before it is used again: the two writes are of different ids.
  always_ff @(posedge clk_i) begin
    if (r_fire) beats_q[ap_rid_o] <= beats_q[ap_rid_o] - 2'd1;
    if (ar_fire) beats_q[ap_arid_i] <= ap_arlen_i[1:0];
    if (pass && core_rst_i) begin
      hold_rid_q   <= eng_rid_i;
      hold_rdata_q <= eng_rdata_i;
      hold_rresp_q <= eng_rresp_i;
      hold_bid_q   <= eng_bid_i;
      hold_bresp_q <= eng_bresp_i;
    end
  end

  assign busy_o = state_q != StPass;

  logic unused_len;
  assign unused_len = ^ap_arlen_i[7:2];

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(AnswerWasAsked_A, !ap_rvalid_o || rd_some_q[ap_rid_o])
  `EL_ASSERT(ResponseWasAsked_A, !ap_bvalid_o || wr_some_q[ap_bid_o])
  `EL_ASSERT_NEXT(ReadHeld_A, ap_rvalid_o && !ap_rready_i, ap_rvalid_o)
  `EL_ASSERT_NEXT(ResponseHeld_A, ap_bvalid_o && !ap_bready_i, ap_bvalid_o)
  `EL_ASSERT(OneKindIsOwed_A, data_owed_q == '0 || addr_owed_q == '0)

endmodule : el_ls_guard

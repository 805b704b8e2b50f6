// SPDX-License-Identifier: Apache-2.0
//
// Fills ICRC and FCS into the beats of a frame and hands them to the MAC.
//
// Latency 3 cycles, throughput 1 beat a cycle, storage 4 beats.
// Stages: ICRC over the beat; insert it, FCS over the beat; insert it; skid buffer towards the MAC.
// A check value that straddles two beats is put in from the state that the earlier beat left.
// The ICRC of a bad frame is sent without its final inversion: no receiver accepts the frame.

`include "el_assert.svh"

module el_eth_tx_crc #(
  parameter  int unsigned DataW = 512,       // 256, 512 or 1024
  localparam int unsigned KeepW = DataW / 8
) (
  input  logic                      clk_i,
  input  logic                      rst_i,

  input  logic                      in_valid_i,
  output logic                      in_ready_o,
  input  logic [DataW-1:0]          in_data_i,
  input  el_eth_tx_pkg::beat_meta_t in_meta_i,

  // MAC client stream; comes from flops.
  output logic                      mac_tvalid_o,
  input  logic                      mac_tready_i,
  output logic [DataW-1:0]          mac_tdata_o,
  output logic [KeepW-1:0]          mac_tkeep_o,
  output logic                      mac_tlast_o,

  output logic                      busy_o        // a beat is in the pipeline
);

  localparam int unsigned MaxW = el_crc_pkg::MaxW;

  // Stage B: beat with its ICRC state. Stage C: beat with its FCS state.
  logic                      b_valid_q, c_valid_q;
  logic [DataW-1:0]          b_data_q, c_data_q;
  el_eth_tx_pkg::beat_meta_t b_meta_q;
  logic                      c_last_q;
  logic signed [el_eth_tx_pkg::PosW-1:0] c_fcs_at_q;
  logic [31:0]               icrc_q, fcs_q;
  logic                      b_ready, c_ready, out_ready;

  assign c_ready    = !c_valid_q || out_ready;
  assign b_ready    = !b_valid_q || c_ready;
  assign in_ready_o = b_ready;

  // ORs `value`, first byte in the low lane, into the zero lanes from `at` on.
  function automatic logic [DataW-1:0] insert(logic [DataW-1:0] data, logic [31:0] value,
                                              logic signed [el_eth_tx_pkg::PosW-1:0] at);
    logic [31:0] rest;
    if (at < 0) begin
      rest = value >> (8 * 32'(unsigned'(2'(-at))));
      return data | DataW'(rest);
    end
    return data | (DataW'(value) << (8 * 32'(at[7:0])));
  endfunction

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      b_valid_q <= 1'b0;
      c_valid_q <= 1'b0;
    end else begin
      if (b_ready) b_valid_q <= in_valid_i;
      if (c_ready) c_valid_q <= b_valid_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (in_valid_i && b_ready) begin
      b_data_q <= in_data_i;
      b_meta_q <= in_meta_i;
      if (in_meta_i.icrc.kind != el_pkg::IcrcNone) begin
        icrc_q <= el_crc_pkg::crc32(
            in_meta_i.first ? el_eth_pkg::icrc_init(in_meta_i.icrc) : icrc_q,
            el_eth_pkg::icrc_view(MaxW'(in_data_i), in_meta_i.icrc, in_meta_i.beat, DataW),
            el_eth_tx_pkg::bytes_before(in_meta_i.icrc_at, DataW), DataW);
      end
    end
    if (b_valid_q && c_ready) begin
      logic [DataW-1:0] data;
      data = b_data_q;
      if (b_meta_q.icrc.kind != el_pkg::IcrcNone &&
          el_eth_tx_pkg::touches(b_meta_q.icrc_at, DataW)) begin
        data = insert(data, b_meta_q.bad ? icrc_q : ~icrc_q, b_meta_q.icrc_at);
      end
      c_data_q   <= data;
      c_last_q   <= b_meta_q.last;
      c_fcs_at_q <= b_meta_q.fcs_at;
      fcs_q      <= el_crc_pkg::crc32(b_meta_q.first ? el_crc_pkg::Init : fcs_q, MaxW'(data),
                                      el_eth_tx_pkg::bytes_before(b_meta_q.fcs_at, DataW), DataW);
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Towards the MAC
  // ---------------------------------------------------------------------------------------------

  logic [7:0]       out_len;   // bytes of the beat
  logic [7:0]       mac_len;
  logic [DataW-1:0] out_data;

  always_comb begin
    out_len = 8'(KeepW);
    if (c_last_q) out_len = 8'(c_fcs_at_q + signed'(el_eth_tx_pkg::PosW'(4)));
    out_data = '0;
    if (c_valid_q) begin
      out_data = c_data_q;
      if (el_eth_tx_pkg::touches(c_fcs_at_q, DataW)) begin
        out_data = insert(c_data_q, ~fcs_q, c_fcs_at_q);
      end
    end
  end

  el_skid_buffer #(
    .Width(DataW + 9)
  ) u_out (
    .clk_i,
    .rst_i,
    .in_valid_i (c_valid_q),
    .in_ready_o (out_ready),
    .in_data_i  ({c_last_q, out_len, out_data}),
    .out_valid_o(mac_tvalid_o),
    .out_ready_i(mac_tready_i),
    .out_data_o ({mac_tlast_o, mac_len, mac_tdata_o})
  );

  function automatic logic [KeepW-1:0] keep(logic [7:0] len);
    logic [KeepW:0] one;
    one = (KeepW + 1)'(1);
    one = (one << len) - (KeepW + 1)'(1);
    return one[KeepW-1:0];
  endfunction
  assign mac_tkeep_o = keep(mac_len);

  assign busy_o = b_valid_q || c_valid_q || mac_tvalid_o;

  logic unused_beat;  // the beat number serves the ICRC view only
  assign unused_beat = ^b_meta_q.beat;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(LengthInRange_A, !c_valid_q || (out_len != '0 && 32'(out_len) <= KeepW))
  `EL_ASSERT_NEXT(MacHeldWhenStalled_A, mac_tvalid_o && !mac_tready_i,
                  mac_tvalid_o && mac_tdata_o == $past(mac_tdata_o))

endmodule : el_eth_tx_crc

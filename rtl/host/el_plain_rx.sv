// SPDX-License-Identifier: Apache-2.0
//
// Plain receive: writes frames into the buffers of the receive ring.
//
// Latency: header to write request 2 cycles; throughput 1 beat a cycle and 4 cycles a frame;
// storage none. A frame that finds no descriptor is dropped; one that is longer than its buffer is
// cut; both are counted as drops.
// Contract: docs/reference/host-interface.md, "Plain rings".

`include "el_assert.svh"

module el_plain_rx #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  DataW = Cfg.DataW
) (
  input  logic                 clk_i,
  input  logic                 rst_i,

  // Ring
  input  logic                 stop_i,       // descriptors are forgotten, frames dropped
  input  logic                 none_i,       // no descriptor is there and none is to come
  input  logic                 desc_valid_i,
  output logic                 desc_ready_o,
  input  logic [127:0]         desc_i,
  input  logic                 desc_err_i,

  // Ethernet layer
  input  logic                 rx_hdr_valid_i,
  output logic                 rx_hdr_ready_o,
  input  logic [el_pkg::FrameLenW-1:0] rx_len_i,  // bytes of the frame, all on the payload stream
  input  logic                 rx_pay_valid_i,
  output logic                 rx_pay_ready_o,
  input  logic [DataW-1:0]     rx_pay_data_i,
  input  logic                 rx_pay_last_i,

  // DMA writes of the frame
  output logic                 wr_valid_o,
  input  logic                 wr_ready_i,
  output el_pkg::dma_wr_req_t  wr_o,
  output logic                 wr_data_valid_o,
  input  logic                 wr_data_ready_i,
  output logic [DataW-1:0]     wr_data_o,
  output logic                 wr_data_last_o,

  // A descriptor is done, in ring order
  output logic                 done_valid_o,
  input  logic                 done_ready_i,
  output logic [15:0]          done_length_o,
  output logic [15:0]          done_used_o,
  output logic                 done_bad_o,

  output logic                 dropped_o,    // pulse: a frame got no descriptor
  output logic                 idle_o,
  output logic                 busy_o
);

  localparam int unsigned Bytes    = DataW / 8;
  localparam int unsigned LenW     = el_pkg::FrameLenW;
  localparam int unsigned MaxWrite = 4096;

  typedef enum logic [1:0] { StIdle, StWrite, StSkip, StDone } state_e;

  state_e                   state_q;
  el_regs_pkg::plain_desc_t desc;
  logic [15:0]              length_q;
  logic [LenW-1:0]          frame_q;      // bytes of the frame
  logic [LenW-1:0]          keep_q;       // bytes to write that have no request yet
  logic [el_pkg::DmaLenW-1:0] write_q;    // bytes of the write that were not taken
  logic [63:0]              addr_q;
  logic [LenW-1:0]          keep, piece;
  logic                     take, drop, ask, beat, last, done_q, unused_desc;

  assign desc           = desc_i;
  assign unused_desc    = ^desc;
  assign take           = state_q == StIdle && rx_hdr_valid_i && desc_valid_i && !stop_i;
  assign drop           = state_q == StIdle && rx_hdr_valid_i && !desc_valid_i &&
                          (none_i || stop_i);
  assign rx_hdr_ready_o = take || drop;
  // A ring that stops is emptied here.
  assign desc_ready_o   = take || (stop_i && state_q == StIdle);
  assign keep           = desc_err_i ? '0
                          : (16'(rx_len_i) > desc.length) ? desc.length[LenW-1:0] : rx_len_i;

  assign piece = (keep_q > LenW'(MaxWrite)) ? LenW'(MaxWrite) : keep_q;
  assign ask   = state_q == StWrite && keep_q != '0 && write_q == '0 && !wr_valid_o;
  assign beat  = rx_pay_valid_i && rx_pay_ready_o;
  assign last  = beat && rx_pay_last_i;

  assign wr_data_valid_o = state_q == StWrite && write_q != '0 && rx_pay_valid_i;
  assign wr_data_o       = rx_pay_data_i;
  assign wr_data_last_o  = write_q <= el_pkg::DmaLenW'(Bytes);
  assign rx_pay_ready_o  = (state_q == StWrite && write_q != '0 && wr_data_ready_i) ||
                           state_q == StSkip;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q    <= StIdle;
      wr_valid_o <= 1'b0;
      dropped_o  <= 1'b0;
    end else begin
      dropped_o <= drop;
      if (ask) wr_valid_o <= 1'b1;
      else if (wr_ready_i) wr_valid_o <= 1'b0;
      unique case (state_q)
        StIdle: begin
          if (take) state_q <= (keep == '0) ? StSkip : StWrite;
          else if (drop) state_q <= StSkip;
        end
        StWrite: begin
          if (last) state_q <= StDone;
          else if (beat && wr_data_last_o && keep_q == '0) state_q <= StSkip;
        end
        StSkip: if (last) state_q <= done_q ? StDone : StIdle;
        default: if (done_ready_i) state_q <= StIdle;  // StDone
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (take || drop) begin
      frame_q  <= rx_len_i;
      length_q <= desc_err_i ? '0 : desc.length;
      addr_q   <= desc.addr;
      keep_q   <= keep;
      write_q  <= '0;
      done_q   <= take;
    end
    if (ask) begin
      wr_o.addr  <= addr_q;
      wr_o.len   <= el_pkg::DmaLenW'(piece);
      wr_o.track <= 1'b1;
      addr_q     <= addr_q + 64'(MaxWrite);
      keep_q     <= keep_q - piece;
      write_q    <= el_pkg::DmaLenW'(piece);
    end else if (state_q == StWrite && beat) begin
      write_q <= wr_data_last_o ? '0 : write_q - el_pkg::DmaLenW'(Bytes);
    end
  end

  assign done_valid_o  = state_q == StDone;
  assign done_length_o = length_q;
  assign done_used_o   = 16'(frame_q);
  assign done_bad_o    = 16'(frame_q) > length_q;
  assign idle_o        = state_q == StIdle && !wr_valid_o;
  assign busy_o        = !idle_o || dropped_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSUME(FrameHasBytes_A, !rx_hdr_valid_i || rx_len_i != '0)
  `EL_ASSERT(WriteEndsInFrame_A, !(last && state_q == StWrite) || (wr_data_last_o && keep_q == '0))
  `EL_ASSERT_NEXT(RequestHeld_A, wr_valid_o && !wr_ready_i,
                  wr_valid_o && wr_o == $past(wr_o))

endmodule : el_plain_rx

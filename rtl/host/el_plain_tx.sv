// SPDX-License-Identifier: Apache-2.0
//
// Plain transmit: reads whole frames into a buffer, sends them, writes their descriptors back.
//
// Latency: descriptor to header a DMA read of the whole frame; throughput 1 beat a cycle, the next
// frame is read while one is sent; storage 8 KiB.
// A frame is sent only when all of it could be read: a failed read never cuts a frame on the wire.
// Contract: docs/reference/host-interface.md, "Plain rings".

`include "el_assert.svh"

module el_plain_tx #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  DataW = Cfg.DataW
) (
  input  logic                clk_i,
  input  logic                rst_i,

  // Ring
  input  logic                stop_i,      // descriptors are forgotten and not written back
  input  logic                desc_valid_i,
  output logic                desc_ready_o,
  input  logic [127:0]        desc_i,
  input  logic                desc_err_i,

  // DMA read of the frame, request from flops; responses are always taken
  output logic                rd_valid_o,
  input  logic                rd_ready_i,
  output el_pkg::dma_rd_req_t rd_o,
  input  logic                rsp_valid_i,
  input  logic [DataW-1:0]    rsp_data_i,
  input  logic                rsp_last_i,
  input  logic                rsp_err_i,

  // Ethernet layer
  output logic                hdr_valid_o,
  input  logic                hdr_ready_i,
  output el_pkg::tx_hdr_t     hdr_o,
  output logic                pay_valid_o,
  input  logic                pay_ready_i,
  output logic [DataW-1:0]    pay_data_o,
  output logic                pay_last_o,

  // A descriptor is done, in ring order
  output logic                done_valid_o,
  input  logic                done_ready_i,
  output logic [15:0]         done_length_o,
  output logic                done_bad_o,

  output logic                idle_o,
  output logic                busy_o
);

  localparam int unsigned Bytes    = DataW / 8;
  localparam int unsigned OffW     = $clog2(Bytes);
  localparam int unsigned HdrLen   = 32;              // bytes that travel with the header
  localparam int unsigned Depth    = 8192 / Bytes;    // beats buffered
  localparam int unsigned BeatW    = $clog2(Depth) + 1;
  localparam int unsigned LenW     = el_pkg::FrameLenW;
  localparam int unsigned MaxRead  = 4096;

  typedef struct packed {
    logic [15:0]      length;
    logic [BeatW-1:0] beats;
    logic             good;
  } frame_t;

  // Beats in the buffer: one for the header's bytes, and those of the payload.
  function automatic logic [BeatW-1:0] beats_of(logic [LenW-1:0] length);
    logic [LenW-1:0] payload;
    payload = (length > LenW'(HdrLen)) ? length - LenW'(HdrLen) : '0;
    return BeatW'((payload + LenW'(Bytes - 1)) >> OffW) + BeatW'(1);
  endfunction

  // ---------------------------------------------------------------------------------------------
  // Read side: one frame at a time
  // ---------------------------------------------------------------------------------------------

  typedef enum logic [1:0] { RdIdle, RdSpace, RdData, RdDone } rd_state_e;

  rd_state_e            rd_q;
  el_regs_pkg::plain_desc_t desc;
  frame_t               frame_q;
  logic [63:0]          addr_q;
  logic [LenW-1:0]      left_q, piece;
  logic [1:0]           open_q;       // reads without their last beat
  logic                 take, length_good, ask, room, frame_ready, first_q, unused_desc;
  logic [BeatW-1:0]     held;

  assign desc         = desc_i;
  assign unused_desc  = ^desc;
  assign desc_ready_o = rd_q == RdIdle;
  assign take         = desc_valid_i && desc_ready_o && !stop_i;
  assign length_good  = !desc_err_i && desc.length >= 16'd14 &&
                        desc.length <= 16'(el_pkg::MaxFrame);
  assign room         = held + frame_q.beats <= BeatW'(Depth);
  assign piece        = first_q ? ((left_q > LenW'(HdrLen)) ? LenW'(HdrLen) : left_q)
                                : ((left_q > LenW'(MaxRead)) ? LenW'(MaxRead) : left_q);
  assign ask          = rd_q == RdData && left_q != '0 && (!rd_valid_o || rd_ready_i);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      rd_q       <= RdIdle;
      rd_valid_o <= 1'b0;
      open_q     <= '0;
    end else begin
      unique case (rd_q)
        RdIdle: if (take) rd_q <= length_good ? RdSpace : RdDone;
        RdSpace: if (room) rd_q <= RdData;
        RdData: if (left_q == '0 && open_q == '0) rd_q <= RdDone;
        default: if (frame_ready) rd_q <= RdIdle;  // RdDone
      endcase
      if (ask) rd_valid_o <= 1'b1;
      else if (rd_ready_i) rd_valid_o <= 1'b0;
      open_q <= open_q + 2'(ask) - 2'(rsp_valid_i && rsp_last_i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (take) begin
      frame_q.length <= desc_err_i ? '0 : desc.length;
      frame_q.beats  <= length_good ? beats_of(desc.length[LenW-1:0]) : '0;
      frame_q.good   <= length_good;
      addr_q         <= desc.addr;
      left_q         <= desc.length[LenW-1:0];
      first_q        <= 1'b1;
    end
    if (ask) begin
      rd_o.addr <= addr_q;
      rd_o.len  <= el_pkg::DmaLenW'(piece);
      rd_o.user <= '0;
      addr_q    <= addr_q + 64'(piece);
      left_q    <= left_q - piece;
      first_q   <= 1'b0;
    end
    if (rsp_valid_i && rsp_err_i) frame_q.good <= 1'b0;
  end

  // ---------------------------------------------------------------------------------------------
  // Buffers
  // ---------------------------------------------------------------------------------------------

  frame_t           frame;
  logic             frame_valid, frame_pop, beat_valid, beat_ready, beat_in_ready;
  logic [DataW-1:0] beat;
  logic [2:0]       frames;

  el_fifo #(
    .Width($bits(frame_t)),
    .Depth(4)
  ) u_frames (
    .clk_i,
    .rst_i,
    .in_valid_i (rd_q == RdDone),
    .in_ready_o (frame_ready),
    .in_data_i  (frame_q),
    .out_valid_o(frame_valid),
    .out_ready_i(frame_pop),
    .out_data_o (frame),
    .count_o    (frames)
  );

  el_fifo_ram #(
    .Width(DataW),
    .Depth(Depth)
  ) u_beats (
    .clk_i,
    .rst_i,
    .in_valid_i (rsp_valid_i),
    .in_ready_o (beat_in_ready),
    .in_data_i  (rsp_data_i),
    .out_valid_o(beat_valid),
    .out_ready_i(beat_ready),
    .out_data_o (beat),
    .count_o    (held)
  );

  // ---------------------------------------------------------------------------------------------
  // Send side
  // ---------------------------------------------------------------------------------------------

  typedef enum logic [1:0] { TxIdle, TxSend, TxDrop, TxDone } tx_state_e;

  tx_state_e        tx_q;
  logic [BeatW-1:0] beats_q;  // of the frame, still in the buffer
  logic             begins, sent;

  function automatic logic [7:0] header_len(logic [15:0] length);
    return (length > 16'(HdrLen)) ? 8'(HdrLen) : length[7:0];
  endfunction

  // The first beat holds the header's bytes.
  assign begins     = tx_q == TxIdle && frame_valid && frame.good && beat_valid;
  assign pay_valid_o = tx_q == TxSend && beats_q != '0 && beat_valid;
  assign pay_last_o  = beats_q == BeatW'(1);
  assign pay_data_o  = beat;
  assign beat_ready  = begins || (tx_q == TxSend && beats_q != '0 && pay_ready_i) ||
                       (tx_q == TxDrop && beats_q != '0);
  assign sent        = tx_q == TxSend && beats_q == '0 && (!hdr_valid_o || hdr_ready_i);
  assign frame_pop   = done_valid_o && done_ready_i;

  assign done_valid_o  = tx_q == TxDone;
  assign done_length_o = frame.length;
  assign done_bad_o    = !frame.good;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      tx_q        <= TxIdle;
      hdr_valid_o <= 1'b0;
    end else begin
      if (begins) hdr_valid_o <= 1'b1;
      else if (hdr_ready_i) hdr_valid_o <= 1'b0;
      unique case (tx_q)
        TxIdle: begin
          if (begins) tx_q <= TxSend;
          else if (frame_valid && !frame.good) tx_q <= TxDrop;
        end
        TxSend: if (sent) tx_q <= TxDone;
        TxDrop: if (beats_q == '0) tx_q <= TxDone;
        default: if (done_ready_i) tx_q <= TxIdle;  // TxDone
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (tx_q == TxIdle && frame_valid) begin
      beats_q <= frame.beats - BeatW'(begins);
    end else if (beat_valid && beat_ready) begin
      beats_q <= beats_q - BeatW'(1);
    end
    if (begins) begin
      hdr_o             <= '0;
      hdr_o.data        <= el_pkg::HdrW'(beat[8*HdrLen-1:0]);
      hdr_o.len         <= header_len(frame.length);
      hdr_o.payload_len <= LenW'(frame.length) - LenW'(header_len(frame.length));
      hdr_o.icrc        <= el_pkg::IcrcNone;
    end
  end

  assign idle_o = rd_q == RdIdle && frames == '0 && tx_q == TxIdle && !rd_valid_o;
  assign busy_o = !idle_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(RoomWasReserved_A, !rsp_valid_i || beat_in_ready)
  `EL_ASSERT_NEXT(HdrHeld_A, hdr_valid_o && !hdr_ready_i,
                  hdr_valid_o && hdr_o == $past(hdr_o))
  `EL_ASSERT_NEXT(PayHeld_A, pay_valid_o && !pay_ready_i,
                  pay_valid_o && pay_data_o == $past(pay_data_o))

endmodule : el_plain_tx

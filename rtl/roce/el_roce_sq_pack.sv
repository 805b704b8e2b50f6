// SPDX-License-Identifier: Apache-2.0
//
// Packs pieces of any length into one stream of full beats a packet, pad bytes included as zeros.
//
// Latency 1 cycle, throughput 1 beat a cycle; storage Depth beats.
// The verdict on a packet's first beat is given before anything of it can leave: a packet whose
// bytes could not be read is thrown away whole. When bytes fail later, the header may have left:
// they are sent as zeros and the last beat is marked, so that the transmitter spoils the frame and
// no peer accepts it. The packet is reported, and nothing of its queue pair follows it.

`include "el_assert.svh"

module el_roce_sq_pack #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  parameter  int unsigned  Depth = 8,                   // beats, power of two
  localparam int unsigned  DataW = Cfg.DataW,
  localparam int unsigned  QpW   = $clog2(Cfg.Qps)
) (
  input  logic                             clk_i,
  input  logic                             rst_i,

  input  logic                             seg_valid_i,
  output logic                             seg_ready_o,
  input  el_roce_sq_pkg::seg_t             seg_i,

  input  logic                             rsp_valid_i,
  output logic                             rsp_ready_o,
  input  logic [DataW-1:0]                 rsp_data_i,
  input  logic                             rsp_err_i,
  input  logic [el_roce_sq_pkg::UnitW-1:0] inline_data_i,
  output logic                             inline_pop_o,

  // Packets: the first beat is there (or all was thrown away), and the last beat is there
  output logic                             first_valid_o,
  output logic                             first_bad_o,
  input  logic                             first_pop_i,
  output logic                             end_valid_o,
  output logic                             end_bad_o,
  input  logic                             end_pop_i,
  output logic                             die_o,
  output logic                             die_resp_o,     // a packet of the responder
  output logic [QpW-1:0]                   die_qpn_o,
  output logic [15:0]                      die_epoch_o,
  output el_roce_pkg::psn_t                die_psn_o,

  output logic                             pay_valid_o,
  input  logic                             pay_ready_i,
  output logic [DataW-1:0]                 pay_data_o,
  output logic                             pay_last_o,
  output logic                             pay_bad_o,    // with the last beat: bytes are missing

  output logic                             busy_o
);

  localparam int unsigned Bytes     = DataW / 8;
  localparam int unsigned OffW      = $clog2(Bytes);
  localparam int unsigned PtrW      = $clog2(Depth);
  localparam int unsigned UnitBytes = el_roce_sq_pkg::UnitW / 8;
  localparam int unsigned Lane      = (Bytes < UnitBytes) ? Bytes : UnitBytes;  // of inline, a beat

  typedef logic [DataW-1:0] beat_t;

  // ---------------------------------------------------------------------------------------------
  // Input beats
  // ---------------------------------------------------------------------------------------------

  logic          is_read, is_drop, src_valid, take, seg_end, pk_end, room;
  logic [12:0]   gone_q, left;          // bytes of the segment behind us and to come
  logic [2:0]    unit_q;                // OpDrop: units thrown away
  logic [OffW:0] n, fill_q;             // bytes of this beat; bytes that wait
  logic [OffW+1:0] total;
  logic          full, flush_q, bad_q, bad, lost_q, started_q, push, push_last, spill;
  beat_t         rest_q;

  assign is_read   = seg_i.kind == el_roce_sq_pkg::OpSge;
  assign is_drop   = seg_i.kind == el_roce_sq_pkg::OpDrop;
  assign src_valid = seg_valid_i && (!is_read || rsp_valid_i);
  assign left      = seg_i.len - gone_q;
  assign n         = is_read ? ((left >= 13'(Bytes)) ? (OffW+1)'(Bytes) : left[OffW:0])
                             : ((left >= 13'(Lane)) ? (OffW+1)'(Lane) : left[OffW:0]);
  assign seg_end   = is_drop ? unit_q + 3'd1 >= seg_i.units : left == 13'(n);
  assign pk_end    = seg_end && seg_i.last && !is_drop;
  assign total     = {1'b0, fill_q} + {1'b0, n};
  assign full      = total >= (OffW+2)'(Bytes);
  assign bad       = bad_q || (is_read && rsp_err_i);
  assign spill     = pk_end && total > (OffW+2)'(Bytes);

  assign take        = src_valid && !flush_q && room;
  assign seg_ready_o = (!is_read || rsp_valid_i) && !flush_q && room && seg_end;
  assign rsp_ready_o = seg_valid_i && is_read && !flush_q && room;
  // An inline unit is done with its last bytes: in halves when the bus is narrower.
  assign inline_pop_o = take && !is_read &&
                        (is_drop || seg_end || Bytes >= UnitBytes || gone_q[5:0] + 6'(Lane) == '0);

  // ---------------------------------------------------------------------------------------------
  // Output beats
  // ---------------------------------------------------------------------------------------------

  logic first_push, first_room, end_push, end_room, end_bad, lose;

  assign lose       = take && !is_drop && (full || pk_end) && !started_q && !lost_q && bad;
  assign push       = (take && !is_drop && (full || pk_end) && !lost_q && !lose) || flush_q;
  assign push_last  = flush_q || (pk_end && !spill);
  assign first_push = (push && !started_q) || lose;
  assign end_push   = push && push_last;
  assign end_bad    = flush_q ? bad_q : bad;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      gone_q    <= '0;
      unit_q    <= '0;
      fill_q    <= '0;
      flush_q   <= 1'b0;
      bad_q     <= 1'b0;
      lost_q    <= 1'b0;
      started_q <= 1'b0;
    end else if (flush_q) begin
      if (room) begin
        flush_q   <= 1'b0;
        fill_q    <= '0;
        bad_q     <= 1'b0;
        started_q <= 1'b0;
      end
    end else if (take && is_drop) begin
      unit_q <= seg_end ? '0 : unit_q + 3'd1;
    end else if (take) begin
      gone_q <= seg_end ? '0 : gone_q + 13'(n);
      if (pk_end && !(spill && !lost_q && !lose)) begin
        fill_q    <= '0;
        bad_q     <= 1'b0;
        lost_q    <= 1'b0;
        started_q <= 1'b0;
      end else begin
        fill_q    <= full ? (OffW+1)'(total - (OffW+2)'(Bytes)) : (OffW+1)'(total);
        bad_q     <= bad;
        lost_q    <= lost_q || lose;
        started_q <= started_q || push;
        flush_q   <= spill;
      end
    end
  end

  // Bytes of the beat that comes: those of the segment only, zeros where memory failed.
  function automatic beat_t source(logic read, logic err, logic [OffW:0] count, beat_t data,
                                   logic [el_roce_sq_pkg::UnitW-1:0] unit, logic half);
    beat_t                            b;
    logic [el_roce_sq_pkg::UnitW-1:0] u;
    u = half ? (unit >> (8 * Lane)) : unit;
    b = read ? data : DataW'(u);
    if (read && err) b = '0;
    if (!read) b = b & ~({DataW{1'b1}} << {count, 3'b0});
    return b;
  endfunction

  function automatic logic [2*DataW-1:0] joined(beat_t rest, logic [OffW:0] fill, beat_t data);
    return (2*DataW)'(rest) | ((2*DataW)'(data) << {fill, 3'b0});
  endfunction

  beat_t           mem_q [Depth];
  logic [Depth-1:0] last_q, spoilt_q;
  logic [PtrW:0]   wptr_q, rptr_q;

  assign room = (wptr_q - rptr_q) != (PtrW+1)'(Depth) && first_room && end_room;

  always_ff @(posedge clk_i) begin
    automatic logic [2*DataW-1:0] both;
    if (flush_q) begin
      if (room) begin
        mem_q[wptr_q[PtrW-1:0]] <= rest_q;
        rest_q                  <= '0;
      end
    end else if (take && !is_drop) begin
      both = joined(rest_q, fill_q,
                    source(is_read, rsp_err_i, n, rsp_data_i, inline_data_i,
                           Bytes < UnitBytes && gone_q[5]));
      if (push) mem_q[wptr_q[PtrW-1:0]] <= both[DataW-1:0];
      if (pk_end && !spill) rest_q <= '0;
      else rest_q <= full ? both[2*DataW-1:DataW] : both[DataW-1:0];
      if (pk_end && (lost_q || lose)) rest_q <= '0;
    end
    if (rst_i) rest_q <= '0;
    if (push && room) begin
      last_q[wptr_q[PtrW-1:0]]   <= push_last;
      spoilt_q[wptr_q[PtrW-1:0]] <= push_last && end_bad;
    end
    if (rst_i) begin
      wptr_q <= '0;
      rptr_q <= '0;
    end else begin
      if (push && room) wptr_q <= wptr_q + (PtrW+1)'(1);
      if (pay_valid_o && pay_ready_i) rptr_q <= rptr_q + (PtrW+1)'(1);
    end
  end

  assign pay_valid_o = wptr_q != rptr_q;
  assign pay_data_o  = mem_q[rptr_q[PtrW-1:0]];
  assign pay_last_o  = last_q[rptr_q[PtrW-1:0]];
  assign pay_bad_o   = spoilt_q[rptr_q[PtrW-1:0]];

  // ---------------------------------------------------------------------------------------------
  // Verdicts
  // ---------------------------------------------------------------------------------------------

  el_fifo #(
    .Width(1),
    .Depth(16)
  ) u_first (
    .clk_i,
    .rst_i,
    .in_valid_i (first_push && room),
    .in_ready_o (first_room),
    .in_data_i  (lose),
    .out_valid_o(first_valid_o),
    .out_ready_i(first_pop_i),
    .out_data_o (first_bad_o),
    .count_o    ()
  );

  el_fifo #(
    .Width(1),
    .Depth(16)
  ) u_end (
    .clk_i,
    .rst_i,
    .in_valid_i (end_push && room),
    .in_ready_o (end_room),
    .in_data_i  (end_bad),
    .out_valid_o(end_valid_o),
    .out_ready_i(end_pop_i),
    .out_data_o (end_bad_o),
    .count_o    ()
  );

  assign die_o       = take && is_read && rsp_err_i;
  assign die_resp_o  = seg_i.resp;
  assign die_qpn_o   = seg_i.qpn[QpW-1:0];
  assign die_epoch_o = seg_i.epoch;
  assign die_psn_o   = seg_i.psn;

  assign busy_o = src_valid || flush_q || pay_valid_o || first_valid_o || end_valid_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(FillInRange_A, fill_q < (OffW+1)'(Bytes) || flush_q)
  `EL_ASSERT(FlushHasBytes_A, !flush_q || fill_q != '0)
  `EL_ASSERT(MarkComesLast_A, !pay_valid_o || !pay_bad_o || pay_last_o)

endmodule : el_roce_sq_pack

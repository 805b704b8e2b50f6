// SPDX-License-Identifier: Apache-2.0
//
// Moves payload into memory: cuts the stream of a packet into DMA writes and realigns each of them.
//
// Latency 1 cycle, throughput 1 beat a cycle (one more a piece that does not end on a beat, and one
// more a datagram), storage two beats. `done` pulses when the last byte of a packet was accepted by
// the DMA engine.

`include "el_assert.svh"

module el_roce_resp_move #(
  parameter int unsigned DataW = 512  // bits of a beat, a power of two
) (
  input  logic                    clk_i,
  input  logic                    rst_i,

  // Orders of el_roce_resp_place.
  input  logic                    seg_valid_i,
  output logic                    seg_ready_o,
  input  el_roce_resp_pkg::seg_t  seg_i,

  // Payload from the Ethernet layer, packet by packet.
  input  logic                    pay_valid_i,
  output logic                    pay_ready_o,
  input  logic [DataW-1:0]        pay_data_i,
  input  logic                    pay_last_i,

  // Bytes in front of the payload of each datagram, there before its order.
  input  logic                    grh_valid_i,
  output logic                    grh_ready_o,
  input  logic [319:0]            grh_i,

  // DMA write client; outputs come from flops.
  output logic                    wr_valid_o,
  input  logic                    wr_ready_i,
  output el_pkg::dma_wr_req_t     wr_o,
  output logic                    wr_data_valid_o,
  input  logic                    wr_data_ready_i,
  output logic [DataW-1:0]        wr_data_o,
  output logic                    wr_data_last_o,

  output logic                    done_o,
  output logic                    busy_o
);

  localparam int unsigned Bytes = DataW / 8;
  localparam int unsigned CntW  = $clog2(Bytes) + 1;
  localparam int unsigned GrhBytes = 40;
  localparam int unsigned KeepW = (DataW < GrhBytes * 8) ? GrhBytes * 8 : DataW;

  logic             started_q;     // the request of the order was made
  logic [12:0]      rem_q;         // bytes of the order to come
  logic [CntW-1:0]  res_cnt_q;     // bytes of the payload that were taken and not written
  logic             pay_done_q;    // the last beat of the packet was taken
  logic             drain_q;       // all is written: the rest of the payload is thrown away
  logic             grh_q;         // the bytes in front of this packet were taken
  logic [KeepW-1:0] res_q;
  logic             wr_valid_q, out_valid_q, out_data_q, out_last_q, out_done_q;
  logic [DataW-1:0] out_q;
  el_pkg::dma_wr_req_t wr_q;

  logic [12:0]      cur_rem;
  logic [CntW-1:0]  n;
  logic             in_valid, in_last;  // payload from the stream, or the value of the order
  logic             writing, need_in, out_free, wr_free, fire_wr, fire_drop, seg_end, ended;
  logic             pay_over, take, go, grh_take;

  assign in_valid = pay_valid_i || seg_i.inject;
  assign in_last  = pay_last_i || seg_i.inject;
  // They become bytes that were taken and not written.
  assign grh_ready_o = seg_valid_i && seg_i.grh && !grh_q;
  assign grh_take    = grh_ready_o && grh_valid_i;
  assign go          = seg_valid_i && (!seg_i.grh || grh_q);
  assign writing     = go && seg_i.write && !drain_q;
  assign cur_rem  = started_q ? rem_q : seg_i.len;
  assign n        = (cur_rem >= 13'(Bytes)) ? CntW'(Bytes) : cur_rem[CntW-1:0];
  assign need_in  = res_cnt_q < n;
  assign out_free = !out_valid_q || !out_data_q || wr_data_ready_i;
  assign wr_free  = !wr_valid_q || wr_ready_i;
  assign seg_end  = cur_rem <= 13'(Bytes);

  // One beat to memory: the bytes must be here, and a new order needs room for its request.
  assign fire_wr = writing && out_free && (started_q || wr_free) && (!need_in || in_valid);

  // Nothing (more) to write: throw away what is left of the payload, then report the packet.
  assign fire_drop = go && !writing && out_free &&
                     (!seg_i.payload || pay_done_q || in_valid);

  assign take        = (fire_wr && need_in) || (fire_drop && seg_i.payload && !pay_done_q);
  assign pay_ready_o = take && !seg_i.inject;
  assign pay_over    = pay_done_q || (take && in_last) || !seg_i.payload;

  // The packet ends with this beat when its last order and its payload do.
  assign ended       = seg_i.last && pay_over && ((fire_wr && seg_end) || fire_drop);
  assign seg_ready_o = (fire_wr && seg_end && !seg_i.last) || ended;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      started_q   <= 1'b0;
      res_cnt_q   <= '0;
      pay_done_q  <= 1'b0;
      drain_q     <= 1'b0;
      grh_q       <= 1'b0;
      wr_valid_q  <= 1'b0;
      out_valid_q <= 1'b0;
    end else begin
      if (wr_free) wr_valid_q <= fire_wr && !started_q;
      if (out_free) out_valid_q <= fire_wr || (fire_drop && ended);
      if (fire_wr) begin
        started_q <= !seg_end;
        res_cnt_q <= need_in ? res_cnt_q + CntW'(Bytes) - n : res_cnt_q - n;
      end
      if (grh_take) begin
        grh_q     <= 1'b1;
        res_cnt_q <= CntW'(GrhBytes);
      end
      if (take && in_last) pay_done_q <= 1'b1;
      if (fire_wr && seg_end && seg_i.last && !pay_over) drain_q <= 1'b1;
      if (ended) begin
        drain_q    <= 1'b0;
        grh_q      <= 1'b0;
        pay_done_q <= 1'b0;
        res_cnt_q  <= '0;
      end
    end
  end

  function automatic logic [DataW-1:0] low_bytes(logic [DataW-1:0] beat, logic [CntW-1:0] cnt);
    return beat & ~({DataW{1'b1}} << (32'(cnt) * 8));
  endfunction

  // Bytes that were kept, with the next beat behind them; what is beyond the kept ones is left over
  // from an earlier packet.
  function automatic logic [2*DataW-1:0] join_bytes(logic [DataW-1:0] kept, logic [CntW-1:0] cnt,
                                                    logic [DataW-1:0] beat);
    return (2*DataW)'(low_bytes(kept, cnt)) | ((2*DataW)'(beat) << (32'(cnt) * 8));
  endfunction

  always_ff @(posedge clk_i) begin
    automatic logic [2*DataW-1:0] all;
    automatic logic [DataW-1:0]   in;
    if (fire_wr) begin
      rem_q      <= cur_rem - 13'(n);
      out_last_q <= seg_end;
      if (!started_q) begin
        wr_q.addr  <= seg_i.addr;
        wr_q.len   <= seg_i.len;
        wr_q.track <= 1'b1;  // a READ may have to wait for it
      end
      if (res_cnt_q == '0 && n == CntW'(Bytes)) begin
        out_q <= pay_data_i;  // the common case: aligned, a full beat
      end else begin
        in    = seg_i.inject ? DataW'(seg_i.value) : pay_data_i;
        all   = need_in ? join_bytes(res_q[DataW-1:0], res_cnt_q, in) : (2*DataW)'(res_q);
        out_q <= low_bytes(all[DataW-1:0], n);
        all   = all >> (32'(n) * 8);
        res_q <= all[KeepW-1:0];
      end
    end
    if (grh_take) res_q <= KeepW'(grh_i);
    if (out_free) begin
      out_data_q <= fire_wr;
      out_done_q <= ended;
    end
  end

  assign wr_valid_o      = wr_valid_q;
  assign wr_o            = wr_q;
  assign wr_data_valid_o = out_valid_q && out_data_q;
  assign wr_data_o       = out_q;
  assign wr_data_last_o  = out_last_q;
  assign done_o          = out_valid_q && out_done_q && out_free;
  assign busy_o          = seg_valid_i || wr_valid_q || out_valid_q;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(KeptLessThanBeat_A, res_cnt_q < CntW'(Bytes) || res_cnt_q <= CntW'(GrhBytes))
  `EL_ASSERT(NoWriteBehindPayload_A, !fire_wr || !need_in || !pay_done_q)
  `EL_ASSERT_NEXT(RequestHeldWhenStalled_A, wr_valid_o && !wr_ready_i,
                  wr_valid_o && wr_o == $past(wr_o))

endmodule : el_roce_resp_move

// SPDX-License-Identifier: Apache-2.0
//
// Reads descriptors of scheduled queue pairs from their rings and hands them on whole and in order.
//
// A visit reads up to 16 units; a queue pair has one visit in flight, and is scheduled again when
// its units were parsed. A descriptor that was cut by the end of a visit is read again. Pushed
// descriptors go past the memory when nothing of the queue pair is in front of them.
// Doorbell to DMA request 4 cycles; pushed unit to out_valid_o 1 cycle; throughput 1 unit a cycle.
// Every table entry that another block rewinds carries a generation, so that what was read before
// is recognised and dropped. Reads never leave the ring: addresses are masked by its size.

`include "el_assert.svh"

module el_roce_wqe_fetch #(
  parameter el_pkg::cfg_t Cfg = el_pkg::CfgDefault,
  localparam int unsigned QpW = $clog2(Cfg.Qps)
) (
  input  logic                        clk_i,
  input  logic                        rst_i,

  // Doorbell and push, from the host layer
  input  logic                        sqdb_valid_i,
  output logic                        sqdb_ready_o,
  input  logic [15:0]                 sqdb_ctx_i,
  input  logic [23:0]                 sqdb_qpn_i,
  input  logic [15:0]                 sqdb_producer_i,
  input  logic                        sqpush_valid_i,
  output logic                        sqpush_ready_o,
  input  logic [15:0]                 sqpush_ctx_i,
  input  logic                        sqpush_first_i,
  input  logic                        sqpush_last_i,
  input  logic [511:0]                sqpush_data_i,
  output logic                        badb_valid_o,
  output logic [15:0]                 badb_ctx_o,

  // Attributes and state, combinational reads: 0 doorbell, 1 visit
  output logic [1:0][QpW-1:0]         cfg_qpn_o,
  input  el_roce_sq_pkg::qp_queues_t [1:0] cfg_i,
  input  logic [1:0]                  cfg_exists_i,
  input  logic [1:0][2:0]             cfg_state_i,
  input  logic [1:0]                  cfg_rest_i,     // rests until it is woken

  // Scheduler
  output logic [1:0]                  enq_valid_o,
  input  logic [1:0]                  enq_ready_i,
  output logic [1:0][QpW-1:0]         enq_qpn_o,
  input  logic                        pop_valid_i,
  output logic                        pop_ready_o,
  input  logic [QpW-1:0]              pop_qpn_i,

  // Segmenter: continue at `idx`, drop what was read; init: the producer is 0 as well
  input  logic                        seek_valid_i,
  input  logic [QpW-1:0]              seek_qpn_i,
  input  logic [15:0]                 seek_idx_i,
  input  logic                        seek_init_i,
  input  logic [QpW-1:0]              gen_qpn_i,
  output logic [15:0]                 gen_o,

  output logic                        dma_req_valid_o,
  input  logic                        dma_req_ready_i,
  output el_pkg::dma_rd_req_t         dma_req_o,
  input  logic                        dma_rsp_valid_i,
  output logic                        dma_rsp_ready_o,
  input  logic [Cfg.DataW-1:0]        dma_rsp_data_i,
  input  logic                        dma_rsp_err_i,

  output logic                        unit_valid_o,
  input  logic                        unit_ready_i,
  output el_roce_sq_pkg::unit_t       unit_o,

  // Destroy: a read of this queue pair's ring is outstanding
  input  logic [QpW-1:0]              visit_qpn_i,
  output logic                        visit_o,

  output logic                        busy_o
);

  localparam int unsigned FreeW = $clog2(el_roce_sq_pkg::UnitDepth) + 1;
  localparam int unsigned UnitBits = $bits(el_roce_sq_pkg::unit_t);

  logic [15:0] producer_q [Cfg.Qps];
  logic [15:0] fidx_q     [Cfg.Qps];
  logic [15:0] gen_q      [Cfg.Qps];
  logic [Cfg.Qps-1:0] visiting_q;

  assign gen_o = gen_q[gen_qpn_i];

  // ---------------------------------------------------------------------------------------------
  // Doorbells and pushes
  // ---------------------------------------------------------------------------------------------

  logic        db_q, push_go_q, push_drop_q, push_ring_q;
  logic [15:0] db_ctx_q, db_producer_q, push_end_q;
  logic [23:0] db_qpn_q;
  logic [2:0]  push_left_q;
  logic [QpW-1:0] push_qpn_q, front_qpn;

  logic [15:0] hdr_idx, hdr_end;
  logic [7:0]  hdr_units;
  logic [31:0] hdr_qpn;
  logic [23:0] front_qpn24;
  logic [15:0] front_ctx, front_end;
  logic        push_first, front_valid, front_ok, front_fits, front_fire, bypass_ok, ring_wait;
  logic        parse_write, push_unit;
  logic [2:0]  left_q;        // parser: units of a descriptor that are still to come
  logic [FreeW-1:0] free_q;

  assign hdr_units = sqpush_data_i[31:24];
  assign hdr_idx   = sqpush_data_i[47:32];
  assign hdr_qpn   = sqpush_data_i[255:224];
  assign hdr_end   = hdr_idx + 16'(hdr_units);

  // The front end looks at a push's first unit or at the waiting doorbell.
  assign push_first  = sqpush_valid_i && sqpush_first_i && !push_go_q && !push_drop_q;
  assign front_qpn24 = push_first ? hdr_qpn[23:0] : db_qpn_q;
  assign front_ctx   = push_first ? sqpush_ctx_i : db_ctx_q;
  assign front_end   = push_first ? hdr_end : db_producer_q;
  assign front_qpn   = front_qpn24[QpW-1:0];
  assign cfg_qpn_o[0] = front_qpn;

  // A producer that is more than the ring ahead of what was read is a bad doorbell. One that is
  // behind what is known was overtaken by a push or a later doorbell: it says nothing new.
  logic [15:0] front_ahead, front_behind;
  logic        front_old;
  assign front_ahead  = front_end - fidx_q[front_qpn];
  assign front_behind = fidx_q[front_qpn] - front_end;
  assign front_old    = (17'(front_ahead) <= (17'd1 << cfg_i[0].sq_log))
                        ? front_ahead <= 16'(producer_q[front_qpn] - fidx_q[front_qpn]) : 1'b1;
  assign front_fits   = 17'(front_ahead) <= (17'd1 << cfg_i[0].sq_log) ||
                        (17'(front_behind) <= (17'd1 << cfg_i[0].sq_log));
  assign front_ok    = front_qpn24 < 24'(Cfg.Qps) && cfg_exists_i[0] && cfg_i[0].ctx == front_ctx &&
                       front_fits && cfg_state_i[0] != el_regs_pkg::QpStateReset[2:0] &&
                       (!push_first || (hdr_units != 8'd0 &&
                                        hdr_units <= 8'(el_roce_sq_pkg::MaxUnits) &&
                                        hdr_qpn[31:24] == 8'd0));
  assign bypass_ok   = front_ok && cfg_state_i[0] == el_regs_pkg::QpStateRts[2:0] &&
                       !cfg_rest_i[0] && !visiting_q[front_qpn] &&
                       fidx_q[front_qpn] == hdr_idx && producer_q[front_qpn] == hdr_idx &&
                       left_q == 3'd0 &&   // never between the units of another descriptor
                       free_q >= FreeW'(el_roce_sq_pkg::MaxUnits);

  // Table writes of the segmenter and of the parser go first; a doorbell rings one at a time.
  assign front_valid = (push_first || db_q) && !ring_wait && !seek_valid_i && !parse_write;
  assign front_fire  = front_valid && !(push_go_q && !push_first);
  assign ring_wait   = push_ring_q && !enq_ready_i[0];

  assign sqdb_ready_o   = !db_q;
  assign sqpush_ready_o = push_drop_q || push_go_q ||
                          (sqpush_first_i ? front_fire : 1'b1);
  assign enq_valid_o[0] = push_ring_q;
  assign enq_qpn_o[0]   = push_qpn_q;
  assign badb_valid_o   = front_fire && !front_ok;
  assign badb_ctx_o     = front_ctx;

  // A push enters the unit queue with its first unit when it may go past the memory.
  assign push_unit = sqpush_valid_i && ((push_first && front_fire && bypass_ok) || push_go_q);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      db_q        <= 1'b0;
      push_go_q   <= 1'b0;
      push_drop_q <= 1'b0;
      push_ring_q <= 1'b0;
    end else begin
      if (sqdb_valid_i && sqdb_ready_o) db_q <= 1'b1;
      else if (front_fire && !push_first) db_q <= 1'b0;

      if (push_first && front_fire) begin
        push_go_q   <= bypass_ok && hdr_units != 8'd1 && !sqpush_last_i;
        push_drop_q <= !sqpush_last_i && (!bypass_ok || hdr_units == 8'd1);
      end else if (sqpush_valid_i && push_go_q) begin
        push_go_q   <= push_left_q != 3'd1 && !sqpush_last_i;
        push_drop_q <= push_left_q == 3'd1 && !sqpush_last_i;
      end else if (sqpush_valid_i && sqpush_last_i) begin
        push_drop_q <= 1'b0;
      end

      if (front_fire && front_ok && !front_old && !(push_first && bypass_ok)) push_ring_q <= 1'b1;
      else if (enq_ready_i[0]) push_ring_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (sqdb_valid_i && sqdb_ready_o) begin
      db_ctx_q      <= sqdb_ctx_i;
      db_qpn_q      <= sqdb_qpn_i;
      db_producer_q <= sqdb_producer_i;
    end
    if (front_fire) push_qpn_q <= front_qpn;
    if (push_first && front_fire) begin
      push_left_q <= hdr_units[2:0] - 3'd1;
      push_end_q  <= hdr_end;
    end else if (sqpush_valid_i && push_go_q) begin
      push_left_q <= push_left_q - 3'd1;
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Visits
  // ---------------------------------------------------------------------------------------------

  typedef struct packed {
    logic [QpW-1:0] qpn;
    logic [15:0]    gen;
    logic [15:0]    idx;
    logic [15:0]    producer;
    logic [4:0]     units;
    logic [4:0]     part;     // units of the first of two reads (ring end), else all
  } visit_t;

  typedef enum logic [1:0] { VIdle, VLook, VRead, VWrap } visit_e;
  visit_e         vstate_q;
  logic [QpW-1:0] vqpn_q;
  visit_t         visit_d, visit_q, head;
  logic           vfifo_ready, vfifo_push, head_valid, head_pop, vok, vfits;
  logic [16:0]    ring_units;
  logic [15:0]    avail, to_end, pos;
  logic [4:0]     want;
  logic [3:0]     unused_vcount;

  assign visit_o      = visiting_q[visit_qpn_i] ||
                        (vstate_q != VIdle && vqpn_q == visit_qpn_i);
  assign pop_ready_o  = vstate_q == VIdle;
  assign cfg_qpn_o[1] = vqpn_q;
  assign ring_units   = 17'd1 << cfg_i[1].sq_log;
  assign pos          = fidx_q[vqpn_q] & 16'(ring_units - 17'd1);
  assign to_end       = 16'(ring_units - 17'(pos));
  assign avail        = producer_q[vqpn_q] - fidx_q[vqpn_q];
  assign want         = (avail >= 16'(el_roce_sq_pkg::FetchUnits))
                        ? 5'(el_roce_sq_pkg::FetchUnits) : avail[4:0];
  assign vok          = cfg_exists_i[1] && !cfg_rest_i[1] && avail != '0 && !visiting_q[vqpn_q] &&
                        (cfg_state_i[1] == el_regs_pkg::QpStateRts[2:0] ||
                         cfg_state_i[1] == el_regs_pkg::QpStateSqd[2:0] ||
                         cfg_state_i[1] == el_regs_pkg::QpStateErr[2:0]);
  assign vfits        = free_q >= FreeW'(2 * el_roce_sq_pkg::FetchUnits) && vfifo_ready &&
                        !push_unit && !seek_valid_i && !front_fire;

  always_comb begin
    visit_d.qpn      = vqpn_q;
    visit_d.gen      = gen_q[vqpn_q];
    visit_d.idx      = fidx_q[vqpn_q];
    visit_d.producer = producer_q[vqpn_q];
    visit_d.units    = want;
    visit_d.part     = (to_end < 16'(want)) ? to_end[4:0] : want;
  end

  assign vfifo_push = vstate_q == VLook && vok && vfits;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      vstate_q <= VIdle;
    end else begin
      unique case (vstate_q)
        VIdle: if (pop_valid_i) vstate_q <= VLook;
        VLook: if (!vok) vstate_q <= VIdle;
               else if (vfits) vstate_q <= VRead;
        VRead: if (dma_req_ready_i) vstate_q <= (visit_q.part != visit_q.units) ? VWrap : VIdle;
        VWrap: if (dma_req_ready_i) vstate_q <= VIdle;
        default: vstate_q <= VIdle;
      endcase
    end
    if (vstate_q == VIdle && pop_valid_i) vqpn_q <= pop_qpn_i;
    if (vfifo_push) visit_q <= visit_d;
  end

  always_comb begin
    dma_req_valid_o = vstate_q == VRead || vstate_q == VWrap;
    dma_req_o       = '0;
    if (vstate_q == VWrap) begin
      dma_req_o.addr = {cfg_i[1].sq_base, 6'b0};
      dma_req_o.len  = {2'b0, visit_q.units - visit_q.part, 6'b0};
    end else begin
      dma_req_o.addr = {cfg_i[1].sq_base, 6'b0} +
                       {42'b0, visit_q.idx & 16'(ring_units - 17'd1), 6'b0};
      dma_req_o.len  = {2'b0, visit_q.part, 6'b0};
    end
  end

  el_fifo #(
    .Width($bits(visit_t)),
    .Depth(8)
  ) u_visits (
    .clk_i,
    .rst_i,
    .in_valid_i (vfifo_push),
    .in_ready_o (vfifo_ready),
    .in_data_i  (visit_d),
    .out_valid_o(head_valid),
    .out_ready_i(head_pop),
    .out_data_o (head),
    .count_o    (unused_vcount)
  );

  // ---------------------------------------------------------------------------------------------
  // Parser: units of the visit in front become descriptors
  // ---------------------------------------------------------------------------------------------

  logic         u_valid, u_ready, u_err, u_fire, half;
  logic [511:0] u_data;
  logic [4:0]   seen_q;             // units of this visit that went by
  logic         skip_q, closed_q;   // drop the rest; end_q is final
  logic [15:0]  end_q, end_d, p_idx, p_ahead;
  logic [7:0]   p_units;
  logic         stale, p_first, p_lost, p_bad, p_cut, p_emit, p_last_unit, done_q;
  logic [QpW-1:0] done_qpn_q;
  logic         done_again;

  el_roce_wqe_units #(.Cfg(Cfg)) u_units (
    .clk_i,
    .rst_i,
    .in_valid_i (dma_rsp_valid_i),
    .in_ready_o (dma_rsp_ready_o),
    .in_data_i  (dma_rsp_data_i),
    .in_err_i   (dma_rsp_err_i),
    .half_i     (half),
    .out_valid_o(u_valid),
    .out_ready_i(u_ready),
    .out_data_o (u_data),
    .out_err_o  (u_err)
  );

  assign half    = seen_q == head.units - 5'd1 || seen_q == head.part - 5'd1;
  // A push in progress owns the unit queue; the segmenter's seek owns the tables; one `done` waits.
  assign u_ready = head_valid && !push_go_q && !(push_first && !ring_wait) && !seek_valid_i &&
                   !done_q;
  assign u_fire  = u_valid && u_ready;

  assign stale   = gen_q[head.qpn] != head.gen;
  assign p_idx   = head.idx + 16'(seen_q);
  assign p_ahead = head.producer - p_idx;
  assign p_units = u_data[31:24];
  assign p_first = left_q == 3'd0;
  // Lost: nobody knows where the next descriptor starts.
  assign p_lost  = u_err || p_units == 8'd0 || p_units > 8'(el_roce_sq_pkg::MaxUnits) ||
                   16'(p_units) > p_ahead;
  assign p_bad   = p_lost || u_data[47:32] != p_idx || u_data[255:224] != 32'(head.qpn);
  assign p_cut   = !p_lost && 5'(p_units[2:0]) > head.units - seen_q;
  assign p_emit  = u_fire && !stale && !skip_q && !(p_first && p_cut);
  assign p_last_unit = u_fire && seen_q == head.units - 5'd1;
  assign head_pop    = p_last_unit;
  assign parse_write = p_last_unit && !stale;

  always_comb begin
    end_d = end_q;
    if (!closed_q && p_first) begin
      if (p_lost)      end_d = head.producer;
      else if (!p_cut) end_d = p_idx + 16'(p_units);
      else             end_d = p_idx;
    end
  end

  assign done_again     = producer_q[done_qpn_q] != fidx_q[done_qpn_q];
  assign enq_valid_o[1] = done_q && done_again;
  assign enq_qpn_o[1]   = done_qpn_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      seen_q   <= '0;
      left_q   <= '0;
      skip_q   <= 1'b0;
      closed_q <= 1'b0;
      done_q   <= 1'b0;
    end else begin
      if (u_fire) begin
        seen_q <= p_last_unit ? '0 : seen_q + 5'd1;
        if (p_last_unit) begin
          left_q   <= '0;
          skip_q   <= 1'b0;
          closed_q <= 1'b0;
        end else if (p_first && !skip_q) begin
          if (p_lost || p_cut) {skip_q, closed_q} <= 2'b11;
          else left_q <= p_units[2:0] - 3'd1;
        end else if (!p_first) begin
          left_q <= left_q - 3'd1;
        end
      end
      if (p_last_unit) done_q <= 1'b1;
      else if (!done_again || enq_ready_i[1]) done_q <= 1'b0;
    end
    if (u_fire) end_q <= end_d;
    if (p_last_unit) done_qpn_q <= head.qpn;
  end

  // ---------------------------------------------------------------------------------------------
  // Tables and the unit queue
  // ---------------------------------------------------------------------------------------------

  always_ff @(posedge clk_i) begin
    if (seek_valid_i && seek_init_i) producer_q[seek_qpn_i] <= '0;
    else if (front_fire && front_ok && !front_old) producer_q[front_qpn] <= front_end;

    if (seek_valid_i) fidx_q[seek_qpn_i] <= seek_idx_i;
    else if (parse_write) fidx_q[head.qpn] <= end_d;
    else if (push_first && front_fire && bypass_ok) fidx_q[front_qpn] <= hdr_end;

    if (seek_valid_i) gen_q[seek_qpn_i] <= gen_q[seek_qpn_i] + 16'd1;

    if (rst_i) begin
      visiting_q <= '0;
    end else begin
      if (vfifo_push) visiting_q[vqpn_q] <= 1'b1;
      if (p_last_unit) visiting_q[head.qpn] <= 1'b0;
    end
  end

  el_roce_sq_pkg::unit_t unit_d;
  logic                  unit_push, unit_space, unit_pop;
  logic [6:0]            unused_ucount;

  function automatic el_roce_sq_pkg::unit_t make_unit(
      logic [511:0] data, el_roce_pkg::qpn_t qpn, logic [15:0] gen, logic first, logic last,
      logic bad, logic err, logic [15:0] idx, logic [15:0] next_idx);
    el_roce_sq_pkg::unit_t u;
    u.data     = data;
    u.qpn      = qpn;
    u.gen      = gen;
    u.first    = first;
    u.last     = last;
    u.bad      = bad;
    u.err      = err;
    u.idx      = idx;
    u.next_idx = next_idx;
    return u;
  endfunction

  assign unit_push = push_unit || p_emit;
  assign unit_pop  = unit_valid_o && unit_ready_i;

  always_comb begin
    if (push_go_q) begin
      unit_d = make_unit(sqpush_data_i, 16'(push_qpn_q), gen_q[push_qpn_q], 1'b0,
                         push_left_q == 3'd1 || sqpush_last_i, 1'b0, 1'b0, '0, push_end_q);
    end else if (push_unit) begin
      unit_d = make_unit(sqpush_data_i, 16'(front_qpn), gen_q[front_qpn], 1'b1,
                         hdr_units == 8'd1 || sqpush_last_i, 1'b0, 1'b0, hdr_idx, hdr_end);
    end else if (p_emit) begin
      unit_d = make_unit(u_data, 16'(head.qpn), head.gen, p_first,
                         p_first ? (p_lost || p_units == 8'd1) : left_q == 3'd1,
                         p_first && p_bad, u_err, p_idx,
                         p_lost ? head.producer : p_idx + 16'(p_units));
    end else begin
      unit_d = '0;
    end
  end

  el_fifo #(
    .Width(UnitBits),
    .Depth(el_roce_sq_pkg::UnitDepth)
  ) u_fifo (
    .clk_i,
    .rst_i,
    .in_valid_i (unit_push),
    .in_ready_o (unit_space),
    .in_data_i  (unit_d),
    .out_valid_o(unit_valid_o),
    .out_ready_i(unit_ready_i),
    .out_data_o (unit_o),
    .count_o    (unused_ucount)
  );

  // Room that is neither filled nor promised to a visit.
  logic [FreeW-1:0] free_add, free_sub;
  always_comb begin
    free_add = FreeW'(unit_pop) + FreeW'(u_fire && !p_emit);
    free_sub = FreeW'(push_unit) + (vfifo_push ? FreeW'(want) : '0);
  end
  always_ff @(posedge clk_i) begin
    if (rst_i) free_q <= FreeW'(el_roce_sq_pkg::UnitDepth);
    else if (free_add != '0 || free_sub != '0) free_q <= free_q + free_add - free_sub;
  end

  assign busy_o = db_q || push_ring_q || vstate_q != VIdle || pop_valid_i || done_q ||
                  unit_valid_o || (head_valid && u_valid);

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(UnitHasRoom_A, !unit_push || unit_space)
  `EL_ASSERT(FreeInRange_A, free_q <= FreeW'(el_roce_sq_pkg::UnitDepth))
  `EL_ASSERT(OneVisitEach_A, !vfifo_push || !visiting_q[vqpn_q])

endmodule : el_roce_wqe_fetch

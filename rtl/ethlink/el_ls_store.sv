// SPDX-License-Identifier: Apache-2.0
//
// Home side, writes: stores and results of atomics become DMA writes in visibility order.
//
// Latency 1 cycle, throughput one 64-byte beat a cycle (two cycles at DataW 256).
// A store is one write. A masked store becomes one write a run of enabled bytes, which needs no
// read, and ends with its last run; a FENCE, and an atomic that stores nothing, is an entry only.
// Results of atomics go first, between two stores: their number is bounded by what was started.
// Contract: docs/reference/rtl-interfaces.md, "DMA".

`include "el_assert.svh"

module el_ls_store #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  DataW = Cfg.DataW
) (
  input  logic                    clk_i,
  input  logic                    rst_i,

  // Stores and fences, a beat of 64 bytes
  input  logic                    st_valid_i,
  output logic                    st_ready_o,
  input  el_ls_eng_pkg::home_op_t st_op_i,
  input  logic                    st_first_i,
  input  logic                    st_last_i,
  input  logic [511:0]            st_data_i,
  input  logic [63:0]             st_mask_i,

  // Results of atomics; ctx.is_write: store the value
  input  logic                    at_valid_i,
  output logic                    at_ready_o,
  input  el_ls_eng_pkg::wctx_t    at_ctx_i,
  input  logic [63:0]             at_addr_i,
  input  logic [63:0]             at_value_i,

  // Entries in visibility order; valid only when taken
  output logic                    ctx_valid_o,
  input  logic                    ctx_ready_i,
  output el_ls_eng_pkg::wctx_t    ctx_o,

  // DMA write client
  output logic                    wr_valid_o,
  input  logic                    wr_ready_i,
  output el_pkg::dma_wr_req_t     wr_o,
  output logic                    wr_data_valid_o,
  input  logic                    wr_data_ready_i,
  output logic [DataW-1:0]        wr_data_o,
  output logic                    wr_data_last_o,

  output logic                    busy_o
);

  // Runs of a masked store
  logic        part_q;            // some runs of the beat on offer are written
  logic [63:0] left_q;            // bytes of the beat that are not
  logic [1:0]  beat_q;            // of the store
  logic        open_q;            // in the middle of a write of several beats
  logic [63:0] mask, low, rest, run;
  logic [5:0]  run_at;
  logic [6:0]  run_len;

  logic        masked, fence, empty, last_run, st_write, st_start, st_entry, st_go;
  logic        use_at, write, start, entry, go, req_free, chunk_ready;

  el_pkg::dma_wr_req_t req_q;
  logic        req_v_q;

  // ---------------------------------------------------------------------------------------------
  // What the beat on offer asks for
  // ---------------------------------------------------------------------------------------------

  // Adding the lowest bit of a mask clears its lowest run.
  assign mask   = part_q ? left_q : st_mask_i;
  assign low    = mask & (~mask + 64'd1);
  assign rest   = mask & (mask + low);
  assign run    = mask & ~rest;

  always_comb begin
    run_at  = '0;
    run_len = '0;
    if (st_valid_i && masked) begin
      for (int unsigned i = 0; i < 64; i++) begin
        if (low[i]) run_at = 6'(i);
        run_len = run_len + 7'(run[i]);
      end
    end
  end

  assign masked   = st_op_i.kind == el_ls_eng_pkg::KindMasked;
  assign fence    = st_op_i.kind == el_ls_eng_pkg::KindFence;
  assign empty    = mask == '0;
  assign last_run = rest == '0;
  assign st_write = masked ? !empty : !fence;
  assign st_start = masked ? !empty : (st_first_i && !fence);
  // A masked store without any byte in its last beat ends with an entry that is no write.
  assign st_entry = masked ? (!empty || st_last_i) : st_first_i;

  assign use_at   = at_valid_i && !open_q;
  assign write    = use_at ? at_ctx_i.is_write : st_write;
  assign start    = use_at ? at_ctx_i.is_write : st_start;
  assign entry    = use_at || st_entry;
  assign req_free = !req_v_q || wr_ready_i;
  assign go       = (use_at || st_valid_i) && (!write || chunk_ready) && (!start || req_free) &&
                    (!entry || ctx_ready_i);
  assign st_go    = go && !use_at;

  assign st_ready_o = st_go && (!masked || last_run);
  assign at_ready_o = go && use_at;

  assign ctx_valid_o = go && entry;
  always_comb begin
    ctx_o = at_ctx_i;
    if (!use_at) begin
      ctx_o          = '0;
      ctx_o.is_write = st_write;
      ctx_o.peer     = st_op_i.peer;
      ctx_o.tag      = st_op_i.tag;
      ctx_o.bucket   = st_op_i.bucket;
      if (st_op_i.kind == el_ls_eng_pkg::KindNotify) ctx_o.kind = el_ls_eng_pkg::DoneNotify;
      else if (masked && !(last_run && st_last_i)) ctx_o.kind = el_ls_eng_pkg::DonePiece;
      else ctx_o.kind = el_ls_eng_pkg::DoneStore;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      part_q <= 1'b0;
      beat_q <= '0;
      open_q <= 1'b0;
    end else if (st_go) begin
      open_q <= !masked && !st_last_i;
      part_q <= masked && !last_run;
      if (st_ready_o) beat_q <= st_last_i ? '0 : beat_q + 2'd1;
    end
  end
  always_ff @(posedge clk_i) if (st_go) left_q <= rest;

  // ---------------------------------------------------------------------------------------------
  // Request
  // ---------------------------------------------------------------------------------------------

  always_ff @(posedge clk_i) begin
    if (rst_i) req_v_q <= 1'b0;
    else req_v_q <= (go && start) || (req_v_q && !wr_ready_i);
  end

  always_ff @(posedge clk_i) begin
    if (go && start) begin
      req_q.track <= 1'b1;
      if (use_at) begin
        req_q.addr <= at_addr_i;
        req_q.len  <= at_ctx_i.eight ? 13'd8 : 13'd4;
      end else if (masked) begin
        req_q.addr <= st_op_i.addr + {56'b0, beat_q, run_at};
        req_q.len  <= 13'(run_len);
      end else begin
        req_q.addr <= st_op_i.addr;
        req_q.len  <= 13'(st_op_i.bytes);
      end
    end
  end

  assign wr_valid_o = req_v_q;
  assign wr_o       = req_q;

  // ---------------------------------------------------------------------------------------------
  // Data: chunks of up to 64 bytes
  // ---------------------------------------------------------------------------------------------

  function automatic logic [511:0] run_data(logic [511:0] data, logic [5:0] at, logic [6:0] len);
    logic [511:0] r;
    r = data >> {at, 3'b0};
    if (len < 7'd64) r = r & ((512'd1 << {len[5:0], 3'b0}) - 512'd1);
    return r;
  endfunction

  function automatic logic [511:0] chunk_of(logic at, logic eight, logic [63:0] value, logic part,
                                            logic [511:0] data, logic [5:0] from, logic [6:0] len);
    if (at) return {448'b0, eight ? value[63:32] : 32'b0, value[31:0]};
    return part ? run_data(data, from, len) : data;
  endfunction

  logic chunk_last, chunk_fire;
  assign chunk_last = use_at || masked || st_last_i;
  assign chunk_fire = go && write;

  logic             d_v_q, d_last_q;
  logic [DataW-1:0] d_q;

  if (DataW == 512) begin : gen_same
    assign chunk_ready = !d_v_q || wr_data_ready_i;
    always_ff @(posedge clk_i) begin
      if (rst_i) d_v_q <= 1'b0;
      else d_v_q <= chunk_fire || (d_v_q && !wr_data_ready_i);
    end
    always_ff @(posedge clk_i) begin
      if (chunk_fire) begin
        d_q      <= chunk_of(use_at, at_ctx_i.eight, at_value_i, masked, st_data_i, run_at,
                             run_len);
        d_last_q <= chunk_last;
      end
    end
    assign wr_data_last_o = d_last_q;
    assign busy_o         = req_v_q || d_v_q;

  end else if (DataW < 512) begin : gen_narrow
    // Two beats a chunk that is longer than one.
    logic         two_q, two;
    logic [255:0] high_q;
    logic [511:0] chunk;
    assign two = !use_at && (masked ? run_len > 7'd32 : st_op_i.bytes > 9'd32);
    assign chunk_ready = !d_v_q || (wr_data_ready_i && !two_q);
    always_comb begin
      chunk = '0;
      if (chunk_fire) begin
        chunk = chunk_of(use_at, at_ctx_i.eight, at_value_i, masked, st_data_i, run_at, run_len);
      end
    end
    always_ff @(posedge clk_i) begin
      if (rst_i) begin
        d_v_q <= 1'b0;
        two_q <= 1'b0;
      end else begin
        d_v_q <= chunk_fire || (d_v_q && (!wr_data_ready_i || two_q));
        if (chunk_fire) two_q <= two;
        else if (d_v_q && wr_data_ready_i) two_q <= 1'b0;
      end
    end
    always_ff @(posedge clk_i) begin
      if (chunk_fire) begin
        {high_q, d_q} <= chunk;
        d_last_q      <= chunk_last;
      end else if (d_v_q && wr_data_ready_i) d_q <= high_q;
    end
    assign wr_data_last_o = d_last_q && !two_q;
    assign busy_o         = req_v_q || d_v_q;

  end else begin : gen_wide
    // Two chunks a beat; the first waits for the second.
    logic half_q;
    assign chunk_ready = !d_v_q || wr_data_ready_i;
    always_ff @(posedge clk_i) begin
      if (rst_i) begin
        d_v_q  <= 1'b0;
        half_q <= 1'b0;
      end else begin
        d_v_q <= (chunk_fire && (half_q || chunk_last)) || (d_v_q && !wr_data_ready_i);
        if (chunk_fire) half_q <= !half_q && !chunk_last;
      end
    end
    always_ff @(posedge clk_i) begin
      if (chunk_fire) begin
        d_last_q <= chunk_last;
        if (half_q) d_q[DataW-1:512] <= st_data_i;
        else begin
          d_q <= DataW'(chunk_of(use_at, at_ctx_i.eight, at_value_i, masked, st_data_i, run_at,
                                 run_len));
        end
      end
    end
    assign wr_data_last_o = d_last_q;
    assign busy_o         = req_v_q || d_v_q;
  end

  assign wr_data_valid_o = d_v_q;
  assign wr_data_o       = d_q;

  logic unused_op;  // checked and answered elsewhere
  assign unused_op = ^{st_op_i.opcode, st_op_i.status, st_op_i.sig_addr, st_op_i.sig_bucket};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT_NEXT(RequestHeld_A, wr_valid_o && !wr_ready_i, wr_valid_o && wr_o == $past(wr_o))
  `EL_ASSERT_NEXT(DataHeld_A, wr_data_valid_o && !wr_data_ready_i,
                  wr_data_valid_o && wr_data_o == $past(wr_data_o))
  `EL_ASSERT(RunIsNotEmpty_A, !(st_go && masked && st_write) || run_len != '0)

endmodule : el_ls_store

// SPDX-License-Identifier: Apache-2.0
//
// Memory regions and their page table: says whether a key gives access, and where the bytes are.
//
// Latency 5 cycles from grant to answer, throughput 1 lookup a cycle over all clients, storage
// Mrs regions and Mtts page addresses. Answers cannot be refused; each client's come in its order.
// After reset every region is absent; clearing the table takes Mrs cycles.
// Rules: docs/reference/memory-regions.md (InfiniBand volume 1, 10.6). Objects: Mr.

`include "el_assert.svh"

module el_roce_mr #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  parameter  int unsigned  N     = 2,                   // clients
  localparam int unsigned  MrW   = $clog2(Cfg.Mrs),
  localparam int unsigned  MttW  = $clog2(Cfg.Mtts)
) (
  input  logic                            clk_i,
  input  logic                            rst_i,

  // Lookups; with inval the region is removed when key and protection domain match.
  input  logic [N-1:0]                    xreq_valid_i,
  output logic [N-1:0]                    xreq_ready_o,
  input  el_roce_pkg::xlate_req_t [N-1:0] xreq_i,
  input  logic [N-1:0]                    xreq_inval_i,
  output logic [N-1:0]                    xrsp_valid_o,
  output el_roce_pkg::xlate_rsp_t         xrsp_o,

  // Object Mr: create, query, destroy.
  input  logic                            obj_valid_i,
  input  el_pkg::obj_req_t                obj_req_i,
  output logic                            obj_rsp_valid_o,
  output el_pkg::obj_rsp_t                obj_rsp_o,

  // Page table, written by the admin queue; always ready.
  input  logic                            mtt_we_i,
  input  logic [MttW-1:0]                 mtt_waddr_i,
  input  logic [63:0]                     mtt_wdata_i,

  output logic                            busy_o
);

  if (N < 1) begin : gen_bad_n
    $error("el_roce_mr: N must be at least 1 and is %0d", N);
  end

  localparam int unsigned IdxW = (N > 1) ? $clog2(N) : 1;

  typedef struct packed {
    logic            valid;
    logic [7:0]      key;
    logic [3:0]      access;
    logic [4:0]      page_shift;
    logic [31:0]     pd;
    logic [MttW-1:0] mtt_base;
    logic [63:0]     va;
    logic [63:0]     length;
    logic [63:0]     iova;
  } mr_t;

  function automatic logic [63:0] page_mask(logic [4:0] shift);
    return (64'd1 << shift) - 64'd1;
  endfunction

  // Is [va, va+len) inside the region? 66-bit sums: nothing wraps at 2^32 or 2^64.
  function automatic logic inside_region(mr_t m, logic [63:0] va, logic [31:0] len);
    logic [64:0] off;
    off = {1'b0, va} - {1'b0, m.va};
    return !off[64] && ({2'b0, off[63:0]} + 66'(len) <= {2'b0, m.length});
  endfunction

  function automatic el_roce_pkg::xlate_status_e check(mr_t m, el_roce_pkg::xlate_req_t r,
                                                      logic in_table);
    if (!in_table || !m.valid || m.key != r.key[7:0] || m.pd != r.pd) begin
      return el_roce_pkg::XlateKey;
    end
    if ((r.access & ~m.access) != '0) return el_roce_pkg::XlateAccess;
    if (r.len == '0) return el_roce_pkg::XlateOk;
    if (!inside_region(m, r.va, 32'(r.len)) || !inside_region(m, r.bound_va, r.bound_len)) begin
      return el_roce_pkg::XlateBounds;
    end
    return el_roce_pkg::XlateOk;
  endfunction

  /////////////////////////////////////////
  // Objects: one at a time, with a read //
  /////////////////////////////////////////

  typedef enum logic [1:0] {ObjClear, ObjIdle, ObjRead, ObjDone} obj_state_e;
  obj_state_e       obj_q;
  logic [MrW-1:0]   clear_q;
  logic             obj_take, obj_rsp_valid_q;
  el_pkg::obj_rsp_t obj_rsp_q;
  el_regs_pkg::obj_mr_t obj_mr;
  mr_t              rd_mr, obj_wdata_q;
  logic             obj_we_q;
  logic             inval_we_q;
  logic [MrW-1:0]   inval_idx_q;

  assign obj_mr   = obj_req_i.data;
  assign obj_take = obj_q == ObjIdle && obj_valid_i && !obj_rsp_valid_q;

  // Are the fields of a new region in range? Neither addresses nor IOVAs of its bytes wrap, and the
  // last page lies inside the page table.
  function automatic logic params_ok(el_regs_pkg::obj_mr_t m);
    logic [64:0] stop, iova_stop;
    logic [65:0] last;
    logic        ok;
    stop      = {1'b0, m.va} + {1'b0, m.length} - 65'd1;    // address of the last byte
    iova_stop = {1'b0, m.iova} + {1'b0, m.length} - 65'd1;
    ok        = m.length != '0 && !stop[64] && m.access[7:4] == '0;
    if (m.page_shift == '0) begin
      ok  &= !iova_stop[64];
    end else begin
      ok  &= m.page_shift >= 8'd12 && m.page_shift <= 8'd30;
      last = ({2'b0, m.va & page_mask(m.page_shift[4:0])} + 66'(m.length) - 66'd1)
             >> m.page_shift[4:0];
      ok  &= last + 66'(m.mtt_base) < 66'(Cfg.Mtts);
    end
    return ok;
  endfunction

  function automatic mr_t to_entry(el_regs_pkg::obj_mr_t m);
    mr_t e;
    e.valid      = 1'b1;
    e.key        = m.key;
    e.access     = m.access[3:0];
    e.page_shift = m.page_shift[4:0];
    e.pd         = m.pd;
    e.mtt_base   = m.mtt_base[MttW-1:0];
    e.va         = m.va;
    e.length     = m.length;
    e.iova       = m.iova;
    return e;
  endfunction

  function automatic logic [el_pkg::ObjDataW-1:0] from_entry(mr_t e);
    el_regs_pkg::obj_mr_t m;
    m            = '0;
    m.key        = e.key;
    m.access     = 8'(e.access);
    m.page_shift = 8'(e.page_shift);
    m.pd         = e.pd;
    m.mtt_base   = 32'(e.mtt_base);
    m.va         = e.va;
    m.length     = e.length;
    m.iova       = e.iova;
    return m;
  endfunction

  always_ff @(posedge clk_i) begin
    obj_rsp_valid_q <= 1'b0;
    obj_we_q        <= 1'b0;
    if (rst_i) begin
      obj_q   <= ObjClear;
      clear_q <= '0;
    end else begin
      unique case (obj_q)
        ObjClear: begin
          clear_q <= clear_q + MrW'(1);
          if (clear_q == '1) obj_q <= ObjIdle;
        end
        ObjIdle: if (obj_take) obj_q <= ObjRead;
        ObjRead: begin
          obj_q            <= ObjDone;
          obj_rsp_valid_q  <= 1'b1;
          obj_rsp_q.status <= el_regs_pkg::AdminStatusOk;
          obj_rsp_q.data   <= '0;
          obj_wdata_q      <= '0;
          if (32'(obj_req_i.index) >= Cfg.Mrs) begin
            obj_rsp_q.status <= el_regs_pkg::AdminStatusBadIndex;
          end else if (obj_req_i.verb == el_regs_pkg::AdminVerbCreate) begin
            if (rd_mr.valid) obj_rsp_q.status <= el_regs_pkg::AdminStatusBadState;
            else if (!params_ok(obj_mr)) obj_rsp_q.status <= el_regs_pkg::AdminStatusBadParam;
            else begin
              obj_we_q    <= 1'b1;
              obj_wdata_q <= to_entry(obj_mr);
            end
          end else if (obj_req_i.verb == el_regs_pkg::AdminVerbQuery) begin
            if (!rd_mr.valid) obj_rsp_q.status <= el_regs_pkg::AdminStatusBadState;
            else obj_rsp_q.data <= from_entry(rd_mr);
          end else if (obj_req_i.verb == el_regs_pkg::AdminVerbDestroy) begin
            if (!rd_mr.valid) obj_rsp_q.status <= el_regs_pkg::AdminStatusBadState;
            else obj_we_q <= 1'b1;
          end else begin
            obj_rsp_q.status <= el_regs_pkg::AdminStatusBadVerb;
          end
        end
        default: obj_q <= ObjIdle;
      endcase
    end
  end

  assign obj_rsp_valid_o = obj_rsp_valid_q;
  assign obj_rsp_o       = obj_rsp_q;

  ////////////////////////////////////
  // Stage 0: grant, read of region //
  ////////////////////////////////////

  logic [N-1:0]    grant;
  logic [IdxW-1:0] grant_idx;
  logic            open, go, go_inval;
  logic            s1_valid_q, s2_valid_q, s3_valid_q, s4_valid_q;
  logic            s1_inval_q;

  // A lookup behind an invalidation waits until the entry is gone, behind an object until written.
  assign open = obj_q == ObjIdle && !obj_take && !obj_we_q && !(s1_valid_q && s1_inval_q) &&
                !inval_we_q;

  el_arbiter_rr #(
    .N(N)
  ) u_arbiter (
    .clk_i,
    .rst_i,
    .req_i        (xreq_valid_i & {N{open}}),
    .advance_i    (1'b1),
    .grant_o      (grant),
    .grant_idx_o  (grant_idx),
    .grant_valid_o(go)
  );

  assign xreq_ready_o = grant;
  assign go_inval     = (grant & xreq_inval_i) != '0;

  logic            mr_we;
  logic [MrW-1:0]  mr_waddr;
  logic [MrW-1:0]  lookup_idx;
  mr_t             mr_wdata;

  always_comb begin
    lookup_idx = '0;
    for (int i = 0; i < int'(N); i++) if (grant[i]) lookup_idx = xreq_i[i].key[8 +: MrW];
    mr_we    = obj_q == ObjClear || obj_we_q || inval_we_q;
    mr_waddr = inval_idx_q;
    if (obj_q == ObjClear) mr_waddr = clear_q;
    else if (obj_we_q) mr_waddr = obj_req_i.index[MrW-1:0];
    mr_wdata = obj_we_q ? obj_wdata_q : '0;
  end

  el_ram_1r1w #(
    .Width($bits(mr_t)),
    .Depth(Cfg.Mrs)
  ) u_mr (
    .clk_i,
    .rst_i,
    .we_i   (mr_we),
    .waddr_i(mr_waddr),
    .wdata_i(mr_wdata),
    .re_i   (go || obj_take),
    .raddr_i(obj_take ? obj_req_i.index[MrW-1:0] : lookup_idx),
    .rdata_o(rd_mr)
  );

  ////////////////////////////////////////////////////
  // Stage 1: checks. Stage 2: position in the page //
  ////////////////////////////////////////////////////

  el_roce_pkg::xlate_req_t    s1_req_q;
  logic [IdxW-1:0]            s1_idx_q, s2_idx_q, s3_idx_q, s4_idx_q, s5_idx_q;
  el_roce_pkg::xlate_status_e s2_status_q, s3_status_q, s4_status_q;
  logic [12:0]                s2_len_q, s3_len_q, s4_len_q;
  logic [63:0]                s2_off_q, s2_va_q, s2_iova_q;
  logic [4:0]                 s2_shift_q, s3_shift_q, s4_shift_q;
  logic [MttW-1:0]            s2_base_q, s3_page_q;
  logic                       s4_odd_q, s5_valid_q;
  logic [63:0]                s3_pos_q, s4_pos_q;  // offset in the page, or IOVA when contiguous
  el_roce_pkg::xlate_rsp_t    s5_rsp_q;
  logic [63:0]                even_page, odd_page;

  // First IOVA piece, and the second when the range crosses into the next page.
  function automatic el_roce_pkg::xlate_rsp_t compose(
      el_roce_pkg::xlate_status_e status, logic [4:0] shift, logic [63:0] pos, logic [12:0] len,
      logic [63:0] page, logic [63:0] next);
    el_roce_pkg::xlate_rsp_t r;
    logic [63:0]             left;
    left     = page_mask(shift) + 64'd1 - pos;
    r.status = status;
    r.len0   = len;
    r.iova0  = pos;
    r.iova1  = next & ~page_mask(shift);
    if (shift != '0) begin
      r.iova0 = (page & ~page_mask(shift)) | pos;
      if (left < 64'(len)) r.len0 = left[12:0];
    end
    return r;
  endfunction

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      s1_valid_q <= 1'b0;
      s2_valid_q <= 1'b0;
      s3_valid_q <= 1'b0;
      s4_valid_q <= 1'b0;
      s5_valid_q <= 1'b0;
      inval_we_q <= 1'b0;
    end else begin
      s1_valid_q <= go;
      s2_valid_q <= s1_valid_q;
      s3_valid_q <= s2_valid_q;
      s4_valid_q <= s3_valid_q;
      s5_valid_q <= s4_valid_q;
      inval_we_q <= s1_valid_q && s1_inval_q &&
                    check(rd_mr, s1_req_q, 32'(s1_req_q.key[31:8]) < Cfg.Mrs)
                    == el_roce_pkg::XlateOk;
    end
    if (go) begin
      s1_idx_q   <= grant_idx;
      s1_inval_q <= go_inval;
      s1_req_q   <= xreq_i[grant_idx];
    end
    if (s1_valid_q) begin
      s2_idx_q    <= s1_idx_q;
      s2_status_q <= check(rd_mr, s1_req_q, 32'(s1_req_q.key[31:8]) < Cfg.Mrs);
      s2_len_q    <= s1_req_q.len;
      s2_off_q    <= s1_req_q.va - rd_mr.va;
      s2_va_q     <= rd_mr.va & page_mask(rd_mr.page_shift);
      s2_iova_q   <= rd_mr.iova;
      s2_shift_q  <= rd_mr.page_shift;
      s2_base_q   <= rd_mr.mtt_base;
      inval_idx_q <= s1_req_q.key[8 +: MrW];
    end
    if (s2_valid_q) begin
      s3_idx_q    <= s2_idx_q;
      s3_status_q <= s2_status_q;
      s3_len_q    <= s2_len_q;
      s3_shift_q  <= s2_shift_q;
      s3_page_q   <= s2_base_q + MttW'((s2_va_q + s2_off_q) >> s2_shift_q);
      s3_pos_q    <= (s2_shift_q == '0) ? s2_iova_q + s2_off_q
                                        : (s2_va_q + s2_off_q) & page_mask(s2_shift_q);
    end
    if (s3_valid_q) begin
      s4_idx_q    <= s3_idx_q;
      s4_status_q <= s3_status_q;
      s4_len_q    <= s3_len_q;
      s4_shift_q  <= s3_shift_q;
      s4_pos_q    <= s3_pos_q;
      s4_odd_q    <= s3_page_q[0];
    end
    if (s4_valid_q) begin
      s5_idx_q <= s4_idx_q;
      s5_rsp_q <= compose(s4_status_q, s4_shift_q, s4_pos_q, s4_len_q,
                          s4_odd_q ? odd_page : even_page, s4_odd_q ? even_page : odd_page);
    end
  end

  ///////////////////////////////////////////////////////////////////////////////////////
  // Stage 3: page table in two banks, so that an entry and its successor are read at once //
  ///////////////////////////////////////////////////////////////////////////////////////

  logic re_mtt;
  assign re_mtt = s3_valid_q && s3_shift_q != '0;

  el_ram_1r1w #(
    .Width(64),
    .Depth(Cfg.Mtts / 2)
  ) u_mtt_even (
    .clk_i,
    .rst_i,
    .we_i   (mtt_we_i && !mtt_waddr_i[0]),
    .waddr_i(mtt_waddr_i[MttW-1:1]),
    .wdata_i(mtt_wdata_i),
    .re_i   (re_mtt),
    .raddr_i(s3_page_q[MttW-1:1] + (MttW-1)'(s3_page_q[0])),
    .rdata_o(even_page)
  );

  el_ram_1r1w #(
    .Width(64),
    .Depth(Cfg.Mtts / 2)
  ) u_mtt_odd (
    .clk_i,
    .rst_i,
    .we_i   (mtt_we_i && mtt_waddr_i[0]),
    .waddr_i(mtt_waddr_i[MttW-1:1]),
    .wdata_i(mtt_wdata_i),
    .re_i   (re_mtt),
    .raddr_i(s3_page_q[MttW-1:1]),
    .rdata_o(odd_page)
  );

  assign xrsp_valid_o = N'(s5_valid_q) << s5_idx_q;
  assign xrsp_o       = s5_rsp_q;
  assign busy_o       = obj_q != ObjIdle || obj_we_q || inval_we_q || obj_rsp_valid_q ||
                        s1_valid_q || s2_valid_q || s3_valid_q || s4_valid_q || s5_valid_q;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(RangeAtMostOnePage_A, !s1_valid_q || s1_req_q.len <= 13'd4096)
  `EL_ASSERT(PiecesCoverRange_A, !s5_valid_q || s5_rsp_q.len0 <= 13'd4096)

  logic unused_obj;  // fields that this object does not have
  assign unused_obj = ^{obj_req_i.mask, obj_req_i.kind, obj_mr.unused_35};

endmodule : el_roce_mr

// SPDX-License-Identifier: Apache-2.0
//
// Segment table: memory that this endpoint exports; owner of the admin object ObjSegment.
//
// Lookup latency 1 cycle, two lookups a cycle (data and signal of a STORE_NOTIFY).
// CREATE and QUERY are answered after 3 cycles. DESTROY holds new requests back and is answered
// when no access to home memory is in flight, so that the host may free the memory afterwards.
// EthLink specification section 4.

`include "el_assert.svh"

module el_ls_segments #(
  parameter  el_pkg::cfg_t Cfg  = el_pkg::CfgDefault,
  localparam int unsigned  IdxW = $clog2(Cfg.Segments)
) (
  input  logic                clk_i,
  input  logic                rst_i,

  // Lookups by address[63:48]: answers are there in the next cycle and stay until the next lookup.
  input  logic                lk_re_i,
  input  logic [15:0]         lk_seg_i,
  output logic                lk_valid_o,
  output el_ls_eng_pkg::seg_t lk_o,
  input  logic [15:0]         sig_seg_i,
  output logic                sig_valid_o,
  output el_ls_eng_pkg::seg_t sig_o,

  // Object bus
  input  logic                obj_valid_i,
  input  el_pkg::obj_req_t    obj_req_i,
  output logic                obj_rsp_valid_o,
  output el_pkg::obj_rsp_t    obj_rsp_o,

  // A segment goes away: accept no request until all accesses have ended.
  output logic                drain_o,
  input  logic                drained_i,

  output logic                busy_o
);

  typedef enum logic [1:0] {StIdle, StRead, StDrain, StAnswer} state_e;

  localparam int unsigned SegW      = $bits(el_ls_eng_pkg::seg_t);
  localparam logic [63:0] MaxLength = 64'h1_0000_0000_0000;

  state_e                    state_q;
  logic [Cfg.Segments-1:0]   valid_q;
  logic                      lk_valid_q, sig_valid_q;
  logic [7:0]                status_q;
  el_ls_eng_pkg::seg_t       query_seg, new_seg;
  el_regs_pkg::obj_segment_t obj, query_obj;
  logic [IdxW-1:0]           obj_idx;
  logic                      in_range, exists, bad_param, create, destroy, query;
  logic [7:0]                status;

  assign obj      = el_regs_pkg::obj_segment_t'(obj_req_i.data);
  assign obj_idx  = obj_req_i.index[IdxW-1:0];
  assign in_range = 32'(obj_req_i.index) < Cfg.Segments;
  assign exists   = valid_q[obj_idx];
  assign bad_param = obj.base[7:0] != '0 || obj.length == '0 || obj.length > MaxLength ||
                     ({1'b0, obj.base} + {1'b0, obj.length}) > 65'h1_0000_0000_0000_0000;

  always_comb begin
    new_seg.base   = obj.base;
    new_seg.length = obj.length[48:0];
    new_seg.pkey   = obj.pkey;
    new_seg.access = obj.access[3:0];
  end

  always_comb begin
    status = el_regs_pkg::AdminStatusOk;
    if (!in_range) status = el_regs_pkg::AdminStatusBadIndex;
    else begin
      unique case (obj_req_i.verb)
        el_regs_pkg::AdminVerbCreate:
          if (exists) status = el_regs_pkg::AdminStatusBadState;
          else if (bad_param) status = el_regs_pkg::AdminStatusBadParam;
        el_regs_pkg::AdminVerbQuery, el_regs_pkg::AdminVerbDestroy:
          if (!exists) status = el_regs_pkg::AdminStatusBadState;
        default: status = el_regs_pkg::AdminStatusBadVerb;
      endcase
    end
  end

  assign create  = state_q == StIdle && obj_valid_i && status == el_regs_pkg::AdminStatusOk &&
                   obj_req_i.verb == el_regs_pkg::AdminVerbCreate;
  assign destroy = state_q == StIdle && obj_valid_i && status == el_regs_pkg::AdminStatusOk &&
                   obj_req_i.verb == el_regs_pkg::AdminVerbDestroy;
  assign query   = state_q == StRead && status_q == el_regs_pkg::AdminStatusOk;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StIdle;
      valid_q <= '0;
    end else begin
      unique case (state_q)
        StIdle: if (obj_valid_i) begin
          state_q  <= destroy ? StDrain : StRead;
          status_q <= status;
          if (create) valid_q[obj_idx] <= 1'b1;
          if (destroy) valid_q[obj_idx] <= 1'b0;
        end
        StRead:   state_q <= StAnswer;
        StDrain:  if (drained_i) state_q <= StAnswer;
        StAnswer: state_q <= StIdle;
        default:  state_q <= StIdle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (lk_re_i) begin
      lk_valid_q  <= 32'(lk_seg_i) < Cfg.Segments && valid_q[lk_seg_i[IdxW-1:0]];
      sig_valid_q <= 32'(sig_seg_i) < Cfg.Segments && valid_q[sig_seg_i[IdxW-1:0]];
    end
  end

  el_ram_1r1w #(.Width(SegW), .Depth(Cfg.Segments)) u_data (
    .clk_i, .rst_i,
    .we_i(create), .waddr_i(obj_idx), .wdata_i(new_seg),
    .re_i(lk_re_i), .raddr_i(lk_seg_i[IdxW-1:0]), .rdata_o(lk_o)
  );

  el_ram_1r1w #(.Width(SegW), .Depth(Cfg.Segments)) u_signal (
    .clk_i, .rst_i,
    .we_i(create), .waddr_i(obj_idx), .wdata_i(new_seg),
    .re_i(lk_re_i), .raddr_i(sig_seg_i[IdxW-1:0]), .rdata_o(sig_o)
  );

  el_ram_1r1w #(.Width(SegW), .Depth(Cfg.Segments)) u_query (
    .clk_i, .rst_i,
    .we_i(create), .waddr_i(obj_idx), .wdata_i(new_seg),
    .re_i(query), .raddr_i(obj_idx), .rdata_o(query_seg)
  );

  always_comb begin
    query_obj        = '0;
    query_obj.base   = query_seg.base;
    query_obj.length = {15'b0, query_seg.length};
    query_obj.pkey   = query_seg.pkey;
    query_obj.access = {4'b0, query_seg.access};
  end

  assign lk_valid_o       = lk_valid_q;
  assign sig_valid_o      = sig_valid_q;
  assign obj_rsp_valid_o  = state_q == StAnswer;
  assign obj_rsp_o.status = status_q;
  assign obj_rsp_o.data   = query_obj;
  assign drain_o          = state_q == StDrain;
  assign busy_o           = state_q != StIdle;

  logic unused_obj;
  assign unused_obj = ^{obj_req_i.kind, obj_req_i.mask, obj.unused_19, obj.access[7:4]};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT_NEXT(AnswerOnce_A, obj_rsp_valid_o, !obj_rsp_valid_o)

endmodule : el_ls_segments

// SPDX-License-Identifier: Apache-2.0
//
// Window table: what each page of the aperture means; owner of the admin object ObjWindow.
//
// Lookup latency 1 cycle, one lookup a cycle; CREATE, QUERY, DESTROY are answered after 3 cycles.
// Two copies of the entries: an admin command never waits for the data path, nor it for admin.
// EthLink specification section 4.

`include "el_assert.svh"

module el_ls_windows #(
  parameter  el_pkg::cfg_t Cfg  = el_pkg::CfgDefault,
  localparam int unsigned  IdxW = $clog2(Cfg.Windows)
) (
  input  logic                clk_i,
  input  logic                rst_i,

  // Lookup: the answer is there in the next cycle and stays until the next lookup.
  input  logic                lk_re_i,
  input  logic [IdxW-1:0]     lk_idx_i,
  output logic                lk_valid_o,
  output el_ls_eng_pkg::win_t lk_win_o,

  // Object bus
  input  logic                obj_valid_i,
  input  el_pkg::obj_req_t    obj_req_i,
  output logic                obj_rsp_valid_o,
  output el_pkg::obj_rsp_t    obj_rsp_o,

  output logic                busy_o
);

  typedef enum logic [1:0] {StIdle, StRead, StAnswer} state_e;

  localparam int unsigned WinW    = $bits(el_ls_eng_pkg::win_t);
  localparam logic [63:0] MaxSize = 64'h4000_0000;  // the largest page

  state_e                    state_q;
  logic [Cfg.Windows-1:0]    valid_q;
  logic                      lk_valid_q;
  logic [7:0]                status_q;
  el_ls_eng_pkg::win_t       query_win, new_win;
  el_regs_pkg::obj_window_t  obj, query_obj;
  logic [IdxW-1:0]           obj_idx;
  logic                      in_range, exists, bad_param, create, destroy, query;
  logic [7:0]                status;

  assign obj      = el_regs_pkg::obj_window_t'(obj_req_i.data);
  assign obj_idx  = obj_req_i.index[IdxW-1:0];
  assign in_range = 32'(obj_req_i.index) < Cfg.Windows;
  assign exists   = valid_q[obj_idx];
  // The sum of base and size must stay inside the segment's 48-bit offset.
  assign bad_param = obj.remote_base[7:0] != '0 || (obj.vc != 8'd0 && obj.vc != 8'd2) ||
                     obj.size == '0 ||
                     ({1'b0, obj.remote_base[47:0]} + {18'b0, new_win.size}) > 49'h1_0000_0000_0000;

  always_comb begin
    new_win.remote_base = obj.remote_base;
    new_win.node_id     = obj.node_id;
    new_win.access      = obj.access[3:0];
    new_win.bulk        = obj.vc[1];
    new_win.posted      = obj.posted[0];
    new_win.ctx         = obj.ctx;
    new_win.size        = (obj.size > MaxSize) ? MaxSize[30:0] : obj.size[30:0];
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
          state_q  <= StRead;
          status_q <= status;
          if (create) valid_q[obj_idx] <= 1'b1;
          if (destroy) valid_q[obj_idx] <= 1'b0;
        end
        StRead:   state_q <= StAnswer;
        StAnswer: state_q <= StIdle;
        default:  state_q <= StIdle;
      endcase
    end
  end

  always_ff @(posedge clk_i) if (lk_re_i) lk_valid_q <= valid_q[lk_idx_i];

  el_ram_1r1w #(.Width(WinW), .Depth(Cfg.Windows)) u_lookup (
    .clk_i, .rst_i,
    .we_i(create), .waddr_i(obj_idx), .wdata_i(new_win),
    .re_i(lk_re_i), .raddr_i(lk_idx_i), .rdata_o(lk_win_o)
  );

  el_ram_1r1w #(.Width(WinW), .Depth(Cfg.Windows)) u_query (
    .clk_i, .rst_i,
    .we_i(create), .waddr_i(obj_idx), .wdata_i(new_win),
    .re_i(query), .raddr_i(obj_idx), .rdata_o(query_win)
  );

  always_comb begin
    query_obj             = '0;
    query_obj.remote_base = query_win.remote_base;
    query_obj.node_id     = query_win.node_id;
    query_obj.access      = {4'b0, query_win.access};
    query_obj.vc          = {6'b0, query_win.bulk, 1'b0};
    query_obj.posted      = {7'b0, query_win.posted};
    query_obj.ctx         = query_win.ctx;
    query_obj.size        = {33'b0, query_win.size};
  end

  assign lk_valid_o       = lk_valid_q;
  assign obj_rsp_valid_o  = state_q == StAnswer;
  assign obj_rsp_o.status = status_q;
  assign obj_rsp_o.data   = query_obj;
  assign busy_o           = state_q != StIdle;

  logic unused_obj;
  assign unused_obj = ^{obj_req_i.kind, obj_req_i.mask, obj.unused_24, obj.unused_13,
                        obj.access[7:4], obj.posted[7:1]};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT_NEXT(AnswerOnce_A, obj_rsp_valid_o, !obj_rsp_valid_o)

endmodule : el_ls_windows

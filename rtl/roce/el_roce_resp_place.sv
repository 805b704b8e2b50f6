// SPDX-License-Identifier: Apache-2.0
//
// Joins pieces with their translations into orders for the payload mover, and judges failures.
//
// Latency 1 cycle, throughput 1 order a cycle (a piece that crosses a page gives two), storage two
// bits a queue pair: dead, from a failure until the front moved the queue pair to ERR.
// A failure turns the rest of its packet and everything later of its queue pair into nothing, but
// receive requests that were taken from a shared queue come back with WrFlushErr.
// Syndromes and statuses: InfiniBand volume 1, 9.9.3.1 (responder error behaviour).

`include "el_assert.svh"

module el_roce_resp_place #(
  parameter  el_pkg::cfg_t Cfg      = el_pkg::CfgDefault,
  parameter  int unsigned  InFlight = 64,
  localparam int unsigned  QpnW     = $clog2(Cfg.Qps)
) (
  input  logic                     clk_i,
  input  logic                     rst_i,

  // Pieces, and the answers to those that are translated.
  input  logic                     piece_valid_i,
  output logic                     piece_ready_o,
  input  el_roce_resp_pkg::piece_t piece_i,
  input  logic                     xrsp_valid_i,
  output logic                     xrsp_ready_o,
  input  el_roce_pkg::xlate_rsp_t  xrsp_i,

  // Orders to the mover, and with the last order of a packet its completion.
  output logic                     seg_valid_o,
  input  logic                     seg_ready_i,
  output el_roce_resp_pkg::seg_t   seg_o,
  output logic                     cpl_valid_o,
  output el_roce_resp_pkg::cpl_t   cpl_o,
  output logic [63:0]              cpl_iova_o,  // atomics

  // Queue pairs that fail, and that the front has dealt with.
  output logic                     kill_valid_o,
  input  logic                     kill_ready_i,
  output el_roce_resp_pkg::kill_t  kill_o,
  input  logic                     revive_i,
  input  logic [QpnW-1:0]          revive_qpn_i,

  output el_roce_resp_pkg::fault_e fault_o,       // a pulse a failure, for the counters
  output logic                     busy_o
);

  logic [Cfg.Qps-1:0]       dead_q;
  logic [Cfg.Qps-1:0]       open_q;               // dead: its SEND goes on, but has completed
  logic                     second_q;             // the first page of the piece is on its way
  el_roce_resp_pkg::fault_e sticky_q;             // failure of an earlier piece of the packet
  el_roce_resp_pkg::fault_e fault;
  logic                     to_sq, dead, refused, bad, split, fire, last_order, kill, returns;

  // What ends the receiving side says nothing about responses; the requester deals with those.
  assign to_sq   = piece_i.cpl.sq.valid;
  assign dead    = dead_q[piece_i.cpl.qpn[QpnW-1:0]] && !to_sq;
  assign refused = piece_i.xlate && xrsp_i.status != el_roce_pkg::XlateOk;

  always_comb begin
    fault = sticky_q;
    if (sticky_q == el_roce_resp_pkg::FltNone) begin
      fault = piece_i.fault;
      if (refused) fault = piece_i.on_fail;
    end
  end

  assign bad   = dead || fault != el_roce_resp_pkg::FltNone;
  assign split = piece_i.write && !bad && !second_q && xrsp_i.len0 < piece_i.len;

  // A piece without order (a failed one in the middle, a key lookup) passes without the mover.
  logic ready, silent;
  assign silent     = !piece_i.last && (bad || !piece_i.write);
  assign ready      = piece_valid_i && (!piece_i.xlate || xrsp_valid_i);
  assign last_order = piece_i.last && !split;
  assign seg_valid_o = ready && !silent;
  assign fire       = ready && (silent || seg_ready_i);

  assign piece_ready_o = fire && !split;
  assign xrsp_ready_o  = fire && !split && piece_i.xlate;
  assign cpl_valid_o   = fire && last_order;
  assign kill          = cpl_valid_o && !dead && !to_sq &&
                         (fault != el_roce_resp_pkg::FltNone || piece_i.fatal);
  assign fault_o       = (cpl_valid_o && !dead && !to_sq) ? fault : el_roce_resp_pkg::FltNone;

  always_comb begin
    seg_o         = '0;
    seg_o.write   = piece_i.write && !bad;
    seg_o.last    = last_order;
    seg_o.payload = piece_i.payload;
    seg_o.inject  = piece_i.inject;
    seg_o.value   = {piece_i.cpl.byte_len, piece_i.cpl.imm};
    seg_o.addr    = second_q ? xrsp_i.iova1 : xrsp_i.iova0;
    seg_o.len     = second_q ? piece_i.len - xrsp_i.len0 : split ? xrsp_i.len0 : piece_i.len;
  end

  // The completion of a failed packet: NAK, and an error completion if it filled a receive request.
  always_comb begin
    cpl_o        = piece_i.cpl;
    cpl_o.job_ok = piece_i.cpl.job && !bad;
    if (dead) begin
      cpl_o.respond   = 1'b0;
      cpl_o.cqe       = returns && !open_q[piece_i.cpl.qpn[QpnW-1:0]];
      cpl_o.comm_est  = 1'b0;
      cpl_o.status    = el_regs_pkg::WcStatusWrFlushErr;
      cpl_o.write_imm = 1'b0;
    end else if (to_sq) begin
      if (fault != el_roce_resp_pkg::FltNone) cpl_o.status = el_regs_pkg::WcStatusLocProtErr;
    end else if (fault != el_roce_resp_pkg::FltNone) begin
      cpl_o.respond  = 1'b1;
      cpl_o.cqe      = fault != el_roce_resp_pkg::FltRkey;
      cpl_o.syndrome = el_regs_pkg::AethSyndromeNakRemoteOperational;
      cpl_o.has_imm  = 1'b0;
      cpl_o.has_inv  = 1'b0;
      // The message did not complete: MSN counts the ones before it.
      cpl_o.msn      = piece_i.cpl.msn - 24'(piece_i.last_packet);
      unique case (fault)
        el_roce_resp_pkg::FltLen: begin
          cpl_o.syndrome = el_regs_pkg::AethSyndromeNakInvalidRequest;
          cpl_o.status   = el_regs_pkg::WcStatusLocLenErr;
        end
        el_roce_resp_pkg::FltWqe:   cpl_o.status = el_regs_pkg::WcStatusLocQpOpErr;
        el_roce_resp_pkg::FltDma:   cpl_o.status = el_regs_pkg::WcStatusFatalErr;
        el_roce_resp_pkg::FltLocal: cpl_o.status = el_regs_pkg::WcStatusLocProtErr;
        el_roce_resp_pkg::FltRkey: begin
          cpl_o.syndrome = el_regs_pkg::AethSyndromeNakRemoteAccess;
          cpl_o.status   = el_regs_pkg::WcStatusRemAccessErr;
          // Nothing else knows any more that the WRITE took a request.
          if (returns) begin
            cpl_o.cqe       = 1'b1;
            cpl_o.status    = el_regs_pkg::WcStatusWrFlushErr;
            cpl_o.write_imm = 1'b0;
          end
        end
        default: begin
          cpl_o.syndrome = el_regs_pkg::AethSyndromeNakRemoteAccess;
          cpl_o.status   = el_regs_pkg::WcStatusRemInvReqErr;
        end
      endcase
    end
  end

  // The packet is the last one of a message that took a request from a shared queue.
  assign returns = piece_i.cpl.srq && piece_i.cpl.cqe && !piece_i.fatal;

  assign cpl_iova_o = xrsp_i.iova0;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      dead_q   <= '0;
      open_q   <= '0;
      second_q <= 1'b0;
      sticky_q <= el_roce_resp_pkg::FltNone;
    end else begin
      if (fire) begin
        second_q <= split;
        sticky_q <= cpl_valid_o ? el_roce_resp_pkg::FltNone : fault;
      end
      if (revive_i) dead_q[revive_qpn_i] <= 1'b0;
      if (cpl_valid_o && dead && returns) open_q[piece_i.cpl.qpn[QpnW-1:0]] <= 1'b0;
      if (kill) begin
        dead_q[piece_i.cpl.qpn[QpnW-1:0]] <= 1'b1;
        open_q[piece_i.cpl.qpn[QpnW-1:0]] <= cpl_o.cqe && !returns;
      end
    end
  end

  // Failures wait here until the front has stopped; a queue pair fails once.
  el_roce_resp_pkg::kill_t kill_in;
  logic                    kill_ready;

  always_comb begin
    kill_in.qpn     = piece_i.cpl.qpn;
    kill_in.psn     = piece_i.cpl.psn;
    kill_in.rq_next = piece_i.cpl.rq_idx + 16'(cpl_o.cqe);
    kill_in.status  = cpl_o.status;
    if (fault == el_roce_resp_pkg::FltRkey) kill_in.status = el_regs_pkg::WcStatusRemAccessErr;
  end

  el_fifo #(
    .Width($bits(el_roce_resp_pkg::kill_t)),
    .Depth(InFlight)
  ) u_kill (
    .clk_i,
    .rst_i,
    .in_valid_i (kill),
    .in_ready_o (kill_ready),
    .in_data_i  (kill_in),
    .out_valid_o(kill_valid_o),
    .out_ready_i(kill_ready_i),
    .out_data_o (kill_o),
    .count_o    ()
  );

  assign busy_o = piece_valid_i || kill_valid_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(RoomForEveryKill_A, !kill || kill_ready)
  `EL_ASSERT(OrderHasBytes_A, !seg_valid_o || !seg_o.write || seg_o.len != '0)

endmodule : el_roce_resp_place

// SPDX-License-Identifier: Apache-2.0
//
// Ends packets whose data the DMA engine has: completion entry, event, ACK or NAK.
//
// Latency 2 cycles to the completion entry, 4 to the ACK; throughput 1 packet a cycle; storage
// InFlight completions and the responses of el_roce_resp_open and el_roce_resp_ack.

`include "el_assert.svh"

module el_roce_resp_done #(
  parameter  el_pkg::cfg_t Cfg      = el_pkg::CfgDefault,
  parameter  int unsigned  InFlight = 64,
  localparam int unsigned  CntW     = $clog2(InFlight) + 1,
  localparam int unsigned  QpnW     = $clog2(Cfg.Qps)
) (
  input  logic                    clk_i,
  input  logic                    rst_i,

  // Completions in order, and a pulse when the data of the next one was accepted.
  input  logic                    cpl_valid_i,
  output logic                    cpl_ready_o,
  input  el_roce_resp_pkg::cpl_t  cpl_i,
  input  logic [63:0]             cpl_iova_i,    // atomics
  input  logic                    data_done_i,
  output logic                    op_done_o,     // a packet left this stage

  // Completion queue and events.
  output logic                    cqe_valid_o,
  input  logic                    cqe_ready_i,
  output el_pkg::cqe_req_t        cqe_o,
  output logic                    eqe_valid_o,
  input  logic                    eqe_ready_i,
  output el_pkg::eqe_req_t        eqe_o,

  // ACK and NAK packets.
  output logic                    pkt_valid_o,
  input  logic                    pkt_ready_i,
  output el_roce_pkg::tx_pkt_t    pkt_o,

  // READs and atomics: whether they may be done; those that were answered, or forgotten.
  input  el_roce_resp_pkg::mark_t mark_i,
  output logic                    token_valid_o,
  input  logic                    token_ready_i,
  output el_roce_resp_pkg::token_t token_o,
  input  logic                    settled_i,     // all tokens were used
  input  logic [QpnW-1:0]         look_qpn_i,
  output el_roce_resp_pkg::open_t answered_o,
  input  logic                    answered_i,
  input  logic [QpnW-1:0]         answered_qpn_i,
  input  logic                    answered_again_i,
  input  logic                    drop_i,
  input  logic [QpnW-1:0]         drop_qpn_i,
  output logic                    drop_open_o,

  // Responses to the requester.
  output logic                    rsp_valid_o,
  input  logic                    rsp_ready_i,
  output el_roce_pkg::response_t  rsp_o,

  input  logic [7:0]              limit_i,       // requests that one ACK answers at most
  input  logic                    draining_i,    // something waits for this stage to be empty
  input  logic                    purge_i,       // what waits for this queue pair is void
  input  el_roce_pkg::qpn_t       purge_qpn_i,
  output logic                    ack_o,         // a pulse an ACK sent
  output logic                    idle_o,        // no completion or event waits, no purge runs
  output logic                    busy_o
);

  el_roce_resp_pkg::cpl_t cpl;
  logic [63:0]            iova;
  logic [CntW-1:0]        done_q;  // packets whose data is accepted
  logic                   have, fire;
  logic                   cqe_valid_q, eqe_valid_q, rsp_valid_q;
  el_roce_pkg::response_t rsp_q;
  el_pkg::cqe_req_t       cqe_q;
  el_pkg::eqe_req_t       eqe_q;

  el_fifo #(
    .Width($bits(el_roce_resp_pkg::cpl_t) + 64),
    .Depth(InFlight)
  ) u_cpl (
    .clk_i,
    .rst_i,
    .in_valid_i (cpl_valid_i),
    .in_ready_o (cpl_ready_o),
    .in_data_i  ({cpl_iova_i, cpl_i}),
    .out_valid_o(have),
    .out_ready_i(fire),
    .out_data_o ({iova, cpl}),
    .count_o    ()
  );

  logic resp_room, resp_wait, resp_push, purging, ack_busy, open_busy;

  // A key is reported as gone when no atomic can use it any more.
  // A response that finds no room while an object waits is lost like a lost frame: the transmitter
  // may be stopped for as long as its link is.
  assign fire = have && done_q != '0 && (!cpl.cqe || !cqe_valid_q || cqe_ready_i) &&
                (!cpl.comm_est || !eqe_valid_q || eqe_ready_i) &&
                (!cpl.respond || (!purging && !resp_wait && (resp_room || draining_i))) &&
                (!cpl.sq.valid || !rsp_valid_q || rsp_ready_i) &&
                (!cpl.job || token_ready_i) && (!cpl.has_inv || settled_i);
  assign resp_push = fire && cpl.respond && resp_room;
  assign op_done_o = fire;

  assign token_valid_o = fire && cpl.job;
  assign token_o       = '{ok: cpl.job_ok, mark: mark_i, iova: iova};

  function automatic el_pkg::cqe_req_t to_cqe(el_roce_resp_pkg::cpl_t c);
    el_regs_pkg::cqe_t  e;
    el_pkg::cqe_req_t   r;
    e           = '0;
    e.qpn       = 32'(c.qpn);
    e.wqe_index = c.rq_idx;
    e.status    = c.status;
    e.opcode    = c.write_imm ? el_regs_pkg::CqeOpRecvWriteImm : el_regs_pkg::CqeOpRecv;
    if (c.status == el_regs_pkg::WcStatusSuccess) begin
      e.byte_len = c.byte_len;
      e.imm      = (c.has_imm || c.has_inv) ? c.imm : '0;
      e.flags[el_regs_pkg::CqeFlagImm]       = c.has_imm;
      e.flags[el_regs_pkg::CqeFlagInv]       = c.has_inv;
      e.flags[el_regs_pkg::CqeFlagSolicited] = c.se;
    end else if (c.status != el_regs_pkg::WcStatusWrFlushErr) begin
      e.vendor_err = c.syndrome;
    end
    r.cqn       = c.cqn;
    r.solicited = c.se || c.status != el_regs_pkg::WcStatusSuccess;
    r.cqe       = e;
    return r;
  endfunction

  function automatic el_pkg::eqe_req_t to_eqe(el_roce_resp_pkg::cpl_t c);
    el_regs_pkg::eqe_t e;
    el_pkg::eqe_req_t  r;
    e            = '0;
    e.event_type = el_regs_pkg::EqeTypeQpCommEst;
    e.id         = 32'(c.qpn);
    r.eqn        = c.eqn[4:0];
    r.eqe        = e;
    return r;
  endfunction

  function automatic el_roce_pkg::response_t to_response(el_roce_resp_pkg::cpl_t c);
    el_roce_pkg::response_t r;
    r.qpn      = c.qpn;
    r.psn      = c.psn;
    r.seen     = c.msn;
    r.syndrome = c.syndrome;
    r.ordered  = 1'b1;
    r.useless  = c.sq.useless;
    r.due      = c.sq.due;
    r.ends     = c.sq.ends;
    r.implied  = c.sq.implied;
    r.status   = c.status;
    r.value    = {c.byte_len, c.imm};
    return r;
  endfunction

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      done_q      <= '0;
      cqe_valid_q <= 1'b0;
      eqe_valid_q <= 1'b0;
      rsp_valid_q <= 1'b0;
    end else begin
      if (data_done_i != fire) done_q <= data_done_i ? done_q + CntW'(1) : done_q - CntW'(1);
      if (fire && cpl.cqe) cqe_valid_q <= 1'b1;
      else if (cqe_ready_i) cqe_valid_q <= 1'b0;
      if (fire && cpl.comm_est) eqe_valid_q <= 1'b1;
      else if (eqe_ready_i) eqe_valid_q <= 1'b0;
      if (fire && cpl.sq.valid) rsp_valid_q <= 1'b1;
      else if (rsp_ready_i) rsp_valid_q <= 1'b0;
    end
    if (fire && cpl.cqe) cqe_q <= to_cqe(cpl);
    if (fire && cpl.comm_est) eqe_q <= to_eqe(cpl);
    if (fire && cpl.sq.valid) rsp_q <= to_response(cpl);
  end

  assign cqe_valid_o = cqe_valid_q;
  assign cqe_o       = cqe_q;
  assign rsp_valid_o = rsp_valid_q;
  assign rsp_o       = rsp_q;
  assign eqe_valid_o = eqe_valid_q;
  assign eqe_o       = eqe_q;
  assign idle_o      = !cqe_valid_q && !eqe_valid_q && !purging;

  el_roce_resp_pkg::resp_t resp, ack;
  logic                    ack_push, ack_room;

  assign resp = '{qpn: cpl.qpn, syndrome: cpl.syndrome, psn: cpl.psn, msn: cpl.msn};

  el_roce_resp_open #(
    .Cfg(Cfg)
  ) u_open (
    .clk_i,
    .rst_i,
    .look_qpn_i,
    .answered_o,
    .pass_i       (token_valid_o && cpl.job_ok),
    .pass_qpn_i   (cpl.qpn[QpnW-1:0]),
    .answered_i,
    .answered_qpn_i,
    .answered_again_i,
    .drop_i,
    .drop_qpn_i,
    .drop_open_o,
    .resp_push_i  (resp_push),
    .resp_i       (resp),
    .resp_room_o  (resp_room),
    .resp_wait_o  (resp_wait),
    .ack_push_o   (ack_push),
    .ack_room_i   (ack_room),
    .ack_purging_i(purging || purge_i),
    .ack_o        (ack),
    .busy_o       (open_busy)
  );

  el_roce_resp_ack u_ack (
    .clk_i,
    .rst_i,
    .in_valid_i (ack_push),
    .in_ready_o (ack_room),
    .in_i       (ack),
    .pkt_valid_o,
    .pkt_ready_i,
    .pkt_o,
    .limit_i,
    .purge_i,
    .purge_qpn_i,
    .purging_o  (purging),
    .busy_o     (ack_busy)
  );

  assign ack_o  = pkt_valid_o && pkt_ready_i;
  assign busy_o = have || done_q != '0 || cqe_valid_q || eqe_valid_q || ack_busy ||
                  rsp_valid_q || open_busy;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(DoneHasCompletion_A, done_q == '0 || have)
  `EL_ASSERT_NEXT(CompletionHeldWhenStalled_A, cqe_valid_o && !cqe_ready_i,
                  cqe_valid_o && cqe_o == $past(cqe_o))

endmodule : el_roce_resp_done

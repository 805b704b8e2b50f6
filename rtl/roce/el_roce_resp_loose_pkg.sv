// SPDX-License-Identifier: Apache-2.0
//
// The verdict on a received packet of an unreliable transport: UC and UD.
//
// InfiniBand volume 1, 9.8.2 (unreliable connection), 9.8.3 (datagram), 9.9.3 (errors): nothing is
// answered; a packet that cannot be taken is dropped, of UC with the rest of its message.

package el_roce_resp_loose_pkg;

  localparam logic [31:0] GrhBytes = 32'd40;  // in front of a datagram (11.4.1.2)

  // UC: does the packet continue the message in progress? A first packet begins another one, with
  // whatever PSN (9.8.2.2).
  function automatic logic continues(el_roce_resp_pkg::shape_t s, el_roce_resp_pkg::qp_dyn_t dyn,
                                     el_roce_resp_pkg::req_t r);
    return dyn.seq == (s.send ? el_roce_resp_pkg::SeqSend : el_roce_resp_pkg::SeqWrite) &&
           r.psn == dyn.epsn;
  endfunction

  function automatic el_roce_resp_pkg::verdict_t judge(el_roce_resp_pkg::qp_cfg_t cfg,
      el_roce_resp_pkg::qp_dyn_t dyn, el_roce_resp_pkg::req_t r);
    el_roce_resp_pkg::verdict_t v;
    el_roce_resp_pkg::shape_t   s;
    el_roce_resp_pkg::qp_dyn_t  now;
    logic                       up, uc, open;
    v            = '0;
    v.dyn        = dyn;
    v.op.payload = r.payload_len != '0;
    s            = el_roce_resp_pkg::op_shape({3'b0, r.opcode[4:0]});
    uc           = cfg.qp_type == el_regs_pkg::QpTypeUc[1:0];
    open         = dyn.seq != el_roce_resp_pkg::SeqNone;
    up           = cfg.valid && (dyn.state == el_regs_pkg::QpStateRtr[2:0] ||
                                 dyn.state == el_regs_pkg::QpStateRts[2:0] ||
                                 dyn.state == el_regs_pkg::QpStateSqe[2:0]);
    // As if this packet was the expected one.
    now      = dyn;
    now.epsn = r.psn;
    if (s.first) now.seq = el_roce_resp_pkg::SeqNone;
    if (!up) begin
      v.cnt.ignored = 1'b1;
    end else if (uc && !s.first && !continues(s, dyn, r)) begin
      v.cnt.broken  = open;
      v.cnt.ignored = !open;
      v.dyn.seq     = el_roce_resp_pkg::SeqNone;
    end else if (!uc && r.reth.va[63:32] != cfg.qkey) begin
      v.cnt.bad_qkey = 1'b1;  // the first word of DETH stands where RETH would (10.2.5)
    end else begin
      v.cnt.broken = s.first && open;
      v.dyn.seq    = el_roce_resp_pkg::SeqNone;
      if (!el_roce_resp_pkg::shape_ok(s, cfg, now, r)) begin
        v.cnt.invalid = 1'b1;
      end else if (dyn.rq_cons == dyn.rq_prod && ((s.send && s.first) || (s.write && s.imm))) begin
        v.cnt.no_request = 1'b1;
      end else begin
        v.dyn             = el_roce_resp_pkg::advance(s, now, r);
        v.op              = el_roce_resp_pkg::accept(s, cfg, now, v.dyn, r);
        v.op.cpl.respond  = 1'b0;
        v.op.cpl.syndrome = '0;
        if (!uc) begin
          v.op.len          = v.op.len + GrhBytes[12:0];
          v.op.cpl.byte_len = v.op.cpl.byte_len + GrhBytes;
          v.op.cpl.datagram = 1'b1;
          v.op.cpl.msn      = r.reth.va[23:0];
        end
      end
    end
    v.op.grh        = !uc;
    v.op.cpl.loose  = 1'b1;
    v.op.cpl.qpn    = r.qpn;
    v.op.cpl.cqn    = cfg.recv_cq;
    v.op.cpl.rq_idx = dyn.rq_cons;
    v.op.cpl.eqn    = cfg.eqn;
    return v;
  endfunction

endpackage : el_roce_resp_loose_pkg

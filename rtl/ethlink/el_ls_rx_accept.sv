// SPDX-License-Identifier: Apache-2.0
//
// Decides what becomes of each received Load/Store frame; owner of the expected PSNs.
//
// One frame a cycle, decided in the cycle in which it is taken; what others must know (debts,
// acknowledgements, control frames) follows one cycle later. Class 0 are requests and control
// frames, class 1 responses and acknowledgements; neither waits for the other's consumer. Only the
// expected PSN is accepted; a gap is answered by one NACK, then silence until that PSN arrives; a
// duplicate is acknowledged again. Requests of another partition are accepted and marked: whoever
// sent them is told that they are denied. EthLink specification sections 2 and 4.

`include "el_assert.svh"

module el_ls_rx_accept #(
  parameter  el_pkg::cfg_t Cfg = el_pkg::CfgDefault,
  localparam int unsigned  PW  = $clog2(Cfg.Peers),
  localparam int unsigned  FW  = PW + 2
) (
  input  logic                      clk_i,
  input  logic                      rst_i,

  input  logic [1:0]                meta_valid_i,
  output logic [1:0]                meta_ready_o,
  input  el_ls_pkg::rx_meta_t [1:0] meta_i,
  input  el_ls_pkg::rx_who_t [1:0]  who_i,
  input  logic                      hold_i,         // take no frame in this cycle

  // Payload of the frame, to the unpacker of its class
  output logic [1:0]                job_valid_o,
  input  logic [1:0]                job_ready_i,
  output el_ls_pkg::rx_job_t        job_o,

  // What the peer is owed: see el_ls_tx_ctl
  output logic                      owe_valid_o,
  output logic [FW-1:0]             owe_flow_o,
  output logic [15:0]               owe_psn_o,
  output logic                      owe_now_o,
  output logic                      owe_nack_o,

  // Acknowledgement and window that a frame of a peer that is up carried
  output logic                      ack_valid_o,
  output logic [FW-1:0]             ack_flow_o,
  output logic [15:0]               ack_psn_o,
  output logic                      ack_nack_o,
  output logic                      win_valid_o,
  output logic [PW-1:0]             win_peer_o,
  output logic [7:0]                win_o,

  // HELLO and HELLO_ACK
  output logic                      ctl_valid_o,
  input  logic                      ctl_ready_i,
  output el_ls_pkg::rx_ctl_t        ctl_o,

  input  logic                      clr_valid_i,    // the flow starts at PSN 0 again
  input  logic [FW-1:0]             clr_flow_i,

  // Expected PSNs, answered in the same cycle
  input  logic [FW-1:0]             exp_flow_i,
  output logic [15:0]               exp_psn_o,
  input  logic [PW-1:0]             exp_peer_i,
  output logic [2:0][15:0]          exp_psns_o,

  output logic                      cnt_frame_o,
  output logic                      cnt_duplicate_o,
  output logic                      cnt_gap_o,
  output logic                      cnt_ack_o,
  output logic                      cnt_nack_o,
  output logic                      cnt_stale_o,
  output logic                      cnt_unknown_o,
  output logic                      cnt_pkey_o,
  output logic                      cnt_malformed_o,
  output logic                      busy_o
);

  localparam int unsigned Flows = 2 ** FW;

  logic [15:0] expected_q [Flows];
  logic        nacked_q [Flows];      // the gap was reported

  // ---------------------------------------------------------------------------------------------
  // The frame that is taken: responses first, but not twice while a request waits
  // ---------------------------------------------------------------------------------------------

  logic                last_q, cls, take, ctl_v_q, cool_q, hold;
  logic [1:0]          can;
  el_ls_pkg::rx_meta_t m;
  el_ls_pkg::rx_who_t  who;

  // A control frame may change the peer table: the next frame waits until it was asked anew.
  assign hold = hold_i || ctl_v_q || cool_q;
  always_comb begin
    for (int i = 0; i < 2; i++) begin
      can[i] = meta_valid_i[i] && !hold && (meta_i[i].len == '0 || job_ready_i[i]);
    end
    cls  = can[1] && !(last_q && can[0]);
    take = can != 2'b00;
    m    = meta_i[cls];
    who  = who_i[cls];
    meta_ready_o = take ? (cls ? 2'b10 : 2'b01) : 2'b00;
    job_valid_o  = (m.len != '0) ? meta_ready_o : 2'b00;
  end

  // ---------------------------------------------------------------------------------------------
  // Checks
  // ---------------------------------------------------------------------------------------------

  logic          is_data, is_nack, is_ctl, malformed, trusted, current, in_order, old;
  logic          accept, duplicate, gap, acks;
  logic [FW-1:0] flow;
  logic [PW-1:0] peer;
  logic [15:0]   ahead;

  assign is_data = m.rh.op == 2'(el_regs_pkg::LsFrameOpData);
  assign is_nack = m.rh.op == 2'(el_regs_pkg::LsFrameOpNack);
  assign is_ctl  = m.rh.op == 2'(el_regs_pkg::LsFrameOpControl);
  always_comb begin
    malformed = m.bad || m.rh.version != 2'd0;
    if (is_data) begin
      malformed = malformed || m.len == '0 || m.rh.num_cmds == 8'd0 || m.rh.vc > 4'd2
               || (m.rh.vc == 4'(el_ls_pkg::VcResponse)) != cls
               || (m.rh.ack_valid != 1'b0 && m.rh.ack_vc > 4'd2);
    end else begin
      malformed = malformed || m.len != '0 || m.rh.num_cmds != 8'd0;
      if (is_ctl) begin
        malformed = malformed || m.rh.vc != 4'(el_ls_pkg::VcControl) || m.rh.psn > 16'd1
                 || m.rh.epoch == 16'd0;
      end else begin
        malformed = malformed || m.rh.ack_valid == 1'b0 || m.rh.ack_vc > 4'd2;
      end
    end
  end

  assign peer      = m.src_id[PW-1:0];
  assign flow      = {peer, m.rh.vc[1:0]};
  assign trusted   = take && who.known && (who.pkey_ok || (is_data && !cls)) && !malformed;
  assign current   = trusted && !is_ctl && who.current;
  assign ahead     = m.rh.psn - expected_q[flow];
  assign in_order  = ahead == 16'd0;
  assign old       = ahead[15];
  assign accept    = current && is_data && in_order;
  assign duplicate = current && is_data && old;
  assign gap       = current && is_data && !in_order && !old;
  assign acks      = current && m.rh.ack_valid != 1'b0;

  assign job_o = '{drop: !accept, denied: !who.pkey_ok, peer: el_ls_pkg::PeerW'(peer),
                   vc: m.rh.vc[1:0], pkey: m.rh.pkey, num_cmds: m.rh.num_cmds, len: m.len};

  always_ff @(posedge clk_i) begin
    if (take) last_q <= cls;
    if (accept) expected_q[flow] <= m.rh.psn + 16'd1;
    if (accept) nacked_q[flow] <= 1'b0;
    else if (gap) nacked_q[flow] <= 1'b1;
    if (clr_valid_i) begin
      expected_q[clr_flow_i] <= '0;
      nacked_q[clr_flow_i]   <= 1'b0;
    end
    if (rst_i) last_q <= 1'b0;
  end

  // ---------------------------------------------------------------------------------------------
  // Consequences, one cycle later
  // ---------------------------------------------------------------------------------------------

  logic               owe_v_q, owe_now_q, owe_nack_q, ack_v_q, ack_nack_q, win_v_q;
  logic [FW-1:0]      owe_flow_q, ack_flow_q;
  logic [15:0]        owe_psn_q, ack_psn_q;
  logic [PW-1:0]      win_peer_q;
  logic [7:0]         win_q;
  el_ls_pkg::rx_ctl_t ctl_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      owe_v_q <= 1'b0;
      ack_v_q <= 1'b0;
      win_v_q <= 1'b0;
      ctl_v_q <= 1'b0;
      cool_q  <= 1'b0;
    end else begin
      owe_v_q <= accept || duplicate || (gap && !nacked_q[flow]);
      ack_v_q <= acks;
      win_v_q <= current || (trusted && is_ctl);
      cool_q  <= ctl_v_q && ctl_ready_i;
      if (trusted && is_ctl) ctl_v_q <= 1'b1;
      else if (ctl_ready_i) ctl_v_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (take) begin
      owe_flow_q <= flow;
      owe_psn_q  <= accept ? m.rh.psn + 16'd1 : expected_q[flow];
      owe_now_q  <= duplicate;
      owe_nack_q <= gap;
      ack_flow_q <= {peer, m.rh.ack_vc[1:0]};
      ack_psn_q  <= m.rh.ack_psn;
      ack_nack_q <= is_nack;
      win_peer_q <= peer;
      win_q      <= m.rh.window;
    end
    if (trusted && is_ctl) begin
      ctl_q <= '{peer: el_ls_pkg::PeerW'(peer), hello: m.rh.psn == 16'd0, epoch: m.rh.epoch,
                 echo: m.rh.ack_psn};
    end
  end

  assign owe_valid_o = owe_v_q;
  assign owe_flow_o  = owe_flow_q;
  assign owe_psn_o   = owe_psn_q;
  assign owe_now_o   = owe_now_q;
  assign owe_nack_o  = owe_nack_q;
  assign ack_valid_o = ack_v_q;
  assign ack_flow_o  = ack_flow_q;
  assign ack_psn_o   = ack_psn_q;
  assign ack_nack_o  = ack_nack_q;
  assign win_valid_o = win_v_q;
  assign win_peer_o  = win_peer_q;
  assign win_o       = win_q;
  assign ctl_valid_o = ctl_v_q;
  assign ctl_o       = ctl_q;

  assign exp_psn_o = expected_q[exp_flow_i];
  always_comb begin
    for (int v = 0; v < 3; v++) exp_psns_o[v] = expected_q[{exp_peer_i, 2'(v)}];
  end

  assign cnt_frame_o     = accept;
  assign cnt_duplicate_o = duplicate;
  assign cnt_gap_o       = gap;
  assign cnt_ack_o       = acks && !is_nack;
  assign cnt_nack_o      = acks && is_nack;
  assign cnt_stale_o     = trusted && who.pkey_ok && !is_ctl && !who.current;
  assign cnt_unknown_o   = take && !who.known;
  assign cnt_pkey_o      = take && who.known && !who.pkey_ok;
  assign cnt_malformed_o = take && who.known && who.pkey_ok && malformed;
  assign busy_o          = meta_valid_i != 2'b00 || owe_v_q || ack_v_q || win_v_q || ctl_v_q
                        || cool_q;

  logic unused;
  assign unused = ^m;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OneVerdict_A, $countones({accept, duplicate, gap}) <= 1)
  `EL_ASSERT(OnlyTakenJobs_A, (job_valid_o & ~job_ready_i) == 2'b00)
  `EL_ASSERT(NoFrameOfClearedFlow_A, !clr_valid_i || !current || peer != clr_flow_i[FW-1:2])

endmodule : el_ls_rx_accept

// SPDX-License-Identifier: Apache-2.0
//
// Which READs and atomics wait for their answers, and the ACKs and NAKs that wait behind them.
//
// Latency 0 cycles for a response that need not wait, at least 3 from the last answer to one that
// waited; throughput 1 response a cycle; storage three counts and one response a queue pair.
// One response waits for a queue pair: a newer one says all that an older one says, but for a NAK
// and an ACK of packets before it (InfiniBand volume 1, 9.7.5.1.2).

`include "el_assert.svh"

module el_roce_resp_open #(
  parameter  el_pkg::cfg_t Cfg  = el_pkg::CfgDefault,
  localparam int unsigned  QpnW = $clog2(Cfg.Qps)
) (
  input  logic                     clk_i,
  input  logic                     rst_i,

  // What was answered, for the verdict; combinational.
  input  logic [QpnW-1:0]          look_qpn_i,
  output el_roce_resp_pkg::open_t  answered_o,

  // A READ or atomic ends as a packet, is answered, is forgotten with all others.
  input  logic                     pass_i,
  input  logic [QpnW-1:0]          pass_qpn_i,
  input  logic                     answered_i,      // not with drop_i
  input  logic [QpnW-1:0]          answered_qpn_i,
  input  logic                     answered_again_i,
  input  logic                     drop_i,
  input  logic [QpnW-1:0]          drop_qpn_i,
  output logic                     drop_open_o,     // some waited, combinational

  // ACKs and NAKs in order.
  input  logic                     resp_push_i,
  input  el_roce_resp_pkg::resp_t  resp_i,
  output logic                     resp_room_o,     // else the transmitter makes it wait
  output logic                     resp_wait_o,     // not in this cycle
  output logic                     ack_push_o,
  input  logic                     ack_room_i,
  input  logic                     ack_purging_i,
  output el_roce_resp_pkg::resp_t  ack_o,

  output logic                     busy_o
);

  typedef struct packed {
    logic [7:0]        syndrome;
    el_roce_pkg::psn_t psn;
    logic [23:0]       msn;
    logic              sack;
  } slot_t;

  el_roce_resp_pkg::count_t passed_q [Cfg.Qps];
  el_roce_resp_pkg::count_t reads_q [Cfg.Qps];   // answered
  el_roce_resp_pkg::count_t again_q [Cfg.Qps];   // answered, of repeated ones
  slot_t                    slot_q [Cfg.Qps];
  logic [Cfg.Qps-1:0]       wait_q;              // a response waits in the slot
  logic [Cfg.Qps-1:0]       told_q;              // the queue pair is in u_told

  function automatic logic is_open(el_roce_resp_pkg::count_t passed,
                                   el_roce_resp_pkg::count_t reads,
                                   el_roce_resp_pkg::count_t again);
    return passed != el_roce_resp_pkg::count_t'(reads + again);
  endfunction

  ////////////
  // Counts //
  ////////////

  assign answered_o.reads = reads_q[look_qpn_i];
  assign answered_o.again = again_q[look_qpn_i];
  assign drop_open_o      = is_open(passed_q[drop_qpn_i], reads_q[drop_qpn_i],
                                    again_q[drop_qpn_i]);

  always_ff @(posedge clk_i) begin
    if (drop_i) begin
      passed_q[drop_qpn_i] <= '0;
      reads_q[drop_qpn_i]  <= '0;
      again_q[drop_qpn_i]  <= '0;
    end else begin
      if (pass_i) begin
        passed_q[pass_qpn_i] <= passed_q[pass_qpn_i] + el_roce_resp_pkg::count_t'(1);
      end
      if (answered_i && !answered_again_i) begin
        reads_q[answered_qpn_i] <= reads_q[answered_qpn_i] + el_roce_resp_pkg::count_t'(1);
      end
      if (answered_i && answered_again_i) begin
        again_q[answered_qpn_i] <= again_q[answered_qpn_i] + el_roce_resp_pkg::count_t'(1);
      end
    end
  end

  ///////////////
  // Responses //
  ///////////////

  logic [QpnW-1:0] resp_qpn, told_qpn;
  logic            late, keep, store, told_valid, told_pop, told_push, told_room, due, go;
  slot_t           stored;

  assign resp_qpn = resp_i.qpn[QpnW-1:0];
  assign stored   = slot_q[resp_qpn];
  assign late     = wait_q[resp_qpn] ||
                    is_open(passed_q[resp_qpn], reads_q[resp_qpn], again_q[resp_qpn]);
  assign keep     = wait_q[resp_qpn] && stored.syndrome != el_regs_pkg::AethSyndromeAck &&
                    el_roce_pkg::psn_before(resp_i.psn, stored.psn);
  assign store    = resp_push_i && late;

  // A queue pair is told when one of its answers leaves; the response goes if it was the last one.
  assign due  = told_valid && wait_q[told_qpn] && !drop_i &&
                !is_open(passed_q[told_qpn], reads_q[told_qpn], again_q[told_qpn]);
  assign go   = due && ack_room_i && !ack_purging_i;
  assign told_pop  = go || (told_valid && !due && !drop_i);
  assign told_push = answered_i && (wait_q[answered_qpn_i] ||
                                    (store && resp_qpn == answered_qpn_i)) &&
                     !(told_q[answered_qpn_i] && !(told_pop && told_qpn == answered_qpn_i));

  el_fifo_ram #(
    .Width(QpnW),
    .Depth(Cfg.Qps)
  ) u_told (
    .clk_i,
    .rst_i,
    .in_valid_i (told_push),
    .in_ready_o (told_room),
    .in_data_i  (answered_qpn_i),
    .out_valid_o(told_valid),
    .out_ready_i(told_pop),
    .out_data_o (told_qpn),
    .count_o    ()
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      wait_q <= '0;
      told_q <= '0;
    end else begin
      if (go) wait_q[told_qpn] <= 1'b0;
      if (store) wait_q[resp_qpn] <= 1'b1;
      if (drop_i) wait_q[drop_qpn_i] <= 1'b0;
      if (told_pop) told_q[told_qpn] <= 1'b0;
      if (told_push) told_q[answered_qpn_i] <= 1'b1;
    end
    if (store && !keep) begin
      slot_q[resp_qpn] <= '{resp_i.syndrome, resp_i.psn, resp_i.msn, resp_i.sack};
    end
  end

  assign resp_room_o = late || ack_room_i;
  assign resp_wait_o = go;
  assign ack_push_o  = go || (resp_push_i && !late);

  always_comb begin
    ack_o = resp_i;
    if (go) begin
      ack_o.qpn                                          = 16'(told_qpn);
      {ack_o.syndrome, ack_o.psn, ack_o.msn, ack_o.sack} = slot_q[told_qpn];
    end
  end

  assign busy_o = told_valid || told_q != '0;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OneResponseACycle_A, !(go && resp_push_i))
  `EL_ASSERT(RoomToTell_A, !told_push || told_room)
  `EL_ASSERT(AnsweredWasOpen_A, !answered_i || is_open(passed_q[answered_qpn_i],
             reads_q[answered_qpn_i], again_q[answered_qpn_i]))
  `EL_ASSERT(DropStandsAlone_A, !(drop_i && (pass_i || answered_i)))

endmodule : el_roce_resp_open

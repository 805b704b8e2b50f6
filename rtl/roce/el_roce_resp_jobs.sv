// SPDX-License-Identifier: Apache-2.0
//
// Turns READs and atomics, in order, into answers: waits for the writes before them, executes
// atomics one at a time, keeps what they found.
//
// Latency 1 cycle for a READ, 6 and the host's read and write for an atomic; throughput a READ a
// cycle; storage Depth jobs, and Ring old values a queue pair. InfiniBand volume 1, 9.4.5, 9.7.5.

`include "el_assert.svh"

module el_roce_resp_jobs #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  parameter  int unsigned  Depth = 32,                  // jobs, a power of two
  localparam int unsigned  QpnW  = $clog2(Cfg.Qps)
) (
  input  logic                      clk_i,
  input  logic                      rst_i,

  // Jobs when they are judged, and whether each may be done when its packet ends.
  input  logic                      job_valid_i,
  input  el_roce_resp_pkg::job_t    job_i,
  output logic                      room_o,         // for two
  input  logic                      token_valid_i,
  output logic                      token_ready_o,
  input  el_roce_resp_pkg::token_t  token_i,

  // Writes asked for and visible, modulo.
  input  el_roce_resp_pkg::mark_t   mark_i,
  input  el_roce_resp_pkg::mark_t   written_i,
  input  logic                      wr_done_i,
  input  logic                      wr_done_err_i,

  // Memory of atomics.
  output logic                      rd_valid_o,
  input  logic                      rd_ready_i,
  output logic [63:0]               addr_o,
  input  logic                      rsp_valid_i,
  input  logic [63:0]               rsp_data_i,
  input  logic                      rsp_err_i,
  output logic                      wr_valid_o,
  input  logic                      wr_ready_i,
  output logic [63:0]               value_o,

  // Answers in order.
  output logic                      answer_valid_o,
  input  logic                      answer_ready_i,
  output el_roce_resp_pkg::job_t    answer_o,

  // The jobs of a queue pair are forgotten; nothing is inside then.
  input  logic                      drop_i,
  input  logic [QpnW-1:0]           drop_qpn_i,
  output logic                      settled_o,      // no job whose packet ended is inside
  output logic                      idle_o
);

  localparam int unsigned Saved = el_roce_resp_pkg::Ring;
  localparam int unsigned IdxW  = $clog2(Saved);
  localparam int unsigned CntW  = $clog2(Depth) + 1;

  typedef enum logic [2:0] {StNext, StRead, StOld, StWrite, StSeen, StSave, StFind, StFail} state_e;

  typedef struct packed {
    el_roce_pkg::psn_t psn;
    logic [63:0]       value;
  } saved_t;

  typedef struct packed {
    logic            full;  // all entries are used
    logic [IdxW-1:0] next;  // the oldest or an unused one
  } ring_t;

  state_e                   state_q, state_d;
  el_roce_resp_pkg::job_t   job;
  el_roce_resp_pkg::token_t token;
  el_roce_resp_pkg::mark_t  ahead;
  logic [CntW-1:0]          count;
  logic                     job_valid, in_ready, ready, pop, seen, forget, answer;
  logic                     find_hit, find_end;
  logic [63:0]              old_q;
  el_roce_resp_pkg::mark_t  mark_q;
  logic                     failed_q;
  logic [IdxW:0]            step_q;     // StFind: entries looked at
  logic [Cfg.Qps-1:0]       dead_q;     // an atomic failed: nothing behind it is done
  ring_t                    ring_q [Cfg.Qps];
  ring_t                    ring;
  saved_t                   saved;
  logic [QpnW-1:0]          qpn;

  el_fifo #(
    .Width($bits(el_roce_resp_pkg::job_t)),
    .Depth(Depth)
  ) u_jobs (
    .clk_i,
    .rst_i,
    .in_valid_i (job_valid_i),
    .in_ready_o (in_ready),
    .in_data_i  (job_i),
    .out_valid_o(job_valid),
    .out_ready_i(pop),
    .out_data_o (job),
    .count_o    (count)
  );
  assign room_o = count <= CntW'(Depth - 2);

  el_fifo #(
    .Width($bits(el_roce_resp_pkg::token_t)),
    .Depth(Depth)
  ) u_tokens (
    .clk_i,
    .rst_i,
    .in_valid_i (token_valid_i),
    .in_ready_o (token_ready_o),
    .in_data_i  (token_i),
    .out_valid_o(ready),
    .out_ready_i(pop),
    .out_data_o (token),
    .count_o    ()
  );

  assign qpn    = job.qpn[QpnW-1:0];
  assign ring   = ring_q[qpn];
  assign ahead  = written_i - ((state_q == StSeen) ? mark_q : token.mark);
  assign seen   = !ahead[el_roce_resp_pkg::MarkW-1];
  assign forget = !token.ok || dead_q[qpn];

  ///////////
  // Steps //
  ///////////

  // The newest value is looked at first: a PSN may come round again.
  assign find_hit = step_q != '0 && saved.psn == job.psn &&
                    (ring.full || step_q <= {1'b0, ring.next});
  assign find_end = find_hit || step_q == (IdxW+1)'(Saved);

  always_comb begin
    state_d = state_q;
    answer  = 1'b0;
    pop     = 1'b0;
    unique case (state_q)
      StNext: begin
        if (!ready) begin
          // Wait.
        end else if (forget) begin
          pop = 1'b1;
        end else if (job.kind == el_roce_resp_pkg::JobAgain) begin
          state_d = StFind;
        end else if (seen) begin
          answer = job.kind == el_roce_resp_pkg::JobRead;
          pop    = answer && answer_ready_i;
          if (!answer) state_d = StRead;
        end
      end
      StRead: if (rd_ready_i) state_d = StOld;
      StOld: begin
        if (rsp_valid_i) begin
          state_d = StWrite;
          if (rsp_err_i) state_d = StFail;
          else if (job.kind == el_roce_resp_pkg::JobCmpSwap && rsp_data_i != job.more) begin
            state_d = StSave;
          end
        end
      end
      StWrite: if (wr_ready_i) state_d = StSeen;
      StSeen: if (seen) state_d = failed_q ? StFail : StSave;
      StFind: begin
        answer = find_end;
        pop    = answer && answer_ready_i;
        if (pop) state_d = StNext;
      end
      default: begin  // StSave, StFail
        answer = 1'b1;
        pop    = answer_ready_i;
        if (pop) state_d = StNext;
      end
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StNext;
      step_q  <= '0;
      dead_q  <= '0;
    end else begin
      state_q <= state_d;
      step_q  <= (state_d != StFind) ? '0 : find_end ? step_q : step_q + (IdxW+1)'(1);
      if (drop_i) dead_q[drop_qpn_i] <= 1'b0;
      if (state_q == StFail) dead_q[qpn] <= 1'b1;
    end
    if (state_q == StOld && rsp_valid_i) old_q <= rsp_data_i;
    if (state_q == StWrite) begin
      mark_q   <= mark_i;
      failed_q <= 1'b0;
    end
    if (state_q == StSeen && wr_done_i && written_i + el_roce_resp_pkg::mark_t'(1) == mark_q) begin
      failed_q <= wr_done_err_i;
    end
    if (drop_i) begin
      ring_q[drop_qpn_i] <= '0;
    end else if (state_q == StSave && pop) begin
      ring_q[qpn] <= '{full: ring.full || ring.next == '1, next: ring.next + IdxW'(1)};
    end
  end

  el_ram_1r1w #(
    .Width($bits(saved_t)),
    .Depth(Cfg.Qps * Saved)
  ) u_saved (
    .clk_i,
    .rst_i,
    .we_i   (state_q == StSave && pop),
    .waddr_i({qpn, ring.next}),
    .wdata_i({job.psn, old_q}),
    .re_i   (state_d == StFind && !find_end),
    .raddr_i({qpn, ring.next - IdxW'(1) - step_q[IdxW-1:0]}),
    .rdata_o(saved)
  );

  always_comb begin
    answer_o = job;
    if (state_q == StSave) begin
      answer_o.kind  = el_roce_resp_pkg::JobOld;
      answer_o.value = old_q;
    end else if (state_q == StFail) begin
      answer_o.kind = el_roce_resp_pkg::JobFail;
    end else if (state_q == StFind) begin
      answer_o.kind  = find_hit ? el_roce_resp_pkg::JobOld : el_roce_resp_pkg::JobNothing;
      answer_o.value = saved.value;
    end
  end

  assign answer_valid_o = answer;
  assign rd_valid_o     = state_q == StRead;
  assign wr_valid_o     = state_q == StWrite;
  assign addr_o         = token.iova;
  assign value_o        = job.value + ((job.kind == el_roce_resp_pkg::JobFetchAdd) ? old_q : '0);
  assign settled_o      = !ready && state_q == StNext;
  assign idle_o         = !job_valid && state_q == StNext;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(RoomForEveryJob_A, !job_valid_i || in_ready)
  `EL_ASSERT(TokenHasJob_A, !ready || job_valid)
  `EL_ASSERT(DropFindsNothing_A, !drop_i || idle_o)
  `EL_ASSERT(AnswerWasAskedFor_A, !rsp_valid_i || state_q == StOld)
  `EL_ASSERT_NEXT(AnswerHeldWhenStalled_A, answer_valid_o && !answer_ready_i,
                  answer_valid_o && answer_o == $past(answer_o))

endmodule : el_roce_resp_jobs

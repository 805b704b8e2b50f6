// SPDX-License-Identifier: Apache-2.0
//
// Slot memory of the transmit side: rows written by the append unit, read frame by frame.
//
// Latency 2 cycles from a read job to the first payload beat, then 1 beat a cycle, jobs back to
// back. Storage LsSlots x 2 KiB in two banks (even and odd rows), so that a command that straddles
// two rows is written in one cycle. A slot that is discarded while a job reads it is given back
// when the job ends. EthLink specification section 2 (replay buffer).

`include "el_assert.svh"

module el_ls_tx_buf #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  DataW = Cfg.DataW,
  localparam int unsigned  SW    = $clog2(Cfg.LsSlots),
  localparam int unsigned  RowB  = DataW / 8,
  localparam int unsigned  RowW  = $clog2(el_ls_pkg::SlotBytes / RowB),
  localparam int unsigned  BankW = SW + RowW - 1,
  localparam int unsigned  Lanes = RowB / 4
) (
  input  logic                  clk_i,
  input  logic                  rst_i,

  input  logic                  wr_valid_i,
  input  logic [1:0][BankW-1:0] wr_addr_i,
  input  logic [1:0][Lanes-1:0] wr_be_i,
  input  logic [1:0][DataW-1:0] wr_data_i,

  // Read jobs: a slot and its bytes (not 0)
  input  logic                  job_valid_i,
  output logic                  job_ready_o,
  input  logic [SW-1:0]         job_slot_i,
  input  logic [10:0]           job_len_i,

  // Payload
  output logic                  pay_valid_o,
  input  logic                  pay_ready_i,
  output logic [DataW-1:0]      pay_data_o,
  output logic                  pay_last_o,

  // Slots come back: acknowledged ones at once, discarded ones when no job reads them
  input  logic                  free_valid_i,
  input  logic                  free_discard_i,
  input  logic [SW-1:0]         free_slot_i,
  output logic                  give_valid_o,
  output logic [SW-1:0]         give_slot_o,

  output logic                  busy_o
);

  typedef struct packed {
    logic [SW-1:0]   slot;
    logic [RowW-1:0] last_row;
  } job_t;

  job_t [1:0]      job_q;          // [0] is being read, [1] waits
  logic [1:0]      job_v_q, zombie_q, zombie_now;
  logic [RowW-1:0] row_q;
  logic            out_v_q, out_last_q, out_bank_q;
  logic            rd, rd_end, give_v_q, push;
  logic [SW-1:0]   give_q;
  logic            hit_wait, hit_now;
  job_t            job_new;

  assign job_ready_o = !job_v_q[1];
  assign push        = job_valid_i && job_ready_o;
  assign job_new     = '{slot: job_slot_i, last_row: RowW'((job_len_i - 11'd1) >> $clog2(RowB))};

  // The end of a discarded job needs the register that gives its slot back.
  assign rd_end = row_q == job_q[0].last_row;
  assign rd     = job_v_q[0] && (!out_v_q || pay_ready_i)
               && !(rd_end && (give_v_q || (free_valid_i && free_discard_i)));

  // A discard marks the youngest job of the slot; without one the slot is free at once.
  assign hit_wait = job_v_q[1] && job_q[1].slot == free_slot_i;
  assign hit_now  = job_v_q[0] && job_q[0].slot == free_slot_i && !hit_wait;
  assign zombie_now = (free_valid_i && free_discard_i) ? {hit_wait, hit_now} : 2'b00;

  assign give_valid_o = (free_valid_i && zombie_now == 2'b00) || give_v_q;
  assign give_slot_o  = (free_valid_i && zombie_now == 2'b00) ? free_slot_i : give_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      job_v_q  <= '0;
      zombie_q <= '0;
      row_q    <= '0;
      out_v_q  <= 1'b0;
      give_v_q <= 1'b0;
    end else begin
      if (rd) row_q <= rd_end ? '0 : row_q + RowW'(1);
      if (rd) out_v_q <= 1'b1;
      else if (pay_ready_i) out_v_q <= 1'b0;
      if (rd && rd_end) begin
        // The waiting job moves up.
        job_v_q  <= {1'b0, job_v_q[1] || push};
        zombie_q <= {1'b0, zombie_q[1]};
      end else begin
        job_v_q  <= job_v_q | (push ? (job_v_q[0] ? 2'b10 : 2'b01) : 2'b00);
        zombie_q <= zombie_q | zombie_now;
      end
      if (rd && rd_end && zombie_q[0]) give_v_q <= 1'b1;
      else if (!(free_valid_i && zombie_now == 2'b00)) give_v_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rd && rd_end) begin
      job_q[0] <= job_v_q[1] ? job_q[1] : job_new;
      if (zombie_q[0]) give_q <= job_q[0].slot;
    end else if (push && !job_v_q[0]) begin
      job_q[0] <= job_new;
    end
    if (push) job_q[1] <= job_new;
    if (rd) begin
      out_last_q <= rd_end;
      out_bank_q <= row_q[0];
    end
  end

  logic [1:0][DataW-1:0] rdata;
  for (genvar b = 0; b < 2; b++) begin : gen_bank
    el_ram_1r1w_be #(
      .Width         (DataW),
      .Depth         (2 ** BankW),
      .BytesPerEnable(4)
    ) u_ram (
      .clk_i,
      .rst_i,
      .we_i   (wr_valid_i),
      .wbe_i  (wr_be_i[b]),
      .waddr_i(wr_addr_i[b]),
      .wdata_i(wr_data_i[b]),
      .re_i   (rd && row_q[0] == (b == 1)),
      .raddr_i({job_q[0].slot, row_q[RowW-1:1]}),
      .rdata_o(rdata[b])
    );
  end

  assign pay_valid_o = out_v_q;
  assign pay_last_o  = out_last_q;
  assign pay_data_o  = out_bank_q ? rdata[1] : rdata[0];
  assign busy_o      = job_v_q != 2'b00 || out_v_q || give_v_q;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(NoEmptyJob_A, !push || job_len_i != 11'd0)
  `EL_ASSERT_NEXT(PayloadHeld_A, pay_valid_o && !pay_ready_i,
                  pay_valid_o && pay_last_o == $past(pay_last_o))

endmodule : el_ls_tx_buf

// SPDX-License-Identifier: Apache-2.0
//
// Copies a list of page addresses from host memory into the page table (object Mtt, CREATE).
//
// Latency: start_i to the first read 1 cycle; throughput 1 entry a cycle between reads of 4 KiB;
// storage none.
// Contract: docs/reference/host-interface.md, "Admin queue".

`include "el_assert.svh"

module el_admin_mtt #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  MttW  = $clog2(Cfg.Mtts),
  localparam int unsigned  DataW = Cfg.DataW
) (
  input  logic                 clk_i,
  input  logic                 rst_i,

  // Copy: entries are held stable until done_o
  input  logic                 start_i,  // pulse
  input  logic [63:0]          list_i,
  input  logic [MttW:0]        count_i,  // at least 1
  input  logic [MttW-1:0]      index_i,
  output logic                 done_o,   // pulse
  output logic                 err_o,    // with done_o: host memory answered with an error

  // DMA read, request from flops
  output logic                 rd_valid_o,
  input  logic                 rd_ready_i,
  output el_pkg::dma_rd_req_t  rd_o,
  input  logic                 rsp_valid_i,
  output logic                 rsp_ready_o,
  input  logic [DataW-1:0]     rsp_data_i,
  input  logic                 rsp_last_i,
  input  logic                 rsp_err_i,

  // Page table, from flops
  output logic                 mtt_we_o,
  output logic [MttW-1:0]      mtt_waddr_o,
  output logic [63:0]          mtt_wdata_o,

  output logic                 busy_o
);

  localparam int unsigned Lanes   = DataW / 64;
  localparam int unsigned LaneW   = $clog2(Lanes);
  localparam int unsigned PerRead = 512;  // entries in 4 KiB

  logic             active_q, err_q, take, beat_end, read_end, ask;
  logic [MttW:0]    left_q, after;    // entries to go
  logic [MttW-1:0]  at_q;
  logic [63:0]      addr_q;
  logic [LaneW-1:0] lane_q;

  // One entry a cycle; the beat is given back with its last entry.
  assign take        = active_q && rsp_valid_i && !rd_valid_o;
  assign after       = left_q - (MttW+1)'(1);
  assign beat_end    = lane_q == '1 || (rsp_last_i && after == '0) ;
  assign read_end    = take && beat_end && rsp_last_i;
  assign rsp_ready_o = take && beat_end;
  assign ask         = start_i || (read_end && after != '0 && !(err_q || rsp_err_i));

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      active_q   <= 1'b0;
      rd_valid_o <= 1'b0;
      done_o     <= 1'b0;
      mtt_we_o   <= 1'b0;
    end else begin
      if (start_i) active_q <= 1'b1;
      else if (read_end && !ask) active_q <= 1'b0;
      if (ask) rd_valid_o <= 1'b1;
      else if (rd_ready_i) rd_valid_o <= 1'b0;
      done_o   <= read_end && !ask;
      mtt_we_o <= take && !rsp_err_i;
    end
  end

  function automatic logic [el_pkg::DmaLenW-1:0] read_len(logic [MttW:0] entries);
    return (32'(entries) > PerRead) ? el_pkg::DmaLenW'(8 * PerRead)
                                    : el_pkg::DmaLenW'(32'(entries) * 8);
  endfunction

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      left_q <= count_i;
      at_q   <= index_i;
      lane_q <= '0;
      err_q  <= 1'b0;
    end else if (take) begin
      left_q <= after;
      at_q   <= at_q + MttW'(1);
      lane_q <= beat_end ? '0 : lane_q + LaneW'(1);
      err_q  <= err_q || rsp_err_i;
    end
    if (take) begin
      mtt_waddr_o <= at_q;
      mtt_wdata_o <= rsp_data_i[64*lane_q +: 64];
    end
    if (read_end) err_o <= err_q || rsp_err_i;
    if (ask) begin
      rd_o.addr <= start_i ? list_i : addr_q;
      rd_o.len  <= read_len(start_i ? count_i : after);
      rd_o.user <= '0;
      addr_q    <= (start_i ? list_i : addr_q) + 64'(8 * PerRead);
    end
  end

  assign busy_o = active_q || done_o || mtt_we_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSUME(CountPositive_A, !start_i || count_i != '0)
  `EL_ASSERT(OneCopy_A, !start_i || !active_q)
  `EL_ASSERT(EndsWithLastBeat_A, !(take && after == '0) || rsp_last_i)

endmodule : el_admin_mtt

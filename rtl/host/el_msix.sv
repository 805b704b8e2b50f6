// SPDX-License-Identifier: Apache-2.0
//
// MSI-X table, pending bits, and the writes that deliver the messages.
//
// Latency: fire_valid_i to the write request 2 cycles; throughput 1 message every second cycle;
// storage Cfg.Eqs table entries. A masked vector stays pending and is sent when it is unmasked.
// A vector that fires again before its message left is sent once.
// The table belongs to the operating system, so a soft reset keeps it.
// Contract: docs/reference/host-interface.md, "MSI-X".

`include "el_assert.svh"

module el_msix #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  Vecs  = Cfg.Eqs,
  localparam int unsigned  VecW  = $clog2(Vecs),
  localparam int unsigned  DataW = Cfg.DataW
) (
  input  logic                          clk_i,
  input  logic                          rst_i,
  input  logic                          clear_i,     // soft reset: forgets all but the table

  // Lines of the table (page 0) and of the pending bits (page 1)
  input  logic                          wr_valid_i,
  input  el_host_pkg::line_wr_t         wr_i,
  input  logic                          rd_valid_i,
  input  logic [12:0]                   rd_addr_i,
  output logic [el_host_pkg::LineW-1:0] rd_data_o,

  // A vector fires (pulse)
  input  logic                          fire_valid_i,
  input  logic [VecW-1:0]               fire_vec_i,

  // DMA write client, from flops
  output logic                          wr_req_valid_o,
  input  logic                          wr_req_ready_i,
  output el_pkg::dma_wr_req_t           wr_req_o,
  output logic                          wr_data_valid_o,
  input  logic                          wr_data_ready_i,
  output logic [DataW-1:0]              wr_data_o,

  output logic                          sent_o,  // pulse: a message was offered
  output logic                          busy_o
);

  localparam int unsigned PerLine = 4;

  logic [63:0]     addr_q [Vecs];
  logic [31:0]     data_q [Vecs];
  logic [Vecs-1:0] masked_q, pending_q, deliver, grant;
  logic [VecW-1:0] pick;
  logic            any, start;
  logic [31:0]     msg_q;
  logic            unused_addr;

  function automatic logic [9:0] vector(logic [5:0] line, logic [1:0] k);
    return {2'b00, line, k};
  endfunction

  assign deliver = pending_q & ~masked_q;
  assign start   = any && !wr_req_valid_o && !wr_data_valid_o && !clear_i;

  el_arbiter_rr #(
    .N(Vecs)
  ) u_arb (
    .clk_i,
    .rst_i,
    .req_i        (deliver),
    .advance_i    (start),
    .grant_o      (grant),
    .grant_idx_o  (pick),
    .grant_valid_o(any)
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      masked_q        <= '1;
      pending_q       <= '0;
      wr_req_valid_o  <= 1'b0;
      wr_data_valid_o <= 1'b0;
      sent_o          <= 1'b0;
      for (int v = 0; v < int'(Vecs); v++) begin
        addr_q[v] <= '0;
        data_q[v] <= '0;
      end
    end else begin
      pending_q <= clear_i ? '0
                           : (pending_q & ~(start ? grant : '0)) |
                             (fire_valid_i ? Vecs'(1) << fire_vec_i : '0);
      sent_o    <= start;
      if (clear_i) begin
        wr_req_valid_o  <= 1'b0;
        wr_data_valid_o <= 1'b0;
      end else if (start) begin
        wr_req_valid_o  <= 1'b1;
        wr_data_valid_o <= 1'b1;
      end else begin
        if (wr_req_ready_i) wr_req_valid_o <= 1'b0;
        if (wr_data_ready_i) wr_data_valid_o <= 1'b0;
      end
      if (wr_valid_i && !wr_i.addr[12]) begin
        for (int k = 0; k < int'(PerLine); k++) begin
          if (32'(vector(wr_i.addr[11:6], 2'(k))) < Vecs) begin
            for (int b = 0; b < 8; b++) begin
              if (wr_i.strb[16*k + b]) begin
                addr_q[VecW'(vector(wr_i.addr[11:6], 2'(k)))][8*b +: 8] <=
                    wr_i.data[128*k + 8*b +: 8];
              end
            end
            for (int b = 0; b < 4; b++) begin
              if (wr_i.strb[16*k + 8 + b]) begin
                data_q[VecW'(vector(wr_i.addr[11:6], 2'(k)))][8*b +: 8] <=
                    wr_i.data[128*k + 64 + 8*b +: 8];
              end
            end
            if (wr_i.strb[16*k + 12]) begin
              masked_q[VecW'(vector(wr_i.addr[11:6], 2'(k)))] <= wr_i.data[128*k + 96];
            end
          end
        end
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (start) begin
      wr_req_o.addr  <= {addr_q[pick][63:2], 2'b00};
      wr_req_o.len   <= el_pkg::DmaLenW'(4);
      wr_req_o.track <= 1'b0;
      msg_q          <= data_q[pick];
    end
    if (rd_valid_i) begin
      rd_data_o <= '0;
      if (rd_addr_i[12]) begin
        if (rd_addr_i[11:6] == '0) rd_data_o[Vecs-1:0] <= pending_q;
      end else begin
        for (int k = 0; k < int'(PerLine); k++) begin
          if (32'(vector(rd_addr_i[11:6], 2'(k))) < Vecs) begin
            rd_data_o[128*k +: 128] <= {31'd0, masked_q[VecW'(vector(rd_addr_i[11:6], 2'(k)))],
                                        data_q[VecW'(vector(rd_addr_i[11:6], 2'(k)))],
                                        addr_q[VecW'(vector(rd_addr_i[11:6], 2'(k)))]};
          end
        end
      end
    end
  end

  assign wr_data_o   = DataW'(msg_q);
  assign busy_o      = deliver != '0 || wr_req_valid_o || wr_data_valid_o || sent_o;
  assign unused_addr = ^rd_addr_i[5:0] ^ ^wr_i.addr;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(NeverSendsMasked_A, !start || (grant & masked_q) == '0)

endmodule : el_msix

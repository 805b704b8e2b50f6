// SPDX-License-Identifier: Apache-2.0
//
// Writes host memory for many clients in one order: the order in which last beats are accepted.
//
// Latency: request and first beat to AW and W 1 cycle; throughput 1 beat a cycle, so a write of one
// beat takes one cycle; storage one beat and InFlight responses.
// A write is granted when its first beat is there, and holds W to its last beat.
// Contract: docs/reference/rtl-interfaces.md, "DMA".

`include "el_assert.svh"

module el_dma_wr #(
  parameter  el_pkg::cfg_t Cfg        = el_pkg::CfgDefault,
  parameter  int unsigned  NumClients = 4,
  parameter  int unsigned  InFlight   = 512,                 // AXI writes without response, 2^n
  localparam int unsigned  DataW      = Cfg.DataW
) (
  input  logic                                 clk_i,
  input  logic                                 rst_i,

  // Clients: request, then data from lane 0; data may come with the request
  input  logic [NumClients-1:0]                req_valid_i,
  output logic [NumClients-1:0]                req_ready_o,
  input  el_pkg::dma_wr_req_t [NumClients-1:0] req_i,
  input  logic [NumClients-1:0]                data_valid_i,
  output logic [NumClients-1:0]                data_ready_o,
  input  logic [NumClients-1:0][DataW-1:0]     data_i,
  input  logic [NumClients-1:0]                data_last_i,
  output logic [NumClients-1:0]                done_o,       // pulse per tracked write
  output logic                                 done_err_o,   // with done_o

  // AXI4 write channels, AW and W from flops
  output logic                                 axi_awvalid_o,
  input  logic                                 axi_awready_i,
  output logic [63:0]                          axi_awaddr_o,
  output logic [7:0]                           axi_awid_o,
  output logic [7:0]                           axi_awlen_o,
  output logic                                 axi_wvalid_o,
  input  logic                                 axi_wready_i,
  output logic [DataW-1:0]                     axi_wdata_o,
  output logic [DataW/8-1:0]                   axi_wstrb_o,
  output logic                                 axi_wlast_o,
  input  logic                                 axi_bvalid_i,
  output logic                                 axi_bready_o,
  input  logic [7:0]                           axi_bid_i,
  input  logic [1:0]                           axi_bresp_i,

  // Control and status
  input  logic                                 flush_i,      // finish the write under way, no bytes
  output logic                                 error_o,      // pulse: a write failed
  output logic                                 idle_o,       // nothing is outstanding
  output logic                                 busy_o
);

  localparam int unsigned Bytes = DataW / 8;
  localparam int unsigned OffW  = $clog2(Bytes);
  localparam int unsigned LenW  = el_pkg::DmaLenW;
  localparam int unsigned CliW  = (NumClients > 1) ? $clog2(NumClients) : 1;
  localparam int unsigned CntW  = $clog2(InFlight) + 1;

  // ---------------------------------------------------------------------------------------------
  // Requests: one may wait for its data in each client's slot
  // ---------------------------------------------------------------------------------------------

  logic [NumClients-1:0] wait_q, asks, grant;
  el_pkg::dma_wr_req_t   slot_q [NumClients];
  logic [CliW-1:0]       pick, who;
  logic                  any, start, step;
  el_pkg::dma_wr_req_t   req;

  assign asks        = flush_i ? '0 : (wait_q | req_valid_i) & data_valid_i;
  assign req         = wait_q[pick] ? slot_q[pick] : req_i[pick];
  assign req_ready_o = flush_i ? '0 : ~wait_q;

  el_arbiter_rr #(
    .N(NumClients)
  ) u_arb (
    .clk_i,
    .rst_i,
    .req_i        (asks),
    .advance_i    (start),
    .grant_o      (grant),
    .grant_idx_o  (pick),
    .grant_valid_o(any)
  );

  // ---------------------------------------------------------------------------------------------
  // The write under way
  // ---------------------------------------------------------------------------------------------

  logic              active_q;    // beats of the write remain
  logic [CliW-1:0]   who_q;
  logic [63:0]       addr_q;      // of the next memory beat, aligned
  logic [OffW-1:0]   shift_q;
  logic [LenW:0]     end_q;       // bytes from the start of the next memory beat to the end
  logic [LenW-1:0]   in_q;        // bytes of the client that were not taken yet
  logic              track_q;
  logic [DataW-1:0]  prev_q;

  logic              first, last_beat, page_end, need_data, new_aw, out_free, room;
  logic [63:0]       addr;
  logic [OffW-1:0]   shift;
  logic [LenW:0]     end_len;
  logic [LenW-1:0]   in_len;
  logic              track, piece_last;
  logic [CntW-1:0]   in_flight;
  logic [63:0]       page_left;
  logic [LenW:0]     piece_bytes;

  always_comb begin
    first     = !active_q;
    who       = first ? pick : who_q;
    shift     = first ? req.addr[OffW-1:0] : shift_q;
    addr      = first ? {req.addr[63:OffW], OffW'(0)} : addr_q;
    end_len   = first ? (LenW+1)'(req.addr[OffW-1:0]) + (LenW+1)'(req.len) : end_q;
    in_len    = first ? req.len : in_q;
    track     = first ? req.track : track_q;
    last_beat = end_len <= (LenW+1)'(Bytes);
    page_end  = addr[11:OffW] == '1;
    // The last memory beat may hold only bytes of the client's last beat that was taken already.
    need_data = in_len != '0;
    new_aw    = first || addr[11:OffW] == '0;
    out_free  = (!axi_wvalid_o || axi_wready_i) && (!new_aw || !axi_awvalid_o || axi_awready_i);
    room      = in_flight < CntW'(InFlight - 1);
    start     = first && any && out_free && room;
    step      = start || (active_q && out_free && (!new_aw || room) &&
                          (!need_data || data_valid_i[who_q] || flush_i));
    page_left = 64'd4096 - {52'd0, addr[11:0]};
    piece_bytes = (end_len > page_left[LenW:0]) ? page_left[LenW:0] : end_len;
    piece_last  = end_len <= page_left[LenW:0];
  end

  always_comb begin
    data_ready_o = '0;
    if (start) data_ready_o = grant;
    else if (step && need_data) data_ready_o[who_q] = 1'b1;
  end

  // Memory beat from the client's beat and the rest of the one before.
  function automatic logic [DataW-1:0] align(logic [DataW-1:0] cur, logic [DataW-1:0] prev,
                                             logic use_cur, logic use_prev,
                                             logic [OffW-1:0] by);
    logic [DataW-1:0] r;
    if (by == '0) return cur;
    r = use_cur ? cur << {by, 3'b000} : '0;
    if (use_prev) r = r | (prev >> ((OffW+4)'(DataW) - (OffW+4)'({by, 3'b000})));
    return r;
  endfunction

  function automatic logic [Bytes-1:0] strobes(logic is_first, logic is_last,
                                               logic [OffW-1:0] from, logic [LenW:0] until_len);
    logic [Bytes-1:0] s;
    s = '1;
    if (is_first) s = s << from;
    if (is_last && until_len != (LenW+1)'(Bytes)) s = s & ~({Bytes{1'b1}} << until_len[OffW-1:0]);
    return s;
  endfunction

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      wait_q        <= '0;
      active_q      <= 1'b0;
      axi_awvalid_o <= 1'b0;
      axi_wvalid_o  <= 1'b0;
    end else begin
      // A request whose first beat cannot go at once waits in its slot.
      if (flush_i) wait_q <= '0;
      else wait_q <= (wait_q | req_valid_i) & ~(start ? grant : '0);
      if (step) active_q <= !last_beat;
      if (step) axi_wvalid_o <= 1'b1;
      else if (axi_wready_i) axi_wvalid_o <= 1'b0;
      if (step && new_aw) axi_awvalid_o <= 1'b1;
      else if (axi_awready_i) axi_awvalid_o <= 1'b0;
    end
  end

  // Payload: meaningful only while its valid bit is set.
  always_ff @(posedge clk_i) begin
    for (int c = 0; c < int'(NumClients); c++) begin
      if (req_valid_i[c] && !wait_q[c]) slot_q[c] <= req_i[c];
    end
    if (step) begin
      who_q   <= who;
      shift_q <= shift;
      track_q <= track;
      addr_q  <= addr + 64'(Bytes);
      end_q   <= end_len - (LenW+1)'(Bytes);
      in_q    <= (in_len > LenW'(Bytes)) ? in_len - LenW'(Bytes) : '0;
      axi_wdata_o <= align(data_i[who], prev_q, need_data, !first, shift);
      axi_wstrb_o <= (flush_i && !start) ? '0 : strobes(first, last_beat, shift, end_len);
      axi_wlast_o <= last_beat || page_end;
      if (need_data && shift != '0) prev_q <= data_i[who];
      if (new_aw) begin
        axi_awaddr_o <= first ? {addr[63:OffW], shift} : addr;
        axi_awlen_o  <= 8'((piece_bytes + (LenW+1)'(Bytes - 1)) >> OffW) - 8'd1;
      end
    end
  end

  assign axi_awid_o = 8'd0;

  // ---------------------------------------------------------------------------------------------
  // Responses, in the order of AW
  // ---------------------------------------------------------------------------------------------

  typedef struct packed {
    logic [CliW-1:0] who;
    logic            report;  // last piece of a tracked write
    logic            last;    // last piece of its write
  } resp_t;

  resp_t push_resp, resp;
  logic  resp_valid, b_valid_q, b_err_q, failed_q, unused_b, push_ready;

  assign push_resp.who    = who;
  assign push_resp.last   = piece_last;
  assign push_resp.report = track && piece_last;
  assign axi_bready_o     = 1'b1;
  assign unused_b         = ^axi_bid_i ^ axi_bresp_i[0] ^ push_ready;  // ids are all 0

  el_fifo_ram #(
    .Width($bits(resp_t)),
    .Depth(InFlight)
  ) u_resp (
    .clk_i,
    .rst_i,
    .in_valid_i (step && new_aw),
    .in_ready_o (push_ready),
    .in_data_i  (push_resp),
    .out_valid_o(resp_valid),
    .out_ready_i(b_valid_q),
    .out_data_o (resp),
    .count_o    (in_flight)
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      b_valid_q <= 1'b0;
      failed_q  <= 1'b0;
      error_o   <= 1'b0;
      done_o    <= '0;
    end else begin
      b_valid_q <= axi_bvalid_i;
      error_o   <= b_valid_q && b_err_q;
      done_o    <= '0;
      if (b_valid_q && resp_valid) begin
        failed_q         <= !resp.last && (failed_q || b_err_q);
        done_o[resp.who] <= resp.report;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (axi_bvalid_i) b_err_q <= axi_bresp_i[1];
    if (b_valid_q) done_err_o <= failed_q || b_err_q;
  end

  assign idle_o = in_flight == '0 && !busy_o;
  assign busy_o = wait_q != '0 || active_q || axi_awvalid_o || axi_wvalid_o || b_valid_q ||
                  error_o || done_o != '0;

  ////////////////
  // Assertions //
  ////////////////

  logic [NumClients-1:0] req_bad;
  logic                  unused_page;
  always_comb begin
    for (int c = 0; c < int'(NumClients); c++) begin
      req_bad[c] = req_valid_i[c] && (req_i[c].len == '0 || req_i[c].len > LenW'(4096));
    end
  end
  assign unused_page = ^page_left[63:LenW+1];

  `EL_ASSUME(RequestLength_A, req_bad == '0)
  `EL_ASSUME(LastBeatMatchesLength_A,
             !(step && need_data && !flush_i) ||
             data_last_i[who] == (in_len <= LenW'(Bytes)))
  `EL_ASSERT(ResponseWasAskedFor_A, !b_valid_q || resp_valid)
  `EL_ASSERT(OneReady_A, (data_ready_o & (data_ready_o - NumClients'(1))) == '0)
  `EL_ASSERT_NEXT(AwHeld_A, axi_awvalid_o && !axi_awready_i,
                  axi_awvalid_o && axi_awaddr_o == $past(axi_awaddr_o))
  `EL_ASSERT_NEXT(WHeld_A, axi_wvalid_o && !axi_wready_i,
                  axi_wvalid_o && axi_wdata_o == $past(axi_wdata_o))

endmodule : el_dma_wr

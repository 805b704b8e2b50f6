// SPDX-License-Identifier: Apache-2.0
//
// READs and atomics in flight: which response is due, what it means, where its bytes go.
//
// Latency 1 cycle from the response's turn to the verdict, 1 cycle from an operation to its
// elements; throughput a response in 2 cycles. Storage 16 places a queue pair, each with its
// elements, and the progress of each queue pair.
// Rules: docs/reference/roce-requester.md, "READs and atomics" (InfiniBand volume 1, 9.7.5.1.1,
// 9.7.7.2.1, 9.9.2.2).

`include "el_assert.svh"

module el_roce_sq_reads #(
  parameter  el_pkg::cfg_t Cfg    = el_pkg::CfgDefault,
  localparam int unsigned  QpW    = $clog2(Cfg.Qps),
  localparam int unsigned  ElemsW = el_roce_sq_pkg::MaxSge * 128
) (
  input  logic                         clk_i,
  input  logic                         rst_i,

  // Segmenter: a READ or atomic is started; or none is due any more, and number_i comes next
  input  logic                         start_i,
  input  logic                         clear_i,
  input  logic [QpW-1:0]               start_qpn_i,
  input  logic [QpW-1:0]               clear_qpn_i,
  input  el_roce_sq_pkg::rdn_t         number_i,
  input  el_roce_sq_pkg::read_t        read_i,
  input  logic [ElemsW-1:0]            elems_i,

  // Parser: must responses of this queue pair keep the order of the wire? One of them is on its way
  input  logic [QpW-1:0]               way_qpn_i,
  output logic                         way_ordered_o,
  input  logic                         way_take_i,

  // Front of the responder: a response has its turn, and a cycle later it is judged
  input  logic                         pick_i,
  input  logic [QpW-1:0]               pick_qpn_i,
  input  logic                         act_i,
  input  el_roce_resp_pkg::req_t       act_req_i,
  output el_roce_resp_pkg::op_t        act_op_o,     // combinational

  // Elements of the operation in front of el_roce_resp_addr
  input  logic                         op_valid_i,
  input  logic [QpW-1:0]               op_qpn_i,
  input  logic [3:0]                   op_slot_i,
  input  logic                         op_pop_i,
  input  logic [2:0]                   elem_idx_i,
  output logic                         elem_valid_o,
  output el_regs_pkg::sge_t            elem_o,

  // Retirement: an ordered response was taken; may anything of a queue pair still be written?
  input  logic                         done_i,
  input  logic                         done_due_i,
  input  logic [QpW-1:0]               done_qpn_i,
  input  logic [1:0][QpW-1:0]          placing_qpn_i,
  output logic [1:0]                   placing_o,

  output el_regs_pkg::cnt_roce_sq_t    cnt_o,
  output logic                         busy_o
);

  localparam int unsigned DueW  = $bits(el_roce_sq_pkg::due_t);
  localparam int unsigned ReadW = $bits(el_roce_sq_pkg::read_t);
  localparam int unsigned Depth = Cfg.Qps * el_roce_sq_pkg::MaxReads;
  localparam int unsigned SlotW = el_roce_sq_pkg::ReadSlotW;

  logic [DueW-1:0]                  due_q [Cfg.Qps];
  logic [el_roce_sq_pkg::ReadSlotW:0] head_q [Cfg.Qps];  // behind the newest READ
  logic [Cfg.Qps-1:0]               active_q;            // the two above count

  // ---------------------------------------------------------------------------------------------
  // Responses: one at a time
  // ---------------------------------------------------------------------------------------------

  // What a response means, and what follows for the next one.
  typedef struct packed {
    el_roce_sq_pkg::due_t  due;
    el_roce_resp_pkg::op_t op;
  } answer_t;

  el_roce_sq_pkg::due_t  due_now, due_j;
  el_roce_sq_pkg::read_t read_j;
  logic [ReadW-1:0]      read_rd;
  logic                  open_now, open_j, cleared;
  logic [QpW-1:0]        qpn_j;
  answer_t               answer;

  assign due_now  = due_q[pick_qpn_i];
  assign open_now = active_q[pick_qpn_i] && due_now.rd != head_q[pick_qpn_i];
  assign read_j   = read_rd;
  assign cleared  = clear_i && clear_qpn_i == qpn_j;

  el_ram_1r1w #(
    .Width(ReadW),
    .Depth(Depth)
  ) u_reads (
    .clk_i,
    .rst_i,
    .we_i   (start_i),
    .waddr_i({start_qpn_i, number_i[SlotW-1:0]}),
    .wdata_i(read_i),
    .re_i   (pick_i),
    .raddr_i({pick_qpn_i, due_now.rd[SlotW-1:0]}),
    .rdata_o(read_rd)
  );

  always_ff @(posedge clk_i) begin
    if (pick_i) begin
      due_j  <= due_now;
      open_j <= open_now && !(clear_i && clear_qpn_i == pick_qpn_i);
      qpn_j  <= pick_qpn_i;
    end
  end

  // Is it one of the READ (or the atomic), in its place and of its length?
  function automatic logic well_formed(el_roce_sq_pkg::read_t c, logic first, logic last,
                                       logic [31:0] rest, el_roce_resp_pkg::req_t r);
    logic        ok;
    logic [13:0] len;
    len = r.payload_len - 14'(r.padcnt);
    ok  = r.payload_len[1:0] == 2'b00 && 14'(r.padcnt) <= r.payload_len;
    if (c.atomic) begin
      ok &= r.opcode == el_regs_pkg::RoceOpAtomicAck && r.payload_len == '0;
    end else if (last) begin
      ok &= r.opcode == el_regs_pkg::RoceOpReadRespOnly ||
            (!first && r.opcode == el_regs_pkg::RoceOpReadRespLast);
      ok &= 32'(len) == rest;
    end else begin
      ok &= r.opcode == el_regs_pkg::RoceOpReadRespFirst ||
            (!first && r.opcode == el_regs_pkg::RoceOpReadRespMiddle);
      ok &= len == (14'd128 << c.mtu);
    end
    // The first bytes behind the BTH are the AETH, but for a MIDDLE.
    if (r.opcode != el_regs_pkg::RoceOpReadRespMiddle) ok &= r.reth.va[63:61] == 3'b000;
    return ok;
  endfunction

  function automatic answer_t judge(logic open, el_roce_sq_pkg::due_t d,
                                    el_roce_sq_pkg::read_t c, el_roce_resp_pkg::req_t r);
    answer_t     a;
    logic [31:0] off, rest;
    logic [23:0] due_psn, ahead;
    logic        last, is_data, is_ack, is_nak, later;
    logic [7:0]  syndrome;
    syndrome = r.reth.va[63:56];
    is_data  = r.opcode != el_regs_pkg::RoceOpAcknowledge &&
               r.opcode != el_regs_pkg::RoceOpSelectiveAck;
    is_ack   = syndrome[7:5] == 3'b000;
    is_nak   = syndrome[7:5] == 3'b001 || syndrome[7:5] == 3'b011;
    due_psn  = c.first_psn + d.packets;
    ahead    = r.psn - due_psn;
    off      = 32'(d.packets) << (5'd7 + 5'(c.mtu));
    rest     = c.length - off;
    last     = c.atomic || rest <= (32'd128 << c.mtu);
    // An ACK says that the READ of its PSN is done; a NAK that everything before is.
    later    = open && !ahead[23] && (ahead != '0 || (!is_data && is_ack));

    a                    = '0;
    a.due                = d;
    a.op.kind            = el_roce_resp_pkg::OpNone;
    a.op.payload         = r.payload_len != '0;
    a.op.last            = 1'b1;
    a.op.cpl.qpn         = r.qpn;
    a.op.cpl.psn         = r.psn;
    a.op.cpl.msn         = r.psn;
    a.op.cpl.syndrome    = syndrome;
    a.op.cpl.sq.valid    = 1'b1;
    if (later && (is_data || is_ack || is_nak)) begin
      a.op.cpl.psn        = due_psn;
      a.op.cpl.syndrome   = el_regs_pkg::AethSyndromeNakSequence;
      a.op.cpl.sq.implied = !d.nak;
      a.op.cpl.sq.useless = d.nak;
      a.due.nak           = 1'b1;
    end else if (!is_data) begin
      a.op.cpl.sq.useless = later;
    end else if (!open || ahead != '0) begin
      a.op.cpl.sq.useless = 1'b1;
    end else if (!well_formed(c, d.packets == '0, last, rest, r)) begin
      a.op.cpl.status = el_regs_pkg::WcStatusBadRespErr;
    end else begin
      a.op.kind          = (c.length != '0) ? el_roce_resp_pkg::OpResp : el_roce_resp_pkg::OpNone;
      a.op.len           = c.atomic ? 13'd8 : 13'(r.payload_len - 14'(r.padcnt));
      a.op.offset        = off;
      a.op.pd            = c.pd;
      a.op.slot          = d.rd[SlotW-1:0];
      a.op.num           = c.num;
      a.op.cpl.syndrome  = el_regs_pkg::AethSyndromeAck;
      a.op.cpl.sq.due    = 1'b1;
      a.op.cpl.sq.ends   = last;
      {a.op.cpl.byte_len, a.op.cpl.imm} = c.atomic ? {r.reth.va[31:0], r.reth.rkey}
                                                   : {32'b0, c.length};
      a.due.nak          = 1'b0;
      a.due.packets      = last ? '0 : d.packets + 24'd1;
      if (last) a.due.rd = d.rd + el_roce_sq_pkg::rdn_t'(1);
    end
    return a;
  endfunction

  always_comb begin
    answer = '0;
    if (act_i) answer = judge(open_j, due_j, read_j, act_req_i);
  end
  assign act_op_o = answer.op;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      active_q <= '0;
    end else begin
      if (start_i) active_q[start_qpn_i] <= 1'b1;
      if (clear_i) active_q[clear_qpn_i] <= 1'b0;
    end
    if (start_i) head_q[start_qpn_i] <= number_i + el_roce_sq_pkg::rdn_t'(1);
    if (act_i && !cleared) due_q[qpn_j] <= answer.due;
    if (clear_i) due_q[clear_qpn_i] <= {number_i, 24'b0, 1'b0};
  end

  // ---------------------------------------------------------------------------------------------
  // Elements
  // ---------------------------------------------------------------------------------------------

  logic              loaded_q, load;
  logic [ElemsW-1:0] elems;

  assign load = op_valid_i && !loaded_q;

  el_ram_1r1w #(
    .Width(ElemsW),
    .Depth(Depth)
  ) u_elems (
    .clk_i,
    .rst_i,
    .we_i   (start_i),
    .waddr_i({start_qpn_i, number_i[SlotW-1:0]}),
    .wdata_i(elems_i),
    .re_i   (load),
    .raddr_i({op_qpn_i, op_slot_i}),
    .rdata_o(elems)
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) loaded_q <= 1'b0;
    else loaded_q <= op_valid_i && !op_pop_i;
  end

  assign elem_valid_o = op_valid_i && loaded_q;
  assign elem_o       = (elem_idx_i < 3'd6) ? elems[128*elem_idx_i +: 128] : '0;

  // ---------------------------------------------------------------------------------------------
  // What is on its way to memory
  // ---------------------------------------------------------------------------------------------

  logic way_some, ways_busy, places_busy;
  el_roce_sq_pkg::due_t way_due;

  el_roce_tally #(
    .Cfg  (Cfg),
    .Reads(1)
  ) u_ways (
    .clk_i,
    .rst_i,
    .in_i     (way_take_i),
    .in_qpn_i (way_qpn_i),
    .out_i    (done_i),
    .out_qpn_i(done_qpn_i),
    .rd_qpn_i (way_qpn_i),
    .rd_some_o(way_some),
    .busy_o   (ways_busy)
  );

  el_roce_tally #(
    .Cfg  (Cfg),
    .Reads(2)
  ) u_places (
    .clk_i,
    .rst_i,
    .in_i     (act_i && answer.op.cpl.sq.due),
    .in_qpn_i (qpn_j),
    .out_i    (done_i && done_due_i),
    .out_qpn_i(done_qpn_i),
    .rd_qpn_i (placing_qpn_i),
    .rd_some_o(placing_o),
    .busy_o   (places_busy)
  );

  assign way_due       = due_q[way_qpn_i];
  assign way_ordered_o = way_some || (active_q[way_qpn_i] && way_due.rd != head_q[way_qpn_i]);

  always_comb begin
    cnt_o                   = '0;
    cnt_o.rx_read_responses = answer.op.cpl.sq.due;
    cnt_o.rx_read_bytes     = (answer.op.kind == el_roce_resp_pkg::OpResp) ? answer.op.len : '0;
  end

  assign busy_o = ways_busy || places_busy;

  ////////////////
  // Assertions //
  ////////////////

  el_roce_sq_pkg::due_t start_due;
  assign start_due = due_q[start_qpn_i];
  `EL_ASSERT(StartsInOrder_A, !start_i || (active_q[start_qpn_i] ? head_q[start_qpn_i] == number_i
                                                                 : start_due.rd == number_i))
  `EL_ASSERT(OneWriter_A, !(start_i && clear_i))
  `EL_ASSERT(PopsWhatIsThere_A, !op_pop_i || elem_valid_o)
  `EL_ASSERT(ActFollowsPick_A, !act_i || act_req_i.qpn[QpW-1:0] == qpn_j)

endmodule : el_roce_sq_reads

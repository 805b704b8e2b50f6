// SPDX-License-Identifier: Apache-2.0
//
// Turns each packet into pieces of memory: one for a WRITE, one a scatter element for the others.
//
// Latency 1 cycle to the translation request, throughput 1 piece a cycle, storage one piece.
// A packet in the middle of a SEND skips the elements that earlier packets filled, so that nothing
// about the receive request is kept between packets.

`include "el_assert.svh"

module el_roce_resp_addr #(
  parameter int unsigned DataW = 512  // bits of the DMA data path: 256, 512 or 1024
) (
  input  logic                      clk_i,
  input  logic                      rst_i,

  // Operations in order.
  input  logic                      op_valid_i,
  output logic                      op_ready_o,
  input  el_roce_resp_pkg::op_t     op_i,

  // Receive requests, one for each OpSend.
  input  logic                      wqe_valid_i,
  output logic                      wqe_ready_o,
  input  logic [DataW-1:0]          wqe_data_i,
  input  logic                      wqe_last_i,
  input  logic                      wqe_err_i,

  // Elements of the send request of an OpResp, one at a time.
  input  logic                      elem_valid_i,
  output logic [2:0]                elem_idx_o,
  input  el_regs_pkg::sge_t         elem_i,

  // Translation requests; each belongs to the piece that is pushed in the same cycle or before.
  output logic                      xreq_valid_o,
  input  logic                      xreq_ready_i,
  output el_roce_pkg::xlate_req_t   xreq_o,
  output logic                      xreq_inval_o,

  // Pieces.
  output logic                      piece_valid_o,
  input  logic                      piece_ready_i,  // depends on flops only
  output el_roce_resp_pkg::piece_t  piece_o,

  output logic                      busy_o
);

  if (DataW != 256 && DataW != 512 && DataW != 1024) begin : gen_bad_width
    $error("el_roce_resp_addr: DataW must be 256, 512 or 1024 and is %0d", DataW);
  end

  localparam int unsigned Slots = DataW / 128;  // 16-byte slots of a beat; slot 0 is the header
  localparam int unsigned SlotW = $clog2(Slots);

  typedef enum logic [1:0] {StStart, StWalk, StInval, StDrain} state_e;

  state_e      state_q, state_d;
  logic [4:0]  slot_q, slot_d;    // next slot of the receive request
  logic [4:0]  num_q, num_d;      // elements of the receive request
  logic [31:0] skip_q, skip_d;    // bytes of elements still to skip
  logic [12:0] left_q, left_d;    // bytes of the packet still to place
  logic        drained_q;         // the last beat of the receive request was taken

  // Output registers.
  logic                     xreq_valid_q, xreq_inval_q, piece_valid_q;
  el_roce_pkg::xlate_req_t  xreq_q;
  el_roce_resp_pkg::piece_t piece_q;
  logic                     out_free;

  assign out_free = (!xreq_valid_q || xreq_ready_i) && (!piece_valid_q || piece_ready_i);

  ///////////////////////////////////
  // The element under the pointer //
  ///////////////////////////////////

  logic [127:0]           slot0, slot;
  el_regs_pkg::sge_t      sge;
  logic                   first, is_resp, have;
  logic [4:0]             cur_slot, cur_num;
  logic [31:0]            cur_skip;
  logic [12:0]            cur_left, take;
  logic [31:0]            avail;
  logic                   header_ok, hit;
  logic [7:0]             max_sge;

  assign is_resp  = op_i.kind == el_roce_resp_pkg::OpResp;
  assign first    = state_q == StStart;
  assign slot0    = wqe_data_i[127:0];
  assign cur_slot = first ? 5'd1 : slot_q;
  assign cur_num  = !first ? num_q : is_resp ? 5'(op_i.num) : slot0[4:0];
  assign cur_skip = first ? op_i.offset : skip_q;
  assign cur_left = first ? op_i.len : left_q;

  always_comb begin
    slot = '0;
    for (int unsigned i = 0; i < Slots; i++) begin
      if (cur_slot[SlotW-1:0] == SlotW'(i)) slot = wqe_data_i[128*i +: 128];
    end
  end
  assign sge        = is_resp ? elem_i : slot;
  assign have       = is_resp ? elem_valid_i : wqe_valid_i;
  assign elem_idx_o = 3'(cur_slot - 5'd1);

  // num_sge in byte 0, wqe_index in bytes 2 and 3: 3 elements in the first unit, 4 in each further.
  assign max_sge   = (8'd4 << op_i.log_stride) - 8'd1;
  assign header_ok = is_resp || (slot0[7:0] <= max_sge && slot0[31:16] == op_i.cpl.rq_idx);

  assign avail = sge.length - cur_skip;
  assign hit   = sge.length > cur_skip;
  assign take  = (avail < 32'(cur_left)) ? avail[12:0] : cur_left;

  /////////////
  // Control //
  /////////////

  // All beats of the receive request were taken, but bytes are left: it is too small.
  logic                     used_up;
  assign used_up = state_q == StWalk && drained_q;

  logic                     emit, use_xlate, inval, pop_op, pop_wqe, end_beat, done;
  el_roce_resp_pkg::fault_e fault;
  logic [12:0]              piece_len;
  logic                     piece_last;

  always_comb begin
    state_d    = state_q;
    slot_d     = slot_q;
    num_d      = num_q;
    skip_d     = skip_q;
    left_d     = left_q;
    emit       = 1'b0;
    use_xlate  = 1'b0;
    inval      = 1'b0;
    pop_op     = 1'b0;
    pop_wqe    = 1'b0;
    end_beat   = 1'b0;
    done       = 1'b0;
    fault      = el_roce_resp_pkg::FltNone;
    piece_len  = '0;
    piece_last = 1'b0;
    unique case (state_q)
      StStart, StWalk: begin
        if (!op_valid_i || !out_free) begin
          // Wait.
        end else if (op_i.kind != el_roce_resp_pkg::OpSend && !is_resp) begin
          emit       = 1'b1;
          pop_op     = 1'b1;
          piece_last = 1'b1;
          piece_len  = op_i.len;
          // A WRITE or READ of no bytes needs no valid key (9.7.4.1.1).
          use_xlate  = op_i.kind == el_roce_resp_pkg::OpWrite && op_i.len != '0;
        end else if (have || used_up) begin
          slot_d   = cur_slot + 5'd1;
          num_d    = cur_num;
          end_beat = cur_slot[SlotW-1:0] == SlotW'(Slots - 1);
          state_d  = StWalk;
          if (wqe_err_i && !used_up && !is_resp) begin
            emit  = 1'b1;
            done  = 1'b1;
            fault = el_roce_resp_pkg::FltDma;
          end else if (first && !header_ok) begin
            emit  = 1'b1;
            done  = 1'b1;
            fault = el_roce_resp_pkg::FltWqe;
          end else if (cur_left == '0) begin
            emit = 1'b1;
            done = 1'b1;
          end else if (cur_slot > cur_num) begin
            emit  = 1'b1;
            done  = 1'b1;
            fault = el_roce_resp_pkg::FltLen;
          end else if (hit) begin
            emit      = 1'b1;
            use_xlate = 1'b1;
            piece_len = take;
            left_d    = cur_left - take;
            skip_d    = '0;
            done      = cur_left == take;
          end else begin
            left_d = cur_left;
            skip_d = cur_skip - sge.length;
          end
          piece_last = done && !(op_i.cpl.has_inv && op_i.last &&
                                 fault == el_roce_resp_pkg::FltNone);
          pop_wqe = (end_beat || done) && !used_up && !is_resp;
          if (done) begin
            state_d = StStart;
            if (!piece_last) state_d = StInval;
            else if (!wqe_last_i && !used_up && !is_resp) state_d = StDrain;
            else pop_op = 1'b1;
          end
        end
      end
      StInval: begin
        if (out_free) begin
          emit       = 1'b1;
          use_xlate  = 1'b1;
          inval      = 1'b1;
          piece_last = 1'b1;
          pop_op     = drained_q;
          state_d    = drained_q ? StStart : StDrain;
        end
      end
      default: begin  // StDrain
        if (wqe_valid_i) begin
          pop_wqe = 1'b1;
          if (wqe_last_i) begin
            state_d = StStart;
            pop_op  = 1'b1;
          end
        end
      end
    endcase
  end

  assign op_ready_o  = pop_op;
  assign wqe_ready_o = pop_wqe;

  function automatic el_roce_pkg::xlate_req_t to_xreq(el_roce_resp_pkg::op_t o,
      el_regs_pkg::sge_t s, logic [31:0] skip, logic [12:0] len, logic remove);
    el_roce_pkg::xlate_req_t x;
    x     = '0;
    x.pd  = o.pd;
    x.len = len;
    if (remove) begin
      x.key = o.cpl.imm;
      x.pd  = o.inval_pd;
    end else if (o.kind == el_roce_resp_pkg::OpWrite) begin
      x.key       = o.rkey;
      x.va        = o.va;
      x.access    = o.access;
      x.bound_va  = o.va;
      x.bound_len = o.bound_len;
    end else begin
      x.key       = s.lkey;
      x.va        = s.addr + 64'(skip);
      x.access    = 4'd1 << el_regs_pkg::AccessLocalWrite;
      x.bound_va  = x.va;
      x.bound_len = 32'(len);
    end
    return x;
  endfunction

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q       <= StStart;
      xreq_valid_q  <= 1'b0;
      piece_valid_q <= 1'b0;
      drained_q     <= 1'b0;
    end else begin
      state_q <= state_d;
      if (out_free) begin
        xreq_valid_q  <= emit && use_xlate;
        piece_valid_q <= emit;
      end else begin
        if (xreq_ready_i) xreq_valid_q <= 1'b0;
        if (piece_ready_i) piece_valid_q <= 1'b0;
      end
      if (pop_wqe) drained_q <= wqe_last_i;
      else if (first && state_d == StWalk) drained_q <= 1'b0;
    end
    slot_q <= slot_d;
    num_q  <= num_d;
    skip_q <= skip_d;
    left_q <= left_d;
    if (emit) begin
      xreq_q          <= to_xreq(op_i, sge, cur_skip, piece_len, inval);
      xreq_inval_q    <= inval;
      piece_q.xlate   <= use_xlate;
      piece_q.on_fail <= inval ? el_roce_resp_pkg::FltInval :
                         (op_i.kind == el_roce_resp_pkg::OpWrite) ? el_roce_resp_pkg::FltRkey
                                                                  : el_roce_resp_pkg::FltLocal;
      piece_q.fault   <= fault;
      piece_q.write   <= use_xlate && !inval && !op_i.cpl.job;
      piece_q.last    <= piece_last;
      piece_q.last_packet <= op_i.last;
      piece_q.fatal   <= op_i.fatal;
      piece_q.payload <= op_i.payload || is_resp;
      piece_q.inject  <= is_resp && !op_i.payload;
      piece_q.len     <= piece_len;
      piece_q.cpl     <= op_i.cpl;
    end
  end

  assign xreq_valid_o  = xreq_valid_q;
  assign xreq_o        = xreq_q;
  assign xreq_inval_o  = xreq_inval_q;
  assign piece_valid_o = piece_valid_q;
  assign piece_o       = piece_q;
  assign busy_o        = state_q != StStart || xreq_valid_q || piece_valid_q;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(PieceWithinPacket_A, !emit || piece_len <= op_i.len)
  `EL_ASSERT(NoElementBehindRequest_A, !used_up || cur_slot > cur_num)
  `EL_ASSERT_NEXT(XreqHeldWhenStalled_A, xreq_valid_o && !xreq_ready_i,
                  xreq_valid_o && xreq_o == $past(xreq_o))

endmodule : el_roce_resp_addr

// SPDX-License-Identifier: Apache-2.0
//
// Reads host memory for many clients: splits, tags, reorders and realigns.
//
// Latency: request to AR 1 cycle, last R beat to response 3 cycles.
// Throughput 1 AR and 1 memory beat a cycle; storage Cfg.DmaTags x MaxRead bytes of block RAM.
// A request is split at multiples of MaxRead, so no piece crosses 4 KiB; every piece owns the RAM
// of its tag before it is sent, so R is always accepted. Each client may always hold Reserve tags
// and shares the others, so a client that does not take its data never stops another.
// Contract: docs/reference/rtl-interfaces.md, "DMA".

`include "el_assert.svh"

module el_dma_rd #(
  parameter  el_pkg::cfg_t Cfg        = el_pkg::CfgDefault,
  parameter  int unsigned  NumClients = 4,                   // 1..DmaTags/2
  parameter  int unsigned  MaxRead    = 512,                 // bytes, power of two, 128..4096
  localparam int unsigned  DataW      = Cfg.DataW
) (
  input  logic                                                clk_i,
  input  logic                                                rst_i,

  // Clients
  input  logic [NumClients-1:0]                               req_valid_i,
  output logic [NumClients-1:0]                               req_ready_o,
  input  el_pkg::dma_rd_req_t [NumClients-1:0]                req_i,
  output logic [NumClients-1:0]                               rsp_valid_o,
  input  logic [NumClients-1:0]                               rsp_ready_i,
  output logic [NumClients-1:0][DataW-1:0]                    rsp_data_o,
  output logic [NumClients-1:0]                               rsp_last_o,
  output logic [NumClients-1:0]                               rsp_err_o,
  output logic [NumClients-1:0][el_pkg::DmaUserW-1:0]         rsp_user_o,

  // AXI4 read channels, AR from flops
  output logic                                                axi_arvalid_o,
  input  logic                                                axi_arready_i,
  output logic [63:0]                                         axi_araddr_o,
  output logic [7:0]                                          axi_arid_o,
  output logic [7:0]                                          axi_arlen_o,
  output logic [12:0]                                         axi_aruser_o,
  input  logic                                                axi_rvalid_i,
  output logic                                                axi_rready_o,
  input  logic [7:0]                                          axi_rid_i,
  input  logic [DataW-1:0]                                    axi_rdata_i,
  input  logic [1:0]                                          axi_rresp_i,
  input  logic                                                axi_rlast_i,

  // Status, from flops
  output logic                                                error_o,  // pulse: a read failed
  output logic                                                idle_o,   // nothing is outstanding
  output logic                                                busy_o
);

  localparam int unsigned Bytes    = DataW / 8;
  localparam int unsigned OffW     = $clog2(Bytes);
  localparam int unsigned Beats    = MaxRead / Bytes;        // of one piece
  localparam int unsigned BeatIdxW = $clog2(Beats);
  localparam int unsigned BeatW    = BeatIdxW + 1;
  localparam int unsigned PieceW   = $clog2(MaxRead);
  localparam int unsigned Tags     = Cfg.DmaTags;
  localparam int unsigned TagW     = $clog2(Tags);
  localparam int unsigned CliW     = (NumClients > 1) ? $clog2(NumClients) : 1;
  localparam int unsigned Reserve  = (Tags >= 4 * NumClients) ? 2 : 1;
  localparam int unsigned Shared   = Tags - NumClients * Reserve;
  localparam int unsigned LenW     = el_pkg::DmaLenW;
  localparam int unsigned UserW    = el_pkg::DmaUserW;

  if (Tags < NumClients || Beats < 2 || MaxRead > 4096 || Tags > 256) begin : gen_bad_parameters
    $error("el_dma_rd: DmaTags %0d must be >= NumClients %0d, MaxRead %0d in 2 beats..4096",
           Tags, NumClients, MaxRead);
  end

  // What the realignment of a piece needs to know about its request.
  typedef struct packed {
    logic [OffW-1:0]  shift;
    logic [OffW-1:0]  tail;   // bytes of the last response beat, minus 1
    logic             flush;  // the last memory beat gives two response beats
    logic [UserW-1:0] user;
  } align_t;

  typedef struct packed {
    logic [63:0]     addr;
    logic [LenW-1:0] len;
    align_t          align;
  } rest_t;

  typedef struct packed {
    logic [BeatW-1:0] beats;
    logic             first;  // piece with the first byte of its request
    logic             last;   // piece with the last byte
    align_t           align;
  } piece_t;

  function automatic align_t make_align(el_pkg::dma_rd_req_t req);
    align_t          a;
    logic [LenW-1:0] len_m1;
    logic [OffW:0]   tail_end;
    len_m1   = req.len - LenW'(1);
    a.shift  = req.addr[OffW-1:0];
    a.tail   = len_m1[OffW-1:0];
    a.user   = req.user;
    tail_end = {1'b0, a.shift} + {1'b0, a.tail};
    // As many memory beats as response beats, and more than one.
    a.flush  = a.shift != '0 && !tail_end[OffW] && len_m1[LenW-1:OffW] != '0;
    return a;
  endfunction

  // ---------------------------------------------------------------------------------------------
  // Requests to pieces
  // ---------------------------------------------------------------------------------------------

  logic [NumClients-1:0] rest_valid_q;
  rest_t                 rest_q [NumClients];
  logic [TagW:0]         used_q [NumClients];  // tags that a client holds
  logic [TagW:0]         shared_q;             // tags above the clients' reserve
  logic [NumClients-1:0] asks, grant;
  logic [CliW-1:0]       who;
  logic                  any, ar_free, issue;

  always_comb begin
    for (int c = 0; c < int'(NumClients); c++) begin
      asks[c] = (rest_valid_q[c] || req_valid_i[c]) &&
                (used_q[c] < (TagW+1)'(Reserve) || shared_q < (TagW+1)'(Shared));
    end
  end

  assign ar_free     = !axi_arvalid_o || axi_arready_i;
  assign issue       = any && ar_free;
  assign req_ready_o = ar_free ? grant & ~rest_valid_q : '0;

  el_arbiter_rr #(
    .N(NumClients)
  ) u_issue_arb (
    .clk_i,
    .rst_i,
    .req_i        (asks),
    .advance_i    (issue),
    .grant_o      (grant),
    .grant_idx_o  (who),
    .grant_valid_o(any)
  );

  // The piece that is sent: up to the next multiple of MaxRead.
  logic            fresh;
  logic [63:0]     from_addr;
  logic [LenW-1:0] from_len, piece_len, room;
  piece_t          piece;

  always_comb begin
    fresh     = !rest_valid_q[who];
    from_addr = fresh ? req_i[who].addr : rest_q[who].addr;
    from_len  = fresh ? req_i[who].len : rest_q[who].len;
    room      = LenW'(MaxRead) - LenW'(from_addr[PieceW-1:0]);
    piece_len = (from_len > room) ? room : from_len;
    piece.beats = BeatW'((LenW'(from_addr[OffW-1:0]) + piece_len + LenW'(Bytes - 1)) >> OffW);
    piece.first = fresh;
    piece.last  = from_len <= room;
    piece.align = fresh ? make_align(req_i[who]) : rest_q[who].align;
  end

  // ---------------------------------------------------------------------------------------------
  // Tags: a ring of free ones, and a list in order for each client
  // ---------------------------------------------------------------------------------------------

  logic [TagW-1:0]  free_q [Tags];
  logic [TagW-1:0]  free_rptr_q, free_wptr_q;
  logic [Tags-1:0]  alive_q;
  logic [BeatW-1:0] got_q [Tags];     // beats received
  logic [Tags-1:0]  err_q;
  logic [$bits(piece_t)-1:0] piece_q [Tags];
  logic [TagW-1:0]  next_q [Tags];
  logic [TagW-1:0]  head_q [NumClients];
  logic [TagW-1:0]  tail_q [NumClients];
  logic [BeatW-1:0] beat_q [NumClients];   // beats of the head that were read
  logic [NumClients-1:0] flush_q;          // a response beat waits in the lane's previous beat
  logic [NumClients-1:0] flush_go, flush_now_q;

  logic [TagW-1:0]  tag;
  logic             release_tag;           // the head of client `rd_who` was read whole
  logic [CliW-1:0]  rd_who;
  logic [TagW-1:0]  rd_tag;

  assign tag = free_q[free_rptr_q];

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      rest_valid_q  <= '0;
      axi_arvalid_o <= 1'b0;
      free_rptr_q   <= '0;
      free_wptr_q   <= '0;
      shared_q      <= '0;
      alive_q       <= '0;
      for (int t = 0; t < int'(Tags); t++) free_q[t] <= TagW'(t);
      for (int c = 0; c < int'(NumClients); c++) used_q[c] <= '0;
    end else begin
      if (ar_free) axi_arvalid_o <= issue;
      if (issue) begin
        rest_valid_q[who] <= !piece.last;
        free_rptr_q       <= (free_rptr_q == TagW'(Tags - 1)) ? '0 : free_rptr_q + TagW'(1);
        alive_q[tag]      <= 1'b1;
      end
      if (release_tag) begin
        free_q[free_wptr_q] <= rd_tag;
        free_wptr_q <= (free_wptr_q == TagW'(Tags - 1)) ? '0 : free_wptr_q + TagW'(1);
        alive_q[rd_tag] <= 1'b0;
      end
      if (!(issue && release_tag && who == rd_who)) begin
        if (issue) used_q[who] <= used_q[who] + (TagW+1)'(1);
        if (release_tag) used_q[rd_who] <= used_q[rd_who] - (TagW+1)'(1);
        shared_q <= shared_q +
                    (TagW+1)'(issue && used_q[who] >= (TagW+1)'(Reserve)) -
                    (TagW+1)'(release_tag && used_q[rd_who] > (TagW+1)'(Reserve));
      end
    end
  end

  // Payload of the lists and of AR: meaningful only while the control state says so.
  always_ff @(posedge clk_i) begin
    if (issue) begin
      axi_araddr_o       <= from_addr;
      axi_arid_o         <= 8'(tag);
      axi_arlen_o        <= 8'(piece.beats) - 8'd1;
      axi_aruser_o       <= piece_len;
      piece_q[tag]       <= piece;
      tail_q[who]        <= tag;
      rest_q[who].addr   <= from_addr + 64'(piece_len);
      rest_q[who].len    <= from_len - piece_len;
      rest_q[who].align  <= piece.align;
      if (used_q[who] != '0) next_q[tail_q[who]] <= tag;
      if (used_q[who] == '0) head_q[who] <= tag;
    end
    if (release_tag) begin
      head_q[rd_who] <= (issue && who == rd_who && used_q[who] == (TagW+1)'(1))
                        ? tag : next_q[rd_tag];
    end
  end

  // ---------------------------------------------------------------------------------------------
  // R beats into the RAM
  // ---------------------------------------------------------------------------------------------

  logic                     r_take;
  logic [TagW-1:0]          r_tag;
  logic [BeatIdxW+TagW-1:0] r_addr;
  piece_t                   r_piece;
  logic                     unused_r;

  assign axi_rready_o = 1'b1;
  assign r_tag        = axi_rid_i[TagW-1:0];
  assign r_piece      = piece_q[r_tag];
  assign r_addr       = {r_tag, got_q[r_tag][BeatIdxW-1:0]};
  // A beat that nobody asked for is ignored.
  assign r_take       = axi_rvalid_i && 32'(axi_rid_i) < Tags && alive_q[r_tag] &&
                        got_q[r_tag] != r_piece.beats;
  assign unused_r     = axi_rlast_i ^ axi_rresp_i[0] ^ ^r_piece;  // beats are counted instead

  always_ff @(posedge clk_i) begin
    if (issue) begin
      got_q[tag] <= '0;
      err_q[tag] <= 1'b0;
    end
    if (r_take) begin
      got_q[r_tag] <= got_q[r_tag] + BeatW'(1);
      if (axi_rresp_i[1]) err_q[r_tag] <= 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) error_o <= 1'b0;
    else error_o <= r_take && axi_rresp_i[1] && !err_q[r_tag];
  end

  // ---------------------------------------------------------------------------------------------
  // RAM to the lanes, one beat a cycle
  // ---------------------------------------------------------------------------------------------

  logic [NumClients-1:0] ready_c, has_data, space, quiet, rd_grant;
  logic [2:0]            held [NumClients];
  logic                  rd_any, rd_first, rd_last, rd_one;
  piece_t                rd_piece;

  logic                  op_valid_q, op_emit_q, op_old_q, op_last_q, op_err_q;
  logic [CliW-1:0]       op_who_q;
  align_t                op_align_q;
  logic [DataW-1:0]      ram_data;
  logic                  unused_flush;

  // The next memory beat of the piece gives no response beat: it is the first of an unaligned
  // request, and not the only one.
  function automatic logic is_quiet(piece_t p, logic [BeatW-1:0] beat);
    return p.first && beat == '0 && p.align.shift != '0 && !(p.last && p.beats == BeatW'(1));
  endfunction

  // A flush needs no memory beat: it leaves as soon as there is space, beside whatever is read.
  // Only a beat of its own client must not leave together with it.
  always_comb begin
    for (int c = 0; c < int'(NumClients); c++) begin
      has_data[c] = used_q[c] != '0 && beat_q[c] != got_q[head_q[c]];
      space[c]    = held[c] + 3'((op_valid_q && op_emit_q && op_who_q == CliW'(c)) ||
                                 flush_now_q[c]) < 3'd4;
      quiet[c]    = is_quiet(piece_q[head_q[c]], beat_q[c]);
      flush_go[c] = flush_q[c] && space[c];
      ready_c[c]  = has_data[c] && space[c] && (!flush_q[c] || quiet[c]);
    end
  end

  el_arbiter_rr #(
    .N(NumClients)
  ) u_read_arb (
    .clk_i,
    .rst_i,
    .req_i        (ready_c),
    .advance_i    (rd_any),
    .grant_o      (rd_grant),
    .grant_idx_o  (rd_who),
    .grant_valid_o(rd_any)
  );

  assign unused_flush = op_align_q.flush;  // the scheduler used it

  assign rd_tag      = head_q[rd_who];
  assign rd_piece    = piece_q[rd_tag];
  assign rd_first    = rd_piece.first && beat_q[rd_who] == '0;
  assign rd_one      = beat_q[rd_who] + BeatW'(1) == rd_piece.beats;
  assign rd_last     = rd_piece.last && rd_one;
  assign release_tag = rd_any && rd_one;

  el_ram_1r1w #(
    .Width(DataW),
    .Depth(Tags * Beats)
  ) u_ram (
    .clk_i,
    .rst_i,
    .we_i   (r_take),
    .waddr_i(r_addr),
    .wdata_i(axi_rdata_i),
    .re_i   (rd_any),
    .raddr_i({rd_tag, beat_q[rd_who][BeatIdxW-1:0]}),
    .rdata_o(ram_data)
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      op_valid_q  <= 1'b0;
      flush_q     <= '0;
      flush_now_q <= '0;
      for (int c = 0; c < int'(NumClients); c++) beat_q[c] <= '0;
    end else begin
      op_valid_q  <= rd_any;
      flush_q     <= flush_q & ~flush_go;
      flush_now_q <= flush_go;
      if (rd_any) begin
        if (rd_last && rd_piece.align.flush) flush_q[rd_who] <= 1'b1;
        beat_q[rd_who] <= rd_one ? '0 : beat_q[rd_who] + BeatW'(1);
      end
    end
  end

  // The flush belongs to the request whose last beat was read: its fields are kept per client.
  align_t flush_align_q [NumClients];
  logic [NumClients-1:0] flush_err_q;

  always_ff @(posedge clk_i) begin
    if (rd_any) begin
      op_who_q   <= rd_who;
      op_align_q <= rd_piece.align;
      op_err_q   <= err_q[rd_tag];
      op_old_q   <= !rd_first;
      op_emit_q  <= !is_quiet(rd_piece, beat_q[rd_who]);
      op_last_q  <= rd_last && !rd_piece.align.flush;
      if (rd_last) begin
        flush_align_q[rd_who] <= rd_piece.align;
        flush_err_q[rd_who]   <= err_q[rd_tag];
      end
    end
  end

  for (genvar c = 0; c < NumClients; c++) begin : gen_lane
    el_dma_rd_lane #(
      .DataW(DataW)
    ) u_lane (
      .clk_i,
      .rst_i,
      .op_valid_i   (op_valid_q && op_who_q == CliW'(c)),
      .op_emit_i    (op_emit_q),
      .op_old_i     (op_old_q),
      .op_last_i    (op_last_q),
      .op_err_i     (op_err_q),
      .op_shift_i   (op_align_q.shift),
      .op_tail_i    (op_align_q.tail),
      .op_user_i    (op_align_q.user),
      .op_data_i    (ram_data),
      .flush_i      (flush_now_q[c]),
      .flush_err_i  (flush_err_q[c]),
      .flush_shift_i(flush_align_q[c].shift),
      .flush_tail_i (flush_align_q[c].tail),
      .flush_user_i (flush_align_q[c].user),
      .rsp_valid_o  (rsp_valid_o[c]),
      .rsp_ready_i  (rsp_ready_i[c]),
      .rsp_data_o   (rsp_data_o[c]),
      .rsp_last_o   (rsp_last_o[c]),
      .rsp_err_o    (rsp_err_o[c]),
      .rsp_user_o   (rsp_user_o[c]),
      .count_o      (held[c])
    );
  end

  assign idle_o = alive_q == '0 && !axi_arvalid_o && rest_valid_q == '0 && !busy_o;
  assign busy_o = axi_arvalid_o || rest_valid_q != '0 || has_data != '0 || flush_q != '0 ||
                  flush_now_q != '0 || op_valid_q || rsp_valid_o != '0 || error_o;

  ////////////////
  // Assertions //
  ////////////////

  logic [NumClients-1:0] req_bad;
  always_comb begin
    for (int c = 0; c < int'(NumClients); c++) begin
      req_bad[c] = req_valid_i[c] && (req_i[c].len == '0 || req_i[c].len > LenW'(4096));
    end
  end

  `EL_ASSUME(RequestLength_A, req_bad == '0)
  `EL_ASSERT(GrantOneHot_A, (rd_grant & (rd_grant - NumClients'(1))) == '0)
  `EL_ASSERT(IssueHasFreeTag_A, !issue || !alive_q[tag])
  `EL_ASSERT(PieceInPage_A, !axi_arvalid_o ||
             32'(axi_araddr_o[11:0]) + 32'(axi_aruser_o) <= 32'd4096)
  `EL_ASSERT_NEXT(ArHeld_A, axi_arvalid_o && !axi_arready_i,
                  axi_arvalid_o && axi_araddr_o == $past(axi_araddr_o))

endmodule : el_dma_rd

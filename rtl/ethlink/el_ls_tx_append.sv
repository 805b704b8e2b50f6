// SPDX-License-Identifier: Apache-2.0
//
// Packs commands into transmit slots: each command is appended to the open slot of its flow.
//
// Latency 1 cycle behind the input buffer; a command whose bytes touch at most two rows takes one
// cycle. A flow is {peer, vc}. A slot's PSN is fixed when it is allocated, and the slot stays until
// it is acknowledged. Responses go first and have slots of their own (a response never waits for a
// request). Commands to a peer that is not up are dropped. EthLink specification sections 2 and 3.

`include "el_assert.svh"

module el_ls_tx_append #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  DataW = Cfg.DataW,
  localparam int unsigned  PW    = $clog2(Cfg.Peers),
  localparam int unsigned  FW    = PW + 2,
  localparam int unsigned  SW    = $clog2(Cfg.LsSlots),
  localparam int unsigned  RowB  = DataW / 8,
  localparam int unsigned  RowW  = $clog2(el_ls_pkg::SlotBytes / RowB),
  localparam int unsigned  BankW = SW + RowW - 1,
  localparam int unsigned  Lanes = RowB / 4,
  localparam int unsigned  LaneW = $clog2(Lanes)
) (
  input  logic                       clk_i,
  input  logic                       rst_i,
  input  el_regs_pkg::csr_ls_limits_t limits_i,
  input  logic [Cfg.Peers-1:0]       peer_up_i,

  // Commands: [0] requests, [1] responses
  input  logic [1:0]                 cmd_valid_i,
  output logic [1:0]                 cmd_ready_o,
  input  el_ls_pkg::cmd_t [1:0]      cmd_i,

  // Oldest unacknowledged PSN of the flows at the two inputs, answered in the same cycle
  output logic [1:0][FW-1:0]         una_flow_o,
  input  logic [1:0][15:0]           una_i,

  // Writes of the slot memory
  output logic                       wr_valid_o,
  output logic [1:0][BankW-1:0]      wr_addr_o,
  output logic [1:0][Lanes-1:0]      wr_be_o,
  output logic [1:0][DataW-1:0]      wr_data_o,

  // A flow has a new complete command
  output logic                       ready_valid_o,
  output logic [FW-1:0]              ready_flow_o,
  // A command begins
  output logic                       begin_valid_o,
  output logic                       begin_posted_o,  // nobody waits for its answer
  output logic                       begin_drop_o,    // its peer is not up
  output logic                       begin_new_o,     // first of its slot
  output logic [SW-1:0]              begin_slot_o,
  output logic [PW-1:0]              begin_peer_o,
  input  logic                       drop_hold_i,     // drop none in this cycle
  // A request went by whose response will carry this many words
  output logic                       note_valid_o,
  output logic [15:0]                note_tag_o,
  output logic [6:0]                 note_words_o,

  // The scheduler looks up a flow and a PSN, and closes slots
  input  logic [FW-1:0]              sched_flow_i,
  input  logic [15:0]                sched_psn_i,
  output logic [15:0]                sched_end_o,     // next PSN to be allocated
  output logic [SW-1:0]              sched_slot_o,
  output logic [10:0]                sched_len_o,
  output logic [7:0]                 sched_cmds_o,
  output logic                       sched_open_o,    // a command is being written into this slot
  input  logic                       close_valid_i,

  // Acknowledged and discarded slots; lookup of a flow's PSN
  input  logic [FW-1:0]              free_flow_i,
  input  logic [15:0]                free_psn_i,
  output logic [15:0]                free_end_o,
  output logic [SW-1:0]              free_slot_o,
  input  logic                       give_valid_i,
  input  logic [SW-1:0]              give_slot_i,
  input  logic                       clr_valid_i,     // the flow starts at PSN 0 again
  input  logic [FW-1:0]              clr_flow_i,
  output logic                       mid_o,           // a command is half written

  output logic                       cnt_cmd_o,
  output logic                       cnt_drop_o,
  output logic                       busy_o
);

  localparam int unsigned Flows    = 2 ** FW;
  localparam int unsigned MapW     = SW - 1;             // slots a flow may hold: half of them
  localparam int unsigned Reserved = Cfg.LsSlots / 4;    // slots that only responses may take
  localparam int unsigned Steps    = (RowB - 4 + el_ls_pkg::BeatBytes + 2 * RowB - 1) / (2 * RowB);
  localparam int unsigned StepW    = (Steps > 1) ? $clog2(Steps) : 1;
  localparam int unsigned ExtW     = Steps * 2 * DataW;

  if (Cfg.LsSlots < 16 || Cfg.LsSlots > 128) begin : gen_bad_slots
    $error("el_ls_tx_append: Cfg.LsSlots must be 16..128 and is %0d", Cfg.LsSlots);
  end

  // Tables of flows and slots; this module is their only writer.
  logic [15:0]   end_q [Flows];                  // next PSN to be allocated
  logic [SW-1:0] tail_q [Flows];                 // youngest slot
  logic [SW-1:0] map_q [2 ** (FW + MapW)];       // slot of {flow, psn}
  logic [18:0]   meta_q [Cfg.LsSlots];           // {commands, bytes} complete in a slot
  logic          closed_q [Cfg.LsSlots];         // sent at least once: never appended to again

  // Input buffers
  logic [1:0]            in_v, in_ready;
  el_ls_pkg::cmd_t [1:0] in;
  for (genvar i = 0; i < 2; i++) begin : gen_in
    el_skid_buffer #(
      .Width(el_ls_pkg::CmdW)
    ) u_in (
      .clk_i,
      .rst_i,
      .in_valid_i (cmd_valid_i[i]),
      .in_ready_o (cmd_ready_o[i]),
      .in_data_i  (cmd_i[i]),
      .out_valid_o(in_v[i]),
      .out_ready_i(in_ready[i]),
      .out_data_o (in[i])
    );
  end

  // Where a new command of each input would go
  logic [1:0][FW-1:0] flow;
  logic [1:0][SW-1:0] tail;
  logic [1:0][10:0]   fill;
  logic [1:0][7:0]    ncmds;
  logic [1:0]         drop, fits, start;
  logic [10:0]        pack;
  logic [15:0]        hold_max;
  logic               slot_avail, take;
  logic [SW-1:0]      slot_new;
  logic [SW:0]        slot_free;

  assign pack = (limits_i.pack_bytes > 12'(el_ls_pkg::MaxPackBytes))
              ? 11'(el_ls_pkg::MaxPackBytes) : limits_i.pack_bytes[10:0];
  assign hold_max = (limits_i.flow_slots == 8'd0) ? 16'd1
                  : (limits_i.flow_slots > 8'(Cfg.LsSlots / 2)) ? 16'(Cfg.LsSlots / 2)
                  : 16'(limits_i.flow_slots);

  el_ls_tx_slots #(
    .Slots(Cfg.LsSlots)
  ) u_slots (
    .clk_i,
    .rst_i,
    .avail_o     (slot_avail),
    .slot_o      (slot_new),
    .take_i      (take),
    .free_count_o(slot_free),
    .give_valid_i,
    .give_slot_i
  );

  assign flow[0]    = {in[0].peer[PW-1:0], in[0].vc};
  assign flow[1]    = {in[1].peer[PW-1:0], in[1].vc};
  assign una_flow_o = flow;

  logic [1:0][15:0] held;
  always_comb begin
    for (int i = 0; i < 2; i++) begin
      held[i]  = end_q[flow[i]] - una_i[i];
      tail[i]  = tail_q[flow[i]];
      {ncmds[i], fill[i]} = meta_q[tail[i]];
      drop[i]  = !peer_up_i[in[i].peer[PW-1:0]];
      fits[i]  = held[i] != 16'd0 && !closed_q[tail[i]]
              && !(close_valid_i && sched_slot_o == tail[i]) && ncmds[i] != 8'hFF
              && 12'(fill[i]) + 12'(in[i].hdr_len) + 12'(in[i].data_len) <= 12'(pack);
      start[i] = in_v[i] && !clr_valid_i
              && (drop[i] ? !drop_hold_i : fits[i]
                  || (held[i] < hold_max && slot_avail
                      && (in[i].vc == el_ls_pkg::VcResponse || 32'(slot_free) > Reserved)));
    end
  end

  // One command at a time: responses first, but not twice while a request waits.
  logic             mid_q, lane_q, last_rsp_q, drop_q;
  logic [SW-1:0]    slot_q;
  logic [FW-1:0]    flow_q;
  logic [10:0]      pos_q;
  logic [7:0]       ncmds_q;
  logic [8:0]       rem_q;        // data bytes after this beat
  logic [StepW-1:0] step_q;

  logic             lane, go, drop_now, fit_now, beat_done, cmd_done, beat_first, alloc;
  logic [SW-1:0]    slot_now;
  logic [FW-1:0]    flow_now;
  logic [10:0]      pos_now;
  logic [7:0]       ncmds_now, bytes_now;
  logic [8:0]       data_left;
  logic [11:0]      end_in_rows;
  logic [RowW-1:0]  row_now;

  always_comb begin
    lane       = mid_q ? lane_q : (start[1] && !(last_rsp_q && start[0]));
    go         = mid_q ? in_v[lane] : (start != 2'b00);
    beat_first = in[lane].first;
    drop_now   = mid_q ? drop_q : drop[lane];
    fit_now    = mid_q || fits[lane];
    flow_now   = mid_q ? flow_q : flow[lane];
    slot_now   = mid_q ? slot_q : fits[lane] ? tail[lane] : slot_new;
    pos_now    = mid_q ? pos_q : fits[lane] ? fill[lane] : '0;
    ncmds_now  = mid_q ? ncmds_q : fits[lane] ? ncmds[lane] : '0;
    data_left  = (mid_q && !beat_first) ? rem_q : in[lane].data_len;
    bytes_now  = ((data_left > 9'd64) ? 8'd64 : data_left[7:0])
               + (beat_first ? 8'(in[lane].hdr_len) : 8'd0);
    end_in_rows = 12'(pos_now[$clog2(RowB)-1:0]) + 12'(bytes_now);
    beat_done  = drop_now || end_in_rows <= 12'((32'(step_q) + 1) * 2 * RowB);
    cmd_done   = go && beat_done && in[lane].last;
    alloc      = go && !mid_q && !drop_now && !fit_now;
    row_now    = RowW'(pos_now >> $clog2(RowB)) + RowW'({step_q, 1'b0});
  end

  assign take     = alloc;
  assign in_ready = (go && beat_done) ? (lane ? 2'b10 : 2'b01) : 2'b00;

  assign ready_valid_o = cmd_done && !drop_now;
  assign ready_flow_o  = flow_now;
  assign cnt_cmd_o     = ready_valid_o;
  assign cnt_drop_o    = cmd_done && drop_now;

  logic [7:0] op;
  assign op           = in[0].hdr[7:0];
  assign note_valid_o = go && !lane && !mid_q && !drop_now && note_words_o != 7'd0;
  assign note_tag_o   = {in[0].hdr[23:16], in[0].hdr[31:24]};
  assign note_words_o = (op == el_regs_pkg::LsOpLoad
                         || (op >= el_regs_pkg::LsOpAtomicFadd && op <= el_regs_pkg::LsOpAtomicMax))
                      ? 7'(in[0].hdr[15:8]) + 7'd1 : 7'd0;

  assign begin_valid_o  = go && !mid_q;
  assign begin_posted_o = !lane && note_tag_o == 16'hFFFF;
  assign begin_drop_o   = drop_now;
  assign begin_new_o    = alloc;
  assign begin_slot_o   = slot_now;
  assign begin_peer_o   = flow_now[FW-1:2];

  assign mid_o        = mid_q && !drop_q;
  assign sched_end_o  = end_q[sched_flow_i];
  assign sched_slot_o = map_q[{sched_flow_i, sched_psn_i[MapW-1:0]}];
  assign {sched_cmds_o, sched_len_o} = meta_q[sched_slot_o];
  assign sched_open_o = mid_q && !drop_q && slot_q == sched_slot_o;
  assign free_end_o   = end_q[free_flow_i];
  assign free_slot_o  = map_q[{free_flow_i, free_psn_i[MapW-1:0]}];
  assign busy_o       = in_v != 2'b00 || wr_valid_o;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      mid_q      <= 1'b0;
      last_rsp_q <= 1'b0;
      step_q     <= '0;
    end else if (go) begin
      mid_q  <= !cmd_done;
      step_q <= beat_done ? '0 : step_q + StepW'(1);
      if (!mid_q) last_rsp_q <= lane;
    end
  end

  always_ff @(posedge clk_i) begin
    if (go) begin
      lane_q  <= lane;
      drop_q  <= drop_now;
      slot_q  <= slot_now;
      flow_q  <= flow_now;
      ncmds_q <= ncmds_now;
      pos_q   <= beat_done ? pos_now + 11'(bytes_now) : pos_now;
      if (beat_done) rem_q <= (data_left > 9'd64) ? data_left - 9'd64 : '0;
    end
    if (clr_valid_i) end_q[clr_flow_i] <= '0;
    else if (alloc) end_q[flow_now] <= end_q[flow_now] + 16'd1;
    if (alloc) begin
      tail_q[flow_now]   <= slot_now;
      map_q[{flow_now, MapW'(end_q[flow_now])}] <= slot_now;
    end
    if (alloc) closed_q[slot_now] <= 1'b0;
    if (close_valid_i) closed_q[sched_slot_o] <= 1'b1;
    if (ready_valid_o) meta_q[slot_now] <= {ncmds_now + 8'd1, pos_now + 11'(bytes_now)};
  end

  // ---------------------------------------------------------------------------------------------
  // Rows: the bytes of the beat, moved to their place, two rows a step. Everything behind the
  // command is written as zero, so that the last beat of a payload needs no mask.
  // ---------------------------------------------------------------------------------------------

  function automatic logic [2*DataW-1:0] place(el_ls_pkg::cmd_t c, logic [LaneW-1:0] lane_at,
                                               logic [StepW-1:0] step);
    logic [el_ls_pkg::BeatBytes*8-1:0] bytes;
    logic [ExtW-1:0]                   ext;
    bytes = (el_ls_pkg::BeatBytes*8)'(c.data);
    if (c.first) begin
      bytes = (bytes << {c.hdr_len, 3'd0})
            | ((el_ls_pkg::BeatBytes*8)'(c.hdr)
               & ~({el_ls_pkg::BeatBytes*8{1'b1}} << {c.hdr_len, 3'd0}));
    end
    ext = ExtW'(bytes) << {lane_at, 5'd0};
    return ext[32'(step)*2*DataW +: 2*DataW];
  endfunction

  logic                  wr_v_q;
  logic [1:0][BankW-1:0] wr_addr_q;
  logic [1:0][Lanes-1:0] wr_be_q;
  logic [1:0][DataW-1:0] wr_data_q;

  assign wr_valid_o = wr_v_q;
  assign wr_addr_o  = wr_addr_q;
  assign wr_be_o    = wr_be_q;
  assign wr_data_o  = wr_data_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) wr_v_q <= 1'b0;
    else wr_v_q <= go && !drop_now;
  end

  always_ff @(posedge clk_i) begin
    if (go && !drop_now) begin
      // Bank 0 holds the even rows; the first row of the pair is in bank row_now[0].
      wr_addr_q[row_now[0]]  <= {slot_now, row_now[RowW-1:1]};
      wr_addr_q[!row_now[0]] <= {slot_now, row_now[RowW-1:1] + (RowW-1)'(row_now[0])};
      wr_be_q[row_now[0]]    <= (step_q == '0) ? {Lanes{1'b1}} << pos_now[2 +: LaneW] : '1;
      wr_be_q[!row_now[0]]   <= '1;
      {wr_data_q[!row_now[0]], wr_data_q[row_now[0]]} <= place(in[lane], pos_now[2 +: LaneW],
                                                               step_q);
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(FirstBeatStarts_A, !(go && !mid_q) || in[lane].first)
  `EL_ASSUME(PeerInRange_A, !in_v[lane] || 32'(in[lane].peer) < Cfg.Peers)
  `EL_ASSERT(CloseNotWritten_A, !close_valid_i || !sched_open_o)
  `EL_ASSERT(SlotNotOverfull_A, !ready_valid_o
             || 12'(pos_now) + 12'(bytes_now) <= 12'(el_ls_pkg::MaxPackBytes))

endmodule : el_ls_tx_append

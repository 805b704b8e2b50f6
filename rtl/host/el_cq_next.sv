// SPDX-License-Identifier: Apache-2.0
//
// What a completion, a doorbell or CREATE makes of the state of a completion queue.
//
// Combinational. Arming compares with what software says it consumed: entries that arrived since
// the last event and that it did not see yet fire at once, so no completion goes unnoticed.
// A completion that finds no room puts the queue into error: a gap would hide it from software.
// Contract: docs/reference/host-interface.md, "Completion queues".
// No assertions: el_cq checks the state that this function of its inputs gives.

module el_cq_next #(
  parameter logic [31:0] FirstEntry = 32'd0
) (
  input  logic                   is_cqe_i,
  input  logic                   is_db_i,     // neither: CREATE
  input  logic                   exists_i,
  input  logic                   wakes_i,     // the completion is solicited or an error
  input  el_host_pkg::cqdb_t     db_i,
  input  el_host_pkg::cq_conf_t  conf_i,
  input  el_host_pkg::cq_state_t state_i,
  output el_host_pkg::cq_state_t state_o,
  output logic                   write_o,     // the completion gets an entry
  output logic                   lost_o,      // it gets none
  output logic                   bad_o,       // the doorbell is refused
  output logic                   completes_o, // Completion event
  output logic                   overflows_o  // CqOverflow event: the queue goes into error
);

  logic [31:0] size, used, db_used, sol_left;
  logic        full, moves, stale, unused_bits;

  // The consumer moves on to what was written at most; an older doorbell only arms.
  assign size    = 32'd1 << conf_i.log_size;
  assign used    = state_i.producer - state_i.consumer;
  assign full    = used >= size;
  assign db_used = state_i.producer - db_i.consumer;
  assign moves   = db_used <= used;
  assign stale   = !moves && db_used <= size;
  assign bad_o   = is_db_i && !(exists_i && 16'(db_i.ctx) == conf_i.ctx && (moves || stale));
  assign write_o = is_cqe_i && exists_i && !full && !state_i.error;
  assign lost_o  = is_cqe_i && !write_o;

  always_comb begin
    state_o     = state_i;
    completes_o = 1'b0;
    overflows_o = 1'b0;
    sol_left    = '0;
    if (is_db_i) begin
      if (moves) state_o.consumer = db_i.consumer;
      // Entries from the consumer up to the newest one that wakes; 0 when that was consumed.
      sol_left = state_i.sol_end - state_o.consumer;
      if (sol_left == '0 || sol_left > state_i.producer - state_o.consumer) begin
        state_o.new_sol = 1'b0;
      end
      if (!bad_o && (db_i.arm == 2'd1 || db_i.arm == 2'd2)) begin
        // An arm for any completion is not weakened by one for solicited ones.
        state_o.armed = (state_i.armed == 2'd1) ? 2'd1 : db_i.arm;
        completes_o   = state_o.consumer != state_i.producer &&
                        (db_i.arm == 2'd1 ? state_i.new_any : state_o.new_sol);
      end
    end else if (is_cqe_i) begin
      if (write_o) begin
        state_o.producer = state_i.producer + 32'd1;
        state_o.new_any  = 1'b1;
        if (wakes_i) begin
          state_o.new_sol = 1'b1;
          state_o.sol_end = state_o.producer;
        end
        completes_o = state_i.armed == 2'd1 || (state_i.armed == 2'd2 && wakes_i);
      end else if (exists_i) begin
        overflows_o   = !state_i.error;
        state_o.error = 1'b1;
      end
    end else begin
      state_o          = '0;
      state_o.producer = FirstEntry;
      state_o.consumer = FirstEntry;
    end
    if (completes_o) begin
      state_o.armed   = 2'd0;
      state_o.new_any = 1'b0;
      state_o.new_sol = 1'b0;
    end
  end

  assign unused_bits = ^db_i ^ ^conf_i;

endmodule : el_cq_next

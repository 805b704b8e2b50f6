// SPDX-License-Identifier: Apache-2.0
//
// Order of accesses to one address: may the request at the head begin?
//
// Answer in the same cycle. DMA reads and writes pass each other, so a request waits for
// - LOAD: stores, atomics and signals of its lines;
// - stores: loads, atomics and signals (stores among themselves keep their order);
// - atomics: stores and signals (the atomic unit orders atomics among themselves, and a read of an
//   atomic follows those of earlier loads);
// - signal of a STORE_NOTIFY: atomics (it follows every earlier store anyway);
// - FENCE: all atomics and signals, so that the marker behind it covers their writes too.
// Contract: docs/reference/load-store.md, "Order".

`include "el_assert.svh"

module el_ls_hazard (
  input  logic                   clk_i,
  input  logic                   rst_i,

  // The request at the head; begin_i only when ok_o.
  input  el_ls_eng_pkg::kind_e   kind_i,
  input  el_ls_eng_pkg::bucket_t bucket_i,
  input  el_ls_eng_pkg::bucket_t sig_bucket_i,
  output logic                   ok_o,
  input  logic                   begin_i,

  // A load has its data; a write is visible.
  input  logic                   rd_end_i,
  input  el_ls_eng_pkg::bucket_t rd_bucket_i,
  input  logic                   wr_end_i,
  input  el_ls_eng_pkg::done_e   wr_kind_i,
  input  el_ls_eng_pkg::bucket_t wr_bucket_i,

  output logic                   idle_o   // nothing is in flight
);

  logic load, store, notify, atomic;
  logic rd_hit, st_hit, at_hit, at_sig_hit, sg_hit;
  logic rd_any, st_any, at_any, sg_any;
  logic st_end, at_end, sg_end;

  assign load   = kind_i == el_ls_eng_pkg::KindLoad;
  assign notify = kind_i == el_ls_eng_pkg::KindNotify;
  // A fence ends like a store, of no line.
  assign store  = kind_i == el_ls_eng_pkg::KindStore || kind_i == el_ls_eng_pkg::KindMasked ||
                  kind_i == el_ls_eng_pkg::KindFence || notify;
  assign atomic = kind_i == el_ls_eng_pkg::KindAtomic;

  assign st_end = wr_end_i && (wr_kind_i == el_ls_eng_pkg::DoneStore ||
                               wr_kind_i == el_ls_eng_pkg::DoneNotify);
  assign at_end = wr_end_i && wr_kind_i == el_ls_eng_pkg::DoneAtomic;
  assign sg_end = wr_end_i && wr_kind_i == el_ls_eng_pkg::DoneSignal;

  always_comb begin
    unique case (kind_i)
      el_ls_eng_pkg::KindLoad:   ok_o = !st_hit && !at_hit && !sg_hit;
      el_ls_eng_pkg::KindStore, el_ls_eng_pkg::KindMasked:
                                 ok_o = !rd_hit && !at_hit && !sg_hit;
      el_ls_eng_pkg::KindNotify: ok_o = !rd_hit && !at_hit && !sg_hit && !at_sig_hit;
      el_ls_eng_pkg::KindAtomic: ok_o = !st_hit && !sg_hit;
      el_ls_eng_pkg::KindFence:  ok_o = !at_any && !sg_any;
      default:                   ok_o = 1'b1;
    endcase
  end

  el_ls_haz_count #(.Max(el_ls_eng_pkg::ReadTrack)) u_loads (
    .clk_i, .rst_i,
    .begin_i(begin_i && load), .begin_bucket_i(bucket_i),
    .end_i(rd_end_i), .end_bucket_i(rd_bucket_i),
    .ask_bucket_i(bucket_i), .hit_o(rd_hit), .any_o(rd_any)
  );

  // A store that the write unit holds is not in its list of entries yet.
  el_ls_haz_count #(.Max(el_ls_eng_pkg::WriteTrack + 1)) u_stores (
    .clk_i, .rst_i,
    .begin_i(begin_i && store), .begin_bucket_i(bucket_i),
    .end_i(st_end), .end_bucket_i(wr_bucket_i),
    .ask_bucket_i(bucket_i), .hit_o(st_hit), .any_o(st_any)
  );

  el_ls_haz_count #(.Max(el_ls_eng_pkg::AtomicTrack), .Asks(2)) u_atomics (
    .clk_i, .rst_i,
    .begin_i(begin_i && atomic), .begin_bucket_i(bucket_i),
    .end_i(at_end), .end_bucket_i(wr_bucket_i),
    .ask_bucket_i({sig_bucket_i, bucket_i}), .hit_o({at_sig_hit, at_hit}), .any_o(at_any)
  );

  el_ls_haz_count #(.Max(el_ls_eng_pkg::AtomicTrack)) u_signals (
    .clk_i, .rst_i,
    .begin_i(begin_i && notify), .begin_bucket_i(sig_bucket_i),
    .end_i(sg_end), .end_bucket_i(wr_bucket_i),
    .ask_bucket_i(bucket_i), .hit_o(sg_hit), .any_o(sg_any)
  );

  assign idle_o = !rd_any && !st_any && !at_any && !sg_any;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(BeginsInOrder_A, !begin_i || ok_o)

endmodule : el_ls_hazard

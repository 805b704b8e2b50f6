// SPDX-License-Identifier: Apache-2.0
//
// Types of the load/store engine: operations on their way out, what a tag remembers, home memory.
//
// EthLink specification sections 3 and 4; behaviour: docs/reference/load-store.md.

package el_ls_eng_pkg;

  localparam int unsigned ApAddrW   = 40;         // BAR2 is 1 TiB
  localparam logic [15:0] TagPosted = 16'hFFFF;   // a request that wants no answer but an error
  localparam logic [15:0] NoCq      = 16'hFFFF;   // a pushed command that wants no completion
  localparam int unsigned Joins     = 8;          // bus writes in flight that became several stores
  localparam int unsigned JoinW     = $clog2(Joins);

  // ---------------------------------------------------------------------------------------------
  // Tables
  // ---------------------------------------------------------------------------------------------

  typedef struct packed {
    logic [63:0] remote_base;
    logic [15:0] node_id;
    logic [3:0]  access;   // el_regs_pkg::Access*
    logic        bulk;     // VC 2, else VC 0
    logic        posted;
    logic [15:0] ctx;
    logic [30:0] size;     // bytes mapped, up to 2^30
  } win_t;

  typedef struct packed {
    logic [63:0] base;
    logic [48:0] length;   // bytes, up to 2^48
    logic [15:0] pkey;
    logic [3:0]  access;
  } seg_t;

  // ---------------------------------------------------------------------------------------------
  // Requester
  // ---------------------------------------------------------------------------------------------

  typedef enum logic [1:0] {
    SrcRead  = 2'd0,  // aperture read
    SrcWrite = 2'd1,  // aperture write
    SrcPush  = 2'd2   // command of a doorbell page
  } src_e;

  // One beat of an operation in front of the window lookup. A bus write of several beats is either
  // one store (merged) or one store a beat (split).
  typedef struct packed {
    src_e               src;
    logic [7:0]         opcode;     // writes: chosen after the window is known
    logic [ApAddrW-1:0] addr;       // writes that are not merged: multiple of 64
    logic [8:0]         bytes;      // data or operand bytes of the whole command
    logic               merged;
    logic               split;
    logic               cmd_first;
    logic               cmd_last;
    logic               bst_first;  // first beat of the bus burst or of the pushed command
    logic               bst_last;
    logic [7:0]         id;
    logic [1:0]         skip;       // reads: beats of the load that the bus did not ask for
    logic [2:0]         beats;      // beats of the bus burst
    logic [15:0]        ctx;
    logic [15:0]        cookie;
    logic [15:0]        cqn;
    logic [7:0]         status;     // pushed: LsStatus of what is wrong with the descriptor
  } op_t;

  // What the requester remembers of an operation that waits for its answer.
  typedef struct packed {
    src_e               src;
    logic [7:0]         opcode;
    logic [15:0]        node_id;
    logic               no_peer;    // no window: node_id means nothing
    logic [ApAddrW-1:0] addr;
    logic [8:0]         bytes;
    logic [7:0]         id;
    logic [1:0]         skip;
    logic [2:0]         beats;
    logic               event_only; // a posted bus write failed: the bus has its answer already
    logic               join_en;
    logic [JoinW-1:0]   join_idx;
    logic [15:0]        ctx;
    logic [15:0]        cookie;
    logic [15:0]        cqn;
  } ctx_t;

  // The bytes that a 64-byte beat of a bus write stores, and the smallest block that covers them.
  typedef struct packed {
    logic [5:0] off;   // first byte of the block, naturally aligned
    logic [2:0] log;   // log2 of its bytes, 2..6
    logic       full;  // every byte of it is stored
    logic       zero;  // nothing is stored
  } strb_t;

  function automatic strb_t strb_analyze(logic [63:0] strb);
    strb_t       r;
    logic [5:0]  lo, hi, x;
    logic [63:0] want;
    lo = '0;
    hi = '0;
    for (int i = 63; i >= 0; i--) if (strb[i]) lo = 6'(i);
    for (int i = 0; i < 64; i++) if (strb[i]) hi = 6'(i);
    x = lo ^ hi;
    if (x[5]) r.log = 3'd6;
    else if (x[4]) r.log = 3'd5;
    else if (x[3]) r.log = 3'd4;
    else if (x[2]) r.log = 3'd3;
    else r.log = 3'd2;
    r.off  = lo & ~6'((7'd1 << r.log) - 7'd1);
    want   = ((r.log == 3'd6) ? '1 : ((64'd1 << (7'd1 << r.log)) - 64'd1)) << r.off;
    r.full = strb == want;
    r.zero = strb == '0;
    return r;
  endfunction

  // Mask on the wire: bit 7 of byte 0 is the first data byte. The conversion is its own inverse.
  function automatic logic [255:0] mask_swap(logic [255:0] m);
    logic [255:0] r;
    for (int unsigned i = 0; i < 256; i++) r[i] = m[(i & ~7) + (7 - (i & 7))];
    return r;
  endfunction

  function automatic logic is_atomic(logic [7:0] opcode);
    return opcode[7:3] == 5'b00010;
  endfunction

  function automatic logic is_store(logic [7:0] opcode);
    return opcode == el_regs_pkg::LsOpStore || opcode == el_regs_pkg::LsOpStorePosted ||
           opcode == el_regs_pkg::LsOpStoreMasked || opcode == el_regs_pkg::LsOpStoreNotify;
  endfunction

  // 4, 8, 16, 32, 64, 128 or 256.
  function automatic logic block_size(logic [15:0] bytes);
    return bytes >= 16'd4 && bytes <= 16'd256 && (bytes & (bytes - 16'd1)) == '0;
  endfunction

  // ---------------------------------------------------------------------------------------------
  // Responder
  // ---------------------------------------------------------------------------------------------

  // Where an access falls in the table of accesses in flight (el_ls_hazard).
  localparam int unsigned HazSets = 32;
  typedef struct packed {
    logic [4:0] index;   // hash of the 256-byte block
    logic [3:0] lines;  // 64-byte lines of the block
  } bucket_t;

  function automatic bucket_t bucket_of(logic [63:0] addr, logic [8:0] bytes);
    bucket_t b;
    b.index = addr[12:8] ^ addr[17:13] ^ addr[22:18] ^ addr[27:23] ^ addr[32:28];
    if (bytes > 9'd128) b.lines = 4'b1111;
    else if (bytes > 9'd64) b.lines = addr[7] ? 4'b1100 : 4'b0011;
    else b.lines = 4'b0001 << addr[7:6];
    return b;
  endfunction

  typedef enum logic [2:0] {
    KindError  = 3'd0,
    KindLoad   = 3'd1,
    KindStore  = 3'd2,
    KindMasked = 3'd3,
    KindNotify = 3'd4,
    KindAtomic = 3'd5,
    KindFence  = 3'd6
  } kind_e;

  // A checked request at its home memory.
  typedef struct packed {
    kind_e       kind;
    logic [7:0]  opcode;
    logic [7:0]  status;    // KindError
    logic [7:0]  peer;
    logic [15:0] tag;       // TagPosted: no answer but an error
    logic [63:0] addr;      // IOVA
    logic [8:0]  bytes;
    bucket_t     bucket;
    logic [63:0] sig_addr;  // KindNotify
    bucket_t     sig_bucket;
  } home_op_t;

  // One entry a tracked DMA write, or a marker, in the order in which writes become visible.
  localparam int unsigned WriteTrack = 256;  // entries
  localparam int unsigned ReadTrack  = 256;  // DMA reads in flight
  localparam int unsigned Signals    = 16;   // STORE_NOTIFY whose signal was not added yet
  localparam int unsigned Atomics    = 64;   // new values of atomics and signals not visible yet
  localparam int unsigned AtomicQ    = 16;   // atomics that wait for their read
  localparam int unsigned AtomicRd   = 32;   // atomics and signals whose read is in flight
  localparam int unsigned AtomicTrack = 127; // atomics, or signals, in all of these
  typedef enum logic [2:0] {
    DonePiece  = 3'd0,  // part of a request that a later marker ends
    DoneStore  = 3'd1,  // answers a store; as a marker also a FENCE or a masked store
    DoneNotify = 3'd2,  // data of a STORE_NOTIFY: it and all earlier is visible, add the signal
    DoneSignal = 3'd3,  // the signal word was written
    DoneAtomic = 3'd4   // an atomic's new value was written, or needs no write
  } done_e;

  typedef struct packed {
    done_e       kind;
    logic        is_write;  // waits for a `done` of the DMA engine
    logic [7:0]  status;    // LsStatus found before
    logic [7:0]  peer;
    logic [15:0] tag;
    logic        eight;     // atomic of 8 bytes
    bucket_t     bucket;    // released at the end
  } wctx_t;

  typedef struct packed {
    logic        atomic;
    logic [7:0]  peer;
    logic [15:0] tag;
    logic [8:0]  bytes;
    bucket_t     bucket;
  } rctx_t;

  typedef struct packed {
    logic        signal;  // the add of a STORE_NOTIFY
    logic        failed;  // its data could not be stored: add nothing
    logic [7:0]  opcode;
    logic        eight;
    logic [7:0]  peer;
    logic [15:0] tag;
    logic [63:0] addr;
    logic [63:0] operand0;
    logic [63:0] operand1;
    bucket_t     bucket;
  } actx_t;

  // Atomics in execution are told apart by this hash of their 8-byte word.
  localparam int unsigned WordHashW = 8;
  function automatic logic [WordHashW-1:0] word_hash(logic [63:0] addr);
    return addr[10:3] ^ addr[18:11] ^ addr[26:19] ^ addr[34:27];
  endfunction

  // The new value of a memory word; 4-byte words are in [31:0]. EthLink section 3; MIN and MAX are
  // signed.
  function automatic logic [63:0] atomic_result(actx_t x, logic [63:0] old_value);
    logic signed [63:0] a, b;
    a = x.eight ? old_value : 64'($signed(old_value[31:0]));
    b = x.eight ? x.operand0 : 64'($signed(x.operand0[31:0]));
    unique case (x.opcode)
      el_regs_pkg::LsOpAtomicFadd: return a + b;
      el_regs_pkg::LsOpAtomicCas:  return x.operand1;
      el_regs_pkg::LsOpAtomicAnd:  return a & b;
      el_regs_pkg::LsOpAtomicOr:   return a | b;
      el_regs_pkg::LsOpAtomicXor:  return a ^ b;
      el_regs_pkg::LsOpAtomicMin:  return (a < b) ? a : b;
      el_regs_pkg::LsOpAtomicMax:  return (a < b) ? b : a;
      default:                     return b;  // SWAP
    endcase
  endfunction

  // A CAS whose comparison fails writes nothing.
  function automatic logic atomic_writes(actx_t x, logic [63:0] old_value);
    if (x.failed) return 1'b0;
    if (x.opcode != el_regs_pkg::LsOpAtomicCas) return 1'b1;
    return x.eight ? old_value == x.operand0 : old_value[31:0] == x.operand0[31:0];
  endfunction

  // A response without load data.
  typedef struct packed {
    logic [7:0]  opcode;
    logic [7:0]  status;
    logic [7:0]  peer;
    logic [15:0] tag;
    logic        eight;
    logic [63:0] old_value;
  } answer_t;

endpackage : el_ls_eng_pkg

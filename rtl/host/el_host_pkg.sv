// SPDX-License-Identifier: Apache-2.0
//
// Types between the parts of the host layer and from it to the protocol engines.
//
// Contract: docs/reference/host-interface.md.

package el_host_pkg;

  localparam int unsigned LineW     = 512;  // one BAR0 access: a line of 64 bytes
  localparam int unsigned LineBytes = LineW / 8;
  localparam int unsigned BarAddrW  = 24;   // BAR0 is 16 MiB

  // Doorbells of the send and the receive queues.
  typedef struct packed {
    logic [7:0]  ctx;       // user context whose page was written
    logic [23:0] qpn;
    logic [15:0] producer;
  } qdb_t;

  // Doorbell of a completion queue.
  typedef struct packed {
    logic [7:0]  ctx;
    logic [23:0] cqn;
    logic [1:0]  arm;       // 0 none, 1 next, 2 solicited
    logic [31:0] consumer;
  } cqdb_t;

  // One unit of a pushed descriptor; the units of a descriptor follow each other.
  typedef struct packed {
    logic [7:0]       ctx;
    logic             first;
    logic             last;
    logic [LineW-1:0] data;
  } push_t;

  // Write of one line to a register block; the strobes say which bytes.
  typedef struct packed {
    logic [BarAddrW-1:0]  addr;
    logic [LineBytes-1:0] strb;
    logic [LineW-1:0]     data;
  } line_wr_t;

  // What software configured and every layer may use; quasi-static but for the pulses.
  typedef struct packed {
    el_pkg::port_cfg_t               port;
    el_regs_pkg::csr_ls_timing_t     ls_timing;
    el_regs_pkg::csr_ls_limits_t     ls_limits;
    el_regs_pkg::csr_ls_aperture_t   ls_aperture;
    el_regs_pkg::csr_roce_cfg_t      roce;
    el_regs_pkg::csr_roce_cnp_t         roce_cnp;
    el_regs_pkg::csr_roce_rate_t        roce_rate;
    el_regs_pkg::csr_roce_rate_timers_t roce_timers;
    el_regs_pkg::csr_roce_rate_steps_t  roce_steps;
    el_regs_pkg::csr_roce_rate_bytes_t  roce_bytes;
    logic [15:0]                     pfc_quantum_cycles;  // 8.8 fixed point
  } csr_cfg_t;

  typedef struct packed {
    logic [63:0]                     sq_base;
    logic [63:0]                     cq_base;
    el_regs_pkg::csr_admin_cfg_t     cfg;
    logic                            restart;   // pulse: cfg was written
    logic [15:0]                     producer;
  } csr_admin_t;

  typedef struct packed {
    logic [63:0]                     tx_base;
    logic [63:0]                     rx_base;
    el_regs_pkg::csr_plain_cfg_t     cfg;
    logic                            restart;   // pulse: cfg was written
    logic [15:0]                     tx_producer;
    logic [15:0]                     rx_producer;
  } csr_plain_t;

  // Completion queue: what CREATE and MODIFY set, and what changes.
  typedef struct packed {
    logic [57:0] base;        // IOVA in lines of 64 bytes
    logic [4:0]  log_size;
    logic [4:0]  eqn;
    logic [15:0] ctx;
  } cq_conf_t;

  typedef struct packed {
    logic [31:0] producer;
    logic [31:0] consumer;
    logic [31:0] sol_end;     // producer behind the newest entry that wakes a solicited arm
    logic [1:0]  armed;       // as in cqdb_t
    logic        new_any;     // an entry arrived since the last event
    logic        new_sol;     // one that wakes a solicited arm did
    logic        error;       // an entry was lost: nothing is written any more
  } cq_state_t;

  // Owners of objects, in the order of the object bus's valid bits.
  localparam int unsigned NumOwners = 7;
  localparam int unsigned OwnerMr   = 0;
  localparam int unsigned OwnerQp   = 1;
  localparam int unsigned OwnerPeer = 2;
  localparam int unsigned OwnerWin  = 3;
  localparam int unsigned OwnerSeg  = 4;
  localparam int unsigned OwnerEq   = 5;
  localparam int unsigned OwnerCq   = 6;

  // What becomes of an admin command: an owner, the page table, or a status at once.
  typedef struct packed {
    logic [NumOwners-1:0] owner;
    logic                 is_mtt;
    logic [7:0]           status;
  } admin_route_t;

  function automatic admin_route_t admin_route(el_pkg::cfg_t cfg, logic [7:0] verb,
                                               logic [7:0] kind, logic [31:0] index);
    admin_route_t r;
    int unsigned  owner, limit;
    r     = '0;
    owner = 0;
    limit = 0;
    unique case (kind)
      el_regs_pkg::ObjKindEq:      begin owner = OwnerEq;   limit = cfg.Eqs; end
      el_regs_pkg::ObjKindCq:      begin owner = OwnerCq;   limit = cfg.Cqs; end
      el_regs_pkg::ObjKindMr:      begin owner = OwnerMr;   limit = cfg.Mrs; end
      el_regs_pkg::ObjKindMtt:     begin owner = OwnerMr;   limit = cfg.Mtts; end
      el_regs_pkg::ObjKindQpQueues,
      el_regs_pkg::ObjKindQpPath,
      el_regs_pkg::ObjKindSrq,
      el_regs_pkg::ObjKindQp:      begin owner = OwnerQp;   limit = cfg.Qps; end
      el_regs_pkg::ObjKindPeer:    begin owner = OwnerPeer; limit = cfg.Peers; end
      el_regs_pkg::ObjKindWindow:  begin owner = OwnerWin;  limit = cfg.Windows; end
      el_regs_pkg::ObjKindSegment: begin owner = OwnerSeg;  limit = cfg.Segments; end
      default: ;
    endcase
    if (verb == el_regs_pkg::AdminVerbNop) return r;
    if (verb > el_regs_pkg::AdminVerbDestroy || limit == 0 ||
        (kind == el_regs_pkg::ObjKindMtt && verb != el_regs_pkg::AdminVerbCreate)) begin
      r.status = el_regs_pkg::AdminStatusBadVerb;
    end else if (index >= limit) begin
      r.status = el_regs_pkg::AdminStatusBadIndex;
    end else if (kind == el_regs_pkg::ObjKindMtt) begin
      r.is_mtt = 1'b1;
    end else begin
      r.owner[owner] = 1'b1;
    end
    return r;
  endfunction

  // First failing load, from the load/store engine (offered for as long as it is valid).
  typedef struct packed {
    logic        valid;
    logic [7:0]  status;
    logic [15:0] tag;
    logic [15:0] node_id;
    logic [39:0] addr;
  } ls_error_t;

  // Event without phase and time stamp, which the event queue fills in.
  function automatic logic [127:0] make_eqe(logic [7:0] kind, logic [7:0] syndrome,
                                            logic [31:0] id);
    el_regs_pkg::eqe_t e;
    e            = '0;
    e.event_type = kind;
    e.syndrome   = syndrome;
    e.id         = id;
    return e;
  endfunction

  // 64-bit register `old` after a line write that may touch its lane.
  function automatic logic [63:0] merge64(logic [63:0] old, logic [63:0] data, logic [7:0] strb);
    logic [63:0] r;
    r = old;
    for (int i = 0; i < 8; i++) if (strb[i]) r[8*i +: 8] = data[8*i +: 8];
    return r;
  endfunction

endpackage : el_host_pkg

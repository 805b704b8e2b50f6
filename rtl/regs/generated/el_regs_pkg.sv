// SPDX-License-Identifier: Apache-2.0
//
// GENERATED from rtl/regs/*.toml by rtl/regs/generate.py; do not edit.
//
// Registers, descriptors, wire formats, opcodes and status codes.

package el_regs_pkg;

  localparam logic [31:0] BarCsr = 32'h00000000;
  localparam logic [31:0] BarCounters = 32'h00002000;
  localparam logic [31:0] BarMsixTable = 32'h00010000;
  localparam logic [31:0] BarMsixPba = 32'h00011000;
  localparam logic [31:0] BarDoorbells = 32'h00100000;
  localparam logic [31:0] DbSq = 32'h00000000;
  localparam logic [31:0] DbRq = 32'h00000008;
  localparam logic [31:0] DbCq = 32'h00000010;
  localparam logic [31:0] DbSqPush = 32'h00000400;
  localparam logic [31:0] DbLsPush = 32'h00000800;
  localparam logic [63:0] Magic = 64'h004B4E494C485445;

  localparam logic [11:0] CsrMagic = 12'h000;
  localparam logic [11:0] CsrVersion = 12'h008;
  localparam logic [11:0] CsrCaps0 = 12'h010;
  localparam logic [11:0] CsrCaps1 = 12'h018;
  localparam logic [11:0] CsrControl = 12'h020;
  localparam logic [11:0] CsrStatus = 12'h028;
  localparam logic [11:0] CsrNow = 12'h030;
  localparam logic [11:0] CsrScratch = 12'h038;
  localparam logic [11:0] CsrMac = 12'h040;
  localparam logic [11:0] CsrNode = 12'h048;
  localparam logic [11:0] CsrPfc = 12'h050;
  localparam logic [11:0] CsrGidValid = 12'h058;
  localparam logic [11:0] CsrAdminSqBase = 12'h0C0;
  localparam logic [11:0] CsrAdminCqBase = 12'h0C8;
  localparam logic [11:0] CsrAdminCfg = 12'h0D0;
  localparam logic [11:0] CsrAdminDb = 12'h0D8;
  localparam logic [11:0] CsrEqConsumer = 12'h0E0;
  localparam logic [11:0] CsrLsTiming = 12'h100;
  localparam logic [11:0] CsrLsLimits = 12'h108;
  localparam logic [11:0] CsrLsAperture = 12'h110;
  localparam logic [11:0] CsrLsFirstError = 12'h118;
  localparam logic [11:0] CsrLsFirstErrorAddr = 12'h120;
  localparam logic [11:0] CsrRoceCfg = 12'h140;
  localparam logic [11:0] CsrRoceCnp = 12'h148;
  localparam logic [11:0] CsrRoceRate = 12'h150;
  localparam logic [11:0] CsrRoceRateTimers = 12'h158;
  localparam logic [11:0] CsrRoceRateSteps = 12'h160;
  localparam logic [11:0] CsrRoceRateBytes = 12'h168;
  localparam logic [11:0] CsrPlainTxBase = 12'h180;
  localparam logic [11:0] CsrPlainRxBase = 12'h188;
  localparam logic [11:0] CsrPlainCfg = 12'h190;
  localparam logic [11:0] CsrPlainTxDb = 12'h198;
  localparam logic [11:0] CsrPlainRxDb = 12'h1A0;
  localparam logic [11:0] CsrDebugState = 12'h1C0;
  localparam logic [11:0] CsrDebugBusy = 12'h1C8;
  localparam logic [11:0] CsrGid0Hi = 12'h200;
  localparam logic [11:0] CsrGid0Lo = 12'h208;
  localparam logic [11:0] CsrGid1Hi = 12'h210;
  localparam logic [11:0] CsrGid1Lo = 12'h218;
  localparam logic [11:0] CsrGid2Hi = 12'h220;
  localparam logic [11:0] CsrGid2Lo = 12'h228;
  localparam logic [11:0] CsrGid3Hi = 12'h230;
  localparam logic [11:0] CsrGid3Lo = 12'h238;
  localparam logic [11:0] CsrGid4Hi = 12'h240;
  localparam logic [11:0] CsrGid4Lo = 12'h248;
  localparam logic [11:0] CsrGid5Hi = 12'h250;
  localparam logic [11:0] CsrGid5Lo = 12'h258;
  localparam logic [11:0] CsrGid6Hi = 12'h260;
  localparam logic [11:0] CsrGid6Lo = 12'h268;
  localparam logic [11:0] CsrGid7Hi = 12'h270;
  localparam logic [11:0] CsrGid7Lo = 12'h278;
  localparam logic [63:0] CsrResetMagic = 64'h4B4E494C485445;
  localparam logic [63:0] CsrResetVersion = 64'h10000;
  localparam logic [63:0] CsrResetLsAperture = 64'h15;

  typedef struct packed {
    logic [31:0] unused_63;
    logic [15:0] major;
    logic [15:0] minor;
  } csr_version_t;

  typedef struct packed {
    logic [7:0] log_windows;
    logic [7:0] log_peers;
    logic [7:0] log_ctxs;
    logic [7:0] log_mtts;
    logic [7:0] log_mrs;
    logic [7:0] log_eqs;
    logic [7:0] log_cqs;
    logic [7:0] log_qps;
  } csr_caps0_t;

  typedef struct packed {
    logic [15:0] max_inline;
    logic [15:0] sq_track;
    logic [7:0] log_tags;
    logic [7:0] log_segments;
    logic [15:0] data_bytes;
  } csr_caps1_t;

  typedef struct packed {
    logic [60:0] unused_63;
    logic [0:0] promisc;
    logic [0:0] reset;
    logic [0:0] enable;
  } csr_control_t;

  typedef struct packed {
    logic [61:0] unused_63;
    logic [0:0] dma_error;
    logic [0:0] ready;
  } csr_status_t;

  typedef struct packed {
    logic [15:0] unused_63;
    logic [47:0] mac;
  } csr_mac_t;

  typedef struct packed {
    logic [17:0] unused_63;
    logic [13:0] mtu;
    logic [15:0] ls_ethertype;
    logic [15:0] node_id;
  } csr_node_t;

  typedef struct packed {
    logic [15:0] unused_63;
    logic [15:0] quantum_cycles;
    logic [15:0] quanta;
    logic [7:0] rx_en;
    logic [7:0] tx_en;
  } csr_pfc_t;

  typedef struct packed {
    logic [55:0] unused_63;
    logic [7:0] valid;
  } csr_gid_valid_t;

  typedef struct packed {
    logic [53:0] unused_63;
    logic [0:0] post_event;
    logic [0:0] enable;
    logic [7:0] log_size;
  } csr_admin_cfg_t;

  typedef struct packed {
    logic [47:0] unused_63;
    logic [15:0] producer;
  } csr_admin_db_t;

  typedef struct packed {
    logic [31:0] consumer;
    logic [23:0] unused_31;
    logic [7:0] eqn;
  } csr_eq_consumer_t;

  typedef struct packed {
    logic [7:0] unused_63;
    logic [7:0] retries;
    logic [7:0] ack_frames;
    logic [15:0] ack_delay;
    logic [23:0] rto;
  } csr_ls_timing_t;

  typedef struct packed {
    logic [23:0] hello;
    logic [3:0] unused_39;
    logic [3:0] ttl;
    logic [7:0] window;
    logic [7:0] flow_slots;
    logic [3:0] unused_15;
    logic [11:0] pack_bytes;
  } csr_ls_limits_t;

  typedef struct packed {
    logic [47:0] unused_63;
    logic [7:0] eqn;
    logic [7:0] page_shift;
  } csr_ls_aperture_t;

  typedef struct packed {
    logic [15:0] unused_63;
    logic [15:0] node_id;
    logic [15:0] tag;
    logic [7:0] status;
    logic [6:0] unused_7;
    logic [0:0] valid;
  } csr_ls_first_error_t;

  typedef struct packed {
    logic [7:0] unused_63;
    logic [7:0] ack_coalesce;
    logic [23:0] rnr_tick_cycles;
    logic [23:0] tick_cycles;
  } csr_roce_cfg_t;

  typedef struct packed {
    logic [20:0] unused_63;
    logic [2:0] prio;
    logic [1:0] unused_39;
    logic [5:0] dscp;
    logic [23:0] interval;
    logic [6:0] unused_7;
    logic [0:0] enable;
  } csr_roce_cnp_t;

  typedef struct packed {
    logic [23:0] min;
    logic [23:0] line;
    logic [3:0] unused_15;
    logic [3:0] fast;
    logic [3:0] g;
    logic [2:0] unused_3;
    logic [0:0] enable;
  } csr_roce_rate_t;

  typedef struct packed {
    logic [15:0] unused_63;
    logic [23:0] increase;
    logic [23:0] alpha;
  } csr_roce_rate_timers_t;

  typedef struct packed {
    logic [15:0] unused_63;
    logic [23:0] hyper;
    logic [23:0] additive;
  } csr_roce_rate_steps_t;

  typedef struct packed {
    logic [15:0] ahead;
    logic [15:0] burst;
    logic [31:0] count;
  } csr_roce_rate_bytes_t;

  typedef struct packed {
    logic [31:0] unused_63;
    logic [7:0] eqn;
    logic [6:0] unused_23;
    logic [0:0] enable;
    logic [7:0] rx_log;
    logic [7:0] tx_log;
  } csr_plain_cfg_t;

  typedef struct packed {
    logic [47:0] unused_63;
    logic [15:0] producer;
  } csr_plain_tx_db_t;

  typedef struct packed {
    logic [47:0] unused_63;
    logic [15:0] producer;
  } csr_plain_rx_db_t;

  localparam logic [7:0] WqeOpWrite = 8'h00;
  localparam logic [7:0] WqeOpWriteImm = 8'h01;
  localparam logic [7:0] WqeOpSend = 8'h02;
  localparam logic [7:0] WqeOpSendImm = 8'h03;
  localparam logic [7:0] WqeOpSendInv = 8'h04;
  localparam logic [7:0] WqeOpRead = 8'h05;
  localparam logic [7:0] WqeOpCmpSwap = 8'h06;
  localparam logic [7:0] WqeOpFetchAdd = 8'h07;

  localparam logic [7:0] CqeOpSend = 8'h00;
  localparam logic [7:0] CqeOpWrite = 8'h01;
  localparam logic [7:0] CqeOpRead = 8'h02;
  localparam logic [7:0] CqeOpCmpSwap = 8'h03;
  localparam logic [7:0] CqeOpFetchAdd = 8'h04;
  localparam logic [7:0] CqeOpRecv = 8'h10;
  localparam logic [7:0] CqeOpRecvWriteImm = 8'h11;
  localparam logic [7:0] CqeOpLoadStore = 8'h20;

  localparam logic [7:0] WcStatusSuccess = 8'h00;
  localparam logic [7:0] WcStatusLocLenErr = 8'h01;
  localparam logic [7:0] WcStatusLocQpOpErr = 8'h02;
  localparam logic [7:0] WcStatusLocProtErr = 8'h04;
  localparam logic [7:0] WcStatusWrFlushErr = 8'h05;
  localparam logic [7:0] WcStatusBadRespErr = 8'h07;
  localparam logic [7:0] WcStatusLocAccessErr = 8'h08;
  localparam logic [7:0] WcStatusRemInvReqErr = 8'h09;
  localparam logic [7:0] WcStatusRemAccessErr = 8'h0A;
  localparam logic [7:0] WcStatusRemOpErr = 8'h0B;
  localparam logic [7:0] WcStatusRetryExcErr = 8'h0C;
  localparam logic [7:0] WcStatusRnrRetryExcErr = 8'h0D;
  localparam logic [7:0] WcStatusFatalErr = 8'h13;
  localparam logic [7:0] WcStatusGeneralErr = 8'h15;

  localparam logic [7:0] EqeTypeCompletion = 8'h00;
  localparam logic [7:0] EqeTypeAdmin = 8'h01;
  localparam logic [7:0] EqeTypeCqOverflow = 8'h02;
  localparam logic [7:0] EqeTypeQpFatal = 8'h03;
  localparam logic [7:0] EqeTypeQpCommEst = 8'h04;
  localparam logic [7:0] EqeTypeQpSqDrained = 8'h05;
  localparam logic [7:0] EqeTypeQpLastWqe = 8'h06;
  localparam logic [7:0] EqeTypeSrqLimit = 8'h07;
  localparam logic [7:0] EqeTypeLsPeerDown = 8'h08;
  localparam logic [7:0] EqeTypeLsPeerUp = 8'h09;
  localparam logic [7:0] EqeTypeLsStoreError = 8'h0A;
  localparam logic [7:0] EqeTypePlainRx = 8'h0B;
  localparam logic [7:0] EqeTypePlainTx = 8'h0C;
  localparam logic [7:0] EqeTypeBadDoorbell = 8'h0D;
  localparam logic [7:0] EqeTypeDmaError = 8'h0E;
  localparam logic [7:0] EqeTypeLsLoadError = 8'h0F;

  localparam logic [7:0] AdminVerbNop = 8'h00;
  localparam logic [7:0] AdminVerbCreate = 8'h01;
  localparam logic [7:0] AdminVerbModify = 8'h02;
  localparam logic [7:0] AdminVerbQuery = 8'h03;
  localparam logic [7:0] AdminVerbDestroy = 8'h04;

  localparam logic [7:0] ObjKindEq = 8'h01;
  localparam logic [7:0] ObjKindCq = 8'h02;
  localparam logic [7:0] ObjKindMr = 8'h03;
  localparam logic [7:0] ObjKindMtt = 8'h04;
  localparam logic [7:0] ObjKindQpQueues = 8'h05;
  localparam logic [7:0] ObjKindQpPath = 8'h06;
  localparam logic [7:0] ObjKindQp = 8'h07;
  localparam logic [7:0] ObjKindPeer = 8'h08;
  localparam logic [7:0] ObjKindWindow = 8'h09;
  localparam logic [7:0] ObjKindSegment = 8'h0A;
  localparam logic [7:0] ObjKindSrq = 8'h0B;

  localparam logic [7:0] AdminStatusOk = 8'h00;
  localparam logic [7:0] AdminStatusBadVerb = 8'h01;
  localparam logic [7:0] AdminStatusBadIndex = 8'h02;
  localparam logic [7:0] AdminStatusBadState = 8'h03;
  localparam logic [7:0] AdminStatusBadParam = 8'h04;
  localparam logic [7:0] AdminStatusBusy = 8'h05;
  localparam logic [7:0] AdminStatusDmaError = 8'h06;

  localparam logic [7:0] QpTypeRc = 8'h00;
  localparam logic [7:0] QpTypeUc = 8'h01;
  localparam logic [7:0] QpTypeUd = 8'h02;

  localparam logic [7:0] QpStateReset = 8'h00;
  localparam logic [7:0] QpStateInit = 8'h01;
  localparam logic [7:0] QpStateRtr = 8'h02;
  localparam logic [7:0] QpStateRts = 8'h03;
  localparam logic [7:0] QpStateSqd = 8'h04;
  localparam logic [7:0] QpStateSqe = 8'h05;
  localparam logic [7:0] QpStateErr = 8'h06;

  localparam logic [7:0] LsPeerStateConnecting = 8'h00;
  localparam logic [7:0] LsPeerStateUp = 8'h01;
  localparam logic [7:0] LsPeerStateDown = 8'h02;

  localparam logic [7:0] LsFrameOpData = 8'h00;
  localparam logic [7:0] LsFrameOpAck = 8'h01;
  localparam logic [7:0] LsFrameOpNack = 8'h02;
  localparam logic [7:0] LsFrameOpControl = 8'h03;

  localparam logic [7:0] LsOpLoad = 8'h01;
  localparam logic [7:0] LsOpStore = 8'h02;
  localparam logic [7:0] LsOpStorePosted = 8'h03;
  localparam logic [7:0] LsOpStoreMasked = 8'h04;
  localparam logic [7:0] LsOpStoreNotify = 8'h05;
  localparam logic [7:0] LsOpAtomicFadd = 8'h10;
  localparam logic [7:0] LsOpAtomicSwap = 8'h11;
  localparam logic [7:0] LsOpAtomicCas = 8'h12;
  localparam logic [7:0] LsOpAtomicAnd = 8'h13;
  localparam logic [7:0] LsOpAtomicOr = 8'h14;
  localparam logic [7:0] LsOpAtomicXor = 8'h15;
  localparam logic [7:0] LsOpAtomicMin = 8'h16;
  localparam logic [7:0] LsOpAtomicMax = 8'h17;
  localparam logic [7:0] LsOpFence = 8'h20;
  localparam logic [7:0] LsOpLoadResp = 8'h81;
  localparam logic [7:0] LsOpStoreResp = 8'h82;
  localparam logic [7:0] LsOpAtomicResp = 8'h90;
  localparam logic [7:0] LsOpErrorResp = 8'hFE;

  localparam logic [7:0] LsStatusOk = 8'h00;
  localparam logic [7:0] LsStatusDenied = 8'h01;
  localparam logic [7:0] LsStatusRange = 8'h02;
  localparam logic [7:0] LsStatusFault = 8'h03;
  localparam logic [7:0] LsStatusPoison = 8'h04;
  localparam logic [7:0] LsStatusUnsupported = 8'h05;
  localparam logic [7:0] LsStatusLength = 8'h06;
  localparam logic [7:0] LsStatusPeerDown = 8'h07;
  localparam logic [7:0] LsStatusUnaligned = 8'h08;

  localparam logic [7:0] RoceOpSendFirst = 8'h00;
  localparam logic [7:0] RoceOpSendMiddle = 8'h01;
  localparam logic [7:0] RoceOpSendLast = 8'h02;
  localparam logic [7:0] RoceOpSendLastImm = 8'h03;
  localparam logic [7:0] RoceOpSendOnly = 8'h04;
  localparam logic [7:0] RoceOpSendOnlyImm = 8'h05;
  localparam logic [7:0] RoceOpWriteFirst = 8'h06;
  localparam logic [7:0] RoceOpWriteMiddle = 8'h07;
  localparam logic [7:0] RoceOpWriteLast = 8'h08;
  localparam logic [7:0] RoceOpWriteLastImm = 8'h09;
  localparam logic [7:0] RoceOpWriteOnly = 8'h0A;
  localparam logic [7:0] RoceOpWriteOnlyImm = 8'h0B;
  localparam logic [7:0] RoceOpReadRequest = 8'h0C;
  localparam logic [7:0] RoceOpReadRespFirst = 8'h0D;
  localparam logic [7:0] RoceOpReadRespMiddle = 8'h0E;
  localparam logic [7:0] RoceOpReadRespLast = 8'h0F;
  localparam logic [7:0] RoceOpReadRespOnly = 8'h10;
  localparam logic [7:0] RoceOpAcknowledge = 8'h11;
  localparam logic [7:0] RoceOpAtomicAck = 8'h12;
  localparam logic [7:0] RoceOpCmpSwap = 8'h13;
  localparam logic [7:0] RoceOpFetchAdd = 8'h14;
  localparam logic [7:0] RoceOpSendLastInv = 8'h16;
  localparam logic [7:0] RoceOpSendOnlyInv = 8'h17;
  localparam logic [7:0] RoceOpCnp = 8'h81;

  localparam logic [7:0] AethSyndromeAck = 8'h1F;
  localparam logic [7:0] AethSyndromeRnr = 8'h20;
  localparam logic [7:0] AethSyndromeNakSequence = 8'h60;
  localparam logic [7:0] AethSyndromeNakInvalidRequest = 8'h61;
  localparam logic [7:0] AethSyndromeNakRemoteAccess = 8'h62;
  localparam logic [7:0] AethSyndromeNakRemoteOperational = 8'h63;

  localparam int unsigned WqeFlagSignaled = 0;  // bit
  localparam int unsigned WqeFlagSolicited = 1;  // bit
  localparam int unsigned WqeFlagFence = 2;  // bit
  localparam int unsigned WqeFlagInline = 3;  // bit

  localparam int unsigned CqeFlagImm = 0;  // bit
  localparam int unsigned CqeFlagInv = 1;  // bit
  localparam int unsigned CqeFlagGrh = 2;  // bit
  localparam int unsigned CqeFlagSolicited = 3;  // bit

  localparam int unsigned CqMaskRing = 0;  // bit

  localparam int unsigned AccessLocalWrite = 0;  // bit
  localparam int unsigned AccessRemoteWrite = 1;  // bit
  localparam int unsigned AccessRemoteRead = 2;  // bit
  localparam int unsigned AccessRemoteAtomic = 3;  // bit

  localparam int unsigned SrqMaskLimit = 0;  // bit

  localparam int unsigned QpMaskState = 0;  // bit
  localparam int unsigned QpMaskAccess = 1;  // bit
  localparam int unsigned QpMaskMtu = 2;  // bit
  localparam int unsigned QpMaskDestQpn = 3;  // bit
  localparam int unsigned QpMaskSqPsn = 4;  // bit
  localparam int unsigned QpMaskRqPsn = 5;  // bit
  localparam int unsigned QpMaskTimeout = 6;  // bit
  localparam int unsigned QpMaskRetryCnt = 7;  // bit
  localparam int unsigned QpMaskRnrRetry = 8;  // bit
  localparam int unsigned QpMaskMinRnrTimer = 9;  // bit
  localparam int unsigned QpMaskPkey = 10;  // bit
  localparam int unsigned QpMaskMaxRdAtomic = 11;  // bit
  localparam int unsigned QpMaskMaxDestRdAtomic = 12;  // bit

  // Sge: 16 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [31:0] lkey;
    logic [31:0] length;
    logic [63:0] addr;
  } sge_t;

  // SqWqe: 64 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [31:0] sge1_lkey;
    logic [31:0] sge1_length;
    logic [63:0] sge1_addr;
    logic [31:0] sge0_lkey;
    logic [31:0] sge0_length;
    logic [63:0] sge0_addr;
    logic [31:0] qpn;
    logic [31:0] length;
    logic [31:0] imm;
    logic [31:0] rkey;
    logic [63:0] remote_addr;
    logic [15:0] ah;
    logic [15:0] wqe_index;
    logic [7:0] num_units;
    logic [7:0] num_sge;
    logic [7:0] flags;
    logic [7:0] opcode;
  } sq_wqe_t;

  // RqWqe: 64 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [31:0] sge2_lkey;
    logic [31:0] sge2_length;
    logic [63:0] sge2_addr;
    logic [31:0] sge1_lkey;
    logic [31:0] sge1_length;
    logic [63:0] sge1_addr;
    logic [31:0] sge0_lkey;
    logic [31:0] sge0_length;
    logic [63:0] sge0_addr;
    logic [63:0] reserved2;
    logic [31:0] reserved1;
    logic [15:0] wqe_index;
    logic [7:0] reserved0;
    logic [7:0] num_sge;
  } rq_wqe_t;

  // Cqe: 32 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [7:0] phase;
    logic [7:0] flags;
    logic [7:0] reserved0;
    logic [7:0] vendor_err;
    logic [31:0] timestamp;
    logic [63:0] data;
    logic [31:0] imm;
    logic [31:0] byte_len;
    logic [7:0] opcode;
    logic [7:0] status;
    logic [15:0] wqe_index;
    logic [31:0] qpn;
  } cqe_t;

  // Eqe: 16 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [7:0] phase;
    logic [7:0] reserved2;
    logic [15:0] reserved1;
    logic [31:0] timestamp;
    logic [31:0] id;
    logic [15:0] reserved0;
    logic [7:0] syndrome;
    logic [7:0] event_type;
  } eqe_t;

  // LsCmd: 64 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [255:0] mask;
    logic [63:0] operand1;
    logic [63:0] operand0;
    logic [63:0] addr;
    logic [15:0] cqn;
    logic [15:0] length;
    logic [15:0] cookie;
    logic [7:0] num_units;
    logic [7:0] opcode;
  } ls_cmd_t;

  // PlainDesc: 16 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [7:0] phase;
    logic [7:0] reserved1;
    logic [7:0] reserved0;
    logic [7:0] status;
    logic [15:0] used;
    logic [15:0] length;
    logic [63:0] addr;
  } plain_desc_t;

  // AdminCmd: 64 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [383:0] data;
    logic [31:0] reserved0;
    logic [31:0] mask;
    logic [31:0] index;
    logic [15:0] cookie;
    logic [7:0] kind;
    logic [7:0] verb;
  } admin_cmd_t;

  // AdminCpl: 64 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [383:0] data;
    logic [63:0] reserved0;
    logic [31:0] index;
    logic [7:0] phase;
    logic [7:0] status;
    logic [15:0] cookie;
  } admin_cpl_t;

  // ObjEq: 48 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [303:0] unused_10;
    logic [7:0] irq;
    logic [7:0] log_size;
    logic [63:0] base;
  } obj_eq_t;

  // ObjCq: 48 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [215:0] unused_21;
    logic [7:0] error;
    logic [31:0] consumer;
    logic [31:0] producer;
    logic [15:0] ctx;
    logic [7:0] eqn;
    logic [7:0] log_size;
    logic [63:0] base;
  } obj_cq_t;

  // ObjMr: 48 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [103:0] unused_35;
    logic [7:0] page_shift;
    logic [7:0] access;
    logic [7:0] key;
    logic [31:0] mtt_base;
    logic [31:0] pd;
    logic [63:0] iova;
    logic [63:0] length;
    logic [63:0] va;
  } obj_mr_t;

  // ObjMtt: 48 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [287:0] unused_12;
    logic [31:0] count;
    logic [63:0] list_iova;
  } obj_mtt_t;

  // ObjQpQueues: 48 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [31:0] srqn;
    logic [23:0] unused_41;
    logic [7:0] srq_en;
    logic [63:0] unused_32;
    logic [7:0] sq_sig_all;
    logic [7:0] eqn;
    logic [15:0] ctx;
    logic [15:0] recv_cq;
    logic [15:0] send_cq;
    logic [31:0] pd;
    logic [7:0] qp_type;
    logic [7:0] rq_log_stride;
    logic [7:0] rq_log_size;
    logic [7:0] sq_log_units;
    logic [63:0] rq_base;
    logic [63:0] sq_base;
  } obj_qp_queues_t;

  // ObjSrq: 48 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [175:0] unused_26;
    logic [15:0] users;
    logic [15:0] consumer;
    logic [15:0] producer;
    logic [15:0] limit;
    logic [7:0] unused_17;
    logic [7:0] eqn;
    logic [31:0] pd;
    logic [15:0] ctx;
    logic [7:0] log_stride;
    logic [7:0] log_size;
    logic [63:0] base;
  } obj_srq_t;

  // ObjQpPath: 48 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [103:0] unused_35;
    logic [7:0] prio;
    logic [7:0] vlan_en;
    logic [7:0] traffic_class;
    logic [7:0] hop_limit;
    logic [7:0] sgid_index;
    logic [15:0] udp_sport;
    logic [31:0] flow_label;
    logic [15:0] vlan;
    logic [47:0] dmac;
    logic [127:0] dgid;
  } obj_qp_path_t;

  // ObjQp: 48 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [127:0] unused_32;
    logic [15:0] rq_consumer;
    logic [15:0] sq_consumer;
    logic [31:0] sq_unacked_psn;
    logic [7:0] max_dest_rd_atomic;
    logic [7:0] max_rd_atomic;
    logic [15:0] pkey;
    logic [7:0] reserved0;
    logic [7:0] min_rnr_timer;
    logic [7:0] rnr_retry;
    logic [7:0] retry_cnt;
    logic [31:0] rq_psn;
    logic [31:0] sq_psn;
    logic [31:0] dest_qpn;
    logic [7:0] timeout;
    logic [7:0] mtu;
    logic [7:0] access;
    logic [7:0] state;
  } obj_qp_t;

  // ObjPeer: 48 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [271:0] unused_14;
    logic [15:0] peer_epoch;
    logic [15:0] epoch;
    logic [7:0] unused_9;
    logic [7:0] state;
    logic [15:0] vlan;
    logic [7:0] vlan_en;
    logic [7:0] dscp;
    logic [15:0] pkey;
    logic [15:0] node_id;
  } obj_peer_t;

  // ObjWindow: 48 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [191:0] unused_24;
    logic [63:0] size;
    logic [15:0] ctx;
    logic [7:0] unused_13;
    logic [7:0] posted;
    logic [7:0] vc;
    logic [7:0] access;
    logic [15:0] node_id;
    logic [63:0] remote_base;
  } obj_window_t;

  // ObjSegment: 48 bytes, little-endian, byte 0 in [7:0].
  typedef struct packed {
    logic [231:0] unused_19;
    logic [7:0] access;
    logic [15:0] pkey;
    logic [63:0] length;
    logic [63:0] base;
  } obj_segment_t;

  // Oefh: 14 bytes on the wire, first bit in the highest bit.
  typedef struct packed {
    logic [15:0] dst_prefix;
    logic [15:0] total_length;
    logic [15:0] dst_id;
    logic [15:0] src_prefix;
    logic [15:0] entropy;
    logic [15:0] src_id;
    logic [15:0] ethertype;
  } oefh_t;
  localparam int unsigned OefhBytes = 14;
  // Byte 0 of the wire in [7:0] to oefh_t.
  function automatic oefh_t oefh_from_bytes(logic [111:0] b);
    logic [111:0] r;
    for (int unsigned i = 0; i < 14; i++) r[8*(14-1-i) +: 8] = b[8*i +: 8];
    return r;
  endfunction
  function automatic logic [111:0] oefh_to_bytes(oefh_t h);
    logic [111:0] r;
    for (int unsigned i = 0; i < 14; i++) r[8*i +: 8] = h[8*(14-1-i) +: 8];
    return r;
  endfunction

  // Net: 2 bytes on the wire, first bit in the highest bit.
  typedef struct packed {
    logic [0:0] ar;
    logic [2:0] reserved;
    logic [3:0] ttl;
    logic [5:0] dscp;
    logic [1:0] ecn;
  } net_t;
  localparam int unsigned NetBytes = 2;
  // Byte 0 of the wire in [7:0] to net_t.
  function automatic net_t net_from_bytes(logic [15:0] b);
    logic [15:0] r;
    for (int unsigned i = 0; i < 2; i++) r[8*(2-1-i) +: 8] = b[8*i +: 8];
    return r;
  endfunction
  function automatic logic [15:0] net_to_bytes(net_t h);
    logic [15:0] r;
    for (int unsigned i = 0; i < 2; i++) r[8*i +: 8] = h[8*(2-1-i) +: 8];
    return r;
  endfunction

  // Rh: 12 bytes on the wire, first bit in the highest bit.
  typedef struct packed {
    logic [1:0] version;
    logic [1:0] op;
    logic [3:0] vc;
    logic [0:0] ack_valid;
    logic [2:0] reserved;
    logic [3:0] ack_vc;
    logic [15:0] pkey;
    logic [15:0] psn;
    logic [15:0] ack_psn;
    logic [7:0] num_cmds;
    logic [7:0] window;
    logic [15:0] epoch;
  } rh_t;
  localparam int unsigned RhBytes = 12;
  // Byte 0 of the wire in [7:0] to rh_t.
  function automatic rh_t rh_from_bytes(logic [95:0] b);
    logic [95:0] r;
    for (int unsigned i = 0; i < 12; i++) r[8*(12-1-i) +: 8] = b[8*i +: 8];
    return r;
  endfunction
  function automatic logic [95:0] rh_to_bytes(rh_t h);
    logic [95:0] r;
    for (int unsigned i = 0; i < 12; i++) r[8*i +: 8] = h[8*(12-1-i) +: 8];
    return r;
  endfunction

  // LsReqHdr: 12 bytes on the wire, first bit in the highest bit.
  typedef struct packed {
    logic [7:0] opcode;
    logic [7:0] length;
    logic [15:0] tag;
    logic [63:0] address;
  } ls_req_hdr_t;
  localparam int unsigned LsReqHdrBytes = 12;
  // Byte 0 of the wire in [7:0] to ls_req_hdr_t.
  function automatic ls_req_hdr_t ls_req_hdr_from_bytes(logic [95:0] b);
    logic [95:0] r;
    for (int unsigned i = 0; i < 12; i++) r[8*(12-1-i) +: 8] = b[8*i +: 8];
    return r;
  endfunction
  function automatic logic [95:0] ls_req_hdr_to_bytes(ls_req_hdr_t h);
    logic [95:0] r;
    for (int unsigned i = 0; i < 12; i++) r[8*i +: 8] = h[8*(12-1-i) +: 8];
    return r;
  endfunction

  // LsRespHdr: 4 bytes on the wire, first bit in the highest bit.
  typedef struct packed {
    logic [7:0] opcode;
    logic [7:0] status;
    logic [15:0] tag;
  } ls_resp_hdr_t;
  localparam int unsigned LsRespHdrBytes = 4;
  // Byte 0 of the wire in [7:0] to ls_resp_hdr_t.
  function automatic ls_resp_hdr_t ls_resp_hdr_from_bytes(logic [31:0] b);
    logic [31:0] r;
    for (int unsigned i = 0; i < 4; i++) r[8*(4-1-i) +: 8] = b[8*i +: 8];
    return r;
  endfunction
  function automatic logic [31:0] ls_resp_hdr_to_bytes(ls_resp_hdr_t h);
    logic [31:0] r;
    for (int unsigned i = 0; i < 4; i++) r[8*i +: 8] = h[8*(4-1-i) +: 8];
    return r;
  endfunction

  // Bth: 12 bytes on the wire, first bit in the highest bit.
  typedef struct packed {
    logic [7:0] opcode;
    logic [0:0] se;
    logic [0:0] migreq;
    logic [1:0] padcnt;
    logic [3:0] tver;
    logic [15:0] pkey;
    logic [0:0] fecn;
    logic [0:0] becn;
    logic [5:0] resv6;
    logic [23:0] dest_qp;
    logic [0:0] ackreq;
    logic [6:0] resv7;
    logic [23:0] psn;
  } bth_t;
  localparam int unsigned BthBytes = 12;
  // Byte 0 of the wire in [7:0] to bth_t.
  function automatic bth_t bth_from_bytes(logic [95:0] b);
    logic [95:0] r;
    for (int unsigned i = 0; i < 12; i++) r[8*(12-1-i) +: 8] = b[8*i +: 8];
    return r;
  endfunction
  function automatic logic [95:0] bth_to_bytes(bth_t h);
    logic [95:0] r;
    for (int unsigned i = 0; i < 12; i++) r[8*i +: 8] = h[8*(12-1-i) +: 8];
    return r;
  endfunction

  // Reth: 16 bytes on the wire, first bit in the highest bit.
  typedef struct packed {
    logic [63:0] va;
    logic [31:0] rkey;
    logic [31:0] dma_length;
  } reth_t;
  localparam int unsigned RethBytes = 16;
  // Byte 0 of the wire in [7:0] to reth_t.
  function automatic reth_t reth_from_bytes(logic [127:0] b);
    logic [127:0] r;
    for (int unsigned i = 0; i < 16; i++) r[8*(16-1-i) +: 8] = b[8*i +: 8];
    return r;
  endfunction
  function automatic logic [127:0] reth_to_bytes(reth_t h);
    logic [127:0] r;
    for (int unsigned i = 0; i < 16; i++) r[8*i +: 8] = h[8*(16-1-i) +: 8];
    return r;
  endfunction

  // Aeth: 4 bytes on the wire, first bit in the highest bit.
  typedef struct packed {
    logic [7:0] syndrome;
    logic [23:0] msn;
  } aeth_t;
  localparam int unsigned AethBytes = 4;
  // Byte 0 of the wire in [7:0] to aeth_t.
  function automatic aeth_t aeth_from_bytes(logic [31:0] b);
    logic [31:0] r;
    for (int unsigned i = 0; i < 4; i++) r[8*(4-1-i) +: 8] = b[8*i +: 8];
    return r;
  endfunction
  function automatic logic [31:0] aeth_to_bytes(aeth_t h);
    logic [31:0] r;
    for (int unsigned i = 0; i < 4; i++) r[8*i +: 8] = h[8*(4-1-i) +: 8];
    return r;
  endfunction

  // Ipv4: 20 bytes on the wire, first bit in the highest bit.
  typedef struct packed {
    logic [7:0] version_ihl;
    logic [7:0] tos;
    logic [15:0] total_length;
    logic [15:0] id;
    logic [15:0] flags_frag;
    logic [7:0] ttl;
    logic [7:0] protocol;
    logic [15:0] checksum;
    logic [31:0] src;
    logic [31:0] dst;
  } ipv4_t;
  localparam int unsigned Ipv4Bytes = 20;
  // Byte 0 of the wire in [7:0] to ipv4_t.
  function automatic ipv4_t ipv4_from_bytes(logic [159:0] b);
    logic [159:0] r;
    for (int unsigned i = 0; i < 20; i++) r[8*(20-1-i) +: 8] = b[8*i +: 8];
    return r;
  endfunction
  function automatic logic [159:0] ipv4_to_bytes(ipv4_t h);
    logic [159:0] r;
    for (int unsigned i = 0; i < 20; i++) r[8*i +: 8] = h[8*(20-1-i) +: 8];
    return r;
  endfunction

  // Udp: 8 bytes on the wire, first bit in the highest bit.
  typedef struct packed {
    logic [15:0] sport;
    logic [15:0] dport;
    logic [15:0] length;
    logic [15:0] checksum;
  } udp_t;
  localparam int unsigned UdpBytes = 8;
  // Byte 0 of the wire in [7:0] to udp_t.
  function automatic udp_t udp_from_bytes(logic [63:0] b);
    logic [63:0] r;
    for (int unsigned i = 0; i < 8; i++) r[8*(8-1-i) +: 8] = b[8*i +: 8];
    return r;
  endfunction
  function automatic logic [63:0] udp_to_bytes(udp_t h);
    logic [63:0] r;
    for (int unsigned i = 0; i < 8; i++) r[8*i +: 8] = h[8*(8-1-i) +: 8];
    return r;
  endfunction

  localparam int unsigned CntIncW = 14;  // widest increment

  // Increments of the counters of group roce, first counter in the lowest bits.
  typedef struct packed {
    logic [12:0] tx_read_bytes;
    logic [0:0] rx_atomics;
    logic [0:0] rx_reads;
    logic [0:0] tx_cnp;
    logic [0:0] rx_ecn_marked;
    logic [0:0] rq_bad_doorbells;
    logic [0:0] rq_flushed;
    logic [0:0] rq_completions;
    logic [0:0] tx_acks;
    logic [12:0] rx_write_bytes;
    logic [0:0] rx_local_errors;
    logic [0:0] rx_access_errors;
    logic [0:0] rx_ignored;
    logic [0:0] rx_invalid;
    logic [0:0] rx_rnr;
    logic [0:0] rx_gaps;
    logic [0:0] rx_duplicates;
    logic [0:0] rx_bad_pkey;
    logic [0:0] rx_bad_qp;
    logic [0:0] rx_bad_opcode;
    logic [0:0] rx_cnp;
    logic [0:0] rx_responses;
    logic [0:0] rx_requests;
  } cnt_roce_t;
  localparam int unsigned CntRoceFirst = 0;
  localparam int unsigned CntRoceNum = 23;
  // Increment of counter i of the group.
  function automatic logic [CntIncW-1:0] cnt_roce_inc(cnt_roce_t c, int unsigned i);
    unique case (i)
      0: return CntIncW'(c.rx_requests);
      1: return CntIncW'(c.rx_responses);
      2: return CntIncW'(c.rx_cnp);
      3: return CntIncW'(c.rx_bad_opcode);
      4: return CntIncW'(c.rx_bad_qp);
      5: return CntIncW'(c.rx_bad_pkey);
      6: return CntIncW'(c.rx_duplicates);
      7: return CntIncW'(c.rx_gaps);
      8: return CntIncW'(c.rx_rnr);
      9: return CntIncW'(c.rx_invalid);
      10: return CntIncW'(c.rx_ignored);
      11: return CntIncW'(c.rx_access_errors);
      12: return CntIncW'(c.rx_local_errors);
      13: return CntIncW'(c.rx_write_bytes);
      14: return CntIncW'(c.tx_acks);
      15: return CntIncW'(c.rq_completions);
      16: return CntIncW'(c.rq_flushed);
      17: return CntIncW'(c.rq_bad_doorbells);
      18: return CntIncW'(c.rx_ecn_marked);
      19: return CntIncW'(c.tx_cnp);
      20: return CntIncW'(c.rx_reads);
      21: return CntIncW'(c.rx_atomics);
      22: return CntIncW'(c.tx_read_bytes);
      default: return '0;
    endcase
  endfunction

  // Increments of the counters of group roce_sq, first counter in the lowest bits.
  typedef struct packed {
    logic [0:0] implied_naks;
    logic [12:0] rx_read_bytes;
    logic [0:0] rx_read_responses;
    logic [0:0] rate_cuts;
    logic [0:0] bad_doorbells;
    logic [0:0] local_errors;
    logic [0:0] retry_exhausted;
    logic [0:0] timeouts;
    logic [0:0] rx_stale;
    logic [0:0] rx_nak_errors;
    logic [0:0] rx_rnr;
    logic [0:0] rx_nak_sequence;
    logic [0:0] rx_acks;
    logic [0:0] flushed;
    logic [0:0] completions;
    logic [0:0] wqe_started;
    logic [0:0] tx_repeated;
    logic [12:0] tx_bytes;
    logic [0:0] tx_packets;
  } cnt_roce_sq_t;
  localparam int unsigned CntRoceSqFirst = 23;
  localparam int unsigned CntRoceSqNum = 19;
  // Increment of counter i of the group.
  function automatic logic [CntIncW-1:0] cnt_roce_sq_inc(cnt_roce_sq_t c, int unsigned i);
    unique case (i)
      0: return CntIncW'(c.tx_packets);
      1: return CntIncW'(c.tx_bytes);
      2: return CntIncW'(c.tx_repeated);
      3: return CntIncW'(c.wqe_started);
      4: return CntIncW'(c.completions);
      5: return CntIncW'(c.flushed);
      6: return CntIncW'(c.rx_acks);
      7: return CntIncW'(c.rx_nak_sequence);
      8: return CntIncW'(c.rx_rnr);
      9: return CntIncW'(c.rx_nak_errors);
      10: return CntIncW'(c.rx_stale);
      11: return CntIncW'(c.timeouts);
      12: return CntIncW'(c.retry_exhausted);
      13: return CntIncW'(c.local_errors);
      14: return CntIncW'(c.bad_doorbells);
      15: return CntIncW'(c.rate_cuts);
      16: return CntIncW'(c.rx_read_responses);
      17: return CntIncW'(c.rx_read_bytes);
      18: return CntIncW'(c.implied_naks);
      default: return '0;
    endcase
  endfunction

  // Increments of the counters of group ls, first counter in the lowest bits.
  typedef struct packed {
    logic [0:0] home_errors;
    logic [0:0] home_atomics;
    logic [0:0] home_stores;
    logic [0:0] home_loads;
    logic [0:0] event_drops;
    logic [0:0] late_responses;
    logic [0:0] errors;
    logic [0:0] atomics;
    logic [0:0] stores;
    logic [0:0] loads;
    logic [0:0] peer_up;
    logic [0:0] peer_down;
    logic [0:0] timeouts;
    logic [0:0] rx_malformed;
    logic [0:0] rx_bad_pkey;
    logic [0:0] rx_unknown_peer;
    logic [0:0] rx_stale;
    logic [0:0] rx_nacks;
    logic [0:0] rx_acks;
    logic [0:0] rx_gaps;
    logic [0:0] rx_duplicates;
    logic [0:0] rx_frames;
    logic [0:0] tx_dropped;
    logic [0:0] tx_commands;
    logic [0:0] tx_nacks;
    logic [0:0] tx_acks;
    logic [0:0] tx_repeated;
    logic [0:0] tx_frames;
  } cnt_ls_t;
  localparam int unsigned CntLsFirst = 42;
  localparam int unsigned CntLsNum = 28;
  // Increment of counter i of the group.
  function automatic logic [CntIncW-1:0] cnt_ls_inc(cnt_ls_t c, int unsigned i);
    unique case (i)
      0: return CntIncW'(c.tx_frames);
      1: return CntIncW'(c.tx_repeated);
      2: return CntIncW'(c.tx_acks);
      3: return CntIncW'(c.tx_nacks);
      4: return CntIncW'(c.tx_commands);
      5: return CntIncW'(c.tx_dropped);
      6: return CntIncW'(c.rx_frames);
      7: return CntIncW'(c.rx_duplicates);
      8: return CntIncW'(c.rx_gaps);
      9: return CntIncW'(c.rx_acks);
      10: return CntIncW'(c.rx_nacks);
      11: return CntIncW'(c.rx_stale);
      12: return CntIncW'(c.rx_unknown_peer);
      13: return CntIncW'(c.rx_bad_pkey);
      14: return CntIncW'(c.rx_malformed);
      15: return CntIncW'(c.timeouts);
      16: return CntIncW'(c.peer_down);
      17: return CntIncW'(c.peer_up);
      18: return CntIncW'(c.loads);
      19: return CntIncW'(c.stores);
      20: return CntIncW'(c.atomics);
      21: return CntIncW'(c.errors);
      22: return CntIncW'(c.late_responses);
      23: return CntIncW'(c.event_drops);
      24: return CntIncW'(c.home_loads);
      25: return CntIncW'(c.home_stores);
      26: return CntIncW'(c.home_atomics);
      27: return CntIncW'(c.home_errors);
      default: return '0;
    endcase
  endfunction

  // Increments of the counters of group eth, first counter in the lowest bits.
  typedef struct packed {
    logic [0:0] pfc_rx;
    logic [0:0] pfc_tx;
    logic [0:0] rx_full_roce;
    logic [0:0] rx_full_ls_resp;
    logic [0:0] rx_full_ls_req;
    logic [0:0] rx_full_plain;
    logic [0:0] rx_icrc_err;
    logic [0:0] rx_unknown_opcode;
    logic [0:0] rx_malformed;
    logic [0:0] rx_foreign;
    logic [0:0] rx_fcs_err;
    logic [0:0] rx_oversize;
    logic [0:0] rx_runt;
    logic [0:0] rx_frames_roce;
    logic [0:0] rx_frames_ls_resp;
    logic [0:0] rx_frames_ls_req;
    logic [0:0] rx_frames_plain;
    logic [13:0] rx_bytes;
    logic [0:0] tx_frames;
    logic [13:0] tx_bytes;
  } cnt_eth_t;
  localparam int unsigned CntEthFirst = 70;
  localparam int unsigned CntEthNum = 20;
  // Increment of counter i of the group.
  function automatic logic [CntIncW-1:0] cnt_eth_inc(cnt_eth_t c, int unsigned i);
    unique case (i)
      0: return CntIncW'(c.tx_bytes);
      1: return CntIncW'(c.tx_frames);
      2: return CntIncW'(c.rx_bytes);
      3: return CntIncW'(c.rx_frames_plain);
      4: return CntIncW'(c.rx_frames_ls_req);
      5: return CntIncW'(c.rx_frames_ls_resp);
      6: return CntIncW'(c.rx_frames_roce);
      7: return CntIncW'(c.rx_runt);
      8: return CntIncW'(c.rx_oversize);
      9: return CntIncW'(c.rx_fcs_err);
      10: return CntIncW'(c.rx_foreign);
      11: return CntIncW'(c.rx_malformed);
      12: return CntIncW'(c.rx_unknown_opcode);
      13: return CntIncW'(c.rx_icrc_err);
      14: return CntIncW'(c.rx_full_plain);
      15: return CntIncW'(c.rx_full_ls_req);
      16: return CntIncW'(c.rx_full_ls_resp);
      17: return CntIncW'(c.rx_full_roce);
      18: return CntIncW'(c.pfc_tx);
      19: return CntIncW'(c.pfc_rx);
      default: return '0;
    endcase
  endfunction

  // Increments of the counters of group host, first counter in the lowest bits.
  typedef struct packed {
    logic [0:0] dma_write_errors;
    logic [0:0] dma_read_errors;
    logic [0:0] plain_rx_drops;
    logic [0:0] plain_rx;
    logic [0:0] plain_tx;
    logic [0:0] interrupts;
    logic [0:0] eq_overflows;
    logic [0:0] eqes;
    logic [0:0] cq_overflows;
    logic [0:0] cqes;
    logic [0:0] bad_register_writes;
    logic [0:0] bad_doorbells;
    logic [0:0] doorbells;
    logic [0:0] admin_commands;
  } cnt_host_t;
  localparam int unsigned CntHostFirst = 90;
  localparam int unsigned CntHostNum = 14;
  // Increment of counter i of the group.
  function automatic logic [CntIncW-1:0] cnt_host_inc(cnt_host_t c, int unsigned i);
    unique case (i)
      0: return CntIncW'(c.admin_commands);
      1: return CntIncW'(c.doorbells);
      2: return CntIncW'(c.bad_doorbells);
      3: return CntIncW'(c.bad_register_writes);
      4: return CntIncW'(c.cqes);
      5: return CntIncW'(c.cq_overflows);
      6: return CntIncW'(c.eqes);
      7: return CntIncW'(c.eq_overflows);
      8: return CntIncW'(c.interrupts);
      9: return CntIncW'(c.plain_tx);
      10: return CntIncW'(c.plain_rx);
      11: return CntIncW'(c.plain_rx_drops);
      12: return CntIncW'(c.dma_read_errors);
      13: return CntIncW'(c.dma_write_errors);
      default: return '0;
    endcase
  endfunction

  localparam int unsigned NumCounters = 104;

endpackage : el_regs_pkg

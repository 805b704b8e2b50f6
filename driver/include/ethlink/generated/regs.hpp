// SPDX-License-Identifier: Apache-2.0
//
// GENERATED from rtl/regs/*.toml by rtl/regs/generate.py; do not edit.
//
// Registers, descriptors, wire formats, opcodes and status codes. Host formats are
// little-endian PODs; wire headers are offsets into big-endian bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ethlink::regs {

/// control and status registers.
inline constexpr std::uint64_t kBarCsr = 0x0;
/// counters, 8 bytes each, in the order of the counter list; read-only.
inline constexpr std::uint64_t kBarCounters = 0x2000;
/// MSI-X table: address 8 B, data 4 B, control 4 B (bit 0: masked) a vector.
inline constexpr std::uint64_t kBarMsixTable = 0x10000;
/// MSI-X pending bits.
inline constexpr std::uint64_t kBarMsixPba = 0x11000;
/// doorbell pages, 4 KiB a user context.
inline constexpr std::uint64_t kBarDoorbells = 0x100000;
/// doorbell page: 8 B write {[23:0] qpn, [47:32] producer in units}.
inline constexpr std::uint64_t kDbSq = 0x0;
/// doorbell page: 8 B write {[22:0] qpn, [23] 1: the number of a shared receive queue, [47:32] producer in requests}.
inline constexpr std::uint64_t kDbRq = 0x8;
/// doorbell page: 8 B write {[23:0] cqn, [25:24] arm: 0 none, 1 next, 2 solicited, [63:32] consumer modulo 2^32}.
inline constexpr std::uint64_t kDbCq = 0x10;
/// doorbell page: 64 B writes of SqWqe units at +64*k in rising k; the last unit acts as a DbSq write of the descriptor's qpn and end; the ring in host memory holds the same descriptor, so a push that is lost costs time only.
inline constexpr std::uint64_t kDbSqPush = 0x400;
/// doorbell page: 64 B writes of LsCmd units at +64*k in rising k.
inline constexpr std::uint64_t kDbLsPush = 0x800;
/// value of the register `magic`: the bytes ETHLINK and a zero.
inline constexpr std::uint64_t kMagic = 0x4B4E494C485445;

/// identifies the device (ro).
inline constexpr std::uint32_t kCsrMagic = 0x000;
/// interface version (ro).
inline constexpr std::uint32_t kCsrVersion = 0x008;
inline constexpr unsigned kCsrVersionMinorLsb = 0;  // minor
inline constexpr unsigned kCsrVersionMinorBits = 16;
inline constexpr unsigned kCsrVersionMajorLsb = 16;  // major: incompatible when it differs
inline constexpr unsigned kCsrVersionMajorBits = 16;
/// sizes (ro).
inline constexpr std::uint32_t kCsrCaps0 = 0x010;
inline constexpr unsigned kCsrCaps0LogQpsLsb = 0;  // log2 of queue pairs
inline constexpr unsigned kCsrCaps0LogQpsBits = 8;
inline constexpr unsigned kCsrCaps0LogCqsLsb = 8;  // log2 of completion queues
inline constexpr unsigned kCsrCaps0LogCqsBits = 8;
inline constexpr unsigned kCsrCaps0LogEqsLsb = 16;  // log2 of event queues
inline constexpr unsigned kCsrCaps0LogEqsBits = 8;
inline constexpr unsigned kCsrCaps0LogMrsLsb = 24;  // log2 of memory regions
inline constexpr unsigned kCsrCaps0LogMrsBits = 8;
inline constexpr unsigned kCsrCaps0LogMttsLsb = 32;  // log2 of page-table entries
inline constexpr unsigned kCsrCaps0LogMttsBits = 8;
inline constexpr unsigned kCsrCaps0LogCtxsLsb = 40;  // log2 of user contexts
inline constexpr unsigned kCsrCaps0LogCtxsBits = 8;
inline constexpr unsigned kCsrCaps0LogPeersLsb = 48;  // log2 of load/store peers
inline constexpr unsigned kCsrCaps0LogPeersBits = 8;
inline constexpr unsigned kCsrCaps0LogWindowsLsb = 56;  // log2 of aperture pages
inline constexpr unsigned kCsrCaps0LogWindowsBits = 8;
/// sizes (ro).
inline constexpr std::uint32_t kCsrCaps1 = 0x018;
inline constexpr unsigned kCsrCaps1DataBytesLsb = 0;  // bytes of the data path
inline constexpr unsigned kCsrCaps1DataBytesBits = 16;
inline constexpr unsigned kCsrCaps1LogSegmentsLsb = 16;  // log2 of exported segments
inline constexpr unsigned kCsrCaps1LogSegmentsBits = 8;
inline constexpr unsigned kCsrCaps1LogTagsLsb = 24;  // log2 of outstanding load/store requests
inline constexpr unsigned kCsrCaps1LogTagsBits = 8;
inline constexpr unsigned kCsrCaps1SqTrackLsb = 32;  // work requests in flight a queue pair
inline constexpr unsigned kCsrCaps1SqTrackBits = 16;
inline constexpr unsigned kCsrCaps1MaxInlineLsb = 48;  // inline bytes of a send request
inline constexpr unsigned kCsrCaps1MaxInlineBits = 16;
/// device control (rw).
inline constexpr std::uint32_t kCsrControl = 0x020;
inline constexpr unsigned kCsrControlEnableLsb = 0;  // 1: transmit and receive
inline constexpr unsigned kCsrControlEnableBits = 1;
inline constexpr unsigned kCsrControlResetLsb = 1;  // write 1: soft reset of everything but the CSRs of this page that are quasi-static; reads 1 until done
inline constexpr unsigned kCsrControlResetBits = 1;
inline constexpr unsigned kCsrControlPromiscLsb = 2;  // plain frames of any destination
inline constexpr unsigned kCsrControlPromiscBits = 1;
/// device status (ro).
inline constexpr std::uint32_t kCsrStatus = 0x028;
inline constexpr unsigned kCsrStatusReadyLsb = 0;  // tables are initialised
inline constexpr unsigned kCsrStatusReadyBits = 1;
inline constexpr unsigned kCsrStatusDmaErrorLsb = 1;  // host memory answered with an error since reset
inline constexpr unsigned kCsrStatusDmaErrorBits = 1;
/// device time in cycles (ro).
inline constexpr std::uint32_t kCsrNow = 0x030;
/// for software (rw).
inline constexpr std::uint32_t kCsrScratch = 0x038;
/// own MAC, first byte on the wire in [47:40] (rw).
inline constexpr std::uint32_t kCsrMac = 0x040;
inline constexpr unsigned kCsrMacMacLsb = 0;  // MAC
inline constexpr unsigned kCsrMacMacBits = 48;
/// EthLink identity (rw).
inline constexpr std::uint32_t kCsrNode = 0x048;
inline constexpr unsigned kCsrNodeNodeIdLsb = 0;  // own endpoint id
inline constexpr unsigned kCsrNodeNodeIdBits = 16;
inline constexpr unsigned kCsrNodeLsEthertypeLsb = 16;  // EtherType of Load/Store frames (software writes 0x88B5)
inline constexpr unsigned kCsrNodeLsEthertypeBits = 16;
inline constexpr unsigned kCsrNodeMtuLsb = 32;  // longest frame accepted, bytes without FCS
inline constexpr unsigned kCsrNodeMtuBits = 14;
/// priority flow control (rw).
inline constexpr std::uint32_t kCsrPfc = 0x050;
inline constexpr unsigned kCsrPfcTxEnLsb = 0;  // priorities that send PFC
inline constexpr unsigned kCsrPfcTxEnBits = 8;
inline constexpr unsigned kCsrPfcRxEnLsb = 8;  // priorities that honour PFC
inline constexpr unsigned kCsrPfcRxEnBits = 8;
inline constexpr unsigned kCsrPfcQuantaLsb = 16;  // pause time sent, units of 512 bit times
inline constexpr unsigned kCsrPfcQuantaBits = 16;
inline constexpr unsigned kCsrPfcQuantumCyclesLsb = 32;  // cycles of one quantum, 8.8 fixed point
inline constexpr unsigned kCsrPfcQuantumCyclesBits = 16;
/// valid bits of the GID table (rw).
inline constexpr std::uint32_t kCsrGidValid = 0x058;
inline constexpr unsigned kCsrGidValidValidLsb = 0;  // one bit an entry
inline constexpr unsigned kCsrGidValidValidBits = 8;
/// IOVA of the admin command ring, 64-byte aligned (rw).
inline constexpr std::uint32_t kCsrAdminSqBase = 0x0C0;
/// IOVA of the admin completion ring, 64-byte aligned (rw).
inline constexpr std::uint32_t kCsrAdminCqBase = 0x0C8;
/// admin queue; writing it resets both rings (rw).
inline constexpr std::uint32_t kCsrAdminCfg = 0x0D0;
inline constexpr unsigned kCsrAdminCfgLogSizeLsb = 0;  // 2^n entries of each ring, 1..12
inline constexpr unsigned kCsrAdminCfgLogSizeBits = 8;
inline constexpr unsigned kCsrAdminCfgEnableLsb = 8;  // 1: run
inline constexpr unsigned kCsrAdminCfgEnableBits = 1;
inline constexpr unsigned kCsrAdminCfgPostEventLsb = 9;  // 1: an Admin event to event queue 0 for each completion
inline constexpr unsigned kCsrAdminCfgPostEventBits = 1;
/// producer of the admin command ring, modulo 2^16 (rw).
inline constexpr std::uint32_t kCsrAdminDb = 0x0D8;
inline constexpr unsigned kCsrAdminDbProducerLsb = 0;  // producer
inline constexpr unsigned kCsrAdminDbProducerBits = 16;
/// hands event queue entries back (wo).
inline constexpr std::uint32_t kCsrEqConsumer = 0x0E0;
inline constexpr unsigned kCsrEqConsumerEqnLsb = 0;  // event queue
inline constexpr unsigned kCsrEqConsumerEqnBits = 8;
inline constexpr unsigned kCsrEqConsumerConsumerLsb = 32;  // entries consumed, modulo 2^32
inline constexpr unsigned kCsrEqConsumerConsumerBits = 32;
/// load/store transport; times in cycles (rw).
inline constexpr std::uint32_t kCsrLsTiming = 0x100;
inline constexpr unsigned kCsrLsTimingRtoLsb = 0;  // retransmission timer
inline constexpr unsigned kCsrLsTimingRtoBits = 24;
inline constexpr unsigned kCsrLsTimingAckDelayLsb = 24;  // an acknowledgement waits at most this long
inline constexpr unsigned kCsrLsTimingAckDelayBits = 16;
inline constexpr unsigned kCsrLsTimingAckFramesLsb = 40;  // frames until an acknowledgement is sent at once
inline constexpr unsigned kCsrLsTimingAckFramesBits = 8;
inline constexpr unsigned kCsrLsTimingRetriesLsb = 48;  // retransmissions until the peer is down
inline constexpr unsigned kCsrLsTimingRetriesBits = 8;
/// load/store packing (rw).
inline constexpr std::uint32_t kCsrLsLimits = 0x108;
inline constexpr unsigned kCsrLsLimitsPackBytesLsb = 0;  // most bytes of commands in a frame, at most 1920
inline constexpr unsigned kCsrLsLimitsPackBytesBits = 12;
inline constexpr unsigned kCsrLsLimitsFlowSlotsLsb = 16;  // most transmit slots that one peer and VC may hold
inline constexpr unsigned kCsrLsLimitsFlowSlotsBits = 8;
inline constexpr unsigned kCsrLsLimitsWindowLsb = 24;  // receive window announced, frames; 255: unlimited
inline constexpr unsigned kCsrLsLimitsWindowBits = 8;
inline constexpr unsigned kCsrLsLimitsTtlLsb = 32;  // TTL of NET
inline constexpr unsigned kCsrLsLimitsTtlBits = 4;
inline constexpr unsigned kCsrLsLimitsHelloLsb = 40;  // HELLO repetition, cycles
inline constexpr unsigned kCsrLsLimitsHelloBits = 24;
/// aperture (rw).
inline constexpr std::uint32_t kCsrLsAperture = 0x110;
inline constexpr unsigned kCsrLsAperturePageShiftLsb = 0;  // log2 of the aperture page, 21..30
inline constexpr unsigned kCsrLsAperturePageShiftBits = 8;
inline constexpr unsigned kCsrLsApertureEqnLsb = 8;  // event queue of load/store events
inline constexpr unsigned kCsrLsApertureEqnBits = 8;
/// first failing load; writing clears it (rw).
inline constexpr std::uint32_t kCsrLsFirstError = 0x118;
inline constexpr unsigned kCsrLsFirstErrorValidLsb = 0;  // a failure was logged
inline constexpr unsigned kCsrLsFirstErrorValidBits = 1;
inline constexpr unsigned kCsrLsFirstErrorStatusLsb = 8;  // LsStatus
inline constexpr unsigned kCsrLsFirstErrorStatusBits = 8;
inline constexpr unsigned kCsrLsFirstErrorTagLsb = 16;  // tag
inline constexpr unsigned kCsrLsFirstErrorTagBits = 16;
inline constexpr unsigned kCsrLsFirstErrorNodeIdLsb = 32;  // peer
inline constexpr unsigned kCsrLsFirstErrorNodeIdBits = 16;
/// aperture address of the first failing load (ro).
inline constexpr std::uint32_t kCsrLsFirstErrorAddr = 0x120;
/// RDMA (rw).
inline constexpr std::uint32_t kCsrRoceCfg = 0x140;
inline constexpr unsigned kCsrRoceCfgTickCyclesLsb = 0;  // cycles of 4.096 us (the unit of the timeout field)
inline constexpr unsigned kCsrRoceCfgTickCyclesBits = 24;
inline constexpr unsigned kCsrRoceCfgRnrTickCyclesLsb = 24;  // cycles of 10 us (the unit of the RNR timer table)
inline constexpr unsigned kCsrRoceCfgRnrTickCyclesBits = 24;
inline constexpr unsigned kCsrRoceCfgAckCoalesceLsb = 48;  // requests answered by one ACK at most; 0 and 1: each
inline constexpr unsigned kCsrRoceCfgAckCoalesceBits = 8;
/// congestion notification: what a packet that arrives with Congestion Experienced is answered with (rw).
inline constexpr std::uint32_t kCsrRoceCnp = 0x148;
inline constexpr unsigned kCsrRoceCnpEnableLsb = 0;  // 1: answer
inline constexpr unsigned kCsrRoceCnpEnableBits = 1;
inline constexpr unsigned kCsrRoceCnpIntervalLsb = 8;  // cycles between two notifications of a queue pair, at least
inline constexpr unsigned kCsrRoceCnpIntervalBits = 24;
inline constexpr unsigned kCsrRoceCnpDscpLsb = 32;  // DSCP of a notification; its ECN field is 0
inline constexpr unsigned kCsrRoceCnpDscpBits = 6;
inline constexpr unsigned kCsrRoceCnpPrioLsb = 40;  // priority of a notification
inline constexpr unsigned kCsrRoceCnpPrioBits = 3;
/// rate control of queue pairs that receive notifications; rates in bytes a cycle, 8.16 fixed point (rw).
inline constexpr std::uint32_t kCsrRoceRate = 0x150;
inline constexpr unsigned kCsrRoceRateEnableLsb = 0;  // 1: obey notifications
inline constexpr unsigned kCsrRoceRateEnableBits = 1;
inline constexpr unsigned kCsrRoceRateGLsb = 4;  // gain of alpha: 2^-g
inline constexpr unsigned kCsrRoceRateGBits = 4;
inline constexpr unsigned kCsrRoceRateFastLsb = 8;  // stages of fast recovery
inline constexpr unsigned kCsrRoceRateFastBits = 4;
inline constexpr unsigned kCsrRoceRateLineLsb = 16;  // rate of the link
inline constexpr unsigned kCsrRoceRateLineBits = 24;
inline constexpr unsigned kCsrRoceRateMinLsb = 40;  // least rate; below 256 counts as 256
inline constexpr unsigned kCsrRoceRateMinBits = 24;
/// rate control: periods in cycles; 0: never (rw).
inline constexpr std::uint32_t kCsrRoceRateTimers = 0x158;
inline constexpr unsigned kCsrRoceRateTimersAlphaLsb = 0;  // alpha decays once a period without a notification
inline constexpr unsigned kCsrRoceRateTimersAlphaBits = 24;
inline constexpr unsigned kCsrRoceRateTimersIncreaseLsb = 24;  // the rate rises once a period
inline constexpr unsigned kCsrRoceRateTimersIncreaseBits = 24;
/// rate control: what a stage adds to the target rate, 8.16 bytes a cycle (rw).
inline constexpr std::uint32_t kCsrRoceRateSteps = 0x160;
inline constexpr unsigned kCsrRoceRateStepsAdditiveLsb = 0;  // additive increase
inline constexpr unsigned kCsrRoceRateStepsAdditiveBits = 24;
inline constexpr unsigned kCsrRoceRateStepsHyperLsb = 24;  // hyper increase
inline constexpr unsigned kCsrRoceRateStepsHyperBits = 24;
/// rate control: byte counter and bursts (rw).
inline constexpr std::uint32_t kCsrRoceRateBytes = 0x168;
inline constexpr unsigned kCsrRoceRateBytesCountLsb = 0;  // the rate rises once so many bytes; 0: never
inline constexpr unsigned kCsrRoceRateBytesCountBits = 32;
inline constexpr unsigned kCsrRoceRateBytesBurstLsb = 32;  // a queue pair rests when it is so many cycles ahead of its rate
inline constexpr unsigned kCsrRoceRateBytesBurstBits = 16;
inline constexpr unsigned kCsrRoceRateBytesAheadLsb = 48;  // no packet is cut while so much payload, in units of 256 bytes, has not left; 0: no limit
inline constexpr unsigned kCsrRoceRateBytesAheadBits = 16;
/// IOVA of the plain transmit ring (PlainDesc) (rw).
inline constexpr std::uint32_t kCsrPlainTxBase = 0x180;
/// IOVA of the plain receive ring (PlainDesc) (rw).
inline constexpr std::uint32_t kCsrPlainRxBase = 0x188;
/// plain rings; writing it resets both (rw).
inline constexpr std::uint32_t kCsrPlainCfg = 0x190;
inline constexpr unsigned kCsrPlainCfgTxLogLsb = 0;  // log2 of transmit descriptors
inline constexpr unsigned kCsrPlainCfgTxLogBits = 8;
inline constexpr unsigned kCsrPlainCfgRxLogLsb = 8;  // log2 of receive descriptors
inline constexpr unsigned kCsrPlainCfgRxLogBits = 8;
inline constexpr unsigned kCsrPlainCfgEnableLsb = 16;  // 1: run
inline constexpr unsigned kCsrPlainCfgEnableBits = 1;
inline constexpr unsigned kCsrPlainCfgEqnLsb = 24;  // event queue of the rings
inline constexpr unsigned kCsrPlainCfgEqnBits = 8;
/// producer of the plain transmit ring (rw).
inline constexpr std::uint32_t kCsrPlainTxDb = 0x198;
inline constexpr unsigned kCsrPlainTxDbProducerLsb = 0;  // modulo 2^16
inline constexpr unsigned kCsrPlainTxDbProducerBits = 16;
/// producer of the plain receive ring (rw).
inline constexpr std::uint32_t kCsrPlainRxDb = 0x1A0;
inline constexpr unsigned kCsrPlainRxDbProducerLsb = 0;  // modulo 2^16
inline constexpr unsigned kCsrPlainRxDbProducerBits = 16;
/// states of the machines, for people (ro).
inline constexpr std::uint32_t kCsrDebugState = 0x1C0;
/// busy_o of each block (ro).
inline constexpr std::uint32_t kCsrDebugBusy = 0x1C8;
/// GID 0, first 8 bytes on the wire, first byte in [63:56] (rw).
inline constexpr std::uint32_t kCsrGid0Hi = 0x200;
/// GID 0, last 8 bytes (rw).
inline constexpr std::uint32_t kCsrGid0Lo = 0x208;
/// GID 1, first 8 bytes on the wire, first byte in [63:56] (rw).
inline constexpr std::uint32_t kCsrGid1Hi = 0x210;
/// GID 1, last 8 bytes (rw).
inline constexpr std::uint32_t kCsrGid1Lo = 0x218;
/// GID 2, first 8 bytes on the wire, first byte in [63:56] (rw).
inline constexpr std::uint32_t kCsrGid2Hi = 0x220;
/// GID 2, last 8 bytes (rw).
inline constexpr std::uint32_t kCsrGid2Lo = 0x228;
/// GID 3, first 8 bytes on the wire, first byte in [63:56] (rw).
inline constexpr std::uint32_t kCsrGid3Hi = 0x230;
/// GID 3, last 8 bytes (rw).
inline constexpr std::uint32_t kCsrGid3Lo = 0x238;
/// GID 4, first 8 bytes on the wire, first byte in [63:56] (rw).
inline constexpr std::uint32_t kCsrGid4Hi = 0x240;
/// GID 4, last 8 bytes (rw).
inline constexpr std::uint32_t kCsrGid4Lo = 0x248;
/// GID 5, first 8 bytes on the wire, first byte in [63:56] (rw).
inline constexpr std::uint32_t kCsrGid5Hi = 0x250;
/// GID 5, last 8 bytes (rw).
inline constexpr std::uint32_t kCsrGid5Lo = 0x258;
/// GID 6, first 8 bytes on the wire, first byte in [63:56] (rw).
inline constexpr std::uint32_t kCsrGid6Hi = 0x260;
/// GID 6, last 8 bytes (rw).
inline constexpr std::uint32_t kCsrGid6Lo = 0x268;
/// GID 7, first 8 bytes on the wire, first byte in [63:56] (rw).
inline constexpr std::uint32_t kCsrGid7Hi = 0x270;
/// GID 7, last 8 bytes (rw).
inline constexpr std::uint32_t kCsrGid7Lo = 0x278;

/// One register of BAR0.
struct RegisterInfo {
  std::string_view name;
  std::uint32_t offset;
  std::string_view access;
  std::string_view doc;
};
inline constexpr std::array kRegisters{
    RegisterInfo{"magic", 0x000, "ro",
                 "identifies the device"},
    RegisterInfo{"version", 0x008, "ro",
                 "interface version"},
    RegisterInfo{"caps0", 0x010, "ro",
                 "sizes"},
    RegisterInfo{"caps1", 0x018, "ro",
                 "sizes"},
    RegisterInfo{"control", 0x020, "rw",
                 "device control"},
    RegisterInfo{"status", 0x028, "ro",
                 "device status"},
    RegisterInfo{"now", 0x030, "ro",
                 "device time in cycles"},
    RegisterInfo{"scratch", 0x038, "rw",
                 "for software"},
    RegisterInfo{"mac", 0x040, "rw",
                 "own MAC, first byte on the wire in [47:40]"},
    RegisterInfo{"node", 0x048, "rw",
                 "EthLink identity"},
    RegisterInfo{"pfc", 0x050, "rw",
                 "priority flow control"},
    RegisterInfo{"gid_valid", 0x058, "rw",
                 "valid bits of the GID table"},
    RegisterInfo{"admin_sq_base", 0x0C0, "rw",
                 "IOVA of the admin command ring, 64-byte aligned"},
    RegisterInfo{"admin_cq_base", 0x0C8, "rw",
                 "IOVA of the admin completion ring, 64-byte aligned"},
    RegisterInfo{"admin_cfg", 0x0D0, "rw",
                 "admin queue; writing it resets both rings"},
    RegisterInfo{"admin_db", 0x0D8, "rw",
                 "producer of the admin command ring, modulo 2^16"},
    RegisterInfo{"eq_consumer", 0x0E0, "wo",
                 "hands event queue entries back"},
    RegisterInfo{"ls_timing", 0x100, "rw",
                 "load/store transport; times in cycles"},
    RegisterInfo{"ls_limits", 0x108, "rw",
                 "load/store packing"},
    RegisterInfo{"ls_aperture", 0x110, "rw",
                 "aperture"},
    RegisterInfo{"ls_first_error", 0x118, "rw",
                 "first failing load; writing clears it"},
    RegisterInfo{"ls_first_error_addr", 0x120, "ro",
                 "aperture address of the first failing load"},
    RegisterInfo{"roce_cfg", 0x140, "rw",
                 "RDMA"},
    RegisterInfo{"roce_cnp", 0x148, "rw",
                 "congestion notification: what a packet that arrives with Congestion Experienced is answered with"},
    RegisterInfo{"roce_rate", 0x150, "rw",
                 "rate control of queue pairs that receive notifications; rates in bytes a cycle, 8.16 fixed point"},
    RegisterInfo{"roce_rate_timers", 0x158, "rw",
                 "rate control: periods in cycles; 0: never"},
    RegisterInfo{"roce_rate_steps", 0x160, "rw",
                 "rate control: what a stage adds to the target rate, 8.16 bytes a cycle"},
    RegisterInfo{"roce_rate_bytes", 0x168, "rw",
                 "rate control: byte counter and bursts"},
    RegisterInfo{"plain_tx_base", 0x180, "rw",
                 "IOVA of the plain transmit ring (PlainDesc)"},
    RegisterInfo{"plain_rx_base", 0x188, "rw",
                 "IOVA of the plain receive ring (PlainDesc)"},
    RegisterInfo{"plain_cfg", 0x190, "rw",
                 "plain rings; writing it resets both"},
    RegisterInfo{"plain_tx_db", 0x198, "rw",
                 "producer of the plain transmit ring"},
    RegisterInfo{"plain_rx_db", 0x1A0, "rw",
                 "producer of the plain receive ring"},
    RegisterInfo{"debug_state", 0x1C0, "ro",
                 "states of the machines, for people"},
    RegisterInfo{"debug_busy", 0x1C8, "ro",
                 "busy_o of each block"},
    RegisterInfo{"gid0_hi", 0x200, "rw",
                 "GID 0, first 8 bytes on the wire, first byte in [63:56]"},
    RegisterInfo{"gid0_lo", 0x208, "rw",
                 "GID 0, last 8 bytes"},
    RegisterInfo{"gid1_hi", 0x210, "rw",
                 "GID 1, first 8 bytes on the wire, first byte in [63:56]"},
    RegisterInfo{"gid1_lo", 0x218, "rw",
                 "GID 1, last 8 bytes"},
    RegisterInfo{"gid2_hi", 0x220, "rw",
                 "GID 2, first 8 bytes on the wire, first byte in [63:56]"},
    RegisterInfo{"gid2_lo", 0x228, "rw",
                 "GID 2, last 8 bytes"},
    RegisterInfo{"gid3_hi", 0x230, "rw",
                 "GID 3, first 8 bytes on the wire, first byte in [63:56]"},
    RegisterInfo{"gid3_lo", 0x238, "rw",
                 "GID 3, last 8 bytes"},
    RegisterInfo{"gid4_hi", 0x240, "rw",
                 "GID 4, first 8 bytes on the wire, first byte in [63:56]"},
    RegisterInfo{"gid4_lo", 0x248, "rw",
                 "GID 4, last 8 bytes"},
    RegisterInfo{"gid5_hi", 0x250, "rw",
                 "GID 5, first 8 bytes on the wire, first byte in [63:56]"},
    RegisterInfo{"gid5_lo", 0x258, "rw",
                 "GID 5, last 8 bytes"},
    RegisterInfo{"gid6_hi", 0x260, "rw",
                 "GID 6, first 8 bytes on the wire, first byte in [63:56]"},
    RegisterInfo{"gid6_lo", 0x268, "rw",
                 "GID 6, last 8 bytes"},
    RegisterInfo{"gid7_hi", 0x270, "rw",
                 "GID 7, first 8 bytes on the wire, first byte in [63:56]"},
    RegisterInfo{"gid7_lo", 0x278, "rw",
                 "GID 7, last 8 bytes"},
};

/// Operation of a send work request.
enum class WqeOp : std::uint8_t {
  kWrite = 0x00,  // RDMA WRITE
  kWriteImm = 0x01,  // RDMA WRITE with immediate
  kSend = 0x02,  // SEND
  kSendImm = 0x03,  // SEND with immediate
  kSendInv = 0x04,  // SEND with invalidate
  kRead = 0x05,  // RDMA READ
  kCmpSwap = 0x06,  // atomic compare and swap, 8 bytes
  kFetchAdd = 0x07,  // atomic fetch and add, 8 bytes
};
/// Name of a WqeOp, or "?" for a value that is not listed.
constexpr std::string_view to_string(WqeOp value) noexcept {
  switch (value) {
    case WqeOp::kWrite:
      return "Write";
    case WqeOp::kWriteImm:
      return "WriteImm";
    case WqeOp::kSend:
      return "Send";
    case WqeOp::kSendImm:
      return "SendImm";
    case WqeOp::kSendInv:
      return "SendInv";
    case WqeOp::kRead:
      return "Read";
    case WqeOp::kCmpSwap:
      return "CmpSwap";
    case WqeOp::kFetchAdd:
      return "FetchAdd";
  }
  return "?";
}

/// What a completion reports.
enum class CqeOp : std::uint8_t {
  kSend = 0x00,  // a send work request that carried no RDMA
  kWrite = 0x01,  // RDMA WRITE
  kRead = 0x02,  // RDMA READ
  kCmpSwap = 0x03,  // compare and swap
  kFetchAdd = 0x04,  // fetch and add
  kRecv = 0x10,  // receive of a SEND
  kRecvWriteImm = 0x11,  // receive consumed by a WRITE with immediate
  kLoadStore = 0x20,  // load/store command pushed through a doorbell page
};
/// Name of a CqeOp, or "?" for a value that is not listed.
constexpr std::string_view to_string(CqeOp value) noexcept {
  switch (value) {
    case CqeOp::kSend:
      return "Send";
    case CqeOp::kWrite:
      return "Write";
    case CqeOp::kRead:
      return "Read";
    case CqeOp::kCmpSwap:
      return "CmpSwap";
    case CqeOp::kFetchAdd:
      return "FetchAdd";
    case CqeOp::kRecv:
      return "Recv";
    case CqeOp::kRecvWriteImm:
      return "RecvWriteImm";
    case CqeOp::kLoadStore:
      return "LoadStore";
  }
  return "?";
}

/// Status of a completion; the values are those of ibv_wc_status.
enum class WcStatus : std::uint8_t {
  kSuccess = 0x00,  // done
  kLocLenErr = 0x01,  // local length
  kLocQpOpErr = 0x02,  // bad descriptor
  kLocProtErr = 0x04,  // local key, bounds or permission
  kWrFlushErr = 0x05,  // flushed because the queue pair is in error
  kBadRespErr = 0x07,  // unexpected response
  kLocAccessErr = 0x08,  // local access
  kRemInvReqErr = 0x09,  // remote: invalid request
  kRemAccessErr = 0x0A,  // remote: access
  kRemOpErr = 0x0B,  // remote: operational
  kRetryExcErr = 0x0C,  // transport retries exhausted
  kRnrRetryExcErr = 0x0D,  // receiver-not-ready retries exhausted
  kFatalErr = 0x13,  // the device could not read or write host memory
  kGeneralErr = 0x15,  // load/store error; the load/store status is in vendor_err
};
/// Name of a WcStatus, or "?" for a value that is not listed.
constexpr std::string_view to_string(WcStatus value) noexcept {
  switch (value) {
    case WcStatus::kSuccess:
      return "Success";
    case WcStatus::kLocLenErr:
      return "LocLenErr";
    case WcStatus::kLocQpOpErr:
      return "LocQpOpErr";
    case WcStatus::kLocProtErr:
      return "LocProtErr";
    case WcStatus::kWrFlushErr:
      return "WrFlushErr";
    case WcStatus::kBadRespErr:
      return "BadRespErr";
    case WcStatus::kLocAccessErr:
      return "LocAccessErr";
    case WcStatus::kRemInvReqErr:
      return "RemInvReqErr";
    case WcStatus::kRemAccessErr:
      return "RemAccessErr";
    case WcStatus::kRemOpErr:
      return "RemOpErr";
    case WcStatus::kRetryExcErr:
      return "RetryExcErr";
    case WcStatus::kRnrRetryExcErr:
      return "RnrRetryExcErr";
    case WcStatus::kFatalErr:
      return "FatalErr";
    case WcStatus::kGeneralErr:
      return "GeneralErr";
  }
  return "?";
}

/// Kind of an event.
enum class EqeType : std::uint8_t {
  kCompletion = 0x00,  // an armed completion queue got an entry; id: completion queue
  kAdmin = 0x01,  // an admin command completed
  kCqOverflow = 0x02,  // id: completion queue; an entry was lost and the queue is in error (IBV_EVENT_CQ_ERR)
  kQpFatal = 0x03,  // id: queue pair went to ERR; syndrome: WcStatus
  kQpCommEst = 0x04,  // id: queue pair in RTR got its first packet
  kQpSqDrained = 0x05,  // id: queue pair
  kQpLastWqe = 0x06,  // id: queue pair on a shared receive queue that went to ERR; the request that it held has completed (IBV_EVENT_QP_LAST_WQE_REACHED)
  kSrqLimit = 0x07,  // id: shared receive queue with fewer requests than its limit (IBV_EVENT_SRQ_LIMIT_REACHED)
  kLsPeerDown = 0x08,  // id: peer; retransmissions exhausted
  kLsPeerUp = 0x09,  // id: peer; epochs exchanged
  kLsStoreError = 0x0A,  // id: peer; a posted store failed; syndrome: load/store status
  kPlainRx = 0x0B,  // the plain receive ring got frames
  kPlainTx = 0x0C,  // the plain transmit ring drained
  kBadDoorbell = 0x0D,  // id: user context; a doorbell named a foreign or absent object
  kDmaError = 0x0E,  // host memory answered with an error
  kLsLoadError = 0x0F,  // id: peer; an aperture load failed; syndrome: load/store status
};
/// Name of a EqeType, or "?" for a value that is not listed.
constexpr std::string_view to_string(EqeType value) noexcept {
  switch (value) {
    case EqeType::kCompletion:
      return "Completion";
    case EqeType::kAdmin:
      return "Admin";
    case EqeType::kCqOverflow:
      return "CqOverflow";
    case EqeType::kQpFatal:
      return "QpFatal";
    case EqeType::kQpCommEst:
      return "QpCommEst";
    case EqeType::kQpSqDrained:
      return "QpSqDrained";
    case EqeType::kQpLastWqe:
      return "QpLastWqe";
    case EqeType::kSrqLimit:
      return "SrqLimit";
    case EqeType::kLsPeerDown:
      return "LsPeerDown";
    case EqeType::kLsPeerUp:
      return "LsPeerUp";
    case EqeType::kLsStoreError:
      return "LsStoreError";
    case EqeType::kPlainRx:
      return "PlainRx";
    case EqeType::kPlainTx:
      return "PlainTx";
    case EqeType::kBadDoorbell:
      return "BadDoorbell";
    case EqeType::kDmaError:
      return "DmaError";
    case EqeType::kLsLoadError:
      return "LsLoadError";
  }
  return "?";
}

/// What an admin command does to an object.
enum class AdminVerb : std::uint8_t {
  kNop = 0x00,  // complete at once
  kCreate = 0x01,  // bring an object to life; fails if it exists
  kModify = 0x02,  // change the fields that `mask` names
  kQuery = 0x03,  // return the object's fields
  kDestroy = 0x04,  // end an object; completes when the device holds nothing of it any more
};
/// Name of a AdminVerb, or "?" for a value that is not listed.
constexpr std::string_view to_string(AdminVerb value) noexcept {
  switch (value) {
    case AdminVerb::kNop:
      return "Nop";
    case AdminVerb::kCreate:
      return "Create";
    case AdminVerb::kModify:
      return "Modify";
    case AdminVerb::kQuery:
      return "Query";
    case AdminVerb::kDestroy:
      return "Destroy";
  }
  return "?";
}

/// Kinds of objects.
enum class ObjKind : std::uint8_t {
  kEq = 0x01,  // event queue (ObjEq)
  kCq = 0x02,  // completion queue (ObjCq)
  kMr = 0x03,  // memory region (ObjMr)
  kMtt = 0x04,  // page-table entries: CREATE copies a list from host memory (ObjMtt)
  kQpQueues = 0x05,  // queue pair: CREATE/DESTROY, rings (ObjQpQueues)
  kQpPath = 0x06,  // queue pair: address vector (ObjQpPath), MODIFY
  kQp = 0x07,  // queue pair: state and transport attributes (ObjQp), MODIFY/QUERY
  kPeer = 0x08,  // load/store peer (ObjPeer)
  kWindow = 0x09,  // aperture page (ObjWindow)
  kSegment = 0x0A,  // exported segment (ObjSegment)
  kSrq = 0x0B,  // shared receive queue (ObjSrq); as many as queue pairs
};
/// Name of a ObjKind, or "?" for a value that is not listed.
constexpr std::string_view to_string(ObjKind value) noexcept {
  switch (value) {
    case ObjKind::kEq:
      return "Eq";
    case ObjKind::kCq:
      return "Cq";
    case ObjKind::kMr:
      return "Mr";
    case ObjKind::kMtt:
      return "Mtt";
    case ObjKind::kQpQueues:
      return "QpQueues";
    case ObjKind::kQpPath:
      return "QpPath";
    case ObjKind::kQp:
      return "Qp";
    case ObjKind::kPeer:
      return "Peer";
    case ObjKind::kWindow:
      return "Window";
    case ObjKind::kSegment:
      return "Segment";
    case ObjKind::kSrq:
      return "Srq";
  }
  return "?";
}

/// Result of an admin command.
enum class AdminStatus : std::uint8_t {
  kOk = 0x00,  // done
  kBadVerb = 0x01,  // verb or kind does not exist
  kBadIndex = 0x02,  // index beyond the table
  kBadState = 0x03,  // object exists, does not exist, or transition not allowed
  kBadParam = 0x04,  // a field is out of range
  kBusy = 0x05,  // object still in use, or holds more than the change leaves room for
  kDmaError = 0x06,  // host memory answered with an error
};
/// Name of a AdminStatus, or "?" for a value that is not listed.
constexpr std::string_view to_string(AdminStatus value) noexcept {
  switch (value) {
    case AdminStatus::kOk:
      return "Ok";
    case AdminStatus::kBadVerb:
      return "BadVerb";
    case AdminStatus::kBadIndex:
      return "BadIndex";
    case AdminStatus::kBadState:
      return "BadState";
    case AdminStatus::kBadParam:
      return "BadParam";
    case AdminStatus::kBusy:
      return "Busy";
    case AdminStatus::kDmaError:
      return "DmaError";
  }
  return "?";
}

/// Transport of a queue pair.
enum class QpType : std::uint8_t {
  kRc = 0x00,  // reliable connection
  kUc = 0x01,  // unreliable connection
  kUd = 0x02,  // unreliable datagram
};
/// Name of a QpType, or "?" for a value that is not listed.
constexpr std::string_view to_string(QpType value) noexcept {
  switch (value) {
    case QpType::kRc:
      return "Rc";
    case QpType::kUc:
      return "Uc";
    case QpType::kUd:
      return "Ud";
  }
  return "?";
}

/// State of a queue pair; the values are those of ibv_qp_state.
enum class QpState : std::uint8_t {
  kReset = 0x00,  // nothing is sent or received
  kInit = 0x01,  // receive requests may be posted
  kRtr = 0x02,  // receives
  kRts = 0x03,  // receives and sends
  kSqd = 0x04,  // send queue drained
  kSqe = 0x05,  // send queue in error
  kErr = 0x06,  // everything is flushed
};
/// Name of a QpState, or "?" for a value that is not listed.
constexpr std::string_view to_string(QpState value) noexcept {
  switch (value) {
    case QpState::kReset:
      return "Reset";
    case QpState::kInit:
      return "Init";
    case QpState::kRtr:
      return "Rtr";
    case QpState::kRts:
      return "Rts";
    case QpState::kSqd:
      return "Sqd";
    case QpState::kSqe:
      return "Sqe";
    case QpState::kErr:
      return "Err";
  }
  return "?";
}

/// State of a load/store peer.
enum class LsPeerState : std::uint8_t {
  kConnecting = 0x00,  // HELLO is being sent
  kUp = 0x01,  // epochs are exchanged
  kDown = 0x02,  // retries exhausted; HELLO is sent at a low rate
};
/// Name of a LsPeerState, or "?" for a value that is not listed.
constexpr std::string_view to_string(LsPeerState value) noexcept {
  switch (value) {
    case LsPeerState::kConnecting:
      return "Connecting";
    case LsPeerState::kUp:
      return "Up";
    case LsPeerState::kDown:
      return "Down";
  }
  return "?";
}

/// Kind of a Load/Store frame.
enum class LsFrameOp : std::uint8_t {
  kData = 0x00,  // commands
  kAck = 0x01,  // acknowledgement only
  kNack = 0x02,  // go back to ack_psn + 1
  kControl = 0x03,  // HELLO and HELLO_ACK: psn 0 is HELLO, psn 1 is HELLO_ACK; ack_psn echoes the peer's epoch
};
/// Name of a LsFrameOp, or "?" for a value that is not listed.
constexpr std::string_view to_string(LsFrameOp value) noexcept {
  switch (value) {
    case LsFrameOp::kData:
      return "Data";
    case LsFrameOp::kAck:
      return "Ack";
    case LsFrameOp::kNack:
      return "Nack";
    case LsFrameOp::kControl:
      return "Control";
  }
  return "?";
}

/// Opcodes of Load/Store commands (EthLink section 3).
enum class LsOp : std::uint8_t {
  kLoad = 0x01,  // read
  kStore = 0x02,  // write, answered when visible
  kStorePosted = 0x03,  // write without answer
  kStoreMasked = 0x04,  // write of chosen bytes
  kStoreNotify = 0x05,  // write, then add to a signal word
  kAtomicFadd = 0x10,  // fetch and add
  kAtomicSwap = 0x11,  // swap
  kAtomicCas = 0x12,  // compare and swap
  kAtomicAnd = 0x13,  // and
  kAtomicOr = 0x14,  // or
  kAtomicXor = 0x15,  // exclusive or
  kAtomicMin = 0x16,  // minimum, signed
  kAtomicMax = 0x17,  // maximum, signed
  kFence = 0x20,  // answered when all earlier stores are visible
  kLoadResp = 0x81,  // data of a LOAD
  kStoreResp = 0x82,  // a STORE, STORE_MASKED, STORE_NOTIFY or FENCE is visible
  kAtomicResp = 0x90,  // old value
  kErrorResp = 0xFE,  // the request failed
};
/// Name of a LsOp, or "?" for a value that is not listed.
constexpr std::string_view to_string(LsOp value) noexcept {
  switch (value) {
    case LsOp::kLoad:
      return "Load";
    case LsOp::kStore:
      return "Store";
    case LsOp::kStorePosted:
      return "StorePosted";
    case LsOp::kStoreMasked:
      return "StoreMasked";
    case LsOp::kStoreNotify:
      return "StoreNotify";
    case LsOp::kAtomicFadd:
      return "AtomicFadd";
    case LsOp::kAtomicSwap:
      return "AtomicSwap";
    case LsOp::kAtomicCas:
      return "AtomicCas";
    case LsOp::kAtomicAnd:
      return "AtomicAnd";
    case LsOp::kAtomicOr:
      return "AtomicOr";
    case LsOp::kAtomicXor:
      return "AtomicXor";
    case LsOp::kAtomicMin:
      return "AtomicMin";
    case LsOp::kAtomicMax:
      return "AtomicMax";
    case LsOp::kFence:
      return "Fence";
    case LsOp::kLoadResp:
      return "LoadResp";
    case LsOp::kStoreResp:
      return "StoreResp";
    case LsOp::kAtomicResp:
      return "AtomicResp";
    case LsOp::kErrorResp:
      return "ErrorResp";
  }
  return "?";
}

/// Status of a Load/Store response.
enum class LsStatus : std::uint8_t {
  kOk = 0x00,  // done
  kDenied = 0x01,  // key or partition
  kRange = 0x02,  // address out of range
  kFault = 0x03,  // translation fault or memory error
  kPoison = 0x04,  // poisoned data
  kUnsupported = 0x05,  // opcode
  kLength = 0x06,  // length
  kPeerDown = 0x07,  // peer down or timeout (made locally)
  kUnaligned = 0x08,  // address not aligned
};
/// Name of a LsStatus, or "?" for a value that is not listed.
constexpr std::string_view to_string(LsStatus value) noexcept {
  switch (value) {
    case LsStatus::kOk:
      return "Ok";
    case LsStatus::kDenied:
      return "Denied";
    case LsStatus::kRange:
      return "Range";
    case LsStatus::kFault:
      return "Fault";
    case LsStatus::kPoison:
      return "Poison";
    case LsStatus::kUnsupported:
      return "Unsupported";
    case LsStatus::kLength:
      return "Length";
    case LsStatus::kPeerDown:
      return "PeerDown";
    case LsStatus::kUnaligned:
      return "Unaligned";
  }
  return "?";
}

/// BTH opcodes that this endpoint sends or answers.
enum class RoceOp : std::uint8_t {
  kSendFirst = 0x00,  // RC
  kSendMiddle = 0x01,  // RC
  kSendLast = 0x02,  // RC
  kSendLastImm = 0x03,  // RC
  kSendOnly = 0x04,  // RC
  kSendOnlyImm = 0x05,  // RC
  kWriteFirst = 0x06,  // RC
  kWriteMiddle = 0x07,  // RC
  kWriteLast = 0x08,  // RC
  kWriteLastImm = 0x09,  // RC
  kWriteOnly = 0x0A,  // RC
  kWriteOnlyImm = 0x0B,  // RC
  kReadRequest = 0x0C,  // RC
  kReadRespFirst = 0x0D,  // RC
  kReadRespMiddle = 0x0E,  // RC
  kReadRespLast = 0x0F,  // RC
  kReadRespOnly = 0x10,  // RC
  kAcknowledge = 0x11,  // RC
  kAtomicAck = 0x12,  // RC
  kCmpSwap = 0x13,  // RC
  kFetchAdd = 0x14,  // RC
  kSendLastInv = 0x16,  // RC
  kSendOnlyInv = 0x17,  // RC
  kCnp = 0x81,  // congestion notification
};
/// Name of a RoceOp, or "?" for a value that is not listed.
constexpr std::string_view to_string(RoceOp value) noexcept {
  switch (value) {
    case RoceOp::kSendFirst:
      return "SendFirst";
    case RoceOp::kSendMiddle:
      return "SendMiddle";
    case RoceOp::kSendLast:
      return "SendLast";
    case RoceOp::kSendLastImm:
      return "SendLastImm";
    case RoceOp::kSendOnly:
      return "SendOnly";
    case RoceOp::kSendOnlyImm:
      return "SendOnlyImm";
    case RoceOp::kWriteFirst:
      return "WriteFirst";
    case RoceOp::kWriteMiddle:
      return "WriteMiddle";
    case RoceOp::kWriteLast:
      return "WriteLast";
    case RoceOp::kWriteLastImm:
      return "WriteLastImm";
    case RoceOp::kWriteOnly:
      return "WriteOnly";
    case RoceOp::kWriteOnlyImm:
      return "WriteOnlyImm";
    case RoceOp::kReadRequest:
      return "ReadRequest";
    case RoceOp::kReadRespFirst:
      return "ReadRespFirst";
    case RoceOp::kReadRespMiddle:
      return "ReadRespMiddle";
    case RoceOp::kReadRespLast:
      return "ReadRespLast";
    case RoceOp::kReadRespOnly:
      return "ReadRespOnly";
    case RoceOp::kAcknowledge:
      return "Acknowledge";
    case RoceOp::kAtomicAck:
      return "AtomicAck";
    case RoceOp::kCmpSwap:
      return "CmpSwap";
    case RoceOp::kFetchAdd:
      return "FetchAdd";
    case RoceOp::kSendLastInv:
      return "SendLastInv";
    case RoceOp::kSendOnlyInv:
      return "SendOnlyInv";
    case RoceOp::kCnp:
      return "Cnp";
  }
  return "?";
}

/// Syndromes of AETH.
enum class AethSyndrome : std::uint8_t {
  kAck = 0x1F,  // ACK, no credit limit
  kRnr = 0x20,  // RNR NAK, timer code in the low five bits
  kNakSequence = 0x60,  // PSN sequence error
  kNakInvalidRequest = 0x61,  // invalid request
  kNakRemoteAccess = 0x62,  // remote access error
  kNakRemoteOperational = 0x63,  // remote operational error
};
/// Name of a AethSyndrome, or "?" for a value that is not listed.
constexpr std::string_view to_string(AethSyndrome value) noexcept {
  switch (value) {
    case AethSyndrome::kAck:
      return "Ack";
    case AethSyndrome::kRnr:
      return "Rnr";
    case AethSyndrome::kNakSequence:
      return "NakSequence";
    case AethSyndrome::kNakInvalidRequest:
      return "NakInvalidRequest";
    case AethSyndrome::kNakRemoteAccess:
      return "NakRemoteAccess";
    case AethSyndrome::kNakRemoteOperational:
      return "NakRemoteOperational";
  }
  return "?";
}

// Flags of a send work request.
inline constexpr std::uint32_t kWqeFlagSignaled = 1U << 0;  // write a completion
inline constexpr std::uint32_t kWqeFlagSolicited = 1U << 1;  // set the solicited-event bit on the last packet
inline constexpr std::uint32_t kWqeFlagFence = 1U << 2;  // wait for earlier READs and atomics
inline constexpr std::uint32_t kWqeFlagInline = 1U << 3;  // the payload follows in the descriptor from byte 64 on

// Flags of a completion.
inline constexpr std::uint32_t kCqeFlagImm = 1U << 0;  // imm holds immediate data
inline constexpr std::uint32_t kCqeFlagInv = 1U << 1;  // imm holds the invalidated key
inline constexpr std::uint32_t kCqeFlagGrh = 1U << 2;  // a 40-byte GRH area precedes the data
inline constexpr std::uint32_t kCqeFlagSolicited = 1U << 3;  // the message carried the solicited-event bit

// Fields of ObjCq that a MODIFY changes.
inline constexpr std::uint32_t kCqMaskRing = 1U << 0;  // base, log_size

// Permissions of a memory region, a queue pair, a window or a segment.
inline constexpr std::uint32_t kAccessLocalWrite = 1U << 0;  // local write
inline constexpr std::uint32_t kAccessRemoteWrite = 1U << 1;  // remote write (stores)
inline constexpr std::uint32_t kAccessRemoteRead = 1U << 2;  // remote read (loads)
inline constexpr std::uint32_t kAccessRemoteAtomic = 1U << 3;  // remote atomics

// Fields of ObjSrq that a MODIFY changes.
inline constexpr std::uint32_t kSrqMaskLimit = 1U << 0;  // limit

// Fields of ObjQp that a MODIFY changes.
inline constexpr std::uint32_t kQpMaskState = 1U << 0;  // state
inline constexpr std::uint32_t kQpMaskAccess = 1U << 1;  // access
inline constexpr std::uint32_t kQpMaskMtu = 1U << 2;  // mtu
inline constexpr std::uint32_t kQpMaskDestQpn = 1U << 3;  // dest_qpn
inline constexpr std::uint32_t kQpMaskSqPsn = 1U << 4;  // sq_psn
inline constexpr std::uint32_t kQpMaskRqPsn = 1U << 5;  // rq_psn
inline constexpr std::uint32_t kQpMaskTimeout = 1U << 6;  // timeout
inline constexpr std::uint32_t kQpMaskRetryCnt = 1U << 7;  // retry_cnt
inline constexpr std::uint32_t kQpMaskRnrRetry = 1U << 8;  // rnr_retry
inline constexpr std::uint32_t kQpMaskMinRnrTimer = 1U << 9;  // min_rnr_timer
inline constexpr std::uint32_t kQpMaskPkey = 1U << 10;  // pkey
inline constexpr std::uint32_t kQpMaskMaxRdAtomic = 1U << 11;  // max_rd_atomic
inline constexpr std::uint32_t kQpMaskMaxDestRdAtomic = 1U << 12;  // max_dest_rd_atomic

/// One scatter/gather element.
struct Sge {
  std::uint64_t addr = 0;  // virtual address inside the memory region
  std::uint32_t length = 0;  // bytes; 0 is an element of no bytes
  std::uint32_t lkey = 0;  // local key
};
static_assert(sizeof(Sge) == 16);
static_assert(offsetof(Sge, addr) == 0);
static_assert(offsetof(Sge, length) == 8);
static_assert(offsetof(Sge, lkey) == 12);

/// First unit (64 B) of a send work request; further elements or inline data follow in further units.
struct SqWqe {
  std::uint8_t opcode = 0;  // WqeOp
  std::uint8_t flags = 0;  // WqeFlag
  std::uint8_t num_sge = 0;  // scatter/gather elements: 2 in this unit, 4 in each further one
  std::uint8_t num_units = 0;  // 64-byte units of this request, 1..5
  std::uint16_t wqe_index = 0;  // ring position of this unit, in units, modulo 2^16; a mismatch is a bad descriptor
  std::uint16_t ah = 0;  // UD: address handle
  std::uint64_t remote_addr = 0;  // WRITE, READ, atomics: remote virtual address
  std::uint32_t rkey = 0;  // remote key; SEND with invalidate: key to invalidate
  std::uint32_t imm = 0;  // immediate data, as the bytes appear on the wire
  std::uint32_t length = 0;  // bytes of the message: sum of the elements, or inline bytes (at most 256)
  std::uint32_t qpn = 0;  // own queue pair (24 bits); a mismatch is a bad descriptor
  std::uint64_t sge0_addr = 0;  // element 0
  std::uint32_t sge0_length = 0;  // element 0
  std::uint32_t sge0_lkey = 0;  // element 0
  std::uint64_t sge1_addr = 0;  // element 1; atomics: swap or add operand
  std::uint32_t sge1_length = 0;  // element 1; atomics: low half of the compare operand
  std::uint32_t sge1_lkey = 0;  // element 1; atomics: high half of the compare operand
};
static_assert(sizeof(SqWqe) == 64);
static_assert(offsetof(SqWqe, opcode) == 0);
static_assert(offsetof(SqWqe, flags) == 1);
static_assert(offsetof(SqWqe, num_sge) == 2);
static_assert(offsetof(SqWqe, num_units) == 3);
static_assert(offsetof(SqWqe, wqe_index) == 4);
static_assert(offsetof(SqWqe, ah) == 6);
static_assert(offsetof(SqWqe, remote_addr) == 8);
static_assert(offsetof(SqWqe, rkey) == 16);
static_assert(offsetof(SqWqe, imm) == 20);
static_assert(offsetof(SqWqe, length) == 24);
static_assert(offsetof(SqWqe, qpn) == 28);
static_assert(offsetof(SqWqe, sge0_addr) == 32);
static_assert(offsetof(SqWqe, sge0_length) == 40);
static_assert(offsetof(SqWqe, sge0_lkey) == 44);
static_assert(offsetof(SqWqe, sge1_addr) == 48);
static_assert(offsetof(SqWqe, sge1_length) == 56);
static_assert(offsetof(SqWqe, sge1_lkey) == 60);

/// First unit of a receive work request; four further elements follow in each further unit of the stride.
struct RqWqe {
  std::uint8_t num_sge = 0;  // elements: 3 in this unit, 4 in each further one
  std::uint8_t reserved0 = 0;  // zero
  std::uint16_t wqe_index = 0;  // number of this request modulo 2^16
  std::uint32_t reserved1 = 0;  // zero
  std::uint64_t reserved2 = 0;  // zero
  std::uint64_t sge0_addr = 0;  // element 0
  std::uint32_t sge0_length = 0;  // element 0
  std::uint32_t sge0_lkey = 0;  // element 0
  std::uint64_t sge1_addr = 0;  // element 1
  std::uint32_t sge1_length = 0;  // element 1
  std::uint32_t sge1_lkey = 0;  // element 1
  std::uint64_t sge2_addr = 0;  // element 2
  std::uint32_t sge2_length = 0;  // element 2
  std::uint32_t sge2_lkey = 0;  // element 2
};
static_assert(sizeof(RqWqe) == 64);
static_assert(offsetof(RqWqe, num_sge) == 0);
static_assert(offsetof(RqWqe, reserved0) == 1);
static_assert(offsetof(RqWqe, wqe_index) == 2);
static_assert(offsetof(RqWqe, reserved1) == 4);
static_assert(offsetof(RqWqe, reserved2) == 8);
static_assert(offsetof(RqWqe, sge0_addr) == 16);
static_assert(offsetof(RqWqe, sge0_length) == 24);
static_assert(offsetof(RqWqe, sge0_lkey) == 28);
static_assert(offsetof(RqWqe, sge1_addr) == 32);
static_assert(offsetof(RqWqe, sge1_length) == 40);
static_assert(offsetof(RqWqe, sge1_lkey) == 44);
static_assert(offsetof(RqWqe, sge2_addr) == 48);
static_assert(offsetof(RqWqe, sge2_length) == 56);
static_assert(offsetof(RqWqe, sge2_lkey) == 60);

/// One completion. The host owns entry i when phase == ((lap of i) & 1) ^ 1: the first lap is written with phase 1.
struct Cqe {
  std::uint32_t qpn = 0;  // queue pair (24 bits), or user context of a load/store command
  std::uint16_t wqe_index = 0;  // wqe_index of the request; cookie of a load/store command
  std::uint8_t status = 0;  // WcStatus
  std::uint8_t opcode = 0;  // CqeOp
  std::uint32_t byte_len = 0;  // bytes received or read
  std::uint32_t imm = 0;  // immediate data as on the wire, or invalidated key
  std::uint64_t data = 0;  // old value of an atomic; source queue pair of a datagram
  std::uint32_t timestamp = 0;  // low 32 bits of the device's time, in cycles
  std::uint8_t vendor_err = 0;  // NAK syndrome or load/store status
  std::uint8_t reserved0 = 0;  // zero
  std::uint8_t flags = 0;  // CqeFlag
  std::uint8_t phase = 0;  // bit 0: phase
};
static_assert(sizeof(Cqe) == 32);
static_assert(offsetof(Cqe, qpn) == 0);
static_assert(offsetof(Cqe, wqe_index) == 4);
static_assert(offsetof(Cqe, status) == 6);
static_assert(offsetof(Cqe, opcode) == 7);
static_assert(offsetof(Cqe, byte_len) == 8);
static_assert(offsetof(Cqe, imm) == 12);
static_assert(offsetof(Cqe, data) == 16);
static_assert(offsetof(Cqe, timestamp) == 24);
static_assert(offsetof(Cqe, vendor_err) == 28);
static_assert(offsetof(Cqe, reserved0) == 29);
static_assert(offsetof(Cqe, flags) == 30);
static_assert(offsetof(Cqe, phase) == 31);

/// One event; phase as in Cqe.
struct Eqe {
  std::uint8_t event_type = 0;  // EqeType
  std::uint8_t syndrome = 0;  // depends on the type
  std::uint16_t reserved0 = 0;  // zero
  std::uint32_t id = 0;  // object that the event is about
  std::uint32_t timestamp = 0;  // low 32 bits of the device's time, in cycles
  std::uint16_t reserved1 = 0;  // zero
  std::uint8_t reserved2 = 0;  // zero
  std::uint8_t phase = 0;  // bit 0: phase
};
static_assert(sizeof(Eqe) == 16);
static_assert(offsetof(Eqe, event_type) == 0);
static_assert(offsetof(Eqe, syndrome) == 1);
static_assert(offsetof(Eqe, reserved0) == 2);
static_assert(offsetof(Eqe, id) == 4);
static_assert(offsetof(Eqe, timestamp) == 8);
static_assert(offsetof(Eqe, reserved1) == 12);
static_assert(offsetof(Eqe, reserved2) == 14);
static_assert(offsetof(Eqe, phase) == 15);

/// Load/store command pushed through a doorbell page; data of more than 0 bytes follows in further units (64 B each).
struct LsCmd {
  std::uint8_t opcode = 0;  // LsOp: LOAD is not allowed here
  std::uint8_t num_units = 0;  // 64-byte units of this command, 1..5
  std::uint16_t cookie = 0;  // returned in Cqe.wqe_index
  std::uint16_t length = 0;  // data bytes: atomics 4 or 8, stores 4..256, FENCE 0
  std::uint16_t cqn = 0;  // completion queue; 0xffff: no completion
  std::uint64_t addr = 0;  // aperture address (byte offset in BAR2)
  std::uint64_t operand0 = 0;  // atomics: operand, CAS: compare; STORE_NOTIFY: value to add
  std::uint64_t operand1 = 0;  // CAS: swap; STORE_NOTIFY: aperture address of the signal word, same window
  std::array<std::uint8_t, 32> mask{};  // STORE_MASKED: bit 7 of byte 0 is the first data byte
};
static_assert(sizeof(LsCmd) == 64);
static_assert(offsetof(LsCmd, opcode) == 0);
static_assert(offsetof(LsCmd, num_units) == 1);
static_assert(offsetof(LsCmd, cookie) == 2);
static_assert(offsetof(LsCmd, length) == 4);
static_assert(offsetof(LsCmd, cqn) == 6);
static_assert(offsetof(LsCmd, addr) == 8);
static_assert(offsetof(LsCmd, operand0) == 16);
static_assert(offsetof(LsCmd, operand1) == 24);
static_assert(offsetof(LsCmd, mask) == 32);

/// Descriptor of the plain-frame rings. The device writes it back with `done` set.
struct PlainDesc {
  std::uint64_t addr = 0;  // buffer (IOVA)
  std::uint16_t length = 0;  // transmit: bytes of the frame without FCS; receive: size of the buffer
  std::uint16_t used = 0;  // receive: bytes of the frame (written back)
  std::uint8_t status = 0;  // 0: sent or received whole; 1: cut or not sent
  std::uint8_t reserved0 = 0;  // zero
  std::uint8_t reserved1 = 0;  // zero
  std::uint8_t phase = 0;  // bit 0: written back in this lap (as Cqe)
};
static_assert(sizeof(PlainDesc) == 16);
static_assert(offsetof(PlainDesc, addr) == 0);
static_assert(offsetof(PlainDesc, length) == 8);
static_assert(offsetof(PlainDesc, used) == 10);
static_assert(offsetof(PlainDesc, status) == 12);
static_assert(offsetof(PlainDesc, reserved0) == 13);
static_assert(offsetof(PlainDesc, reserved1) == 14);
static_assert(offsetof(PlainDesc, phase) == 15);

/// One admin command; the object's fields follow from byte 16.
struct AdminCmd {
  std::uint8_t verb = 0;  // AdminVerb
  std::uint8_t kind = 0;  // ObjKind
  std::uint16_t cookie = 0;  // returned in the completion
  std::uint32_t index = 0;  // number of the object (24 bits)
  std::uint32_t mask = 0;  // MODIFY: fields that change
  std::uint32_t reserved0 = 0;  // zero
  std::array<std::uint8_t, 48> data{};  // object fields
};
static_assert(sizeof(AdminCmd) == 64);
static_assert(offsetof(AdminCmd, verb) == 0);
static_assert(offsetof(AdminCmd, kind) == 1);
static_assert(offsetof(AdminCmd, cookie) == 2);
static_assert(offsetof(AdminCmd, index) == 4);
static_assert(offsetof(AdminCmd, mask) == 8);
static_assert(offsetof(AdminCmd, reserved0) == 12);
static_assert(offsetof(AdminCmd, data) == 16);

/// Completion of an admin command; phase as in Cqe.
struct AdminCpl {
  std::uint16_t cookie = 0;  // of the command
  std::uint8_t status = 0;  // AdminStatus
  std::uint8_t phase = 0;  // bit 0: phase
  std::uint32_t index = 0;  // of the command
  std::uint64_t reserved0 = 0;  // zero
  std::array<std::uint8_t, 48> data{};  // object fields (QUERY)
};
static_assert(sizeof(AdminCpl) == 64);
static_assert(offsetof(AdminCpl, cookie) == 0);
static_assert(offsetof(AdminCpl, status) == 2);
static_assert(offsetof(AdminCpl, phase) == 3);
static_assert(offsetof(AdminCpl, index) == 4);
static_assert(offsetof(AdminCpl, reserved0) == 8);
static_assert(offsetof(AdminCpl, data) == 16);

/// Event queue: ring of 2^log_size Eqe.
struct ObjEq {
  std::uint64_t base = 0;  // IOVA, 64-byte aligned
  std::uint8_t log_size = 0;  // 2..16
  std::uint8_t irq = 0;  // 1: send the MSI-X message of the vector with the queue's number
  std::array<std::uint8_t, 38> pad0{};
};
static_assert(sizeof(ObjEq) == 48);
static_assert(offsetof(ObjEq, base) == 0);
static_assert(offsetof(ObjEq, log_size) == 8);
static_assert(offsetof(ObjEq, irq) == 9);

/// Completion queue: ring of 2^log_size Cqe. MODIFY gives it another ring and answers as QUERY does.
struct ObjCq {
  std::uint64_t base = 0;  // IOVA, 64-byte aligned
  std::uint8_t log_size = 0;  // 0..16
  std::uint8_t eqn = 0;  // event queue
  std::uint16_t ctx = 0;  // user context that may ring its doorbell
  std::uint32_t producer = 0;  // QUERY: entries written, modulo 2^32
  std::uint32_t consumer = 0;  // QUERY: entries consumed, modulo 2^32
  std::uint8_t error = 0;  // QUERY: 1: an entry was lost, nothing is written any more
  std::array<std::uint8_t, 27> pad0{};
};
static_assert(sizeof(ObjCq) == 48);
static_assert(offsetof(ObjCq, base) == 0);
static_assert(offsetof(ObjCq, log_size) == 8);
static_assert(offsetof(ObjCq, eqn) == 9);
static_assert(offsetof(ObjCq, ctx) == 10);
static_assert(offsetof(ObjCq, producer) == 12);
static_assert(offsetof(ObjCq, consumer) == 16);
static_assert(offsetof(ObjCq, error) == 20);

/// Memory region; its index is key >> 8.
struct ObjMr {
  std::uint64_t va = 0;  // virtual address of the first byte
  std::uint64_t length = 0;  // bytes, at least 1; va + length does not wrap 2^64
  std::uint64_t iova = 0;  // page_shift 0: IOVA of the first byte of one contiguous range
  std::uint32_t pd = 0;  // protection domain
  std::uint32_t mtt_base = 0;  // page_shift > 0: first page-table entry
  std::uint8_t key = 0;  // variant part of the key (low 8 bits)
  std::uint8_t access = 0;  // Access
  std::uint8_t page_shift = 0;  // 0: contiguous; else 12..30; entry 0 holds the page of va
  std::array<std::uint8_t, 13> pad0{};
};
static_assert(sizeof(ObjMr) == 48);
static_assert(offsetof(ObjMr, va) == 0);
static_assert(offsetof(ObjMr, length) == 8);
static_assert(offsetof(ObjMr, iova) == 16);
static_assert(offsetof(ObjMr, pd) == 24);
static_assert(offsetof(ObjMr, mtt_base) == 28);
static_assert(offsetof(ObjMr, key) == 32);
static_assert(offsetof(ObjMr, access) == 33);
static_assert(offsetof(ObjMr, page_shift) == 34);

/// Copies `count` page addresses (8 bytes each) from `list_iova` into the page table from `index` on.
struct ObjMtt {
  std::uint64_t list_iova = 0;  // IOVA of the list, 64-byte aligned
  std::uint32_t count = 0;  // entries
  std::array<std::uint8_t, 36> pad0{};
};
static_assert(sizeof(ObjMtt) == 48);
static_assert(offsetof(ObjMtt, list_iova) == 0);
static_assert(offsetof(ObjMtt, count) == 8);

/// Rings of a queue pair. CREATE leaves the queue pair in RESET.
struct ObjQpQueues {
  std::uint64_t sq_base = 0;  // IOVA of the send ring, 64-byte aligned, contiguous
  std::uint64_t rq_base = 0;  // IOVA of the receive ring, 64-byte aligned, contiguous
  std::uint8_t sq_log_units = 0;  // 2^n units of 64 B, 0..15
  std::uint8_t rq_log_size = 0;  // 2^n receive requests, 0..15
  std::uint8_t rq_log_stride = 0;  // 2^n units of 64 B a receive request, 0..2
  std::uint8_t qp_type = 0;  // QpType
  std::uint32_t pd = 0;  // protection domain
  std::uint16_t send_cq = 0;  // completion queue
  std::uint16_t recv_cq = 0;  // completion queue
  std::uint16_t ctx = 0;  // user context that may ring its doorbells
  std::uint8_t eqn = 0;  // event queue of asynchronous events
  std::uint8_t sq_sig_all = 0;  // 1: every send request is signaled
  std::array<std::uint8_t, 8> pad0{};
  std::uint8_t srq_en = 0;  // 1: receive requests come from the shared receive queue srqn, and rq_* are not used
  std::array<std::uint8_t, 3> pad1{};
  std::uint32_t srqn = 0;  // shared receive queue
};
static_assert(sizeof(ObjQpQueues) == 48);
static_assert(offsetof(ObjQpQueues, sq_base) == 0);
static_assert(offsetof(ObjQpQueues, rq_base) == 8);
static_assert(offsetof(ObjQpQueues, sq_log_units) == 16);
static_assert(offsetof(ObjQpQueues, rq_log_size) == 17);
static_assert(offsetof(ObjQpQueues, rq_log_stride) == 18);
static_assert(offsetof(ObjQpQueues, qp_type) == 19);
static_assert(offsetof(ObjQpQueues, pd) == 20);
static_assert(offsetof(ObjQpQueues, send_cq) == 24);
static_assert(offsetof(ObjQpQueues, recv_cq) == 26);
static_assert(offsetof(ObjQpQueues, ctx) == 28);
static_assert(offsetof(ObjQpQueues, eqn) == 30);
static_assert(offsetof(ObjQpQueues, sq_sig_all) == 31);
static_assert(offsetof(ObjQpQueues, srq_en) == 40);
static_assert(offsetof(ObjQpQueues, srqn) == 44);

/// Shared receive queue: ring of 2^log_size RqWqe.
struct ObjSrq {
  std::uint64_t base = 0;  // IOVA of the ring, 64-byte aligned, contiguous
  std::uint8_t log_size = 0;  // 2^n receive requests, 0..15
  std::uint8_t log_stride = 0;  // 2^n units of 64 B a receive request, 0..2
  std::uint16_t ctx = 0;  // user context that may ring its doorbell
  std::uint32_t pd = 0;  // protection domain of the elements
  std::uint8_t eqn = 0;  // event queue of SrqLimit
  std::array<std::uint8_t, 1> pad0{};
  std::uint16_t limit = 0;  // MODIFY: raise SrqLimit once when fewer requests are left, 0: never; QUERY: 0 after the event
  std::uint16_t producer = 0;  // QUERY: receive requests posted
  std::uint16_t consumer = 0;  // QUERY: receive requests taken
  std::uint16_t users = 0;  // QUERY: queue pairs that take from it
  std::array<std::uint8_t, 22> pad1{};
};
static_assert(sizeof(ObjSrq) == 48);
static_assert(offsetof(ObjSrq, base) == 0);
static_assert(offsetof(ObjSrq, log_size) == 8);
static_assert(offsetof(ObjSrq, log_stride) == 9);
static_assert(offsetof(ObjSrq, ctx) == 10);
static_assert(offsetof(ObjSrq, pd) == 12);
static_assert(offsetof(ObjSrq, eqn) == 16);
static_assert(offsetof(ObjSrq, limit) == 18);
static_assert(offsetof(ObjSrq, producer) == 20);
static_assert(offsetof(ObjSrq, consumer) == 22);
static_assert(offsetof(ObjSrq, users) == 24);

/// Address vector of a connected queue pair (RoCEv2 encapsulation).
struct ObjQpPath {
  std::array<std::uint8_t, 16> dgid{};  // destination GID, first byte on the wire first; IPv4 as ::ffff:a.b.c.d
  std::array<std::uint8_t, 6> dmac{};  // destination MAC, first byte on the wire in the lowest byte
  std::uint16_t vlan = 0;  // 802.1Q TCI
  std::uint32_t flow_label = 0;  // IPv6 flow label (20 bits)
  std::uint16_t udp_sport = 0;  // UDP source port (entropy)
  std::uint8_t sgid_index = 0;  // own GID
  std::uint8_t hop_limit = 0;  // TTL or hop limit
  std::uint8_t traffic_class = 0;  // TOS or traffic class: DSCP and ECN
  std::uint8_t vlan_en = 0;  // 1: add the tag
  std::uint8_t prio = 0;  // priority (PFC class)
  std::array<std::uint8_t, 13> pad0{};
};
static_assert(sizeof(ObjQpPath) == 48);
static_assert(offsetof(ObjQpPath, dgid) == 0);
static_assert(offsetof(ObjQpPath, dmac) == 16);
static_assert(offsetof(ObjQpPath, vlan) == 22);
static_assert(offsetof(ObjQpPath, flow_label) == 24);
static_assert(offsetof(ObjQpPath, udp_sport) == 28);
static_assert(offsetof(ObjQpPath, sgid_index) == 30);
static_assert(offsetof(ObjQpPath, hop_limit) == 31);
static_assert(offsetof(ObjQpPath, traffic_class) == 32);
static_assert(offsetof(ObjQpPath, vlan_en) == 33);
static_assert(offsetof(ObjQpPath, prio) == 34);

/// State and transport attributes of a queue pair.
struct ObjQp {
  std::uint8_t state = 0;  // QpState
  std::uint8_t access = 0;  // Access granted to the remote side
  std::uint8_t mtu = 0;  // path MTU 2^(7+n): 1=256 .. 5=4096 (ibv_mtu)
  std::uint8_t timeout = 0;  // 4.096 us x 2^n, 0: none, 0..31
  std::uint32_t dest_qpn = 0;  // 24 bits
  std::uint32_t sq_psn = 0;  // next PSN to send, 24 bits
  std::uint32_t rq_psn = 0;  // next PSN expected, 24 bits
  std::uint8_t retry_cnt = 0;  // 0..7
  std::uint8_t rnr_retry = 0;  // 0..7, 7: without limit
  std::uint8_t min_rnr_timer = 0;  // 0..31, code of the RNR NAK timer
  std::uint8_t reserved0 = 0;  // zero
  std::uint16_t pkey = 0;  // partition key
  std::uint8_t max_rd_atomic = 0;  // READs and atomics in flight to the peer, 0..16
  std::uint8_t max_dest_rd_atomic = 0;  // READs and atomics of the peer in flight, 0..16
  std::uint32_t sq_unacked_psn = 0;  // QUERY: oldest PSN not acknowledged
  std::uint16_t sq_consumer = 0;  // QUERY: send units completed
  std::uint16_t rq_consumer = 0;  // QUERY: receive requests consumed
  std::array<std::uint8_t, 16> pad0{};
};
static_assert(sizeof(ObjQp) == 48);
static_assert(offsetof(ObjQp, state) == 0);
static_assert(offsetof(ObjQp, access) == 1);
static_assert(offsetof(ObjQp, mtu) == 2);
static_assert(offsetof(ObjQp, timeout) == 3);
static_assert(offsetof(ObjQp, dest_qpn) == 4);
static_assert(offsetof(ObjQp, sq_psn) == 8);
static_assert(offsetof(ObjQp, rq_psn) == 12);
static_assert(offsetof(ObjQp, retry_cnt) == 16);
static_assert(offsetof(ObjQp, rnr_retry) == 17);
static_assert(offsetof(ObjQp, min_rnr_timer) == 18);
static_assert(offsetof(ObjQp, reserved0) == 19);
static_assert(offsetof(ObjQp, pkey) == 20);
static_assert(offsetof(ObjQp, max_rd_atomic) == 22);
static_assert(offsetof(ObjQp, max_dest_rd_atomic) == 23);
static_assert(offsetof(ObjQp, sq_unacked_psn) == 24);
static_assert(offsetof(ObjQp, sq_consumer) == 28);
static_assert(offsetof(ObjQp, rq_consumer) == 30);

/// Load/store peer; its index is node_id modulo the number of peers.
struct ObjPeer {
  std::uint16_t node_id = 0;  // EthLink endpoint id
  std::uint16_t pkey = 0;  // partition that its frames must carry and ours carry
  std::uint8_t dscp = 0;  // DSCP of frames to it
  std::uint8_t vlan_en = 0;  // 1: add an 802.1Q tag
  std::uint16_t vlan = 0;  // 802.1Q TCI
  std::uint8_t state = 0;  // QUERY: LsPeerState
  std::array<std::uint8_t, 1> pad0{};
  std::uint16_t epoch = 0;  // CREATE: own epoch towards this peer; QUERY: the same
  std::uint16_t peer_epoch = 0;  // QUERY: epoch that the peer announced
  std::array<std::uint8_t, 34> pad1{};
};
static_assert(sizeof(ObjPeer) == 48);
static_assert(offsetof(ObjPeer, node_id) == 0);
static_assert(offsetof(ObjPeer, pkey) == 2);
static_assert(offsetof(ObjPeer, dscp) == 4);
static_assert(offsetof(ObjPeer, vlan_en) == 5);
static_assert(offsetof(ObjPeer, vlan) == 6);
static_assert(offsetof(ObjPeer, state) == 8);
static_assert(offsetof(ObjPeer, epoch) == 10);
static_assert(offsetof(ObjPeer, peer_epoch) == 12);

/// One page of the aperture; page size is the CSR ap_page_shift.
struct ObjWindow {
  std::uint64_t remote_base = 0;  // address in the peer: segment in [63:48], offset in [47:0]; multiple of 256
  std::uint16_t node_id = 0;  // peer
  std::uint8_t access = 0;  // Access: RemoteRead, RemoteWrite, RemoteAtomic
  std::uint8_t vc = 0;  // 0 or 2: VC of its requests
  std::uint8_t posted = 0;  // 1: stores are posted; 0: the bus write is answered when the store is visible
  std::array<std::uint8_t, 1> pad0{};
  std::uint16_t ctx = 0;  // user context that may push commands to it; 0xffff: any
  std::uint64_t size = 0;  // bytes of the page that are mapped; beyond is an error
  std::array<std::uint8_t, 24> pad1{};
};
static_assert(sizeof(ObjWindow) == 48);
static_assert(offsetof(ObjWindow, remote_base) == 0);
static_assert(offsetof(ObjWindow, node_id) == 8);
static_assert(offsetof(ObjWindow, access) == 10);
static_assert(offsetof(ObjWindow, vc) == 11);
static_assert(offsetof(ObjWindow, posted) == 12);
static_assert(offsetof(ObjWindow, ctx) == 14);
static_assert(offsetof(ObjWindow, size) == 16);

/// Memory exported to load/store peers; addresses name it in bits [63:48].
struct ObjSegment {
  std::uint64_t base = 0;  // IOVA of offset 0, 256-byte aligned
  std::uint64_t length = 0;  // bytes
  std::uint16_t pkey = 0;  // partition that may use it
  std::uint8_t access = 0;  // Access: RemoteRead, RemoteWrite, RemoteAtomic
  std::array<std::uint8_t, 29> pad0{};
};
static_assert(sizeof(ObjSegment) == 48);
static_assert(offsetof(ObjSegment, base) == 0);
static_assert(offsetof(ObjSegment, length) == 8);
static_assert(offsetof(ObjSegment, pkey) == 16);
static_assert(offsetof(ObjSegment, access) == 18);

/// Optimized Ethernet frame header (EthLink section 1).
namespace oefh {
inline constexpr std::size_t kBytes = 14;
inline constexpr unsigned kDstPrefixBit = 0;  // 0x0200
inline constexpr unsigned kDstPrefixBits = 16;
inline constexpr unsigned kTotalLengthBit = 16;  // bytes from NET to the end of ICRC, pad excluded
inline constexpr unsigned kTotalLengthBits = 16;
inline constexpr unsigned kDstIdBit = 32;  // destination endpoint id
inline constexpr unsigned kDstIdBits = 16;
inline constexpr unsigned kSrcPrefixBit = 48;  // 0x0200
inline constexpr unsigned kSrcPrefixBits = 16;
inline constexpr unsigned kEntropyBit = 64;  // load-balancing hash
inline constexpr unsigned kEntropyBits = 16;
inline constexpr unsigned kSrcIdBit = 80;  // source endpoint id
inline constexpr unsigned kSrcIdBits = 16;
inline constexpr unsigned kEthertypeBit = 96;  // 0x88B5 Load/Store, 0x88B6 RDMA
inline constexpr unsigned kEthertypeBits = 16;
}  // namespace oefh

/// EthLink NET: hop fields.
namespace net {
inline constexpr std::size_t kBytes = 2;
inline constexpr unsigned kArBit = 0;  // adaptive routing allowed
inline constexpr unsigned kArBits = 1;
inline constexpr unsigned kReservedBit = 1;  // zero
inline constexpr unsigned kReservedBits = 3;
inline constexpr unsigned kTtlBit = 4;  // hops left
inline constexpr unsigned kTtlBits = 4;
inline constexpr unsigned kDscpBit = 8;  // DSCP
inline constexpr unsigned kDscpBits = 6;
inline constexpr unsigned kEcnBit = 14;  // ECN
inline constexpr unsigned kEcnBits = 2;
}  // namespace net

/// Reliability header of Load/Store frames (EthLink section 2).
namespace rh {
inline constexpr std::size_t kBytes = 12;
inline constexpr unsigned kVersionBit = 0;  // 0
inline constexpr unsigned kVersionBits = 2;
inline constexpr unsigned kOpBit = 2;  // LsFrameOp
inline constexpr unsigned kOpBits = 2;
inline constexpr unsigned kVcBit = 4;  // 0 request, 1 response, 2 bulk/notify, 3 control
inline constexpr unsigned kVcBits = 4;
inline constexpr unsigned kAckValidBit = 8;  // ack_vc and ack_psn carry a cumulative acknowledgement
inline constexpr unsigned kAckValidBits = 1;
inline constexpr unsigned kReservedBit = 9;  // zero
inline constexpr unsigned kReservedBits = 3;
inline constexpr unsigned kAckVcBit = 12;  // VC that is acknowledged
inline constexpr unsigned kAckVcBits = 4;
inline constexpr unsigned kPkeyBit = 16;  // partition
inline constexpr unsigned kPkeyBits = 16;
inline constexpr unsigned kPsnBit = 32;  // sequence number of this frame (DATA)
inline constexpr unsigned kPsnBits = 16;
inline constexpr unsigned kAckPsnBit = 48;  // last PSN accepted in order
inline constexpr unsigned kAckPsnBits = 16;
inline constexpr unsigned kNumCmdsBit = 64;  // commands packed
inline constexpr unsigned kNumCmdsBits = 8;
inline constexpr unsigned kWindowBit = 72;  // receive window in frames, 255: unlimited
inline constexpr unsigned kWindowBits = 8;
inline constexpr unsigned kEpochBit = 80;  // sender's epoch
inline constexpr unsigned kEpochBits = 16;
}  // namespace rh

/// Request command header.
namespace ls_req_hdr {
inline constexpr std::size_t kBytes = 12;
inline constexpr unsigned kOpcodeBit = 0;  // LsOp
inline constexpr unsigned kOpcodeBits = 8;
inline constexpr unsigned kLengthBit = 8;  // data bytes / 4 - 1; FENCE: 0
inline constexpr unsigned kLengthBits = 8;
inline constexpr unsigned kTagBit = 16;  // returned in the response
inline constexpr unsigned kTagBits = 16;
inline constexpr unsigned kAddressBit = 32;  // segment in [63:48], offset in [47:0]
inline constexpr unsigned kAddressBits = 64;
}  // namespace ls_req_hdr

/// Response command header.
namespace ls_resp_hdr {
inline constexpr std::size_t kBytes = 4;
inline constexpr unsigned kOpcodeBit = 0;  // LsOp
inline constexpr unsigned kOpcodeBits = 8;
inline constexpr unsigned kStatusBit = 8;  // LsStatus
inline constexpr unsigned kStatusBits = 8;
inline constexpr unsigned kTagBit = 16;  // of the request
inline constexpr unsigned kTagBits = 16;
}  // namespace ls_resp_hdr

/// InfiniBand base transport header (volume 1, 9.2).
namespace bth {
inline constexpr std::size_t kBytes = 12;
inline constexpr unsigned kOpcodeBit = 0;  // RoceOp
inline constexpr unsigned kOpcodeBits = 8;
inline constexpr unsigned kSeBit = 8;  // solicited event
inline constexpr unsigned kSeBits = 1;
inline constexpr unsigned kMigreqBit = 9;  // migration request
inline constexpr unsigned kMigreqBits = 1;
inline constexpr unsigned kPadcntBit = 10;  // pad bytes
inline constexpr unsigned kPadcntBits = 2;
inline constexpr unsigned kTverBit = 12;  // 0
inline constexpr unsigned kTverBits = 4;
inline constexpr unsigned kPkeyBit = 16;  // partition key
inline constexpr unsigned kPkeyBits = 16;
inline constexpr unsigned kFecnBit = 32;  // FECN
inline constexpr unsigned kFecnBits = 1;
inline constexpr unsigned kBecnBit = 33;  // BECN
inline constexpr unsigned kBecnBits = 1;
inline constexpr unsigned kResv6Bit = 34;  // zero
inline constexpr unsigned kResv6Bits = 6;
inline constexpr unsigned kDestQpBit = 40;  // destination queue pair
inline constexpr unsigned kDestQpBits = 24;
inline constexpr unsigned kAckreqBit = 64;  // acknowledge request
inline constexpr unsigned kAckreqBits = 1;
inline constexpr unsigned kResv7Bit = 65;  // zero
inline constexpr unsigned kResv7Bits = 7;
inline constexpr unsigned kPsnBit = 72;  // packet sequence number
inline constexpr unsigned kPsnBits = 24;
}  // namespace bth

/// RDMA extended transport header.
namespace reth {
inline constexpr std::size_t kBytes = 16;
inline constexpr unsigned kVaBit = 0;  // remote virtual address
inline constexpr unsigned kVaBits = 64;
inline constexpr unsigned kRkeyBit = 64;  // remote key
inline constexpr unsigned kRkeyBits = 32;
inline constexpr unsigned kDmaLengthBit = 96;  // bytes
inline constexpr unsigned kDmaLengthBits = 32;
}  // namespace reth

/// Acknowledge extended transport header.
namespace aeth {
inline constexpr std::size_t kBytes = 4;
inline constexpr unsigned kSyndromeBit = 0;  // 0x00-0x1f ACK with credits, 0x20 | t RNR NAK, 0x60 | c NAK
inline constexpr unsigned kSyndromeBits = 8;
inline constexpr unsigned kMsnBit = 8;  // message sequence number
inline constexpr unsigned kMsnBits = 24;
}  // namespace aeth

/// IPv4 header without options.
namespace ipv4 {
inline constexpr std::size_t kBytes = 20;
inline constexpr unsigned kVersionIhlBit = 0;  // 0x45
inline constexpr unsigned kVersionIhlBits = 8;
inline constexpr unsigned kTosBit = 8;  // DSCP and ECN
inline constexpr unsigned kTosBits = 8;
inline constexpr unsigned kTotalLengthBit = 16;  // bytes from here to the end of ICRC
inline constexpr unsigned kTotalLengthBits = 16;
inline constexpr unsigned kIdBit = 32;  // identification
inline constexpr unsigned kIdBits = 16;
inline constexpr unsigned kFlagsFragBit = 48;  // 0x4000: do not fragment
inline constexpr unsigned kFlagsFragBits = 16;
inline constexpr unsigned kTtlBit = 64;  // time to live
inline constexpr unsigned kTtlBits = 8;
inline constexpr unsigned kProtocolBit = 72;  // 17 UDP
inline constexpr unsigned kProtocolBits = 8;
inline constexpr unsigned kChecksumBit = 80;  // header checksum
inline constexpr unsigned kChecksumBits = 16;
inline constexpr unsigned kSrcBit = 96;  // source
inline constexpr unsigned kSrcBits = 32;
inline constexpr unsigned kDstBit = 128;  // destination
inline constexpr unsigned kDstBits = 32;
}  // namespace ipv4

/// UDP header.
namespace udp {
inline constexpr std::size_t kBytes = 8;
inline constexpr unsigned kSportBit = 0;  // source port
inline constexpr unsigned kSportBits = 16;
inline constexpr unsigned kDportBit = 16;  // destination port
inline constexpr unsigned kDportBits = 16;
inline constexpr unsigned kLengthBit = 32;  // bytes of header and payload
inline constexpr unsigned kLengthBits = 16;
inline constexpr unsigned kChecksumBit = 48;  // 0: none
inline constexpr unsigned kChecksumBits = 16;
}  // namespace udp

/// One counter of the device.
struct CounterInfo {
  std::string_view name;
  std::string_view doc;
};
inline constexpr std::size_t kNumCounters = 104;
inline constexpr std::size_t kCntRoceRxRequests = 0;
inline constexpr std::size_t kCntRoceRxResponses = 1;
inline constexpr std::size_t kCntRoceRxCnp = 2;
inline constexpr std::size_t kCntRoceRxBadOpcode = 3;
inline constexpr std::size_t kCntRoceRxBadQp = 4;
inline constexpr std::size_t kCntRoceRxBadPkey = 5;
inline constexpr std::size_t kCntRoceRxDuplicates = 6;
inline constexpr std::size_t kCntRoceRxGaps = 7;
inline constexpr std::size_t kCntRoceRxRnr = 8;
inline constexpr std::size_t kCntRoceRxInvalid = 9;
inline constexpr std::size_t kCntRoceRxIgnored = 10;
inline constexpr std::size_t kCntRoceRxAccessErrors = 11;
inline constexpr std::size_t kCntRoceRxLocalErrors = 12;
inline constexpr std::size_t kCntRoceRxWriteBytes = 13;
inline constexpr std::size_t kCntRoceTxAcks = 14;
inline constexpr std::size_t kCntRoceRqCompletions = 15;
inline constexpr std::size_t kCntRoceRqFlushed = 16;
inline constexpr std::size_t kCntRoceRqBadDoorbells = 17;
inline constexpr std::size_t kCntRoceRxEcnMarked = 18;
inline constexpr std::size_t kCntRoceTxCnp = 19;
inline constexpr std::size_t kCntRoceRxReads = 20;
inline constexpr std::size_t kCntRoceRxAtomics = 21;
inline constexpr std::size_t kCntRoceTxReadBytes = 22;
inline constexpr std::size_t kCntRoceSqTxPackets = 23;
inline constexpr std::size_t kCntRoceSqTxBytes = 24;
inline constexpr std::size_t kCntRoceSqTxRepeated = 25;
inline constexpr std::size_t kCntRoceSqWqeStarted = 26;
inline constexpr std::size_t kCntRoceSqCompletions = 27;
inline constexpr std::size_t kCntRoceSqFlushed = 28;
inline constexpr std::size_t kCntRoceSqRxAcks = 29;
inline constexpr std::size_t kCntRoceSqRxNakSequence = 30;
inline constexpr std::size_t kCntRoceSqRxRnr = 31;
inline constexpr std::size_t kCntRoceSqRxNakErrors = 32;
inline constexpr std::size_t kCntRoceSqRxStale = 33;
inline constexpr std::size_t kCntRoceSqTimeouts = 34;
inline constexpr std::size_t kCntRoceSqRetryExhausted = 35;
inline constexpr std::size_t kCntRoceSqLocalErrors = 36;
inline constexpr std::size_t kCntRoceSqBadDoorbells = 37;
inline constexpr std::size_t kCntRoceSqRateCuts = 38;
inline constexpr std::size_t kCntRoceSqRxReadResponses = 39;
inline constexpr std::size_t kCntRoceSqRxReadBytes = 40;
inline constexpr std::size_t kCntRoceSqImpliedNaks = 41;
inline constexpr std::size_t kCntLsTxFrames = 42;
inline constexpr std::size_t kCntLsTxRepeated = 43;
inline constexpr std::size_t kCntLsTxAcks = 44;
inline constexpr std::size_t kCntLsTxNacks = 45;
inline constexpr std::size_t kCntLsTxCommands = 46;
inline constexpr std::size_t kCntLsTxDropped = 47;
inline constexpr std::size_t kCntLsRxFrames = 48;
inline constexpr std::size_t kCntLsRxDuplicates = 49;
inline constexpr std::size_t kCntLsRxGaps = 50;
inline constexpr std::size_t kCntLsRxAcks = 51;
inline constexpr std::size_t kCntLsRxNacks = 52;
inline constexpr std::size_t kCntLsRxStale = 53;
inline constexpr std::size_t kCntLsRxUnknownPeer = 54;
inline constexpr std::size_t kCntLsRxBadPkey = 55;
inline constexpr std::size_t kCntLsRxMalformed = 56;
inline constexpr std::size_t kCntLsTimeouts = 57;
inline constexpr std::size_t kCntLsPeerDown = 58;
inline constexpr std::size_t kCntLsPeerUp = 59;
inline constexpr std::size_t kCntLsLoads = 60;
inline constexpr std::size_t kCntLsStores = 61;
inline constexpr std::size_t kCntLsAtomics = 62;
inline constexpr std::size_t kCntLsErrors = 63;
inline constexpr std::size_t kCntLsLateResponses = 64;
inline constexpr std::size_t kCntLsEventDrops = 65;
inline constexpr std::size_t kCntLsHomeLoads = 66;
inline constexpr std::size_t kCntLsHomeStores = 67;
inline constexpr std::size_t kCntLsHomeAtomics = 68;
inline constexpr std::size_t kCntLsHomeErrors = 69;
inline constexpr std::size_t kCntEthTxBytes = 70;
inline constexpr std::size_t kCntEthTxFrames = 71;
inline constexpr std::size_t kCntEthRxBytes = 72;
inline constexpr std::size_t kCntEthRxFramesPlain = 73;
inline constexpr std::size_t kCntEthRxFramesLsReq = 74;
inline constexpr std::size_t kCntEthRxFramesLsResp = 75;
inline constexpr std::size_t kCntEthRxFramesRoce = 76;
inline constexpr std::size_t kCntEthRxRunt = 77;
inline constexpr std::size_t kCntEthRxOversize = 78;
inline constexpr std::size_t kCntEthRxFcsErr = 79;
inline constexpr std::size_t kCntEthRxForeign = 80;
inline constexpr std::size_t kCntEthRxMalformed = 81;
inline constexpr std::size_t kCntEthRxUnknownOpcode = 82;
inline constexpr std::size_t kCntEthRxIcrcErr = 83;
inline constexpr std::size_t kCntEthRxFullPlain = 84;
inline constexpr std::size_t kCntEthRxFullLsReq = 85;
inline constexpr std::size_t kCntEthRxFullLsResp = 86;
inline constexpr std::size_t kCntEthRxFullRoce = 87;
inline constexpr std::size_t kCntEthPfcTx = 88;
inline constexpr std::size_t kCntEthPfcRx = 89;
inline constexpr std::size_t kCntHostAdminCommands = 90;
inline constexpr std::size_t kCntHostDoorbells = 91;
inline constexpr std::size_t kCntHostBadDoorbells = 92;
inline constexpr std::size_t kCntHostBadRegisterWrites = 93;
inline constexpr std::size_t kCntHostCqes = 94;
inline constexpr std::size_t kCntHostCqOverflows = 95;
inline constexpr std::size_t kCntHostEqes = 96;
inline constexpr std::size_t kCntHostEqOverflows = 97;
inline constexpr std::size_t kCntHostInterrupts = 98;
inline constexpr std::size_t kCntHostPlainTx = 99;
inline constexpr std::size_t kCntHostPlainRx = 100;
inline constexpr std::size_t kCntHostPlainRxDrops = 101;
inline constexpr std::size_t kCntHostDmaReadErrors = 102;
inline constexpr std::size_t kCntHostDmaWriteErrors = 103;
inline constexpr std::array<CounterInfo, kNumCounters> kCounters{{
    {"roce.rx_requests", "request packets for an existing queue pair with a good partition key"},
    {"roce.rx_responses", "ACK, NAK and response packets handed to the requester"},
    {"roce.rx_cnp", "congestion notification packets"},
    {"roce.rx_bad_opcode", "dropped: transport or opcode not served, or TVer not 0"},
    {"roce.rx_bad_qp", "dropped: no such queue pair"},
    {"roce.rx_bad_pkey", "dropped: partition key does not match"},
    {"roce.rx_duplicates", "requests received before"},
    {"roce.rx_gaps", "requests that came too early and were answered with a sequence NAK"},
    {"roce.rx_rnr", "requests answered with an RNR NAK"},
    {"roce.rx_invalid", "requests with an illegal opcode, sequence or length: NAK 0x61"},
    {"roce.rx_ignored", "requests dropped because of the queue pair's state or behind a NAK"},
    {"roce.rx_access_errors", "requests refused by their remote key: NAK 0x62"},
    {"roce.rx_local_errors", "requests that failed by a receive request, host memory or a region that went: NAK 0x61 or 0x63"},
    {"roce.rx_write_bytes", "bytes written to host memory for SEND, WRITE and responses of READs and atomics"},
    {"roce.tx_acks", "ACK and NAK packets sent"},
    {"roce.rq_completions", "receive completions, errors included, flushed ones not"},
    {"roce.rq_flushed", "receive requests flushed"},
    {"roce.rq_bad_doorbells", "receive doorbells refused: foreign or absent queue pair, or a count that does not fit"},
    {"roce.rx_ecn_marked", "requests and READ responses for an existing queue pair with Congestion Experienced"},
    {"roce.tx_cnp", "congestion notification packets sent"},
    {"roce.rx_reads", "READ requests accepted, repeated ones not"},
    {"roce.rx_atomics", "atomic requests accepted, repeated ones not"},
    {"roce.tx_read_bytes", "payload bytes of READ responses"},
    {"roce_sq.tx_packets", "request packets handed to the Ethernet layer, repeated ones included"},
    {"roce_sq.tx_bytes", "payload bytes of request packets, repeated ones included"},
    {"roce_sq.tx_repeated", "request packets sent again"},
    {"roce_sq.wqe_started", "work requests whose first packet was handed on"},
    {"roce_sq.completions", "send completions, errors included, flushed ones not"},
    {"roce_sq.flushed", "send requests flushed"},
    {"roce_sq.rx_acks", "ACK packets that completed or confirmed something"},
    {"roce_sq.rx_nak_sequence", "sequence NAKs"},
    {"roce_sq.rx_rnr", "RNR NAKs"},
    {"roce_sq.rx_nak_errors", "NAKs that end the queue pair: invalid request, access, operational"},
    {"roce_sq.rx_stale", "responses outside the window or for a queue pair that does not send: ignored"},
    {"roce_sq.timeouts", "transport timers that expired"},
    {"roce_sq.retry_exhausted", "queue pairs that ran out of retries"},
    {"roce_sq.local_errors", "work requests that failed by their descriptor, local key or host memory"},
    {"roce_sq.bad_doorbells", "send doorbells and pushes refused"},
    {"roce_sq.rate_cuts", "rates cut by a congestion notification"},
    {"roce_sq.rx_read_responses", "READ and atomic responses that were expected"},
    {"roce_sq.rx_read_bytes", "bytes of READ and atomic responses that go to host memory"},
    {"roce_sq.implied_naks", "responses that showed that one of a READ or atomic was lost"},
    {"ls.tx_frames", "DATA frames sent, repeated ones included"},
    {"ls.tx_repeated", "DATA frames sent again"},
    {"ls.tx_acks", "ACK frames sent"},
    {"ls.tx_nacks", "NACK frames sent"},
    {"ls.tx_commands", "commands packed into frames"},
    {"ls.tx_dropped", "commands dropped because their peer was not up"},
    {"ls.rx_frames", "DATA frames accepted in order"},
    {"ls.rx_duplicates", "DATA frames received before"},
    {"ls.rx_gaps", "DATA frames that came too early"},
    {"ls.rx_acks", "acknowledgements received, piggy-backed ones included"},
    {"ls.rx_nacks", "NACK frames received"},
    {"ls.rx_stale", "frames of a stale epoch, or to a peer that is not up"},
    {"ls.rx_unknown_peer", "frames of a source that is no peer"},
    {"ls.rx_bad_pkey", "frames of another partition"},
    {"ls.rx_malformed", "frames whose header or commands contradict themselves"},
    {"ls.timeouts", "retransmission timers that expired"},
    {"ls.peer_down", "peers that went down"},
    {"ls.peer_up", "peers that came up"},
    {"ls.loads", "LOADs sent"},
    {"ls.stores", "stores of any kind sent"},
    {"ls.atomics", "atomics sent"},
    {"ls.errors", "operations that ended with an error, local ones included"},
    {"ls.late_responses", "responses that matched no outstanding tag"},
    {"ls.event_drops", "load/store events that found their queue full"},
    {"ls.home_loads", "LOADs executed here"},
    {"ls.home_stores", "stores executed here"},
    {"ls.home_atomics", "atomics executed here"},
    {"ls.home_errors", "requests refused here"},
    {"eth.tx_bytes", "bytes of sent frames, FCS included"},
    {"eth.tx_frames", "frames sent, PFC frames included"},
    {"eth.rx_bytes", "bytes of delivered frames, FCS included"},
    {"eth.rx_frames_plain", "delivered to the plain ring's buffer"},
    {"eth.rx_frames_ls_req", "delivered: Load/Store requests"},
    {"eth.rx_frames_ls_resp", "delivered: Load/Store responses"},
    {"eth.rx_frames_roce", "delivered: RoCEv2"},
    {"eth.rx_runt", "dropped: shorter than 64 bytes with FCS"},
    {"eth.rx_oversize", "dropped: longer than the register `node` allows"},
    {"eth.rx_fcs_err", "dropped: FCS wrong, or the MAC reported an error"},
    {"eth.rx_foreign", "dropped: addressed to someone else"},
    {"eth.rx_malformed", "dropped: lengths of the headers contradict the frame"},
    {"eth.rx_unknown_opcode", "dropped: BTH opcode, or MAC control frame other than PFC"},
    {"eth.rx_icrc_err", "dropped: ICRC wrong, FCS good"},
    {"eth.rx_full_plain", "dropped: plain buffer full"},
    {"eth.rx_full_ls_req", "dropped: Load/Store request buffer full"},
    {"eth.rx_full_ls_resp", "dropped: Load/Store response buffer full"},
    {"eth.rx_full_roce", "dropped: RoCEv2 buffer full"},
    {"eth.pfc_tx", "PFC frames sent"},
    {"eth.pfc_rx", "PFC frames honoured"},
    {"host.admin_commands", "admin commands completed"},
    {"host.doorbells", "doorbells accepted"},
    {"host.bad_doorbells", "doorbells refused"},
    {"host.bad_register_writes", "writes of absent or read-only registers"},
    {"host.cqes", "completions written"},
    {"host.cq_overflows", "completions lost because their queue was full or absent"},
    {"host.eqes", "events written"},
    {"host.eq_overflows", "events lost because their queue was full or absent"},
    {"host.interrupts", "MSI-X messages sent"},
    {"host.plain_tx", "plain frames sent"},
    {"host.plain_rx", "plain frames written to the receive ring"},
    {"host.plain_rx_drops", "plain frames dropped: no descriptor, or the buffer was too small"},
    {"host.dma_read_errors", "reads that host memory answered with an error"},
    {"host.dma_write_errors", "writes that host memory answered with an error"},
}};

}  // namespace ethlink::regs

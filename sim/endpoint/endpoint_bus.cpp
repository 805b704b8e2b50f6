// SPDX-License-Identifier: Apache-2.0
//
// The AXI pins of the endpoint: both BARs and DMA, see endpoint_engine.hpp.
//
// A registers read waits until the registers port answered every write before it, as PCIe demands;
// an aperture read follows earlier accesses in issue order and the endpoint keeps the order.
#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "sim/endpoint/endpoint_engine.hpp"

namespace ethlink::sim {
namespace {

enum : std::uint64_t {
  kTraceBarWrite = 16,
  kTraceBarRead = 17,
  kTraceDmaRead = 18,
  kTraceDmaWrite = 19
};

// Bytes [skip, skip + bytes) of a line, from the request's byte `from` on, with their strobes.
std::uint64_t fill_line(LineData& line, const BarRequest& request, unsigned beat) {
  const auto start = static_cast<unsigned>(request.offset % kBarLineBytes);
  const unsigned begin = beat == 0 ? start : 0;
  const unsigned from = beat == 0 ? 0 : beat * kBarLineBytes - start;
  const unsigned count = std::min<unsigned>(kBarLineBytes - begin, request.bytes - from);
  std::memcpy(line.data() + begin, request.data.data() + from, count);
  const std::uint64_t ones = count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
  return ones << begin;
}

[[nodiscard]] unsigned line_count(const BarRequest& request) {
  return static_cast<unsigned>(
      (request.offset % kBarLineBytes + request.bytes + kBarLineBytes - 1) / kBarLineBytes);
}

}  // namespace

bool EndpointEngine::claim(std::vector<Outstanding>& ids, BarPort& port, std::uint8_t& next) {
  if (port.head_has_id) {
    return true;
  }
  if (ids[next].used) {
    return false;  // ids go round: the oldest one is still out
  }
  const BarRequest& head = port.queue.front();
  Outstanding& entry = ids[next];
  entry.used = true;
  entry.tag = head.tag;
  entry.order = port.order.front();
  entry.offset = head.offset;
  entry.bytes = head.bytes;
  entry.received = 0;
  entry.resp = kAxiOkay;
  port.id = next++;
  port.head_has_id = true;
  return true;
}

// PCIe keeps the order of posted writes over both BARs: a bridge to two ports waits for the answer
// of one before it writes to the other.
bool EndpointEngine::write_may_go(const BarPort& port, const BarPort& other) {
  return port.head_has_id || other.writes_open.empty() ||
         other.writes_open.front() > port.order.front();
}

void EndpointEngine::pop(BarPort& port) {
  port.queue.pop_front();
  port.order.pop_front();
  port.head_has_id = false;
  port.address_done = false;
  port.beat = 0;
}

void EndpointEngine::drive_bars(TimePs time) {
  in_.reg_awvalid = in_.reg_wvalid = in_.reg_arvalid = false;
  in_.ap_awvalid = in_.ap_wvalid = in_.ap_arvalid = false;
  if (in_.rst) {
    return;
  }
  if (!reg_.queue.empty() && reg_.queue.front().arrival <= time) {
    drive_reg();
  }
  if (!aperture_.queue.empty() && aperture_.queue.front().arrival <= time) {
    drive_aperture();
  }
}

void EndpointEngine::drive_reg() {
  const BarRequest& head = reg_.queue.front();
  if (!head.write) {
    if (reg_.writes_pending == 0 && claim(reg_.reads, reg_, reg_.next_read)) {
      in_.reg_arvalid = true;
      in_.reg_arid = reg_.id;
      in_.reg_araddr = static_cast<std::uint32_t>(head.offset);
    }
    return;
  }
  if (!write_may_go(reg_, aperture_) || !claim(reg_.writes, reg_, reg_.next_write)) {
    return;
  }
  in_.reg_awvalid = !reg_.address_done;
  in_.reg_awid = reg_.id;
  in_.reg_awaddr = static_cast<std::uint32_t>(head.offset);
  in_.reg_wvalid = reg_.beat == 0;
  if (in_.reg_wvalid) {
    in_.reg_wdata.fill(0);
    in_.reg_wstrb = fill_line(in_.reg_wdata, head, 0);
  }
}

void EndpointEngine::drive_aperture() {
  const BarRequest& head = aperture_.queue.front();
  if (head.write) {
    drive_aperture_write();
    return;
  }
  if (!claim(aperture_.reads, aperture_, aperture_.next_read)) {
    return;
  }
  in_.ap_arvalid = true;
  in_.ap_arid = aperture_.id;
  in_.ap_araddr = head.offset;
  const bool single = head.bytes <= kBarLineBytes;
  in_.ap_arlen = static_cast<std::uint8_t>(single ? 0 : head.bytes / kBarLineBytes - 1);
  in_.ap_arsize = static_cast<std::uint8_t>(single ? std::countr_zero(unsigned{head.bytes}) : 6);
}

void EndpointEngine::drive_aperture_write() {
  const BarRequest& head = aperture_.queue.front();
  if (!write_may_go(aperture_, reg_) || !claim(aperture_.writes, aperture_, aperture_.next_write)) {
    return;
  }
  const unsigned lines = line_count(head);
  in_.ap_awvalid = !aperture_.address_done;
  in_.ap_awid = aperture_.id;
  in_.ap_awaddr = head.offset;
  in_.ap_awlen = static_cast<std::uint8_t>(lines - 1);
  in_.ap_wvalid = aperture_.beat < lines;
  if (in_.ap_wvalid) {
    in_.ap_wdata.fill(0);
    in_.ap_wstrb = fill_line(in_.ap_wdata, head, aperture_.beat);
    in_.ap_wlast = aperture_.beat + 1 == lines;
  }
}

void EndpointEngine::write_response(BarPort& port, TimePs time, std::uint8_t id,
                                    std::uint8_t resp) {
  Outstanding& entry = port.writes[id];
  if (!entry.used) {
    ++stats_.protocol_errors;
    return;
  }
  entry.used = false;
  // Answers come almost in order: the search rarely passes the front.
  port.writes_open.erase(std::find(port.writes_open.begin(), port.writes_open.end(), entry.order));
  --port.writes_pending;
  trace_.add(kTraceBarWrite);
  trace_.add(cycle_);
  trace_.add(entry.offset << 2 | resp);
  host_->bar_write_done(time, entry.tag, resp);
}

void EndpointEngine::read_beat(BarPort& port, TimePs time, std::uint8_t id, std::uint8_t resp,
                               const LineData& line) {
  Outstanding& entry = port.reads[id];
  if (!entry.used) {
    ++stats_.protocol_errors;
    return;
  }
  const std::size_t lane = entry.received == 0 ? entry.offset % kBarLineBytes : 0;
  const std::size_t count =
      std::min<std::size_t>(kBarLineBytes - lane, entry.bytes - std::size_t{entry.received});
  std::memcpy(entry.data.data() + entry.received, line.data() + lane, count);
  entry.received = static_cast<std::uint16_t>(entry.received + count);
  entry.resp = std::max(entry.resp, resp);
  if (entry.received < entry.bytes) {
    return;
  }
  entry.used = false;
  --port.reads_pending;
  const std::span<const std::uint8_t> data(entry.data.data(), entry.bytes);
  trace_.add(kTraceBarRead);
  trace_.add(cycle_);
  trace_.add(entry.offset << 2 | entry.resp);
  trace_.add(data);
  host_->bar_read_done(time, entry.tag, entry.resp, data);
}

void EndpointEngine::take_reg(TimePs time) {
  if (in_.reg_awvalid && out_.reg_awready) {
    reg_.address_done = true;
  }
  if (in_.reg_wvalid && out_.reg_wready) {
    reg_.beat = 1;
  }
  if (reg_.address_done && reg_.beat == 1) {
    ++reg_.writes_pending;
    pop(reg_);
  }
  if (in_.reg_arvalid && out_.reg_arready) {
    ++reg_.reads_pending;
    pop(reg_);
  }
  if (out_.reg_bvalid) {
    write_response(reg_, time, out_.reg_bid, out_.reg_bresp);
  }
  if (out_.reg_rvalid) {
    read_beat(reg_, time, out_.reg_rid, out_.reg_rresp, out_.reg_rdata);
  }
}

void EndpointEngine::take_aperture(TimePs time) {
  if (in_.ap_awvalid && out_.ap_awready) {
    aperture_.address_done = true;
  }
  if (in_.ap_wvalid && out_.ap_wready) {
    ++aperture_.beat;
  }
  if (aperture_.address_done && aperture_.beat == line_count(aperture_.queue.front())) {
    ++aperture_.writes_pending;
    pop(aperture_);
  }
  if (in_.ap_arvalid && out_.ap_arready) {
    ++aperture_.reads_pending;
    pop(aperture_);
  }
  if (out_.ap_bvalid) {
    write_response(aperture_, time, out_.ap_bid, out_.ap_bresp);
  }
  if (out_.ap_rvalid) {
    read_beat(aperture_, time, out_.ap_rid, out_.ap_rresp, out_.ap_rdata);
  }
}

void EndpointEngine::drive_dma(TimePs time) {
  in_.dma_arready = in_.dma_awready = in_.dma_wready = host_->upstream_ready(time);
  in_.dma_bvalid = !in_.rst && !write_done_.empty() && write_done_.front().arrival <= time;
  if (in_.dma_bvalid) {
    in_.dma_bid = write_done_.front().id;
    in_.dma_bresp = write_done_.front().resp;
  }
  in_.dma_rvalid = !in_.rst && !read_data_.empty() && read_data_.front().arrival <= time;
  if (!in_.dma_rvalid) {
    return;
  }
  const DmaReadData& head = read_data_.front();
  const std::size_t lane = (head.addr + read_offset_) % beat_bytes_;
  const std::size_t count =
      std::min<std::size_t>(beat_bytes_ - lane, head.data.size() - read_offset_);
  if (count < beat_bytes_) {
    in_.dma_rdata.fill(0);
  }
  std::memcpy(in_.dma_rdata.data() + lane, head.data.data() + read_offset_, count);
  in_.dma_rid = head.id;
  in_.dma_rresp = head.resp;
  in_.dma_rlast = head.last && read_offset_ + count == head.data.size();
}

void EndpointEngine::take_dma_read(TimePs time) {
  if (!out_.dma_arvalid || !in_.dma_arready) {
    return;
  }
  const std::size_t lane = out_.dma_araddr % beat_bytes_;
  const std::size_t room = (std::size_t{out_.dma_arlen} + 1) * beat_bytes_ - lane;
  std::size_t bytes = out_.dma_aruser;
  const bool fits = bytes != 0 && bytes <= room && bytes + beat_bytes_ > room &&
                    out_.dma_araddr % kMaxDmaBytes + bytes <= kMaxDmaBytes;
  if (!fits) {
    ++stats_.protocol_errors;
    bytes = room;
  }
  trace_.add(kTraceDmaRead);
  trace_.add(cycle_);
  trace_.add(out_.dma_araddr);
  trace_.add(bytes);
  host_->dma_read(time, out_.dma_arid, out_.dma_araddr, static_cast<unsigned>(bytes));
}

void EndpointEngine::take_dma_write(TimePs time) {
  const bool address = out_.dma_awvalid && in_.dma_awready;
  const bool beat = out_.dma_wvalid && in_.dma_wready;
  if (address) {
    bursts_.push_back({out_.dma_awid, out_.dma_awaddr, unsigned{out_.dma_awlen} + 1});
  }
  if (beat) {
    const auto strobe = std::span(out_.dma_wstrb).first(beat_bytes_ / 8);
    data_.data.insert(data_.data.end(), out_.dma_wdata.begin(),
                      out_.dma_wdata.begin() + beat_bytes_);
    data_.strobe.insert(data_.strobe.end(), strobe.begin(), strobe.end());
    data_.whole = data_.whole && std::all_of(strobe.begin(), strobe.end(),
                                             [](std::uint8_t bits) { return bits == 0xff; });
    if (out_.dma_wlast) {
      full_data_.push_back(std::exchange(data_, {}));
    }
  }
  if ((address || beat) && !bursts_.empty() && !full_data_.empty()) {
    emit_bursts(time);
  }
}

void EndpointEngine::emit_bursts(TimePs time) {
  while (!bursts_.empty() && !full_data_.empty()) {
    if (std::size_t{bursts_.front().beats} * beat_bytes_ != full_data_.front().data.size()) {
      ++stats_.protocol_errors;
    }
    emit(time, bursts_.front(), full_data_.front());
    bursts_.pop_front();
    full_data_.pop_front();
  }
}

bool EndpointEngine::emit_piece(TimePs time, DmaWrite&& write) {
  trace_.add(kTraceDmaWrite);
  trace_.add(cycle_);
  trace_.add(write.addr);
  trace_.add(std::span<const std::uint8_t>(write.data));
  return host_->dma_write(time, std::move(write));
}

void EndpointEngine::emit(TimePs time, const WriteBurst& burst, BurstData& data) {
  const std::uint64_t base = burst.addr - burst.addr % beat_bytes_;
  if (data.whole) {
    if (emit_piece(time, {burst.id, true, base, std::move(data.data)})) {
      write_done_.push_back({time + options_.period, burst.id, kAxiOkay});
    }
    return;
  }
  const auto set = [&data](std::size_t i) { return (data.strobe[i / 8] >> (i % 8) & 1U) != 0; };
  const std::size_t size = data.data.size();
  bool posted = false;
  std::size_t from = 0;
  while (from < size && !set(from)) {
    ++from;
  }
  bool last = false;
  while (!last) {
    std::size_t to = from;
    while (to < size && (to % 8 == 0 && data.strobe[to / 8] == 0xff ? true : set(to))) {
      to += to % 8 == 0 && data.strobe[to / 8] == 0xff ? 8 : 1;
    }
    std::size_t next = to;
    while (next < size && !set(next)) {
      ++next;
    }
    last = next >= size;
    posted = emit_piece(time, {burst.id,
                               last,
                               base + from,
                               {data.data.begin() + static_cast<long>(from),
                                data.data.begin() + static_cast<long>(to)}});
    from = next;
  }
  if (posted) {
    write_done_.push_back({time + options_.period, burst.id, kAxiOkay});
  }
}

}  // namespace ethlink::sim

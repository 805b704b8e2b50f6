// SPDX-License-Identifier: Apache-2.0
//
// Windows of cycles, idle skipping, reset and the network pins, see endpoint_engine.hpp.
#include "sim/endpoint/endpoint_engine.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace ethlink::sim {
namespace {

// Kinds of events in the trace; part of what the fingerprint means.
enum : std::uint64_t { kTraceTx = 1, kTraceRx = 2, kTraceReset = 3 };

[[nodiscard]] std::size_t count_bits(const BeatStrobe& strobe, unsigned beat_bytes) {
  std::array<std::uint64_t, kMaxBeatBytes / 64> words{};
  std::memcpy(words.data(), strobe.data(), beat_bytes / 8);
  return static_cast<std::size_t>(std::popcount(words[0])) +
         static_cast<std::size_t>(std::popcount(words[1]));
}

void set_bits(BeatStrobe& strobe, std::size_t count) {
  strobe.fill(0);
  for (std::size_t i = 0; i < count / 8; ++i) {
    strobe[i] = 0xff;
  }
  if (count % 8 != 0) {
    strobe[count / 8] = static_cast<std::uint8_t>((1U << (count % 8)) - 1);
  }
}

}  // namespace

EndpointEngine::EndpointEngine(std::unique_ptr<EndpointModel> model, const EngineOptions& options)
    : model_(std::move(model)), options_(options), beat_bytes_(model_->beat_bytes()) {
  wave_done_ = options_.wave_path.empty();
}

void EndpointEngine::connect(HostSide& host, LinkDirection* transmit,
                             std::function<void(TimePs)> on_input) {
  host_ = &host;
  transmit_ = transmit;
  on_input_ = std::move(on_input);
}

void EndpointEngine::deliver(FrameArrival&& arrival) {
  if (removed_ || arrival.frame.empty()) {
    return;
  }
  // The MAC hands the beats on back to back, so that the last one leaves when the last byte is
  // in; no beat leaves before its bytes are in, nor before causality allows.
  const std::size_t beats = (arrival.frame.size() + beat_bytes_ - 1) / beat_bytes_;
  const TimePs stream = (beats - 1) * options_.period;
  const TimePs wire = arrival.end - arrival.start;
  const std::size_t head =
      kPreambleBytes + std::min<std::size_t>(arrival.frame.size(), beat_bytes_);
  const TimePs first_in = arrival.start + wire * head / (arrival.frame.size() + kPreambleBytes);
  const TimePs first = std::max(
      {arrival.not_before, first_in, arrival.end > stream ? arrival.end - stream : TimePs{0}});
  rx_.emplace(std::pair(first, rx_sequence_++), std::move(arrival.frame));
  on_input_(first);
}

void EndpointEngine::enqueue(const BarRequest& request) {
  BarPort& port = request.bar == Bar::kRegisters ? reg_ : aperture_;
  port.queue.push_back(request);
  port.order.push_back(next_order_);
  if (request.write) {
    port.writes_open.push_back(next_order_);
  }
  ++next_order_;
}

void EndpointEngine::bar_request(const BarRequest& request) {
  enqueue(request);
  on_input_(request.arrival);
}

void EndpointEngine::dma_read_data(DmaReadData&& data) {
  const TimePs arrival = data.arrival;
  read_data_.push_back(std::move(data));
  on_input_(arrival);
}

void EndpointEngine::dma_write_done(const DmaWriteDone& done) {
  write_done_.push_back(done);
  on_input_(done.arrival);
}

void EndpointEngine::reset(TimePs arrival) {
  control_.emplace(arrival, false);
  on_input_(arrival);
}

void EndpointEngine::remove(TimePs arrival) {
  control_[arrival] = true;
  on_input_(arrival);
}

TimePs EndpointEngine::next_input() const {
  TimePs next = rx_frame_.empty() ? kNever : 0;
  const auto earlier = [&next](TimePs time) { next = std::min(next, time); };
  if (!reg_.queue.empty()) {
    earlier(reg_.queue.front().arrival);
  }
  if (!aperture_.queue.empty()) {
    earlier(aperture_.queue.front().arrival);
  }
  if (!read_data_.empty()) {
    earlier(read_data_.front().arrival);
  }
  if (!write_done_.empty()) {
    earlier(write_done_.front().arrival);
  }
  if (!rx_.empty()) {
    earlier(rx_.begin()->first.first);
  }
  if (!control_.empty()) {
    earlier(control_.begin()->first);
  }
  return next;
}

TimePs EndpointEngine::run(TimePs limit) {
  while (!removed_) {
    TimePs due = cycle_ * options_.period;
    if (idle_) {
      const TimePs input = next_input();
      std::uint64_t target = input == kNever ? kNoDeadline : cycle_of(input);
      target = std::max(cycle_, std::min(target, deadline_));
      if (target >= kNoDeadline) {
        return kNever;
      }
      due = target * options_.period;
      if (due >= limit) {
        return due;
      }
      cycle_ = target;
    } else if (due >= limit) {
      return due;
    }
    begin();
    finish();
  }
  return kNever;
}

void EndpointEngine::wave(TimePs time) {
  if (time >= options_.wave_to) {
    model_->close_wave();
    wave_done_ = true;
  } else if (time >= options_.wave_from) {
    if (!model_->wave_open()) {
      if (Result<void> opened = model_->open_wave(options_.wave_path); !opened) {
        wave_error_ = opened.error();
        wave_done_ = true;
        return;
      }
    }
    wave_written_ = true;
    model_->set_wave_time(time, options_.period);
  }
}

Result<void> EndpointEngine::close_wave() {
  model_->close_wave();
  wave_done_ = true;
  if (wave_error_) {
    return *wave_error_;
  }
  if (!options_.wave_path.empty() && !wave_written_) {
    return Error{
        Errc::kOutOfRange,
        options_.wave_path + ": expected a cycle in the window of the waveform, found none"};
  }
  return {};
}

void EndpointEngine::begin() {
  if (removed_) {
    return;
  }
  const TimePs time = cycle_ * options_.period;
  if (!control_.empty() && control_.begin()->first <= time) {
    control(time);
    if (removed_) {
      return;
    }
  }
  if (!wave_done_) {
    wave(time);
  }
  in_.now = cycle_;
  in_.rst = cycle_ < reset_until_;
  drive_bars(time);
  drive_dma(time);
  drive_rx(time);
  in_.mac_tx_tready = transmit_ == nullptr ? direct_ready_ : transmit_->ready(time);
  model_->sample(in_, out_);
  if (!in_.rst) {
    take_reg(time);
    take_aperture(time);
    take_dma_read(time);
    take_dma_write(time);
    take_tx(time);
  }
  take_inputs();
}

void EndpointEngine::direct_rx(const EndpointOut* sender) {
  in_.mac_rx_tvalid = sender != nullptr && !in_.rst && !removed_;
  if (in_.mac_rx_tvalid) {
    in_.mac_rx_tdata = sender->mac_tx_tdata;
    in_.mac_rx_tkeep = sender->mac_tx_tkeep;
    in_.mac_rx_tlast = sender->mac_tx_tlast;
    in_.mac_rx_tuser = false;
  }
  model_->drive_rx(in_);
}

void EndpointEngine::finish() {
  ++cycle_;
  if (removed_) {
    return;
  }
  model_->clock();
  ++stats_.cycles_run;
  if (options_.skip && cycle_ >= reset_until_) {
    const EndpointIdle idle = model_->idle();
    idle_ = idle.quiescent;
    deadline_ = idle.deadline;
  }
}

void EndpointEngine::control(TimePs time) {
  while (!control_.empty() && control_.begin()->first <= time) {
    removed_ = removed_ || control_.begin()->second;
    control_.erase(control_.begin());
  }
  trace_.add(kTraceReset);
  trace_.add(cycle_);
  const auto stale = [time](const auto& message) { return message.arrival <= time; };
  std::map<std::uint64_t, BarRequest> kept;  // what is still under way, by its order
  for (BarPort* port : {&reg_, &aperture_}) {
    for (std::size_t i = 0; i < port->queue.size(); ++i) {
      if (!stale(port->queue[i])) {
        kept.emplace(port->order[i], port->queue[i]);
      }
    }
    *port = BarPort{};
  }
  for (const auto& [order, request] : kept) {
    enqueue(request);
  }
  std::erase_if(read_data_, stale);
  std::erase_if(write_done_, stale);
  read_offset_ = 0;
  bursts_.clear();
  full_data_.clear();
  data_ = {};
  rx_frame_.clear();
  rx_offset_ = 0;
  if (transmit_ != nullptr) {
    transmit_->abort(time);
  }
  reset_until_ = cycle_ + kResetCycles;
  idle_ = false;
  ++stats_.resets;
  if (removed_) {
    model_->close_wave();
    rx_.clear();
    in_ = {};
    out_ = {};
  }
}

void EndpointEngine::drive_rx(TimePs time) {
  if (rx_frame_.empty() && !rx_.empty() && rx_.begin()->first.first <= time) {
    rx_frame_ = std::move(rx_.begin()->second);
    rx_.erase(rx_.begin());
    rx_offset_ = 0;
  }
  in_.mac_rx_tvalid = !rx_frame_.empty();
  if (!in_.mac_rx_tvalid) {
    return;
  }
  const std::size_t bytes = std::min<std::size_t>(beat_bytes_, rx_frame_.size() - rx_offset_);
  std::memcpy(in_.mac_rx_tdata.data(), rx_frame_.data() + rx_offset_, bytes);
  if (bytes < beat_bytes_) {
    std::memset(in_.mac_rx_tdata.data() + bytes, 0, beat_bytes_ - bytes);
  }
  set_bits(in_.mac_rx_tkeep, bytes);
  in_.mac_rx_tlast = rx_offset_ + bytes == rx_frame_.size();
  in_.mac_rx_tuser = false;
}

void EndpointEngine::take_inputs() {
  if (in_.mac_rx_tvalid) {
    if (rx_offset_ == 0) {
      trace_.add(kTraceRx);
      trace_.add(cycle_);
      trace_.add(std::span<const std::uint8_t>(rx_frame_));
    }
    rx_offset_ += beat_bytes_;
    if (in_.mac_rx_tlast) {
      rx_frame_.clear();
    }
  }
  if (in_.dma_rvalid) {
    DmaReadData& head = read_data_.front();
    const std::size_t lane = (head.addr + read_offset_) % beat_bytes_;
    read_offset_ += beat_bytes_ - lane;
    if (read_offset_ >= head.data.size()) {
      read_data_.pop_front();
      read_offset_ = 0;
    }
  }
  if (in_.dma_bvalid) {
    write_done_.pop_front();
  }
}

void EndpointEngine::take_tx(TimePs time) {
  if (!out_.mac_tx_tvalid || !in_.mac_tx_tready) {
    return;
  }
  const std::size_t bytes = count_bits(out_.mac_tx_tkeep, beat_bytes_);
  const std::span<const std::uint8_t> beat(out_.mac_tx_tdata.data(), bytes);
  if (!out_.mac_tx_tlast && bytes != beat_bytes_) {
    ++stats_.protocol_errors;
  }
  trace_.add(kTraceTx);
  trace_.add(cycle_);
  trace_.add(beat);
  if (transmit_ != nullptr) {
    transmit_->beat(time, beat, out_.mac_tx_tlast);
  }
}

}  // namespace ethlink::sim

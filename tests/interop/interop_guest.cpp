// SPDX-License-Identifier: Apache-2.0
//
// The guest's end of the interoperation tests: does with libibverbs what it is told, line by line.
//
// usage: interop_guest PORT
//
// A line is a command with arguments `name=number`; each is answered by one line, "ok" with
// `name=number` or "error" with a reason. What is tested, and in which order, the other side
// decides.
//
//   connect family= mtu= qpn= psn= timeout= retry= rnr_retry= min_rnr=   -> qpn va rkey
//   close                      ends the queue pair
//   window                     a key for all memory that a SEND may invalidate    -> rkey
//   fill offset= length= salt=      check offset= length= salt=    (error: where it differs)
//   receive id= offset= length=
//   post op= id= offset= length= remote= rkey= imm= solicited=     atomics also: compare= operand=
//   load offset= length=8      -> value
//   wait                       the next completion  -> id status op bytes imm flags

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <infiniband/verbs.h>
#include <unistd.h>

#include "pattern.hpp"

namespace ethlink::interop {
namespace {

using Arguments = std::map<std::string, std::uint64_t>;

constexpr std::uint8_t kPort = 1;
constexpr int kDepth = 64;
constexpr std::chrono::seconds kPatience{100};
constexpr int kAccess = IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_WRITE | IBV_ACCESS_REMOTE_READ |
                        IBV_ACCESS_REMOTE_ATOMIC;
constexpr const char* kOwn4 = "::ffff:10.0.0.2";
constexpr const char* kPeer4 = "::ffff:10.0.0.1";
constexpr const char* kOwn6 = "fd00::2";
constexpr const char* kPeer6 = "fd00::1";

struct Operation {
  std::string_view name;
  ibv_wr_opcode opcode;
};
// What `post` knows.
constexpr std::array kOperations{
    Operation{"send", IBV_WR_SEND},
    Operation{"send_imm", IBV_WR_SEND_WITH_IMM},
    Operation{"send_inv", IBV_WR_SEND_WITH_INV},
    Operation{"write", IBV_WR_RDMA_WRITE},
    Operation{"write_imm", IBV_WR_RDMA_WRITE_WITH_IMM},
    Operation{"read", IBV_WR_RDMA_READ},
    Operation{"fetch_add", IBV_WR_ATOMIC_FETCH_AND_ADD},
    Operation{"compare_swap", IBV_WR_ATOMIC_CMP_AND_SWP},
};

void require(bool good, const std::string& what) {
  if (!good) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
  }
}

ibv_gid gid_of(const char* text) {
  ibv_gid gid{};
  require(::inet_pton(AF_INET6, text, gid.raw) == 1, text);
  return gid;
}

class Guest {
 public:
  Guest() {
    int count = 0;
    ibv_device** devices = ::ibv_get_device_list(&count);
    require(devices != nullptr && count > 0, "ibv_get_device_list");
    context_ = ::ibv_open_device(devices[0]);
    require(context_ != nullptr, "ibv_open_device");
    ::ibv_free_device_list(devices);
    domain_ = ::ibv_alloc_pd(context_);
    require(domain_ != nullptr, "ibv_alloc_pd");
    queue_ = ::ibv_create_cq(context_, 4 * kDepth, nullptr, nullptr, 0);
    require(queue_ != nullptr, "ibv_create_cq");
    memory_.resize(kMemoryBytes);
    region_ = ::ibv_reg_mr(domain_, memory_.data(), memory_.size(), kAccess | IBV_ACCESS_MW_BIND);
    require(region_ != nullptr, "ibv_reg_mr");
  }

  std::string execute(const std::string& command, const std::string& op, const Arguments& a) {
    std::ostringstream answer;
    if (command == "connect") {
      connect(a);
      answer << " qpn=" << pair_->qp_num
             << " va=" << reinterpret_cast<std::uintptr_t>(memory_.data())
             << " rkey=" << region_->rkey;
    } else if (command == "close") {
      close();
    } else if (command == "window") {
      answer << " rkey=" << bind_window();
    } else if (command == "fill") {
      std::uint8_t* to = at(a);
      for (std::uint64_t i = 0; i < a.at("length"); ++i) {
        to[i] = pattern(i, a.at("salt"));
      }
    } else if (command == "check") {
      const std::uint8_t* from = at(a);
      for (std::uint64_t i = 0; i < a.at("length"); ++i) {
        if (from[i] != pattern(i, a.at("salt"))) {
          throw std::runtime_error("byte " + std::to_string(i) + " is " + std::to_string(from[i]) +
                                   ", expected " + std::to_string(pattern(i, a.at("salt"))));
        }
      }
    } else if (command == "load") {
      std::uint64_t value = 0;
      std::memcpy(&value, at(a), sizeof(value));
      answer << " value=" << value;
    } else if (command == "receive") {
      receive(a);
    } else if (command == "post") {
      post(op, a);
    } else if (command == "wait") {
      const ibv_wc wc = wait();
      answer << " id=" << wc.wr_id << " status=" << wc.status << " op=" << wc.opcode
             << " bytes=" << wc.byte_len << " imm=" << ntohl(wc.imm_data)
             << " key=" << wc.invalidated_rkey << " flags=" << wc.wc_flags;
    } else {
      throw std::runtime_error("no such command: " + command);
    }
    return "ok" + answer.str();
  }

 private:
  std::uint8_t* at(const Arguments& a) {
    if (a.at("offset") + a.at("length") > memory_.size()) {
      throw std::runtime_error("outside of the memory");
    }
    return memory_.data() + a.at("offset");
  }

  [[nodiscard]] std::uint8_t gid_index(const char* own) const {
    const ibv_gid wanted = gid_of(own);
    ibv_gid found{};
    for (std::uint8_t i = 0; ::ibv_query_gid(context_, kPort, i, &found) == 0; ++i) {
      if (std::memcmp(&found, &wanted, sizeof(found)) == 0) {
        return i;
      }
    }
    throw std::runtime_error(std::string("no GID ") + own);
  }

  void connect(const Arguments& a) {
    close();
    ibv_qp_init_attr init{};
    init.send_cq = init.recv_cq = queue_;
    init.cap = {kDepth, kDepth, 1, 1, 0};
    init.qp_type = IBV_QPT_RC;
    init.sq_sig_all = 1;
    pair_ = ::ibv_create_qp(domain_, &init);
    require(pair_ != nullptr, "ibv_create_qp");

    ibv_qp_attr attributes{};
    attributes.qp_state = IBV_QPS_INIT;
    attributes.port_num = kPort;
    attributes.qp_access_flags = kAccess;
    modify(attributes, IBV_QP_STATE | IBV_QP_PKEY_INDEX | IBV_QP_PORT | IBV_QP_ACCESS_FLAGS);

    const bool v4 = a.at("family") == 4;
    attributes.qp_state = IBV_QPS_RTR;
    attributes.path_mtu = IBV_MTU_256;
    while (128U << attributes.path_mtu != a.at("mtu")) {
      attributes.path_mtu = static_cast<ibv_mtu>(attributes.path_mtu + 1);
      if (attributes.path_mtu > IBV_MTU_4096) {
        throw std::runtime_error("no such MTU");
      }
    }
    attributes.dest_qp_num = static_cast<std::uint32_t>(a.at("qpn"));
    attributes.rq_psn = attributes.sq_psn = static_cast<std::uint32_t>(a.at("psn"));
    attributes.max_dest_rd_atomic = attributes.max_rd_atomic = 4;
    attributes.min_rnr_timer = static_cast<std::uint8_t>(a.at("min_rnr"));
    attributes.ah_attr.is_global = 1;
    attributes.ah_attr.port_num = kPort;
    attributes.ah_attr.grh.dgid = gid_of(v4 ? kPeer4 : kPeer6);
    attributes.ah_attr.grh.sgid_index = gid_index(v4 ? kOwn4 : kOwn6);
    attributes.ah_attr.grh.hop_limit = 64;
    modify(attributes, IBV_QP_STATE | IBV_QP_AV | IBV_QP_PATH_MTU | IBV_QP_DEST_QPN |
                           IBV_QP_RQ_PSN | IBV_QP_MAX_DEST_RD_ATOMIC | IBV_QP_MIN_RNR_TIMER);

    attributes.qp_state = IBV_QPS_RTS;
    attributes.timeout = static_cast<std::uint8_t>(a.at("timeout"));
    attributes.retry_cnt = static_cast<std::uint8_t>(a.at("retry"));
    attributes.rnr_retry = static_cast<std::uint8_t>(a.at("rnr_retry"));
    modify(attributes, IBV_QP_STATE | IBV_QP_TIMEOUT | IBV_QP_RETRY_CNT | IBV_QP_RNR_RETRY |
                           IBV_QP_SQ_PSN | IBV_QP_MAX_QP_RD_ATOMIC);
  }

  void modify(ibv_qp_attr& attributes, int mask) {
    const int error = ::ibv_modify_qp(pair_, &attributes, mask);
    errno = error;
    require(error == 0, "ibv_modify_qp to state " + std::to_string(attributes.qp_state));
  }

  void close() {
    for (ibv_mw* window : windows_) {
      ::ibv_dealloc_mw(window);
    }
    windows_.clear();
    if (pair_ != nullptr) {
      require(::ibv_destroy_qp(pair_) == 0, "ibv_destroy_qp");
      pair_ = nullptr;
    }
    for (ibv_wc wc{}; ::ibv_poll_cq(queue_, 1, &wc) > 0;) {
    }
  }

  std::uint32_t bind_window() {
    ibv_mw* window = ::ibv_alloc_mw(domain_, IBV_MW_TYPE_2);
    require(window != nullptr, "ibv_alloc_mw");
    windows_.push_back(window);
    ibv_send_wr request{};
    request.opcode = IBV_WR_BIND_MW;
    request.bind_mw.mw = window;
    request.bind_mw.rkey = ::ibv_inc_rkey(window->rkey);
    request.bind_mw.bind_info = {region_, reinterpret_cast<std::uintptr_t>(memory_.data()),
                                 memory_.size(), IBV_ACCESS_REMOTE_WRITE};
    post(request);
    const ibv_wc wc = wait();
    if (wc.status != IBV_WC_SUCCESS || wc.opcode != IBV_WC_BIND_MW) {
      throw std::runtime_error("a window was not bound: " + std::to_string(wc.status));
    }
    return request.bind_mw.rkey;
  }

  void receive(const Arguments& a) {
    ibv_sge element{reinterpret_cast<std::uintptr_t>(at(a)),
                    static_cast<std::uint32_t>(a.at("length")), region_->lkey};
    ibv_recv_wr request{};
    request.wr_id = a.at("id");
    request.sg_list = &element;
    request.num_sge = 1;
    ibv_recv_wr* bad = nullptr;
    errno = ::ibv_post_recv(pair_, &request, &bad);
    require(errno == 0, "ibv_post_recv");
  }

  void post(const std::string& op, const Arguments& a) {
    const auto* const found = std::find_if(kOperations.begin(), kOperations.end(),
                                           [&](const Operation& item) { return item.name == op; });
    if (found == kOperations.end()) {
      throw std::runtime_error("no such operation: " + op);
    }
    ibv_sge element{reinterpret_cast<std::uintptr_t>(at(a)),
                    static_cast<std::uint32_t>(a.at("length")), region_->lkey};
    ibv_send_wr request{};
    request.wr_id = a.at("id");
    request.opcode = found->opcode;
    request.sg_list = &element;
    request.num_sge = a.at("length") == 0 ? 0 : 1;
    request.send_flags = a.at("solicited") != 0 ? IBV_SEND_SOLICITED : 0;
    const auto rkey = static_cast<std::uint32_t>(a.at("rkey"));
    if (found->opcode == IBV_WR_SEND_WITH_INV) {
      request.invalidate_rkey = rkey;
    } else {
      request.imm_data = htonl(static_cast<std::uint32_t>(a.at("imm")));
    }
    if (a.contains("operand")) {
      // compare_add is the value to add, or the one to compare with.
      const bool adds = found->opcode == IBV_WR_ATOMIC_FETCH_AND_ADD;
      request.wr.atomic = {a.at("remote"), a.at(adds ? "operand" : "compare"), a.at("operand"),
                           rkey};
    } else {
      request.wr.rdma = {a.at("remote"), rkey};
    }
    post(request);
  }

  void post(ibv_send_wr& request) {
    ibv_send_wr* bad = nullptr;
    errno = ::ibv_post_send(pair_, &request, &bad);
    require(errno == 0, "ibv_post_send");
  }

  // Polls, and lets other work of the guest run in between.
  [[nodiscard]] ibv_wc wait() const {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    ibv_wc wc{};
    while (std::chrono::steady_clock::now() < end) {
      if (::ibv_poll_cq(queue_, 1, &wc) > 0) {
        return wc;
      }
      ::usleep(20);
    }
    throw std::runtime_error("no completion came");
  }

  ibv_context* context_ = nullptr;
  ibv_pd* domain_ = nullptr;
  ibv_cq* queue_ = nullptr;
  ibv_mr* region_ = nullptr;
  ibv_qp* pair_ = nullptr;
  std::vector<ibv_mw*> windows_;
  std::vector<std::uint8_t> memory_;
};

// "post op=write id=3" -> command, the value of `op`, numbers.
std::string answer_to(Guest& guest, const std::string& line) {
  std::istringstream words(line);
  std::string command;
  std::string op;
  Arguments arguments;
  words >> command;
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
    if (name == "op") {
      op = value;
    } else {
      arguments[name] = std::strtoull(value.c_str(), nullptr, 0);
    }
  }
  try {
    return guest.execute(command, op, arguments);
  } catch (const std::out_of_range&) {
    return "error an argument of '" + line + "' is missing";
  } catch (const std::exception& error) {
    return std::string("error ") + error.what();
  }
}

void write_line(int port, const std::string& line) {
  const std::string text = line + "\n";
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t put = ::write(port, text.data() + done, text.size() - done);
    require(put > 0, "write");
    done += static_cast<std::size_t>(put);
  }
}

int serve(const char* path) {
  const int port = ::open(path, O_RDWR);
  require(port >= 0, path);
  Guest guest;
  write_line(port, "ready");
  std::string pending;
  std::array<char, 4096> block;
  for (;;) {
    const ssize_t got = ::read(port, block.data(), block.size());
    if (got <= 0) {
      return 0;  // the other side went away
    }
    pending.append(block.data(), static_cast<std::size_t>(got));
    for (std::size_t end = 0; (end = pending.find('\n')) != std::string::npos;) {
      const std::string line = pending.substr(0, end);
      pending.erase(0, end + 1);
      if (line == "bye") {
        return 0;
      }
      write_line(port, answer_to(guest, line));
    }
  }
}

}  // namespace
}  // namespace ethlink::interop

int main(int argc, char** argv) {
  try {
    return argc == 2 ? ethlink::interop::serve(argv[1]) : 2;
  } catch (const std::exception& error) {
    std::cout << "interop_guest: " << error.what() << std::endl;
    return 1;
  }
}

#include "nn/processes.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <mutex>

#include "core/error.h"
#include "core/number.h"
#include "nn/group.h"

#if LARC_GLOO
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif

namespace larc::nn {

#if LARC_GLOO

namespace {

using Milliseconds = std::chrono::milliseconds;
using Store = c10::intrusive_ptr<c10d::Store>;

/// Gloo, the stores and their sockets each throw exceptions of their own.
template <typename Work>
auto in_group(const Group& group, const char* what, Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& error) {
    const std::string reason = error.what();
    throw Error(ErrorCode::io, "process " + std::to_string(group.rank) + " of " + std::to_string(group.size) + " " +
                                   what + " (" + reason.substr(0, reason.find('\n')) + "; it waits for " +
                                   std::to_string(group.timeout_seconds) +
                                   " s). If another one says why it ended, that is the cause");
  }
}

Store open_store(const Group& group) {
  const Milliseconds timeout = std::chrono::seconds(group.timeout_seconds);
  Store store;
  if (group.meeting.starts_with("file://")) {
    store = c10::make_intrusive<c10d::FileStore>(group.meeting.substr(7), group.size);
  } else {
    const std::size_t colon = group.meeting.rfind(':');
    c10d::TCPStoreOptions options;
    options.port = static_cast<std::uint16_t>(*parse_integer(group.meeting.substr(colon + 1)));
    options.isServer = group.rank == 0;
    options.numWorkers = static_cast<std::size_t>(group.size);
    options.timeout = timeout;
    store = c10::make_intrusive<c10d::TCPStore>(group.meeting.substr(6, colon - 6), options);
  }
  store->setTimeout(timeout);
  return store;
}

/// One training at a time. A store lives as long as the process: opened anew for the next training, a process that is
/// ahead would find what the one before is about to clear away.
struct Place {
  Store store;
  int meetings = 0;
};
std::mutex training;
std::map<std::string, Place> places;

}  // namespace

struct Processes::Link {
  explicit Link(const Group& own) : group(own), lock(training) {
    // A socket whose other end is gone shall be an error, not the end of this process. Not undone: the store's sockets
    // live on.
    std::signal(SIGPIPE, SIG_IGN);
    in_group(group, "did not meet the others", [&] {
      Place& place = places[group.meeting];
      if (!place.store) place.store = open_store(group);
      const std::string name = "training" + std::to_string(place.meetings++);
      const auto options = c10d::ProcessGroupGloo::Options::create(timeout());
      options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(group.address));
      options->threads = 1;
      gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(c10::make_intrusive<c10d::PrefixStore>(name, place.store),
                                                         group.rank, group.size, options);
    });
  }
  Milliseconds timeout() const { return std::chrono::seconds(group.timeout_seconds); }
  void sum(const at::Tensor& values) {
    in_group(group, "had no answer from the others", [&] {
      std::vector<at::Tensor> list = {values};
      c10d::AllreduceOptions options;
      options.timeout = timeout();
      gloo->allreduce(list, options)->wait();
    });
  }
  void broadcast(const at::Tensor& values) {
    in_group(group, "had no answer from the others", [&] {
      std::vector<at::Tensor> list = {values};
      c10d::BroadcastOptions options;
      options.timeout = timeout();
      gloo->broadcast(list, options)->wait();
    });
  }

  Group group;
  std::unique_lock<std::mutex> lock;
  // Not by its base class, which later versions of LibTorch changed.
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
};

#else

struct Processes::Link {
  explicit Link(const Group&) {
    throw Error(ErrorCode::unsupported,
                "larc was built with a LibTorch without Gloo, or without Gloo's headers (Debian: libgloo-dev): one "
                "process alone trains networks");
  }
  void sum(const at::Tensor&) {}
  void broadcast(const at::Tensor&) {}
};

#endif

Processes::Processes(const Group& group) : rank_(group.rank), size_(group.size) {
  check_group(group);
  if (size_ > 1) link_ = std::make_unique<Link>(group);
}

Processes::~Processes() = default;

bool Processes::available() {
  return LARC_GLOO != 0;
}

void Processes::sum(const at::Tensor& values) {
  if (link_) link_->sum(values);
}

std::string Processes::from_first(const std::string& bytes) {
  if (!link_) return bytes;
  const at::Tensor size = at::full({1}, static_cast<std::int64_t>(bytes.size()), at::kLong);
  link_->broadcast(size);
  const at::Tensor values = at::zeros({size.item<std::int64_t>()}, at::kByte);
  if (values.numel() == 0) return {};
  if (rank_ == 0) std::ranges::copy(bytes, values.data_ptr<std::uint8_t>());
  link_->broadcast(values);
  const auto* data = values.data_ptr<std::uint8_t>();
  return {data, data + values.numel()};
}

void Processes::require_same(const std::string& text, const std::string& what) {
  if (!link_) return;
  const at::Tensor others = at::full({1}, from_first(text) == text ? 0.0F : 1.0F, at::kFloat);
  sum(others);
  if (others.item<float>() > 0.0F)
    throw Error(ErrorCode::conflict, "the processes of a training were given different " + what);
}

at::Tensor Processes::gather(const std::vector<std::size_t>& rows, std::int64_t columns,
                             const std::function<at::Tensor(const std::vector<std::size_t>&)>& work) {
  if (!link_) return work(rows);
  const at::Tensor all = at::zeros({static_cast<std::int64_t>(rows.size()), columns}, at::kFloat);
  std::vector<std::size_t> places, part;
  for (auto place = static_cast<std::size_t>(rank_); place < rows.size(); place += static_cast<std::size_t>(size_)) {
    places.push_back(place);
    part.push_back(rows[place]);
  }
  if (!places.empty()) {
    const at::Tensor values = work(part);
    for (std::size_t i = 0; i < places.size(); ++i)
      all[static_cast<std::int64_t>(places[i])].copy_(values[static_cast<std::int64_t>(i)]);
  }
  sum(all);
  return all;
}

}  // namespace larc::nn

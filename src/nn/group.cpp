#include "nn/group.h"

#include <cstdlib>

#include "core/error.h"
#include "core/number.h"

namespace larc::nn {

namespace {

constexpr int kFirstPort = 20000;
constexpr int kPorts = 12000;  // below those the system gives out by itself

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

int number(const char* name) {
  const auto value = parse_integer(variable(name));
  if (!value || *value < 0 || *value > 1'000'000'000)
    throw Error(ErrorCode::domain, std::string(name) + " is '" + variable(name) + "', not a whole number from 0 on");
  return static_cast<int>(*value);
}

/// "node07" of "node[07-09,12],other3".
std::string first_host(const std::string& list) {
  const std::size_t end = list.find_first_of("[,");
  std::string host = list.substr(0, end);
  if (end != std::string::npos && list[end] == '[')
    host += list.substr(end + 1, list.find_first_of("-,]", end) - end - 1);
  return host;
}

Group group_of_slurm() {
  Group group;
  group.rank = number("SLURM_PROCID");
  group.size = number("SLURM_STEP_NUM_TASKS");
  const bool one_node = variable("SLURM_STEP_NUM_NODES") == "1";
  const std::string host = one_node ? group.address : first_host(variable("SLURM_STEP_NODELIST"));
  const int port = kFirstPort + (number("SLURM_JOB_ID") * 7 % kPorts + number("SLURM_STEP_ID")) % kPorts;
  group.meeting = "tcp://" + host + ":" + std::to_string(port);
  if (!one_node) group.address = variable("SLURMD_NODENAME");
  return group;
}

bool is_meeting(const std::string& text) {
  if (text.starts_with("file:///")) return text.size() > 8;
  const std::size_t colon = text.rfind(':');
  if (!text.starts_with("tcp://") || colon < 7) return false;
  const auto port = parse_integer(text.substr(colon + 1));
  return port && *port > 0 && *port < 65536;
}

}  // namespace

Group group_from_environment() {
  Group group;
  if (!variable("LARC_PROCESSES").empty()) {
    group.size = number("LARC_PROCESSES");
    group.rank = number("LARC_RANK");
  } else if (!variable("SLURM_PROCID").empty() && !variable("SLURM_STEP_NUM_TASKS").empty()) {
    group = group_of_slurm();
  }
  if (const std::string meeting = variable("LARC_MEETING"); !meeting.empty()) group.meeting = meeting;
  if (const std::string address = variable("LARC_ADDRESS"); !address.empty()) group.address = address;
  check_group(group);
  return group;
}

void check_group(const Group& group) {
  const auto require = [](bool good, const std::string& what) {
    if (!good) throw Error(ErrorCode::domain, "processes: " + what);
  };
  require(group.size >= 1 && group.size <= 10000,
          "there are " + std::to_string(group.size) + "; LARC_PROCESSES must lie between 1 and 10000");
  require(group.rank >= 0 && group.rank < group.size, "this one is number " + std::to_string(group.rank) + " of " +
                                                          std::to_string(group.size) + "; LARC_RANK counts from 0");
  require(group.timeout_seconds >= 1, "timeout_seconds is below 1");
  require(group.size == 1 || is_meeting(group.meeting),
          "they cannot meet at '" + group.meeting + "'; LARC_MEETING must be file:///PATH or tcp://HOST:PORT");
}

}  // namespace larc::nn

#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace larc::demo {

/// signal  outcomes follow the documented model
/// null    outcomes follow nothing
/// leak    as null, and a column `followup_visits`, known only after the outcome, gives the outcome away
/// centre  outcomes follow the centre, whose scanner also leaves its mark on the image; nothing else
enum class Scenario { signal, null, leak, centre };

std::string to_string(Scenario scenario);
/// errors usage: not one of signal, null, leak, centre
Scenario parse_scenario(std::string_view text);

struct DemoSettings {
  int patients = 120;
  Scenario scenario = Scenario::signal;
  std::uint64_t seed = 1;
  int threads = 1;
};

/// Fewer patients than this cannot fill three centres.
inline constexpr int kFewestPatients = 6;
/// From this many on three faulty deliveries are planted.
inline constexpr int kFewestForPlanted = 40;

}  // namespace larc::demo

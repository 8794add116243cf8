#include "demo/settings.h"

#include "core/error.h"

namespace larc::demo {

std::string to_string(Scenario scenario) {
  switch (scenario) {
    case Scenario::signal:
      return "signal";
    case Scenario::null:
      return "null";
    case Scenario::leak:
      return "leak";
    case Scenario::centre:
      return "centre";
  }
  return "signal";
}

Scenario parse_scenario(std::string_view text) {
  for (const auto scenario : {Scenario::signal, Scenario::null, Scenario::leak, Scenario::centre}) {
    if (text == to_string(scenario)) return scenario;
  }
  throw Error(ErrorCode::usage,
              "demo scenario '" + std::string(text) + "' is none of signal, null, leak, centre; choose one of these");
}

std::string to_string(Disk disk) {
  return disk == Disk::raw ? "raw" : "tidy";
}

Disk parse_disk(std::string_view text) {
  for (const auto disk : {Disk::tidy, Disk::raw})
    if (text == to_string(disk)) return disk;
  throw Error(ErrorCode::usage, "demo disk '" + std::string(text) + "' is neither tidy nor raw; choose one of the two");
}

}  // namespace larc::demo

#pragma once
#include <functional>

#include "core/json.h"
#include "demo/disk_plan.h"

namespace larc::demo {

/// One list of truth.json about the images of a raw disk: calls write(line) for what it says of patient `i`.
struct DiskList {
  const char* key;
  std::function<void(const Cohort& cohort, const DiskPlan& disk, std::size_t i,
                     const std::function<void(const Json& line)>& write)>
      lines;
};

/// examinations, series, quality, duplicates, identifying_strings: see docs/methods/demo.md.
const std::vector<DiskList>& disk_lists();

}  // namespace larc::demo

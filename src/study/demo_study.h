#pragma once
#include <filesystem>
#include <string>

#include "study/study.h"

namespace larc::study {

struct DemoOptions {
  int patients = 120;
  std::string scenario = "signal";  // signal, null, leak, centre
  std::uint64_t seed = 1;
  int threads = 1;
};

/// study.yaml of the demonstration: the rectal protocol under another head.
std::string demo_protocol(std::uint64_t seed);

/// A new study with the demonstration protocol and a synthetic cohort in STUDY/incoming.
/// errors usage (unknown scenario, fewer than 10 patients), conflict (there is a study already)
void init_demo(const std::filesystem::path& folder, const DemoOptions& options);

}  // namespace larc::study

#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "study/study.h"

namespace larc::study {

struct DemoOptions {
  int patients = 240;               // screened; 77.5% of them are eligible
  std::string scenario = "signal";  // signal, null, leak, centre
  std::uint64_t seed = 1;
  int threads = 1;
  std::string disk = "tidy";   // tidy, raw
  std::optional<bool> images;  // absent: up to kMostPatientsWithImages
};

/// Images of more patients than this are written only when they are asked for: 1,000 take some 10 GB.
inline constexpr int kMostPatientsWithImages = 1000;
bool demo_with_images(const DemoOptions& options);

/// study.yaml of the demonstration: the rectal protocol under another head. Cells that cannot be understood count as
/// missing, the data cut is the generator's, and without images nothing is extracted and there are clinical models
/// alone. In scenario `leak` the protocol takes the bait: visit_score, a renamed copy of followup_visits, is declared
/// as known before therapy and made a predictor.
std::string demo_protocol(const DemoOptions& options);

/// A new study with the demonstration protocol and a synthetic cohort in STUDY/incoming.
/// errors usage (unknown scenario), domain (too few patients), conflict (there is a study already)
void init_demo(const std::filesystem::path& folder, const DemoOptions& options);

}  // namespace larc::study

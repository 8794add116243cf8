#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace larc::study {

/// How a stage is run.
struct RunOptions {
  int threads = 1;
  std::optional<std::uint64_t> seed;                 // instead of the study file's
  std::function<void(const std::string&)> say = {};  // for people: what they must hear before they see a figure
};

}  // namespace larc::study

#pragma once
#include <initializer_list>
#include <utility>

#include "core/random.h"

namespace larc::demo {

/// One of the names by its share; shares sum to 1.
inline const char* choose(Random& random, std::initializer_list<std::pair<const char*, double>> options) {
  double u = random.uniform();
  for (const auto& [name, share] : options) {
    if (u < share) return name;
    u -= share;
  }
  return (options.end() - 1)->first;
}

/// low .. high, both included.
inline int whole(Random& random, int low, int high) {
  return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1)));
}

}  // namespace larc::demo

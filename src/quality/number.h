#pragma once
#include <string>

#include "core/number.h"

namespace larc::quality {

/// A value, or NaN and why.
struct Number {
  double value = kNaN;
  std::string reason;
};

inline Number undefined(std::string reason) {
  return {kNaN, std::move(reason)};
}

}  // namespace larc::quality

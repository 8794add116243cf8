#pragma once
#include <map>
#include <string>

#include "core/number.h"

namespace larc::stats {

/// How a feature changed from the first time point to the second.
///   difference  second - first
///   relative    (second - first) / |first|
///   ratio       second / first
///   per_week    (second - first) / weeks between
enum class DeltaKind { difference, relative, ratio, per_week };

/// errors domain: not one of difference, relative, ratio, per_week
DeltaKind parse_delta(const std::string& name);
std::string to_string(DeltaKind kind);

struct DeltaValue {
  double value = kNaN;
  std::string reason;  // why the value is NaN; empty otherwise
};

/// One entry for every feature of either map, under the feature's own name. NaN with a reason: the feature is absent
/// or not finite at a time point, the first value is 0 (relative, ratio), or the result leaves the range of doubles.
/// days_between  from first to second, > 0; used by per_week alone
/// errors domain: days_between not positive and finite with per_week
std::map<std::string, DeltaValue> delta_features(const std::map<std::string, double>& first,
                                                 const std::map<std::string, double>& second, DeltaKind kind,
                                                 double days_between = kNaN);

}  // namespace larc::stats

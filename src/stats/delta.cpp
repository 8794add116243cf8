#include "stats/delta.h"

#include "core/error.h"

namespace larc::stats {

namespace {

constexpr double kDaysPerWeek = 7;

/// The value, or NaN and why.
DeltaValue value_at(const std::map<std::string, double>& features, const std::string& name, const char* time_point) {
  const auto found = features.find(name);
  if (found == features.end()) return {kNaN, std::string("absent at the ") + time_point + " time point"};
  if (!std::isfinite(found->second)) return {kNaN, std::string("undefined at the ") + time_point + " time point"};
  return {found->second, ""};
}

DeltaValue change(double first, double second, DeltaKind kind, double days_between) {
  if (first == 0 && (kind == DeltaKind::relative || kind == DeltaKind::ratio))
    return {kNaN, "division by zero: the value at the first time point is 0"};
  DeltaValue delta;
  switch (kind) {
    case DeltaKind::difference:
      delta.value = second - first;
      break;
    case DeltaKind::relative:
      delta.value = (second - first) / std::abs(first);
      break;
    case DeltaKind::ratio:
      delta.value = second / first;
      break;
    case DeltaKind::per_week:
      delta.value = (second - first) / (days_between / kDaysPerWeek);
      break;
  }
  if (!std::isfinite(delta.value)) return {kNaN, "the change is too large for a number"};
  return delta;
}

}  // namespace

DeltaKind parse_delta(const std::string& name) {
  if (name == "difference") return DeltaKind::difference;
  if (name == "relative") return DeltaKind::relative;
  if (name == "ratio") return DeltaKind::ratio;
  if (name == "per_week") return DeltaKind::per_week;
  throw Error(ErrorCode::domain, "delta '" + name + "' is not known; choose difference, relative, ratio or per_week");
}

std::string to_string(DeltaKind kind) {
  switch (kind) {
    case DeltaKind::difference:
      return "difference";
    case DeltaKind::relative:
      return "relative";
    case DeltaKind::ratio:
      return "ratio";
    case DeltaKind::per_week:
      break;
  }
  return "per_week";
}

std::map<std::string, DeltaValue> delta_features(const std::map<std::string, double>& first,
                                                 const std::map<std::string, double>& second, DeltaKind kind,
                                                 double days_between) {
  if (kind == DeltaKind::per_week && (!(days_between > 0) || !std::isfinite(days_between)))
    throw Error(ErrorCode::domain, "days between the time points are " + format_double(days_between) +
                                       "; change per week needs a positive number, the second image after the first");
  std::map<std::string, DeltaValue> deltas;
  for (const auto* features : {&first, &second})
    for (const auto& [name, ignored] : *features) {
      if (deltas.count(name)) continue;
      const DeltaValue before = value_at(first, name, "first"), after = value_at(second, name, "second");
      if (!before.reason.empty() || !after.reason.empty())
        deltas[name] = before.reason.empty() ? after : before;
      else
        deltas[name] = change(before.value, after.value, kind, days_between);
    }
  return deltas;
}

}  // namespace larc::stats

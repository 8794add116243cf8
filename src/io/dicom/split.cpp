// Stacks of a series: which images can be one volume together.
#include <map>
#include <set>
#include <tuple>

#include "core/number.h"
#include "io/dicom/series.h"
#include "io/dicom/slice_order.h"
#include "io/dicom/vectors.h"

namespace larc::io::dicom {

using image::Vec3;

namespace {

/// Rounded, so that jitter in a header does not tear a stack apart; absent first.
std::int64_t rounded(double value, double step) {
  const double steps = std::round(value / step);
  return std::abs(steps) < 9e15 ? static_cast<std::int64_t>(steps) : std::numeric_limits<std::int64_t>::min();
}

/// Numbers the orientations of a series as they come.
class Orientations {
 public:
  std::size_t number_of(const DicomInstance& i) {
    if (!i.image_orientation) return 0;
    for (std::size_t o = 0; o < known_.size(); ++o) {
      double worst = 0;
      for (std::size_t a = 0; a < 2; ++a)
        for (std::size_t r = 0; r < 3; ++r)
          worst = std::max(worst, std::abs((*i.image_orientation)[a][r] - known_[o][a][r]));
      if (worst <= kAxisTolerance) return o + 1;
    }
    known_.push_back(*i.image_orientation);
    return known_.size();
  }

 private:
  std::vector<std::array<Vec3, 2>> known_;
};

template <typename Key>
std::vector<DicomSeries> split_by(const DicomSeries& whole, const Key& key) {
  std::map<decltype(key(whole.instances.front())), DicomSeries> parts;
  DicomSeries empty = whole;
  empty.instances.clear();
  for (const DicomInstance& instance : whole.instances)
    parts.try_emplace(key(instance), empty).first->second.instances.push_back(instance);
  std::vector<DicomSeries> stacks;
  for (auto& [value, part] : parts) {
    sort_slices(part.instances);
    stacks.push_back(std::move(part));
  }
  return stacks;
}

using Place = std::array<std::int64_t, 3>;

Place place_of(const DicomInstance& i) {
  if (!i.image_position_lps) return {std::numeric_limits<std::int64_t>::max(), 0, 0};
  Place place{};
  for (std::size_t a = 0; a < 3; ++a) place[a] = rounded((*i.image_position_lps)[a], 1e-2);
  return place;
}

bool repeats(const DicomSeries& stack) {
  std::set<Place> seen;
  return std::any_of(stack.instances.begin(), stack.instances.end(),
                     [&](const DicomInstance& i) { return !seen.insert(place_of(i)).second; });
}

using Aspect = std::string (*)(const DicomInstance&);

std::string padded(std::int64_t value) {
  std::string digits = std::to_string(value < 0 ? 0 : value);
  return std::string(digits.size() < 20 ? 20 - digits.size() : 0, '0') + digits;
}

std::string direction_text(const DicomInstance& i) {
  std::string text = i.diffusion_directionality;
  if (i.diffusion_direction)
    for (const double component : *i.diffusion_direction) text += ' ' + padded(rounded(component + 2, 1e-3));
  return text;
}

/// In the order of trial; each value as text that sorts as the value does.
const Aspect kAspects[] = {
    [](const DicomInstance& i) { return padded(i.echo_number.value_or(0)) + padded(rounded(i.echo_time_ms, 0.05)); },
    [](const DicomInstance& i) { return padded(rounded(i.inversion_time_ms, 0.1)); },
    direction_text,
    [](const DicomInstance& i) { return padded(i.temporal_position.value_or(0)); },
    [](const DicomInstance& i) { return i.stack_id; },
    [](const DicomInstance& i) { return padded(i.acquisition_number.value_or(0)); },
    [](const DicomInstance& i) { return padded(rounded(i.trigger_time_ms, 1)); },
    [](const DicomInstance& i) { return i.acquisition_date + i.acquisition_time; },
    [](const DicomInstance& i) { return i.tile ? i.sop_instance_uid : std::string(); },
};

/// What tells repeats apart gives at most as many parts as a position has images; an aspect that differs from slice to
/// slice, such as the time of a slice or of two excited together, gives more.
bool useful(const DicomSeries& stack, const std::vector<DicomSeries>& parts) {
  std::map<Place, std::size_t> counts;
  std::size_t most = 0;
  for (const auto& i : stack.instances) most = std::max(most, ++counts[place_of(i)]);
  return parts.size() > 1 && parts.size() <= most;
}

/// Of frames, the dimensions that take fewer values than there are frames a position.
std::vector<DicomSeries> split_by_dimensions(const DicomSeries& stack) {
  const std::size_t dimensions = stack.instances.front().dimension_index.size();
  std::vector<std::size_t> telling;
  for (std::size_t d = 0; d < dimensions; ++d) {
    // The index of the slice is the one that is constant at each position.
    std::map<Place, std::set<int>> values;
    for (const auto& i : stack.instances)
      if (i.dimension_index.size() == dimensions) values[place_of(i)].insert(i.dimension_index[d]);
    if (std::any_of(values.begin(), values.end(), [](const auto& v) { return v.second.size() > 1; }))
      telling.push_back(d);
  }
  return split_by(stack, [&](const DicomInstance& i) {
    std::string key;
    for (const std::size_t d : telling)
      if (d < i.dimension_index.size()) key += padded(i.dimension_index[d]) + ' ';
    return key;
  });
}

/// The n-th image at every position, by instance number, where each position holds equally many.
std::vector<DicomSeries> split_by_order(const DicomSeries& stack) {
  std::map<Place, std::size_t> counts;
  std::map<const DicomInstance*, std::size_t> order;
  for (const auto& i : stack.instances) order[&i] = counts[place_of(i)]++;  // sorted by instance number
  const std::size_t each = counts.begin()->second;
  if (counts.size() < 2 || each < 2 ||
      std::any_of(counts.begin(), counts.end(), [&](const auto& c) { return c.second != each; }))
    return {stack};
  return split_by(stack, [&](const DicomInstance& i) { return order.at(&i); });
}

void split_repeats(const DicomSeries& stack, std::size_t step, std::vector<DicomSeries>& stacks) {
  constexpr std::size_t kAspectCount = std::size(kAspects);
  if (step > kAspectCount + 1 || !repeats(stack)) {
    stacks.push_back(stack);
    return;
  }
  const auto parts = step < kAspectCount    ? split_by(stack, kAspects[step])
                     : step == kAspectCount ? split_by_dimensions(stack)
                                            : split_by_order(stack);
  if (!useful(stack, parts)) {
    split_repeats(stack, step + 1, stacks);
  } else {
    for (const auto& part : parts) split_repeats(part, step + 1, stacks);
  }
}

}  // namespace

std::vector<DicomSeries> split_stacks(const DicomSeries& series) {
  Orientations orientations;
  std::vector<DicomSeries> stacks;
  const auto parts = split_by(series, [&](const DicomInstance& i) {
    return std::make_tuple(i.rows.value_or(0), i.columns.value_or(0), orientations.number_of(i), i.image_type,
                           i.complex_component, rounded(i.b_value, 1));
  });
  for (const auto& part : parts) split_repeats(part, 0, stacks);
  return stacks;
}

}  // namespace larc::io::dicom

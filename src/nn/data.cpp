#include "nn/data.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/error.h"

namespace larc::nn {

namespace {

void check_range(const char* name, double value, double lower, double upper) {
  if (value >= lower && value <= upper) return;
  throw Error(ErrorCode::domain, std::string("network setting ") + name + " is " + std::to_string(value) +
                                     "; it must lie between " + std::to_string(lower) + " and " +
                                     std::to_string(upper));
}

std::string case_name(std::size_t row) {
  return "case " + std::to_string(row);
}

}  // namespace

void check_cases(const Cases& cases) {
  if (cases.rows == 0) throw Error(ErrorCode::domain, "cases: there is none");
  if (!cases.views.empty()) {
    if (cases.grid.voxels() == 0) throw Error(ErrorCode::domain, "cases: the grid of the crops is empty");
    for (const double spacing : cases.grid.spacing_mm)
      if (!(spacing > 0.0) || std::isinf(spacing)) throw Error(ErrorCode::domain, "cases: a spacing is not above 0 mm");
    if (!cases.crop) throw Error(ErrorCode::domain, "cases: there are views, but nothing reads their crops");
  }
  std::set<std::string> names;
  for (const auto& view : cases.views)
    if (!names.insert(view.name).second)
      throw Error(ErrorCode::domain, "cases: view '" + view.name + "' is there twice");
  if (cases.present.size() != (cases.views.empty() ? 0 : cases.rows) ||
      cases.table.size() != (cases.columns.empty() ? 0 : cases.rows) ||
      (!cases.units.empty() && cases.units.size() != cases.rows))
    throw Error(ErrorCode::shape_mismatch, "cases: views, table and units need one entry for each of the " +
                                               std::to_string(cases.rows) + " cases");
  for (std::size_t row = 0; row < cases.rows; ++row) {
    bool something = false;
    if (!cases.views.empty()) {
      if (cases.present[row].size() != cases.views.size())
        throw Error(ErrorCode::shape_mismatch, "cases: " + case_name(row) + " has " +
                                                   std::to_string(cases.present[row].size()) + " views instead of " +
                                                   std::to_string(cases.views.size()));
      something = std::ranges::any_of(cases.present[row], [](char there) { return there != 0; });
    }
    if (!cases.columns.empty()) {
      if (cases.table[row].size() != cases.columns.size())
        throw Error(ErrorCode::shape_mismatch, "cases: " + case_name(row) + " has " +
                                                   std::to_string(cases.table[row].size()) + " values instead of " +
                                                   std::to_string(cases.columns.size()));
      for (std::size_t c = 0; c < cases.columns.size(); ++c) {
        if (std::isinf(cases.table[row][c]))
          throw Error(ErrorCode::domain, "cases: " + case_name(row) + ": '" + cases.columns[c].name + "' is infinite");
        something = something || !std::isnan(cases.table[row][c]);
      }
    }
    if (!something)
      throw Error(ErrorCode::refused,
                  "cases: " + case_name(row) + " has no image and no value to predict from; leave it out");
  }
}

void check_settings(const TrainSettings& settings) {
  check_range("epochs", settings.epochs, 1, 100000);
  check_range("batch_size", settings.batch_size, 1, 4096);
  check_range("learning_rate", settings.learning_rate, 1e-8, 1.0);
  check_range("weight_decay", settings.weight_decay, 0.0, 10.0);
  check_range("dropout", settings.dropout, 0.0, 0.95);
  check_range("members", settings.members, 2, 100);
  check_range("averaging", settings.averaging, 0.0, 0.9999);
  check_range("gradient_clip", settings.gradient_clip, 1e-6, 1e6);
  const auto& augment = settings.augment;
  check_range("augment.rotation_degrees", augment.rotation_degrees, 0.0, 180.0);
  check_range("augment.scale", augment.scale, 0.0, 0.5);
  check_range("augment.elastic_mm", augment.elastic_mm, 0.0, 20.0);
  check_range("augment.shift", augment.shift, 0.0, 10.0);
  check_range("augment.gain", augment.gain, 0.0, 0.9);
  check_range("augment.gamma", augment.gamma, 0.0, 0.9);
  check_range("augment.noise", augment.noise, 0.0, 10.0);
  check_range("augment.bias_field", augment.bias_field, 0.0, 2.0);
  check_range("augment.ghost", augment.ghost, 0.0, 0.5);
  check_range("augment.low_resolution", augment.low_resolution, 0.0, 1.0);
  check_range("augment.mask_jitter_mm", augment.mask_jitter_mm, 0.0, 10.0);
  check_range("augment.hide_view", augment.hide_view, 0.0, 0.9);
}

std::vector<float> read_crop(const Cases& cases, std::size_t row, std::size_t view) {
  std::vector<float> crop = cases.crop(row, view);
  const std::size_t voxels = cases.grid.voxels();
  const std::string where = "crops: " + case_name(row) + ", view '" + cases.views[view].name + "'";
  if (crop.size() != 2 * voxels)
    throw Error(ErrorCode::shape_mismatch,
                where + " has " + std::to_string(crop.size()) + " values instead of " + std::to_string(2 * voxels));
  for (std::size_t i = 0; i < crop.size(); ++i) {
    const bool inside = i < voxels || (crop[i] >= 0.0F && crop[i] <= 1.0F);
    if (std::isfinite(crop[i]) && inside) continue;
    throw Error(ErrorCode::domain,
                where + (i < voxels ? " holds a value that is not finite" : " holds a mask value outside 0..1") +
                    "; check the image or its resampling");
  }
  return crop;
}

InputScale fit_scale(const Cases& cases) {
  const std::size_t voxels = cases.grid.voxels();
  InputScale scale{std::vector<float>(cases.views.size(), 0.0F), std::vector<float>(cases.views.size(), 1.0F)};
  for (std::size_t view = 0; view < cases.views.size(); ++view) {
    double sum = 0.0, squares = 0.0, crops = 0.0;
    for (std::size_t row = 0; row < cases.rows; ++row) {
      if (cases.present[row][view] == 0) continue;
      const std::vector<float> crop = read_crop(cases, row, view);
      for (std::size_t i = 0; i < voxels; ++i) {
        const auto value = static_cast<double>(crop[i]);
        sum += value;
        squares += value * value;
      }
      crops += 1.0;
    }
    if (crops == 0.0) continue;
    const double count = crops * static_cast<double>(voxels);
    const double mean = sum / count;
    const double sd = std::sqrt(std::max(0.0, squares / count - mean * mean));
    scale.mean[view] = static_cast<float>(mean);
    scale.sd[view] = sd > 1e-6 * std::max(1.0, std::abs(mean)) ? static_cast<float>(sd) : 1.0F;
  }
  return scale;
}

void apply_scale(const InputScale& scale, std::size_t view, std::vector<float>& crop) {
  for (std::size_t i = 0; i < crop.size() / 2; ++i) crop[i] = (crop[i] - scale.mean[view]) / scale.sd[view];
}

std::shared_ptr<const std::vector<float>> CropCache::get(std::size_t row, std::size_t view) {
  const std::size_t key = row * cases_.views.size() + view;
  if (const auto found = places_.find(key); found != places_.end()) {
    order_.splice(order_.begin(), order_, found->second);
    return found->second->crop;
  }
  std::vector<float> crop = read_crop(cases_, row, view);
  apply_scale(scale_, view, crop);
  const std::size_t size = crop.size() * sizeof(float);
  while (!order_.empty() && held_ + size > bytes_) {
    held_ -= order_.back().crop->size() * sizeof(float);
    places_.erase(order_.back().key);
    order_.pop_back();
  }
  order_.push_front({key, std::make_shared<const std::vector<float>>(std::move(crop))});
  places_[key] = order_.begin();
  held_ += size;
  return order_.front().crop;
}

std::vector<int> stratified_folds(const std::vector<int>& strata, const std::vector<std::size_t>& units, int folds,
                                  Random& random) {
  std::map<std::size_t, std::vector<std::size_t>> rows_of;  // units in the order of their first rows
  std::map<std::size_t, std::size_t> first;
  for (std::size_t row = 0; row < strata.size(); ++row) {
    const std::size_t unit = units.empty() ? row : units[row];
    rows_of[first.try_emplace(unit, row).first->second].push_back(row);
  }
  std::map<int, std::vector<std::size_t>> members;
  for (const auto& [row, rows] : rows_of) members[strata[row]].push_back(row);
  std::vector<int> fold(strata.size());
  int next = 0;
  for (const auto& [stratum, leaders] : members) {
    for (const std::size_t index : random.permutation(leaders.size())) {
      for (const std::size_t row : rows_of[leaders[index]]) fold[row] = next;
      next = (next + 1) % folds;
    }
  }
  return fold;
}

std::vector<std::vector<std::size_t>> stratified_batches(const std::vector<std::size_t>& rows,
                                                         const std::vector<int>& strata, std::size_t batch_size,
                                                         Random& random) {
  std::map<int, std::vector<std::size_t>> members;
  for (const std::size_t row : rows) members[strata[row]].push_back(row);
  // Each stratum is laid out evenly over 0..1 from a random start; the merged order mixes them in proportion.
  std::vector<std::pair<double, std::size_t>> order;
  for (const auto& [stratum, list] : members) {
    const double start = random.uniform();
    double position = start;
    for (const std::size_t index : random.permutation(list.size())) {
      order.emplace_back(position / static_cast<double>(list.size()), list[index]);
      position += 1.0;
    }
  }
  std::ranges::sort(order);
  const std::size_t count = (rows.size() + batch_size - 1) / batch_size;
  std::vector<std::vector<std::size_t>> batches(count);
  for (std::size_t i = 0; i < order.size(); ++i) batches[i * count / order.size()].push_back(order[i].second);
  return batches;
}

}  // namespace larc::nn

#include "nn/data.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include "core/error.h"

namespace larc::nn {

namespace {

std::vector<bool> mask_flags(const Crops& crops) {
  std::vector<bool> flags(crops.channels, false);
  for (const std::size_t channel : crops.mask_channels) flags[channel] = true;
  return flags;
}

void check_range(const char* name, double value, double lower, double upper) {
  if (value >= lower && value <= upper) return;
  throw Error(ErrorCode::domain, std::string("network setting ") + name + " is " + std::to_string(value) +
                                     "; it must lie between " + std::to_string(lower) + " and " +
                                     std::to_string(upper));
}

[[noreturn]] void bad_row(const char* field, std::size_t row, const char* rule) {
  throw Error(ErrorCode::domain, std::string("target: ") + field + " of row " + std::to_string(row) + " " + rule +
                                     "; leave out rows without an outcome");
}

}  // namespace

void check_crops(const Crops& crops) {
  if (crops.cases.empty()) throw Error(ErrorCode::domain, "crops: there is no case");
  const std::size_t voxels = crops.depth * crops.height * crops.width;
  if (voxels == 0 || crops.channels == 0) throw Error(ErrorCode::domain, "crops: the grid is empty");
  for (const std::size_t channel : crops.mask_channels) {
    if (channel >= crops.channels) {
      throw Error(ErrorCode::domain, "crops: mask channel " + std::to_string(channel) + " does not exist");
    }
  }
  const auto is_mask = mask_flags(crops);
  for (std::size_t row = 0; row < crops.cases.size(); ++row) {
    const auto& values = crops.cases[row];
    if (values.size() != crops.channels * voxels) {
      throw Error(ErrorCode::shape_mismatch, "crops: case " + std::to_string(row) + " has " +
                                                 std::to_string(values.size()) + " values instead of " +
                                                 std::to_string(crops.channels * voxels));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t channel = i / voxels;
      const bool inside = !is_mask[channel] || (values[i] >= 0.0F && values[i] <= 1.0F);
      if (std::isfinite(values[i]) && inside) continue;
      throw Error(ErrorCode::domain,
                  "crops: case " + std::to_string(row) + ", channel " + std::to_string(channel) +
                      (is_mask[channel] ? " (mask) holds a value outside 0..1" : " holds a value that is not finite") +
                      "; check the image or its resampling");
    }
  }
}

std::vector<int> check_target(const Target& target, std::size_t rows) {
  const bool binary = target.kind == TaskKind::binary;
  const bool fits =
      binary ? target.label.size() == rows : target.time_months.size() == rows && target.event.size() == rows;
  if (!fits) {
    throw Error(ErrorCode::shape_mismatch,
                "target: needs one outcome for each of the " + std::to_string(rows) + " crops");
  }
  std::vector<int> strata(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    if (binary) {
      if (target.label[row] != 0.0 && target.label[row] != 1.0) bad_row("label", row, "is neither 0 nor 1");
      strata[row] = target.label[row] == 1.0 ? 1 : 0;
    } else {
      if (!std::isfinite(target.time_months[row]) || target.time_months[row] <= 0.0) {
        bad_row("time_months", row, "is not a number above 0");
      }
      if (target.event[row] != 0 && target.event[row] != 1) bad_row("event", row, "is neither 0 nor 1");
      strata[row] = target.event[row];
    }
  }
  const auto ones = static_cast<std::size_t>(std::ranges::count(strata, 1));
  const std::size_t scarce = binary ? std::min(ones, rows - ones) : ones;
  if (scarce < kFewest || rows < 2 * kFewest) {
    throw Error(ErrorCode::refused, "a network needs at least " + std::to_string(kFewest) +
                                        (binary ? " rows of either class" : " events") + " and " +
                                        std::to_string(2 * kFewest) + " rows; this training set has " +
                                        std::to_string(scarce) + " and " + std::to_string(rows));
  }
  return strata;
}

void check_settings(const TrainSettings& settings) {
  check_range("max_epochs", settings.max_epochs, 1, 100000);
  check_range("patience", settings.patience, 1, 100000);
  check_range("batch_size", settings.batch_size, 0, 4096);
  check_range("learning_rate", settings.learning_rate, 1e-8, 1.0);
  check_range("weight_decay", settings.weight_decay, 0.0, 10.0);
  check_range("dropout", settings.dropout, 0.0, 0.95);
  check_range("validation_fraction", settings.validation_fraction, 0.05, 0.5);
  check_range("members", settings.members, 1, 100);
  check_range("gradient_clip", settings.gradient_clip, 1e-6, 1e6);
  const auto& augment = settings.augment;
  check_range("augment.rotation_degrees", augment.rotation_degrees, 0.0, 180.0);
  check_range("augment.scale", augment.scale, 0.0, 0.5);
  check_range("augment.shift", augment.shift, 0.0, 10.0);
  check_range("augment.gain", augment.gain, 0.0, 0.9);
  check_range("augment.gamma", augment.gamma, 0.0, 0.9);
  check_range("augment.noise", augment.noise, 0.0, 10.0);
}

InputScale fit_scale(const Crops& crops) {
  const std::size_t voxels = crops.depth * crops.height * crops.width;
  const auto is_mask = mask_flags(crops);
  const double count = static_cast<double>(voxels) * static_cast<double>(crops.cases.size());
  InputScale scale{std::vector<float>(crops.channels, 0.0F), std::vector<float>(crops.channels, 1.0F)};
  for (std::size_t channel = 0; channel < crops.channels; ++channel) {
    if (is_mask[channel]) continue;
    double sum = 0.0;
    for (const auto& values : crops.cases) {
      for (std::size_t i = 0; i < voxels; ++i) sum += static_cast<double>(values[channel * voxels + i]);
    }
    const double mean = sum / count;
    double squares = 0.0;
    for (const auto& values : crops.cases) {
      for (std::size_t i = 0; i < voxels; ++i) {
        const double difference = static_cast<double>(values[channel * voxels + i]) - mean;
        squares += difference * difference;
      }
    }
    const double sd = std::sqrt(squares / count);
    scale.mean[channel] = static_cast<float>(mean);
    scale.sd[channel] = sd > 1e-6 * std::max(1.0, std::abs(mean)) ? static_cast<float>(sd) : 1.0F;
  }
  return scale;
}

std::vector<std::vector<float>> apply_scale(const InputScale& scale, const Crops& crops) {
  if (scale.mean.size() != crops.channels || scale.sd.size() != crops.channels) {
    throw Error(ErrorCode::shape_mismatch, "crops: " + std::to_string(crops.channels) +
                                               " channels, but the network was trained on " +
                                               std::to_string(scale.mean.size()));
  }
  const std::size_t voxels = crops.depth * crops.height * crops.width;
  std::vector<std::vector<float>> scaled = crops.cases;
  for (auto& values : scaled) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t channel = i / voxels;
      values[i] = (values[i] - scale.mean[channel]) / scale.sd[channel];
    }
  }
  return scaled;
}

std::vector<int> stratified_folds(const std::vector<int>& strata, int folds, Random& random) {
  std::map<int, std::vector<std::size_t>> members;
  for (std::size_t row = 0; row < strata.size(); ++row) members[strata[row]].push_back(row);
  std::vector<int> fold(strata.size());
  int next = 0;
  for (const auto& [stratum, rows] : members) {
    for (const std::size_t index : random.permutation(rows.size())) {
      fold[rows[index]] = next;
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

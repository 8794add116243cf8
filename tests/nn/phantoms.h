#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/random.h"
#include "nn/api.h"

namespace larc::nn::test {

/// What decides the outcome of a phantom.
enum class Signal { mean, texture, size, none };

/// Cases of one view whose crops are all in memory.
struct Phantoms {
  Cases cases;
  std::shared_ptr<std::vector<std::vector<float>>> crops = std::make_shared<std::vector<std::vector<float>>>();
  std::vector<double> trait;  // standard normal, the signal

  Phantoms() {
    cases.grid = {4, 12, 12, {3, 1, 1}};
    cases.views = {{"t2_1", "t2", 1}};
    cases.crop = [crops = crops](std::size_t row, std::size_t) { return (*crops)[row]; };
  }
  void add(std::vector<float> crop) {
    crops->push_back(std::move(crop));
    cases.present.push_back({1});
    ++cases.rows;
  }
};

/// 4 x 12 x 12 crops: an ellipsoid in smooth noise. Mean, spread and size inside vary independently; one is the trait.
inline Phantoms make_phantoms(std::size_t count, Signal signal, std::uint64_t seed) {
  Phantoms result;
  const std::size_t voxels = 4 * 12 * 12;
  for (std::size_t n = 0; n < count; ++n) {
    Random random(derive_seed(seed, "phantom", n));
    const double mean = random.normal();
    const double texture = random.normal();
    const double size = random.normal();
    const double nothing = random.normal();
    result.trait.push_back(signal == Signal::mean      ? mean
                           : signal == Signal::texture ? texture
                           : signal == Signal::size    ? size
                                                       : nothing);
    std::vector<float> values(2 * voxels);
    const double radius = 3.5 * (1.0 + 0.15 * size);
    for (std::size_t i = 0; i < voxels; ++i) {
      const double x = (static_cast<double>(i % 12) - 5.5) / radius;
      const double y = (static_cast<double>(i / 12 % 12) - 5.5) / radius;
      const double z = (static_cast<double>(i / 144) - 1.5) / 2.0;
      const bool inside = x * x + y * y + z * z < 1.0;
      values[i] = static_cast<float>(inside ? 100.0 + 30.0 * mean + 40.0 * std::exp(0.3 * texture) * random.normal()
                                            : 40.0 + 30.0 * random.normal());
      values[voxels + i] = inside ? 1.0F : 0.0F;
    }
    result.add(std::move(values));
  }
  return result;
}

/// Half of the cases positive: those above the median trait, with a little noise on it.
inline Task binary_task(const std::vector<double>& trait, std::uint64_t seed) {
  Random random(seed);
  Task task;
  task.name = "response";
  for (const double value : trait) task.label.push_back(value + 0.3 * random.normal() > 0.0 ? 1.0 : 0.0);
  return task;
}

/// Four classes of about equal size.
inline Task ordinal_task(const std::vector<double>& trait, std::uint64_t seed) {
  Random random(seed);
  Task task;
  task.name = "grade";
  task.kind = TaskKind::ordinal;
  task.levels = 4;
  for (const double value : trait) {
    const double level = value + 0.3 * random.normal();
    task.label.push_back(level < -0.7 ? 0.0 : level < 0.0 ? 1.0 : level < 0.7 ? 2.0 : 3.0);
  }
  return task;
}

/// Exponential times with log hazard 2 * trait; about a third censored. With two causes the second one has a hazard of
/// its own that the trait does not touch.
inline Task survival_task(const std::vector<double>& trait, std::uint64_t seed, int causes = 1) {
  Random random(seed);
  Task task;
  task.name = "survival";
  task.kind = TaskKind::survival;
  task.levels = causes;
  task.bins = {3, 6, 12, 24, 36, 60};
  for (const double value : trait) {
    const double time = -20.0 * std::log(1.0 - random.uniform()) * std::exp(-2.0 * value);
    const double other = causes == 1 ? 1e9 : -60.0 * std::log(1.0 - random.uniform());
    const double censoring = random.uniform(5.0, 60.0);
    const double end = std::min({time, other, censoring});
    task.time_months.push_back(std::max(0.1, std::round(10.0 * end) / 10.0));
    task.cause.push_back(end == time ? 1 : end == other ? 2 : 0);
  }
  return task;
}

inline double auc(const std::vector<double>& score, const std::vector<double>& label) {
  double right = 0.0;
  double pairs = 0.0;
  for (std::size_t i = 0; i < score.size(); ++i) {
    for (std::size_t j = 0; j < score.size(); ++j) {
      if (label[i] <= label[j]) continue;
      pairs += 1.0;
      right += score[i] > score[j] ? 1.0 : score[i] == score[j] ? 0.5 : 0.0;
    }
  }
  return right / pairs;
}

/// The first output of every row.
inline std::vector<double> first_of(const LinearPredictors& rows) {
  std::vector<double> values;
  for (const auto& row : rows) values.push_back(row.front());
  return values;
}

/// Harrell's C.
inline double concordance(const std::vector<double>& score, const Task& task) {
  double right = 0.0;
  double pairs = 0.0;
  for (std::size_t i = 0; i < score.size(); ++i) {
    for (std::size_t j = 0; j < score.size(); ++j) {
      if (task.cause[i] != 1 || task.time_months[j] <= task.time_months[i]) continue;
      pairs += 1.0;
      right += score[i] > score[j] ? 1.0 : score[i] == score[j] ? 0.5 : 0.0;
    }
  }
  return right / pairs;
}

/// `work` must throw an Error of this code whose text holds `words`.
inline void expect_error(ErrorCode code, const std::string& words, const std::function<void()>& work) {
  try {
    work();
    ADD_FAILURE() << "nothing was thrown; expected " << to_string(code) << ": ..." << words;
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), to_string(code)) << error.what();
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

}  // namespace larc::nn::test

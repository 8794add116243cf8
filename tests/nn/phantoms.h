#pragma once
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/random.h"
#include "nn/api.h"

namespace larc::nn::test {

/// What decides the outcome of a phantom.
enum class Signal { mean, texture, size, none };

struct Phantoms {
  Crops crops;
  std::vector<double> trait;  // standard normal, the signal
};

/// 4 x 12 x 12 crops: an ellipsoid in smooth noise. Mean, spread and size inside vary independently; one is the trait.
inline Phantoms make_phantoms(std::size_t count, Signal signal, std::uint64_t seed) {
  Phantoms result;
  result.crops.depth = 4;
  result.crops.height = 12;
  result.crops.width = 12;
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
    result.crops.cases.push_back(std::move(values));
  }
  return result;
}

/// Half of the cases positive: those above the median trait, with a little noise on it.
inline Target binary_target(const std::vector<double>& trait, std::uint64_t seed) {
  Random random(seed);
  Target target;
  for (const double value : trait) target.label.push_back(value + 0.3 * random.normal() > 0.0 ? 1.0 : 0.0);
  return target;
}

/// Exponential times with log hazard 2 * trait; about a third censored.
inline Target survival_target(const std::vector<double>& trait, std::uint64_t seed) {
  Random random(seed);
  Target target;
  target.kind = TaskKind::survival;
  for (const double value : trait) {
    const double time = -20.0 * std::log(1.0 - random.uniform()) * std::exp(-2.0 * value);
    const double censoring = random.uniform(5.0, 60.0);
    target.time_months.push_back(std::max(0.1, std::round(10.0 * std::min(time, censoring)) / 10.0));
    target.event.push_back(time <= censoring ? 1 : 0);
  }
  return target;
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

/// Harrell's C.
inline double concordance(const std::vector<double>& score, const Target& target) {
  double right = 0.0;
  double pairs = 0.0;
  for (std::size_t i = 0; i < score.size(); ++i) {
    for (std::size_t j = 0; j < score.size(); ++j) {
      if (target.event[i] == 0 || target.time_months[j] <= target.time_months[i]) continue;
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

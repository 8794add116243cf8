#include "nn/optimiser.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace larc::nn {

namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.99;

}  // namespace

Optimiser::Optimiser(std::vector<Parameter>& parameters, const TrainSettings& settings) : settings_(settings) {
  for (auto& parameter : parameters) {
    if (!parameter.learned) continue;
    const auto size = static_cast<std::size_t>(parameter.value.numel());
    const float* data = parameter.value.data_ptr<float>();
    slots_.push_back({parameter.value, parameter.decayed, std::vector<float>(size), std::vector<float>(size),
                      std::vector<float>(data, data + size)});
  }
}

std::vector<at::Tensor> Optimiser::inputs() const {
  std::vector<at::Tensor> values;
  for (const auto& slot : slots_) values.push_back(slot.value);
  return values;
}

void Optimiser::step(const std::vector<at::Tensor>& gradients, double rate) {
  ++steps_;
  double squares = 0.0;
  for (const auto& gradient : gradients)
    if (gradient.defined()) squares += gradient.square().sum(at::kDouble).item<double>();
  if (!std::isfinite(squares))
    throw Error(ErrorCode::domain, "the network's gradient is no longer finite: lower learning_rate");
  const float clip = static_cast<float>(std::min(1.0, settings_.gradient_clip / (std::sqrt(squares) + 1e-12)));
  const float step_size = static_cast<float>(rate / (1.0 - std::pow(kBeta1, steps_)));
  const float correction = static_cast<float>(1.0 / std::sqrt(1.0 - std::pow(kBeta2, steps_)));
  const float decay = static_cast<float>(1.0 - rate * settings_.weight_decay);
  // A mean over few steps at first, lest the first weights count for long.
  const float kept = static_cast<float>(std::min(settings_.averaging, static_cast<double>(steps_) / (steps_ + 10.0)));
  constexpr float beta1 = static_cast<float>(kBeta1);
  constexpr float beta2 = static_cast<float>(kBeta2);
  for (std::size_t k = 0; k < slots_.size(); ++k) {
    auto& slot = slots_[k];
    const at::Tensor gradient = gradients[k].defined() ? gradients[k].contiguous() : at::zeros_like(slot.value);
    const float* g = gradient.data_ptr<float>();
    float* value = slot.value.data_ptr<float>();
    for (std::size_t i = 0; i < slot.mean.size(); ++i) {
      const float clipped = clip * g[i];
      slot.mean[i] = beta1 * slot.mean[i] + (1.0F - beta1) * clipped;
      slot.square[i] = beta2 * slot.square[i] + (1.0F - beta2) * clipped * clipped;
      if (slot.decayed) value[i] *= decay;
      value[i] -= step_size * slot.mean[i] / (std::sqrt(slot.square[i]) * correction + 1e-8F);
      slot.average[i] = kept * slot.average[i] + (1.0F - kept) * value[i];
    }
  }
}

void Optimiser::swap_average() {
  for (auto& slot : slots_) std::swap_ranges(slot.average.begin(), slot.average.end(), slot.value.data_ptr<float>());
}

OptimiserState Optimiser::state() const {
  OptimiserState state;
  state.steps = steps_;
  for (const auto& slot : slots_)
    for (const auto* values : {&slot.mean, &slot.square, &slot.average}) state.values.push_back(*values);
  return state;
}

void Optimiser::restore(const OptimiserState& state) {
  steps_ = state.steps;
  auto next = state.values.begin();
  for (auto& slot : slots_)
    for (auto* values : {&slot.mean, &slot.square, &slot.average}) *values = *next++;
}

}  // namespace larc::nn

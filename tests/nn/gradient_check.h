#pragma once
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <functional>

namespace larc::nn::test {

/// Compares the gradient of a scalar function by the leaf `x`, which `work` reads, with central differences, value by
/// value, in double precision: step 1e-6, tolerance 1e-6 of the largest entry (truncation 1e-12, rounding about 1e-10).
/// `stride` looks at every n-th value. Returns the gradient.
inline at::Tensor check_gradient(at::Tensor x, const std::function<at::Tensor()>& work, std::int64_t stride = 1) {
  x.set_requires_grad(true);
  const at::Tensor gradient = torch::autograd::grad({work()}, {x})[0].contiguous();
  const double largest = gradient.abs().max().item<double>();
  EXPECT_GT(largest, 0.0);
  const at::NoGradGuard no_gradient;
  for (std::int64_t i = 0; i < x.numel(); i += stride) {
    double* value = x.data_ptr<double>() + i;
    const double before = *value;
    *value = before + 1e-6;
    const double above = work().item<double>();
    *value = before - 1e-6;
    const double below = work().item<double>();
    *value = before;
    EXPECT_NEAR(gradient.data_ptr<double>()[i], (above - below) / 2e-6, 1e-6 * std::max(1.0, largest)) << "value " << i;
  }
  return gradient;
}

}  // namespace larc::nn::test

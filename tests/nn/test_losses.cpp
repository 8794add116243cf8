#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>

#include "gradient_check.h"
#include "nn/losses.h"
#include "phantoms.h"

using namespace larc;
using namespace larc::nn;
using namespace larc::nn::test;

namespace {

at::Tensor doubles(std::vector<double> values) {
  return at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}, at::kDouble).clone();
}

double cox_value(const std::vector<double>& eta, const std::vector<double>& time, const std::vector<int>& event) {
  return cox_loss(doubles(eta), time, event).item<double>();
}

const std::vector<double> kTime = {5, 3, 3, 8, 1, 3, 9, 8, 3};
const std::vector<int> kEvent = {1, 1, 1, 0, 1, 0, 1, 1, 1};
const std::vector<double> kEta = {0.5, -0.2, 1.1, 0.3, -0.7, 0.0, 0.9, -1.3, 0.4};

}  // namespace

TEST(BinaryLoss, EqualsItsDefinition) {
  const double expected = -(std::log(1.0 / (1.0 + std::exp(-0.7))) + std::log(1.0 - 1.0 / (1.0 + std::exp(1.2)))) / 2.0;
  EXPECT_NEAR(binary_loss(doubles({0.7, -1.2}), doubles({1, 0})).item<double>(), expected, 1e-15);
}

TEST(BinaryLoss, StaysFiniteFarOut) {
  EXPECT_NEAR(binary_loss(doubles({800, -800}), doubles({0, 1})).item<double>(), 800.0, 1e-9);
  EXPECT_EQ(binary_loss(doubles({800, -800}), doubles({1, 0})).item<double>(), 0.0);
}

TEST(BinaryLoss, GradientIsNumeric) {
  const at::Tensor label = doubles({1, 0, 1, 0});
  const at::Tensor logit = doubles({0.3, -0.8, -2.0, 1.7});
  check_gradient(logit, [&] { return binary_loss(logit, label); });
}

// By hand, Efron: times 1, 3 (three events tied, one censored at 3), 5, 8 (one event, one censored), 9.
TEST(CoxLoss, EqualsTheHandComputedValueWithTiesAndCensoring) {
  std::vector<double> w;
  for (const double value : kEta) w.push_back(std::exp(value));
  const double all = w[0] + w[1] + w[2] + w[3] + w[4] + w[5] + w[6] + w[7] + w[8];
  const double at_3 = all - w[4];
  const double tied = w[1] + w[2] + w[8];
  const double at_5 = w[0] + w[3] + w[6] + w[7];
  const double at_8 = w[3] + w[6] + w[7];
  const double log_risk = std::log(all) + std::log(at_3) + std::log(at_3 - tied / 3.0) +
                          std::log(at_3 - 2.0 * tied / 3.0) + std::log(at_5) + std::log(at_8) + std::log(w[6]);
  const double gained = kEta[4] + kEta[1] + kEta[2] + kEta[8] + kEta[0] + kEta[7] + kEta[6];
  EXPECT_NEAR(cox_value(kEta, kTime, kEvent), (log_risk - gained) / 7.0, 1e-14);
}

TEST(CoxLoss, TwoPatientsAreALogisticModel) {
  EXPECT_NEAR(cox_value({0.4, -0.3}, {1, 2}, {1, 0}), std::log1p(std::exp(-0.7)), 1e-15);
}

TEST(CoxLoss, KnowsOnlyRanksAndDifferences) {
  const double value = cox_value(kEta, kTime, kEvent);
  std::vector<double> shifted = kEta;
  for (double& eta : shifted) eta += 600.0;
  EXPECT_NEAR(cox_value(shifted, kTime, kEvent), value, 1e-11);
  std::vector<double> squared = kTime;
  for (double& time : squared) time *= time;
  EXPECT_EQ(cox_value(kEta, squared, kEvent), value);
  std::vector<double> eta(kEta.rbegin(), kEta.rend());
  std::vector<double> time(kTime.rbegin(), kTime.rend());
  std::vector<int> event(kEvent.rbegin(), kEvent.rend());
  EXPECT_NEAR(cox_value(eta, time, event), value, 1e-14);
}

TEST(CoxLoss, GradientIsNumericAndSumsToZero) {
  const at::Tensor eta = doubles(kEta);
  const at::Tensor gradient = check_gradient(eta, [&] { return cox_loss(eta, kTime, kEvent); });
  EXPECT_NEAR(gradient.sum().item<double>(), 0.0, 1e-14);
}

TEST(CoxLoss, WithoutEventsTeachesNothing) {
  at::Tensor eta = doubles({0.5, 2.0}).set_requires_grad(true);
  const at::Tensor loss = cox_loss(eta, {1, 2}, {0, 0});
  EXPECT_EQ(loss.item<double>(), 0.0);
  EXPECT_EQ(torch::autograd::grad({loss}, {eta})[0].abs().sum().item<double>(), 0.0);
}

TEST(CoxLoss, RefusesUnequalLengths) {
  expect_error(ErrorCode::shape_mismatch, "cox_loss", [] { cox_loss(doubles({1, 2}), {1}, {1}); });
  expect_error(ErrorCode::shape_mismatch, "cox_loss", [] { cox_loss(doubles({1, 2}), {1, 2}, {1}); });
}

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "gradient_check.h"
#include "nn/losses.h"
#include "phantoms.h"
#include "stats/cox.h"
#include "stats/cumulative_incidence.h"
#include "stats/kaplan_meier.h"

using namespace larc;
using namespace larc::nn;
using namespace larc::nn::test;

namespace {

at::Tensor doubles(std::vector<double> values) {
  return at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}, at::kDouble).clone();
}

/// A survival task of these rows with a bin for every distinct time.
Task finest(const std::vector<double>& time, const std::vector<int>& cause, int causes) {
  Task task;
  task.name = "finest";
  task.kind = TaskKind::survival;
  task.levels = causes;
  const std::set<double> distinct(time.begin(), time.end());
  task.bins.assign(distinct.begin(), distinct.end());
  task.time_months = time;
  task.cause = cause;
  return task;
}

std::vector<std::size_t> all_rows(const Task& task) {
  std::vector<std::size_t> rows(task.time_months.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

const std::vector<double> kTime = {5, 3, 3, 8, 1, 3, 9, 8, 3, 7};
const std::vector<int> kCause = {1, 2, 1, 0, 1, 0, 1, 2, 1, 0};

double sigmoid(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

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

TEST(OrdinalLoss, EqualsItsDefinition) {
  const std::vector<double> eta = {0.4, -0.9, 1.3, 0.1, -2.0};
  const std::vector<double> label = {0, 1, 2, 3, 3};
  const std::vector<double> cut = {-1.0, 0.2, 1.5};
  double expected = 0.0;
  for (std::size_t i = 0; i < 5; ++i) {
    const auto level = static_cast<std::size_t>(label[i]);
    const double below = level == 0 ? 0.0 : sigmoid(cut[level - 1] - eta[i]);
    const double upto = level == 3 ? 1.0 : sigmoid(cut[level] - eta[i]);
    expected -= std::log(upto - below) / 5.0;
  }
  EXPECT_NEAR(ordinal_loss(doubles(eta), doubles(cut), label).item<double>(), expected, 1e-14);
}

TEST(OrdinalLoss, OfTwoClassesIsTheBinaryOne) {
  const at::Tensor eta = doubles({0.3, -0.8, 2.0});
  EXPECT_NEAR(ordinal_loss(eta, doubles({0.5}), {1, 0, 1}).item<double>(),
              binary_loss(eta - 0.5, doubles({1, 0, 1})).item<double>(), 1e-15);
}

TEST(OrdinalLoss, GradientsAreNumericAndFiniteFarOut) {
  const at::Tensor eta = doubles({0.4, -0.9, 1.3, 0.1, -2.0});
  const at::Tensor cut = doubles({-1.0, 0.2, 1.5});
  const std::vector<double> label = {0, 1, 2, 3, 3};
  check_gradient(eta, [&] { return ordinal_loss(eta, cut, label); });
  check_gradient(cut, [&] { return ordinal_loss(eta, cut, label); });
  EXPECT_NEAR(ordinal_loss(doubles({500, -500}), doubles({-1, 1}), {0, 1}).item<double>(), 500.0, 1.0);
}

// By hand: bins end at 2, 5, 10. Row 0 has the event at 4; row 1 leaves at 7; row 2 enters at 3 and has it at 4.5; row
// 3 has it beyond the last bin.
TEST(SurvivalLoss, EqualsTheHandComputedValueWithEntryAndCensoring) {
  Task task;
  task.name = "by hand";
  task.kind = TaskKind::survival;
  task.bins = {2, 5, 10};
  task.entry_months = {0, 0, 3, 0};
  task.time_months = {4, 7, 4.5, 12};
  task.cause = {1, 0, 1, 1};
  const std::vector<double> base = {-2.0, -1.5, -0.5}, eta = {0.3, -0.2, 0.1, 0.4};
  const auto hazard = [&](std::size_t row, std::size_t bin) { return std::exp(base[bin] + eta[row]); };
  double likelihood = 0.0;
  likelihood += -hazard(0, 0) + std::log(1.0 - std::exp(-hazard(0, 1)));
  likelihood += -hazard(1, 0) - hazard(1, 1) - 0.4 * hazard(1, 2);
  likelihood += std::log(1.0 - std::exp(-hazard(2, 1) * 2.0 / 3.0));
  likelihood += -hazard(3, 0) - hazard(3, 1) - hazard(3, 2);
  const double loss =
      survival_loss(doubles(eta).unsqueeze(1), doubles(base).unsqueeze(0), bin_follow_up(task, {0, 1, 2, 3}))
          .item<double>();
  EXPECT_NEAR(loss, -likelihood / 4.0, 1e-14);
}

TEST(SurvivalLoss, GradientsAreNumericWithTwoCauses) {
  const Task task = finest(kTime, kCause, 2);
  const BinnedFollowUp follow_up = bin_follow_up(task, all_rows(task));
  const at::Tensor eta = doubles({0.5,  -0.2, 1.1, 0.3,  -0.7, 0.0, 0.9,  -1.3, 0.4, 0.2,
                                  -0.4, 0.6,  0.3, -0.8, 0.2,  1.0, -0.5, 0.1,  0.7, -0.3})
                             .reshape({10, 2});
  const at::Tensor base =
      at::linspace(-2.0, -1.0, 2 * static_cast<std::int64_t>(task.bins.size()), at::kDouble).reshape({2, -1}).clone();
  check_gradient(eta, [&] { return survival_loss(eta, base, follow_up); });
  check_gradient(base, [&] { return survival_loss(eta, base, follow_up); });
  EXPECT_TRUE(survival_loss(eta, base - 60.0, follow_up).isfinite().item<bool>());
}

// Bins at every distinct time, no predictor: at the hazards of Kaplan and Meier the likelihood is at its greatest, and
// its curve is theirs.
TEST(SurvivalLoss, TheFinestBinsGiveKaplanAndMeier) {
  std::vector<int> event;
  for (const int cause : kCause) event.push_back(cause > 0 ? 1 : 0);
  const Task task = finest(kTime, event, 1);
  const stats::KaplanMeier km = stats::kaplan_meier(kTime, event);
  ASSERT_EQ(km.time, task.bins);
  std::vector<double> log_hazard;
  for (std::size_t b = 0; b < km.time.size(); ++b)
    log_hazard.push_back(std::log(std::max(1e-12, -std::log1p(-std::min(km.events[b] / km.at_risk[b], 1.0 - 1e-9)))));
  at::Tensor base = doubles(log_hazard).unsqueeze(0).set_requires_grad(true);
  const at::Tensor eta = at::zeros({10, 1}, at::kDouble);
  const at::Tensor loss = survival_loss(eta, base, bin_follow_up(task, all_rows(task)));
  EXPECT_LT(torch::autograd::grad({loss}, {base})[0].abs().max().item<double>(), 1e-7);
  const at::Tensor incidence = cumulative_incidence(eta.narrow(0, 0, 1), base.detach());
  for (std::size_t b = 0; b < km.time.size(); ++b)
    EXPECT_NEAR(incidence[0][0][static_cast<std::int64_t>(b)].item<double>(), 1.0 - km.survival[b], 1e-8);
}

TEST(SurvivalLoss, TheFinestBinsGiveAalenAndJohansen) {
  const Task task = finest(kTime, kCause, 2);
  std::vector<int> event;
  for (const int cause : kCause) event.push_back(cause > 0 ? 1 : 0);
  const stats::KaplanMeier km = stats::kaplan_meier(kTime, event);
  at::Tensor base = at::full({2, static_cast<std::int64_t>(km.time.size())}, -28.0, at::kDouble);
  for (std::size_t b = 0; b < km.time.size(); ++b)
    for (int cause = 1; cause <= 2; ++cause) {
      double own = 0.0;
      for (std::size_t i = 0; i < kTime.size(); ++i) own += kTime[i] == km.time[b] && kCause[i] == cause ? 1.0 : 0.0;
      if (own == 0.0) continue;
      const double all = -std::log1p(-std::min(km.events[b] / km.at_risk[b], 1.0 - 1e-9));
      base[cause - 1][static_cast<std::int64_t>(b)] = std::log(all * own / km.events[b]);
    }
  base.set_requires_grad(true);
  const at::Tensor eta = at::zeros({10, 2}, at::kDouble);
  const at::Tensor loss = survival_loss(eta, base, bin_follow_up(task, all_rows(task)));
  EXPECT_LT(torch::autograd::grad({loss}, {base})[0].abs().max().item<double>(), 1e-7);
  const at::Tensor incidence = cumulative_incidence(eta.narrow(0, 0, 1), base.detach());
  for (int cause = 1; cause <= 2; ++cause) {
    const auto expected = stats::cumulative_incidence(kTime, kCause, cause);
    for (std::size_t b = 0; b < km.time.size(); ++b)
      EXPECT_NEAR(incidence[0][cause - 1][static_cast<std::int64_t>(b)].item<double>(), expected.incidence[b], 1e-7);
  }
}

// With one event a bin the best baseline has a closed form, log(1 + w / S) / w with w the weight of the patient who has
// the event and S that of the others at risk. What is left is a function of the coefficient alone, and its maximum
// tends to that of Cox's partial likelihood as the risk sets grow: w / S is what the two differ by.
TEST(SurvivalLoss, TheFinestBinsTendToCox) {
  const auto difference = [](std::size_t n) {
    Random random(41);
    std::vector<double> x, time;
    std::vector<int> event;
    for (std::size_t i = 0; i < n; ++i) {
      x.push_back(random.normal());
      const double death = -50.0 * std::log(1.0 - random.uniform()) * std::exp(-0.7 * x.back());
      const double censoring = random.uniform(2.0, 20.0);
      time.push_back(std::min(death, censoring));
      event.push_back(death <= censoring ? 1 : 0);
    }
    const Task task = finest(time, event, 1);
    const BinnedFollowUp follow_up = bin_follow_up(task, all_rows(task));
    std::vector<std::size_t> order = all_rows(task);
    std::ranges::sort(order, {}, [&](std::size_t i) { return time[i]; });
    const auto loss_at = [&](double beta) {
      std::vector<double> base(task.bins.size(), -29.0), eta;
      double at_risk = 0.0;
      for (const double value : x) eta.push_back(beta * value);
      for (std::size_t k = n; k-- > 0;) {  // from the last: S is the weight of those who stay longer
        const std::size_t i = order[k];
        const double w = std::exp(eta[i]);
        if (event[i] == 1) base[k] = at_risk > 0.0 ? std::log(std::log1p(w / at_risk) / w) : 0.0;
        at_risk += w;
      }
      return survival_loss(doubles(eta).unsqueeze(1), doubles(base).unsqueeze(0), follow_up).item<double>();
    };
    Eigen::MatrixXd column(static_cast<Eigen::Index>(n), 1);
    for (std::size_t i = 0; i < n; ++i) column(static_cast<Eigen::Index>(i), 0) = x[i];
    const stats::CoxFit cox = stats::fit_cox(column, time, event);
    double lower = cox.coef[0] - 0.2, upper = cox.coef[0] + 0.2;
    for (int step = 0; step < 40; ++step) {
      const double a = lower + 0.382 * (upper - lower), b = lower + 0.618 * (upper - lower);
      (loss_at(a) < loss_at(b) ? upper : lower) = loss_at(a) < loss_at(b) ? b : a;
    }
    return std::abs(0.5 * (lower + upper) - cox.coef[0]) / cox.se[0];
  };
  const double few = difference(120), many = difference(600);
  // In standard errors. Five times the patients bring the two five times closer, but for the luck of one sample.
  EXPECT_LT(few, 0.15);
  EXPECT_LT(many, few / 2.5);
}

TEST(SurvivalLoss, RefusesWhatWasNeverWatchedAndUnequalShapes) {
  Task task = finest({1, 2, 3}, {1, 0, 1}, 1);
  task.entry_months = {0, 0, 0};
  const BinnedFollowUp follow_up = bin_follow_up(task, {0, 1, 2});
  expect_error(ErrorCode::shape_mismatch, "survival_loss", [&] {
    survival_loss(at::zeros({2, 1}, at::kDouble), at::zeros({1, 3}, at::kDouble), follow_up);
  });
  task.bins = {1, 2};
  task.entry_months[2] = 2.5;
  expect_error(ErrorCode::domain, "row 2 was not watched", [&] { bin_follow_up(task, {0, 1, 2}); });
}

TEST(CumulativeIncidence, GrowsAndLeavesWhatSurvives) {
  const at::Tensor eta = doubles({0.5, -0.5, 0.0, 1.0}).reshape({2, 2});
  const at::Tensor base = doubles({-2, -1, 0, -1.5, -3, -1}).reshape({2, 3});
  const at::Tensor incidence = cumulative_incidence(eta, base);
  EXPECT_TRUE((incidence.diff(1, 2) >= 0).all().item<bool>());
  const at::Tensor hazard = (eta.unsqueeze(2) + base.unsqueeze(0)).exp().sum(1).sum(1);
  EXPECT_LT((incidence.select(2, 2).sum(1) - (1 - (-hazard).exp())).abs().max().item<double>(), 1e-14);
}

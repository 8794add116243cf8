#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "stats/survival_reclassification.h"
#include "survival_reference.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

double expit(double value) {
  return 1.0 / (1.0 + std::exp(-value));
}

struct TwoModels {
  std::vector<double> old, updated;
  explicit TwoModels(const Eigen::MatrixXd& x) {
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      old.push_back(expit(0.4 * x(i, 0) - 0.5));
      updated.push_back(expit(0.6 * x(i, 0) - 0.8 * x(i, 1) + x(i, 2) / 100.0 - 0.7));
    }
  }
};

void expect_gain(const NetReclassification& gain, const std::vector<double>& truth) {
  EXPECT_NEAR(gain.events.difference, truth[0], 1e-13);
  EXPECT_NEAR(gain.non_events.difference, truth[1], 1e-13);
  EXPECT_NEAR(gain.total.difference, truth[2], 1e-13);
}

}  // namespace

// Oracle: the definitions in R 4.2.2 with the censoring curve of prodlim 2019.11.13.
TEST(SurvivalReclassification, MatchesR) {
  const SurvivalReference data;
  const TwoModels models(data.x);
  const std::vector<double> cuts{0.3, 0.6};
  const Reclassification survival =
      survival_reclassification({data.full.time, data.full.event}, models.old, models.updated, 6.5, cuts);
  expect_gain(survival.continuous, {0.227011494252873536, 0.652173913043478271, 0.87918540729635186});
  expect_gain(survival.categorical, {0.077586206896551713, 0.304347826086956541, 0.38193403298350825});
  EXPECT_NEAR(survival.idi.difference, 0.10876894576810238, 1e-13);
  const IpcwSample causes(data.full.time, data.cause);
  const Reclassification first = survival_reclassification(causes, models.old, models.updated, 6.5, cuts, 1);
  expect_gain(first.continuous, {0.12765957446808509634, 0.460650083612040129, 0.588309658080125253});
  expect_gain(first.categorical, {-0.14361702127659572992, 0.180915551839464894, 0.037298530562869164});
  EXPECT_NEAR(first.idi.difference, 0.036239435591758400, 1e-13);
  const Reclassification second = survival_reclassification(causes, models.old, models.updated, 9, cuts, 2);
  expect_gain(second.continuous, {-0.055877442796818222, 0.441491800164629911, 0.3856143573678116887});
  EXPECT_NEAR(second.idi.difference, 0.0062718698716136834, 1e-13);
}

// Invariant: without censoring it is the binary one, errors up to n - 1 in place of n.
TEST(SurvivalReclassification, WithoutCensoringItIsTheBinaryOne) {
  const SurvivalReference data;
  const TwoModels models(data.x);
  const std::size_t n = data.full.time.size();
  const std::vector<int> dead(n, 1);
  std::vector<double> labels;
  for (const double time : data.full.time) labels.push_back(time <= 6.5 ? 1.0 : 0.0);
  const Reclassification binary = reclassification(labels, models.old, models.updated, {0.4});
  const Reclassification survival =
      survival_reclassification({data.full.time, dead}, models.old, models.updated, 6.5, {0.4});
  const double more = std::sqrt(static_cast<double>(n) / static_cast<double>(n - 1));
  EXPECT_NEAR(survival.idi.difference, binary.idi.difference, 1e-14);
  for (const auto& [ours, theirs] :
       {std::pair{survival.continuous, binary.continuous}, std::pair{survival.categorical, binary.categorical}}) {
    EXPECT_NEAR(ours.total.difference, theirs.total.difference, 1e-14);
    EXPECT_NEAR(ours.events.se, theirs.events.se * more, 1e-14);
    EXPECT_NEAR(ours.non_events.se, theirs.non_events.se * more, 1e-14);
    EXPECT_NEAR(ours.total.se, theirs.total.se * more, 1e-14);
  }
}

// The errors against the jackknife over all patients of mgus2, which knows nothing of influences.
TEST(SurvivalReclassification, ErrorsMatchTheJackknife) {
  LARC_NEEDS_DATA("tabular/competing/mgus2.csv");
  const CsvTable rows = table("competing/mgus2.csv");
  const std::vector<double> time = numbers(rows, "time"), cause = numbers(rows, "cause"), age = numbers(rows, "age");
  const std::size_t n = time.size();
  const auto at = [&](std::size_t left_out) {
    std::vector<double> kept, old, updated;
    std::vector<int> causes;
    for (std::size_t i = 0; i < n; ++i) {
      if (i == left_out) continue;
      kept.push_back(time[i]);
      causes.push_back(static_cast<int>(cause[i]));
      old.push_back(0.5);
      updated.push_back(expit((age[i] - 70.0) / 10.0));
    }
    return survival_reclassification({kept, causes}, old, updated, 90, {0.6}, 2);
  };
  const Reclassification all = at(n);
  double nri = 0.0, idi = 0.0, nri_mean = 0.0, idi_mean = 0.0;
  std::vector<Reclassification> without;
  for (std::size_t i = 0; i < n; ++i) without.push_back(at(i));
  for (const auto& one : without) {
    nri_mean += one.categorical.total.difference / static_cast<double>(n);
    idi_mean += one.idi.difference / static_cast<double>(n);
  }
  for (const auto& one : without) {
    nri += std::pow(one.categorical.total.difference - nri_mean, 2);
    idi += std::pow(one.idi.difference - idi_mean, 2);
  }
  const double factor = static_cast<double>(n - 1) / static_cast<double>(n);
  EXPECT_NEAR(std::sqrt(nri * factor) / all.categorical.total.se, 1.0, 2e-3);
  EXPECT_NEAR(std::sqrt(idi * factor) / all.idi.se, 1.0, 2e-3);
}

TEST(SurvivalReclassification, UndefinedAndErrors) {
  const std::vector<double> half{0.5, 0.5};
  EXPECT_EQ(survival_reclassification({{1, 2}, {1, 0}}, half, half, 3).reason, "nobody is followed to the horizon");
  EXPECT_EQ(survival_reclassification({{1, 2}, {0, 1}}, half, half, 1.5).reason, "no event by the horizon");
  EXPECT_EQ(survival_reclassification({{1, 2}, {1, 1}}, half, half, 2).reason,
            "nobody is known to be without the event at the horizon");
  EXPECT_LARC_ERROR(survival_reclassification({{1, 2}, {1, 0}}, {0.5}, half, 1), shape_mismatch, "old");
  EXPECT_LARC_ERROR(survival_reclassification({{1, 2}, {1, 0}}, half, {0.5, 2}, 1), domain, "updated");
  EXPECT_LARC_ERROR(survival_reclassification({{1, 2}, {1, 0}}, half, half, 1, {0.5, 0.4}), domain, "cut");
  EXPECT_LARC_ERROR(survival_reclassification({{1, 2}, {1, 0}}, half, half, -1), domain, "horizon");
}

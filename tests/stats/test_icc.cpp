#include <gtest/gtest.h>

#include "core/error.h"
#include "core/random.h"
#include "reference.h"
#include "stats/icc.h"

using namespace larc;
using namespace larc::stats;

namespace {

std::vector<Icc> forms(const IntraclassCorrelation& r) {
  return {r.single_1, r.single_2, r.single_3, r.average_1, r.average_2, r.average_3};
}

/// Table 2 of Shrout and Fleiss 1979: six targets, four judges.
Eigen::MatrixXd shrout_fleiss() {
  Eigen::MatrixXd x(6, 4);
  x << 9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7;
  return x;
}

Eigen::MatrixXd random_ratings(Eigen::Index n, Eigen::Index k, std::uint64_t seed) {
  Random random(seed);
  Eigen::MatrixXd x(n, k);
  for (Eigen::Index i = 0; i < n; ++i) {
    const double truth = random.normal();
    for (Eigen::Index j = 0; j < k; ++j) x(i, j) = truth + 0.5 * random.normal();
  }
  return x;
}

}  // namespace

// Oracle: R 4.2.2, psych 2.2.9, ICC() from mean squares. 15 digits are printed; the limits go through qf and our own
// quantiles of F, both good to about 1e-12.
TEST(Icc, ShroutFleissAgreesWithPsych) {
  LARC_NEEDS_DATA("reference/ref08_icc_fdr_tests.json");
  const Json expected = test::reference("ref08_icc_fdr_tests")["shrout_fleiss"];
  const auto got = forms(intraclass_correlation(shrout_fleiss()));
  for (std::size_t form = 0; form < 6; ++form) {
    const std::string name = expected["type"][form].get<std::string>();
    test::expect_close(got[form].value, expected["ICC"][form].get<double>(), 1e-13, name);
    test::expect_close(got[form].f, expected["F"][form].get<double>(), 1e-13, name);
    test::expect_close(got[form].df1, expected["df1"][form].get<double>(), 0, name);
    test::expect_close(got[form].df2, expected["df2"][form].get<double>(), 0, name);
    test::expect_close(got[form].p, expected["p"][form].get<double>(), 1e-12, name);
    test::expect_close(got[form].interval.lower, expected["lo"][form].get<double>(), 1e-11, name + " lower");
    test::expect_close(got[form].interval.upper, expected["hi"][form].get<double>(), 1e-11, name + " upper");
  }
}

// Oracle as above: 50 features of 40 subjects and 3 raters, from no to high agreement.
TEST(Icc, FiftyFeaturesAgreeWithPsych) {
  LARC_NEEDS_DATA("tabular/agreement/synthetic_icc_40x3x50.csv");
  const Json expected = test::reference("ref08_icc_fdr_tests")["synthetic"];
  const CsvTable table = test::table("agreement/synthetic_icc_40x3x50.csv");
  ASSERT_EQ(expected.size(), 50U);
  for (const Json& row : expected) {
    const int feature = row["feature"].get<int>();
    Eigen::MatrixXd x(40, 3);
    for (int rater = 0; rater < 3; ++rater) {
      std::string column = feature < 10 ? "f0" : "f";
      column += std::to_string(feature) + "_r" + std::to_string(rater + 1);
      const auto values = test::numbers(table, column);
      ASSERT_EQ(values.size(), 40U);
      for (Eigen::Index i = 0; i < 40; ++i) x(i, rater) = values[static_cast<std::size_t>(i)];
    }
    const auto got = forms(intraclass_correlation(x));
    for (std::size_t form = 0; form < 6; ++form) {
      const std::string what = "feature " + std::to_string(feature) + " form " + std::to_string(form);
      test::expect_close(got[form].value, row["ICC"][form].get<double>(), 1e-12, what);
      test::expect_close(got[form].interval.lower, row["lo"][form].get<double>(), 1e-10, what + " lower");
      test::expect_close(got[form].interval.upper, row["hi"][form].get<double>(), 1e-10, what + " upper");
    }
  }
}

TEST(Icc, GainOffsetAndOrderDoNotMatter) {
  const Eigen::MatrixXd x = random_ratings(12, 3, 1);
  Eigen::MatrixXd moved = (x.array() * -3.5 + 100).matrix();
  moved.row(0).swap(moved.row(7));
  moved.col(0).swap(moved.col(2));
  const auto a = forms(intraclass_correlation(x)), b = forms(intraclass_correlation(moved));
  for (std::size_t form = 0; form < 6; ++form) {
    EXPECT_NEAR(a[form].value, b[form].value, 1e-12);
    EXPECT_NEAR(a[form].interval.lower, b[form].interval.lower, 1e-10);
    EXPECT_NEAR(a[form].interval.upper, b[form].interval.upper, 1e-10);
    EXPECT_LE(a[form].interval.lower, a[form].value);
    EXPECT_GE(a[form].interval.upper, a[form].value);
  }
}

TEST(Icc, OnlyAgreementSeesAShiftOfOneRater) {
  const Eigen::MatrixXd x = random_ratings(15, 3, 2);
  Eigen::MatrixXd shifted = x;
  shifted.col(1).array() += 4;
  const auto a = intraclass_correlation(x), b = intraclass_correlation(shifted);
  EXPECT_NEAR(a.single_3.value, b.single_3.value, 1e-12);
  EXPECT_LT(b.single_2.value, 0.5 * a.single_2.value);
  EXPECT_LT(b.single_1.value, a.single_1.value);
}

TEST(Icc, AverageFollowsSpearmanBrown) {
  const auto r = intraclass_correlation(random_ratings(20, 4, 3));
  const auto stepped = [](double single) { return 4 * single / (1 + 3 * single); };
  EXPECT_NEAR(r.average_1.value, stepped(r.single_1.value), 1e-12);
  EXPECT_NEAR(r.average_2.value, stepped(r.single_2.value), 1e-12);
  EXPECT_NEAR(r.average_3.value, stepped(r.single_3.value), 1e-12);
}

// 95% limits hold the true value (here 1 / (1 + 0.25) = 0.8) in about 95 of 100 samples.
TEST(Icc, LimitsCoverTheTruth) {
  int covered = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const auto r = intraclass_correlation(random_ratings(20, 3, 100 + seed));
    covered += r.single_1.interval.lower <= 0.8 && 0.8 <= r.single_1.interval.upper;
  }
  EXPECT_GE(covered, 367);  // 380 expected, standard deviation 4.4
  EXPECT_LE(covered, 393);
}

TEST(Icc, MissingRatingsDropTheSubject) {
  Eigen::MatrixXd x(8, 4);
  x.topRows(6) = shrout_fleiss();
  x.row(6) << 1, kNaN, 2, 3;
  x.row(7) << kNaN, kNaN, kNaN, kNaN;
  const auto r = intraclass_correlation(x);
  EXPECT_EQ(r.subjects, 6U);
  EXPECT_EQ(r.raters, 4U);
  EXPECT_EQ(r.dropped, 2U);
  EXPECT_EQ(r.single_2.value, intraclass_correlation(shrout_fleiss()).single_2.value);
}

TEST(Icc, Ends) {
  Eigen::MatrixXd same(5, 3);
  for (Eigen::Index i = 0; i < 5; ++i) same.row(i).setConstant(0.1 * static_cast<double>(i + 1));
  for (const Icc& form : forms(intraclass_correlation(same))) {
    EXPECT_EQ(form.value, 1);
    EXPECT_EQ(form.interval.lower, 1);
    EXPECT_EQ(form.interval.upper, 1);
    EXPECT_EQ(form.p, 0);
  }
  Eigen::MatrixXd shifted = same;
  shifted.col(2).array() += 1;
  EXPECT_EQ(intraclass_correlation(shifted).single_3.value, 1);
  EXPECT_LT(intraclass_correlation(shifted).single_2.value, 0.5);
  EXPECT_TRUE(std::isfinite(intraclass_correlation(shifted).single_2.interval.lower));

  const auto flat = intraclass_correlation(Eigen::MatrixXd::Constant(5, 3, 0.3));
  EXPECT_TRUE(std::isnan(flat.single_1.value));
  EXPECT_EQ(flat.reason, "all ratings are equal");

  Eigen::MatrixXd columns(4, 2);
  columns << 1, 2, 1, 2, 1, 2, 1, 2;
  const auto no_subjects = intraclass_correlation(columns);
  EXPECT_NEAR(no_subjects.single_1.value, -1, 1e-12);
  EXPECT_TRUE(std::isnan(no_subjects.single_3.value));
  EXPECT_FALSE(no_subjects.reason.empty());

  const auto one = intraclass_correlation(Eigen::MatrixXd::Constant(1, 3, 2.0));
  EXPECT_TRUE(std::isnan(one.single_1.value));
  EXPECT_EQ(one.reason, "fewer than two subjects with all ratings");
  EXPECT_EQ(intraclass_correlation(Eigen::MatrixXd(0, 2)).subjects, 0U);
}

TEST(Icc, BadInputIsRefused) {
  EXPECT_LARC_ERROR(intraclass_correlation(Eigen::MatrixXd::Zero(5, 1)), shape_mismatch, "two raters");
  Eigen::MatrixXd x = shrout_fleiss();
  x(2, 1) = std::numeric_limits<double>::infinity();
  EXPECT_LARC_ERROR(intraclass_correlation(x), domain, "row 3");
  EXPECT_LARC_ERROR(intraclass_correlation(shrout_fleiss(), 1), domain, "0.95");
}

TEST(Icc, OneWayFromMeansAndSpreadsIsTheSameValue) {
  for (const auto& [n, k] : {std::pair<int, int>{2, 2}, {7, 3}, {60, 10}}) {
    Eigen::MatrixXd x = random_ratings(n, k, static_cast<std::uint64_t>(n));
    std::vector<double> mean, within;
    for (Eigen::Index i = 0; i < n; ++i) {
      mean.push_back(x.row(i).mean());
      within.push_back((x.row(i).array() - x.row(i).mean()).square().sum());
    }
    const OneWayIcc icc = one_way_icc(mean, within, k);
    EXPECT_NEAR(icc.value, intraclass_correlation(x).single_1.value, 1e-13);
    EXPECT_EQ(icc.subjects, static_cast<std::size_t>(n));
    mean.push_back(std::nan(""));
    within.push_back(std::nan(""));
    EXPECT_EQ(one_way_icc(mean, within, k).value, icc.value);
  }
  EXPECT_EQ(one_way_icc({1, 2, 3}, {0, 0, 0}, 4).value, 1);
  // Subjects that do not differ: -1 / (k - 1).
  EXPECT_NEAR(one_way_icc({1, 1, 1}, {2, 2, 2}, 3).value, -0.5, 1e-12);
  EXPECT_EQ(one_way_icc({1, 1}, {0, 0}, 3).reason, "all ratings are equal");
  EXPECT_EQ(one_way_icc({1}, {0}, 3).reason, "fewer than two subjects with all ratings");
  EXPECT_TRUE(std::isnan(one_way_icc({}, {}, 2).value));
  EXPECT_LARC_ERROR(one_way_icc({1, 2}, {1, 1}, 1), shape_mismatch, "at least two");
  EXPECT_LARC_ERROR(one_way_icc({1, 2}, {1}, 2), shape_mismatch, "within");
  EXPECT_LARC_ERROR(one_way_icc({1, std::numeric_limits<double>::infinity()}, {1, 1}, 2), domain, "row 2");
  EXPECT_LARC_ERROR(one_way_icc({1, 2}, {1, -1}, 2), domain, "row 2");
}

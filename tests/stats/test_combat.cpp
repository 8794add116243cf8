#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/random.h"
#include "reference.h"
#include "stats/combat.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::stats;
using namespace larc::test;

namespace {

Eigen::MatrixXd matrix(const Json& rows) {
  Eigen::MatrixXd result(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows[0].size()));
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < rows[i].size(); ++j)
      result(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = number_or_nan(rows[i][j]);
  return result;
}

/// Fourteen rows of three batches with an age, and what ComBat of sva made of them.
struct SvaTable {
  Json json = read_json(source_root() / "tests/data/combat_sva.json");
  std::vector<std::string> batch = json["batch"].get<std::vector<std::string>>();
  std::vector<std::string> single = json["single_batch"].get<std::vector<std::string>>();
  Eigen::MatrixXd values = matrix(json["values"]);
  Eigen::MatrixXd age{values.rows(), 1};
  SvaTable() {
    for (Eigen::Index i = 0; i < age.rows(); ++i) age(i, 0) = json["age"][static_cast<std::size_t>(i)];
  }
};

const Eigen::MatrixXd kNone;

/// Three batches whose features differ in place and width, of 40, 25 and 15 rows.
struct Simulated {
  Eigen::MatrixXd values;
  std::vector<std::string> batch;
  explicit Simulated(Eigen::Index features, std::uint64_t seed = 5) : values(80, features) {
    Random random(seed);
    for (Eigen::Index i = 0; i < 80; ++i) batch.push_back(i < 40 ? "one" : i < 65 ? "two" : "three");
    for (Eigen::Index j = 0; j < features; ++j) {
      const double shift[3] = {random.normal(), random.normal(), random.normal()};
      const double width[3] = {1.0, 1.5 + random.uniform(), 0.5 + random.uniform()};
      for (Eigen::Index i = 0; i < 80; ++i) {
        const int b = i < 40 ? 0 : i < 65 ? 1 : 2;
        values(i, j) = 50.0 + 3.0 * (shift[b] + width[b] * random.normal());
      }
    }
  }
};

CombatSettings settings(bool parametric, bool mean_only = false, const std::string& reference = "") {
  return {parametric, mean_only, true, reference};
}

}  // namespace

// Oracle: ComBat of sva 3.46.0 (R 4.2.2) on the table of tests/data/combat_sva.json, which says how it was called.
// The issue asks 1e-10.
TEST(Combat, AgreesWithSva) {
  Agreement agreement("combat", "R sva 3.46.0");
  const SvaTable table;
  const auto compare = [&](const std::string& name, const Eigen::MatrixXd& values,
                           const std::vector<std::string>& batch, const Eigen::MatrixXd& covariates,
                           const CombatSettings& how) {
    const CombatState state = fit_combat(values, batch, covariates, how);
    const Eigen::MatrixXd got = apply_combat(state, values, batch, covariates).values;
    const Eigen::MatrixXd expected = matrix(table.json[name]);
    for (Eigen::Index i = 0; i < got.rows(); ++i)
      for (Eigen::Index j = 0; j < got.cols(); ++j)
        agreement.check("ComBat", "14 rows, 3 batches, 4 features", name, got(i, j), expected(i, j), 1e-10);
  };
  compare("parametric", table.values, table.batch, kNone, settings(true));
  compare("parametric_age", table.values, table.batch, table.age, settings(true));
  compare("nonparametric_age", table.values, table.batch, table.age, settings(false));
  compare("mean_only", table.values, table.batch, kNone, settings(true, true));
  compare("nonparametric_mean_only", table.values, table.batch, kNone, settings(false, true));
  compare("reference_a_age", table.values, table.batch, table.age, settings(true, false, "a"));
  compare("nonparametric_reference_a", table.values, table.batch, kNone, settings(false, false, "a"));
  compare("missing_age", matrix(table.json["missing"]), table.batch, table.age, settings(true));
  compare("missing_reference_a", matrix(table.json["missing"]), table.batch, kNone, settings(true, false, "a"));
  compare("single", table.values, table.single, kNone, settings(true));
  compare("constant_parametric", matrix(table.json["constant"]), table.batch, kNone, settings(true));
  agreement.finish();
}

TEST(Combat, BatchesComeOutAlike) {
  const Simulated data(12);
  const CombatSettings own{true, false, false, ""};
  const CombatState state = fit_combat(data.values, data.batch, kNone, own);
  const Eigen::MatrixXd out = apply_combat(state, data.values, data.batch).values;
  // Without borrowing between features every batch has exactly the pooled mean and variance.
  const Eigen::Index first[4] = {0, 40, 65, 80};
  for (Eigen::Index j = 0; j < 12; ++j)
    for (int b = 0; b < 3; ++b) {
      const Eigen::ArrayXd part = out.col(j).segment(first[b], first[b + 1] - first[b]).array();
      const double variance = (part - part.mean()).square().sum() / static_cast<double>(part.size() - 1);
      EXPECT_NEAR(part.mean(), state.mean[j], 1e-10);
      EXPECT_NEAR(variance, state.variance[j], 1e-9);
    }
  // Empirical Bayes draws each estimate towards the others': less than the whole way.
  const CombatState drawn = fit_combat(data.values, data.batch);
  EXPECT_LT((drawn.shift.row(0).array() - drawn.shift.row(0).mean()).matrix().norm(),
            (state.shift.row(0).array() - state.shift.row(0).mean()).matrix().norm());
}

TEST(Combat, OrderOfRowsAndUnitsDoNotMatter) {
  const Simulated data(8);
  Random random(3);
  const auto order = random.permutation(80);
  Eigen::MatrixXd shuffled(80, 8);
  std::vector<std::string> batch;
  for (std::size_t i = 0; i < 80; ++i) {
    shuffled.row(static_cast<Eigen::Index>(i)) = data.values.row(static_cast<Eigen::Index>(order[i]));
    batch.push_back(data.batch[order[i]]);
  }
  for (const bool parametric : {true, false}) {
    const Eigen::MatrixXd a =
        apply_combat(fit_combat(data.values, data.batch, kNone, settings(parametric)), data.values, data.batch).values;
    const Eigen::MatrixXd b =
        apply_combat(fit_combat(shuffled, batch, kNone, settings(parametric)), shuffled, batch).values;
    const Eigen::MatrixXd scaled = (data.values.array() * 1000.0 - 7.0).matrix();
    const Eigen::MatrixXd c =
        apply_combat(fit_combat(scaled, data.batch, kNone, settings(parametric)), scaled, data.batch).values;
    for (std::size_t i = 0; i < 80; ++i)
      EXPECT_LT((b.row(static_cast<Eigen::Index>(i)) - a.row(static_cast<Eigen::Index>(order[i]))).norm(), 1e-9);
    EXPECT_LT((c.array() - (a.array() * 1000.0 - 7.0)).matrix().norm(), 1e-5);
  }
}

// Weights of hundreds of rows underflow where they are multiplied (sva gives missing values then); here they do not.
TEST(Combat, LargeBatchesDoNotUnderflow) {
  Random random(8);
  Eigen::MatrixXd values(2000, 5);
  std::vector<std::string> batch;
  for (Eigen::Index i = 0; i < 2000; ++i) {
    batch.push_back(i < 1000 ? "a" : "b");
    for (Eigen::Index j = 0; j < 5; ++j) values(i, j) = random.normal() + (i < 1000 ? 0.0 : 0.1 * double(j));
  }
  const CombatState state = fit_combat(values, batch, kNone, settings(false));
  EXPECT_TRUE(state.shift.allFinite());
  EXPECT_TRUE(state.spread.allFinite());
  // A feature's estimate is one of the others', as near its own as there is one: here the neighbour's.
  EXPECT_NEAR(state.shift(1, 2) - state.shift(0, 2), 0.2, 0.2);
}

TEST(Combat, NewRowsUseWhatWasLearnt) {
  const SvaTable table;
  const CombatState state = fit_combat(table.values, table.batch, table.age);
  const CombatState back = combat_from_json(parse_json(dump_json(combat_to_json(state)), "state"));
  EXPECT_EQ(dump_json(combat_to_json(back)), dump_json(combat_to_json(state)));
  const CombatResult all = apply_combat(back, table.values, table.batch, table.age);
  // One row alone comes out as among the others: nothing is learnt from new rows.
  for (Eigen::Index i = 0; i < table.values.rows(); ++i) {
    const CombatResult one =
        apply_combat(back, table.values.row(i), {table.batch[static_cast<std::size_t>(i)]}, table.age.row(i));
    EXPECT_EQ(one.values, all.values.row(i));
  }
  // A batch that was not in training passes through, and is named.
  const CombatResult unseen =
      apply_combat(back, table.values.topRows(3), {"b", "new", "elsewhere"}, table.age.topRows(3));
  EXPECT_EQ(unseen.unseen, (std::vector<std::string>{"elsewhere", "new"}));
  EXPECT_EQ(unseen.unseen_rows, 2u);
  EXPECT_EQ(unseen.values.row(0), all.values.row(0));
  EXPECT_EQ(unseen.values.row(1), table.values.row(1));
}

TEST(Combat, NotesSayWhatWasLeftOut) {
  const SvaTable table;
  const CombatState constant = fit_combat(matrix(table.json["constant"]), table.batch);
  EXPECT_FALSE(constant.adjusted[1]);
  ASSERT_EQ(constant.notes.size(), 1u);
  EXPECT_NE(constant.notes[0].find("feature 2 passes through: constant within a batch"), std::string::npos);
  const CombatState single = fit_combat(table.values, table.single);
  EXPECT_TRUE(single.settings.mean_only);
  EXPECT_NE(single.notes.at(0).find("one row"), std::string::npos);
  // A feature without a value in a batch cannot be harmonised; the others can.
  Eigen::MatrixXd holes = table.values;
  for (Eigen::Index i = 11; i < 14; ++i) holes(i, 0) = kNaN;
  holes(12, 2) = holes(13, 2) = kNaN;
  const CombatState missing = fit_combat(holes, table.batch);
  EXPECT_EQ(missing.adjusted, (std::vector<bool>{false, true, false, true}));
  EXPECT_NE(missing.notes[0].find("no value in a batch"), std::string::npos);
  EXPECT_NE(missing.notes[1].find("one value only"), std::string::npos);
  EXPECT_TRUE(apply_combat(missing, table.values, table.batch).values.allFinite());
}

TEST(Combat, Errors) {
  const SvaTable table;
  const std::vector<std::string> one(14, "x");
  EXPECT_LARC_ERROR(fit_combat(table.values, one), domain, "one batch");
  EXPECT_LARC_ERROR(fit_combat(table.values, {"a"}), shape_mismatch, "batch");
  EXPECT_LARC_ERROR(fit_combat(table.values, table.batch, table.age.topRows(3)), shape_mismatch, "covariates");
  EXPECT_LARC_ERROR(fit_combat(table.values, table.batch, kNone, settings(true, false, "z")), domain, "'z'");
  Eigen::MatrixXd confounded(14, 1), twice(14, 2), hole = table.age, infinite = table.values;
  for (Eigen::Index i = 0; i < 14; ++i) confounded(i, 0) = table.batch[static_cast<std::size_t>(i)] == "a" ? 1.0 : 0.0;
  twice << table.age, 2.0 * table.age;
  hole(4, 0) = kNaN;
  infinite(2, 1) = std::numeric_limits<double>::infinity();
  EXPECT_LARC_ERROR(fit_combat(table.values, table.batch, confounded), domain, "confounded with batch");
  EXPECT_LARC_ERROR(fit_combat(table.values, table.batch, twice), domain, "combinations of each other");
  EXPECT_LARC_ERROR(fit_combat(table.values, table.batch, hole), domain, "row 5");
  EXPECT_LARC_ERROR(fit_combat(infinite, table.batch), domain, "row 3");
  EXPECT_LARC_ERROR(fit_combat(table.values.leftCols(1), table.batch), domain, "empirical Bayes needs two");
  const CombatState state = fit_combat(table.values, table.batch);
  EXPECT_LARC_ERROR(apply_combat(state, table.values.leftCols(2), table.batch), shape_mismatch, "2 features");
  EXPECT_LARC_ERROR(apply_combat(state, table.values, table.batch, table.age), shape_mismatch, "covariates");
  EXPECT_LARC_ERROR(combat_from_json(Json::object()), format, "ComBat");
  Json other = combat_to_json(state);
  other["kind"] = "scaler";
  EXPECT_LARC_ERROR(combat_from_json(other), format, "ComBat");
  Json torn = combat_to_json(state);
  torn["shift"].erase(0);
  EXPECT_LARC_ERROR(combat_from_json(torn), format, "2 rows in place of 3");
}

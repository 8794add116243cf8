#include <gtest/gtest.h>

#include "learn/forest.h"
#include "stats/roc.h"
#include "support/agreement.h"
#include "tree_data.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

ForestSettings single_tree() {
  ForestSettings settings;
  settings.trees = 1;
  settings.bootstrap = false;
  settings.features_per_split = 6;
  settings.max_depth = 3;
  settings.min_leaf = 10;
  return settings;
}

double auc(const Outcome& outcome, const Eigen::VectorXd& score) {
  return stats::roc(outcome.label, {score.begin(), score.end()}).auc;
}

double brier(const Outcome& outcome, const Eigen::VectorXd& probability) {
  double sum = 0.0;
  for (Eigen::Index i = 0; i < probability.size(); ++i)
    sum += std::pow(probability[i] - outcome.label[static_cast<std::size_t>(i)], 2);
  return sum / static_cast<double>(probability.size());
}

}  // namespace

// oracle: scikit-learn 1.2.1, DecisionTreeClassifier(max_depth=3, min_samples_leaf=10), predict_proba on its training
// rows; the same for every random_state, so no tie decides. Its thresholds are those of float32 data, which these are.
TEST(ForestOracle, OneTreeEqualsCart) {
  const StreamTable table = stream_table(200, 6);
  Agreement agreement("forest", "scikit-learn 1.2.1");
  for (const bool balanced : {false, true}) {
    ForestSettings settings = single_tree();
    settings.balanced = balanced;
    const Forest forest = fit_forest(table.x, table.outcome, settings, 1);
    EXPECT_EQ(forest.trees[0].size(), 15u);
    const Eigen::VectorXd p = predict_probability(forest, table.x);
    const std::string name = balanced ? "one tree, balanced" : "one tree";
    agreement.check(name, "stream 200 x 6", "sum of p", p.sum(), balanced ? 103.65922636155392 : 107.0, 1e-13);
    agreement.check(name, "stream 200 x 6", "sum of i p", p.dot(Eigen::VectorXd::LinSpaced(200, 0.0, 199.0)),
                    balanced ? 10455.23114122215 : 10796.456762192058, 1e-13);
    agreement.check(name, "stream 200 x 6", "sum of p p", p.squaredNorm(),
                    balanced ? 79.76250111213099 : 83.25400416576888, 1e-13);
  }
  agreement.finish();
}

// oracle: scikit-learn 1.2.1, 20 seeds of 500 trees, out of bag: mean and standard deviation of AUC and Brier score.
// Our mean over 5 seeds must lie within 4 standard errors of theirs.
TEST(ForestOracle, OutOfBagFiguresAreThoseOfScikitLearn) {
  struct Case {
    SplitRule split;
    double auc, auc_sd, brier, brier_sd;
  };
  const StreamTable table = stream_table(150, 6);
  for (const Case& c : {Case{SplitRule::best, 0.79469, 0.00725, 0.18447, 0.00264},
                        Case{SplitRule::random, 0.79191, 0.00838, 0.19187, 0.00227}}) {
    ForestSettings settings;
    settings.split = c.split;
    double mean_auc = 0.0, mean_brier = 0.0;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const Forest forest = fit_forest(table.x, table.outcome, settings, seed);
      mean_auc += auc(table.outcome, forest.out_of_bag) / 5.0;
      mean_brier += brier(table.outcome, forest.out_of_bag) / 5.0;
    }
    const double errors = 4.0 * std::sqrt(1.0 / 5.0 + 1.0 / 20.0);
    EXPECT_NEAR(mean_auc, c.auc, errors * c.auc_sd);
    EXPECT_NEAR(mean_brier, c.brier, errors * c.brier_sd);
  }
}

// invariant
TEST(Forest, IsTheSameForAnyNumberOfThreads) {
  const StreamTable table = stream_table(120, 8);
  for (const SplitRule split : {SplitRule::best, SplitRule::random}) {
    ForestSettings settings;
    settings.split = split;
    settings.trees = 60;
    const Forest one = fit_forest(table.x, table.outcome, settings, 7, 1);
    const Forest four = fit_forest(table.x, table.outcome, settings, 7, 4);
    EXPECT_EQ(dump_json(to_json(one)), dump_json(to_json(four)));
    EXPECT_EQ(one.out_of_bag, four.out_of_bag);
    EXPECT_EQ(permutation_importance(one, table.x, table.outcome, 1),
              permutation_importance(one, table.x, table.outcome, 4));
    EXPECT_NE(dump_json(to_json(one)), dump_json(to_json(fit_forest(table.x, table.outcome, settings, 8))));
  }
}

// Rows that a tree has seen stay on their side of each cut however the values are bent.
TEST(Forest, BestCutsDependOnOrderAlone) {
  const StreamTable table = stream_table(150, 6);
  ForestSettings settings;
  settings.bootstrap = false;
  settings.min_leaf = 10;
  const Forest forest = fit_forest(table.x, table.outcome, settings, 3);
  const Eigen::MatrixXd bent = (5.0 * table.x.array()).exp();
  const Forest other = fit_forest(bent, table.outcome, settings, 3);
  EXPECT_EQ(predict_probability(forest, table.x), predict_probability(other, bent));
}

TEST(Forest, ReadsBackToTheBit) {
  const StreamTable table = stream_table(100, 5);
  const StreamTable fresh = stream_table(300, 5);
  ForestSettings settings;
  settings.split = SplitRule::random;
  settings.trees = 40;
  settings.min_leaf = 3;
  settings.balanced = true;
  const Forest forest = fit_forest(table.x, table.outcome, settings, 5);
  const std::string text = dump_json(to_json(forest));
  const Forest back = forest_from_json(parse_json(text, "forest"));
  EXPECT_EQ(predict_probability(forest, fresh.x), predict_probability(back, fresh.x));
  EXPECT_EQ(dump_json(to_json(back)), text);
}

TEST(Forest, EverySampleLandsInItsLeafWithoutBagging) {
  const StreamTable table = stream_table(200, 6);
  for (const SplitRule split : {SplitRule::best, SplitRule::random}) {
    ForestSettings settings;
    settings.split = split;
    settings.trees = 5;
    settings.bootstrap = false;
    const Forest forest = fit_forest(table.x, table.outcome, settings, 1);
    const Eigen::VectorXd p = predict_probability(forest, table.x);
    for (Eigen::Index i = 0; i < 200; ++i) EXPECT_EQ(p[i], table.outcome.label[static_cast<std::size_t>(i)]);
    EXPECT_TRUE(std::isnan(forest.out_of_bag[0]));
  }
}

TEST(Forest, LeavesKeepTheirSmallestSize) {
  const StreamTable table = stream_table(200, 6);
  for (const SplitRule split : {SplitRule::best, SplitRule::random}) {
    ForestSettings settings = single_tree();
    settings.split = split;
    settings.max_depth = 0;
    settings.min_leaf = 17;
    const Forest forest = fit_forest(table.x, table.outcome, settings, 2);
    std::map<const TreeNode*, int> rows;
    for (Eigen::Index i = 0; i < 200; ++i)
      ++rows[&leaf_of(forest.trees[0], [&](std::int32_t j) { return table.x(i, j); })];
    EXPECT_GT(rows.size(), 3u);
    for (const auto& [leaf, count] : rows) EXPECT_GE(count, 17);
  }
}

// More than 65,536 distinct values share codes; radix sort and counting see large nodes. With 40.13% of x0 above 0.25
// and 10% of the outcomes turned, the true score has an area of 0.8943.
TEST(Forest, LargeTablesKeepTheirSignal) {
  const auto draw = [](Eigen::Index n, std::uint64_t seed) {
    Random random(seed);
    StreamTable table{Eigen::MatrixXd(n, 2), {}};
    for (Eigen::Index i = 0; i < n; ++i) {
      table.x(i, 0) = random.normal();
      table.x(i, 1) = random.normal();
      table.outcome.label.push_back((table.x(i, 0) > 0.25) != (random.uniform() < 0.1) ? 1.0 : 0.0);
    }
    return table;
  };
  const StreamTable training = draw(90000, 4);
  const StreamTable fresh = draw(20000, 5);
  for (const SplitRule split : {SplitRule::best, SplitRule::random}) {
    ForestSettings settings;
    settings.split = split;
    settings.trees = 10;
    settings.min_leaf = 500;
    settings.features_per_split = 2;
    const Forest forest = fit_forest(training.x, training.outcome, settings, 1, 2);
    EXPECT_NEAR(auc(fresh.outcome, predict_probability(forest, fresh.x)), 0.8943, 0.012);
    if (split == SplitRule::best) {
      EXPECT_NEAR(forest.trees[0][0].value, 0.25, 0.002);
    }
  }
}

TEST(Forest, ImportanceFindsTheSignal) {
  const StreamTable table = stream_table(300, 8);
  const Eigen::VectorXd importance =
      permutation_importance(fit_forest(table.x, table.outcome, {}, 1), table.x, table.outcome);
  for (Eigen::Index j = 2; j < 8; ++j) {
    EXPECT_LT(std::abs(importance[j]), 0.01);
    EXPECT_GT(importance[0], 5.0 * importance[j]);
    EXPECT_GT(importance[1], 5.0 * importance[j]);
  }
}

TEST(Forest, ConstantColumnsAreNeverCutNorCounted) {
  StreamTable table = stream_table(80, 4);
  Eigen::MatrixXd x = Eigen::MatrixXd::Constant(80, 40, 2.5);
  x.col(17) = table.x.col(0);
  for (const SplitRule split : {SplitRule::best, SplitRule::random}) {
    ForestSettings settings;
    settings.split = split;
    settings.features_per_split = 1;
    settings.trees = 20;
    const Forest forest = fit_forest(x, table.outcome, settings, 1);
    for (const Tree& tree : forest.trees) {
      EXPECT_GT(tree.size(), 10u);
      for (const TreeNode& node : tree) EXPECT_TRUE(node.feature == 17 || node.feature == -1);
    }
    x.col(17).setConstant(1.0);  // nothing to cut: every tree answers the share in its bag
    const Forest flat = fit_forest(x, table.outcome, settings, 1);
    for (const Tree& tree : flat.trees) EXPECT_EQ(tree.size(), 1u);
    x.col(17) = table.x.col(0);
  }
}

TEST(Forest, NeighbouringDoublesAreTold) {
  Eigen::MatrixXd x(2, 1);
  x << 1.0, std::nextafter(1.0, 2.0);
  Outcome outcome;
  outcome.label = {0.0, 1.0};
  for (const SplitRule split : {SplitRule::best, SplitRule::random}) {
    ForestSettings settings;
    settings.split = split;
    settings.trees = 20;
    settings.bootstrap = false;
    const Eigen::VectorXd p = predict_probability(fit_forest(x, outcome, settings, 1), x);
    EXPECT_EQ(p[0], 0.0);
    EXPECT_EQ(p[1], 1.0);
  }
}

TEST(Forest, Refusals) {
  StreamTable table = stream_table(30, 3);
  const auto with = [](auto change) {
    ForestSettings settings;
    settings.trees = 3;
    change(settings);
    return settings;
  };
  const auto fit = [&](const ForestSettings& settings) { return fit_forest(table.x, table.outcome, settings, 1); };
  EXPECT_LARC_ERROR(fit(with([](auto& s) { s.trees = 0; })), domain, "trees");
  EXPECT_LARC_ERROR(fit(with([](auto& s) { s.features_per_split = 4; })), domain, "features_per_split");
  EXPECT_LARC_ERROR(fit(with([](auto& s) { s.min_leaf = 0; })), domain, "min_leaf");
  EXPECT_LARC_ERROR(fit(with([](auto& s) { s.min_split = 1; })), domain, "min_split");
  EXPECT_LARC_ERROR(fit(with([](auto& s) { s.max_depth = -1; })), domain, "max_depth");
  const Forest forest = fit(with([](auto&) {}));
  EXPECT_LARC_ERROR(predict_probability(forest, Eigen::MatrixXd::Zero(2, 4)), shape_mismatch, "4 columns");
  EXPECT_LARC_ERROR(predict_probability(forest, Eigen::MatrixXd::Constant(2, 3, kNaN)), domain, "column 1, row 1");
  const Forest unbagged = fit(with([](auto& s) { s.bootstrap = false; }));
  EXPECT_LARC_ERROR(permutation_importance(unbagged, table.x, table.outcome), domain, "bootstrap");
  Json json = to_json(forest);
  json["format"] = "other";
  EXPECT_LARC_ERROR(forest_from_json(json), format, "no forest");
  for (const char* key : {"nodes", "feature", "value"}) {
    json = to_json(forest);
    json["trees"][key] = "AAAAAA==";
    EXPECT_LARC_ERROR(forest_from_json(json), format, "");
  }
  json = to_json(forest);
  json["settings"]["split"] = "third";
  EXPECT_LARC_ERROR(forest_from_json(json), domain, "third");
  json = to_json(forest);
  json["features"] = 1;
  EXPECT_LARC_ERROR(forest_from_json(json), format, "damaged");
  table.x(4, 1) = kNaN;
  EXPECT_LARC_ERROR(fit({}), domain, "column 2, row 5");
  table.x(4, 1) = 0.0;
  table.outcome.label.assign(30, 1.0);
  EXPECT_LARC_ERROR(fit({}), domain, "same label");
  table.outcome.label.pop_back();
  EXPECT_LARC_ERROR(fit({}), shape_mismatch, "29");
  table.outcome = make_cohort(OutcomeKind::survival, 30, 1, 1, 1.0, 1).outcome;
  EXPECT_LARC_ERROR(fit({}), unsupported, "binary");
  EXPECT_LARC_ERROR(fit_forest(Eigen::MatrixXd(0, 3), {}, {}, 1), domain, "same label");
}

#include <gtest/gtest.h>

#include "learn/recalibrate.h"
#include "learn/scan.h"
#include "learn/select.h"
#include "learn_data.h"
#include "stats/cox.h"
#include "stats/logistic.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

FeatureMatrix matrix_of(const Cohort& cohort) {
  FeatureMatrix matrix;
  matrix.values.resize(static_cast<Eigen::Index>(cohort.frame.rows),
                       static_cast<Eigen::Index>(cohort.frame.columns.size()));
  for (std::size_t j = 0; j < cohort.frame.columns.size(); ++j) {
    matrix.names.push_back(cohort.frame.columns[j].name);
    matrix.groups.push_back(cohort.frame.columns[j].group);
    for (std::size_t i = 0; i < cohort.frame.rows; ++i)
      matrix.values(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = cohort.frame.columns[j].values[i];
  }
  return matrix;
}

// The squared score statistic of one covariate is the score test of the model that has it alone.
TEST(Select, ScoreStatisticIsTheScoreTestOfTheModel) {
  const Cohort survival = make_cohort(OutcomeKind::survival, 90, 4, 2, 0.6, 3);
  const FeatureMatrix x = matrix_of(survival);
  const Eigen::VectorXd z = score_z(x.values, survival.outcome);
  for (Eigen::Index j = 0; j < 4; ++j)
    EXPECT_NEAR(
        z[j] * z[j],
        stats::fit_cox(x.values.col(j), survival.outcome.time_months, survival.outcome.event, stats::Ties::breslow)
            .score,
        1e-9);
  const Cohort binary = make_cohort(OutcomeKind::binary, 90, 4, 2, 0.6, 3);
  const FeatureMatrix b = matrix_of(binary);
  // n r^2 with r the correlation of feature and label (Cochran-Armitage).
  const Eigen::Map<const Eigen::VectorXd> y(binary.outcome.label.data(), 90);
  for (Eigen::Index j = 0; j < 4; ++j) {
    const Eigen::ArrayXd cx = b.values.col(j).array() - b.values.col(j).mean(), cy = y.array() - y.mean();
    const double r = (cx * cy).sum() / std::sqrt(cx.square().sum() * cy.square().sum());
    EXPECT_NEAR(score_z(b.values, binary.outcome)[j], r * std::sqrt(90.0), 1e-9);
  }
}

TEST(Select, FindsTheSignalAndLeavesCopies) {
  for (const OutcomeKind kind : {OutcomeKind::binary, OutcomeKind::survival}) {
    Cohort cohort = make_cohort(kind, 250, 40, 2, 1.2, 5);
    cohort.frame.columns[39].values = cohort.frame.columns[0].values;  // a copy of the strongest
    const FeatureMatrix x = matrix_of(cohort);
    for (const char* method : {"univariate", "mrmr", "stability"}) {
      SelectionSettings settings;
      settings.method = method;
      settings.count = 2;
      const FilterState state = fit_selection(x, cohort.outcome, settings, 1);
      const std::set<std::string> kept(state.kept.begin(), state.kept.end());
      EXPECT_TRUE(kept.contains("a0") || kept.contains("a39")) << method;
      EXPECT_TRUE(kept.contains("a1")) << method;
      EXPECT_EQ(state.kept.size() + state.dropped.size(), 40u);
      if (settings.method == "mrmr") {
        EXPECT_FALSE(kept.contains("a0") && kept.contains("a39"));
      }
    }
  }
  SelectionSettings wrong;
  wrong.method = "magic";
  EXPECT_LARC_ERROR(fit_selection({}, {}, wrong, 1), domain, "magic");
  wrong = {"univariate", 0, 0.5, 1};
  EXPECT_LARC_ERROR(fit_selection({}, {}, wrong, 1), domain, "count");
}

TEST(Recalibration, MeanProbabilityIsThePrevalence) {
  const Cohort cohort = make_cohort(OutcomeKind::binary, 150, 3, 1, 1.5, 6);
  const Eigen::Map<const Eigen::VectorXd> score(cohort.frame.columns[0].values.data(), 150);
  const Recalibration fit = fit_recalibration(score, cohort.outcome);
  double sum = 0.0;
  for (Eigen::Index i = 0; i < 150; ++i) sum += stats::logistic(fit.apply(score[i]));
  EXPECT_NEAR(sum, static_cast<double>(cohort.outcome.events()), 1e-9);
  // Drawn towards 0.6 per standard deviation, but not by much where the relation is strong.
  const auto logistic = stats::fit_logistic(score, cohort.outcome.label);
  EXPECT_LT(fit.slope, logistic.coef[0]);
  EXPECT_GT(fit.slope, 0.75 * logistic.coef[0]);
  EXPECT_EQ(dump_json(to_json(recalibration_from_json(to_json(fit)))), dump_json(to_json(fit)));
}

TEST(Recalibration, NothingLearntLeavesOnlyAnOrder) {
  Cohort cohort = make_cohort(OutcomeKind::binary, 100, 1, 0, 0.0, 7);
  Eigen::VectorXd score(100);
  for (Eigen::Index i = 0; i < 100; ++i)
    score[i] = -cohort.outcome.label[static_cast<std::size_t>(i)] + 0.01 * static_cast<double>(i % 7);
  const Recalibration opposite = fit_recalibration(score, cohort.outcome);
  EXPECT_GT(opposite.slope, 0.0);
  EXPECT_LT(std::abs(opposite.apply(score.maxCoeff()) - opposite.apply(score.minCoeff())), 0.1);
  EXPECT_FALSE(opposite.note.empty());
  const Recalibration flat = fit_recalibration(Eigen::VectorXd::Constant(100, 3.0), cohort.outcome);
  EXPECT_EQ(flat.slope, 0.0);
  EXPECT_NEAR(stats::logistic(flat.apply(3.0)), static_cast<double>(cohort.outcome.events()) / 100.0, 1e-12);
  Eigen::VectorXd perfect(100);
  for (Eigen::Index i = 0; i < 100; ++i) perfect[i] = cohort.outcome.label[static_cast<std::size_t>(i)];
  EXPECT_TRUE(std::isfinite(fit_recalibration(perfect, cohort.outcome).apply(1.0)));
  perfect[0] = kNaN;
  EXPECT_LARC_ERROR(fit_recalibration(perfect, cohort.outcome), domain, "missing");
}

std::string kinds_of(const std::vector<SuspectColumn>& suspects, const std::string& column) {
  std::string kinds;
  for (const auto& suspect : suspects)
    if (suspect.column == column) kinds += suspect.kind + " ";
  return kinds;
}

TEST(Scan, NamesWhatGivesTheOutcomeAway) {
  Cohort cohort = make_cohort(OutcomeKind::survival, 300, 6, 2, 0.8, 8);
  Random random(1);
  std::vector<std::string> cause, ward;
  std::vector<double> hospital_death, visits, constant(300, 4.0), copy = cohort.frame.columns[0].values,
                                                                  sparse(300, kNaN);
  for (std::size_t i = 0; i < 300; ++i) {
    const bool event = cohort.outcome.event[i] == 1;
    cause.push_back(event ? (random.uniform() < 0.5 ? "cancer" : "heart") : "");
    ward.push_back(random.uniform() < 0.5 ? "a" : "b");
    hospital_death.push_back(event && random.uniform() < 0.4 ? 1.0 : 0.0);
    visits.push_back(std::floor(cohort.outcome.time_months[i] * 3.0) + (random.uniform() < 0.5 ? 1.0 : 0.0));
    if (i < 40) sparse[i] = random.normal();
  }
  auto& columns = cohort.frame.columns;
  columns.push_back(categorical_column("cause", "x", cause));
  columns.push_back(categorical_column("ward", "x", ward));
  for (const auto& [name, values] :
       {std::pair{"hospital_death", hospital_death}, std::pair{"visits", visits}, std::pair{"constant", constant},
        std::pair{"copy", copy}, std::pair{"sparse", sparse}})
    columns.push_back(numeric_column(name, "x", values));
  const auto suspects = scan_columns(cohort.frame, cohort.outcome);
  EXPECT_NE(kinds_of(suspects, "cause").find("missingness"), std::string::npos);
  EXPECT_NE(kinds_of(suspects, "hospital_death").find("outcome"), std::string::npos);
  EXPECT_NE(kinds_of(suspects, "visits").find("follow_up"), std::string::npos);
  EXPECT_EQ(kinds_of(suspects, "constant"), "constant ");
  EXPECT_EQ(kinds_of(suspects, "copy"), "copy ");
  EXPECT_EQ(kinds_of(suspects, "sparse"), "missing ");
  EXPECT_EQ(kinds_of(suspects, "ward"), "");
  for (const char* honest : {"a0", "a1", "a2", "a3"}) EXPECT_EQ(kinds_of(suspects, honest), "") << honest;
}

TEST(Scan, KnownLeaksOfPublicTables) {
  LARC_NEEDS_DATA("tabular/survival/support2_full.csv");
  const CsvTable table = read_csv(data_root() / "tabular/survival/support2_full.csv");
  Frame frame;
  Outcome outcome{OutcomeKind::survival, {}, {}, {}};
  frame.rows = table.rows.size();
  for (const auto& row : table.rows) {
    outcome.time_months.push_back(parse_double(row[table.column("time")]).value());
    outcome.event.push_back(static_cast<int>(parse_double(row[table.column("event")]).value()));
  }
  for (const char* name : {"hospdead", "age", "meanbp", "hrt", "temp"}) {
    std::vector<double> values;
    for (const auto& row : table.rows) values.push_back(parse_double(row[table.column(name)]).value_or(kNaN));
    frame.columns.push_back(numeric_column(name, "x", values));
  }
  const auto suspects = scan_columns(frame, outcome);
  EXPECT_NE(kinds_of(suspects, "hospdead").find("outcome"), std::string::npos);
  for (const char* honest : {"age", "meanbp", "hrt", "temp"})
    EXPECT_EQ(kinds_of(suspects, honest).find("outcome"), std::string::npos) << honest;
}

}  // namespace

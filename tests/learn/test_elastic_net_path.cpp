#include <gtest/gtest.h>

#include <cmath>

#include "learn/elastic_net_path.h"
#include "learn/folds.h"
#include "learn_data.h"
#include "support/agreement.h"

using namespace larc;
using namespace larc::learn;
using namespace larc::test;

namespace {

struct Table {
  Eigen::MatrixXd x;
  LossData outcome;
};

Table from_columns(const std::vector<std::vector<double>>& columns, const Outcome& outcome) {
  Table table{{}, outcome};
  table.x.resize(static_cast<Eigen::Index>(columns[0].size()), static_cast<Eigen::Index>(columns.size()));
  for (std::size_t j = 0; j < columns.size(); ++j)
    table.x.col(static_cast<Eigen::Index>(j)) = Eigen::Map<const Eigen::VectorXd>(columns[j].data(), table.x.rows());
  return table;
}

Table of_cohort(const Cohort& cohort) {
  std::vector<std::vector<double>> columns;
  for (const auto& column : cohort.frame.columns) columns.push_back(column.values);
  return from_columns(columns, cohort.outcome);
}

// The tables of ref03: two radiomics tables with a binary outcome, one of gene expressions with times.
Table reference_table(const std::string& name, const Json& truth) {
  std::vector<std::vector<double>> columns;
  if (name == "cox_gse7390") {
    const CsvTable data = read_csv(data_root() / "tabular" / truth["meta"]["file"].get<std::string>());
    for (const auto& column : truth["meta"]["cols"]) columns.push_back(numbers(data, column.get<std::string>()));
    Outcome outcome{OutcomeKind::survival, {}, numbers(data, "time"), {}};
    for (const double event : numbers(data, "event")) outcome.event.push_back(static_cast<int>(event));
    return from_columns(columns, outcome);
  }
  const CsvTable data = gzipped_table(data_root() / "tabular/radiomics_binary" / (name.substr(6) + ".csv.gz"));
  for (const auto& column : data.header)
    if (column != "ID" && column != "Target") columns.push_back(numbers(data, column));
  return from_columns(columns, {OutcomeKind::binary, numbers(data, "Target"), {}, {}});
}

std::vector<double> list(const Json& json) {
  return json.is_array() ? json.get<std::vector<double>>() : std::vector<double>{json.get<double>()};
}

}  // namespace

// Oracle: glmnet 4.1-6 with a threshold of 1e-14 (paths) and 1e-10 (folds), which leaves its optimality conditions open
// by 1e-9 to 3e-7 and so its out-of-fold deviances, which are of first order in that, by about 1e-6; where features are
// nearly collinear at small lambdas by up to 1e-4. Ours are fitted to 1e-9 here. Cox coefficients: the same solutions
// polished to 1e-12.
TEST(ElasticNetPath, AgreesWithGlmnet) {
  LARC_NEEDS_DATA("reference/ref03_glmnet.json");
  const Json reference = read_json(data_root() / "reference/ref03_glmnet.json");
  const Json polished = read_json(data_root() / "reference/ref03b_cox_enet_polished.json");
  Agreement agreement("elastic_net", "R glmnet 4.1-6");
  for (const std::string name : {"logit_LNDb", "logit_Dai2023", "cox_gse7390"}) {
    const Json& truth = reference[name];
    const Table table = reference_table(name, truth);
    const std::string kind = name.substr(0, name.find('_'));
    for (const double alpha : {1.0, 0.5, 0.05}) {
      const Json& wanted = truth["alpha_" + format_double(alpha)];
      const std::string analysis = kind + " alpha " + format_double(alpha);
      PathSettings settings;
      settings.alpha = alpha;
      settings.lambdas = list(wanted["lambda"]);
      const ElasticNetPath path = fit_elastic_net_path(table.x, table.outcome, settings);
      ASSERT_EQ(path.fits.size(), settings.lambdas.size());
      double worst = 0.0;
      for (std::size_t k = 0; k < path.fits.size(); ++k) {
        worst = std::max(worst, path.fits[k].kkt_gap);
        EXPECT_TRUE(path.fits[k].converged) << analysis << " " << k;
        agreement.check(analysis, name, "deviance ratio", path.fits[k].deviance_ratio,
                        wanted["dev.ratio"][k].get<double>(), 1e-6, 1.0);
      }
      agreement.check(analysis, name, "optimality gap (own)", worst, 0.0, 1e-9, 1.0);
      PathSettings own;
      own.alpha = alpha;
      own.n_lambda = 60;
      own.lambda_min_ratio = 0.05;
      const ElasticNetPath sequence = fit_elastic_net_path(table.x, table.outcome, own);
      agreement.check(analysis, name, "largest lambda", sequence.fits[0].lambda, wanted["lambda"][0].get<double>(),
                      1e-12);

      CvSettings cv;
      cv.alphas = {alpha};
      cv.lambdas = settings.lambdas;
      cv.fold_tolerance = 1e-9;
      std::vector<int> folds;
      for (const auto& fold : truth["foldid"]) folds.push_back(fold.get<int>());
      const CvElasticNet chosen = fit_elastic_net_cv(table.x, table.outcome, cv, folds);
      const CvCurve& curve = chosen.curves[0];
      for (std::size_t k = 0; k < curve.mean.size(); ++k) {
        agreement.check(analysis, name, "cross-validated deviance", curve.mean[k], wanted["cvm"][k].get<double>(),
                        5e-4);
        agreement.check(analysis, name, "its standard error", curve.se[k], wanted["cvsd"][k].get<double>(), 2e-3);
      }
      agreement.check(analysis, name, "lambda.min", curve.lambda_min(), wanted["lambda.min"].get<double>(), 1e-12);
      agreement.check(analysis, name, "lambda.1se", curve.lambda_1se(), wanted["lambda.1se"].get<double>(), 1e-12);
      EXPECT_EQ(chosen.lambda, curve.lambda_min());
      EXPECT_LE(chosen.fit.kkt_gap, 1e-10);
    }
  }
  // The same with thresh = 1e-20: what the folds' own threshold left open is gone.
  const Json& truth = reference["cox_gse7390"];
  const Table genes = reference_table("cox_gse7390", truth);
  CvSettings cv;
  cv.alphas = {1.0};
  cv.lambdas = list(truth["alpha_1"]["lambda"]);
  cv.fold_tolerance = 1e-10;
  std::vector<int> folds;
  for (const auto& fold : truth["foldid"]) folds.push_back(fold.get<int>());
  const CvCurve curve = fit_elastic_net_cv(genes.x, genes.outcome, cv, folds).curves[0];
  agreement.check("cox alpha 1", "cox_gse7390", "cross-validated deviance (thresh 1e-20)",
                  {curve.mean[9], curve.mean[29], curve.mean[58], curve.mean[59]},
                  {11.6300427350, 11.8989133773, 28.6455237871, 29.8485992468}, 1e-8);
  for (const auto& entry : polished["cox_gse7390"]) {
    PathSettings settings;
    settings.alpha = entry["alpha"].get<double>();
    settings.lambdas = {entry["lam"].get<double>()};
    const ElasticNetFit fit = fit_elastic_net_path(genes.x, genes.outcome, settings).fits[0];
    std::vector<double> expected(static_cast<std::size_t>(genes.x.cols()), 0.0);
    for (std::size_t k = 0; k < entry["nz"].size(); ++k)
      expected[entry["nz"][k].get<std::size_t>() - 1] = entry["coef_orig"][k].get<double>();
    agreement.check("cox alpha " + format_double(settings.alpha), "cox_gse7390", "coefficients (polished)",
                    {fit.coef.data(), fit.coef.data() + fit.coef.size()}, expected, 1e-8, 1.0);
  }
  agreement.finish();
}

// Oracle: glmnet 4.1-6 with thresh = 1e-20 on survival's veteran data, columns trt, karno, diagtime, age, prior; alpha
// 0.5. Times divided by 1,000, or glmnet mistakes ties. Strata and entry: its R code stops 1e-5 short whatever its
// thresholds, so its solution was polished by Newton steps on the martingale residuals of coxph until the conditions
// held to 1e-15. Row i (from 0): weight 1 + i % 3, offset (age - 60) / 100, entry floor(time ((7 i) % 10) / 20), strata
// the cell types, penalty factors 1, 0, 2, 1, 1; binary: time > 90.
struct Expected {
  std::string what;
  double lambda;
  std::vector<double> coef;  // binary: the intercept first
  double deviance_ratio;
};
const std::vector<Expected> kCox = {
    {"plain", 0.1, {0.0346099633037, -0.0278566953118, 0, 0, 0}, 0.0444302174697},
    {"plain",
     0.01,
     {0.170470627657, -0.0332461892445, 0.000897929289028, -0.00284718930639, -0.00577402153105},
     0.0465998418778},
    {"weights", 0.1, {0.0235733570349, -0.0278389607525, 0, 0, 0}, 0.0414015432382},
    {"weights",
     0.01,
     {0.156060386138, -0.0338375953955, 0.00236926383643, -0.00150836029666, 0.00335224451818},
     0.0436537477121},
    {"offset", 0.1, {0.0175718883579, -0.0272014553872, 0, -0.00403411008709, 0}, 0.0428867195025},
    {"offset",
     0.01,
     {0.170253898421, -0.0332379750881, 0.000903396980527, -0.012782603842, -0.0057711801542},
     0.0460254179892},
    {"factors", 0.1, {0.0553838343864, -0.0334043219532, 0, 0, 0}, 0.0458775900963},
    {"factors",
     0.01,
     {0.173738196641, -0.033957876672, 8.763358369e-05, -0.00314982130188, -0.00473566476742},
     0.0465985487298},
    {"raw", 0.1, {0, -0.0331230488729, 0.000713438381172, -0.00165113919941, -0.00263560056734}, 0.0454821271019},
    {"raw",
     0.01,
     {0.160975335089, -0.0337823608796, 0.00141918657998, -0.00350426245004, -0.00701389390264},
     0.0466170844521},
    {"strata", 0.1, {0.0775876780483, -0.0288963843152, 0, -0.000135028832922, 0}, kNaN},
    {"strata", 0.01, {0.255857748528, -0.0368134454449, -0.0021101541689, -0.0103294558014, 0.0135834844681}, kNaN},
    {"entry", 0.1, {0.0230891418922, -0.0192671699066, 0, 0, 0}, kNaN},
    {"entry", 0.01, {0.154711466428, -0.0243659881176, 0, -0.00159693216401, 0.00348929857927}, kNaN},
    {"all three", 0.1, {0, -0.019694957719, 0.00127302278102, 0, 0.0122346033988}, kNaN},
    {"all three", 0.01, {0.102061155018, -0.026629319059, 0.00228808674973, -0.00628959694364, 0.0262548110937}, kNaN},
};
const std::vector<Expected> kLogistic = {
    {"plain", 0.1, {-2.10585101165, -0.277522692977, 0.0385320726, 0, 0, 0}, 0.203740049894},
    {"plain",
     0.01,
     {-3.16072823435, -0.871050664346, 0.0682532275102, 0.0148308821244, -0.00024857857428, -0.00542253193942},
     0.259025271805},
    {"weights", 0.1, {-1.97655693358, -0.393614239913, 0.0386675432754, 0, 0, 0}, 0.203172236098},
    {"weights",
     0.01,
     {-2.99191298899, -1.07592188064, 0.0699729395998, 0.0187116285097, 0.000379493012706, -0.0236861225787},
     0.264082936913},
    {"offset", 0.1, {-2.09742328604, -0.287889317495, 0.0389257942434, 0, 0, 0}, 0.206670834138},
    {"offset",
     0.01,
     {-2.57794771209, -0.871255911334, 0.0682648413859, 0.0148403255317, -0.00996488001235, -0.00537869273506},
     0.264033658728},
    {"factors", 0.1, {-3.99517684527, -0.311653681564, 0.0699016124026, 0, 0, 0}, 0.242040967952},
    {"factors",
     0.01,
     {-3.46054494412, -0.899346105025, 0.0736075063163, 0.0126385798154, 0, -0.00181057956532},
     0.259646728578},
    {"raw", 0.1, {-4.54357661171, 0, 0.0704052920072, 0.0151981944641, -0.00127560631584, 0}, 0.22999949716},
    {"raw",
     0.01,
     {-3.55478154057, -0.778710932106, 0.0740143388829, 0.0222733841687, -0.00255524981565, -0.0164600370283},
     0.259855830907},
};

TEST(ElasticNetPath, WeightsStrataEntryOffsetsAndFactorsAgreeWithGlmnet) {
  LARC_NEEDS_DATA("tabular/survival/veteran.csv");
  const CsvTable data = read_csv(data_root() / "tabular/survival/veteran.csv");
  std::vector<std::vector<double>> columns;
  for (const char* name : {"trt", "karno", "diagtime", "age", "prior"}) columns.push_back(numbers(data, name));
  const std::vector<double> time = numbers(data, "time");
  Agreement agreement("elastic_net_options", "R glmnet 4.1-6");
  for (const bool cox : {true, false})
    for (const Expected& expected : cox ? kCox : kLogistic) {
      Outcome outcome;
      outcome.kind = cox ? OutcomeKind::survival : OutcomeKind::binary;
      if (cox) {
        outcome.time_months = time;
        for (const double event : numbers(data, "event")) outcome.event.push_back(static_cast<int>(event));
      } else {
        for (const double t : time) outcome.label.push_back(t > 90.0 ? 1.0 : 0.0);
      }
      Table table = from_columns(columns, outcome);
      const bool all = expected.what == "all three";
      PathSettings settings;
      settings.lambdas = {expected.lambda};
      settings.standardize = expected.what != "raw";
      if (expected.what == "factors") settings.penalty_factor = {1.0, 0.0, 2.0, 1.0, 1.0};
      for (std::size_t i = 0; i < time.size(); ++i) {
        if (all || expected.what == "weights") table.outcome.weight.push_back(1.0 + static_cast<double>(i % 3));
        if (expected.what == "offset") table.outcome.offset.push_back((columns[3][i] - 60.0) / 100.0);
        if (all || expected.what == "entry")
          table.outcome.entry.push_back(std::floor(time[i] * static_cast<double>(7 * i % 10) / 20.0));
        if (all || expected.what == "strata")
          table.outcome.stratum.push_back(static_cast<int>(data.rows[i][data.column("celltype")][1]));
      }
      const ElasticNetFit fit = fit_elastic_net_path(table.x, table.outcome, settings).fits[0];
      EXPECT_LE(fit.kkt_gap, 1e-9);
      std::vector<double> coef(fit.coef.data(), fit.coef.data() + fit.coef.size());
      if (!cox) coef.insert(coef.begin(), fit.intercept);
      const std::string analysis = std::string(cox ? "cox, " : "logistic, ") + expected.what;
      agreement.check(analysis, "veteran", "coefficients", coef, expected.coef, 1e-7, 1e-2);
      if (!std::isnan(expected.deviance_ratio))
        agreement.check(analysis, "veteran", "deviance ratio", fit.deviance_ratio, expected.deviance_ratio, 1e-9, 1.0);
    }
  agreement.finish();
}

TEST(ElasticNetPath, WeightsAreRepeatedRows) {
  for (const OutcomeKind kind : {OutcomeKind::binary, OutcomeKind::survival}) {
    const Cohort cohort = make_cohort(kind, 80, 12, 3, 0.8, 5);
    Table once = of_cohort(cohort);
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < 80; ++i) {
      once.outcome.weight.push_back(i % 3 == 0 ? 2.0 : 1.0);
      rows.push_back(i);
      if (i % 3 == 0) rows.push_back(i);
    }
    Table twice{Eigen::MatrixXd(static_cast<Eigen::Index>(rows.size()), 12),
                LossData(cohort.outcome).select_rows(rows)};
    for (std::size_t i = 0; i < rows.size(); ++i)
      twice.x.row(static_cast<Eigen::Index>(i)) = once.x.row(static_cast<Eigen::Index>(rows[i]));
    PathSettings settings;
    settings.lambdas = {0.1, 0.02};
    const ElasticNetPath a = fit_elastic_net_path(once.x, once.outcome, settings);
    const ElasticNetPath b = fit_elastic_net_path(twice.x, twice.outcome, settings);
    for (std::size_t k = 0; k < 2; ++k) {
      EXPECT_LT((a.fits[k].coef - b.fits[k].coef).cwiseAbs().maxCoeff(), 1e-8);
      EXPECT_NEAR(a.fits[k].deviance_ratio, b.fits[k].deviance_ratio, 1e-9);
    }
  }
}

TEST(ElasticNetPath, SameAnswerOnSeveralThreadsAndWithPatience) {
  for (const OutcomeKind kind : {OutcomeKind::binary, OutcomeKind::survival}) {
    const Table table = of_cohort(make_cohort(kind, 120, 60, 4, 0.8, 8));
    CvSettings settings;
    settings.alphas = {0.2, 1.0};
    settings.penalty_factor.assign(60, 1.0);
    settings.penalty_factor[2] = 0.0;
    const CvElasticNet one = fit_elastic_net_cv(table.x, table.outcome, settings, 5, 3);
    settings.threads = 3;
    const CvElasticNet three = fit_elastic_net_cv(table.x, table.outcome, settings, 5, 3);
    settings.patience = 15;
    const CvElasticNet patient = fit_elastic_net_cv(table.x, table.outcome, settings, 5, 3);
    for (const CvElasticNet* other : {&three, &patient}) {
      EXPECT_EQ(one.alpha, other->alpha);
      EXPECT_EQ(one.lambda, other->lambda);
      EXPECT_EQ(one.fit.coef, other->fit.coef);
      for (std::size_t a = 0; a < 2; ++a)
        for (std::size_t k = 0; k < other->curves[a].mean.size(); ++k)
          EXPECT_EQ(one.curves[a].mean[k], other->curves[a].mean[k]);
    }
    EXPECT_LT(patient.curves[1].lambda.size(), one.curves[1].lambda.size());
    EXPECT_NE(one.fit.coef[2], 0.0);
    settings.rule = LambdaRule::one_se;
    EXPECT_GE(fit_elastic_net_cv(table.x, table.outcome, settings, 5, 3).lambda, one.lambda);
  }
}

// A fold of a million numbers is fitted in single precision when its tolerance allows it: the curve stays the same.
TEST(ElasticNetPath, LargeFoldsInSinglePrecisionGiveTheSameCurve) {
  for (const OutcomeKind kind : {OutcomeKind::binary, OutcomeKind::survival}) {
    const Table table = of_cohort(make_cohort(kind, 1300, 1200, 4, 0.3, 9));
    CvSettings settings;
    settings.n_lambda = 8;
    settings.lambda_min_ratio = 0.2;
    settings.fold_tolerance = 1e-6;
    const CvElasticNet single = fit_elastic_net_cv(table.x, table.outcome, settings, 3, 3);
    settings.fold_tolerance = 0.999e-6;
    const CvElasticNet exact = fit_elastic_net_cv(table.x, table.outcome, settings, 3, 3);
    EXPECT_EQ(single.lambda, exact.lambda);
    EXPECT_TRUE(single.notes.empty());
    ASSERT_EQ(single.curves[0].mean.size(), 8u);
    for (std::size_t k = 0; k < 8; ++k) {
      EXPECT_NEAR(single.curves[0].mean[k], exact.curves[0].mean[k], 1e-5 * exact.curves[0].mean[k]) << k;
      EXPECT_NEAR(single.curves[0].se[k], exact.curves[0].se[k], 1e-4 * exact.curves[0].se[k]) << k;
    }
  }
}

TEST(ElasticNetPath, ManyColumnsOfWhichManyAreAlike) {
  Cohort cohort = make_cohort(OutcomeKind::survival, 60, 150, 4, 0.8, 11);
  for (std::size_t j = 50; j < 150; ++j)
    for (std::size_t i = 0; i < 60; ++i)
      cohort.frame.columns[j].values[i] =
          cohort.frame.columns[j % 50].values[i] + 1e-2 * cohort.frame.columns[j].values[i];
  const Table table = of_cohort(cohort);
  for (const double alpha : {0.0, 0.05, 1.0}) {
    PathSettings settings;
    settings.alpha = alpha;
    settings.n_lambda = 30;
    for (const ElasticNetFit& fit : fit_elastic_net_path(table.x, table.outcome, settings).fits)
      EXPECT_LE(fit.kkt_gap, 1e-9) << alpha << " " << fit.lambda << " " << fit.reason;
  }
}

TEST(ElasticNetPath, AdaptiveFactorsFavourTheSignals) {
  const Table table = of_cohort(make_cohort(OutcomeKind::binary, 200, 30, 2, 1.0, 21));
  const std::vector<int> folds =
      stratified_folds(outcome_strata({OutcomeKind::binary, table.outcome.label, {}, {}}), 5, 1);
  const std::vector<double> factors = adaptive_factors(table.x, table.outcome, {}, folds);
  for (std::size_t j = 2; j < 30; ++j) EXPECT_GT(factors[j], std::max(factors[0], factors[1]));
  std::vector<double> free(30, 1.0);
  free[4] = 0.0;
  EXPECT_EQ(adaptive_factors(table.x, table.outcome, free, folds)[4], 0.0);
}

TEST(ElasticNetPath, EndsAndErrors) {
  const Table table = of_cohort(make_cohort(OutcomeKind::survival, 40, 4, 1, 1.0, 3));
  CvSettings settings;
  EXPECT_LARC_ERROR(fit_elastic_net_cv(table.x, table.outcome, settings, std::vector<int>(40, 1)), refused,
                    "two folds");
  EXPECT_LARC_ERROR(fit_elastic_net_cv(table.x, table.outcome, settings, std::vector<int>(39, 1)), shape_mismatch,
                    "folds");
  settings.alphas = {};
  EXPECT_LARC_ERROR(fit_elastic_net_cv(table.x, table.outcome, settings, 5, 1), domain, "alphas");
  settings.alphas = {0.5};
  settings.patience = -1;
  EXPECT_LARC_ERROR(fit_elastic_net_cv(table.x, table.outcome, settings, 5, 1), domain, "patience");
  PathSettings path;
  path.n_lambda = 0;
  EXPECT_LARC_ERROR(fit_elastic_net_path(table.x, table.outcome, path), domain, "n_lambda");
  path = {};
  path.lambda_min_ratio = 1.0;
  EXPECT_LARC_ERROR(fit_elastic_net_path(table.x, table.outcome, path), domain, "lambda_min_ratio");
  path = {};
  path.penalty_factor.assign(4, 0.0);
  EXPECT_LARC_ERROR(fit_elastic_net_path(table.x, table.outcome, path), domain, "lambdas");
  LossData bad = table.outcome;
  bad.entry = bad.time;
  EXPECT_LARC_ERROR(fit_elastic_net_path(table.x, bad, {}), domain, "row 1");
  bad = table.outcome;
  bad.weight.assign(40, 1.0);
  bad.weight[6] = -1.0;
  EXPECT_LARC_ERROR(fit_elastic_net_path(table.x, bad, {}), domain, "row 7");
  bad.weight.assign(40, 0.0);
  EXPECT_LARC_ERROR(fit_elastic_net_path(table.x, bad, {}), domain, "weight");
  bad = table.outcome;
  bad.offset = {1.0};
  EXPECT_LARC_ERROR(fit_elastic_net_path(table.x, bad, {}), shape_mismatch, "offset");
  LossData binary;
  binary.label.assign(40, 0.0);
  binary.label[3] = 1.0;
  binary.stratum.assign(40, 1);
  EXPECT_LARC_ERROR(fit_elastic_net_path(table.x, binary, {}), unsupported, "strata");
  binary.stratum.clear();
  EXPECT_LARC_ERROR(fit_elastic_net_cv(table.x, binary, {}, 5, 1), refused, "two patients");
}

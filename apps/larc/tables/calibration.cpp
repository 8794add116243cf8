#include "stats/calibration.h"

#include "core/number.h"
#include "stats/brier_parts.h"
#include "stats/calibration_curve.h"
#include "stats/calibration_tests.h"
#include "stats/roc.h"
#include "tables/analysis.h"
#include "tables/answer.h"

namespace larc::app {

namespace {

constexpr std::size_t kMostCurvePoints = 201;

struct Options : TableOptions {
  std::string outcome, probability;
  int bins = 10;
  bool external = false;
};

Json bins_json(const std::vector<stats::CalibrationBin>& bins) {
  Json rows = Json::array();
  for (const stats::CalibrationBin& bin : bins)
    rows.push_back({{"n", bin.patients},
                    {"predicted", bin.predicted},
                    {"observed", bin.observed},
                    {"lower", bin.lower},
                    {"upper", bin.upper}});
  return rows;
}

/// All points of a short curve, evenly chosen ones of a long one.
Json curve_json(const stats::SmoothCalibration& smooth) {
  Json points = Json::array();
  const std::size_t n = smooth.predicted.size(), shown = std::min(n, kMostCurvePoints);
  for (std::size_t k = 0; k < shown; ++k) {
    const std::size_t i = shown < 2 ? 0 : k * (n - 1) / (shown - 1);
    points.push_back({{"predicted", smooth.predicted[i]}, {"observed", smooth.observed[i]}});
  }
  return points;
}

Json test_json(const stats::ChiSquaredTest& test) {
  return {{"chi2", number_or_null(test.chi2)}, {"df", number_or_null(test.df)}, {"p", number_or_null(test.p)}};
}

void run(const Options& options, const Context& context) {
  StatsTable table = options.read();
  table.keep_complete({options.outcome, options.probability});
  const std::vector<int> outcome = table.binary(options.outcome);
  const std::vector<double> labels(outcome.begin(), outcome.end());
  const std::vector<double> probability = table.probabilities(options.probability);
  const stats::BinaryCalibration result = stats::binary_calibration(labels, probability, options.bins);
  const stats::BrierParts brier = stats::brier_parts(labels, probability, options.bins);
  const stats::SmoothCalibration smooth = stats::smooth_calibration(labels, probability);
  const stats::ChiSquaredTest hosmer = stats::hosmer_lemeshow(labels, probability, options.bins, options.external);
  const stats::CalibrationZ z = stats::spiegelhalter(labels, probability);
  const stats::ChiSquaredTest recalibrated = stats::unreliability(labels, probability);
  const stats::RocResult roc = stats::roc(labels, probability);
  Json notes = Json::array();
  for (const std::string& note : result.notes) add_note(notes, "", note);
  Json answer{
      {"n", table.rows()}, {"dropped", table.dropped()}, {"events", std::count(outcome.begin(), outcome.end(), 1)}};
  put_estimate(answer, notes, "slope", result.slope);
  put_estimate(answer, notes, "intercept", result.intercept);
  put_estimate(answer, notes, "in_the_large", result.in_the_large);
  answer["o_e"] = number_or_null(result.observed_expected);
  answer["o_e_lower"] = number_or_null(result.observed_expected_lower);
  answer["o_e_upper"] = number_or_null(result.observed_expected_upper);
  if (std::isnan(result.observed_expected))
    add_note(notes, "o_e", "the expected number of events is 0");
  else if (std::isnan(result.observed_expected_lower))
    add_note(notes, "o_e", "there is no event: no limits");
  add_note(notes, "auc", roc.reason);
  put_estimate(answer, notes, "brier", brier.score);
  answer["brier_null"] = number_or_null(result.brier_null);
  answer["brier_scaled"] = number_or_null(brier.scaled);
  answer["brier_parts"] = {{"reliability", number_or_null(brier.reliability)},
                           {"resolution", number_or_null(brier.resolution)},
                           {"uncertainty", number_or_null(brier.uncertainty)},
                           {"within", number_or_null(brier.within)}};
  add_note(notes, "Brier", brier.reason);
  answer["auc"] = number_or_null(roc.auc);
  answer["e50"] = number_or_null(smooth.e50);
  answer["e90"] = number_or_null(smooth.e90);
  answer["emax"] = number_or_null(smooth.emax);
  answer["ici"] = number_or_null(smooth.ici);
  answer["hosmer_lemeshow"] = test_json(hosmer);
  add_note(notes, "Hosmer-Lemeshow", hosmer.reason);
  answer["spiegelhalter"] = {{"z", number_or_null(z.z)}, {"p", number_or_null(z.p)}};
  add_note(notes, "Spiegelhalter", z.reason);
  answer["unreliability"] = test_json(recalibrated);
  add_note(notes, "unreliability", recalibrated.reason);
  answer["bins"] = bins_json(result.bins);
  answer["curve"] = curve_json(smooth);
  answer["notes"] = notes;
  context.answer(
      answer,
      "slope " + with_limits(result.slope.value, result.slope.lower, result.slope.upper, 3) + "\nin the large " +
          with_limits(result.in_the_large.value, result.in_the_large.lower, result.in_the_large.upper, 3) + "\nO:E " +
          with_limits(result.observed_expected, result.observed_expected_lower, result.observed_expected_upper, 3) +
          "\nBrier " + with_limits(brier.score.value, brier.score.lower, brier.score.upper) + ", scaled " +
          format_fixed(brier.scaled, 3) + "\nICI " + format_fixed(smooth.ici, 4) + ", E90 " +
          format_fixed(smooth.e90, 4));
}

}  // namespace

void add_stats_calibration(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis = add_analysis(stats, "calibration", "whether predicted probabilities are true", *options);
  analysis->add_option("--outcome", options->outcome, "column: 1 with the outcome, 0 without")->required();
  analysis->add_option("--probability", options->probability, "column of predicted probabilities")->required();
  analysis->add_option("--bins", options->bins, "groups by quantile of the prediction (default 10)")
      ->check(CLI::Range(1, 1000));
  analysis->add_flag("--external", options->external,
                     "the model was not fitted on these rows: Hosmer-Lemeshow on as many degrees as groups");
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app

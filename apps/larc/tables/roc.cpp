#include "stats/roc.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/number.h"
#include "stats/operating_point.h"
#include "stats/precision_recall.h"
#include "tables/analysis.h"
#include "tables/answer.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  std::string outcome, score, group, partial, focus = "specificity", operating, train;
  double target = 0.9;
  bool precision_recall = false;
};

Json curve_json(const std::vector<stats::RocPoint>& curve) {
  Json points = Json::array();
  for (const stats::RocPoint& point : curve)
    points.push_back({{"threshold", number_or_null(point.threshold)},
                      {"sensitivity", point.true_positive_rate},
                      {"specificity", 1.0 - point.false_positive_rate}});
  return points;
}

void put_precision_recall(Json& answer, const Options& options, const std::vector<double>& labels,
                          const std::vector<double>& score) {
  const stats::PrecisionRecall result = stats::precision_recall(labels, score);
  answer["average_precision"] = number_or_null(result.average_precision);
  answer["prevalence"] = number_or_null(result.prevalence);
  if (!options.precision_recall) return;
  Json points = Json::array();
  for (const auto& point : result.curve)
    points.push_back({{"threshold", point.threshold}, {"recall", point.recall}, {"precision", point.precision}});
  answer["precision_recall"] = points;
}

void put_partial(Json& answer, Json& notes, const Options& options, const stats::RocResult& result) {
  if (options.partial.empty()) return;
  std::vector<double> range = number_list(options.partial, "--partial");
  if (range.size() != 2) throw Error(ErrorCode::usage, "--partial takes two numbers, such as 0.9,1");
  std::sort(range.begin(), range.end());
  if (!(range[0] >= 0.0 && range[1] <= 1.0 && range[0] < range[1]))
    throw Error(ErrorCode::usage, "--partial " + options.partial + ": give two different numbers in 0..1");
  const auto focus =
      options.focus == "sensitivity" ? stats::PartialFocus::sensitivity : stats::PartialFocus::specificity;
  const stats::PartialArea part = stats::partial_area(result.curve, range[0], range[1], focus);
  answer["partial"] = {{"focus", options.focus},
                       {"from", range[0]},
                       {"to", range[1]},
                       {"area", number_or_null(part.area)},
                       {"standardised", number_or_null(part.standardised)}};
  add_note(notes, "partial area", part.reason);
}

/// The threshold is chosen on the training rows and applied to the others.
void put_operating_point(Json& answer, Json& notes, const Options& options, const StatsTable& table,
                         const std::vector<double>& labels, const std::vector<double>& score) {
  if (options.operating.empty()) return;
  if (!(options.target > 0.0 && options.target <= 1.0))
    throw Error(ErrorCode::usage, "--target " + format_double(options.target) + " is not in (0, 1]");
  std::vector<double> train_labels, train_score, test_labels, test_score;
  if (options.train.empty()) {
    train_labels = test_labels = labels;
    train_score = test_score = score;
    notes.push_back(
        "the threshold was chosen on the patients it is applied to: its sensitivity and specificity are "
        "optimistic; name training rows with --train");
  } else {
    const std::vector<bool> train = table.matching(options.train, "--train");
    for (std::size_t i = 0; i < train.size(); ++i) {
      (train[i] ? train_labels : test_labels).push_back(labels[i]);
      (train[i] ? train_score : test_score).push_back(score[i]);
    }
    if (test_labels.empty()) throw Error(ErrorCode::domain, options.file + ": every row has " + options.train);
  }
  const auto rule = options.operating == "youden"        ? stats::OperatingRule::youden
                    : options.operating == "sensitivity" ? stats::OperatingRule::sensitivity
                                                         : stats::OperatingRule::specificity;
  const stats::OperatingPoint point = stats::fit_operating_point(train_labels, train_score, rule, options.target);
  add_note(notes, "operating point", point.reason);
  Json& place = answer["operating_point"] = {{"rule", options.operating},
                                             {"threshold", number_or_null(point.threshold)},
                                             {"training",
                                              {{"n", train_labels.size()},
                                               {"sensitivity", number_or_null(point.sensitivity)},
                                               {"specificity", number_or_null(point.specificity)}}}};
  if (rule != stats::OperatingRule::youden) place["target"] = options.target;
  if (!point.reason.empty()) return;
  if (std::isinf(point.threshold))
    notes.push_back(std::string("operating point: the threshold is infinite, ") +
                    (point.threshold < 0 ? "everybody" : "nobody") + " is positive");
  const auto accuracy = stats::diagnostic_accuracy(test_labels, test_score, point.threshold);
  place["applied"] = {{"n", test_labels.size()},
                      {"true_positives", accuracy.true_positives},
                      {"false_positives", accuracy.false_positives},
                      {"false_negatives", accuracy.false_negatives},
                      {"true_negatives", accuracy.true_negatives},
                      {"sensitivity", proportion_json(accuracy.sensitivity)},
                      {"specificity", proportion_json(accuracy.specificity)},
                      {"ppv", proportion_json(accuracy.positive_predictive_value)},
                      {"npv", proportion_json(accuracy.negative_predictive_value)},
                      {"accuracy", proportion_json(accuracy.accuracy)}};
}

Json area_json(const std::string& name, const stats::RocResult& result, Json& notes) {
  add_note(notes, name, result.reason);
  return {{"name", name},
          {"positives", result.positives},
          {"negatives", result.negatives},
          {"auc", number_or_null(result.auc)},
          {"se", number_or_null(result.se)},
          {"lower", number_or_null(result.lower)},
          {"upper", number_or_null(result.upper)},
          {"curve", curve_json(result.curve)}};
}

std::string area_text(const std::string& name, const stats::RocResult& result) {
  return name + ": AUC " + with_limits(result.auc, result.lower, result.upper);
}

std::string p_text(double difference, double p) {
  return "difference " + format_fixed(difference, 4) + ", p " + format_fixed(p, 4);
}

void run(const Options& options, const Context& context) {
  StatsTable table = options.read();
  const std::vector<std::string> scores = name_list(options.score);
  if (scores.empty() || scores.size() > 2) throw Error(ErrorCode::usage, "--score takes one column, or two: S,S2");
  if (!options.group.empty() && scores.size() == 2)
    throw Error(ErrorCode::usage, "--group compares patients of two groups by one score; give one column to --score");
  std::vector<std::string> used{options.outcome, options.group};
  used.insert(used.end(), scores.begin(), scores.end());
  if (!options.train.empty()) used.push_back(options.train.substr(0, options.train.find('=')));
  table.keep_complete(used);
  const std::vector<int> outcome = table.binary(options.outcome);
  const std::vector<double> labels(outcome.begin(), outcome.end());
  const std::vector<double> first = table.numbers(scores[0]);
  Json answer{{"n", table.rows()}, {"dropped", table.dropped()}};
  Json notes = Json::array();
  std::string text;
  if (!options.group.empty()) {
    const auto groups = table.texts(options.group);
    const std::set<std::string> levels(groups.begin(), groups.end());
    if (levels.size() != 2)
      throw Error(ErrorCode::domain, options.file + ": column " + options.group + " has " +
                                         std::to_string(levels.size()) + " groups; two can be compared");
    std::vector<stats::RocResult> results;
    answer["groups"] = Json::array();
    for (const std::string& level : levels) {
      std::vector<double> group_labels, group_score;
      for (std::size_t i = 0; i < groups.size(); ++i)
        if (groups[i] == level) {
          group_labels.push_back(labels[i]);
          group_score.push_back(first[i]);
        }
      results.push_back(stats::roc(group_labels, group_score));
      answer["groups"].push_back(area_json(level, results.back(), notes));
      text += area_text(level, results.back()) + "\n";
    }
    const stats::UnpairedResult result = stats::unpaired_delong(results[0], results[1]);
    answer.update({{"difference", number_or_null(result.difference)},
                   {"se", number_or_null(result.se)},
                   {"lower", number_or_null(result.lower)},
                   {"upper", number_or_null(result.upper)},
                   {"t", number_or_null(result.t)},
                   {"df", number_or_null(result.df)},
                   {"p", number_or_null(result.p)}});
    add_note(notes, "difference", result.reason);
    text += p_text(result.difference, result.p);
  } else if (scores.size() == 2) {
    const std::vector<double> second = table.numbers(scores[1]);
    const stats::RocResult a = stats::roc(labels, first), b = stats::roc(labels, second);
    const stats::PairedResult result = stats::paired_delong(labels, first, second);
    answer.update({{"difference", number_or_null(result.difference)},
                   {"se", number_or_null(result.se)},
                   {"lower", number_or_null(result.lower)},
                   {"upper", number_or_null(result.upper)},
                   {"z", number_or_null(result.z)},
                   {"p", number_or_null(result.p)}});
    add_note(notes, "difference", result.reason);
    answer["scores"] = {area_json(scores[0], a, notes), area_json(scores[1], b, notes)};
    answer["auc"] = {number_or_null(a.auc), number_or_null(b.auc)};
    text = area_text(scores[0], a) + "\n" + area_text(scores[1], b) + "\n" + p_text(result.difference, result.p);
  } else {
    const stats::RocResult result = stats::roc(labels, first);
    answer.update(area_json(scores[0], result, notes));
    put_precision_recall(answer, options, labels, first);
    put_partial(answer, notes, options, result);
    put_operating_point(answer, notes, options, table, labels, first);
    if (!result.curve.empty())
      notes.push_back("curve: positive when score >= threshold; the first point has no finite threshold");
    text = area_text(scores[0], result);
  }
  answer["notes"] = notes;
  context.answer(answer, text);
}

}  // namespace

void add_stats_roc(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis = add_analysis(
      stats, "roc", "ROC curve and its area with DeLong's limits; two scores or two groups compared", *options);
  analysis->add_option("--outcome", options->outcome, "column: 1 with the outcome, 0 without")->required();
  analysis->add_option("--score", options->score, "column of the score, or two of the same patients: S,S2")->required();
  analysis->add_option("--group", options->group, "column of two groups of patients whose areas are compared");
  analysis->add_option("--partial", options->partial, "partial area between two values, such as 0.9,1");
  analysis->add_option("--focus", options->focus, "what --partial is about: specificity or sensitivity")
      ->check(CLI::IsMember({"specificity", "sensitivity"}));
  analysis->add_option("--operating", options->operating, "choose a threshold: youden, sensitivity or specificity")
      ->check(CLI::IsMember({"youden", "sensitivity", "specificity"}));
  analysis->add_option("--target", options->target, "sensitivity or specificity to reach (default 0.9)");
  analysis->add_option("--train", options->train, "column=value: rows that choose the threshold; applied to the rest");
  analysis->add_flag("--precision-recall", options->precision_recall, "also the precision-recall curve");
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app

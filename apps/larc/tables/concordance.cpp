#include "stats/concordance.h"

#include "core/error.h"
#include "core/number.h"
#include "tables/analysis.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  std::string time, event, score, weights, method = "harrell";
  double tau = stats::kNoLimit;
};

Json concordance_json(const stats::Concordance& value) {
  return {{"c", number_or_null(value.c)},
          {"se", number_or_null(value.se)},
          {"lower", number_or_null(value.lower)},
          {"upper", number_or_null(value.upper)},
          {"pairs",
           {{"concordant", value.concordant},
            {"discordant", value.discordant},
            {"tied_score", value.tied_score},
            {"tied_time", value.tied_time}}}};
}

std::string concordance_text(const std::string& score, const stats::Concordance& value) {
  return score + ": " +
         (value.reason.empty() ? "C " + format_fixed(value.c, 4) + " (" + format_fixed(value.lower, 4) + " to " +
                                     format_fixed(value.upper, 4) + ")"
                               : "C is undefined: " + value.reason);
}

void run(const Options& options, const Context& context) {
  const std::vector<std::string> scores = name_list(options.score);
  if (scores.empty() || scores.size() > 2) throw Error(ErrorCode::usage, "--score takes one column, or two to compare");
  if (!(options.tau > 0.0)) throw Error(ErrorCode::usage, "--tau " + format_double(options.tau) + " is not a time > 0");
  StatsTable table = options.read();
  std::vector<std::string> used{options.time, options.event, options.weights};
  used.insert(used.end(), scores.begin(), scores.end());
  table.keep_complete(used);
  const auto time = table.times(options.time);
  const auto event = table.binary(options.event);
  const auto weights = options.weights.empty() ? std::vector<double>{} : table.weights(options.weights);
  const auto method = options.method == "uno" ? stats::ConcordanceMethod::uno : stats::ConcordanceMethod::harrell;
  std::vector<stats::Concordance> results;
  for (const auto& score : scores)
    results.push_back(
        stats::ConcordanceSample(time, event, table.numbers(score), method, options.tau).concordance(weights));

  Json answer = concordance_json(results[0]);
  answer.update({{"method", options.method},
                 {"score", scores[0]},
                 {"n", table.rows()},
                 {"dropped", table.dropped()},
                 {"notes", Json::array()}});
  std::string text = concordance_text(scores[0], results[0]);
  if (!results[0].reason.empty()) answer["notes"].push_back(results[0].reason);
  if (results.size() == 2) {
    answer["second"] = concordance_json(results[1]);
    answer["second"]["score"] = scores[1];
    const stats::PairedResult difference = stats::paired_concordance(results[0], results[1]);
    answer["difference"] = {{"value", number_or_null(difference.difference)},
                            {"se", number_or_null(difference.se)},
                            {"lower", number_or_null(difference.lower)},
                            {"upper", number_or_null(difference.upper)},
                            {"z", number_or_null(difference.z)},
                            {"p", number_or_null(difference.p)}};
    text += "\n" + concordance_text(scores[1], results[1]);
    if (difference.reason.empty())
      text += "\ndifference " + format_fixed(difference.difference, 4) + ", p " + format_fixed(difference.p, 4);
    else if (results[0].reason.empty())
      answer["notes"].push_back(difference.reason);
  }
  context.answer(answer, text);
}

}  // namespace

void add_stats_concordance(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis =
      add_analysis(stats, "concordance", "Harrell's or Uno's C of a score; higher score = higher risk", *options);
  analysis->add_option("--time", options->time, "column of follow-up times")->required();
  analysis->add_option("--event", options->event, "column: 1 event, 0 censored")->required();
  analysis->add_option("--score", options->score, "column of the score, or two to compare")->required();
  analysis->add_option("--method", options->method, "harrell or uno")->check(CLI::IsMember({"harrell", "uno"}));
  analysis->add_option("--tau", options->tau, "only events up to this time count");
  analysis->add_option("--weights", options->weights, "column of case weights >= 0");
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app

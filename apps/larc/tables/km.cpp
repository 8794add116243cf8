#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/number.h"
#include "stats/distributions.h"
#include "stats/kaplan_meier.h"
#include "stats/logrank.h"
#include "stats/time_order.h"
#include "tables/answer.h"
#include "tables/survival_options.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  SurvivalColumns columns;
  std::string group, at, conf = "log-log", test = "logrank";
  double rmean = 0.0;
  bool reverse = false, pairwise = false;
};

const std::vector<std::pair<std::string, stats::LogrankWeight>> kTests{
    {"logrank", stats::LogrankWeight::logrank},
    {"gehan", stats::LogrankWeight::gehan},
    {"peto", stats::LogrankWeight::peto},
    {"tarone-ware", stats::LogrankWeight::tarone_ware}};

stats::ConfidenceScale scale_of(const std::string& name) {
  return name == "plain" ? stats::ConfidenceScale::plain
         : name == "log" ? stats::ConfidenceScale::log
                         : stats::ConfidenceScale::log_log;
}

// The rows of one group.
stats::SurvivalOutcome part(const stats::SurvivalOutcome& all, const std::vector<std::string>& group,
                            const std::string& name) {
  stats::SurvivalOutcome result;
  for (std::size_t i = 0; i < all.time.size(); ++i) {
    if (!group.empty() && group[i] != name) continue;
    result.time.push_back(all.time[i]);
    result.event.push_back(all.event[i]);
    if (!all.entry.empty()) result.entry.push_back(all.entry[i]);
    if (!all.weight.empty()) result.weight.push_back(all.weight[i]);
  }
  return result;
}

Json curve_answer(const stats::KaplanMeier& curve) {
  Json answer = Json::array();
  for (std::size_t i = 0; i < curve.time.size(); ++i)
    answer.push_back({{"time", curve.time[i]},
                      {"survival", curve.survival[i]},
                      {"se", number_or_null(curve.se[i])},
                      {"lower", number_or_null(curve.lower[i])},
                      {"upper", number_or_null(curve.upper[i])},
                      {"at_risk", count_answer(curve.at_risk[i])},
                      {"events", count_answer(curve.events[i])},
                      {"cumulative_hazard", curve.cumulative_hazard[i]},
                      {"cumulative_hazard_se", curve.cumulative_hazard_se[i]}});
  return answer;
}

Json at_answer(const stats::KaplanMeier& curve, const std::vector<double>& times) {
  Json answer = Json::array();
  for (const auto& point : stats::survival_at(curve, times))
    answer.push_back({{"time", point.time},
                      {"survival", number_or_null(point.survival)},
                      {"se", number_or_null(point.se)},
                      {"lower", number_or_null(point.lower)},
                      {"upper", number_or_null(point.upper)},
                      {"at_risk", count_answer(point.at_risk)}});
  return answer;
}

Json group_answer(const std::string& name, const stats::SurvivalOutcome& outcome, const Options& options,
                  const std::vector<double>& times, double tau) {
  const stats::KaplanMeierSettings settings{stats::kLevel95, scale_of(options.conf)};
  const stats::KaplanMeier curve =
      options.reverse ? stats::reverse_kaplan_meier(outcome, settings) : stats::kaplan_meier(outcome, settings);
  const stats::KaplanMeier follow_up = stats::reverse_kaplan_meier(outcome, settings);
  Json quantiles = Json::array();
  for (const double p : {0.25, 0.5, 0.75}) {
    const stats::SurvivalQuantile quantile = stats::survival_quantile(curve, p);
    quantiles.push_back({{"p", p},
                         {"time", number_or_null(quantile.value)},
                         {"lower", number_or_null(quantile.lower)},
                         {"upper", number_or_null(quantile.upper)}});
  }
  Json answer{{"name", name},
              {"n", curve.patients},
              {"events", curve.total_events},
              {"median", number_or_null(curve.median)},
              {"median_lower", number_or_null(curve.median_lower)},
              {"median_upper", number_or_null(curve.median_upper)},
              {"quantiles", quantiles},
              {"median_follow_up", number_or_null(follow_up.median)},
              {"curve", curve_answer(curve)},
              {"at", at_answer(curve, times)}};
  if (tau > 0.0) {
    const stats::RestrictedMean mean = stats::restricted_mean(curve, tau);
    answer["rmean"] = {{"tau", tau}, {"mean", number_or_null(mean.mean)}, {"se", number_or_null(mean.se)}};
  }
  return answer;
}

void add_notes(const Json& groups, const std::vector<double>& times, Json& notes) {
  for (const Json& group : groups) {
    const std::string name = group["name"].get<std::string>() + ": ";
    if (group["median"].is_null())
      notes.push_back(name + "survival does not fall to one half within the follow-up");
    else if (group["median_lower"].is_null() || group["median_upper"].is_null())
      notes.push_back(name + "a limit of the median is not reached within the follow-up");
    for (const Json& quantile : group["quantiles"]) {
      const double p = quantile["p"].get<double>();
      if (p == 0.5) continue;  // the median
      if (quantile["time"].is_null())
        notes.push_back(name + "survival does not fall to " + format_double(1.0 - p) + " within the follow-up");
      else if (quantile["lower"].is_null() || quantile["upper"].is_null())
        notes.push_back(name + "a limit of the time when survival is " + format_double(1.0 - p) +
                        " is not reached within the follow-up");
    }
    if (group["median_follow_up"].is_null())
      notes.push_back(name + "the median follow-up is not reached: the curve of censoring does not fall to one half");
    for (std::size_t i = 0; i < times.size(); ++i)
      if (group["at"][i]["survival"].is_null())
        notes.push_back(name + "nobody is followed to time " + format_double(times[i]));
    const auto open = [](const Json& row) { return row["lower"].is_null() || row["upper"].is_null(); };
    if (std::any_of(group["curve"].begin(), group["curve"].end(), open))
      notes.push_back(name + "limits are undefined where survival is 0, and on the log-log scale where it is 1");
  }
}

void run(const Options& options, const Context& context) {
  StatsTable table = options.read();
  std::vector<std::string> used = options.columns.all();
  used.push_back(options.group);
  table.keep_complete(used);
  stats::SurvivalOutcome outcome = read_outcome(table, options.columns, table.binary(options.columns.event));
  if (outcome.entry.empty())
    stats::merge_near_ties(outcome.time);
  else
    stats::merge_near_ties(outcome.entry, outcome.time);
  const std::vector<double> times = options.at.empty() ? std::vector<double>{} : number_list(options.at, "--at");
  for (const double when : times)
    if (when < 0.0) throw Error(ErrorCode::usage, "--at " + format_double(when) + " is not a time >= 0");
  const double tau = options.rmean > 0.0 ? options.rmean : *std::max_element(outcome.time.begin(), outcome.time.end());
  std::vector<std::string> group;
  if (!options.group.empty()) group = table.texts(options.group);

  Json notes = Json::array(), groups = Json::array();
  for (const std::string& name : group.empty() ? std::vector<std::string>{"all"} : stats::levels_of(group).names)
    groups.push_back(group_answer(name, part(outcome, group, name), options, times, tau));
  add_notes(groups, times, notes);
  Json answer{{"n", table.rows()}, {"dropped", table.dropped()}, {"conf", options.conf}, {"groups", groups}};
  std::string text;
  for (const Json& one : groups) {
    const auto number = [&](const char* key) {
      return one[key].is_null() ? std::string("-") : format_fixed(one[key].get<double>(), 2);
    };
    text += (text.empty() ? "" : "\n") + one["name"].get<std::string>() + ": " + one["n"].dump() + " rows, " +
            one["events"].dump() + " events, median " + number("median") + " (" + number("median_lower") + " to " +
            number("median_upper") + ")";
  }
  if (!group.empty()) {
    for (const auto& [name, weight] : kTests) {
      if (name != "logrank" && name != options.test) continue;
      const stats::LogrankResult result = stats::logrank(outcome, group, weight);
      Json test = chi2_answer(result.chi2, result.df);
      for (const auto& one : result.groups)
        test["groups"].push_back({{"name", one.name}, {"observed", one.observed}, {"expected", one.expected}});
      if (!result.reason.empty()) notes.push_back(name + ": " + result.reason);
      if (name == "logrank") answer["logrank"] = test;
      if (name != options.test) continue;
      test["name"] = name;
      answer["test"] = test;
      text += "\n" + name + " test: p " + (result.reason.empty() ? format_fixed(result.p, 4) : result.reason);
    }
    if (options.pairwise) {
      const auto weight =
          std::find_if(kTests.begin(), kTests.end(), [&](const auto& entry) { return entry.first == options.test; });
      answer["pairwise"] = Json::array();
      for (const auto& pair : stats::pairwise_logrank(outcome, group, weight->second)) {
        if (std::isnan(pair.p))
          notes.push_back(pair.first + " and " + pair.second + ": no event at a time when both are at risk, no test");
        answer["pairwise"].push_back({{"groups", {pair.first, pair.second}},
                                      {"chi2", number_or_null(pair.chi2)},
                                      {"p", number_or_null(pair.p)},
                                      {"p_holm", number_or_null(pair.adjusted)}});
      }
    }
  }
  answer["notes"] = notes;
  context.answer(answer, text);
}

}  // namespace

void add_stats_km(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis = add_analysis(stats, "km", "Kaplan-Meier curves, and tests that groups have the same", *options);
  add_time_and_event(*analysis, options->columns, "column: 1 event, 0 censored");
  analysis->add_option("--group", options->group, "column: one curve for each of its values");
  analysis->add_option("--entry", options->columns.entry, "column of times at which a row comes under observation");
  analysis->add_option("--weights", options->columns.weights, "column of case weights, for the curves");
  analysis->add_option("--strata", options->columns.strata, "column: tests compare groups within its values");
  analysis->add_option("--at", options->at, "times at which to read the curves, such as 12,36,60");
  analysis->add_option("--conf", options->conf, "scale of the limits: plain, log or log-log")
      ->check(CLI::IsMember({"plain", "log", "log-log"}));
  analysis->add_option("--test", options->test, "logrank, gehan, peto or tarone-ware")
      ->check(CLI::IsMember({"logrank", "gehan", "peto", "tarone-ware"}));
  analysis->add_flag("--pairwise", options->pairwise, "also each pair of groups, p adjusted by Holm");
  analysis->add_option("--rmean", options->rmean, "restricted mean up to this time; the longest follow-up by default")
      ->check(CLI::PositiveNumber);
  analysis->add_flag("--reverse", options->reverse, "curves of censoring: the follow-up");
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app

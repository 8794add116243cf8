#include <algorithm>

#include "core/error.h"
#include "core/number.h"
#include "stats/cumulative_incidence.h"
#include "stats/distributions.h"
#include "stats/time_order.h"
#include "tables/answer.h"
#include "tables/survival_options.h"

namespace larc::app {

namespace {

struct Options : TableOptions {
  std::string time, event, group, strata, at, conf = "log-log";
  int cause = 1;
};

Json curve_answer(const stats::CumulativeIncidence& curve) {
  Json answer = Json::array();
  for (std::size_t i = 0; i < curve.time.size(); ++i)
    answer.push_back({{"time", curve.time[i]},
                      {"incidence", curve.incidence[i]},
                      {"se", number_or_null(curve.se[i])},
                      {"se_jackknife", number_or_null(curve.se_jackknife[i])},
                      {"lower", number_or_null(curve.lower[i])},
                      {"upper", number_or_null(curve.upper[i])},
                      {"at_risk", count_answer(curve.at_risk[i])}});
  return answer;
}

void run(const Options& options, const Context& context) {
  StatsTable table = options.read();
  table.keep_complete({options.time, options.event, options.group, options.strata});
  std::vector<double> time = table.times(options.time);
  stats::merge_near_ties(time);
  const std::vector<int> event = table.integers(options.event, 0, 1000);
  const std::vector<double> times = options.at.empty() ? std::vector<double>{} : number_list(options.at, "--at");
  for (const double when : times)
    if (when < 0.0) throw Error(ErrorCode::usage, "--at " + format_double(when) + " is not a time >= 0");
  std::vector<std::string> group;
  if (!options.group.empty()) group = table.texts(options.group);
  const stats::KaplanMeierSettings settings{stats::kLevel95, options.conf == "plain" ? stats::ConfidenceScale::plain
                                                             : options.conf == "log" ? stats::ConfidenceScale::log
                                                                                     : stats::ConfidenceScale::log_log};
  Json notes = Json::array(), groups = Json::array();
  if (std::find(event.begin(), event.end(), options.cause) == event.end())
    notes.push_back("column " + options.event + " has no event of cause " + std::to_string(options.cause));
  std::string text;
  for (const std::string& name : group.empty() ? std::vector<std::string>{"all"} : stats::levels_of(group).names) {
    std::vector<double> own_time;
    std::vector<int> own_event;
    for (std::size_t i = 0; i < time.size(); ++i)
      if (group.empty() || group[i] == name) {
        own_time.push_back(time[i]);
        own_event.push_back(event[i]);
      }
    const stats::CumulativeIncidence curve = stats::cumulative_incidence(own_time, own_event, options.cause, settings);
    Json points = Json::array();
    for (const auto& point : stats::incidence_at(curve, times)) {
      points.push_back({{"time", point.time},
                        {"incidence", number_or_null(point.incidence)},
                        {"se", number_or_null(point.se)},
                        {"se_jackknife", number_or_null(point.se_jackknife)},
                        {"lower", number_or_null(point.lower)},
                        {"upper", number_or_null(point.upper)}});
      if (!point.reason.empty()) notes.push_back(name + ", time " + format_double(point.time) + ": " + point.reason);
    }
    const Json rows = curve_answer(curve);
    if (std::any_of(rows.begin(), rows.end(), [](const Json& row) { return row["lower"].is_null(); }))
      notes.push_back(name + ": limits are undefined before the first event of the cause");
    groups.push_back(
        {{"name", name}, {"n", curve.patients}, {"events", curve.events}, {"curve", rows}, {"at", points}});
    text += (text.empty() ? "" : "\n") + name + ": " + std::to_string(curve.patients) + " rows, " +
            std::to_string(curve.events) + " events of the cause, incidence at the end of follow-up " +
            format_fixed(curve.incidence.back(), 4);
  }
  notes.push_back("se and limits: Aalen's variance as cmprsk::cuminc; se_jackknife as survival::survfit");
  Json answer{{"n", table.rows()},
              {"dropped", table.dropped()},
              {"cause", options.cause},
              {"conf", options.conf},
              {"groups", groups}};
  if (!group.empty()) {
    std::vector<int> strata;
    if (!options.strata.empty()) strata = stats::levels_of(table.texts(options.strata)).code;
    const stats::GrayTest gray = stats::gray_test(time, event, options.cause, group, strata);
    answer["gray"] = chi2_answer(gray.chi2, gray.df);
    if (!gray.reason.empty()) notes.push_back("gray: " + gray.reason);
    text += "\nGray's test: p " + (gray.reason.empty() ? format_fixed(gray.p, 4) : gray.reason);
  }
  answer["notes"] = notes;
  context.answer(answer, text);
}

}  // namespace

void add_stats_cif(CLI::App& stats, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* analysis =
      add_analysis(stats, "cif", "cumulative incidence of one cause among competing ones, and Gray's test", *options);
  analysis->add_option("--time", options->time, "column of follow-up times")->required();
  analysis->add_option("--event", options->event, "column: 0 censored, 1, 2, ... the cause of the event")->required();
  analysis->add_option("--cause", options->cause, "the cause of interest")->required()->check(CLI::PositiveNumber);
  analysis->add_option("--group", options->group, "column: one curve for each of its values");
  analysis->add_option("--strata", options->strata, "column: Gray's test compares groups within its values");
  analysis->add_option("--at", options->at, "times at which to read the curves, such as 12,36,60");
  analysis->add_option("--conf", options->conf, "scale of the limits: plain, log or log-log")
      ->check(CLI::IsMember({"plain", "log", "log-log"}));
  analysis->callback([options, &context] { run(*options, context); });
}

}  // namespace larc::app

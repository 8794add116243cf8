#include "tables/answer.h"

#include <algorithm>

#include "core/number.h"
#include "stats/distributions.h"

namespace larc::app {

void add_note(Json& notes, const std::string& what, const std::string& reason) {
  if (reason.empty()) return;
  const Json note = what.empty() ? reason : what + ": " + reason;
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
}

std::string with_limits(double value, double lower, double upper, int digits) {
  return format_fixed(value, digits) + " (" + format_fixed(lower, digits) + " to " + format_fixed(upper, digits) + ")";
}

Json proportion_json(const stats::Proportion& proportion) {
  return {{"value", number_or_null(proportion.value)},
          {"successes", proportion.successes},
          {"trials", proportion.trials},
          {"lower", number_or_null(proportion.wilson.lower)},
          {"upper", number_or_null(proportion.wilson.upper)},
          {"exact_lower", number_or_null(proportion.exact.lower)},
          {"exact_upper", number_or_null(proportion.exact.upper)}};
}

Json chi2_answer(double chi2, int df) {
  return {{"chi2", number_or_null(chi2)}, {"df", df}, {"p", number_or_null(stats::chi_squared_survival(chi2, df))}};
}

void put_estimate(Json& answer, Json& notes, const std::string& name, const stats::Estimate& estimate) {
  answer[name] = number_or_null(estimate.value);
  answer[name + "_se"] = number_or_null(estimate.se);
  answer[name + "_lower"] = number_or_null(estimate.lower);
  answer[name + "_upper"] = number_or_null(estimate.upper);
  add_note(notes, name, estimate.reason);
}

}  // namespace larc::app

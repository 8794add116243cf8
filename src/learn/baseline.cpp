#include "learn/baseline.h"

#include <cmath>

namespace larc::learn {

namespace {

std::string statement_of(const AgainstBaseline& against) {
  const bool random = against.baseline == "random";
  const std::string name = against.baseline == "volume" ? "volume alone"
                           : random                     ? "random numbers"
                                                        : "'" + against.baseline + "'";
  if (against.verdict == "undefined") return "'" + against.model + "' could not be compared with " + name;
  const std::string values =
      format_fixed(against.baseline_value, 3) + " against " + format_fixed(against.model_value, 3) + " of '" +
      against.model + "' (difference " + format_fixed(against.difference.difference, 3) + ", " +
      format_fixed(against.difference.lower, 3) + " to " + format_fixed(against.difference.upper, 3) + ")";
  const std::string verb = random ? " do" : " does";
  const std::string reach = random ? " reach " : " reaches ";
  if (against.verdict == "as_good") return name + verb + " as well or better: " + values;
  if (against.verdict == "not_shown")
    return name + reach + values + ": '" + against.model + "' is not shown to be better";
  return "'" + against.model + "' is better than " + name + ": " + values;
}

}  // namespace

AgainstBaseline against_baseline(const std::string& model, const FoldConcordance& value, const std::string& baseline,
                                 const FoldConcordance& baseline_value) {
  AgainstBaseline against{
      model, baseline, value.value, baseline_value.value, paired_fold_concordance(value, baseline_value), "", ""};
  // Equal to rounding is equal.
  if (!std::isfinite(against.difference.difference))
    against.verdict = "undefined";
  else if (against.difference.difference <= 1e-12)
    against.verdict = "as_good";
  else
    against.verdict = against.difference.lower > 0.0 ? "better" : "not_shown";
  against.statement = statement_of(against);
  return against;
}

Json to_json(const AgainstBaseline& against) {
  return {{"model", against.model},
          {"baseline", against.baseline},
          {"model_value", number_or_null(against.model_value)},
          {"baseline_value", number_or_null(against.baseline_value)},
          {"difference", number_or_null(against.difference.difference)},
          {"lower", number_or_null(against.difference.lower)},
          {"upper", number_or_null(against.difference.upper)},
          {"p", number_or_null(against.difference.p)},
          {"verdict", against.verdict},
          {"statement", against.statement}};
}

}  // namespace larc::learn

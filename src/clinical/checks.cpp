#include "clinical/checks.h"

#include <algorithm>

#include "core/error.h"

namespace larc::clinical {

namespace {

bool is_false(const Datum& answer) {
  return !is_unknown(answer) && !truth_in(answer);
}

}  // namespace

std::vector<FailedCheck> failed_checks(const Rules& rules, const PatientValues& values) {
  const PatientView view(rules, values, PredictionPoint::LABEL);
  std::vector<FailedCheck> failed;
  for (const auto& check : rules.checks) {
    try {
      if (is_false(check.holds.evaluate(view))) failed.push_back({&check, ""});
    } catch (const Error& error) {
      if (error.code() != ErrorCode::domain) throw;
      failed.push_back({&check, error.what()});
    }
  }
  return failed;
}

std::vector<std::string> checks_against(const std::vector<FailedCheck>& failed, const std::string& endpoint) {
  std::vector<std::string> ids;
  for (const auto& [check, error] : failed)
    if (std::find(check->affects.begin(), check->affects.end(), endpoint) != check->affects.end())
      ids.push_back(check->id);
  return ids;
}

}  // namespace larc::clinical

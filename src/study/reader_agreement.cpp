#include "study/reader_agreement.h"

#include <algorithm>

#include "core/number.h"
#include "stats/icc.h"
#include "stats/kappa.h"

namespace larc::study {

namespace {

struct Agreement {
  const char* measure;
  double value = kNaN, lower = kNaN, upper = kNaN;
  std::size_t n = 0;
  std::string reason;
};

Agreement of_numbers(const std::vector<Reading>& readings) {
  Eigen::MatrixXd ratings(static_cast<Eigen::Index>(readings.size()), 2);
  for (std::size_t i = 0; i < readings.size(); ++i) {
    ratings(static_cast<Eigen::Index>(i), 0) = parse_double(readings[i].first).value_or(kNaN);
    ratings(static_cast<Eigen::Index>(i), 1) = parse_double(readings[i].second).value_or(kNaN);
  }
  const auto icc = stats::intraclass_correlation(ratings);
  const auto& form = icc.single_2;
  return {"icc_2_1", form.value, form.interval.lower, form.interval.upper, icc.subjects, icc.reason};
}

Agreement of_codes(const Variable& variable, const std::vector<Reading>& readings) {
  const auto position = [&](const std::string& code) {
    return static_cast<int>(std::find(variable.codes.begin(), variable.codes.end(), code) - variable.codes.begin());
  };
  const auto categories = static_cast<int>(variable.codes.size());
  std::vector<int> first, second;
  for (const auto& reading : readings) {
    const int a = position(reading.first), b = position(reading.second);
    if (a == categories || b == categories) continue;
    first.push_back(a);
    second.push_back(b);
  }
  const auto weights = variable.ordered ? stats::KappaWeights::quadratic : stats::KappaWeights::none;
  const auto kappa = stats::cohen_kappa_of_codes(first, second, categories, weights);
  return {
      variable.ordered ? "weighted_kappa" : "kappa", kappa.value, kappa.lower, kappa.upper, first.size(), kappa.reason};
}

}  // namespace

Json reader_agreement(const StudyFile& file, const std::map<std::string, std::vector<Reading>>& readings) {
  Json list = Json::array();
  for (const auto& variable : file.variables) {
    const auto found = readings.find(variable.id);
    const bool coded = variable.type == VariableType::category;
    if (found == readings.end() || (!coded && variable.type != VariableType::number)) continue;
    const Agreement agreement = coded ? of_codes(variable, found->second) : of_numbers(found->second);
    const auto count = [&](auto holds) { return std::count_if(found->second.begin(), found->second.end(), holds); };
    list.push_back({{"variable", variable.id},
                    {"label", to_json(variable.label)},
                    {"measure", agreement.measure},
                    {"value", number_or_null(agreement.value)},
                    {"lower", number_or_null(agreement.lower)},
                    {"upper", number_or_null(agreement.upper)},
                    {"n", agreement.n},
                    {"equal", count([](const Reading& r) { return r.equal; })},
                    {"without_consensus", count([](const Reading& r) { return !r.agreed && !r.consensus; })},
                    {"reason", agreement.reason.empty() ? Json(nullptr) : Json(agreement.reason)}});
  }
  return list;
}

}  // namespace larc::study

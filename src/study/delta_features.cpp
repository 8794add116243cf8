#include "study/delta_features.h"

#include <algorithm>
#include <set>

namespace larc::study {

namespace {

using Values = std::map<std::string, double>;

std::string bare(const std::string& name, const std::string& prefix) {
  return name.substr(prefix.size() + 1);
}

/// Values under their bare names: of the image itself, or of its perturbation `p`.
Values values_of(const RuleFeatures& features, const std::string& prefix, const std::vector<double>* row) {
  Values values;
  for (std::size_t f = 0; f < features.values.size(); ++f)
    values[bare(features.values[f].name, prefix)] = row == nullptr ? features.values[f].value : (*row)[f];
  return values;
}

/// Names of either, in table order.
std::vector<std::string> names_of(const RuleFeatures& of, const std::string& of_prefix, const RuleFeatures& from,
                                  const std::string& from_prefix) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const auto& [features, prefix] : {std::pair{&of, &of_prefix}, {&from, &from_prefix}})
    for (const auto& feature : features->values)
      if (seen.insert(bare(feature.name, *prefix)).second) names.push_back(bare(feature.name, *prefix));
  return names;
}

}  // namespace

RuleFeatures compute_delta(const DeltaRule& rule, const RuleFeatures& of, const std::string& of_prefix,
                           const RuleFeatures& from, const std::string& from_prefix, std::optional<double> days) {
  RuleFeatures result;
  result.id = rule.id;
  const std::vector<std::string> names = names_of(of, of_prefix, from, from_prefix);
  if (names.empty()) {
    result.absent[rule.prefix] = "neither time point has features";
    return result;
  }
  std::string unknown;
  if (rule.kind == stats::DeltaKind::per_week && !(days && *days > 0))
    unknown = days ? "the later image is not dated after the earlier one" : "the date of an image is unknown";
  const auto change = [&](const std::vector<double>* of_row, const std::vector<double>* from_row) {
    return stats::delta_features(values_of(from, from_prefix, from_row), values_of(of, of_prefix, of_row), rule.kind,
                                 days.value_or(kNaN));
  };
  const auto deltas = unknown.empty() ? change(nullptr, nullptr) : std::map<std::string, stats::DeltaValue>{};
  for (const auto& name : names) {
    if (unknown.empty())
      result.values.push_back({rule.prefix + "_" + name, deltas.at(name).value, deltas.at(name).reason});
    else
      result.values.push_back({rule.prefix + "_" + name, kNaN, unknown});
  }
  if (!unknown.empty() || of.perturbed.empty() || of.perturbed.size() != from.perturbed.size()) return result;
  result.minimum_icc = std::max(of.minimum_icc, from.minimum_icc);
  for (std::size_t p = 0; p < of.perturbed.size(); ++p) {
    const auto perturbed = change(&of.perturbed[p], &from.perturbed[p]);
    std::vector<double> row;
    for (const auto& name : names) row.push_back(perturbed.at(name).value);
    result.perturbed.push_back(std::move(row));
  }
  return result;
}

}  // namespace larc::study

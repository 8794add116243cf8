#include "learn/rows.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "core/error.h"
#include "core/random.h"
#include "learn/folds.h"
#include "learn/pick.h"

namespace larc::learn {

TrainingRows TrainingRows::select_columns(const std::vector<std::string>& names) const {
  TrainingRows result = *this;
  result.frame_.columns.clear();
  std::unordered_map<std::string, const Column*> by_name;
  for (const Column& column : frame_.columns) by_name.emplace(column.name, &column);
  for (const auto& name : names) {
    const auto found = by_name.find(name);
    result.frame_.columns.push_back(found == by_name.end() ? frame_.column(name) : *found->second);
  }
  const std::set<std::string> chosen(names.begin(), names.end());
  std::erase_if(result.frame_.repeated, [&](const auto& item) { return !chosen.contains(item.name); });
  return result;
}

TrainingRows TrainingRows::subset(const std::vector<std::size_t>& rows) const {
  TrainingRows result;
  result.frame_ = frame_.select_rows(rows);
  result.outcome_ = outcome_.select_rows(rows);
  result.centres_ = pick(centres_, rows);
  result.units_ = pick(units_, rows);
  result.indices_ = pick(indices_, rows);
  return result;
}

std::size_t rarer_side(const Outcome& outcome, const std::vector<std::size_t>& units) {
  std::set<std::size_t> with, without;
  for (std::size_t row = 0; row < units.size(); ++row) {
    const bool event = outcome.kind == OutcomeKind::binary ? outcome.label[row] == 1.0 : outcome.event[row] == 1;
    (event ? with : without).insert(units[row]);
  }
  return outcome.kind == OutcomeKind::binary ? std::min(with.size(), without.size()) : with.size();
}

std::vector<InnerFold> TrainingRows::inner_folds(int folds, std::uint64_t seed) const {
  const std::size_t rarer = rarer_side(outcome_, units_);
  if (rarer < 2)
    throw Error(ErrorCode::refused, "a model needs at least two patients with the outcome" +
                                        std::string(outcome_.kind == OutcomeKind::binary ? " and two without" : "") +
                                        "; there are " + std::to_string(outcome_.events()) + " with and " +
                                        std::to_string(outcome_.size() - outcome_.events()) + " without");
  const int count = static_cast<int>(std::min(static_cast<std::size_t>(std::max(folds, 2)), rarer));
  const std::vector<int> assignment = unit_folds(outcome_, units_, count, seed);
  std::vector<InnerFold> result;
  for (int k = 0; k < count; ++k) {
    FoldRows rows = fold_rows(assignment, k);
    TrainingRows training = subset(rows.training), held_out = subset(rows.test);
    result.push_back({std::move(rows.training), std::move(rows.test), std::move(training), std::move(held_out)});
  }
  return result;
}

std::vector<int> unit_folds(const Outcome& outcome, const std::vector<std::size_t>& units, int folds,
                            std::uint64_t seed) {
  const std::vector<int> strata = outcome_strata(outcome);
  std::map<std::size_t, std::size_t> position;  // unit -> its place in the order of first appearance
  std::vector<int> unit_stratum;
  for (std::size_t row = 0; row < strata.size(); ++row) {
    const auto [found, fresh] = position.emplace(units[row], unit_stratum.size());
    if (fresh)
      unit_stratum.push_back(strata[row]);
    else
      unit_stratum[found->second] = std::max(unit_stratum[found->second], strata[row]);
  }
  const std::vector<int> of_unit = stratified_folds(unit_stratum, folds, seed);
  std::vector<int> assignment;
  for (const std::size_t unit : units) assignment.push_back(of_unit[position.at(unit)]);
  return assignment;
}

}  // namespace larc::learn

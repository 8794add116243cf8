#include "learn/shared_folds.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/random.h"
#include "learn/folds.h"

namespace larc::learn {

namespace {

/// Labels of outcomes are kept apart by this; an outcome has fewer strata, and then a label for the event itself.
constexpr int kStrata = 16;
constexpr int kEvent = 8;

/// Named by the first patient of each.
std::map<std::string, std::string> patient_units(const std::vector<FoldedTable>& tables) {
  std::map<std::string, std::string> parent;
  const auto root = [&](std::string name) {
    while (parent.at(name) != name) name = parent.at(name);
    return name;
  };
  for (const auto& [protocol, patients] : tables) {
    for (const auto& patient : patients) parent.try_emplace(patient, patient);
    for (std::size_t row = 0; row < patients.size(); ++row) {
      const std::string a = root(patients[row]), b = root(patients[protocol->units()[row]]);
      parent.at(std::max(a, b)) = std::min(a, b);
    }
  }
  std::map<std::string, std::string> units;
  for (const auto& [patient, unused] : parent) units[patient] = root(patient);
  return units;
}

}  // namespace

SharedFolds::SharedFolds(const std::vector<FoldedTable>& tables, int repeats, int folds, std::uint64_t seed)
    : folds_(folds), units_(patient_units(tables)) {
  std::map<std::string, std::set<int>> labels;  // of each unit
  for (const auto& [patient, unit] : units_) labels[unit];
  if (labels.size() < static_cast<std::size_t>(folds)) return;
  int first = 0;
  for (const auto& [protocol, patients] : tables) {
    const Outcome& outcome = protocol->outcome();
    if (patients.empty()) continue;
    const std::vector<int> strata = outcome_strata(outcome);
    for (std::size_t row = 0; row < strata.size(); ++row) {
      auto& own = labels.at(units_.at(patients[row]));
      own.insert(first + strata[row]);
      if (outcome.kind == OutcomeKind::survival) own.insert(first + kEvent + outcome.event[row]);
    }
    first += kStrata;
  }
  std::vector<std::vector<int>> lists;
  for (const auto& [unit, own] : labels) lists.emplace_back(own.begin(), own.end());
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const std::vector<int> fold =
        labelled_folds(lists, folds, derive_seed(seed, "shared folds", static_cast<std::uint64_t>(repeat)));
    std::map<std::string, std::string> of_unit;
    std::size_t place = 0;
    for (const auto& [unit, own] : labels) of_unit[unit] = std::to_string(fold[place++] + 1);
    auto& of_patient = of_patient_.emplace_back();
    for (const auto& [patient, unit] : units_) of_patient[patient] = of_unit.at(unit);
  }
}

const std::string& SharedFolds::fold_of(int repeat, const std::string& patient) const {
  if (static_cast<std::size_t>(repeat) < of_patient_.size()) {
    const auto& list = of_patient_[static_cast<std::size_t>(repeat)];
    if (const auto found = list.find(patient); found != list.end()) return found->second;
  }
  throw Error(ErrorCode::not_found, "patient '" + patient + "' is in no fold");
}

std::vector<Split> SharedFolds::splits(const FoldedTable& table, int repeats) const {
  table.protocol->check_folds(folds_);
  std::vector<std::vector<std::string>> names;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    auto& own = names.emplace_back();
    for (const auto& patient : table.patients) own.push_back(fold_of(repeat, patient));
  }
  return table.protocol->given_folds(names);
}

}  // namespace larc::learn

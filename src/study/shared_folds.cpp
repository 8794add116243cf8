#include "study/shared_folds.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/random.h"
#include "learn/folds.h"

namespace larc::study {

namespace {

/// Labels of endpoints are kept apart by this; an endpoint has fewer strata, and then a label for the event itself.
constexpr int kStrata = 16;
constexpr int kEvent = 8;

/// Named by the first patient of each.
std::map<std::string, std::string> patient_units(const std::vector<Dataset>& datasets,
                                                 const std::vector<learn::Protocol>& protocols) {
  std::map<std::string, std::string> parent;
  const auto root = [&](std::string name) {
    while (parent.at(name) != name) name = parent.at(name);
    return name;
  };
  for (std::size_t d = 0; d < datasets.size(); ++d) {
    const auto& patients = datasets[d].patients;
    for (const auto& patient : patients) parent.try_emplace(patient, patient);
    for (std::size_t row = 0; row < patients.size(); ++row) {
      const std::string a = root(patients[row]), b = root(patients[protocols[d].units()[row]]);
      parent.at(std::max(a, b)) = std::min(a, b);
    }
  }
  std::map<std::string, std::string> units;
  for (const auto& [patient, unused] : parent) units[patient] = root(patient);
  return units;
}

}  // namespace

SharedFolds::SharedFolds(const std::vector<Dataset>& datasets, const std::vector<learn::Protocol>& protocols,
                         int repeats, int folds, std::uint64_t seed)
    : folds_(folds), units_(patient_units(datasets, protocols)) {
  std::map<std::string, std::set<int>> labels;  // of each unit
  for (const auto& [patient, unit] : units_) labels[unit];
  if (labels.size() < static_cast<std::size_t>(folds)) return;
  for (std::size_t d = 0; d < datasets.size(); ++d) {
    const Dataset& dataset = datasets[d];
    if (dataset.patients.empty()) continue;
    const std::vector<int> strata = learn::outcome_strata(dataset.outcome);
    for (std::size_t row = 0; row < strata.size(); ++row) {
      auto& own = labels.at(units_.at(dataset.patients[row]));
      const int first = static_cast<int>(d) * kStrata;
      own.insert(first + strata[row]);
      if (dataset.outcome.kind == learn::OutcomeKind::survival) own.insert(first + kEvent + dataset.outcome.event[row]);
    }
  }
  std::vector<std::vector<int>> lists;
  for (const auto& [unit, own] : labels) lists.emplace_back(own.begin(), own.end());
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const std::vector<int> fold =
        learn::labelled_folds(lists, folds, derive_seed(seed, "shared folds", static_cast<std::uint64_t>(repeat)));
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

std::vector<learn::Split> SharedFolds::splits(const Dataset& dataset, const learn::Protocol& protocol,
                                              int repeats) const {
  protocol.check_folds(folds_);
  std::vector<std::vector<std::string>> names;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    auto& own = names.emplace_back();
    for (const auto& patient : dataset.patients) own.push_back(fold_of(repeat, patient));
  }
  return protocol.given_folds(names);
}

}  // namespace larc::study

#pragma once
#include <map>
#include <string>
#include <vector>

#include "learn/protocol.h"
#include "study/dataset.h"

namespace larc::study {

/// Folds that all endpoints and all kinds of model share: drawn once for the patients of all datasets, every endpoint's
/// classes, or events and times, spread evenly (learn::labelled_folds).
class SharedFolds {
 public:
  /// protocols: of the datasets, in their order
  SharedFolds(const std::vector<Dataset>& datasets, const std::vector<learn::Protocol>& protocols, int repeats,
              int folds, std::uint64_t seed);

  /// Whether there are as many patients as folds; without, there is none.
  bool drawn() const { return !of_patient_.empty(); }
  /// Name of the patient's fold, "1" .. folds. errors not_found: a patient of no dataset, or no fold was drawn
  const std::string& fold_of(int repeat, const std::string& patient) const;
  /// By patient: patients of one unit stand on one side of every split of every endpoint.
  const std::map<std::string, std::string>& units() const { return units_; }
  /// The splits of one endpoint's rows. errors refused: fewer patients on the rarer side than folds
  std::vector<learn::Split> splits(const Dataset& dataset, const learn::Protocol& protocol, int repeats) const;

 private:
  int folds_;
  std::map<std::string, std::string> units_;
  std::vector<std::map<std::string, std::string>> of_patient_;  // (repeats)
};

}  // namespace larc::study

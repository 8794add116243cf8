#pragma once
#include <map>
#include <string>
#include <vector>

#include "learn/protocol.h"

namespace larc::learn {

/// The rows of one outcome: who they are, and the protocol that owns them.
struct FoldedTable {
  const Protocol* protocol = nullptr;
  std::vector<std::string> patients;  // (rows,)
};

/// Folds that all outcomes and all kinds of model of a study share: drawn once for the patients of all tables, the
/// classes, or events and times, of every outcome spread evenly (labelled_folds).
class SharedFolds {
 public:
  SharedFolds(const std::vector<FoldedTable>& tables, int repeats, int folds, std::uint64_t seed);

  /// Whether there are as many patients as folds; without, there is none.
  bool drawn() const { return !of_patient_.empty(); }
  /// Name of the patient's fold, "1" .. folds. errors not_found: a patient of no table, or no fold was drawn
  const std::string& fold_of(int repeat, const std::string& patient) const;
  /// By patient: patients of one unit stand on one side of every split of every table.
  const std::map<std::string, std::string>& units() const { return units_; }
  /// The splits of one table's rows. errors refused: fewer patients on the rarer side than folds
  std::vector<Split> splits(const FoldedTable& table, int repeats) const;

 private:
  int folds_;
  std::map<std::string, std::string> units_;
  std::vector<std::map<std::string, std::string>> of_patient_;  // (repeats)
};

}  // namespace larc::learn

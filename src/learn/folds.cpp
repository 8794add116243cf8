#include "learn/folds.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <optional>

#include "core/error.h"
#include "core/random.h"

namespace larc::learn {

namespace {

void check_folds(std::size_t patients, int folds) {
  if (folds < 2) throw Error(ErrorCode::domain, "cross-validation needs 2 folds or more; got " + std::to_string(folds));
  if (patients < static_cast<std::size_t>(folds))
    throw Error(ErrorCode::domain, std::to_string(patients) + " patients cannot fill " + std::to_string(folds) +
                                       " folds; ask for fewer folds");
}

/// What labelled_folds still has to deal. Demands are counted in whole patients times the number of folds, so that
/// equal ones are equal.
class Dealer {
 public:
  Dealer(const std::vector<std::vector<int>>& labels, int folds, std::uint64_t seed)
      : labels_(labels), random_(derive_seed(seed, "labelled folds")), folds_(static_cast<std::size_t>(folds)) {
    order_ = random_.permutation(labels.size());
    fold_order_ = random_.permutation(folds_);
    size_.assign(folds_, static_cast<long>(labels.size()));
    for (const auto& own : labels)
      for (const int label : own) ++left_[label];
    for (const auto& [label, patients] : left_) wanted_[label].assign(folds_, static_cast<long>(patients));
    assignment_.assign(labels.size(), -1);
  }

  std::vector<int> deal() {
    while (!left_.empty()) {
      const int rarest = std::min_element(left_.begin(), left_.end(), [](const auto& a, const auto& b) {
                           return a.second < b.second;
                         })->first;
      for (const std::size_t patient : order_)
        if (assignment_[patient] < 0 && std::ranges::find(labels_[patient], rarest) != labels_[patient].end())
          give(patient, rarest);
      left_.erase(rarest);
    }
    for (const std::size_t patient : order_)
      if (assignment_[patient] < 0) give(patient, std::nullopt);
    return assignment_;
  }

 private:
  std::array<long, 3> lack(std::size_t fold, std::size_t patient, std::optional<int> label) const {
    long others = 0;
    for (const int own : labels_[patient]) others += wanted_.at(own)[fold];
    return {label ? wanted_.at(*label)[fold] : 0, others, size_[fold]};
  }

  void give(std::size_t patient, std::optional<int> label) {
    std::size_t best = fold_order_.front();
    for (const std::size_t fold : fold_order_)
      if (lack(fold, patient, label) > lack(best, patient, label)) best = fold;
    assignment_[patient] = static_cast<int>(best);
    size_[best] -= static_cast<long>(folds_);
    for (const int own : labels_[patient]) {
      wanted_.at(own)[best] -= static_cast<long>(folds_);
      if (const auto found = left_.find(own); found != left_.end() && --found->second == 0) left_.erase(found);
    }
    // The next tie goes to another fold first.
    std::rotate(fold_order_.begin(), std::ranges::find(fold_order_, best) + 1, fold_order_.end());
  }

  const std::vector<std::vector<int>>& labels_;
  Random random_;
  std::size_t folds_;
  std::vector<std::size_t> order_, fold_order_;
  std::map<int, std::size_t> left_;  // label -> patients not yet dealt
  std::map<int, std::vector<long>> wanted_;
  std::vector<long> size_;
  std::vector<int> assignment_;
};

}  // namespace

std::vector<int> labelled_folds(const std::vector<std::vector<int>>& labels, int folds, std::uint64_t seed) {
  check_folds(labels.size(), folds);
  return Dealer(labels, folds, seed).deal();
}

std::vector<int> stratified_folds(const std::vector<int>& strata, int folds, std::uint64_t seed) {
  check_folds(strata.size(), folds);
  std::map<int, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < strata.size(); ++i) members[strata[i]].push_back(i);
  Random random(derive_seed(seed, "folds"));
  // Which fold gets the odd patients must not depend on its number.
  const std::vector<std::size_t> label = random.permutation(static_cast<std::size_t>(folds));
  std::vector<int> assignment(strata.size());
  std::size_t dealt = 0;
  for (const auto& [stratum, patients] : members) {
    for (const std::size_t k : random.permutation(patients.size()))
      assignment[patients[k]] = static_cast<int>(label[dealt++ % static_cast<std::size_t>(folds)]);
  }
  return assignment;
}

std::vector<int> outcome_strata(const Outcome& outcome) {
  std::vector<int> strata(outcome.size());
  if (outcome.kind == OutcomeKind::binary) {
    for (std::size_t i = 0; i < strata.size(); ++i) strata[i] = outcome.label[i] == 1.0 ? 1 : 0;
    return strata;
  }
  for (const int status : {0, 1}) {
    std::vector<std::size_t> patients;
    for (std::size_t i = 0; i < strata.size(); ++i)
      if (outcome.event[i] == status) patients.push_back(i);
    std::stable_sort(patients.begin(), patients.end(),
                     [&](std::size_t a, std::size_t b) { return outcome.time_months[a] < outcome.time_months[b]; });
    for (std::size_t k = 0; k < patients.size(); ++k)
      strata[patients[k]] = 3 * status + static_cast<int>(3 * k / patients.size());
  }
  return strata;
}

FoldRows fold_rows(const std::vector<int>& assignment, int fold) {
  FoldRows rows;
  for (std::size_t i = 0; i < assignment.size(); ++i) (assignment[i] == fold ? rows.test : rows.training).push_back(i);
  return rows;
}

}  // namespace larc::learn

#include "learn/harmonise.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "stats/check.h"

namespace larc::learn {

namespace {

constexpr std::size_t kLeastRowsOfABatch = 3;
constexpr std::size_t kMostValuesOfACode = 2;

bool is_measurement(const Eigen::MatrixXd& values, Eigen::Index j) {
  std::set<double> distinct;
  for (Eigen::Index i = 0; i < values.rows() && distinct.size() <= kMostValuesOfACode; ++i)
    distinct.insert(values(i, j));
  return distinct.size() > kMostValuesOfACode;
}

bool is_in(const std::vector<std::string>& groups, const std::string& group) {
  return groups.empty() || std::find(groups.begin(), groups.end(), group) != groups.end();
}

/// What is said of training rows that stay as they are.
std::vector<std::string> left_as_measured(const std::map<std::string, std::size_t>& count,
                                          const std::vector<std::string>& small) {
  std::vector<std::string> notes;
  if (!small.empty())
    notes.push_back("harmonisation leaves centres with fewer than " + std::to_string(kLeastRowsOfABatch) +
                    " training rows as measured (" + join(small, ", ") + ")");
  if (const auto unknown = count.find(""); unknown != count.end())
    notes.push_back("harmonisation leaves " + std::to_string(unknown->second) + " training " +
                    (unknown->second == 1 ? "row" : "rows") + " without a centre as measured");
  return notes;
}

/// "3 rows of ..."
std::string rows_of(std::size_t rows, const std::string& what) {
  return std::to_string(rows) + (rows == 1 ? " row " : " rows ") + what;
}

}  // namespace

HarmoniseState fit_harmonise(const FeatureMatrix& training, const std::vector<std::string>& batches,
                             const std::vector<std::string>& groups) {
  HarmoniseState state;
  if (batches.empty()) {
    state.note = "not harmonised: the rows have no centre";
    return state;
  }
  stats::check_same_size("the batches", batches.size(), "the features",
                         static_cast<std::size_t>(training.values.rows()));
  std::map<std::string, std::size_t> count;
  for (const auto& batch : batches) ++count[batch];
  std::size_t centres = 0;
  for (const auto& [batch, rows] : count) {
    if (batch.empty()) continue;
    ++centres;
    if (rows < kLeastRowsOfABatch) state.small.push_back(batch);
  }
  if (centres < 2 || centres - state.small.size() < 2) {
    state.note = centres == 0  ? "not harmonised: the rows have no centre"
                 : centres < 2 ? "not harmonised: the training rows come from one centre"
                               : "not harmonised: fewer than two centres have at least " +
                                     std::to_string(kLeastRowsOfABatch) + " training rows";
    return state;
  }
  std::vector<Eigen::Index> teaching;
  std::vector<std::string> teaching_batches;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    if (count.at(batches[i]) < kLeastRowsOfABatch || batches[i].empty()) continue;
    teaching.push_back(static_cast<Eigen::Index>(i));
    teaching_batches.push_back(batches[i]);
  }
  const Eigen::MatrixXd values = training.values(teaching, Eigen::all);
  std::vector<Eigen::Index> used;
  for (Eigen::Index j = 0; j < values.cols(); ++j)
    if (is_in(groups, training.groups[static_cast<std::size_t>(j)]) && is_measurement(values, j)) used.push_back(j);
  if (used.size() < 2) {
    state.note = "not harmonised: fewer than two measured features";
    return state;
  }
  try {
    state.combat = stats::fit_combat(values(Eigen::all, used), teaching_batches);
    state.names = select_features(training, used).names;
    state.note = join(left_as_measured(count, state.small), "; ");
  } catch (const Error& error) {
    state.note = std::string("not harmonised: ") + error.what();
  }
  return state;
}

namespace {

void note_unmoved(const HarmoniseState& state, const std::vector<std::string>& batches,
                  const std::vector<std::string>& unmoved, std::vector<std::string>& notes) {
  std::vector<std::string> unseen;
  std::size_t unseen_rows = 0, small_rows = 0, unknown_rows = 0;
  for (const auto& batch : unmoved) {
    const auto rows = static_cast<std::size_t>(std::count(batches.begin(), batches.end(), batch));
    if (batch.empty()) {
      unknown_rows += rows;
    } else if (!state.small.empty() && is_in(state.small, batch)) {
      small_rows += rows;
    } else {
      unseen.push_back(batch);
      unseen_rows += rows;
    }
  }
  if (unseen_rows > 0)
    notes.push_back(
        rows_of(unseen_rows, "of a centre unseen in training (" + join(unseen, ", ") + ") left as measured"));
  if (small_rows > 0) notes.push_back(rows_of(small_rows, "of a centre with too few training rows left as measured"));
  if (unknown_rows > 0) notes.push_back(rows_of(unknown_rows, "without a centre left as measured"));
}

}  // namespace

FeatureMatrix apply_harmonise(const HarmoniseState& state, const FeatureMatrix& matrix,
                              const std::vector<std::string>& batches, std::vector<std::string>* notes) {
  if (state.names.empty()) return matrix;
  const std::vector<Eigen::Index> used = feature_positions(matrix, state.names);
  const FeatureMatrix part = select_features(matrix, used);
  const std::vector<std::string> known =
      batches.empty() ? std::vector<std::string>(static_cast<std::size_t>(matrix.values.rows())) : batches;
  const stats::CombatResult moved = stats::apply_combat(state.combat, part.values, known);
  FeatureMatrix result = matrix;
  for (std::size_t k = 0; k < used.size(); ++k)
    result.values.col(used[k]) = moved.values.col(static_cast<Eigen::Index>(k));
  if (notes != nullptr && moved.unseen_rows > 0) note_unmoved(state, known, moved.unseen, *notes);
  return result;
}

Json to_json(const HarmoniseState& state) {
  return {{"names", state.names},
          {"combat", state.names.empty() ? Json(nullptr) : stats::combat_to_json(state.combat)},
          {"small", state.small},
          {"note", state.note}};
}

HarmoniseState harmonise_from_json(const Json& json) {
  HarmoniseState state;
  state.names = json.at("names").get<std::vector<std::string>>();
  if (!state.names.empty()) state.combat = stats::combat_from_json(json.at("combat"));
  state.small = json.value("small", std::vector<std::string>());
  state.note = json.at("note").get<std::string>();
  return state;
}

}  // namespace larc::learn

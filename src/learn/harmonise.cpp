#include "learn/harmonise.h"

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

}  // namespace

HarmoniseState fit_harmonise(const FeatureMatrix& training, const std::vector<std::string>& batches) {
  HarmoniseState state;
  if (batches.empty()) {
    state.note = "not harmonised: the rows have no centre";
    return state;
  }
  stats::check_same_size("the batches", batches.size(), "the features",
                         static_cast<std::size_t>(training.values.rows()));
  std::map<std::string, std::size_t> rows;
  for (const auto& batch : batches) ++rows[batch];
  for (const auto& [batch, count] : rows)
    if (count < kLeastRowsOfABatch) {
      state.note = "not harmonised: a centre has fewer than " + std::to_string(kLeastRowsOfABatch) + " training rows";
      return state;
    }
  if (rows.size() < 2) {
    state.note = "not harmonised: the training rows come from one centre";
    return state;
  }
  std::vector<Eigen::Index> used;
  for (Eigen::Index j = 0; j < training.values.cols(); ++j)
    if (is_measurement(training.values, j)) used.push_back(j);
  if (used.size() < 2) {
    state.note = "not harmonised: fewer than two measured features";
    return state;
  }
  const FeatureMatrix part = select_features(training, used);
  try {
    state.combat = stats::fit_combat(part.values, batches);
    state.names = part.names;
  } catch (const Error& error) {
    state.note = std::string("not harmonised: ") + error.what();
  }
  return state;
}

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
  if (notes != nullptr && moved.unseen_rows > 0)
    notes->push_back(std::to_string(moved.unseen_rows) + (moved.unseen_rows == 1 ? " row" : " rows") +
                     " of a centre unseen in training (" + join(moved.unseen, ", ") + ") left as measured");
  return result;
}

Json to_json(const HarmoniseState& state) {
  return {{"names", state.names},
          {"combat", state.names.empty() ? Json(nullptr) : stats::combat_to_json(state.combat)},
          {"note", state.note}};
}

HarmoniseState harmonise_from_json(const Json& json) {
  HarmoniseState state;
  state.names = json.at("names").get<std::vector<std::string>>();
  if (!state.names.empty()) state.combat = stats::combat_from_json(json.at("combat"));
  state.note = json.at("note").get<std::string>();
  return state;
}

}  // namespace larc::learn

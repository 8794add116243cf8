#include "core/error.h"
#include "stats/combat.h"

namespace larc::stats {

namespace {

Json rows_json(const Eigen::MatrixXd& matrix) {
  Json rows = Json::array();
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    const Eigen::VectorXd row = matrix.row(i);
    rows.push_back(std::vector<double>(row.data(), row.data() + row.size()));
  }
  return rows;
}

Eigen::MatrixXd matrix_from(const Json& json, Eigen::Index rows, Eigen::Index columns) {
  if (static_cast<Eigen::Index>(json.size()) != rows)
    throw Error(ErrorCode::format,
                "a ComBat state has " + std::to_string(json.size()) + " rows in place of " + std::to_string(rows));
  Eigen::MatrixXd matrix(rows, columns);
  for (Eigen::Index i = 0; i < rows; ++i) {
    const auto row = json[static_cast<std::size_t>(i)].get<std::vector<double>>();
    if (static_cast<Eigen::Index>(row.size()) != columns)
      throw Error(ErrorCode::format, "a ComBat state has " + std::to_string(row.size()) + " columns in place of " +
                                         std::to_string(columns));
    matrix.row(i) = Eigen::Map<const Eigen::RowVectorXd>(row.data(), columns);
  }
  return matrix;
}

}  // namespace

Json combat_to_json(const CombatState& state) {
  return {{"kind", "combat"},
          {"version", 1},
          {"parametric", state.settings.parametric},
          {"mean_only", state.settings.mean_only},
          {"empirical_bayes", state.settings.empirical_bayes},
          {"reference", state.settings.reference},
          {"batches", state.batches},
          {"batch_rows", state.batch_rows},
          {"adjusted", state.adjusted},
          {"mean", std::vector<double>(state.mean.begin(), state.mean.end())},
          {"variance", std::vector<double>(state.variance.begin(), state.variance.end())},
          {"covariate_coef", rows_json(state.covariate_coef)},
          {"shift", rows_json(state.shift)},
          {"spread", rows_json(state.spread)},
          {"notes", state.notes}};
}

CombatState combat_from_json(const Json& json) {
  try {
    if (json.at("kind") != "combat" || json.at("version") != 1)
      throw Error(ErrorCode::format, "this is not a ComBat state of version 1");
    CombatState state;
    state.settings = {json.at("parametric"), json.at("mean_only"), json.at("empirical_bayes"),
                      json.at("reference").get<std::string>()};
    state.batches = json.at("batches").get<std::vector<std::string>>();
    state.batch_rows = json.at("batch_rows").get<std::vector<std::size_t>>();
    state.adjusted = json.at("adjusted").get<std::vector<bool>>();
    const auto b = static_cast<Eigen::Index>(state.batches.size());
    const auto p = static_cast<Eigen::Index>(state.adjusted.size());
    state.mean = matrix_from(Json::array({json.at("mean")}), 1, p).row(0);
    state.variance = matrix_from(Json::array({json.at("variance")}), 1, p).row(0);
    state.covariate_coef =
        matrix_from(json.at("covariate_coef"), static_cast<Eigen::Index>(json.at("covariate_coef").size()), p);
    state.shift = matrix_from(json.at("shift"), b, p);
    state.spread = matrix_from(json.at("spread"), b, p);
    state.notes = json.at("notes").get<std::vector<std::string>>();
    return state;
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::format, std::string("this is not a ComBat state: ") + error.what());
  }
}

}  // namespace larc::stats

#include "stats/combat.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "core/number.h"
#include "stats/check.h"
#include "stats/combat_prior.h"

namespace larc::stats {

namespace {

using Rows = std::vector<Eigen::Index>;

void check_rows(const Eigen::MatrixXd& values, const std::vector<std::string>& batch,
                const Eigen::MatrixXd& covariates) {
  check_same_size("batch", batch.size(), "values", static_cast<std::size_t>(values.rows()));
  if (covariates.cols() > 0)
    check_same_size("covariates", static_cast<std::size_t>(covariates.rows()), "values",
                    static_cast<std::size_t>(values.rows()));
  for (Eigen::Index i = 0; i < values.rows(); ++i) {
    if (values.row(i).array().isInf().any())
      throw Error(ErrorCode::domain,
                  "values are infinite in row " + std::to_string(i + 1) + "; mark undefined values as missing (NaN)");
    if (covariates.cols() > 0 && !covariates.row(i).allFinite())
      throw Error(ErrorCode::domain,
                  "covariates have no value in row " + std::to_string(i + 1) + "; drop or impute such rows");
  }
}

Eigen::Index rank_of(Eigen::MatrixXd design) {
  for (Eigen::Index j = 0; j < design.cols(); ++j)
    if (const double norm = design.col(j).norm(); norm > 0.0) design.col(j) /= norm;
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(design);
  qr.setThreshold(1e-7);
  return qr.rank();
}

/// Indicators of batches (the reference's is 1 throughout), then the covariates.
Eigen::MatrixXd combat_design(const std::vector<Rows>& rows, Eigen::Index n, Eigen::Index reference,
                              const Eigen::MatrixXd& covariates) {
  const auto batches = static_cast<Eigen::Index>(rows.size());
  Eigen::MatrixXd design = Eigen::MatrixXd::Zero(n, batches + covariates.cols());
  for (Eigen::Index b = 0; b < batches; ++b)
    for (const Eigen::Index row : rows[static_cast<std::size_t>(b)]) design(row, b) = 1.0;
  if (reference >= 0) design.col(reference).setOnes();
  if (covariates.cols() > 0) design.rightCols(covariates.cols()) = covariates;
  if (rank_of(design) < design.cols()) {
    const bool among_themselves = rank_of(design.rightCols(covariates.cols())) < covariates.cols();
    throw Error(ErrorCode::domain, among_themselves
                                       ? "the covariates are constant or combinations of each other; leave some out"
                                       : "a covariate is confounded with batch (or constant); leave it out");
  }
  return design;
}

/// Why a feature cannot be harmonised; empty when it can.
std::string feature_problem(const Eigen::VectorXd& column, const std::vector<Rows>& rows, bool mean_only) {
  for (const Rows& of : rows) {
    std::size_t present = 0;
    bool missing = false, equal = true;
    double first = kNaN;
    for (const Eigen::Index row : of) {
      if (std::isnan(column[row])) {
        missing = true;
        continue;
      }
      if (present++ == 0) first = column[row];
      equal = equal && column[row] == first;
    }
    if (present == 0) return "no value in a batch";
    if (present < 2 && !mean_only) return "one value only in a batch";
    if (of.size() > 1 && equal && !missing) return "constant within a batch";
  }
  return {};
}

/// Least squares of one column on the design, rows without a value left out.
Eigen::VectorXd solve_present(const Eigen::MatrixXd& design, const Eigen::VectorXd& column) {
  Rows present;
  for (Eigen::Index i = 0; i < column.size(); ++i)
    if (!std::isnan(column[i])) present.push_back(i);
  const Eigen::MatrixXd part = design(present, Eigen::all);
  if (rank_of(part) < design.cols()) return Eigen::VectorXd::Constant(design.cols(), kNaN);
  return part.householderQr().solve(Eigen::VectorXd(column(present)));
}

/// Sum of squares over the rows that have a value, about 0 or about the mean, and how many there are.
double pooled_variance(const Eigen::VectorXd& residual, const Rows& rows, bool about_mean) {
  double n = 0.0, sum = 0.0, squares = 0.0;
  for (const Eigen::Index row : rows)
    if (!std::isnan(residual[row])) {
      n += 1.0;
      sum += residual[row];
    }
  const double centre = about_mean ? sum / n : 0.0;
  for (const Eigen::Index row : rows)
    if (!std::isnan(residual[row])) squares += (residual[row] - centre) * (residual[row] - centre);
  return squares / (about_mean ? n - 1.0 : n);
}

CombatBatch batch_moments(const Eigen::MatrixXd& standard, const Rows& rows) {
  const Eigen::Index p = standard.cols();
  CombatBatch batch{Eigen::ArrayXd::Zero(p), Eigen::ArrayXd::Zero(p), Eigen::ArrayXd::Zero(p), {}, {}};
  for (Eigen::Index j = 0; j < p; ++j) {
    for (const Eigen::Index row : rows)
      if (const double value = standard(row, j); !std::isnan(value)) {
        batch.count[j] += 1.0;
        batch.mean[j] += value;
      }
    batch.mean[j] /= batch.count[j];
    for (const Eigen::Index row : rows)
      if (const double value = standard(row, j); !std::isnan(value))
        batch.squares[j] += (value - batch.mean[j]) * (value - batch.mean[j]);
  }
  return batch;
}

/// Names, rows and the place of the reference (-1: none).
Eigen::Index find_batches(const std::vector<std::string>& batch, CombatState& state, std::vector<Rows>& rows) {
  std::map<std::string, Rows> by_name;
  for (std::size_t i = 0; i < batch.size(); ++i) by_name[batch[i]].push_back(static_cast<Eigen::Index>(i));
  if (by_name.size() < 2)
    throw Error(ErrorCode::domain, "there " + std::string(by_name.empty() ? "are no batches" : "is one batch only") +
                                       "; harmonisation needs two");
  Eigen::Index reference = -1;
  for (auto& [name, of] : by_name) {
    if (name == state.settings.reference && !name.empty()) reference = static_cast<Eigen::Index>(state.batches.size());
    state.batches.push_back(name);
    state.batch_rows.push_back(of.size());
    rows.push_back(std::move(of));
  }
  if (!state.settings.reference.empty() && reference < 0)
    throw Error(ErrorCode::domain, "the reference '" + state.settings.reference + "' is not one of the batches");
  if (!state.settings.mean_only &&
      std::any_of(rows.begin(), rows.end(), [](const Rows& of) { return of.size() == 1; })) {
    state.settings.mean_only = true;
    state.notes.emplace_back("a batch has one row: only means were harmonised");
  }
  return reference;
}

}  // namespace

CombatState fit_combat(const Eigen::MatrixXd& values, const std::vector<std::string>& batch,
                       const Eigen::MatrixXd& covariates, const CombatSettings& settings) {
  check_rows(values, batch, covariates);
  CombatState state;
  state.settings = settings;
  std::vector<Rows> rows;
  const Eigen::Index reference = find_batches(batch, state, rows);
  const auto batches = static_cast<Eigen::Index>(rows.size());
  const Eigen::Index n = values.rows(), p = values.cols();
  const bool mean_only = state.settings.mean_only;
  const Eigen::MatrixXd design = combat_design(rows, n, reference, covariates);

  state.adjusted.assign(static_cast<std::size_t>(p), true);
  const auto pass_through = [&](Eigen::Index j, const std::string& why) {
    state.adjusted[static_cast<std::size_t>(j)] = false;
    state.notes.push_back("feature " + std::to_string(j + 1) + " passes through: " + why);
  };
  std::vector<Eigen::Index> used;
  for (Eigen::Index j = 0; j < p; ++j) {
    if (const std::string why = feature_problem(values.col(j), rows, mean_only); !why.empty())
      pass_through(j, why);
    else
      used.push_back(j);
  }
  const bool missing = values(Eigen::all, used).array().isNaN().any();

  state.mean = Eigen::VectorXd::Zero(p);
  state.variance = Eigen::VectorXd::Ones(p);
  state.covariate_coef = Eigen::MatrixXd::Zero(covariates.cols(), p);
  state.shift = Eigen::MatrixXd::Zero(batches, p);
  state.spread = Eigen::MatrixXd::Ones(batches, p);
  Rows pooled_rows;
  if (reference >= 0) {
    pooled_rows = rows[static_cast<std::size_t>(reference)];
  } else {
    for (Eigen::Index i = 0; i < n; ++i) pooled_rows.push_back(i);
  }
  // Coefficients of each feature, then the feature in units of its pooled standard deviation.
  Eigen::MatrixXd coef(design.cols(), static_cast<Eigen::Index>(used.size()));
  if (missing)
    for (std::size_t u = 0; u < used.size(); ++u)
      coef.col(static_cast<Eigen::Index>(u)) = solve_present(design, values.col(used[u]));
  else if (!used.empty())
    coef = design.householderQr().solve(Eigen::MatrixXd(values(Eigen::all, used)));
  Eigen::MatrixXd standard(n, static_cast<Eigen::Index>(used.size()));
  std::vector<Eigen::Index> kept;
  for (std::size_t u = 0; u < used.size(); ++u) {
    const Eigen::Index j = used[u];
    const Eigen::VectorXd b = coef.col(static_cast<Eigen::Index>(u));
    if (!b.allFinite()) {
      pass_through(j, "without its missing values the covariates are confounded");
      continue;
    }
    const Eigen::VectorXd column = values.col(j);
    const double pooled = pooled_variance(column - design * b, pooled_rows, missing);
    if (!(pooled > 0.0)) {
      pass_through(j, "no variance beside batches and covariates");
      continue;
    }
    state.variance[j] = pooled;
    state.covariate_coef.col(j) = b.tail(covariates.cols());
    state.mean[j] = 0.0;
    if (reference >= 0) {
      state.mean[j] = b[reference];
    } else {
      for (Eigen::Index k = 0; k < batches; ++k)
        state.mean[j] += static_cast<double>(rows[static_cast<std::size_t>(k)].size()) / static_cast<double>(n) * b[k];
    }
    Eigen::VectorXd expected = Eigen::VectorXd::Constant(n, state.mean[j]);
    if (covariates.cols() > 0) expected += covariates * state.covariate_coef.col(j);
    standard.col(static_cast<Eigen::Index>(kept.size())) = (column - expected) / std::sqrt(pooled);
    kept.push_back(j);
  }
  standard.conservativeResize(Eigen::NoChange, static_cast<Eigen::Index>(kept.size()));
  if (kept.empty() || (settings.empirical_bayes && kept.size() < 2))
    throw Error(ErrorCode::domain,
                std::to_string(kept.size()) + " features can be harmonised; empirical Bayes needs two, without it one");

  Eigen::ArrayXd reference_mean;
  if (reference >= 0) reference_mean = batch_moments(standard, rows[static_cast<std::size_t>(reference)]).mean;
  for (Eigen::Index k = 0; k < batches; ++k) {
    if (k == reference) continue;  // its estimates would be replaced by 0 and 1
    CombatBatch moments = batch_moments(standard, rows[static_cast<std::size_t>(k)]);
    moments.shift = reference >= 0 ? Eigen::ArrayXd(moments.mean - reference_mean) : moments.mean;
    moments.spread = mean_only ? Eigen::ArrayXd(Eigen::ArrayXd::Ones(moments.mean.size()))
                               : Eigen::ArrayXd(moments.squares / (moments.count - 1.0));
    const CombatEstimate estimate = !settings.empirical_bayes ? CombatEstimate{moments.shift, moments.spread}
                                    : settings.parametric     ? parametric_estimate(moments, mean_only)
                                                              : nonparametric_estimate(moments);
    for (std::size_t u = 0; u < kept.size(); ++u) {
      state.shift(k, kept[u]) = estimate.shift[static_cast<Eigen::Index>(u)];
      state.spread(k, kept[u]) = estimate.spread[static_cast<Eigen::Index>(u)];
    }
  }
  return state;
}

CombatResult apply_combat(const CombatState& state, const Eigen::MatrixXd& values,
                          const std::vector<std::string>& batch, const Eigen::MatrixXd& covariates) {
  check_rows(values, batch, covariates);
  if (values.cols() != state.mean.size())
    throw Error(ErrorCode::shape_mismatch, "values have " + std::to_string(values.cols()) +
                                               " features; ComBat learnt " + std::to_string(state.mean.size()));
  if (covariates.cols() != state.covariate_coef.rows())
    throw Error(ErrorCode::shape_mismatch, "covariates have " + std::to_string(covariates.cols()) +
                                               " columns; ComBat learnt " +
                                               std::to_string(state.covariate_coef.rows()));
  CombatResult result;
  result.values = values;
  const Eigen::VectorXd scale = state.variance.cwiseSqrt();
  for (Eigen::Index i = 0; i < values.rows(); ++i) {
    const std::string& name = batch[static_cast<std::size_t>(i)];
    const auto found = std::lower_bound(state.batches.begin(), state.batches.end(), name);
    if (found == state.batches.end() || *found != name) {
      ++result.unseen_rows;
      result.unseen.push_back(name);
      continue;
    }
    if (!state.settings.reference.empty() && name == state.settings.reference) continue;
    const Eigen::Index k = found - state.batches.begin();
    for (Eigen::Index j = 0; j < values.cols(); ++j) {
      if (!state.adjusted[static_cast<std::size_t>(j)]) continue;
      double expected = state.mean[j];
      for (Eigen::Index c = 0; c < covariates.cols(); ++c) expected += covariates(i, c) * state.covariate_coef(c, j);
      const double standard = (values(i, j) - expected) / scale[j];
      result.values(i, j) = (standard - state.shift(k, j)) / std::sqrt(state.spread(k, j)) * scale[j] + expected;
    }
  }
  std::sort(result.unseen.begin(), result.unseen.end());
  result.unseen.erase(std::unique(result.unseen.begin(), result.unseen.end()), result.unseen.end());
  return result;
}

}  // namespace larc::stats
